"""The simulated demo clients: their customers drawn from known populations, their files written as found.

``lavka`` is an online shop with four years of orders in a dirty export; ``kiosk`` has too little to judge.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from retention_utils.demo_dirt import EXPORT_COLUMNS, spoil
from retention_utils.export_dialects import Dialect, write_export
from retention_utils.periods import calendar_to, parse_period
from retention_utils.simulate import Truth, simulate_purchases

__all__ = [
    "KIOSK_DIALECT",
    "LAVKA_DIALECT",
    "LAVKA_LAST_DAY",
    "LavkaTruth",
    "kiosk_orders",
    "lavka_newcomers",
    "lavka_population",
    "lavka_purchases",
    "lavka_rates",
    "lavka_truth",
    "write_demo_clients",
]

SEED = 2021
LAVKA_START, LAVKA_LAST_DAY = date(2021, 1, 1), date(2025, 2, 14)
LAVKA_CURRENCY = "KZT"
# Those who came in the discounts from March 2023 on leave sooner.
DISCOUNTS_FROM = date(2023, 3, 1)
SPEND = {"p": 4.0, "q": 5.0, "v": 9000.0}  # mean order p v / (q - 1) = 9,000 KZT
EARLY = Truth(timing={"r": 0.9, "alpha": 10.0, "a": 0.5, "b": 2.0}, spend=SPEND)
LATE = Truth(timing={"r": 0.9, "alpha": 10.0, "a": 0.9, "b": 1.6}, spend=SPEND)
NEWCOMERS = 54.0  # in an average month of the first year
YEARLY_GROWTH = 1.08
SEASON = (0.84, 0.96, 1.08, 0.92, 0.88, 0.80, 0.76, 0.84, 1.00, 1.12, 1.28, 1.52)  # January to December
OPENS, OPEN_MINUTES = 7 * 60, 17 * 60  # orders come in from seven to midnight
PRICE_STEP = 10  # tenge
LAVKA_DIALECT = Dialect(
    encoding="cp1251",
    delimiter=";",
    decimal_mark=",",
    thousands_mark="\N{NO-BREAK SPACE}",
    date_format="%d.%m.%Y %H:%M",
    language="ru",
    title_lines=("Отчёт «Заказы покупателей»", "Период: 01.01.2021 - 14.02.2025"),
    repeat_header_after=7000,
    has_total=True,
    trailing_columns=1,
    currency_sign="тг",
    sign_every=25,
)
RATE_BANDS = {"RUB": (5.10, 5.70), "USD": (445.0, 480.0)}  # tenge for one unit

KIOSK_POPULATION = Truth(
    timing={"r": 1.2, "alpha": 6.0, "a": 0.6, "b": 2.0}, spend={"p": 6.0, "q": 6.0, "v": 75.0}
)
KIOSK_START, KIOSK_DAYS = date(2024, 9, 1), 91
KIOSK_DIALECT = Dialect(date_format="%Y-%m-%d", language="uk", line_end="\n")


@dataclass(frozen=True)
class LavkaTruth:
    """What a right intake finds in the orders of ``lavka``.

    ``rows`` has one row per record below the header, in the order of the file: the cells as written, ``row``
    (number of the record, the first title line is 1), ``use`` (as in the data passport), and, None where
    there is none, ``person`` (the customer's code, else the e-mail, else the telephone), ``at`` (true
    local time), ``own`` (the row's own amount in tenge) and ``net`` (the order's amount after its refunds).
    ``rates`` has ``day``, from which the ``rate`` of the ``currency`` holds.
    """

    rows: pd.DataFrame
    rates: pd.DataFrame

    @property
    def clean_orders(self) -> pd.DataFrame:
        """One row per order: ``row``, ``order_id``, ``customer_id``, ``ordered_at``, ``amount`` (net, KZT).

        Orders that were paid back in full are there, with an amount of zero. What a guest's
        ``customer_id`` is called is a convention: compare who shares one.
        """
        orders = self.rows[self.rows["net"].notna()]
        return pd.DataFrame(
            {
                "row": orders["row"],
                "order_id": orders["order_id"],
                "customer_id": orders["person"],
                "ordered_at": pd.to_datetime(orders["at"]),
                "amount": orders["net"],
            }
        ).reset_index(drop=True)

    @property
    def account(self) -> pd.DataFrame:
        """One row per ``use``: ``rows`` (count), ``amount`` (sum of the rows' own amounts, Decimal, KZT)."""
        own = self.rows["own"].where(self.rows["own"].notna(), Decimal(0))
        return (
            self.rows.assign(amount=own)
            .groupby("use", as_index=False)
            .agg(rows=("row", "size"), amount=("amount", "sum"))
        )


def lavka_population(month: date) -> Truth:
    """Return the population that the customers of a month of first orders come from."""
    return EARLY if month < DISCOUNTS_FROM else LATE


def lavka_newcomers(month: date) -> int:
    """Return how many customers place their first order in a month, given by its first day."""
    days = min(_next_month(month) - month, LAVKA_LAST_DAY + timedelta(days=1) - month).days
    growth = YEARLY_GROWTH ** ((month - LAVKA_START).days / 365.25)
    share = days / (_next_month(month) - month).days
    return round(NEWCOMERS * growth * SEASON[month.month - 1] * share)


def lavka_purchases() -> pd.DataFrame:
    """Simulate every purchase at ``lavka``, before anything happens to it.

    Returns
    -------
    DataFrame
        One row per purchase, by time: ``customer`` (0, 1, ... in the order of the months of the first
        purchase), ``ordered_at`` (local, whole minutes), ``amount`` (Decimal, KZT).
    """
    end = LAVKA_LAST_DAY + timedelta(days=1)
    blocks, customers = [], 0
    for number, period in enumerate(calendar_to(parse_period("2025-02"), LAVKA_START)):
        newcomers = lavka_newcomers(period.start)
        block = simulate_purchases(
            lavka_population(period.start),
            customers=newcomers,
            acquisition_days=(min(period.end, end) - period.start).days,
            observed_days=(end - period.start).days,
            seed=SEED + number,
        )
        block["day"] += (period.start - LAVKA_START).days
        blocks.append(block.assign(customer=block["customer_id"] + customers))
        customers += newcomers
    table = pd.concat(blocks, ignore_index=True)
    return _as_orders(table, LAVKA_START, step=PRICE_STEP)


def lavka_rates() -> pd.DataFrame:
    """Make up the rates at which the shop books foreign money: one per month and currency."""
    random = np.random.default_rng(SEED)
    months = [period.start for period in calendar_to(parse_period("2025-02"), LAVKA_START)]
    rows = [
        (month, code, Decimal(f"{random.uniform(low, high):.2f}"))
        for month in months
        for code, (low, high) in RATE_BANDS.items()
    ]
    return pd.DataFrame(rows, columns=["day", "currency", "rate"])


def lavka_truth() -> LavkaTruth:
    """Make the export of ``lavka`` together with all that is known of it."""
    rates = lavka_rates()
    rows = spoil(lavka_purchases(), rates, currency=LAVKA_CURRENCY, seed=SEED)
    first = LAVKA_DIALECT.header_row + 1
    repeated = LAVKA_DIALECT.repeat_header_after
    rows["row"] = first + rows.index + (rows.index >= repeated)
    further = pd.DataFrame(
        {"row": [first + repeated, first + len(rows) + 1], "use": ["repeated_header", "total_row"]}
    )
    rows = pd.concat([rows, further.reindex(columns=rows.columns).astype(object)])
    return LavkaTruth(rows.sort_values("row", ignore_index=True), rates)


def kiosk_orders() -> pd.DataFrame:
    """Simulate the orders on the loyalty cards of ``kiosk``: ``customer_id``, ``ordered_at``, ``amount``."""
    purchases = simulate_purchases(
        KIOSK_POPULATION, customers=30, acquisition_days=60, observed_days=KIOSK_DAYS, seed=SEED
    )
    orders = _as_orders(purchases.assign(customer=purchases["customer_id"]), KIOSK_START, step=5)
    return pd.DataFrame(
        {
            "customer_id": orders["customer"].map("K{:03d}".format),
            "ordered_at": orders["ordered_at"],
            "amount": orders["amount"],
        }
    )


def write_demo_clients(folder: Path) -> None:
    """Write the files of both demo clients: ``lavka/orders.csv``, ``lavka/rates.csv``, ``kiosk/orders.csv``.

    The bytes are the same on every machine.
    """
    truth = lavka_truth()
    records = truth.rows[truth.rows["ordered_at"].notna()].reset_index(drop=True)
    # An unquoted delimiter in a comment: the cells after it lie beyond the last column.
    surplus = {position: ("этаж 3", "лифта нет") for position in records.index[records["use"] == "ragged"]}
    lavka, kiosk = folder / "lavka", folder / "kiosk"
    for place in (lavka, kiosk):
        place.mkdir(parents=True, exist_ok=True)
    export = write_export(records[list(EXPORT_COLUMNS)], LAVKA_DIALECT, surplus=surplus)
    (lavka / "orders.csv").write_bytes(export)
    (lavka / "rates.csv").write_bytes(truth.rates.to_csv(index=False, lineterminator="\n").encode())
    (kiosk / "orders.csv").write_bytes(write_export(kiosk_orders(), KIOSK_DIALECT))


def _as_orders(purchases: pd.DataFrame, start: date, *, step: int) -> pd.DataFrame:
    """Turn days since the start into local minutes of opening hours, and amounts into prices."""
    day = np.floor(purchases["day"].to_numpy()).astype(int)
    minute = OPENS + np.floor((purchases["day"].to_numpy() - day) * OPEN_MINUTES).astype(int)
    prices = np.maximum(1, np.round(purchases["amount"].to_numpy() / step)).astype(int) * step
    begin = datetime.combine(start, datetime.min.time())
    table = pd.DataFrame(
        {
            "customer": purchases["customer"],
            "ordered_at": begin + pd.to_timedelta(day * 24 * 60 + minute, unit="min"),
            "amount": [Decimal(f"{price}.00") for price in prices],
        }
    )
    return table.sort_values(["ordered_at", "customer"], kind="stable", ignore_index=True)


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)

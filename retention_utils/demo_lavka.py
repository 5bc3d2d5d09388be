"""The simulated demo client ``lavka``: an online shop with four years of orders in a dirty export."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
from scipy.special import gammainc

from retention_utils.demo_dirt import spoil
from retention_utils.demo_tables import costs, events, factors, plan, surveys
from retention_utils.export_dialects import Dialect
from retention_utils.periods import calendar_to, parse_period
from retention_utils.simulate import Truth, purchase_rates, simulate_purchases

__all__ = [
    "CHANNELS",
    "LAVKA_DIALECT",
    "LAVKA_LAST_DAY",
    "SEED",
    "LavkaTruth",
    "as_orders",
    "channel_chances",
    "lavka_customers",
    "lavka_newcomers",
    "lavka_population",
    "lavka_purchases",
    "lavka_rates",
    "lavka_tables",
    "lavka_truth",
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
# The channel of a customer's first purchase hangs on how often the customer buys: from the rarest buyer to
# the most frequent the chance of the marketplace falls evenly to none, that of the site rises instead, that
# of the shop stays. So those of the marketplace come back less, and the channel is not what makes them.
CHANNELS = ("Маркетплейс", "Магазин", "Сайт")
MOST_MARKETPLACE, SHOP_SHARE = 0.6, 0.2
SWITCHED, UNSTATED = 0.15, 0.01  # of the orders: in another channel than the first; without one
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
        purchase), ``ordered_at`` (local, whole minutes), ``amount`` (Decimal, KZT), ``channel`` (as written
        with the order; empty for some).
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
    orders = as_orders(table, LAVKA_START, step=PRICE_STEP)
    return orders.assign(channel=_channels(orders["customer"].to_numpy()))


def lavka_customers() -> pd.DataFrame:
    """Say of every customer of ``lavka`` what nobody sees in the orders.

    Returns
    -------
    DataFrame
        One row per customer: ``customer`` (number), ``month`` (first day of that of the first purchase),
        ``rate`` (purchases per week), ``rank`` (of the rate among all customers there could be, from 0 to
        1), ``channel`` (of the first purchase).
    """
    end = LAVKA_LAST_DAY + timedelta(days=1)
    blocks = []
    for number, period in enumerate(calendar_to(parse_period("2025-02"), LAVKA_START)):
        population = lavka_population(period.start)
        rate = purchase_rates(
            population,
            customers=lavka_newcomers(period.start),
            acquisition_days=(min(period.end, end) - period.start).days,
            seed=SEED + number,
        )
        rank = gammainc(population.timing["r"], population.timing["alpha"] * rate)
        blocks.append(pd.DataFrame({"month": period.start, "rate": rate, "rank": rank}))
    table = pd.concat(blocks, ignore_index=True)
    chances = np.cumsum(channel_chances(table["rank"].to_numpy()), axis=0)
    drawn = np.random.default_rng([SEED, 1]).uniform(size=len(table))
    channel = np.array(CHANNELS)[(drawn > chances[:-1]).sum(axis=0)]
    return table.assign(customer=table.index, channel=channel)


def channel_chances(rank: np.ndarray) -> np.ndarray:
    """Return the chances of the three :data:`CHANNELS` for customers of these ranks, one row per channel."""
    marketplace = MOST_MARKETPLACE * (1 - rank)
    return np.stack([marketplace, np.full_like(rank, SHOP_SHARE), 1 - SHOP_SHARE - marketplace])


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


def lavka_tables(truth: LavkaTruth) -> dict[str, pd.DataFrame]:
    """Make the tables beside the orders, by name; :mod:`retention_utils.demo_tables` says what is true."""
    months = calendar_to(parse_period("2025-01"), LAVKA_START)
    newcomers = {month.start: lavka_newcomers(month.start) for month in months}
    orders = truth.clean_orders
    orders = orders[orders["customer_id"].str.fullmatch(r"\d+")]
    return {
        "costs": costs(newcomers, seed=SEED),
        "plan": plan(newcomers),
        "events": events(),
        "factors": factors(LAVKA_LAST_DAY, seed=SEED),
        "surveys": surveys(orders, last_day=LAVKA_LAST_DAY, seed=SEED),
    }


def as_orders(purchases: pd.DataFrame, start: date, *, step: int) -> pd.DataFrame:
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


def _channels(owner: np.ndarray) -> np.ndarray:
    """Give every order its channel: mostly that of the customer's first."""
    random = np.random.default_rng([SEED, 2])
    first = lavka_customers()["channel"].to_numpy()[owner]
    is_repeat = pd.Series(owner).duplicated().to_numpy()
    is_switched = is_repeat & (random.uniform(size=len(owner)) < SWITCHED)
    channel = np.where(is_switched, random.choice(CHANNELS, len(owner)), first)
    return np.where(random.uniform(size=len(owner)) < UNSTATED, "", channel)


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)

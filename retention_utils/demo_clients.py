"""The simulated demo clients: their customers drawn from known populations, their files written as found.

``lavka`` is an online shop with four years of orders in a dirty export; ``kiosk`` has too little to judge;
``sport`` sells memberships and has contracts instead of orders, and so has ``club``, whose members renew once
a year.
"""

from datetime import date
from pathlib import Path

import pandas as pd

from retention_utils.demo_dirt import EXPORT_COLUMNS
from retention_utils.demo_lavka import LAVKA_DIALECT, SEED, as_orders, lavka_tables, lavka_truth
from retention_utils.demo_membership import club_costs, club_members
from retention_utils.demo_sport import sport_tables
from retention_utils.demo_tables import write_table
from retention_utils.export_dialects import Dialect, write_export
from retention_utils.simulate import Truth, simulate_purchases

__all__ = ["KIOSK_DIALECT", "kiosk_orders", "write_demo_clients"]

KIOSK_POPULATION = Truth(
    timing={"r": 1.2, "alpha": 6.0, "a": 0.6, "b": 2.0}, spend={"p": 6.0, "q": 6.0, "v": 75.0}
)
KIOSK_START, KIOSK_DAYS = date(2024, 9, 1), 91
KIOSK_DIALECT = Dialect(date_format="%Y-%m-%d", language="uk", line_end="\n")


def kiosk_orders() -> pd.DataFrame:
    """Simulate the orders on the loyalty cards of ``kiosk``: ``customer_id``, ``ordered_at``, ``amount``."""
    purchases = simulate_purchases(
        KIOSK_POPULATION, customers=30, acquisition_days=60, observed_days=KIOSK_DAYS, seed=SEED
    )
    orders = as_orders(purchases.assign(customer=purchases["customer_id"]), KIOSK_START, step=5)
    return pd.DataFrame(
        {
            "customer_id": orders["customer"].map("K{:03d}".format),
            "ordered_at": orders["ordered_at"],
            "amount": orders["amount"],
        }
    )


def write_demo_clients(folder: Path) -> None:
    """Write the files of the simulated demo clients; the bytes are the same on every machine.

    ``sport`` gets ``contracts.csv``, ``activity.csv``, ``campaigns.csv``, ``costs.csv``, ``plan.csv``,
    ``reasons.csv`` and ``surveys.csv``, ``club`` ``members.csv`` and ``costs.csv``. Beside ``orders.csv`` of
    the two others, ``lavka`` gets ``rates.csv``, ``costs.csv``, ``plan.csv``, ``events.csv``, ``factors.csv``
    and ``surveys.csv``.
    """
    truth = lavka_truth()
    records = truth.rows[truth.rows["ordered_at"].notna()].reset_index(drop=True)
    # An unquoted delimiter in a comment: the cells after it lie beyond the last column.
    surplus = {position: ("этаж 3", "лифта нет") for position in records.index[records["use"] == "ragged"]}
    lavka, kiosk, sport, club = (folder / name for name in ("lavka", "kiosk", "sport", "club"))
    for place in (lavka, kiosk, sport, club):
        place.mkdir(parents=True, exist_ok=True)
    export = write_export(records[list(EXPORT_COLUMNS)], LAVKA_DIALECT, surplus=surplus)
    (lavka / "orders.csv").write_bytes(export)
    for name, table in {"rates": truth.rates, **lavka_tables(truth)}.items():
        (lavka / f"{name}.csv").write_bytes(write_table(table))
    (kiosk / "orders.csv").write_bytes(write_export(kiosk_orders(), KIOSK_DIALECT))
    for name, table in sport_tables().items():
        (sport / f"{name}.csv").write_bytes(write_table(table))
    for name, table in {"members": club_members(), "costs": club_costs()}.items():
        (club / f"{name}.csv").write_bytes(write_table(table))

"""The CDNOW 1/10 sample as it lies in the lifetimes package, which is found but not imported."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from retention_utils.simulate import customer_histories

CALIBRATION_END = 272  # 1997-09-30, in days after 1997-01-01
HOLDOUT_DAYS = 273  # to 1998-06-30


@cache
def purchases() -> pd.DataFrame:
    """One row per customer and day: ``customer_id``, ``day`` (since 1997-01-01), ``amount`` (US dollars)."""
    columns = ["master_id", "customer_id", "date", "discs", "amount"]
    log = pd.read_csv(
        _dataset("CDNOW_sample.txt"), sep=r"\s+", header=None, names=columns, parse_dates=["date"]
    )
    log["day"] = (log["date"] - pd.Timestamp("1997-01-01")).dt.days
    return log.groupby(["customer_id", "day"], as_index=False)["amount"].sum()


@cache
def histories() -> pd.DataFrame:
    """One row per customer at the end of calibration, with the purchases of the hold-out."""
    return customer_histories(purchases(), until=CALIBRATION_END, holdout_days=HOLDOUT_DAYS)


def published_spend() -> pd.DataFrame:
    """The summary shipped with lifetimes, amounts rounded to cents: ``frequency``, ``monetary_value``, ``customers``."""
    table = pd.read_csv(_dataset("cdnow_customers_summary_with_transactions.csv"))
    table = table.rename(columns={"x": "frequency", "zbar": "monetary_value"})
    repeat = table[table["frequency"] > 0]
    return repeat[["frequency", "monetary_value"]].value_counts().rename("customers").reset_index()


def _dataset(name: str) -> Path:
    return Path(find_spec("lifetimes").origin).parent / "datasets" / name

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
    package = Path(find_spec("lifetimes").origin).parent
    columns = ["master_id", "customer_id", "date", "discs", "amount"]
    path = package / "datasets" / "CDNOW_sample.txt"
    log = pd.read_csv(path, sep=r"\s+", header=None, names=columns, parse_dates=["date"])
    log["day"] = (log["date"] - pd.Timestamp("1997-01-01")).dt.days
    return log.groupby(["customer_id", "day"], as_index=False)["amount"].sum()


@cache
def histories() -> pd.DataFrame:
    """One row per customer at the end of calibration, with the purchases of the hold-out."""
    return customer_histories(purchases(), until=CALIBRATION_END, holdout_days=HOLDOUT_DAYS)

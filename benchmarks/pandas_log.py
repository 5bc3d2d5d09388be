"""The order log of intake.py in pandas, and what all tables of a mart are made of."""

from pathlib import Path

import pandas as pd

START, AS_OF, MONTHS = pd.Timestamp("2023-01-01"), pd.Timestamp("2025-12-31"), 36
GAP, WARMUP, WINDOW = pd.Timedelta(days=180), pd.Timedelta(days=180), pd.Timedelta(days=90)
CALIBRATION_END = AS_OF - pd.Timedelta(weeks=26)
TYPES = {"order_id": "str", "customer_id": "str", "amount": "float64"}


def read_orders(file: Path) -> pd.DataFrame:
    """Read the order log, each row once; only rows whose id comes again are held against each other."""
    if file.suffix == ".parquet":
        orders = pd.read_parquet(file, dtype_backend="pyarrow")
        orders = orders.astype(TYPES | {"ordered_at": "datetime64[s]"})
    else:
        orders = pd.read_csv(file, engine="pyarrow", dtype=TYPES, parse_dates=["ordered_at"])
    copies = orders[orders["order_id"].duplicated(keep=False)].duplicated()
    orders = orders.drop(index=copies.index[copies])
    return orders[orders["amount"] > 0]


def purchases(orders: pd.DataFrame) -> tuple[pd.DataFrame, pd.Index]:
    """Return one row per customer (by number) and day, in that order, and the customers' ids."""
    numbers, ids = pd.factorize(orders["customer_id"])
    days = pd.DataFrame(
        {"customer": numbers, "day": orders["ordered_at"].dt.normalize(), "amount": orders["amount"]}
    )
    days = days.groupby(["customer", "day"], as_index=False).agg(
        orders=("amount", "size"), amount=("amount", "sum")
    )
    days["amount"] = days["amount"].round(2)
    customer = days.groupby("customer")["day"]
    days["order_rank"] = customer.cumcount() + 1
    days["first_day"] = customer.transform("min")
    days["next_day"] = customer.shift(-1)
    days["wait_days"] = (days["next_day"] - days["day"]).dt.days
    days["month"], days["cohort"] = month(days["day"]), month(days["first_day"])
    return days, ids


def month(day: pd.Series) -> pd.Series:
    """Give the number of the month, from the first of the log."""
    return 12 * (day.dt.year - START.year) + day.dt.month - START.month


def customers(days: pd.DataFrame) -> pd.DataFrame:
    """Sum up every customer."""
    again = days["amount"].where(days["order_rank"] > 1, 0.0)
    found = (
        days.assign(repeat_amount=again)
        .groupby("customer")
        .agg(
            first_day=("first_day", "first"), last_day=("day", "max"), orders=("orders", "sum"),
            frequency=("day", "size"), amount=("amount", "sum"), repeat_amount=("repeat_amount", "sum"),
            cohort=("cohort", "first"),
        )
    )  # fmt: skip
    found["frequency"] -= 1
    found["repeat_amount"] = found["repeat_amount"].round(2)
    found["is_mixed"] = found["first_day"] < START + WARMUP
    found["recency_days"] = (found["last_day"] - found["first_day"]).dt.days
    found["age_days"] = (AS_OF - found["first_day"]).dt.days
    return found


def monthly(days: pd.DataFrame) -> pd.DataFrame:
    """Sum up every customer and month, in that order."""
    return days.groupby(["customer", "month"], as_index=False).agg(
        cohort=("cohort", "first"), orders=("orders", "sum"), amount=("amount", "sum"),
        purchase_days=("day", "size"), last_rank=("order_rank", "max"), last_day=("day", "max"),
    )  # fmt: skip


def counted(table: pd.DataFrame) -> pd.DataFrame:
    """Count the customers by all columns."""
    return table.groupby(list(table.columns), as_index=False).size().rename(columns={"size": "customers"})

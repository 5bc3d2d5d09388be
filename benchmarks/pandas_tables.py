"""The tables of a mart by pandas, for the order log of intake.py.

python benchmarks/pandas_tables.py FILE DATABASE
"""

import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

START, AS_OF, MONTHS = pd.Timestamp("2023-01-01"), pd.Timestamp("2025-12-31"), 36
GAP, WARMUP, WINDOW = pd.Timedelta(days=180), pd.Timedelta(days=180), pd.Timedelta(days=90)
CALIBRATION_END = AS_OF - pd.Timedelta(weeks=26)


def read_orders(file: Path) -> pd.DataFrame:
    """Read the order log, each row once; whole numbers in the place of ids, whose text is kept beside."""
    if file.suffix == ".parquet":
        orders = pd.read_parquet(file)
        orders["amount"] = orders["amount"].astype("float64")
    else:
        orders = pd.read_csv(
            file,
            dtype={"order_id": "string", "customer_id": "string", "amount": "float64"},
            parse_dates=["ordered_at"],
            date_format="%Y-%m-%d %H:%M:%S",
        )
    orders = orders.drop_duplicates()
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


def daily(days: pd.DataFrame) -> pd.DataFrame:
    """Count what happened on every day."""
    return (
        days.assign(is_first=days["order_rank"] == 1)
        .groupby("day", as_index=False)
        .agg(
            orders=("orders", "sum"), buyers=("customer", "size"), first_purchases=("is_first", "sum"),
            amount=("amount", "sum"),
        )
    )  # fmt: skip


def monthly(days: pd.DataFrame) -> pd.DataFrame:
    """Sum up every customer and month, in that order."""
    return days.groupby(["customer", "month"], as_index=False).agg(
        cohort=("cohort", "first"), orders=("orders", "sum"), amount=("amount", "sum"),
        purchase_days=("day", "size"), last_rank=("order_rank", "max"), last_day=("day", "max"),
    )  # fmt: skip


def movements(months: pd.DataFrame) -> pd.DataFrame:
    """Count who came into and who dropped out of the active base in every month."""
    next_month = months.groupby("customer")["month"].shift(-1).fillna(MONTHS)
    spells = pd.DataFrame(
        {
            "customer": months["customer"],
            "since": months["month"] + 1,
            "until": np.minimum(np.minimum(next_month, month(months["last_day"] + GAP)), MONTHS).astype(int),
            "is_first": months["month"] == months["cohort"],
        }
    )
    spells = spells[spells["until"] >= spells["since"]]
    of_customer = spells.groupby("customer")
    comes = ~(of_customer["until"].shift(1) == spells["since"] - 1)
    goes = ~(of_customer["since"].shift(-1) == spells["until"] + 1)
    since, until = spells["since"] - 1, spells["until"]
    found = months.groupby("month").agg(
        joined=("last_rank", "size"), buyers=("customer", "size"), orders=("orders", "sum"),
        purchase_days=("purchase_days", "sum"), amount=("amount", "sum"),
    )  # fmt: skip
    found["joined"] = (months["month"] == months["cohort"]).groupby(months["month"]).sum()
    found["new"] = since[spells["is_first"]].value_counts()
    found["reactivated"] = since[comes & ~spells["is_first"]].value_counts()
    found["lapsed"] = until[goes & (until < MONTHS)].value_counts()
    found = found.fillna(0)
    found["active_end"] = (found["new"] + found["reactivated"] - found["lapsed"]).cumsum()
    found["active_start"] = found["active_end"].shift(1, fill_value=0)
    return found.rename_axis("period_number").reset_index()


def period_sums(months: pd.DataFrame) -> pd.DataFrame:
    """Sum the squares of what customers spent, and the products with the month before."""
    of_customer = months.groupby("customer")
    is_next = of_customer["month"].shift(1) == months["month"] - 1
    before = of_customer["amount"].shift(1).where(is_next, 0.0)
    found = pd.DataFrame(
        {
            "period_number": months["month"],
            "amount_squares": months["amount"] ** 2,
            "amount_products": months["amount"] * before,
            "buyers_of_both": is_next,
        }
    )
    return found.groupby("period_number", as_index=False).sum()


def cohort_cells(months: pd.DataFrame) -> pd.DataFrame:
    """Count who of every cohort bought at every age."""
    placed = months.assign(age=months["month"] - months["cohort"], repeats=months["last_rank"] > 1)
    return placed.groupby(["cohort", "age"], as_index=False).agg(
        active=("customer", "size"), orders=("orders", "sum"), amount=("amount", "sum"),
        repeaters=("repeats", "sum"),
    )  # fmt: skip


def waits(days: pd.DataFrame) -> pd.DataFrame:
    """Count how long customers waited for their next purchase."""
    early = days[(days["first_day"] >= START + WARMUP) & (days["order_rank"] <= 4)]
    waited = pd.DataFrame(
        {
            "order_rank": early["order_rank"],
            "days": (early["next_day"].fillna(AS_OF) - early["day"]).dt.days,
            "is_observed": early["next_day"].notna(),
        }
    )
    return counted(waited)


def repeat_by_cohort(days: pd.DataFrame) -> pd.DataFrame:
    """Count who purchased again soon."""
    first = days[(days["order_rank"] == 1) & (days["day"] <= AS_OF - WINDOW)]
    return (
        first.assign(soon=first["next_day"] - first["day"] <= WINDOW)
        .groupby("cohort", as_index=False)
        .agg(customers=("soon", "size"), repeated=("soon", "sum"))
    )


def cells(summed: pd.DataFrame) -> pd.DataFrame:
    """Count the customers with each history."""
    found = summed.groupby(["frequency", "recency_days", "age_days"], as_index=False).agg(
        customers=("orders", "size"), monetary_sum=("repeat_amount", "sum")
    )
    found["monetary_sum"] = (found["monetary_sum"].round(2) / found["frequency"]).fillna(0.0)
    return found


def spend_cells(summed: pd.DataFrame) -> pd.DataFrame:
    """Count the repeat customers with each mean amount."""
    repeaters = summed[summed["frequency"] > 0]
    found = counted(repeaters[["frequency", "repeat_amount"]])
    found["monetary_value"] = found.pop("repeat_amount") / found["frequency"]
    return found


def holdout_cells(days: pd.DataFrame) -> pd.DataFrame:
    """Count customers by their history in the calibration and their purchases after it."""
    known = days[days["first_day"] <= CALIBRATION_END]
    is_early = known["day"] <= CALIBRATION_END
    early = known[is_early].groupby("customer").agg(
        first_day=("first_day", "first"), last_day=("day", "max"), frequency=("day", "size")
    )  # fmt: skip
    later = known.loc[~is_early, "customer"].value_counts()
    histories = pd.DataFrame(
        {
            "frequency": early["frequency"] - 1,
            "recency_days": (early["last_day"] - early["first_day"]).dt.days,
            "age_days": (CALIBRATION_END - early["first_day"]).dt.days,
            "holdout_purchases": later.reindex(early.index, fill_value=0),
        }
    )
    return counted(histories)


def weekly_repeats(days: pd.DataFrame) -> pd.DataFrame:
    """Count repeat purchases week by week."""
    known = days[days["first_day"] <= CALIBRATION_END]
    week = (known["day"] - START).dt.days // 7 + 1
    is_whole = week <= ((AS_OF - START).days + 1) // 7
    found = (known["order_rank"] > 1)[is_whole].groupby(week[is_whole]).sum()
    return found.rename("repeat_purchases").rename_axis("week").reset_index()


def counted(table: pd.DataFrame) -> pd.DataFrame:
    """Count the customers by all columns."""
    return table.groupby(list(table.columns), as_index=False).size().rename(columns={"size": "customers"})


def build(file: Path, database: Path) -> None:
    """Read the file and make the tables."""
    days, ids = purchases(read_orders(file))
    months, summed = monthly(days), customers(days)
    tables = {
        "customers": summed.assign(customer_id=ids[summed.index]),
        "daily": daily(days),
        "movements": movements(months),
        "period_sums": period_sums(months),
        "cohort_cells": cohort_cells(months),
        "waits": waits(days),
        "repeat_by_cohort": repeat_by_cohort(days),
        "cells": cells(summed),
        "spend_cells": spend_cells(summed),
        "holdout_cells": holdout_cells(days),
        "weekly_repeats": weekly_repeats(days),
    }
    with duckdb.connect(str(database)) as connection:
        for name, table in tables.items():
            connection.register("made", table)
            connection.execute(f"CREATE TABLE {name} AS FROM made")
            connection.unregister("made")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))

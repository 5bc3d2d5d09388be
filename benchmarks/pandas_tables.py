"""The tables of a mart by pandas, for the order log of intake.py.

python benchmarks/pandas_tables.py FILE DATABASE
"""

import sys
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
from pandas_cohorts import (
    bracket_cells,
    cohort_cells,
    cohort_movements,
    first_repeat_cells,
    last_cells,
    movements,
    order_bridge,
    period_sums,
    repeat_by_cohort,
    rolling_cells,
    rolling_observed,
    tenure_periods,
)
from pandas_log import (
    AS_OF,
    CALIBRATION_END,
    GAP,
    START,
    WARMUP,
    counted,
    customers,
    monthly,
    purchases,
    read_orders,
)
from pandas_states import SNAPSHOTS, states


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


def base_events(days: pd.DataFrame) -> pd.DataFrame:
    """Count who came into and who dropped out of the active base day by day."""
    runs_out = days["day"] + GAP
    is_away = ~(days["next_day"] <= runs_out)
    events = {
        "joined": days.loc[days["order_rank"] == 1, "day"],
        "reactivated": days.loc[is_away, "next_day"],
        "lapsed": runs_out[is_away & (runs_out <= AS_OF)],
    }
    found = pd.DataFrame({name: when.value_counts() for name, when in events.items()})
    return found.fillna(0).rename_axis("day").reset_index()


def silences(days: pd.DataFrame) -> pd.DataFrame:
    """Count how long every purchase stayed the last one."""
    return counted(waited(days)).rename(columns={"is_observed": "has_ended", "customers": "purchases"})


def segment_waits(days: pd.DataFrame) -> pd.DataFrame:
    """Count how long customers waited for their second purchase, by what their first one was."""
    first = days[(days["order_rank"] == 1) & (days["day"] >= START + WARMUP)]
    here = first["amount"].value_counts().sort_index()
    third = (3 * (2 * here.cumsum() - here) // (2 * here.sum())).clip(upper=2)
    limits = third.reset_index().groupby("count")["amount"].agg(low="min", high="max")
    by_value = counted(waited(first).assign(third=first["amount"].map(third)))
    by_value = by_value.join(limits, on="third").assign(attribute="first_order_value")
    by_value["segment"] = by_value.pop("third").map({0: "lower", 1: "middle", 2: "upper"})
    by_year = counted(waited(first).assign(segment=first["day"].dt.year)).astype({"segment": "str"})
    return pd.concat([by_value, by_year.assign(attribute="first_year")])


def waited(rows: pd.DataFrame) -> pd.DataFrame:
    """Say how long each purchase stayed the last one, and whether the next one came."""
    is_observed = rows["wait_days"].notna()
    days = rows["wait_days"].fillna((AS_OF - rows["day"]).dt.days).astype(int)
    return pd.DataFrame({"days": days, "is_observed": is_observed})


def waits(days: pd.DataFrame) -> pd.DataFrame:
    """Count how long customers waited for their next purchase."""
    early = days[(days["first_day"] >= START + WARMUP) & (days["order_rank"] <= 4)]
    return counted(waited(early).assign(order_rank=early["order_rank"]))


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


def build(file: Path, database: Path) -> None:
    """Read the file and make the tables."""
    days, ids = purchases(read_orders(file))
    months, summed = monthly(days), customers(days)
    of_customers = {"customers": summed} | {
        name: states(days, day, later) for name, (day, later) in SNAPSHOTS.items()
    }
    tables = {name: table.assign(customer_id=ids[table.index]) for name, table in of_customers.items()}
    tables |= {table.__name__: table(days) for table in OF_DAYS}
    tables |= {table.__name__: table(months) for table in OF_MONTHS}
    tables |= {table.__name__: table(summed) for table in OF_CUSTOMERS}
    with duckdb.connect(str(database)) as connection:
        for name, table in tables.items():
            connection.register("made", pa.Table.from_pandas(table, preserve_index=False))
            connection.execute(f"CREATE TABLE {name} AS FROM made")
            connection.unregister("made")


OF_DAYS = (
    daily, base_events, silences, waits, segment_waits, repeat_by_cohort, rolling_cells, holdout_cells,
    weekly_repeats,
)  # fmt: skip
OF_MONTHS = (
    movements, cohort_movements, period_sums, tenure_periods, order_bridge, cohort_cells, first_repeat_cells,
    bracket_cells,
)  # fmt: skip
OF_CUSTOMERS = (last_cells, rolling_observed, cells, spend_cells)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))

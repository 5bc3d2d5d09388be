"""Where every customer of the order log of intake.py stood on a day, by pandas."""

import pandas as pd
from pandas_log import AS_OF

# Days before the one looked at: a stretch begins after the first and ends with the second.
STRETCHES = {"year": (365, 0), "window": (730, 0), "last": (30, 0), "previous": (60, 30), "norm": (425, 60)}
NORM_BEFORE, NORM_DAYS, FOLLOW_UP = 60, 365, 180
SNAPSHOTS = {
    "states": (AS_OF, 0),
    "states_previous": (pd.Timestamp("2025-11-30"), 0),
    "states_before": (AS_OF - pd.Timedelta(days=FOLLOW_UP), FOLLOW_UP),
    "states_earlier": (AS_OF - pd.Timedelta(days=2 * FOLLOW_UP), FOLLOW_UP),
}


def states(days: pd.DataFrame, day: pd.Timestamp, later: int) -> pd.DataFrame:
    """Sum up every customer as of a day; with the days after it that are looked at, too."""
    before = (day - days["day"]).dt.days
    known = days[before >= 0]
    found = totals(known)
    stretches = STRETCHES | ({"later": (0, -later)} if later else {})
    for name, (after, to) in stretches.items():
        within = days[(before < after) & (before >= to)].groupby("customer")["amount"]
        found[f"{name}_purchases"], found[f"{name}_amount"] = within.size(), within.sum()
    found = found[found["last_day"].notna()].fillna(0)
    found["recency_days"] = (found["last_day"] - found["first_day"]).dt.days
    found["age_days"] = (day - found["first_day"]).dt.days
    found["silence_days"] = (day - found["last_day"]).dt.days + 1
    found["norm_days"] = (found["age_days"] - NORM_BEFORE + 1).clip(0, NORM_DAYS)
    waits = known.loc[known["next_day"] <= day].groupby("customer")["wait_days"]
    found["usual_gap_days"] = waits.median()[waits.size() > 1]
    return found


def totals(known: pd.DataFrame) -> pd.DataFrame:
    """Add up all that is known of every customer, by number."""
    again = known["amount"].where(known["order_rank"] > 1, 0.0)
    found = (
        known.assign(repeat_amount=again)
        .groupby("customer")
        .agg(
            first_day=("first_day", "first"), last_day=("day", "last"), frequency=("order_rank", "last"),
            orders=("orders", "sum"), amount=("amount", "sum"), repeat_amount=("repeat_amount", "sum"),
        )
    )  # fmt: skip
    found["frequency"] -= 1
    return found

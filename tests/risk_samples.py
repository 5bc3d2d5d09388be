"""Customers simulated from a known MBG/NBD population, as the mart's state tables know them on a day."""

from functools import cache

import pandas as pd

from retention_utils.simulate import Truth, simulate_purchases, whole_days

GAP = 180
FOLLOW_UP = 180
COLUMNS = [
    "customer_id", "last_day", "frequency", "recency_days", "age_days", "silence_days", "usual_gap_days",
    "window_purchases", "year_purchases", "year_amount",
]  # fmt: skip


@cache
def purchases(
    customers: int = 3000, seed: int = 0, *, observed_days: int = 720, truth: Truth | None = None
) -> pd.DataFrame:
    """Return a day log of customers acquired in the first 240 days."""
    log = simulate_purchases(
        truth or Truth(), customers=customers, acquisition_days=240, observed_days=observed_days, seed=seed
    )
    return whole_days(log)


def states_of(log: pd.DataFrame, *, day: int, follow_up_days: int | None = FOLLOW_UP) -> pd.DataFrame:
    """Sum up every customer as of the end of a day (days are counted from 0)."""
    known = log[log["day"] <= day]
    by_customer = known.groupby("customer_id")
    first, last, count = (by_customer["day"].agg(how) for how in ("min", "max", "size"))
    gaps = known.assign(gap=by_customer["day"].diff()).groupby("customer_id")["gap"]
    year, window = (known[known["day"] > day - days].groupby("customer_id") for days in (365, 730))
    table = pd.DataFrame(
        {
            "last_day": pd.Timestamp("2020-01-01") + pd.to_timedelta(last, unit="D"),
            "frequency": count - 1,
            "recency_days": last - first,
            "age_days": day - first,
            "silence_days": day - last + 1,  # to the end of the day, as the mart counts
            "usual_gap_days": gaps.median().where(gaps.count() >= 2),
            "window_purchases": window.size(),
            "year_purchases": year.size(),
            "year_amount": year["amount"].sum().round(2),
        }
    )
    counts = ["window_purchases", "year_purchases"]
    table = table.fillna({"year_amount": 0.0} | dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, int))
    if follow_up_days is not None:
        later = log[(log["day"] > day) & (log["day"] <= day + follow_up_days)]
        came = later.groupby("customer_id").size().reindex(table.index, fill_value=0)
        table = table.assign(later_purchases=came)
    table.index = [f"c{number:06d}" for number in table.index]
    return table.rename_axis("customer_id").reset_index()


def person(**changes) -> dict:
    """Return one customer who is a candidate: usually every 20 days, now silent for 60."""
    told = {
        "customer_id": "ann", "last_day": pd.Timestamp("2024-03-01"), "frequency": 4, "recency_days": 90,
        "age_days": 150, "silence_days": 60, "usual_gap_days": 20.0, "window_purchases": 5,
        "year_purchases": 5, "year_amount": 100.0, "later_purchases": 0,
    }  # fmt: skip
    return told | changes


def people(*changes: dict) -> pd.DataFrame:
    """Return one row per customer; each differs from :func:`person` as given."""
    return pd.DataFrame([person(**one) for one in changes])

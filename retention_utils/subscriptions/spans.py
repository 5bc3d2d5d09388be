"""Stretches under contract: rows of a contract list after the policies on trials, pauses and arrears.

A trial and what costs nothing are no revenue and make nobody a customer. A pause keeps the customer at no
revenue until it has lasted too long. Arrears end a contract once the days of grace are over.
"""

import numpy as np
import pandas as pd

from retention_utils.config import ContractSettings
from retention_utils.schema import require

__all__ = ["JUDGED_AT_RENEWAL", "contract_spans", "has_dates", "monthly_revenue", "tells_arrears"]

MONTHS_COVERED = {"week": 7 * 12 / 365.25, "month": 1, "quarter": 3, "half_year": 6, "year": 12}
# Paid for so long ahead, a contract can hardly be lost in most months.
JUDGED_AT_RENEWAL = ("quarter", "half_year", "year")
OPTIONAL = (
    "subscription_id", "end", "plan", "trial_end", "past_due_since", "coupon", "is_pause", "is_involuntary",
)  # fmt: skip


def has_dates(subscriptions: pd.DataFrame) -> bool:
    """Say whether a contract list tells when contracts began; else it is a mere snapshot."""
    return "start" in subscriptions and bool(subscriptions["start"].notna().any())


def tells_arrears(subscriptions: pd.DataFrame) -> bool:
    """Say whether a contract list names any payment overdue; else nobody knows of any."""
    return "past_due_since" in subscriptions and bool(subscriptions["past_due_since"].notna().any())


def monthly_revenue(subscriptions: pd.DataFrame) -> pd.Series:
    """Spread the payment of every row over the months it covers."""
    require(subscriptions, ["amount", "billed_every"], name="subscriptions")
    months = subscriptions["billed_every"].astype("string").fillna("month").map(MONTHS_COVERED)
    return (subscriptions["amount"].astype(float) / months.astype(float)).round(4)


def contract_spans(subscriptions: pd.DataFrame, settings: ContractSettings) -> pd.DataFrame:
    """Turn contract rows into stretches under contract, each with its monthly revenue.

    Parameters
    ----------
    subscriptions : DataFrame
        The client's table of this name, with dates.
    settings : ContractSettings
        What counts.

    Returns
    -------
    DataFrame
        One row per stretch, by customer and first day: ``customer_id``, ``contract`` (the subscription's id;
        the customer's where there is none), ``plan`` (empty where not named), ``billed_every``,
        ``first_day``, ``end_day`` (first day no longer covered; NaT while it runs), ``mrr`` (monthly
        revenue: a payment divided by the months it covers; 0 in a pause), ``ending`` (voluntary,
        involuntary, unknown, or pause; what the last day brings, if there is one).

    Raises
    ------
    TableError
        If a column is missing.
    """
    require(subscriptions, ["customer_id", "start", "amount"], name="subscriptions")
    rows = _typed(subscriptions)
    grace_over = rows["past_due_since"] + pd.Timedelta(days=settings.grace_days)
    is_cut = grace_over.notna() & ~(rows["end"] <= grace_over)
    price = rows["amount"] + (rows["coupon"] if settings.coupons == "ignore" else 0)
    priced = rows.assign(amount=price)
    paid = pd.DataFrame(
        {
            "customer_id": rows["customer_id"],
            "contract": rows["contract"],
            "plan": rows["plan"],
            "billed_every": rows["billed_every"],
            "first_day": rows["start"].where(~(rows["trial_end"] > rows["start"]), rows["trial_end"]),
            "end_day": rows["end"].where(~is_cut, grace_over),
            "mrr": monthly_revenue(priced),
            "ending": np.where(is_cut, "involuntary", _ending(rows)),
        }
    )
    paid = paid[(paid["mrr"] > 0) & ~(paid["end_day"] <= paid["first_day"])]
    spans = pd.concat([paid, _pauses(paid, rows, settings.pause_days)], ignore_index=True)
    spans = spans.sort_values(["customer_id", "first_day", "contract", "mrr"], ignore_index=True)
    # Every period that is looked at repeats these words; as categories they take little room.
    return spans.astype(dict.fromkeys(["customer_id", "plan", "billed_every"], "category"))


def _typed(subscriptions: pd.DataFrame) -> pd.DataFrame:
    rows = subscriptions.reindex(columns=[*dict.fromkeys([*subscriptions.columns, *OPTIONAL])]).copy()
    for day in ("start", "end", "trial_end", "past_due_since"):
        rows[day] = pd.to_datetime(rows[day])
    for amount in ("amount", "coupon"):
        rows[amount] = rows[amount].astype(float).fillna(0.0)
    for flag in ("is_pause", "is_involuntary"):
        rows[flag] = rows[flag].astype("boolean")
    rows["customer_id"] = rows["customer_id"].astype("string")
    rows["contract"] = rows["subscription_id"].astype("string").fillna(rows["customer_id"])
    rows["plan"] = rows["plan"].astype("string").fillna("")
    billed = rows["billed_every"] if "billed_every" in rows else pd.Series(None, index=rows.index)
    rows["billed_every"] = billed.astype("string").fillna("month")
    return rows.sort_values(["customer_id", "contract", "start"], ignore_index=True)


def _ending(rows: pd.DataFrame) -> np.ndarray:
    known = rows["is_involuntary"]
    cases = [
        rows["end"].isna(), rows["is_pause"].fillna(False), known.fillna(False), known.notna(),
    ]  # fmt: skip
    words = ["", "pause", "involuntary", "voluntary"]
    return np.select([case.to_numpy(bool) for case in cases], words, "unknown")


def _pauses(paid: pd.DataFrame, rows: pd.DataFrame, pause_days: int) -> pd.DataFrame:
    """Return the stretches in which a contract is paused: up to its next row, or to the longest pause."""
    resumed = rows.groupby(["customer_id", "contract"], sort=False)["start"].shift(-1)
    paused = paid[paid["ending"] == "pause"]
    longest = paused["end_day"] + pd.Timedelta(days=pause_days)
    resumed = resumed.reindex(paused.index)
    until = longest.where(~(resumed < longest), resumed)
    pauses = paused.assign(first_day=paused["end_day"], end_day=until, mrr=0.0, ending="unknown")
    return pauses[pauses["end_day"] > pauses["first_day"]]

"""How long those under contract stay, in the form that the what-if takes."""

from datetime import date

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.what_if.base_curve import FEWEST_ACTIVE, FEWEST_LOST, MONTH_DAYS, BaseRetention

__all__ = ["STRETCH_DAYS", "contract_base"]

STRETCH_DAYS = 365
"""A year, so that every yearly contract comes up for renewal once and every season counts once."""


def contract_base(spans: pd.DataFrame, *, as_of: date, history_start: date) -> BaseRetention | None:
    """Count who of those under contract a year ago is so today, and what they have brought since.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    as_of, history_start : date
        The last day looked at, and the first one that the list holds whole.

    Returns
    -------
    BaseRetention or None
        None when the list does not reach a year back, or fewer than 100 were under contract then, or fewer
        than 20 of them are lost. Revenue is earned day by day: a payment is spread over the days it covers.
    """
    require(spans, ["customer_id", "first_day", "end_day", "mrr"], name="spans")
    now = pd.Timestamp(as_of)
    before, earlier = (now - pd.Timedelta(days=days) for days in (STRETCH_DAYS, 2 * STRETCH_DAYS))
    if before < pd.Timestamp(history_start):
        return None
    there = _under_contract(spans, before)
    is_kept = there.isin(_under_contract(spans, now))
    if len(there) < FEWEST_ACTIVE or len(there) - is_kept.sum() < FEWEST_LOST:
        return None
    is_seen, ago = earlier >= pd.Timestamp(history_start), _under_contract(spans, earlier)
    is_survivor = there.isin(ago) & is_seen
    amounts = there.map(_earned(spans, before, now)).fillna(0.0)
    return BaseRetention(
        stretch_days=STRETCH_DAYS,
        active_now=len(_under_contract(spans, now)),
        active_before=len(there),
        stayed=int(is_kept.sum()),
        survivors=int(is_survivor.sum()),
        survivors_stayed=int((is_survivor & is_kept).sum()),
        amount_per_customer=float(amounts.mean()),
        amount_error=float(amounts.std(ddof=1) / np.sqrt(len(amounts))),
        amount_before=(
            float(ago.map(_earned(spans, earlier, before)).fillna(0.0).mean())
            if is_seen and len(ago) >= FEWEST_ACTIVE
            else np.nan
        ),
    )


def _under_contract(spans: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    covers = (spans["first_day"] <= day) & ~(spans["end_day"] <= day)
    return spans.loc[covers, "customer_id"].astype(object).drop_duplicates()


def _earned(spans: pd.DataFrame, after: pd.Timestamp, until: pd.Timestamp) -> pd.Series:
    """Return what every customer has brought on the days after the one and up to the other."""
    first = spans["first_day"].clip(lower=after + pd.Timedelta(days=1))
    last = spans["end_day"].fillna(until + pd.Timedelta(days=1)).clip(upper=until + pd.Timedelta(days=1))
    days = (last - first).dt.days.clip(lower=0)
    earned = spans["mrr"] * days / MONTH_DAYS
    return earned.groupby(spans["customer_id"].astype(object)).sum()

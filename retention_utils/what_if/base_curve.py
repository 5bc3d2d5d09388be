"""How long today's active customers stay active, from those who were active before.

Set-based: of the customers who were active on a day, the share who are active on a later one. Nothing of a
model is in it but that between the days looked at the same share is lost every month, and after the last of
them as much as just before it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.schema import require

__all__ = ["FEWEST_ACTIVE", "FEWEST_LOST", "MONTH_DAYS", "BaseRetention", "base_retention", "shares_active"]

MONTH_DAYS = 365.25 / 12
FEWEST_ACTIVE, FEWEST_LOST = 100, 20  # customers; below, no share is worth projecting
STATE_COLUMNS = ["customer_id", "silence_days"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BaseRetention:
    """Who stayed active over one stretch of ``stretch_days``, and over a second one after it."""

    stretch_days: int
    active_now: int  # customers of today's base
    active_before: int  # active one stretch ago
    stayed: int  # of them active today
    survivors: int  # active two stretches ago and one ago
    survivors_stayed: int  # of them active today
    amount_per_customer: float  # revenue of one who was active a stretch ago, in the stretch since
    amount_error: float  # standard error of that mean
    amount_before: float = float("nan")  # the same of one active two stretches ago, in the stretch after that

    @property
    def missed(self) -> float:
        """How far the count of a stretch ago was off for the stretch since, a fraction; NaN: not known."""
        came = self.amount_per_customer
        return self.amount_before / came - 1 if came > 0 else float("nan")

    @property
    def is_constant(self) -> bool:
        """Whether too few were followed over two stretches, so that the first one's rate is carried on."""
        lost = self.survivors - self.survivors_stayed
        return self.survivors < FEWEST_ACTIVE or lost < FEWEST_LOST

    @property
    def first_share(self) -> float:
        """Share who stayed active over the first stretch."""
        return self.stayed / self.active_before

    @property
    def second_share(self) -> float:
        """Share of those who had stayed over one stretch who stayed over the next."""
        return self.first_share if self.is_constant else self.survivors_stayed / self.survivors

    @property
    def leaving_monthly(self) -> tuple[float, float]:
        """Share who leave in a month: over the first stretch, and of those who stayed over the next."""
        months = self.stretch_days / MONTH_DAYS
        return 1 - self.first_share ** (1 / months), 1 - self.second_share ** (1 / months)


def base_retention(
    states: pd.DataFrame,
    states_before: pd.DataFrame,
    states_earlier: pd.DataFrame,
    *,
    gap_days: int,
    stretch_days: int,
) -> BaseRetention | None:
    """Count who of the active customers stayed active.

    Parameters
    ----------
    states, states_before, states_earlier : DataFrame
        The mart's tables of these names: today, one stretch and two stretches ago.
    gap_days : int
        Days of silence up to which a customer is active.
    stretch_days : int
        Days between them.

    Returns
    -------
    BaseRetention or None
        None when fewer than 100 were active one stretch ago, or fewer than 20 of them were lost since.
    """
    require(states, STATE_COLUMNS, name="states")
    require(states_before, [*STATE_COLUMNS, "later_amount"], name="states_before")
    require(states_earlier, [*STATE_COLUMNS, "later_amount"], name="states_earlier")
    now = _active(states, gap_days)
    before = states_before[states_before["silence_days"] <= gap_days]
    ids = before["customer_id"].astype(object)
    is_kept = ids.isin(now)
    if len(before) < FEWEST_ACTIVE or len(before) - is_kept.sum() < FEWEST_LOST:
        return None
    earlier = states_earlier[states_earlier["silence_days"] <= gap_days]
    is_survivor = ids.isin(earlier["customer_id"].astype(object))
    amounts = before["later_amount"].astype(float)
    return BaseRetention(
        stretch_days=stretch_days,
        active_now=len(now),
        active_before=len(before),
        stayed=int(is_kept.sum()),
        survivors=int(is_survivor.sum()),
        survivors_stayed=int((is_survivor & is_kept).sum()),
        amount_per_customer=float(amounts.mean()),
        amount_error=float(amounts.std(ddof=1) / np.sqrt(len(amounts))),
        amount_before=(
            float(earlier["later_amount"].astype(float).mean()) if len(earlier) >= FEWEST_ACTIVE else np.nan
        ),
    )


def shares_active(first: Floats | float, second: Floats | float, *, stretch_days: int, months: int) -> Floats:
    """Share of today's active customers who are still active after 0, 1, 2 … months.

    Parameters
    ----------
    first, second : float or ndarray
        Shares who stay over the first stretch, and over every later one.
    stretch_days : int
        Length of a stretch.
    months : int
        The last month.

    Returns
    -------
    ndarray
        Fractions; the last axis is the month, the axes before it are those of ``first``.
    """
    days = np.arange(months + 1) * MONTH_DAYS
    within = np.minimum(days, stretch_days) / stretch_days
    beyond = np.maximum(days - stretch_days, 0) / stretch_days
    return np.power(np.expand_dims(first, -1), within) * np.power(np.expand_dims(second, -1), beyond)


def _active(states: pd.DataFrame, gap_days: int) -> pd.Series:
    ids = states.loc[states["silence_days"] <= gap_days, "customer_id"]
    return ids.astype(object)  # looked up at once; as Arrow texts, pandas goes through them one by one

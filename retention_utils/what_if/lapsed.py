"""What customers who have lapsed still bring, from those who had lapsed before: some come back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.what_if.base_curve import FEWEST_ACTIVE, MONTH_DAYS, STATE_COLUMNS

__all__ = ["LapsedCount", "lapsed_count"]


@dataclass(frozen=True)
class LapsedCount:
    """Revenue of customers who had lapsed, on average, stretch by stretch of ``stretch_days``."""

    stretch_days: int
    lapsed_now: int
    lapsed_before: int  # one stretch ago
    first: float  # of one who had lapsed a stretch ago, in the stretch since
    first_error: float  # standard error of that mean
    lapsed_earlier: int  # two stretches ago
    second: float  # of one who had lapsed two stretches ago, in the last of them
    second_error: float
    earlier: float  # of the same, in the stretch right after

    def value(self, *, months: int, margin: float, annual_discount_rate: float) -> tuple[float, float]:
        """Reckon what one of them brings in so many months, with its standard error.

        Money is discounted from the middle of its stretch; after the second one it goes on as in it.
        """
        stretch = self.stretch_days / MONTH_DAYS
        within, beyond = min(months, stretch), max(months - stretch, 0)
        weights = [
            length / stretch * margin * (1 + annual_discount_rate) ** (-middle / 12)
            for length, middle in ((within, within / 2), (beyond, stretch + beyond / 2))
        ]
        errors = np.multiply(weights, [self.first_error, self.second_error])
        # A common customer stands in both means, so their errors are added, not their squares.
        return weights[0] * self.first + weights[1] * self.second, float(errors.sum())


def lapsed_count(
    states: pd.DataFrame,
    states_before: pd.DataFrame,
    states_earlier: pd.DataFrame,
    *,
    gap_days: int,
    stretch_days: int,
) -> LapsedCount | None:
    """Count what customers who had lapsed have brought since.

    Parameters
    ----------
    states, states_before, states_earlier, gap_days, stretch_days
        As for :func:`retention_utils.what_if.base_curve.base_retention`.

    Returns
    -------
    LapsedCount or None
        None when fewer than 100 had lapsed by either day.
    """
    require(states, STATE_COLUMNS, name="states")
    for table, name in ((states_before, "states_before"), (states_earlier, "states_earlier")):
        require(table, [*STATE_COLUMNS, "later_amount"], name=name)
    before = states_before[states_before["silence_days"] > gap_days]
    earlier = states_earlier[states_earlier["silence_days"] > gap_days]
    if min(len(before), len(earlier)) < FEWEST_ACTIVE:
        return None
    gone = earlier["customer_id"].astype(object)
    since = states_before[states_before["customer_id"].astype(object).isin(gone)]
    first, second = (table["later_amount"].astype(float) for table in (before, since))
    return LapsedCount(
        stretch_days=stretch_days,
        lapsed_now=int((states["silence_days"] > gap_days).sum()),
        lapsed_before=len(before),
        first=float(first.mean()),
        first_error=float(first.std(ddof=1) / np.sqrt(len(first))),
        lapsed_earlier=len(earlier),
        second=float(second.mean()),
        second_error=float(second.std(ddof=1) / np.sqrt(len(second))),
        earlier=float(earlier["later_amount"].astype(float).mean()),
    )

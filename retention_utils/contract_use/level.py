"""How much all customers together use: now against the months before, and the same a year earlier.

Whoever falls with all others is not flagged, so a fall of all would stand nowhere. Whether it is the season
only the same months of another year can tell.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.contract_use.record import UseRecord
from retention_utils.contract_use.signs import BEFORE, RECENT, UseRules, months_from, use_rate, use_signs
from retention_utils.stats import ratio_interval

__all__ = ["UseLevel", "UseLevels", "use_level", "use_levels"]

YEAR = 12  # months


@dataclass(frozen=True)
class UseLevel:
    """Use of all in the last month against months before it: a relative change with its interval."""

    customers: int
    moved: float
    low: float
    high: float


@dataclass(frozen=True)
class UseLevels:
    """The change now, and beside it that of the same months in both years, where they are recorded."""

    now: UseLevel | None  # against the three months before; None where too few can be told
    recorded_from: pd.Timestamp
    months: int = 0  # before the last one, recorded whole in both years
    this_year: UseLevel | None = None  # against these months
    year_before: UseLevel | None = None

    @property
    def difference(self) -> tuple[float, float, float] | None:
        """Return this year's change less that of the year before, with its interval; None without a pair.

        The interval is made from those of the two (MOVER), taken as independent.
        """
        if self.this_year is None or self.year_before is None:
            return None
        one, other = self.this_year, self.year_before
        found = one.moved - other.moved
        down = np.hypot(one.moved - one.low, other.high - other.moved)
        up = np.hypot(one.high - one.moved, other.moved - other.low)
        return found, float(found - down), float(found + up)


def use_level(signs: pd.DataFrame, months: tuple[int, ...], *, min_customers: int) -> UseLevel | None:
    """Add up the use of everyone who can be told, in thirty days of the last month and of those before.

    Parameters
    ----------
    signs : DataFrame
        From :func:`retention_utils.contract_use.signs.use_signs`.
    months : tuple of int
        The months back to hold the last one against.
    min_customers : int
        With fewer nothing is said.
    """
    if not {"units_1", "days_1"} <= set(signs.columns):  # nothing recorded up to that day
        return None
    recent, before = use_rate(signs, RECENT), use_rate(signs, months)
    is_told = signs["recent"].notna() & before.notna()
    recent, before = recent[is_told], before[is_told]
    if is_told.sum() < min_customers or not (recent.sum() > 0 and before.sum() > 0):
        return None
    totals = float(recent.sum()), float(before.sum())
    squares = float((recent**2).sum()), float((before**2).sum())
    low, high = ratio_interval(totals, squares, products=float((recent * before).sum()))
    return UseLevel(int(is_told.sum()), totals[0] / totals[1] - 1, low, high)


def use_levels(
    signs: pd.DataFrame,
    record: UseRecord,
    paid: pd.DataFrame,
    spans: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    rules: UseRules,
) -> UseLevels:
    """Measure the change now, and that of the same months a year earlier, as it was known then.

    ``signs`` are those of ``as_of``; the others as :func:`retention_utils.contract_use.signs.use_signs` takes
    them.
    """
    least = {"min_customers": rules.min_customers}
    now = use_level(signs, BEFORE, **least)
    then = months_from(as_of, -YEAR)
    end = record.last_day(then)
    if pd.isna(end):
        return UseLevels(now, record.first_day)
    months = tuple(
        back for back in BEFORE if months_from(end, -back) >= record.first_day - pd.Timedelta(days=1)
    )
    if not months:
        return UseLevels(now, record.first_day)
    earlier = use_signs(record, paid, spans, as_of=then, rules=rules)
    pair = [use_level(each, months, **least) for each in (signs, earlier)]
    return UseLevels(now, record.first_day, len(months), *pair)

"""How often customers order, how much, how many of them had ordered before, and whether season explains it.

A period differs from the one before by season as well as by trend; the same period a year earlier has the
same season. Both comparisons stand side by side.
"""

import numpy as np
import pandas as pd

from retention_utils.errors import PeriodError
from retention_utils.periods import parse_period
from retention_utils.pulse import base_change
from retention_utils.schema import require
from retention_utils.stats import difference_interval, ratio_interval, wilson_interval

__all__ = ["MEASURES", "comparisons", "order_habits", "returning_interval", "year_before"]

# What is compared, and whether as a difference of shares or as a relative change.
MEASURES = {
    "churn": "difference",
    "active_end": "ratio",
    "buyers": "ratio",
    "orders": "ratio",
    "amount": "ratio",
    "orders_per_buyer": "ratio",
    "order_value": "ratio",
    "purchase_day_value": "ratio",
    "returning_share": "difference",
}
BLANK = (np.nan, np.nan)
# What the spread over customers is known of: the columns of squares and of products.
SUMS = {"amount": ("amount_squares", "amount_products"), "buyers": ("buyers", "buyers_of_both")}


def order_habits(movement: pd.DataFrame, *, min_customers: int = 1, level: float = 0.95) -> pd.DataFrame:
    """Add to base movement how the buyers of every period order.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.
    min_customers : int
        With fewer buyers, a period gets counts but no share.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        The rows and columns of ``movement``, and ``purchase_day_value`` (amount per customer and day with a
        purchase), ``orders_per_active`` (orders per customer of the active base, the mean of its start and
        its end; NaN until the log reaches back a whole gap), ``returning`` (buyers who had bought before
        the period, a count), ``returning_share``, ``returning_low``, ``returning_high`` (of all buyers,
        fractions with Wilson interval; NaN where first purchases may be those of old customers, or buyers
        are too few).
    """
    columns = ["buyers", "joined", "orders", "purchase_days", "amount", "is_mixed", "is_measured"]
    require(movement, columns, name="movement")
    active = (movement["active_start"] + movement["active_end"]) / 2
    returning = movement["buyers"] - movement["joined"]
    is_rated = ~movement["is_mixed"].astype(bool) & (movement["buyers"] >= max(min_customers, 1))
    buyers = movement["buyers"].where(is_rated)
    low, high = wilson_interval(returning.where(is_rated), buyers, level=level)
    return movement.assign(
        purchase_day_value=movement["amount"] / movement["purchase_days"].replace(0, np.nan),
        orders_per_active=movement["orders"] / active.where(movement["is_measured"] & (active > 0)),
        returning=returning,
        returning_share=returning / buyers,
        returning_low=low,
        returning_high=high,
    )


def year_before(period: str) -> str | None:
    """Return the key of the same period a year earlier.

    None for a year, whose like is simply the one before it, for a free choice of days, and for a week 53
    that the year before does not have.
    """
    if parse_period(period).grain in ("year", "days"):
        return None
    try:
        return parse_period(f"{int(period[:4]) - 1:04d}{period[4:]}").key
    except PeriodError:
        return None


def comparisons(
    habits: pd.DataFrame,
    period_sums: pd.DataFrame,
    cohort_cells: pd.DataFrame,
    *,
    min_customers: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare the last period with the one before and with the same one a year earlier.

    Parameters
    ----------
    habits : DataFrame
        From :func:`order_habits`.
    period_sums, cohort_cells : DataFrame
        The mart's tables of these names.
    min_customers : int
        With fewer buyers in the earlier period, a change of buyers or revenue has no interval; with fewer
        active at the start, nor has one of the active base.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per entry of :data:`MEASURES`, in that order: ``measure`` (key), ``period``, ``value``;
        for the period before ``previous_period``, ``previous``, ``previous_change`` (a difference for
        shares, else relative), ``previous_low``, ``previous_high``; for the one a year earlier
        ``year_period``, ``year``, ``year_change``, ``year_low``, ``year_high``; ``earlier`` (the value two
        periods before) and ``trend`` (``rising`` or ``falling`` if the last three values do nothing else,
        ``neither``, or empty if there are not three). Periods are None, and all about them NaN, where the
        log does not hold them whole; an interval is NaN where the tables do not allow an honest one.

    Notes
    -----
    Churn: Newcombe's interval, since who lapsed in one period is not at risk in another. Buyers and revenue:
    the linearised bootstrap over customers; who bought in both periods is known for the period before only,
    so the interval against the year before is too wide rather than too narrow. Active customers: see
    :func:`retention_utils.pulse.base_change`, against the period before. Share of returning buyers: see
    :func:`returning_interval`.
    """
    require(habits, ["period", "period_number", "is_whole", *MEASURES], name="habits")
    require(cohort_cells, ["cohort", "age", "active"], name="cohort_cells")
    table = habits.merge(period_sums, on="period_number", how="left").set_index("period")
    period = table.index[-1]
    others = {"previous": _before(table, 1), "year": year_before(period)}
    others = {name: _whole(table, key) for name, key in others.items()}
    two_before = _whole(table, _before(table, 2))
    rows = []
    for measure, kind in MEASURES.items():
        value = float(table.loc[period, measure])
        row = {"measure": measure, "period": period, "value": value}
        for name, other in others.items():
            before = _value(table, other, measure)
            ends = BLANK
            if not np.isnan(before + value) and _has_enough(table, period, other, measure, min_customers):
                ends = _interval(table, period, other, measure, cohort_cells, name == "previous", level)
            row |= {f"{name}_period": other, name: before, f"{name}_change": _change(value, before, kind)}
            row |= {f"{name}_low": ends[0], f"{name}_high": ends[1]}
        earlier = _value(table, two_before, measure)
        rows.append(row | {"earlier": earlier, "trend": _trend(earlier, row["previous"], value)})
    return pd.DataFrame(rows)


def _before(table: pd.DataFrame, steps: int) -> str | None:
    return table.index[-1 - steps] if len(table) > steps else None


def _has_enough(table: pd.DataFrame, period: str, other: str, measure: str, min_customers: int) -> bool:
    """Tell whether a change rests on enough customers to have an interval, as its card does."""
    if measure == "active_end":
        return bool(table.loc[period, "active_start"] >= min_customers)
    return measure not in SUMS or bool(table.loc[other, "buyers"] >= min_customers)


def _whole(table: pd.DataFrame, period: str | None) -> str | None:
    return period if period in table.index and table.loc[period, "is_whole"] else None


def _value(table: pd.DataFrame, period: str | None, measure: str) -> float:
    return np.nan if period is None else float(table.loc[period, measure])


def _change(value: float, before: float, kind: str) -> float:
    if kind == "difference":
        return value - before
    return value / before - 1 if before > 0 else np.nan


def _trend(earlier: float, previous: float, value: float) -> str:
    if np.isnan(earlier + previous + value):
        return ""
    return "rising" if earlier < previous < value else "falling" if earlier > previous > value else "neither"


def _interval(
    table: pd.DataFrame,
    period: str,
    other: str,
    measure: str,
    cohort_cells: pd.DataFrame,
    is_previous: bool,
    level: float,
) -> tuple[float, float]:
    """Return the interval of the change of one measure, NaN where there is no honest one."""
    now, before = table.loc[period], table.loc[other]
    if measure == "churn":
        counts = [[row[name] for row in (now, before)] for name in ("lapsed", "active_start")]
        return tuple(map(float, difference_interval(*counts, level=level)[1:]))
    if measure == "active_end":
        return _base_interval(now, level) if is_previous and now["is_measured"] else BLANK
    if measure == "returning_share":
        return returning_interval(now, before, cohort_cells, level=level) if is_previous else BLANK
    if measure not in SUMS or min(now[measure], before[measure]) <= 0:
        return BLANK
    squares, products = SUMS[measure]
    shared = float(now[products]) if is_previous else 0.0
    totals = (float(now[measure]), float(before[measure]))
    return ratio_interval(totals, (now[squares], before[squares]), products=shared, level=level)


def _base_interval(now: pd.Series, level: float) -> tuple[float, float]:
    """Return the interval of the card, relative to the active base before."""
    change = base_change(now.to_frame().T.reset_index(names="period"), level=level)
    return change.low / change.active_start, change.high / change.active_start


def returning_interval(
    now: pd.Series, before: pd.Series, cohort_cells: pd.DataFrame, *, level: float = 0.95
) -> tuple[float, float]:
    """Interval of the change of the share of returning buyers, some of whom bought in both periods.

    Whoever bought in both had bought before the later period, so is returning in it; in the earlier one is
    new who joined in it. From these the correlation of the two shares follows.

    Parameters
    ----------
    now, before : Series
        Two successive periods: ``period_number``, ``buyers``, ``returning``, ``returning_share``, and of the
        later ``buyers_of_both``.
    cohort_cells : DataFrame
        The mart's table of this name.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    low, high : float
        Ends of the difference, fractions.

    References
    ----------
    Zou (2007), American Journal of Epidemiology 166, 1331-1337; with no customer in both it is method 10 of
    Newcombe (1998), Statistics in Medicine 17, 873-890.
    """
    is_new = (cohort_cells["cohort"] == before["period_number"]) & (cohort_cells["age"] == 1)
    both_new = float(cohort_cells.loc[is_new, "active"].sum())
    both_old = float(now["buyers_of_both"]) - both_new
    share, share_before = now["returning_share"], before["returning_share"]
    shared = (1 - share) * (both_old * (1 - share_before) - both_new * share_before)
    spread = np.sqrt(
        now["buyers"] * share * (1 - share) * before["buyers"] * share_before * (1 - share_before)
    )
    correlation = shared / spread if spread > 0 else 0.0
    ends = wilson_interval(
        [now["returning"], before["returning"]], [now["buyers"], before["buyers"]], level=level
    )
    down = np.array([share - ends[0][0], ends[1][1] - share_before])
    up = np.array([ends[1][0] - share, share_before - ends[0][1]])
    reach = [np.sqrt(max(float((part**2).sum() - 2 * correlation * part.prod()), 0.0)) for part in (down, up)]
    difference = share - share_before
    return float(difference - reach[0]), float(difference + reach[1])

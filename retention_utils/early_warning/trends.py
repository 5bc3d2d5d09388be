"""Whether a symptom falls: the trend of the last 12 periods, and the last three against those before.

A small but steady decline is what is dangerous, so the trend counts and no threshold does. The rule is fixed
beforehand: red is a falling trend and a fall of the last three periods, amber is one of the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from scipy.stats import kendalltau, theilslopes

from retention_utils.nps import RECENT, WINDOW, NpsTrend
from retention_utils.periods import Grain
from retention_utils.schema import require
from retention_utils.stats import holm

__all__ = [
    "RECENT",
    "RELATIVE",
    "SYMPTOMS",
    "WINDOW",
    "Comparison",
    "compare_recent",
    "symptom_trends",
    "trend_lines",
]

LEVEL = 0.95
YEAR_PERIODS: dict[Grain, int] = {"week": 52, "month": 12, "quarter": 4}  # without one: no season

SYMPTOMS = ("frequency", "signals", "order_value", "value", "repeat_rate", "investment")
RELATIVE = frozenset({"frequency", "order_value", "value"})  # changes per hundred; of the others in points
PER_CUSTOMER = frozenset({"frequency", "value"})  # the same customers in every period

UNTESTED = NpsTrend()

Flag = Literal["red", "amber", "green", "not enough data"]


@dataclass(frozen=True)
class Comparison:
    """Mean of the last three periods against the mean of those before."""

    last: float
    previous: float
    previous_periods: int
    change: float  # fraction: relative to the periods before, or the difference of two shares
    low: float
    high: float
    n: float = np.nan  # what the last three periods rest on; unknown where the series knows


def compare_recent(values: np.ndarray, *, is_relative: bool, level: float = LEVEL) -> Comparison | None:
    """Compare the mean of the last three values with that of those before.

    The yardstick is how much periods differ among themselves: Student's interval for two means with one
    variance; of a ratio, on the scale of its logarithm by the delta method.

    Parameters
    ----------
    values : ndarray
        One per period, in time order, none missing.
    is_relative : bool
        Whether the change is a ratio minus one, or else a difference.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    Comparison or None
        None with fewer than 12 values, or when a ratio is asked of means that are not above zero.
    """
    if len(values) < WINDOW or np.isnan(values).any():
        return None
    recent, before = values[-RECENT:], values[:-RECENT]
    last, previous = float(recent.mean()), float(before.mean())
    if is_relative and min(last, previous) <= 0:
        return None
    freedom = len(values) - 2
    squares = ((recent - last) ** 2).sum() + ((before - previous) ** 2).sum()
    variance, reach = squares / freedom, stdtrit(freedom, 0.5 + level / 2)
    if is_relative:
        change = np.log(last / previous)
        reach *= np.sqrt(variance * (1 / len(recent) / last**2 + 1 / len(before) / previous**2))
        change, low, high = np.expm1([change, change - reach, change + reach])
    else:
        change = last - previous
        reach *= np.sqrt(variance * (1 / len(recent) + 1 / len(before)))
        low, high = change - reach, change + reach
    return Comparison(
        last=last,
        previous=previous,
        previous_periods=len(before),
        change=float(change),
        low=float(low),
        high=float(high),
    )


def symptom_trends(
    series: pd.DataFrame,
    *,
    grain: Grain,
    comparisons: Mapping[str, Comparison | None] | None = None,
    nps_trend: NpsTrend = UNTESTED,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Test every symptom for a trend and flag it.

    Parameters
    ----------
    series : DataFrame
        One row per ``symptom`` and ``period``, as :mod:`retention_utils.early_warning.symptoms` makes them.
    grain : {"week", "month", "quarter", "year", "days"}
        Kind of the periods; decides how many make a year.
    comparisons : mapping of str to Comparison or None, optional
        Instead of :func:`compare_recent`, for symptoms that bring their own.
    nps_trend : NpsTrend
        The trend of ``signals``, which brings its own: answers are more than one number per period.
    level : float
        Interval coverage, and one minus the chance of a false alarm over all trends together.

    Returns
    -------
    DataFrame
        One row per symptom of :data:`SYMPTOMS`: ``symptom``, ``measured`` (periods in a row that have a
        value, up to the last, at most 15), ``until`` (the last period; key), ``n`` (what the last three
        rest on: active customers on average, or the sum of orders, newcomers, answers or money),
        ``first_period``, ``last_period`` (of the 12 tested; keys; None for ``signals``), ``slope`` (Theil and
        Sen's, per period), ``slope_low``, ``slope_high``, ``middle`` (median of the 12 values; the line goes
        through it in the middle of the 12), ``p`` (Mann and Kendall's), ``p_adjusted`` (Holm's, over all
        symptoms tested); all of these of ``signals`` are those of its own trend;
        ``last``, ``previous`` (means), ``previous_periods``, ``change``, ``low``, ``high`` (fractions),
        ``year_before`` (mean of the same three periods a year earlier), ``year_change`` (both NaN for
        symptoms that bring their own comparison), ``trend``, ``shift`` (-1 falls, 1 rises, 0 neither for
        certain), ``flag``: ``red`` if both fall, ``amber`` if one does, ``green``; ``not enough data``
        without a tested trend, unless the last periods fall.
        Unknown is NaN.

    Notes
    -----
    Mann and Kendall's test is Kendall's tau of value and time [1]_; the slope is the median of the slopes
    between all pairs of periods [2]_. Both care for order, not for the size of a single outlier. They take
    periods for independent: where a high period is followed by another, chance looks like a trend more often
    than stated. That is why red needs both signs.

    References
    ----------
    .. [1] Mann (1945), Econometrica 13, 245-259.
    .. [2] Sen (1968), Journal of the American Statistical Association 63, 1379-1389.
    .. [3] Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    require(series, ["symptom", "period_number", "period", "value", "n"], name="series")
    own = comparisons or {}
    rows = []
    for symptom in SYMPTOMS:
        found = series[series["symptom"] == symptom].sort_values("period_number", ignore_index=True)
        known = _in_a_row(found)
        comparison = (
            own[symptom]
            if symptom in own
            else compare_recent(known["value"].to_numpy(float), is_relative=symptom in RELATIVE, level=level)
        )
        rows.append(
            {
                "symptom": symptom,
                "measured": len(known),
                "until": found["period"].iloc[-1] if len(found) else None,
                "n": _base(found, comparison, symptom),
            }
            | (_own_trend(nps_trend) if symptom == "signals" else _trend(known, level))
            | _compared(comparison)
            | _year_change(found, comparison, None if symptom in own else grain, symptom in RELATIVE)
        )
    table = pd.DataFrame(rows)
    adjusted = holm(table["p"])
    adjusted[SYMPTOMS.index("signals")] = nps_trend.p_adjusted
    table["p_adjusted"] = adjusted
    falls = np.where(table["p_adjusted"] < 1 - level, np.sign(table["slope"]), 0)
    shift = np.where(table["high"] < 0, -1, np.where(table["low"] > 0, 1, 0))
    table = table.assign(trend=falls.astype(int), shift=shift)
    return table.assign(flag=[_flag(row) for row in table.itertuples()])


def trend_lines(series: pd.DataFrame, trends: pd.DataFrame, *, most: int = 24) -> pd.DataFrame:
    """Put every symptom's last periods beside the line of its trend, for a chart.

    Parameters
    ----------
    series, trends : DataFrame
        What :func:`symptom_trends` takes and gives.
    most : int
        How many periods at most.

    Returns
    -------
    DataFrame
        One row per symptom that was ever measured and period, from its first value on: ``symptom``,
        ``period`` (key), ``value``, ``low``, ``high``; in the 12 periods tested ``trend``, ``trend_low``,
        ``trend_high`` (the line and its 95% interval; it turns about the middle of the 12); ``flag``.
    """
    parts = []
    for row in trends.itertuples():
        found = series[series["symptom"] == row.symptom].sort_values("period_number").iloc[-most:]
        known = found["value"].notna().to_numpy()
        if not known.any():
            continue
        found = found.iloc[known.argmax() :].reset_index(drop=True)
        # By number, since a row may stand for three periods.
        time = (found["period_number"] - found["period_number"].iloc[-1]).to_numpy(float) + (WINDOW - 1) / 2
        time = np.where(np.abs(time) <= WINDOW / 2, time, np.nan)
        line = row.middle + row.slope * time
        edges = np.sort([row.middle + slope * time for slope in (row.slope_low, row.slope_high)], axis=0)
        found = found.assign(trend=line, trend_low=edges[0], trend_high=edges[1], flag=row.flag)
        parts.append(found)
    columns = ["symptom", "period", "value", "low", "high", "trend", "trend_low", "trend_high", "flag"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _in_a_row(found: pd.DataFrame) -> pd.DataFrame:
    """Keep the last 15 periods, from the last that has no value on."""
    last = found.iloc[-WINDOW - RECENT :]
    gaps = np.flatnonzero(last["value"].isna())
    return last.iloc[gaps[-1] + 1 :] if len(gaps) else last


def _base(found: pd.DataFrame, comparison: Comparison | None, symptom: str) -> float:
    if comparison is None or not np.isnan(comparison.n):
        return np.nan if comparison is None else comparison.n
    recent = found["n"].iloc[-RECENT:].astype(float)
    return float(recent.mean() if symptom in PER_CUSTOMER else recent.sum())


def _trend(known: pd.DataFrame, level: float) -> dict[str, object]:
    if len(known) < WINDOW:
        return dict.fromkeys(["first_period", "last_period"]) | dict.fromkeys(
            ["slope", "slope_low", "slope_high", "middle", "p"], np.nan
        )
    window = known.iloc[-WINDOW:]
    values, time = window["value"].to_numpy(float), np.arange(WINDOW)
    slope, _, low, high = theilslopes(values, time, alpha=level)
    return {
        "first_period": window["period"].iloc[0],
        "last_period": window["period"].iloc[-1],
        "slope": slope,
        "slope_low": low,
        "slope_high": high,
        "middle": float(np.median(values)),
        "p": float(kendalltau(time, values).pvalue) if np.ptp(values) > 0 else 1.0,
    }


def _own_trend(trend: NpsTrend) -> dict[str, object]:
    slope = {"slope": trend.slope, "slope_low": trend.low, "slope_high": trend.high}
    return {"first_period": None, "last_period": None, **slope, "middle": trend.middle, "p": trend.p}


def _compared(comparison: Comparison | None) -> dict[str, float]:
    names = ["last", "previous", "previous_periods", "change", "low", "high"]
    return {name: getattr(comparison, name) if comparison else np.nan for name in names}


def _year_change(
    found: pd.DataFrame, comparison: Comparison | None, grain: Grain | None, is_relative: bool
) -> dict[str, float]:
    """Compare with the same periods a year before: what the season does is in both."""
    lag = YEAR_PERIODS.get(grain)
    numbers = found["period_number"].iloc[-RECENT:] - lag if lag else []
    before = found.loc[found["period_number"].isin(numbers), "value"]
    if comparison is None or len(before) < RECENT or before.isna().any() or before.mean() == 0:
        return {"year_before": np.nan, "year_change": np.nan}
    mean = float(before.mean())
    change = comparison.last / mean - 1 if is_relative else comparison.last - mean
    return {"year_before": mean, "year_change": change}


def _flag(row: object) -> Flag:
    falling = (row.trend < 0) + (row.shift < 0)
    if np.isnan([row.p, row.change]).all():
        return "not enough data"
    return ("green", "amber", "red")[falling]

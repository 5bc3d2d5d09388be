"""External factors held against churn, and the closest of them against chance.

Of many series that know nothing of each other some always look alike: two that drift do, and two that follow
the year. So changes are compared, not levels, each with others of its calendar month, and the closest factor
counts only if it is closer than the closest of all would be by chance. What passes moves together; whether
one causes the other is not asked.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.schema import require

__all__ = [
    "FEWEST_PERIODS",
    "LAGS",
    "SIGNIFICANCE",
    "FactorComparison",
    "compare_factors",
    "factor_means",
    "guarded_correlations",
]

FEWEST_PERIODS = 24  # with churn, in a row
FEWEST_DAYS = 3 * 365.25  # that they span; with fewer years a season cannot be told from chance
LAGS = (0, 1)  # periods by which the factor goes before churn; fixed before any data were seen
SIGNIFICANCE = 0.05
COVERED = 0.5  # of the usual number of days with a value
DIGITS = 12  # of a change relative to the largest value: below it lies the dust of floating point
DUST = 1e-9  # a length or a difference between correlations that is none

Floats = NDArray[np.float64]
Missing = Literal["", "no_factors", "too_few_periods", "constant_churn", "no_comparable_factor"]
COLUMNS = ["name", "reason", "missing_periods", "lag", "correlation", "p_value", "moves_with_churn"]


@dataclass(frozen=True)
class FactorComparison:
    """All factors held against churn, and how close chance alone would bring one of them.

    ``factors`` has one row per factor, the closest first, those left out last: ``name`` (the client's words),
    ``reason`` (empty: compared; ``gaps``: a period without enough values; ``constant``: it never changes, or
    the same way every year), ``missing_periods`` (count), ``lag`` (periods by which the factor goes before
    churn; the closer of the two), ``correlation`` (partial rank correlation, from -1 to 1), ``p_value``
    (fraction, adjusted for all factors and lags), ``moves_with_churn``. The last four are blank (False)
    where nothing was compared.
    """

    missing: Missing  # why nothing could be compared; empty if something was
    periods: int  # with churn, in a row, up to the report's
    fewest: int  # periods needed
    first_period: str  # keys; empty if churn is not known in the last period
    last_period: str
    arrangements: int  # of churn against the factors, as it was among them
    factors: pd.DataFrame

    @property
    def compared(self) -> pd.DataFrame:
        """The factors that were compared, the closest first."""
        return self.factors[self.factors["reason"].eq("") & self.factors["correlation"].notna()]

    @property
    def moving(self) -> pd.DataFrame:
        """The factors that move with churn more than chance would have it."""
        return self.factors[self.factors["moves_with_churn"]]


def factor_means(factors: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Give every factor its mean in every period.

    Parameters
    ----------
    factors : DataFrame
        The client's table: one row per ``day`` and ``name``, with ``value``.
    calendar : DataFrame
        The mart's table of this name; values outside it are left out.

    Returns
    -------
    DataFrame
        One row per factor and period with a value, sorted: ``name``, ``period_number``, ``value`` (mean over
        the days with a value), ``days`` (with a value), ``is_covered`` (at least half as many of them as in
        the median period of this factor: a daily factor may lack half a month, a monthly one no month).
    """
    require(factors, ["day", "name", "value"], name="factors")
    require(calendar, ["period_number", "first_day", "last_day"], name="calendar")
    periods = calendar.sort_values("first_day", ignore_index=True)
    known = factors.assign(day=pd.to_datetime(factors["day"]), name=factors["name"].astype(str))
    first, last = periods["first_day"].iloc[0], periods["last_day"].iloc[-1]
    known = known[known["day"].between(first, last) & known["value"].notna()]
    place = np.searchsorted(periods["first_day"].to_numpy(), known["day"].to_numpy(), side="right") - 1
    known = known.assign(period_number=periods["period_number"].to_numpy()[place])
    known = known.sort_values(["name", "day", "value"])
    grouped = known.groupby(["name", "period_number"], as_index=False)
    means = grouped.agg(value=("value", "mean"), days=("day", "nunique"))
    usual = means.groupby("name")["days"].transform("median")
    return means.assign(is_covered=means["days"] >= COVERED * usual)


def compare_factors(
    factors: pd.DataFrame, movement: pd.DataFrame, calendar: pd.DataFrame
) -> FactorComparison:
    """Hold every factor against churn, and the closest of them against chance.

    Parameters
    ----------
    factors : DataFrame
        The client's table: one row per ``day`` and ``name``, with ``value``.
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`. Compared are the periods with churn, in a row, up
        to the last; a factor without values in one of them is left out.
    calendar : DataFrame
        The mart's table of this name.

    Returns
    -------
    FactorComparison
        With ``missing`` when churn is known in fewer than 24 periods in a row, or for less than three years
        (36 months), or no factor can be compared.

    Notes
    -----
    The method is that of :func:`guarded_correlations`. All shifts are taken: there are two fewer than
    periods, thus 22 or more, so that 1/22 < 0.05 can be reached and blocks are not needed. With two years of
    months a month less its season is one number with two signs, and as many as 8 of 100 simulated clients
    with seasons got a false alarm; with three years no more than 5.
    """
    require(movement, ["period_number", "period", "first_day", "churn"], name="movement")
    run = _last_run(movement)
    values = _values_of(factors, run, calendar)
    table = pd.DataFrame({"name": values.columns, "missing_periods": values.isna().sum().to_numpy()})
    table = table.assign(reason=np.where(table["missing_periods"] > 0, "gaps", ""))
    fewest = _fewest(calendar)

    def result(missing: Missing, table: pd.DataFrame) -> FactorComparison:
        return FactorComparison(
            missing=missing,
            periods=len(run),
            fewest=fewest,
            first_period=run["period"].iloc[0] if len(run) else "",
            last_period=run["period"].iloc[-1] if len(run) else "",
            arrangements=0 if missing else len(run) - 1 - max(LAGS),
            factors=_in_order(table),
        )

    if table.empty:
        return result("no_factors", table)
    if len(run) < fewest:
        return result("too_few_periods", table)
    months = run["first_day"].dt.month.to_numpy()
    if _length(_prepared(run[["churn"]], months)[0]).item() < DUST:
        return result("constant_churn", table)
    whole = values.loc[:, values.notna().all()]
    table = table.merge(guarded_correlations(run["churn"], whole, months), on="name", how="left")
    table.loc[table["reason"].eq("") & table["correlation"].isna(), "reason"] = "constant"
    return result("" if table["correlation"].notna().any() else "no_comparable_factor", table)


def guarded_correlations(churn: pd.Series, values: pd.DataFrame, months: NDArray[np.integer]) -> pd.DataFrame:
    """Correlate changes of churn and of factors, and say how often chance brings any factor as close.

    Parameters
    ----------
    churn : Series
        A share per period, in time order, none missing.
    values : DataFrame
        The same periods; a column per factor, none missing.
    months : ndarray
        The calendar month that each period begins in, 1 to 12.

    Returns
    -------
    DataFrame
        One row per factor, in the order of the columns: ``name``, ``lag`` (periods by which the factor goes
        before churn, the closer one), ``correlation`` (from -1 to 1), ``p_value`` (fraction, adjusted for
        all factors and lags), ``moves_with_churn`` (less than 0.05). Blank (False) where a factor or churn
        never changes, or the same way every year.

    Notes
    -----
    The statistic is Spearman's rank correlation between the changes from period to period of churn and of
    the factor, partial of the calendar month [1]_: changes less their mean in the same month are ranked, and
    the ranks again taken less their mean in the same month. Changes, since levels of unrelated series that
    drift correlate [2]_; ranks, since one panic on a market must not decide; months rather than a yearly
    wave, since a season with one high month passes a wave by; the season before the ranks, since ranks of
    what is mostly season vary least in its extreme months, those of both series alike.

    Chance is what comes of shifting churn around the circle against all factors at once: shifts keep how
    each series hangs on its own past, and how the factors hang together. The greatest correlation over all
    factors and lags of every shift is what the factor's own is held against (single-step maxT [3]_), so that
    among any number of factors that know nothing of churn one passes in at most 5 of 100 reports.

    References
    ----------
    .. [1] Conover and Iman (1981), The American Statistician 35, 124-129 (ranks in place of values).
    .. [2] Granger and Newbold (1974), Journal of Econometrics 2, 111-120.
    .. [3] Westfall and Young (1993), Resampling-Based Multiple Testing, Wiley.
    """
    months = np.asarray(months)
    ranks = _prepared(churn.to_frame(), months)[0]
    shifted = np.stack([np.roll(ranks[:, 0], shift) for shift in range(len(ranks))], axis=1)
    shifted = _without_season(shifted, months[1 + max(LAGS) :])
    changes = _prepared(values, months)
    lengths = _length(changes)[:, :, None] * _length(shifted)
    products = changes.transpose(0, 2, 1) @ shifted  # lags × factors × shifts
    correlations = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > DUST)
    observed = correlations[:, :, 0]
    place = np.abs(observed).round(DIGITS).argmax(axis=0)
    strength = np.abs(observed).max(axis=0)
    by_chance = np.abs(correlations).max(axis=(0, 1), initial=0.0)
    p_value = (by_chance >= strength[:, None] - DUST).mean(axis=1)
    judged = pd.DataFrame(
        {
            "name": values.columns,
            "lag": pd.array(np.array(LAGS)[place], dtype="Int64"),
            "correlation": observed[place, np.arange(len(place))],
            "p_value": p_value,
            "moves_with_churn": p_value < SIGNIFICANCE,
        }
    )
    is_blank = (lengths[:, :, 0] <= DUST).all(axis=0)
    judged.loc[is_blank, ["lag", "correlation", "p_value"]] = None
    return judged.assign(moves_with_churn=judged["moves_with_churn"] & ~is_blank)


def _fewest(calendar: pd.DataFrame) -> int:
    """Return how many periods of this calendar are enough."""
    days = ((calendar["last_day"] - calendar["first_day"]).dt.days + 1).median()
    return max(FEWEST_PERIODS, int(np.ceil(FEWEST_DAYS / days)))


def _last_run(movement: pd.DataFrame) -> pd.DataFrame:
    """Keep the periods with churn, in a row, up to the last of the table."""
    ordered = movement.sort_values("period_number", ignore_index=True)
    unknown = np.flatnonzero(ordered["churn"].isna())
    return ordered.iloc[unknown[-1] + 1 if len(unknown) else 0 :]


def _values_of(factors: pd.DataFrame, run: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Lay out the means: a row per period with churn, a column per factor by name; NaN where not covered."""
    means = factor_means(factors, calendar)
    wide = means[means["is_covered"]].pivot_table(index="period_number", columns="name", values="value")
    names = sorted(set(factors["name"].astype(str)))
    return wide.reindex(index=run["period_number"], columns=pd.Index(names, name="name", dtype="str"))


def _prepared(values: pd.DataFrame, months: NDArray[np.integer]) -> Floats:
    """Rank the changes less their season, and take what season is left out of the ranks.

    Returns lags × periods × columns.
    """
    scale = values.abs().max().replace(0, 1)
    changes = (values.diff().iloc[1:] / scale).to_numpy(dtype=float)
    first = max(LAGS)
    own_months = months[1 + first :]
    prepared = []
    for lag in LAGS:
        left = _without_season(changes[first - lag : len(changes) - lag], own_months)
        ranks = pd.DataFrame(left.round(DIGITS)).rank().to_numpy(dtype=float)
        prepared.append(_without_season(ranks, own_months))
    return np.stack(prepared)


def _without_season(ranks: Floats, months: NDArray[np.integer]) -> Floats:
    """Take from every row the mean of the rows of its calendar month."""
    is_same = months[:, None] == months
    return ranks - is_same @ ranks / is_same.sum(axis=1)[:, None]


def _length(columns: Floats) -> Floats:
    return np.sqrt((columns**2).sum(axis=-2))


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Give the table all its columns, the closest factor first and those left out last."""
    full = table.reindex(columns=COLUMNS)
    full = full.assign(moves_with_churn=full["moves_with_churn"].eq(True)).astype(
        {"lag": "Int64", "correlation": float, "p_value": float}
    )
    full = full.assign(closeness=full["correlation"].abs().round(DIGITS))
    full = full.sort_values(["closeness", "name"], ascending=[False, True], ignore_index=True)
    return full[COLUMNS]

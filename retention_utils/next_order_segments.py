"""Who buys again sooner? Waits for the second purchase by what was known at the first one.

Segments are compared by whole curves, not by averages of finished waits, and by as many tests as there are
attributes, so that one of them cannot come out by luck alone.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc
from statsmodels.stats.multitest import multipletests

from retention_utils.errors import TableError
from retention_utils.next_order import next_order_curve, ordered_by, waiting_quantiles
from retention_utils.schema import require

__all__ = [
    "ATTRIBUTES",
    "NOT_STATED",
    "OTHERS",
    "LogRank",
    "largest_segments",
    "log_rank",
    "segment_curves",
    "segment_shares",
    "segment_tests",
]

ATTRIBUTES = ("first_order_value", "channel", "category", "first_year")
NOT_STATED, OTHERS = "not stated", "all others"
THIRDS = ("lower", "middle", "upper")
KEYS = ["attribute", "position", "segment", "low", "high"]


@dataclass(frozen=True)
class LogRank:
    """The log-rank test of several groups: how far the events of each are from what chance would give.

    ``observed`` and ``expected`` hold the events by group; ``statistic`` follows chi-square with ``degrees``
    of freedom if all groups wait alike, and then exceeds what was found with probability ``p_value``.
    """

    statistic: float
    degrees: int
    p_value: float
    observed: pd.Series
    expected: pd.Series


def largest_segments(segment_waits: pd.DataFrame, *, most: int = 8) -> pd.DataFrame:
    """Keep the largest segments of every attribute and put the rest together.

    Names that differ in capital letters only are one segment, called by the spelling of most customers.

    Parameters
    ----------
    segment_waits : DataFrame
        The mart's table of this name: one row per ``attribute``, ``segment``, ``days``, ``is_observed``:
        ``low``, ``high`` (limits of a third, currency), ``customers`` (count).
    most : int
        Segments kept of each attribute, those that stand for nothing stated or all others not counted.

    Returns
    -------
    DataFrame
        One row per ``attribute``, ``position`` (from 0: thirds and years in their order, others from the
        largest on, :data:`OTHERS` and :data:`NOT_STATED` last), ``days`` and ``is_observed``: ``segment``
        (text), ``low``, ``high`` (NaN but for thirds), ``customers`` (count); sorted.

    Raises
    ------
    TableError
        If a column is missing.
    """
    columns = ["attribute", "segment", "low", "high", "days", "is_observed", "customers"]
    require(segment_waits, columns, name="segment_waits")
    parts = [
        _placed(part, attribute, most)
        for attribute, part in segment_waits.groupby("attribute")
        if attribute in ATTRIBUTES
    ]
    if not parts:
        return pd.DataFrame(columns=[*KEYS, "days", "is_observed", "customers"])
    table = pd.concat(parts, ignore_index=True)
    keys = [*KEYS, "days", "is_observed"]
    return table.groupby(keys, as_index=False, dropna=False)["customers"].sum()


def segment_curves(segments: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Share of each segment's customers who have bought a second time by each day.

    Parameters
    ----------
    segments : DataFrame
        From :func:`largest_segments`.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        As :func:`retention_utils.next_order.next_order_curve`, with ``attribute``, ``position``, ``segment``,
        ``low_value`` and ``high_value`` (limits of a third, currency) in place of ``order_rank``.

    Raises
    ------
    TableError
        If a column is missing or a wait cannot be.
    """
    require(segments, [*KEYS, "days", "is_observed", "customers"], name="segments")
    named = segments[KEYS].drop_duplicates().sort_values(["attribute", "position"], ignore_index=True)
    named = named.rename(columns={"low": "low_value", "high": "high_value"})
    numbered = segments.merge(named.assign(order_rank=named.index), on=["attribute", "position"])
    waits = numbered[["order_rank", "days", "is_observed", "customers"]]
    curve = next_order_curve(waits, level=level)
    return named.merge(curve, left_index=True, right_on="order_rank").drop(columns="order_rank")


def segment_shares(curves: pd.DataFrame, *, window_days: int, min_customers: int) -> pd.DataFrame:
    """Read off each segment's curve who had bought again in time, and when half of them had.

    Parameters
    ----------
    curves : DataFrame
        From :func:`segment_curves`.
    window_days : int
        Days after the first purchase day.
    min_customers : int
        Smaller segments keep their count only.

    Returns
    -------
    DataFrame
        One row per ``attribute`` (in the order of :data:`ATTRIBUTES`) and ``position``: ``segment``,
        ``low_value``, ``high_value``, ``customers`` (count), ``is_small``, ``at_risk`` (of them still
        waiting on the last day of the window), ``ordered``, ``low``, ``high`` (fractions; NaN for small
        segments and where nobody was watched for so long), ``median_days`` (NaN where half is not reached),
        ``observed_days`` (the last day on which anybody was watched).

    Raises
    ------
    TableError
        If a column is missing.
    """
    names = ["attribute", "position", "segment", "low_value", "high_value"]
    require(curves, [*names, "days", "at_risk", "ordered", "low", "high"], name="curves")
    named = curves[names].drop_duplicates().sort_values(names[:2], ignore_index=True)
    numbered = curves.merge(named[names[:2]].assign(order_rank=named.index), on=names[:2])
    shares = ordered_by(numbered, days=[window_days]).set_index("order_rank")
    medians = waiting_quantiles(numbered, shares=[0.5]).set_index("order_rank")
    table = named.join(shares[["customers", "at_risk", "ordered", "low", "high"]]).assign(
        median_days=medians["days"], observed_days=numbered.groupby("order_rank")["days"].max()
    )
    is_small = table["customers"] < min_customers
    estimates = ["ordered", "low", "high", "median_days", "observed_days"]
    table = table.assign(**{name: table[name].astype(float).mask(is_small) for name in estimates})
    places = table["attribute"].map(ATTRIBUTES.index)
    return (
        table.assign(is_small=is_small).iloc[np.lexsort((table["position"], places))].reset_index(drop=True)
    )


def segment_tests(segments: pd.DataFrame, *, min_customers: int, level: float = 0.95) -> pd.DataFrame:
    """Test of every attribute whether its segments wait alike.

    Parameters
    ----------
    segments : DataFrame
        From :func:`largest_segments`.
    min_customers : int
        Smaller segments, and customers of whom nothing is stated, take no part.
    level : float
        What 1 minus the adjusted probability must reach, a fraction.

    Returns
    -------
    DataFrame
        One row per attribute with two segments large enough and a second purchase, in the order of
        :data:`ATTRIBUTES`: ``attribute``, ``segments``, ``customers`` (counts), ``statistic`` (chi-square),
        ``degrees``, ``p_value``, ``adjusted`` (p after Holm's correction for as many tests as there are
        rows), ``is_apart`` (adjusted is below 1 minus ``level``).

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Holm's step-down correction (Holm, 1979, Scandinavian Journal of Statistics 6, 65-70) keeps the chance of
    any false alarm among the tests below 1 minus ``level``.
    """
    require(segments, [*KEYS, "days", "is_observed", "customers"], name="segments")
    rows = []
    for attribute in ATTRIBUTES:
        part = segments[(segments["attribute"] == attribute) & (segments["segment"] != NOT_STATED)]
        sizes = part.groupby("position")["customers"].sum()
        large = part[part["position"].isin(sizes.index[sizes >= max(min_customers, 1)])]
        if large["position"].nunique() < 2 or not large["is_observed"].astype(bool).any():
            continue
        test = log_rank(large, group="position")
        found = (attribute, large["position"].nunique(), int(large["customers"].sum()))
        rows.append((*found, test.statistic, test.degrees, test.p_value))
    columns = ["attribute", "segments", "customers", "statistic", "degrees", "p_value"]
    table = pd.DataFrame(rows, columns=columns)
    adjusted = multipletests(table["p_value"], method="holm")[1] if rows else []
    return table.assign(adjusted=adjusted, is_apart=[p < 1 - level for p in adjusted])


def log_rank(waits: pd.DataFrame, *, group: str) -> LogRank:
    """Test whether groups wait alike, from counts.

    Parameters
    ----------
    waits : DataFrame
        One row per group, ``days`` and ``is_observed``: ``customers`` (count).
    group : str
        The column that names the groups; at least two.

    Returns
    -------
    LogRank
        The statistic, its probability and the events by group.

    Raises
    ------
    TableError
        If a column is missing or there are fewer than two groups.

    Notes
    -----
    Mantel's and Peto's test with the hypergeometric variance [1]_. statsmodels' ``survdiff`` and SciPy's
    ``logrank`` want a row per customer, which a table of counts of millions would have to be spread out to.

    References
    ----------
    .. [1] Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, section 1.5.
    """
    require(waits, [group, "days", "is_observed", "customers"], name="waits")
    column, groups = pd.factorize(waits[group], sort=True)
    row, days = pd.factorize(waits["days"], sort=True)
    if len(groups) < 2:
        raise TableError(f"A comparison needs two groups; the column {group!r} has {len(groups)}.")
    left, happened = np.zeros((len(days), len(groups))), np.zeros((len(days), len(groups)))
    customers = waits["customers"].to_numpy(dtype=float)
    np.add.at(left, (row, column), customers)
    np.add.at(happened, (row, column), np.where(waits["is_observed"].astype(bool), customers, 0.0))
    at_risk = left[::-1].cumsum(axis=0)[::-1]
    total, everyone = happened.sum(axis=1), at_risk.sum(axis=1)
    share = at_risk / everyone[:, None]
    expected = (share * total[:, None]).sum(axis=0)
    variance = total * (everyone - total) / np.maximum(everyone - 1, 1)
    spread = np.diag((variance[:, None] * share).sum(axis=0)) - (share * variance[:, None]).T @ share
    difference = happened.sum(axis=0) - expected
    # The differences add up to nothing, so the last says no more; nor does a group that nobody is left of.
    free = np.flatnonzero(expected > 0)[:-1]
    degrees, spread = len(free), spread[np.ix_(free, free)]
    statistic = float(difference[free] @ np.linalg.pinv(spread, hermitian=True) @ difference[free])
    return LogRank(
        statistic=statistic,
        degrees=degrees,
        p_value=float(chdtrc(degrees, statistic)) if degrees else 1.0,
        observed=pd.Series(happened.sum(axis=0), groups),
        expected=pd.Series(expected, groups),
    )


def _placed(part: pd.DataFrame, attribute: str, most: int) -> pd.DataFrame:
    """Give every row of an attribute its segment's name and position."""
    fold = [None if pd.isna(text) else text.casefold() for text in part["segment"]]
    named = part.assign(name=part["segment"], fold=pd.Series(fold, part.index, dtype=object))
    spellings = named[part["segment"].notna()].groupby(["fold", "name"])["customers"].sum().reset_index()
    spellings = spellings.sort_values(["fold", "customers", "name"], ascending=[True, False, True])
    sizes = spellings.groupby("fold")["customers"].sum()
    kept = sorted(sizes.index, key=lambda text: (-sizes[text], text))[:most]
    if attribute in ("first_year", "first_order_value"):
        kept.sort(key=lambda text: (THIRDS.index(text) if text in THIRDS else -1, text))
    words = spellings.drop_duplicates("fold").set_index("fold")["name"]
    place = {text: (number, words[text]) for number, text in enumerate(kept)}
    place[None] = (most + 1, NOT_STATED)
    found = [place.get(text, (most, OTHERS)) for text in fold]
    return part.assign(position=[at for at, _ in found], segment=[word for _, word in found])

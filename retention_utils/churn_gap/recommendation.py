"""The churn gap that tells leavers from returners best, how sure that is, and what another gap would cost.

The criterion is Youden's index: the share of leavers caught minus the share of returners flagged in error. It
takes the two errors as equally bad, share against share; a business for which one is much worse sets its gap.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from retention_utils.churn_gap.backtest import BASE_DAYS, candidates_within, gap_backtest, silence_cells
from retention_utils.stats import difference_interval

__all__ = [
    "MIN_CUSTOMERS",
    "MIN_LOG_DAYS",
    "MIN_OF_EACH",
    "Decision",
    "GapComparison",
    "GapCost",
    "GapRecommendation",
    "agree",
    "compare_gaps",
    "decided",
    "recommend_gap",
]

MIN_CUSTOMERS = 100
MIN_OF_EACH = 30  # leavers, and returners
MIN_LOG_DAYS = 90  # up to the tested day

DRAWS = 2000
SEED = 1950

Shortage = Literal["", "data", "no difference"]
Decision = Literal["same", "chance", "unsettled", "better", "untested"]


@dataclass(frozen=True)
class GapRecommendation:
    """What one test recommends, or why it recommends nothing."""

    gap_days: int | None
    low: int | None  # days; the interval of the recommended gap
    high: int | None
    customers: int  # tested
    leavers: int
    returners: int
    caught: int  # leavers flagged at the recommended gap
    returned: int  # returners flagged at it
    log_days: int  # covered up to the end of the tested day; below 1 if the log begins later
    is_at_edge: bool  # the shortest or the longest gap tried
    shortage: Shortage = ""

    @property
    def is_wide(self) -> bool:
        """Whether the interval's upper end is twice its lower one, or more."""
        return self.gap_days is not None and self.high >= 2 * self.low

    @property
    def is_young(self) -> bool:
        """Whether the log is shorter than the two years tested: the gap may still grow with it."""
        return self.log_days < BASE_DAYS


@dataclass(frozen=True)
class GapCost:
    """What a gap would have cost, either way."""

    gap_days: int
    flagged: int
    returned: int
    false_churn: float  # fraction, with its interval; NaN if hardly anybody was flagged
    low: float
    high: float
    leavers: int
    late: int
    late_share: float
    wrong_amount: float  # money
    late_amount: float


@dataclass(frozen=True)
class GapComparison:
    """The recommended gap against the one in force."""

    recommended: GapCost
    in_force: GapCost
    difference: float  # of Youden's index, recommended minus in force
    low: float
    high: float
    tried: int  # gaps among which the recommended one was chosen


def recommend_gap(states: pd.DataFrame, *, log_days: int, level: float = 0.95) -> GapRecommendation:
    """Choose the gap with the highest Youden index, the shortest of several that are equally good.

    Parameters
    ----------
    states : DataFrame
        One row per customer: ``silence_days``, ``later_purchases``, ``year_amount``, as in the mart's
        ``states_before``.
    log_days : int
        Days that the log covers up to the end of the tested day.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    GapRecommendation
        Without a gap where there are fewer than :data:`MIN_CUSTOMERS` customers, :data:`MIN_OF_EACH` leavers
        or returners, or a log of under :data:`MIN_LOG_DAYS`; and where even the best gap does not flag
        leavers more often than returners, beyond chance and with allowance for its having been picked.

    Raises
    ------
    TableError
        If a column is missing or a count impossible.
    ConfigError
        If ``level`` is not a fraction.

    Notes
    -----
    The index is Youden's [1]_. The interval holds the middle of the gaps that are best in 2,000 draws of as
    many customers from the counts by silence and outcome (the bootstrap of Fluss, Faraggi and Reiser [2]_);
    on a grid of gaps it covers a little more often than it promises. That leavers are flagged more often than
    returners is Newcombe's interval for two shares, widened for the number of gaps tried (Bonferroni).

    References
    ----------
    .. [1] Youden (1950), Index for rating diagnostic tests, Cancer 3, 32-35.
    .. [2] Fluss, Faraggi and Reiser (2005), Estimation of the Youden Index and its associated cutoff point,
       Biometrical Journal 47, 458-472.
    """
    gaps = np.array(candidates_within(log_days), dtype="int64")
    counts = _binned(states, gaps)
    leavers, returners = (int(number) for number in counts.sum(axis=1))
    facts = {"customers": leavers + returners, "leavers": leavers, "returners": returners}
    facts |= {"log_days": log_days}
    nothing = {"gap_days": None, "low": None, "high": None, "caught": 0, "returned": 0, "is_at_edge": False}
    enough = leavers + returners >= MIN_CUSTOMERS and min(leavers, returners) >= MIN_OF_EACH
    if not enough or log_days < MIN_LOG_DAYS:
        return GapRecommendation(**facts, **nothing, shortage="data")
    best = int(_youden(counts).argmax())
    caught, returned = (int(number) for number in counts[:, best + 1 :].sum(axis=1))
    widened = 1 - (1 - level) / len(gaps)
    _, low, _ = difference_interval([caught, returned], [leavers, returners], level=widened)
    if low <= 0:
        return GapRecommendation(**facts, **nothing, shortage="no difference")
    first, last = _interval(counts, gaps, level)
    return GapRecommendation(
        gap_days=int(gaps[best]),
        low=first,
        high=last,
        caught=caught,
        returned=returned,
        is_at_edge=best in (0, len(gaps) - 1),
        **facts,
    )


def agree(one: GapRecommendation, other: GapRecommendation) -> bool | None:
    """Say whether two tests fit: the gap of each lies in the interval of the other; None if one has none."""
    if one.gap_days is None or other.gap_days is None:
        return None
    return other.low <= one.gap_days <= other.high and one.low <= other.gap_days <= one.high


def decided(compared: GapComparison | None, *, is_settled: bool) -> Decision:
    """Say what follows from the test: one rule for every place that speaks of it.

    Parameters
    ----------
    compared : GapComparison, optional
        From :func:`compare_gaps`.
    is_settled : bool
        An earlier test does not contradict this one.

    Returns
    -------
    str
        ``same`` (the gap in force is the best), ``chance`` (another did better within chance), ``unsettled``
        (one did better, but the earlier test was for yet another), ``better`` (one did better), ``untested``.
    """
    if compared is None:
        return "untested"
    if compared.in_force.gap_days == compared.recommended.gap_days:
        return "same"
    if compared.low <= 0:
        return "chance"
    return "better" if is_settled else "unsettled"


def compare_gaps(
    states: pd.DataFrame, *, recommended: int, in_force: int, log_days: int, level: float = 0.95
) -> GapComparison | None:
    """Hold the recommended gap against the one in force: what each costs, and whether that is only chance.

    Parameters
    ----------
    states : DataFrame
        As for :func:`recommend_gap`.
    recommended, in_force : int
        Days of silence.
    log_days : int
        Days that the log covers up to the end of the tested day.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    GapComparison or None
        None when nobody tested had been silent for longer than the gap in force. The difference is 0 with an
        interval of 0 for a gap against itself.

    Raises
    ------
    TableError
        If a column is missing or a count impossible.
    ConfigError
        If ``level`` is not a fraction.

    Notes
    -----
    Only customers silent for longer than one gap and not than the other are judged differently. So the
    indices differ by a share of the leavers minus a share of the returners, two separate groups: Newcombe's
    interval holds, widened for the number of gaps that the recommended one was picked from (Bonferroni).
    """
    if in_force >= min(log_days, BASE_DAYS):
        return None
    table = gap_backtest(states, log_days=log_days, gaps=[recommended, in_force]).set_index("gap_days")
    best, current = table.loc[recommended], table.loc[in_force]
    if not current["flagged"]:
        return None
    tried = len(set(candidates_within(log_days)) - {in_force})
    between = {name: abs(int(best[name] - current[name])) for name in ("caught", "returned")}
    groups = [("caught", "leavers"), ("returned", "returners")]
    if recommended > in_force:
        groups.reverse()
    difference, low, high = 0.0, 0.0, 0.0
    if recommended != in_force:
        difference, low, high = difference_interval(
            [between[name] for name, _ in groups],
            [best[group] for _, group in groups],
            level=1 - (1 - level) / max(tried, 1),
        )
    return GapComparison(
        recommended=_cost(recommended, best),
        in_force=_cost(in_force, current),
        difference=float(difference),
        low=float(low),
        high=float(high),
        tried=tried,
    )


def _cost(gap_days: int, row: pd.Series) -> GapCost:
    counts = {name: int(row[name]) for name in ("flagged", "returned", "leavers", "late")}
    shares = ("false_churn", "low", "high", "late_share", "wrong_amount", "late_amount")
    return GapCost(gap_days=gap_days, **counts, **{name: float(row[name]) for name in shares})


def _binned(states: pd.DataFrame, gaps: np.ndarray) -> np.ndarray:
    """Count leavers (first row) and returners between the gaps: column ``k`` is flagged by the first k."""
    cells = silence_cells(states)
    place = np.searchsorted(gaps, cells["silence_days"], side="left")
    groups = [cells[name].to_numpy() for name in ("leavers", "returners")]
    return np.stack([np.bincount(place, group, len(gaps) + 1) for group in groups]).astype("int64")


def _youden(counts: np.ndarray) -> np.ndarray:
    """Youden's index of every gap, as a difference of whole numbers: ties are ties on every machine."""
    every = counts.sum(axis=-1, keepdims=True)
    flagged = counts[..., ::-1].cumsum(axis=-1)[..., ::-1][..., 1:]
    return flagged[..., 0, :] * every[..., 1, :] - flagged[..., 1, :] * every[..., 0, :]


def _interval(counts: np.ndarray, gaps: np.ndarray, level: float) -> tuple[int, int]:
    random = np.random.default_rng(SEED)
    customers = counts.sum()
    drawn = random.multinomial(customers, counts.ravel() / customers, size=DRAWS)
    best = gaps[_youden(drawn.reshape(DRAWS, *counts.shape)).argmax(axis=-1)]
    ends = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(best, ends, method="inverted_cdf")
    return int(low), int(high)

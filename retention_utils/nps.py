"""Net Promoter Score (NPS): how sure it is, and whether it has changed.

Share of those who would recommend (9 or 10 of 10) minus share of those who would not (0 to 6).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from retention_utils.schema import require
from retention_utils.stats import normal_quantile
from retention_utils.steady_line import WINDOW, NpsTrend, steady_line
from retention_utils.survey_answers import Answers, in_stretch

__all__ = [
    "COUNTS",
    "MIN_ANSWERS",
    "RECENT",
    "SYMPTOMS_TESTED",
    "WINDOW",
    "Nps",
    "NpsTrend",
    "answers_by_period",
    "net_promoter_interval",
    "nps_counts",
    "nps_now",
    "nps_series",
    "nps_trend",
    "score_variance",
]

MIN_ANSWERS = 30  # a score of fewer says next to nothing
RECENT = 3  # periods: the last, which are held against up to WINDOW before
SYMPTOMS_TESTED = 6  # NPS is one of six early symptoms: its trend has to be as many times less likely
POOL = 3  # periods put together where a single one has too few answers
COUNTS = ("promoters", "detractors", "answers")


@dataclass(frozen=True)
class Nps:
    """The score of the last three periods, and what it was in those before; fractions, NaN if not known."""

    answers: int
    promoters: int
    passives: int
    detractors: int
    score: float
    low: float
    high: float
    previous_answers: int
    previous_periods: int
    previous: float
    change: float
    change_low: float
    change_high: float
    trend: NpsTrend

    @property
    def is_judged(self) -> bool:
        """Whether it can be said if the score has changed."""
        return not np.isnan(self.change)

    @property
    def moved(self) -> int:
        """Below zero where it has fallen beyond chance, lately or steadily; above where it has risen."""
        shift = -1 if self.change_high < 0 else 1 if self.change_low > 0 else 0
        return shift + self.trend.direction


def net_promoter_interval(
    promoters: ArrayLike, detractors: ArrayLike, answers: ArrayLike, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give NPS with an adjusted Wald interval, elementwise.

    Parameters
    ----------
    promoters, detractors, answers : array_like
        Counts; promoters scored 9 or 10, detractors 0 to 6.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    score, low, high : ndarray
        Fractions from -1 to 1; NaN without answers.

    Notes
    -----
    Three made-up answers are added before the usual interval is taken: 3/4 promoter, 3/4 detractor and 3/2
    in between. It covers well where the textbook interval is too short [1]_.

    References
    ----------
    .. [1] Rocks (2016), The American Statistician 70, 365-372.
    """
    good, bad, count = (np.asarray(values, dtype=float) for values in (promoters, detractors, answers))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (good - bad) / count
    middle, variance = _adjusted(good, bad, count)
    reach = normal_quantile(level) * np.sqrt(variance)
    is_known = count > 0
    return (
        score,
        np.where(is_known, np.clip(np.minimum(middle - reach, score), -1, 1), np.nan),
        np.where(is_known, np.clip(np.maximum(middle + reach, score), -1, 1), np.nan),
    )


def score_variance(promoters: ArrayLike, detractors: ArrayLike, answers: ArrayLike) -> np.ndarray:
    """Give the variance of NPS that its interval is made with, elementwise."""
    return np.asarray(_adjusted(promoters, detractors, answers)[1])


def nps_counts(answers: pd.DataFrame) -> tuple[int, int, int]:
    """Count promoters, detractors and all answers."""
    return int((answers["value"] > 0).sum()), int((answers["value"] < 0).sum()), len(answers)


def answers_by_period(answers: Answers, calendar: pd.DataFrame) -> pd.DataFrame:
    """Count the answers of every period.

    Returns
    -------
    DataFrame
        One row per period, in time order: ``period_number``, ``period`` (key), ``promoters``, ``detractors``,
        ``answers`` (counts).
    """
    require(calendar, ["period_number", "period"], name="calendar")
    scored = answers.scored
    flags = pd.DataFrame(
        {"promoters": scored["value"] > 0, "detractors": scored["value"] < 0, "answers": True}
    )
    table = calendar[["period_number", "period"]].sort_values("period_number", ignore_index=True)
    sums = flags.groupby(scored["period_number"]).sum().reindex(table["period_number"], fill_value=0)
    return table.assign(**{name: sums[name].astype(int).to_numpy() for name in COUNTS})


def nps_series(answers: Answers, calendar: pd.DataFrame) -> pd.DataFrame:
    """Give NPS per period, or per three periods where a single one has too few answers.

    Returns
    -------
    DataFrame
        As :func:`answers_by_period`, with ``value`` (a fraction; NaN below :data:`MIN_ANSWERS`), ``low``,
        ``high``, ``periods`` (1; or 3 put together, counted back from the last and standing at it: so it is
        done when any of the last 12 periods has too few answers). Empty without answers.
    """
    counted = answers_by_period(answers, calendar)
    if answers.scored.empty:
        return counted.head(0).assign(value=np.nan, low=np.nan, high=np.nan, periods=1)
    is_thin = bool((counted["answers"].iloc[-WINDOW:] < MIN_ANSWERS).any())
    counted = _pooled(answers.scored, counted) if is_thin else counted
    is_enough = counted["answers"] >= MIN_ANSWERS
    score, low, high = net_promoter_interval(*(counted[name].where(is_enough) for name in COUNTS))
    return counted.assign(value=score, low=low, high=high, periods=POOL if is_thin else 1)


def nps_now(answers: Answers, calendar: pd.DataFrame) -> Nps | None:
    """Hold the answers of the last three periods against those of the up to 12 before.

    Every customer counts once on either side, with the latest answer there. Who answered on both sides
    stands in both, so that their own ups and downs and not those between people make up the difference.

    Returns
    -------
    Nps or None
        None without answers in the last three periods. The change is NaN when either side has fewer than
        :data:`MIN_ANSWERS` answers, or the calendar fewer than 12 periods; then there is no trend either.
    """
    require(calendar, ["period_number"], name="calendar")
    numbers = calendar["period_number"].sort_values().to_numpy()
    if len(numbers) == 0:
        return None
    end = int(numbers[-1])
    recent = in_stretch(answers.scored, end - RECENT + 1, end)
    before = in_stretch(answers.scored, end - RECENT - WINDOW + 1, end - RECENT)
    if recent.empty:
        return None
    good, bad, count = nps_counts(recent)
    score, low, high = net_promoter_interval(good, bad, count)
    is_judged = len(numbers) >= WINDOW and min(count, len(before)) >= MIN_ANSWERS
    change, least, most = _change(recent, before) if is_judged else (np.nan,) * 3
    return Nps(
        answers=count,
        promoters=good,
        passives=count - good - bad,
        detractors=bad,
        score=float(score),
        low=float(low),
        high=float(high),
        previous_answers=len(before),
        previous_periods=min(WINDOW, max(0, len(numbers) - RECENT)),
        previous=float(before["value"].mean()) if is_judged else np.nan,
        change=change,
        change_low=least,
        change_high=most,
        trend=nps_trend(answers_by_period(answers, calendar)) if is_judged else NpsTrend(),
    )


def nps_trend(counted: pd.DataFrame, *, level: float = 0.95) -> NpsTrend:
    """Test whether the scores of the last 12 periods fall or rise steadily.

    Parameters
    ----------
    counted : DataFrame
        From :func:`answers_by_period`.
    level : float
        Coverage of the interval of the slope.
    """
    last = counted.iloc[-WINDOW:]
    line = steady_line(last["promoters"] - last["detractors"], last["answers"], level=level)
    return line._replace(p_adjusted=float(np.minimum(1.0, SYMPTOMS_TESTED * line.p)))


def _change(recent: pd.DataFrame, before: pd.DataFrame) -> tuple[float, float, float]:
    last, previous = recent["value"].mean(), before["value"].mean()
    (middle, variance), (middle_before, variance_before) = (
        _adjusted(*nps_counts(side)) for side in (recent, before)
    )
    known = [side.loc[side["customer_id"].notna(), ["customer_id", "value"]] for side in (recent, before)]
    both = known[0].merge(known[1], on="customer_id", suffixes=("", "_before"))
    shared = ((both["value"] - last) * (both["value_before"] - previous)).sum()
    shared /= (len(recent) + 3) * (len(before) + 3)
    reach = normal_quantile(0.95) * np.sqrt(max(variance + variance_before - 2 * shared, 0.0))
    change, difference = last - previous, middle - middle_before
    return float(change), float(min(difference - reach, change)), float(max(difference + reach, change))


def _adjusted(good: ArrayLike, bad: ArrayLike, count: ArrayLike) -> tuple[ArrayLike, ArrayLike]:
    """Score and variance of the score with three made-up answers."""
    more = np.asarray(count) + 3
    up, down = (np.asarray(good) + 0.75) / more, (np.asarray(bad) + 0.75) / more
    return up - down, (up + down - (up - down) ** 2) / more


def _pooled(scored: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Put every three periods together, counted back from the last; the first few may be left over.

    Who answered in several of the three counts once, as in :func:`nps_now`.
    """
    ends = counted.iloc[len(counted) % POOL + POOL - 1 :: POOL][["period_number", "period"]]
    counts = [nps_counts(in_stretch(scored, last - POOL + 1, last)) for last in ends["period_number"]]
    return pd.concat(
        [ends.reset_index(drop=True), pd.DataFrame(counts, columns=list(COUNTS), dtype=int)], axis=1
    )

"""Whether reasons were given more often as time went on, and from when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betaln, ndtr, xlogy

from retention_utils.schema import require
from retention_utils.stats import difference_interval

__all__ = [
    "FEWEST_GIVEN",
    "FEWEST_PERIODS",
    "Step",
    "can_be_tested",
    "given_by_period",
    "linear_trend",
    "reason_trends",
    "step_change",
]

FEWEST_PERIODS = 6  # with fewer, no trend is tested
FEWEST_GIVEN = 10  # a reason given less often is not tested
DRAWS = 999
SEED = 8


@dataclass(frozen=True)
class Step:
    """A share that changed between two periods: when, how sure that is, and what it was on both sides."""

    period: str  # the first of the new share
    earliest: str  # between these two it lies with 95% probability
    latest: str
    before: float  # fractions from here on
    after: float
    asked_before: int
    asked_after: int
    difference: float
    low: float
    high: float
    p: float  # how often chance alone makes so great a step somewhere


def linear_trend(given: ArrayLike, asked: ArrayLike) -> float:
    """Test a share for a trend over periods in order, and return the signed standard normal statistic.

    Notes
    -----
    The test of Cochran [1]_ and Armitage [2]_: zero where the share is alike in all periods, above zero
    where it rises. NaN where it cannot vary.

    References
    ----------
    .. [1] Cochran (1954), Biometrics 10, 417-451.
    .. [2] Armitage (1955), Biometrics 11, 375-386.
    """
    given, asked = np.asarray(given, float), np.asarray(asked, float)
    total, time = asked.sum(), np.arange(len(asked))
    share = given.sum() / total if total else np.nan
    spread = (asked * time**2).sum() - (asked * time).sum() ** 2 / total if total else np.nan
    variance = share * (1 - share) * spread
    if not variance > 0:
        return float("nan")
    return float((time * (given - asked * share)).sum() / np.sqrt(variance))


def can_be_tested(table: pd.DataFrame) -> bool:
    """Say whether enough periods with answers are known, and the reason was given often enough."""
    return int((table["asked"] > 0).sum()) >= FEWEST_PERIODS and int(table["given"].sum()) >= FEWEST_GIVEN


def given_by_period(leavers: pd.DataFrame, is_meant: pd.Series, calendar: pd.DataFrame) -> pd.DataFrame:
    """Count the leavers asked in every period, and those of whom something holds.

    Returns
    -------
    DataFrame
        One row per period from the first in which anyone was asked, in time order: ``period_number``,
        ``period`` (key), ``asked``, ``given`` (counts).
    """
    require(leavers, ["period_number", "is_asked"], name="leavers")
    asked = leavers[leavers["is_asked"] & leavers["period_number"].notna()]
    counts = (
        asked.assign(given=is_meant.reindex(asked.index).astype(int))
        .groupby("period_number")["given"]
        .agg(asked="size", given="sum")
    )
    if counts.empty:
        return pd.DataFrame(columns=["period_number", "period", "asked", "given"])
    table = (
        calendar[["period_number", "period"]]
        .set_index("period_number")
        .join(counts)
        .fillna({"asked": 0, "given": 0})
    )
    table = table.loc[counts.index.min() :].astype({"asked": int, "given": int})
    return table.reset_index()


def reason_trends(
    leavers: pd.DataFrame, calendar: pd.DataFrame, codes: list[str], *, level: float = 0.95
) -> pd.DataFrame:
    """Test every reason given often enough for a trend.

    Returns
    -------
    DataFrame
        One row per reason tested: ``code``, ``given`` (count), ``z`` (of :func:`linear_trend`), ``p``,
        ``p_adjusted`` (Holm's, over all tested), ``direction`` (-1, 0 or 1: 0 where it is not certain),
        ``early``, ``late`` (share in the first and in the second half of the periods). Empty where too few
        periods are known.
    """
    columns = ["code", "given", "z", "p", "p_adjusted", "direction", "early", "late"]
    rows = []
    for code in codes:
        table = given_by_period(leavers, leavers["code"] == code, calendar)
        z = linear_trend(table["given"], table["asked"]) if can_be_tested(table) else np.nan
        if np.isnan(z):
            continue
        half = len(table) // 2
        early, late = table.iloc[:half], table.iloc[half:]
        shares = [part["given"].sum() / max(part["asked"].sum(), 1) for part in (early, late)]
        rows.append((code, int(table["given"].sum()), z, 2 * float(ndtr(-abs(z))), np.nan, 0, *shares))
    found = pd.DataFrame(rows, columns=columns)
    found["p_adjusted"] = _holm(found["p"].to_numpy(float))
    is_certain = found["p_adjusted"] < 1 - level
    return found.assign(direction=np.where(is_certain, np.sign(found["z"]), 0).astype(int))


def step_change(table: pd.DataFrame, *, fewest: int, level: float = 0.95) -> Step | None:
    """Find the period from which a share was another one, if that is more than chance.

    Parameters
    ----------
    table : DataFrame
        From :func:`given_by_period`.
    fewest : int
        Asked on either side of the step, at least.
    level : float
        One minus the chance of a step where there is none, and the probability that it lies between
        ``earliest`` and ``latest``.

    Returns
    -------
    Step or None
        None where no step is certain.

    Notes
    -----
    The step is that of greatest likelihood. Chance is tried by dealing all answers out over the periods
    anew and looking for the greatest step each time, so it is paid for that the place was chosen after
    looking. Where it lies is told by Bayes' rule, every place and every pair of shares equally likely
    before.
    """
    given, asked = table["given"].to_numpy(), table["asked"].to_numpy()
    places = _places(asked, fewest)
    if len(places) == 0 or not 0 < given.sum() < asked.sum():
        return None
    gain = _gain(given[None, :], asked, places)[0]
    random = np.random.default_rng(SEED)
    dealt = random.multivariate_hypergeometric(asked, int(given.sum()), size=DRAWS)
    greatest = _gain(dealt, asked, places).max(axis=1)
    p = (1 + int((greatest >= gain.max() - 1e-9).sum())) / (1 + DRAWS)
    if p > 1 - level:
        return None
    place = int(places[gain.argmax()])
    weight = _weights(given, asked, places)
    low, high = np.searchsorted(np.cumsum(weight), [(1 - level) / 2, 1 - (1 - level) / 2])
    periods = table["period"].to_numpy()
    return _step(
        given,
        asked,
        place,
        periods,
        (periods[places[low]], periods[places[min(high, len(places) - 1)]]),
        p,
        level,
    )


def _step(
    given: np.ndarray,
    asked: np.ndarray,
    place: int,
    periods: np.ndarray,
    span: tuple[str, str],
    p: float,
    level: float,
) -> Step:
    counts = [given[place:].sum(), given[:place].sum()]
    trials = [asked[place:].sum(), asked[:place].sum()]
    difference, low, high = difference_interval(counts, trials, level=level)
    return Step(
        period=str(periods[place]),
        earliest=str(span[0]),
        latest=str(span[1]),
        before=float(counts[1] / trials[1]),
        after=float(counts[0] / trials[0]),
        asked_before=int(trials[1]),
        asked_after=int(trials[0]),
        difference=float(difference),
        low=float(low),
        high=float(high),
        p=p,
    )


def _places(asked: np.ndarray, fewest: int) -> np.ndarray:
    """Return the periods that a new share may begin with: enough were asked before and from then on."""
    before = np.concatenate([[0], np.cumsum(asked)[:-1]])
    return np.flatnonzero((before >= fewest) & (asked.sum() - before >= fewest) & (asked > 0))


def _gain(given: np.ndarray, asked: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return for every row of counts and every place by how much two shares are likelier than one."""
    some, every = np.cumsum(given, axis=1)[:, places - 1], np.cumsum(asked)[places - 1]
    all_given, all_asked = given.sum(axis=1)[:, None], asked.sum()
    apart = _likelihood(some, every) + _likelihood(all_given - some, all_asked - every)
    return apart - _likelihood(all_given, all_asked)


def _likelihood(given: np.ndarray, asked: ArrayLike) -> np.ndarray:
    share = given / asked
    return xlogy(given, share) + xlogy(asked - given, 1 - share)


def _weights(given: np.ndarray, asked: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the probability of every place, with all shares before and after equally likely."""
    some, every = np.cumsum(given)[places - 1], np.cumsum(asked)[places - 1]
    rest, others = given.sum() - some, asked.sum() - every
    log = betaln(some + 1, every - some + 1) + betaln(rest + 1, others - rest + 1)
    weight = np.exp(log - log.max())
    return weight / weight.sum()


def _holm(chances: np.ndarray) -> np.ndarray:
    order = np.argsort(chances)
    adjusted = np.empty(len(chances))
    steps = np.arange(len(order), 0, -1) * chances[order]
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted

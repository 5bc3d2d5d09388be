"""From when on a share was another one: the period of a step, and how sure both are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betaln, xlogy

from retention_utils.stats import difference_interval

__all__ = ["Step", "step_change"]

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

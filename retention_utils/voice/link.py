"""From score to later behaviour: whether those who would not recommend left more often afterwards."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep

from retention_utils.schema import require
from retention_utils.stats import difference_interval, wilson_interval

__all__ = ["GROUPS", "ScoreLink", "followed_answers", "score_link"]

GROUPS = ("detractors", "passives", "promoters")
NAMES = {-1: "detractors", 0: "passives", 1: "promoters"}
LONGEST_DAYS = 730  # answers older than this, before the last that could be followed, are left out


@dataclass(frozen=True, eq=False)
class ScoreLink:
    """Who left within the horizon after an answer: detractors against everybody else."""

    groups: pd.DataFrame  # see score_link
    detractors: int  # followed to the end of the horizon
    detractors_left: int
    others: int
    others_left: int
    difference: float  # fractions from here on; NaN where there are too few
    low: float
    high: float
    ratio: float  # detractors' share by that of the others; NaN, too, where none of the others left
    ratio_low: float
    ratio_high: float

    @property
    def is_known(self) -> bool:
        """Whether there are enough on both sides."""
        return not np.isnan(self.difference)


def followed_answers(scored: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Pick of every customer the first answer of the last two years that could be followed to the end.

    A customer's later answers hang on having stayed until then, so which answer counts must not: it is the
    first one.

    Parameters
    ----------
    scored : DataFrame
        Of :func:`retention_utils.survey_answers.survey_answers`.
    asked : DataFrame
        Of a :class:`retention_utils.voice.standing.Standing`.

    Returns
    -------
    DataFrame
        One row per customer who was one on the day of the answer: ``customer_id``, ``day``, ``value`` (1, 0
        or -1), ``has_left`` (1 or 0), and what else ``asked`` tells, but for what they brought.
    """
    require(scored, ["customer_id", "day", "value"], name="scored")
    require(asked, ["customer_id", "day", "has_left"], name="asked")
    known = scored.loc[scored["customer_id"].notna(), ["customer_id", "day", "value"]]
    found = known.merge(asked.drop(columns="value", errors="ignore"), on=["customer_id", "day"])
    found = found[found["has_left"].notna()].sort_values("day", kind="stable")
    if found.empty:
        return found.reset_index(drop=True)
    found = found[found["day"] > found["day"].max() - pd.Timedelta(days=LONGEST_DAYS)]
    return found.drop_duplicates("customer_id").reset_index(drop=True)


def score_link(followed: pd.DataFrame, *, min_customers: int, level: float = 0.95) -> ScoreLink:
    """Compare how many detractors and how many others left.

    Parameters
    ----------
    followed : DataFrame
        From :func:`followed_answers`.
    min_customers : int
        With fewer on either side nothing is compared; smaller groups get no share.

    Returns
    -------
    ScoreLink
        ``groups`` has one row for each of :data:`GROUPS`: ``group``, ``customers``, ``left`` (counts),
        ``share``, ``low``, ``high`` (fractions with Wilson's interval). The difference has Newcombe's
        interval, the ratio Koopman's score interval [1]_.

    References
    ----------
    .. [1] Koopman (1984), Biometrics 40, 513-517.
    """
    require(followed, ["value", "has_left"], name="followed")
    groups = _groups(followed, min_customers, level)
    counts = groups.set_index("group")
    bad, gone = int(counts.loc["detractors", "customers"]), int(counts.loc["detractors", "left"])
    rest, rest_gone = int(counts["customers"].sum()) - bad, int(counts["left"].sum()) - gone
    if min(bad, rest) < max(min_customers, 1):
        return ScoreLink(groups, bad, gone, rest, rest_gone, *[np.nan] * 6)
    difference, low, high = difference_interval([gone, rest_gone], [bad, rest], level=level)
    ratio = [np.nan] * 3
    if gone and rest_gone:
        ends = confint_proportions_2indep(
            gone, bad, rest_gone, rest, method="score", compare="ratio", alpha=1 - level, correction=False
        )
        ratio = [gone / bad / (rest_gone / rest), *ends]
    numbers = [float(number) for number in (difference, low, high, *ratio)]
    return ScoreLink(groups, bad, gone, rest, rest_gone, *numbers)


def _groups(followed: pd.DataFrame, min_customers: int, level: float) -> pd.DataFrame:
    names = followed["value"].map(NAMES)
    counted = followed.groupby(names)["has_left"].agg(customers="size", left="sum")
    table = counted.reindex(GROUPS, fill_value=0).astype(int).rename_axis("group").reset_index()
    trials = table["customers"].where(table["customers"] >= max(min_customers, 1))
    low, high = wilson_interval(table["left"].where(trials.notna()), trials, level=level)
    return table.assign(share=table["left"] / trials, low=low, high=high)

"""NPS of groups of customers, and whether the groups differ by more than chance."""

from dataclasses import dataclass

import pandas as pd
from scipy.special import chdtrc

from retention_utils.nps import COUNTS, MIN_ANSWERS, net_promoter_interval, score_variance
from retention_utils.schema import require

__all__ = ["Difference", "nps_by", "nps_difference"]


@dataclass(frozen=True)
class Difference:
    """The groups with the highest and the lowest score, and the chance that groups differ so by luck."""

    highest: pd.Series  # rows of nps_by
    lowest: pd.Series
    groups: int  # tested: those with enough answers
    p: float

    @property
    def is_apart(self) -> bool:
        """Whether the groups differ by more than chance."""
        return self.p < 0.05


def nps_by(answers: pd.DataFrame, group: str) -> pd.DataFrame:
    """Give NPS for every group.

    Parameters
    ----------
    answers : DataFrame
        ``value`` (1, 0 or -1) and the column ``group``; answers without a group are left out.

    Returns
    -------
    DataFrame
        One row per group, by most answers: ``group``, ``answers``, ``promoters``, ``passives``,
        ``detractors`` (counts), ``nps``, ``low``, ``high`` (fractions; NaN below 30 answers).
    """
    require(answers, ["value", group], name="answers")
    value = answers["value"]
    flags = pd.DataFrame(
        {"answers": 1, "promoters": value > 0, "passives": value == 0, "detractors": value < 0}
    )
    table = flags.astype(int).groupby(answers[group].rename("group")).sum().reset_index()
    is_enough = table["answers"] >= MIN_ANSWERS
    counts = (table[name].where(is_enough) for name in COUNTS)
    score, low, high = net_promoter_interval(*counts)
    table = table.assign(nps=score, low=low, high=high)
    return table.sort_values(["answers", "group"], ascending=[False, True], ignore_index=True)


def nps_difference(table: pd.DataFrame) -> Difference | None:
    """Test whether groups differ: Cochran's Q over the scores of those with enough answers.

    Parameters
    ----------
    table : DataFrame
        From :func:`nps_by`.

    Returns
    -------
    Difference or None
        None with fewer than two groups of 30 answers. Each score weighs by the inverse of its variance, as in
        its interval.
    """
    known = table[table["nps"].notna()]
    if len(known) < 2:
        return None
    weight = 1 / score_variance(*(known[name] for name in COUNTS))
    score = known["nps"].to_numpy()
    mean = (weight * score).sum() / weight.sum()
    chance = float(chdtrc(len(known) - 1, (weight * (score - mean) ** 2).sum()))
    ordered = known.sort_values(["nps", "group"])
    return Difference(ordered.iloc[-1], ordered.iloc[0], len(known), chance)

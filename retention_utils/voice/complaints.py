"""What those who would not recommend write about more often than the others."""

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from retention_utils.stats import holm
from retention_utils.voice.theme_trends import FEWEST_ABOUT
from retention_utils.voice.themes import ThemeCounts

__all__ = ["complaints"]


def complaints(counts: ThemeCounts, *, level: float = 0.95) -> pd.DataFrame:
    """Find the themes that detractors name clearly more often than passives and promoters do.

    Returns
    -------
    DataFrame
        One row per such theme, by most comments of detractors: ``theme``, ``detractors``, ``others``
        (comments on it, of either), ``p_adjusted`` (Fisher's exact test, one-sided, with Holm's correction
        over all themes of ten scored comments or more).
    """
    table = counts.table.assign(others=counts.table[["passives", "promoters"]].sum(axis=1))
    table = table[table["detractors"] + table["others"] >= FEWEST_ABOUT]
    if not (counts.detractors and counts.others):
        table = table.iloc[:0]
    chances = [
        fisher_exact(
            [
                [row.detractors, counts.detractors - row.detractors],
                [row.others, counts.others - row.others],
            ],
            alternative="greater",
        ).pvalue
        for row in table.itertuples()
    ]
    table = table.assign(p_adjusted=holm(np.array(chances, dtype=float)))
    found = table[table["p_adjusted"] < 1 - level].sort_values(
        ["detractors", "theme"], ascending=[False, True]
    )
    return found[["theme", "detractors", "others", "p_adjusted"]].reset_index(drop=True)

"""Whether themes take up more of the comments as time goes on."""

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import holm
from retention_utils.steady_line import WINDOW, steady_line

__all__ = ["FEWEST_ABOUT", "theme_trends"]

FEWEST_ABOUT = 10  # comments; a theme with fewer is not tested
COLUMNS = ("theme", "comments", "early", "late", "slope", "low", "high", "p")


def theme_trends(comments: pd.DataFrame, calendar: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Test the share of every theme among the comments of the last 12 periods.

    Parameters
    ----------
    comments : DataFrame
        Rows with a comment or a theme: ``themes`` (keys), ``period_number`` (-1 or NaN where it has no day).
    calendar : DataFrame
        The mart's table of this name.
    level : float
        Coverage of the interval of the slope; certain is what has less than the rest by chance.

    Returns
    -------
    DataFrame
        One row per theme of ten comments or more, by most comments: ``theme``, ``comments``, ``early``,
        ``late`` (its share in the first and the second half of the periods), ``slope``, ``low``, ``high``
        (of its share, a period; fractions), ``p`` (of a slope as steep by chance, as for NPS),
        ``p_adjusted`` (Holm's, over all themes tested), ``direction`` (-1, 0 or 1: 0 where it is not
        certain). Empty where fewer than 6 of the last 12 periods have comments.
    """
    require(comments, ["themes", "period_number"], name="comments")
    numbers = calendar["period_number"].sort_values().to_numpy()[-WINDOW:]
    dated = comments[comments["period_number"].isin(numbers)]
    written = dated["period_number"].value_counts().reindex(numbers, fill_value=0).to_numpy()
    each = dated[["period_number", "themes"]].explode("themes").dropna()
    counts = each["themes"].value_counts()
    rows = []
    for theme in sorted(counts[counts >= FEWEST_ABOUT].index, key=lambda name: (-counts[name], name)):
        about = each.loc[each["themes"] == theme, "period_number"].value_counts()
        about = about.reindex(numbers, fill_value=0).to_numpy()
        line = steady_line(about, written, level=level)
        if not np.isnan(line.p):
            shares = _halves(about, written)
            rows.append((theme, int(counts[theme]), *shares, line.slope, line.low, line.high, line.p))
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    found = found.assign(p_adjusted=holm(found["p"]))
    is_certain = found["p_adjusted"] < 1 - level
    return found.assign(direction=np.where(is_certain, np.sign(found["slope"]), 0).astype(int))


def _halves(about: np.ndarray, written: np.ndarray) -> list[float]:
    half = len(written) // 2
    parts = (slice(None, half), slice(half, None))
    return [
        float(about[part].sum() / written[part].sum()) if written[part].any() else np.nan for part in parts
    ]

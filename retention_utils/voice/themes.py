"""What comments are about: themes found by keywords, counted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.comment_themes.themes import ThemeBook
from retention_utils.reasons.matching import Matcher
from retention_utils.schema import require
from retention_utils.stats import wilson_interval
from retention_utils.survey_answers import written

__all__ = ["ThemeCounts", "comment_themes", "theme_counts", "with_themes"]

NAMES = {-1: "detractors", 0: "passives", 1: "promoters"}


@dataclass(frozen=True, eq=False)
class ThemeCounts:
    """Comments by theme."""

    comments: int
    is_dated: bool  # whether any has a day
    without_theme: int  # that no keyword fits
    unread: float  # their share; a fraction, NaN with too few
    unread_low: float
    unread_high: float
    table: pd.DataFrame  # see theme_counts
    detractors: int  # comments of detractors
    unmatched: pd.DataFrame  # rows of comments that no keyword fits
    others: int = 0  # comments of passives and promoters


def comment_themes(surveys: pd.DataFrame | None, book: ThemeBook) -> list[tuple[str, ...]]:
    """Sort every comment by themes; one may be about several.

    Parameters
    ----------
    surveys : DataFrame or None
        The client's table of this name, with what customers wrote.
    book : ThemeBook
        The themes.

    Returns
    -------
    list of tuple of str
        For every row the keys of its themes, the one named first first; empty where no keyword fits. A theme
        that the client's own column names goes before the words; one that is not in the book stands as it is.
    """
    if surveys is None:
        return []
    matcher = Matcher(book)
    pairs = zip(written(surveys["theme"]), written(surveys["comment"]), strict=True)
    return [_themes(matcher, theme, comment) for theme, comment in pairs]


def with_themes(
    surveys: pd.DataFrame | None, worded: pd.DataFrame | None, book: ThemeBook
) -> pd.DataFrame | None:
    """Put the themes beside every answer, and of what was written no more than may be shown.

    Parameters
    ----------
    surveys : DataFrame or None
        The client's table of this name, where comments may be hidden.
    worded : DataFrame or None
        The same rows with what customers wrote, which is read and not handed on.
    book : ThemeBook
        The themes.

    Returns
    -------
    DataFrame or None
        ``surveys`` with ``themes``; a comment that hides nothing is missing. None without surveys.
    """
    if surveys is None:
        return None
    is_written = written(worded["comment"]) != ""
    return surveys.assign(themes=comment_themes(worded, book), comment=surveys["comment"].where(is_written))


def theme_counts(comments: pd.DataFrame, *, min_customers: int, level: float = 0.95) -> ThemeCounts:
    """Count the comments of every theme.

    Parameters
    ----------
    comments : DataFrame
        Rows with a comment or a theme: ``themes`` (from :func:`comment_themes`), ``value`` (1, 0 or -1;
        missing without a score), ``day`` (may be missing).
    min_customers : int
        With fewer comments there are counts, but no shares.

    Returns
    -------
    ThemeCounts
        ``table`` has one row per theme that occurs, by most comments: ``theme``, ``comments``, ``promoters``,
        ``passives``, ``detractors`` (counts), ``share``, ``low``, ``high`` (of all comments; fractions,
        Wilson), ``detractor_share`` (of the detractors' comments). A comment on two themes counts in both.
    """
    require(comments, ["themes", "value", "day"], name="comments")
    themes = comments["themes"].map(lambda keys: keys if isinstance(keys, tuple) else ())
    is_unread = themes.map(len) == 0
    count, unread = len(comments), int(is_unread.sum())
    is_enough = count >= max(min_customers, 1)
    trials = float(count) if is_enough else np.nan
    low, high = wilson_interval(unread, trials, level=level)
    detractors = int((comments["value"] < 0).sum())
    each = pd.DataFrame({"theme": themes, "opinion": comments["value"].map(NAMES)}).explode("theme")
    table = _counted(each[each["theme"].notna()])
    lows, highs = wilson_interval(table["comments"], trials, level=level)
    told = table["detractors"] / (detractors if detractors >= max(min_customers, 1) else np.nan)
    table = table.assign(share=table["comments"] / trials, low=lows, high=highs, detractor_share=told)
    return ThemeCounts(
        comments=count,
        is_dated=bool(comments["day"].notna().any()),
        without_theme=unread,
        unread=unread / trials,
        unread_low=float(low),
        unread_high=float(high),
        table=table,
        detractors=detractors,
        unmatched=comments[is_unread].reset_index(drop=True),
        others=int((comments["value"] >= 0).sum()),
    )


def _themes(matcher: Matcher, theme: str, comment: str) -> tuple[str, ...]:
    given = matcher.match(theme) if theme else None
    named = (given.code if given.rule == "code" else theme,) if given else ()
    found = matcher.match("", comment)
    told = (found.code, *found.others) if found.code else ()
    return tuple(dict.fromkeys((*named, *told)))


def _counted(each: pd.DataFrame) -> pd.DataFrame:
    flags = {name: (each["opinion"] == name).astype(int) for name in ("promoters", "passives", "detractors")}
    counted = pd.DataFrame({"comments": 1, **flags}, index=each.index).groupby(each["theme"]).sum()
    return counted.reset_index().sort_values(
        ["comments", "theme"], ascending=[False, True], ignore_index=True
    )

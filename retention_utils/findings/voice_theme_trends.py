"""Which themes take up more or less of the comments than before, in words and as a table."""

import pandas as pd

from retention_utils.columns.voice import THEME_TRENDS
from retention_utils.comment_themes.themes import ThemeBook
from retention_utils.display import Callout, Finding
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.voice_themes import named_themes
from retention_utils.formats import Formats
from retention_utils.nps import WINDOW
from retention_utils.texts import Text
from retention_utils.voice.account import Voice
from retention_utils.voice.theme_trends import FEWEST_ABOUT

__all__ = ["rising_complaints", "theme_trends_finding", "theme_trends_table"]

LEAST_P = 0.001  # a smaller one is printed as below it


def theme_trends_finding(voice: Voice, book: ThemeBook, *, formats: Formats) -> Finding | None:
    """Say which themes are written about more or less as time goes on; None without dated comments."""
    trends = voice.theme_trends
    if not voice.themes.comments or not voice.themes.is_dated:
        return None
    if trends.empty:
        text = formats.say(
            "Whether any theme takes up more of the comments than before cannot be tested yet. That needs "
            "comments in at least half of the last {window} periods, and {needed} of them about one theme.",
            window=WINDOW,
            needed=FEWEST_ABOUT,
        )
        return Finding("theme_trends", "not enough data", text)
    rose, fell = (_each(trends[trends["direction"] == way], book, formats) for way in (1, -1))
    tested = len(trends)
    if not rose and not fell:
        text = formats.say(
            "Of {tested, plural, one {# theme} other {# themes}} with enough comments to be tested, none "
            "has clearly grown or fallen as a share of the comments.",
            tested=tested,
        )
        return Finding("theme_trends", "no clear change", text)
    text = formats.say(
        "Of {tested, plural, one {# theme} other {# themes}} with enough comments to be tested over the last "
        "{window} periods, {course, select, rose {these take up a growing share for certain: {rose}} fell "
        "{these take up a falling share for certain: {fell}} other {these take up a growing share for "
        "certain: {rose}; these a falling one: {fell}}}. In brackets: the share in the first and in the "
        "second half.",
        tested=tested,
        window=WINDOW,
        course="both" if rose and fell else "rose" if rose else "fell",
        rose=formats.listed(rose) if rose else formats.name(""),
        fell=formats.listed(fell) if fell else formats.name(""),
    )
    return Finding("theme_trends", "clear change", text)


def rising_complaints(voice: Voice, book: ThemeBook, *, formats: Formats) -> list[Finding]:
    """Say for the playbook which complaints take up a growing share of the comments, one finding a subject.

    A theme is a complaint if, of the comments on it with a score, at least as many are by others than by
    promoters; praise is none.
    """
    trends = voice.theme_trends
    counted = voice.themes.table.set_index("theme")
    rose = trends[(trends["direction"] == 1) & trends["theme"].isin(counted.index)]
    others = counted[["passives", "detractors"]].sum(axis=1)
    is_complaint = (others >= counted["promoters"]).reindex(rose["theme"]).to_numpy(dtype=bool)
    subjects = rose["theme"].map(book.subject)
    rose = rose[is_complaint & (subjects != "praise").to_numpy(dtype=bool)]
    return [
        Finding(f"theme_rises_{subject}", "worse", _rising(part, counted, book, formats))
        for subject, part in rose.groupby(subjects, sort=True)
    ]


def _rising(rose: pd.DataFrame, counted: pd.DataFrame, book: ThemeBook, formats: Formats) -> Text:
    about = counted.loc[rose["theme"]]
    return formats.say(
        "Customers write more and more about {themes}: a growing share of the comments, for certain. Of the "
        "comments on {count, plural, one {it} other {these}} over the last {window} periods, {detractors} "
        "are by customers who would not recommend, {passives} by passive ones and {promoters} by those who "
        "would.",
        themes=formats.listed(_each(rose, book, formats)),
        count=len(rose),
        window=WINDOW,
        **{name: int(about[name].sum()) for name in ("detractors", "passives", "promoters")},
    )


def theme_trends_table(voice: Voice, book: ThemeBook, *, formats: Formats) -> Table | Callout | None:
    """List the themes tested, those with most comments first; None without any."""
    trends = voice.theme_trends
    if trends.empty:
        return None
    named = pd.Series(named_themes(trends, book, formats), index=trends.index, dtype=object)
    return show_table(
        trends.assign(theme=named, chance=[_chance(p, formats) for p in trends["p_adjusted"]]),
        THEME_TRENDS,
        key="theme_trends",
        caption="Which themes are written about more, and which less",
        note=formats.say(
            "Share of all comments of the last {window} periods, in the first and in the second half of "
            "them. The change is the slope of a straight line through the periods, with its 95% interval. By "
            "chance: how often a theme that keeps its share would seem to change so much, corrected for the "
            "number of themes tested (Holm). Themes with fewer than {needed} comments are not tested.",
            window=WINDOW,
            needed=FEWEST_ABOUT,
        ),
        formats=formats,
        is_folded=True,
    )


def _each(trends: pd.DataFrame, book: ThemeBook, formats: Formats) -> list[Text]:
    return [
        formats.say(
            "“{theme}” ({early}, then {late})",
            theme=name,
            early=formats.share(row.early),
            late=formats.share(row.late),
        )
        for name, row in zip(named_themes(trends, book, formats), trends.itertuples(), strict=True)
    ]


def _chance(p: float, formats: Formats) -> Text:
    if p < LEAST_P:
        return formats.say("below {limit}", limit=formats.number(LEAST_P, digits=3))
    return formats.number(p, digits=3)

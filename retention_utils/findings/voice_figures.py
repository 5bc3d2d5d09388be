"""What the charts of customers' voice are drawn from, and what they show, for who cannot see them."""

import pandas as pd

from retention_utils.comment_themes.themes import ThemeBook
from retention_utils.findings.voice_themes import named_themes
from retention_utils.findings.voice_words import SCORE_GROUPS
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.voice.account import Voice
from retention_utils.voice.themes import ThemeCounts

__all__ = ["drawn_themes", "left_alt", "nps_alt", "shares_alt", "since_first", "themes_alt", "themes_caption"]

MOST_THEMES = 12


def since_first(table: pd.DataFrame, *, most: int = 24) -> pd.DataFrame:
    """Return the last periods of a table, from the first that has answers on; empty without any."""
    has_answers = (table["answers"] > 0).to_numpy()
    if not has_answers.any() or ("value" in table and table["value"].isna().all()):
        return table.head(0)
    return table.iloc[int(has_answers.argmax()) :].tail(most).reset_index(drop=True)


def drawn_themes(counts: ThemeCounts, book: ThemeBook, *, formats: Formats) -> pd.DataFrame:
    """Return the themes with most comments, named."""
    top = counts.table.head(MOST_THEMES)
    columns = ["comments", "promoters", "passives", "detractors"]
    return top[columns].assign(
        label=pd.Series(named_themes(top, book, formats), index=top.index, dtype=object)
    )


def nps_alt(voice: Voice, *, formats: Formats) -> Text:
    """Describe the line of NPS by its first and its last value."""
    known = since_first(voice.series)
    known = known[known["value"].notna()] if len(known) else known
    if known.empty:
        return formats.say("No period has enough answers.")
    first, last = known.iloc[0], known.iloc[-1]
    return formats.say(
        "From {was} in {first} to {now} in {last}.",
        was=formats.nps(first["value"]),
        first=formats.period(first["period"]),
        now=formats.nps(last["value"]),
        last=formats.period(last["period"]),
    )


def shares_alt(voice: Voice, *, formats: Formats) -> Text:
    """Describe the stacked shares by the last period with answers."""
    known = since_first(voice.counted)
    known = known[known["answers"] > 0]
    if known.empty:
        return formats.say("No period has an answer.")
    last = known.iloc[-1]
    return formats.say(
        "In {last}, {promoters} of {answers, plural, one {# answer} other {# answers}} came from those who "
        "would recommend and {detractors} from those who would not.",
        last=formats.period(last["period"]),
        promoters=formats.count(last["promoters"]),
        answers=formats.count(last["answers"]),
        detractors=formats.count(last["detractors"]),
    )


def left_alt(voice: Voice, *, formats: Formats) -> Text:
    """Describe the bars of those who left."""
    groups = voice.link.groups
    known = groups[groups["share"].notna()]
    if known.empty:
        return formats.say("Too few could be followed.")
    each = [
        formats.joined([formats.say(SCORE_GROUPS[row.group]), formats.share(row.share)], by=": ")
        for row in known.itertuples()
    ]
    return formats.joined(each)


def themes_caption(counts: ThemeCounts, *, formats: Formats) -> Text:
    """Say how to read the bars of the themes, and the pale parts if there are any."""
    top = counts.table.head(MOST_THEMES)
    read = formats.say("The longer, the more comments; a comment on several themes counts in each.")
    if top["comments"].sum() == top[["promoters", "passives", "detractors"]].to_numpy().sum():
        return read
    return formats.joined([read, formats.say("Pale: written without a score.")], by=" ")


def themes_alt(counts: ThemeCounts, book: ThemeBook, *, formats: Formats) -> Text:
    """Describe the bars of the themes."""
    top = counts.table.head(MOST_THEMES)
    if top.empty:
        return formats.say("No comment fits a keyword.")
    each = [
        formats.joined([name, formats.count(row.comments)], by=": ")
        for name, row in zip(named_themes(top, book, formats), top.itertuples(), strict=True)
    ]
    return formats.joined(each)

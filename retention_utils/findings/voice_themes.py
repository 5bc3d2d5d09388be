"""What comments are about, in words."""

import pandas as pd

from retention_utils.anonymity import HIDDEN
from retention_utils.columns.voice import THEMES, UNMATCHED
from retention_utils.comment_themes.themes import ThemeBook
from retention_utils.display import Callout, Finding, Kpi, Verdict, supply
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import interval
from retention_utils.formats import BLANK, Formats
from retention_utils.nps import WINDOW
from retention_utils.survey_answers import written
from retention_utils.texts import Text
from retention_utils.untrusted import shown
from retention_utils.voice.themes import ThemeCounts

__all__ = ["named_themes", "themes_finding", "themes_table", "unmatched_table", "unread_kpi"]

UNREAD_MUCH = 0.4  # more unread comments than this: the themes say little
MOST, LONGEST = 20, 160  # comments listed, characters of each


def themes_finding(
    counts: ThemeCounts, book: ThemeBook, *, min_comments: int, formats: Formats
) -> Finding | Callout:
    """Answer what customers write about, and how much no keyword fits; without comments, what to supply."""
    if not counts.comments:
        text = formats.say(
            "With what customers write, in the column comment of [tables.surveys], this chapter counts what "
            "they write about."
        )
        return supply("missing_comments", formats.say("What comments are about"), text)
    if pd.isna(counts.unread) or counts.table.empty:
        text = formats.say(
            "What customers write about cannot be counted yet. That needs at least {needed} comments that "
            "keywords fit; found {comments, plural, =0 {none} one {# comment} other {# comments}}.",
            needed=min_comments,
            comments=formats.count(counts.comments),
        )
        return Finding("themes", "not enough data", text)
    parts = [_most(counts, book, formats)]
    if counts.detractors >= min_comments:
        parts.append(_of_detractors(counts, book, formats))
    parts.append(_unread(counts, formats))
    verdict: Verdict = "with reservations" if counts.unread > UNREAD_MUCH else "yes"
    return Finding("themes", verdict, formats.joined(parts, by=" "))


def unread_kpi(counts: ThemeCounts, *, formats: Formats) -> Kpi | None:
    """Give the share of comments that no keyword fits as a key figure; None without comments."""
    if not counts.comments:
        return None
    label = formats.say("Comments that no keyword fits")
    basis = formats.say(
        "{comments, plural, one {# comment} other {# comments}}", comments=formats.count(counts.comments)
    )
    if pd.isna(counts.unread):
        return Kpi("unread_comments", label, formats.name(BLANK), None, basis=basis)
    sure = interval(counts.unread_low, counts.unread_high, "share", formats)
    share = round(counts.unread, 4)
    return Kpi("unread_comments", label, formats.share(counts.unread), share, interval=sure, basis=basis)


def named_themes(table: pd.DataFrame, book: ThemeBook, formats: Formats) -> list[Text]:
    """Name the themes of a table: those of the book in every language, the client's own as they stand."""
    names = book.names
    return [formats.given(names[key]) if key in names else formats.name(shown(key)) for key in table["theme"]]


def themes_table(counts: ThemeCounts, book: ThemeBook, *, formats: Formats) -> Table | Callout | None:
    """List the themes, those with most comments first, and what no keyword fits; None without comments."""
    if not counts.comments:
        return None
    rest = {
        "theme": formats.say("no keyword fits"), "comments": counts.without_theme, "share": counts.unread,
        "low": counts.unread_low, "high": counts.unread_high,
    }  # fmt: skip
    opinions, is_told = counts.unmatched["value"], counts.table["detractor_share"].notna().any()
    rest |= {
        "promoters": int((opinions > 0).sum()), "passives": int((opinions == 0).sum()),
        "detractors": int((opinions < 0).sum()),
        "detractor_share": int((opinions < 0).sum()) / counts.detractors if is_told else float("nan"),
    }  # fmt: skip
    named = counts.table.assign(theme=named_themes(counts.table, book, formats)).astype({"theme": object})
    rows = pd.concat([named, pd.DataFrame([rest])], ignore_index=True) if counts.without_theme else named
    return show_table(
        rows,
        THEMES,
        key="themes",
        caption="What comments are about",
        note=(
            "A comment on several themes counts in each of them, so shares add up to more than the whole. "
            "Promoters, passives and detractors: whose comments they are. From and to are the 95% interval "
            "of the share of all."
        ),
        formats=formats,
        emphasis=[len(rows) - 1] if counts.without_theme else [],
    )


def unmatched_table(counts: ThemeCounts, *, formats: Formats) -> Table | Callout | None:
    """List what is written most that no keyword fits, for keywords to add; None if all fit or are hidden."""
    texts = written(counts.unmatched["comment"])
    is_shown = ~texts.isin(["", HIDDEN])
    if not is_shown.any():
        return None
    rows = texts[is_shown].value_counts().rename_axis("comment").reset_index(name="comments")
    rows = rows.sort_values(["comments", "comment"], ascending=[False, True], ignore_index=True)
    listed = rows.head(MOST)
    texts = listed["comment"]
    return show_table(
        listed.assign(comment=[shown(text, LONGEST) for text in texts]),
        UNMATCHED,
        key="unmatched",
        caption="Comments that no keyword fits, the most frequent first",
        note=formats.say(
            "{left_out, plural, =0 {All are listed.} one {# more text is not listed.} other {# more texts "
            "are not listed.}} {cut, plural, =0 {None is cut.} one {# is cut after {longest} characters.} "
            "other {# are cut after {longest} characters.}} Words to look for can be added in the client "
            "file.",
            left_out=len(rows) - len(listed),
            cut=int((texts.str.len() > LONGEST).sum()),
            longest=LONGEST,
        ),
        formats=formats,
        is_folded=True,
    )


def _most(counts: ThemeCounts, book: ThemeBook, formats: Formats) -> Text:
    top = counts.table.head(3)
    each = [
        formats.say(
            "“{theme}” ({share}, {interval})",
            theme=name,
            share=formats.share(row.share),
            interval=interval(row.low, row.high, "share", formats),
        )
        for name, row in zip(named_themes(top, book, formats), top.itertuples(), strict=True)
    ]
    return formats.say(
        "Of {comments, plural, one {# comment} other {# comments}}{is_dated, select, yes { of the last "
        "{window} periods} other {}}, most are about {themes}.",
        is_dated="yes" if counts.is_dated else "no",
        comments=formats.count(counts.comments),
        window=WINDOW,
        themes=formats.listed(each),
    )


def _of_detractors(counts: ThemeCounts, book: ThemeBook, formats: Formats) -> Text:
    top = counts.table.sort_values(["detractors", "theme"], ascending=[False, True]).iloc[:1]
    row = top.iloc[0]
    return formats.say(
        "Those who would not recommend write most about “{theme}”: {count} of {comments, plural, one {# "
        "comment} other {# comments}} of theirs.",
        theme=named_themes(top, book, formats)[0],
        count=formats.count(row["detractors"]),
        comments=formats.count(counts.detractors),
    )


def _unread(counts: ThemeCounts, formats: Formats) -> Text:
    if not counts.without_theme:
        return formats.say("Every comment fits a keyword.")
    return formats.say(
        "No keyword fits {share} of the comments ({interval}): what these say, somebody has to read.",
        share=formats.share(counts.unread),
        interval=interval(counts.unread_low, counts.unread_high, "share", formats),
    )

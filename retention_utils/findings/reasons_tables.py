"""The evidence behind reasons as tables, and what the figures are drawn from."""

import pandas as pd

from retention_utils.columns.reasons import EFFECT, GIVEN, MATCHED, TACTICS, TRENDS, UNREAD
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.reasons_words import CONTROL, name_of, reason_names
from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import ReasonBook
from retention_utils.reasons.account import ReasonAccount
from retention_utils.texts import Text
from retention_utils.untrusted import shown

__all__ = ["effect_table", "given_table", "matched_table", "tactics_table", "trends_table", "unread_table"]

MOST_UNREAD = 20  # texts listed


def given_table(given: pd.DataFrame, book: ReasonBook, *, formats: Formats) -> Table | Callout:
    """List the reasons, the most frequent first, and those not known."""
    known = {code.key: code for code in book.code}
    groups = [formats.given(book.groups[known[key].group]) if key in known else "" for key in given["code"]]
    return show_table(
        given.assign(
            name=reason_names(given["code"], book, formats),
            group_name=groups,
            steered=_steered(given["control"], formats),
        ),
        GIVEN,
        key="given",
        caption="Why customers leave, of those asked",
        note=(
            "Of every leaver the first reason that is recognised counts; further ones are counted beside. "
            "Who left because a payment failed was not asked and is not listed. From and to are the 95% "
            "interval. What they brought in a year is known of leavers in the contract list or the order "
            "log alone."
        ),
        formats=formats,
    )


def effect_table(effect: pd.DataFrame, account: ReasonAccount, *, formats: Formats) -> Table | Callout | None:
    """List what each reason costs beside what is usual; None where no leaver's money is known."""
    if effect.empty or not effect["year_money"].sum():
        return None
    return show_table(
        effect.assign(
            name=reason_names(effect["code"], account.book, formats),
            steered=_steered(effect["control"], formats),
            told_as=[_told_as(nature, formats) for nature in effect["nature"]],
            rate=[_share(rate, formats) for rate in effect["rate"]],
            usual=[
                _span(low, high, formats)
                for low, high in effect[["norm_low", "norm_high"]].itertuples(index=False)
            ],
            usual_of=[_usual_of(by, formats) for by in effect["norm_of"]],
        ),
        EFFECT,
        key="effect",
        caption="What the reasons cost, held against what is usual",
        note=formats.say(
            "Lost for it: leavers with the reason, of the customers at the start of each period, added up; "
            "since not all leavers were heard, at least so many. Usual is the published share, that of the "
            "client file, or that of the year before, counted as if as many had answered then. What lies "
            "above is what the leavers beyond the usual would bring in a year; below zero there were fewer. "
            "From and to are its 95% interval. No reason was tried: whether a measure would have kept them "
            "is not known."
        ),
        formats=formats,
    )


def tactics_table(given: pd.DataFrame, book: ReasonBook, *, formats: Formats) -> Table | Callout:
    """List what to try against the reasons that were given, the most frequent first."""
    known = {code.key: code for code in book.code}
    rows = given[given["code"].isin([key for key, code in known.items() if code.tactic])]
    codes = [known[key] for key in rows["code"]]
    return show_table(
        rows.assign(
            name=[name_of(code, formats) for code in codes],
            recovery=[_recovery(code.recover, formats) for code in codes],
            tactic=[formats.given(code.tactic) for code in codes],
        ),
        TACTICS,
        key="tactics",
        caption="What to try, reason by reason",
        note=(
            "Reasons that were named in the time looked at, where something is known to try. How often such "
            "a customer is won back is an estimate of this house, not measured here."
        ),
        formats=formats,
        is_folded=len(rows) > 8,
    )


def trends_table(trends: pd.DataFrame, book: ReasonBook, *, formats: Formats) -> Table | Callout | None:
    """List the reasons tested for a trend; None where none was."""
    if trends.empty:
        return None
    ordered = trends.sort_values(["p_adjusted", "code"], ignore_index=True)
    course = [
        formats.say("{way, select, up {rises} down {falls} other {neither for certain}}", way=way)
        for way in ordered["direction"].map({1: "up", -1: "down"}).fillna("none")
    ]
    return show_table(
        ordered.assign(name=reason_names(ordered["code"], book, formats), course=course),
        TRENDS,
        key="trends",
        caption="Whether reasons are given more often than before",
        note=(
            "Shares of the leavers asked, in the first and the second half of all periods. Tested is the "
            "trend over all periods (Cochran and Armitage), corrected for the number of reasons (Holm). The "
            "whole list counts here, so reasons that nobody gave in the last year may stand here, too."
        ),
        formats=formats,
        is_folded=len(trends) > 8,
    )


def matched_table(account: ReasonAccount, *, formats: Formats) -> Table | Callout:
    """List by which code or word every answer was recognised, the most frequent first."""
    texts = account.answers.texts
    known = texts[texts["code"] != ""]
    table = (
        known.groupby(["code", "rule", "found"], as_index=False).size().rename(columns={"size": "answers"})
    )
    table = table.sort_values(["answers", "code", "found"], ascending=[False, True, True], ignore_index=True)
    by = [
        formats.say("{rule, select, code {code or name} words {word} other {word with a slip}}", rule=rule)
        for rule in table["rule"]
    ]
    return show_table(
        table.assign(
            name=reason_names(table["code"], account.book, formats),
            by=by,
            found=[shown(found.replace("$", "")) for found in table["found"]],
        ),
        MATCHED,
        key="matched",
        caption="How the answers were recognised",
        note=(
            "All answers supplied, also of earlier periods. A word stands for all that begin with it. Words "
            "and codes of your own can be added in the client file."
        ),
        formats=formats,
        is_folded=True,
    )


def unread_table(account: ReasonAccount, *, is_hidden: bool, formats: Formats) -> Table | Callout | None:
    """List the answers that no code or word stands for; None if customers are hidden."""
    texts = account.answers.texts
    unread = texts[texts["has_text"] & (texts["code"] == "")]
    if is_hidden or unread.empty:
        return None
    said = (unread["reason"] + " " + unread["comment"]).str.strip()
    counted = said.value_counts().rename_axis("said").reset_index(name="answers")
    counted = counted.sort_values(["answers", "said"], ascending=[False, True], ignore_index=True)
    return show_table(
        counted.head(MOST_UNREAD).assign(said=[shown(text) for text in counted["said"].head(MOST_UNREAD)]),
        UNREAD,
        key="unread",
        caption="Answers that were not recognised",
        note=formats.say(
            "{shown, plural, one {# text} other {# texts}} of {total}. What they have in common makes the "
            "next words to look for.",
            shown=min(len(counted), MOST_UNREAD),
            total=len(counted),
        ),
        formats=formats,
        is_folded=True,
    )


def _steered(controls: pd.Series, formats: Formats) -> list[Text]:
    return [formats.say(CONTROL[control]) for control in controls]


def _told_as(nature: str, formats: Formats) -> Text:
    return formats.say("{nature, select, cause {cause} other {symptom}}", nature=nature)


def _recovery(recover: str, formats: Formats) -> Text:
    return formats.say(
        "{recover, select, high {often} medium {sometimes} low {seldom} other {not known}}", recover=recover
    )


def _usual_of(by: str, formats: Formats) -> Text | str:
    if not by:
        return ""
    return formats.say(
        "{by, select, published {published} client {client file} other {the year before}}", by=by
    )


def _share(value: float, formats: Formats) -> Text | str:
    return "" if pd.isna(value) else formats.share(value, digits=2)


def _span(low: float, high: float, formats: Formats) -> Text | str:
    if pd.isna(high):
        return ""
    return formats.share(high, digits=2) if low == high else formats.interval(low, high, "share")

"""What has changed since the last report, in words: the answer, the key figures, what the first page says."""

import pandas as pd

from retention_utils.columns.since_last import FIGURES
from retention_utils.display import Callout, Finding, Verdict
from retention_utils.display_tables import Table, show_table
from retention_utils.formats import BLANK, Formats
from retention_utils.notebooks import chapter_title
from retention_utils.periods import Period
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["attention", "figures_table", "first_report", "since_last"]

VERDICTS = {
    "better": message("better"),
    "worse": message("worse"),
    "clear change": message("clear change"),
    "no clear change": message("no clear change"),
    "not enough data": message("not enough data"),
    "": message("not tested"),
}
MOST_TITLES = 3  # actions named on the first page


def first_report(period: Period, *, formats: Formats) -> Finding:
    """Say that there is nothing to compare with."""
    text = formats.say(
        "This is the first {grain, select, week {weekly report} month {monthly report} quarter {quarterly "
        "report} year {yearly report} other {report on so many days}}, so there is nothing to compare it "
        "with. The next one will be held against it.",
        grain=period.grain,
    )
    return Finding("since_last", "not enough data", text, is_headline=True)


def since_last(
    changes: pd.DataFrame, *, earlier: str, period: Period, restated: int, due: int, formats: Formats
) -> Finding:
    """Say how many key figures clearly changed, how many numbers of the past did, and what is due.

    Parameters
    ----------
    changes : DataFrame
        From :func:`retention_utils.since_last.figures.figure_changes`.
    earlier : str
        Key of the earlier report's period.
    period : Period
        Of this report.
    restated, due : int
        How many cells of the past are others now, and how many promised actions are due.
    """
    verdicts = [verdict for verdict in changes["verdict"] if verdict not in ("", "not enough data")]
    better, worse = verdicts.count("better"), verdicts.count("worse")
    changed = verdicts.count("clear change")
    before = formats.period(earlier)
    sentences = []
    if earlier != period.previous().key:
        missing = formats.period(period.previous().key)
        sentences.append(
            formats.say(
                "There is no report for {missing}; the one for {before} is the latest before this.",
                missing=missing,
                before=before,
            )
        )
    sentences.append(_moved(len(verdicts), better, worse, changed, before, formats))
    sentences.append(
        formats.say(
            "{cells, plural, =0 {None of the past numbers it printed has changed.} one {# of the past "
            "numbers it printed is different now.} other {# of the past numbers it printed are different "
            "now.}}",
            cells=restated,
        )
    )
    if due:
        sentences.append(
            formats.say(
                "{due, plural, one {# promised action is} other {# promised actions are}} due to be looked "
                "at again.",
                due=due,
            )
        )
    verdict: Verdict = (
        "worse" if worse else "better" if better else "clear change" if changed else "no clear change"
    )
    if not verdicts:
        verdict = "with reservations"
    return Finding("since_last", verdict, formats.joined(sentences, by=" "), is_headline=True)


def figures_table(
    changes: pd.DataFrame, *, earlier: str, period: Period, formats: Formats
) -> Table | Callout:
    """List every key figure of both reports."""
    lacking = formats.say("not in that report")
    rows = changes.assign(
        chapter=[formats.say(chapter_title(name)) for name in changes["chapter"]],
        change=[_change(row, formats) for _, row in changes.iterrows()],
        verdict=[formats.say(VERDICTS[verdict]) for verdict in changes["verdict"]],
        **{name: [words or lacking for words in changes[name]] for name in ("before", "now")},
    )
    return show_table(
        rows,
        FIGURES,
        key="figures",
        caption=formats.say(
            "Every key figure, then ({before}) and now ({now})",
            before=formats.period(earlier),
            now=formats.period(period.key),
        ),
        note=formats.say(
            "Then: as the report for {before} printed it. Every change is against that figure, also where a "
            "card compares with a year earlier. Shares change in points, everything else in per cent. "
            "Clear: by more than chance, tested with today's data and definitions. Not tested: both figures "
            "rest in part on the same customers or months, their spread is not known, or that report is not "
            "about the period just before; so the difference may be chance. —: one of the two is no number, "
            "or a point in time.",
            before=formats.period(earlier),
        ),
        formats=formats,
    )


def attention(
    cells: pd.DataFrame,
    due: pd.DataFrame,
    *,
    earlier: str,
    least: float,
    settings: int,
    formats: Formats,
) -> Callout | None:
    """Say on the first page what important of the last report has changed, and what is due.

    Parameters
    ----------
    cells : DataFrame
        From :func:`retention_utils.since_last.restated.notable`.
    due : DataFrame
        From :func:`retention_utils.since_last.promises.outcomes`.
    least : float
        Relative change from which a number was picked.
    settings : int
        How many settings that numbers depend on were changed since.
    """
    sentences = []
    if settings:
        sentences.append(
            formats.say(
                "{settings, plural, one {# setting of the client was} other {# settings of the client "
                "were}} changed since, so what that report printed was counted in another way.",
                settings=settings,
            )
        )
    if len(cells):
        most = cells.iloc[0]
        sentences.append(
            formats.say(
                "{cells, plural, one {# number it printed has} other {# numbers it printed have}} changed "
                "by {least} or more since, most of all “{number}” in {period}: {before} then, {now} now.",
                cells=len(cells),
                least=formats.share(least, digits=0),
                number=most["label"],
                period=formats.period(most["period"]),
                before=formats.value(most["before"], most["unit"]),
                now=formats.value(most["now"], most["unit"]),
            )
        )
    if len(due):
        titles = [_quoted(title, formats) for title in due["title"].iloc[:MOST_TITLES]]
        sentences.append(
            formats.say(
                "{due, plural, one {# promised action is} other {# promised actions are}} due to be looked "
                "at again: {titles}{more, plural, =0 {.} one { and # more.} other { and # more.}}",
                due=len(due),
                titles=formats.joined(titles, by=", "),
                more=max(len(due) - MOST_TITLES, 0),
            )
        )
    if not sentences:
        return None
    title = formats.say("Since the report for {before}", before=formats.period(earlier))
    return Callout("since_last", "warn", title, formats.joined(sentences, by=" "))


def _moved(tested: int, better: int, worse: int, changed: int, before: Text, formats: Formats) -> Text:
    if not tested:
        return formats.say(
            "Whether key figures clearly changed since the report for {before} could not be tested.",
            before=before,
        )
    return formats.say(
        "Since the report for {before}, of {tested, plural, one {# key figure that can be tested for more "
        "than chance} other {# key figures that can be tested for more than chance}}, {better, plural, =0 "
        "{none} other {#}} clearly got better and {worse, plural, =0 {none} other {#}} clearly "
        "worse{changed, plural, =0 {.} other {; # clearly changed, neither for the better nor for the "
        "worse.}}",
        before=before,
        tested=tested,
        better=better,
        worse=worse,
        changed=changed,
    )


def _change(row: pd.Series, formats: Formats) -> Text:
    if pd.isna(row["change"]):
        return formats.name(BLANK)
    points = row["kind"] == "points"
    return formats.points(row["change"]) if points else formats.change(row["change"], "share")


def _quoted(words: Text, formats: Formats) -> Text:
    return formats.say("“{words}”", words=words)

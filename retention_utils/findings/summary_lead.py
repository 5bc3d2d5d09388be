"""The first lines of the report: the weightiest news large, beneath it what else has moved, by verdict."""

from collections.abc import Mapping, Sequence

from retention_utils.display import Callout, Finding, Kpi, Verdict
from retention_utils.findings.summary import APART, HAPPENED, ORDER, untold_keys
from retention_utils.findings.summary_news import LINE, Newsroom, told_once
from retention_utils.findings.summary_words import MOVED
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.texts import Text

__all__ = ["LINE", "clear_findings", "expected_findings", "lead"]


def clear_findings(chapters: Sequence[ShownItems], verdict: Verdict) -> list[Finding]:
    """Pick all that happened and is worse, or better, whatever it is held against; the weightiest first."""
    untold = untold_keys(chapters)
    told = [
        (HAPPENED.index(finding["key"]), chapter.name, finding)
        for chapter in chapters
        for finding in chapter.shown("finding")
        if finding["key"] in HAPPENED and finding["key"] not in untold and finding["verdict"] == verdict
    ]
    told.sort(key=lambda item: item[0])
    return [Finding.restored(finding, chapter=name, is_headline=False) for _, name, finding in told]


def expected_findings(chapters: Sequence[ShownItems]) -> list[Finding]:
    """Pick what a reader should know though it is no turn for the worse.

    These are a plan that clearly loses more than the others, and revenue that had to fall without new
    customers.
    """
    told = [
        (chapter.name, finding)
        for chapter in chapters
        for finding in chapter.shown("finding")
        if (finding["key"].startswith(APART) and finding["verdict"] == "yes")
        or (finding["key"] == "year_on_year" and finding["verdict"] == "clear change")
    ]
    return [Finding.restored(finding, chapter=name, is_headline=False) for name, finding in told]


def lead(
    key_figures: Sequence[Kpi],
    worse: Sequence[Finding] = (),
    better: Sequence[Finding] = (),
    expected: Sequence[Finding] = (),
    *,
    period: str,
    formats: Formats,
    history_days: int = 0,
    warnings: Sequence[Callout] = (),
) -> list[Finding]:
    """Say what weighs most, then what else has moved or not, each thing once and with its verdict.

    Parameters
    ----------
    key_figures : sequence of Kpi
        Those of the first page.
    worse, better : sequence of Finding
        From :func:`clear_findings`: the lead is never calmer than what stands beneath it.
    expected : sequence of Finding
        From :func:`expected_findings`.
    period : str
        Key of the period.
    history_days : int
        Days that the data cover: named where most of the key figures lack data.
    warnings : sequence of Callout
        Those of the chapters: that there are hardly any new customers is said first.

    Returns
    -------
    list of Finding
        The headline, of one or two sentences; then the lines, worst news first.
    """
    by_key = {kpi.key: kpi for kpi in key_figures if kpi.number is not None}
    known = {key: by_key[key] for key in MOVED if key in by_key}
    room = Newsroom(known, period, formats)
    worse, better = told_once(worse, better)
    bad, good = room.clear(worse, "worse"), room.clear(better, "better")
    good.sort(key=lambda news: news.key not in known)  # a figure names its number
    verdict = "worse" if bad else _verdict(key_figures, known)
    lacking = sum(kpi.verdict == "not enough data" or kpi.number is None for kpi in key_figures)
    if not (known or bad or good):
        verdict = "not enough data"
        large = [formats.say("The chapters that say what happened are missing or had not enough data.")]
    elif history_days and 2 * lacking > len(key_figures):
        verdict, large = "not enough data", [_too_little(lacking, len(key_figures), history_days, formats)]
    else:
        large = [*_closed(room, warnings), *(news.sentence for news in (bad or good)[:1])]
        del (bad or good)[:1]
    calm, rest = room.calm(is_alone=not large), room.of_verdict("not enough data")
    if not large and calm:
        large = [calm[0]]
    elif not large:
        large, rest = [room.of_figure(kpi).sentence for kpi in known.values()], []
    held = room.of_verdict("with reservations")
    lines = [*(news.line for news in bad), *room.briefly(expected), *(news.line for news in (*held, *good))]
    lines += [calm[1]] if calm else []
    first = Finding("what_happened", verdict, formats.joined(large, by=" "), is_headline=True)
    return [first, *lines, *(news.line for news in rest)]


def _closed(room: Newsroom, warnings: Sequence[Callout]) -> list[Text]:
    """Say first that there are hardly any new customers, and what follows from it."""
    titles = [note.title for note in warnings if note.key == "newcomers"]
    return [room.of_closed_base() or room.formats.say("{what}.", what=title) for title in titles]


def _too_little(lacking: int, figures: int, days: int, formats: Formats) -> Text:
    """Count those that cannot be judged, unless that is all of them."""
    return formats.say(
        "There is too little data: {all, select, yes {none of the {figures} key figures can be judged yet} "
        "other {{lacking} of {figures} key figures cannot be judged}}, because the data cover {days}.",
        all="yes" if lacking == figures else "no",
        lacking=lacking,
        figures=figures,
        days=formats.days(days),
    )


def _verdict(key_figures: Sequence[Kpi], known: Mapping[str, Kpi]) -> str:
    """Name the worst news of the headline figures."""
    verdicts = {kpi.verdict for kpi in key_figures if kpi.key in MOVED}
    otherwise = "with reservations" if "ended_share" in known else "not enough data"
    return next((word for word in ORDER if word in verdicts), otherwise)

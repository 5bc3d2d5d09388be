"""What the whole report says, from what its chapters said."""

from collections.abc import Sequence
from dataclasses import replace

from retention_utils.display import Callout, Finding, Kpi
from retention_utils.notebooks import ShownItems

__all__ = ["chapter_findings", "chapter_warnings", "key_figures", "what_happened"]

# Worst news first; within a verdict in the order of the chapters.
ORDER = ("no", "worse", "with reservations", "better", "no clear change", "not enough data", "yes")


def key_figures(chapters: Sequence[ShownItems], *, keys: Sequence[str]) -> list[Kpi]:
    """Pick the named key figures out of the chapters, in the order of the names; missing are left out."""
    shown = {kpi["key"]: (kpi, chapter.name) for chapter in chapters for kpi in chapter.shown("kpi")}
    return [_restored(Kpi, *shown[key]) for key in keys if key in shown]


def chapter_findings(chapters: Sequence[ShownItems]) -> list[Finding]:
    """List what every chapter found, worst news first."""
    found = [
        replace(_restored(Finding, finding, chapter.name), is_headline=False)
        for chapter in chapters
        for finding in chapter.shown("finding")
    ]
    return sorted(found, key=lambda finding: ORDER.index(finding.verdict))


def chapter_warnings(chapters: Sequence[ShownItems]) -> list[Callout]:
    """Repeat every warning of the chapters: what a reader of the first page would otherwise get wrong."""
    warnings = [note for chapter in chapters for note in chapter.shown("callout") if note["tone"] == "warn"]
    return [Callout(note["key"], "warn", note["title"], note["text"]) for note in warnings]


def what_happened(key_figures: Sequence[Kpi], *, period: str) -> Finding:
    """Say in one sentence how revenue, the active base and churn moved."""
    known = {kpi.key: kpi for kpi in key_figures}
    parts = [
        words.format(value=known[key].value, change=_moved(known[key]))
        for key, words in (
            ("revenue", "revenue was {value}{change}"),
            ("active_base", "{value} customers were active at the end{change}"),
            ("churn", "{value} of the customers active at the start had lapsed{change}"),
        )
        if key in known and known[key].number is not None
    ]
    if not parts:
        text = "The chapters that say what happened are missing or had not enough data."
        return Finding("what_happened", "not enough data", text, is_headline=True)
    verdicts = [known[key].verdict for key in ("revenue", "active_base", "churn") if key in known]
    verdict = next((word for word in ORDER if word in verdicts), "not enough data")
    listed = ", ".join(parts[:-1]) + (" and " if parts[:-1] else "") + parts[-1]
    against = "; changes are against the period before" if any(kpi.change for kpi in known.values()) else ""
    text = f"In {period}, {listed}{against}."
    return Finding("what_happened", verdict, text, is_headline=True)


def _moved(kpi: Kpi) -> str:
    return f" ({kpi.change}, {kpi.verdict})" if kpi.change else ""


def _restored(kind: type, content: dict, chapter: str) -> Finding | Kpi:
    known = {name: value for name, value in content.items() if name in kind.__annotations__}
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
    return kind(**{**fields, "chapter": chapter})

"""The report: one self-contained page, from the executed chapters of one run.

Depends on what notebooks carry and on nothing that computed it: no analysis, no chart, no data frame.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from retention_utils.chapters import SUMMARY, Chapter, chapter_title, read_chapter
from retention_utils.exporter import environment
from retention_utils.held_together import held_together
from retention_utils.house_style import Look
from retention_utils.notebooks import PLAYBOOK, SINCE_LAST
from retention_utils.palette import STYLESHEET
from retention_utils.shelf import page_names
from retention_utils.texts import in_language
from retention_utils.translations import translated
from retention_utils.untrusted import css_string

__all__ = ["LANGUAGE_NAMES", "Chapter", "read_chapter", "render_report", "stylesheet", "visible"]

PLAIN = Look()
LINE = "lead_"  # begins the keys of the lines beneath the headline
LANGUAGE_NAMES = {"en": "English", "ru": "Русский", "uk": "Українська"}  # of the languages, each in its own
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Not seen, or turning a line about; the names of columns in the client file may hold them.
HIDDEN = re.compile("[\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


def render_report(
    run: dict[str, Any], chapters: Sequence[Chapter], *, language: str = "en", look: Look = PLAIN
) -> str:
    """Write the report of one run.

    Parameters
    ----------
    run : dict
        ``name``, ``description``, ``period_label``, ``previous_label``, ``data_until``;
        ``outcomes``: for every chapter ``chapter``, ``title`` (its question), ``outcome`` (``done`` or
        ``failed``), ``cell`` (number or None) and ``error``; ``provenance``, ``settings`` and
        ``definitions``: pairs of text; ``prepared_by``, which the cover shows;
        ``order``, the chapters as the client file names them. Words may be in several languages.
    chapters : sequence of Chapter
        Those that were executed, read in the language, in any order. A chapter with no outcome counts as
        done; one with an outcome ``done`` that is not here is shown as failed, because its notebook is
        missing.
    language : str
        Of the page.
    look : Look
        The logo and the colour of the house.

    Returns
    -------
    str
        One HTML page without script or outside address; the same text for the same input. Of two runs of the
        same, only the part ``provenance`` differs, which says when the report was made.
    """
    run = in_language(run, language)
    by_name = {chapter.name: chapter for chapter in chapters}
    missing = translated("The executed notebook is missing or cannot be read.", language)
    failures = {done["chapter"]: done for done in _failures(run["outcomes"], set(by_name), missing=missing)}
    wanted = run.get("order") or _read_first(by_name.get(SINCE_LAST))
    names = _in_order({*by_name, *failures} - {SUMMARY}, wanted)
    shown = [by_name[name] for name in names if name in by_name and name not in failures]
    if any(table["key"] == "contract" for chapter in shown for table in chapter.shown("table")):
        run["definitions"] = []  # a table of the glossary has them, and says what they decide
    sections = [
        _section(name, chapter=by_name.get(name), failure=failures.get(name), language=language)
        for name in names
    ]
    summary = by_name.get(SUMMARY) if SUMMARY not in failures else None
    kpis = summary.shown("kpi") if summary else ()
    env = environment(language)
    env.filters["css_string"] = css_string
    page = env.get_template("report.html.j2").render(
        run=run,
        language=language,
        language_names=LANGUAGE_NAMES,
        pages=page_names(run["languages"]),
        css=stylesheet(look),
        look=look,
        sections=sections,
        missing=[section for section in sections if section["failed"]],
        links={section["name"]: section["id"] for section in sections},
        titles={section["name"]: section["title"] for section in sections},
        summary=summary,
        summary_failure=failures.get(SUMMARY),
        kpis=kpis,
        lead=_lead(summary),
        findings=[item for item in _told(summary) if not item["key"].startswith(LINE)],
        actions=summary.shown("action") if summary else (),
        shown_actions={item["key"] for item in summary.shown("action")} if summary else (),
        plan=_answer_without_measures(sections, summary),
        grade=_grade(shown),
        cover=next((item for item in kpis if item["trend"]), None),
    )
    return visible(page)


def visible(page: str) -> str:
    """Return a page without characters that it may not carry, with those shown that hide, well broken."""
    shown = HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", CONTROL.sub("", page))
    return held_together(shown).encode("utf-8", "replace").decode("utf-8")


def _failures(outcomes: list[dict[str, Any]], found: set[str], *, missing: str) -> Iterable[dict[str, Any]]:
    for outcome in outcomes:
        if outcome["outcome"] != "done":
            yield outcome
        elif outcome["chapter"] not in found:
            yield {**outcome, "cell": None, "error": missing}


def _answer_without_measures(
    sections: list[dict[str, Any]], summary: Chapter | None
) -> dict[str, Any] | None:
    """Find the playbook's own answer, which stands in place of the measures where it calls for none."""
    if not summary or summary.shown("action"):
        return None
    made = (section for section in sections if section["name"] == PLAYBOOK and not section["failed"])
    return next(made, None)


def _section(
    name: str, *, chapter: Chapter | None, failure: dict[str, Any] | None, language: str
) -> dict[str, Any]:
    """Everything the page says about one chapter, whether it was made or not."""
    title = translated(chapter_title(name), language)
    section = {
        "name": name,
        "id": _slug(name),
        "number": name[:2],
        "title": title,
        "failed": failure,
        "tongues": chapter.tongues if chapter else {"title": "", "question": ""},
    }
    if failure or chapter is None:
        asked = translated((failure or {}).get("title") or "", language)
        question = asked or (chapter.question if chapter else "") or title
        headline = translated(
            "This chapter could not be made. The other chapters were made without it.", language
        )
        return {
            **section,
            "question": question,
            "headline": headline,
            "verdict": "failed",
            "headline_key": "",
            "body": "",
        }
    headline = chapter.headline or {"key": "", "text": "", "verdict": ""}
    told = {
        "question": chapter.question,
        "headline": headline["text"],
        "headline_key": headline["key"],
        "verdict": headline["verdict"],
    }
    return {**section, **told, "body": chapter.body}


def _told(summary: Chapter | None) -> list[dict[str, Any]]:
    """Return what the summary says beside its headline."""
    return [item for item in summary.shown("finding") if item is not summary.headline] if summary else []


def _lead(summary: Chapter | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the lines beneath the headline, those of one verdict together."""
    lines = [item for item in _told(summary) if item["key"].startswith(LINE)]
    return [(key, [*found]) for key, found in groupby(lines, key=lambda item: item["verdict"])]


def _grade(chapters: list[Chapter]) -> dict[str, Any] | None:
    graded = ((chapter, grade) for chapter in chapters for grade in chapter.shown("grade"))
    return next(({**grade, "href": _slug(chapter.name)} for chapter, grade in graded), None)


def _read_first(since_last: Chapter | None) -> list[str]:
    """Name what has changed since the last report, where there was one: it is read after the first page."""
    headline = since_last.headline if since_last else None
    return [SINCE_LAST] if headline and headline["verdict"] != "not enough data" else []


def _in_order(names: set[str], wanted: Sequence[str]) -> list[str]:
    """Sort chapters as the client file names them, by name or number, then by their numbers."""
    places = {name: place for place, name in enumerate(wanted)}
    return sorted(names, key=lambda name: (places.get(name, places.get(name[:2], len(places))), name))


def stylesheet(look: Look) -> Markup:
    """Return the page's stylesheet with the house's colours."""
    css = re.sub(r"/\*.*?\*/", "", STYLESHEET.read_text(encoding="utf-8"), flags=re.DOTALL)
    rules = re.sub(r"(?<=[{};:,]) | (?={)", "", re.sub(r"\s*\n\s*", "\n", css)).strip()
    return Markup(f"{rules}\n{look.accent}")  # noqa: S704 - the package's own file, and checked colours


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "untitled"

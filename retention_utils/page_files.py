"""The files of one report that people open: its pages and its tables."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retention_utils.chapter_runs.outcomes import BAD, ChapterOutcome
from retention_utils.chapters import read_chapter
from retention_utils.exports.csv_files import write_tables
from retention_utils.exports.hidden_ids import Ids
from retention_utils.house_style import Look
from retention_utils.report import render_report
from retention_utils.shelf import page_names
from retention_utils.texts import in_language

__all__ = ["write_pages"]


def write_pages(
    folder: Path,
    run: Mapping[str, Any],
    outcomes: Sequence[ChapterOutcome],
    *,
    look: Look,
    hides_ids: bool,
) -> None:
    """Write the page of every language, and the tables of the first, beside the executed chapters.

    Parameters
    ----------
    folder : Path
        The report's; ``chapters`` is in it.
    run : mapping
        The record of the run.
    outcomes : sequence of ChapterOutcome
        Of all chapters: only those that came to their end are read.
    look : Look
        Logo and colours.
    hides_ids : bool
        Whether customers' ids are replaced in the tables.
    """
    names = [outcome.chapter for outcome in outcomes if outcome.outcome not in BAD]
    files = [folder / "chapters" / f"{name}.ipynb" for name in names]
    for number, (language, page) in enumerate(page_names(run["languages"]).items()):
        source = in_language(run["source"], language)
        chapters = [read_chapter(file, language=language, source=source) for file in files]
        if not number:
            write_tables(chapters, folder / "tables", ids=Ids(hides_ids, hides_ids))
        text = render_report(run, chapters, language=language, look=look)
        (folder / page).write_text(text, encoding="utf-8")

"""What stands on the shelf: every report that was made, with its outcome, and how one is put there."""

import fcntl
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from retention_utils.chapter_choice import chosen_chapters
from retention_utils.config import read_config
from retention_utils.errors import PeriodError
from retention_utils.periods import parse_period
from retention_utils.project import client_file, client_names, notebook_files, report_folder

__all__ = [
    "DONE",
    "ShelfEntry",
    "expected_chapters",
    "finished_reports",
    "move_into_place",
    "page_names",
    "report_lock",
    "reports_on_shelf",
    "tidy_up",
]


DONE = "done"  # folder of a run that goes on: the outcomes of chapters that are whole


@dataclass(frozen=True)
class ShelfEntry:
    """One client and period, and what came of it."""

    client: str
    period: str
    outcome: str  # done, failed, timed out, unknown, none
    done: int  # chapters
    chapters: int
    report: str  # as seen from the project
    reason: str = ""  # why a run ended before its chapters
    folder: str = ""  # below the client's
    outcomes: tuple[tuple[str, str], ...] = ()  # of every chapter: its name and outcome

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as plain values."""
        return asdict(self)


def reports_on_shelf(project: Path) -> list[ShelfEntry]:
    """List every client with its reports, failed ones included; a client without any has one entry."""
    entries = []
    for client in client_names(project):
        folders = sorted((project / "reports" / client).glob("[0-9]*"))
        entries += [_entry(project, client, folder) for folder in folders]
        if not folders:
            entries.append(ShelfEntry(client, "", "none", 0, 0, ""))
    return entries


def expected_chapters(project: Path, folder: Path) -> list[str]:
    """Return the chapters a finished report should have: those of its run, or else those it would have now.

    A report that came without the record of its run, as one kept in git does, is held against the notebooks.
    """
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        return [outcome["chapter"] for outcome in record["outcomes"]]
    except (OSError, ValueError, KeyError, TypeError):
        client = folder.parent.name
        config, notebooks = read_config(client_file(project, client)), notebook_files(project, client)
        return [chapter.stem for chapter in chosen_chapters(notebooks, config, project / "data" / client)]


@contextmanager
def report_lock(
    project: Path, client: str, period_key: str, *, tell: Callable[[str], None] = lambda words: None
) -> Iterator[None]:
    """Hold the only right to write one report; wait as long as another run holds it.

    The system lets go of it when the process ends, however it ends, so a lock is never stale; the file says
    who holds it and since when, for those who wait.

    Parameters
    ----------
    project : Path
        The folder of the project.
    client, period_key : str
        Which report.
    tell : callable
        Called with a sentence if another run holds it.
    """
    file = project / ".retention" / "locks" / f"{client}-{period_key}.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"waiting for {_owner(file)}")
            fcntl.flock(stream, fcntl.LOCK_EX)
        stream.truncate(0)
        since = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        stream.write(f"process {os.getpid()} on {platform.node()}, since {since}")
        stream.flush()
        yield


def _owner(file: Path) -> str:
    return file.read_text(encoding="utf-8") or "another process"


def tidy_up(project: Path, client: str, period_key: str) -> None:
    """Clear what a run that was cut short left behind; call it with the lock held.

    If the run ended between taking the finished report away and putting the new one there, the finished
    report is put back. Chapters that are whole stay in the staging folder.
    """
    place = report_folder(project, client, period_key)
    for old in sorted(place.parent.glob(f".{period_key}.old*")):
        if not place.exists():
            old.rename(place)
    for leftover in place.parent.glob(f".{period_key}.*"):
        if leftover.name != f".{period_key}.new":
            shutil.rmtree(leftover, ignore_errors=True)


def page_names(languages: Sequence[str]) -> dict[str, str]:
    """Name the page of every language: ``report.html`` in the first one, ``report.ru.html`` in another."""
    return {
        language: f"report.{language}.html" if number else "report.html"
        for number, language in enumerate(languages)
    }


def move_into_place(staging: Path, place: Path) -> None:
    """Swap a finished folder in; what was there goes only after its successor is complete."""
    old = place.with_name(f".{place.name}.old")
    if place.exists():
        place.rename(old)
    try:
        staging.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _entry(project: Path, client: str, folder: Path) -> ShelfEntry:
    period = folder.name.removesuffix(".failed")
    page = folder / "report.html"
    report = str(page.relative_to(project)) if page.is_file() else ""
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        outcomes = tuple((chapter["chapter"], chapter["outcome"]) for chapter in record["outcomes"])
        outcome, reason = record["outcome"], record.get("reason", "")
    except (OSError, ValueError, KeyError, TypeError):
        chapters = len(list((folder / "chapters").glob("*.ipynb")))
        return ShelfEntry(client, period, "unknown", 0, chapters, report, folder=folder.name)
    done = [made for _, made in outcomes].count("done")
    return ShelfEntry(client, period, outcome, done, len(outcomes), report, reason, folder.name, outcomes)


def finished_reports(project: Path, client: str, periods: Sequence[str]) -> list[Path]:
    """Return the folders of a client's finished reports, of these periods or, if there are none, of all.

    Raises
    ------
    PeriodError
        If a period cannot be read.
    """
    wanted = {parse_period(text).key for text in periods}
    folders = sorted(folder for folder in (project / "reports" / client).glob("[0-9]*") if folder.is_dir())
    finished = [folder for folder in folders if _is_period(folder.name)]
    return [folder for folder in finished if not wanted or folder.name in wanted]


def _is_period(name: str) -> bool:
    try:
        return parse_period(name).key == name
    except PeriodError:
        return False

"""What a run leaves of itself: a log with client and period on every line, and a manifest of all outcomes."""

import json
import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from retention_utils import __version__
from retention_utils.chapter_runs.outcomes import BAD, ChapterOutcome
from retention_utils.provenance import engine_versions
from retention_utils.report_outcomes import ReportOutcome

__all__ = ["Journal", "manifest", "open_journal"]

FORMAT = "%(asctime)s %(levelname)-7s %(client)s %(period)s %(message)s"
MOST_JOURNALS = 100  # older ones are removed
WORDS = ("outcome", "seconds", "peak_mb", "retries", "cell", "cause")


class Journal:
    """The log of one run, and its folder.

    Parameters
    ----------
    folder : Path
        Where it is written.
    logger : Logger
        Its lines go there.
    """

    def __init__(self, folder: Path, logger: logging.Logger) -> None:
        self.folder = folder
        self.began = datetime.now(UTC)
        self._started = time.monotonic()
        self._logger = logger

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return round(time.monotonic() - self._started, 1)

    def words(self, client: str, period: str, words: str, *, is_bad: bool = False) -> None:
        """Write one line; line breaks in it are kept from making others."""
        level = logging.ERROR if is_bad else logging.INFO
        line = " ".join(words.split())
        self._logger.log(level, line, extra={"client": client or "-", "period": period or "-"})

    def chapter(self, client: str, period: str, outcome: ChapterOutcome) -> None:
        """Write how a chapter ended."""
        self.words(client, period, _told(outcome.chapter, outcome), is_bad=outcome.outcome in BAD)

    def report(self, outcome: ReportOutcome) -> None:
        """Write how a report ended."""
        said = f"report {outcome.outcome} in {outcome.seconds:g} s. {outcome.reason}"
        self.words(outcome.client, outcome.period, said, is_bad=outcome.outcome in BAD)

    def close(self, content: dict[str, Any]) -> None:
        """Write the manifest, whole or not at all."""
        beside = self.folder / "manifest.part"
        beside.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        beside.replace(self.folder / "manifest.json")


@contextmanager
def open_journal(project: Path) -> Iterator[Journal]:
    """Begin a journal below ``.retention/runs``, named after the time and this process."""
    shelf = project / ".retention" / "runs"
    folder = shelf / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    _forget_old(shelf)
    handler = logging.FileHandler(folder / "log.txt", encoding="utf-8")
    handler.setFormatter(_utc(logging.Formatter(FORMAT)))
    logger = logging.Logger(folder.name)  # of its own: nothing that libraries log gets in
    logger.addHandler(handler)
    try:
        yield Journal(folder, logger)
    finally:
        handler.close()


def manifest(
    journal: Journal, outcomes: Sequence[ReportOutcome], project: Path, *, options: dict[str, Any]
) -> dict[str, Any]:
    """Put together what came of a run, as plain values.

    Returns
    -------
    dict
        ``began`` (UTC), ``seconds``, ``software``, ``options``, ``counts`` by outcome, ``log`` (a path as
        seen from the project) and ``reports``, each with its chapters.
    """
    kinds = [outcome.outcome for outcome in outcomes]
    return {
        "began": journal.began.isoformat(timespec="seconds"),
        "seconds": journal.seconds,
        "software": {"retention-workbook": __version__, **engine_versions()},
        "options": options,
        "counts": {kind: kinds.count(kind) for kind in ("done", "skipped", *BAD)},
        "log": str((journal.folder / "log.txt").relative_to(project)),
        "reports": [outcome.as_dict(project) for outcome in outcomes],
    }


def _utc(formatter: logging.Formatter) -> logging.Formatter:
    formatter.converter = time.gmtime
    formatter.default_time_format = "%Y-%m-%dT%H:%M:%S"
    formatter.default_msec_format = "%s.%03dZ"
    return formatter


def _told(name: str, outcome: ChapterOutcome) -> str:
    values = outcome.as_dict()
    facts = ", ".join(f"{word} {values[word]}" for word in WORDS[1:] if values[word])
    return f"{name} {outcome.outcome} ({facts})" + (f": {outcome.error}" if outcome.error else "")


def _forget_old(shelf: Path) -> None:
    for folder in sorted(shelf.iterdir())[:-MOST_JOURNALS]:
        for file in folder.glob("*"):
            file.unlink(missing_ok=True)
        folder.rmdir()

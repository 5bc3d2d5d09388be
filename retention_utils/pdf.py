"""A page of a report as PDF, printed by the Chromium that is installed."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from retention_utils.errors import PrintError

__all__ = ["Paper", "find_browser", "print_page"]

Paper = Literal["A4", "Letter"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 120
WORKSHOP = "printing-"  # seen by a Chromium of Ubuntu, which may not read hidden folders or /tmp

QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-pings",
    "--disable-breakpad",
    "--disable-extensions",
    "--disable-sync",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no name of any other computer is ever found
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)


def find_browser() -> str:
    """Return the program that prints: what ``RETENTION_BROWSER`` names, or a Chromium on the path.

    Raises
    ------
    PrintError
        If there is none.
    """
    named = os.environ.get("RETENTION_BROWSER", "")
    found = next(filter(None, map(shutil.which, [named] if named else NAMES)), None)
    if found:
        return found
    looked = f"looked for {', '.join(NAMES)} on the path"
    what = f"RETENTION_BROWSER names {named!r}, which is no program here" if named else looked
    msg = (
        f"there is no browser to print with: {what}. Install Chromium or Chrome, such as Debian's package "
        "chromium, or name one in the environment variable RETENTION_BROWSER."
    )
    raise PrintError(msg)


def print_page(page: Path, *, paper: Paper = "A4", seconds: float = SECONDS) -> Path:
    """Print a page to a PDF beside it, of the same name.

    Parameters
    ----------
    page : Path
        A report as HTML. A PDF from before is removed first, so that none outlives the page it shows.
    paper : str
        ``"A4"`` or ``"Letter"``.
    seconds : float
        How long the browser may take.

    Returns
    -------
    Path
        The PDF; it appears only once it is whole.

    Raises
    ------
    PrintError
        If there is no browser, or it prints nothing.
    """
    target = page.with_suffix(".pdf")
    target.unlink(missing_ok=True)
    for leftover in page.parent.glob(f"{WORKSHOP}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    browser = find_browser()
    with TemporaryDirectory(dir=page.parent, prefix=WORKSHOP, ignore_cleanup_errors=True) as folder:
        copy, made = Path(folder, page.name), Path(folder, target.name)
        # A page leaves its paper to who prints it; the command line of Chromium takes none.
        size = f"<style>@page {{ size: {paper}; }}</style></head>"
        copy.write_text(page.read_text(encoding="utf-8").replace("</head>", size, 1), encoding="utf-8")
        profile = f"--user-data-dir={Path(folder, 'profile').absolute()}"
        # Chromium refuses its sandbox to root.
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        orders = [*QUIET, *root, profile, f"--print-to-pdf={made.absolute()}", copy.absolute().as_uri()]
        said = _run([browser, *orders], Path(folder, "said"), seconds=seconds)
        if not _is_whole(made):
            hint = "Another can be named in the environment variable RETENTION_BROWSER."
            raise PrintError(f"{browser} printed nothing; it said: {said or 'nothing'}. {hint}")
        made.replace(target)
    return target


def _run(command: Sequence[str], log: Path, *, seconds: float) -> str:
    """Run a command with all processes that it starts, and return the last that it said."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True
        )
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            msg = f"{command[0]} took longer than {seconds:.0f} seconds to print, and was stopped."
            raise PrintError(msg) from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return " ".join(log.read_text(encoding="utf-8", errors="replace").split())[-500:]


def _is_whole(made: Path) -> bool:
    if not made.is_file():
        return False
    content = made.read_bytes()
    return content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")

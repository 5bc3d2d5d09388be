"""The command line called as a user calls it, within the process of the tests."""

from pathlib import Path

import pytest

from retention_utils import cli

__all__ = ["call", "everything_in"]


def call(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, str]:
    """Run a command on the project in a folder; return its exit code and what it printed where."""
    monkeypatch.setenv("RETENTION_PROJECT", str(folder))
    monkeypatch.setattr("sys.argv", ["retention", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return stopped.value.code or 0, printed.out, printed.err


def everything_in(folder: Path) -> dict[str, bytes | None]:
    """Return every file in a folder with its content, and every folder in it."""
    return {
        str(found.relative_to(folder)): found.read_bytes() if found.is_file() else None
        for found in sorted(folder.rglob("*"))
    }

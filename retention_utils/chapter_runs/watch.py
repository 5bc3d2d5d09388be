"""Looks at running kernels: what they hold, put out and take of time; ends those that overdo it.

At marts that are being built, too: they end in time.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, Protocol

import psutil

from retention_utils.chapter_runs.halt import Halt
from retention_utils.chapter_runs.limits import Limits

__all__ = ["BuildWatch", "Stopped", "Watch", "Watchman", "held_memory"]

LOOK_SECONDS = 0.1

Stopped = Literal["memory", "output", "report time", "cancelled"]


class Ended(Protocol):
    """As much of a process as is needed here."""

    pid: int

    def kill(self) -> None:
        """End it."""


class Looking(Protocol):
    """Whatever is looked at from time to time."""

    def look(self) -> None:
        """Look once."""


class Watch:
    """What is seen of the kernel of one chapter.

    Parameters
    ----------
    limits : Limits
        Of the run.
    halt : Halt
        Of the run.
    deadline : float, optional
        Of the report, on the monotonic clock.
    """

    def __init__(self, limits: Limits, halt: Halt, deadline: float | None = None) -> None:
        self._limits, self._halt, self._deadline = limits, halt, deadline
        self._process: Ended | None = None
        self.stopped: Stopped | None = None  # why the kernel was ended from here
        self.cell: int | None = None  # the one that ran last, from 0
        self.peak = 0  # bytes; 0 if never looked at
        self._written = 0

    def begin(self, process: Ended) -> None:
        """Look at a kernel from now on."""
        self._process = process
        self.look()

    def look(self) -> None:
        """Look once."""
        if self._process is None or self.stopped:
            return
        self.peak = max(self.peak, held_memory(self._process.pid))
        if self._halt.is_called:
            self._end("cancelled")
        elif self._deadline is not None and time.monotonic() > self._deadline:
            self._end("report time")
        elif self.peak > self._limits.memory:
            self._end("memory")

    def hear(self, content: dict[str, Any]) -> bool:
        """Note what a kernel puts out; say whether there is room for it."""
        self._written += sum(len(part) for part in _texts(content))
        if self._written > self._limits.output and not self.stopped:
            self._end("output")
        return not self.stopped

    def finish(self) -> None:
        """Look for the last time."""
        self.look()
        self._process = None

    def _end(self, why: Stopped) -> None:
        self.stopped = why
        with suppress(OSError):
            self._process.kill()


class BuildWatch:
    """What is seen of a mart that is being built in this process: its engine is interrupted, again and again.

    Parameters
    ----------
    halt : Halt
        Of the run.
    deadline : float, optional
        Of the report, on the monotonic clock.
    """

    def __init__(self, halt: Halt, deadline: float | None = None) -> None:
        self._halt, self._deadline = halt, deadline
        self._interrupt: Callable[[], None] | None = None
        self.stopped: Stopped | None = None

    @contextmanager
    def watching(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Know, while the context lasts, how to interrupt what the engine does."""
        self._interrupt = interrupt
        try:
            yield
        finally:
            self._interrupt = None

    def look(self) -> None:
        """Look once."""
        if self._halt.is_called:
            self.stopped = "cancelled"
        elif self._deadline is not None and time.monotonic() > self._deadline:
            self.stopped = "report time"
        interrupt = self._interrupt
        if self.stopped and interrupt:
            interrupt()


class Watchman:
    """One thread that looks at everything watched ten times a second."""

    def __init__(self) -> None:
        self._watches: set[Looking] = set()
        self._gone = threading.Event()

    @contextmanager
    def on_duty(self) -> Iterator["Watchman"]:
        """Look while the context lasts."""
        thread = threading.Thread(target=self._walk, name="watchman", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._gone.set()
            thread.join()

    @contextmanager
    def watching(self, watch: Looking) -> Iterator[None]:
        """Look at one kernel or mart while the context lasts."""
        self._watches.add(watch)
        try:
            yield
        finally:
            self._watches.discard(watch)

    def _walk(self) -> None:
        while not self._gone.wait(LOOK_SECONDS):
            for watch in list(self._watches):
                watch.look()


def held_memory(pid: int) -> int:
    """Return the most memory a process has held, in bytes; where the system does not say: what it holds now.

    Memory that it shares with others counts. 0 if there is no such process.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) * 1024
    except (OSError, IndexError, ValueError):
        pass
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for part in content.values():
            yield from _texts(part)
    elif isinstance(content, list):
        for part in content:
            yield from _texts(part)

"""How many things run at a time, and whose turn it is."""

import heapq
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from retention_utils.chapter_runs.halt import Halt, HaltedError

__all__ = ["Slots"]

LOOK_SECONDS = 0.2  # how often those that wait look whether everything is to end


class Slots:
    """So many places; the earliest report of the plan takes the next one that is free.

    Reports then are finished one after the other, not all at the very end.

    Parameters
    ----------
    number : int
        Places.
    halt : Halt
        Once it is called, nobody gets a place.
    """

    def __init__(self, number: int, halt: Halt) -> None:
        self.number = number
        self._free = number
        self._halt = halt
        self._changed = threading.Condition()
        self._waiting: list[tuple[int, int]] = []
        self._tickets = itertools.count()

    @contextmanager
    def held(self, rank: int, *, to_the_end: bool = False) -> Iterator[None]:
        """Hold a place; a lower rank has it first.

        Parameters
        ----------
        rank : int
            Of the report.
        to_the_end : bool
            For the last step of what is all but finished: a place is given even when everything is to end.

        Raises
        ------
        HaltedError
            If everything is to end.
        """
        mine = (rank, next(self._tickets))
        with self._changed:
            heapq.heappush(self._waiting, mine)
            try:
                while not (self._free and self._waiting[0] == mine):
                    if self._halt.is_called and not to_the_end:
                        raise HaltedError(self._halt.reason)
                    self._changed.wait(LOOK_SECONDS)
            finally:
                self._waiting.remove(mine)
                heapq.heapify(self._waiting)
                self._changed.notify_all()
            if self._halt.is_called and not to_the_end:
                raise HaltedError(self._halt.reason)
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

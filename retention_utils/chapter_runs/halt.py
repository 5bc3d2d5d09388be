"""The one word that ends everything which is running."""

import threading

__all__ = ["Halt", "HaltedError"]


class HaltedError(Exception):
    """Nothing more is to be begun."""


class Halt:
    """Shared by all that runs at the same time; once called it stays called."""

    def __init__(self) -> None:
        self._called = threading.Event()
        self.reason = ""

    def call(self, reason: str) -> None:
        """End everything; only the first reason counts."""
        if not self._called.is_set():
            self.reason = reason
            self._called.set()

    @property
    def is_called(self) -> bool:
        """Whether everything is to end."""
        return self._called.is_set()

"""A kernel forked by the server, as its client sees it: as much of a ``Popen`` as Jupyter uses."""

import json
import os
import signal
import socket
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

__all__ = ["ForkedProcess"]

READY_SECONDS = 60  # the server may still be importing
LOST = -9  # as if killed; Windows, where this is never used, has no SIGKILL


class ForkedProcess:
    """A kernel forked by the server behind a socket.

    The connection lives as long as the kernel: the server tells over it how the kernel ended, and kills the
    kernel when it is closed. Until then the kernel's process id is not given to any other process.

    Parameters
    ----------
    address : str
        The server's socket.
    arguments : sequence of str
        What follows ``ipykernel_launcher`` on the command line of an ordinary kernel.
    cwd : str
        Working folder of the kernel.
    env : mapping of str to str
        Its whole environment.
    stdout, stderr : int
        Its standard streams, as file descriptors of this process.

    Raises
    ------
    OSError
        If there is no server, or it does not start the kernel.
    """

    stdin = stdout = stderr = None  # as of a Popen without pipes

    def __init__(
        self,
        address: str,
        arguments: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        stdout: int = 1,
        stderr: int = 2,
    ) -> None:
        self.returncode: int | None = None
        self._received = b""
        self._asking = threading.Lock()  # whoever watches the kernel is not in its client's thread
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.settimeout(READY_SECONDS)
        try:
            self._connection.connect(address)
            request = (
                json.dumps({"arguments": list(arguments), "cwd": cwd, "env": dict(env)}).encode() + b"\n"
            )
            sent = socket.send_fds(self._connection, [request], [stdout, stderr])
            self._connection.sendall(request[sent:])
            answer = self._answer()
            if answer is None:
                msg = "The server of warm kernels ended."
                raise ConnectionError(msg)
            self.pid: int = answer["pid"]
        except BaseException:
            self._connection.close()
            raise

    def poll(self) -> int | None:
        """Return how the kernel ended, negative for a signal; None while it runs."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until the kernel has ended; with a timeout, at most that many seconds."""
        with self._asking:
            if self.returncode is None:
                self._connection.settimeout(timeout)
                with suppress(TimeoutError, BlockingIOError):
                    answer = self._answer()
                    # Without a word the server is gone, and its kernels with it.
                    self.returncode = answer["status"] if answer else LOST
                    self._connection.close()
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and whatever it started, unless it has ended."""
        if self.poll() is not None:
            return
        try:
            os.killpg(self.pid, signum)
        except ProcessLookupError:  # it does not lead a group yet
            with suppress(ProcessLookupError):
                os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)

    def _answer(self) -> dict[str, Any] | None:
        """Read one line of the server's; None if it hung up."""
        while b"\n" not in self._received:
            try:
                more = self._connection.recv(4096)
            except ConnectionError:
                return None
            if not more:
                return None
            self._received += more
        line, _, self._received = self._received.partition(b"\n")
        return json.loads(line)

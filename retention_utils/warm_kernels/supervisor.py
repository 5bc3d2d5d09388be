"""The server's life: begun for one run, ended with it, and never in the way if it cannot be."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory
from traitlets.config import Config

from retention_utils.warm_kernels.manager import WarmKernelManager
from retention_utils.warm_kernels.preload import imported_modules
from retention_utils.warm_kernels.provisioner import ADDRESS, NAME

__all__ = ["SWITCH", "WarmKernels", "warm_kernels"]

SWITCH = "RETENTION_WARM_KERNELS"  # environment variable: 0 for ordinary kernels
DEFAULT_PROVISIONER = KernelProvisionerFactory.default_provisioner_name_env
END_SECONDS = 5
MOST_RENEWALS = 3  # a server that dies again and again is not worth its start


class WarmKernels:
    """The server of one run, or none; it is begun when first needed.

    Parameters
    ----------
    modules : sequence of str
        What the server imports.
    is_wanted : bool
        False: kernels are to be ordinary.
    """

    def __init__(self, modules: Sequence[str] = (), *, is_wanted: bool = True) -> None:
        self._modules = modules
        self._renewals = MOST_RENEWALS
        self._renewing = threading.Lock()
        self._is_wanted = is_wanted
        self._address = ""
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The server's socket; empty if there is none."""
        self.begin()
        return self._address

    @property
    def is_serving(self) -> bool:
        """Whether the server is there to fork kernels."""
        return self.server is not None and self.server.poll() is None

    def begin(self) -> None:
        """Begin the server, if one is wanted and there is none yet: the sooner, the less is waited for it."""
        with self._renewing:
            if self._is_wanted:
                self._is_wanted = False
                self._begin()

    def renew(self) -> None:
        """Begin a new server in the place of one that ended by itself, a few times at most."""
        with self._renewing:
            if self.server is not None and not self.is_serving and self._renewals:
                self._renewals -= 1
                self.end()
                self._begin()

    def end(self) -> None:
        """End the server, and with it every kernel it has forked."""
        if self.server is None:
            return
        with suppress(OSError):
            self.server.stdin.close()
        try:
            self.server.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
        shutil.rmtree(Path(self._address).parent, ignore_errors=True)

    def _begin(self) -> None:
        with suppress(OSError):
            self._address, self.server = _started(self._modules)

    @property
    def options(self) -> dict[str, Any]:
        """What papermill's ``execute_notebook`` is to be given: nothing where kernels are to be ordinary."""
        self.begin()
        if not self.is_serving:
            return {}
        config = Config({"WarmKernelManager": {"address": self._address}})
        # Nothing is lost by ending a kernel at once: papermill has had every output by then.
        return {
            "kernel_manager_class": WarmKernelManager,
            "config": config,
            "shutdown_kernel": "immediate",
        }

    @property
    def environment(self) -> dict[str, str]:
        """What makes any Jupyter client that is given it as environment variables start warm kernels."""
        self.begin()
        if not self.is_serving:
            return {}
        return {DEFAULT_PROVISIONER: NAME, ADDRESS: self._address}


@contextmanager
def warm_kernels(notebooks: Sequence[Path]) -> Iterator[WarmKernels]:
    """Have kernels ready for the chapters while the context lasts.

    Where kernels cannot be forked (not on Linux, ``RETENTION_WARM_KERNELS=0``, the package's entry point not
    installed, no socket to be had), there is no server and the chapters run in ordinary kernels. Afterwards
    neither the server nor any of its kernels is left.

    Parameters
    ----------
    notebooks : sequence of Path
        The chapters to be run: what they import is imported once, beforehand.
    """
    is_wanted = bool(notebooks) and _is_possible()
    kernels = WarmKernels(imported_modules(notebooks) if is_wanted else (), is_wanted=is_wanted)
    try:
        yield kernels
    finally:
        kernels.end()


def _is_possible() -> bool:
    is_able = sys.platform == "linux" and hasattr(os, "pidfd_open")
    is_registered = bool(entry_points(group=KernelProvisionerFactory.GROUP_NAME, name=NAME))
    return is_able and is_registered and os.environ.get(SWITCH, "") != "0"


def _started(modules: Sequence[str]) -> tuple[str, "subprocess.Popen[bytes]"]:
    folder = tempfile.mkdtemp(prefix="retention-kernels-")  # nobody else may enter it
    address = str(Path(folder) / "socket")
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen()
            number = listener.fileno()
            command = [sys.executable, "-m", "retention_utils.warm_kernels.server", str(number), *modules]
            # Its standard input ends when this process does, however that comes about; then it ends, too.
            server = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,  # nothing there that an import could take for a module
                pass_fds=[number],
                start_new_session=True,
            )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return address, server

"""Starts a kernel by having the server fork it, and where that cannot be, starts an ordinary one."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Unicode, default

from retention_utils.warm_kernels.process import ForkedProcess

__all__ = ["ADDRESS", "NAME", "WarmProvisioner"]

NAME = "retention-warm"  # as registered with Jupyter in pyproject.toml
ADDRESS = "RETENTION_WARM_KERNELS_ADDRESS"  # environment variable: the server's socket
GONE_SECONDS = 1


class WarmProvisioner(LocalProvisioner):
    """A local kernel, forked where possible.

    Whatever keeps the server from forking it (no server, another Python, options it does not know) leads to
    an ordinary kernel, started as Jupyter always does.
    """

    address = Unicode(help="The server's socket; without one, kernels are ordinary.").tag(config=True)

    @default("address")
    def _address_default(self) -> str:
        return os.environ.get(ADDRESS, "")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel."""
        try:
            self.process = _forked(self.address, cmd, kwargs)
        except (OSError, ValueError):
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.process.pid  # and no pgid: signals are the process's own business
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the kernel; one that was forked is awaited here, sparing Jupyter its pause of 0.1 s."""
        await super().kill(restart)
        if isinstance(self.process, ForkedProcess):
            self.process.wait(GONE_SECONDS)


def _forked(address: str, cmd: Sequence[str], options: Mapping[str, Any]) -> ForkedProcess:
    """Have the server fork a kernel; OSError if it cannot."""
    known = {"cwd", "env", "stdout", "stderr", "kernel_id", "extra_arguments"}
    cwd = options.get("cwd") or os.curdir
    if not address or list(cmd[:3]) != [sys.executable, "-m", "ipykernel_launcher"] or set(options) - known:
        msg = "This kernel cannot be forked."
        raise OSError(msg)
    if not Path(cwd).is_dir():
        raise NotADirectoryError(cwd)
    streams = [_descriptor(options.get(name), number) for name, number in (("stdout", 1), ("stderr", 2))]
    env = {**(options.get("env") or os.environ), "JPY_PARENT_PID": str(os.getpid())}
    return ForkedProcess(
        address, cmd[3:], cwd=str(Path(cwd).absolute()), env=env, stdout=streams[0], stderr=streams[1]
    )


def _descriptor(stream: Any, standard: int) -> int:
    """Return the file descriptor of a stream given as to Popen."""
    if stream is None:
        return standard
    number = stream if isinstance(stream, int) else stream.fileno()
    if number < 0:
        msg = "Pipes are for ordinary kernels."
        raise OSError(msg)
    return number

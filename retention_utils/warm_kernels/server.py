"""The server: imports what the chapters import, then forks a kernel for each request. It runs nothing else.

    python -m retention_utils.warm_kernels.server LISTENER MODULE...

LISTENER is the file descriptor of a socket that listens. The server ends when its standard input does.
Method: a fork server as in Python's ``multiprocessing.forkserver``, with one connection per process and the
process watched through its file descriptor (pidfd, Linux 5.3).
"""

import ctypes
import gc
import importlib
import importlib.util
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["ForkServer", "main"]

# What an ordinary kernel has imported by the time it runs its first cell. matplotlib's inline backend must
# not be here: imported without a kernel around it, it never shows a figure.
OF_EVERY_KERNEL = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "faulthandler",
    "jupyter_client.localinterfaces",
    "tornado.platform.asyncio",
)
# What is imported only when it is first needed, by what needs it.
ON_FIRST_USE = {
    "matplotlib": (
        "matplotlib.backends.backend_agg",
        "matplotlib.backends.backend_svg",
        "PIL.BmpImagePlugin",
        "PIL.GifImagePlugin",
        "PIL.JpegImagePlugin",
        "PIL.PpmImagePlugin",
    ),
    "pandas": (
        "pandas.core.methods.to_dict",
        "pandas.core.reshape.reshape",
        "pandas.io.formats.html",
        "pandas.io.formats.string",
    ),
    "pyarrow": ("pyarrow.pandas_compat", "pyarrow.vendored.version"),
    # What `lifetimes` imports; not itself, for it changes the settings of pandas.
    "retention_utils.value_models.likelihood": ("autograd.scipy", "dill"),
}
# What does beforehand what every kernel would do once: it may leave no file open and no thread.
BEFOREHAND = {
    "jupyter_client.localinterfaces": "local_ips",
    "retention_utils.charts.figure": "rehearse",
    "retention_utils.formats": "read_languages",
    "retention_utils.mart": "code_hash",
}
INLINE = "module://matplotlib_inline.backend_inline"  # as ipykernel sets it
REQUEST_SECONDS = 5
GARBAGE = 20_000  # new objects before a kernel looks for garbage; Python's 700 cost a twentieth of its time
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class ForkServer:
    """Forks kernels and watches over them.

    Parameters
    ----------
    listener : socket
        Where requests come in.
    lifeline : int
        File descriptor; when it ends, so does the server, and every kernel with it.
    """

    def __init__(self, listener: socket.socket, lifeline: int) -> None:
        self._listener = listener
        self._lifeline = lifeline
        self._selector = selectors.DefaultSelector()
        self._selector.register(lifeline, selectors.EVENT_READ)
        self._selector.register(listener, selectors.EVENT_READ)
        self._kernels: dict[int, tuple[int, socket.socket]] = {}  # by pid: its pidfd, its client
        self._clients: dict[int, int] = {}  # pid by the client's file descriptor
        self._watched: dict[int, int] = {}  # pid by pidfd

    def serve(self) -> None:
        """Serve until the lifeline ends; then kill the kernels that are left."""
        while True:
            ready = {key.fd for key, _ in self._selector.select()}
            if self._lifeline in ready:
                break
            for fd in ready & set(self._watched):
                self._report(self._watched[fd])
            for fd in ready & set(self._clients):
                self._dismiss(self._clients[fd])
            if self._listener.fileno() in ready:
                self._accept()
        for pid in list(self._kernels):
            self._dismiss(pid)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        client.settimeout(REQUEST_SECONDS)
        try:
            request, streams = _request(client)
        except (OSError, ValueError):
            client.close()
            return
        server = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # too many processes, or no memory: the client will see to it
            for stream in streams:
                os.close(stream)
            client.close()
            return
        if pid == 0:
            self._leave(client)
            _become_kernel(request, streams, server=server)
        for stream in streams:
            os.close(stream)
        pidfd = os.pidfd_open(pid)
        self._kernels[pid], self._watched[pidfd], self._clients[client.fileno()] = (pidfd, client), pid, pid
        self._selector.register(pidfd, selectors.EVENT_READ)
        self._selector.register(client, selectors.EVENT_READ)
        _tell(client, {"pid": pid})

    def _leave(self, client: socket.socket) -> None:
        """Let go, in the child, of everything that is the server's."""
        client.close()
        self._listener.close()
        self._selector.close()
        for pidfd, other in self._kernels.values():
            os.close(pidfd)
            other.close()

    def _report(self, pid: int) -> None:
        """Tell the client how its kernel ended. Its number stays taken until the client has hung up."""
        pidfd, client = self._kernels[pid]
        self._selector.unregister(pidfd)
        del self._watched[pidfd]
        ended = os.waitid(os.P_PIDFD, pidfd, os.WEXITED | os.WNOWAIT)
        status = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        _tell(client, {"status": status})

    def _dismiss(self, pid: int) -> None:
        """End the kernel of a client that hung up, with all it started, and forget it."""
        pidfd, client = self._kernels.pop(pid)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):  # it may not have come so far as to lead a group
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        os.waitpid(pid, 0)
        if self._watched.pop(pidfd, None):
            self._selector.unregister(pidfd)
        os.close(pidfd)
        del self._clients[client.fileno()]
        self._selector.unregister(client)
        client.close()


def main(arguments: Sequence[str]) -> None:
    """Import the modules named and serve; end at once if a kernel could not safely be forked."""
    if sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109  as ipykernel_launcher does
        del sys.path[0]
    listener = socket.socket(fileno=int(arguments[0]))
    address = listener.getsockname()
    os.environ.pop("JPY_PARENT_PID", None)  # ipykernel reads it when imported
    os.environ.setdefault("MPLBACKEND", INLINE)
    os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")  # or Arrow's allocator has one
    gc.disable()  # what is imported stays; to look it through for garbage takes a fifth of the time
    preload([*OF_EVERY_KERNEL, *arguments[1:]])
    preload([module for user, needed in ON_FIRST_USE.items() if user in sys.modules for module in needed])
    for module in sys.modules.keys() & BEFOREHAND.keys():
        with suppress(Exception):
            getattr(sys.modules[module], BEFOREHAND[module])()
    try:
        if is_single_threaded():
            gc.freeze()
            gc.set_threshold(GARBAGE)
            gc.enable()
            ForkServer(listener, 0).serve()
    finally:
        shutil.rmtree(Path(address).parent, ignore_errors=True)


def preload(modules: Sequence[str]) -> None:
    """Import modules; one that cannot be imported is left to the kernel, which will say why.

    What follows the last dot may also be any other name in a module that stands before it.
    """
    for module in modules:
        parent, _, name = module.rpartition(".")
        if not hasattr(sys.modules.get(parent), name):
            with suppress(Exception, SystemExit):
                importlib.import_module(module)


def is_single_threaded() -> bool:
    """Tell whether no thread is alive when a process is forked.

    A thread would be missing in the child, and what it held locked would stay so. OpenBLAS ends its threads
    before every fork and starts them anew when needed; so one process is forked first.
    """
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return len(list(Path("/proc/self/task").iterdir())) == 1


def _request(client: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Read a request: one line of JSON, and with it the standard output and error of the kernel to be."""
    received, streams, _, _ = socket.recv_fds(client, 65536, 2)
    while not received.endswith(b"\n"):
        more = client.recv(65536)
        if not more:
            msg = "The client hung up."
            raise ConnectionError(msg)
        received += more
    return json.loads(received), streams


def _tell(client: socket.socket, answer: dict[str, int]) -> None:
    with suppress(OSError):  # a client that hung up is noticed by the next turn of the loop
        client.sendall(json.dumps(answer).encode() + b"\n")


def _become_kernel(request: dict[str, Any], streams: Sequence[int], *, server: int) -> NoReturn:
    """Be, in the child, what ``python -m ipykernel_launcher`` would be, and never return."""
    status = 1
    try:
        _die_with(server)
        _settle(request, streams)
        from ipykernel.kernelapp import IPKernelApp

        parent = f"--IPKernelApp.parent_handle={server}"
        IPKernelApp.launch_instance(argv=[*request["arguments"], parent])
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  whatever it is must not unwind into the server
        sys.excepthook(*sys.exc_info())
    finally:
        # Not an ordinary end: what was registered before the fork is for the server to clear away.
        os._exit(status)


def _die_with(server: int) -> None:
    """Have the system kill this process when its parent ends, were it by SIGKILL."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(1)


def _settle(request: dict[str, Any], streams: Sequence[int]) -> None:
    os.setsid()
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    for stream, standard in zip(streams, (1, 2), strict=True):
        os.dup2(stream, standard)
        os.close(stream)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    sys.argv = [importlib.util.find_spec("ipykernel_launcher").origin, *request["arguments"]]
    if numbers := sys.modules.get("numpy.random"):  # Python's own are seeded anew by the fork itself
        numbers.seed()


if __name__ == "__main__":
    main(sys.argv[1:])

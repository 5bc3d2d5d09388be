"""A papermill engine: papermill's own, whose client tells a watch what happens.

Registered with papermill as ``retention`` (papermill's manual, "Extending papermill through custom engines").
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import retention_utils.light_jsonschema  # noqa: F401  before what imports jsonschema

# isort: split

from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.log import logger

from retention_utils.chapter_runs.settled_traits import settle_traits
from retention_utils.chapter_runs.watch import Watch

__all__ = ["ENGINE", "WatchedClient", "WatchedEngine"]

ENGINE = "retention"


class WatchedClient(PapermillNotebookClient):
    """Papermill's client, which lets a watch see the kernel and hear what it puts out.

    The kernel starts at once; its cells are executed when ``turn`` lets it.
    """

    def __init__(
        self,
        manager: NotebookExecutionManager,
        *,
        watch: Watch,
        turn: Callable[[], AbstractContextManager[None]],
        **options: Any,
    ) -> None:
        super().__init__(manager, **options)
        self._watch = watch
        self._turn = turn

    async def async_start_new_kernel(self, **options: Any) -> None:
        """Start the kernel, and have it watched."""
        await super().async_start_new_kernel(**options)
        self._watch.begin(self.km.provisioner.process)

    start_new_kernel = run_sync(async_start_new_kernel)

    def papermill_execute_cells(self) -> None:
        """Execute all cells."""
        with self._turn():
            super().papermill_execute_cells()

    def execute_cell(self, cell: NotebookNode, cell_index: int, **options: Any) -> NotebookNode:
        """Execute a cell, whose number the watch is told."""
        self._watch.cell = cell_index
        return super().execute_cell(cell, cell_index, **options)

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Take what the kernel puts out, as long as there is room for it."""
        if not self._watch.hear(msg["content"]):
            return None
        return super().process_message(msg, cell, cell_index)

    async def _async_cleanup_kernel(self) -> None:
        self._watch.finish()
        for task in asyncio.all_tasks():  # which nbclient forgets when a kernel dies
            if task.get_coro().__name__ == "_async_poll_output_msg":
                task.cancel()
        await super()._async_cleanup_kernel()

    _cleanup_kernel = run_sync(_async_cleanup_kernel)


class WatchedEngine(NBClientEngine):
    """Papermill's own engine with the watched client."""

    @classmethod
    def execute_managed_notebook(  # noqa: D102 - as in papermill
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        watch: Watch,
        turn: Callable[[], AbstractContextManager[None]],
        execution_timeout: float,
        start_timeout: float = 60,
        **options: Any,
    ) -> NotebookNode:
        known = {"resources", "extra_arguments", "kernel_manager_class", "config", "shutdown_kernel"}
        kept = {name: value for name, value in options.items() if name in known}
        return WatchedClient(
            nb_man,
            watch=watch,
            turn=turn,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logger,
            **kept,
        ).execute()


papermill_engines.register(ENGINE, WatchedEngine)
settle_traits(WatchedClient)

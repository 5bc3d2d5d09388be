"""What papermill is given so that it starts warm kernels: a kernel manager, found through its parameters."""

import time
from contextlib import suppress
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import Unicode, default

from retention_utils.warm_kernels.provisioner import NAME

__all__ = ["PromptClient", "WarmKernelManager", "WarmSpecs"]


class PromptClient(AsyncKernelClient):
    """A client that begins as soon as the kernel can be heard.

    Jupyter's own then listens for another 0.2 s to skip earlier broadcasts. nbclient does that itself: it
    takes only what answers its own request.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and can be heard; RuntimeError if it dies or takes longer."""
        deadline = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < deadline:
            self.kernel_info()
            with suppress(Empty):
                reply = await self.get_shell_msg(timeout=1)
                if reply["msg_type"] == "kernel_info_reply":
                    await self.get_iopub_msg(timeout=0.2)
                    return
            if not await self.is_alive():
                msg = "Kernel died before replying to kernel_info"
                raise RuntimeError(msg)
        msg = f"Kernel didn't respond in {timeout} seconds"
        raise RuntimeError(msg)


class WarmSpecs(KernelSpecManager):
    """The kernels that are installed, to be started by this package's provisioner."""

    address = Unicode()

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return a kernel's specification; nothing is written to disk."""
        spec = super().get_kernel_spec(kernel_name)
        provisioner = {"provisioner_name": NAME, "config": {"address": self.address}}
        spec.metadata = {**spec.metadata, "kernel_provisioner": provisioner}
        return spec


class WarmKernelManager(AsyncKernelManager):
    """A kernel manager whose kernels are forked by the server at ``address``."""

    address = Unicode().tag(config=True)

    @default("client_factory")
    def _client_factory_default(self) -> Any:
        return PromptClient

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return WarmSpecs(address=self.address)

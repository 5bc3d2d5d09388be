"""Settings of Jupyter's classes that name a class by a string, looked up before there are threads.

Traitlets looks such a name up when the first object is made; where two threads do so at once, one ends in
"import_item accepts strings", and a chapter fails that has nothing wrong with it.
"""

from jupyter_client.connect import LocalPortCache
from jupyter_client.provisioning import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_client.session import Session
from traitlets import HasTraits
from traitlets.traitlets import ClassBasedTraitType, TraitType

from retention_utils.warm_kernels.manager import PromptClient, WarmKernelManager, WarmSpecs
from retention_utils.warm_kernels.provisioner import WarmProvisioner

__all__ = ["settle_traits", "unsettled"]

# What is made for every kernel, with all that it inherits from.
MADE = (
    LocalPortCache, KernelProvisionerFactory, LocalProvisioner, Session, PromptClient, WarmKernelManager,
    WarmSpecs, WarmProvisioner,
)  # fmt: skip


def settle_traits(*more: type[HasTraits]) -> None:
    """Look up what the classes made for every kernel, and ``more``, name by strings."""
    for one in (*MADE, *more):
        for trait in unsettled(one):
            trait.instance_init(None)


def unsettled(one: type[HasTraits]) -> list[TraitType]:
    """Return the traits of a class that still name a class by a string."""
    named = (trait for trait in one.class_traits().values() if isinstance(trait, ClassBasedTraitType))
    return [trait for trait in named if isinstance(trait.klass, str) or isinstance(trait.default_value, str)]

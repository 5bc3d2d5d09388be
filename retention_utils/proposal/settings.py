"""A proposed setting of the client file, settled or open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from retention_utils.proposal.questions import Choice, Question

__all__ = ["Setting", "setting"]


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes
    ----------
    values : mapping of str to Any
        Keys of the client file and their values; of several keys if one finding settles them. Empty while
        the setting is open.
    note : str
        How sure it is and why.
    question : Question, optional
        What is open.
    readings : mapping of str to mapping
        For every answer to the question, what would stand in ``values``.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    question: Question | None = None
    readings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def setting(key: str, found: Choice | Question, theirs: Mapping[str, Any] | None = None) -> Setting:
    """Make the setting of one key.

    Parameters
    ----------
    key : str
        In the client file.
    found : Choice or Question
        What was found out about it.
    theirs : mapping of str to Any, optional
        What an answer stands for in the client file, where that is not the text itself.
    """
    known = theirs or {}
    if isinstance(found, Choice):
        value = known.get(found.value, found.value) if isinstance(found.value, str) else found.value
        return Setting({key: value}, f"{found.certainty}: {found.reason}")
    readings = {option.value: {key: known.get(option.value, option.value)} for option in found.options}
    return Setting(question=found, readings=readings)

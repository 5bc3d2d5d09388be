"""What was found out about a setting, how sure that is and why; or the question that is left."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

__all__ = ["Certainty", "Choice", "Option", "Question", "settle", "shown"]

Certainty = Literal["sure", "likely", "guess"]

LONGEST_SHOWN = 40  # characters of a client's text within a sentence


@dataclass(frozen=True)
class Choice:
    """A setting's value, how sure it is, and the reason in a few words."""

    value: Any
    certainty: Certainty
    reason: str


@dataclass(frozen=True)
class Option:
    """One of the answers to a question: ``value`` is what is written, ``text`` what it means."""

    value: str
    text: str


@dataclass(frozen=True)
class Question:
    """What only the user knows.

    Attributes
    ----------
    key : str
        Stable name, such as ``date_order``; an answer is given under it.
    text : str
        The question in one sentence.
    options : tuple of Option
        The likeliest answers. Another may be right: a column, a currency or a time zone that is not listed.
    default : str, optional
        The value of the option that is most likely right.
    """

    key: str
    text: str
    options: tuple[Option, ...] = ()
    default: str | None = None


def settle(key: str, found: Choice | Question | None, answers: Mapping[str, str]) -> Choice | Question | None:
    """Let the user's answer take the place of what was found."""
    if key in answers:
        return Choice(answers[key], "sure", "as you said")
    return replace(found, key=key) if isinstance(found, Question) else found


def shown(text: str) -> str:
    """Quote a client's text within a sentence: on one line, without control characters, not too long."""
    return repr(text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…")

"""What a chapter shows, in two forms at once: one to read and one for the report.

Every object here is displayed by a notebook as a rich output that carries a vendor MIME type with JSON
beside the readable text. The summary, the report, the exports and the portfolio read that JSON from the
executed notebooks; there is no second channel. nbval compares both forms, so the numbers that readers see
are the numbers that are regression-tested. Pictures travel in the output's metadata, which nbval leaves
alone; the text of a figure is the table it is drawn from.

Words are :class:`retention_utils.texts.Text`, made whole by a method of ``Formats``, in every language of the
report; a plain string is refused, because it could only be in one of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from typing import Any, ClassVar, Literal, Self

from retention_utils.formats import Formats
from retention_utils.texts import Text, as_json, text_of

__all__ = [
    "MIME",
    "Action",
    "Callout",
    "Direction",
    "Finding",
    "Grade",
    "Kpi",
    "Shown",
    "Verdict",
    "Words",
    "nothing_yet",
    "said",
    "supply",
]

MIME = "application/vnd.retention.{kind}+json"

Verdict = Literal[
    "better", "worse", "clear change", "no clear change", "yes", "with reservations", "no", "not enough data"
]
Direction = Literal["up", "down", ""]
# Words of a reader: a text, or nothing.
Words = Text | Literal[""]


class Shown:
    """What is displayed in two forms: ``readable``, and its fields as JSON."""

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        """Refuse words that are in no language in particular.

        Raises
        ------
        TypeError
            Naming the field: its text must come from a method of ``Formats``.
        """
        for name, words in _words_in(self):
            if isinstance(words, str) and words:
                msg = (
                    f"{type(self).__name__}.{name} is the string {words!r}; make a text with formats.say(…)."
                )
                raise TypeError(msg)

    @property
    def readable(self) -> str:
        """The same for a reader of the notebook."""
        raise NotImplementedError

    @classmethod
    def restored(cls, content: Mapping[str, Any], **more: Any) -> Self:
        """Make it again from what an executed notebook holds of it."""
        values = {**content, **more}
        return cls(
            **{
                field.name: _restored(field, values[field.name])
                for field in fields(cls)
                if field.name in values
            }
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": self.readable, MIME.format(kind=self.kind): as_json(_fields(self))}


@dataclass(frozen=True)
class Finding(Shown):
    """One sentence a client may quote, and how far to trust it."""

    kind = "finding"

    key: str
    verdict: Verdict
    text: Words
    is_headline: bool = False
    chapter: str = ""  # in the summary: where it comes from
    brief: Words = ""  # what has changed, against what and by how much, in a few words for the first page

    @property
    def readable(self) -> str:
        """The verdict and the sentence."""
        return f"{self.verdict}: {self.text}"


@dataclass(frozen=True)
class Callout(Shown):
    """A note beside the evidence: what a reader would otherwise get wrong."""

    kind = "callout"

    key: str
    tone: Literal[
        "info", "warn", "supply", "nothing", "point"
    ]  # supply: what to supply, so that more can be said
    title: Words
    text: Words

    @property
    def readable(self) -> str:
        """The title and the text."""
        return f"{self.title} {self.text}"


@dataclass(frozen=True)
class Action(Shown):
    """Something to do: what was measured, what to try, who does it, what it may bring, when to look again."""

    kind = "action"

    key: str  # of the rule that fired
    title: Words
    when: Words  # what makes the rule speak
    evidence: Words  # the sentence with the number that fired it
    tactics: tuple[Words, ...]
    source: Words
    owner: Words
    cost: Words
    effect: Words  # expected margin with its range, in words; why there is none, if there is none
    number: float | None  # expected margin
    check_on: Words
    chapter: str = ""  # where the evidence comes from
    check_day: str = ""  # the day of check_on as ISO 8601 writes it, for the reports to come
    brief: Words = ""  # the effect in one sentence, for the first lines of the report

    @property
    def readable(self) -> str:
        """The evidence, the tactics, and who does what until when."""
        lines = [f"{self.title}: {self.evidence}", *(f"- {tactic}" for tactic in self.tactics)]
        lines.append(f"{self.owner}; cost: {self.cost}; effect: {self.effect}; check on {self.check_on}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Grade(Shown):
    """The data's grade with what every letter means and what would make it better."""

    kind = "grade"

    key: str
    grade: Literal["A", "B", "C", "D"]
    label: Words
    steps: tuple[tuple[str, Words], ...]
    next: Words
    reasons: Words = ""  # what keeps it from an A; nothing where it is one

    @property
    def readable(self) -> str:
        """The grade and what would make it better."""
        return f"{self.label} {self.grade}. {self.next}"


@dataclass(frozen=True)
class Kpi(Shown):
    """A key figure: formatted for its card, with its interval, basis, change and past values."""

    kind = "kpi"

    key: str
    label: Words
    value: Words
    number: float | None
    interval: Words = ""
    basis: Words = ""
    change: Words = ""
    verdict: Verdict | Literal[""] = ""
    direction: Direction = ""
    trend: tuple[float | None, ...] = ()
    trend_since: Words = ""
    chapter: str = ""  # in the summary: where it comes from
    ends: tuple[float, float] | None = None  # of the interval, where the next report needs them as numbers

    @property
    def readable(self) -> str:
        """The value with what is known of it."""
        notes = "; ".join(
            str(part) for part in (self.interval, self.basis, self.change, self.verdict) if part
        )
        return f"{self.label}: {self.value}" + (f" ({notes})" if notes else "")


def said(words: str | Text, formats: Formats) -> Words:
    """Turn a message without anything to fill in into a text; leave texts, and nothing, as they are."""
    return formats.say(words) if isinstance(words, str) and words else words


def nothing_yet(key: str, title: Text, *, is_point: bool = False, formats: Formats) -> Callout:
    """Return what stands where a table or a chart would be, if there is nothing to show in it.

    A single point, which makes no line, is something, but not to be drawn: the page passes over it.
    """
    if is_point:
        point = formats.say("Not drawn: a line needs two points at least. The numbers are in the table.")
        return Callout(key, "point", title, point)
    return Callout(key, "nothing", title, formats.say("Not shown: there are not enough data for it yet."))


def supply(key: str, title: Text, text: Text) -> Callout:
    """Return what stands where an analysis would be whose input is missing: what it shows, what to supply."""
    return Callout(key, "supply", title, text)


def _fields(item: Any) -> dict[str, Any]:
    travelling = (field for field in fields(item) if field.metadata.get("travels", True))
    values = {field.name: getattr(item, field.name) for field in travelling}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return _fields(value) if is_dataclass(value) else value


def _restored(field: Field, value: Any) -> Any:
    if field.type == Words:
        return text_of(value) if value else ""
    if field.type == tuple[Words, ...]:
        return tuple(map(text_of, value))
    return tuple(value) if isinstance(value, list) else value


def _words_in(item: Any) -> Iterator[tuple[str, Any]]:
    """Go through the words of what is displayed: what is annotated as such."""
    for field in fields(item):
        value = getattr(item, field.name)
        if field.type == Words:
            yield field.name, value
        elif field.type == tuple[Words, ...]:
            yield from ((field.name, part) for part in value)

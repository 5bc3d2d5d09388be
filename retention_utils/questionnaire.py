"""What the client says of its own practice: the eleven questions of the self-diagnosis, and what is seen.

Every question asks for a practice, so that yes is always good; the source asks for the lack of it. A question
that is left out is not answered, which is not a no.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from retention_utils.errors import ConfigError, did_you_mean
from retention_utils.source_config import Section

__all__ = ["Questionnaire", "SeenSymptoms", "questions", "with_answers"]

WORDS = {
    "yes": True, "no": False, "так": True, "ні": False, "да": True, "нет": False, "true": True,
    "false": False, "": None, "-": None,
}  # fmt: skip


def _answer(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in WORDS:
        return WORDS[value.strip().lower()]
    msg = "answer true or false (or 'yes' or 'no'), or leave it out while it is not answered"
    raise ValueError(msg)


Answer = Annotated[bool | None, BeforeValidator(_answer)]


class SeenSymptoms(Section):
    """What is seen of customers and staff: complaints, not yet their causes. Here yes is bad."""

    customers_vanish: Answer = Field(None, description="many customers stop paying and vanish")
    reasons_unstated: Answer = Field(None, description="the true reason for leaving is not stated")
    staff_lacks_time: Answer = Field(None, description="the staff have no time to keep customers")
    no_one_in_charge: Answer = Field(None, description="nobody can be found to head retention")
    competitors_offer_more: Answer = Field(None, description="customers say that competitors offer better")


class Questionnaire(Section):
    """How retention is run: the eleven questions, three more for the causes, and the symptoms seen."""

    answered_on: date | None = None
    knows_churn: Answer = Field(
        None, description="it is accepted that customers are lost, and known how many"
    )
    splits_controllable: Answer = Field(
        None, description="churn that can be influenced is told from churn that cannot"
    )
    has_reason_classifier: Answer = Field(
        None, description="there is a list of the reasons for leaving, and it is kept"
    )
    has_scripts: Answer = Field(
        None, description="managers have materials and wordings for talks with customers who leave"
    )
    watches_newcomers: Answer = Field(None, description="the churn of new customers is followed apart")
    has_churn_plan: Answer = Field(None, description="there is a planned figure for churn")
    knows_lifetime: Answer = Field(None, description="it can be said how long an average customer stays")
    values_keeping: Answer = Field(
        None, description="it is accepted that keeping customers can pay as well as winning them"
    )
    reports_competitors: Answer = Field(
        None, description="there is a monthly report on customers lost to competitors"
    )
    knows_hidden_churn: Answer = Field(
        None, description="it is known which customers fade without having left"
    )
    has_processes: Answer = Field(
        None, description="there are processes, job descriptions and schedules for keeping customers"
    )
    customers_know_rules: Answer = Field(
        None, description="customers know how a contract ends, and what follows if they do not pay"
    )
    has_enough_staff: Answer = Field(None, description="there are enough people for customers at peak hours")
    rewards_keeping: Answer = Field(None, description="staff are rewarded for customers who stay")
    symptoms: SeenSymptoms = SeenSymptoms()


def questions() -> dict[str, str]:
    """Return what yes to every question means, by its key in ``[questionnaire]``."""
    own = {name: field.description for name, field in Questionnaire.model_fields.items() if field.description}
    seen = {f"symptoms.{name}": field.description for name, field in SeenSymptoms.model_fields.items()}
    return own | seen


def with_answers(questionnaire: Questionnaire, text: str) -> Questionnaire:
    """Return the questionnaire with the answers of a text before those of the client file.

    Parameters
    ----------
    questionnaire : Questionnaire
        That of the client file.
    text : str
        Such as ``has_churn_plan=yes, symptoms.staff_lacks_time=no``.

    Raises
    ------
    ConfigError
        Naming every answer that cannot be read, and every question that there is not.
    """
    answers, problems = questionnaire.model_dump(), []
    known = [*answers, *(f"symptoms.{name}" for name in answers["symptoms"])]
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, separator, word = (piece.strip() for piece in part.partition("="))
        if not separator or key not in known or key == "symptoms":
            problems.append(f"{part!r}: no such question; write key=yes or key=no.{did_you_mean(key, known)}")
            continue
        section, _, name = key.rpartition(".")
        (answers[section] if section else answers)[name] = _day(word) if key == "answered_on" else word
    try:
        read = Questionnaire.model_validate(answers)
    except ValidationError as error:
        problems += [_problem(item) for item in error.errors()]
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        msg = f"The answers have {len(problems)} problem(s):\n{listed}"
        raise ConfigError(msg)
    return read


def _day(word: str) -> date | str:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return word


def _problem(item: Mapping[str, Any]) -> str:
    where = ".".join(map(str, item["loc"]))
    return f"{where}: {item['msg'].removeprefix('Value error, ')}; found {item['input']!r}."

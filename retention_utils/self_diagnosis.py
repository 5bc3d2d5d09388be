"""How mature retention is: practices in place, gaps that hold up others, possible causes of symptoms.

The answers are the client's; nothing here is estimated. A practice that is not answered counts neither way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from retention_utils.notebooks import ShownItems
from retention_utils.questionnaire import Questionnaire
from retention_utils.texts import Text, text_of

__all__ = [
    "BESIDE",
    "CAUSES",
    "QUESTIONS",
    "SYMPTOMS",
    "Maturity",
    "Measured",
    "Symptom",
    "judged_symptoms",
    "maturity",
    "measured_symptoms",
    "worthwhile_steps",
]

# Every practice, and those that cannot well be done before it is.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "knows_churn": ("splits_controllable", "has_churn_plan", "knows_hidden_churn", "watches_newcomers"),
    "splits_controllable": ("has_churn_plan",),
    "has_reason_classifier": ("splits_controllable", "has_scripts", "reports_competitors"),
    "has_scripts": (),
    "watches_newcomers": (),
    "has_churn_plan": ("has_processes",),
    "knows_lifetime": ("values_keeping",),
    "values_keeping": (),
    "reports_competitors": (),
    "knows_hidden_churn": (),
    "has_processes": (),
}
BESIDE = ("customers_know_rules", "has_enough_staff", "rewards_keeping")  # asked for causes, not scored

# Every cause, and the practices whose lack it is.
CAUSES: dict[str, tuple[str, ...]] = {
    "rules_unknown": ("customers_know_rules",),
    "no_methods": ("has_processes",),
    "no_classifier": ("has_reason_classifier", "splits_controllable"),
    "too_few_staff": ("has_enough_staff",),
    "no_reward": ("rewards_keeping",),
    "no_plan": ("has_churn_plan",),
    "no_presentation": ("has_scripts",),
}
SYMPTOMS: dict[str, tuple[str, ...]] = {
    "customers_vanish": ("rules_unknown", "no_methods"),
    "reasons_unstated": ("no_classifier", "no_methods"),
    "staff_lacks_time": ("too_few_staff", "no_reward", "no_methods"),
    "no_one_in_charge": ("no_plan", "no_reward", "no_methods"),
    "competitors_offer_more": ("no_presentation", "no_plan"),
}
# Symptoms that a key figure measures: from which number on, and whose sentence holds it.
FIGURES = {
    "customers_vanish": ("involuntary_share", 0.1, "involuntary_churn"),
    "reasons_unstated": ("unknown_reason_share", 0.3, "unknown_reasons"),
    "competitors_offer_more": ("competitor_churn_share", 0.05, "competitor_reasons"),
}
# The finding that says, where it is there, that what is measured is less than is usual.
USUAL = {"customers_vanish": "usual_payment"}

MANY_GAPS, SOME_GAPS = 3, 2  # the source calls two or three a reason to reorganise

Standing = Literal["good", "some gaps", "many gaps", "open"]
# Seen by the answers; denied by them, but measured; denied; not answered, but measured.
Known = Literal["answer", "denied", "absent", "figures"]


@dataclass(frozen=True)
class Maturity:
    """What the answers to the eleven questions come to; all names in the order of the questions."""

    in_place: tuple[str, ...]
    gaps: tuple[str, ...]
    unanswered: tuple[str, ...]
    critical: tuple[str, ...]  # gaps that hold up other gaps, those that hold up most first
    waiting: Mapping[str, tuple[str, ...]]  # by gap: the gaps that wait for it, also by way of others

    @property
    def answered(self) -> int:
        """How many questions were answered."""
        return len(self.in_place) + len(self.gaps)

    @property
    def standing(self) -> Standing:
        """What can be said whatever the answers that are missing turn out to be."""
        most = len(self.gaps) + len(self.unanswered)
        if len(self.gaps) >= MANY_GAPS:
            return "many gaps"
        if most < SOME_GAPS:
            return "good"
        return "some gaps" if len(self.gaps) >= SOME_GAPS else "open"


@dataclass(frozen=True)
class Measured:
    """What a chapter measured of a symptom."""

    is_seen: bool
    evidence: Text
    is_little: bool = False  # though seen, it is less than is usual for certain


@dataclass(frozen=True)
class Symptom:
    """One symptom that is answered or measured, with its possible causes by what the answers say of them."""

    name: str
    known: Known
    is_measured: bool  # a chapter has measured that it is there
    measured: Text | None  # the sentence of that chapter; where it was answered, also if it measured nothing
    likely: tuple[str, ...]
    unknown: tuple[str, ...]
    ruled_out: tuple[str, ...]
    is_little: bool = False  # what is measured of it is less than is usual


def maturity(questionnaire: Questionnaire) -> Maturity | None:
    """Sum up the answers to the eleven questions; None if none was answered."""
    answers = {name: getattr(questionnaire, name) for name in QUESTIONS}
    in_place, gaps, unanswered = (
        tuple(name for name in QUESTIONS if answers[name] is answer) for answer in (True, False, None)
    )
    if not in_place and not gaps:
        return None
    waiting = {gap: tuple(name for name in gaps if name in _held_up(gap, in_place)) for gap in gaps}
    critical = sorted((gap for gap in gaps if waiting[gap]), key=lambda gap: -len(waiting[gap]))
    return Maturity(in_place, gaps, unanswered, tuple(critical), waiting)


def measured_symptoms(chapters: Sequence[ShownItems]) -> dict[str, Measured]:
    """Read which symptoms other chapters have measured, and what they say of them."""
    figures, sentences = _by_key(chapters, "kpi"), _by_key(chapters, "finding")
    found = {}
    for symptom, (figure, limit, sentence) in FIGURES.items():
        number = figures.get(figure, {}).get("number")
        if number is not None and sentence in sentences:
            is_little = USUAL.get(symptom) in sentences
            found[symptom] = Measured(number >= limit, text_of(sentences[sentence]["text"]), is_little)
    return found


def judged_symptoms(questionnaire: Questionnaire, measured: Mapping[str, Measured]) -> list[Symptom]:
    """List the symptoms that are answered or measured, with what the answers say of their causes.

    A cause is likely where a practice whose lack it is was answered with no, ruled out where all were
    answered with yes, and else not known; a symptom that is absent has none.
    """
    found = []
    for name, causes in SYMPTOMS.items():
        answer, fact = getattr(questionnaire.symptoms, name), measured.get(name)
        is_measured = fact is not None and fact.is_seen
        if answer is None and not is_measured:
            continue
        seen: Known = "denied" if answer is False else "figures"
        known: Known = "answer" if answer else seen if is_measured else "absent"
        evidence = fact.evidence if fact and known != "absent" else None
        states = {cause: _state(questionnaire, cause) for cause in causes if known != "absent"}
        likely, unknown, ruled_out = (
            tuple(cause for cause in states if states[cause] == state)
            for state in ("likely", "unknown", "ruled out")
        )
        is_little = fact is not None and fact.is_little and known != "absent"
        found.append(Symptom(name, known, is_measured, evidence, likely, unknown, ruled_out, is_little))
    return found


def worthwhile_steps(questionnaire: Questionnaire, symptoms: Sequence[Symptom]) -> pd.DataFrame:
    """Put the gaps in the order to close them.

    First come gaps that hold up others, most held up first; then those that may cause a symptom that is seen;
    then the rest, in the order of the questions.

    Returns
    -------
    DataFrame
        One row per gap, those asked for causes included: ``practice``, ``waiting`` (names of the gaps that
        wait for it), ``symptoms`` (names of the symptoms seen that it may cause).
    """
    found = maturity(questionnaire)
    waiting = found.waiting if found else {}
    beside = [name for name in BESIDE if getattr(questionnaire, name) is False]
    rows = [
        {
            "practice": gap,
            "waiting": waiting.get(gap, ()),
            "symptoms": tuple(
                seen.name for seen in symptoms if any(gap in CAUSES[cause] for cause in seen.likely)
            ),
        }
        for gap in [*(found.gaps if found else ()), *beside]
    ]
    rows.sort(key=lambda row: (-len(row["waiting"]), -len(row["symptoms"])))
    return pd.DataFrame(rows, columns=["practice", "waiting", "symptoms"])


def _held_up(name: str, in_place: Sequence[str]) -> set[str]:
    """All practices that wait for this one, also by way of others that are not in place."""
    direct = [held for held in QUESTIONS[name] if held not in in_place]
    return set(direct).union(*(_held_up(held, in_place) for held in direct))


def _state(questionnaire: Questionnaire, cause: str) -> str:
    answers = [getattr(questionnaire, name) for name in CAUSES[cause]]
    if False in answers:
        return "likely"
    return "unknown" if None in answers else "ruled out"


def _by_key(chapters: Sequence[ShownItems], kind: str) -> dict[str, dict[str, Any]]:
    return {item["key"]: item for chapter in chapters for item in chapter.shown(kind)}

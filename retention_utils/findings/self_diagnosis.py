"""What the answers of the self-diagnosis come to: the score, the first step, symptoms with their causes."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from retention_utils.display import Finding, Kpi, Verdict
from retention_utils.findings.self_diagnosis_words import CAUSE_NAMES, NAMES, SEEN, STEPS, SYMPTOM_NAMES
from retention_utils.formats import Formats
from retention_utils.self_diagnosis import QUESTIONS, Maturity, Standing, Symptom
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = [
    "answers_alt",
    "answers_day",
    "first_step",
    "maturity_kpi",
    "named",
    "practice",
    "quoted",
    "symptom_causes",
]

VERDICTS: dict[Standing, Verdict] = {
    "good": "yes",
    "some gaps": "with reservations",
    "many gaps": "no",
    "open": "not enough data",
}


def named(names: Sequence[str], formats: Formats, *, of: dict[str, str] = NAMES) -> Text:
    """Name practices, or causes, one after the other."""
    return formats.joined([formats.say(of[name]) for name in names])


def quoted(symptoms: Sequence[str], formats: Formats) -> Text:
    """Name symptoms one after the other, in quotes."""
    return formats.joined(
        [formats.say("“{words}”", words=formats.say(SYMPTOM_NAMES[name])) for name in symptoms]
    )


def practice(found: Maturity | None, *, formats: Formats) -> Finding:
    """Say how many of the eleven practices are in place, and which gaps hold up others."""
    key = "practice"
    if found is None:
        text = formats.say(
            "How mature retention is here cannot be said: the eleven questions are not answered. Answer "
            "the questions listed below with yes or no, and send the answers to whoever makes this report."
        )
        return Finding(key, "not enough data", text, is_headline=True)
    sentences = [
        formats.say(
            "Of {questions} practices that keep customers, {in_place, plural, =0 {none is} one {# is} other "
            "{# are}} in place, {gaps, plural, =0 {none is} one {# is} other {# are}} missing and "
            "{unanswered, plural, =0 {none is} one {# is} other {# are}} not answered.",
            questions=len(QUESTIONS),
            in_place=len(found.in_place),
            gaps=len(found.gaps),
            unanswered=len(found.unanswered),
        ),
        formats.say(
            "{is_open, select, yes {Too many answers are missing to say whether the gaps are reason enough "
            "to reorganise.} other {The source of these questions takes two or three gaps for a reason to "
            "reorganise.}}",
            is_open="yes" if found.standing == "open" else "no",
        ),
    ]
    if found.critical:
        sentences.append(
            formats.say(
                "Critical, because other gaps cannot well be closed before: {gaps}.",
                gaps=named(found.critical, formats),
            )
        )
    return Finding(key, VERDICTS[found.standing], formats.joined(sentences, by=" "), is_headline=True)


def answers_day(answered_on: date | None, *, as_of: date, formats: Formats) -> Text | str:
    """Say when the questions were answered, if that is known, and whether the report was over then."""
    if answered_on is None:
        return ""
    return formats.say(
        "{is_later, select, yes {Answered on {day}, after the last day of this report: the answers say how "
        "things stood on that day.} other {Answered on {day}.}}",
        day=formats.date(answered_on),
        is_later="yes" if answered_on > as_of else "no",
    )


def maturity_kpi(found: Maturity | None, *, formats: Formats) -> Kpi | None:
    """Give the score as a key figure, with what it is out of; None without answers."""
    if found is None:
        return None
    return Kpi(
        key="practices_in_place",
        label=formats.say("Practices in place that keep customers"),
        value=formats.say("{number} of {questions}", number=len(found.in_place), questions=len(QUESTIONS)),
        number=len(found.in_place),
        basis=formats.say(
            "{answered} of {questions} answered", answered=found.answered, questions=len(QUESTIONS)
        ),
    )


def first_step(steps: pd.DataFrame, *, own_codes: int = 0, formats: Formats) -> Finding | None:
    """Say what to do first, and why that; None where there is no gap.

    ``steps`` is from :func:`retention_utils.self_diagnosis.worthwhile_steps`; ``own_codes`` says how many
    codes of a list of the client's own the reasons are read by.
    """
    if steps.empty:
        return None
    first = steps.iloc[0]
    sentences = [formats.say("{step} This is the first step.", step=formats.say(STEPS[first["practice"]]))]
    if first["practice"] == "has_reason_classifier" and own_codes:
        sentences.append(
            formats.say(
                "{own_codes, plural, one {# code} other {# codes}} of a list of your own {own_codes, plural, "
                "one {is} other {are}} read in this report already; by the answers that list is not kept: "
                "begin with it.",
                own_codes=own_codes,
            )
        )
    if first["waiting"]:
        sentences.append(formats.say("For it wait: {gaps}.", gaps=named(first["waiting"], formats)))
    if first["symptoms"]:
        sentences.append(
            formats.say(
                "It may stand behind what is seen: {symptoms}.", symptoms=quoted(first["symptoms"], formats)
            )
        )
    return Finding("first_step", "yes", formats.joined(sentences, by=" "))


def symptom_causes(symptom: Symptom, *, formats: Formats) -> Finding:
    """Tell a symptom from its causes: what is seen, and what by the answers may stand behind it."""
    sentences = [formats.say(SEEN[symptom.name], known=symptom.known)]
    if symptom.known == "absent":
        return Finding(symptom.name, "yes", sentences[0])
    if symptom.measured:
        sentences.append(symptom.measured)
    if symptom.is_little:
        sentences.append(
            formats.say(
                "Measured, that is less than is usual, as the chapter on reasons says, so no measure is "
                "proposed against it."
            )
        )
    if symptom.likely:
        causes = named(symptom.likely, formats, of=CAUSE_NAMES)
        sentences.append(
            formats.say(
                "That is a symptom; by the answers, these possible causes are there: {causes}.", causes=causes
            )
        )
    else:
        sentences.append(
            formats.say("That is a symptom; by the answers, none of its usual causes is there for certain.")
        )
    if symptom.unknown:
        causes = named(symptom.unknown, formats, of=CAUSE_NAMES)
        sentences.append(formats.say("Not answered, so possible too: {causes}.", causes=causes))
    verdict = "no" if symptom.likely and not symptom.is_little else "with reservations"
    return Finding(symptom.name, verdict, formats.joined(sentences, by=" "))


def answers_alt(found: Maturity | None, *, formats: Formats) -> Text:
    """Describe the bars of the answers."""
    if found is None:
        return formats.say("None of the questions is answered.")
    parts = [
        (message("In place: {names}."), found.in_place),
        (message("Missing: {names}."), found.gaps),
        (message("Not answered: {names}."), found.unanswered),
    ]
    return formats.joined(
        [formats.say(words, names=named(names, formats)) for words, names in parts if names], by=" "
    )

"""The answers of the self-diagnosis, what to do, and symptoms beside their causes, as tables."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from retention_utils.columns.self_diagnosis import ANSWERS, STEPS, SYMPTOMS
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.self_diagnosis import named, quoted
from retention_utils.findings.self_diagnosis_words import ASKED, CAUSE_NAMES, NAMES, SYMPTOM_NAMES
from retention_utils.findings.self_diagnosis_words import STEPS as DOING
from retention_utils.findings.summary import orders_wanted, unanswered
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems, chapter_title
from retention_utils.questionnaire import Questionnaire
from retention_utils.self_diagnosis import BESIDE, QUESTIONS, Maturity, Symptom
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["CHAPTERS", "answer_lengths", "answers_table", "missing_data", "steps_table", "symptoms_table"]

# The chapters that say something of a practice, and the table of the client that it leaves behind.
CHAPTERS = {
    "knows_churn": ("03_pulse", "03_contract_pulse", "05_revenue_retention"),
    "splits_controllable": ("08_reasons",),
    "has_reason_classifier": ("08_reasons",),
    "watches_newcomers": ("04_cohorts", "04_contract_cohorts"),
    "has_churn_plan": ("03_pulse",),
    "knows_lifetime": ("05_revenue_retention", "06_next_order", "10_value"),
    "values_keeping": ("12_what_if",),
    "reports_competitors": ("08_reasons",),
    "knows_hidden_churn": ("07_early_warning", "07_contract_early_warning"),
}
TABLES = {
    "splits_controllable": "reasons",
    "has_reason_classifier": "reasons",
    "reports_competitors": "reasons",
    "has_churn_plan": "plan",
    "values_keeping": "costs",
}
# As the playbook names what it needs: in words, and the table for whoever makes the report.
SUPPLY = {
    "reasons": message("the reasons why customers left (reasons)"),
    "plan": message("planned figures (plan)"),
    "costs": message("what winning and keeping customers cost (costs)"),
}


def answer_lengths(questionnaire: Questionnaire, found: Maturity | None, *, formats: Formats) -> pd.DataFrame:
    """Give the answers as lengths of bars.

    Returns
    -------
    DataFrame
        One row per question, in their order; none without answers: ``name``, ``length`` (1 in place, -1
        missing, NaN not answered), ``is_critical`` (a gap that others wait for).
    """
    lengths = {True: 1.0, False: -1.0, None: np.nan}
    rows = [
        {
            "name": formats.say(NAMES[name]),
            "length": lengths[getattr(questionnaire, name)],
            "is_critical": name in found.critical,
        }
        for name in (QUESTIONS if found else ())
    ]
    return pd.DataFrame(rows, columns=["name", "length", "is_critical"])


def answers_table(
    questionnaire: Questionnaire,
    found: Maturity | None,
    *,
    chapters: Collection[str],
    tables: Collection[str],
    day: Text | str,
    formats: Formats,
) -> Table | Callout:
    """List the questions with their answers, which chapter helps, and which table is still to be supplied.

    Parameters
    ----------
    chapters : collection of str
        Names of the chapters in this report.
    tables : collection of str
        Names of the tables that the client has supplied.
    day : Text or str
        From :func:`retention_utils.findings.self_diagnosis.answers_day`.
    """
    critical = found.critical if found else ()
    rows = []
    for name in (*QUESTIONS, *BESIDE):
        told = [chapter for chapter in CHAPTERS.get(name, ()) if chapter in chapters]
        table = TABLES.get(name)
        rows.append(
            {
                "question": formats.say(ASKED[name]),
                "answer": _answer(getattr(questionnaire, name), name in critical, formats),
                "here": formats.joined([formats.say(chapter_title(each)) for each in told], by=", "),
                "supply": formats.say(SUPPLY[table]) if table and table not in tables else "",
            }
        )
    how = formats.say(
        "Yes is good in every line; an empty answer is none. The last {beside, plural, one {question is} "
        "other {# questions are}} asked for the causes and not scored. Critical: other gaps wait for it.",
        beside=len(BESIDE),
    )
    return show_table(
        pd.DataFrame(rows),
        ANSWERS if any(row["supply"] for row in rows) else ANSWERS[:-1],
        key="answers",
        caption="The questions, the answers, and what helps to answer them",
        note=formats.joined([day, how], by=" ") if day else how,
        is_folded=found is None,
        formats=formats,
    )


def steps_table(steps: pd.DataFrame, *, formats: Formats) -> Table | None:
    """List the gaps in the order to close them; None where there is none."""
    if steps.empty:
        return None
    rows = [
        {
            "practice": formats.say(NAMES[row.practice]),
            "step": formats.say(DOING[row.practice]),
            "why": _why(row.waiting, row.symptoms, formats),
        }
        for row in steps.itertuples()
    ]
    note = formats.say(
        "First what other gaps wait for, then what may cause a symptom that is seen, then the rest. {beside, "
        "plural, =0 {All are of the {questions} practices that are counted.} one {One of them is asked for "
        "the causes and not counted among the {questions} practices.} other {# of them are asked for the "
        "causes and not counted among the {questions} practices.}}",
        beside=int(steps["practice"].isin(BESIDE).sum()),
        questions=len(QUESTIONS),
    )
    return show_table(
        pd.DataFrame(rows),
        STEPS,
        key="steps",
        caption="What to do, first things first",
        note=note,
        formats=formats,
    )


def missing_data(chapters: Sequence[ShownItems], *, has_orders: bool, formats: Formats) -> pd.DataFrame:
    """List what could not be answered, from what the chapters themselves say of it.

    Returns
    -------
    DataFrame
        As from :func:`retention_utils.findings.summary.unanswered`; of a client without an order log also
        what that would answer.
    """
    found = unanswered(chapters, formats=formats)
    wanted = orders_wanted(has_orders=has_orders, formats=formats)
    if wanted is None:
        return found
    row = {"chapter": formats.say("All others"), "question": wanted.title, "why": wanted.text}
    return pd.concat([found, pd.DataFrame([row])], ignore_index=True)


def symptoms_table(symptoms: Sequence[Symptom], *, formats: Formats) -> Table | None:
    """Set every symptom that is seen beside its possible causes; None where none is."""
    words = {
        "likely": formats.say("there"),
        "unknown": formats.say("not answered"),
        "ruled_out": formats.say("ruled out"),
    }
    rows = [
        {
            "symptom": formats.say(SYMPTOM_NAMES[symptom.name]),
            "seen": _seen(symptom, formats),
            "cause": formats.say(CAUSE_NAMES[cause]),
            "state": words[state],
        }
        for symptom in symptoms
        for state in words
        for cause in getattr(symptom, state)
    ]
    if not rows:
        return None
    return show_table(
        pd.DataFrame(rows),
        SYMPTOMS,
        key="symptoms",
        caption="Symptoms that are seen, and what may cause them",
        note=(
            "A symptom is what is noticed; to fight it changes nothing while its cause is there. A cause is "
            "there where the practice that it is the lack of was answered with no."
        ),
        formats=formats,
    )


def _answer(answer: bool | None, is_critical: bool, formats: Formats) -> Text | str:
    if answer is None:
        return ""
    if answer:
        return formats.say("yes")
    return formats.say("no, critical") if is_critical else formats.say("no")


def _why(waiting: Sequence[str], symptoms: Sequence[str], formats: Formats) -> Text | str:
    parts = []
    if waiting:
        parts.append(formats.say("waiting for it: {gaps}", gaps=named(waiting, formats)))
    if symptoms:
        parts.append(formats.say("may cause: {symptoms}", symptoms=quoted(symptoms, formats)))
    return formats.joined(parts) if parts else ""


def _seen(symptom: Symptom, formats: Formats) -> Text:
    if symptom.known == "answer" and symptom.is_little:
        return formats.say("answered; measured, less than is usual")
    if symptom.known == "answer":
        return formats.say("answered and measured") if symptom.is_measured else formats.say("answered")
    return formats.say("measured")

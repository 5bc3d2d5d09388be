"""The self-diagnosis: answers read and refused, scored, traced to causes, put in order, and said."""

import re
from datetime import date
from pathlib import Path

import pytest
from matplotlib.figure import Figure as Drawing

from retention_utils.charts.self_diagnosis import answer_bars
from retention_utils.config import read_config
from retention_utils.display import supply
from retention_utils.errors import ConfigError
from retention_utils.findings.self_diagnosis import (
    answers_alt,
    answers_day,
    first_step,
    maturity_kpi,
    practice,
    symptom_causes,
)
from retention_utils.findings.self_diagnosis_tables import (
    CHAPTERS,
    answer_lengths,
    answers_table,
    missing_data,
    steps_table,
    symptoms_table,
)
from retention_utils.findings.self_diagnosis_words import (
    ASKED,
    CAUSE_NAMES,
    NAMES,
    SEEN,
    STEPS,
    SYMPTOM_NAMES,
)
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.playbook.engine import judge
from retention_utils.playbook.rules import read_playbook
from retention_utils.proposal.client_file import client_file_text
from retention_utils.questionnaire import Questionnaire, SeenSymptoms, questions, with_answers
from retention_utils.self_diagnosis import (
    BESIDE,
    CAUSES,
    QUESTIONS,
    SYMPTOMS,
    judged_symptoms,
    maturity,
    measured_symptoms,
    worthwhile_steps,
)

SAY = Formats("en,ru,uk", "EUR")
CLIENT = """
name = "Club"
currency = "EUR"
business_type = "subscriptions"
data_horizon = 2024-04-30
[tables.subscriptions]
path = "contracts.csv"
columns = { customer_id = "who", start = "since", amount = "price" }
[questionnaire]
"""
# Two gaps that others wait for, one of them more; one question open, all others in place.
MIXED = Questionnaire(
    **dict.fromkeys(QUESTIONS, True)
    | dict.fromkeys(["has_reason_classifier", "reports_competitors", "has_scripts", "knows_lifetime"], False)
    | {
        "values_keeping": False,
        "knows_hidden_churn": None,
        "rewards_keeping": False,
        "has_enough_staff": True,
    },
    symptoms=SeenSymptoms(reasons_unstated=True, staff_lacks_time=False, competitors_offer_more=True),
)


def plain(text, language: str = "en") -> str:
    """A text without what keeps words together."""
    return re.sub("[\u00a0\u202f]", " ", text.in_language(language)).replace("\u2060", "")


def chapter(number: float, *, name: str = "05_revenue_retention") -> ShownItems:
    told = SAY.say("{n, plural, one {# customer} other {# customers}}", n=7)
    items = (
        ("kpi", {"key": "involuntary_share", "number": number}),
        ("finding", {"key": "involuntary_churn", "text": told, "verdict": "worse", "is_headline": False}),
    )
    return ShownItems(name, items)


def read(folder, answers: str) -> Questionnaire:
    file = folder / "data" / "club" / "client.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(CLIENT + answers, encoding="utf-8")
    return read_config(file).questionnaire


def test_an_answer_is_yes_no_or_not_there(tmp_path):
    told = 'knows_churn = true\nhas_scripts = "ні"\nhas_churn_plan = ""\nanswered_on = 2024-04-02\n'
    found = read(tmp_path, told + "[questionnaire.symptoms]\nstaff_lacks_time = 'да'\n")
    assert (found.knows_churn, found.has_scripts, found.has_churn_plan) == (True, False, None)
    assert (found.knows_lifetime, found.symptoms.staff_lacks_time) == (None, True)
    assert found.answered_on == date(2024, 4, 2)
    assert read(tmp_path, "") == Questionnaire()


def test_all_that_is_wrong_with_the_answers_is_said_at_once(tmp_path):
    told = "has_plan = true\nknows_churn = 3\n[questionnaire.symptoms]\nstaff_lacks_time = 'perhaps'\n"
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, told)
    message = str(refused.value)
    assert "has 3 problem(s)" in message
    assert "questionnaire.has_plan: unknown key. Did you mean 'has_churn_plan'?" in message
    assert "questionnaire.knows_churn: answer true or false (or 'yes' or 'no'), or leave it out" in message
    assert "questionnaire.symptoms.staff_lacks_time: answer" in message
    assert "found 'perhaps'" in message


def test_answers_of_the_notebook_go_before_those_of_the_file():
    found = with_answers(MIXED, "has_scripts=yes, symptoms.staff_lacks_time=так, knows_churn=-,")
    assert (found.has_scripts, found.symptoms.staff_lacks_time, found.knows_churn) == (True, True, None)
    assert found.reports_competitors is False
    assert with_answers(MIXED, "answered_on=2024-03-01").answered_on == date(2024, 3, 1)
    with pytest.raises(ConfigError) as refused:
        with_answers(MIXED, "has_script=yes, knows_churn=maybe, has_scripts")
    assert str(refused.value).startswith("The answers have 3 problem(s):")
    assert "Did you mean 'has_scripts'?" in str(refused.value)
    assert "knows_churn: answer true or false" in str(refused.value)


def test_what_is_not_answered_is_no_gap():
    found = maturity(MIXED)
    assert (len(found.in_place), len(found.gaps), found.unanswered) == (5, 5, ("knows_hidden_churn",))
    assert found.answered == 10
    assert maturity(Questionnaire(symptoms=SeenSymptoms(staff_lacks_time=True))) is None


def test_gaps_are_critical_where_other_gaps_wait_for_them():
    found = maturity(MIXED)
    assert found.critical == ("has_reason_classifier", "knows_lifetime")  # most waiting first
    assert found.waiting["has_reason_classifier"] == ("has_scripts", "reports_competitors")
    # A plan waits for the list of reasons only while churn is not split.
    unsplit = Questionnaire(has_reason_classifier=False, splits_controllable=False, has_churn_plan=False)
    assert maturity(unsplit).waiting["has_reason_classifier"] == ("splits_controllable", "has_churn_plan")
    split = Questionnaire(has_reason_classifier=False, splits_controllable=True, has_churn_plan=False)
    assert maturity(split).critical == ()


@pytest.mark.parametrize(
    ("gaps", "unanswered", "standing", "verdict"),
    [
        (3, 0, "many gaps", "no"),
        (3, 8, "many gaps", "no"),
        (2, 0, "some gaps", "with reservations"),
        (2, 3, "some gaps", "with reservations"),
        (1, 1, "open", "not enough data"),
        (0, 2, "open", "not enough data"),
        (1, 0, "good", "yes"),
        (0, 1, "good", "yes"),
    ],
)
def test_a_verdict_holds_whatever_the_missing_answers_are(gaps, unanswered, standing, verdict):
    answers = [False] * gaps + [None] * unanswered + [True] * (11 - gaps - unanswered)
    found = maturity(Questionnaire(**dict(zip(QUESTIONS, answers, strict=True))))
    assert found.standing == standing
    assert practice(found, formats=SAY).verdict == verdict


def test_a_symptom_is_told_from_causes_that_are_there_open_or_ruled_out():
    by_name = {symptom.name: symptom for symptom in judged_symptoms(MIXED, {})}
    assert set(by_name) == {"reasons_unstated", "staff_lacks_time", "competitors_offer_more"}
    unstated = by_name["reasons_unstated"]
    assert (unstated.likely, unstated.ruled_out) == (("no_classifier",), ("no_methods",))
    assert by_name["staff_lacks_time"].known == "absent"
    assert by_name["staff_lacks_time"].likely == ()
    busy = with_answers(MIXED, "symptoms.staff_lacks_time=yes, has_processes=-")
    staff = {symptom.name: symptom for symptom in judged_symptoms(busy, {})}["staff_lacks_time"]
    assert (staff.likely, staff.unknown, staff.ruled_out) == (
        ("no_reward",),
        ("no_methods",),
        ("too_few_staff",),
    )


@pytest.mark.parametrize(
    ("answer", "number", "known"),
    [
        (True, 0.2, "answer"),
        (True, 0.09, "answer"),
        (False, 0.2, "denied"),
        (False, 0.09, "absent"),
        (None, 0.1, "figures"),
        (None, 0.09, None),
    ],
)
def test_what_chapters_measure_is_held_beside_the_answer(answer, number, known):
    asked = Questionnaire(symptoms=SeenSymptoms(customers_vanish=answer))
    found = judged_symptoms(asked, measured_symptoms([chapter(number)]))
    assert [symptom.known for symptom in found] == ([known] if known else [])
    assert [symptom.is_measured for symptom in found] == ([number >= 0.1] if known else [])
    assert [bool(symptom.measured) for symptom in found] == ([known != "absent"] if known else [])
    assert measured_symptoms([ShownItems("05_revenue_retention", ())]) == {}


def test_a_symptom_that_is_measured_below_the_usual_is_no_alarm():
    asked = Questionnaire(has_processes=False, symptoms=SeenSymptoms(customers_vanish=True))
    usual = ShownItems("08_reasons", (("finding", {"key": "usual_payment", "text": {"en": "Less."}}),))
    seen, little = (
        judged_symptoms(asked, measured_symptoms([chapter(0.2), *more]))[0] for more in ([], [usual])
    )
    assert (seen.is_little, little.is_little) == (False, True)
    assert [symptom_causes(each, formats=SAY).verdict for each in (seen, little)] == [
        "no",
        "with reservations",
    ]
    told = symptom_causes(little, formats=SAY).text
    link = (
        "Measured, that is less than is usual, as the chapter on reasons says, so no measure is proposed against it. "
        "That is a symptom"
    )
    assert link in plain(told)
    assert link not in plain(symptom_causes(seen, formats=SAY).text)
    known = [symptoms_table([each], formats=SAY).rows[0][-1] for each in (seen, little)]
    assert [plain(cell) for cell in known] == [
        "answered and measured",
        "answered; measured, less than is usual",
    ]
    assert "По измерениям это меньше обычного" in plain(told, "ru")
    assert "За вимірами це менше, ніж зазвичай" in plain(told, "uk")


def test_first_comes_what_holds_up_most_then_what_may_cause_a_symptom():
    steps = worthwhile_steps(MIXED, judged_symptoms(MIXED, {}))
    assert steps["practice"].tolist() == [
        "has_reason_classifier", "knows_lifetime", "has_scripts", "values_keeping", "reports_competitors",
        "rewards_keeping",
    ]  # fmt: skip
    assert steps["symptoms"].tolist()[:3] == [("reasons_unstated",), (), ("competitors_offer_more",)]
    assert worthwhile_steps(Questionnaire(), []).empty


def test_every_question_symptom_and_cause_has_its_words():
    assert set(ASKED) == set(NAMES) == set(STEPS) == {*QUESTIONS, *BESIDE}
    assert set(ASKED) <= set(Questionnaire.model_fields)
    assert len(QUESTIONS) == 11
    assert set(SYMPTOM_NAMES) == set(SEEN) == set(SYMPTOMS) == set(SeenSymptoms.model_fields)
    assert {cause for causes in SYMPTOMS.values() for cause in causes} == set(CAUSES) == set(CAUSE_NAMES)
    assert {name for names in CAUSES.values() for name in names} <= {*QUESTIONS, *BESIDE}
    there = {file.stem for file in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb")}
    assert {name for names in CHAPTERS.values() for name in names} <= there


def test_the_score_is_said_with_what_it_is_out_of():
    said, figure = practice(maturity(MIXED), formats=SAY), maturity_kpi(maturity(MIXED), formats=SAY)
    assert plain(said.text) == (
        "Of 11 practices that keep customers, 5 are in place, 5 are missing and 1 is not answered. The source of "
        "these questions takes two or three gaps for a reason to reorganise. Critical, because other gaps cannot "
        "well be closed before: list of reasons for leaving; known length of stay."
    )
    assert (figure.number, plain(figure.value), plain(figure.basis)) == (5, "5 of 11", "10 of 11 answered")
    assert maturity_kpi(None, formats=SAY) is None
    quiet = practice(None, formats=SAY)
    assert (quiet.verdict, quiet.is_headline) == ("not enough data", True)


@pytest.mark.parametrize(
    ("yes", "no", "ru", "uk"),
    [
        (0, 1, "не налажено ни одной, не хватает 1, без ответа 10.", "не налагоджено жодної, бракує 1,"),
        (1, 0, "налажена 1, пробелов нет, без ответа 10.", "налагоджено 1, прогалин немає,"),
        (2, 5, "налажены 2, не хватает 5, без ответа 4.", "налагоджено 2, бракує 5,"),
        (11, 0, "налажено 11, пробелов нет, вопросов без ответа нет.", "запитань без відповіді немає."),
    ],
)
def test_the_score_agrees_with_its_numbers(yes, no, ru, uk):
    answers = dict(zip(QUESTIONS, [True] * yes + [False] * no, strict=False))
    said = practice(maturity(Questionnaire(**answers)), formats=SAY).text
    assert ru in plain(said, "ru")
    assert uk in plain(said, "uk")


def test_the_first_step_and_the_symptoms_are_said_with_their_reasons():
    symptoms = judged_symptoms(MIXED, {})
    steps = worthwhile_steps(MIXED, symptoms)
    assert plain(first_step(steps, formats=SAY).text) == (
        "Draw up about twenty reasons for leaving, ask every leaver, and record the answer. This is the first step. For it "
        "wait: materials for talks with leavers; monthly report on competitors. It may stand behind what is seen: “The "
        "true reason for leaving is not stated”."
    )
    assert first_step(steps.head(0), formats=SAY) is None
    # Codes of a list of their own are read, though the answers say that there is none.
    assert (
        "This is the first step. 12 codes of a list of your own are read in this report already; by the answers that "
        "list is not kept: begin with it. For it wait"
    ) in plain(first_step(steps, own_codes=12, formats=SAY).text)
    assert "21 код из вашего" in plain(first_step(steps, own_codes=21, formats=SAY).text, "ru")
    unstated, staff, _ = (symptom_causes(symptom, formats=SAY) for symptom in symptoms)
    assert (unstated.verdict, staff.verdict) == ("no", "yes")
    assert plain(unstated.text, "uk") == (
        "За вашими відповідями, клієнти не називають справжньої причини відходу. Це симптом; судячи з відповідей, є "
        "такі можливі причини: немає докладного класифікатора причин."
    )
    asked = Questionnaire(symptoms=SeenSymptoms(customers_vanish=False))
    (denied,) = judged_symptoms(asked, measured_symptoms([chapter(0.2)]))
    said = symptom_causes(denied, formats=SAY)
    assert said.verdict == "with reservations"
    assert plain(said.text) == (
        "By your answers, customers do not vanish without paying; the figures say that many do. 7 customers That is "
        "a symptom; by the answers, none of its usual causes is there for certain. Not answered, so possible too: "
        "customers do not know how a contract ends; no written methods and little experience."
    )


def test_later_answers_are_called_later():
    days = [answers_day(date(2024, 5, day), as_of=date(2024, 5, 10), formats=SAY) for day in (10, 11)]
    assert plain(days[0]) == "Answered on 10 May 2024."
    assert plain(days[1], "uk").startswith(
        "Дата відповідей: 11 травня 2024 р. Це пізніше за останній день звіту"
    )
    assert answers_day(None, as_of=date(2024, 5, 10), formats=SAY) == ""


def test_tables_name_the_data_that_are_not_supplied():
    how = {"chapters": ["05_revenue_retention"], "tables": ["reasons"], "day": "", "formats": SAY}
    rows = answers_table(MIXED, maturity(MIXED), **how).rows
    by_number = {number: [str(cell or "") for cell in row[1:]] for number, row in enumerate(rows, 1)}
    assert len(rows) == 14
    assert by_number[3] == ["no, critical", "", ""]
    assert by_number[6] == ["yes", "", "planned figures (plan)"]
    assert by_number[7] == ["no, critical", "Revenue retention", ""]
    assert by_number[10][0] == by_number[12][0] == ""
    symptoms = judged_symptoms(MIXED, {})
    assert [[str(cell) for cell in row] for row in symptoms_table(symptoms, formats=SAY).rows][:2] == [
        ["The true reason for leaving is not stated", "no detailed list of reasons for leaving", "there", "answered"],
        ["The true reason for leaving is not stated", "no written methods and little experience", "ruled out", "answered"],
    ]  # fmt: skip
    assert symptoms_table([], formats=SAY) is None
    listed = steps_table(worthwhile_steps(MIXED, symptoms), formats=SAY)
    assert len(listed.rows) == 6
    # Five of the eleven are missing, and the reward, which is asked for the causes.
    assert "One of them is asked for the causes and not counted among the 11 practices." in plain(listed.note)


def test_what_is_missing_is_what_the_chapters_say_is_missing():
    note = supply("missing_plan", SAY.say("Plan against fact"), SAY.say("Supply it."))
    pulse = ShownItems("03_pulse", (("callout", vars(note)),))
    found = missing_data([pulse, chapter(0.2)], has_orders=True, formats=SAY)
    assert found.map(str).to_numpy().tolist() == [["Pulse", "Plan against fact", "Supply it."]]
    assert len(missing_data([pulse], has_orders=False, formats=SAY)) == 2


def test_bars_go_right_for_yes_left_for_no_and_nowhere_without_an_answer():
    lengths = answer_lengths(MIXED, maturity(MIXED), formats=SAY)
    shown = lengths.assign(name=[str(name) for name in lengths["name"]])
    ax = answer_bars(
        shown, formats=SAY.only("en"), ax=Drawing(figsize=(11, 4)).add_axes((0.1, 0.1, 0.8, 0.8))
    )
    drawn = {round(bar.get_y() + bar.get_height() / 2): bar.get_width() for bar in ax.patches}
    known = lengths["length"].dropna()
    assert drawn == known.to_dict()
    assert [text.get_text() for text in ax.texts].count("others wait for it") == 2
    assert [text.get_text() for text in ax.texts].count("not answered") == 1
    assert answer_lengths(Questionnaire(), None, formats=SAY).empty
    assert str(answers_alt(maturity(MIXED), formats=SAY)).endswith("Not answered: watch on hidden churn.")


def test_the_answers_fire_their_rules_with_their_sentences():
    seen = with_answers(MIXED, "symptoms.no_one_in_charge=yes, symptoms.competitors_offer_more=no")
    said = [symptom_causes(symptom, formats=SAY) for symptom in judged_symptoms(seen, {})]
    items = tuple(("finding", vars(item)) for item in said)
    judged = judge(read_playbook(), [ShownItems("16_self_diagnosis", items)], margin=1.0)
    assert [fired.rule.id for fired in judged.fired] == ["P22", "P38"]
    assert {silent.rule.id for silent in judged.quiet} == {"P18", "P23", "P32"}
    assert "P21" in {silent.rule.id for silent in judged.unjudged}


def test_the_demo_client_answers_as_it_was_made_to():
    config = read_config(Path(__file__).parents[1] / "data" / "sport" / "client.toml")
    found = maturity(config.questionnaire)
    assert (len(found.in_place), len(found.gaps), found.unanswered) == (3, 7, ("knows_hidden_churn",))
    assert found.critical == ("has_reason_classifier",)


def test_every_question_is_in_the_data_dictionary_and_offered_to_new_clients(tmp_path):
    readme = (Path(__file__).parents[1] / "data" / "README.md").read_text(encoding="utf-8")
    assert [name for name, meaning in questions().items() if f"| `{name}` | {meaning} |" not in readme] == []
    empty = {"client": (), "source": (), "columns": (), "statuses": {}, "notes": ()}
    offered = client_file_text(name="Club", **empty)
    answers = "\n".join(
        line[2:] for line in offered.splitlines() if line.startswith("# ") and ' = ""' in line
    )
    assert read(tmp_path, answers) == Questionnaire()
    assert len(answers.splitlines()) == len(questions()) == 19

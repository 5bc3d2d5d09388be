"""The word beside a sentence fits it: only a question is answered with yes or no."""

import ast
import json
import re
from pathlib import Path

import pytest

from retention_utils.project import find_project
from retention_utils.verdict_words import KINDS, SHARED, verdict_word

ROOT = find_project()
ANSWERS = {"yes", "no"}


def stated(node: ast.expr) -> set[str]:
    """The words that an expression can be, as far as they are written in it."""
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def told_in_code() -> set[tuple[str, str]]:
    """Keys of findings with the verdicts written beside them."""
    found = set()
    for file in sorted((ROOT / "retention_utils" / "findings").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                key, verdict = node.args[:2]
                if isinstance(key, ast.Constant):
                    found |= {(key.value, word) for word in stated(verdict) & ANSWERS}
    return found


def told_in_references() -> set[tuple[str, str]]:
    """Keys and verdicts of the findings in the committed reports."""
    found, kind = set(), "application/vnd.retention.finding+json"
    for file in sorted(Path(ROOT, "reports").glob("*/*/chapters/*.ipynb")):
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            shown = [output.get("data", {}).get(kind) for output in cell.get("outputs", [])]
            found |= {(item["key"], item["verdict"]) for item in shown if item}
    return found


def test_no_finding_of_ours_is_answered_with_yes_or_no():
    told = told_in_code() | told_in_references()
    assert len(told) > 100
    bare = [(key, verdict) for key, verdict in told if verdict_word(key, verdict)[0] in ANSWERS]
    assert bare == []
    assert {verdict for _, verdict in told} <= {*SHARED}


@pytest.mark.parametrize(("key", "verdict", "word", "tone"), [
    ("trust", "no", "test not passed", "worse"),
    ("churn_gap_stability", "yes", "test passed", "better"),
    ("nps_groups", "yes", "clear difference", ""),
    ("nps", "no clear change", "no clear change", ""),  # a change, and no difference between groups
    ("segment_waits", "no clear change", "no clear difference", ""),
    ("at_risk", "no", "none found", ""),  # good news is not red
    ("reasons_vanished", "no", "none found", ""),
    ("reasons", "yes", "enough data", ""),
    ("plan_fact", "with reservations", "partly reached", "warn"),
    ("staff_lacks_time", "no", "symptom seen", "worse"),
    ("fading", "no", "no reason to act", ""),
    ("three_values", "with reservations", "partly by model", ""),  # the reservation is named
    ("still_to_come_year", "with reservations", "beyond what was tested", "warn"),
    ("plan_loses_month", "yes", "clear difference", ""),
    ("campaign_money", "better", "has paid for itself", "better"),
    ("replacement_need", "better", "base grows at this pace", ""),  # where it leads, no change that was seen
    ("our_own_question", "yes", "yes", "better"),  # a chapter of a client's own
    ("", "worse", "worse", "worse"),
    ("", "<b>", "<b>", ""),
])  # fmt: skip
def test_the_word_fits_the_sentence(key, verdict, word, tone):
    assert verdict_word(key, verdict) == (word, tone)


def test_every_key_is_of_one_kind():
    keys = {key for key, _ in told_in_references()}

    assert [key for key in keys if sum(bool(re.fullmatch(keys, key)) for keys, _ in KINDS) > 1] == []

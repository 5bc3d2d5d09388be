"""What a verdict is called beside its sentence, and in which tone.

A chapter's verdict says how the evidence stands; its word has to fit the sentence it stands beside. A figure
that moved is better or worse, a test is passed or not, a group is found or not, a goal is reached or not.
Only a client's own chapters may answer a question of their own with yes or no.
"""

import re

from retention_utils.translations import message

__all__ = ["verdict_word"]

SHARED = {
    "better": (message("better"), "better"),
    "worse": (message("worse"), "worse"),
    "clear change": (message("clear change"), ""),
    "no clear change": (message("no clear change"), ""),
    "with reservations": (message("with reservations"), "warn"),
    "not enough data": (message("not enough data"), "unknown"),
    "failed": (message("failed"), "worse"),
    "yes": (message("yes"), "better"),
    "no": (message("no"), "worse"),
}
ENOUGH = (message("enough data"), "")
NO_CALL = (message("no reason to act"), "")
LOOK = (message("needs attention"), "warn")
TESTED = {
    "yes": (message("test passed"), "better"),
    "no": (message("test not passed"), "worse"),
}
# The periods before the last two speak against it.
ONE_ODD = {"with reservations": (message("no steady change"), "")}
DIFFERENT = {
    "yes": (message("clear difference"), ""),
    "no": (message("no clear difference"), ""),
    "no clear change": (message("no clear difference"), ""),
}
EFFECT = DIFFERENT | {
    "yes": (message("more stayed"), "better"),
    "no": (message("fewer stayed"), "worse"),
}
REACHED = {
    "yes": (message("reached"), "better"),
    "with reservations": (message("partly reached"), "warn"),
    "no": (message("not reached"), "worse"),
}
SCORE_REACHED = REACHED | {"with reservations": (message("not clearly missed"), "warn")}
# A mark that this report sets is no goal of the client's.
MARK = {
    "yes": (message("at the mark of this report or above"), ""),
    "no": (message("below the mark of this report"), ""),
}
PAID_BACK = {
    "better": (message("has paid for itself"), "better"),
    "worse": (message("costs more than it brings"), "worse"),
    "no clear change": (message("not certain"), ""),
    "with reservations": (message("what it cost is not known"), "warn"),
}
PACE = {
    "better": (message("base grows at this pace"), ""),
    "worse": (message("base shrinks at this pace"), "warn"),
    "no clear change": (message("no clear direction"), ""),
}
PAID = {"yes": (message("has paid back"), "better"), "no": (message("has not paid back"), "worse")}
PAYS = {"yes": (message("pays for itself"), "better"), "no": (message("costs more than it brings"), "worse")}
FOUND = {"yes": ENOUGH, "with reservations": LOOK, "no": (message("none found"), "")}
QUIET = {"yes": (message("nothing amiss"), "better"), "with reservations": LOOK}
AGREE = {
    "yes": (message("formulas agree"), "better"),
    "with reservations": (message("formulas differ"), "warn"),
}
RECOMMENDED = {
    "yes": (message("more would recommend"), "better"),
    "with reservations": (message("neither prevails"), ""),
    "no": (message("more would not recommend"), "worse"),
}
PRACTICE = {
    "yes": (message("in place"), "better"),
    "with reservations": (message("some gaps"), "warn"),
    "no": (message("many gaps"), "worse"),
}
SYMPTOM = {
    "yes": (message("symptom not seen"), "better"),
    "with reservations": (message("symptom seen"), "warn"),
    "no": (message("symptom seen"), "worse"),
}
CALLED = {"yes": (message("measures called for"), "warn"), "no": NO_CALL}
SAID = {"yes": ENOUGH}
HALF = {
    "yes": (message("more than half"), ""),
    "no": (message("less than half"), ""),
    "with reservations": (message("not certain"), ""),
}

# Findings by key, whole or by its beginning, and the words their verdicts go by.
KINDS: tuple[tuple[str, dict[str, tuple[str, str]]], ...] = (
    (r"trust|worth|churn_gap.*|renewals_ahead|renewals_tried|risk_list_tested|contract_life_.*", TESTED),
    (r"risk_list|fading|declining|hidden_churn|use_warning|unused_contracts", TESTED | {"no": NO_CALL}),
    (r"leak|churn|lead_churn", ONE_ODD),
    (r"nps_plan", SCORE_REACHED),
    (
        r"churn_families|billing_difference|(lead_)?plan_loses_.*|segment_waits|life_by_.*|nps_(?!plan$).+|detractors_leave.*|falling_use",
        DIFFERENT,
    ),
    (r"campaign_groups", DIFFERENT),
    (r"campaign_uplift|campaign_\d+", EFFECT),
    (r"campaign_money", PAID_BACK),
    (r"replacement_need", PACE),
    (r"plan_fact|plan_by_service|replies", REACHED),
    (r"budget_share", MARK),
    (r"unit_economics|break_even", PAID),
    (r"staff_bonus", PAYS),
    (
        r"at_risk|reasons_(price|product|moved|vanished|pause)|detractors_at_stake|competitor_reasons|use_at_renewal",
        FOUND,
    ),
    (r"overdue_now|early_leavers|reason_symptoms", QUIET),
    (r"complaint_.*", QUIET),
    (r"cut_left", QUIET | {"with reservations": (message("to keep in mind"), "")}),
    (r"churn_answers", AGREE),
    (r"answer_groups", RECOMMENDED),
    (r"practice", PRACTICE),
    (r"customers_vanish|reasons_unstated|staff_lacks_time|no_one_in_charge|competitors_offer_more", SYMPTOM),
    (r"actions", CALLED),
    (r"concentration", HALF),
    (
        r"reasons|unknown_reasons|reason_(response|losses|trends)|came_back|definitions|first_step|themes",
        SAID,
    ),
    (r"segments|cohort_spread|most_per_save", SAID),
    (r"three_values", SAID | {"with reservations": (message("partly by model"), "")}),
    (r"still_to_come_.*", {"with reservations": (message("beyond what was tested"), "warn")}),
)


def verdict_word(key: str, verdict: str) -> tuple[str, str]:
    """Return what the verdict of a finding is called, a message, and the tone it is shown in.

    Parameters
    ----------
    key : str
        Of the finding; empty of a key figure.
    verdict : str
        Such as ``yes``; one that is not known is returned as it is.
    """
    kind = next((words for keys, words in KINDS if re.fullmatch(keys, key)), {})
    return kind.get(verdict) or SHARED.get(verdict, (verdict, ""))

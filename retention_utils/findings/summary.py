"""What the whole report says, from what its chapters said."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retention_utils.display import Action, Callout, Finding, Kpi, supply
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems, chapter_title
from retention_utils.texts import text_of

__all__ = [
    "APART",
    "HAPPENED",
    "ON_FIRST_PAGE",
    "ORDER",
    "chapter_actions",
    "chapter_notes",
    "first_keys",
    "key_figures",
    "main_findings",
    "orders_wanted",
    "unanswered",
    "untold_keys",
]

ON_FIRST_PAGE = 3  # findings, and measures
# What tells of something that happened, as against a state of things or a forecast.
HAPPENED = (
    "leak", "early_warning", "newest_cohort", "return_time", "migration", "year_on_year", "base_balance",
    "symptom_value", "symptom_frequency", "symptom_order_value", "nps", "symptom_repeat_rate",
    "plan_fact", "plan_by_service", "revenue_kept_year", "money_moved", "repeat_course",
    "renewal", "renewal_half_year", "renewal_quarter", "involuntary_churn",
    "revenue_lost", "campaign_uplift", "competitor_reasons",
)  # fmt: skip
# No event, but what it names is where to look: told after what is clear, beside another of its chapter.
APART = "plan_loses_"
# No warnings, and told on the first page all the same.
CALM_NOTES = ("measured_kept",)
# Worst news first, and what has clearly changed before what may have; within a verdict in the order above.
ORDER = (
    "no", "worse", "clear change", "with reservations", "better", "no clear change", "not enough data", "yes",
)  # fmt: skip

# The key figures of the first page; of a client with contracts alone, what those tell.
OF_ORDERS = (
    "revenue", "active_base", "churn", "repeat_rate", "revenue_at_stake", "expected_value", "order_value",
)  # fmt: skip
# What is said of new customers: not on the first page where a warning says that there are hardly any.
OF_NEWCOMERS = ("repeat_rate", "newest_cohort", "return_time", "symptom_repeat_rate", "repeat_course")
OF_CONTRACTS = (
    "mrr", "contract_churn", "nrr", "grr", "quick_ratio", "falling_stake", "revenue_per_customer",
)  # fmt: skip
OF_SNAPSHOTS = ("mrr", "ended_share", "year_survival", "lost_revenue", "year_loss", "still_to_come")


def first_keys(*, has_orders: bool, is_snapshot: bool = False) -> tuple[str, ...]:
    """Return the keys of the figures on the first page."""
    if has_orders:
        return OF_ORDERS
    return OF_SNAPSHOTS if is_snapshot else OF_CONTRACTS


def orders_wanted(*, has_orders: bool, formats: Formats) -> Callout | None:
    """Say which questions an order log would answer; None where there is one."""
    if has_orders:
        return None
    text = formats.say(
        "This report is made from contracts alone. With an order log, it would also say when customers buy "
        "again, who is fading, and where the money is by how often and how lately they buy."
    )
    return supply("orders_wanted", formats.say("What orders would tell"), text)


def key_figures(chapters: Sequence[ShownItems], *, keys: Sequence[str], most: int = 6) -> list[Kpi]:
    """Pick the first of the named key figures out of the chapters, in their order; missing are left out."""
    shown = {kpi["key"]: (kpi, chapter.name) for chapter in chapters for kpi in chapter.shown("kpi")}
    untold = untold_keys(chapters)
    found = [key for key in keys if key in shown and key not in untold and not _is_the_same(key, shown)]
    return [Kpi.restored(shown[key][0], chapter=shown[key][1]) for key in found[:most]]


def untold_keys(chapters: Sequence[ShownItems]) -> tuple[str, ...]:
    """Return the keys of what the first page is silent on: new customers, where there are hardly any."""
    notes = {note["key"] for chapter in chapters for note in chapter.shown("callout")}
    return OF_NEWCOMERS if "newcomers" in notes else ()


def _is_the_same(key: str, shown: Mapping[str, tuple[dict[str, Any], str]]) -> bool:
    """Tell gross revenue retention where nobody pays more, so that net says the same."""
    return key == "grr" and "nrr" in shown and shown["nrr"][0]["number"] == shown["grr"][0]["number"]


def main_findings(chapters: Sequence[ShownItems], *, most: int = ON_FIRST_PAGE) -> list[Finding]:
    """Pick what happened: clear changes first, worst news first, and of every chapter one finding at most.

    Findings without enough data are left out: :func:`unanswered` lists them. A plan that clearly loses more
    than the others comes after what has clearly changed, and before what has not.
    """
    untold = untold_keys(chapters)
    told = [
        (place, chapter.name, finding)
        for chapter in chapters
        for finding in chapter.shown("finding")
        if finding["key"] not in untold and (place := _place(finding))
    ]
    picked: dict[tuple[str, bool], Finding] = {}
    for _, name, finding in sorted(told, key=lambda item: item[0]):
        slot = (name, finding["key"].startswith(APART))
        picked.setdefault(slot, Finding.restored(finding, chapter=name, is_headline=False))
    return list(picked.values())[:most]


def _place(finding: Mapping[str, Any]) -> tuple[int, int] | None:
    """Say where a finding stands among what happened; None if it is not told there."""
    key, verdict = finding["key"], finding["verdict"]
    if key.startswith(APART) and verdict == "yes":
        return ORDER.index("better"), len(HAPPENED)
    if key in HAPPENED and verdict != "not enough data":
        return ORDER.index(verdict), HAPPENED.index(key)
    return None


def chapter_actions(chapters: Sequence[ShownItems], *, most: int = ON_FIRST_PAGE) -> list[Action]:
    """Repeat the first actions of the playbook."""
    shown = [action for chapter in chapters for action in chapter.shown("action")]
    return [Action.restored(action) for action in shown[:most]]


def unanswered(chapters: Sequence[ShownItems], *, formats: Formats) -> pd.DataFrame:
    """List what could not be answered.

    Returns
    -------
    DataFrame
        One row per question without an answer, in the order of the chapters: ``chapter`` (its title),
        ``question`` (what would be shown) and ``why``
        (what was lacking, and what to supply).
    """
    rows = []
    for chapter in chapters:
        title = formats.say(chapter_title(chapter.name))
        for kind, item in chapter.items:
            if kind == "finding" and item["is_headline"] and item["verdict"] == "not enough data":
                rows.append(
                    (title, formats.say("The answer to the chapter's question"), text_of(item["text"]))
                )
            elif kind == "callout" and item["tone"] == "supply":
                rows.append((title, text_of(item["title"]), text_of(item["text"])))
    return pd.DataFrame(rows, columns=["chapter", "question", "why"])


def chapter_notes(chapters: Sequence[ShownItems]) -> list[Callout]:
    """Repeat what a reader of the first page would otherwise get wrong: warnings, and what is measured."""
    notes = [note for chapter in chapters for note in chapter.shown("callout")]
    warnings = [note for note in notes if note["tone"] == "warn"]
    calm = {note["key"]: note for note in notes if note["key"] in CALM_NOTES}  # told in several chapters
    return [Callout.restored(note) for note in (*warnings, *calm.values())]

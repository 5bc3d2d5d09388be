"""The tables of falling use, and what its figures show."""

import pandas as pd

from retention_utils.columns.contract_use import AT_RENEWAL, BY_DAY, BY_PLAN, LISTED, STATUSES, THEN, TRIAL
from retention_utils.contract_use.account import ContractUse
from retention_utils.contract_use.lists import listed_customers, use_at_renewal, use_by_plan
from retention_utils.contract_use.signs import JUDGED
from retention_utils.contract_use.signs import STATUSES as KNOWN
from retention_utils.customer_ids import shown_rows
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.contract_use_words import STATUS_WORDS
from retention_utils.findings.early_warning_rules import TESTED_WORDS
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = [
    "at_renewal_table",
    "bands_alt",
    "by_day_table",
    "by_plan_table",
    "course_alt",
    "listed_table",
    "status_table",
    "then_table",
    "trial_table",
]

BAND_WORDS = {
    "week": message("within a week"),
    "month": message("later, within a month"),
    "quarter": message("later, within three months"),
    "later": message("after that, or not known"),
}
MOST_ROWS = 20


def listed_table(use: ContractUse, *, is_hashed: bool, formats: Formats) -> Table | None:
    """List whom to ask first, all of them; None where there is nobody, or the list would be worth nothing."""
    first, _ = listed_customers(use)
    if first.empty:
        return None
    return show_table(
        shown_rows(first, is_hashed=is_hashed),
        LISTED,
        key="falling_use",
        caption="Whom to ask first: use falls, and the contract comes up within the month",
        note=(
            "Who pays the most first. Use is that of 30 days under contract; before: the mean of the three "
            "months before the last; expected: that, moved as use of all customers of the plan has moved. "
            "The list says who may go, not whom a call would keep."
        ),
        formats=formats,
        is_folded=len(first) > MOST_ROWS,
    )


def then_table(use: ContractUse, *, is_hashed: bool, formats: Formats) -> Table | None:
    """List the others whose use falls, and those who used nothing; None where there is nobody."""
    _, then = listed_customers(use)
    if then.empty:
        return None
    sign = [formats.say(STATUS_WORDS[status]) for status in then["status"]]
    return show_table(
        shown_rows(then, is_hashed=is_hashed).assign(sign=sign),
        THEN,
        key="falling_later",
        caption="Whom to ask then: others whose use falls, or who use nothing",
        note=(
            "By the day on which they come up. Those who use nothing are listed unless such customers left "
            "no more often before."
        ),
        formats=formats,
        is_folded=len(then) > MOST_ROWS,
    )


def trial_table(use: ContractUse, *, formats: Formats) -> Table | Callout:
    """List how right the sign was before, by how far use had fallen."""
    table = use.trial.assign(
        rule=[_rule(row["fall"], formats) for _, row in use.trial.iterrows()],
        tested_as=[formats.say(TESTED_WORDS[verdict]) for verdict in use.trial["verdict"]],
    )
    is_known = len(use.of(*JUDGED)) >= use.rules.min_customers
    return show_table(
        table.head(len(table) if is_known else 0),
        TRIAL,
        key="use_trial",
        caption="How far must use fall to mean something?",
        note=formats.say(
            "Flagged before: cases on {days, plural, one {# day} other {# days}} of the past, each a month "
            "before the next, in which a contract came up within the month; a customer may count on "
            "several days. Left: under no contract at the end of that month; from and to are the 95% "
            "interval of the share before them. The others: those judged who did not fall so far; for no "
            "use at all, those of steady use. Lift: that share ÷ the share of all judged who left. Leavers "
            "named: how many of all who left the sign had flagged.",
            days=int(use.trial["days"].max()),
        ),
        formats=formats,
    )


def at_renewal_table(use: ContractUse, *, formats: Formats) -> Table | Callout | None:
    """Cross the time to the next renewal or payment with use; None where use does not tell of now."""
    if not use.is_current:
        return None
    table = use_at_renewal(use)
    table = table.assign(due=[formats.say(BAND_WORDS[band]) for band in table["band"]])
    return show_table(
        table,
        AT_RENEWAL,
        key="use_at_renewal",
        caption="When contracts come up for renewal or payment, and how they are used",
        note=formats.say(
            "Of customers with several contracts the first that comes up counts. They pay a month: those "
            "whose use falls."
        ),
        formats=formats,
    )


def by_plan_table(use: ContractUse, *, formats: Formats) -> Table | Callout:
    """List use by plan."""
    return show_table(
        use_by_plan(use),
        BY_PLAN,
        key="use_by_plan",
        caption="Use by plan",
        note=(
            "Middle of the plan: half of its customers used more in 30 days of the last month, half less. "
            "Use of all against before: the last month against the three before it, of everyone whose use "
            "can be told; what is expected of a customer moves with it."
        ),
        formats=formats,
    )


def by_day_table(use: ContractUse, *, formats: Formats) -> Table | Callout:
    """List the days of the past one by one."""
    return show_table(
        use.by_day,
        BY_DAY,
        key="use_by_day",
        caption="The days of the past, one by one",
        note=(
            "Only customers whose contract came up in the month after the day; on every day only what was "
            "known on it is used."
        ),
        formats=formats,
    )


def status_table(use: ContractUse, *, formats: Formats) -> Table | Callout:
    """Account for everyone under contract, and for use that belongs to no contract."""
    counted = use.signs.groupby("status").agg(customers=("mrr", "size"), mrr=("mrr", "sum"))
    counted = counted.reindex([status for status in KNOWN if status in counted.index])
    rows = counted.assign(status=[formats.say(STATUS_WORDS[status]) for status in counted.index])
    outside = formats.say(
        "Use is recorded from {first} to {last}; {outside, plural, =0 {no row lies} one {# row lies} other "
        "{# rows lie}} on no day under contract, and {strangers, plural, =0 {no customer} one {# customer} "
        "other {# customers}} with use never paid for one.",
        first=formats.date(use.record.first_day),
        last=formats.date(use.recorded_until),
        outside=formats.count(use.record.outside),
        strangers=formats.count(use.record.strangers),
    )
    return show_table(
        rows,
        STATUSES,
        key="use_status",
        caption="Everyone under contract, by what can be said of their use",
        note=outside,
        formats=formats,
    )


def course_alt(course: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the lines by their last points."""
    last = course[course["back"] == 1].set_index("group")["use"]
    if not {"left", "stayed"} <= set(last.index):
        return formats.say("Too few left, or stayed, to draw the course of their use.")
    return formats.say(
        "Lines over four months: in the last month those who then left used {left} of their own level "
        "before, those who stayed {stayed}.",
        left=formats.share(last["left"], digits=0),
        stayed=formats.share(last["stayed"], digits=0),
    )


def bands_alt(bands: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the bars: the share that left, from the greatest fall to the greatest rise."""
    if bands.empty:
        return formats.say("Too few cases to tell a share.")
    return formats.say(
        "Bars, from the greatest fall in use to the greatest rise: {shares} left in the month after.",
        shares=formats.listed([formats.share(share) for share in bands["share"]]),
    )


def _rule(fall: float, formats: Formats) -> Text:
    if pd.isna(fall):
        return formats.say(STATUS_WORDS["unused"])
    return formats.say("at least {fall} less than expected", fall=formats.share(fall, digits=0))

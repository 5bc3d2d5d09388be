"""What a bonus for staff may cost: against the margin of the customers who stay."""

from math import ceil

import pandas as pd

from retention_utils.columns.what_if import INCENTIVE
from retention_utils.display import Finding, Kpi, Verdict
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import interval, three_digits
from retention_utils.formats import Formats
from retention_utils.what_if.incentive import Incentive, incentive_table

__all__ = ["bonus_kpi", "bonus_table", "staff_bonus"]


def staff_bonus(found: Incentive | None, *, formats: Formats) -> Finding | None:
    """Say what a bonus for customers who stay may cost, and what the one that is set comes to.

    None without a base or a margin: the sentences on keeping a customer say so already.
    """
    if found is None:
        return None
    values = {
        "less": formats.stated_share(found.reduction),
        "kept": formats.count(found.kept),
        "kept_interval": interval(found.kept_low, found.kept_high, "count", formats),
        "margin": formats.short_money(found.margin),
        "months": found.months,
        "interval": interval(found.low, found.high, "short_money", formats),
    }
    text = formats.say(
        "If {less} fewer customers left, {kept} more would stay in a month ({kept_interval}); their "
        "margin in the following {months, plural, one {# month} other {# months}} is {margin} ({interval}). "
        "A bonus for the staff pays if all that is paid for a month comes to less than that, and if the "
        "customers really stay because of it, which is not tested yet. How many leave is the rate at which "
        "those active {days} ago have left since; leavers counted month by month, in the chapter on base "
        "movement, are another number.",
        days=formats.days(found.stretch_days),
        **values,
    )
    if not found.bonus:
        return Finding("staff_bonus", "with reservations", text)
    told = formats.say(
        "The bonus of {bonus} a month is {share} of it, or {each} for every customer kept; it pays from "
        "{least, plural, one {# customer} other {# customers}} kept in a month on.",
        bonus=formats.money(found.bonus),
        share=formats.share(found.share, digits=0),
        each=formats.money(found.bonus_each),
        least=formats.count(ceil(found.break_even_kept)),
    )
    return Finding("staff_bonus", _verdict(found), formats.joined([text, told], by=" "))


def bonus_kpi(found: Incentive | None, *, formats: Formats) -> Kpi | None:
    """Give the bonus as a share of the margin that it is paid for; None where no bonus is set."""
    if found is None or not found.bonus:
        return None
    return Kpi(
        key="bonus_share",
        label=formats.say("Bonus for customers who stay, of the margin that they bring"),
        value=formats.share(found.share, digits=0),
        number=three_digits(found.share),
        interval=interval(found.bonus / found.high, found.bonus / found.low, "share", formats),
        basis=formats.say(
            "if {less} fewer customers leave: a target", less=formats.stated_share(found.reduction)
        ),
    )


def bonus_table(found: Incentive | None, *, formats: Formats) -> Table | None:
    """List what other targets would bring; None without a result."""
    table = incentive_table(found)
    if table.empty:
        return None
    columns = [column for column in INCENTIVE if found.bonus or column.name != "bonus_each"]
    return show_table(
        _words(table, formats),
        columns,
        key="staff_bonus",
        caption="What a bonus for customers who stay may cost",
        note=(
            "The bonuses of one month may come to the margin at most. From and to are its 95% interval: how "
            "well the base is known, not what a bonus achieves. Who leaves is counted among those who were "
            "active at the start of the follow-up, so it is not the number of the chapter on base movement: "
            "that one counts everybody who leaves in a month, and those who came later among them."
        ),
        formats=formats,
    )


def _words(table: pd.DataFrame, formats: Formats) -> pd.DataFrame:
    return table.assign(reduction=[formats.stated_share(value) for value in table["reduction"]])


def _verdict(found: Incentive) -> Verdict:
    if found.bonus <= found.low:
        return "yes"
    return "no" if found.bonus > found.high else "with reservations"

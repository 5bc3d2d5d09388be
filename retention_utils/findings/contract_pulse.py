"""What the movement of the base under contract says."""

import pandas as pd

from retention_utils.columns.pulse import CONTRACT_MOVEMENT
from retention_utils.display import Finding, Kpi
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.base_account import account_table, churn_values
from retention_utils.findings.grain_heads import grain_of
from retention_utils.findings.words import against_before, direction_of, trend_of, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import parse_period
from retention_utils.pulse import BaseChange, ChurnChange
from retention_utils.pulse_events import BalanceCheck

__all__ = [
    "contract_balance_table",
    "contract_base_kpi",
    "contract_leak",
    "contract_movement_table",
    "early_leavers",
]


def contract_leak(change: ChurnChange | None, *, min_customers: int, formats: Formats) -> Finding:
    """Answer how many of the customers at the start left, and whether that is more than before."""
    if change is None:
        text = formats.say(
            "Whether more customers leave than before cannot be said yet. That needs two periods with at "
            "least {customers, plural, one {# customer} other {# customers}} under contract at the start.",
            customers=min_customers,
        )
        return Finding("leak", "not enough data", text, is_headline=True)
    text = formats.say(
        "{churn} of the customers under contract left in {period} ({lapsed} of {active}, {interval}). In "
        "{previous_period} it was {previous_churn}: a change of {difference} ({difference_interval}). Left "
        "means: no contract runs at the end of the {grain, select, week {week} month {month} quarter "
        "{quarter} year {year} other {period}}.",
        grain=parse_period(change.period).grain,
        **churn_values(change, formats=formats),
    )
    verdict = verdict_of(change.difference_low, change.difference_high, more_is_better=False)
    return Finding("leak", verdict, text, is_headline=True)


def early_leavers(movement: pd.DataFrame, *, periods: int, formats: Formats) -> Finding | None:
    """Say how many joined and left within one period, which churn leaves out; None where nobody did."""
    recent = movement.iloc[-periods:]
    joined, left = int(recent["joined"].sum()), int(recent["early_lapsed"].sum())
    if not left:  # where contracts run for longer than a period nobody could
        return None
    text = formats.say(
        "{left, plural, =0 {None} other {#}} of the {joined, plural, one {# customer} other {# customers}} "
        "who joined {stretch, select, one {in {last}} other {from {first} to {last}}} left within the "
        "{grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} of "
        "joining; churn does not count them.",
        stretch="one" if len(recent) == 1 else "several",
        left=left,
        joined=joined,
        grain=grain_of(recent["period"]),
        first=formats.period(recent["period"].iloc[0]),
        last=formats.period(recent["period"].iloc[-1]),
    )
    return Finding("early_leavers", "with reservations", text)


def contract_base_kpi(movement: pd.DataFrame, change: BaseChange, *, formats: Formats) -> Kpi:
    """Give the customers under contract at the end of the last period as a key figure."""
    last = movement.iloc[-1]
    return Kpi(
        key="active_base",
        label=formats.say("Customers under contract"),
        value=formats.count(last["active_end"]),
        number=int(last["active_end"]),
        basis=formats.say(
            "{left, plural, =0 {none} other {#}} left, {back, plural, =0 {none} other {#}} came back, {new, "
            "plural, =0 {none} other {#}} new",
            left=int(last["lapsed"]),
            back=int(last["reactivated"]),
            new=int(last["new"]),
        ),
        change=against_before(formats.change(change.difference, "count"), change.period, formats),
        verdict=verdict_of(change.low, change.high, more_is_better=True),
        direction=direction_of(change.difference),
        **trend_of(movement, "active_end", formats),
    )


def contract_movement_table(movement: pd.DataFrame, *, formats: Formats) -> Table:
    """List what came and went in every period, the newest first."""
    newest = movement.iloc[::-1]
    return show_table(
        newest.assign(period=[formats.period(key, short=True) for key in newest["period"]]),
        CONTRACT_MOVEMENT,
        key="movement",
        caption="Movement of the customers under contract, newest first",
        note=(
            "At start + new + came back − left = at end. From and to are the 95% interval of churn: the true "
            "value probably lies in it; wide means few data."
        ),
        formats=formats,
        is_folded=len(movement) > 12,
    )


def contract_balance_table(check: BalanceCheck, *, formats: Formats) -> Table:
    """Show that what came and went explains the base, in two ways."""
    holds = check.counted_end == check.active_end
    lines = [
        formats.say("Under contract at the start"),
        formats.say("+ new"),
        formats.say("+ came back"),
        formats.say("− left"),
        formats.say("= under contract at the end"),
        formats.say(
            "At the end, counted day by day: {holds, select, yes {holds} other {does not hold}}",
            holds="yes" if holds else "no",
        ),
    ]
    return account_table(
        lines,
        check,
        caption=formats.say(
            "Does the account of the customers add up in {period}?", period=formats.period(check.period)
        ),
        note=formats.say(
            "The last line adds up every start, return and end of the contracts day by day, which is "
            "another way to the same number. Both agree in {hold} of {grain, select, week {{periods, "
            "plural, one {# week} other {# weeks}}} month {{periods, plural, one {# month} other {# "
            "months}}} quarter {{periods, plural, one {# quarter} other {# quarters}}} year {{periods, "
            "plural, one {# year} other {# years}}} other {{periods, plural, one {# period} other {# "
            "periods}}}}.",
            grain=parse_period(check.period).grain,
            hold=check.periods_that_hold,
            periods=check.periods,
        ),
        formats=formats,
    )

"""The evidence behind base movement as tables whose rows have units of their own, or words."""

from typing import Literal

import pandas as pd

from retention_utils.churn_answers import ChurnCounts
from retention_utils.columns.pulse import ANSWERS, LAST_THREE, YEAR_ON_YEAR
from retention_utils.display import Callout, Words, nothing_yet
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.base_account import account_table
from retention_utils.findings.pulse_answers import FORMULAS, reason
from retention_utils.formats import Formats, Kind
from retention_utils.pulse_events import BalanceCheck
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["answers_table", "balance_table", "last_three_table", "year_on_year_table"]

# What is compared, how it is called, and its unit.
MEASURES: dict[str, tuple[str, Kind]] = {
    "churn": (message("Churn"), "share"),
    "active_end": (message("Active customers at the end"), "count"),
    "buyers": (message("Customers who bought"), "count"),
    "orders": (message("Orders"), "count"),
    "amount": (message("Revenue"), "money"),
    "orders_per_buyer": (message("Orders per buyer"), "number"),
    "order_value": (message("Revenue per order"), "money2"),
    "purchase_day_value": (message("Revenue per purchase"), "money2"),
    "returning_share": (message("Buyers who had bought before"), "share"),
}
TRENDS = {
    "rising": message("rising"),
    "falling": message("falling"),
    "neither": message("neither"),
}
COMPARED = message(
    "Shares change in points, everything else in per cent. Changes are computed before rounding."
)


def balance_table(check: BalanceCheck, *, formats: Formats) -> Table | Callout:
    """Show that what came and went explains the active base."""
    holds = check.counted_end == check.active_end
    lines = [
        formats.say("Active at the start"),
        formats.say("+ new"),
        formats.say("+ came back"),
        formats.say("− lapsed"),
        formats.say("= active at the end"),
        formats.say(
            "Active at the end, counted day by day: {holds, select, yes {holds} other {does not hold}}",
            holds="yes" if holds else "no",
        ),
    ]
    return account_table(
        lines,
        check,
        caption=formats.say(
            "Does the account of the active base add up in {period}?", period=formats.period(check.period)
        ),
        note=formats.say(
            "The last line adds up every first purchase, return and lapse since the log began, day by day, "
            "which is another way to the same number. Both agree in {hold} of {periods, plural, one {# "
            "period} other {# periods}} of the log.",
            hold=check.periods_that_hold,
            periods=check.periods,
        ),
        formats=formats,
    )


def answers_table(
    answers: pd.DataFrame,
    counts: ChurnCounts,
    *,
    of: Literal["orders", "contracts"] = "orders",
    formats: Formats,
) -> Table | Callout:
    """List churn of the last period by every formula, with what each counts and where it misleads.

    ``of`` says whether customers lapse by their orders or by their contracts.
    """
    caption = formats.say(
        "Same period, {formulas, plural, one {# answer} other {# answers}}: churn of {period}",
        formulas=len(answers),
        period=formats.period(counts.period),
    )
    if not counts.is_rated:
        return nothing_yet("churn_answers", caption, formats=formats)
    return show_table(
        answers.assign(
            formula=[formats.say(FORMULAS[answer]) for answer in answers["answer"]],
            why=[reason(answer, counts, formats=formats) for answer in answers["answer"]],
        ),
        ANSWERS,
        key="churn_answers",
        caption=caption,
        note=formats.say(
            "A program's name stands for the formula on its help pages, made for subscriptions{of, select, "
            "contracts {: a customer lapses on the day the last contract ends and returns with the next "
            "one} other { and carried over to orders: a customer lapses on the day the churn gap runs out "
            "and returns with the next purchase}}. Where a page is silent, a return does not undo the lapse. "
            "The formulas differ in what they divide by and in which lapses they count: here {undone, "
            "plural, =0 {none} other {#}} undone by a return within the period, {early, plural, =0 {none} "
            "other {#}} of customers who joined in it.",
            of=of,
            undone=counts.undone,
            early=counts.early_lapsed,
        ),
        formats=formats,
        emphasis=[0],
    )


def last_three_table(comparison: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List every figure of the last three periods, and the last change."""
    first = comparison.iloc[0]
    how_to_read = formats.say(
        "Rising or falling: the three values do nothing else, which chance alone brings about in one figure "
        "of three. Season is not taken out."
    )
    return show_table(
        pd.DataFrame([_compared(row, "previous", formats) for _, row in comparison.iterrows()]),
        LAST_THREE,
        key="last_three",
        caption=formats.say("{period} and the two periods before", period=formats.period(first["period"])),
        note=formats.joined([formats.say(COMPARED), how_to_read], by=" "),
        formats=formats,
    )


def year_on_year_table(comparison: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List every figure against the same period a year earlier; a note if the log does not hold it whole."""
    first = comparison.iloc[0]
    period = formats.period(first["period"])
    if pd.isna(first["year_period"]):
        caption = formats.say("{period} against the same period a year earlier", period=period)
        return nothing_yet("year_on_year", caption, formats=formats)
    how_to_read = formats.say(
        "For buyers and revenue the interval is rather too wide than too narrow, since it is not known who "
        "bought in both periods."
    )
    return show_table(
        pd.DataFrame([_compared(row, "year", formats) for _, row in comparison.iterrows()]),
        YEAR_ON_YEAR,
        key="year_on_year",
        caption=formats.say(
            "{period} against {year_period}",
            period=period,
            year_period=formats.period(first["year_period"]),
        ),
        note=formats.joined([formats.say(COMPARED), how_to_read], by=" "),
        formats=formats,
    )


def _compared(row: pd.Series, part: str, formats: Formats) -> dict[str, Words]:
    word, kind = MEASURES[row["measure"]]
    unit: Kind = "points" if kind == "share" else "share"
    low, high, change = (row[f"{part}_{name}"] for name in ("low", "high", "change"))
    values = {name: _blank(row[name], kind, formats) for name in ("value", "previous", "earlier", "year")}
    return values | {
        "measure": formats.say(word),
        "change": formats.change(change, unit) if pd.notna(change) else "",
        "interval": _change_interval(low, high, unit, formats) if pd.notna(low) else "",
        "trend": formats.say(TRENDS[row["trend"]]) if row["trend"] else "",
    }


def _change_interval(low: float, high: float, kind: Kind, formats: Formats) -> Text:
    if kind == "points":
        return formats.interval(low, high, kind)
    least, most = formats.change_ends(low, high, kind)
    return formats.say("{low} to {high}", low=least, high=most)


def _blank(value: float, kind: Kind, formats: Formats) -> Words:
    return formats.value(value, kind) if pd.notna(value) else ""

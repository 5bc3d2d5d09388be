"""The evidence behind base movement as tables whose rows have units of their own, or words."""

import pandas as pd

from retention_utils.churn_answers import MISPRINT, ChurnCounts
from retention_utils.columns.pulse import ANSWERS, BALANCE, LAST_THREE, PLAN, YEAR_ON_YEAR
from retention_utils.display import Callout, nothing_yet
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.pulse_answers import FORMULAS
from retention_utils.findings.pulse_plan import METRICS
from retention_utils.findings.words import count_or_none
from retention_utils.formats import Formats, Kind
from retention_utils.plan_fact import PLANNED, USES
from retention_utils.pulse_events import BalanceCheck

__all__ = ["answers_table", "balance_table", "last_three_table", "plan_table", "year_on_year_table"]

# What is compared, how it is called, and its unit.
MEASURES: dict[str, tuple[str, Kind]] = {
    "churn": ("Churn", "share"),
    "active_end": ("Active customers at the end", "count"),
    "buyers": ("Customers who bought", "count"),
    "orders": ("Orders", "count"),
    "amount": ("Revenue", "money"),
    "orders_per_buyer": ("Orders per buyer", "number"),
    "order_value": ("Revenue per order", "money2"),
    "purchase_day_value": ("Revenue per purchase", "money2"),
    "returning_share": ("Buyers who had bought before", "share"),
}
COMPARED = (
    "Shares change in points, everything else in per cent. An interval is blank where the spread over "
    "customers is not known; a figure is blank where it was not measured."
)
LEFT_OUT = {
    "other metric": "figures that base movement does not count",
    "one service": "figures of one service",
    "other grain": "figures for periods of another kind",
    "later": "figures for periods that are not over",
    "not in the log": "figures for periods before the log",
    "not measured": "figures that could not be measured in their period",
}


def balance_table(check: BalanceCheck, *, formats: Formats) -> Table | Callout:
    """Show that what came and went explains the active base."""
    end = "holds" if check.counted_end == check.active_end else "does not hold"
    every = f"{formats.count(check.periods_that_hold)} of {formats.count(check.periods)}"
    rows = [
        ("Active at the start", check.active_start, ""),
        ("+ new", check.new, ""),
        ("+ came back", check.reactivated, ""),
        ("− lapsed", check.lapsed, ""),
        ("= active at the end", check.active_end, ""),
        ("Active at the end, counted day by day", check.counted_end, end),
    ]
    return show_table(
        pd.DataFrame(rows, columns=["line", "customers", "check"]),
        BALANCE,
        key="balance",
        caption=f"Does the account of the active base add up in {formats.period(check.period)}?",
        note=(
            "The last line adds up every first purchase, return and lapse since the log began, day by day, "
            f"which is another way to the same number. Both agree in {every} periods of the log."
        ),
        formats=formats,
        emphasis=[4],
    )


def answers_table(answers: pd.DataFrame, counts: ChurnCounts, *, formats: Formats) -> Table | Callout:
    """List churn of the last period by every formula, with what each counts and where it misleads."""
    caption = f"Same period, {formats.count(len(answers))} answers: churn of {formats.period(counts.period)}"
    if not counts.is_rated:
        return nothing_yet("churn_answers", caption, formats=formats)
    why = _reasons(answers, counts, formats)
    rows = answers.assign(formula=answers["answer"].map(FORMULAS), why=answers["answer"].map(why))
    return show_table(
        rows,
        ANSWERS,
        key="churn_answers",
        caption=caption,
        note=(
            "A program's name stands for the formula on its help pages, made for subscriptions and carried "
            "over to orders: a customer lapses on the day the churn gap runs out and returns with the next "
            "purchase. Where a page is silent, a return does not undo the lapse. The formulas differ in "
            "what they divide by and in which lapses they count: here "
            f"{count_or_none(counts.undone, formats)} undone by a return within the period, "
            f"{count_or_none(counts.early_lapsed, formats)} of customers who joined in it. The sum of days "
            "has a divisor for every day."
        ),
        formats=formats,
        emphasis=[0],
    )


def last_three_table(comparison: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List every figure of the last three periods, and the last change."""
    first = comparison.iloc[0]
    return show_table(
        pd.DataFrame([_compared(row, "previous", formats) for _, row in comparison.iterrows()]),
        LAST_THREE,
        key="last_three",
        caption=f"{formats.period(first['period'])} and the two periods before",
        note=(
            f"{COMPARED} Rising or falling: the three values do nothing else, which chance alone brings "
            "about in one figure of three. Season is not taken out."
        ),
        formats=formats,
    )


def year_on_year_table(comparison: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List every figure against the same period a year earlier; a note if the log does not hold it whole."""
    first = comparison.iloc[0]
    if pd.isna(first["year_period"]):
        caption = f"{formats.period(first['period'])} against the same period a year earlier"
        return nothing_yet("year_on_year", caption, formats=formats)
    return show_table(
        pd.DataFrame([_compared(row, "year", formats) for _, row in comparison.iterrows()]),
        YEAR_ON_YEAR,
        key="year_on_year",
        caption=f"{formats.period(first['period'])} against {formats.period(first['year_period'])}",
        note=(
            f"{COMPARED} For buyers and revenue the interval is rather too wide than too narrow, since it is "
            "not known who bought in both periods."
        ),
        formats=formats,
    )


def plan_table(table: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List every planned figure with what came of it, and say how many were left out, and why."""
    compared = table[table["use"] == "compared"]
    rows = pd.DataFrame([_planned(row, formats) for _, row in compared.iterrows()])
    left = [
        f"{LEFT_OUT[use]}: {formats.count(number)}"
        for use in USES
        if use in LEFT_OUT and (number := int((table["use"] == use).sum()))
    ]
    others = sorted(set(table.loc[table["use"] == "other metric", "metric"]))
    note = f"Left out: {'; '.join(left)}." if left else "Nothing was left out."
    if others:
        note += f" Not counted in this chapter: {', '.join(others)}."
    return show_table(
        rows,
        PLAN,
        key="plan_fact",
        caption="Plan against fact, newest period first",
        note=(
            f"{note} Of lapsed customers and of churn less is better; of all others more. New customers are "
            "all who bought first in the period. Within chance: the plan lies within the interval."
        ),
        formats=formats,
        is_folded=len(rows) > 2 * len(PLANNED),
    )


def _compared(row: pd.Series, part: str, formats: Formats) -> dict[str, str]:
    word, kind = MEASURES[row["measure"]]
    unit: Kind = "points" if kind == "share" else "share"
    low, high, change = (row[f"{part}_{name}"] for name in ("low", "high", "change"))
    values = {name: _blank(row[name], kind, formats) for name in ("value", "previous", "earlier", "year")}
    return values | {
        "measure": word,
        "change": formats.change(change, unit) if pd.notna(change) else "",
        "interval": _change_interval(low, high, unit, formats) if pd.notna(low) else "",
        "trend": row["trend"],
    }


def _planned(row: pd.Series, formats: Formats) -> dict[str, str]:
    word, kind = METRICS[row["metric"]]
    is_rate = kind == "share"
    has_interval = pd.notna(row["low"])
    is_chance = has_interval and row["low"] <= row["plan"] <= row["high"]
    reached = "yes" if row["is_met"] else "no, within chance" if is_chance else "no"
    return {
        "period": formats.period(row["period"], short=True),
        "metric": word[0].upper() + word[1:],
        "plan": formats.value(row["plan"], kind),
        "fact": formats.value(row["fact"], kind),
        "difference": formats.points(row["difference"])
        if is_rate
        else formats.change(row["difference"], kind),
        "relative": formats.change(row["relative"], "share") if pd.notna(row["relative"]) else "",
        "interval": formats.interval(row["low"], row["high"], kind) if has_interval else "",
        "reached": reached,
    }


def _change_interval(low: float, high: float, kind: Kind, formats: Formats) -> str:
    if kind == "points":
        return formats.interval(low, high, kind)
    return f"{formats.change(low, kind)} to {formats.change(high, kind)}"


def _blank(value: float, kind: Kind, formats: Formats) -> str:
    return formats.value(value, kind) if pd.notna(value) else ""


def _reasons(answers: pd.DataFrame, counts: ChurnCounts, formats: Formats) -> dict[str, str]:
    window = formats.days(counts.window_days)
    misprint = answers.loc[answers["answer"] == MISPRINT, "churn"].iloc[0]
    read = f" Taken at its word, retention is {formats.share(1 - misprint)}." if pd.notna(misprint) else ""
    return {
        "set_start": (
            "People active at the start who are not active at the end, by those active at the start. Who was "
            "back in time has not churned; who joined and lapsed within the period is counted apart."
        ),
        "chartmogul": (
            "Lapses less those undone within the period and those of customers who joined in it, by the "
            "start: the same people, found by counting events."
        ),
        "baremetrics": (
            f"All lapses of the last {window}, by those active before. Counts newcomers who lapsed, though "
            "they are not among those it divides by, and people who are back."
        ),
        "stripe": (
            f"All lapses of the last {window}, by those active before and the new together. The more are "
            "won, the lower it looks, though nobody is kept better."
        ),
        "start_plus_new": "As Stripe, over the period itself: newcomers dilute it in the same way.",
        "profitwell": (
            "Lapses less those of customers who joined in the period, by the start. Who is back within the "
            "period still counts as lapsed."
        ),
        "average": (
            "All lapses by the mean of start and end, as mobile operators do. A growing base lowers it, a "
            "shrinking one raises it."
        ),
        "daily_sum": (
            "Every day's lapses by those active that morning, summed over the days, as Shopify does. Fair "
            "where newcomers are many; it can exceed 100%."
        ),
        "sources": (
            "The usual textbook formula. Customers who come back hide as many who lapse; it can fall below "
            "zero."
        ),
        "misprint": (
            "The textbook formula as one text prints it, with the 100% beneath the line." + read + " Nobody "
            "means it; it is left out of the comparison."
        ),
    }

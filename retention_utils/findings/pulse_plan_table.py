"""Every planned figure with what came of it, as a table."""

import pandas as pd

from retention_utils.columns.pulse import PLAN
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.pulse_plan import METRICS
from retention_utils.formats import Formats
from retention_utils.plan_fact import PLANNED, USES
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["HEADED", "plan_table"]

# How a planned metric is called at the head of a row.
HEADED = {
    "active_customers": message("Active customers at the end"),
    "new_customers": message("New customers"),
    "reactivated_customers": message("Customers who came back"),
    "lapsed_customers": message("Lapsed customers"),
    "buyers": message("Customers who bought"),
    "orders": message("Orders"),
    "revenue": message("Revenue"),
    "order_value": message("Revenue per order"),
    "churn_rate": message("Churn"),
    "retention_rate": message("Retention (1 − churn)"),
}
LEFT_OUT = {
    "other metric": message("figures that base movement does not count: {figures}"),
    "one service": message("figures of one service: {figures}"),
    "other grain": message("figures for periods of another kind: {figures}"),
    "later": message("figures for periods that are not over: {figures}"),
    "not in the log": message("figures for periods before the log: {figures}"),
    "not measured": message("figures that could not be measured in their period: {figures}"),
}


def plan_table(table: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List every planned figure with what came of it, and say how many were left out, and why."""
    compared = table[table["use"] == "compared"]
    rows = pd.DataFrame([_planned(row, formats) for _, row in compared.iterrows()])
    return show_table(
        rows,
        PLAN,
        key="plan_fact",
        caption="Plan against fact, newest period first",
        note=formats.joined(_notes(table, formats), by=" "),
        formats=formats,
        is_folded=len(rows) > 2 * len(PLANNED),
    )


def _notes(table: pd.DataFrame, formats: Formats) -> list[Text]:
    """Say what was left out, and how to read the rest."""
    left = [
        formats.say(LEFT_OUT[use], figures=number)
        for use in USES
        if use in LEFT_OUT and (number := int((table["use"] == use).sum()))
    ]
    notes = [
        formats.say("Left out: {figures}.", figures=formats.joined(left))
        if left
        else formats.say("Nothing was left out.")
    ]
    others = sorted(set(table.loc[table["use"] == "other metric", "metric"]))
    if others:
        names = formats.joined([formats.name(metric) for metric in others], by=", ")
        notes.append(formats.say("Not counted in this chapter: {metrics}.", metrics=names))
    how_to_read = formats.say(
        "Of lapsed customers and of churn less is better; of all others more. New customers are all who "
        "bought first in the period. Within chance: the plan lies within the interval."
    )
    return [*notes, how_to_read]


def _planned(row: pd.Series, formats: Formats) -> dict[str, Text | str]:
    _, kind = METRICS[row["metric"]]
    has_interval = pd.notna(row["low"])
    change = formats.points if kind == "share" else lambda value: formats.change(value, kind)
    return {
        "period": formats.period(row["period"], short=True),
        "metric": formats.say(HEADED[row["metric"]]),
        "plan": formats.value(row["plan"], kind),
        "fact": formats.value(row["fact"], kind),
        "difference": change(row["difference"]),
        "relative": formats.change(row["relative"], "share") if pd.notna(row["relative"]) else "",
        "interval": formats.interval(row["low"], row["high"], kind) if has_interval else "",
        "reached": _reached(row, formats),
    }


def _reached(row: pd.Series, formats: Formats) -> Text:
    if row["is_met"]:
        return formats.say("yes")
    if row["low"] <= row["plan"] <= row["high"]:
        return formats.say("no, within chance")
    return formats.say("no")

"""Every planned figure with what came of it, as a table."""

from collections.abc import Mapping

import pandas as pd

from retention_utils.columns.pulse import PLAN, SERVICE_PLAN
from retention_utils.display import Callout
from retention_utils.display_tables import Table, UnitNumber, show_table
from retention_utils.findings.pulse_plan import METRICS
from retention_utils.formats import Formats
from retention_utils.plan_fact import PLANNED, USES
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["HEADED", "plan_table", "service_plan_table"]

# How a planned metric is called at the head of a row.
HEADED = {
    "active_customers": message("Active customers at the end"),
    "new_customers": message("New customers"),
    "reactivated_customers": message("Customers who came back"),
    "lapsed_customers": message("Lapsed customers"),
    "left_customers": message("Customers who left"),
    "buyers": message("Customers who bought"),
    "orders": message("Orders"),
    "revenue": message("Revenue"),
    "order_value": message("Revenue per order"),
    "churn_rate": message("Churn"),
    "retention_rate": message("Retention (1 − churn)"),
    "mrr": message("Monthly recurring revenue"),
}
# Of contracts, what is left out for another reason.
OF_CONTRACTS = {
    "other metric": message("figures that contracts do not tell: {figures}"),
    "one service": message("figures of services that are in no contract: {figures}"),
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


def service_plan_table(
    table: pd.DataFrame | None, *, formats: Formats, period: str = ""
) -> Table | Callout | None:
    """List what came of every planned figure of contracts, by service; None without a plan or contracts.

    Parameters
    ----------
    table : DataFrame or None
        From :func:`retention_utils.subscriptions.service_facts.contracts_against_plan`.
    period : str
        Only what was planned for it; left out, all that was planned.
    """
    if table is None:
        return None
    is_shown = (table["use"] == "compared") & ((table["period"] == period) | (not period))
    rows = [
        {**_planned(row, formats), "service": _service(row, formats)} for _, row in table[is_shown].iterrows()
    ]
    how_to_read = formats.say(
        "Of customers who left and of churn less is better; of all others more. Who changes the service is "
        "lost to neither; who has two counts in both. Within chance: the plan lies within the interval."
    )
    notes = [how_to_read, formats.say("A contract counts under the service that it has in the period.")]
    if (table["metric"] == "nps").any():
        notes.append(
            formats.say("NPS is held against its plan in the chapter on what customers say (Voice).")
        )
    how_to_read = formats.joined(notes, by=" ")
    caption = formats.say("Plan against fact by service, newest period first")
    if period:
        caption = formats.say("Plan against fact by service, {period}", period=formats.period(period))
    return show_table(
        pd.DataFrame(rows),
        [column for column in SERVICE_PLAN if not (period and column.name == "period")],
        key=f"plan_by_service_{'now' if period else 'all'}",
        caption=caption,
        note=how_to_read
        if period
        else formats.joined(
            [_left_out(table[table["metric"] != "nps"], formats, words=OF_CONTRACTS), how_to_read], by=" "
        ),
        formats=formats,
        is_folded=not period,
    )


def _left_out(table: pd.DataFrame, formats: Formats, words: Mapping[str, str] | None = None) -> Text:
    """Say how many figures were left out, and why; ``words`` by use, where they differ."""
    reasons = {**LEFT_OUT, **(words or {})}
    left = [
        formats.say(reasons[use], figures=number)
        for use in USES
        if use in reasons and (number := int((table["use"] == use).sum()))
    ]
    if not left:
        return formats.say("Nothing was left out.")
    return formats.say("Left out: {figures}.", figures=formats.joined(left))


def _service(row: pd.Series, formats: Formats) -> Text:
    return formats.name(row["service"]) if row["service"] else formats.say("all together")


def _notes(table: pd.DataFrame, formats: Formats) -> list[Text]:
    """Say what was left out, and how to read the rest."""
    notes = [_left_out(table, formats)]
    others = sorted(set(table.loc[table["use"] == "other metric", "metric"]))
    if others:
        names = formats.joined([formats.name(metric) for metric in others], by=", ")
        notes.append(formats.say("Not counted in this chapter: {metrics}.", metrics=names))
    how_to_read = formats.say(
        "Of lapsed customers and of churn less is better; of all others more. New customers are all who "
        "bought first in the period. Within chance: the plan lies within the interval."
    )
    return [*notes, how_to_read]


def _planned(row: pd.Series, formats: Formats) -> dict[str, Text | UnitNumber | str]:
    _, kind = METRICS[row["metric"]]
    has_interval, difference = pd.notna(row["low"]), row["difference"]
    change = formats.points(difference) if kind == "share" else formats.change(difference, kind)
    return {
        "period": formats.period(row["period"], short=True),
        "metric": formats.say(HEADED[row["metric"]]),
        "plan": UnitNumber(formats.value(row["plan"], kind), row["plan"], kind),
        "fact": UnitNumber(formats.value(row["fact"], kind), row["fact"], kind),
        "difference": UnitNumber(change, difference, "points" if kind == "share" else kind),
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

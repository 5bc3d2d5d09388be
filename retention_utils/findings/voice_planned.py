"""NPS against plan, in words and as a table."""

import pandas as pd

from retention_utils.columns.voice import NPS_PLAN
from retention_utils.display import Callout, Finding, Verdict
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.nps import MIN_ANSWERS
from retention_utils.texts import Text
from retention_utils.translations import message
from retention_utils.voice.planned import UNUSED

__all__ = ["nps_plan", "nps_plan_table"]

LEFT_OUT = {
    "one service": message("figures of one service: {figures}"),
    "later": message("figures for periods that are not over: {figures}"),
    "before": message("figures for periods before the history begins: {figures}"),
    "other grain": message("figures for periods of another kind: {figures}"),
    "few": message("figures for periods with too few answers: {figures}"),
}


def nps_plan(table: pd.DataFrame | None, *, formats: Formats) -> Finding | None:
    """Say whether the newest planned score was reached; None without a plan for NPS.

    ``table`` is from :func:`retention_utils.voice.planned.nps_against_plan`.
    """
    if table is None:
        return None
    compared = table[table["use"] == "compared"]
    if compared.empty:
        text = formats.say(
            "The plan holds NPS, but for no period that can be compared: that takes one that is over and has "
            "{needed} answers.",
            needed=MIN_ANSWERS,
        )
        text = formats.joined([text, _left_out(table, formats)], by=" ")
        return Finding("nps_plan", "not enough data", text)
    row = compared.iloc[0]
    is_chance = row["low"] <= row["plan"] <= row["high"]
    told = formats.say(
        "NPS of {period} alone was {fact} ({interval}, n = {answers}), planned {plan}: {reached, select, yes "
        "{the plan was reached} chance {it was not reached, by no more than chance} other {it was not "
        "reached, by more than chance}}.",
        period=formats.period(row["period"]),
        fact=formats.nps(row["fact"]),
        interval=interval(row["low"], row["high"], "nps", formats),
        answers=formats.count(row["answers"]),
        plan=formats.nps(row["plan"]),
        reached="yes" if row["is_met"] else "chance" if is_chance else "no",
    )
    verdict: Verdict = "yes" if row["is_met"] else "with reservations" if is_chance else "no"
    if len(compared) == 1:
        return Finding("nps_plan", verdict, told)
    whole = formats.say(
        "Of the {periods} periods with a planned NPS that can be compared, {met, plural, =0 {none} other "
        "{#}} reached it.",
        periods=len(compared),
        met=int(compared["is_met"].sum()),
    )
    return Finding("nps_plan", verdict, formats.joined([told, whole], by=" "))


def nps_plan_table(table: pd.DataFrame | None, *, formats: Formats) -> Table | Callout | None:
    """List every planned score with what came of it, and say how many were left out, and why."""
    if table is None:
        return None
    compared = table[table["use"] == "compared"]
    rows = compared.assign(
        period=[formats.period(period, short=True) for period in compared["period"]],
        reached=[_reached(row, formats) for row in compared.itertuples()],
    )
    how_to_read = formats.say(
        "NPS of a period as in the table of all periods, but never several put together. Within chance: the "
        "plan lies within the interval. From and to are the 95% interval of NPS."
    )
    return show_table(
        rows,
        NPS_PLAN,
        key="nps_plan",
        caption="NPS, plan against fact, newest period first",
        note=formats.joined([_left_out(table, formats), how_to_read], by=" "),
        formats=formats,
        is_folded=len(rows) > 12,
    )


def _reached(row: tuple, formats: Formats) -> Text:
    if row.is_met:
        return formats.say("yes")
    if row.low <= row.plan <= row.high:
        return formats.say("no, within chance")
    return formats.say("no")


def _left_out(table: pd.DataFrame, formats: Formats) -> Text:
    left = [
        formats.say(LEFT_OUT[use], figures=number)
        for use in UNUSED
        if (number := int((table["use"] == use).sum()))
    ]
    if not left:
        return formats.say("Nothing was left out.")
    return formats.say("Left out: {figures}.", figures=formats.joined(left))

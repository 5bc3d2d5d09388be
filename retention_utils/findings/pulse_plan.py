"""Whether the last period was as planned, and whether season explains how it differs from the one before."""

import numpy as np
import pandas as pd

from retention_utils.display import Callout, Finding, supply
from retention_utils.findings.words import change_interval, verdict_of
from retention_utils.formats import Formats, Kind
from retention_utils.periods import parse_period
from retention_utils.pulse_orders import year_before

__all__ = ["METRICS", "missing_plan", "plan_fact", "planned_figure", "year_on_year"]

# How a planned metric is called, and its unit.
METRICS: dict[str, tuple[str, Kind]] = {
    "active_customers": ("active customers at the end", "count"),
    "new_customers": ("new customers", "count"),
    "reactivated_customers": ("customers who came back", "count"),
    "lapsed_customers": ("lapsed customers", "count"),
    "buyers": ("customers who bought", "count"),
    "orders": ("orders", "count"),
    "revenue": ("revenue", "money"),
    "order_value": ("revenue per order", "money2"),
    "churn_rate": ("churn", "share"),
    "retention_rate": ("retention (1 − churn)", "share"),
}


def missing_plan() -> Callout:
    """Say what a plan would show, and how to supply it."""
    return supply(
        "missing_plan",
        "Plan against fact",
        "Supply what was planned, and this chapter shows for every planned figure what came of it. It takes "
        "a table [tables.plan] in client.toml; its columns are in data/README.md.",
    )


def plan_fact(table: pd.DataFrame, *, period: str, formats: Formats) -> Finding:
    """Say how many of the figures planned for the period were reached, and which is furthest behind.

    ``table`` is from :func:`retention_utils.plan_fact.plan_against_fact`.
    """
    rows = table[(table["use"] == "compared") & (table["period"] == period)]
    name = formats.period(period)
    if rows.empty:
        text = (
            f"The plan holds no figure for {name} that this chapter counts: customers, orders, revenue or "
            "churn, of all services together."
        )
        return Finding("plan_fact", "not enough data", text)
    missed = rows[~rows["is_met"]]
    met = len(rows) - len(missed)
    if missed.empty:
        text = (
            f"The one figure planned for {name} was reached: {planned_figure(rows.iloc[0], formats)}."
            if met == 1
            else f"All {formats.count(met)} figures planned for {name} were reached."
        )
        return Finding("plan_fact", "yes", text)
    shortfall = missed["difference"].abs() / missed["plan"].abs().replace(0, np.nan)
    worst = planned_figure(missed.loc[shortfall.fillna(np.inf).idxmax()], formats)
    if len(rows) == 1:
        return Finding("plan_fact", "no", f"The one figure planned for {name} was not reached: {worst}.")
    if met == 0:
        text = (
            f"None of the {formats.count(len(rows))} figures planned for {name} was reached. Furthest from "
            f"its plan: {worst}."
        )
        return Finding("plan_fact", "no", text)
    text = (
        f"Of the {formats.count(len(rows))} figures planned for {name}, {formats.count(met)} "
        f"{'was' if met == 1 else 'were'} reached. Furthest from its plan: {worst}."
    )
    return Finding("plan_fact", "with reservations", text)


def planned_figure(row: pd.Series, formats: Formats) -> str:
    """Write ``new customers 62, planned 80 (−22.5%)``; of a rate whether chance could make the difference."""
    word, kind = METRICS[row["metric"]]
    if kind == "share":
        is_chance = row["low"] <= row["plan"] <= row["high"]
        gap = str(formats.points(row["difference"])) + (", no more than chance" if is_chance else "")
    elif pd.isna(row["relative"]):
        gap = formats.change(row["difference"], kind)
    else:
        gap = formats.change(row["relative"], "share")
    return f"{word} {formats.value(row['fact'], kind)}, planned {formats.value(row['plan'], kind)} ({gap})"


def year_on_year(comparison: pd.DataFrame, *, formats: Formats) -> Finding:
    """Hold revenue against the period before and against the same one a year earlier.

    ``comparison`` is from :func:`retention_utils.pulse_orders.comparisons`.
    """
    row = comparison.set_index("measure").loc["amount"]
    name = formats.period(row["period"])
    is_known = {part: pd.notna(row[f"{part}_low"]) for part in ("previous", "year")}
    before = _against(row, "previous", formats) if is_known["previous"] else ""
    if parse_period(row["period"]).grain == "year" and before:
        text = (
            f"Revenue of {name} was {formats.short_money(row['value'])}: {before}. Both years hold every "
            "season, so season does not explain it."
        )
        ends = row["previous_low"], row["previous_high"]
        return Finding("year_on_year", verdict_of(*ends, more_is_better=True), text)
    if not is_known["year"]:
        return Finding("year_on_year", "not enough data", _no_year(row, before, formats))
    since = _against(row, "year", formats)
    verdict = verdict_of(row["year_low"], row["year_high"], more_is_better=True)
    if not before:
        text = f"Revenue of {name} was {formats.short_money(row['value'])}: {since}."
        return Finding("year_on_year", verdict, text)
    text = (
        f"Revenue of {name} was {formats.short_money(row['value'])}: {since}, the same season. It was "
        f"{before}, which may be season or trend."
    )
    return Finding("year_on_year", verdict, text)


def _against(row: pd.Series, part: str, formats: Formats) -> str:
    other = formats.period(row[f"{part}_period"])
    ends = change_interval(row[f"{part}_low"], row[f"{part}_high"], "share", formats)
    return f"{formats.change(row[f'{part}_change'], 'share')} against {other} ({ends})"


def _no_year(row: pd.Series, before: str, formats: Formats) -> str:
    name = formats.period(row["period"])
    wanted = year_before(row["period"])
    if not before:
        return (
            f"Revenue of {name} cannot be compared: the order log holds no earlier period that is whole and "
            "has revenue."
        )
    if wanted is None:
        return (
            f"Revenue of {name} was {before}. How much of that is season cannot be said: {name} has no like "
            "period a year earlier."
        )
    return (
        f"Revenue of {name} was {before}. How much of that is season cannot be said: the order log does not "
        f"hold {formats.period(wanted)} whole and with revenue."
    )

"""Whether the last period was as planned, and whether season explains how it differs from the one before."""

import numpy as np
import pandas as pd

from retention_utils.display import Callout, Finding, Verdict, supply
from retention_utils.findings.words import change_interval, verdict_of
from retention_utils.formats import Formats, Kind
from retention_utils.periods import parse_period
from retention_utils.pulse_orders import year_before
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["METRICS", "missing_plan", "plan_by_service", "plan_fact", "planned_figure", "year_on_year"]

# How a planned metric is called in a sentence, and its unit.
METRICS: dict[str, tuple[str, Kind]] = {
    "active_customers": (message("active customers at the end"), "count"),
    "new_customers": (message("new customers"), "count"),
    "reactivated_customers": (message("customers who came back"), "count"),
    "lapsed_customers": (message("lapsed customers"), "count"),
    "left_customers": (message("customers who left"), "count"),
    "buyers": (message("customers who bought"), "count"),
    "orders": (message("orders"), "count"),
    "revenue": (message("revenue"), "money"),
    "order_value": (message("revenue per order"), "money2"),
    "churn_rate": (message("churn"), "share"),
    "retention_rate": (message("retention (1 − churn)"), "share"),
    "mrr": (message("monthly recurring revenue"), "money"),
}
MOST_NAMED = 3  # figures that missed their plan named in a sentence


def missing_plan(*, formats: Formats) -> Callout:
    """Say what a plan would show, and how to supply it."""
    text = formats.say(
        "Supply what was planned, and this chapter shows for every planned figure what came of it. "
        "Whoever makes this report finds the columns of such a table in data/README.md (plan)."
    )
    return supply("missing_plan", formats.say("Plan against fact"), text)


def plan_fact(table: pd.DataFrame, *, period: str, formats: Formats) -> Finding:
    """Say how many of the figures planned for the period were reached, and which is furthest behind.

    ``table`` is from :func:`retention_utils.plan_fact.plan_against_fact`.
    """
    rows = table[(table["use"] == "compared") & (table["period"] == period)]
    if rows.empty:
        text = formats.say(
            "The plan holds no figure for {period} that this chapter counts: customers, orders, revenue or "
            "churn, of all services together.",
            period=formats.period(period),
        )
        return Finding("plan_fact", "not enough data", text)
    return _plan_finding("plan_fact", rows, formats)


def plan_by_service(table: pd.DataFrame | None, *, period: str, formats: Formats) -> Finding | None:
    """Say the same of contracts and their services; None without a plan or contracts.

    ``table`` is from :func:`retention_utils.subscriptions.service_facts.contracts_against_plan`.
    """
    if table is None:
        return None
    rows = table[(table["use"] == "compared") & (table["period"] == period)]
    if rows.empty:
        text = formats.say(
            "The plan holds no figure for {period} that is counted of contracts: customers, recurring "
            "revenue or churn, by the names of the services in the contract list.",
            period=formats.period(period),
        )
        return Finding("plan_by_service", "not enough data", text)
    return _plan_finding("plan_by_service", rows, formats)


def planned_figure(row: pd.Series, formats: Formats) -> Text:
    """Write ``new customers 62, planned 80 (−22.5%)``; of a rate whether chance could make the difference."""
    word, kind = METRICS[row["metric"]]
    figure = formats.say(word)
    if row["service"]:
        figure = formats.say("{figure}, “{service}”", figure=figure, service=formats.name(row["service"]))
    values = {
        "figure": figure,
        "fact": formats.value(row["fact"], kind),
        "plan": formats.value(row["plan"], kind),
    }
    if kind == "share":
        gap = formats.points(row["difference"])
        if row["low"] <= row["plan"] <= row["high"]:
            return formats.say(
                "{figure} {fact}, planned {plan} ({gap}, no more than chance)", **values, gap=gap
            )
    elif pd.isna(row["relative"]):
        gap = formats.change(row["difference"], kind)
    else:
        gap = formats.change(row["relative"], "share")
    return formats.say("{figure} {fact}, planned {plan} ({gap})", **values, gap=gap)


def year_on_year(comparison: pd.DataFrame, *, formats: Formats, is_closed: bool = False) -> Finding:
    """Hold revenue against the period before and against the same one a year earlier.

    ``comparison`` is from :func:`retention_utils.pulse_orders.comparisons`. Where hardly any customers are
    new, revenue falls in the end however well they are kept: that is a clear change, no bad news.
    """
    row = comparison.set_index("measure").loc["amount"]
    values = {"period": formats.period(row["period"]), "revenue": formats.short_money(row["value"])}
    before, since = _against(row, "previous", formats), _against(row, "year", formats)
    if parse_period(row["period"]).grain == "year" and before:
        text = formats.say(
            "Revenue of {period} was {revenue}: {previous_change} against {previous_period} "
            "({previous_interval}). Both years hold every season, so season does not explain it.",
            **values,
            **before,
        )
        ends = row["previous_low"], row["previous_high"]
        return Finding("year_on_year", _revenue_verdict(*ends, is_closed=is_closed), text)
    if not since:
        return Finding("year_on_year", "not enough data", _no_year(row, formats))
    verdict = _revenue_verdict(row["year_low"], row["year_high"], is_closed=is_closed)
    if not before:
        text = formats.say(
            "Revenue of {period} was {revenue}: {year_change} against {year_period} ({year_interval}).",
            **values,
            **since,
        )
        return Finding("year_on_year", verdict, text, brief=_brief(since, formats))
    text = formats.say(
        "Revenue of {period} was {revenue}: {year_change} against {year_period}, the same season "
        "({year_interval}); this is what is judged here. Against {previous_period} it was {previous_change} "
        "({previous_interval}), which may be season or trend.",
        **values,
        **since,
        **before,
    )
    return Finding("year_on_year", verdict, text, brief=_brief(since, formats))


def _revenue_verdict(low: float, high: float, *, is_closed: bool) -> Verdict:
    verdict = verdict_of(low, high, more_is_better=True)
    return "clear change" if is_closed and verdict == "worse" else verdict


def _brief(since: dict[str, Text], formats: Formats) -> Text:
    return formats.say("revenue against {year_period} ({year_change})", **since)


def _plan_finding(key: str, rows: pd.DataFrame, formats: Formats) -> Finding:
    missed = rows[~rows["is_met"]]
    if missed.empty:
        return Finding(key, "yes", _all_reached(rows, formats))
    verdict = "no" if len(missed) == len(rows) else "with reservations"
    return Finding(key, verdict, _not_all_reached(rows, missed, formats))


def _all_reached(rows: pd.DataFrame, formats: Formats) -> Text:
    name = formats.period(rows["period"].iloc[0])
    if len(rows) == 1:
        return formats.say(
            "The one figure planned for {period} was reached: {figure}.",
            period=name,
            figure=planned_figure(rows.iloc[0], formats),
        )
    return formats.say(
        "All {figures} figures planned for {period} were reached.", figures=len(rows), period=name
    )


def _not_all_reached(rows: pd.DataFrame, missed: pd.DataFrame, formats: Formats) -> Text:
    listed = _furthest(missed).head(MOST_NAMED)
    named = [planned_figure(row, formats) for _, row in listed.iterrows()]
    values = {"period": formats.period(rows["period"].iloc[0]), "missed": formats.joined(named)}
    if len(rows) == 1:
        return formats.say("The one figure planned for {period} was not reached: {missed}.", **values)
    is_mixed = listed["service"].eq("").any() and listed["service"].ne("").any()
    values["named"] = "all" if len(missed) <= MOST_NAMED else "mixed" if is_mixed else "some"
    if len(missed) == len(rows):
        return formats.say(
            "None of the {figures} figures planned for {period} was reached{named, select, all {} mixed {; "
            "all services together, then furthest from plan} other {; furthest from their plans}}: {missed}.",
            figures=len(rows),
            **values,
        )
    return formats.say(
        "Of the {figures} figures planned for {period}, {met, plural, one {# was} other {# were}} reached. "
        "{named, select, all {Missed} mixed {Missed, all services together, then furthest from plan} other "
        "{Furthest from their plans}}: {missed}.",
        figures=len(rows),
        met=len(rows) - len(missed),
        **values,
    )


def _furthest(missed: pd.DataFrame) -> pd.DataFrame:
    """Put all services together first, then what is further from plan; what may be chance comes last."""
    shortfall = missed["difference"].abs() / missed["plan"].abs().replace(0, np.nan)
    ranked = missed.assign(
        may_be_chance=missed["plan"].between(missed["low"], missed["high"]),
        is_part=missed["service"].ne(""),
        shortfall=shortfall.fillna(np.inf),
    )
    order = ["may_be_chance", "is_part", "shortfall"]
    return ranked.sort_values(order, ascending=[True, True, False], kind="stable")


def _against(row: pd.Series, part: str, formats: Formats) -> dict[str, Text]:
    """Return what a sentence says of the change against another period; nothing if it is not known."""
    low, high = row[f"{part}_low"], row[f"{part}_high"]
    if pd.isna(low):
        return {}
    return {
        f"{part}_change": formats.change(row[f"{part}_change"], "share"),
        f"{part}_period": formats.period(row[f"{part}_period"]),
        f"{part}_interval": change_interval(low, high, "share", formats),
    }


def _no_year(row: pd.Series, formats: Formats) -> Text:
    """Say why there is no year before; the change since the period before is judged on its key figure."""
    wanted = year_before(row["period"])
    return formats.say(
        "{lacks, select, period {{period} has no like period a year earlier} customers {Too few customers "
        "bought in {wanted}} other {The order log does not hold {wanted} whole and with revenue}}, so "
        "revenue of {period} cannot be held against the same season a year before.",
        lacks="period" if wanted is None else "whole" if pd.isna(row["year_change"]) else "customers",
        period=formats.period(row["period"]),
        wanted=formats.period(wanted or row["period"]),
    )

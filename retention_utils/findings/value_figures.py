"""What the figures of chapter 10 are made from and say, by how the business sells."""

from typing import Any

import pandas as pd

from retention_utils.customer_worth.shared import Worth
from retention_utils.findings import value_contract_tables as of_contracts
from retention_utils.findings import value_tables as of_orders
from retention_utils.findings.grain_heads import HEADS
from retention_utils.findings.value_words import named
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.value_models.occasion_appraisal import OccasionAppraisal

__all__ = ["course_figure", "curves_figure", "trial_figure"]

NOTHING = pd.DataFrame()


def curves_figure(worth: Worth | None, *, formats: Formats) -> dict[str, Any]:
    """Give what :func:`retention_utils.charts.value.value_curves` draws, with its words."""
    words = {
        "key": "historic_value",
        "title": formats.say("What a customer has brought, by age"),
        "caption": formats.say(
            "Counted from {made, select, payments {contracts, each payment spread over the time it covers} "
            "other {the purchases}}, whole {grain, select, week {weeks} month {months} quarter {quarters} "
            "year {years} other {periods}} only; customers who {made, select, payments {left soon} other "
            "{never bought again}} are in it. The band, where there is one, is the 95% interval. The thick "
            "line ends where fewer than half of the customers have been followed that long.",
            made=worth.made if worth else "payments",
            grain=worth.grain if worth else "period",
        ),
        "alt": formats.say("There are not enough data for the curves."),
    }
    if worth is None:
        return {"table": NOTHING, **words, "cohorts": NOTHING, "axis_unit": ""}
    seen, cost = worth.counted.seen, worth.cost_line
    is_contract = worth.family == "contracts"
    return {
        "table": seen,
        **words,
        "alt": of_orders.curves_alt(seen, cost=cost, margin=worth.margin, formats=formats),
        "cohorts": worth.counted.by_cohort,
        "axis_unit": of_orders.axis_unit(worth.margin, formats=formats),
        "age_axis": formats.say(HEADS["Periods after joining"], grain=worth.grain) if is_contract else "",
        "cost": cost,
    }


def course_figure(worth: Worth | None, *, formats: Formats) -> dict[str, Any]:
    """Give the course that the model expects: of purchases week by week, or of contracts by their age."""
    if worth is None or worth.contracts:
        appraisal = worth.contracts if worth else None
        return {
            "table": of_contracts.residual_table(appraisal, formats=formats) if worth else NOTHING,
            "key": "residual",
            "title": formats.say("What a running contract is still to bring"),
            "caption": formats.say(
                "By the months that it has run, without end and discounted: whoever has stayed is expected "
                "to stay longer. The bands are 95% intervals of the mean, if the model is right."
            ),
            "alt": of_contracts.residual_alt(appraisal, formats=formats) if worth else _no_data(formats),
            "axis_unit": formats.say(
                "{money, select, revenue {Revenue} other {Margin}} still to come, per contract",
                money="revenue" if worth is None or worth.margin == 1 else "margin",
            ),
        }
    if worth.occasions:
        return _counts_figure(worth.occasions, formats)
    tracking = worth.orders.rehearsal.tracking
    return {
        "table": named(tracking, formats=formats),
        "key": "tracking",
        "title": formats.say("Repeat purchases, week by week: made and expected"),
        "caption": formats.say(
            "BG/NBD, MBG/NBD and Pareto/NBD are three models of how customers buy and leave. They saw only "
            "the weeks before the vertical line; the weeks after it are the test. A good model keeps to the "
            "solid line there too."
        ),
        "alt": of_orders.tracking_alt(tracking, formats=formats),
    }


def trial_figure(worth: Worth | None, *, formats: Formats) -> dict[str, Any]:
    """Give what was expected of a known stretch of time beside what came."""
    if worth is None or worth.contracts:
        appraisal = worth.contracts if worth else None
        return {
            "table": of_contracts.paid_bars(appraisal, formats=formats) if worth else NOTHING,
            "key": "holdout",
            "title": formats.say("Payments in the last year, made and expected"),
            "caption": formats.say(
                "Contracts that ran a year ago, by how long they had run then; ages that no contract had are "
                "left out. Bars are what could be expected on that day, dots what was paid since, of what "
                "would have been due had all stayed. A constant churn, the same for everybody, is what "
                "formulas take for granted."
            ),
            "alt": of_contracts.paid_alt(appraisal, formats=formats) if worth else _no_data(formats),
            "classes": formats.say("Months under contract a year ago"),
            "amounts": formats.say("Share of the payments due that were made"),
            "is_share": True,
        }
    if worth.occasions:
        return _held_out_figure(worth.occasions, formats)
    by_frequency = worth.orders.rehearsal.by_frequency
    return {
        "table": named(by_frequency, formats=formats),
        "key": "holdout",
        "title": formats.say("Purchases in the test weeks, by purchases before them"),
        "caption": formats.say(
            "Customers are grouped by how often they had bought again before the test weeks. Bars are what "
            "the models expected of them, dots what they did."
        ),
        "alt": of_orders.holdout_alt(by_frequency, formats=formats),
    }


def _counts_figure(appraisal: OccasionAppraisal, formats: Formats) -> dict[str, Any]:
    counts = appraisal.counts
    series = {"actual": formats.say("actual"), "expected": formats.say("expected by the model")}
    parts = [
        pd.DataFrame(
            {
                "label": counts["frequency"].astype(str),
                "series": [name] * len(counts),
                "purchases": counts[kind],
            }
        )
        for kind, name in series.items()
        if len(counts)
    ]
    return {
        "table": pd.concat(parts, ignore_index=True) if parts else NOTHING,
        "key": "counts",
        "title": formats.say("How many customers bought how often"),
        "caption": formats.say(
            "Customers by the periods in which they bought after the first. Bars are what the model has of "
            "them, dots what was counted."
        ),
        "alt": _counts_alt(counts, formats) if parts else _no_data(formats),
        "classes": formats.say("Repeat purchases"),
        "amounts": formats.say("Customers"),
    }


def _counts_alt(counts: pd.DataFrame, formats: Formats) -> Text:
    never = counts.iloc[0]
    return formats.say(
        "{actual} customers never bought again; the model has {expected}.",
        actual=formats.count(never["actual"]),
        expected=formats.count(never["expected"]),
    )


def _held_out_figure(appraisal: OccasionAppraisal, formats: Formats) -> dict[str, Any]:
    by_frequency = appraisal.by_frequency
    return {
        "table": named(by_frequency, formats=formats) if len(by_frequency) else NOTHING,
        "key": "holdout",
        "title": formats.say("Purchases in the periods kept back, by purchases before them"),
        "caption": formats.say(
            "Customers are grouped by how often they had bought again before the test. Bars are what the "
            "model expected of them, dots what they did."
        ),
        "alt": of_orders.holdout_alt(by_frequency, formats=formats),
        "classes": formats.say("Repeat purchases before the test"),
        "amounts": formats.say("Purchases in the test, per customer"),
    }


def _no_data(formats: Formats) -> Any:
    return formats.say("There are not enough data for the models.")

"""What churn comes to by other people's formulas."""

import pandas as pd

from retention_utils.churn_answers import ChurnCounts
from retention_utils.display import Finding
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["FORMULAS", "churn_answers", "churn_answers_alt", "labelled", "reason"]

# How each formula is called in the chart and the table.
FORMULAS = {
    "set_start": message("This report"),
    "chartmogul": message("As ChartMogul"),
    "baremetrics": message("As Baremetrics"),
    "stripe": message("As Stripe"),
    "start_plus_new": message("Start plus new"),
    "profitwell": message("As ProfitWell"),
    "average": message("Average base"),
    "daily_sum": message("Sum of days"),
    "sources": message("1 − (end − new) ÷ start"),
}

# How each formula counts, and where it misleads.
REASONS = {
    "set_start": message(
        "People active at the start who are not active at the end, by those active at the start. Who was "
        "back in time has not churned; who joined and lapsed within the period is counted apart."
    ),
    "chartmogul": message(
        "Lapses less those undone within the period and those of customers who joined in it, by the start: "
        "the same people, found by counting events."
    ),
    "baremetrics": message(
        "All lapses of the last {window}, by those active before. Counts newcomers who lapsed, though they "
        "are not among those it divides by, and people who are back."
    ),
    "stripe": message(
        "All lapses of the last {window}, by those active before and the new together. The more are won, the "
        "lower it looks, though nobody is kept better."
    ),
    "start_plus_new": message("As Stripe, over the period itself: newcomers dilute it in the same way."),
    "profitwell": message(
        "Lapses less those of customers who joined in the period, by the start. Who is back within the "
        "period still counts as lapsed."
    ),
    "average": message(
        "All lapses by the mean of start and end, as mobile operators do. A growing base lowers it, a "
        "shrinking one raises it."
    ),
    "daily_sum": message(
        "Every day's lapses by those active that morning, summed over the days, as Shopify does. Fair where "
        "newcomers are many; it can exceed 100%."
    ),
    "sources": message(
        "The usual textbook formula. Customers who come back hide as many who lapse; it can fall below zero."
    ),
}


def labelled(answers: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Add to the answers that are known how the chart calls them."""
    known = answers[answers["churn"].notna()].reset_index(drop=True)
    return known.assign(label=[formats.say(FORMULAS[answer]) for answer in known["answer"]])


def churn_answers(
    answers: pd.DataFrame,
    counts: ChurnCounts,
    *,
    ends: tuple[float, float],
    gap_days: int,
    min_customers: int,
    formats: Formats,
) -> Finding:
    """Say how far the formulas are apart, and whether that is more than chance would make it.

    ``answers`` and ``counts`` are from :mod:`retention_utils.churn_answers`; ``ends`` is the interval of this
    report's own churn.
    """
    if not counts.is_rated:
        text = formats.say(
            "The formulas for churn cannot be compared yet. That needs an order log that reaches back "
            "{days} before the period, and at least {customers, plural, one {# customer} other {# "
            "customers}} active at its start.",
            days=formats.days(gap_days),
            customers=min_customers,
        )
        return Finding("churn_answers", "not enough data", text)
    known = labelled(answers, formats=formats)
    lowest, highest = known.loc[known["churn"].idxmin()], known.loc[known["churn"].idxmax()]
    values = {
        "period": formats.period(counts.period),
        "lowest": formats.share(lowest["churn"]),
        "lowest_formula": lowest["label"],
        "highest": formats.share(highest["churn"]),
        "highest_formula": highest["label"],
        "churn": formats.share(known.loc[known["is_adopted"], "churn"].iloc[0]),
        "lapsed": formats.count(counts.lapsed),
        "active": formats.count(counts.active_start),
        "interval": interval(*ends, "share", formats),
    }
    if lowest["churn"] >= ends[0] and highest["churn"] <= ends[1]:
        text = formats.say(
            "Other formulas give much the same churn for {period}: {lowest} (“{lowest_formula}”) to "
            "{highest} (“{highest_formula}”). This report says {churn} ({lapsed} of {active}, {interval}); "
            "all lie within its interval, so the choice of formula matters no more than chance.",
            **values,
        )
        return Finding("churn_answers", "yes", text)
    text = formats.say(
        "Other formulas give another churn for {period}: {lowest} (“{lowest_formula}”) to {highest} "
        "(“{highest_formula}”). This report says {churn} ({lapsed} of {active}, {interval}). Compare figures "
        "of two programs only if both use one formula.",
        **values,
    )
    return Finding("churn_answers", "with reservations", text)


def churn_answers_alt(answers: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the dots: every formula's churn, from low to high."""
    known = labelled(answers, formats=formats).sort_values("churn", kind="stable")
    if known.empty:
        return formats.say("Churn is not known.")
    dots = [
        formats.say("{formula} {churn}", formula=row.label, churn=formats.share(row.churn))
        for row in known.itertuples()
    ]
    return formats.say(
        "Churn by formula, from low to high: {formulas}.", formulas=formats.joined(dots, by=", ")
    )


def reason(answer: str, counts: ChurnCounts, *, formats: Formats) -> Text:
    """Say how the formula of an answer counts, and where it misleads."""
    return formats.say(REASONS[answer], window=formats.days(counts.window_days))

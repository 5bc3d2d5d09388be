"""What winning a customer costs, and when it is earned back."""

import pandas as pd

from retention_utils.display import Callout, Finding, Verdict, supply
from retention_utils.findings.value_words import about, too_few_periods
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.unit_economics.acquisition import UnitEconomics

__all__ = ["unit_economics"]


def unit_economics(
    economics: UnitEconomics | None,
    costs: pd.DataFrame | None,
    *,
    margin: float,
    grain: Grain,
    formats: Formats,
    by_cohort: pd.DataFrame | None = None,
) -> Finding | Callout:
    """Say what winning a customer costs and when the customer has earned it back; or what to supply.

    ``by_cohort`` is from :func:`retention_utils.unit_economics.acquisition.cohort_payback`: the newest groups
    may take longer than all together.
    """
    if costs is None:
        return _costs_wanted(formats)
    if economics is None:
        return Finding("unit_economics", "not enough data", _unmatched(costs, grain, formats))
    if margin == 1:
        needed = formats.say("Whether that pays cannot be said without the margin; supply it.")
        text = formats.joined([_spent(economics, formats), needed], by=" ")
        return Finding("unit_economics", "not enough data", text)
    if pd.isna(economics.ratio):
        sentences = [
            _spent(economics, formats),
            formats.say("Nobody with known costs has been followed for 12 months yet."),
        ]
    else:
        sentences = [_returned(economics, grain, formats)]
    sentences.append(_paid(economics, grain, formats))
    if by_cohort is not None and len(by_cohort):
        sentences += _slower(economics, by_cohort, formats)
    if pd.notna(economics.ratio):
        sentences.append(_cost(economics, grain, formats))
    return Finding("unit_economics", _verdict(economics), formats.joined(sentences, by=" "))


def _costs_wanted(formats: Formats) -> Callout:
    text = formats.say(
        "With what was spent on winning customers, this section says what a new customer costs, how "
        "many times that comes back (LTV:CAC) and after how long (payback). Whoever makes this report "
        "finds the columns of such a table in data/README.md (costs)."
    )
    title = formats.say("What winning a customer costs, and when it is earned back")
    return supply("missing_costs", title, text)


def _unmatched(costs: pd.DataFrame, grain: Grain, formats: Formats) -> Text:
    return formats.say(
        "What winning a customer costs cannot be said: no row of the table of costs (rows: {rows}) belongs "
        "to a whole {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} "
        "whose new customers are surely new. State costs for every {grain, select, week {week} month {month} "
        "quarter {quarter} year {year} other {period}} of the report.",
        rows=len(costs),
        grain=grain,
    )


def _spent(economics: UnitEconomics, formats: Formats) -> Text:
    return formats.say(
        "Winning a customer has cost {cost} on average ({spend} spent on {customers, plural, one {# new "
        "customer} other {# new customers}}, {first} to {last}).",
        cost=formats.money(economics.cost),
        spend=formats.short_money(economics.spend),
        customers=economics.customers,
        first=formats.period(economics.first_period),
        last=formats.period(economics.last_period),
    )


def _returned(economics: UnitEconomics, grain: Grain, formats: Formats) -> Text:
    """Answer whether winning customers pays within a year."""
    sure = too_few_periods(grain, formats=formats)
    if pd.notna(economics.low):
        sure = interval(economics.low, economics.high, "number", formats)
    return formats.say(
        "{has_paid, select, yes {Winning customers has paid} no {Winning customers has not paid within a "
        "year} other {Whether winning customers pays within a year is not certain}}: in the first 12 "
        "months, a customer had brought {value} of margin, {ratio} times the {cost} that winning one of "
        "these customers had cost ({sure}).",
        has_paid=_verdict(economics),
        cost=formats.money(economics.cost_of_these),
        value=about(economics.value, formats=formats),
        ratio=formats.number(economics.ratio),
        sure=sure,
    )


def _cost(economics: UnitEconomics, grain: Grain, formats: Formats) -> Text:
    """Say what winning one has cost over all, and lately."""
    values = {"cost": formats.money(economics.cost), "customers": economics.customers}
    if pd.isna(economics.recent_cost) or economics.periods <= economics.age:
        return formats.say(
            "Of all {customers, plural, one {# new customer} other {# new customers}}, those who joined "
            "lately among them, winning one has cost {cost} on average.",
            **values,
        )
    return formats.say(
        "Of all {customers, plural, one {# new customer} other {# new customers}}, those who joined lately "
        "among them, winning one has cost {cost} on average, and {recent} in the last {grain, select, week "
        "{{periods, plural, one {week} other {# weeks}}} month {{periods, plural, one {month} other {# "
        "months}}} quarter {{periods, plural, one {quarter} other {# quarters}}} year {{periods, plural, "
        "one {year} other {# years}}} other {{periods, plural, one {period} other {# periods}}}} with "
        "costs.",
        recent=formats.money(economics.recent_cost),
        periods=economics.age,
        grain=grain,
        **values,
    )


def _paid(economics: UnitEconomics, grain: Grain, formats: Formats) -> Text:
    if economics.payback_age is None:
        return formats.say(
            "The cost is not yet earned back: in {grain, select, week {{periods, plural, one {# week} other "
            "{# weeks}}} month {{periods, plural, one {# month} other {# months}}} quarter {{periods, "
            "plural, one {# quarter} other {# quarters}}} year {{periods, plural, one {# year} other {# "
            "years}}} other {{periods, plural, one {# period} other {# periods}}}} after joining, "
            "{recovered} of it came back.",
            periods=economics.seen_age,
            grain=grain,
            recovered=formats.share(economics.recovered),
        )
    if economics.payback_age == 0:
        return formats.say(
            "Taking all customers with known costs together, the cost is earned back within the {grain, "
            "select, week {week} month {month} quarter {quarter} year {year} other {period}} of joining.",
            grain=grain,
        )
    return formats.say(
        "Taking all customers with known costs together, the cost is earned back by {grain, select, week "
        "{week} month {month} quarter {quarter} year {year} other {period}} {age} after joining (that of "
        "joining is 0).",
        grain=grain,
        age=economics.payback_age,
    )


def _slower(economics: UnitEconomics, by_cohort: pd.DataFrame, formats: Formats) -> list[Text]:
    """Say where more than half of a year's newest groups took longer than all customers together."""
    if economics.payback_age is None:
        return []
    newest = by_cohort[by_cohort["age"] >= economics.payback_age].tail(economics.age)
    late = int((~(newest["payback_age"] <= economics.payback_age)).sum())
    if len(newest) < economics.age or 2 * late <= len(newest):
        return []
    text = formats.say(
        "Lately it takes longer: of the last {groups} groups of joining, {late} had not earned it back by "
        "then.",
        groups=len(newest),
        late=late,
    )
    return [text]


def _verdict(economics: UnitEconomics) -> Verdict:
    if pd.isna(economics.ratio):
        return "with reservations" if economics.payback_age is not None else "not enough data"
    if economics.ratio < 1 and (pd.isna(economics.high) or economics.high < 1):
        return "no"
    return "yes" if economics.low > 1 else "with reservations"

"""What is said of plans, and of the renewals of contracts paid by the quarter or for longer."""

import pandas as pd

from retention_utils.columns.revenue_retention import PLANS, RENEWALS
from retention_utils.display import Callout, Finding
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import billing_words, interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.subscriptions.plans import PlanDifference
from retention_utils.subscriptions.renewals import Renewals
from retention_utils.subscriptions.spans import JUDGED_AT_RENEWAL
from retention_utils.texts import Text

__all__ = ["plan_that_loses_most", "plans_table", "renewals", "renewals_table"]


def renewals(judged: Renewals, *, formats: Formats) -> Finding | None:
    """Say how many of the renewals due were made; None where too few came up."""
    change = judged.change
    if change is None:
        return None
    told = formats.say(
        "Of contracts paid by the {every, select, quarter {quarter} half_year {half-year} other {year}}, "
        "{rate} were renewed when they came up ({renewed} of {due}, {interval}). Counted are those due from "
        "{first} to {last}; later ones can be judged only once their days of grace are over.",
        every=judged.billed_every,
        due=formats.count(change.due),
        first=formats.date(change.first_day),
        last=formats.date(change.last_day),
        renewed=formats.count(change.renewed),
        rate=formats.share(change.rate),
        interval=interval(change.low, change.high, "share", formats),
    )
    key = "renewal" if judged.billed_every == "year" else f"renewal_{judged.billed_every}"
    if pd.isna(change.previous_rate):
        return Finding(key, "no clear change", told)
    before = formats.say(
        "In the year before that it was {previous}: a change of {difference} ({interval}).",
        previous=formats.share(change.previous_rate),
        difference=formats.points(change.difference),
        interval=interval(change.difference_low, change.difference_high, "points", formats),
    )
    verdict = verdict_of(change.difference_low, change.difference_high, more_is_better=True)
    return Finding(key, verdict, formats.joined([told, before], by=" "))


def plan_that_loses_most(found: PlanDifference, *, grain: Grain, formats: Formats) -> Finding:
    """Say which plan loses most of those paid as often, and whether that is more than chance."""
    told = formats.say(
        "Of the plans paid by the {every, select, week {week} month {month} quarter {quarter} half_year "
        "{half-year} other {year}}, “{plan}” loses the most: {clock, select, renewal {{rate} of its "
        "contracts were not renewed} other {{rate} of its customers leave a {grain, select, week {week} "
        "month {month} quarter {quarter} year {year} other {period}}}} ({interval}), of {plans, plural, =2 "
        "{the other plan} other {the others together}} {others}.{clock, select, renewal { Counted are the "
        "contracts that came up in the last year that can be judged.} other {}}",
        plans=found.plans,
        every=found.billed_every,
        plan=formats.name(found.plan),
        clock="renewal" if found.at_renewal else "period",
        grain=grain,
        rate=formats.share(found.rate),
        interval=interval(found.low, found.high, "share", formats),
        others=formats.share(found.others),
    )
    is_apart = found.difference_low > 0
    apart = formats.say(
        "{apart, select, yes {The difference of {difference} ({interval}{plans, plural, =2 {} other {, "
        "allowing for its having been picked out of # plans}}) is more than chance; another plan may draw "
        "another kind of customer, so it is no proof that the plan makes them leave.} other {The difference "
        "of {difference} ({interval}) may be chance.}}",
        apart="yes" if is_apart else "no",
        difference=formats.points(found.difference),
        interval=interval(found.difference_low, found.difference_high, "points", formats),
        plans=found.plans,
    )
    brief = formats.say(
        "of “{plan}” {rate} {clock, select, renewal {were not renewed} other {leave a {grain, select, week "
        "{week} month {month} quarter {quarter} year {year} other {period}}}}, of {plans, plural, =2 {the "
        "other plan} other {the others}} {others}",
        grain=grain,
        plan=formats.name(found.plan),
        clock="renewal" if found.at_renewal else "period",
        rate=formats.share(found.rate),
        plans=found.plans,
        others=formats.share(found.others),
    )
    verdict = "yes" if is_apart else "no clear change"
    text = formats.joined([told, apart], by=" ")
    return Finding(f"plan_loses_{found.billed_every}", verdict, text, brief=brief)


def plans_table(
    plans: pd.DataFrame, *, periods: int, judged_until: pd.Timestamp, formats: Formats
) -> Table | Callout:
    """List the plans with what they bring and who leaves them, the one that brings most first."""
    billed = [billing_words(every, formats) for every in plans["billed_every"]]
    notes = [_plans_note(plans, periods, judged_until, formats), _at_which_time(formats)]
    return show_table(
        plans.assign(billing=billed, plan=plans["plan"].astype(object)),
        PLANS,
        key="plans",
        caption="The plans, and who leaves them",
        note=formats.joined([*notes, *_partly_untold(plans, formats)], by=" "),
        formats=formats,
    )


def renewals_table(judged: Renewals, *, formats: Formats) -> Table | Callout:
    """List the renewals due of contracts paid as often, the newest period first."""
    every, newest = judged.billed_every, judged.rates.iloc[::-1]
    return show_table(
        newest.assign(period=[formats.period(key, short=True) for key in newest["period"]]),
        RENEWALS,
        key="renewals" if every == "year" else f"renewals_{every}",
        caption=formats.say(
            "Contracts paid by the {every, select, quarter {quarter} half_year {half-year} other {year}} due "
            "for renewal, newest first",
            every=every,
        ),
        note=(
            "A contract counts as renewed if its customer is under any contract once the days of grace are "
            "over. Those whose days of grace are not over yet are left out, and so are contracts broken "
            "off early. From and to are the 95% interval."
        ),
        formats=formats,
        is_folded=len(judged.rates) > 12,
    )


def _plans_note(plans: pd.DataFrame, periods: int, judged_until: pd.Timestamp, formats: Formats) -> Text:
    """Say what is judged of plans paid for long, and what of all others, as far as there are such."""
    at_renewal = plans["billed_every"].isin(JUDGED_AT_RENEWAL)
    of_renewals = formats.say(
        "Of plans paid by the quarter or for longer: the contracts due from {first} to {last}, later ones "
        "cannot be judged yet, and which share was not renewed; contracts broken off early are not among "
        "them, so those who left are fewer here than in all.",
        first=formats.date(judged_until - pd.DateOffset(years=1) + pd.Timedelta(days=1)),
        last=formats.date(judged_until),
    )
    of_periods = formats.say(
        "Of plans paid by the month or more often: customers at the start {periods, plural, one {of the last "
        "period} other {of each of the last # periods, added up}}, and which share of them left within it.",
        periods=periods,
    )
    both = formats.say("The two do not compare.")
    whole = formats.say("A customer belongs to the plan that brings the most.")
    parts = [(at_renewal.any(), of_renewals), (not at_renewal.all(), of_periods)]
    said = [text for is_there, text in parts if is_there]
    return formats.joined([*said, *([both] if len(said) == 2 else []), whole], by=" ")


def _at_which_time(formats: Formats) -> Text:
    return formats.say(
        "Customers, with all they bring: by the main plan that they have now; those judged and lost: by the "
        "one of then. Forecasts go by the plan that a contract began with."
    )


def _partly_untold(plans: pd.DataFrame, formats: Formats) -> list[Text]:
    """Say how many left without a word on their payment where a number of failed ones is given."""
    untold = int(plans.loc[plans["involuntary"].notna(), "untold"].sum())
    if not untold:
        return []
    told = formats.say(
        "Payment failed: as far as the list says it; of {untold, plural, one {# customer} other {# "
        "customers}} who left it does not.",
        untold=untold,
    )
    return [told]

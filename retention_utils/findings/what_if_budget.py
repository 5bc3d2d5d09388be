"""Where the money for customers goes, and when they have earned back what winning them cost."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, supply
from retention_utils.formats import Formats
from retention_utils.periods import Grain, parse_period
from retention_utils.texts import Text
from retention_utils.what_if.budget import BreakEven, BudgetSplit

__all__ = ["break_even_alt", "budget_kpi", "budget_share", "earned_back", "missing_for_budget"]


def budget_share(split: BudgetSplit | None, *, target: float, formats: Formats) -> Finding | None:
    """Hold the share of the budget that goes to keeping customers against the target; None without costs."""
    if split is None:
        return None
    verdict = "yes" if split.retention_share >= target else "no"
    text = formats.say(
        "{share} of what was spent on customers went into keeping them, {is_reached, select, yes {no less "
        "than} other {less than}} the {target} aimed at (a target set in this report). In all, {spent} was "
        "spent {is_one, select, yes {in {until}} other {from {since} to {until}}}. Customers who joined in "
        "earlier {grain, select, week {weeks} month {months} quarter {quarters} year {years} other "
        "{periods}} brought {returning} of the revenue.",
        grain=parse_period(split.first_period).grain,
        share=formats.share(split.retention_share),
        spent=formats.short_money(split.acquisition + split.retention),
        is_one="yes" if split.first_period == split.last_period else "no",
        since=formats.period(split.first_period),
        until=formats.period(split.last_period),
        is_reached=verdict,
        target=formats.stated_share(target),
        returning=formats.share(split.returning_revenue_share),
    )
    return Finding("budget_share", verdict, text)


def budget_kpi(split: BudgetSplit | None, *, formats: Formats) -> Kpi | None:
    """Give the share of the budget that goes to keeping customers; None without costs."""
    if split is None:
        return None
    return Kpi(
        key="retention_budget_share",
        label=formats.say("Share of the costs that goes into keeping customers"),
        value=formats.share(split.retention_share),
        number=round(split.retention_share, 4),
        basis=formats.say(
            "costs of {grain, select, week {{periods, plural, one {# week} other {# weeks}}} month "
            "{{periods, plural, one {# month} other {# months}}} quarter {{periods, plural, one {# quarter} "
            "other {# quarters}}} year {{periods, plural, one {# year} other {# years}}} other {{periods, "
            "plural, one {# period} other {# periods}}}}",
            grain=parse_period(split.first_period).grain,
            periods=split.periods,
        ),
    )


def earned_back(
    even: BreakEven | None, *, upsell_share: float, grain: Grain, formats: Formats
) -> Finding | None:
    """Say when customers have earned back what winning them cost; None where it is not known."""
    if even is None:
        return None
    if even.plain_age is None:
        return Finding("break_even", "no", _not_earned_back(even, upsell_share, grain, formats))
    if even.plain_age == 0:
        text = formats.say(
            "All together, customers earn back what winning them cost within the {grain, select, week {week} "
            "month {month} quarter {quarter} year {year} other {period}} in which they join; what they buy "
            "later is gain. Whether the newest take longer, the chapter on the value of customers says.",
            grain=grain,
        )
        return Finding("break_even", "yes", text)
    if even.upsell_age == even.plain_age:
        text = formats.say(
            "Customers have earned back what winning them cost by {grain, select, week {week} month {month} "
            "quarter {quarter} year {year} other {period}} {age} after joining; to sell them {more} more "
            "would not make it earlier.",
            grain=grain,
            age=even.plain_age,
            more=formats.stated_share(upsell_share),
        )
        return Finding("break_even", "yes", text)
    text = formats.say(
        "Customers have earned back what winning them cost by {grain, select, week {week} month {month} "
        "quarter {quarter} year {year} other {period}} {age} after joining; if customers spent {more} more "
        "on every purchase after the first {grain, select, week {week} month {month} quarter {quarter} year "
        "{year} other {period}}, it would be by {grain, select, week {week} month {month} quarter {quarter} "
        "year {year} other {period}} {upsell_age}.",
        grain=grain,
        age=even.plain_age,
        more=formats.stated_share(upsell_share),
        upsell_age=even.upsell_age,
    )
    return Finding("break_even", "yes", text)


def break_even_alt(curve: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the lines of what a won customer has earned."""
    if curve.empty:
        return formats.say("No cohort has known costs.")
    first, last = curve.iloc[0], curve.iloc[-1]
    return formats.say(
        "From {first} a customer in the first period to {last} by period {age}; selling more, to {upsell}.",
        first=formats.money(first["plain"]),
        last=formats.money(last["plain"]),
        age=formats.count(last["age"]),
        upsell=formats.money(last["upsell"]),
    )


def missing_for_budget(
    split: BudgetSplit | None, even: BreakEven | None, *, has_costs: bool, has_margin: bool, formats: Formats
) -> Callout | None:
    """Say what to supply, so that the budget and the break-even can be shown; None if both are there."""
    if split and even:
        return None
    title = formats.say(
        "What goes into keeping customers, and when a customer has earned back what winning it cost"
    )
    if not has_costs:
        text = formats.say(
            "To show this, supply what winning and keeping customers cost. Whoever makes this report "
            "finds the columns of such a table in data/README.md (costs)."
        )
        return supply("missing_costs", title, text)
    if not has_margin:
        text = formats.say(
            "To show this, supply the margin: the share of the revenue that remains after the goods are paid."
        )
        return supply("missing_margin", title, text)
    text = formats.say(
        "To show all of this, the table [tables.costs] must hold both costs, acquisition and retention, for "
        "periods of this report; its columns are in data/README.md."
    )
    return supply("missing_costs", title, text)


def _not_earned_back(even: BreakEven, upsell_share: float, grain: Grain, formats: Formats) -> Text:
    values = {"grain": grain, "seen": even.seen_age, "more": formats.stated_share(upsell_share)}
    if even.upsell_age is None:
        return formats.say(
            "In the {grain, select, week {{seen, plural, one {# week} other {# weeks}}} month {{seen, "
            "plural, one {# month} other {# months}}} quarter {{seen, plural, one {# quarter} other {# "
            "quarters}}} year {{seen, plural, one {# year} other {# years}}} other {{seen, plural, one {# "
            "period} other {# periods}}}} that can be followed, customers have not earned back what winning "
            "them cost, nor would they, if customers spent {more} more on every purchase after the first "
            "{grain, select, week {week} month {month} quarter {quarter} year {year} other {period}}.",
            **values,
        )
    return formats.say(
        "In the {grain, select, week {{seen, plural, one {# week} other {# weeks}}} month {{seen, plural, "
        "one {# month} other {# months}}} quarter {{seen, plural, one {# quarter} other {# quarters}}} year "
        "{{seen, plural, one {# year} other {# years}}} other {{seen, plural, one {# period} other {# "
        "periods}}}} that can be followed, customers have not earned back what winning them cost; if "
        "customers spent {more} more on every purchase after the first {grain, select, week {week} month "
        "{month} quarter {quarter} year {year} other {period}}, they would by {grain, select, week {week} "
        "month {month} quarter {quarter} year {year} other {period}} {upsell_age}.",
        upsell_age=even.upsell_age,
        **values,
    )

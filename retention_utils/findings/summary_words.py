"""How the lead of the report names key figures and findings, each in the words of a sentence."""

from retention_utils.translations import message

__all__ = ["CALM", "CLEAR", "CLOSED", "FIGURES_AGAINST", "MOVED", "NAMED", "NOTHING_CLEAR"]

# The key figures that say how the business moved, each in a sentence of its own.
MOVED = {
    "revenue": message(
        "{moved, select, rose {Revenue rose to {value} in {period} ({change}).} fell {Revenue fell to "
        "{value} in {period} ({change}).} unclear {Revenue in {period} was {value}: no clear change "
        "({change}).} still {Revenue was {value} ({change}).} other {Revenue in {period} was {value}.}}"
    ),
    "active_base": message(
        "{moved, select, rose {The number of active customers rose to {value} ({change}).} fell {The "
        "number of active customers fell to {value} ({change}).} unclear {The number of active customers "
        "was {value}: no clear change ({change}).} still {The number of active customers was {value} "
        "({change}).} other {The number of active customers was {value}.}}"
    ),
    "churn": message(
        "{moved, select, rose {Churn rose: {value} of those active at the start lapsed ({change}).} fell "
        "{Churn fell: {value} of those active at the start lapsed ({change}).} unclear {Churn, the share "
        "of those active at the start who lapsed, was {value}: no clear change ({change}).} still "
        "{Churn, the share of those active at the start who lapsed, was {value} ({change}).} other "
        "{Churn, the share of those active at the start who lapsed, was {value}.}}"
    ),
    "mrr": message(
        "{moved, select, rose {Monthly recurring revenue rose to {value} in {period} ({change}).} fell "
        "{Monthly recurring revenue fell to {value} in {period} ({change}).} unclear {Monthly recurring "
        "revenue in {period} was {value}: no clear change ({change}).} still {Monthly recurring revenue "
        "was {value} ({change}).} other {Monthly recurring revenue in {period} was {value}.}}"
    ),
    "contract_churn": message(
        "{moved, select, rose {More customers left: {value} of those at the start ({change}).} fell {Fewer "
        "customers left: {value} of those at the start ({change}).} unclear {Of the customers at the start, "
        "{value} left: no clear change ({change}).} still {Of the customers at the start, {value} left "
        "({change}).} other {Of the customers at the start, {value} left.}}"
    ),
    "ended_share": message("Of all customers on the list, {value} have left."),
}

# How they are named in a line: with the value, and with the change where it is clear.
CALM = {
    "revenue": message("revenue ({value})"),
    "active_base": message("active customers ({value})"),
    "churn": message("churn, the share of those active at the start who lapsed ({value})"),
    "mrr": message("monthly recurring revenue ({value})"),
    "contract_churn": message("the share of customers who left ({value})"),
}
NOTHING_CLEAR = message(
    "No clear change in {period} against {grain, select, week {the week before} month {the month before} "
    "quarter {the quarter before} year {the year before} other {the period before}}."
)
# The same beneath other news.
FIGURES_AGAINST = message(
    "in {period} against {grain, select, week {the week before} month {the month before} quarter {the "
    "quarter before} year {the year before} other {the period before}}: {what}"
)
# What is clear, large.
CLEAR = {
    "worse": message("Worse by more than chance: {what}."),
    "better": message("Better by more than chance: {what}."),
}
# Where hardly anybody is new, the active base falls however well customers are kept.
CLOSED = message(
    "The data hold hardly any new customers, so fewer active ones and less revenue are to be expected: "
    "{value} active ({change})."
)

# How a finding that is worse is named where it has no brief words of its own.
NAMED = {
    "leak": message("churn"),
    "base_balance": message("the number of active customers"),
    "money_moved": message("revenue against the period before"),
    "early_warning": message("early symptoms"),
    "newest_cohort": message("how many of the newest customers stay"),
    "return_time": message("how many first-time customers buy again"),
    "migration": message("moves between the groups of customers"),
    "symptom_value": message("what customers are worth"),
    "symptom_frequency": message("how often active customers order"),
    "symptom_order_value": message("revenue per order"),
    "symptom_repeat_rate": message("how many first-time customers buy again, lately"),
    "repeat_course": message("how many first-time customers buy again, over the years"),
    "renewal": message("how many yearly contracts are renewed"),
    "renewal_half_year": message("how many half-yearly contracts are renewed"),
    "renewal_quarter": message("how many quarterly contracts are renewed"),
    "involuntary_churn": message("failed payments"),
    "campaign_uplift": message("the effect of the campaign"),
}

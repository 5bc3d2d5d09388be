"""What the questions of the self-diagnosis, the symptoms and the causes are called."""

from retention_utils.translations import message

__all__ = ["ASKED", "CAUSE_NAMES", "NAMES", "SEEN", "STEPS", "SYMPTOM_NAMES"]

# The questions as they are asked; yes is good in all of them.
ASKED = {
    "knows_churn": message("Is it accepted that customers are lost, and known how many?"),
    "splits_controllable": message("Is churn that can be influenced told from churn that cannot?"),
    "has_reason_classifier": message("Is there a list of the reasons for leaving, and is it kept?"),
    "has_scripts": message("Do managers have materials and wordings for talks with customers who leave?"),
    "watches_newcomers": message("Is the churn of new customers followed apart?"),
    "has_churn_plan": message("Is there a planned figure for churn?"),
    "knows_lifetime": message("Can it be said how long an average customer stays?"),
    "values_keeping": message("Is it accepted that keeping customers can pay as well as winning them?"),
    "reports_competitors": message("Is there a monthly report on customers lost to competitors?"),
    "knows_hidden_churn": message("Is it known which customers fade without having left (hidden churn)?"),
    "has_processes": message("Are there processes, job descriptions and schedules for keeping customers?"),
    "customers_know_rules": message(
        "Do customers know how a contract ends, and what follows if they do not pay?"
    ),
    "has_enough_staff": message("Are there enough people for customers at peak hours?"),
    "rewards_keeping": message("Are staff rewarded for customers who stay?"),
}
# The same practices by name, for lists and charts.
NAMES = {
    "knows_churn": message("losses known and admitted"),
    "splits_controllable": message("churn split by what can be influenced"),
    "has_reason_classifier": message("list of reasons for leaving"),
    "has_scripts": message("materials for talks with leavers"),
    "watches_newcomers": message("new customers followed apart"),
    "has_churn_plan": message("planned figure for churn"),
    "knows_lifetime": message("known length of stay"),
    "values_keeping": message("keeping valued beside winning"),
    "reports_competitors": message("monthly report on competitors"),
    "knows_hidden_churn": message("watch on hidden churn"),
    "has_processes": message("processes and job descriptions"),
    "customers_know_rules": message("rules known to customers"),
    "has_enough_staff": message("enough staff at peak hours"),
    "rewards_keeping": message("reward for customers who stay"),
}
# What closes the gap.
STEPS = {
    "knows_churn": message(
        "Count every month who was lost and what they brought, and name the figure at the management table."
    ),
    "splits_controllable": message(
        "Mark every reason for leaving: ours to change, not ours, to be checked; aim only at the first."
    ),
    "has_reason_classifier": message(
        "Draw up about twenty reasons for leaving, ask every leaver, and record the answer."
    ),
    "has_scripts": message(
        "Write down for each common reason what is offered and said, with our strengths and the weaknesses "
        "of competitors."
    ),
    "watches_newcomers": message("Report the losses of the first months apart from those of all others."),
    "has_churn_plan": message("Set a figure for churn by service and month, and hold it against the fact."),
    "knows_lifetime": message(
        "Read off the survival curve how long customers stay, and use it in every calculation."
    ),
    "values_keeping": message(
        "Reckon what one point of retention brings, and hold it against what winning a customer costs."
    ),
    "reports_competitors": message(
        "Report every month who went to a competitor, those suspected of it included."
    ),
    "knows_hidden_churn": message(
        "Have customers listed who use or buy less and less, and speak to the most valuable."
    ),
    "has_processes": message(
        "Write down who does what and when if a customer leaves or fades, and make it part of the job."
    ),
    "customers_know_rules": message(
        "Tell customers at the start, and again before it happens, how a contract ends and what follows if "
        "they do not pay."
    ),
    "has_enough_staff": message(
        "Staff the peak hours, and take from those who keep customers what others can do."
    ),
    "rewards_keeping": message("Pay a bonus for customers who stay, below the margin that they bring."),
}
# Symptoms as headings, and as the beginning of a paragraph by where they are known from.
SYMPTOM_NAMES = {
    "customers_vanish": message("Customers stop paying and vanish"),
    "reasons_unstated": message("The true reason for leaving is not stated"),
    "staff_lacks_time": message("The staff have no time"),
    "no_one_in_charge": message("Nobody heads retention"),
    "competitors_offer_more": message("Competitors offer better"),
}
SEEN = {
    "customers_vanish": message(
        "{known, select, answer {By your answers, many customers stop paying and vanish.} denied {By your "
        "answers, customers do not vanish without paying; the figures say that many do.} absent {By your "
        "answers, customers do not vanish without paying.} other {By the figures, many customers stop paying "
        "and vanish.}}"
    ),
    "reasons_unstated": message(
        "{known, select, answer {By your answers, customers do not state their true reason for leaving.} "
        "denied {By your answers, customers state why they leave; the figures say that many do not.} absent "
        "{By your answers, customers state why they leave.} other {By the figures, many customers do not "
        "state why they leave.}}"
    ),
    "staff_lacks_time": message(
        "{known, select, absent {By your answers, the staff have time to keep customers.} other {By your "
        "answers, the staff have no time to keep customers.}}"
    ),
    "no_one_in_charge": message(
        "{known, select, absent {By your answers, somebody heads retention, or can be found for it.} other "
        "{By your answers, nobody can be found to head retention.}}"
    ),
    "competitors_offer_more": message(
        "{known, select, answer {By your answers, customers say that competitors offer better.} denied {By "
        "your answers, customers do not say that competitors offer better; the figures say that many leave "
        "for one.} absent {By your answers, customers do not say that competitors offer better.} other {By "
        "the figures, many customers leave for a competitor.}}"
    ),
}
CAUSE_NAMES = {
    "rules_unknown": message("customers do not know how a contract ends"),
    "no_methods": message("no written methods and little experience"),
    "no_classifier": message("no detailed list of reasons for leaving"),
    "too_few_staff": message("too few staff"),
    "no_reward": message("staff are not rewarded for keeping customers"),
    "no_plan": message("no plan for retention that follows the market"),
    "no_presentation": message("no materials that show our strengths"),
}

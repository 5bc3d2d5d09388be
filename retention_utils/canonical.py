"""What every table beside the order log holds: its columns, their kinds and limits, what may not repeat."""

from collections.abc import Iterable

from retention_utils.canonical_kinds import CanonicalColumn, CanonicalTable
from retention_utils.errors import did_you_mean

__all__ = ["CANONICAL", "PLAN_RANGES", "check_columns"]

# A word of ours, and what else is read as it.
BILLED_EVERY = {
    "week": ("weekly", "неделя", "еженедельно", "тиждень", "щотижня"),
    "month": ("monthly", "месяц", "ежемесячно", "місяць", "щомісяця"),
    "quarter": ("quarterly", "квартал", "ежеквартально", "щокварталу"),
    "half_year": ("half-year", "half a year", "semiannual", "полгода", "полугодие", "півроку", "півріччя"),
    "year": ("yearly", "annual", "annually", "год", "ежегодно", "рік", "щороку"),
}
ARMS = {
    "treatment": ("treated", "test", "воздействие", "тест", "вплив"),
    "control": ("holdout", "hold-out", "контроль", "контрольная", "контрольна"),
}

# What can be planned, with the lowest and highest value that makes sense.
PLAN_RANGES: dict[str, tuple[float | None, float | None]] = {
    "active_customers": (0, None), "new_customers": (0, None), "reactivated_customers": (0, None),
    "lapsed_customers": (0, None), "buyers": (0, None), "orders": (0, None), "revenue": (0, None),
    "order_value": (0, None), "mrr": (0, None), "churn_rate": (0, 1), "retention_rate": (0, 1),
    "repeat_rate": (0, 1), "nps": (-100, 100),
}  # fmt: skip


Column = CanonicalColumn
CUSTOMER = Column("customer_id", "id", "who; as in the order log")

CANONICAL: dict[str, CanonicalTable] = {
    "rates": CanonicalTable(
        "What other currencies are worth.",
        (
            Column("day", "day", "from when it holds, until the next day given"),
            Column("currency", "currency", "the other currency"),
            Column("rate", "number", "price of one unit of it in the client's currency", above=0),
        ),
        key=("day", "currency"),
        known_on=("day",),
    ),
    "merges": CanonicalTable(
        "Customer ids that belong to one and the same customer.",
        (
            Column("customer_id", "id", "the id that is given up"),
            Column("same_as", "id", "the id it is counted under; a chain is followed to its end"),
        ),
        key=("customer_id",),
    ),
    "costs": CanonicalTable(
        "What winning and keeping customers cost; periods may not overlap.",
        (
            Column("period", "period", "when the money was spent"),
            Column("acquisition", "money", "spent on winning new customers", low=0),
            Column("retention", "money", "spent on keeping customers", "no", low=0),
        ),
        key=("period",),
        known_on=("period",),
    ),
    "subscriptions": CanonicalTable(
        "Contracts. A pause or a change of plan or amount ends one row and starts the next, under the same "
        "`subscription_id`. A list without dates gives `tenure_months` and `has_ended` instead of `start` "
        "and `end`.",
        (
            Column("subscription_id", "id", "which contract; needed where a customer can have several", "no"),
            CUSTOMER,
            Column("start", "day", "first day", "cells"),
            Column(
                "end", "day", "first day no longer covered; empty while it runs", "no",
                needs="start", not_before="start", known_with="end",
            ),
            Column(
                "amount", "money",
                "price per billing period, after discounts; tax that it holds is named in `tax`", low=0,
            ),
            Column(
                "tax", "money", "tax that `amount` holds; taken off it", "no", low=0, taken_off="amount"
            ),
            Column(
                "one_off", "money",
                "what `amount` holds that is paid only once, such as a joining fee; taken off it", "no",
                low=0, taken_off="amount",
            ),
            Column(
                "billed_every", "choice", "the billing period", "cells", words=BILLED_EVERY, default="month"
            ),
            Column("plan", "text", "tariff or service", "no"),
            Column("group", "text", "another grouping, such as a region or a way of payment", "no"),
            Column("coupon", "money", "what a coupon that runs out has taken off `amount`", "no", low=0),
            Column(
                "trial_end", "day", "first day that is paid for; empty where there was no trial", "no",
                needs="start", not_before="start",
            ),
            Column(
                "past_due_since", "day", "day from which a payment is overdue; empty where none is", "no",
                needs="start", not_before="start", known_with="past_due_since",
            ),
            Column(
                "is_pause", "flag", "`end` begins a pause, not the end of the contract", "no",
                needs="end", known_with="end",
            ),
            Column("cancel_reason", "text", "why it ended", "no", known_with="end"),
            Column(
                "is_involuntary", "flag", "it ended because a payment failed", "no", known_with="end"
            ),
            Column("tenure_months", "number", "months since the start, instead of it", "cells", low=0),
            Column(
                "has_ended", "flag", "it no longer runs, instead of `end`", "cells", needs="tenure_months"
            ),
        ),
        key=("subscription_id", "customer_id", "start", "tenure_months", "amount", "plan"),
        either=("start", "tenure_months"),
        known_on=("start",),
    ),
    "reasons": CanonicalTable(
        "Why customers left: one row per leaver and reason.",
        (
            Column("customer_id", "id", "who left; as in the order log", "no"),
            Column("day", "day", "when the reason was recorded", "no"),
            Column("reason", "text", "the reason: its code, its name or any text; may be empty", "column"),
            Column("comment", "text", "in the customer's words", "no"),
            Column("was_asked", "flag", "the customer was asked", "cells", default=True),
            Column("is_involuntary", "flag", "it ended because a payment failed", "no"),
        ),
        key=("customer_id", "day", "reason"),
        known_on=("day",),
    ),
    "surveys": CanonicalTable(
        "Answers to the question how likely the customer is to recommend, and comments. Without customers, "
        "days or scores the chapter on what customers say answers what is left of its questions.",
        (
            Column("customer_id", "id", "who answered; as in the order log", "no"),
            Column("day", "day", "when", "no"),
            Column(
                "score", "count", "0 not at all likely, 10 extremely likely; empty beside a mere comment",
                "no", low=0, high=10,
            ),
            Column("comment", "text", "in the customer's words", "no"),
            Column("theme", "text", "what the comment is about; else it is found by keywords", "no"),
            Column(
                "replied_on", "day", "when the customer got a reply", "no",
                needs="day", not_before="day", known_with="replied_on",
            ),
        ),
        key=("customer_id", "day", "score", "comment"),
        key_needs="day",
        some_of=("score", "comment"),
        known_on=("day",),
    ),
    "campaigns": CanonicalTable(
        "Who was drawn into which arm of a campaign, before anybody was contacted; each customer into one. "
        "Those held out are listed, too.",
        (
            CUSTOMER,
            Column("campaign", "text", "its name"),
            Column("arm", "choice", "`control` for those held out", words=ARMS),
            Column("day", "day", "when the customer was drawn or contacted"),
            Column("offer", "text", "what the customer got, where the campaign had several offers", "no"),
            Column("cost", "money", "of contact and offer for this customer", "no", low=0),
        ),
        key=("campaign", "customer_id"),
        known_on=("day",),
    ),
    "activity": CanonicalTable(
        "How much customers use what they have contracts for: visits, logins, hours. Any number of rows a "
        "day; a long log is better added up by customer and month.",
        (
            CUSTOMER,
            Column("day", "day", "when", "cells"),
            Column("period", "period", "instead of `day`: the week or month that is counted", "cells"),
            Column("units", "number", "how much; 0 says that there was none", "cells", low=0, default=1),
            Column("kind", "text", "what kind of use, where only some is to be counted", "no"),
        ),
        key=(),
        either=("day", "period"),
        known_on=("day", "period"),
    ),
    "events": CanonicalTable(
        "What happened to the business or around it: a price change, an outage, a holiday.",
        (
            Column("day", "day", "its day, or the first of several"),
            Column("last_day", "day", "its last day", "no", not_before="day"),
            Column("name", "text", "as the charts call it"),
        ),
        key=("day", "name"),
        known_on=("day",),
    ),
    "factors": CanonicalTable(
        "How things outside the business went: an exchange rate, the temperature, a competitor's price.",
        (
            Column("day", "day", "its day; of the figure for a week or a month any day in it"),
            Column("name", "text", "which factor; as the report calls it"),
            Column("value", "number", "how much it was"),
        ),
        key=("day", "name"),
        known_on=("day",),
    ),
    "plan": CanonicalTable(
        "What was planned. Rates from 0 to 1, `nps` from -100 to 100, everything else 0 or more.",
        (
            Column("period", "period", "the period planned for"),
            Column("metric", "choice", "what is planned", words=dict.fromkeys(PLAN_RANGES, ())),
            Column("value", "number", "the planned figure"),
            Column("service", "text", "of which service or plan; empty for all", "no"),
        ),
        key=("period", "metric", "service"),
    ),
}  # fmt: skip


def check_columns(table_name: str, columns: Iterable[str]) -> list[str]:
    """Say what is wrong with the columns that a client file maps; an empty list if nothing is.

    Parameters
    ----------
    table_name : str
        A key of :data:`CANONICAL`.
    columns : iterable of str
        Our names of the columns mapped.

    Returns
    -------
    list of str
        One sentence per problem: unknown and missing columns, and those that do not go together.
    """
    table = CANONICAL[table_name]
    mapped = list(columns)
    unknown = [name for name in mapped if name not in table.names]
    problems = [f"unknown column {name!r}.{did_you_mean(name, table.names)}" for name in unknown]
    if unknown:
        problems[-1] += f" Known here: {', '.join(table.names)}."
    for column in table.columns:
        if column.needed in ("always", "column") and column.name not in mapped:
            problems.append(f"the column {column.name!r} is missing")
        if column.name in mapped and column.needs and column.needs not in mapped:
            problems.append(f"the column {column.name!r} needs {column.needs!r}")
    stated = [name for name in table.either if name in mapped]
    if table.either and len(stated) != 1:
        problems.append(f"state either {' or '.join(map(repr, table.either))}; found {len(stated)} of them")
    if table.some_of and not set(table.some_of) & set(mapped):
        problems.append(f"state {' or '.join(map(repr, table.some_of))}, or both")
    return problems

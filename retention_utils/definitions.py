"""The definitions in force for a client: in words for the report, in numbers for who checks it."""

from collections.abc import Mapping
from typing import Any

from retention_utils.config import ClientConfig
from retention_utils.formats import EVERY_LANGUAGE, Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["definitions_in_force", "settings_in_force"]


def definitions_in_force(
    config: ClientConfig,
    *,
    formats: Formats,
    grain: Grain | None = None,
    gap: Mapping[str, Any] | None = None,
) -> list[tuple[Text, Text]]:
    """Return every term of the report whose meaning the client file decides, with its meaning.

    Parameters
    ----------
    config : ClientConfig
        The client file, with the churn gap that is in force: a mart's ``config``.
    formats : Formats
        Of the report.
    grain : Grain, optional
        Kind of the report's period, which its cohorts are counted in. Left out: the client's own.
    gap : mapping, optional
        Where the churn gap comes from: ``gap`` of a mart's facts. Left out: from the client file.
    """
    found = _of_orders(config, formats, grain, gap) if config.orders else []
    if "subscriptions" in config.tables:
        found += _of_contracts(config, formats)
    sure = formats.say("the range in which the true value probably lies; wide means few data")
    return [*found, (formats.say("95% interval"), sure)]


def _of_orders(
    config: ClientConfig, formats: Formats, grain: Grain | None, gap: Mapping[str, Any] | None
) -> list[tuple[Text, Text]]:
    say, days = formats.say, formats.days(config.churn.gap_days)
    return [
        (say("Order"), _order(config, formats)),
        (say("Refund"), _refund(config, formats)),
        (say("Purchase"), say("all orders of one customer on one day, added up")),
        (say("Churn gap"), _gap_origin(gap, days, formats)),
        (
            say("Active"),
            say(
                "bought on at least one of the last {days}; silence is counted from the day of the purchase, "
                "that day included",
                days=days,
            ),
        ),
        (
            say("Lapsed"),
            say(
                "was active at the start of the period, and bought on none of the {days} up to its end",
                days=days,
            ),
        ),
        (say("Churn"), say("customers who lapsed in a period ÷ customers active at its start")),
        (say("Came back"), say("not active at the start of the period, bought before, active at its end")),
        (
            say("Cohort"),
            say(
                "customers whose first purchase lies in the same {grain, select, week {week} month {month} "
                "quarter {quarter} year {year} other {stretch of days}}",
                grain=grain or config.grain,
            ),
        ),
        (say("Retention"), say("share of a cohort with a purchase in that very period")),
        (
            say("Buys again"),
            say("a second purchase within {days} of the first", days=formats.days(config.repeat_window_days)),
        ),
        (say("Value"), _value(config, formats)),
    ]


def _of_contracts(config: ClientConfig, formats: Formats) -> list[tuple[Text, Text]]:
    say, contracts = formats.say, config.contracts
    ends = say(
        "no contract runs at the end of the period; a payment overdue for more than {grace}, or a pause of "
        "more than {pause}, ends a contract",
        grace=formats.days(contracts.grace_days),
        pause=formats.days(contracts.pause_days),
    )
    money = say(
        "payments of the running contracts ÷ months each covers, without trials; coupons {coupons, select, "
        "subtract {lower it} other {do not lower it}}",
        coupons=contracts.coupons,
    )
    renewed = say(
        "a contract paid by the quarter or for longer whose customer is under contract {days} after it was "
        "due",
        days=formats.days(contracts.grace_days),
    )
    found = [
        (say("Monthly recurring revenue"), money),
        (say("Left, by contract"), ends),
        (say("Renewed contract"), renewed),
    ]
    return [*found, (say("Falling use"), _falling(config, formats))] if "activity" in config.tables else found


def _falling(config: ClientConfig, formats: Formats) -> Text:
    return formats.say(
        "use in the last month at least {fall} below what is expected: the customer’s own level in the "
        "three months before, moved as use of all customers of the plan has moved; judged where {fewest} "
        "or more are expected; who has no row in the record {covers, select, yes {has used nothing} other "
        "{is left out}}",
        fall=formats.share(config.churn.decline_share, digits=0),
        fewest=formats.number(config.contracts.fewest_use, digits=0),
        covers="yes" if config.contracts.use_covers_everyone else "no",
    )


def _order(config: ClientConfig, formats: Formats) -> Text:
    return formats.say(
        "{grain, select, lines {an order} other {a row}} of the order log with customer, date and amount "
        "above zero; amounts of zero are {zero, select, exclude {left out} other {kept}}",
        grain=config.orders.grain,
        zero=config.policies.zero_amount,
    )


def _refund(config: ClientConfig, formats: Formats) -> Text:
    return formats.say(
        "a negative amount; refunds are {refunds, select, net {taken off the order they belong to, in the "
        "period of that order} other {left out}}",
        refunds=config.policies.refunds,
    )


def _value(config: ClientConfig, formats: Formats) -> Text:
    return formats.say(
        "{money, select, all {revenue} other {{margin} (the margin) of the revenue}} expected from today's "
        "customers in {weeks, plural, one {# week} other {# weeks}}, discounted at {discount} a year",
        money="all" if config.value.margin == 1 else "part",
        margin=formats.share(config.value.margin, digits=0),
        weeks=config.value.horizon_weeks,
        discount=formats.share(config.value.annual_discount_rate, digits=0),
    )


def _gap_origin(gap: Mapping[str, Any] | None, days: Text, formats: Formats) -> Text:
    if not gap or not gap["is_auto"]:
        return formats.say("{days} of silence, set in the client file", days=days)
    return formats.say(
        "{reason, select, "
        "data {{days} of silence, the usual, since the data up to {day} are too few to recommend any} "
        "no_difference {{days} of silence, the usual, since silence does not tell who left from who came "
        "back in the data up to {day}} "
        "other {{days} of silence, recommended from the data up to {day}}}",
        reason=gap["reason"].replace(" ", "_"),
        days=days,
        day=formats.date(gap["day"]),
    )


def settings_in_force(config: ClientConfig) -> list[tuple[str, str | Text]]:
    """Return every key of the client file with its value, defaults included."""
    settings = _flat(config.as_shown.model_dump(mode="json"), "")
    # The address of a database is nobody's business in a report.
    hidden = EVERY_LANGUAGE.say("a database")
    return [(key, hidden if key.endswith(".url") else value) for key, value in settings]


def _flat(content: dict, prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in content.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        elif value not in (None, []):
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            pairs.append((f"{prefix}{key}", text))
    return pairs

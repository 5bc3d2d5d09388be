"""The definitions in force for a client: in words for the report, in numbers for who checks it."""

from collections.abc import Mapping
from typing import Any

from retention_utils.config import ClientConfig
from retention_utils.formats import Formats
from retention_utils.periods import Grain

__all__ = ["definitions_in_force", "settings_in_force"]


def definitions_in_force(
    config: ClientConfig, *, grain: Grain | None = None, gap: Mapping[str, Any] | None = None
) -> list[tuple[str, str]]:
    """Return every term of the report whose meaning the client file decides, with its meaning.

    Parameters
    ----------
    config : ClientConfig
        The client file, with the churn gap that is in force: a mart's ``config``.
    grain : Grain, optional
        Kind of the report's period, which its cohorts are counted in. Left out: the client's own.
    gap : mapping, optional
        Where the churn gap comes from: ``gap`` of a mart's facts. Left out: from the client file.
    """
    formats = Formats(config.language, config.currency)
    gap_days = formats.days(config.churn.gap_days)
    window = formats.days(config.repeat_window_days)
    margin = formats.share(config.value.margin, digits=0)
    money = "revenue" if config.value.margin == 1 else f"{margin} of revenue"
    discount = formats.share(config.value.annual_discount_rate, digits=0)
    horizon = formats.count(config.value.horizon_weeks)
    row = "an order of the order log" if config.orders.grain == "lines" else "a row of the order log"
    zero = "left out" if config.policies.zero_amount == "exclude" else "kept"
    refunds = (
        "taken off the order they belong to, in the period of that order"
        if config.policies.refunds == "net"
        else "left out"
    )
    stretch = "stretch of days" if grain == "days" else grain or config.grain
    return [
        ("Order", f"{row} with customer, date and amount above zero; amounts of zero are {zero}"),
        ("Refund", f"a negative amount; refunds are {refunds}"),
        ("Purchase", "all orders of one customer on one day, added up"),
        ("Churn gap", _gap_origin(gap, formats).format(days=gap_days)),
        ("Active", f"the last purchase is at most {gap_days} old"),
        ("Lapsed", f"was active at the start of the period, silent for more than {gap_days} at its end"),
        ("Churn", "customers who lapsed in a period ÷ customers active at its start"),
        ("Came back", "not active at the start of the period, bought before, active at its end"),
        ("Cohort", f"customers whose first purchase lies in the same {stretch}"),
        ("Retention", "share of a cohort with a purchase in that very period"),
        ("Buys again", f"a second purchase within {window} of the first"),
        (
            "Value",
            f"expected {money} of today's customers in {horizon} weeks, discounted at {discount} a year",
        ),
        (
            "95% interval",
            "the range in which the true value probably lies; wide means few data",
        ),
    ]


def _gap_origin(gap: Mapping[str, Any] | None, formats: Formats) -> str:
    if not gap or not gap["is_auto"]:
        return "{days} of silence, set in the client file"
    day = formats.date(gap["day"])
    return {
        "": f"{{days}} of silence, recommended from the data up to {day}",
        "data": f"{{days}} of silence, the usual, since the data up to {day} are too few to recommend any",
        "no difference": "{days} of silence, the usual, since silence does not tell who left from who came "
        f"back in the data up to {day}",
    }[gap["reason"]]


def settings_in_force(config: ClientConfig) -> list[tuple[str, str]]:
    """Return every key of the client file with its value, defaults included."""
    settings = _flat(config.model_dump(mode="json"), "")
    # The address of a database is nobody's business in a report.
    return [(key, "a database" if key.endswith(".url") else value) for key, value in settings]


def _flat(content: dict, prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in content.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        elif value not in (None, []):
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            pairs.append((f"{prefix}{key}", text))
    return pairs

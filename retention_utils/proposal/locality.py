"""The currency of the amounts and the time zone of the client."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_name

from retention_utils.currency_signs import currency_in
from retention_utils.proposal.questions import Certainty, Choice, Option, Question, shown
from retention_utils.proposal.samples import Column
from retention_utils.proposal.vocabulary import TIME_ZONES

__all__ = ["find_currency", "find_time_zone"]

COMMON = ("EUR", "USD", "GBP", "UAH", "RUB", "PLN", "KZT")
NEARLY_ALL = 0.95  # share of records from which one currency is the report's
SEASONS = (datetime(2024, 1, 15, tzinfo=UTC), datetime(2024, 7, 15, tzinfo=UTC))


def find_currency(amounts: Sequence[Column], codes: Column | None) -> Choice | Question:
    """Find the currency by the column of currencies, by signs beside the amounts, by names of columns.

    Parameters
    ----------
    amounts : sequence of Column
        The columns with money.
    codes : Column, optional
        The column with currencies.
    """
    if codes is not None and (named := _counted([codes])):
        reason, question = f"all of {shown(codes.name)}", f"{shown(codes.name)} names several currencies"
        return _usual(named, "sure", reason) or _several(named, question)
    if signs := _counted(amounts):
        question = "The amounts carry signs of several currencies"
        return _usual(signs, "likely", "its sign stands beside amounts") or _several(signs, question)
    for column in amounts:
        if code := currency_in(column.name):
            return Choice(code, "likely", f"the name of the column {shown(column.name)}")
    options = tuple(Option(code, get_currency_name(code, locale="en")) for code in COMMON)
    return Question("currency", "Which currency are the amounts in?", options)


def find_time_zone(
    offsets: Counter[str], currency: str | None, *, has_offset: bool
) -> Choice | Question | None:
    """Propose the client's time zone; a question only if the times carry offsets.

    Parameters
    ----------
    offsets : Counter of str
        Offsets in the values, such as ``+03:00``.
    currency : str, optional
        Its countries are thought of first.
    has_offset : bool
        Whether the times carry offsets, in the values or by the type of their column.

    Returns
    -------
    Choice or Question or None
        None if nothing hints at a zone; the times are local ones then, and it does not matter.
    """
    likely = TIME_ZONES.get(currency or "", ())
    if not has_offset:
        if len(likely) != 1:
            return None
        return Choice(
            likely[0], "likely", f"times have no offset, so they are local ones; {currency} is used there"
        )
    every = [*likely, *(zones[0] for code, zones in TIME_ZONES.items() if code != currency)]
    seen = set(offsets) - {"+00:00"}
    zones = [zone for zone in dict.fromkeys(every) if seen and seen <= _offsets_of(zone)]
    zones = list(dict.fromkeys([*(zones or likely), "UTC"]))[:7]
    text = "The times carry offsets from UTC. In which time zone do the client's days begin and end?"
    options = tuple(Option(zone, zone) for zone in zones)
    return Question("time_zone", text, options, zones[0] if len(zones) > 1 else None)


def _offsets_of(zone: str) -> set[str]:
    """Return the offsets of a zone in winter and summer."""
    found = (ZoneInfo(zone).utcoffset(time.replace(tzinfo=None)) or timedelta() for time in SEASONS)
    minutes = [int(offset.total_seconds()) // 60 for offset in found]
    return {f"{'-' if part < 0 else '+'}{abs(part) // 60:02d}:{abs(part) % 60:02d}" for part in minutes}


def _counted(columns: Sequence[Column]) -> Counter[str]:
    return Counter(code for column in columns for value in column.values if (code := currency_in(value)))


def _usual(found: Counter[str], certainty: Certainty, reason: str) -> Choice | None:
    """Take the only currency, or the one that nearly every record is in."""
    (code, count), *others = found.most_common()
    if not others:
        return Choice(code, certainty, reason)
    if count < NEARLY_ALL * found.total():
        return None
    listed = " and ".join(f"{number} in {other}" for other, number in others)
    reason = f"{count} of {found.total()} records; {listed}, which need rates: [tables.rates]"
    return Choice(code, "likely", reason)


def _several(found: Counter[str], text: str) -> Question:
    options = tuple(Option(code, f"{code}: {count} records") for code, count in found.most_common())
    return Question("currency", f"{text}; which is the report in?", options, options[0].value)

"""How reasons, and who can steer them, are called."""

from collections.abc import Iterable, Mapping

from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import ReasonBook, ReasonCode
from retention_utils.reasons.account import ReasonAccount
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = [
    "CONTROL",
    "CONTROL_KEYS",
    "control_keys",
    "counted",
    "name_of",
    "named",
    "reason_names",
    "span_of",
]

CONTROL = {
    "yes": message("the company"),
    "verify": message("to be verified"),
    "no": message("nobody"),
    "": message("reason not known"),
}
CONTROL_KEYS = {
    "yes": message("the company decides"),
    "verify": message("to be verified"),
    "no": message("nobody can steer it"),
    "": message("reason not known"),
}
BESIDE_CODES = {
    "unmatched": message("Said, but not recognised"),
    "silent": message("Asked, said nothing"),
}


def name_of(code: ReasonCode, formats: Formats) -> Text:
    """Name a reason as its list does."""
    return formats.given(code.name)


def reason_names(keys: Iterable[str], book: ReasonBook, formats: Formats) -> list[Text]:
    """Name reasons by their keys, and what stands beside them in a list."""
    known = {code.key: code for code in book.code}
    return [
        formats.say(BESIDE_CODES[key]) if key in BESIDE_CODES else name_of(known[key], formats)
        for key in keys
    ]


def named(keys: Iterable[str], book: ReasonBook, formats: Formats) -> Text:
    """List reasons by their names: each in quotes, so that it can stand in a sentence."""
    quoted = [formats.say("“{name}”", name=name) for name in reason_names(keys, book, formats)]
    return formats.listed(quoted)


def counted(counts: Mapping[str, int], book: ReasonBook, formats: Formats) -> Text:
    """List reasons by their names, with how many gave each."""
    names = reason_names(counts, book, formats)
    told = [
        formats.say("“{name}” ({count})", name=name, count=count)
        for name, count in zip(names, counts.values(), strict=True)
    ]
    return formats.listed(told)


def control_keys(formats: Formats) -> list[tuple[str, Text]]:
    """Say what the colours of a chart stand for: who can steer a reason."""
    return [(control, formats.say(words)) for control, words in CONTROL_KEYS.items()]


def span_of(account: ReasonAccount, formats: Formats) -> dict[str, Text | str]:
    """Give a sentence the periods looked at, as it asks for them."""
    if not account.first_period:
        return {"stretch": "all", "first": formats.name(""), "last": formats.name("")}
    return {
        "stretch": "one" if account.first_period == account.last_period else "several",
        "first": formats.period(account.first_period),
        "last": formats.period(account.last_period),
    }

"""The written forms of dates and times that can be read: what a format may hold, and its pattern."""

import re
from collections.abc import Iterable
from itertools import pairwise

__all__ = [
    "BLANKS",
    "EXCEL_SERIAL",
    "FOLDED",
    "MONTHS",
    "any_case",
    "check_format",
    "format_patterns",
    "has_time",
]

EXCEL_SERIAL = "excel"  # a date written as the number of days since 30 December 1899

BLANKS = " \t\n\r\v\f\u00a0\u2007\u2009\u202f\u2060\ufeff"  # with the no-break ones and the byte order mark
_SMALL = "abcdefghijklmnopqrstuvwxyz" + "абвгґдеєжзиіїйклмнопрстуўфхцчшщъыьэюяё"
FOLDED = (_SMALL.upper(), _SMALL)  # databases differ in what they take for capitals

# Month names in English, Russian and Ukrainian: nominative, genitive, abbreviations (without their point).
MONTHS = tuple(
    tuple(names.split())
    for names in (
        "january jan январь января янв січень січня січ",
        "february feb февраль февраля фев февр лютий лютого лют",
        "march mar март марта мар березень березня бер берез",
        "april apr апрель апреля апр квітень квітня квіт кві",
        "may май мая травень травня трав тра",
        "june jun июнь июня июн червень червня черв чер",
        "july jul июль июля июл липень липня лип",
        "august aug август августа авг серпень серпня серп сер",
        "september sep sept сентябрь сентября сен сент вересень вересня вер верес",
        "october oct октябрь октября окт жовтень жовтня жовт жов",
        "november nov ноябрь ноября ноя нояб листопад листопада лист лис",
        "december dec декабрь декабря дек грудень грудня груд гру",
    )
)
_B = f"[{BLANKS}]"
# No text fits such a pattern in two ways: RE2 is much quicker then.
_MONTH, _DAY = "0[1-9]|1[0-2]?|[2-9]", "0[1-9]|[12][0-9]?|3[01]?|[4-9]"
_HOUR, _MINUTE = "[01][0-9]?|2[0-3]?|[3-9]", "[0-5][0-9]?|[6-9]"


def any_case(text: str) -> str:
    """Return a regular expression for a text in capitals, small letters or both."""
    return "".join(map(_letter, text))


def _letter(letter: str) -> str:
    small, capital = letter.lower(), letter.upper()
    if small != capital:
        return f"[{small}{capital}]"
    if letter.isalnum():
        return letter
    return "\\" + letter if letter in "\\^[]" else f"[{letter}]"


# Any word; whether it names a month is looked up, which keeps the expression short.
_NAME = "[A-Za-zА-Яа-яЁёЄєІіЇїҐґ]+"
_YEAR_WORD = f"(?:{_B}*(?:{any_case('года')}|{any_case('року')}|[гГрР][.]?))?"  # 2024 г.
# What stands before a part, the part itself, and what may follow it.
_PATTERNS = {
    "%Y": ("", "[1-9][0-9]{3}", _YEAR_WORD),
    "%y": ("", "[0-9]{1,2}", _YEAR_WORD),
    "%m": ("", _MONTH, ""),
    "%b": ("", _NAME, "[.]?"),
    "%B": ("", _NAME, "[.]?"),
    "%d": ("", _DAY, ""),
    "%H": ("", _HOUR, ""),
    "%I": ("", _MONTH, ""),
    "%M": ("", _MINUTE, ""),
    "%S": ("", _MINUTE, ""),
    "%f": ("", "[0-9]{1,6}", "[0-9]{0,3}"),
    "%p": ("", "[aApP]", "[.]?[mM][.]?"),
    "%z": (f"{_B}*", f"[zZ]|{any_case('utc')}|{any_case('gmt')}|[-+](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?", ""),
}
# Where numbers touch each other, each has all its digits.
_TOUCHING = {
    "%Y": "[1-9][0-9]{3}", "%y": "[0-9]{2}", "%m": "0[1-9]|1[0-2]", "%d": "0[1-9]|[12][0-9]|3[01]",
    "%H": "[01][0-9]|2[0-3]", "%I": "0[1-9]|1[0-2]", "%M": "[0-5][0-9]", "%S": "[0-5][0-9]",
    "%f": "[0-9]{1,6}",
}  # fmt: skip
# Each needs one of the others in the same format.
_NEEDS = {
    "%I": ("%p",), "%p": ("%I",), "%M": ("%H", "%I"), "%S": ("%M",), "%f": ("%S",), "%z": ("%H", "%I"),
}  # fmt: skip
_DATE = {"year": ("%Y", "%y"), "month": ("%m", "%b", "%B"), "day": ("%d",)}
_ONCE = (*_DATE.values(), ("%H", "%I"), ("%M",), ("%S",), ("%f",), ("%p",), ("%z",))


def check_format(form: str) -> str | None:
    """Return why dates in this format cannot be read, or None if they can.

    Parameters
    ----------
    form : str
        As in strptime, with the directives %Y %y %m %b %B %d %H %I %M %S %f %p %z; or "excel".
    """
    if form == EXCEL_SERIAL:
        return None
    parts = [part for part in _split(form) if part[0] == "%" and part != "%%"]
    unknown = [part for part in dict.fromkeys(parts) if part not in _PATTERNS]
    reasons = [f"{part} is not known; known are {' '.join(_PATTERNS)}" for part in unknown]
    reasons += [
        f"there is no {what} ({' or '.join(ways)})"
        for what, ways in _DATE.items()
        if not set(ways) & set(parts)
    ]
    reasons += [
        f"{' and '.join(found)} say the same"
        for ways in _ONCE
        if len(found := [part for part in parts if part in ways]) > 1
    ]
    reasons += [
        f"{part} needs {' or '.join(others)}"
        for part, others in _NEEDS.items()
        if part in parts and not set(others) & set(parts)
    ]
    return "; ".join(reasons) or None


def has_time(formats: Iterable[str]) -> bool:
    """Say whether any of the formats reads a time of day; a number of Excel's may hold one."""
    return any(form == EXCEL_SERIAL or {"%H", "%I"} & set(_split(form)) for form in formats)


def format_patterns(form: str) -> tuple[dict[str, str], bool]:
    """Return the regular expression of a format, once for every part, and whether the parts stand apart.

    The expressions mean the same in RE2, Java and PostgreSQL. They take no heed of case and outer blanks.
    Numbers that follow each other directly are read with all their digits.

    Returns
    -------
    tuple
        By directive, the expression with that part as its only group; False if two numbers touch each other.
    """
    parts = _split(form.strip(BLANKS))
    touching = {part for pair in pairwise(parts) if set(pair) <= set(_TOUCHING) for part in pair}

    def whole(wanted: str) -> str:
        body = "".join(_part(part, part in touching, part == wanted) for part in parts)
        return f"^{_B}*{body}{_B}*$"

    return {part: whole(part) for part in parts if part in _PATTERNS}, not touching


def _part(part: str, is_touching: bool, is_wanted: bool) -> str:
    if part not in _PATTERNS:
        return _literal(part)
    before, body, after = ("", _TOUCHING[part], "") if is_touching else _PATTERNS[part]
    return f"{before}({'' if is_wanted else '?:'}{body}){after}"


def _split(form: str) -> list[str]:
    """Split a format into directives (%Y) and what stands between them."""
    return re.findall(r"%.?|[^%]+", form, re.DOTALL)


def _literal(part: str) -> str:
    words = re.split("( +)", "%" if part == "%%" else part)
    return "".join(f"{_B}+" if word.startswith(" ") else any_case(word) for word in words if word)

"""Text or typed columns into ids, amounts and times, as expressions that mean the same in every engine.

What cannot be read becomes NULL, never an error: PostgreSQL has no cast that gives way, so its casts see
only what a regular expression let through. DuckDB first tries its own reading, quicker and stricter.
"""

from collections.abc import Sequence
from datetime import datetime

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from retention_utils.sources.zones import absolute_or_naive, from_seconds, shifted, timezone
from retention_utils.time_formats import (
    BLANKS,
    EXCEL_SERIAL,
    FOLDED,
    MONTHS,
    any_case,
    format_patterns,
    has_time,
)

__all__ = ["as_amount", "as_text", "as_time"]

AMOUNT = "decimal(18, 4)"
LIMIT = 99_999_999_999_999  # amounts below it still fit when they are rounded
APOSTROPHES = "'’ʼ"
LONGEST_NUMBER = 200  # characters; PostgreSQL refuses numbers of very many
FIRST_YEAR = 1000  # earlier ones are years of two or three digits
FIRST_SERIAL, LAST_SERIAL = 61, 2958466  # 1 March 1900; before it Excel counts a day that never was. 10000
UNIX_SERIAL = 25569  # 1 January 1970
DAY_SECONDS = 86400

MONTH_NUMBERS = "".join(f",{name}={number:02}" for number, names in enumerate(MONTHS, 1) for name in names)


@ibis.udf.scalar.builtin
def try_strptime(text: str, form: str) -> datetime:
    """Read a time with DuckDB; NULL where the text does not fit."""


@ibis.udf.scalar.builtin
def make_timestamp(
    year: dt.int32,
    month: dt.int32,
    day: dt.int32,
    hour: dt.int32,
    minute: dt.int32,
    second: dt.Decimal(8, 6),
) -> datetime:
    """Put a time together; NULL if a part is NULL."""


def as_text(value: ir.Value) -> ir.StringValue:
    """Read an id: text without outer blanks, also no-break ones; NULL if nothing is left.

    Whole numbers are written as digits, also where the column is typed as floating: 12.0 is 12.
    """
    kind = value.type()
    if kind.is_floating():
        whole = ibis.ifelse(value.abs() < 2**53, value, ibis.null(kind)).cast("int64")
        return ibis.cases((whole == value, whole.cast("string")), else_=value.cast("string"))
    if kind.is_decimal():
        return value.cast("string").re_replace("[.]0+$", "")
    if not kind.is_string():
        return value.cast("string")
    return value.re_replace(f"^[{BLANKS}]+|[{BLANKS}]+$", "").nullif("")


def as_amount(
    value: ir.Value, *, decimal_mark: str = ".", thousands_mark: str = "", signs: Sequence[str] = ()
) -> ir.DecimalValue:
    """Read an amount of money.

    Parameters
    ----------
    value : ir.Value
        Text or numbers.
    decimal_mark, thousands_mark : str
        As in :class:`retention_utils.source_config.Source`. Blanks and apostrophes may stand between groups
        of three digits whatever the mark is.
    signs : sequence of str
        What may stand before or after the number, from :func:`retention_utils.currency_signs.currency_signs`.

    Returns
    -------
    ir.DecimalValue
        decimal(18, 4), a half rounded away from zero; NULL where the text is no amount, names another
        currency or has more than fourteen digits before the mark. A minus may stand before, after, or be a
        pair of parentheses.
    """
    kind = value.type()
    if kind.is_boolean() or not (kind.is_numeric() or kind.is_string()):
        return ibis.null(AMOUNT)
    if kind.is_numeric():
        # NaN counts as greater than anything.
        return ibis.ifelse(value.abs() < LIMIT, value, ibis.null(kind)).try_cast(AMOUNT)
    is_plain = value.re_search(f"^-?[0-9]{{1,13}}(?:[{decimal_mark}][0-9]*)?$")
    plain = ibis.ifelse(is_plain, value.replace(decimal_mark, "."), ibis.null("string")).try_cast(AMOUNT)
    return _first_of([plain, _marked_amount(value, decimal_mark, thousands_mark, signs)])


def as_time(
    value: ir.Value, *, engine: str, formats: Sequence[str], zone: str, to_zone: str
) -> ir.TimestampValue:
    """Read a time, or a day as its midnight.

    Parameters
    ----------
    value : ir.Value
        Text, numbers, dates or timestamps.
    engine : str
        Name of the Ibis backend: ``duckdb``, ``postgres`` or ``pyspark``.
    formats : sequence of str
        That :func:`retention_utils.time_formats.check_format` finds no fault with; the first that fits.
    zone : str
        Time zone of times that do not say their own. An hour that clocks show twice is taken for the
        second, one that they skip for the hour after.
    to_zone : str
        The client's time zone.

    Returns
    -------
    ir.TimestampValue
        Without a zone, as clocks in ``to_zone`` show it; days are never shifted. NULL where no format fits,
        the date does not exist, or its year is before 1000.
    """
    kind = value.type()
    if kind.is_date():
        return value.cast("timestamp")
    if kind.is_timestamp():
        return absolute_or_naive(value, engine, zone, to_zone)
    text = value if kind.is_string() else as_text(value)
    found: list[ir.Value] = []
    for form in formats:
        found += (
            _serial(text, engine, zone, to_zone)
            if form == EXCEL_SERIAL
            else [
                shifted(read, engine, source, to_zone) if has_time([form]) else read
                for read, source in _readings(text, engine, form, zone)
            ]
        )
    return _first_of(found)


def _first_of(ways: Sequence[ir.Value]) -> ir.Value:
    """Return the first that is not NULL; as CASE, since DuckDB works out what COALESCE may not need."""
    *tried, last = ways
    return ibis.cases(*((way.notnull(), way) for way in tried), else_=last) if tried else last


def _marked_amount(
    value: ir.StringValue, decimal_mark: str, thousands_mark: str, signs: Sequence[str]
) -> ir.DecimalValue:
    """Read an amount with signs, groups of digits or an exponent."""
    pattern = _amount_pattern(decimal_mark, thousands_mark, signs)
    around = (value.re_extract(pattern, 1) + value.re_extract(pattern, 3)).re_replace("[^-−+()]", "")
    gaps = f"[{BLANKS}{APOSTROPHES}{thousands_mark}]"
    digits = value.re_extract(pattern, 2).re_replace(gaps, "").replace(decimal_mark, ".").nullif("")
    fits = digits.cast("float64") < LIMIT
    amount = ibis.ifelse(fits, digits, ibis.null("string")).try_cast(AMOUNT)
    signed = ibis.cases(
        (around.isin(["", "+"]), amount), (around.isin(["-", "−", "()"]), -amount), else_=ibis.null(AMOUNT)
    )
    is_amount = value.re_search(pattern) & (value.length() <= LONGEST_NUMBER)
    return ibis.ifelse(is_amount, signed, ibis.null(AMOUNT)).cast(AMOUNT)


def _amount_pattern(decimal_mark: str, thousands_mark: str, signs: Sequence[str]) -> str:
    """Return a regular expression with the groups: before the number, the number, after it."""
    gaps = [BLANKS, APOSTROPHES, *thousands_mark]
    groups = "|".join(f"(?:[{gap}][0-9]{{3}})+" for gap in gaps)
    whole = f"(?:[0-9]{{1,3}}(?:{groups})|[0-9]+)(?:[{decimal_mark}][0-9]*)?"
    number = f"((?:{whole}|[{decimal_mark}][0-9]+)(?:[eE][-+]?0*[0-9]{{1,2}})?)"
    sign = f"(?:{'|'.join(map(any_case, signs))})?" if signs else ""
    before, after = f"[-−+({BLANKS}]*", f"[-−){BLANKS}]*"
    return f"^({before}{sign}{before}){number}({after}{sign}{after})$"


def _readings(text: ir.StringValue, engine: str, form: str, zone: str) -> list[tuple[ir.TimestampValue, str]]:
    """Return the ways to read a format, quick one first, each with the zone of what it gives."""
    patterns, apart = format_patterns(form)
    slow = [(_put_together(text, patterns), "UTC" if "%z" in patterns else zone)]
    if engine != "duckdb" or not apart:
        return slow
    # What DuckDB does not know, such as "epoch", it takes for the first day of 1900, and 24 for the year 24.
    quick = try_strptime(text, form.replace("%z", "Z"))
    if "%z" in patterns:
        # It does not know Z for an offset, but does know offsets of 99 hours.
        fitting = ibis.ifelse(text.re_search(patterns["%z"]), text, ibis.null("string"))
        quick = _first_of([quick, timezone("UTC", try_strptime(fitting, form))])
    in_doubt = (quick == ibis.timestamp("1900-01-01")) | (quick < ibis.timestamp(f"{FIRST_YEAR}-01-01"))
    return [(ibis.ifelse(in_doubt, ibis.null("timestamp"), quick), slow[0][1]), *slow]


def _put_together(text: ir.StringValue, patterns: dict[str, str]) -> ir.TimestampValue:
    """Read a text by its patterns into the time of its zone, or of UTC if it says its offset."""
    found = {part: text.re_extract(pattern, 1).nullif("") for part, pattern in patterns.items()}
    year = found["%Y"].cast("int32") if "%Y" in found else _short_year(found["%y"].cast("int32"))
    month = found["%m"].cast("int32") if "%m" in found else _month_number(found)
    day = found["%d"].cast("int32")
    minute = found["%M"].cast("int32") if "%M" in found else ibis.literal(0, "int32")
    second = found.get("%S", ibis.literal("0"))
    if "%f" in found:
        second = second + "." + found["%f"]
    day = ibis.ifelse(day <= _days_in(year, month), day, ibis.null("int32"))
    time = make_timestamp(year, month, day, _hour(found), minute, second.cast("decimal(8, 6)"))
    if "%z" in found:
        time = time - _offset_minutes(found["%z"]).as_interval("m")
    return ibis.ifelse(text.re_search(patterns["%d"]), time, ibis.null("timestamp"))


def _short_year(year: ir.IntegerValue) -> ir.IntegerValue:
    return ibis.ifelse(year >= 69, year + 1900, year + 2000).cast("int32")


def _month_number(found: dict[str, ir.StringValue]) -> ir.IntegerValue:
    named = found["%b"] if "%b" in found else found["%B"]
    name = named.translate(*FOLDED)
    # Looked up in one text: as cases, Spark would write the name out ninety times.
    place = ibis.literal(MONTH_NUMBERS).find("," + name + "=")
    place = ibis.ifelse(place >= 0, place + name.length() + 2, ibis.null("int64")).cast("int32")
    return ibis.literal(MONTH_NUMBERS).substr(place, 2).cast("int32")


def _days_in(year: ir.IntegerValue, month: ir.IntegerValue) -> ir.IntegerValue:
    is_leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    days = ibis.literal("312831303130313130313031").substr(month * 2 - 2, 2).cast("int32")
    return days + ((month == 2) & is_leap).cast("int32")


def _hour(found: dict[str, ir.StringValue]) -> ir.IntegerValue:
    if "%I" in found:
        afternoon = ibis.ifelse(found["%p"].isin(["p", "P"]), 12, 0)
        return (found["%I"].cast("int32") % 12 + afternoon).cast("int32")
    return found["%H"].cast("int32") if "%H" in found else ibis.literal(0, "int32")


def _offset_minutes(offset: ir.StringValue) -> ir.IntegerValue:
    digits = ibis.ifelse(offset.re_search("[0-9]"), offset.re_replace("[-+:]", "") + "00", "0000")
    minutes = digits.substr(0, 2).cast("int32") * 60 + digits.substr(2, 2).cast("int32")
    return ibis.ifelse(offset.startswith("-"), -minutes, minutes)


def _serial(text: ir.StringValue, engine: str, zone: str, to_zone: str) -> list[ir.TimestampValue]:
    """Read a day number of Excel's, to the second; a whole one is a day and is not shifted."""
    number = text.re_extract(f"^[{BLANKS}]*([0-9]{{2,7}}(?:[.,][0-9]{{0,15}})?)[{BLANKS}]*$", 1)
    number = number.nullif("").replace(",", ".").cast("float64")
    number = ibis.ifelse((number >= FIRST_SERIAL) & (number < LAST_SERIAL), number, ibis.null("float64"))
    seconds = ((number - UNIX_SERIAL) * DAY_SECONDS + 0.5).floor().cast("float64")
    time = from_seconds(seconds, engine)
    return [ibis.ifelse(number == number.floor(), time, shifted(time, engine, zone, to_zone))]

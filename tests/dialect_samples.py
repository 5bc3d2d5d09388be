"""Random exports for readers: a clean table, the dialect it is written in, and how a client file says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import strategies as st

from retention_utils.export_dialects import COLUMN_NAMES, TOTAL_WORDS, Dialect, column_name, write_export

# Codecs the client file knows, and a byte order mark, which it does not have to know.
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1251", "cp1252", "latin-1", "koi8-r", "cp866")
DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d.%m.%y")
MINUTE_FORMATS = (
    "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p",
)  # fmt: skip
WORDED_FORMATS = ("%d %B %Y", "%d %B %Y %H:%M", "%d %b %Y %H:%M")
OFFSET_FORMATS = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M %z")
ZONES = ("UTC", "Europe/Kyiv", "Asia/Almaty", "America/New_York")
SIGNS = {"": "", "UAH": "грн", "EUR": "€", "USD": "$"}
THOUSANDS = ("", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "'", ".", ",")
ID_LETTERS = "abXYZ0129 -_/.,;:|\t'\"\n#@=+()<>&жїЖéß"  # ids begin with a digit, so none is a word or blank
TITLES = ("Orders", "Отчёт по заказам; 2024", 'Звіт "Замовлення"', "Export, 2021 - 2024")
FIRST_TIME = datetime(2019, 1, 1)
MOST_MINUTES = 7 * 365 * 24 * 60


@dataclass(frozen=True)
class Export:
    """A clean table with the dialect it is to be written in."""

    table: pd.DataFrame  # customer_id, ordered_at, amount and perhaps order_id
    dialect: Dialect
    currency: str  # whose sign the dialect uses

    @property
    def content(self) -> bytes:
        """The file."""
        return write_export(self.table, self.dialect)

    @property
    def settings(self) -> dict[str, object]:
        """The keys of the section ``[orders]``, without ``path``, that describe the file."""
        return source_settings(self.dialect, list(self.table.columns))


def source_settings(dialect: Dialect, columns: Sequence[str]) -> dict[str, object]:
    """Say in the words of the client file how an export with these columns is written."""
    has_names = dialect.has_header
    theirs = {
        column: column_name(column, dialect) if has_names else position
        for position, column in enumerate(columns, 1)
    }
    is_stated = dialect.thousands_mark in (".", ",")
    return {
        "encoding": "utf-8" if dialect.encoding == "utf-8-sig" else dialect.encoding,
        "delimiter": dialect.delimiter,
        "header_row": dialect.header_row,
        "date_format": dialect.date_format,
        "decimal_mark": dialect.decimal_mark,
        "thousands_mark": dialect.thousands_mark if is_stated else "",
        "columns": theirs,
    }


@st.composite
def dialects(draw: st.DrawFn, *, formats: Sequence[str] | None = None) -> Dialect:
    """Draw a dialect whose every text its encoding can write; ``formats`` narrows the forms of dates."""
    encoding = draw(st.sampled_from(ENCODINGS))
    decimal_mark = draw(st.sampled_from([".", ","]))
    thousands = [m for m in THOUSANDS if m != decimal_mark and _fits(m, encoding)]
    all_formats = (*DAY_FORMATS, *MINUTE_FORMATS, *WORDED_FORMATS, *OFFSET_FORMATS)
    form = draw(st.sampled_from(formats or all_formats))
    languages = [code for code, names in COLUMN_NAMES.items() if _fits("".join(names.values()), encoding)]
    language = draw(st.sampled_from(languages))
    titles = [title for title in TITLES if _fits(title, encoding)]
    has_header = draw(st.integers(0, 9)) > 0
    return Dialect(
        encoding=encoding,
        delimiter=draw(st.sampled_from([",", ";", "\t", "|"])),
        decimal_mark=decimal_mark,
        thousands_mark=draw(st.sampled_from(thousands)),
        date_format=form,
        time_zone=draw(st.sampled_from(ZONES)) if "%z" in form else None,
        language=language,
        title_lines=tuple(draw(st.lists(st.sampled_from(titles), max_size=3))) if has_header else (),
        has_header=has_header,
        repeat_header_after=draw(st.integers(0, 5)) if has_header else 0,
        has_total=draw(st.booleans()) and _fits(TOTAL_WORDS[language], encoding),
        trailing_columns=draw(st.integers(0, 2)),
        quote_all=draw(st.booleans()),
        line_end=draw(st.sampled_from(["\r\n", "\n"])),
        currency_sign=draw(st.sampled_from([sign for sign in SIGNS.values() if _fits(sign, encoding)])),
        sign_every=draw(st.integers(1, 3)),
        blank_line_after=draw(st.integers(0, 4)),
    )


@st.composite
def exports(draw: st.DrawFn, *, formats: Sequence[str] | None = None, most: int = 12) -> Export:
    """Draw a table of up to ``most`` orders and a dialect that can write it without loss.

    Amounts have two decimals. Times are whole minutes, whole days where the form of dates knows no hours.
    Cells of a repeated header or a line of totals can be told by their missing date.
    """
    dialect = draw(dialects(formats=formats))
    letters = [letter for letter in ID_LETTERS if _fits(letter, dialect.encoding)]
    texts = st.builds("{}{}".format, st.integers(0, 9), st.text(letters, max_size=6)).map(str.strip)
    amounts = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
    count = draw(st.integers(1, most))
    columns = {
        "customer_id": draw(st.lists(texts, min_size=count, max_size=count)),
        "ordered_at": draw(st.lists(_times(dialect), min_size=count, max_size=count)),
        "amount": draw(st.lists(amounts, min_size=count, max_size=count)),
    }
    if draw(st.booleans()):
        columns["order_id"] = [f"{number:05d}" for number in range(count)]
    # The word for the total stands in the first column, its amount in another.
    order = draw(st.permutations(list(columns)).filter(lambda names: names[0] != "amount"))
    sign_codes = {sign: code for code, sign in SIGNS.items()}
    return Export(pd.DataFrame(columns)[order], dialect, sign_codes[dialect.currency_sign] or "EUR")


def _times(dialect: Dialect) -> st.SearchStrategy[datetime]:
    times = st.integers(0, MOST_MINUTES).map(lambda minutes: FIRST_TIME + timedelta(minutes=minutes))
    if "%H" not in dialect.date_format and "%I" not in dialect.date_format:
        return times.map(lambda time: time.replace(hour=0, minute=0))
    if dialect.time_zone is None:
        return times
    zone = ZoneInfo(dialect.time_zone)
    # The hour that the clocks skip in spring does not exist.
    return times.filter(
        lambda time: time.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == time
    )


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True

"""The order log: whatever the client sent becomes one typed row per record, and nothing is dropped."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import ibis
import ibis.expr.types as ir

from retention_utils.currency_signs import currency_signs, currency_words
from retention_utils.errors import InputError
from retention_utils.source_config import ATTRIBUTES, OrderSource
from retention_utils.sources.parsing import as_amount, as_text, as_time
from retention_utils.sources.raw import read_raw
from retention_utils.sources.unpacking import unpacked
from retention_utils.time_formats import FOLDED

__all__ = ["first_and_last_day", "read_order_log"]

LONGEST_PAUSE_DAYS = 366  # without an order, before a stray date is suspected
BEYOND_BELIEF = 10**14  # what amounts stay below
ISO_TIME = "%Y-%m-%dT%H:%M:%S"  # how a date cell of a spreadsheet is handed on
# The first word of a line of totals; engines differ in where words of Cyrillic letters end.
TOTAL_WORDS = (
    r"^(grand total|total|totals|subtotal|sum|итого|итог|всего|сумма|всього|разом|усього|підсумок|сума)"
    r"([^a-zа-яёіїєґ]|$)"
)


@ibis.udf.scalar.builtin
def md5(text: str) -> str:
    """Hash a text; every engine has it under this name."""


def read_order_log(
    backend: ibis.BaseBackend,
    source: OrderSource,
    files: Sequence[Path],
    *,
    currency: str,
    time_zone: str,
    workspace: Path,
    stage: Callable[[ir.Table], ir.Table] = lambda table: table,
) -> ir.Table:
    """Read an order log.

    Parameters
    ----------
    backend : ibis.BaseBackend
        The engine that reads the files or holds the table.
    source : OrderSource
        Where the log is, how it is written, which columns hold what.
    files : sequence of Path
        From :func:`retention_utils.sources.files.source_files`; none for a database.
    currency : str
        The client's, whose signs may stand beside amounts.
    time_zone : str
        The client's, in which days begin and end.
    workspace : Path
        A folder for unpacked files, kept as long as the table is used.
    stage : callable, optional
        Computes a table at once, for engines that work out an expression anew wherever it is mentioned.

    Returns
    -------
    ir.Table
        One row per record: ``row`` (its number in the file, a header counted), ``file``, ``customer_id``
        (text, NULL when empty), ``ordered_at`` (timestamp in the client's zone), ``amount`` (decimal, in the
        row's own currency), ``fault`` (why the row cannot be read: a key of
        :data:`retention_utils.quality.uses.USES`, else NULL), ``found`` (the text at fault, else NULL), and
        of ``order_id``, ``refund_of``, ``channel``, ``category`` (text, NULL when empty), ``status`` (lower
        case), ``currency`` (upper case), ``email``, ``phone`` (both hashed) those that the client file maps.

    Raises
    ------
    InputError
        If a file cannot be read as stated or lacks a column.
    """
    raw = read_raw(backend, source, files, source.columns.mapped(), workspace=workspace)
    ordered_at = as_time(
        raw["ordered_at"],
        formats=_date_formats(source, files, workspace),
        engine=backend.name,
        zone=source.time_zone or time_zone,
        to_zone=time_zone,
    )
    further = _further(raw, source, currency)
    typed = stage(
        raw.select(
            "row", "file", "label", "extra", customer_id=as_text(raw["customer_id"]), ordered_at=ordered_at,
            amount=_amount(raw, source, currency), ordered_at_text=raw["ordered_at"].cast("string"),
            amount_text=_amount_text(raw), **further,
        )
    )  # fmt: skip
    fault, found = _fault(typed, source)
    always = ["row", "file", "customer_id", "ordered_at", "amount"]
    return typed.select(*always, *further, fault=fault, found=found)


def first_and_last_day(
    order_log: ir.Table, *, not_before: date | None = None, not_after: date | None = None
) -> tuple[date, date]:
    """Return the first and the last day with a readable order date, if the days between hang together.

    A single row dated 1970 or 2199 would otherwise decide what the whole report is about.

    Parameters
    ----------
    order_log : ir.Table
        From :func:`read_order_log`.
    not_before, not_after : date, optional
        Days outside are not looked at: the bounds that the client file states.

    Raises
    ------
    InputError
        If no row has a readable date within the bounds, or more than a year lies between two successive days.
    """
    dated = order_log.select(day=order_log["ordered_at"].date()).distinct().to_pyarrow()["day"].to_pylist()
    days = sorted(
        day
        for day in dated
        if day and (not_before is None or day >= not_before) and (not_after is None or day <= not_after)
    )
    if not days:
        raise InputError(_no_day(order_log, [day for day in dated if day]))
    for earlier, later in pairwise(days):
        if (later - earlier).days > LONGEST_PAUSE_DAYS:
            msg = (
                f"The order log holds orders of {earlier} and of {later} and none between. If a date is "
                "wrong, correct it; if not, state history_start and data_horizon in client.toml."
            )
            raise InputError(msg)
    return days[0], days[-1]


def _no_day(order_log: ir.Table, dated: Sequence[date]) -> str:
    if dated:
        return (
            f"The order log holds orders of {min(dated)} to {max(dated)}, none of them within what "
            "client.toml states. Check history_start and data_horizon."
        )
    first = {name: order_log[name].argmin(order_log["row"]) for name in ("file", "found")}
    (seen,) = order_log.aggregate(row=order_log["row"].min(), **first).to_pyarrow().to_pylist()
    place = f"; the first is row {seen['row']} of {seen['file']}, found {seen['found']!r}"
    found = "; it holds no rows" if seen["row"] is None else place
    return f"No row of the order log has a readable date{found}. Check orders.date_format and orders.columns."


def _date_formats(source: OrderSource, files: Sequence[Path], workspace: Path) -> tuple[str, ...]:
    inner = (Path(file.inner) for file in unpacked(files, workspace))
    has_sheets = any(source.format_of(file) == "spreadsheet" for file in inner)
    return (*source.date_format, ISO_TIME) if has_sheets else source.date_format


def _amount(raw: ir.Table, source: OrderSource, currency: str) -> ir.DecimalValue:
    """Give the amount of a row: as found or quantity times price, less what is to be taken off."""

    def number(name: str) -> ir.DecimalValue:
        return as_amount(
            raw[name],
            decimal_mark=source.decimal_mark,
            thousands_mark=source.thousands_mark,
            signs=currency_signs(currency),
        )

    if "amount" in raw.columns:
        amount = number("amount")
    else:
        # With a factor of nineteen digits DuckDB makes room for the product, with eighteen it gives up.
        # Ibis takes the product for a decimal of four places and would leave out the cast to it.
        product = number("quantity").cast("decimal(19, 4)") * number("unit_price")
        amount = product.cast("decimal(38, 8)").cast("decimal(38, 4)")
    for name in (name for name in raw.columns if name.startswith("less_")):
        is_empty = as_text(raw[name]).isnull()
        nothing = ibis.literal(0).cast("decimal(18, 4)")
        amount = amount.cast("decimal(38, 4)") - ibis.cases((is_empty, nothing), else_=number(name))
    is_believable = amount.abs() < BEYOND_BELIEF
    return ibis.cases((is_believable, amount), else_=ibis.null(amount.type())).cast("decimal(18, 4)")


def _amount_text(raw: ir.Table) -> ir.StringValue:
    names = ["amount"] if "amount" in raw.columns else ["quantity", "unit_price"]
    names += [name for name in raw.columns if name.startswith("less_")]
    texts = [raw[name].cast("string").fill_null("") for name in names]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + " | " + text
    return joined


def _fault(typed: ir.Table, source: OrderSource) -> tuple[ir.StringValue, ir.StringValue]:
    """Say what makes a record no order at all, and show the text that does."""
    is_undated = typed["ordered_at"].isnull()
    header = source.columns.ordered_at
    is_header = typed["ordered_at_text"].strip() == header if isinstance(header, str) else ibis.literal(False)
    # The word stands in the first cell, which may be that of the date or of the customer.
    has_no_date = as_text(typed["ordered_at_text"]).isnull() | (typed["ordered_at_text"] == typed["label"])
    is_total = has_no_date & _small(typed["label"].strip()).re_search(TOTAL_WORDS)
    # Nested, so that the engine looks closely at the rows without a date only.
    is_total = is_total.fill_null(False)
    is_ragged = typed["extra"].notnull()
    undated_fault = ibis.cases(
        (is_header.fill_null(False), "repeated_header"),
        (is_total, "total_row"),
        (is_ragged, "ragged"),
        else_="bad_date",
    )
    undated_text = ibis.cases(
        (is_total, typed["label"]), (is_ragged, typed["extra"]), else_=typed["ordered_at_text"]
    )
    fault = ibis.cases(
        (is_undated, undated_fault),
        (is_ragged, "ragged"),
        (typed["amount"].isnull(), "bad_amount"),
        else_=ibis.null("string"),
    )
    found = ibis.cases(
        (is_undated, undated_text),
        (is_ragged, typed["extra"]),
        (typed["amount"].isnull(), typed["amount_text"]),
        else_=ibis.null("string"),
    )
    return fault, found


def _further(raw: ir.Table, source: OrderSource, currency: str) -> dict[str, ir.StringValue]:
    """Return the columns that not every order log has."""
    there = source.columns.mapped().keys()
    texts = {name: as_text(raw[name]) for name in ("order_id", "refund_of", *ATTRIBUTES) if name in there}
    if "status" in there:
        texts["status"] = _small(as_text(raw["status"]))
    if "currency" in there:
        named = as_text(raw["currency"])
        texts["currency"] = _small(named).cases(*currency_words(currency).items(), else_=named.upper())
    if "email" in there:
        texts["email"] = md5(_small(as_text(raw["email"])))
    if "phone" in there:
        digits = as_text(raw["phone"]).re_replace(r"[^0-9]", "")
        # Country and trunk prefixes differ for the same number: +380…, 8…, 0….
        texts["phone"] = ibis.cases((digits.length() >= 9, md5(digits.right(9))), else_=ibis.null("string"))
    return texts


def _small(text: ir.StringValue) -> ir.StringValue:
    """Write a text in small letters; databases differ in what their own function does to Cyrillic."""
    return text.translate(*FOLDED)

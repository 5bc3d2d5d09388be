"""Numbers of the past that are different now, and actions that were promised, in words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from retention_utils.columns.since_last import DUE, OPEN_COLUMNS, RESTATED, SETTINGS
from retention_utils.display import Callout, Finding
from retention_utils.display_tables import Table, show_table
from retention_utils.formats import BLANK, Formats
from retention_utils.notebooks import chapter_title
from retention_utils.since_last.promises import OPEN, is_due
from retention_utils.since_last.restated import notable
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["due_table", "open_table", "promised", "restated", "restated_table", "settings_table"]

REASONS = {
    "data": message("rows that came late or were corrected, or later refunds"),
    "definitions": message("settings of the client that were changed"),
    "code": message("a changed version of this program"),
    "versions": message("changed versions of the software it rests on"),
}
ONLY_REASON = message(
    "{reason, select, data {The reason lies in the data: rows came late or were corrected, or orders of "
    "that time were paid back since.} definitions {The reason: settings of the client were changed; they "
    "are listed below.} code {The reason: this program was changed.} versions {The reason: the software "
    "this program rests on was changed.} other {Why is not known: nothing recorded of the earlier report "
    "tells.}}"
)
MOVED = {
    "as hoped": message("yes, as hoped{tested, select, yes {} other {; not tested for chance}}"),
    "the other way": message("the other way{tested, select, yes {} other {; not tested for chance}}"),
    "within chance": message("no more than chance brings about"),
    "not": message("no"),
    "unknown": message("cannot be said"),
}


def restated(cells: pd.DataFrame, *, earlier: str, reasons: Sequence[str], formats: Formats) -> Finding:
    """Say how many numbers of the past are different now, and why as far as it is known.

    Parameters
    ----------
    cells : DataFrame
        From :func:`retention_utils.since_last.restated.restated_cells`.
    earlier : str
        Key of the earlier report's period.
    reasons : sequence of str
        From :func:`retention_utils.since_last.restated.restated_reasons`.
    """
    before = formats.period(earlier)
    if cells.empty:
        text = formats.say(
            "None of the numbers about the past that the report for {before} printed has changed.",
            before=before,
        )
        return Finding("restated", "no clear change", text)
    first = _example(cells)
    sentences = [
        formats.say(
            "{cells, plural, one {# number about the past that the report for {before} printed is "
            "different now} other {# numbers about the past that the report for {before} printed are "
            "different now}}, such as “{number}” of {period}: {then} then, {now} now.",
            cells=len(cells),
            before=before,
            number=first["label"],
            period=formats.period(first["period"]),
            then=formats.value(first["before"], first["unit"]),
            now=formats.value(first["now"], first["unit"]),
        ),
        *_orders(cells, formats),
        _why(reasons, formats),
    ]
    return Finding("restated", "with reservations", formats.joined(sentences, by=" "))


def restated_table(cells: pd.DataFrame, *, most: int, formats: Formats) -> Table | Callout:
    """List the numbers of the past that are different now, up to ``most`` of them."""
    listed = cells.head(most)
    rows = listed.assign(
        row=[_row(cell, formats) for _, cell in listed.iterrows()],
        chapter=[formats.say(chapter_title(name)) for name in listed["chapter"]],
        before=[formats.value(cell["before"], cell["unit"]) for _, cell in listed.iterrows()],
        now=[formats.value(cell["now"], cell["unit"]) for _, cell in listed.iterrows()],
    )
    note = formats.say(
        "Numbers that could not be seen then and can be now are not among them.{more, plural, =0 {} one { "
        "# more is not listed.} other { # more are not listed.}}",
        more=max(len(cells) - most, 0),
    )
    return show_table(
        rows,
        RESTATED,
        key="restated",
        caption="Numbers about the past that are different now",
        note=note,
        formats=formats,
    )


def settings_table(settings: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List the settings of the client that were changed."""
    return show_table(
        settings,
        SETTINGS,
        key="settings",
        caption="Settings of the client that were changed since",
        formats=formats,
    )


def promised(due: pd.DataFrame, *, still_open: int, as_of: date, formats: Formats) -> Callout:
    """Say what became of the actions whose day has come; that a figure moved is no proof of the action."""
    title, day = formats.say("Promised actions"), formats.date(as_of)
    if due.empty:
        text = formats.say(
            "{open, plural, =0 {No action was promised that is still to be looked at again.} one {None is "
            "due by {day}; # is to be looked at again later.} other {None is due by {day}; # are to be "
            "looked at again later.}}",
            open=still_open,
            day=day,
        )
        return Callout("promised", "info", title, text)
    moved = due["moved"].value_counts()
    text = formats.say(
        "{due, plural, one {# promised action is} other {# promised actions are}} due by {day}. The key "
        "figure moved as hoped: {hoped}; the other way: {other}; no more than chance brings about: {chance}; "
        "not at all: {still}; cannot be said: {unknown}. Whether the action moved it cannot be told from "
        "this: a figure moves for many reasons, and by chance.",
        due=len(due),
        day=day,
        hoped=int(moved.get("as hoped", 0)),
        other=int(moved.get("the other way", 0)),
        chance=int(moved.get("within chance", 0)),
        still=int(moved.get("not", 0)),
        unknown=int(moved.get("unknown", 0)),
    )
    return Callout("promised", "info", title, text)


def due_table(due: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List the actions whose day has come, with the figure they were to move."""
    rows = due.assign(
        period=[formats.period(key) for key in due["period"]],
        moved=[_moved(row, formats) for _, row in due.iterrows()],
    )
    return show_table(rows, DUE, key="due", caption="Promised actions whose day has come", formats=formats)


def open_table(promises: pd.DataFrame, *, as_of: date, formats: Formats) -> Table | Callout:
    """List the actions whose day is still to come; the next report reads them here."""
    later = promises[~is_due(promises, as_of)]
    rows = later.assign(
        period=[formats.period(key) for key in later["period"]], words=later["then"], then=later["number"]
    )
    table = show_table(
        rows,
        OPEN_COLUMNS,
        key=OPEN,
        caption="Promised actions still to be looked at again",
        is_folded=True,
        formats=formats,
    )
    if isinstance(table, Callout):
        return table
    place = [column.name for column in OPEN_COLUMNS].index("then")
    printed = [
        (*cells[:place], words or formats.name(BLANK), *cells[place + 1 :])
        for cells, words in zip(table.cells, rows["words"], strict=True)
    ]
    exact = [
        (*row[:place], None if pd.isna(number) else float(number), *row[place + 1 :])
        for row, number in zip(table.rows, rows["then"], strict=True)
    ]
    return replace(table, cells=tuple(printed), rows=tuple(exact))


def _moved(row: pd.Series, formats: Formats) -> Text:
    words, tested = MOVED[row["moved"]], "yes" if row["is_tested"] else "no"
    is_told = row["moved"] in ("as hoped", "the other way")
    return formats.say(words, tested=tested) if is_told else formats.say(words)


def _example(cells: pd.DataFrame) -> pd.Series:
    """Pick the cell to name: the total that moved most, or else the first."""
    totals = notable(cells, least=0.0, least_count=1)
    return (totals if len(totals) else cells).iloc[0]


def _orders(cells: pd.DataFrame, formats: Formats) -> list[Text]:
    """Say how many orders and how much revenue the past has gained or lost."""
    of_periods = cells[(cells["chapter"] == "03_pulse") & (cells["table"] == "buyers")]
    gained = (of_periods["now"].fillna(0) - of_periods["before"]).groupby(of_periods["column"]).sum()
    if not gained.get("orders", 0) and not gained.get("amount", 0):
        return []
    return [
        formats.say(
            "In all periods up to then, the number of orders changed by {orders} and revenue by {amount}.",
            orders=formats.change(gained.get("orders", 0), "count"),
            amount=formats.change(gained.get("amount", 0), "money"),
        )
    ]


def _why(reasons: Sequence[str], formats: Formats) -> Text:
    if len(reasons) == 1:
        return formats.say(ONLY_REASON, reason=reasons[0])
    listed = formats.joined([formats.say(REASONS[reason]) for reason in reasons])
    return formats.say("Each of these may be the reason: {reasons}.", reasons=listed)


def _row(cell: pd.Series, formats: Formats) -> Text:
    period = formats.period(cell["period"], short=True)
    if pd.isna(cell["age"]):
        return period
    return formats.say(
        "joined in {period}, {age, plural, =0 {same period} one {# period later} other {# periods later}}",
        period=period,
        age=int(cell["age"]),
    )

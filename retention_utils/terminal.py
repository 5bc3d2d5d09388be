"""The data passport as lines of text for a terminal, and what a changed policy does to it."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from retention_utils.contract_passport import ContractPassport, contract_passport
from retention_utils.display_tables import Table
from retention_utils.findings.contract_passport import contracts_trusted, rows_left_out
from retention_utils.findings.contract_snapshot import taken_for_granted, without_dates
from retention_utils.findings.passport import trust
from retention_utils.findings.passport_checks import check_table, data_grade
from retention_utils.findings.passport_tables import (
    breaks_table,
    identity_table,
    orphans_table,
    policy_table,
    stated_table,
    suspects_table,
)
from retention_utils.formats import BLANK, Formats
from retention_utils.mart import Mart
from retention_utils.passport.account import SUBTOTALS, net_revenue, sum_of
from retention_utils.passport.checks import Check
from retention_utils.passport.whole import Passport, data_passport
from retention_utils.quality.uses import UNREADABLE_USES, USES
from retention_utils.untrusted import shown

__all__ = ["contract_lines", "passport_change_lines", "passport_lines"]

FIRST_CELLS = 5


def contract_lines(mart: Mart) -> list[str]:
    """Write the passport of the contract list of a client without orders."""
    formats = Formats("en", mart.config.currency)
    listed, passport = mart.table("subscriptions"), _contract_passport(mart)
    first = listed["start"].min()
    since = "without dates" if pd.isna(first) else f"from {formats.date(first)} on"
    rows, customers = formats.count(len(listed)), formats.count(listed["customer_id"].nunique())
    answer = contracts_trusted(passport, formats=formats).text
    lines = [
        f"{shown(mart.config.name, most=200)}, up to {formats.date(mart.as_of)}: no order log. {answer}",
        "",
        f"  {rows} rows of contracts of {customers} customers, {since}; amounts are a month's",
    ]
    for row in passport.account.itertuples():
        lines.append(f"  {formats.count(row.rows):>12}  {formats.money(row.amount, digits=2):>18}  {row.use}")
    return [
        *lines,
        *_left_out_lines(passport),
        *_check_lines(passport.checks, formats),
        *_snapshot_lines(mart),
    ]


def passport_lines(mart: Mart) -> list[str]:
    """Write the passport of a mart: account of rows, what was looked into, checks, grade."""
    formats = Formats("en", mart.config.currency)
    passport = _passport(mart)
    account = passport.account
    answer = trust(passport.checks, account, formats=formats).text
    lines = [f"{shown(mart.config.name, most=200)}, up to {formats.date(mart.as_of)}: {answer}", ""]
    for row in account.itertuples():
        lines.append(f"  {formats.count(row.rows):>12}  {formats.money(row.amount, digits=2):>18}  {row.use}")
    lines.append(f"  {'':12}  {formats.money(net_revenue(account), digits=2):>18}  net revenue")
    lines += _later_lines(mart, formats)
    lines += _cell_lines(mart, account, formats)
    for table in _tables(mart, passport, formats):
        lines += _table_lines(table)
    lines += _lines_of_contracts(mart, formats)
    return [*lines, *_check_lines(passport.checks, formats)]


def passport_change_lines(before: Mart, after: Mart, what: str) -> list[str]:
    """Write what changes in the passport of a client when its client file does.

    Parameters
    ----------
    before, after : Mart
        Of the same client and period, without and with the change.
    what : str
        The change in words, such as ``policies.zero_amount = "keep"``.
    """
    formats = Formats("en", after.config.currency)
    old, new = _passport(before), _passport(after)
    lines = [
        *_changed_uses(old.account, new.account, formats),
        *_changed_totals(before, after, formats),
    ]
    revenues = [net_revenue(passport.account) for passport in (old, new)]
    lines += _changed("net revenue", *revenues, lambda value: formats.money(value, digits=2))
    lines += _changed("grade", old.grade, new.grade, str)
    title = (
        f"{shown(after.config.name, most=200)}, up to {formats.date(after.as_of)}: {shown(what, most=200)}"
    )
    return [title, "", *(lines or ["  changes nothing"]), ""]


def _check_lines(checks: list[Check], formats: Formats) -> list[str]:
    """Write what was checked, and the grade."""
    grade = data_grade(checks, formats=formats)
    rows = check_table(checks, formats=formats).itertuples()
    lines = [f"  {row.result:12}{row.found or BLANK:>12}  {row.check} ({row.wanted})" for row in rows]
    return ["", *lines, "", f"Grade {grade.grade}. {grade.next}", ""]


def _snapshot_lines(mart: Mart) -> list[str]:
    """Say what a list without dates is taken for, and what it cannot answer."""
    if not mart.is_snapshot:
        return []
    within = mart.config.contracts.ended_within_months
    formats, months = Formats("en", mart.config.currency), None if within == "ever" else within
    taken = taken_for_granted(within=months, formats=formats)
    return [str(taken.text), str(without_dates(formats=formats).text), ""]


def _passport(mart: Mart) -> Passport:
    return data_passport(
        mart.table("row_account"),
        mart.table("daily"),
        mart.table("customers"),
        history_start=mart.history_start,
        as_of=mart.as_of,
        stated_revenue=mart.config.stated_revenue,
    )


def _tables(mart: Mart, passport: Passport, formats: Formats) -> list[Table]:
    row_account, identity = mart.table("row_account"), mart.table("identity")
    found = (
        policy_table(mart.config.policies, row_account, identity, formats=formats),
        identity_table(identity, formats=formats),
        orphans_table(mart.table("orphan_refunds"), row_account, formats=formats),
        suspects_table(passport.suspects, formats=formats),
        breaks_table(passport.shifts, formats=formats),
        stated_table(passport.stated, formats=formats),
    )
    return [table for table in found if isinstance(table, Table)]


def _table_lines(table: Table) -> list[str]:
    """Write a table in columns, numbers to the right."""
    head = [column.label for column in table.columns]
    cells = [[str(cell) for cell in row] for row in (head, *table.cells)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    is_text = [column.unit in ("text", "name") for column in table.columns]
    rows = (
        "  ".join(
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(row, widths, is_text, strict=True)
        )
        for row in cells
    )
    note = [str(table.note)] if table.note else []
    return ["", str(table.caption), *(f"  {row}".rstrip() for row in rows), *note]


def _cell_lines(mart: Mart, account: pd.DataFrame, formats: Formats) -> list[str]:
    """Say where the first cells stand that cannot be read."""
    cells = mart.table("unreadable_cells").head(FIRST_CELLS)
    if cells.empty:
        return []
    rows, _ = sum_of(account, UNREADABLE_USES)
    first = [
        f"  {shown(cell.file)}:{cell.line}  {shown(cell.column)}: {USES[cell.use]}, found "
        f"{shown(cell.found)!r}"
        for cell in cells.itertuples()
    ]
    return ["", f"Cells that cannot be read ({formats.count(len(first))} of {formats.count(rows)})", *first]


def _lines_of_contracts(mart: Mart, formats: Formats) -> list[str]:
    """Say which rows of the contracts beside an order log cannot be used."""
    if "contracts" not in mart.businesses:
        return []
    passport = _contract_passport(mart)
    told = rows_left_out(passport, most=mart.config.contracts.unusable_share, formats=formats)
    return [] if told is None else ["", str(told.text), *_left_out_lines(passport)]


def _contract_passport(mart: Mart) -> ContractPassport:
    return contract_passport(
        mart.table("subscriptions"),
        mart.table("calendar"),
        settings=mart.config.contracts,
        history_start=mart.history_start,
        as_of=mart.as_of,
        left_out=mart.table("contracts_left_out"),
    )


def _left_out_lines(passport: ContractPassport) -> list[str]:
    """Say where the first rows of contracts stand that cannot be used, and why."""
    lines = []
    for row in passport.left_out.head(FIRST_CELLS).itertuples():
        where = f"{row.file}, row {row.row}{', ' * bool(row.column)}{row.column}"
        lines.append(f"    {shown(where, most=200)}: {shown(row.problem, most=200)}")
    return lines


def _later_lines(mart: Mart, formats: Formats) -> list[str]:
    later = mart.facts["later"]
    if not later["after_period"]:
        return []
    beyond = f", {formats.count(later['after_horizon'])} of them after the data are complete"
    return [
        f"  {formats.count(later['after_period']):>12}  {'':18}  later than {formats.date(mart.as_of)}, not "
        f"looked at{beyond if later['after_horizon'] else ''}"
    ]


def _changed_uses(old: pd.DataFrame, new: pd.DataFrame, formats: Formats) -> list[str]:
    lines = []
    for use, words in {**USES, **SUBTOTALS}.items():
        before, after = sum_of(old, [use]), sum_of(new, [use])
        if before == after:
            continue
        rows = f"{formats.count(before[0])} → {formats.count(after[0])} rows"
        money = f"{formats.money(before[1], digits=2)} → {formats.money(after[1], digits=2)}"
        lines.append(f"  {words}: {rows}, {money}")
    return lines


def _changed_totals(before: Mart, after: Mart, formats: Formats) -> list[str]:
    customers = [len(mart.table("customers")) for mart in (before, after)]
    purchases = [int(mart.table("daily")["buyers"].sum()) for mart in (before, after)]
    return [
        *_changed("customers", *customers, formats.count),
        *_changed("purchases", *purchases, formats.count),
    ]


def _changed(name: str, before: Any, after: Any, written: Callable[[Any], str]) -> list[str]:
    return [] if before == after else [f"  {name}: {written(before)} → {written(after)}"]

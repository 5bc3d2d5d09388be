"""What the passport of a contract list says: whether it can be trusted, and what it does not show."""

import pandas as pd

from retention_utils.columns.contract_passport import ACCOUNT, ARREARS, LEFT_OUT, OVERLAPS, RUNNING
from retention_utils.contract_passport import CONTRACT_USES, ContractPassport
from retention_utils.display import Callout, Finding, Kpi
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.grain_heads import grain_of
from retention_utils.findings.passport import VERDICTS
from retention_utils.formats import Formats
from retention_utils.passport.checks import graded
from retention_utils.texts import Text

__all__ = [
    "arrears_table",
    "contract_account_table",
    "contracts_trusted",
    "cut_on_the_left",
    "left_out_table",
    "overlaps_table",
    "rows_left_out",
    "running_alt",
    "running_table",
    "used_rows_kpi",
]

MOST_ROWS = 10


def contracts_trusted(passport: ContractPassport, *, formats: Formats) -> Finding:
    """Answer whether the contract list can be trusted."""
    used, whole = _used(passport.account)
    made = graded(passport.checks)
    passed, checks = sum(check.verdict == "pass" for check in made), len(made)
    text = formats.say(
        "The data are graded {grade}: {used} of {whole} rows of the contract list ({share}) are used, and "
        "{passed, select, all {all} other {{number} of}} {checks} checks that the grade "
        "rests on passed.",
        grade=formats.name(passport.grade),
        used=used,
        whole=whole,
        share=formats.share(used / whole if whole else float("nan"), digits=2),
        passed="all" if passed == checks else "some",
        number=passed,
        checks=checks,
    )
    if passport.is_dated and used > passport.contracts:
        text = formats.joined([text, _as_contracts(passport.contracts, formats)], by=" ")
    return Finding("trust", VERDICTS[passport.grade], text, is_headline=True)


def cut_on_the_left(passport: ContractPassport, *, history_start: object, formats: Formats) -> Finding | None:
    """Say what the beginning of the list cuts off; None of a list without dates."""
    if not passport.is_dated:
        return None
    if not passport.cut:
        text = formats.say(
            "Every contract used began on {day} or later, when the list begins, so all were seen from their "
            "start.",
            day=formats.date(history_start),
        )
        return Finding("cut_left", "yes", text)
    text = formats.say(
        "{cut} of {contracts} contracts used began before {day}, when the list begins: they are seen only "
        "from then on, and those that had ended by then not at all. So how long contracts last counts them "
        "only for what was seen of them, and nobody is taken for new who was there before.",
        cut=passport.cut,
        contracts=passport.contracts,
        day=formats.date(history_start),
    )
    return Finding("cut_left", "with reservations", text)


def rows_left_out(passport: ContractPassport, *, most: float, formats: Formats) -> Finding | None:
    """Say which share of rows and money cannot be used; None where every row could be read."""
    left_out = passport.left_out
    if left_out.empty:
        return None
    account = passport.account
    rows, money = account["rows"].sum(), account["amount"].sum()
    lost = account.loc[account["key"].isin(left_out["fault"]), "amount"].sum()
    unknown = int(left_out["amount"].isna().sum())
    text = formats.say(
        "{left} of {rows, plural, one {# row} other {# rows}} of the contract list ({share}) cannot be used "
        "and {left, plural, one {is} other {are}} left out, with {money} a month, {money_share} of "
        "all{unknown, plural, =0 {} one {; the price of # cannot be read} other {; the prices of # cannot be "
        "read}}. Up to {most} of the rows may be unusable; with more, no report is made.",
        left=len(left_out),
        rows=int(rows),
        share=formats.share(len(left_out) / rows, digits=2),
        money=formats.money(lost, digits=0),
        money_share=formats.share(lost / money if money else float("nan"), digits=2),
        unknown=unknown,
        most=formats.share(most, digits=0),
    )
    return Finding("left_out", "with reservations", text)


def used_rows_kpi(passport: ContractPassport, *, formats: Formats) -> Kpi:
    """Give the share of rows used as a key figure."""
    used, whole = _used(passport.account)
    return Kpi(
        key="rows_used",
        label=formats.say("Rows used"),
        value=formats.share(used / whole if whole else float("nan"), digits=2),
        number=round(used / whole, 4) if whole else None,
        basis=formats.say("{used} of {whole}", used=used, whole=whole),
    )


def contract_account_table(passport: ContractPassport, *, formats: Formats) -> Table | Callout:
    """List what became of the rows."""
    account = passport.account.assign(use=[formats.say(use) for use in passport.account["use"]])
    return show_table(
        account,
        ACCOUNT,
        key="row_account",
        caption="What became of every row",
        note=(
            "Each row has the first use that applies. Every price is divided by the months that it covers, "
            "and all these rows are added up, whether they ran at the same time or not: that is no revenue "
            "of a month. Of rows left out, as far as the price can be read."
        ),
        formats=formats,
    )


def left_out_table(passport: ContractPassport, *, formats: Formats) -> Table | Callout | None:
    """List the first rows that cannot be used, with where they stand and why; None without any."""
    rows = passport.left_out
    if rows.empty:
        return None
    shown = rows.head(MOST_ROWS)
    return show_table(
        shown.assign(why=[formats.say(CONTRACT_USES[fault]) for fault in shown["fault"]]),
        LEFT_OUT,
        key="left_out",
        caption="Rows of the contract list that cannot be used",
        note=formats.say("The first {shown} of {all}.", shown=len(shown), all=len(rows)),
        formats=formats,
    )


def overlaps_table(rows: pd.DataFrame, *, formats: Formats) -> Table | Callout | None:
    """List contracts that run beside one of the same customer and plan, the first few; None without any."""
    if rows.empty:
        return None
    return show_table(
        rows.head(MOST_ROWS),
        OVERLAPS,
        key="overlaps",
        caption="Contracts that begin while one of the same customer and plan still runs",
        note=formats.say(
            "The first {shown} of {all}. Both count, and their prices are added up: if one stands there "
            "twice, revenue is too high.",
            shown=min(len(rows), MOST_ROWS),
            all=len(rows),
        ),
        formats=formats,
    )


def arrears_table(rows: pd.DataFrame, *, grace_days: int, formats: Formats) -> Table | Callout | None:
    """List contracts overdue for too long, the longest first; None without any."""
    if rows.empty:
        return None
    return show_table(
        rows.head(MOST_ROWS),
        ARREARS,
        key="stale_arrears",
        caption="Contracts without an end that are overdue for longer than the days of grace",
        note=formats.say(
            "The first {shown} of {all}. They count as ended {days} after the payment was due.",
            shown=min(len(rows), MOST_ROWS),
            all=len(rows),
            days=formats.days(grace_days),
        ),
        formats=formats,
    )


def running_table(running: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List the contracts that run at the end of every period, the newest first."""
    newest = running.iloc[::-1]
    return show_table(
        newest.assign(period=[formats.period(key, short=True) for key in newest.get("period", [])]),
        RUNNING,
        key="running",
        caption=formats.say(
            "Contracts running at the end of every {grain, select, week {week} month {month} quarter "
            "{quarter} year {year} other {period}}, newest first",
            grain=grain_of(running.get("period", pd.Series(dtype=object))),
        ),
        formats=formats,
        is_folded=True,
    )


def running_alt(running: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the bars: how many ran at first and at last."""
    if running.empty:
        return formats.say("The list has no dates.")
    first, last = running.iloc[0], running.iloc[-1]
    return formats.say(
        "{first} contracts ran at the end of {first_period}, {last} at the end of {last_period}; {older} of "
        "these began before the list does.",
        first=formats.count(first["seen"] + first["older"]),
        first_period=formats.period(first["period"]),
        last=formats.count(last["seen"] + last["older"]),
        last_period=formats.period(last["period"]),
        older=formats.count(last["older"]),
    )


def _as_contracts(contracts: int, formats: Formats) -> Text:
    """Say how many contracts the rows are, where they are fewer."""
    return formats.say(
        "These rows are {contracts, plural, one {# contract} other {# contracts}}: after a change of plan or "
        "price, and after a pause, a contract goes on in a new row.",
        contracts=contracts,
    )


def _used(account: pd.DataFrame) -> tuple[int, int]:
    used = account.loc[account["key"] == "used", "rows"].sum()
    return int(used), int(account["rows"].sum())

"""The evidence behind the data passport as tables; client's texts are shown as data, never as they came."""

from typing import Any

import pandas as pd

from retention_utils.columns.passport import (
    BREAKS,
    IDENTITY,
    ORPHAN_REFUNDS,
    POLICIES,
    ROW_ACCOUNT,
    STATED_REVENUE,
    SUSPECTS,
    UNREADABLE_CELLS,
)
from retention_utils.config import Policies
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.formats import Formats, Kind
from retention_utils.passport.account import SUBTOTALS, USE_WORDS, sum_of
from retention_utils.passport.checks import DEFAULT_THRESHOLDS, Thresholds
from retention_utils.passport.policies import POLICY_NAMES, policies_in_force
from retention_utils.quality.uses import BEYOND, UNREADABLE_USES, USES
from retention_utils.texts import Text
from retention_utils.translations import message
from retention_utils.untrusted import shown

__all__ = [
    "account_table",
    "breaks_table",
    "identity_table",
    "orphans_table",
    "policy_table",
    "stated_table",
    "suspects_table",
    "unreadable_table",
]

MOST_ROWS = 10
IDENTITIES = {
    "id": message("by the id in the log"),
    "merged": message("by the id that theirs was merged into"),
    "recognised": message("guest, by the contact of a customer with an id"),
    "contact": message("guest, by e-mail or telephone only"),
    "none": message("not known"),
}
REASONS = {
    "large": message("far larger than others"),
    "id": message("id looks like a test or a placeholder"),
}
MEASURES: dict[str, tuple[str, Kind]] = {
    "orders": (message("orders in a week"), "count"),
    "order_value": (message("revenue per order"), "money2"),
    "returning": (message("share of buyers who had bought before"), "share"),
}
UNCHECKED = {
    "before": message("not checked: begins before the log"),
    "after": message("not checked: ends after the last day looked at"),
}


def account_table(account: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List what became of every row."""
    return show_table(
        account.assign(use=[formats.say(USE_WORDS[key]) for key in account["key"]]),
        ROW_ACCOUNT,
        key="row_account",
        caption="What became of every row",
        note=(
            "Net revenue is the amount of the rows used, less the refunds taken off. An order refunded by "
            "its status counts as a purchase, but its amount is not in it. A line of totals repeats what "
            "stands in other rows, so no money is lost with it."
        ),
        formats=formats,
        emphasis=[number for number, key in enumerate(account["key"]) if key in SUBTOTALS],
    )


def policy_table(
    policies: Policies, row_account: pd.DataFrame, identity: pd.DataFrame, *, formats: Formats
) -> Table | Callout:
    """List every policy in force with what it decided."""
    table = policies_in_force(policies, row_account, identity)
    return show_table(
        table.assign(
            name=[formats.say(POLICY_NAMES[policy]) for policy in table["policy"]],
            setting=table["policy"] + " = " + table["value"].map(shown),
            meaning=table["meaning"].map(formats.say),
        ),
        POLICIES,
        key="policies",
        caption="Policies in force",
        note=(
            "Rows and amounts are what the policy decided about. Of refunds these are the refunds, with and "
            "without an order, and the orders refunded by their status, whose amounts are above zero: the "
            "sum is not that of the refunds taken off."
        ),
        formats=formats,
    )


def identity_table(identity: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List how the customers of the rows are known."""
    listed = identity.set_index("identity").reindex(
        [key for key in IDENTITIES if key in set(identity["identity"])]
    )
    share = listed["amount"] / listed["amount"].sum()
    return show_table(
        listed.assign(identity=[formats.say(IDENTITIES[key]) for key in listed.index], amount_share=share),
        IDENTITY,
        key="identity",
        caption="How customers are known",
        note=(
            "Counted over all rows up to the last day, used or not, but for headers and totals. So these are "
            "more customers than other chapters have: those count who are in a row that is used."
        ),
        formats=formats,
    )


def breaks_table(shifts: pd.DataFrame, *, formats: Formats) -> Table | Callout | None:
    """List the levels that change lastingly; None if there is none."""
    if shifts.empty:
        return None
    rows = [
        {
            "measure": formats.say(MEASURES[shift.measure][0]),
            "first_day": shift.first_day,
            "before": formats.value(shift.before, MEASURES[shift.measure][1]),
            "after": formats.value(shift.after, MEASURES[shift.measure][1]),
            "change": formats.change(shift.change, "share"),
        }
        for shift in shifts.itertuples()
    ]
    return show_table(
        pd.DataFrame(rows),
        BREAKS,
        key="breaks",
        caption="Levels that change lastingly",
        note="Usual is the median of the eight weeks before and after.",
        formats=formats,
    )


def suspects_table(suspects: pd.DataFrame, *, formats: Formats) -> Table | Callout | None:
    """List customers who look like wholesalers or tests; None if there is none."""
    table = suspects.assign(
        customer_id=suspects["customer_id"].map(shown),
        reason=[formats.say(REASONS[reason]) for reason in suspects["reason"]],
    )
    return _first(
        table,
        SUSPECTS,
        key="suspects",
        caption=formats.say("Customers who look like wholesalers or tests"),
        whole=len(table),
        note=formats.say("They are used like all others, until the client file names them to be left out."),
        formats=formats,
    )


def stated_table(
    stated: pd.DataFrame, *, thresholds: Thresholds = DEFAULT_THRESHOLDS, formats: Formats
) -> Table | Callout | None:
    """Set the revenue found beside the revenue stated; None if none is stated."""
    if stated.empty:
        return None
    results = [_compared(row, thresholds.stated_share, formats) for row in stated.itertuples()]
    return show_table(
        stated.assign(period=stated["period"].map(formats.period), result=results),
        STATED_REVENUE,
        key="stated_revenue",
        caption="Revenue in the log and in the client's books",
        note=(
            "Refunds are taken off in the period of their order; books often take them off when they are "
            "paid. Tax, delivery and discounts may be counted differently too."
        ),
        formats=formats,
    )


def unreadable_table(
    cells: pd.DataFrame, row_account: pd.DataFrame, *, formats: Formats
) -> Table | Callout | None:
    """List the first cells that cannot be read, with file and line; None if every cell can."""
    table = cells.assign(
        line=cells["line"].astype(str),
        use=[formats.say(USES[use]) for use in cells["use"]],
        column=[
            formats.say(BEYOND) if column == BEYOND else formats.name(shown(column))
            for column in cells["column"]
        ],
        file=cells["file"].map(shown),
        found=[
            formats.name(shown(found)) if str(found).strip() else formats.say("(empty)")
            for found in cells["found"]
        ],
    )
    return _first(
        table,
        UNREADABLE_CELLS,
        key="unreadable_cells",
        caption=formats.say("Cells that cannot be read"),
        whole=sum_of(row_account, UNREADABLE_USES)[0],
        formats=formats,
    )


def orphans_table(
    orphans: pd.DataFrame, row_account: pd.DataFrame, *, formats: Formats
) -> Table | Callout | None:
    """List the largest refunds without an order; None if there is none."""
    table = orphans.assign(
        row=orphans["row"].astype(str),
        **{name: orphans[name].map(shown) for name in ("file", "customer_id")},
    )
    return _first(
        table,
        ORPHAN_REFUNDS,
        key="orphan_refunds",
        caption=formats.say("Refunds of orders that are not among those used"),
        whole=sum_of(row_account, ["orphan_refund"])[0],
        note=formats.say(
            "They are not taken off the revenue, since the order they belong to, and so its period, is not "
            "known."
        ),
        formats=formats,
    )


def _compared(row: Any, limits: tuple[float, float], formats: Formats) -> Text:
    """Say how the revenue found compares with what is stated."""
    if row.reason:
        return formats.say(UNCHECKED[row.reason])
    passes, fails = limits
    if abs(row.share) <= passes:
        return formats.say("passed")
    return formats.say("reservation") if abs(row.share) <= fails else formats.say("not passed")


def _first(
    table: pd.DataFrame,
    columns: Any,
    *,
    key: str,
    caption: Text,
    whole: int,
    formats: Formats,
    note: Text | None = None,
) -> Table | Callout | None:
    """Show the first rows and say how many there are; None if there is none."""
    if table.empty:
        return None
    listed = table.head(MOST_ROWS)
    notes = [note] if note else []
    if whole > len(listed):
        cut = formats.say(
            "{listed, plural, one {# of {whole} is listed} other {# of {whole} are listed}}.",
            listed=len(listed),
            whole=whole,
        )
        notes.insert(0, cut)
    said = formats.joined(notes, by=" ") if notes else ""
    return show_table(listed, columns, key=key, caption=caption, note=said, formats=formats)

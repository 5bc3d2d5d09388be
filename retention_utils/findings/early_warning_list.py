"""The list of fading customers: whom it names, and how it stands to what is counted."""

import pandas as pd

from retention_utils.columns.early_warning import FADING
from retention_utils.customer_ids import shown_rows
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.early_warning_words import times
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["fading_table", "listed_told"]

OTHER_LIST = message(
    "The risk list of another chapter (whom to call first) is made otherwise: it ranks all who are silent "
    "for longer than usual, those who have lapsed among them, by what their absence is expected to cost."
)


def fading_table(
    named: pd.DataFrame,
    account: pd.Series,
    listing: pd.Series,
    *,
    capacity: int,
    is_hashed: bool,
    formats: Formats,
) -> Table | None:
    """List the fading customers by name; None where nobody is to be called for that.

    Parameters
    ----------
    named : DataFrame
        From :func:`retention_utils.early_warning.ledger.fading_list`.
    account : Series
        The row of :func:`retention_utils.early_warning.backtest.overdue_rules` of the multiple in force.
    listing : Series
        From :func:`retention_utils.early_warning.ledger.list_account`.
    capacity : int
        Customers that can be called in a period.
    is_hashed : bool
        Whether ids are hashed.
    """
    if named.empty:
        return None
    notes = [listed_told(named, account, listing, formats=formats)]
    if capacity < len(named):
        first = formats.say(
            "The first {capacity}, as many calls as this report reckons with, spent {money} of it.",
            capacity=formats.count(capacity),
            money=formats.short_money(named["year_amount"].head(capacity).sum()),
        )
        notes.append(first)
    notes.append(formats.say(OTHER_LIST))
    return show_table(
        shown_rows(named, is_hashed=is_hashed),
        FADING,
        key="fading_list",
        caption="Active customers who are fading, those who spent most first",
        note=formats.joined(notes, by=" "),
        formats=formats,
        is_folded=True,
    )


def listed_told(
    named: pd.DataFrame, account: pd.Series, listing: pd.Series | None = None, *, formats: Formats
) -> Text:
    """Say what the customers on the list spent, and whether all who are fading stand on it."""
    money = formats.short_money(named["year_amount"].sum())
    if listing is not None and listing["multiple"] > account["multiple"]:
        return formats.say(
            "The list of fading customers names {listed} of them, silent for more than {times} times that "
            "gap, who spent {money} in the last 365 days: on the past, a list from {fewer} times on helped "
            "only a little.",
            listed=formats.count(len(named)),
            times=times(listing, formats),
            fewer=times(account, formats),
            money=money,
        )
    if len(named) < account["flagged"]:
        return formats.say(
            "The list of fading customers names the {listed} of them who spent most: {money} in the last 365 "
            "days.",
            listed=formats.count(len(named)),
            money=money,
        )
    return formats.say(
        "The list of fading customers names {listed, plural, one {the one, who} other {all #, who together}} "
        "spent {money} in the last 365 days.",
        listed=len(named),
        money=money,
    )

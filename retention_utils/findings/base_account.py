"""What sentences and tables on a base of customers are filled with, be it one of orders or of contracts."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from retention_utils.columns.pulse import BALANCE
from retention_utils.display import Verdict
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.pulse import BaseChange, ChurnChange
from retention_utils.pulse_events import BalanceCheck
from retention_utils.texts import Text

__all__ = ["account_table", "base_verdict", "churn_values"]


def churn_values(change: ChurnChange, *, formats: Formats) -> dict[str, Any]:
    """Return churn of a period beside that of the period before, by the name that the sentences use."""
    return {
        "churn": formats.share(change.churn),
        "period": formats.period(change.period),
        "lapsed": formats.count(change.lapsed),
        "active": formats.count(change.active_start),
        "interval": interval(change.low, change.high, "share", formats),
        "previous_churn": formats.share(change.previous_churn),
        "previous_period": formats.period(change.previous_period),
        "difference": formats.points(change.difference),
        "difference_interval": interval(change.difference_low, change.difference_high, "points", formats),
    }


def account_table(
    lines: Sequence[Text], check: BalanceCheck, *, caption: Text, note: Text, formats: Formats
) -> Table:
    """Show that what came and went explains the base, in two ways.

    Parameters
    ----------
    lines : sequence of Text
        What the six lines are called: start, new, back, gone, end, end counted day by day.
    check : BalanceCheck
        The account of one period.
    caption, note : Text
        Of the table.
    formats : Formats
        How numbers are written for this client.
    """
    customers = [
        check.active_start,
        check.new,
        check.reactivated,
        check.lapsed,
        check.active_end,
        check.counted_end,
    ]
    return show_table(
        pd.DataFrame({"line": list(lines), "customers": customers}),
        BALANCE,
        key="balance",
        caption=caption,
        note=note,
        formats=formats,
        emphasis=[4],
    )


def base_verdict(change: BaseChange, *, is_closed: bool) -> Verdict:
    """Judge the change of the active base, in its sentence and on its card.

    Where hardly anybody joins (``is_closed``), a fall says little about how customers are kept.
    """
    if not change.is_judged:
        return "not enough data"
    verdict = verdict_of(change.low, change.high, more_is_better=True)
    return "clear change" if is_closed and verdict == "worse" else verdict

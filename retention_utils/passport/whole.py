"""The data passport as a whole, made from the tables of a mart: account, activity, checks and grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from retention_utils.config import StatedRevenue
from retention_utils.passport.account import require_balance, use_account
from retention_utils.passport.activity import daily_activity, weekly_activity
from retention_utils.passport.breaks import FEWEST_WEEKS, level_shifts, mark_shifts
from retention_utils.passport.checks import DEFAULT_THRESHOLDS, Check, Thresholds, check_data, grade_of
from retention_utils.passport.reconciliation import reconcile
from retention_utils.passport.suspects import suspects

__all__ = ["Passport", "data_passport"]


@dataclass(frozen=True)
class Passport:
    """What is known about the data of one client up to the last day looked at."""

    account: pd.DataFrame  # see use_account
    weekly: pd.DataFrame  # see weekly_activity and mark_shifts
    shifts: pd.DataFrame  # see level_shifts
    suspects: pd.DataFrame
    stated: pd.DataFrame  # see reconcile
    checks: list[Check]

    @property
    def grade(self) -> Literal["A", "B", "C", "D"]:
        """The grade of the data."""
        return grade_of(self.checks)


def data_passport(
    row_account: pd.DataFrame,
    daily: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    history_start: date,
    as_of: date,
    stated_revenue: Sequence[StatedRevenue] = (),
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Passport:
    """Make the passport of a client's data.

    Parameters
    ----------
    row_account, daily, customers : DataFrame
        The mart's tables of these names.
    history_start, as_of : date
        First and last day of the log.
    stated_revenue : sequence of StatedRevenue
        Figures of the client's own books, from the client file.
    thresholds : Thresholds
        What is asked of the data.

    Raises
    ------
    TableError
        If a use is unknown, or the account of rows does not balance with the purchases.
    PeriodError
        If the period of a stated figure cannot be read.
    """
    account = use_account(row_account)
    require_balance(account, daily)
    activity = daily_activity(daily, history_start=history_start, as_of=as_of)
    weekly = weekly_activity(activity, gap_surprise=thresholds.gap_surprise)
    shifts, odd = level_shifts(weekly), suspects(customers)
    stated = reconcile(activity, stated_revenue, history_start=history_start, as_of=as_of)
    checks = check_data(
        account,
        activity,
        customers,
        breaks=len(shifts) if len(weekly) >= FEWEST_WEEKS else None,
        suspects=len(odd),
        stated=stated,
        thresholds=thresholds,
    )
    return Passport(account, mark_shifts(weekly, shifts), shifts, odd, stated, checks)

"""What is asked of the data before anything is computed from them, and the grade that follows."""

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from retention_utils.passport.account import LOST_USES, OUTSIDE_USES, SUBTOTALS, sum_of
from retention_utils.passport.activity import GAP_SURPRISE, oddest_silence
from retention_utils.quality.uses import PURCHASE_USES

__all__ = ["DEFAULT_THRESHOLDS", "Check", "Thresholds", "check_data", "grade_of", "graded"]

Key = Literal[
    "rows", "revenue", "by_rule", "no_customer", "history", "silence", "breaks", "mixed", "suspects", "stated"
]  # fmt: skip
Verdict = Literal["pass", "warn", "fail", "not checked"]

# These do not lower the grade where they cannot be made: nothing is stated, or the log is short, which its
# own check says; of contracts nothing has ended, or the list names no payment that is overdue.
OPTIONAL = ("breaks", "stated", "contract_arrears", "contract_endings", "contract_gap")


@dataclass(frozen=True)
class Thresholds:
    """Where a check turns from pass to warn, and from warn to fail."""

    used_share: tuple[float, float] = (0.99, 0.95)  # of the rows, and of the money, that should count
    by_rule_share: float = 0.25  # of rows
    no_customer_share: tuple[float, float] = (0.05, 0.20)  # of revenue
    history_days: tuple[int, int] = (365, 180)
    gap_surprise: float = GAP_SURPRISE
    mixed_share: tuple[float, float] = (0.20, 0.50)  # of customers
    stated_share: tuple[float, float] = (0.01, 0.05)  # of the stated revenue


DEFAULT_THRESHOLDS = Thresholds()


@dataclass(frozen=True)
class Check:
    """One question asked of the data, with what was found."""

    key: Key
    verdict: Verdict
    found: float  # share, days or number, by key


def check_data(
    account: pd.DataFrame,
    activity: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    breaks: int | None,
    suspects: int,
    stated: pd.DataFrame,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> list[Check]:
    """Ask of the data what the later chapters rely on.

    Parameters
    ----------
    account : DataFrame
        From :func:`retention_utils.passport.account.use_account`.
    activity : DataFrame
        From :func:`retention_utils.passport.activity.daily_activity`.
    customers : DataFrame
        The mart's table of this name.
    breaks : int or None
        How many levels change lastingly; None if the log is too short to tell.
    suspects : int
        How many customers look as if they were none.
    stated : DataFrame
        From :func:`retention_utils.passport.reconciliation.reconcile`.
    thresholds : Thresholds
        What is asked for.

    Returns
    -------
    list of Check
        Every reason to leave out a row counts in one check at most. ``rows`` and ``revenue``: what counts,
        as a share of this and of what is missing because the data fail (unreadable, no rate, refunds without
        an order); money by its size, so that refunds cannot make up for lost orders. ``by_rule``: rows
        that a policy or their own nature keeps out (cancelled, duplicate, zero, a line of totals …), as a
        share of all within the stretch; these are no fault of the data unless they are many.
        ``no_customer``: orders without a customer, as a share of revenue.
    """
    limits = thresholds
    rows, money = _usable(account)
    silent_days, expected = oddest_silence(activity)
    by_rule, no_customer = _by_rule(account), _no_customer(account)
    mixed = float(customers["is_mixed"].mean())
    return [
        Check("rows", _at_least(rows, limits.used_share), rows),
        Check("revenue", _at_least(money, limits.used_share), money),
        Check("by_rule", "warn" if by_rule > limits.by_rule_share else "pass", by_rule),
        Check("no_customer", _at_most(no_customer, limits.no_customer_share), no_customer),
        Check("history", _at_least(len(activity), limits.history_days), len(activity)),
        Check("silence", "warn" if expected > limits.gap_surprise else "pass", silent_days),
        _breaks(breaks),
        Check("mixed", _at_most(mixed, limits.mixed_share), mixed),
        Check("suspects", "warn" if suspects else "pass", suspects),
        _stated(stated, limits),
    ]


def graded(checks: list[Check]) -> list[Check]:
    """Return the checks that bear on the grade: all but optional ones that could not be made."""
    return [check for check in checks if check.verdict != "not checked" or check.key not in OPTIONAL]


def grade_of(checks: list[Check]) -> Literal["A", "B", "C", "D"]:
    """Grade the data: D with any failed check, C with three reservations or more, B with one or two, else A.

    A check that could not be made is a reservation, unless it is optional.
    """
    verdicts = [check.verdict for check in graded(checks)]
    if "fail" in verdicts:
        return "D"
    reservations = verdicts.count("warn") + verdicts.count("not checked")
    return "C" if reservations > 2 else "B" if reservations else "A"


def _usable(account: pd.DataFrame) -> tuple[float, float]:
    """Return what counts as a share of what should count: of rows, and of money."""
    counted, _ = sum_of(account, PURCHASE_USES)
    lost, _ = sum_of(account, LOST_USES)
    used = sum_of(account, ["used"])[1]
    missing = sum(abs(sum_of(account, [use])[1]) for use in LOST_USES)
    return _share(counted, counted + lost), _share(used, used + missing)


def _by_rule(account: pd.DataFrame) -> float:
    others = {*PURCHASE_USES, *LOST_USES, *OUTSIDE_USES, "no_customer", *SUBTOTALS}
    by_rule, _ = sum_of(account, set(account["key"]) - others)
    outside, _ = sum_of(account, OUTSIDE_USES)
    whole, _ = sum_of(account, ["all"])
    return _share(by_rule, whole - outside)


def _no_customer(account: pd.DataFrame) -> float:
    used, nobody = (abs(sum_of(account, [use])[1]) for use in ("used", "no_customer"))
    return _share(nobody, used + nobody)


def _breaks(found: int | None) -> Check:
    if found is None:
        return Check("breaks", "not checked", math.nan)
    return Check("breaks", "warn" if found else "pass", found)


def _stated(stated: pd.DataFrame, limits: Thresholds) -> Check:
    """Judge the stated figure that is furthest off."""
    off = float(stated["share"].abs().max())
    return Check("stated", _at_most(off, limits.stated_share), off)


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _at_least(found: float, limits: tuple[float, float]) -> Verdict:
    if math.isnan(found):
        return "not checked"
    return "pass" if found >= limits[0] else "warn" if found >= limits[1] else "fail"


def _at_most(found: float, limits: tuple[float, float]) -> Verdict:
    return _at_least(-found, (-limits[0], -limits[1]))

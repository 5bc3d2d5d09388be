"""All that is known of why customers left, from whatever the client supplied."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retention_utils.config import ContractSettings
from retention_utils.periods import Grain
from retention_utils.reason_codes.codes import ReasonBook
from retention_utils.reasons.answers import Answers, sorted_rows, tied_answers
from retention_utils.reasons.competitor import CompetitorShare, competitor_share
from retention_utils.reasons.counts import Unknown, pareto, response, unknown
from retention_utils.reasons.effect import Exposure, economic_effect
from retention_utils.reasons.leavers import (
    contract_exposure,
    contract_leavers,
    order_leavers,
    snapshot_leavers,
)
from retention_utils.reasons.trend import reason_trends
from retention_utils.revenue_retention import YEAR_PERIODS
from retention_utils.subscriptions.spans import has_dates

__all__ = [
    "ReasonAccount",
    "Supplied",
    "competitors_of",
    "effect_of",
    "given_of",
    "has_reasons",
    "reason_account",
    "trends_of",
    "unknown_of",
]


@dataclass(frozen=True)
class Supplied:
    """The tables of a client that tell of leaving."""

    reasons: pd.DataFrame | None
    subscriptions: pd.DataFrame | None
    states: pd.DataFrame | None  # of customers by their orders
    movements: pd.DataFrame | None  # of the active base by orders
    calendar: pd.DataFrame


@dataclass(frozen=True)
class ReasonAccount:
    """Leavers with their reasons: all of them, those looked at, and those before."""

    book: ReasonBook
    answers: Answers
    calendar: pd.DataFrame
    recent: pd.DataFrame  # leavers of the last periods; all of them where no day is known
    before: pd.DataFrame  # leavers of as many periods before
    first_period: str  # of those looked at; empty where no day is known
    last_period: str
    exposure: Exposure
    made_of: str  # contracts, snapshot or orders: where the leavers are from

    @property
    def leavers(self) -> pd.DataFrame:
        """Everyone who left, and every reason that belongs to nobody known."""
        return self.answers.leavers


def has_reasons(reasons: pd.DataFrame | None, subscriptions: pd.DataFrame | None) -> bool:
    """Say whether a client supplied any reason at all."""
    if reasons is not None and len(reasons):
        return True
    return subscriptions is not None and bool(subscriptions["cancel_reason"].notna().any())


def reason_account(
    supplied: Supplied,
    book: ReasonBook,
    *,
    contracts: ContractSettings,
    gap_days: int,
    grain: Grain,
    min_customers: int,
) -> ReasonAccount | None:
    """Bring together who left and why.

    Parameters
    ----------
    supplied : Supplied
        The tables of the client.
    book : ReasonBook
        The codes.
    contracts : ContractSettings
        What ends a contract.
    gap_days : int
        Customers without contracts: silent for longer, lapsed.
    grain : str
        Of the report.
    min_customers : int
        With fewer asked, the periods before are no norm.

    Returns
    -------
    ReasonAccount or None
        None where no reason was supplied. Looked at is the last year, in periods of the report.
    """
    if not has_reasons(supplied.reasons, supplied.subscriptions):
        return None
    rows = sorted_rows(supplied.reasons, supplied.subscriptions, book)
    leavers, exposure, made_of = _leavers(supplied, rows, contracts, gap_days)
    answers = tied_answers(rows, leavers, supplied.calendar, book)
    known = answers.leavers
    recent, earlier = _windows(supplied.calendar, grain)
    is_dated = bool((known["period_number"].notna() & known["is_asked"]).any())
    now = known[known["period_number"].isin(recent) | (not is_dated)]
    before = known[known["period_number"].isin(earlier) & is_dated]
    counted = [contract_exposure(exposure, window) * is_dated for window in (recent, earlier)]
    if made_of == "orders":
        counted[1] = 0  # who lapsed then and is back by now is not known as a leaver
    named = supplied.calendar.set_index("period_number")["period"]
    return ReasonAccount(
        book=book,
        answers=answers,
        calendar=supplied.calendar,
        recent=now,
        before=before,
        first_period=named[recent[0]] if is_dated else "",
        last_period=named[recent[-1]] if is_dated else "",
        exposure=Exposure(grain, *counted, _heard(now, before, min_customers)),
        made_of=made_of,
    )


def given_of(account: ReasonAccount | None) -> pd.DataFrame:
    """Count the reasons of the leavers looked at; empty without any."""
    return pd.DataFrame() if account is None else pareto(account.recent, account.book)


def unknown_of(account: ReasonAccount | None) -> Unknown | None:
    """Count the leavers looked at whose reason is not known."""
    return None if account is None else unknown(account.recent)


def competitors_of(account: ReasonAccount | None, *, min_customers: int) -> CompetitorShare | None:
    """Count who went to competitors, and look whether more do than before."""
    if account is None:
        return None
    return competitor_share(
        account.recent, account.leavers, account.calendar, account.book, min_customers=min_customers
    )


def trends_of(account: ReasonAccount | None) -> pd.DataFrame:
    """Test all reasons for trends; empty where none can be tested."""
    if account is None:
        return pd.DataFrame()
    return reason_trends(account.leavers, account.calendar, [code.key for code in account.book.code])


def effect_of(account: ReasonAccount | None) -> pd.DataFrame:
    """Hold the losses of the periods looked at against what is usual."""
    if account is None:
        return pd.DataFrame()
    return economic_effect(account.recent, account.before, account.book, account.exposure)


def _heard(now: pd.DataFrame, before: pd.DataFrame, min_customers: int) -> float:
    """Say how much more of the leavers were heard of now than before."""
    parts = [response(now), response(before)]
    if min(part.answered for part in parts) < max(min_customers, 1):
        return float("nan")
    return parts[0].share / parts[1].share


def _windows(calendar: pd.DataFrame, grain: Grain) -> tuple[range, range]:
    """Return the numbers of the periods of the last year, and of as many before them."""
    last, across = int(calendar["period_number"].max()), YEAR_PERIODS.get(grain, 1)
    first = max(last - across + 1, 0)
    return range(first, last + 1), range(max(first - across, 0), first)


def _leavers(
    supplied: Supplied, rows: pd.DataFrame, contracts: ContractSettings, gap_days: int
) -> tuple[pd.DataFrame, pd.Series, str]:
    nobody = pd.Series(dtype=int)
    if supplied.subscriptions is not None and has_dates(supplied.subscriptions):
        return *contract_leavers(supplied.subscriptions, supplied.calendar, settings=contracts), "contracts"
    if supplied.subscriptions is not None:
        return snapshot_leavers(supplied.subscriptions), nobody, "snapshot"
    told: Mapping[Any, Any] = rows[rows["customer_id"].notna()].groupby("customer_id")["day"].max().to_dict()
    leavers = order_leavers(supplied.states, supplied.calendar, told, gap_days=gap_days)
    return leavers, supplied.movements.set_index("period_number")["active_start"], "orders"

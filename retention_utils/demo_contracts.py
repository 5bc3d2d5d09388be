"""The contracts of ``sport``, a simulated chain of studios: who joins, pays, pauses, changes plan and leaves.

Every customer has a chance of leaving of their own, drawn from a beta distribution, that is met at every
payment; so those who stay long are the loyal ones, as in the shifted beta-geometric model. Payments fail
besides, alike for everyone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta

from retention_utils.demo_campaigns import after_call

__all__ = [
    "CHILDREN",
    "FAILED",
    "LEAVING",
    "MONTHLY",
    "PRICES",
    "PRICE_RISE",
    "RISE_EFFECT",
    "SPORT_HISTORY",
    "SPORT_LAST_DAY",
    "UNLIMITED",
    "YEARLY",
    "YEARLY_FAILED",
    "sport_contracts",
    "sport_leaving",
]

SEED = 2023
OPENED = date(2021, 1, 1)
SPORT_HISTORY = date(2023, 1, 1)  # whoever left before is not in the list
SPORT_LAST_DAY = date(2026, 1, 11)
MONTHLY, UNLIMITED, YEARLY, CHILDREN = "Місячний", "Безліміт", "Річний", "Дитячий"
PRICE_RISE = date(2024, 9, 1)  # for everyone, with the next payment from then on
PRICES = {MONTHLY: (900, 1000), UNLIMITED: (1400, 1550), YEARLY: (9600, 10800), CHILDREN: (600, 650)}
# Beta distributions of the chance to leave at a payment; of yearly contracts that is the renewal.
LEAVING = {MONTHLY: (1.0, 12.0), UNLIMITED: (1.0, 16.0), YEARLY: (1.4, 4.2), CHILDREN: (1.0, 16.0)}
RISE_EFFECT, RISE_MONTHS = 2.0, 2  # so many times likelier to leave, for so many months after the rise
FAILED = 0.008  # of monthly payments: never made good
YEARLY_FAILED = 0.04  # of renewals
CUT_AFTER_DAYS = 14  # a payment overdue for so long ends the contract
UPGRADED, DOWNGRADED = 0.012, 0.006  # per payment
PAUSED, SUMMER = 0.006, 4.0  # per payment; so many times that from June to August
LONGEST_PAUSE = 2  # months
SHARES = {MONTHLY: 0.5, UNLIMITED: 0.22, YEARLY: 0.28}  # of those who join
NEWCOMERS, YEARLY_GROWTH = 50.0, 1.06  # in an average month of the first year
SEASON = (1.5, 1.1, 1.05, 0.9, 0.8, 0.6, 0.6, 0.8, 1.6, 1.2, 0.95, 0.9)  # January to December
TRIED, CONVERTED, TRIAL_DAYS = 0.35, 0.7, 14  # of new monthly contracts; of trials
COUPON, COUPON_MONTHS = 200, 2  # for who joins in January, by the month
WITH_CHILD = 0.05  # of the new take the children's plan as well
RETURNED, AWAY_DAYS = 0.12, (45, 300)  # of those who left by choice
MOVES = {MONTHLY: UNLIMITED, UNLIMITED: MONTHLY}
HEADINGS = (
    "Договір", "Клієнт", "Тариф", "Оплата", "Ціна", "Знижка за купоном", "Початок", "Кінець",
    "Оплачується з", "Прострочено з", "Пауза", "Платіж не пройшов",
)  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """One row of the list."""

    contract: int
    customer: int
    plan: str
    start: date
    coupon: int = 0
    end: date | None = None
    trial_end: date | None = None
    past_due: date | None = None
    is_pause: bool = False
    is_failed: bool = False
    leaving: float = 0.0  # of the first row of a contract: the customer's chance at every payment


def sport_leaving() -> pd.DataFrame:
    """Return what nobody can see: every customer's own chance of leaving at a payment.

    Returns
    -------
    DataFrame
        One row per contract that was ever paid: ``contract``, ``customer`` (as the list writes them),
        ``plan`` (the one it began with), ``leaving``.
    """
    first = {row.contract: row for row in reversed(_stretches()) if row.leaving}
    rows = [(*_names(row), row.plan, row.leaving) for row in first.values()]
    table = pd.DataFrame(rows, columns=["contract", "customer", "plan", "leaving"])
    return table.sort_values("contract", ignore_index=True)


def sport_contracts(*, was_called: bool = True) -> pd.DataFrame:
    """Simulate the contract list as it stands on :data:`SPORT_LAST_DAY`.

    Parameters
    ----------
    was_called : bool
        Whether a campaign has kept some of those who would have left, as it did: see
        :mod:`retention_utils.demo_campaigns`.

    Returns
    -------
    DataFrame
        One row per stretch of a contract at one price, by contract and start; the columns are
        :data:`HEADINGS`, all of them text.
    """
    kept = [
        row
        for row in _stretches()
        if row.start <= SPORT_LAST_DAY and not (row.end and row.end <= SPORT_HISTORY)
    ]
    table = pd.DataFrame([_written(row) for row in kept], columns=HEADINGS)
    table = table.sort_values(["Договір"], kind="stable", ignore_index=True)
    return after_call(table) if was_called else table


@cache
def _stretches() -> tuple[Stretch, ...]:
    """Follow everybody who ever joined."""
    random = np.random.default_rng(SEED)
    found: list[Stretch] = []
    customer = 0
    month = OPENED
    while month <= SPORT_LAST_DAY:
        growth = YEARLY_GROWTH ** ((month - OPENED).days / 365.25)
        for _ in range(round(NEWCOMERS * growth * SEASON[month.month - 1])):
            customer += 1
            day = month + timedelta(days=int(random.integers(0, 28)))
            found += _customer(customer, day, len(found), random)
        month += relativedelta(months=1)
    return tuple(found)


def _customer(customer: int, day: date, number: int, random: np.random.Generator) -> Iterator[Stretch]:
    """Follow one customer: the first plan, the children's beside it, a return."""
    plan = str(random.choice(list(SHARES), p=list(SHARES.values())))
    rows = list(_contract(number * 10, customer, plan, day, random))
    yield from rows
    if random.uniform() < WITH_CHILD:
        yield from _contract(number * 10 + 1, customer, CHILDREN, day, random)
    last = rows[-1]
    if last.end and not last.is_failed and last.end != last.trial_end and random.uniform() < RETURNED:
        again = last.end + timedelta(days=int(random.integers(*AWAY_DAYS)))
        yield from _contract(number * 10 + 2, customer, last.plan, again, random)


def _contract(
    contract: int, customer: int, plan: str, day: date, random: np.random.Generator
) -> Iterator[Stretch]:
    """Follow one contract from payment to payment until it ends or the list does."""
    row = Stretch(contract, customer, plan, day)
    if plan != YEARLY and random.uniform() < TRIED:
        row = replace(row, trial_end=day + timedelta(days=TRIAL_DAYS))
        if random.uniform() >= CONVERTED:
            yield replace(row, end=row.trial_end)
            return
    if plan != YEARLY and day.month == 1:
        row = replace(row, coupon=COUPON)
    leaving = random.beta(*LEAVING[plan])
    row = replace(row, leaving=leaving)
    paid_from, payments = row.trial_end or day, 0
    while True:
        payments += 1
        due = paid_from + relativedelta(**{"years" if plan == YEARLY else "months": payments})
        if due > SPORT_LAST_DAY:
            yield row
            return
        ended = _ended(row, due, leaving, random)
        if ended:
            yield ended
            return
        following = _following(row, due, payments, random)
        if following.start != row.start:
            is_pause = following.start > due
            yield replace(row, end=due, is_pause=is_pause)
            if following.start > SPORT_LAST_DAY:
                return
            row = following
            if is_pause:
                paid_from, payments = following.start, 0


def _ended(row: Stretch, due: date, leaving: float, random: np.random.Generator) -> Stretch | None:
    """Return the row with its end, if the payment that is due fails or the customer leaves."""
    if random.uniform() < (YEARLY_FAILED if row.plan == YEARLY else FAILED):
        cut = due + timedelta(days=CUT_AFTER_DAYS)
        is_cut = cut <= SPORT_LAST_DAY
        return replace(row, past_due=due, end=cut if is_cut else None, is_failed=is_cut)
    is_shortly_after = PRICE_RISE <= due < PRICE_RISE + relativedelta(months=RISE_MONTHS)
    chance = min(1.0, leaving * (RISE_EFFECT if is_shortly_after else 1.0))
    return replace(row, end=due) if random.uniform() < chance else None


def _following(row: Stretch, due: date, payments: int, random: np.random.Generator) -> Stretch:
    """Return the row that begins with a payment, after a pause if there is one; else the same row."""
    if row.plan in MOVES:
        chance = PAUSED * (SUMMER if due.month in (6, 7, 8) else 1.0)
        if random.uniform() < chance:
            resumed = due + relativedelta(months=int(random.integers(1, LONGEST_PAUSE + 1)))
            return Stretch(row.contract, row.customer, row.plan, resumed)
        if random.uniform() < (UPGRADED if row.plan == MONTHLY else DOWNGRADED):
            return Stretch(row.contract, row.customer, MOVES[row.plan], due)
    is_dearer = row.start < PRICE_RISE <= due
    if is_dearer or (row.coupon and payments >= COUPON_MONTHS):
        return Stretch(row.contract, row.customer, row.plan, due)
    return row


def _written(row: Stretch) -> tuple[str, ...]:
    price = PRICES[row.plan][row.start >= PRICE_RISE] - row.coupon
    every = "щороку" if row.plan == YEARLY else "щомісяця"
    days = [f"{day:%d.%m.%Y}" if day else "" for day in (row.start, row.end, row.trial_end, row.past_due)]
    flags = ["так" if flag else "ні" for flag in (row.is_pause, row.is_failed)]
    coupon = str(row.coupon) if row.coupon else ""
    return (*_names(row), row.plan, every, f"{price}.00", coupon, *days, *flags)


def _names(row: Stretch) -> tuple[str, str]:
    return f"D{row.contract:06d}", f"S{row.customer:05d}"

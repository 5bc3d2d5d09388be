"""The members of ``club``, friends of a museum, simulated: each pays for a year, and renews or not.

Every member has a chance of leaving of their own, drawn from the beta distribution of the category joined in,
that is met at every renewal and at nothing else. Online membership came in 2018; whoever joins that way
leaves sooner, so those who joined in later years stay less than those of the years before.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta

__all__ = [
    "CLUB_HISTORY",
    "CLUB_LAST_DAY",
    "FEES",
    "HOUSEHOLD",
    "INDIVIDUAL",
    "LEAVING",
    "ONLINE",
    "RETURNED",
    "club_costs",
    "club_members",
    "cost_per_member",
    "new_members",
]

SEED = 2011
FOUNDED = date(2005, 1, 1)
CLUB_HISTORY = date(2010, 1, 1)  # whoever left before is not in the list
CLUB_LAST_DAY = date(2026, 2, 8)
INDIVIDUAL, HOUSEHOLD, ONLINE = "Individual", "Household", "Online"
ONLINE_FROM = 2018
FEE_RISE = date(2022, 1, 1)  # for everyone, with the next fee from then on
FEES = {INDIVIDUAL: (60, 68), HOUSEHOLD: (95, 108), ONLINE: (35, 40)}
# Beta distributions of the chance to leave at a renewal.
LEAVING = {INDIVIDUAL: (0.9, 2.7), HOUSEHOLD: (0.8, 4.0), ONLINE: (1.2, 1.4)}
SHARES = {INDIVIDUAL: 0.62, HOUSEHOLD: 0.38, ONLINE: 0.0}  # of those who join
SHARES_SINCE = {INDIVIDUAL: 0.36, HOUSEHOLD: 0.24, ONLINE: 0.40}  # from ONLINE_FROM on
NEW_MEMBERS, YEARLY_GROWTH = 110.0, 1.03  # in the first year
SEASON = (0.6, 0.6, 0.9, 1.1, 1.2, 1.0, 0.8, 0.7, 1.0, 1.1, 1.4, 1.6)  # January to December: gifts
RETURNED, AWAY_DAYS = 0.08, (200, 900)  # of those who left
COST, COST_RISE, COST_SPREAD = 31.0, 1.025, 0.06  # of winning a member in 2010, yearly, drawn around it
KEEPING_SHARE = 0.3  # of all that is spent on members


def club_members() -> pd.DataFrame:
    """Simulate the register of members as it stands on :data:`CLUB_LAST_DAY`.

    Returns
    -------
    DataFrame
        One row per stretch of a membership at one fee, by membership and start, all of it text:
        ``Membership``, ``Member``, ``Category``, ``Term``, ``Fee``, ``From``, ``Until``.
    """
    random = np.random.default_rng(SEED)
    rows: list[tuple] = []
    member = 0
    for year in range(FOUNDED.year, CLUB_LAST_DAY.year + 1):
        for _ in range(new_members(year)):
            member += 1
            rows += _member(member, _day_of_joining(year, random), random)
    listed = [row for row in rows if row[4] <= CLUB_LAST_DAY and not (row[5] and row[5] <= CLUB_HISTORY)]
    listed.sort(key=lambda row: (row[0], row[4]))
    columns = ["Membership", "Member", "Category", "Term", "Fee", "From", "Until"]
    return pd.DataFrame([_written(row) for row in listed], columns=columns)


def new_members(year: int) -> int:
    """Return how many people join for the first time in a year."""
    return round(NEW_MEMBERS * YEARLY_GROWTH ** (year - FOUNDED.year))


def cost_per_member(year: int) -> float:
    """Return what winning a member costs in a year, on average."""
    return COST * COST_RISE ** (year - CLUB_HISTORY.year)


def club_costs() -> pd.DataFrame:
    """Make up what was spent on members, as text: ``Year``, ``Winning``, ``Keeping``."""
    random = np.random.default_rng([SEED, 1])
    rows = []
    for year in range(CLUB_HISTORY.year, CLUB_LAST_DAY.year):
        winning = new_members(year) * cost_per_member(year) * (1 + random.uniform(-COST_SPREAD, COST_SPREAD))
        keeping = winning * KEEPING_SHARE / (1 - KEEPING_SHARE)
        rows.append((str(year), f"{winning:.2f}", f"{keeping:.2f}"))
    return pd.DataFrame(rows, columns=["Year", "Winning", "Keeping"])


def _day_of_joining(year: int, random: np.random.Generator) -> date:
    month = int(random.choice(12, p=np.array(SEASON) / sum(SEASON))) + 1
    return date(year, month, 1) + timedelta(days=int(random.integers(0, 28)))


def _member(member: int, day: date, random: np.random.Generator) -> Iterator[tuple]:
    """Follow one member: the first membership, and another if the member comes back."""
    shares = SHARES if day.year < ONLINE_FROM else SHARES_SINCE
    category = str(random.choice(list(shares), p=list(shares.values())))
    last = yield from _membership(member * 10, member, category, day, random)
    if last <= CLUB_LAST_DAY and random.uniform() < RETURNED:
        again = last + timedelta(days=int(random.integers(*AWAY_DAYS)))
        yield from _membership(member * 10 + 1, member, category, again, random)


def _membership(
    number: int, member: int, category: str, day: date, random: np.random.Generator
) -> Iterator[tuple]:
    """Follow one membership from fee to fee; return the day that it is no longer paid for."""
    leaving, begun, years = random.beta(*LEAVING[category]), day, 0
    while True:
        years += 1
        due = day + relativedelta(years=years)
        has_left = random.uniform() < leaving
        if due > CLUB_LAST_DAY:
            yield number, member, category, begun >= FEE_RISE, begun, None
            return due
        if has_left or begun < FEE_RISE <= due:
            yield number, member, category, begun >= FEE_RISE, begun, due
            begun = due
        if has_left:
            return due


def _written(row: tuple) -> tuple[str, ...]:
    number, member, category, is_dearer, begun, ended = row
    fee = f"{FEES[category][is_dearer]}.00"
    days = [day.isoformat() if day else "" for day in (begun, ended)]
    return f"F{number:06d}", f"M{member:05d}", category, "yearly", fee, *days

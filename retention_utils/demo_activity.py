"""How often the members of ``sport`` come, month by month, as its turnstiles count them.

Everyone has a rate of visits of their own. Most of those who leave by choice come less often in the weeks
before, by a known factor; others have a slow month now and then and stay. Failed payments announce nothing.
"""

from datetime import date

import numpy as np
import pandas as pd

from retention_utils.demo_contracts import CHILDREN, SPORT_LAST_DAY, UNLIMITED, YEARLY
from retention_utils.schema import require

__all__ = [
    "COUNTED_FROM",
    "FADE_DAYS",
    "FADE_FACTOR",
    "FADING",
    "SLOW",
    "SLOW_FACTOR",
    "sport_activity",
    "sport_use",
]

SEED = 2410
COUNTED_FROM, COUNTED_TO = date(2024, 10, 1), date(2025, 12, 31)  # before, nobody counted
WEEKLY, SHAPE = 2.0, 3.0  # visits a week: mean and shape of the gamma distribution over members
UNLIMITED_MORE = 1.4  # times as many with the unlimited plan
SEASON = (1.15, 1.1, 1.05, 1.0, 0.95, 0.8, 0.75, 0.8, 1.05, 1.1, 1.05, 0.9)  # January to December
FADING, FADE_DAYS, FADE_FACTOR = 0.7, 42, 0.35  # of those who leave by choice; days before; of their visits
SLOW, SLOW_FACTOR = 0.06, 0.3  # of the months of a member, for whatever reason; of the visits
STAFF = 4  # cards that belong to no member
DATE = "%d.%m.%Y"
HEADINGS = ("Клієнт", "Місяць", "Відвідувань")


def sport_activity(contracts: pd.DataFrame, leaving: pd.DataFrame) -> pd.DataFrame:
    """Count the visits of every month.

    Parameters
    ----------
    contracts : DataFrame
        From :func:`retention_utils.demo_contracts.sport_contracts`.
    leaving : DataFrame
        From :func:`retention_utils.demo_contracts.sport_leaving`.

    Returns
    -------
    DataFrame
        One row per month and member with any visit, by both, and per card of the staff; the columns are
        :data:`HEADINGS`, all of them text.
    """
    use = sport_use(contracts, leaving)
    visits = use.groupby(["month", "customer"], as_index=False)["visits"].sum()
    random = np.random.default_rng([SEED, 1])
    months = sorted(use["month"].unique())
    cards = [(month, f"P{card:05d}") for month in months for card in range(1, STAFF + 1)]
    staff = pd.DataFrame(cards, columns=["month", "customer"]).assign(visits=random.poisson(20, len(cards)))
    table = pd.concat([visits[visits["visits"] > 0], staff], ignore_index=True)
    table = table.sort_values(["month", "customer"], ignore_index=True)
    columns = [table["customer"], table["month"].dt.strftime("%Y-%m"), table["visits"].astype(str)]
    return pd.DataFrame(dict(zip(HEADINGS, columns, strict=True)))


def sport_use(contracts: pd.DataFrame, leaving: pd.DataFrame) -> pd.DataFrame:
    """Simulate the visits under every row of the contract list, with what nobody can see.

    Returns
    -------
    DataFrame
        One row per row of the list and month in which it runs: ``customer``, ``month`` (its first day),
        ``days`` (on which it does), ``fades`` (whether less is used before the end), ``fade_share`` (of these
        days, those on which less is), ``is_slow``, ``visits``.
    """
    names = ["Договір", "Клієнт", "Тариф", "Початок", "Кінець", "Пауза", "Платіж не пройшов"]
    require(contracts, names, name="contracts")
    random = np.random.default_rng(SEED)
    rows = _ends(contracts, leaving, random)
    rate = pd.Series(random.gamma(SHAPE, WEEKLY / SHAPE / 7, rows["customer"].nunique()))
    rate.index = rows["customer"].unique()
    rows = rows.assign(rate=rate.reindex(rows["customer"]).to_numpy())
    months = [_in_month(rows, month) for month in pd.date_range(COUNTED_FROM, COUNTED_TO, freq="MS")]
    table = pd.concat(months, ignore_index=True)
    is_slow = random.uniform(size=len(table)) < SLOW
    factor = np.where(is_slow, SLOW_FACTOR, 1.0) * (1 - table["fade_share"] * (1 - FADE_FACTOR))
    visits = random.poisson(table["rate"] * table["days"] * factor * table["season"])
    table = table.assign(is_slow=is_slow, visits=visits)
    return table[["customer", "month", "days", "fades", "fade_share", "is_slow", "visits"]]


def _ends(contracts: pd.DataFrame, leaving: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Say from which day on every row's member fades; of those still there, when they will leave."""
    start, end = (pd.to_datetime(contracts[name], format=DATE) for name in ("Початок", "Кінець"))
    is_last = ~contracts.duplicated("Договір", keep="last")
    is_choice = is_last & (contracts["Пауза"] == "ні") & (contracts["Платіж не пройшов"] == "ні")
    chance = leaving.set_index("contract")["leaving"].reindex(contracts["Договір"]).fillna(1.0).to_numpy()
    payments = random.geometric(np.maximum(chance, 1e-4))
    step = np.where(contracts["Тариф"] == YEARLY, 365, 30)
    last_day = pd.Timestamp(SPORT_LAST_DAY)
    paid = (last_day - start).dt.days // step + payments
    to_come = start + pd.to_timedelta(np.minimum(paid * step, 20_000), unit="D")
    ended = end.fillna(to_come)
    fades = (random.uniform(size=len(contracts)) < FADING) & is_choice
    more = np.where(contracts["Тариф"] == UNLIMITED, UNLIMITED_MORE, 1.0)
    table = pd.DataFrame({"customer": contracts["Клієнт"], "start": start, "end": ended, "more": more})
    table = table.assign(fades=fades, fade_from=ended - pd.Timedelta(days=FADE_DAYS))
    return table[contracts["Тариф"] != CHILDREN].reset_index(drop=True)


def _in_month(rows: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows that run in a month, with the days on which they do."""
    after = month + pd.offsets.MonthBegin(1)
    until = rows["end"].clip(upper=after)
    first = rows["start"].clip(lower=month)
    days = (until - first).dt.days
    faded = (until - rows["fade_from"].clip(lower=month).where(rows["fades"], until)).dt.days.clip(lower=0)
    found = pd.DataFrame(
        {
            "customer": rows["customer"],
            "month": month,
            "fades": rows["fades"],
            "days": days,
            "fade_share": np.minimum(faded, days) / days.where(days > 0),
            "rate": rows["rate"] * rows["more"],
            "season": SEASON[month.month - 1],
        }
    )
    return found[days > 0]

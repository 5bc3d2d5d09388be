"""Three campaigns of ``sport``: one with a control drawn by lot and a known effect, one without, one too new.

A coach rings half of those who pay by the month. Whoever was rung and would have left by choice within the
next days stays some months longer, with a known chance; nothing else changes. What the others do not get
tells what the ring has brought.
"""

from datetime import date

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta

__all__ = [
    "CALL",
    "CALL_COST",
    "CALL_DAY",
    "CALL_DAYS",
    "CALL_KEEPS",
    "GIFT",
    "RENEWAL",
    "after_call",
    "called",
    "leavers",
    "sport_campaigns",
]

SEED = 2509
CALL, RENEWAL, GIFT = "Дзвінок тренера", "Знижка на продовження", "Новорічний подарунок"
CALL_DAY, RENEWAL_DAY, GIFT_DAY = date(2025, 6, 2), date(2025, 9, 1), date(2025, 12, 8)
CALL_DAYS = 90  # in which the call keeps customers
CALL_KEEPS = 0.7  # of those who would have left by choice in these days
KEPT_MONTHS = (4, 10)  # from so many months on, up to but not including so many
CALL_COST, RENEWAL_COST, GIFT_COST = 35, 120, 150  # per customer
MONTHLY_PAID = ("Місячний", "Безліміт")
ABROAD = 6  # customers drawn under ids that are in no list of contracts
DATE = "%d.%m.%Y"


def called(contracts: pd.DataFrame) -> pd.DataFrame:
    """Draw the arms of the call among those who pay by the month on its day, half and half by lot.

    Parameters
    ----------
    contracts : DataFrame
        As :func:`retention_utils.demo_contracts.sport_contracts` writes them.

    Returns
    -------
    DataFrame
        ``Клієнт``, ``is_treated``.
    """
    members = _paying(contracts, CALL_DAY, MONTHLY_PAID)
    order = np.random.default_rng(SEED).permutation(len(members))
    return pd.DataFrame({"Клієнт": members, "is_treated": order < len(members) // 2})


def leavers(contracts: pd.DataFrame) -> pd.Index:
    """Return the rows that end by choice in the days of the call, of customers rung."""
    ends = pd.to_datetime(contracts["Кінець"], format=DATE)
    first, last = pd.Timestamp(CALL_DAY), pd.Timestamp(CALL_DAY + relativedelta(days=CALL_DAYS))
    is_last = ~contracts.duplicated("Договір", keep="last")
    is_choice = (contracts["Пауза"] == "ні") & (contracts["Платіж не пройшов"] == "ні")
    is_rung = contracts["Клієнт"].isin(called(contracts).query("is_treated")["Клієнт"])
    is_theirs = is_rung & contracts["Тариф"].isin(MONTHLY_PAID)
    return contracts.index[is_last & is_choice & (ends > first) & (ends <= last) & is_theirs]


def after_call(contracts: pd.DataFrame) -> pd.DataFrame:
    """Return the contracts as the call has changed them: some of those rung leave months later.

    Only ends by choice are moved, of customers rung, within :data:`CALL_DAYS`; to the day at most on which
    the same customer would have come back anyway, and to none if that is after the list was drawn up.
    """
    random = np.random.default_rng([SEED, 1])
    starts, ends = (pd.to_datetime(contracts[name], format=DATE) for name in ("Початок", "Кінець"))
    last_day = max(starts.max(), ends.max())
    table = contracts.copy()
    for place in leavers(contracts):
        is_kept, months = random.uniform() < CALL_KEEPS, int(random.integers(*KEPT_MONTHS))
        if not is_kept:
            continue
        is_same = contracts["Клієнт"] == contracts.loc[place, "Клієнт"]
        again = starts[is_same & (starts > ends[place])]
        end = min([ends[place] + relativedelta(months=months), *again])
        table.loc[place, "Кінець"] = f"{end:{DATE}}" if end <= last_day else ""
    return table


def sport_campaigns(contracts: pd.DataFrame) -> pd.DataFrame:
    """List who was drawn into the three campaigns, as the studios wrote it down.

    The discount on renewals went to everybody who pays by the year; the present is too new to be judged.
    """
    call = called(contracts)
    rows = [
        (client, CALL, "тест" if is_treated else "контроль", CALL_DAY, CALL_COST if is_treated else "")
        for client, is_treated in call.itertuples(index=False)
    ]
    rows += [(f"X{number:05d}", CALL, "тест", CALL_DAY, CALL_COST) for number in range(1, ABROAD + 1)]
    yearly = _paying(contracts, RENEWAL_DAY, ("Річний",))
    rows += [(client, RENEWAL, "тест", RENEWAL_DAY, RENEWAL_COST) for client in yearly]
    random = np.random.default_rng([SEED, 2])
    rows += [
        (client, GIFT, "тест" if drawn else "контроль", GIFT_DAY, GIFT_COST if drawn else "")
        for client in _paying(contracts, GIFT_DAY, MONTHLY_PAID)
        for drawn in [random.uniform() < 0.5]
    ]
    table = pd.DataFrame(rows, columns=["Клієнт", "Кампанія", "Група", "День", "Витрати"])
    return table.assign(День=[f"{day:{DATE}}" for day in table["День"]], Витрати=table["Витрати"].astype(str))


def _paying(contracts: pd.DataFrame, day: date, plans: tuple[str, ...]) -> list[str]:
    """Return the customers of some plans whose contracts are paid for and run on a day, by id."""
    starts, ends, paid = (
        pd.to_datetime(contracts[name], format=DATE) for name in ("Початок", "Кінець", "Оплачується з")
    )
    runs = (paid.fillna(starts) < pd.Timestamp(day)) & ~(ends <= pd.Timestamp(day))
    return sorted(contracts.loc[runs & contracts["Тариф"].isin(plans), "Клієнт"].unique())

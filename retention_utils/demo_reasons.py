"""Why the members of ``sport`` leave, as its front desk wrote it down: codes, Ukrainian words, typing errors.

Who is asked, who answers and with which reason is drawn with known chances. From a known month on a rival is
open, which takes some of the leavers who would have had another reason.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from retention_utils.demo_contracts import PRICE_RISE, SPORT_LAST_DAY
from retention_utils.schema import require

__all__ = [
    "ASKED",
    "OWN_CODES",
    "REASONS",
    "RISE_NAMED",
    "RIVAL_OPENED",
    "RIVAL_TAKES",
    "SILENT",
    "UNREADABLE",
    "WORDS",
    "sport_reasons",
    "true_shares",
]

SEED = 2025
ASKED = 0.75  # of those who left by choice
SILENT = 0.10  # of those asked: said nothing
UNREADABLE = 0.06  # of those asked: said what no list of words can read
RIVAL_OPENED, RIVAL_TAKES = date(2025, 3, 1), 0.15  # of those who would have told another reason
RISE_NAMED, RISE_DAYS = 0.5, 61  # of those who leave in the days after the rise of prices name it
# Chances of the reasons among those who tell one, before the rival.
REASONS: Mapping[str, float] = {
    "price_level": 0.17, "no_time": 0.15, "moved": 0.11, "availability": 0.10, "unused": 0.10,
    "no_need": 0.07, "competitor": 0.06, "people": 0.06, "temporary": 0.05, "health": 0.05,
    "quality": 0.04, "no_pool": 0.02, "not_told": 0.02,
}  # fmt: skip
CODED = 0.35  # of the reasons are written as a code of the desk's own list
MISSPELT, MIXED, RUSSIAN = 0.06, 0.08, 0.15  # of the texts: one slip; Latin letters; in Russian
OWN_CODES = {
    "price_level": "11", "availability": "21", "no_pool": "22", "people": "31", "no_time": "41",
    "unused": "42", "no_need": "43", "temporary": "44", "moved": "51", "health": "52", "competitor": "61",
    "not_told": "99",
}  # fmt: skip
WORDS: Mapping[str, tuple[str, ...]] = {
    "price_level": ("Задорого", "дорого для мене", "ціна не влаштовує", "Дороге задоволення"),
    "price_rise": ("підняли ціну", "після подорожчання вже не варто", "ціни зросли, не тягну"),
    "no_time": ("немає часу", "не вистачає часу через роботу", "зайнята на роботі"),
    "moved": ("Переїзд", "переїхала в інше місто", "переїжджаємо до Львова"),
    "availability": ("незручний розклад", "ввечері багато людей, не пройти", "розклад змінили"),
    "unused": ("не ходжу, тільки плачу", "набридло", "втратила інтерес"),
    "no_need": ("вже не потрібно", "немає потреби"),
    "competitor": ("пішла в інший зал", "конкуренти ближче", "перейшов до «ФітАп»"),
    "people": ("адміністратор грубив", "тренер не приходить", "персонал неприємний"),
    "temporary": ("на літо", "відпустка, потім повернусь", "беру паузу"),
    "health": ("травма коліна", "вагітність", "лікар заборонив"),
    "quality": ("брудно в душі", "тренажери зламані", "якість впала"),
    "no_pool": ("хочу басейн", "шукаю зал з басейном"),
    "not_told": ("інше", "без коментарів", "особисте"),
}
IN_RUSSIAN: Mapping[str, tuple[str, ...]] = {
    "price_level": ("очень дорого",), "no_time": ("нет времени",), "moved": ("переезд",),
    "availability": ("неудобное расписание",), "unused": ("надоело",), "no_need": ("больше не нужно",),
    "competitor": ("ушла к конкурентам",), "health": ("болезнь",), "quality": ("грязно",),
}  # fmt: skip
OPAQUE = (
    "див. записку", "ну так", "+", "???", "передзвонити", "2", "=SUM(A1)",
    "<script>alert(1)</script>", "сімейні",
)  # fmt: skip
HEADINGS = ("Клієнт", "Дата", "Причина", "Коментар", "Питали")
LOOK_ALIKES = str.maketrans("аеіорсу", "aeiopcy")


def true_shares(day: date) -> dict[str, float]:
    """Return the chance of every reason among those asked who leave on a day, with ``price_rise``."""
    told = 1 - SILENT - UNREADABLE
    rival = RIVAL_TAKES if day >= RIVAL_OPENED else 0.0
    rise = RISE_NAMED if PRICE_RISE <= day < PRICE_RISE + timedelta(days=RISE_DAYS) else 0.0
    shares = {code: told * (1 - rise) * (1 - rival) * chance for code, chance in REASONS.items()}
    shares["competitor"] += told * (1 - rise) * rival
    return shares | {"price_rise": told * rise}


def sport_reasons(contracts: pd.DataFrame) -> pd.DataFrame:
    """Ask the members who left why.

    Parameters
    ----------
    contracts : DataFrame
        From :func:`retention_utils.demo_contracts.sport_contracts`.

    Returns
    -------
    DataFrame
        One row per leaver asked, or noted as not asked, by day and customer; the columns are
        :data:`HEADINGS`, all of them text.
    """
    random = np.random.default_rng(SEED)
    rows = []
    for customer, left in _departures(contracts):
        noted = min(left + timedelta(days=int(random.integers(0, 8))), SPORT_LAST_DAY)
        if random.uniform() >= ASKED:
            if random.uniform() < 0.5:  # the desk notes only some of those whom it did not ask
                rows.append((customer, noted, "", "", "ні"))
            continue
        rows.append((customer, noted, *_answer(left, random), "так"))
    table = pd.DataFrame(rows, columns=HEADINGS).sort_values(["Дата", "Клієнт"], ignore_index=True)
    return table.assign(Дата=[f"{day:%d.%m.%Y}" for day in table["Дата"]])


def _departures(contracts: pd.DataFrame) -> list[tuple[str, date]]:
    """List who left by choice and when: on a day after which no other contract of theirs runs."""
    require(contracts, ["Клієнт", "Початок", "Кінець", "Пауза", "Платіж не пройшов"], name="contracts")
    days = {
        name: pd.to_datetime(contracts[name], format="%d.%m.%Y", errors="coerce")
        for name in ("Початок", "Кінець", "Оплачується з")
    }
    table = contracts.assign(**days)
    ended = table[
        table["Кінець"].notna()
        & (table["Пауза"] == "ні")
        & (table["Платіж не пройшов"] == "ні")
        & ~(table["Кінець"] == table["Оплачується з"])
    ]
    pairs = (
        ended[["Клієнт", "Кінець"]]
        .reset_index()
        .merge(table[["Клієнт", "Початок", "Кінець"]], on="Клієнт", suffixes=("", " іншого"))
    )
    runs_on = (pairs["Початок"] <= pairs["Кінець"]) & ~(pairs["Кінець іншого"] <= pairs["Кінець"])
    still_there = set(pairs.loc[runs_on, "index"])
    gone = ended[~ended.index.isin(still_there)].drop_duplicates(["Клієнт", "Кінець"])
    gone = gone.sort_values(["Кінець", "Клієнт"])
    return list(zip(gone["Клієнт"], gone["Кінець"].dt.date, strict=True))


def _answer(left: date, random: np.random.Generator) -> tuple[str, str]:
    """Draw what one leaver said: a code or words in the one column, words in the other."""
    shares = true_shares(left)
    kinds = [*shares, "", "opaque"]
    drawn = str(random.choice(kinds, p=[*shares.values(), SILENT, UNREADABLE]))
    if not drawn:
        return "", ""
    if drawn == "opaque":
        return "", str(random.choice(OPAQUE))
    if drawn in OWN_CODES and random.uniform() < CODED:
        return OWN_CODES[drawn], ""
    said = IN_RUSSIAN if drawn in IN_RUSSIAN and random.uniform() < RUSSIAN else WORDS
    return "", _typed(str(random.choice(said[drawn])), random)


def _typed(text: str, random: np.random.Generator) -> str:
    """Type a text as it is typed in a hurry."""
    chance = random.uniform()
    if chance < MIXED:
        return text.translate(LOOK_ALIKES)
    if chance < MIXED + MISSPELT and len(text) > 8:
        place = int(random.integers(3, len(text) - 2))
        return text[:place] + text[place + 1 :]
    return text

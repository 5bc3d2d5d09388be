"""What the members of ``sport`` answer when asked whether they would recommend it, and what they write.

Who is dissatisfied hangs on the member's own chance of leaving, by a known amount; so scores tell beforehand
who is likelier to leave, though the answer changes nothing. From a known month on the showers are out of
order, and more are dissatisfied.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta
from scipy.special import expit
from scipy.stats import beta, norm

from retention_utils.demo_contracts import CHILDREN, LEAVING, SPORT_LAST_DAY
from retention_utils.schema import require

__all__ = [
    "DETRACTING",
    "OPAQUE_SHARE",
    "PROMISED_DAYS",
    "REPLIED",
    "SHOWERS",
    "SHOWER_EFFECT",
    "THEMES",
    "WORDS",
    "sport_surveys",
    "standing_chance",
]

SEED = 2026
FIRST_ASKED = date(2024, 1, 10)  # then on the tenth of every month
ASKED, ANSWERED = 0.25, 0.30  # of the paying members, each month; of those asked
AGAIN = 0.04  # of those who answered: once more within the days after
NAMELESS = 0.05  # of the answers: given at the desk, without a number
# Log odds of a detractor: at the middle of the chances to leave, and for every standard deviation above it.
MIDDLE, DETRACTING = -1.2, 1.2
SHOWERS, SHOWER_EFFECT = date(2025, 10, 1), 0.8  # log odds more from that month on
PROMOTING = 0.55  # of those who are no detractors
COMMENTED = {"detractor": 0.5, "passive": 0.25, "promoter": 0.25}
OPAQUE_SHARE = 0.12  # of the comments: no list of words can read them
# Chances of the themes among the other comments.
THEMES: Mapping[str, Mapping[str, float]] = {
    "detractor": {
        "cleanliness": 0.30, "crowding": 0.25, "price": 0.18, "staff": 0.12, "reach": 0.08, "billing": 0.07,
    },
    "passive": {"crowding": 0.35, "equipment": 0.25, "price": 0.20, "website": 0.20},
    "promoter": {"staff": 0.45, "praise": 0.35, "equipment": 0.12, "cleanliness": 0.08},
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "detractor": {
        "cleanliness": ("брудно в роздягальні", "Душ не працює вже тиждень", "запах у роздягальнях"),
        "crowding": (
            "ввечері не пройти, черга",
            "Переповнено після шостої",
            "розклад незручний",
        ),
        "price": ("ціни зросли, а послуги ні", "задорого за таке", "Дорого"),
        "staff": ("адміністратор грубить", "тренер постійно в телефоні", "персонал байдужий"),
        "reach": ("не додзвонитися", "на лист так і не відповіли, підтримки нема"),
        "billing": ("списали двічі, кошти не повернули", "договір незрозумілий"),
    },
    "passive": {
        "crowding": ("забагато людей увечері, черги", "Людно, але терпимо"),
        "equipment": ("мало бігових доріжок", "Кондиціонер слабкий"),
        "price": ("могло б бути дешевше", "тариф на рік вигідніший, а так дорого"),
        "website": ("застосунок вилітає", "незручно записатися через сайт"),
    },
    "promoter": {
        "staff": ("тренерка Оля — золото", "Привітний персонал", "адміністратори завжди допоможуть"),
        "praise": ("Дякую, все подобається!", "супер", "Раджу всім, чудово"),
        "equipment": ("нові тренажери класні", "просторий зал"),
        "cleanliness": ("завжди чисто", "чисті душові"),
    },
}
OPAQUE = (
    "ну таке", "+", "див. попередній раз", "...", "=SUM(A1)",
    "<script>alert(1)</script>", "хотілося б інакше", "як завжди",
)  # fmt: skip
PROMISED_DAYS = 3
REPLIED, REPLY_CHANCE = 0.85, 0.4  # of the detractors' answers get one; the chance of it on every day
REPLIED_OTHERS = 0.25
SCORES = {
    "detractor": ((2, 3, 4, 5, 6), (0.08, 0.12, 0.15, 0.3, 0.35)),
    "passive": ((7, 8), (0.45, 0.55)),
    "promoter": ((9, 10), (0.45, 0.55)),
}
HEADINGS = ("Клієнт", "Дата", "Оцінка", "Коментар", "Відповіли")


def standing_chance(leaving: pd.DataFrame) -> pd.Series:
    """Return every contract's chance of leaving as standard deviations from the middle of its plan.

    Parameters
    ----------
    leaving : DataFrame
        From :func:`retention_utils.demo_contracts.sport_leaving`.
    """
    shares = [beta.cdf(row.leaving, *LEAVING[row.plan]) for row in leaving.itertuples()]
    return pd.Series(norm.ppf(np.clip(shares, 1e-4, 1 - 1e-4)), index=leaving.index)


def sport_surveys(contracts: pd.DataFrame, leaving: pd.DataFrame) -> pd.DataFrame:
    """Ask some of the members every month.

    Parameters
    ----------
    contracts : DataFrame
        From :func:`retention_utils.demo_contracts.sport_contracts`.
    leaving : DataFrame
        From :func:`retention_utils.demo_contracts.sport_leaving`.

    Returns
    -------
    DataFrame
        One row per answer, by day and customer; the columns are :data:`HEADINGS`, all of them text.
    """
    require(contracts, ["Договір", "Клієнт", "Тариф", "Початок", "Кінець", "Оплачується з"], name="contracts")
    random = np.random.default_rng(SEED)
    chances = pd.Series(standing_chance(leaving).to_numpy(), index=leaving["contract"])
    rows, asked_on = [], FIRST_ASKED
    while asked_on <= SPORT_LAST_DAY:
        members = _members(contracts, asked_on, chances)
        members = members[random.uniform(size=len(members)) < ASKED * ANSWERED]
        for member in members.itertuples():
            rows += _answers(member.customer, member.chance, asked_on, random)
        asked_on += relativedelta(months=1)
    table = pd.DataFrame(rows, columns=["Клієнт", "day", "Оцінка", "Коментар", "replied"])
    table = table[table["day"] <= SPORT_LAST_DAY].sort_values(["day", "Клієнт"], kind="stable")
    dated = {"Дата": table["day"].map(_written), "Відповіли": table["replied"].map(_written)}
    return table.assign(**dated)[list(HEADINGS)].astype(str).reset_index(drop=True)


def _members(contracts: pd.DataFrame, day: date, chances: pd.Series) -> pd.DataFrame:
    """List who pays on a day under a plan of their own, with the chance of leaving."""
    days = {
        name: pd.to_datetime(contracts[name], format="%d.%m.%Y", errors="coerce")
        for name in ("Початок", "Кінець", "Оплачується з")
    }
    start = days["Оплачується з"].fillna(days["Початок"])
    runs = (start <= pd.Timestamp(day)) & ~(days["Кінець"] <= pd.Timestamp(day))
    found = contracts[runs & (contracts["Тариф"] != CHILDREN)].drop_duplicates("Клієнт")
    chance = chances.reindex(found["Договір"]).to_numpy()
    return pd.DataFrame({"customer": found["Клієнт"].to_numpy(), "chance": chance}).dropna()


def _answers(customer: str, chance: float, day: date, random: np.random.Generator) -> list[tuple]:
    """Draw what one member answers, and perhaps answers again."""
    named = "" if random.uniform() < NAMELESS else customer
    first = day + timedelta(days=int(random.integers(0, 6)))
    days = [first, first + timedelta(days=int(random.integers(1, 9)))][: 1 + (random.uniform() < AGAIN)]
    return [(named, when, *_answer(chance, when, random)) for when in days]


def _answer(chance: float, day: date, random: np.random.Generator) -> tuple[int, str, date | None]:
    odds = MIDDLE + DETRACTING * chance + (SHOWER_EFFECT if day >= SHOWERS else 0.0)
    is_detractor = random.uniform() < expit(odds)
    is_promoter = random.uniform() < PROMOTING
    kind = "detractor" if is_detractor else "promoter" if is_promoter else "passive"
    scores, weights = SCORES[kind]
    score, comment = int(random.choice(scores, p=weights)), _comment(kind, random)
    is_replied = random.uniform() < (REPLIED if is_detractor else REPLIED_OTHERS)
    replied = day + timedelta(days=int(random.geometric(REPLY_CHANCE)))
    return score, comment, replied if is_replied and replied <= SPORT_LAST_DAY else None


def _comment(kind: str, random: np.random.Generator) -> str:
    if random.uniform() >= COMMENTED[kind]:
        return ""
    if random.uniform() < OPAQUE_SHARE:
        return str(random.choice(OPAQUE))
    themes = THEMES[kind]
    theme = str(random.choice(list(themes), p=list(themes.values())))
    return str(random.choice(WORDS[kind][theme]))


def _written(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if isinstance(day, date) else ""

"""The tables beside the orders of ``lavka``: costs, plan, events, factors, answers, and their truth.

Each table is drawn by a generator of its own, so that none changes another or the orders.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from retention_utils.schema import require

__all__ = [
    "EVENTS",
    "FIRST_ANSWER",
    "PLANNED_CHURN",
    "cost_per_newcomer",
    "costs",
    "events",
    "factors",
    "plan",
    "retention_share",
    "score_shares",
    "surveys",
    "write_table",
]

FIRST_MONTH, LAST_MONTH = date(2021, 1, 1), date(2025, 1, 1)
# What one new customer cost on average in the first month and in the last one, in tenge.
COST_RANGE = (2400, 4300)
COST_NOISE = 0.05
RETENTION_SHARES = {2021: 0.20, 2022: 0.18, 2023: 0.14, 2024: 0.12, 2025: 0.12}  # of all spending
PLANNED_ACTIVE = (1050, 1200)  # at the end of the first and of the last month planned
PLANNED_GROWTH = 1.10  # more newcomers than came in that month a year before
PLANNED_REVENUE = (3_500_000, 3_650_000)
PLANNED_CHURN = 0.085
# Of these only the discounts of March 2023 changed anything: customers won from then on leave sooner.
EVENTS = (
    ("2022-03-14", "2022-03-28", "Сбой доставки: курьерская служба остановилась"),
    ("2023-03-01", None, "Начались скидки для новых покупателей"),
    ("2023-09-01", None, "Повышение цен на часть сортов чая"),
    ("2024-05-20", None, "Новый сайт"),
    ("2024-11-29", "2024-12-01", "Чёрная пятница"),
    ("2024-12-20", "2025-01-08", "Новогодняя распродажа"),
)
# What happens outside goes its own way: neither of the two changed anything for a customer.
FIRST_READING = date(2021, 1, 4)  # a Monday; then every week
EURO, TEMPERATURE = "Курс евро, тенге", "Температура воздуха, °C"
EURO_START, EURO_STEP = 515.0, 0.008  # tenge; standard deviation of the log's weekly step
WARMTH, COLDEST = (9.5, 14.5), 15  # mean and half the range of the year, °C; coldest day of the year
WEATHER_STEP, WEATHER_KEPT = 2.5, 0.6  # °C: how far a week is off the season, and how much of it stays
FIRST_ANSWER = date(2023, 2, 1)
ANSWERED = 0.12  # of the purchases of customers with a code
ANSWER_AFTER_DAYS = 3
# Shares of detractors (0-6) and promoters (9-10) on the first and on the last day asked: NPS 34, then 12.
DETRACTORS, PROMOTERS = (0.16, 0.26), (0.50, 0.38)
COMMENTED = 0.2
COMMENTS: Mapping[str, tuple[str, ...]] = {
    "detractor": (
        "Долго везли, никто не предупредил", "Чашка пришла с трещиной", "Цены выросли, а скидки только новым",
        "Не дозвониться до поддержки",
    ),
    "passive": ("Нормально, но у соседей дешевле", "Хотелось бы больше сортов чая", "Упаковка слабая"),
    "promoter": (
        "Всегда свежий кофе!", "Спасибо за подарок к заказу", "Быстро и вежливо", "=2+2 лучший магазин",
    ),
}  # fmt: skip


def costs(newcomers: Mapping[date, int], *, seed: int) -> pd.DataFrame:
    """Make up what the shop spent, month by month.

    Parameters
    ----------
    newcomers : mapping of date to int
        New customers by the first day of the month.
    seed : int
        Same seed, same amounts.

    Returns
    -------
    DataFrame
        One row per month up to :data:`LAST_MONTH`: ``Месяц``, ``Привлечение``, ``Удержание`` (tenge).
    """
    random = np.random.default_rng(seed)
    rows = []
    for month in _months(FIRST_MONTH, LAST_MONTH):
        noise = 1 + COST_NOISE * random.uniform(-1, 1)
        acquisition = round(newcomers[month] * cost_per_newcomer(month) * noise, -2)
        share = retention_share(month)
        rows.append((f"{month:%Y-%m}", int(acquisition), int(round(acquisition * share / (1 - share), -2))))
    return pd.DataFrame(rows, columns=["Месяц", "Привлечение", "Удержание"])


def cost_per_newcomer(month: date) -> float:
    """Return what a new customer of a month cost on average before chance, in tenge."""
    return _between(COST_RANGE, month, FIRST_MONTH, LAST_MONTH)


def retention_share(month: date) -> float:
    """Return which share of its spending the shop put into keeping customers."""
    return RETENTION_SHARES[month.year]


def plan(newcomers: Mapping[date, int]) -> pd.DataFrame:
    """Make up the shop's plan for the last thirteen months.

    Returns
    -------
    DataFrame
        One row per month and metric: ``period``, ``metric``, ``value``.
    """
    first = date(2024, 1, 1)
    rows = []
    for month in _months(first, LAST_MONTH):
        year_before = newcomers[month.replace(year=month.year - 1)]
        planned = {
            "active_customers": round(_between(PLANNED_ACTIVE, month, first, LAST_MONTH), -1),
            "new_customers": round(PLANNED_GROWTH * year_before),
            "revenue": round(_between(PLANNED_REVENUE, month, first, LAST_MONTH), -4),
            "churn_rate": PLANNED_CHURN,
        }
        rows += [(f"{month:%Y-%m}", metric, f"{value:.10g}") for metric, value in planned.items()]
    return pd.DataFrame(rows, columns=["period", "metric", "value"])


def events() -> pd.DataFrame:
    """List what happened: ``day``, ``last_day`` (None for single days), ``name``."""
    return pd.DataFrame(EVENTS, columns=["day", "last_day", "name"])


def factors(last_day: date, *, seed: int) -> pd.DataFrame:
    """Make up what happened outside the shop, week by week; it knows the day and nothing of customers.

    Parameters
    ----------
    last_day : date
        No value is later.
    seed : int
        Same seed, same values.

    Returns
    -------
    DataFrame
        One row per Monday and factor: ``day``, ``name`` (Russian), ``value`` (as written: the price of a euro
        in tenge, a random walk; the temperature in degrees, the season and weather that lasts).
    """
    random = np.random.default_rng([seed, 4])
    days = pd.date_range(FIRST_READING, last_day, freq="7D")
    steps = random.normal(size=(len(days), 2))
    euro = EURO_START * np.exp(np.cumsum(EURO_STEP * steps[:, 0]))
    season = -np.cos(2 * np.pi * (days.day_of_year.to_numpy() - COLDEST) / 365.25)
    weather = np.zeros(len(days))
    for week in range(1, len(days)):
        weather[week] = WEATHER_KEPT * weather[week - 1] + WEATHER_STEP * steps[week, 1]
    rows = [
        (f"{day:%Y-%m-%d}", name, f"{value:.{digits}f}")
        for day, *values in zip(days, euro, WARMTH[0] + WARMTH[1] * season + weather, strict=True)
        for name, value, digits in zip((EURO, TEMPERATURE), values, (2, 1), strict=True)
    ]
    return pd.DataFrame(rows, columns=["day", "name", "value"])


def surveys(orders: pd.DataFrame, *, last_day: date, seed: int) -> pd.DataFrame:
    """Ask some customers after a purchase how likely they are to recommend the shop.

    Who answers and how depends on the day alone: scores say nothing of who comes back.

    Parameters
    ----------
    orders : DataFrame
        One row per order of customers with a code: ``customer_id``, ``ordered_at``.
    last_day : date
        The last day with answers.
    seed : int
        Same seed, same answers.

    Returns
    -------
    DataFrame
        One row per answer, by day: ``customer_id``, ``day``, ``score`` (0 to 10), ``comment`` (Russian;
        mostly empty).
    """
    require(orders, ["customer_id", "ordered_at"], name="orders")
    random = np.random.default_rng(seed)
    asked = orders.assign(day=orders["ordered_at"].dt.normalize() + pd.Timedelta(days=ANSWER_AFTER_DAYS))
    asked = asked[asked["day"].between(pd.Timestamp(FIRST_ANSWER), pd.Timestamp(last_day))]
    asked = asked.drop_duplicates(["customer_id", "day"]).sort_values(["day", "customer_id"])
    asked = asked[random.uniform(size=len(asked)) < ANSWERED]
    rows = []
    for customer, day in zip(asked["customer_id"], asked["day"].dt.date, strict=True):
        score = _score(day, last_day, random)
        kind = "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
        comment = random.choice(COMMENTS[kind]) if random.uniform() < COMMENTED else ""
        rows.append((customer, day, score, comment))
    return pd.DataFrame(rows, columns=["customer_id", "day", "score", "comment"])


def score_shares(day: date, last_day: date) -> tuple[float, float]:
    """Return the true shares of detractors and promoters among the answers of a day."""
    return tuple(_between(pair, day, FIRST_ANSWER, last_day) for pair in (DETRACTORS, PROMOTERS))


def write_table(table: pd.DataFrame) -> bytes:
    """Write a table as UTF-8 text with commas."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def _score(day: date, last_day: date, random: np.random.Generator) -> int:
    detractors, promoters = score_shares(day, last_day)
    chance = random.uniform()
    if chance < detractors:
        return int(random.choice([0, 2, 3, 4, 5, 6], p=[0.05, 0.05, 0.1, 0.15, 0.3, 0.35]))
    return int(random.integers(9, 11)) if chance > 1 - promoters else int(random.integers(7, 9))


def _between(pair: tuple[float, float], day: date, first: date, last: date) -> float:
    """Go from the one value to the other evenly as the days do."""
    return pair[0] + (pair[1] - pair[0]) * (day - first).days / (last - first).days


def _months(first: date, last: date) -> list[date]:
    found = [first]
    while found[-1] < last:
        found.append((found[-1] + timedelta(days=31)).replace(day=1))
    return found

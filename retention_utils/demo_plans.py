"""What ``sport`` planned, and what winning and keeping customers cost it.

Both are made from set numbers and chance of their own; the contracts know nothing of them.
"""

from datetime import date

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta

from retention_utils.demo_contracts import (
    CHILDREN,
    MONTHLY,
    NEWCOMERS,
    OPENED,
    SEASON,
    SPORT_HISTORY,
    UNLIMITED,
    YEARLY,
    YEARLY_GROWTH,
)

__all__ = [
    "ACQUISITION_EACH",
    "PLANNED_CHURN",
    "RETENTION_SHARE",
    "sport_costs",
    "sport_plan",
]

SEED = 16
PLANNED_FROM, PLANNED_TO = date(2025, 1, 1), date(2026, 1, 1)
ALL = ""
PLANNED_CHURN = {ALL: 0.032, MONTHLY: 0.05, UNLIMITED: 0.035, CHILDREN: 0.02}  # a month
PLANNED_ACTIVE = {ALL: (1240, 1490), MONTHLY: (430, 480), UNLIMITED: (250, 310), YEARLY: (550, 665)}
PLANNED_REVENUE = {ALL: (1_310_000, 1_600_000), MONTHLY: (420_000, 480_000), UNLIMITED: (385_000, 480_000)}
PLANNED_NEWCOMERS = 62  # in an average month
PLANNED_NPS = 20  # points, every month
ACQUISITION_EACH = 620  # hryvnias for every newcomer expected
RETENTION_SHARE = 0.14  # of both budgets
COST_NOISE = 0.05


def sport_plan() -> pd.DataFrame:
    """Return the plan, figure by figure: month, metric, value and tariff, as written."""
    months = _months(PLANNED_FROM, PLANNED_TO)
    rows = []
    for number, month in enumerate(months):
        passed = number / (len(months) - 1)
        rows += [(month, "churn_rate", f"{rate:g}", plan) for plan, rate in PLANNED_CHURN.items()]
        for metric, digits, targets in (
            ("active_customers", 0, PLANNED_ACTIVE),
            ("mrr", -3, PLANNED_REVENUE),
        ):
            for plan, (first, last) in targets.items():
                rows.append((month, metric, f"{round(first + (last - first) * passed, digits):.0f}", plan))
        rows.append((month, "new_customers", f"{round(PLANNED_NEWCOMERS * SEASON[month.month - 1])}", ALL))
        rows.append((month, "nps", f"{PLANNED_NPS}", ALL))
    named = [(f"{month:%Y-%m}", *row) for month, *row in rows]
    return pd.DataFrame(named, columns=["Місяць", "Показник", "План", "Тариф"])


def sport_costs() -> pd.DataFrame:
    """Return what was spent by the month on winning and on keeping customers, as written."""
    random = np.random.default_rng(SEED)
    rows = []
    for month in _months(SPORT_HISTORY, PLANNED_TO - relativedelta(months=1)):
        growth = YEARLY_GROWTH ** ((month - OPENED).days / 365.25)
        expected = ACQUISITION_EACH * NEWCOMERS * growth * SEASON[month.month - 1]
        won = expected * (1 + COST_NOISE * random.standard_normal())
        kept = won * RETENTION_SHARE / (1 - RETENTION_SHARE)
        rows.append((f"{month:%Y-%m}", f"{won:.2f}", f"{kept:.2f}"))
    return pd.DataFrame(rows, columns=["Місяць", "Залучення", "Утримання"])


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [first + relativedelta(months=number) for number in range(count)]

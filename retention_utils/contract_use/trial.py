"""Falling use tried on the past: who was flagged on earlier days, and whose contract then ended.

On every such day only what was known on it is used. A day is a month before the next, so that no end is
counted twice; a customer who stays is judged anew every month, as for a chance of leaving month by month.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from retention_utils.contract_use.due import next_due
from retention_utils.contract_use.record import UseRecord
from retention_utils.contract_use.signs import (
    BEFORE,
    JUDGED,
    MONTH_DAYS,
    RECENT,
    UseRules,
    months_from,
    use_signs,
)
from retention_utils.early_warning.backtest import rule_account
from retention_utils.schema import require
from retention_utils.stats import normal_quantile, wilson_interval
from retention_utils.subscriptions.customer_base import covered_stretches

__all__ = ["FEWEST_DAYS", "course", "followed_signs", "share_left_by_change", "trial_by_day", "use_trial"]

MOST_DAYS, FEWEST_DAYS = 12, 2
NAMES = ["customer_id", "mrr", "before", "status", "change", "day", "is_due", "has_left"]
CHANGES = (-np.inf, -0.75, -0.5, -0.25, 0.25, np.inf)


def followed_signs(
    record: UseRecord,
    paid: pd.DataFrame,
    spans: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    history_start: pd.Timestamp,
    rules: UseRules,
) -> pd.DataFrame:
    """Judge use on up to twelve earlier days, each a month before the next, and see who left in the month.

    Returns
    -------
    DataFrame
        As :func:`retention_utils.contract_use.signs.use_signs`, and ``day``, ``due_day``, ``is_due`` (a
        contract came up in the month after), ``has_left`` (no contract ran at the end of that month). Days
        before anybody could be judged are left out.
    """
    stretches = covered_stretches(spans)
    days = [months_from(as_of, -back) for back in range(MOST_DAYS, -1, -1)]
    parts = []
    for day, until in pairwise(days):
        if day < max(record.first_day, history_start):
            continue
        signs = use_signs(record, paid, spans, as_of=day, rules=rules)
        if not signs["status"].isin(JUDGED).any():
            continue
        due = signs["customer_id"].map(next_due(spans, as_of=day, history_start=history_start))
        runs = (stretches["first_day"] <= until) & ~(stretches["end_day"] <= until)
        left = ~signs["customer_id"].isin(stretches.loc[runs, "customer_id"])
        parts.append(signs.assign(day=day, due_day=due, is_due=due <= until, has_left=left))
    if not parts:
        return pd.DataFrame(columns=NAMES).astype(dict.fromkeys(["change", "mrr", "before"], float))
    return pd.concat(parts, ignore_index=True)


def use_trial(
    signs: pd.DataFrame, followed: pd.DataFrame, *, rules: UseRules, falls: Sequence[float] = ()
) -> pd.DataFrame:
    """Hold those flagged before whose contract came up against the others, by how far use had fallen.

    Parameters
    ----------
    signs : DataFrame
        Of today.
    followed : DataFrame
        From :func:`followed_signs`.
    falls : sequence of float
        Further shares below what is expected, each a row.

    Returns
    -------
    DataFrame
        One row per ``fall``, the smallest first, and a last one without: customers who used nothing against
        those of steady use. ``days`` (looked at), and the columns of
        :func:`retention_utils.early_warning.backtest.rule_account`, with monthly revenue as the money.
    """
    require(followed, ["status", "change", "mrr", "day", "is_due", "has_left"], name="followed")
    came_up = followed[followed["is_due"].astype(bool)]
    # Of one day alone nothing is said: whatever else happened in that month would be all there is to see.
    days = came_up["day"].nunique()
    came_up = came_up.head(len(came_up) if days >= FEWEST_DAYS else 0)
    rows = []
    for fall in sorted({*falls, rules.fall_share}):
        tables = [_flagged(table, JUDGED, table["change"] <= -fall) for table in (signs, came_up)]
        rows.append({"fall": fall, "days": days} | _account(tables, rules))
    tables = [
        _flagged(table, ("unused", "steady"), table["status"] == "unused") for table in (signs, came_up)
    ]
    rows.append({"fall": np.nan, "days": days} | _account(tables, rules))
    return pd.DataFrame(rows)


def trial_by_day(followed: pd.DataFrame) -> pd.DataFrame:
    """Count, day by day, how many of the falling and of the steady whose contract came up then left.

    Returns
    -------
    DataFrame
        One row per ``day``, the latest first: ``falling``, ``falling_left``, ``steady``, ``steady_left``.
    """
    came_up = followed[followed["is_due"].astype(bool)]
    parts = {}
    for status in JUDGED:
        some = came_up[came_up["status"] == status].groupby("day")["has_left"]
        parts |= {status: some.size(), f"{status}_left": some.sum()}
    table = pd.DataFrame(parts).fillna(0).astype(int).rename_axis("day").reset_index()
    return table.sort_values("day", ascending=False, ignore_index=True)


def share_left_by_change(followed: pd.DataFrame, *, min_customers: int, level: float = 0.95) -> pd.DataFrame:
    """Say what share left by how use had changed against what was expected.

    Returns
    -------
    DataFrame
        One row per band, the greatest fall first: ``from_change``, ``to_change`` (fractions; infinite at
        either end), ``customers``, ``left``, ``share``, ``low``, ``high`` (Wilson). Shares are blank where
        there are too few.
    """
    came_up = followed[followed["is_due"].astype(bool) & followed["status"].isin(JUDGED)]
    # A fall of exactly a half belongs to the greater falls, as it is flagged.
    band = pd.cut(came_up["change"].astype(float), CHANGES)
    counted = came_up["has_left"].astype(bool).groupby(band, observed=False).agg(["size", "sum"])
    trials = counted["size"].where(counted["size"] >= max(min_customers, 1))
    low, high = wilson_interval(counted["sum"].where(trials.notna()), trials, level=level)
    bands = {"from_change": CHANGES[:-1], "to_change": CHANGES[1:]}
    counts = {"customers": counted["size"].to_numpy(), "left": counted["sum"].to_numpy(dtype=int)}
    share = (counted["sum"] / trials).to_numpy(dtype=float)
    return pd.DataFrame(bands | counts | {"share": share, "low": low, "high": high})


def course(followed: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Compare the use of those who then left and of those who stayed, month by month before the day.

    Returns
    -------
    DataFrame
        One row per ``group`` (``left``, ``stayed``) and ``back`` (4 to 1 months): ``customers`` (count),
        ``use`` (of what each used in a month on average in months 4 to 2; 1 is as much) with ``low`` and
        ``high`` (ratio estimate, linearised, by customer). Only customers whose contract came up; groups of
        one or none are left out.
    """
    came_up = (
        followed[followed["is_due"].astype(bool) & followed["before"].gt(0)] if len(followed) else followed
    )
    rows = []
    for group, is_left in (("left", True), ("stayed", False)):
        some = came_up[came_up["has_left"].astype(bool) == is_left]
        if some["customer_id"].nunique() < 2:
            continue
        for back in sorted((*RECENT, *BEFORE), reverse=True):
            ratio, reach = _ratio(some, back, level)
            ends = {"use": ratio, "low": np.maximum(ratio - reach, 0.0), "high": ratio + reach}
            rows.append({"group": group, "back": back, "customers": len(some)} | ends)
    return pd.DataFrame(rows, columns=["group", "back", "customers", "use", "low", "high"])


def _flagged(table: pd.DataFrame, judged: Sequence[str], is_flagged: pd.Series) -> pd.DataFrame:
    is_judged = table["status"].isin(judged)
    return table.assign(is_judged=is_judged, is_flagged=is_judged & is_flagged, year_amount=table["mrr"])


def _account(tables: Sequence[pd.DataFrame], rules: UseRules) -> dict[str, object]:
    now, before = tables
    before = before.assign(later_purchases=(~before["has_left"].astype(bool)).astype(int))
    return rule_account(
        now, before, judged="is_judged", flagged="is_flagged", min_customers=rules.min_customers
    )


def _ratio(some: pd.DataFrame, back: int, level: float) -> tuple[float, float]:
    """Return the use of a month over that of the months before, and how far it may be off."""
    days = some[f"days_{back}"]
    weight = some["before"].where(days > 0)  # who was not under contract then says nothing of the month
    rate = MONTH_DAYS * some[f"units_{back}"] / days.where(days > 0)
    by_customer = pd.DataFrame({"rate": rate, "weight": weight}).groupby(some["customer_id"]).sum()
    if by_customer["weight"].sum() <= 0:
        return np.nan, np.nan
    ratio = by_customer["rate"].sum() / by_customer["weight"].sum()
    residuals = by_customer["rate"] - ratio * by_customer["weight"]
    number = len(by_customer)
    error = np.sqrt((residuals**2).sum() * number / (number - 1)) / by_customer["weight"].sum()
    return float(ratio), normal_quantile(level) * float(error)

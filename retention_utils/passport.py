"""The data passport: what was used, what was left out and why, and how far the numbers can be trusted."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from retention_utils.errors import TableError
from retention_utils.schema import require

__all__ = [
    "DEFAULT_THRESHOLDS",
    "Check",
    "Thresholds",
    "daily_activity",
    "data_checks",
    "grade_of",
    "oddest_silence",
    "use_account",
    "weekly_activity",
]

Verdict = Literal["pass", "warn", "fail", "not checked"]


@dataclass(frozen=True)
class Thresholds:
    """Where a check turns from pass to warn, and from warn to fail."""

    used_share: tuple[float, float] = (0.99, 0.95)  # of rows, and of revenue
    history_days: tuple[int, int] = (365, 180)
    mixed_share: tuple[float, float] = (0.20, 0.50)  # of customers
    gap_surprise: float = 14.0  # expected orders in a silent stretch: by chance once in a million


DEFAULT_THRESHOLDS = Thresholds()


@dataclass(frozen=True)
class Check:
    """One question asked of the data, with what was found."""

    key: Literal["rows", "revenue", "history", "silence", "mixed"]
    verdict: Verdict
    found: float  # share or days, by key


def use_account(row_account: pd.DataFrame, *, uses: dict[str, str]) -> pd.DataFrame:
    """Account for every row: how many were used, and how many were not for which reason.

    Parameters
    ----------
    row_account : DataFrame
        The mart's table of this name.
    uses : dict
        Words for every use, in the order to be listed.

    Returns
    -------
    DataFrame
        One row per use that occurs, then ``all rows``: ``use`` (words), ``rows`` (count), ``row_share``
        (fraction of all rows), ``amount`` (money; NaN where none can be read).

    Raises
    ------
    TableError
        If a column is missing, or rows have a use without words: they would be lost from the account.
    """
    require(row_account, ["use", "rows", "amount"], name="row_account")
    unknown = sorted(set(row_account["use"]) - set(uses))
    if unknown:
        msg = f"The table 'row_account' has rows of the use {unknown}; add words for them to 'uses'."
        raise TableError(msg)
    table = row_account.set_index("use").reindex([use for use in uses if use in set(row_account["use"])])
    total = int(table["rows"].sum())
    listed = table.assign(use=[uses[use] for use in table.index], row_share=table["rows"] / total)
    amount = table["amount"].sum()
    whole = pd.DataFrame({"use": ["all rows"], "rows": [total], "row_share": [1.0], "amount": [amount]})
    return pd.concat([listed[["use", "rows", "row_share", "amount"]], whole], ignore_index=True)


def daily_activity(daily: pd.DataFrame, *, history_start: date, as_of: date) -> pd.DataFrame:
    """List every day of the log, silent ones with zeros.

    Parameters
    ----------
    daily : DataFrame
        The mart's table of this name.
    history_start, as_of : date
        First and last day of the log.

    Returns
    -------
    DataFrame
        One row per day: ``day``, ``orders``, ``buyers``, ``first_purchases`` (counts), ``amount`` (money).
    """
    days = pd.DataFrame({"day": pd.date_range(history_start, as_of)})
    table = days.merge(daily.assign(day=pd.to_datetime(daily["day"])), on="day", how="left").fillna(0)
    counts = ["orders", "buyers", "first_purchases"]
    return table.astype(dict.fromkeys(counts, "int64"))


def weekly_activity(activity: pd.DataFrame, *, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> pd.DataFrame:
    """Add the days up to whole weeks, so that years fit into one picture.

    Parameters
    ----------
    activity : DataFrame
        From :func:`daily_activity`.
    thresholds : Thresholds
        Says which silence is questioned.

    Returns
    -------
    DataFrame
        One row per seven days from the first day on; a last week with fewer days is left out: ``week``
        (its first day), ``orders`` (count), ``amount`` (money), ``questioned_days`` (days of a silent stretch
        that usually brings more orders than can be missing by chance).
    """
    number = pd.Series(range(len(activity)), index=activity.index) // 7
    is_questioned = _missing_orders(activity) > thresholds.gap_surprise
    weeks = activity.assign(questioned_days=is_questioned).groupby(number)
    table = weeks.agg(
        week=("day", "first"),
        orders=("orders", "sum"),
        amount=("amount", "sum"),
        questioned_days=("questioned_days", "sum"),
        days=("day", "size"),
    )
    return table[table["days"] == 7].drop(columns="days").reset_index(drop=True)


def oddest_silence(activity: pd.DataFrame) -> tuple[int, float]:
    """Return the days of the oddest stretch without an order, and the orders usual in such days.

    The oddest stretch is the one in which most orders are missing. What is usual is the median of the
    weekday, so that a shop closed on Sundays is not asked about its Sundays; where most days are silent it
    is the mean day.
    """
    missing = _missing_orders(activity)
    if not missing.max() > 0:
        return 0, 0.0
    stretch = (activity["orders"] > 0).cumsum()
    is_oddest = (stretch == stretch[missing.idxmax()]) & (activity["orders"] == 0)
    return int(is_oddest.sum()), float(missing.max())


def _missing_orders(activity: pd.DataFrame) -> pd.Series:
    """Per day: the orders usual in the silent stretch the day belongs to; 0 on days with orders."""
    weekday = activity["day"].dt.day_of_week
    usual = activity.groupby(weekday)["orders"].transform("median")
    if not usual.any():
        usual = pd.Series(activity["orders"].mean(), index=activity.index)
    is_silent = activity["orders"] == 0
    stretch = (activity["orders"] > 0).cumsum()
    return usual.where(is_silent, 0.0).groupby(stretch).transform("sum").where(is_silent, 0.0)


def data_checks(
    account: pd.DataFrame,
    activity: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> list[Check]:
    """Ask of the data what the later chapters rely on.

    Parameters
    ----------
    account : DataFrame
        From :func:`use_account`; the row of used rows comes first.
    activity : DataFrame
        From :func:`daily_activity`.
    customers : DataFrame
        The mart's table of this name.

    Returns
    -------
    list of Check
        Rows used, revenue used, length of the history, silent stretches, customers who may be old. Money
        left out counts by its size, so that refunds cannot make up for lost orders.
    """
    used, unused = account.iloc[0], account.iloc[1:-1]
    moved = float(used["amount"] + unused["amount"].abs().sum())
    revenue = float(used["amount"]) / moved if moved > 0 else math.nan
    silent_days, expected = oddest_silence(activity)
    mixed = float(customers["is_mixed"].mean())
    return [
        Check("rows", _at_least(float(used["row_share"]), thresholds.used_share), float(used["row_share"])),
        Check("revenue", _at_least(revenue, thresholds.used_share), revenue),
        Check("history", _at_least(len(activity), thresholds.history_days), len(activity)),
        Check("silence", "warn" if expected > thresholds.gap_surprise else "pass", silent_days),
        Check("mixed", _at_least(-mixed, tuple(-limit for limit in thresholds.mixed_share)), mixed),
    ]


def grade_of(checks: list[Check]) -> Literal["A", "B", "C", "D"]:
    """Grade the data: D with any failed check, C with three warnings or more, B with one or two, else A."""
    verdicts = [check.verdict for check in checks]
    if "fail" in verdicts:
        return "D"
    warnings = verdicts.count("warn") + verdicts.count("not checked")
    return "C" if warnings > 2 else "B" if warnings else "A"


def _at_least(found: float, limits: tuple[float, float]) -> Verdict:
    if math.isnan(found):
        return "not checked"
    return "pass" if found >= limits[0] else "warn" if found >= limits[1] else "fail"

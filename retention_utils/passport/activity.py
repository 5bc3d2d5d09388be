"""Orders day by day and week by week, and the stretches of days in which they are missing."""

from datetime import date

import pandas as pd

__all__ = ["GAP_SURPRISE", "daily_activity", "oddest_silence", "weekly_activity"]

GAP_SURPRISE = 14.0  # orders usual in a silent stretch: by chance once in a million
COUNTS = ("orders", "buyers", "first_purchases")


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
    return table.astype(dict.fromkeys(COUNTS, "int64"))


def weekly_activity(activity: pd.DataFrame, *, gap_surprise: float = GAP_SURPRISE) -> pd.DataFrame:
    """Add the days up to whole weeks, so that years fit into one picture.

    Parameters
    ----------
    activity : DataFrame
        From :func:`daily_activity`.
    gap_surprise : float
        Silence is questioned where more orders than this are usual.

    Returns
    -------
    DataFrame
        One row per seven days from the first day on; a last week with fewer days is left out: ``week``
        (its first day), ``orders``, ``buyers``, ``first_purchases`` (counts), ``amount`` (money),
        ``questioned_days`` (days of a silent stretch that usually brings more orders than can be missing
        by chance).
    """
    number = pd.Series(range(len(activity)), index=activity.index) // 7
    is_questioned = _missing_orders(activity) > gap_surprise
    weeks = activity.assign(questioned_days=is_questioned).groupby(number)
    sums = {name: (name, "sum") for name in (*COUNTS, "amount", "questioned_days")}
    table = weeks.agg(week=("day", "first"), **sums, days=("day", "size"))
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

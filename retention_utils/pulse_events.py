"""The active base day by day: what came into it and dropped out of it, and the check that it adds up.

Base movement is counted on sets of people at the bounds of a period; here every lapse and every return is
counted. Both must bring the base from the same start to the same end, which is checked for every period.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.schema import require

__all__ = ["BalanceCheck", "balance_check", "daily_base", "period_events"]

EVENTS = ("joined", "reactivated", "lapsed")


@dataclass(frozen=True)
class BalanceCheck:
    """The account of the active base in the last period, counted in two ways."""

    period: str
    active_start: int
    new: int
    reactivated: int
    lapsed: int
    active_end: int  # start + new + reactivated - lapsed
    counted_end: int  # from the joins, returns and lapses of every day since the log began
    periods: int  # of the log
    periods_that_hold: int

    @property
    def holds(self) -> bool:
        """Whether both ways agree in every period."""
        return self.periods_that_hold == self.periods


def daily_base(base_events: pd.DataFrame, *, last_day: pd.Timestamp) -> pd.DataFrame:
    """Follow the active base from day to day.

    Parameters
    ----------
    base_events : DataFrame
        The mart's table of this name.
    last_day : Timestamp
        The as-of day.

    Returns
    -------
    DataFrame
        One row per day from the first event to ``last_day``, with or without events, in time order:
        ``day``, ``active_start`` (in the morning), ``joined``, ``reactivated``, ``lapsed``, ``active_end``;
        counts.
    """
    require(base_events, ["day", *EVENTS], name="base_events")
    first_day = base_events["day"].min() if len(base_events) else last_day
    days = pd.date_range(first_day, last_day, name="day")
    table = base_events.set_index("day")[list(EVENTS)].reindex(days, fill_value=0).astype("int64")
    change = table["joined"] + table["reactivated"] - table["lapsed"]
    active_end = change.cumsum()
    table = table.assign(active_start=active_end - change, active_end=active_end).reset_index()
    return table[["day", "active_start", *EVENTS, "active_end"]]


def period_events(base_events: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Sum up the joins, returns and lapses of every period, and the active base at its bounds.

    Parameters
    ----------
    base_events, calendar : DataFrame
        The mart's tables of these names.

    Returns
    -------
    DataFrame
        One row per period, in time order: ``period_number``, ``joins``, ``returns``, ``lapses`` (events; a
        customer can have several in one period), ``active_start``, ``active_end`` (customers).
    """
    require(calendar, ["period_number", "first_day", "last_day"], name="calendar")
    periods = calendar.sort_values("first_day", ignore_index=True)
    daily = daily_base(base_events, last_day=periods["last_day"].iloc[-1])
    place = np.searchsorted(periods["first_day"].to_numpy(), daily["day"].to_numpy(), side="right") - 1
    names = {"joined": "joins", "reactivated": "returns", "lapsed": "lapses"}
    sums = daily.groupby(place)[list(EVENTS)].sum().rename(columns=names)
    table = periods[["period_number"]].join(sums).fillna(0).astype("int64")
    active_end = (table["joins"] + table["returns"] - table["lapses"]).cumsum()
    return table.assign(active_start=active_end.shift(fill_value=0), active_end=active_end)


def balance_check(movement: pd.DataFrame, events: pd.DataFrame) -> BalanceCheck:
    """Check that what came and went explains the active base, in every period.

    ``active_start + new + reactivated - lapsed`` is held against the base that the events of every day lead
    to, which is counted by another rule from the same purchases.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.
    events : DataFrame
        From :func:`period_events`.
    """
    columns = ["period_number", "period", "active_start", "new", "reactivated", "lapsed", "active_end"]
    require(movement, columns, name="movement")
    table = movement.merge(events, on="period_number", suffixes=("", "_counted"))
    computed = table["active_start"] + table["new"] + table["reactivated"] - table["lapsed"]
    is_same = (computed == table["active_end"]) & (computed == table["active_end_counted"])
    last = table.iloc[-1]
    return BalanceCheck(
        period=last["period"],
        active_start=int(last["active_start"]),
        new=int(last["new"]),
        reactivated=int(last["reactivated"]),
        lapsed=int(last["lapsed"]),
        active_end=int(computed.iloc[-1]),
        counted_end=int(last["active_end_counted"]),
        periods=len(movement),
        periods_that_hold=int(is_same.sum()),
    )

"""Same month, different answers: churn of the last period by every formula in use.

The formulas differ in whether they count who lapsed and was back within the period, and who joined and
lapsed within it, in what they divide by, and over which days. Programs made for subscriptions are carried
over to orders: a lapse is the day on which the churn gap runs out, a return the next purchase.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from retention_utils.pulse_events import daily_base, period_events
from retention_utils.schema import require

__all__ = ["ADOPTED", "ANSWERS", "ChurnCounts", "churn_by_formula", "churn_counts"]

ADOPTED = "set_start"
# set_start, start_plus_new, average and daily_sum are formulas; the others are whose they are.
ANSWERS = (
    ADOPTED, "chartmogul", "baremetrics", "stripe", "start_plus_new", "profitwell", "average", "daily_sum",
    "sources",
)  # fmt: skip
SLIDING_DAYS = 30  # Baremetrics and Stripe look back so far, whatever the length of the month
MONTH_DAYS = (28, 31)


@dataclass(frozen=True)
class ChurnCounts:
    """What the formulas are made of, for the last period."""

    period: str
    is_rated: bool  # the log reaches back a whole gap, and enough customers were active
    active_start: int
    active_end: int
    joined: int  # first purchases in the period
    lapsed: int  # active at the start, not at the end
    early_lapsed: int  # joined in the period, not active at its end
    lapses: int  # events: every one that happened
    undone: int  # lapses whose customer came back within the period, or returns that ran out in it
    daily_share: float  # sum over the days of lapses / active in the morning
    window_days: int  # of a sliding window that ends with the period
    is_window_rated: bool
    window_start: int  # active before the first day of the window
    window_joined: int
    window_lapses: int


def churn_counts(
    movement: pd.DataFrame,
    base_events: pd.DataFrame,
    calendar: pd.DataFrame,
    *,
    history_start: date,
    gap_days: int,
    min_customers: int = 1,
) -> ChurnCounts:
    """Count for the last period what the formulas add up and divide by.

    Events and sets of people are tied to each other: all lapses are those of customers who were active at
    the start and are not at the end, those of newcomers who are not active at the end, and those undone.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.
    base_events, calendar : DataFrame
        The mart's tables of these names.
    history_start : date
        First day of the log.
    gap_days : int
        Days of silence after which a customer counts as lapsed.
    min_customers : int
        With fewer active at the start there is no share.
    """
    columns = ["period", "active_start", "active_end", "joined", "lapsed", "early_lapsed", "reactivated"]
    require(movement, [*columns, "churn"], name="movement")
    last = movement.iloc[-1]
    stretch = calendar.sort_values("first_day").iloc[-1]
    events = period_events(base_events, calendar).iloc[-1]
    daily = daily_base(base_events, last_day=stretch["last_day"])
    window_days = _window_days((stretch["last_day"] - stretch["first_day"]).days + 1)
    window_first = stretch["last_day"] - timedelta(days=window_days - 1)
    window = daily[daily["day"] >= window_first]
    before = daily.loc[daily["day"] < window_first, "active_end"]
    window_start = int(before.iloc[-1]) if len(before) else 0
    is_long_enough = window_first >= pd.Timestamp(history_start) + timedelta(days=gap_days)
    return ChurnCounts(
        period=last["period"],
        is_rated=bool(pd.notna(last["churn"])),
        **{name: int(last[name]) for name in columns[1:-1]},
        lapses=int(events["lapses"]),
        undone=int(events["returns"] - last["reactivated"]),
        daily_share=_daily_share(daily[daily["day"] >= stretch["first_day"]]),
        window_days=window_days,
        is_window_rated=bool(is_long_enough and window_start >= max(min_customers, 1)),
        window_start=window_start,
        window_joined=int(window["joined"].sum()),
        window_lapses=int(window["lapsed"].sum()),
    )


def churn_by_formula(counts: ChurnCounts) -> pd.DataFrame:
    """Compute churn by every formula.

    Returns
    -------
    DataFrame
        One row per formula, in the order of :data:`ANSWERS`: ``answer`` (key), ``counted`` (above the
        line), ``divided_by`` (beneath it; NaN for the sum of daily shares, which has a divisor per day),
        ``churn`` (fraction), ``difference`` (from the adopted one, a fraction), ``is_adopted``.
        Churn is NaN where it is not measured or too few were active.

    References
    ----------
    The programs' help pages: ChartMogul (churn rate; "standard"), Baremetrics (user churn, with its "churn
    update"), Stripe Billing (subscriber churn rate), ProfitWell Metrics (customer churn), Shopify
    ("Defining churn rate", the sum of daily rates). Average base: as the mobile operators MTS and Vimpelcom
    report it. Where a page is silent, a customer who returns is taken to be counted by Baremetrics and
    Stripe, and ProfitWell to divide by the base at the start.
    """
    start, end, joined = counts.active_start, counts.active_end, counts.joined
    of_old = counts.lapses - counts.early_lapsed
    fractions: dict[str, tuple[float, float]] = {
        ADOPTED: (counts.lapsed, start),
        "chartmogul": (of_old - counts.undone, start),
        "baremetrics": (counts.window_lapses, counts.window_start),
        "stripe": (counts.window_lapses, counts.window_start + counts.window_joined),
        "start_plus_new": (counts.lapses, start + joined),
        "profitwell": (of_old, start),
        "average": (counts.lapses, (start + end) / 2),
        "daily_sum": (counts.lapses, np.nan),
        "sources": (start - (end - joined), start),
    }
    table = pd.DataFrame(
        [(answer, *fractions[answer]) for answer in ANSWERS], columns=["answer", "counted", "divided_by"]
    )
    is_sliding = table["answer"].isin(["baremetrics", "stripe"])
    is_known = np.where(is_sliding, counts.is_window_rated, True) & counts.is_rated
    churn = table["counted"] / table["divided_by"].where(table["divided_by"] > 0)
    churn = churn.mask(table["answer"] == "daily_sum", counts.daily_share).where(is_known)
    return table.assign(churn=churn, difference=churn - churn.iloc[0], is_adopted=table["answer"] == ADOPTED)


def _window_days(period_days: int) -> int:
    """Length of the sliding window; shares of stretches of another length could not be compared."""
    return SLIDING_DAYS if MONTH_DAYS[0] <= period_days <= MONTH_DAYS[1] else period_days


def _daily_share(daily: pd.DataFrame) -> float:
    anyone = daily[daily["active_start"] > 0]
    return float((anyone["lapsed"] / anyone["active_start"]).sum())

"""Who left, when, and what each brought: from contracts, with dates or without, or from orders."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from retention_utils.config import ContractSettings
from retention_utils.schema import require
from retention_utils.subscriptions.movements import customer_movements
from retention_utils.subscriptions.spans import contract_spans, monthly_revenue
from retention_utils.subscriptions.states import boundary_days

__all__ = ["COLUMNS", "contract_exposure", "contract_leavers", "order_leavers", "snapshot_leavers"]

COLUMNS = ("customer_id", "period_number", "left_on", "year_money", "is_involuntary")
YEAR_DAYS = 365.25


def contract_leavers(
    subscriptions: pd.DataFrame, calendar: pd.DataFrame, *, settings: ContractSettings
) -> tuple[pd.DataFrame, pd.Series]:
    """List who was under contract before a period and no longer after it.

    Parameters
    ----------
    subscriptions : DataFrame
        The client's table of this name, with dates.
    calendar : DataFrame
        The mart's table of this name.
    settings : ContractSettings
        What counts as the end.

    Returns
    -------
    leavers : DataFrame
        One row per customer and period left in, by both: :data:`COLUMNS`, that is ``left_on`` (day of the
        last contract's end), ``year_money`` (twelve times the monthly revenue before), ``is_involuntary``
        (a payment failed).
    exposure : Series
        Customers at the start of every period, by ``period_number``.
    """
    spans = contract_spans(subscriptions, settings)
    moves = customer_movements(spans, calendar)
    left = moves[moves["movement"] == "churn"].reset_index(drop=True)
    boundary = boundary_days(calendar)[left["period_number"].to_numpy() + 1]
    asked = left[["customer_id"]].assign(day=boundary, row=left.index).sort_values("day")
    ended = spans.loc[spans["end_day"].notna(), ["customer_id", "end_day"]].sort_values("end_day")
    found = pd.merge_asof(asked, ended, left_on="day", right_on="end_day", by="customer_id")
    leavers = left.assign(
        customer_id=left["customer_id"].astype(object),
        left_on=found.set_index("row")["end_day"],
        year_money=12 * left["before"],
        is_involuntary=left["ending"] == "involuntary",
    )
    exposure = moves[moves["before"].notna()].groupby("period_number").size()
    return leavers[list(COLUMNS)], exposure


def contract_exposure(exposure: pd.Series, periods: range) -> int:
    """Add up the customers at the start of some periods: how often anybody could have left."""
    return int(exposure.reindex(periods).fillna(0).sum())


def snapshot_leavers(subscriptions: pd.DataFrame) -> pd.DataFrame:
    """List the customers all of whose contracts have ended, in a list that does not say when.

    Returns
    -------
    DataFrame
        One row per customer: :data:`COLUMNS`, without periods and days.
    """
    require(subscriptions, ["customer_id", "has_ended"], name="subscriptions")
    rows = subscriptions.assign(
        has_ended=subscriptions["has_ended"].fillna(False).astype(bool),
        money=12 * monthly_revenue(subscriptions),
        is_failed=_flag(subscriptions, "is_involuntary"),
    )
    by_customer = rows.groupby("customer_id").agg(
        has_ended=("has_ended", "all"), year_money=("money", "sum"), is_involuntary=("is_failed", "any")
    )
    left = by_customer[by_customer["has_ended"]].reset_index()
    left = left.assign(customer_id=left["customer_id"].astype(object), period_number=np.nan, left_on=pd.NaT)
    return left[list(COLUMNS)]


def order_leavers(
    states: pd.DataFrame, calendar: pd.DataFrame, told: Mapping[str, pd.Timestamp], *, gap_days: int
) -> pd.DataFrame:
    """List the customers who lapsed, and those who said why they leave and have bought nothing since.

    Parameters
    ----------
    states : DataFrame
        The mart's table of this name: ``customer_id``, ``last_day``, ``silence_days``, ``recency_days``,
        ``amount``.
    calendar : DataFrame
        The mart's table of this name.
    told : mapping
        The day of a customer's last reason; NaT where it has none.
    gap_days : int
        Silent for longer: lapsed.

    Returns
    -------
    DataFrame
        One row per customer: :data:`COLUMNS`; ``left_on`` is the day they said so, else the day they
        lapsed; ``year_money`` the revenue of a year, on average over the time they bought in, but no less
        than a year of it.
    """
    require(states, ["customer_id", "last_day", "silence_days", "recency_days", "amount"], name="states")
    last = pd.to_datetime(states["last_day"])
    said = pd.to_datetime(states["customer_id"].map(dict(told)))
    is_told = states["customer_id"].isin(list(told))
    has_lapsed = states["silence_days"] > gap_days
    left_on = said.where(said >= last, (last + pd.Timedelta(days=gap_days)).where(has_lapsed))
    years = (states["recency_days"] / YEAR_DAYS).clip(lower=1)
    leavers = pd.DataFrame(
        {
            "customer_id": states["customer_id"].astype(object),
            "period_number": periods_of(left_on, calendar),
            "left_on": left_on,
            "year_money": states["amount"].astype(float) / years,
            "is_involuntary": False,
        }
    )
    is_there = has_lapsed | (is_told & (said >= last))
    return leavers[is_there].reset_index(drop=True)


def periods_of(days: pd.Series, calendar: pd.DataFrame) -> pd.Series:
    """Return the number of the period that each day lies in; NaN where it lies in none."""
    require(calendar, ["period_number", "first_day", "last_day"], name="calendar")
    starts = pd.to_datetime(calendar["first_day"]).to_numpy()
    known = pd.to_datetime(days).reset_index(drop=True)
    place = np.searchsorted(starts, known.to_numpy(), side="right") - 1
    is_in = known.notna() & (place >= 0) & (known <= pd.to_datetime(calendar["last_day"]).max())
    numbers = calendar["period_number"].to_numpy()[place.clip(0)]
    return pd.Series(numbers, index=days.index).where(is_in.to_numpy()).astype(float)


def _flag(table: pd.DataFrame, name: str) -> pd.Series:
    if name not in table:
        return pd.Series(False, index=table.index)
    return table[name].astype("boolean").fillna(False).astype(bool)

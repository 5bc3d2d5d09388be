"""What customers drawn into campaigns did before and after their day, from contracts or from orders."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from retention_utils.schema import require

__all__ = ["Histories", "contract_histories", "money_until", "order_histories"]

DAYS_OF_MONTH, YEAR = 365.25 / 12, 365


@dataclass(frozen=True)
class Histories:
    """Customers drawn, and the money of each, by days since the draw.

    ``members`` has one row per campaign and customer: what was known before the day of the draw, and
    ``is_retained``. ``flows`` has ``row`` (of members), ``since`` and ``until`` (days since the draw, the
    latter not included) and ``amount`` (revenue of that stretch, evenly spread).
    """

    members: pd.DataFrame
    flows: pd.DataFrame


def contract_histories(
    drawn: pd.DataFrame, spans: pd.DataFrame, *, as_of: date, horizon_days: int
) -> Histories:
    """Follow customers through their contracts.

    Parameters
    ----------
    drawn : DataFrame
        One row per campaign and customer: ``customer_id``, ``day``.
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    as_of : date
        The last day seen.
    horizon_days : int
        Days after the draw when it is asked who is still there.

    Returns
    -------
    Histories
        Members with ``was_customer`` (under contract at any time before the day), ``tenure_months``,
        ``is_running`` (under contract on the evening before), ``plan`` (of the contract that then brought
        the most; empty where none ran), ``revenue_before`` (a month, on that evening) and ``is_retained``
        (under contract at the end of the horizon).
    """
    require(drawn, ["customer_id", "day"], name="drawn")
    pairs = _paired(drawn, spans)
    seen = (pd.Timestamp(as_of) - pairs["day"]).dt.days + 1
    since = (pairs["first_day"] - pairs["day"]).dt.days
    until = (pairs["end_day"] - pairs["day"]).dt.days.fillna(seen).clip(upper=seen)
    flows = pd.DataFrame({"row": pairs["row"], "since": since, "until": until})
    flows["amount"] = pairs["mrr"] * (until - since) / DAYS_OF_MONTH
    ran = pairs[(since < 0) & (until >= 0)].sort_values(["row", "mrr", "plan"], ascending=[True, False, True])
    rows = pd.RangeIndex(len(drawn))
    first = since.groupby(pairs["row"]).min().reindex(rows)
    members = drawn.reset_index(drop=True).assign(
        was_customer=(first < 0).to_numpy(),
        tenure_months=(-first / DAYS_OF_MONTH).where(first < 0),
        is_running=rows.isin(ran["row"]).astype(float),
        plan=ran.drop_duplicates("row").set_index("row")["plan"].astype(object).reindex(rows).fillna(""),
        revenue_before=ran.groupby("row")["mrr"].sum().reindex(rows).fillna(0.0),
        is_retained=rows.isin(flows.loc[(since <= horizon_days) & (until > horizon_days), "row"]),
    )
    return Histories(members, flows[until > since].reset_index(drop=True))


def order_histories(
    drawn: pd.DataFrame, purchases: pd.DataFrame, *, as_of: date, horizon_days: int
) -> Histories:
    """Follow customers through their orders.

    Parameters
    ----------
    drawn : DataFrame
        One row per campaign and customer: ``customer_id``, ``day``.
    purchases : DataFrame
        The mart's ``campaign_purchases``: ``customer_id``, ``day``, ``amount``.
    as_of : date
        The last day seen.
    horizon_days : int
        Days from the draw on in which an order counts as staying.

    Returns
    -------
    Histories
        Members with ``was_customer`` (bought before the day), ``tenure_months``, ``tenure_days`` (since the
        first purchase), ``silence_days`` (since the last purchase before the day), ``purchases_before`` (in
        the year before), ``revenue_before`` (of so many days before as are looked at after) and
        ``is_retained`` (bought within the horizon).
    """
    require(drawn, ["customer_id", "day"], name="drawn")
    require(purchases, ["customer_id", "day", "amount"], name="purchases")
    pairs = _paired(drawn, purchases.rename(columns={"day": "bought"}))
    since = (pairs["bought"] - pairs["day"]).dt.days
    flows = pd.DataFrame(
        {"row": pairs["row"], "since": since, "until": since + 1, "amount": pairs["amount"].astype(float)}
    )
    flows = flows[pairs["bought"] <= pd.Timestamp(as_of)]
    earlier = flows[flows["since"] < 0].groupby("row")["since"]
    rows = pd.RangeIndex(len(drawn))
    first, last = earlier.min().reindex(rows), earlier.max().reindex(rows)
    of_year = flows.loc[flows["since"].between(-YEAR, -1), "row"].value_counts()
    members = drawn.reset_index(drop=True).assign(
        was_customer=first.notna().to_numpy(),
        tenure_months=(-first / DAYS_OF_MONTH),
        tenure_days=-first,
        silence_days=-last,
        purchases_before=of_year.reindex(rows).fillna(0.0).astype(float),
        revenue_before=money_until(flows, len(drawn), [0], start=-horizon_days)[:, 0],
        is_retained=rows.isin(flows.loc[flows["since"].between(0, horizon_days - 1), "row"]),
    )
    return Histories(members, flows.reset_index(drop=True))


def money_until(flows: pd.DataFrame, members: int, days: list[int], *, start: int = 0) -> np.ndarray:
    """Add up what every member brought from one day after the draw up to others.

    Parameters
    ----------
    flows : DataFrame
        Of :class:`Histories`.
    members : int
        How many there are.
    days : list of int
        Days since the draw, not included themselves.
    start : int
        The first day; below zero before the draw.

    Returns
    -------
    ndarray
        One row per member, one column per day.
    """
    since, until = flows["since"].to_numpy(float), flows["until"].to_numpy(float)
    per_day = flows["amount"].to_numpy(float) / np.maximum(until - since, 1)
    row = flows["row"].to_numpy(int)
    found = [
        np.bincount(row, per_day * (np.minimum(until, day) - np.maximum(since, start)).clip(0), members)
        for day in days
    ]
    return np.column_stack(found) if found else np.empty((members, 0))


def _paired(drawn: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Put what is told of a customer beside every draw of that customer."""
    asked = pd.DataFrame(
        {
            "row": range(len(drawn)),
            "customer_id": drawn["customer_id"].astype("string").to_numpy(),
            "day": pd.to_datetime(drawn["day"]).to_numpy(),
        }
    )
    return asked.merge(told.assign(customer_id=told["customer_id"].astype("string")), on="customer_id")

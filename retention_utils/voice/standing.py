"""Where those who answered stood: what group they belonged to, what they brought, and whether they left."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from retention_utils.config import ContractSettings
from retention_utils.schema import require
from retention_utils.segments.rfm import rfm_classes
from retention_utils.subscriptions.spans import contract_spans, has_dates, monthly_revenue
from retention_utils.subscriptions.states import customer_states

__all__ = ["Standing", "contract_standing", "order_standing", "value_thirds"]

YEAR_MONTHS, YEAR_DAYS = 12, 365
THIRDS = ("upper", "middle", "lower")


@dataclass(frozen=True, eq=False)
class Standing:
    """Customers on the days of their answers, and today."""

    source: Literal["orders", "contracts", "snapshot"]
    asked: pd.DataFrame  # see order_standing
    current: pd.DataFrame  # customer_id, value (of a year); one row per customer of today


def order_standing(
    answer_states: pd.DataFrame,
    states: pd.DataFrame,
    *,
    gap_days: int,
    horizon_days: int,
    as_of: date,
) -> Standing:
    """Say where those who answered stood by their orders.

    Parameters
    ----------
    answer_states, states : DataFrame
        The mart's tables of these names.
    gap_days : int
        The churn gap: whoever is silent for longer is no customer.
    horizon_days : int
        How long after an answer is looked at.
    as_of : date
        The last day looked at.

    Returns
    -------
    Standing
        ``asked`` has one row per customer and day of an answer on which they were one: ``customer_id``,
        ``day``, ``group`` (RFM group on that day), ``value`` (net revenue of the 365 days up to it),
        ``has_left`` (no purchase within the horizon: 1, else 0; NaN where it is not over yet).
    """
    require(answer_states, ["customer_id", "day", "silence_days", "next_day"], name="answer_states")
    classes = rfm_classes(answer_states, gap_days=gap_days)
    day, following = (pd.to_datetime(answer_states[name]) for name in ("day", "next_day"))
    end = day + pd.Timedelta(days=horizon_days)
    asked = pd.DataFrame(
        {
            "customer_id": answer_states["customer_id"],
            "day": day,
            "group": classes["group"].astype(str),
            "value": answer_states["year_amount"].astype(float),
            "has_left": (~(following <= end)).astype(float).where(end <= pd.Timestamp(as_of)),
        }
    )
    now = states[states["silence_days"] <= gap_days]
    current = pd.DataFrame({"customer_id": now["customer_id"], "value": now["year_amount"].astype(float)})
    was_customer = (answer_states["silence_days"] <= gap_days).to_numpy()
    return Standing("orders", asked[was_customer].reset_index(drop=True), current.reset_index(drop=True))


def contract_standing(
    subscriptions: pd.DataFrame,
    answered: pd.DataFrame,
    *,
    settings: ContractSettings,
    horizon_days: int,
    as_of: date,
) -> Standing:
    """Say where those who answered stood by their contracts.

    Parameters
    ----------
    subscriptions : DataFrame
        The client's table of this name.
    answered : DataFrame
        ``customer_id``, ``day`` of the answers; rows that lack one are passed over.
    settings : ContractSettings
        What counts as a contract.

    Returns
    -------
    Standing
        As :func:`order_standing`, with the plan as ``group``, twelve months of recurring revenue as
        ``value``, ``has_left`` for those under no contract at the end of the horizon, and ``tenure``
        (``first`` year since the customer's first contract, or ``later``). A list without dates tells the
        plan and revenue of today alone, so nobody is known to have left.
    """
    require(answered, ["customer_id", "day"], name="answered")
    pairs = answered[["customer_id", "day"]].dropna().drop_duplicates(ignore_index=True)
    if not has_dates(subscriptions):
        return _snapshot_standing(subscriptions, pairs)
    spans = contract_spans(subscriptions, settings)
    spans = spans.astype({"customer_id": "object", "plan": "object", "billed_every": "object"})
    held = _held_on(spans, pairs)
    end = held["day"] + pd.Timedelta(days=horizon_days)
    stays = _is_covered(spans, held["customer_id"], end)
    asked = held.assign(has_left=(~stays).astype(float).where(end <= pd.Timestamp(as_of)))
    now = customer_states(spans, pd.DatetimeIndex([pd.Timestamp(as_of)]))
    current = pd.DataFrame({"customer_id": now["customer_id"], "value": now["mrr"] * YEAR_MONTHS})
    return Standing("contracts", asked, current)


def value_thirds(value: pd.Series) -> pd.Series:
    """Sort values into upper, middle and lower third; equal values lie in one of them."""
    if value.empty:
        return pd.Series([], index=value.index, dtype="object")
    place = (value.rank(method="average") - 0.5) / len(value)
    return pd.Series(np.select([place >= 2 / 3, place >= 1 / 3], THIRDS[:2], THIRDS[2]), index=value.index)


def _held_on(spans: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Add up what everybody held on their day; whoever held nothing is left out."""
    found = pairs.merge(spans, on="customer_id")
    runs = (found["first_day"] <= found["day"]) & ~(found["end_day"] <= found["day"])
    keys = ["customer_id", "day"]
    running = found[runs].sort_values([*keys, "mrr", "plan"], ascending=[True, True, False, True])
    table = running.groupby(keys, as_index=False).agg(group=("plan", "first"), value=("mrr", "sum"))
    joined = found.groupby("customer_id")["first_day"].min().reindex(table["customer_id"])
    is_new = table["day"] - joined.to_numpy() < pd.Timedelta(days=YEAR_DAYS)
    return table.assign(value=table["value"] * YEAR_MONTHS, tenure=np.where(is_new, "first", "later"))


def _is_covered(spans: pd.DataFrame, customers: pd.Series, days: pd.Series) -> pd.Series:
    asked = pd.DataFrame({"customer_id": customers, "asked_on": days, "row": customers.index})
    found = asked.merge(spans[["customer_id", "first_day", "end_day"]], on="customer_id")
    covers = (found["first_day"] <= found["asked_on"]) & ~(found["end_day"] <= found["asked_on"])
    return covers.groupby(found["row"]).any().reindex(customers.index, fill_value=False).astype(bool)


def _snapshot_standing(subscriptions: pd.DataFrame, pairs: pd.DataFrame) -> Standing:
    ended = subscriptions["has_ended"].astype("boolean").fillna(False).astype(bool)
    rows = subscriptions.assign(mrr=monthly_revenue(subscriptions), group=subscriptions["plan"].fillna(""))
    rows = rows.sort_values(["customer_id", "mrr", "group"], ascending=[True, False, True])
    running = rows[~ended.reindex(rows.index)].groupby("customer_id", as_index=False)
    held = running.agg(group=("group", "first"), value=("mrr", "sum"))
    held = held.assign(value=held["value"] * YEAR_MONTHS)
    asked = pairs.merge(held, on="customer_id").assign(has_left=np.nan)
    return Standing("snapshot", asked, held[["customer_id", "value"]])

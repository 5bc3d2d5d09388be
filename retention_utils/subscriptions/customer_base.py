"""The base of customers under contract, in the shape that base movement has: its periods and its days.

A customer is active on the evening of a day while any contract covers it; the day on which the last one no
longer does is that of leaving. So whoever changes from one contract to the next without a gap stays.
"""

import numpy as np
import pandas as pd

from retention_utils.schema import require

__all__ = ["contract_events", "contract_movement", "covered_stretches"]


def covered_stretches(spans: pd.DataFrame) -> pd.DataFrame:
    """Join the contracts of every customer to stretches without a gap.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.

    Returns
    -------
    DataFrame
        One row per stretch, by customer and time: ``customer_id``, ``first_day``, ``end_day`` (first day no
        longer covered; NaT while it lasts), ``is_first`` (of the customer).
    """
    require(spans, ["customer_id", "first_day", "end_day"], name="spans")
    ordered = spans.sort_values(["customer_id", "first_day"], ignore_index=True)
    ordered = ordered.assign(customer_id=ordered["customer_id"].astype(str))
    ends = ordered["end_day"].fillna(ENDLESS)
    until = ends.groupby(ordered["customer_id"]).cummax()
    before = until.groupby(ordered["customer_id"]).shift(1)
    is_new = before.isna() | (ordered["first_day"] > before)
    stretch = is_new.cumsum()
    found = ordered.assign(until=until).groupby(stretch, sort=True).agg(
        customer_id=("customer_id", "first"), first_day=("first_day", "first"), until=("until", "max")
    )  # fmt: skip
    found = found.reset_index(drop=True)
    return pd.DataFrame(
        {
            "customer_id": found["customer_id"],
            "first_day": found["first_day"],
            "end_day": found["until"].where(found["until"] < ENDLESS),
            "is_first": ~found["customer_id"].duplicated(),
        }
    )


ENDLESS = pd.Timestamp("2200-01-01")  # in comparisons alone


def contract_events(spans: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Count day by day who came under contract, came back, and left.

    Returns
    -------
    DataFrame
        As the mart's ``base_events`` of orders: one row per ``day`` with ``joined``, ``reactivated``,
        ``lapsed`` (customers), up to the last day of the calendar. What happened before the calendar begins
        is counted on its first day, so that the base of every evening is right.
    """
    require(calendar, ["first_day", "last_day"], name="calendar")
    first, last = pd.Timestamp(calendar["first_day"].min()), pd.Timestamp(calendar["last_day"].max())
    stretches = covered_stretches(spans)
    kinds = {
        "joined": stretches.loc[stretches["is_first"], "first_day"],
        "reactivated": stretches.loc[~stretches["is_first"], "first_day"],
        "lapsed": stretches["end_day"].dropna(),
    }
    counted = {kind: days[days <= last].clip(lower=first).value_counts() for kind, days in kinds.items()}
    table = pd.DataFrame(counted).fillna(0).astype("int64").sort_index()
    return table.rename_axis("day").reset_index()


def contract_movement(rates: pd.DataFrame, spans: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Give the movement of the customer base from the account of recurring revenue.

    Parameters
    ----------
    rates : DataFrame
        From :func:`retention_utils.revenue_retention.revenue_rates`, of contracts.
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    calendar : DataFrame
        The mart's table of this name.

    Returns
    -------
    DataFrame
        As :func:`retention_utils.pulse.base_movement` has it, without what only orders have. ``joined``
        counts everyone who became a customer in the period,
        ``early_lapsed`` those of them who had left by its end.
    """
    require(rates, ["period_number", "period", "customers_opening", "customers_churn"], name="rates")
    events = contract_events(spans, calendar)
    whole = calendar.set_index("period_number")
    place = whole["first_day"].searchsorted(events["day"].to_numpy(), side="right") - 1
    joined = events.groupby(whole.index.to_numpy()[place])["joined"].sum()
    number = rates["period_number"].to_numpy()
    new = rates["customers_new"].to_numpy()
    came = joined.reindex(number).fillna(0).to_numpy()
    # What began before the calendar stands in the first period's joins, and is not new in it.
    came = np.where(number == whole.index.min(), new, np.maximum(came, new))
    table = pd.DataFrame(
        {
            "period_number": number,
            "period": rates["period"],
            "first_day": whole["first_day"].reindex(number).to_numpy(),
            "active_start": rates["customers_opening"],
            "retained": rates["customers_opening"] - rates["customers_churn"],
            "new": new,
            "reactivated": rates["customers_reactivation"],
            "lapsed": rates["customers_churn"],
            "active_end": rates["customers_closing"],
            "joined": came,
            "early_lapsed": came - new,
            "churn": rates["customer_churn"],
            "low": rates["churn_low"],
            "high": rates["churn_high"],
            "is_measured": True,
            "is_whole": True,
            "is_mixed": False,
        }
    )
    counts = [
        "active_start",
        "retained",
        "new",
        "reactivated",
        "lapsed",
        "active_end",
        "joined",
        "early_lapsed",
    ]
    table[counts] = table[counts].astype("int64")
    return table

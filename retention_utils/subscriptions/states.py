"""Who is under contract at the boundaries of periods, and what each brings a month."""

import pandas as pd

from retention_utils.schema import require

__all__ = ["boundary_days", "customer_states"]


def boundary_days(calendar: pd.DataFrame) -> pd.DatetimeIndex:
    """Return the day before every period of the calendar, and the last day of the last one.

    Boundary ``k`` is the evening before period ``k``.
    """
    require(calendar, ["first_day", "last_day"], name="calendar")
    before = pd.to_datetime(calendar["first_day"]) - pd.Timedelta(days=1)
    return pd.DatetimeIndex([*before, pd.Timestamp(calendar["last_day"].iloc[-1])])


def customer_states(spans: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Say who is a customer on every one of some days, with all contracts of a customer added up.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    days : DatetimeIndex
        Such as those of :func:`boundary_days`.

    Returns
    -------
    DataFrame
        One row per day and customer under contract on it, by both: ``boundary`` (the day's place, from 0),
        ``customer_id``, ``mrr`` (0 while all contracts are paused), ``plan`` and ``billed_every`` of the
        contract that brings the most.
    """
    require(spans, ["customer_id", "first_day", "end_day", "mrr", "plan", "billed_every"], name="spans")
    parts, named = [], spans[["customer_id", "mrr", "plan", "billed_every"]]
    for boundary, day in enumerate(days):
        covers = (spans["first_day"] <= day) & ~(spans["end_day"] <= day)
        parts.append(named[covers].assign(boundary=boundary))
    running = pd.concat(parts, ignore_index=True)
    keys = ["boundary", "customer_id"]
    order = [*keys, "mrr", "plan"]
    main = running.sort_values(order, ascending=[True, True, False, True]).drop_duplicates(keys)
    total = running.groupby(keys)["mrr"].sum().round(4)
    by_main = main[[*keys, "plan", "billed_every"]].set_index(keys)
    return by_main.assign(mrr=total).reset_index()

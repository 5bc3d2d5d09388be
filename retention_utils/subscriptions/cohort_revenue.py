"""What customers who joined together bring a month, of what they brought at first."""

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.subscriptions.states import boundary_days, customer_states

__all__ = ["cohort_revenue"]


def cohort_revenue(spans: pd.DataFrame, calendar: pd.DataFrame, *, min_customers: int) -> pd.DataFrame:
    """Follow the revenue of everyone who joined in the same year, by periods since the first one.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    calendar : DataFrame
        The mart's table of this name.
    min_customers : int
        Groups of fewer are left out.

    Returns
    -------
    DataFrame
        One row per ``year`` of joining and ``age`` that all its customers have reached (periods since the
        end of the first one): ``customers``, ``start`` (money at age 0), ``mrr`` (money at that age),
        ``kept`` (mrr of start). Someone gone by the end of the period of joining is in no cohort here.
    """
    require(calendar, ["period_number", "first_day", "is_whole"], name="calendar")
    days = boundary_days(calendar)
    states = customer_states(spans, days)
    first = states[states["mrr"] > 0].groupby("customer_id", as_index=False).first()
    whole_from = int(calendar.loc[calendar["is_whole"], "period_number"].min())
    first = first[first["boundary"] > whole_from]
    first = first.assign(year=days[first["boundary"].to_numpy()].year, start=first["mrr"])
    joined = first[["customer_id", "boundary", "year", "start"]]
    followed = states.merge(joined, on="customer_id", suffixes=("", "_first"))
    followed = followed.assign(age=followed["boundary"] - followed["boundary_first"])
    followed = followed[followed["age"] >= 0]
    money = followed.groupby(["year", "age"])["mrr"].sum()
    sizes = first.groupby("year").agg(
        customers=("start", "size"), start=("start", "sum"), newest=("boundary", "max")
    )
    sizes = sizes[sizes["customers"] >= max(min_customers, 1)]
    ages = [(year, age) for year, row in sizes.iterrows() for age in range(len(days) - int(row["newest"]))]
    table = pd.DataFrame(ages, columns=["year", "age"]).join(sizes[["customers", "start"]], on="year")
    index = pd.MultiIndex.from_frame(table[["year", "age"]])
    mrr = money.reindex(index).fillna(0.0).to_numpy() if len(table) else np.array([])
    return table.assign(mrr=mrr, kept=mrr / table["start"])

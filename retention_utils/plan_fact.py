"""Plan against fact: every planned figure that base movement knows, and why the others were left out."""

from typing import Any

import numpy as np
import pandas as pd

from retention_utils.periods import Period, parse_period
from retention_utils.schema import require

__all__ = ["LESS_IS_BETTER", "PLANNED", "USES", "plan_against_fact"]

# The metrics of a plan that base movement counts, and its column.
PLANNED = {
    "active_customers": "active_end",
    "new_customers": "joined",
    "reactivated_customers": "reactivated",
    "lapsed_customers": "lapsed",
    "buyers": "buyers",
    "orders": "orders",
    "revenue": "amount",
    "order_value": "order_value",
    "churn_rate": "churn",
    "retention_rate": "retention",
}
LESS_IS_BETTER = ("lapsed_customers", "churn_rate")

# What becomes of a row of the plan; the first that fits.
USES = ("other metric", "one service", "other grain", "later", "not in the log", "not measured", "compared")


def plan_against_fact(plan: pd.DataFrame, movement: pd.DataFrame) -> pd.DataFrame:
    """Put beside every planned figure what came of it.

    Parameters
    ----------
    plan : DataFrame
        The side table of this name: ``period``, ``metric``, ``value`` and, where the client has it,
        ``service``.
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.

    Returns
    -------
    DataFrame
        One row per planned figure, newest period first and metrics in the order of :data:`PLANNED`:
        ``period``, ``metric``, ``service`` (empty for all), ``use`` (one of :data:`USES`), ``plan``,
        ``fact``, ``difference`` (fact minus plan; all in the metric's unit), ``relative`` (difference over
        plan, a fraction; NaN for a plan of 0 and for rates), ``low``, ``high`` (95% interval of the fact,
        for rates), ``is_met`` (at least the plan; for :data:`LESS_IS_BETTER` at most). Only a row that is
        ``compared`` has a fact. ``new_customers`` are all who bought first in the period.
    """
    require(plan, ["period", "metric", "value"], name="plan")
    require(movement, ["period", "is_whole", "churn", "low", "high"], name="movement")
    facts = movement.assign(retention=1 - movement["churn"]).set_index("period")
    last = parse_period(movement["period"].iloc[-1])
    service = plan["service"].fillna("").astype(str) if "service" in plan else ""
    table = plan[["period", "metric"]].assign(service=service, plan=plan["value"].astype(float))
    fact, low, high = [], [], []
    for period, metric in zip(table["period"], table["metric"], strict=True):
        is_there = period in facts.index and metric in PLANNED
        row = facts.loc[period] if is_there else None
        fact.append(float(row[PLANNED[metric]]) if is_there else np.nan)
        ends = _ends(row, metric) if is_there else (np.nan, np.nan)
        low.append(ends[0])
        high.append(ends[1])
    table = table.assign(fact=fact, low=low, high=high)
    table["use"] = [_use(row, facts, last) for row in table.itertuples()]
    found = ["fact", "low", "high"]
    table[found] = table[found].where(table["use"] == "compared")
    return _sorted(_judged(table))


def _ends(row: pd.Series, metric: str) -> tuple[float, float]:
    if metric == "churn_rate":
        return float(row["low"]), float(row["high"])
    if metric == "retention_rate":
        return float(1 - row["high"]), float(1 - row["low"])
    return np.nan, np.nan


def _use(row: Any, facts: pd.DataFrame, last: Period) -> str:
    if row.metric not in PLANNED:
        return "other metric"
    if row.service:
        return "one service"
    if row.period in facts.index:
        is_observed = facts.loc[row.period, "is_whole"] and not np.isnan(row.fact)
        return "compared" if is_observed else "not measured"
    period = parse_period(row.period)
    if period.grain != last.grain:
        return "other grain"
    return "later" if period.start > last.start else "not in the log"


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    difference = (table["fact"] - table["plan"]).round(9)  # 1 - 0.95 is not quite 0.05
    is_rate = table["metric"].isin(["churn_rate", "retention_rate"])
    wanted = difference.where(~table["metric"].isin(LESS_IS_BETTER), -difference)
    return table.assign(
        difference=difference,
        relative=(difference / table["plan"].where(table["plan"] > 0)).where(~is_rate),
        is_met=wanted >= 0,
    )


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    places = {metric: place for place, metric in enumerate(PLANNED)}
    order = table.assign(
        start=[parse_period(period).start for period in table["period"]],
        place=table["metric"].map(places).fillna(len(places)),
    )
    order = order.sort_values(
        ["start", "place", "metric", "service", "period"], ascending=[False, True, True, True, True]
    )
    columns = ["period", "metric", "service", "use", "plan", "fact", "difference", "relative"]
    return order[[*columns, "low", "high", "is_met"]].reset_index(drop=True)

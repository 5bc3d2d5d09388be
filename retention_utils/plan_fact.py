"""Plan against fact: every planned figure that base movement knows, and why the others were left out."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from retention_utils.periods import parse_period
from retention_utils.schema import require

__all__ = ["LESS_IS_BETTER", "PLANNED", "USES", "plan_against_fact", "plan_with_facts"]

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
    facts = pd.DataFrame(
        [fact for _, row in movement.iterrows() for fact in _facts(row)],
        columns=["period", "metric", "service", "fact", "low", "high"],
    )
    service = plan["service"].fillna("").astype(str) if "service" in plan else ""
    return plan_with_facts(plan.assign(service=service), facts, metrics=tuple(PLANNED), services={""})


def plan_with_facts(
    plan: pd.DataFrame,
    facts: pd.DataFrame,
    *,
    metrics: Collection[str],
    services: Collection[str],
) -> pd.DataFrame:
    """Put beside every planned figure the fact of its period, metric and service.

    Parameters
    ----------
    plan : DataFrame
        ``period``, ``metric``, ``value``, ``service`` (empty for all).
    facts : DataFrame
        One row per ``period``, ``metric`` and ``service``, in the order of time: ``fact`` (NaN where it could
        not be measured), ``low``, ``high`` (its 95% interval, for rates).
    metrics, services : collection of str
        What facts are known of; everything else is left out.

    Returns
    -------
    DataFrame
        As from :func:`plan_against_fact`.
    """
    table = plan[["period", "metric", "service"]].assign(plan=plan["value"].astype(float))
    table = table.merge(facts, on=["period", "metric", "service"], how="left")
    periods = list(dict.fromkeys(facts["period"]))
    table["use"] = [_use(row, periods, metrics, services) for row in table.itertuples()]
    found = ["fact", "low", "high"]
    table[found] = table[found].where(table["use"] == "compared")
    return _sorted(_judged(table))


def _facts(row: pd.Series) -> Iterator[tuple[Any, ...]]:
    """Give the figures of one period; NaN where they could not be observed."""
    ends = {"churn_rate": (row["low"], row["high"]), "retention_rate": (1 - row["high"], 1 - row["low"])}
    for metric, column in PLANNED.items():
        fact = 1 - row["churn"] if metric == "retention_rate" else row[column]
        low, high = ends.get(metric, (np.nan, np.nan))
        yield row["period"], metric, "", float(fact) if row["is_whole"] else np.nan, low, high


def _use(row: Any, periods: Sequence[str], metrics: Collection[str], services: Collection[str]) -> str:
    if row.metric not in metrics:
        return "other metric"
    if row.service not in services:
        return "one service"
    if row.period in periods:
        return "not measured" if np.isnan(row.fact) else "compared"
    period = parse_period(row.period)
    last = parse_period(periods[-1]) if periods else None
    if last is None or period.grain != last.grain:
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
    places = {metric: place for place, metric in enumerate((*PLANNED, "mrr"))}
    order = table.assign(
        start=[parse_period(period).start for period in table["period"]],
        place=table["metric"].map(places).fillna(len(places)),
    )
    order = order.sort_values(
        ["start", "place", "metric", "service", "period"], ascending=[False, True, True, True, True]
    )
    columns = ["period", "metric", "service", "use", "plan", "fact", "difference", "relative"]
    return order[[*columns, "low", "high", "is_met"]].reset_index(drop=True)

"""What became of every service in every period, in the figures that can be planned."""

from collections.abc import Iterator

import pandas as pd

from retention_utils.config import ContractSettings
from retention_utils.plan_fact import plan_with_facts
from retention_utils.schema import require
from retention_utils.stats import wilson_interval
from retention_utils.subscriptions.movements import customer_movements
from retention_utils.subscriptions.spans import contract_spans, has_dates
from retention_utils.subscriptions.states import boundary_days

__all__ = ["PLANNED_OF_CONTRACTS", "contract_plan", "contracts_against_plan", "service_facts"]

# The metrics of a plan that are counted here, in the order they are shown, and the column of each.
PLANNED_OF_CONTRACTS = {
    "active_customers": "active",
    "new_customers": "new",
    "reactivated_customers": "reactivation",
    "lapsed_customers": "churn",
    "mrr": "mrr",
    "churn_rate": "churn_rate",
    "retention_rate": "retention_rate",
}


def contracts_against_plan(
    plan: pd.DataFrame | None,
    subscriptions: pd.DataFrame | None,
    calendar: pd.DataFrame,
    *,
    settings: ContractSettings,
    min_customers: int,
    has_orders: bool,
) -> pd.DataFrame | None:
    """Hold the plan against the contracts, as :func:`contract_plan` does; None without one of the two."""
    if plan is None or subscriptions is None or not has_dates(subscriptions):
        return None
    spans = contract_spans(subscriptions, settings)
    moves = customer_movements(spans, calendar)
    facts = service_facts(spans, moves, calendar, min_customers=min_customers)
    return contract_plan(plan, facts, has_orders=has_orders)


def service_facts(
    spans: pd.DataFrame, moves: pd.DataFrame, calendar: pd.DataFrame, *, min_customers: int
) -> pd.DataFrame:
    """Count customers and recurring revenue by service and period, and those who left.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    moves : DataFrame
        From :func:`retention_utils.subscriptions.movements.customer_movements`, across one period.
    calendar : DataFrame
        The mart's table of this name.
    min_customers : int
        With fewer at the start, no rate.

    Returns
    -------
    DataFrame
        One row per ``period`` and ``service`` (a plan; empty for all together): ``active`` (customers with a
        contract of it at the end), ``new``, ``reactivation`` (of them those who were no customers at the
        start), ``churn`` (customers of it at the start who have no contract of any service at the end),
        ``mrr`` (of its contracts at the end), ``churn_rate`` with ``low``, ``high`` (Wilson),
        ``retention_rate``. Who changes the service is lost to neither.
    """
    require(spans, ["customer_id", "first_day", "end_day", "mrr", "plan"], name="spans")
    require(moves, ["period_number", "customer_id", "movement"], name="moves")
    running = _running(spans, boundary_days(calendar))
    moved = moves[["period_number", "customer_id", "movement"]].astype({"customer_id": object})
    keys = ["period_number", "customer_id"]
    at_end = running.assign(period_number=running["boundary"] - 1).merge(moved, on=keys)
    at_start = running.assign(period_number=running["boundary"]).merge(moved, on=keys)
    kinds = {kind: at_end["movement"] == kind for kind in ("new", "reactivation")}
    by = ["period_number", "service"]
    now = at_end.assign(active=1, **kinds).groupby(by)[["active", *kinds, "mrr"]].sum()
    left = (
        at_start.assign(start=1, churn=at_start["movement"] == "churn").groupby(by)[["start", "churn"]].sum()
    )
    table = now.join(left, how="outer").fillna(0).reset_index()
    trials = table["start"].where(table["start"] >= max(min_customers, 1))
    low, high = wilson_interval(table["churn"].where(trials.notna()), trials)
    rate = table["churn"] / trials
    table = table.assign(churn_rate=rate, low=low, high=high, retention_rate=1 - rate)
    return table.merge(calendar[["period_number", "period"]], on="period_number")


def contract_plan(plan: pd.DataFrame, facts: pd.DataFrame, *, has_orders: bool) -> pd.DataFrame:
    """Put beside every planned figure of contracts what came of it.

    Parameters
    ----------
    plan : DataFrame
        The client's table of this name.
    facts : DataFrame
        From :func:`service_facts`.
    has_orders : bool
        Whether there is an order log, by which the figures of all services together are counted elsewhere:
        then only those of one service, and recurring revenue, are taken.

    Returns
    -------
    DataFrame
        As from :func:`retention_utils.plan_fact.plan_against_fact`, with facts of services, too; those who
        left are ``left_customers``, since nobody lapses by silence here.
    """
    service = plan["service"].fillna("").astype(str) if "service" in plan else pd.Series("", plan.index)
    is_here = (service != "") | (plan["metric"] == "mrr") | (not has_orders)
    long = pd.DataFrame(_long(facts), columns=["period", "metric", "service", "fact", "low", "high"])
    found = plan_with_facts(
        plan[is_here].assign(service=service[is_here]),
        long,
        metrics=tuple(PLANNED_OF_CONTRACTS),
        services={"", *facts["service"]},
    )
    return found.assign(metric=found["metric"].replace("lapsed_customers", "left_customers"))


def _running(spans: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """One row per boundary, service and customer under contract, with what the contracts bring."""
    parts, named = [], spans[["customer_id", "mrr", "plan"]]
    for boundary, day in enumerate(days):
        covers = (spans["first_day"] <= day) & ~(spans["end_day"] <= day)
        parts.append(named[covers].assign(boundary=boundary))
    found = pd.concat(parts, ignore_index=True).rename(columns={"plan": "service"})
    found = found.astype({"service": object, "customer_id": object})
    every = pd.concat([found[found["service"] != ""], found.assign(service="")], ignore_index=True)
    return every.groupby(["boundary", "service", "customer_id"], as_index=False)["mrr"].sum()


def _long(facts: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """One row per figure: its interval belongs to the rates alone."""
    for row in facts.to_dict("records"):
        for metric, column in PLANNED_OF_CONTRACTS.items():
            ends = {
                "churn_rate": (row["low"], row["high"]),
                "retention_rate": (1 - row["high"], 1 - row["low"]),
            }.get(metric, (float("nan"), float("nan")))
            yield row["period"], metric, row["service"], float(row[column]), *ends

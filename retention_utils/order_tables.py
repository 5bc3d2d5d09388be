"""Tables of a mart that are made of purchases: customers, periods, cohorts, models, states."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from retention_utils import bridge_tables, cohort_tables, model_tables, period_tables, segment_tables, tables
from retention_utils.config import ClientConfig
from retention_utils.observation import Observation
from retention_utils.occasion_tables import tables_of_occasions
from retention_utils.periods import Period, calendar_to
from retention_utils.states import state_tables

__all__ = ["Request", "customer_table", "order_tables", "states_of"]


@dataclass(frozen=True)
class Request:
    """What mart is to be built."""

    client: str
    folder: Path
    config: ClientConfig
    period: Period


def customer_table(purchases: ir.Table, request: Request, observation: Observation) -> ir.Table:
    """Make the table of customers: one row each, as :func:`retention_utils.tables.customers` has it."""
    return tables.customers(
        purchases,
        as_of=request.period.last_day,
        calendar=calendar_to(request.period, observation.history_start),
        warmup_until=_warmup_until(request, observation),
    )


def order_tables(
    customers: ir.Table,
    purchases: ir.Table,
    request: Request,
    observation: Observation,
    *,
    stage: Callable[[str, ir.Table], ir.Table],
) -> dict[str, Any]:
    """Make all of them but the customers themselves.

    Parameters
    ----------
    customers : Table
        From :func:`customer_table`.
    purchases : Table
        One row per purchase.
    request : Request
        With the churn gap that is in force.
    observation : Observation
        What the log covers.
    stage : callable
        Given a name and a table that others are made from, computes it once.
    """
    return {
        **_period_tables(purchases, request, observation, stage=stage),
        **_cohort_tables(customers, purchases, request, observation),
        **_model_tables(customers, purchases, request),
        **states_of(purchases, request),
    }


def _period_tables(
    purchases: ir.Table,
    request: Request,
    observation: Observation,
    *,
    stage: Callable[[str, ir.Table], ir.Table],
) -> dict[str, Any]:
    config, as_of = request.config, request.period.last_day
    calendar = calendar_to(request.period, observation.history_start)
    warmup_until = _warmup_until(request, observation)
    bought = stage(
        "retention_customer_periods",
        period_tables.customer_periods(purchases, calendar=calendar, gap_days=config.churn.gap_days),
    )
    return {
        "calendar": period_tables.calendar_table(calendar, observation.history_start, warmup_until),
        "daily": tables.daily(purchases),
        "base_events": tables.base_events(purchases, as_of=as_of, gap_days=config.churn.gap_days),
        "silences": tables.silences(purchases, as_of=as_of),
        "movements": period_tables.movements(bought, periods=len(calendar)),
        "cohort_movements": period_tables.cohort_movements(bought, periods=len(calendar)),
        "period_sums": period_tables.period_sums(bought),
        "tenure_periods": period_tables.tenure_periods(bought),
        "order_bridge": _order_bridge(bought, purchases, request, observation),
        "cohort_cells": period_tables.cohort_cells(bought),
        "last_cells": cohort_tables.last_cells(bought),
        "first_repeat_cells": cohort_tables.first_repeat_cells(bought),
        "bracket_cells": cohort_tables.bracket_cells(bought),
        "waits": tables.waits(purchases, as_of=as_of, warmup_until=warmup_until),
        "segment_waits": segment_tables.segment_waits(purchases, as_of=as_of, warmup_until=warmup_until),
        "repeat_by_cohort": tables.repeat_by_cohort(
            purchases, as_of=as_of, calendar=calendar, window_days=config.repeat_window_days
        ),
        **tables_of_occasions(bought, periods=len(calendar), kind=config.business_type),
    }


def _order_bridge(
    bought: ir.Table, purchases: ir.Table, request: Request, observation: Observation
) -> ir.Table:
    """Set periods against periods and years against years."""
    years = bridge_tables.year_stretches(request.period.last_day, observation.history_start)
    yearly = period_tables.customer_periods(purchases, calendar=years, gap_days=request.config.churn.gap_days)
    calendar = calendar_to(request.period, observation.history_start)
    parts = [(bought, calendar, "period"), (yearly, years, "year")]
    return ibis.union(
        *(
            bridge_tables.order_bridge(rows, periods=len(stretches), span=span)
            for rows, stretches, span in parts
        )
    ).order_by("span", "period_number")


def _cohort_tables(
    customers: ir.Table, purchases: ir.Table, request: Request, observation: Observation
) -> dict[str, ir.Table]:
    calendar = calendar_to(request.period, observation.history_start)
    return {
        "rolling_cells": cohort_tables.rolling_cells(
            purchases, as_of=request.period.last_day, calendar=calendar
        ),
        "rolling_observed": cohort_tables.rolling_observed(customers),
    }


def states_of(purchases: ir.Table, request: Request) -> dict[str, ir.Table]:
    """Make the tables of who was in what state, as :func:`retention_utils.states.state_tables` has them."""
    return state_tables(
        purchases,
        as_of=request.period.last_day,
        previous=request.period.previous().last_day,
        stretch_days=request.config.stretch_days,
        follow_up_days=request.config.churn.follow_up_days,
    )


def _model_tables(customers: ir.Table, purchases: ir.Table, request: Request) -> dict[str, ir.Table]:
    as_of = request.period.last_day
    calibration_end = as_of - timedelta(weeks=request.config.value.holdout_weeks)
    return {
        "cells": model_tables.cells(customers),
        "spend_cells": model_tables.spend_cells(customers),
        "holdout_cells": model_tables.holdout_cells(purchases, calibration_end=calibration_end),
        "weekly_repeats": model_tables.weekly_repeats(
            purchases, calibration_end=calibration_end, as_of=as_of
        ),
    }


def _warmup_until(request: Request, observation: Observation) -> date:
    return observation.history_start + timedelta(days=request.config.effective_warmup_days)

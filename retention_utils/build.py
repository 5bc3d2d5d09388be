"""Builds the mart of one client and period from its sources, whole or not at all."""

import json
import os
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import ibis
import ibis.expr.types as ir

from retention_utils import model_tables, quality, sources, tables
from retention_utils.config import ClientConfig, read_config
from retention_utils.errors import InputError, PeriodError, RetentionError
from retention_utils.mart import Mart, SourceStamp, code_hash, fresh_mart
from retention_utils.periods import Period, calendar_to, last_complete_period, parse_period
from retention_utils.project import client_file, find_project, mart_file

__all__ = ["build_mart", "ensure_mart", "resolve_period"]

MEMORY_LIMIT = "4GB"


@dataclass(frozen=True)
class Observation:
    """What stretch of time the order log covers, and whether the client said so."""

    history_start: date
    horizon: date  # last fully loaded day
    is_start_assumed: bool
    is_horizon_assumed: bool


def ensure_mart(project: Path, client: str, period_key: str) -> Mart:
    """Return the mart of a client and period, building it first unless a fresh one is there."""
    config = read_config(client_file(project, client))
    mart = fresh_mart(project, client, config, period_key)
    return mart or build_mart(project, client, config, period_key)


def resolve_period(project: Path, client: str, config: ClientConfig, text: str | None) -> Period:
    """Read the period asked for; without one, take the last complete one in the data.

    Raises
    ------
    PeriodError
        If the period cannot be read, ends before the data start, or ends after they do.
    """
    horizon = config.data_horizon
    if horizon is None or config.history_start is None:
        file = config.order_file(project / "data" / client)
        with sources.explain_unreadable(file, config.orders):
            order_log = sources.read_order_log(ibis.duckdb.connect(), file, config.orders)
            observation = _observe(order_log, config)
    else:
        observation = Observation(config.history_start, horizon, False, False)
    period = parse_period(text) if text else last_complete_period(observation.horizon, config.grain)
    _check_coverage(client, period, observation)
    return period


def build_mart(project: Path, client: str, config: ClientConfig, period_key: str) -> Mart:
    """Build the mart beside its place and move it there when it is complete.

    Raises
    ------
    RetentionError
        If the client's data cannot be used, or do not cover the period.
    """
    place = mart_file(project, client, period_key)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    backend = ibis.duckdb.connect(beside, memory_limit=MEMORY_LIMIT)
    try:
        _fill(backend, project, client, config, period_key)
        backend.disconnect()
        beside.replace(place)
    finally:
        backend.disconnect()
        beside.unlink(missing_ok=True)
    return Mart(place, config)


def _fill(
    backend: ibis.BaseBackend, project: Path, client: str, config: ClientConfig, period_key: str
) -> None:
    file = config.order_file(project / "data" / client)
    stamp = SourceStamp.of(file)
    period = parse_period(period_key)
    with sources.explain_unreadable(file, config.orders):
        order_log = sources.read_order_log(backend, file, config.orders)
        observation = _observe(order_log, config)
        _check_coverage(client, period, observation)
        rows = quality.classify_rows(
            order_log,
            policies=config.policies,
            history_start=observation.history_start,
            as_of=period.last_day,
        )
        rows = backend.create_table("classified_rows", rows, temp=True)
    quality.refuse_unreadable(rows, policies=config.policies)
    backend.create_table("row_account", quality.row_account(rows))
    purchases = backend.create_table("purchases", tables.purchases(rows), temp=True)
    _refuse_no_purchases(purchases, rows)
    for name, table in _tables(purchases, config, period, observation).items():
        backend.create_table(name, table)
    for name, table in _model_tables(backend.table("customers"), purchases, config, period).items():
        backend.create_table(name, table)
    facts = {
        "client": client,
        "period": period_key,
        "history_start": observation.history_start.isoformat(),
        "is_start_assumed": observation.is_start_assumed,
        "horizon": observation.horizon.isoformat(),
        "is_horizon_assumed": observation.is_horizon_assumed,
        "definition_hash": config.definition_hash,
        "code_hash": code_hash(),
        "source": stamp.as_dict(),
    }
    backend.create_table("facts", ibis.memtable({"json": [json.dumps(facts)]}))


def _tables(
    purchases: ir.Table, config: ClientConfig, period: Period, observation: Observation
) -> dict[str, ir.Table]:
    calendar = calendar_to(period, observation.history_start)
    as_of = period.last_day
    warmup_until = observation.history_start + timedelta(days=config.effective_warmup_days)
    customers = tables.customers(purchases, as_of=as_of, calendar=calendar, warmup_until=warmup_until)
    return {
        "calendar": _calendar_table(calendar, observation.history_start, warmup_until),
        "customers": customers,
        "daily": tables.daily(purchases),
        "movements": tables.movements(purchases, calendar=calendar, gap_days=config.churn.gap_days),
        "period_sums": tables.period_sums(purchases, calendar=calendar),
        "cohort_cells": tables.cohort_cells(purchases, calendar=calendar),
        "waits": tables.waits(purchases, as_of=as_of, warmup_until=warmup_until),
        "repeat_by_cohort": tables.repeat_by_cohort(
            purchases, as_of=as_of, calendar=calendar, window_days=config.repeat_window_days
        ),
    }


def _model_tables(
    customers: ir.Table, purchases: ir.Table, config: ClientConfig, period: Period
) -> dict[str, ir.Table]:
    calibration_end = period.last_day - timedelta(weeks=config.value.holdout_weeks)
    return {
        "cells": model_tables.cells(customers),
        "spend_cells": model_tables.spend_cells(customers),
        "holdout_cells": model_tables.holdout_cells(purchases, calibration_end=calibration_end),
        "weekly_repeats": model_tables.weekly_repeats(
            purchases, calibration_end=calibration_end, as_of=period.last_day
        ),
    }


def _refuse_no_purchases(purchases: ir.Table, rows: ir.Table) -> None:
    if purchases.count().to_pyarrow().as_py():
        return
    counts = quality.row_account(rows).to_pyarrow().to_pylist()
    listed = "; ".join(f"{count['rows']:,} with {quality.USES[count['use']]}" for count in counts)
    msg = (
        f"No row of the order log can be used up to the last day of the period: {listed}. Check client.toml."
    )
    raise InputError(msg)


def _calendar_table(calendar: list[Period], history_start: date, warmup_until: date) -> ir.Table:
    """One row per period: its number, key, first and last day, and what is wrong with its cohort."""
    return ibis.memtable(
        {
            "period_number": list(range(len(calendar))),
            "period": [period.key for period in calendar],
            "first_day": [period.start for period in calendar],
            "last_day": [period.last_day for period in calendar],
            "is_whole": [period.start >= history_start for period in calendar],
            "is_mixed": [period.start < warmup_until for period in calendar],
        }
    )


def _observe(order_log: ir.Table, config: ClientConfig) -> Observation:
    first, last = config.history_start, config.data_horizon
    if first is None or last is None:
        seen_first, seen_last = sources.first_and_last_day(order_log, not_before=first, not_after=last)
        first, last = first or seen_first, last or seen_last
    return Observation(first, last, config.history_start is None, config.data_horizon is None)


def _check_coverage(client: str, period: Period, observation: Observation) -> None:
    if period.last_day > observation.horizon:
        source = "the last order in the data" if observation.is_horizon_assumed else "data_horizon"
        msg = (
            f"{client}: the period {period.key} ends on {period.last_day}, but the data are complete only "
            f"up to {observation.horizon} ({source}). Choose an earlier period, or set data_horizon in "
            "client.toml if later days are fully loaded."
        )
        raise PeriodError(msg)
    calendar_to(period, observation.history_start)


def main() -> int:
    """Build one mart for a notebook that found none: ``python -m retention_utils.build CLIENT PERIOD``."""
    client, period_key = sys.argv[1:]
    try:
        ensure_mart(find_project(), client, period_key)
    except RetentionError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

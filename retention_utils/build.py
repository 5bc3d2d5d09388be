"""Builds the mart of one client and period from its sources, whole or not at all."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from retention_utils import period_tables, tables
from retention_utils.answer_tables import answer_tables
from retention_utils.campaign_tables import campaign_tables
from retention_utils.client_files import config_files
from retention_utils.config import USUAL_GAP_DAYS, ClientConfig
from retention_utils.gap_in_force import GapInForce, gap_in_force
from retention_utils.intake import (
    LEFT_OUT,
    Intake,
    bring,
    fingerprint,
    keep,
    let_go,
    open_intake,
    side_tables,
)
from retention_utils.log_extent import later_rows, observe, observe_contracts
from retention_utils.mart import Mart, code_hash
from retention_utils.mart_writer import open_writer
from retention_utils.merged_ids import under_one_id
from retention_utils.observation import Observation, check_coverage
from retention_utils.order_tables import Request, customer_table, order_tables, states_of
from retention_utils.periods import calendar_to, parse_period
from retention_utils.project import mart_file
from retention_utils.quality.classify import classify_rows, log_traits, row_account
from retention_utils.quality.identity import identity_account
from retention_utils.quality.refunds import orphan_refunds
from retention_utils.quality.refusals import refuse_unusable, unreadable_cells
from retention_utils.source_config import ATTRIBUTES
from retention_utils.sources.left_out import begun_by
from retention_utils.sources.side_tables import up_to
from retention_utils.stamps import stamp_all

__all__ = ["build_mart"]

# What the tables of a mart are made of.
ROW_COLUMNS = (
    "file", "row", "customer_id", "day", "amount", "order_id", "identity", "use", "found", *ATTRIBUTES,
)  # fmt: skip


def build_mart(
    project: Path,
    client: str,
    config: ClientConfig,
    period_key: str,
    *,
    place: Path | None = None,
    watching: Callable[[Callable[[], None]], AbstractContextManager[None]] | None = None,
) -> Mart:
    """Build the mart beside its place and move it there when it is complete.

    Parameters
    ----------
    place : Path, optional
        Where it goes; left out: where the mart of this client and period is kept.
    watching : callable, optional
        Given what interrupts the engine, a context for the time of the building.

    Raises
    ------
    RetentionError
        If the client's data cannot be used, or do not cover the period.
    """
    request = Request(client, project / "data" / client, config, parse_period(period_key))
    place = place or mart_file(project, client, period_key)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    try:
        _fill(beside, request, watching or nullcontext)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
    return Mart(place, config)


def _fill(
    beside: Path, request: Request, watching: Callable[[Callable[[], None]], AbstractContextManager[Any]]
) -> None:
    config = request.config
    further = side_tables(request.folder, config)
    left_out = further.pop(LEFT_OUT, None)
    further = under_one_id(further)
    if config.orders is None:
        _fill_contracts(beside, request, further, left_out)
        return
    with open_intake(request.folder, config, database=beside, watching=watching) as intake:
        stamps = stamp_all(intake.files)
        order_log = intake.kept()
        observation = observe(order_log, config, today=date.today())
        check_coverage(request.client, request.period, observation)
        facts = _facts(request, observation) | _log_facts(order_log, request, observation)
        rows = _classified(order_log, intake, request, observation, further)
        let_go(intake.backend, "retention_order_log", "retention_judged")
        purchases = keep(
            intake.backend, "retention_purchases", tables.purchases(rows, grain=config.orders.grain)
        )
        gap = _gap(purchases, request, observation)
        request = replace(request, config=config.with_gap(gap.days))
        accounts = _accounts(rows, intake, config)
        let_go(intake.backend, "retention_rows")
        with open_writer(intake.backend, beside) as writer:
            customers = writer.write_and_keep("customers", customer_table(purchases, request, observation))
            refuse_unusable(
                accounts["row_account"].to_pandas(), accounts["unreadable_cells"], _count(customers), config
            )
            parts = [
                accounts,
                order_tables(customers, purchases, request, observation, stage=partial(keep, intake.backend)),
                answer_tables(purchases, intake.backend, further, as_of=request.period.last_day),
                {name: up_to(table, name, request.period.last_day) for name, table in further.items()},
                {} if left_out is None else {LEFT_OUT: begun_by(left_out, request.period.last_day)},
                campaign_tables(purchases, intake.backend, further),
            ]
            for part in parts:
                for name, table in part.items():
                    writer.write(name, table)
            facts |= {"gap": asdict(gap), "files": stamps}
            writer.write("facts", pa.table({"json": [json.dumps(facts)]}))


def _fill_contracts(
    beside: Path, request: Request, further: Mapping[str, pa.Table], left_out: pa.Table
) -> None:
    """Make the mart of a client without orders: the calendar, and the tables it supplied."""
    config, as_of = request.config, request.period.last_day
    observation = observe_contracts(further["subscriptions"], config)
    check_coverage(request.client, request.period, observation)
    calendar = calendar_to(request.period, observation.history_start)
    start = observation.history_start
    # Nobody is active by purchases here, so the gap is only printed.
    days = USUAL_GAP_DAYS if config.churn.gap_days == "auto" else config.churn.gap_days
    gap = GapInForce(days, is_auto=False, day="", reason="")
    stamps = stamp_all(config_files(config, request.folder))
    facts = _facts(request, observation) | {
        "rows": 0, "fingerprint": None, "later": {}, "gap": asdict(gap), "files": stamps,
    }  # fmt: skip
    engine = ibis.duckdb.connect(beside)
    try:
        with open_writer(engine, beside) as writer:
            writer.write("calendar", period_tables.calendar_table(calendar, start, start))
            for name, table in further.items():
                writer.write(name, up_to(table, name, as_of))
            writer.write(LEFT_OUT, begun_by(left_out, as_of))
            writer.write("facts", pa.table({"json": [json.dumps(facts)]}))
    finally:
        engine.disconnect()


def _classified(
    order_log: ir.Table,
    intake: Intake,
    request: Request,
    observation: Observation,
    further: Mapping[str, pa.Table],
) -> ir.Table:
    names = [name for name in ("rates", "merges") if name in further]
    brought = {name: bring(intake.backend, name, further[name]) for name in names}
    rows = classify_rows(
        order_log,
        request.config,
        traits=log_traits(order_log),
        history_start=observation.history_start,
        as_of=request.period.last_day,
        stage=partial(keep, intake.backend, "retention_judged"),
        **brought,
    )
    needed = [name for name in ROW_COLUMNS if name in rows.columns]
    return keep(intake.backend, "retention_rows", rows.select(needed))


def _accounts(rows: ir.Table, intake: Intake, config: ClientConfig) -> dict[str, Any]:
    """Account for the rows, at once: the refusals look at the result."""
    return {
        "row_account": row_account(rows).to_pyarrow(),
        "identity": identity_account(rows).to_pyarrow(),
        "orphan_refunds": orphan_refunds(rows).to_pyarrow(),
        "unreadable_cells": unreadable_cells(
            rows, config.orders, intake.files["orders"], workspace=intake.workspace
        ),
    }


def _gap(purchases: ir.Table, request: Request, observation: Observation) -> GapInForce:
    """Say which churn gap the tables are made with; where it is left to the data, they are asked."""
    states = states_of(purchases, request)["states_before"]
    columns = ("silence_days", "later_purchases", "year_amount")
    return gap_in_force(
        request.config.churn,
        lambda: states.select(*columns).to_pandas(),
        as_of=request.period.last_day,
        history_start=observation.history_start,
    )


def _facts(request: Request, observation: Observation) -> dict[str, Any]:
    return {
        "client": request.client,
        "period": request.period.key,
        "history_start": observation.history_start.isoformat(),
        "is_start_assumed": observation.is_start_assumed,
        "horizon": observation.horizon.isoformat(),
        "is_horizon_assumed": observation.is_horizon_assumed,
        "definition_hash": request.config.definition_hash,
        "code_hash": code_hash(),
    }


def _log_facts(order_log: ir.Table, request: Request, observation: Observation) -> dict[str, Any]:
    return {
        "rows": _count(order_log),
        "fingerprint": fingerprint(order_log) if request.config.orders.url else None,
        "later": later_rows(order_log, as_of=request.period.last_day, horizon=observation.horizon),
    }


def _count(table: ir.Table) -> int:
    return table.count().to_pyarrow().as_py()

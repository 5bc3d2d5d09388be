"""The mart and the period that a report asks for.

What reads and builds is imported only when something must be read or built: Ibis costs a second.
"""

import json
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from retention_utils.client_files import config_files
from retention_utils.config import ClientConfig, read_config
from retention_utils.errors import RetentionError
from retention_utils.mart import Mart, code_hash, fresh_mart
from retention_utils.observation import Observation, check_coverage
from retention_utils.periods import Period, last_complete_period, parse_period
from retention_utils.project import client_file, find_project
from retention_utils.stamps import stamp_all, stamps_fit

__all__ = ["ensure_mart", "resolve_period"]

Watching = Callable[[Callable[[], None]], AbstractContextManager[None]]


def ensure_mart(project: Path, client: str, period_key: str, *, watching: Watching | None = None) -> Mart:
    """Return the mart of a client and period, building it first unless a fresh one is there.

    Parameters
    ----------
    watching : callable, optional
        Given what interrupts the engine, a context for the time of the building.
    """
    config = read_config(client_file(project, client))
    mart = fresh_mart(project, client, config, period_key)
    if mart and (not config.has_database or _is_database_unchanged(project, client, mart)):
        return mart
    from retention_utils.build import build_mart

    return build_mart(project, client, config, period_key, watching=watching)


def resolve_period(project: Path, client: str, config: ClientConfig, text: str | None) -> Period:
    """Read the period asked for; without one, take the last complete one in the data.

    Raises
    ------
    PeriodError
        If the period cannot be read, ends before the data start, or ends after they do.
    """
    if config.data_horizon is None or config.history_start is None:
        observation = _observed(project, client, config)
    else:
        observation = Observation(config.history_start, config.data_horizon, False, False)
    period = parse_period(text) if text else last_complete_period(observation.horizon, config.grain)
    check_coverage(client, period, observation)
    return period


def _is_database_unchanged(project: Path, client: str, mart: Mart) -> bool:
    from retention_utils.intake import fingerprint, open_intake

    with open_intake(project / "data" / client, mart.stated) as intake:
        return bool(mart.facts["fingerprint"] == fingerprint(intake.order_log))


def _observed(project: Path, client: str, config: ClientConfig) -> Observation:
    """Look how far the data reach, or recall it as long as the files are the same."""
    notes = project / ".retention" / "observed" / f"{client}.json"
    files = config_files(config, project / "data" / client)
    decided_by = [config.definition_hash, code_hash()]
    known = _recalled(notes)
    if known.get("decided_by") == decided_by and stamps_fit(known["files"], files):
        days = [date.fromisoformat(known[name]) for name in ("history_start", "horizon")]
        return Observation(*days, known["is_start_assumed"], known["is_horizon_assumed"])
    observation = _looked_up(project, client, config)
    if not config.has_database:
        note = {"decided_by": decided_by, "files": stamp_all(files), **asdict(observation)}
        notes.parent.mkdir(parents=True, exist_ok=True)
        beside = notes.with_name(f".{notes.name}.{os.getpid()}")
        beside.write_text(json.dumps(note, default=str), encoding="utf-8")
        beside.replace(notes)
    return observation


def _recalled(notes: Path) -> dict[str, Any]:
    try:
        return json.loads(notes.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _looked_up(project: Path, client: str, config: ClientConfig) -> Observation:
    from retention_utils.intake import open_intake, side_tables
    from retention_utils.log_extent import observe, observe_contracts

    if config.orders is None:
        contracts = side_tables(project / "data" / client, config)["subscriptions"]
        return observe_contracts(contracts, config)
    with open_intake(project / "data" / client, config) as intake:
        return observe(intake.dates(), config, today=date.today())


def main() -> int:
    """Build one mart for a notebook that found none: ``python -m retention_utils.upkeep CLIENT PERIOD``."""
    client, period_key = sys.argv[1:]
    try:
        ensure_mart(find_project(), client, period_key)
    except RetentionError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""What stretch of time an order log covers, and whether the client said so."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from retention_utils.config import ClientConfig
from retention_utils.errors import InputError, PeriodError
from retention_utils.periods import Period, calendar_to
from retention_utils.sources.orders import first_and_last_day

__all__ = ["Observation", "check_coverage", "later_rows", "observe"]


@dataclass(frozen=True)
class Observation:
    """The stretch of time that the order log covers."""

    history_start: date
    horizon: date  # last fully loaded day
    is_start_assumed: bool
    is_horizon_assumed: bool


def observe(order_log: ir.Table, config: ClientConfig, *, today: date) -> Observation:
    """Take first and last day from the client file, or from the dates in the order log.

    Parameters
    ----------
    order_log : ir.Table
        From :func:`retention_utils.sources.orders.read_order_log`.
    config : ClientConfig
        ``history_start`` and ``data_horizon`` go before what the log shows.
    today : date
        An order log without a stated end that reaches beyond this day is refused.

    Raises
    ------
    InputError
        If the dates do not hang together or lie in the future.
    """
    first, last = config.history_start, config.data_horizon
    if first is None or last is None:
        seen_first, seen_last = first_and_last_day(order_log, not_before=first, not_after=last)
        if last is None and seen_last > today:
            msg = (
                f"The order log holds orders dated up to {seen_last}, which is in the future. If the dates "
                "are wrong, correct them or orders.date_format; if those rows are to be left out, state "
                "data_horizon in client.toml."
            )
            raise InputError(msg)
        first, last = first or seen_first, last or seen_last
    return Observation(first, last, config.history_start is None, config.data_horizon is None)


def check_coverage(client: str, period: Period, observation: Observation) -> None:
    """Refuse a period that the data do not cover.

    Raises
    ------
    PeriodError
        If it ends after the data do, or before they begin.
    """
    if period.last_day > observation.horizon:
        source = "the last order in the data" if observation.is_horizon_assumed else "data_horizon"
        msg = (
            f"{client}: the period {period.key} ends on {period.last_day}, but the data are complete only "
            f"up to {observation.horizon} ({source}). Choose an earlier period, or set data_horizon in "
            "client.toml if later days are fully loaded."
        )
        raise PeriodError(msg)
    calendar_to(period, observation.history_start)


def later_rows(order_log: ir.Table, *, as_of: date, horizon: date) -> dict[str, int]:
    """Count the rows that a mart does not look at: ``after_period``, and of them ``after_horizon``."""
    day = order_log["ordered_at"].date()
    counted = order_log.aggregate(
        after_period=order_log.count(where=day > ibis.date(as_of)),
        after_horizon=order_log.count(where=day > ibis.date(horizon)),
    )
    return counted.to_pyarrow().to_pylist()[0]

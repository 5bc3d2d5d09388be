"""How far an order log reaches: the client file is asked, and what it leaves open, the log itself."""

from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from retention_utils.config import ClientConfig
from retention_utils.errors import InputError
from retention_utils.observation import Observation
from retention_utils.sources.orders import first_and_last_day

__all__ = ["later_rows", "observe", "observe_contracts"]


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


def observe_contracts(contracts: pa.Table, config: ClientConfig) -> Observation:
    """Take first and last day from the client file; the first, where it is not stated, from the contracts.

    A list without dates is a snapshot: it is known on the day it was drawn up, and no day before.
    """
    first = config.history_start or pc.min(contracts["start"]).as_py() or config.data_horizon
    return Observation(
        min(first, config.data_horizon), config.data_horizon, config.history_start is None, False
    )


def later_rows(order_log: ir.Table, *, as_of: date, horizon: date) -> dict[str, int]:
    """Count the rows that a mart does not look at: ``after_period``, and of them ``after_horizon``."""
    day = order_log["ordered_at"].date()
    counted = order_log.aggregate(
        after_period=order_log.count(where=day > ibis.date(as_of)),
        after_horizon=order_log.count(where=day > ibis.date(horizon)),
    )
    return counted.to_pyarrow().to_pylist()[0]

"""What stretch of time an order log covers, and whether it covers a period."""

from dataclasses import dataclass
from datetime import date

from retention_utils.errors import PeriodError
from retention_utils.periods import Period, calendar_to

__all__ = ["Observation", "check_coverage"]


@dataclass(frozen=True)
class Observation:
    """The stretch of time that the order log covers."""

    history_start: date
    horizon: date  # last fully loaded day
    is_start_assumed: bool
    is_horizon_assumed: bool


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

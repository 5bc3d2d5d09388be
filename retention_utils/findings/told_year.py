"""The year of an active customer, carried as data from the chapter on value to the one on what-ifs.

Both speak of one figure, and the models behind it are the longest work of a report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from retention_utils.display import Shown
from retention_utils.notebooks import ShownItems
from retention_utils.what_if.active_year import ActiveYear, Forecast

__all__ = ["ToldYear", "told_year", "year_told"]


@dataclass(frozen=True)
class ToldYear(Shown):
    """What an active customer brings in the next twelve months, for the chapters that follow."""

    kind = "active_year"

    forecasts: tuple[dict[str, Any], ...]  # that in use, then the other one; fields of Forecast
    tried_days: int

    @property
    def readable(self) -> str:
        """The figure in use, and how it was made."""
        used = self.forecasts[0]
        return f"A year of an active customer ({used['method']}): {used['value']:.2f}"


def told_year(year: ActiveYear | None) -> ToldYear | None:
    """Show the year to the chapters that follow; None without one."""
    if year is None:
        return None
    return ToldYear(tuple(map(_plain, filter(None, (year.used, year.other)))), year.tried_days)


def year_told(chapters: Sequence[ShownItems]) -> ActiveYear | None:
    """Read the year that one of the chapters has shown; None where none has."""
    told = [item for chapter in chapters for item in chapter.shown(ToldYear.kind)]
    if not told:
        return None
    forecasts = [*map(_forecast, told[0]["forecasts"]), None]
    return ActiveYear(forecasts[0], forecasts[1], told[0]["tried_days"])


def _plain(forecast: Forecast) -> dict[str, Any]:
    """Write what was not tried as JSON can."""
    values = asdict(forecast)
    return values | {"missed": None if np.isnan(forecast.missed) else forecast.missed}


def _forecast(values: Mapping[str, Any]) -> Forecast:
    missed = float("nan") if values["missed"] is None else values["missed"]
    return Forecast(**{**values, "missed": missed})

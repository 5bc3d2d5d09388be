"""Hold BG/BB against occasions that are already known, beside each customer's own past rate carried on."""

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.value_models import bgbb
from retention_utils.value_models.fits import ModelFit
from retention_utils.value_models.holdout import ACTUAL, NAIVE, forecast_errors, mean_by_frequency

__all__ = ["occasion_errors", "occasions_by_frequency"]

HISTORY = ["frequency", "recency", "occasions"]


def occasion_errors(holdout_cells: pd.DataFrame, fit: ModelFit, *, ahead: int) -> pd.DataFrame:
    """Forecast errors at the occasions held out, of the model and of the own past rate.

    Parameters
    ----------
    holdout_cells : DataFrame
        One row per history and outcome of those who had bought before: the columns of
        :mod:`retention_utils.value_models.occasions` as they were then, and ``holdout_purchases``.
    fit : ModelFit
        Fitted on what was known then.
    ahead : int
        Occasions held out.

    Returns
    -------
    DataFrame
        As from :func:`retention_utils.value_models.holdout.holdout_errors`.
    """
    require(holdout_cells, [*HISTORY, "customers", "holdout_purchases"], name="holdout_cells")
    return forecast_errors(holdout_cells, _forecasts(holdout_cells, fit, ahead), [fit])


def occasions_by_frequency(
    holdout_cells: pd.DataFrame, fit: ModelFit, *, ahead: int, most: int = 7
) -> pd.DataFrame:
    """Mean purchases at the occasions held out, by purchases before them, actual and forecast.

    Returns
    -------
    DataFrame
        As from :func:`retention_utils.value_models.holdout.holdout_by_frequency`.
    """
    series = {ACTUAL: holdout_cells["holdout_purchases"].astype(float)}
    series |= {fit.model: _forecasts(holdout_cells, fit, ahead)[fit.model]}
    return mean_by_frequency(holdout_cells, series, most=most)


def _forecasts(cells: pd.DataFrame, fit: ModelFit, ahead: int) -> dict[str, pd.Series]:
    history = [cells[name].to_numpy(float) for name in HISTORY]
    forecast = np.full(len(cells), np.nan)
    if fit.is_usable:
        forecast = bgbb.expected_purchases(fit.parameters, *history, ahead=ahead)
    # The first purchase is no repeat; who came at the last occasion has no past rate yet.
    rate = cells["frequency"] / cells["occasions"].where(cells["occasions"] > 0, 1)
    return {fit.model: pd.Series(forecast, index=cells.index), NAIVE: rate * ahead}

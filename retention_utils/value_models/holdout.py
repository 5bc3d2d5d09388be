"""How good is the model? Fitted on the first part of the history, it is held against the rest.

The fits passed in here come from the calibration part alone.

``holdout_cells``: one row per distinct history and outcome of the customers acquired by the end of
calibration. Customers acquired later do not belong here.

==================  ===================================================================================
frequency           repeat purchase days within calibration, a whole number
recency_days        last minus first purchase day within calibration; 0 exactly where frequency is 0
age_days            last day of calibration minus first purchase day
holdout_purchases   purchase days within the hold-out (after the last day of calibration), 0 included
customers           how many customers share all four
==================  ===================================================================================
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.schema import require
from retention_utils.texts import Text
from retention_utils.value_models.expectation import expected_purchases, probability_alive
from retention_utils.value_models.fits import ModelFit, PurchaseFit

__all__ = [
    "ACTUAL",
    "NAIVE",
    "ModelChoice",
    "choose_model",
    "forecast_errors",
    "holdout_by_frequency",
    "holdout_errors",
    "long_form",
    "mean_by_frequency",
]

ACTUAL = "actual"
NAIVE = "own past rate"
_DAYS_PER_WEEK = 7
_HOLDOUT_COLUMNS = ["frequency", "recency_days", "age_days", "holdout_purchases", "customers"]


@dataclass(frozen=True)
class ModelChoice:
    """The model to forecast with, or the reason why there is none."""

    model: str | None
    rmse: float  # root mean square error per customer, of the chosen model; NaN if none
    naive_rmse: float
    reason: Text


def holdout_errors(holdout_cells: pd.DataFrame, *fits: PurchaseFit, holdout_days: int) -> pd.DataFrame:
    """Forecast errors in the hold-out, per model, and for each customer's own past rate carried on.

    Parameters
    ----------
    holdout_cells : DataFrame
        See the head of this module.
    *fits : PurchaseFit
        Fitted on the calibration part.
    holdout_days : int
        Length of the hold-out.

    Returns
    -------
    DataFrame
        One row per fit, in the order given, and one for ``"own past rate"``: ``model``, ``customers``
        (count), ``actual`` and ``forecast`` (purchases in the hold-out, all customers), ``bias`` (forecast
        less actual), ``bias_share`` (of actual, a fraction; NaN if there were none), ``mae`` and ``rmse``
        (purchases per customer), ``is_baseline``, ``is_usable``, ``refused`` (why, in sentences).
        Errors of a refused fit are NaN.

    Raises
    ------
    TableError
        If a column is missing.
    """
    require(holdout_cells, _HOLDOUT_COLUMNS, name="holdout_cells")
    forecasts = {fit.model: _forecast(holdout_cells, fit, days=holdout_days) for fit in fits}
    forecasts[NAIVE] = _own_past_rate(holdout_cells, days=holdout_days)
    return forecast_errors(holdout_cells, forecasts, fits)


def forecast_errors(
    holdout_cells: pd.DataFrame, forecasts: Mapping[str, pd.Series], fits: Sequence[ModelFit]
) -> pd.DataFrame:
    """Sum up how far forecasts were off; the table is that of :func:`holdout_errors`.

    Parameters
    ----------
    holdout_cells : DataFrame
        ``holdout_purchases`` and ``customers``.
    forecasts : mapping
        What was expected of one customer of each row, by every fit, in their order, and by the baseline.
    fits : sequence of ModelFit
        The models.
    """
    actual, weights = holdout_cells["holdout_purchases"], holdout_cells["customers"]
    customers = int(weights.sum())
    rows = []
    for model, forecast in forecasts.items():
        error = forecast - actual
        total, bias = (forecast * weights).sum(skipna=False), (error * weights).sum(skipna=False)
        mae = (error.abs() * weights).sum(skipna=False) / customers
        rmse = np.sqrt((error**2 * weights).sum(skipna=False) / customers)
        rows.append((model, customers, total, bias, mae, rmse))
    table = pd.DataFrame(rows, columns=["model", "customers", "forecast", "bias", "mae", "rmse"])
    total = int((actual * weights).sum())
    table.insert(2, "actual", total)
    table.insert(5, "bias_share", table["bias"] / (total or np.nan))
    usable = [*(fit.is_usable for fit in fits), True]
    refused = [*(EVERY_LANGUAGE.joined(fit.reasons, by=" ") for fit in fits), ""]
    return table.assign(is_baseline=table["model"] == NAIVE, is_usable=usable, refused=refused)


def choose_model(errors: pd.DataFrame) -> ModelChoice:
    """Choose the usable model with the smallest root mean square error, if it beats the past rate carried on.

    Forecasts are means, and what is quoted is a total: squared error is what a mean minimises. The mean
    absolute error, which most one-time buyers decide, favours forecasts that are too low.

    Parameters
    ----------
    errors : DataFrame
        From :func:`holdout_errors`.
    """
    require(errors, ["model", "rmse", "is_baseline", "is_usable", "refused"], name="errors")
    naive = float(errors.loc[errors["is_baseline"], "rmse"].iloc[0])
    models = errors[~errors["is_baseline"]]
    usable = models[models["is_usable"]]
    if usable.empty:
        return ModelChoice(None, float("nan"), naive, _all_refused(models))
    best = usable.loc[usable["rmse"].idxmin()]
    compared = {
        "model": EVERY_LANGUAGE.name(best["model"]),
        "error": EVERY_LANGUAGE.number(best["rmse"], digits=3),
        "naive": EVERY_LANGUAGE.number(naive, digits=3),
    }
    if not best["rmse"] < naive:
        reason = EVERY_LANGUAGE.say(
            "No model beats the simplest forecast: the typical error of {model} was {error} purchases per "
            "customer, that of each customer's own past rate {naive}.",
            **compared,
        )
        return ModelChoice(None, float("nan"), naive, reason)
    reason = EVERY_LANGUAGE.say(
        "the typical error of {model} was {error} purchases per customer, that of each customer's own past "
        "rate {naive}.",
        **compared,
    )
    return ModelChoice(str(best["model"]), float(best["rmse"]), naive, reason)


def _all_refused(models: pd.DataFrame) -> Text:
    """Say of every model why it was refused."""
    each = [
        EVERY_LANGUAGE.joined([EVERY_LANGUAGE.name(row.model), row.refused], by=": ")
        for row in models.itertuples()
    ]
    return EVERY_LANGUAGE.joined([EVERY_LANGUAGE.say("No model could be fitted."), *each], by=" ")


def holdout_by_frequency(
    holdout_cells: pd.DataFrame, *fits: PurchaseFit, holdout_days: int, most: int = 7
) -> pd.DataFrame:
    """Mean purchases in the hold-out by number of repeat purchases in calibration, actual and forecast.

    Returns
    -------
    DataFrame
        One row per number of repeat purchases that occurs and series: ``frequency`` (the last one stands
        for ``most`` and above), ``label``, ``customers`` (count), ``series`` (``"actual"`` or the model),
        ``purchases`` (mean per customer).
    """
    require(holdout_cells, _HOLDOUT_COLUMNS, name="holdout_cells")
    series = {ACTUAL: holdout_cells["holdout_purchases"].astype(float)}
    series |= {fit.model: _forecast(holdout_cells, fit, days=holdout_days) for fit in fits}
    return mean_by_frequency(holdout_cells, series, most=most)


def mean_by_frequency(
    holdout_cells: pd.DataFrame, series: Mapping[str, pd.Series], *, most: int
) -> pd.DataFrame:
    """Average series over customers with the same ``frequency``; as :func:`holdout_by_frequency`."""
    weighted = pd.DataFrame(series).mul(holdout_cells["customers"], axis=0)
    weighted["customers"] = holdout_cells["customers"]
    sums = weighted.groupby(holdout_cells["frequency"].clip(upper=most)).agg(
        lambda part: part.sum(skipna=False)
    )
    means = sums[list(series)].div(sums["customers"], axis=0).assign(customers=sums["customers"].astype(int))
    return long_form(means.reset_index(), list(series), most=most)


def _forecast(cells: pd.DataFrame, fit: PurchaseFit, *, days: int) -> pd.Series:
    """Purchases expected of one customer of each row in the next ``days``."""
    if not fit.is_usable:
        return pd.Series(np.nan, index=cells.index)
    frequency, recency, age = (
        cells["frequency"],
        cells["recency_days"] / _DAYS_PER_WEEK,
        cells["age_days"] / _DAYS_PER_WEEK,
    )
    alive = probability_alive(fit.parameters, frequency, recency, age, model=fit.model)
    weeks = days / _DAYS_PER_WEEK
    mean = expected_purchases(fit.parameters, frequency, age, model=fit.model, weeks=weeks)
    return pd.Series(alive * mean, index=cells.index)


def _own_past_rate(cells: pd.DataFrame, *, days: int) -> pd.Series:
    # Somebody acquired on the last day of calibration has no past rate and no repeat purchase.
    return cells["frequency"] / cells["age_days"].where(cells["age_days"] > 0, 1) * days


def long_form(table: pd.DataFrame, series: list[str], *, most: int, value: str = "purchases") -> pd.DataFrame:
    """Put the series one below the other, with a label for each number of repeat purchases."""
    labels = table["frequency"].astype(str) + np.where(table["frequency"] == most, "+", "")
    table = table.assign(frequency=table["frequency"].astype(int), label=labels)
    keys = [column for column in table.columns if column not in series]
    return table.melt(id_vars=keys, value_vars=series, var_name="series", value_name=value)

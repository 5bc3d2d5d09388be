"""Hold the model against the weeks: how the customers acquired in calibration have bought since.

The fits passed in here come from the calibration part alone.

``acquisitions``: ``age_days`` (last day of calibration minus first purchase day) and ``customers``, with any
number of rows per age; the calibration cells themselves will do.

``actual``: one row per week without gaps, the weeks with no purchase included: ``week`` (1, 2, ...; week 1 is
the seven days that begin with the very first purchase day) and ``repeat_purchases`` (repeat purchase days in
that week of the customers acquired in calibration). Only complete weeks.
"""

import numpy as np
import pandas as pd

from retention_utils.errors import TableError
from retention_utils.schema import require
from retention_utils.value_models.expectation import (
    expected_purchases_of_new_customers,
    purchase_count_probabilities,
)
from retention_utils.value_models.fits import PurchaseFit
from retention_utils.value_models.holdout import ACTUAL, long_form

__all__ = ["calibration_counts", "tracking"]

_DAYS_PER_WEEK = 7


def calibration_counts(cells: pd.DataFrame, *fits: PurchaseFit, most: int = 7) -> pd.DataFrame:
    """Count customers with 0, 1, ... repeat purchases in calibration, actual and as the models expect.

    Parameters
    ----------
    cells : DataFrame
        Histories at the end of calibration: ``frequency``, ``age_days``, ``customers``.
    *fits : PurchaseFit
        Fitted on the calibration part.
    most : int
        Customers with this many repeat purchases or more are counted together.

    Returns
    -------
    DataFrame
        One row per number of repeat purchases and series: ``frequency``, ``label``, ``series``,
        ``customers`` (actual or expected count). The counts of each series add up to all customers.
    """
    require(cells, ["frequency", "age_days", "customers"], name="cells")
    counts = np.bincount(cells["frequency"].clip(upper=most).astype(int), cells["customers"], most + 1)
    table = pd.DataFrame({"frequency": np.arange(most + 1), ACTUAL: counts})
    ages = cells.groupby("age_days")["customers"].sum()
    weeks = ages.index.to_numpy() / _DAYS_PER_WEEK
    for fit in fits:
        table[fit.model] = np.nan
        if fit.is_usable:
            chances = purchase_count_probabilities(fit.parameters, weeks, model=fit.model, most=most)
            table[fit.model] = ages.to_numpy() @ chances
    series = [ACTUAL, *(fit.model for fit in fits)]
    return long_form(table, series, most=most, value="customers")


def tracking(acquisitions: pd.DataFrame, actual: pd.DataFrame, *fits: PurchaseFit) -> pd.DataFrame:
    """Repeat purchases week by week, actual and as expected of newly acquired customers.

    The expectation knows only when customers were acquired, not what they did, so it is a test of the model
    in calibration as well.

    Parameters
    ----------
    acquisitions, actual : DataFrame
        See the head of this module.
    *fits : PurchaseFit
        Fitted on the calibration part.

    Returns
    -------
    DataFrame
        One row per series and week: ``series`` (``"actual"`` or the model), ``week``, ``purchases`` (in the
        week), ``cumulative`` (up to its end), ``is_holdout`` (the week ends after calibration).

    Raises
    ------
    TableError
        If a column is missing or the weeks have gaps.
    """
    require(acquisitions, ["age_days", "customers"], name="acquisitions")
    require(actual, ["week", "repeat_purchases"], name="actual")
    actual = actual.sort_values("week", ignore_index=True)
    weeks = actual["week"].to_numpy()
    if len(weeks) == 0 or not np.array_equal(weeks, np.arange(1, len(weeks) + 1)):
        msg = f"The table 'actual' needs weeks 1, 2, ... without gaps, one row each; it has {weeks.tolist()}."
        raise TableError(msg)
    waited = acquisitions.groupby("age_days")["customers"].sum()
    longest = waited.index.max()
    parts = [actual.assign(series=ACTUAL, cumulative=actual["repeat_purchases"].cumsum())]
    for fit in fits:
        since = weeks[:, None] - (longest - waited.index.to_numpy()) / _DAYS_PER_WEEK
        expected = np.full(len(weeks), np.nan)
        if fit.is_usable:
            expected = (
                expected_purchases_of_new_customers(fit.parameters, np.maximum(since, 0), model=fit.model)
                @ waited.to_numpy()
            )
        parts.append(pd.DataFrame({"series": fit.model, "week": weeks, "cumulative": expected}))
    table = pd.concat(parts, ignore_index=True)
    table["purchases"] = table.groupby("series")["cumulative"].diff().fillna(table["cumulative"])
    table["is_holdout"] = table["week"] * _DAYS_PER_WEEK > longest + 1
    return table[["series", "week", "purchases", "cumulative", "is_holdout"]]

"""Events on the calendar diagonals of a cohort table: who of which cohort, at which age, lived through one.

A calendar period crosses a table of cohort and age along a diagonal: cohort plus age is its number.
"""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from retention_utils.schema import require

__all__ = ["event_contrasts", "event_periods", "marked_cells"]

COLUMNS = [
    "number", "name", "day", "last_day", "first_period", "last_period", "cells", "customers", "active",
    "retention", "usual", "difference", "low", "high",
]  # fmt: skip
FEWEST_PERIODS = 6  # ordinary ones, to see how far periods differ without an event


def event_periods(events: pd.DataFrame | None, calendar: pd.DataFrame) -> pd.DataFrame:
    """Find the periods that each event lies in.

    Parameters
    ----------
    events : DataFrame or None
        The client's table: ``day``, ``name``, and ``last_day`` where an event lasts; None if there is none.
    calendar : DataFrame
        The mart's table of this name; events outside it are left out.

    Returns
    -------
    DataFrame
        One row per event and period, sorted: ``number`` (of the event, from 1, by day), ``name`` (the
        client's words), ``day``, ``last_day``, ``period_number``, ``period`` (key).
    """
    if events is None:
        events = pd.DataFrame({"day": [], "name": []})
    require(events, ["day", "name"], name="events")
    require(calendar, ["period_number", "period", "first_day", "last_day"], name="calendar")
    found = pd.DataFrame({"day": pd.to_datetime(events["day"]), "name": events["name"].astype(str)})
    last = pd.to_datetime(events["last_day"]) if "last_day" in events else found["day"]
    found["last_day"] = last.fillna(found["day"])
    periods = calendar[["period_number", "period", "first_day", "last_day"]]
    periods = periods.rename(columns={"first_day": "opens", "last_day": "closes"})
    pairs = found.merge(periods, how="cross")
    pairs = pairs[(pairs["day"] <= pairs["closes"]) & (pairs["last_day"] >= pairs["opens"])]
    pairs = pairs.sort_values(["day", "last_day", "name", "period_number"], ignore_index=True)
    number = pairs.groupby(["day", "last_day", "name"], sort=True).ngroup() + 1
    return pairs.assign(number=number)[["number", "name", "day", "last_day", "period_number", "period"]]


def marked_cells(cells: pd.DataFrame, crossed: pd.DataFrame) -> pd.DataFrame:
    """Find the cells of a cohort table that lie in a period with an event.

    Parameters
    ----------
    cells : DataFrame
        Rows of :func:`retention_utils.cohorts.retention.cohort_retention`.
    crossed : DataFrame
        From :func:`event_periods`.

    Returns
    -------
    DataFrame
        One row per cell and event, sorted: ``number`` (of the event), ``period`` (the cohort's key), ``age``.
    """
    require(cells, ["cohort", "period", "age"], name="cells")
    require(crossed, ["number", "period_number"], name="crossed")
    placed = cells.assign(period_number=cells["cohort"] + cells["age"])
    marked = placed.merge(crossed[["number", "period_number"]], on="period_number")
    ordered = marked.sort_values(["number", "cohort", "age"], ignore_index=True)
    return ordered[["number", "period", "age"]]


def event_contrasts(
    retention: pd.DataFrame, crossed: pd.DataFrame, *, min_customers: int, level: float = 0.95
) -> pd.DataFrame:
    """Hold retention in the periods of each event against what the same ages had in ordinary periods.

    Ordinary are the periods without any event. Each age is compared with itself, so that young and old
    cohorts weigh as they do on the event's diagonals. A difference is no effect: season, and whatever else
    fell into the period, are in it too.

    Parameters
    ----------
    retention : DataFrame
        From :func:`retention_utils.cohorts.retention.cohort_retention`.
    crossed : DataFrame
        From :func:`event_periods`.
    min_customers : int
        With fewer customers on the diagonals there is no share.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per event: ``number``, ``name``, ``day``, ``last_day``, ``first_period``, ``last_period``
        (keys), ``cells`` (of comparable cohorts, at ages from 1 that ordinary periods know too),
        ``customers`` (theirs, once per period), ``active`` (counts), ``retention``, ``usual``,
        ``difference``, ``low``, ``high`` (fractions; NaN where there are too few customers, or fewer than
        six ordinary periods).

    Notes
    -----
    A period's retention lies off the usual by binomial chance and by how periods differ anyway. The variance
    of the latter is what is left of the spread when every ordinary period is held against the other ordinary
    ones in the same way, by the moments of a random-effects model [1]_ whose mean is 0. Quantiles are
    Student's, with one degree of freedom less than there are ordinary periods.

    References
    ----------
    .. [1] DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177-188.
    """
    require(retention, ["cohort", "age", "is_comparable", "customers", "active"], name="retention")
    require(crossed, ["number", "name", "day", "last_day", "period_number", "period"], name="crossed")
    cells = retention[retention["is_comparable"] & (retention["age"] >= 1)]
    cells = cells.assign(period_number=cells["cohort"] + cells["age"])
    ordinary = cells[~cells["period_number"].isin(crossed["period_number"])]
    between, periods = _between_periods(ordinary)
    quantile = stdtrit(max(periods - 1, 1), 0.5 + level / 2)
    known = ordinary.groupby("age", as_index=False)[["customers", "active"]].sum()
    rows = []
    for number, event in crossed.sort_values(["number", "period_number"]).groupby("number"):
        on = cells[cells["period_number"].isin(event["period_number"])]
        on = on[on["age"].isin(known["age"])] if on["age"].isin(known["age"]).any() else on
        row = {
            "number": number,
            **event.iloc[0][["name", "day", "last_day"]],
            "first_period": event["period"].iloc[0],
            "last_period": event["period"].iloc[-1],
            "cells": len(on),
            "customers": int(on["customers"].sum()),
            "active": int(on["active"].sum()),
        }
        is_large = row["customers"] >= max(min_customers, 1)
        rows.append(row | (_contrast(on, known, between, quantile) if is_large else {}))
    return pd.DataFrame(rows, columns=COLUMNS)


def _contrast(on: pd.DataFrame, known: pd.DataFrame, between: float, quantile: float) -> dict[str, float]:
    customers, share = on["customers"].sum(), on["active"].sum() / on["customers"].sum()
    by_age = on.groupby("age", as_index=False)[["customers", "active"]].sum()
    compared = by_age.merge(known, on="age", suffixes=("", "_usual"))
    if compared.empty or np.isnan(between):
        return {"retention": float(share)}
    gap, variance = _gap(compared)
    difference = gap.sum() / customers
    weights = on.groupby("period_number")["customers"].sum() / customers
    half = quantile * np.sqrt(variance.sum() / customers**2 + between * (weights**2).sum())
    return {
        "retention": float(share),
        "usual": float(share - difference),
        "difference": float(difference),
        "low": float(max(difference - half, -1)),
        "high": float(min(difference + half, 1)),
    }


def _gap(compared: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Buyers beyond those expected from the usual share of the age, per age, and the variance of that."""
    usual = compared["active_usual"] / compared["customers_usual"]
    customers = compared["customers"]
    variance = usual * (1 - usual) * (customers + customers**2 / compared["customers_usual"])
    return compared["active"] - customers * usual, variance


def _between_periods(ordinary: pd.DataFrame) -> tuple[float, int]:
    """Variance between ordinary periods beyond binomial chance, in shares squared; how many there are."""
    known = ordinary.groupby("age")[["customers", "active"]].transform("sum")
    others = ordinary.assign(
        customers_usual=known["customers"] - ordinary["customers"],
        active_usual=known["active"] - ordinary["active"],
    )
    others = others[others["customers_usual"] > 0]
    gap, variance = _gap(others)
    sums = pd.DataFrame({"gap": gap, "variance": variance, "customers": others["customers"]})
    periods = sums.groupby(others["period_number"]).sum()
    periods = periods[periods["variance"] > 0]
    if len(periods) < FEWEST_PERIODS:
        return np.nan, len(periods)
    excess = (periods["gap"] ** 2 / periods["variance"] - 1).sum()
    return max(0.0, float(excess / (periods["customers"] ** 2 / periods["variance"]).sum())), len(periods)

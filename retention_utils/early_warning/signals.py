"""Signals from customers as a symptom: the Net Promoter Score (NPS), judged as everywhere in the report."""

import pandas as pd

from retention_utils.early_warning.symptoms import COLUMNS
from retention_utils.early_warning.trends import Comparison
from retention_utils.nps import Nps

__all__ = ["signal_comparison", "signals"]


def signals(series: pd.DataFrame) -> pd.DataFrame:
    """Give NPS in the form of the other symptoms.

    Parameters
    ----------
    series : DataFrame
        From :func:`retention_utils.nps.nps_series`.

    Returns
    -------
    DataFrame
        In the form of :func:`retention_utils.early_warning.symptoms.purchase_symptoms`, ``symptom`` is
        ``signals``; ``n`` is the number of answers.
    """
    return series.assign(symptom="signals", n=series["answers"])[COLUMNS]


def signal_comparison(nps: Nps | None) -> Comparison | None:
    """Give the comparison of the last three periods with those before in the form of the other symptoms.

    Returns
    -------
    Comparison or None
        None where NPS cannot be judged.
    """
    if nps is None or not nps.is_judged:
        return None
    return Comparison(
        last=nps.score,
        previous=nps.previous,
        previous_periods=nps.previous_periods,
        change=nps.change,
        low=nps.change_low,
        high=nps.change_high,
        n=float(nps.answers),
    )

"""Every early symptom, measured and tested together: one result for all chapters that speak of them."""

from dataclasses import dataclass

import pandas as pd

from retention_utils.early_warning.signals import signal_comparison, signals
from retention_utils.early_warning.symptoms import investment, purchase_symptoms, repeat_rates, symptom_series
from retention_utils.early_warning.trends import symptom_trends
from retention_utils.nps import NpsTrend, nps_now, nps_series
from retention_utils.periods import Grain
from retention_utils.survey_answers import survey_answers

__all__ = ["Symptoms", "early_symptoms"]


@dataclass(frozen=True)
class Symptoms:
    """The symptoms period by period, and what the tests say of each."""

    series: pd.DataFrame  # as symptom_series gives it
    trends: pd.DataFrame  # as symptom_trends gives it

    def has(self, symptom: str) -> bool:
        """Whether the symptom was ever looked at: of the share of costs, whether any are stated."""
        return bool((self.series["symptom"] == symptom).any())


def early_symptoms(
    movement: pd.DataFrame,
    repeat_by_cohort: pd.DataFrame,
    calendar: pd.DataFrame,
    *,
    surveys: pd.DataFrame | None,
    costs: pd.DataFrame | None,
    window_days: int,
    min_customers: int,
    grain: Grain,
) -> Symptoms:
    """Measure and test all symptoms; the chance of each trend is corrected for all of them.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.
    repeat_by_cohort, calendar : DataFrame
        The mart's tables of these names.
    surveys, costs : DataFrame or None
        The client's tables of these names; None where there is none.
    window_days, min_customers : int
        As for :func:`retention_utils.early_warning.symptoms.repeat_rates`.
    grain : str
        Kind of the periods.
    """
    answers = survey_answers(surveys, calendar)
    nps = nps_now(answers, calendar)
    series = symptom_series(
        purchase_symptoms(movement),
        repeat_rates(repeat_by_cohort, calendar, window_days=window_days, min_customers=min_customers),
        investment(costs, calendar),
        signals(nps_series(answers, calendar)),
    )
    trends = symptom_trends(
        series,
        grain=grain,
        comparisons={"signals": signal_comparison(nps)},
        nps_trend=nps.trend if nps else NpsTrend(),
    )
    return Symptoms(series, trends)

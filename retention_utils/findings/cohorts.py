"""What cohort retention says."""

import pandas as pd

from retention_utils.cohorts import AgeComparison
from retention_utils.display import Finding, Kpi
from retention_utils.findings.words import age_in_words, interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import Grain

__all__ = ["newest_cohort", "retention_kpi"]


def newest_cohort(
    result: AgeComparison | None, *, age: int, min_customers: int, grain: Grain, formats: Formats
) -> Finding:
    """Answer whether the newest cohort stays as earlier ones did."""
    later = age_in_words(age, grain)
    if result is None:
        text = (
            f"Fewer than two groups of at least {formats.count(min_customers)} new customers have been "
            f"followed for {later} after their first purchase, so there is nothing to compare yet."
        )
        return Finding("newest_cohort", "not enough data", text, is_headline=True)
    verdict = verdict_of(result.low, result.high, more_is_better=True)
    text = (
        f"Of the {formats.count(result.newest_customers)} customers who joined in "
        f"{formats.period(result.newest)}, {formats.share(result.newest_retention)} bought again {later} "
        f"later, against {formats.share(result.earlier_retention)} of the "
        f"{formats.count(result.earlier_customers)} who joined before them: a difference of "
        f"{formats.points(result.difference)} ({interval(result.low, result.high, 'points', formats)})."
    )
    return Finding("newest_cohort", verdict, text, is_headline=True)


def retention_kpi(pooled: pd.DataFrame, *, age: int, grain: Grain, formats: Formats) -> Kpi:
    """Give retention at one age, all comparable cohorts together, as a key figure."""
    label = f"Bought again {age_in_words(age, grain)} after joining"
    at_age = pooled[pooled["age"] == age]
    if at_age.empty:
        basis = "no group has been followed that long"
        return Kpi("retention", label, "—", None, basis=basis, verdict="not enough data")
    row = at_age.iloc[0]
    return Kpi(
        key="retention",
        label=label,
        value=formats.share(row["retention"]),
        number=round(float(row["retention"]), 4),
        interval=interval(row["low"], row["high"], "share", formats),
        basis=f"n = {formats.count(row['customers'])}",
    )

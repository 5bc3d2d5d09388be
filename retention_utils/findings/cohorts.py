"""What cohort retention says."""

import pandas as pd

from retention_utils.cohorts import AgeComparison
from retention_utils.display import Finding, Kpi
from retention_utils.findings.words import at_age, interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import Grain

__all__ = ["heatmap_alt", "newest_cohort", "pooled_alt", "retention_kpi"]


def newest_cohort(
    result: AgeComparison | None, *, age: int, min_customers: int, grain: Grain, formats: Formats
) -> Finding:
    """Answer whether the newest cohort stays as earlier ones did."""
    then = at_age(age, grain)
    if result is None:
        text = (
            f"Fewer than two groups of at least {formats.count(min_customers)} new customers have been "
            f"followed through {then}, so there is nothing to compare yet."
        )
        return Finding("newest_cohort", "not enough data", text, is_headline=True)
    verdict = verdict_of(result.low, result.high, more_is_better=True)
    text = (
        f"Of the {formats.count(result.newest_customers)} customers who joined in "
        f"{formats.period(result.newest)}, {formats.share(result.newest_retention)} bought in {then}, "
        f"against {formats.share(result.earlier_retention)} of the "
        f"{formats.count(result.earlier_customers)} who joined before them: a difference of "
        f"{formats.points(result.difference)} ({interval(result.low, result.high, 'points', formats)})."
    )
    return Finding("newest_cohort", verdict, text, is_headline=True)


def heatmap_alt(later: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the heat map: how many groups, and between which shares they lie."""
    shares = later["retention"].dropna()
    if shares.empty:
        return "No group is large enough for a share."
    return (
        f"Heat map of {formats.count(later['period'].nunique())} groups by first purchase; the share that "
        f"bought lies between {formats.share(shares.min())} and {formats.share(shares.max())}."
    )


def pooled_alt(pooled: pd.DataFrame, *, grain: Grain, formats: Formats) -> str:
    """Describe the pooled curve: where it begins and where it ends."""
    if pooled.empty:
        return "No group has been followed yet."
    first, last = pooled.iloc[0], pooled.iloc[-1]
    return (
        f"Line from {formats.share(first['retention'])} in {at_age(int(first['age']), grain)} to "
        f"{formats.share(last['retention'])} in {at_age(int(last['age']), grain)}."
    )


def retention_kpi(
    pooled: pd.DataFrame, *, age: int, min_customers: int, grain: Grain, formats: Formats
) -> Kpi:
    """Give retention at one age, all comparable cohorts together, as a key figure."""
    label = f"Bought in {at_age(age, grain)}"
    reached = pooled[(pooled["age"] == age) & (pooled["customers"] >= min_customers)]
    if reached.empty:
        basis = f"fewer than {formats.count(min_customers)} customers followed that long"
        return Kpi("retention", label, "—", None, basis=basis, verdict="not enough data")
    row = reached.iloc[0]
    return Kpi(
        key="retention",
        label=label,
        value=formats.share(row["retention"]),
        number=round(float(row["retention"]), 4),
        interval=interval(row["low"], row["high"], "share", formats),
        basis=f"n = {formats.count(row['customers'])}",
    )

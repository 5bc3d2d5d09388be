"""What cohort retention says."""

import pandas as pd

from retention_utils.cohorts.contrast import AgeComparison, CohortSpread
from retention_utils.cohorts.heat import drawable_cells
from retention_utils.display import Finding, Kpi
from retention_utils.findings.words import at_age, interval, period_word, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import Grain

__all__ = [
    "cohort_spread",
    "heatmap_alt",
    "heatmap_caption",
    "newest_cohort",
    "pooled_alt",
    "repeat_in_period_0_kpi",
    "retention_kpi",
    "revenue_kept_kpi",
]

LEVEL = 0.05  # rarer than this under chance alone: more than chance
RAREST = 0.001


def newest_cohort(
    result: AgeComparison | None, *, age: int, min_customers: int, grain: Grain, formats: Formats
) -> Finding:
    """Answer whether the newest cohort stays as earlier ones did."""
    then = at_age(age, grain)
    if result is None:
        text = (
            "Newer customers cannot be compared with earlier ones yet: that needs two cohorts of at least "
            f"{formats.count(min_customers)} new customers, followed through {then}."
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


def cohort_spread(
    spread: CohortSpread | None, *, age: int, min_customers: int, grain: Grain, formats: Formats
) -> Finding:
    """Describe the best and the worst cohort, and say whether one figure stands for all of them."""
    then = at_age(age, grain)
    if spread is None:
        text = (
            "Whether one figure can stand for all cohorts cannot be said yet: that needs three of at least "
            f"{formats.count(min_customers)} new customers, followed through {then}."
        )
        return Finding("cohort_spread", "not enough data", text)
    worst = (
        f"{formats.period(spread.worst)} did worst ({formats.share(spread.worst_retention)} of "
        f"{formats.count(spread.worst_customers)} bought)"
    )
    best = (
        f"{formats.period(spread.best)} best ({formats.share(spread.best_retention)} of "
        f"{formats.count(spread.best_customers)})"
    )
    rate = f"fewer than {formats.share(RAREST)}" if spread.p_value < RAREST else formats.share(spread.p_value)
    chance = f"If all were alike, chance would make differences as large as theirs in {rate} of cases."
    if spread.p_value < LEVEL:
        text = (
            f"One figure hides that the {formats.count(spread.cohorts)} cohorts differ: in {then}, that of "
            f"{worst}, that of {best}. {chance}"
        )
        return Finding("cohort_spread", "with reservations", text)
    text = (
        f"One figure can stand for all {formats.count(spread.cohorts)} cohorts, though in {then} that of "
        f"{worst} and that of {best}: some always do. {chance}"
    )
    return Finding("cohort_spread", "yes", text)


def heatmap_alt(later: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the heat map: how many cohorts, and between which shares they lie."""
    shares = later["retention"].dropna()
    if shares.empty:
        return "No cohort is large enough for a share."
    return (
        f"Heat map of {formats.count(later['period'].nunique())} cohorts; the share that "
        f"bought lies between {formats.share(shares.min())} and {formats.share(shares.max())}."
    )


def heatmap_caption(
    retention: pd.DataFrame, later: pd.DataFrame, marks: pd.DataFrame, *, formats: Formats
) -> str:
    """Say how to read the heat map, and what of the cohorts it leaves out.

    Parameters
    ----------
    retention : DataFrame
        Every cohort, from :func:`retention_utils.cohorts.retention.cohort_retention`.
    later : DataFrame
        Those drawn, from :func:`retention_utils.cohorts.heat.heat_cells`.
    marks : DataFrame
        From :func:`retention_utils.cohorts.events.marked_cells`.
    """
    sentences = [
        "Each row is a cohort with its number of customers; each step to the right is one period later. The "
        "darker the cell, the larger the share. A dashed frame marks a cohort too small for shares."
    ]
    every, drawn = drawable_cells(retention), later["cohort"].nunique()
    if len(every) > len(later):
        sentences.append(
            f"Drawn are the newest {formats.count(drawn)} of {formats.count(every['cohort'].nunique())} "
            f"cohorts, up to {formats.count(later['age'].max())} periods after joining; the table of every "
            "cohort has the others."
        )
    if not retention["is_comparable"].all():
        sentences.append("Cohorts that may hold old customers, or lack days, are not drawn.")
    if len(marks):
        sentences.append(
            "Framed cells lie in a period with an event, every period on a diagonal of its own; the numbers "
            "are those of the events in their table."
        )
    return " ".join(sentences)


def pooled_alt(pooled: pd.DataFrame, *, grain: Grain, formats: Formats) -> str:
    """Describe the pooled curve: where it begins and where it ends."""
    if pooled.empty:
        return "No cohort has been followed yet."
    first, last = pooled.iloc[0], pooled.iloc[-1]
    return (
        f"Line from {formats.share(first['retention'])} in {at_age(int(first['age']), grain)} to "
        f"{formats.share(last['retention'])} in {at_age(int(last['age']), grain)}."
    )


def retention_kpi(
    pooled: pd.DataFrame,
    *,
    age: int,
    min_customers: int,
    grain: Grain,
    formats: Formats,
    key: str = "retention",
) -> Kpi:
    """Give retention at one age, all comparable cohorts together, as a key figure."""
    label = f"Bought in {at_age(age, grain)}"
    reached = pooled[(pooled["age"] == age) & (pooled["customers"] >= min_customers)]
    if reached.empty:
        return _unknown(key, label, min_customers, formats)
    row = reached.iloc[0]
    return Kpi(
        key=key,
        label=label,
        value=formats.share(row["retention"]),
        number=round(float(row["retention"]), 4),
        interval=_span(row["low"], row["high"], formats),
        basis=f"n = {formats.count(row['customers'])}",
    )


def repeat_in_period_0_kpi(
    repeat: pd.Series | None, *, min_customers: int, grain: Grain, formats: Formats
) -> Kpi:
    """Give the share that bought again within the period of joining, which retention leaves out."""
    label = f"Bought again within the {period_word(grain)} of joining"
    if repeat is None:
        basis = f"fewer than {formats.count(min_customers)} new customers"
        return Kpi("repeat_in_period_0", label, "—", None, basis=basis, verdict="not enough data")
    return Kpi(
        key="repeat_in_period_0",
        label=label,
        value=formats.share(repeat["share"]),
        number=round(float(repeat["share"]), 4),
        interval=_span(repeat["low"], repeat["high"], formats),
        basis=f"n = {formats.count(repeat['customers'])}",
    )


def revenue_kept_kpi(
    kept: pd.DataFrame, *, age: int, min_customers: int, grain: Grain, formats: Formats
) -> Kpi:
    """Give the revenue of one age against that of the cohorts' first period, as a key figure."""
    label = f"Revenue in {at_age(age, grain)}, as a share of the first {period_word(grain)}'s"
    reached = kept[(kept["age"] == age) & kept["amount_kept"].notna()]
    if reached.empty:
        return _unknown("revenue_kept", label, min_customers, formats)
    row = reached.iloc[0]
    return Kpi(
        key="revenue_kept",
        label=label,
        value=formats.share(row["amount_kept"]),
        number=round(float(row["amount_kept"]), 4),
        interval=_span(row["amount_low"], row["amount_high"], formats),
        basis=f"n = {formats.count(row['customers'])}, cohorts = {formats.count(row['cohorts'])}",
    )


def _unknown(key: str, label: str, min_customers: int, formats: Formats) -> Kpi:
    basis = f"fewer than {formats.count(min_customers)} customers followed that long"
    return Kpi(key, label, "—", None, basis=basis, verdict="not enough data")


def _span(low: float, high: float, formats: Formats) -> str:
    return "" if pd.isna(low) else interval(low, high, "share", formats)

"""What cohort retention says."""

import pandas as pd

from retention_utils.cohorts.contrast import AgeComparison, CohortSpread
from retention_utils.display import Finding
from retention_utils.findings.words import interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["cohort_spread", "named_cells", "newest_cohort"]

LEVEL = 0.05  # rarer than this under chance alone: more than chance
RAREST = 0.001


def newest_cohort(
    result: AgeComparison | None, *, age: int, min_customers: int, grain: Grain, formats: Formats
) -> Finding:
    """Answer whether the newest cohort stays as earlier ones did."""
    if result is None:
        text = formats.say(
            "Newer customers cannot be compared with earlier ones yet. That needs two cohorts of at least "
            "{customers, plural, one {# new customer} other {# new customers}}, followed through {grain, "
            "select, week {week} month {month} quarter {quarter} year {year} other {period}} {age} after "
            "joining.",
            customers=min_customers,
            grain=grain,
            age=age,
        )
        return Finding("newest_cohort", "not enough data", text, is_headline=True)
    verdict = verdict_of(result.low, result.high, more_is_better=True)
    text = formats.say(
        "{verdict, select, better {More of the newest customers ({period}) stay than of earlier ones} worse "
        "{Fewer of the newest customers ({period}) stay than of earlier ones} other {The newest customers "
        "({period}) show no clear change}}: {difference} in the share that bought in {grain, select, week "
        "{week} month {month} quarter {quarter} year {year} other {period}} {age} after joining "
        "({interval}). Of the {customers, plural, one {# customer} other {# customers}} who joined then, "
        "{share} did, against {earlier_share} of the {earlier_customers} who joined before them.",
        verdict=verdict,
        customers=formats.count(result.newest_customers),
        period=formats.period(result.newest),
        share=formats.share(result.newest_retention),
        grain=grain,
        age=age,
        earlier_share=formats.share(result.earlier_retention),
        earlier_customers=formats.count(result.earlier_customers),
        difference=formats.points(result.difference),
        interval=interval(result.low, result.high, "points", formats),
    )
    return Finding("newest_cohort", verdict, text, is_headline=True)


def cohort_spread(
    spread: CohortSpread | None, *, age: int, min_customers: int, grain: Grain, formats: Formats
) -> Finding:
    """Describe the best and the worst cohort, and say whether one figure stands for all of them."""
    if spread is None:
        text = formats.say(
            "Whether one figure can stand for all cohorts cannot be said yet. That needs three of at least "
            "{customers, plural, one {# new customer} other {# new customers}}, followed through {grain, "
            "select, week {week} month {month} quarter {quarter} year {year} other {period}} {age} after "
            "joining.",
            customers=min_customers,
            grain=grain,
            age=age,
        )
        return Finding("cohort_spread", "not enough data", text)
    is_apart = spread.p_value < LEVEL
    extremes = _extremes(spread, age, grain, is_apart=is_apart, formats=formats)
    text = formats.joined([extremes, _by_chance(spread.p_value, is_apart=is_apart, formats=formats)], by=" ")
    return Finding("cohort_spread", "with reservations" if is_apart else "yes", text)


def _extremes(spread: CohortSpread, age: int, grain: Grain, *, is_apart: bool, formats: Formats) -> Text:
    told = {
        "cohorts": formats.count(spread.cohorts),
        "grain": grain,
        "age": age,
        "worst": formats.period(spread.worst),
        "worst_share": formats.share(spread.worst_retention),
        "worst_customers": formats.count(spread.worst_customers),
        "best": formats.period(spread.best),
        "best_share": formats.share(spread.best_retention),
        "best_customers": formats.count(spread.best_customers),
    }
    if is_apart:
        return formats.say(
            "The {cohorts} cohorts with enough customers differ: the share that bought in {grain, select, "
            "week {week} month {month} quarter {quarter} year {year} other {period}} {age} after joining ran "
            "from {worst_share} ({worst}) to {best_share} ({best}). These two had {worst_customers} and "
            "{best_customers} customers.",
            **told,
        )
    return formats.say(
        "In {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} {age} "
        "after joining, the {cohorts} cohorts with enough customers do not clearly differ, so one average "
        "figure will do there. That of {worst} did worst ({worst_share} of {worst_customers} bought) and "
        "that of {best} best ({best_share} of {best_customers}), but some always do.",
        **told,
    )


def _by_chance(probability: float, *, is_apart: bool, formats: Formats) -> Text:
    return formats.say(
        "{is_apart, select, yes {Cohorts that are all alike} other {That can be chance: even cohorts that "
        "are all alike}} would differ as much in {is_rare, select, yes {fewer than {rate}} other {{rate}}} "
        "of cases.",
        is_apart="yes" if is_apart else "no",
        is_rare="yes" if probability < RAREST else "no",
        rate=formats.share(max(probability, RAREST)),
    )


def named_cells(cohorts: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Write out when every cohort joined and whether its customers are new, in ``period`` and ``kind``.

    Parameters
    ----------
    cohorts : DataFrame
        From :func:`retention_utils.cohorts.kept.kept_by_cohort`.
    """
    kinds = [
        formats.say("{kind, select, new {new} mixed {mixed} other {incomplete}}", kind=kind)
        for kind in cohorts["kind"]
    ]
    return cohorts.assign(
        period=[formats.period(key, short=True) for key in cohorts["period"]],
        kind=pd.Series(kinds, cohorts.index, dtype=object),
    )

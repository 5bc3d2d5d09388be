"""What cohorts of customers under contract say: who is still there, and what they bring."""

import pandas as pd

from retention_utils.cohorts.contrast import AgeComparison
from retention_utils.display import Finding, Kpi
from retention_utils.findings.words import based_on, fewer_followed, interval, verdict_of
from retention_utils.formats import BLANK, Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["came_back", "cohort_heat_alt", "money_kpi", "newest_contracts", "staying_kpi", "with_unbroken"]


def newest_contracts(
    result: AgeComparison | None, *, age: int, min_customers: int, grain: Grain, formats: Formats
) -> Finding:
    """Answer whether the newest cohort stays as earlier ones did."""
    if result is None:
        text = formats.say(
            "Newer customers cannot be compared with earlier ones yet. That needs two cohorts of at least "
            "{customers, plural, one {# new customer} other {# new customers}}, followed to the end of "
            "{grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} {age} "
            "after joining.",
            customers=min_customers,
            grain=grain,
            age=age,
        )
        return Finding("newest_cohort", "not enough data", text, is_headline=True)
    verdict = verdict_of(result.low, result.high, more_is_better=True)
    text = formats.say(
        "{course, select, worse {Newer customers stay less often than earlier ones} better {Newer customers "
        "stay more often than earlier ones} other {Newer and earlier customers do not clearly differ}}: at "
        "the end of {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} "
        "{age} after joining {share} were still there, against {earlier_share}, a difference of {difference} "
        "({interval}). Compared {customers, plural, one {is # customer} other {are # customers}} who joined "
        "in {period} with the {earlier_customers} who joined before them.",
        course=verdict,
        customers=result.newest_customers,
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


def came_back(ways: pd.DataFrame, *, age: int, grain: Grain, formats: Formats) -> Finding | None:
    """Say how many are there only because they came back; None where that age is not known."""
    row = ways[(ways["age"] == age) & ways["retention"].notna()]
    if row.empty:
        return None
    there, never_left = (formats.share(row[name].iloc[0]) for name in ("retention", "unbroken"))
    low, high = row[["low", "high"]].iloc[0]
    is_sure = pd.notna(low)
    text = formats.say(
        "Of the {customers, plural, one {# customer} other {# customers}} followed to the end of {grain, "
        "select, week {week} month {month} quarter {quarter} year {year} other {period}} {age} after "
        "joining, {there} were there then{is_sure, select, yes { ({interval})} other {}}: {never_left} had "
        "never been away at the end of one, the rest had come back.",
        customers=int(row["customers"].iloc[0]),
        grain=grain,
        age=age,
        there=there,
        is_sure="yes" if is_sure else "no",
        interval=interval(low, high, "share", formats) if is_sure else formats.name(""),
        never_left=never_left,
    )
    return Finding("came_back", "yes", text)


def staying_kpi(
    pooled: pd.DataFrame,
    *,
    age: int,
    min_customers: int,
    grain: Grain,
    formats: Formats,
    key: str = "retention",
) -> Kpi:
    """Give the share still there at one age, all cohorts together, as a key figure."""
    label = formats.say(
        "Still there {age} {grain, select, week {{age, plural, one {week} other {weeks}}} month {{age, "
        "plural, one {month} other {months}}} quarter {{age, plural, one {quarter} other {quarters}}} other "
        "{{age, plural, one {year} other {years}}}} after joining",
        grain=grain if grain in ("week", "month", "quarter") else "year",
        age=age,
    )
    reached = pooled[(pooled["age"] == age) & (pooled["customers"] >= min_customers)]
    if reached.empty:
        return _unknown(key, label, fewer_followed(min_customers, formats), formats)
    row = reached.iloc[0]
    return Kpi(
        key=key,
        label=label,
        value=formats.share(row["retention"]),
        number=round(float(row["retention"]), 4),
        interval=interval(row["low"], row["high"], "share", formats) if pd.notna(row["low"]) else "",
        basis=based_on(row["customers"], formats),
    )


def money_kpi(kept: pd.DataFrame, *, age: int, min_customers: int, grain: Grain, formats: Formats) -> Kpi:
    """Give what the cohorts still bring at one age, of what they brought at first, as a key figure."""
    label = formats.say(
        "Monthly revenue {age} {grain, select, week {{age, plural, one {week} other {weeks}}} month {{age, "
        "plural, one {month} other {months}}} quarter {{age, plural, one {quarter} other {quarters}}} other "
        "{{age, plural, one {year} other {years}}}} after joining, of the first",
        grain=grain if grain in ("week", "month", "quarter") else "year",
        age=age,
    )
    reached = kept[(kept["age"] == age) & kept["amount_kept"].notna()]
    if reached.empty:
        return _unknown("revenue_kept", label, fewer_followed(min_customers, formats), formats)
    row = reached.iloc[0]
    is_known = pd.notna(row["amount_low"])
    return Kpi(
        key="revenue_kept",
        label=label,
        value=formats.share(row["amount_kept"]),
        number=round(float(row["amount_kept"]), 4),
        interval=interval(row["amount_low"], row["amount_high"], "share", formats) if is_known else "",
        basis=based_on(row["customers"], formats),
    )


def cohort_heat_alt(later: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the heat map: how many cohorts, and between which shares they lie."""
    shares = later["retention"].dropna()
    if shares.empty:
        return formats.say("No cohort is large enough for a share.")
    return formats.say(
        "Heat map of {cohorts, plural, one {# cohort} other {# cohorts}}; the share still there lies between "
        "{least} and {most}.",
        cohorts=int(later["period"].nunique()),
        least=formats.share(shares.min()),
        most=formats.share(shares.max()),
    )


def with_unbroken(pooled: pd.DataFrame, unbroken: pd.DataFrame) -> pd.DataFrame:
    """Set beside the share still there the share that was never away: ``unbroken``."""
    names = {"retention": "unbroken", "low": "unbroken_low", "high": "unbroken_high"}
    return pooled.merge(unbroken[["age", *names]].rename(columns=names), on="age", how="left")


def _unknown(key: str, label: Text, basis: Text, formats: Formats) -> Kpi:
    return Kpi(key, label, formats.name(BLANK), None, basis=basis, verdict="not enough data")

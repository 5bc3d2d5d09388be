"""Cohort retention as key figures."""

import pandas as pd

from retention_utils.display import Kpi, Words
from retention_utils.findings.words import based_on, ends_of, fewer_followed, interval
from retention_utils.formats import BLANK, Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["repeat_in_period_0_kpi", "retention_kpi", "revenue_kept_kpi"]


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
    label = _bought_in(age, grain, formats)
    reached = pooled[(pooled["age"] == age) & (pooled["customers"] >= min_customers)]
    if reached.empty:
        return _unknown(key, label, fewer_followed(min_customers, formats), formats)
    row = reached.iloc[0]
    return Kpi(
        key=key,
        label=label,
        value=formats.share(row["retention"]),
        number=round(float(row["retention"]), 4),
        interval=_span(row["low"], row["high"], formats),
        basis=based_on(row["customers"], formats),
        ends=ends_of(row["low"], row["high"]),
    )


def _bought_in(age: int, grain: Grain, formats: Formats) -> Text:
    if age == 1:
        return formats.say(
            "Bought in the {grain, select, week {week} month {month} quarter {quarter} year {year} other "
            "{period}} after that of joining",
            grain=grain,
        )
    return formats.say(
        "Bought in {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} "
        "{age} after joining",
        grain=grain,
        age=age,
    )


def repeat_in_period_0_kpi(
    repeat: pd.Series | None, *, min_customers: int, grain: Grain, formats: Formats
) -> Kpi:
    """Give the share that bought again within the period of joining, which retention leaves out."""
    label = formats.say(
        "Bought again within the {grain, select, week {week} month {month} quarter {quarter} year {year} "
        "other {period}} of joining",
        grain=grain,
    )
    if repeat is None:
        basis = formats.say(
            "fewer than {customers, plural, one {# new customer} other {# new customers}}",
            customers=min_customers,
        )
        return _unknown("repeat_in_period_0", label, basis, formats)
    return Kpi(
        key="repeat_in_period_0",
        label=label,
        value=formats.share(repeat["share"]),
        number=round(float(repeat["share"]), 4),
        interval=_span(repeat["low"], repeat["high"], formats),
        basis=based_on(repeat["customers"], formats),
    )


def revenue_kept_kpi(
    kept: pd.DataFrame, *, age: int, min_customers: int, grain: Grain, formats: Formats
) -> Kpi:
    """Give the revenue of one age against that of the cohorts' first period, as a key figure."""
    label = formats.say(
        "Revenue in {grain, select, week {week} month {month} quarter {quarter} year {year} other "
        "{period}} {age} after joining, as a share of the first {grain, select, week {week} month {month} "
        "quarter {quarter} year {year} other {period}}'s",
        grain=grain,
        age=age,
    )
    reached = kept[(kept["age"] == age) & kept["amount_kept"].notna()]
    if reached.empty:
        return _unknown("revenue_kept", label, fewer_followed(min_customers, formats), formats)
    row = reached.iloc[0]
    basis = formats.say(
        "n = {customers}, cohorts = {cohorts}",
        customers=formats.count(row["customers"]),
        cohorts=formats.count(row["cohorts"]),
    )
    return Kpi(
        key="revenue_kept",
        label=label,
        value=formats.share(row["amount_kept"]),
        number=round(float(row["amount_kept"]), 4),
        interval=_span(row["amount_low"], row["amount_high"], formats),
        basis=basis,
    )


def _unknown(key: str, label: Text, basis: Text, formats: Formats) -> Kpi:
    return Kpi(key, label, formats.name(BLANK), None, basis=basis, verdict="not enough data")


def _span(low: float, high: float, formats: Formats) -> Words:
    return "" if pd.isna(low) else interval(low, high, "share", formats)

"""What is said of external factors: whether one moves with churn, never that it makes customers leave."""

import pandas as pd

from retention_utils.display import Callout, Finding, supply
from retention_utils.external_factors import SIGNIFICANCE, FactorComparison
from retention_utils.findings.words import shortened
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["external_factors", "factors_in_words", "missing_factors"]


def missing_factors(*, formats: Formats) -> Callout:
    """Say what a table of external factors would show and how to supply it."""
    text = formats.say(
        "With the course of things outside the business, such as an exchange rate, the temperature or "
        "a competitor's price, the report says whether any of them moves with churn more than chance "
        "would have it. Whoever makes this report finds the columns of such a table in "
        "data/README.md (factors)."
    )
    return supply("missing_factors", formats.say("External factors beside churn"), text)


def external_factors(comparison: FactorComparison, *, grain: Grain, formats: Formats) -> Finding:
    """Answer whether any external factor moves with churn more than chance would have it."""
    if comparison.missing:
        return Finding("external_factors", "not enough data", _why_not(comparison, grain, formats))
    sentences = [
        _opening(comparison, formats),
        _evidence(comparison, grain, formats),
        _chance(comparison, formats),
    ]
    if len(comparison.moving):
        sentences.append(formats.say("That two things move together does not say that one causes the other."))
    sentences.append(_extent(comparison, grain, formats))
    verdict = "no clear change" if comparison.moving.empty else "with reservations"
    return Finding("external_factors", verdict, formats.joined(sentences, by=" "))


def factors_in_words(comparison: FactorComparison, *, grain: Grain, formats: Formats) -> pd.DataFrame:
    """Write out how every factor was compared and how that reads.

    Parameters
    ----------
    comparison : FactorComparison
        From :func:`retention_utils.external_factors.compare_factors`.
    grain : str
        Of the report's period.

    Returns
    -------
    DataFrame
        The factors, the closest first, with ``when`` and ``reading`` in words. Empty where nothing could be
        compared for want of periods.
    """
    if comparison.missing in ("too_few_periods", "constant_churn"):
        return comparison.factors.head(0).assign(when="", reading="")
    rows = list(comparison.factors.itertuples(index=False))
    return comparison.factors.assign(
        when=["" if row.reason else _when(row.lag, grain, formats) for row in rows],
        reading=[_reading(row, comparison, grain, formats) for row in rows],
    )


def _when(lag: int, grain: Grain, formats: Formats) -> Text:
    if lag == 0:
        return formats.say(
            "of the same {grain, select, week {week} month {month} quarter {quarter} year {year} other "
            "{period}}",
            grain=grain,
        )
    return formats.say(
        "of the next {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}}",
        grain=grain,
    )


def _reading(row: tuple, comparison: FactorComparison, grain: Grain, formats: Formats) -> Text:
    if row.reason == "gaps":
        return formats.say(
            "left out: too few values in {missing} of {periods}",
            missing=formats.count(row.missing_periods),
            periods=_periods(comparison.periods, grain, formats),
        )
    if row.reason == "constant":
        return formats.say("left out: never changes, or the same way every year")
    if row.moves_with_churn:
        return formats.say("moves with churn")
    return formats.say("no more than chance")


def _why_not(comparison: FactorComparison, grain: Grain, formats: Formats) -> Text:
    periods = _periods(comparison.periods, grain, formats)
    if comparison.missing == "no_factors":
        return formats.say("The table of external factors holds no values up to the end of the period.")
    if comparison.missing == "too_few_periods":
        return formats.say(
            "External factors can be held against churn where it is known for {fewest} in a row; here it is "
            "known for {periods}.",
            fewest=_periods(comparison.fewest, grain, formats),
            periods=periods,
        )
    if comparison.missing == "constant_churn":
        return formats.say(
            "External factors cannot be held against churn: in all {periods} it was the same, or went the "
            "same way every year.",
            periods=periods,
        )
    supplied = len(comparison.factors)
    if supplied == 1:
        return formats.say(
            "The one external factor supplied could not be held against churn: it has too few values in some "
            "of the {periods} for which churn is known, or never changes but with the season.",
            periods=periods,
        )
    return formats.say(
        "None of the {supplied} external factors supplied could be held against churn: each has too few "
        "values in some of the {periods} for which churn is known, or never changes but with the season.",
        supplied=supplied,
        periods=periods,
    )


def _opening(comparison: FactorComparison, formats: Formats) -> Text:
    compared, moving = len(comparison.compared), len(comparison.moving)
    if compared == 1 and moving:
        return formats.say(
            "The one external factor compared moves with churn more than chance would have it."
        )
    if compared == 1:
        return formats.say(
            "The one external factor compared moves with churn no more than chance would have it."
        )
    if moving == 0:
        return formats.say(
            "{compared, plural, =2 {Neither of the 2 external factors moves} other {None of # external "
            "factors moves}} with churn more than chance would have it.",
            compared=compared,
        )
    return formats.say(
        "Of {compared} external factors, {moving, plural, one {# moves} other {# move}} with churn more than "
        "chance would have it.",
        compared=compared,
        moving=moving,
    )


def _evidence(comparison: FactorComparison, grain: Grain, formats: Formats) -> Text:
    """Tell of the closest factor how close it is."""
    closest = comparison.compared.iloc[0]
    values = {
        "name": shortened(closest["name"], formats),
        "correlation": formats.change(closest["correlation"], "number"),
        "grain": grain,
    }
    if closest["lag"] == 0:
        return formats.say(
            "Closest is “{name}”: its changes from {grain, select, week {week to week} month {month to "
            "month} quarter {quarter to quarter} year {year to year} other {period to period}} have a "
            "correlation of {correlation} with those of churn in the same {grain, select, week {week} month "
            "{month} quarter {quarter} year {year} other {period}}, where 0 is no link and 1 or −1 a perfect "
            "one.",
            **values,
        )
    return formats.say(
        "Closest is “{name}”: its changes from {grain, select, week {week to week} month {month to month} "
        "quarter {quarter to quarter} year {year to year} other {period to period}} have a correlation of "
        "{correlation} with those of churn one {grain, select, week {week} month {month} quarter {quarter} "
        "year {year} other {period}} later, where 0 is no link and 1 or −1 a perfect one.",
        **values,
    )


def _chance(comparison: FactorComparison, formats: Formats) -> Text:
    """Tell how often chance comes as close; it counts only when that is rare."""
    values = {
        "chance": formats.share(comparison.compared["p_value"].iloc[0]),
        "limit": formats.share(SIGNIFICANCE, digits=0),
    }
    if len(comparison.compared) == 1:
        return formats.say(
            "By chance alone it would come as close in {chance} of cases; only less than {limit} counts.",
            **values,
        )
    return formats.say(
        "By chance alone one of {compared} factors would come as close in {chance} of cases; only less than "
        "{limit} counts.",
        compared=len(comparison.compared),
        **values,
    )


def _extent(comparison: FactorComparison, grain: Grain, formats: Formats) -> Text:
    values = {
        "periods": _periods(comparison.periods, grain, formats),
        "first": formats.period(comparison.first_period),
        "last": formats.period(comparison.last_period),
    }
    left_out = int((comparison.factors["reason"] != "").sum())
    if left_out == 0:
        return formats.say("{periods} were compared, {first} to {last}.", **values)
    return formats.say(
        "{periods} were compared, {first} to {last}; {left_out, plural, one {# factor is} other {# factors "
        "are}} left out, the table says why.",
        left_out=left_out,
        **values,
    )


def _periods(number: int, grain: Grain, formats: Formats) -> Text:
    """``43 months``."""
    return formats.say(
        "{grain, select, week {{number, plural, one {# week} other {# weeks}}} "
        "month {{number, plural, one {# month} other {# months}}} "
        "quarter {{number, plural, one {# quarter} other {# quarters}}} "
        "year {{number, plural, one {# year} other {# years}}} "
        "other {{number, plural, one {# period} other {# periods}}}}",
        grain=grain,
        number=number,
    )

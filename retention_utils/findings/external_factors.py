"""What is said of external factors: whether one moves with churn, never that it makes customers leave."""

import pandas as pd

from retention_utils.display import Callout, Finding, supply
from retention_utils.external_factors import SIGNIFICANCE, FactorComparison
from retention_utils.findings.words import period_word
from retention_utils.formats import Formats
from retention_utils.periods import Grain

__all__ = ["external_factors", "factors_in_words", "missing_factors"]

LONGEST_NAME = 60  # characters of a name that a sentence shows


def missing_factors() -> Callout:
    """Say what a table of external factors would show and how to supply it."""
    text = (
        "With the course of things outside the business, such as an exchange rate, the temperature or a "
        "competitor's price, the report says whether any of them moves with churn more than chance would "
        "have it. Supply a table [tables.factors] in client.toml; its columns are in data/README.md."
    )
    return supply("missing_factors", "External factors beside churn", text)


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
        sentences.append("That two things move together does not say that one causes the other.")
    sentences.append(_extent(comparison, grain, formats))
    verdict = "no clear change" if comparison.moving.empty else "with reservations"
    return Finding("external_factors", verdict, " ".join(sentences))


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
    word = period_word(grain)
    lags = {0: f"of the same {word}", 1: f"of the next {word}"}
    rows = list(comparison.factors.itertuples(index=False))
    when = ["" if row.reason else lags[row.lag] for row in rows]
    return comparison.factors.assign(
        when=when, reading=[_reading(row, comparison, grain, formats) for row in rows]
    )


def _reading(row: tuple, comparison: FactorComparison, grain: Grain, formats: Formats) -> str:
    if row.reason == "gaps":
        periods = _periods(comparison.periods, grain, formats)
        return f"left out: too few values in {row.missing_periods} of {periods}"
    if row.reason == "constant":
        return "left out: never changes, or the same way every year"
    return "moves with churn" if row.moves_with_churn else "no more than chance"


def _why_not(comparison: FactorComparison, grain: Grain, formats: Formats) -> str:
    periods = _periods(comparison.periods, grain, formats)
    if comparison.missing == "no_factors":
        return "The table of external factors holds no values up to the end of the period."
    if comparison.missing == "too_few_periods":
        return (
            "External factors can be held against churn where it is known for "
            f"{_periods(comparison.fewest, grain, formats)} in a row; here it is known for {periods}."
        )
    if comparison.missing == "constant_churn":
        return (
            "External factors cannot be held against churn: in all "
            f"{periods} it was the same, or went the same way every year."
        )
    supplied = len(comparison.factors)
    if supplied == 1:
        return (
            "The one external factor supplied could not be held against churn: it has too few values in some "
            f"of the {periods} for which churn is known, or never changes but with the season."
        )
    return (
        f"None of the {formats.count(supplied)} external factors supplied could be held against churn: "
        f"each has too few values in some of the {periods} for which churn is known, or never changes but "
        "with the season."
    )


def _opening(comparison: FactorComparison, formats: Formats) -> str:
    compared, moving = len(comparison.compared), len(comparison.moving)
    count, moved = formats.count(compared), formats.count(moving)
    if compared == 1 and moving:
        return "The one external factor compared moves with churn more than chance would have it."
    if compared == 1:
        return "The one external factor compared moves with churn no more than chance would have it."
    if moving == 0:
        return f"None of {count} external factors moves with churn more than chance would have it."
    if moving == 1:
        return f"Of {count} external factors, 1 moves with churn more than chance would have it."
    return f"Of {count} external factors, {moved} move with churn more than chance would have it."


def _evidence(comparison: FactorComparison, grain: Grain, formats: Formats) -> str:
    """Tell of the closest factor how close it is."""
    closest, word = comparison.compared.iloc[0], period_word(grain)
    name = closest["name"]
    name = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    correlation = formats.change(closest["correlation"], "number")
    if closest["lag"] == 0:
        return (
            f"Closest is “{name}”: its changes from {word} to {word} have a correlation of {correlation} "
            f"with those of churn in the same {word}, where 0 is no link and 1 or −1 a perfect one."
        )
    return (
        f"Closest is “{name}”: its changes from {word} to {word} have a correlation of {correlation} "
        f"with those of churn one {word} later, where 0 is no link and 1 or −1 a perfect one."
    )


def _chance(comparison: FactorComparison, formats: Formats) -> str:
    """Tell how often chance comes as close; it counts only when that is rare."""
    compared = len(comparison.compared)
    by_chance = formats.share(comparison.compared["p_value"].iloc[0])
    limit = formats.share(SIGNIFICANCE, digits=0)
    if compared == 1:
        return (
            f"By chance alone it would come as close in {by_chance} of cases; only less than {limit} counts."
        )
    return (
        f"By chance alone one of {formats.count(compared)} factors would come as close in {by_chance} of "
        f"cases; only less than {limit} counts."
    )


def _extent(comparison: FactorComparison, grain: Grain, formats: Formats) -> str:
    periods = _periods(comparison.periods, grain, formats)
    first, last = formats.period(comparison.first_period), formats.period(comparison.last_period)
    left_out = int((comparison.factors["reason"] != "").sum())
    if left_out == 0:
        return f"Compared were {periods}, {first} to {last}."
    if left_out == 1:
        return f"Compared were {periods}, {first} to {last}; 1 factor is left out, the table says why."
    return (
        f"Compared were {periods}, {first} to {last}; {formats.count(left_out)} factors are left out, the "
        "table says why."
    )


def _periods(number: int, grain: Grain, formats: Formats) -> str:
    return f"{formats.count(number)} {period_word(grain)}{'' if number == 1 else 's'}"

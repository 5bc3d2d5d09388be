"""What churn comes to by other people's formulas, whether the account adds up, and where the base heads."""

import pandas as pd

from retention_utils.churn_answers import ChurnCounts
from retention_utils.display import Finding
from retention_utils.findings.words import customers, interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import parse_period
from retention_utils.pulse_replacement import ReplacementNeed

__all__ = ["FORMULAS", "base_alt", "churn_answers", "churn_answers_alt", "labelled", "replacement_need"]

# How each formula is called in the chart and the table.
FORMULAS = {
    "set_start": "This report",
    "chartmogul": "As ChartMogul",
    "baremetrics": "As Baremetrics",
    "stripe": "As Stripe",
    "start_plus_new": "Start plus new",
    "profitwell": "As ProfitWell",
    "average": "Average base",
    "daily_sum": "Sum of days",
    "sources": "1 − (end − new) ÷ start",
    "misprint": "The same, misprinted",
}


def labelled(answers: pd.DataFrame) -> pd.DataFrame:
    """Add to the answers in use that are known how the chart calls them."""
    known = answers[answers["is_in_use"] & answers["churn"].notna()]
    return known.assign(label=known["answer"].map(FORMULAS)).reset_index(drop=True)


def churn_answers(
    answers: pd.DataFrame,
    counts: ChurnCounts,
    *,
    ends: tuple[float, float],
    gap_days: int,
    min_customers: int,
    formats: Formats,
) -> Finding:
    """Say how far the formulas are apart, and whether that is more than chance would make it.

    ``answers`` and ``counts`` are from :mod:`retention_utils.churn_answers`; ``ends`` is the interval of this
    report's own churn.
    """
    if not counts.is_rated:
        text = (
            "The formulas for churn can be compared only when the log reaches back "
            f"{formats.days(gap_days)} before the period and at least {customers(min_customers, formats)} "
            "were active at its start."
        )
        return Finding("churn_answers", "not enough data", text)
    known = labelled(answers)
    lowest, highest = known.loc[known["churn"].idxmin()], known.loc[known["churn"].idxmax()]
    own = known.loc[known["is_adopted"], "churn"].iloc[0]
    is_close = lowest["churn"] >= ends[0] and highest["churn"] <= ends[1]
    spread = (
        f"By the formulas in use, churn of {formats.period(counts.period)} lies between "
        f"{formats.share(lowest['churn'])} (“{lowest['label']}”) and {formats.share(highest['churn'])} "
        f"(“{highest['label']}”). This report says {formats.share(own)} "
        f"({interval(*ends, 'share', formats)}): {formats.count(counts.lapsed)} of "
        f"{customers(counts.active_start, formats)}, each counted once."
    )
    why = (
        "They differ in what they divide by and in which lapses they count: "
        f"{formats.count(counts.undone)} undone by a return within the period, "
        f"{formats.count(counts.early_lapsed)} of customers who joined in it."
    )
    so = (
        "All lie within the interval, so here the choice of formula matters no more than chance."
        if is_close
        else "Figures of two programs can be compared only if both use one formula."
    )
    return Finding("churn_answers", "yes" if is_close else "with reservations", f"{spread} {why} {so}")


def churn_answers_alt(answers: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the dots: every formula's churn, from low to high."""
    known = labelled(answers).sort_values("churn", kind="stable")
    parts = [f"{row.label} {formats.share(row.churn)}" for row in known.itertuples()]
    return f"Churn by formula, from low to high: {', '.join(parts)}." if parts else "Churn is not known."


def replacement_need(
    need: ReplacementNeed | None, replacements: pd.DataFrame, *, periods: int, formats: Formats
) -> Finding:
    """Say how many have to be replaced, and at how many customers the base settles at this pace.

    ``need`` and ``replacements`` are from :mod:`retention_utils.pulse_replacement`, over so many ``periods``.
    """
    if need is None:
        return Finding("replacement_need", "not enough data", _no_equilibrium(replacements, periods, formats))
    grain = _grain_word(need.period)
    text = (
        f"On average of {formats.period(need.first_period)} to {formats.period(need.period)}, "
        f"{customers(round(need.to_replace), formats)} lapsed per {grain} and had to be replaced to hold the "
        f"base; {formats.count(need.inflow)} came in, new or returning. At this pace the base settles at "
        f"about {customers(_three_digits(need.equilibrium_base), formats)} (equilibrium: as many come as "
        f"lapse; {interval(_three_digits(need.low), _three_digits(need.high), 'count', formats)}), against "
        f"{formats.count(need.active_end)} now; half of the way takes about "
        f"{_grains(need.half_way_periods, grain, formats)}. {_by_year(need, grain, formats)}"
    )
    verdict = verdict_of(need.low - need.active_end, need.high - need.active_end, more_is_better=True)
    of_year = verdict_of(
        need.year_low - need.active_end, need.year_high - need.active_end, more_is_better=True
    )
    is_seasonal = need.year_periods > 0 and of_year != verdict
    return Finding("replacement_need", "no clear change" if is_seasonal else verdict, text)


def base_alt(replacements: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the line of the active base and where it is heading."""
    last = replacements.iloc[-1]
    now = (
        f"{customers(last['active_end'], formats)} were active at the end of {formats.period(last['period'])}"
    )
    if pd.isna(last["equilibrium_base"]):
        return f"{now}; the equilibrium is not known."
    return (
        f"{now}; at the pace of then the base settles at about {_about(last['equilibrium_base'], formats)}."
    )


def _by_year(need: ReplacementNeed, grain: str, formats: Formats) -> str:
    """Say where a whole year's pace leads, or that the pace may be that of a season."""
    if grain == "year":
        return "Every year holds all seasons, so season plays no part."
    if not need.year_periods:
        return "The intervals hold chance only: a season in the pace is not in them."
    base, low, high = map(_three_digits, (need.year_equilibrium_base, need.year_low, need.year_high))
    return (
        f"At the pace of the last {_grains(need.year_periods, grain, formats)}, which hold every season, it "
        f"settles at about {formats.count(base)} ({interval(low, high, 'count', formats)})."
    )


def _no_equilibrium(replacements: pd.DataFrame, periods: int, formats: Formats) -> str:
    last = replacements.iloc[-1]
    if pd.isna(last["pooled_churn"]):
        return (
            f"Where the active base is heading can be said only when churn is known in {periods} periods in "
            "a row."
        )
    if last["inflow"] == 0:
        return (
            f"In the last {periods} periods nobody joined or came back, so the base can only shrink; there "
            "is no number at which it would settle."
        )
    return (
        f"In the last {periods} periods nobody lapsed, so there is no number at which the base would settle; "
        f"{formats.count(last['active_end'])} are active now."
    )


def _grain_word(period: str) -> str:
    grain = parse_period(period).grain
    return "period" if grain == "days" else grain


def _grains(number: float, grain: str, formats: Formats) -> str:
    whole = max(round(number), 1)
    return f"{formats.count(whole)} {grain if whole == 1 else grain + 's'}"


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}")


def _about(value: float, formats: Formats) -> str:
    return formats.count(_three_digits(value))

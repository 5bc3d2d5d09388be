"""What churn comes to by other people's formulas, whether the account adds up, and where the base heads."""

import pandas as pd

from retention_utils.churn_answers import ChurnCounts
from retention_utils.display import Finding
from retention_utils.findings.words import customers, interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import parse_period
from retention_utils.pulse_replacement import ReplacementNeed

__all__ = [
    "FORMULAS",
    "base_alt",
    "churn_answers",
    "churn_answers_alt",
    "half_way",
    "labelled",
    "replacement_need",
]

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
            "The formulas for churn cannot be compared yet: that needs an order log that reaches back "
            f"{formats.days(gap_days)} before the period, and at least {customers(min_customers, formats)} "
            "active at its start."
        )
        return Finding("churn_answers", "not enough data", text)
    known = labelled(answers)
    lowest, highest = known.loc[known["churn"].idxmin()], known.loc[known["churn"].idxmax()]
    own = known.loc[known["is_adopted"], "churn"].iloc[0]
    is_close = lowest["churn"] >= ends[0] and highest["churn"] <= ends[1]
    span = (
        f"{formats.share(lowest['churn'])} (“{lowest['label']}”) to {formats.share(highest['churn'])} "
        f"(“{highest['label']}”)"
    )
    here = (
        f"{formats.share(own)} ({formats.count(counts.lapsed)} of {formats.count(counts.active_start)}, "
        f"{interval(*ends, 'share', formats)})"
    )
    if is_close:
        text = (
            f"Other formulas give much the same churn for {formats.period(counts.period)}: {span}. This "
            f"report says {here}; all lie within its interval, so the choice of formula matters no more than "
            "chance."
        )
        return Finding("churn_answers", "yes", text)
    text = (
        f"Other formulas give another churn for {formats.period(counts.period)}: {span}. This report says "
        f"{here}. Compare figures of two programs only if both use one formula."
    )
    return Finding("churn_answers", "with reservations", text)


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
        f"From {formats.period(need.first_period)} to {formats.period(need.period)}, "
        f"{customers(round(need.to_replace), formats)} lapsed per {grain} on average, and "
        f"{formats.count(need.inflow)} were new or came back. {_settles(need, grain, formats)}"
    )
    verdict = verdict_of(need.low - need.active_end, need.high - need.active_end, more_is_better=True)
    of_year = verdict_of(
        need.year_low - need.active_end, need.year_high - need.active_end, more_is_better=True
    )
    is_seasonal = need.year_periods > 0 and of_year != verdict
    return Finding("replacement_need", "no clear change" if is_seasonal else verdict, text)


def half_way(need: ReplacementNeed | None, *, formats: Formats) -> str:
    """Say how long half of the way to the equilibrium takes at this pace; nothing where it is not known."""
    if need is None:
        return ""
    grain = _grain_word(need.period)
    return (
        f"At today's pace half of the way there takes about {_grains(need.half_way_periods, grain, formats)}."
    )


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


def _settles(need: ReplacementNeed, grain: str, formats: Formats) -> str:
    """Say where this pace leads, and where a whole year's does, or that the pace may be that of a season."""
    now = formats.count(need.active_end)
    base, low, high = map(_three_digits, (need.equilibrium_base, need.low, need.high))
    settles = (
        f"At this pace the active base settles at about {customers(base, formats)} "
        f"({interval(low, high, 'count', formats)})"
    )
    if need.year_periods:
        base, low, high = map(_three_digits, (need.year_equilibrium_base, need.year_low, need.year_high))
        return (
            f"{settles}, at that of the last {_grains(need.year_periods, grain, formats)} at about "
            f"{formats.count(base)} ({interval(low, high, 'count', formats)}); now it is {now}."
        )
    if grain == "year":
        return f"{settles}; now it is {now}."
    return f"{settles}; now it is {now}. The season may play a part: a year of its own is not known yet."


def _no_equilibrium(replacements: pd.DataFrame, periods: int, formats: Formats) -> str:
    last = replacements.iloc[-1]
    if pd.isna(last["pooled_churn"]):
        return (
            f"Where the active base is heading cannot be said yet: that needs {periods} periods in a row "
            "with a known churn."
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

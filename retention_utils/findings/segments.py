"""What the segments say."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict
from retention_utils.findings.words import (
    change_interval,
    count_or_none,
    customers,
    direction_of,
    interval,
    verdict_of,
)
from retention_utils.formats import Formats
from retention_utils.segments.concentration import Concentration
from retention_utils.segments.migration import Migration
from retention_utils.segments.sizes import AtRiskValue, ShareChange

__all__ = [
    "SAYING",
    "at_risk",
    "at_risk_value_kpi",
    "champions_share_kpi",
    "concentration",
    "curve_alt",
    "grid_alt",
    "migration",
    "moves_alt",
    "segments",
    "short_log",
    "top_share_kpi",
]

TOP = 0.08  # of the buyers: the share in the saying
MANY = 0.20  # of the buyers: do they bring more than half?
HALF = 0.5
YEAR_DAYS = 365
SAYING = (
    "The saying that 8% of the customers bring 40% of the profit comes from a study of visitors of American "
    "shopping sites and of revenue (Adobe, 2012), not of customers and profit."
)
HALF_WORDS = {
    "yes": "The 20% of the buyers who spent most brought more than half of the last year's revenue:",
    "no": "The 20% of the buyers who spent most brought less than half of the last year's revenue:",
    "with reservations": "Whether the 20% of the buyers who spent most brought more than half of the last "
    "year's revenue is not certain:",
}


def segments(
    change: ShareChange, sizes: pd.DataFrame, *, gap_days: int, min_customers: int, formats: Formats
) -> Finding:
    """Answer how many customers are Champions, what they bring, and whether their share has changed."""
    base = f"{customers(change.base, formats)} bought in the last 24 months"
    if pd.isna(change.share):
        text = f"{base}, too few for ten groups: that needs {formats.count(min_customers)}."
        return Finding("segments", "not enough data", text, is_headline=True)
    brought = sizes.set_index("group").loc["champions", "amount_share"]
    if pd.isna(brought):
        text = f"{base}, but they brought no revenue in the last 365 days: where the money is cannot be said."
        return Finding("segments", "not enough data", text, is_headline=True)
    text = (
        f"{_capital(count_or_none(change.customers, formats))} of the {customers(change.base, formats)} who "
        f"bought in the last 24 months {'is a Champion' if change.customers <= 1 else 'are Champions'} "
        f"({formats.share(change.share)}, {interval(change.low, change.high, 'share', formats)}), that is, "
        f"with purchases on five days or more, the last within {formats.days(gap_days // 4)}."
    )
    if change.customers:
        text += f" They brought {formats.share(brought)} of the last year's revenue."
    if pd.isna(change.difference):
        text += " Whether the share of Champions has changed cannot be said yet."
        return Finding("segments", "with reservations", text, is_headline=True)
    text += (
        f" The share of Champions changed by {formats.points(change.difference)} in the period "
        f"({interval(change.difference_low, change.difference_high, 'points', formats)})."
    )
    verdict = verdict_of(change.difference_low, change.difference_high, more_is_better=True)
    return Finding("segments", verdict, text, is_headline=True)


def at_risk(risk: AtRiskValue, *, base: int, gap_days: int, min_customers: int, formats: Formats) -> Finding:
    """Say how many of those who bought often have fallen silent, and what they brought.

    Parameters
    ----------
    base : int
        Customers who bought in the last 24 months.
    """
    if base < min_customers or pd.isna(risk.share):
        text = (
            f"How much of the revenue came from customers who have since fallen silent cannot be said: that "
            f"needs {customers(min_customers, formats)} in 24 months and revenue in the last 365 days."
        )
        return Finding("at_risk", "not enough data", text)
    silent = f"silent for longer than {formats.days(gap_days)}"
    if not risk.customers:
        return Finding("at_risk", "no", f"No customer who bought on three days or more has been {silent}.")
    text = (
        f"{_capital(customers(risk.customers, formats))} who bought on three days or more "
        f"{'has' if risk.customers == 1 else 'have'} been {silent}: the groups At risk and Can't lose. "
    )
    if gap_days >= YEAR_DAYS:
        text += "What they brought lies more than a year back and is not counted here."
    else:
        text += (
            f"They brought {formats.short_money(risk.amount)} in the last 365 days, "
            f"{formats.share(risk.share)} of the revenue ({interval(risk.low, risk.high, 'share', formats)})."
        )
    return Finding("at_risk", "with reservations", text)


def short_log(*, is_window_full: bool) -> Callout | None:
    """Warn that the log does not fill the window yet; None when it does."""
    if is_window_full:
        return None
    text = (
        "The groups look back 24 months, but at the end of the period before, the order log did not reach "
        "that far back. Since then customers have moved to better groups also because more of their "
        "purchases are seen, so changes of the groups are not judged. Who is in which group today is right "
        "for what is known."
    )
    return Callout("short_log", "warn", "The order log is too short to compare groups of customers", text)


def migration(
    moves: Migration | None, *, period: str, is_window_full: bool, min_customers: int, formats: Formats
) -> Finding:
    """Say whether the best group grew, and how many customers moved to a better or a worse group."""
    if moves is None:
        text = (
            f"Fewer than {customers(min_customers, formats)} had bought in the 24 months before "
            f"{formats.period(period)}, too few to say how customers move between ten groups."
        )
        return Finding("migration", "not enough data", text)
    month, moved = formats.period(period), customers(moves.customers, formats)
    up, down = count_or_none(moves.up, formats), count_or_none(moves.down, formats)
    if not is_window_full:
        text = (
            f"Of the {moved} who had bought in the 24 months before {month}, {up} moved to a better group "
            f"and {down} to a worse one. Whether that is good or bad cannot be said before the order log "
            "reaches back 24 months from the end of the period before."
        )
        return Finding("migration", "not enough data", text)
    won = customers(moves.champions_won, formats) if moves.champions_won else "no customers"
    text = (
        f"The Champions, the best group, won {won} in {month} and lost "
        f"{count_or_none(moves.champions_lost, formats)} ({formats.change(moves.difference, 'count')}, "
        f"{change_interval(moves.low, moves.high, 'count', formats)}). Of the {moved} who had bought in the "
        f"24 months before, {up} moved to a better group and {down} to a worse one; more moves down than up "
        "are usual."
    )
    return Finding("migration", verdict_of(moves.low, moves.high, more_is_better=True), text)


def concentration(
    shares: pd.DataFrame, index: Concentration | None, *, buyers: int, min_customers: int, formats: Formats
) -> Finding:
    """Say whether a fifth of the buyers brings more than half of the revenue, and what the top 8% bring."""
    if shares.empty or index is None:
        text = (
            f"{customers(buyers, formats)} bought in the last 365 days, too few to say how much of the "
            f"revenue comes from a few of them: that needs {formats.count(min_customers)}."
        )
        return Finding("concentration", "not enough data", text)
    few, many = _row(shares, TOP), _row(shares, MANY)
    verdict = _half_verdict(many)
    text = (
        f"{HALF_WORDS[verdict]} {formats.share(many['amount_share'])} "
        f"({interval(many['low'], many['high'], 'share', formats)}). The top 8%, "
        f"{formats.count(few['customers'])} of {formats.count(index.customers)} buyers, brought "
        f"{formats.share(few['amount_share'])} ({interval(few['low'], few['high'], 'share', formats)})."
    )
    return Finding("concentration", verdict, text)


def champions_share_kpi(change: ShareChange, *, formats: Formats) -> Kpi:
    """Give the share of champions as a key figure."""
    label = "Share of Champions (frequent and recent buyers)"
    if pd.isna(change.share):
        basis = f"only {customers(change.base, formats)} in 24 months"
        return Kpi("champions_share", label, "—", None, basis=basis, verdict="not enough data")
    is_compared = pd.notna(change.difference)
    ends = (change.difference_low, change.difference_high)
    return Kpi(
        key="champions_share",
        label=label,
        value=formats.share(change.share),
        number=round(change.share, 4),
        interval=interval(change.low, change.high, "share", formats),
        basis=f"{formats.count(change.customers)} of {customers(change.base, formats)} in 24 months",
        change=formats.points(change.difference) if is_compared else "",
        verdict=verdict_of(*ends, more_is_better=True) if is_compared else "",
        direction=direction_of(change.difference) if is_compared else "",
    )


def at_risk_value_kpi(risk: AtRiskValue, *, gap_days: int, formats: Formats) -> Kpi:
    """Give last year's revenue of the groups At risk and Can't lose as a key figure."""
    label = "Last year's revenue of At risk and Can't lose"
    if gap_days >= YEAR_DAYS:
        basis = "the churn gap is a year or more: who is At risk bought nothing in the last year"
        return Kpi("at_risk_value", label, "—", None, basis=basis)
    if pd.isna(risk.share):
        basis = "too few customers in 24 months, or no revenue in a year"
        return Kpi("at_risk_value", label, "—", None, basis=basis, verdict="not enough data")
    return Kpi(
        key="at_risk_value",
        label=label,
        value=formats.short_money(risk.amount),
        number=round(risk.amount, 2),
        interval=f"{formats.share(risk.share)} of all revenue, "
        f"{interval(risk.low, risk.high, 'share', formats)}",
        basis=f"{customers(risk.customers, formats)} silent for longer than {formats.days(gap_days)}",
    )


def top_share_kpi(shares: pd.DataFrame, index: Concentration | None, *, buyers: int, formats: Formats) -> Kpi:
    """Give the share of the revenue that the top 8 per cent of the buyers bring as a key figure."""
    label = "Share of revenue from the top 8% of buyers"
    if shares.empty or index is None:
        basis = f"only {customers(buyers, formats)} bought in the last year"
        return Kpi("top_share", label, "—", None, basis=basis, verdict="not enough data")
    few = _row(shares, TOP)
    return Kpi(
        key="top_share",
        label=label,
        value=formats.share(few["amount_share"]),
        number=round(float(few["amount_share"]), 4),
        interval=interval(few["low"], few["high"], "share", formats),
        basis=f"{formats.count(few['customers'])} of {formats.count(index.customers)} buyers in a year",
    )


def grid_alt(sizes: pd.DataFrame, *, names: dict[str, str], formats: Formats) -> str:
    """Describe the grid: the groups and how many customers each holds, largest first."""
    held = sizes[sizes["customers"] > 0].sort_values("customers", ascending=False, kind="stable")
    if held.empty:
        return "There are no customers."
    listed = ", ".join(
        f"{names[row.group]} {formats.count(row.customers)}" for row in held.itertuples(index=False)
    )
    return f"Customers by group, largest first: {listed}."


def curve_alt(shares: pd.DataFrame, index: Concentration | None, *, formats: Formats) -> str:
    """Describe the concentration curve by its marked points and its Gini index."""
    if shares.empty or index is None:
        return "There are not enough buyers for the curve."
    listed = ", ".join(
        f"top {formats.share(row.customer_share, digits=0)}: {formats.share(row.amount_share)}"
        for row in shares.itertuples(index=False)
    )
    return (
        f"Share of revenue by share of buyers, those who spend most first: {listed}. Gini index "
        f"{formats.number(index.gini)} ({interval(index.low, index.high, 'number', formats)}), where 0 means "
        "that all spend alike and 1 that one customer brings everything."
    )


def moves_alt(moves: pd.DataFrame, *, names: dict[str, str], formats: Formats) -> str:
    """Describe the moves: for each group, who went up and who went down."""
    if moves.empty:
        return "No customer had bought in the 24 months before the period."
    listed = "; ".join(
        f"{names[row.group]}, {formats.count(row.customers)}: {formats.share(row.up_share)} up, "
        f"{formats.share(row.down_share)} down"
        for row in moves.itertuples(index=False)
    )
    return f"{listed}."


def _row(shares: pd.DataFrame, part: float) -> pd.Series:
    return shares.loc[(shares["customer_share"] - part).abs().idxmin()]


def _half_verdict(many: pd.Series) -> Verdict:
    """Answer whether the top fifth brings more than half of the revenue."""
    if many["low"] > HALF:
        return "yes"
    return "no" if many["high"] < HALF else "with reservations"


def _capital(text: str) -> str:
    text = str(text)
    return text[:1].upper() + text[1:]

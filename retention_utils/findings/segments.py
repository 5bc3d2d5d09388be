"""What the segments say."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict
from retention_utils.findings.words import change_interval, customers, direction_of, interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.segments.concentration import Concentration
from retention_utils.segments.migration import Migration
from retention_utils.segments.sizes import AtRiskValue, ShareChange

__all__ = [
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
    "The saying that 8% of the customers bring 40% of the profit goes back to a study by Adobe in 2012, of "
    "visitors of American shopping sites and of revenue; the number here is this client's own."
)


def segments(
    change: ShareChange,
    risk: AtRiskValue,
    sizes: pd.DataFrame,
    *,
    gap_days: int,
    min_customers: int,
    formats: Formats,
) -> Finding:
    """Answer who the best customers are, who of the good ones fell silent, and what both bring."""
    if pd.isna(change.share) or pd.isna(risk.share):
        text = (
            f"{customers(change.base, formats)} bought in the last 24 months; shares of ten groups mean "
            f"something from {formats.count(min_customers)} customers with revenue in the last year on."
        )
        return Finding("segments", "not enough data", text, is_headline=True)
    brought = sizes.set_index("group").loc["champions", "amount_share"]
    text = (
        f"Of the {customers(change.base, formats)} who bought in the last 24 months, "
        f"{formats.count(change.customers)} are Champions, who bought on five days or more, the last time "
        f"within {formats.days(gap_days // 4)}: {formats.share(change.share)} "
        f"({interval(change.low, change.high, 'share', formats)}) of the customers, who brought "
        f"{formats.share(brought)} of the last year's revenue. "
        f"{_capital(customers(risk.customers, formats))} who bought on three days or more "
        f"{'has' if risk.customers == 1 else 'have'} been silent for longer than {formats.days(gap_days)} "
        f"(At risk and Can't lose) and brought {formats.short_money(risk.amount)} or "
        f"{formats.share(risk.share)} of it ({interval(risk.low, risk.high, 'share', formats)})."
    )
    if pd.isna(change.difference):
        text += " Whether the share of Champions has changed cannot be said yet."
        return Finding("segments", "with reservations", text, is_headline=True)
    text += (
        f" A period earlier {formats.share(change.previous_share)} were Champions, a change of "
        f"{formats.points(change.difference)} "
        f"({interval(change.difference_low, change.difference_high, 'points', formats)})."
    )
    verdict = verdict_of(change.difference_low, change.difference_high, more_is_better=True)
    return Finding("segments", verdict, text, is_headline=True)


def short_log(*, is_window_full: bool) -> Callout | None:
    """Warn that the log does not fill the window yet; None when it does."""
    if is_window_full:
        return None
    text = (
        "The groups look back 24 months. At the end of the period before, the log did not reach that far "
        "back, so customers move to groups of frequent buyers only because more of their purchases are "
        "seen. The groups of today are right for what is known; a change between the periods is not judged."
    )
    return Callout("short_log", "warn", "The log is shorter than the window of the groups", text)


def migration(
    moves: Migration | None, *, period: str, is_window_full: bool, min_customers: int, formats: Formats
) -> Finding:
    """Say how many customers moved to a better or a worse group, and whether the best group grew."""
    if moves is None:
        text = (
            f"Fewer than {customers(min_customers, formats)} had bought in the 24 months before "
            f"{formats.period(period)}; with so few, moves between ten groups say nothing."
        )
        return Finding("migration", "not enough data", text)
    counted = (
        f"Of the {customers(moves.customers, formats)} who had bought in the 24 months before "
        f"{formats.period(period)}, {formats.count(moves.up)} moved to a better group, "
        f"{formats.count(moves.down)} to a worse one and {formats.count(moves.stayed)} stayed; more moves "
        "down than up are usual, since only a purchase lifts a customer and new ones come in at the top."
    )
    if not is_window_full:
        text = (
            f"{counted} Whether that is better or worse than usual cannot be said before the log reaches "
            "back 24 months from the end of the period before."
        )
        return Finding("migration", "not enough data", text)
    text = (
        f"{counted} The Champions won {customers(moves.champions_won, formats)} and lost "
        f"{formats.count(moves.champions_lost)} ({formats.change(moves.difference, 'count')}, "
        f"{change_interval(moves.low, moves.high, 'count', formats)})."
    )
    return Finding("migration", verdict_of(moves.low, moves.high, more_is_better=True), text)


def concentration(
    shares: pd.DataFrame, index: Concentration | None, *, buyers: int, min_customers: int, formats: Formats
) -> Finding:
    """Say what share of the revenue the top 8 and 20 per cent of the buyers bring."""
    if shares.empty or index is None:
        text = (
            f"{customers(buyers, formats)} bought in the last 365 days; how much of the revenue few of them "
            f"bring can be said from {formats.count(min_customers)} on."
        )
        return Finding("concentration", "not enough data", text)
    few, many = _row(shares, TOP), _row(shares, MANY)
    text = (
        f"The 8% of the buyers who spent most in the last 365 days ({formats.count(few['customers'])} of "
        f"{formats.count(index.customers)}) brought {formats.share(few['amount_share'])} of the revenue "
        f"({interval(few['low'], few['high'], 'share', formats)}), the top 20% brought "
        f"{formats.share(many['amount_share'])} ({interval(many['low'], many['high'], 'share', formats)}). "
        f"{SAYING}"
    )
    return Finding("concentration", _half_verdict(many), text)


def champions_share_kpi(change: ShareChange, *, formats: Formats) -> Kpi:
    """Give the share of champions as a key figure."""
    label = "Champions: frequent and recent buyers"
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
        basis = "the churn gap is a year or more: who is at risk bought nothing in the last year"
        return Kpi("at_risk_value", label, "—", None, basis=basis)
    if pd.isna(risk.share):
        basis = f"only {customers(risk.customers, formats)}"
        return Kpi("at_risk_value", label, "—", None, basis=basis, verdict="not enough data")
    return Kpi(
        key="at_risk_value",
        label=label,
        value=formats.short_money(risk.amount),
        number=round(risk.amount, 2),
        interval=f"share: {interval(risk.low, risk.high, 'share', formats)}",
        basis=f"{formats.share(risk.share)} of all revenue, {customers(risk.customers, formats)}",
    )


def top_share_kpi(shares: pd.DataFrame, index: Concentration | None, *, buyers: int, formats: Formats) -> Kpi:
    """Give the share of the revenue that the top 8 per cent of the buyers bring as a key figure."""
    label = "Revenue from the top 8% of buyers"
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
    return text[:1].upper() + text[1:]

"""What the what-if says: what retention is worth, what keeping may cost, where the money goes."""

import pandas as pd

from retention_utils.display import Finding, Kpi
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.what_if.base_curve import BaseRetention
from retention_utils.what_if.budget import BreakEven, BudgetSplit
from retention_utils.what_if.worth import SavedCustomer

__all__ = [
    "break_even_alt",
    "budget_kpi",
    "budget_share",
    "earned_back",
    "margin_per_point",
    "most_per_save",
    "most_per_save_kpi",
    "retention_worth",
    "worth_alt",
]

NEEDED = (
    "it needs at least 100 customers who were active {days} before the end of the period, at least 20 of "
    "whom have lapsed since. The order log is too short or the active base too small."
)


def retention_worth(
    worth: pd.DataFrame, base: BaseRetention | None, *, money: str, follow_up_days: int, formats: Formats
) -> Finding:
    """Answer what one point of retention, and five, are worth on today's base.

    Parameters
    ----------
    worth : DataFrame
        From :func:`retention_utils.what_if.worth.retention_worth`.
    money : str
        ``margin`` or ``revenue``.
    follow_up_days : int
        How long ago the customers were active from whom it is read off.
    """
    if base is None:
        needed = NEEDED.format(days=formats.days(follow_up_days))
        text = f"What one more point of retention would be worth cannot be said yet: {needed}"
        return Finding("retention_worth", "not enough data", text, is_headline=True)
    one, five = _row(worth, 12, 1), _row(worth, 12, 5)
    text = (
        "If every month one more of a hundred active customers stayed, today's "
        f"{formats.count(base.active_now)} would bring {formats.short_money(one['extra'])} more {money} "
        f"within 12 months ({interval(one['low'], one['high'], 'short_money', formats)}), "
        f"{formats.share(one['relative'])} on top of what is expected. Five more of a hundred would bring "
        f"{formats.short_money(five['extra'])}; whether any measure achieves that is not known."
    )
    if base.is_constant:
        text += " How fast those who stay go on leaving is not known yet: the same rate is assumed."
    return Finding("retention_worth", "with reservations", text, is_headline=True)


def most_per_save(
    saved: SavedCustomer | None, *, saved_share: float, margin: float, follow_up_days: int, formats: Formats
) -> Finding:
    """Say what keeping one customer may cost at most, and what contacting one may."""
    if saved is None:
        needed = NEEDED.format(days=formats.days(follow_up_days))
        text = f"What keeping a customer may cost cannot be said yet: {needed}"
        return Finding("most_per_save", "not enough data", text)
    spread = interval(saved.low, saved.high, "estimate", formats)
    if margin == 1:
        text = (
            f"An active customer is expected to bring {formats.money(saved.value)} of revenue in the next "
            f"{saved.months} months ({spread}). How much of it keeping a customer may cost cannot be said "
            "without the margin: state value.margin in client.toml."
        )
        return Finding("most_per_save", "with reservations", text)
    text = (
        f"Keeping a customer who would otherwise leave may cost {formats.money(saved.value)} at most: the "
        f"margin expected of an active customer in the next {saved.months} months ({spread}). Contacting one "
        f"may cost {formats.money(saved.value * saved_share)} at most if {formats.share(saved_share)} of "
        "those contacted are truly kept by it, an assumption that only a test with and without contact can "
        "check."
    )
    return Finding("most_per_save", "with reservations", text)


def budget_share(split: BudgetSplit | None, *, target: float, formats: Formats) -> Finding | None:
    """Hold the share of the budget that goes to keeping customers against the target; None without costs."""
    if split is None:
        return None
    since, until = formats.period(split.first_period), formats.period(split.last_period)
    spent = (
        f"{formats.share(split.retention_share)} of the "
        f"{formats.short_money(split.acquisition + split.retention)} spent on customers from {since} to "
        f"{until} went into keeping them"
    )
    aim = f"the {formats.share(target)} aimed at (a target set in this report)"
    brought = (
        f"Customers who joined in earlier periods brought {formats.share(split.returning_revenue_share)} of "
        "the revenue."
    )
    if split.retention_share >= target:
        return Finding("budget_share", "yes", f"{spent}, no less than {aim}. {brought}")
    return Finding("budget_share", "no", f"{spent}, less than {aim}. {brought}")


def earned_back(
    even: BreakEven | None, *, upsell_share: float, grain: Grain, formats: Formats
) -> Finding | None:
    """Say when customers have earned back what winning them cost; None where it is not known."""
    if even is None:
        return None
    unit = "period" if grain == "days" else grain
    more = f"if customers spent {formats.share(upsell_share)} more on every purchase after the first {unit}"
    if even.plain_age == 0:
        text = (
            f"Customers earn back what winning them cost within the {unit} in which they join; what they buy "
            "later is gain."
        )
        return Finding("break_even", "yes", text)
    if even.plain_age is not None:
        text = (
            f"Customers have earned back what winning them cost by {unit} {even.plain_age} after joining; "
            f"{more}, it would be by {unit} {even.upsell_age}."
        )
        return Finding("break_even", "yes", text)
    unpaid = (
        f"In the {even.seen_age} {unit}s that can be followed, customers have not earned back what winning "
        "them cost"
    )
    if even.upsell_age is None:
        return Finding("break_even", "no", f"{unpaid}, nor would they, {more}.")
    return Finding("break_even", "no", f"{unpaid}; {more}, they would by {unit} {even.upsell_age}.")


def margin_per_point(worth: pd.DataFrame, *, money: str, formats: Formats) -> Kpi:
    """Give the worth of one point over twelve months as a key figure."""
    label = f"Worth of one point of retention a month: {money} in 12 months"
    if worth.empty:
        return Kpi(
            "margin_per_point",
            label,
            "—",
            None,
            basis="too few customers followed",
            verdict="not enough data",
        )
    one = _row(worth, 12, 1)
    return Kpi(
        key="margin_per_point",
        label=label,
        value=formats.short_money(one["extra"]),
        number=float(f"{one['extra']:.3g}"),
        interval=interval(one["low"], one["high"], "short_money", formats),
        basis=f"{formats.share(one['relative'])} on top of what is expected",
    )


def most_per_save_kpi(saved: SavedCustomer | None, *, money: str, formats: Formats) -> Kpi:
    """Give what an active customer brings in twelve months as a key figure."""
    label = f"What an active customer brings: {money} in 12 months"
    if saved is None:
        return Kpi(
            "most_per_save", label, "—", None, basis="too few customers followed", verdict="not enough data"
        )
    return Kpi(
        key="most_per_save",
        label=label,
        value=formats.money(saved.value),
        number=float(f"{saved.value:.3g}"),
        interval=interval(saved.low, saved.high, "estimate", formats),
    )


def budget_kpi(split: BudgetSplit | None, *, formats: Formats) -> Kpi | None:
    """Give the share of the budget that goes to keeping customers; None without costs."""
    if split is None:
        return None
    return Kpi(
        key="retention_budget_share",
        label="Share of the costs that goes into keeping customers",
        value=formats.share(split.retention_share),
        number=round(split.retention_share, 4),
        basis=f"costs of {formats.count(split.periods)} {'period' if split.periods == 1 else 'periods'}",
    )


def worth_alt(worth: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the lines of what points are worth."""
    if worth.empty:
        return "What points are worth is not known."
    ends = {months: _row(worth, months, worth["points"].max()) for months in worth["months"].unique()}
    parts = [f"{formats.short_money(row['extra'])} over {months} months" for months, row in ends.items()]
    listed = " and ".join(map(str, parts))
    return f"The worth rises with every point; {worth['points'].max()} points are worth {listed}."


def break_even_alt(curve: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the lines of what a won customer has earned."""
    if curve.empty:
        return "No cohort has known costs."
    first, last = curve.iloc[0], curve.iloc[-1]
    return (
        f"From {formats.money(first['plain'])} a customer in the first period to "
        f"{formats.money(last['plain'])} by period {last['age']:.0f}; selling more, to "
        f"{formats.money(last['upsell'])}."
    )


def _row(worth: pd.DataFrame, months: int, points: int) -> pd.Series:
    return worth[(worth["months"] == months) & (worth["points"] == points)].iloc[0]

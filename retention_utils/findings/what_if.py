"""What the what-if says: what retention is worth, what keeping may cost, where the money goes."""

import pandas as pd

from retention_utils.display import Finding, Kpi
from retention_utils.findings.words import customers, interval
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
    "For this, at least 100 customers must have been active one follow-up before the end of the report, and "
    "at least 20 of them lost since; the log is too short or the base too small."
)


def retention_worth(
    worth: pd.DataFrame | None, base: BaseRetention | None, *, money: str, formats: Formats
) -> Finding:
    """Answer what one point of retention, and five, are worth on today's base.

    Parameters
    ----------
    worth : DataFrame or None
        From :func:`retention_utils.what_if.worth.retention_worth`.
    money : str
        ``margin`` or ``revenue``.
    """
    if worth is None or base is None:
        text = f"What a better retention would be worth cannot be said. {NEEDED}"
        return Finding("retention_worth", "not enough data", text, is_headline=True)
    one, five = _row(worth, 12, 1), _row(worth, 12, 5)
    text = (
        "If in every month one more of a hundred active customers stayed, the "
        f"{customers(base.active_now, formats)} active today would bring {formats.short_money(one['extra'])} "
        f"more {money} within 12 months ({interval(one['low'], one['high'], 'short_money', formats)}), "
        f"{formats.share(one['relative'])} on top of what they are expected to bring anyway; five more would "
        f"be worth {formats.short_money(five['extra'])}. That is the worth of keeping them, whatever it "
        "takes: no measure is promised to achieve it."
    )
    return Finding(
        "retention_worth", "with reservations" if base.is_constant else "yes", text, is_headline=True
    )


def most_per_save(
    saved: SavedCustomer | None, *, saved_share: float, margin: float, formats: Formats
) -> Finding:
    """Say what keeping one customer may cost at most, and what contacting one may."""
    if saved is None:
        text = f"What keeping a customer may cost cannot be said. {NEEDED}"
        return Finding("most_per_save", "not enough data", text)
    spread = interval(saved.low, saved.high, "estimate", formats)
    if margin == 1:
        text = (
            f"An active customer is expected to bring {formats.money(saved.value)} of revenue in the next "
            f"{saved.months} months ({spread}). What keeping one may cost depends on the margin, which is "
            "not known: state value.margin in client.toml."
        )
        return Finding("most_per_save", "with reservations", text)
    text = (
        f"An active customer is expected to bring {formats.money(saved.value)} of margin in the next "
        f"{saved.months} months ({spread}): keeping one who would otherwise leave may cost that at most. "
        "Most of those who are contacted would stay anyway, or leave all the same; if "
        f"{formats.share(saved_share)} of them are truly saved, contacting one may cost "
        f"{formats.money(saved.value * saved_share)} at most. That share is an assumption: only a test with "
        "a control group shows it."
    )
    return Finding("most_per_save", "yes", text)


def budget_share(split: BudgetSplit | None, *, target: float, formats: Formats) -> Finding | None:
    """Hold the share of the budget that goes to keeping customers against the target; None without costs."""
    if split is None:
        return None
    since, until = formats.period(split.first_period), formats.period(split.last_period)
    spent = (
        f"From {since} to {until}, {formats.money(split.acquisition + split.retention)} were spent on "
        f"customers, {formats.share(split.retention_share)} of it on keeping them; customers of earlier "
        f"periods brought {formats.share(split.returning_revenue_share)} of the revenue."
    )
    aim = f"the {formats.share(target)} aimed at, a value of this house and no law"
    if split.retention_share >= target:
        return Finding("budget_share", "yes", f"{spent} Keeping gets no less than {aim}.")
    return Finding("budget_share", "with reservations", f"{spent} Keeping gets less than {aim}.")


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
            f"Customers earn back what winning them cost within the {unit} in which they join; whatever they "
            "buy later is gain."
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


def margin_per_point(worth: pd.DataFrame | None, *, money: str, formats: Formats) -> Kpi:
    """Give the worth of one point over twelve months as a key figure."""
    label = f"One point of retention a month, {money} in 12 months"
    if worth is None:
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
        basis=f"{formats.share(one['relative'])} more",
    )


def most_per_save_kpi(saved: SavedCustomer | None, *, money: str, formats: Formats) -> Kpi:
    """Give what an active customer brings in twelve months as a key figure."""
    label = f"What an active customer brings in 12 months, {money}"
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
        label="Share of the budget for keeping customers",
        value=formats.share(split.retention_share),
        number=round(split.retention_share, 4),
        basis=f"{formats.count(split.periods)} periods",
    )


def worth_alt(worth: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the lines of what points are worth."""
    ends = {months: _row(worth, months, worth["points"].max()) for months in worth["months"].unique()}
    parts = [f"{formats.short_money(row['extra'])} over {months} months" for months, row in ends.items()]
    return (
        f"The worth rises with every point; {worth['points'].max()} points are worth {' and '.join(parts)}."
    )


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

"""What base movement says."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi
from retention_utils.findings.words import (
    change_interval,
    count_or_none,
    customers,
    direction_of,
    interval,
    unit_price,
    verdict_of,
)
from retention_utils.formats import Formats, Kind
from retention_utils.pulse import BaseChange, ChurnChange, RatioChange

__all__ = [
    "active_base_kpi",
    "base_balance",
    "buyers_kpi",
    "churn_alt",
    "churn_kpi",
    "leak",
    "newcomers",
    "order_frequency_kpi",
    "order_value_kpi",
    "returning_share_kpi",
    "revenue_kpi",
]

MOST_TREND = 13  # periods: one year of months and the same month of the year before


def leak(change: ChurnChange | None, *, gap_days: int, min_customers: int, formats: Formats) -> Finding:
    """Answer how many of the active customers lapsed, and whether that is more than before."""
    if change is None:
        text = (
            "Whether more customers lapse than before cannot be said yet: that needs two periods with at "
            f"least {customers(min_customers, formats)} active at the start, and an order log that reaches "
            f"back {formats.days(gap_days)} before each of them."
        )
        return Finding("leak", "not enough data", text, is_headline=True)
    verdict = verdict_of(change.difference_low, change.difference_high, more_is_better=False)
    text = (
        f"{formats.share(change.churn)} of the active customers lapsed in {formats.period(change.period)} "
        f"({formats.count(change.lapsed)} of {formats.count(change.active_start)}, "
        f"{interval(change.low, change.high, 'share', formats)}), after "
        f"{formats.share(change.previous_churn)} in {formats.period(change.previous_period)}: a change of "
        f"{formats.points(change.difference)} "
        f"({interval(change.difference_low, change.difference_high, 'points', formats)}). Lapsed means: "
        f"bought nothing for more than {formats.days(gap_days)}."
    )
    return Finding("leak", verdict, text, is_headline=True)


def base_balance(change: BaseChange, *, formats: Formats) -> Finding:
    """Say what filled and what emptied the active base in the last period."""
    if not change.is_measured:
        text = (
            f"{customers(change.active_end, formats)} {'was' if change.active_end == 1 else 'were'} active "
            f"at the end of {formats.period(change.period)}. Whether that is a gain or a loss cannot be said "
            "before the order log is longer than the churn gap."
        )
        return Finding("base_balance", "not enough data", text)
    verdict = verdict_of(change.low, change.high, more_is_better=True)
    text = (
        f"The number of active customers went from {formats.count(change.active_start)} to "
        f"{formats.count(change.active_end)} in {formats.period(change.period)} "
        f"({formats.change(change.difference, 'count')}, "
        f"{change_interval(change.low, change.high, 'count', formats)}): "
        f"{count_or_none(change.lapsed, formats)} lapsed, {count_or_none(change.reactivated, formats)} came "
        f"back and {count_or_none(change.new, formats)} {'was' if change.new == 1 else 'were'} new."
    )
    return Finding("base_balance", verdict, text)


def newcomers(movement: pd.DataFrame, *, formats: Formats) -> Callout | None:
    """Warn when the data hold no new customers, so that the base cannot grow; None when they do."""
    joined = movement[movement["joined"] > 0]
    if movement["joined"].iloc[-1] > 0 or joined.empty:
        return None
    text = (
        f"Nobody in the data bought for the first time after {formats.period(joined['period'].iloc[-1])}. "
        "Without new customers the active base shrinks in the end however well customers are kept, so its "
        "fall says little about that. If the business did win customers since, their orders are missing "
        "here."
    )
    return Callout("newcomers", "warn", "The data hold no new customers", text)


def churn_alt(movement: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the line of churn: from where to where, and its highest point."""
    known = movement[movement["churn"].notna()]
    if known.empty:
        return "Churn is not known in any period."
    top = known.loc[known["churn"].idxmax()]
    first, last = known.iloc[0], known.iloc[-1]
    return (
        f"Churn from {formats.share(first['churn'])} in {formats.period(first['period'])} to "
        f"{formats.share(last['churn'])} in {formats.period(last['period'])}, at most "
        f"{formats.share(top['churn'])} in {formats.period(top['period'])}."
    )


def churn_kpi(movement: pd.DataFrame, change: ChurnChange | None, *, formats: Formats) -> Kpi:
    """Give churn of the last period as a key figure."""
    last = movement.iloc[-1]
    is_known = bool(pd.notna(last["churn"]))
    return Kpi(
        key="churn",
        label="Active customers who lapsed (churn)",
        value=formats.share(last["churn"]) if is_known else "—",
        number=round(float(last["churn"]), 4) if is_known else None,
        interval=interval(last["low"], last["high"], "share", formats) if is_known else "",
        basis=f"n = {formats.count(last['active_start'])}" if is_known else _why_not(last, formats),
        change=formats.points(change.difference) if change else "",
        verdict=_verdict(change and (change.difference_low, change.difference_high), more_is_better=False),
        direction=direction_of(change and change.difference),
        **_trend(movement, "churn", formats),
    )


def active_base_kpi(movement: pd.DataFrame, change: BaseChange, *, formats: Formats) -> Kpi:
    """Give the active base at the end of the last period as a key figure."""
    last = movement.iloc[-1]
    return Kpi(
        key="active_base",
        label="Active customers",
        value=formats.count(last["active_end"]),
        number=int(last["active_end"]),
        interval=_change_note(change.is_measured and (change.low, change.high), "count", formats),
        basis=f"{count_or_none(last['lapsed'], formats)} lapsed, "
        f"{count_or_none(last['reactivated'], formats)} came back, "
        f"{count_or_none(last['new'], formats)} new",
        change=formats.change(change.difference, "count") if change.is_measured else "",
        verdict=_verdict(change.is_measured and (change.low, change.high), more_is_better=True),
        direction=direction_of(change.is_measured and change.difference),
        **_trend(movement, "active_end", formats),
    )


def revenue_kpi(movement: pd.DataFrame, change: RatioChange | None, *, formats: Formats) -> Kpi:
    """Give the revenue of the last period as a key figure."""
    last = movement.iloc[-1]
    basis = f"{_orders(last['orders'], formats)}, {unit_price(last['order_value'], formats)} each"
    return _sum_kpi(
        movement, change, "amount", "revenue", "Revenue", formats.short_money(last["amount"]), basis, formats
    )


def buyers_kpi(movement: pd.DataFrame, change: RatioChange | None, *, formats: Formats) -> Kpi:
    """Give the customers who bought in the last period as a key figure."""
    last = movement.iloc[-1]
    basis = f"{formats.number(last['orders_per_buyer'])} orders each"
    value = formats.count(last["buyers"])
    return _sum_kpi(movement, change, "buyers", "buyers", "Customers who bought", value, basis, formats)


def order_frequency_kpi(habits: pd.DataFrame, comparison: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the orders per buyer of the last period as a key figure; the orders per active customer beside."""
    last = habits.iloc[-1]
    basis = f"{_orders(last['orders'], formats)} of {customers(last['buyers'], formats)}"
    if pd.notna(last["orders_per_active"]):
        basis += f"; {formats.number(last['orders_per_active'])} per active customer"
    return _mean_kpi(
        habits, comparison, "orders_per_buyer", "order_frequency", "Orders per buyer (purchase frequency)",
        formats.number(last["orders_per_buyer"]), basis, formats,
    )  # fmt: skip


def order_value_kpi(habits: pd.DataFrame, comparison: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the revenue per order of the last period as a key figure; per purchase beside."""
    last = habits.iloc[-1]
    basis = (
        f"{_orders(last['orders'], formats)}; {unit_price(last['purchase_day_value'], formats)} per purchase "
        "(all orders of a customer on one day)"
    )
    return _mean_kpi(
        habits, comparison, "order_value", "order_value", "Revenue per order (average order value)",
        unit_price(last["order_value"], formats), basis, formats,
    )  # fmt: skip


def returning_share_kpi(habits: pd.DataFrame, comparison: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the share of buyers who had bought before as a key figure.

    It has no verdict: it falls when more new customers are won, which is no loss.
    """
    last, row = habits.iloc[-1], _measure(comparison, "returning_share")
    is_known = bool(pd.notna(last["returning_share"]))
    why_not = (
        "first purchases may be those of old customers" if last["is_mixed"] else "too few customers bought"
    )
    n = f"n = {formats.count(last['buyers'])}"
    is_changed = bool(pd.notna(row["previous_change"]))
    return Kpi(
        key="returning_share",
        label="Buyers who had bought before",
        value=formats.share(last["returning_share"]),
        number=round(float(last["returning_share"]), 4) if is_known else None,
        interval=interval(last["returning_low"], last["returning_high"], "share", formats)
        if is_known
        else "",
        basis=_with_year(n, row, "points", formats) if is_known else why_not,
        change=formats.points(row["previous_change"]) if is_changed else "",
        direction=direction_of(row["previous_change"] if is_changed else None),
        **_trend(habits, "returning_share", formats),
    )


def _mean_kpi(
    habits: pd.DataFrame,
    comparison: pd.DataFrame,
    measure: str,
    key: str,
    label: str,
    value: str,
    basis: str,
    formats: Formats,
) -> Kpi:
    """Give a mean without interval: the tables hold no spread of it over customers."""
    row = _measure(comparison, measure)
    is_known, is_changed = bool(pd.notna(row["value"])), bool(pd.notna(row["previous_change"]))
    return Kpi(
        key=key,
        label=label,
        value=value,
        number=round(float(row["value"]), 2) if is_known else None,
        basis=_with_year(basis, row, "share", formats) if is_known else "nobody bought",
        change=formats.change(row["previous_change"], "share") if is_changed else "",
        direction=direction_of(row["previous_change"] if is_changed else None),
        **_trend(habits, measure, formats),
    )


def _measure(comparison: pd.DataFrame, measure: str) -> pd.Series:
    return comparison.set_index("measure").loc[measure]


def _with_year(basis: str, row: pd.Series, kind: Kind, formats: Formats) -> str:
    """Add what the figure is against the same period a year earlier, where there is one."""
    if pd.isna(row["year_change"]):
        return basis
    change = formats.change(row["year_change"], kind)
    return f"{basis}; {change} against {formats.period(row['year_period'], short=True)}"


def _orders(number: float, formats: Formats) -> str:
    return f"{formats.count(number)} {'order' if number == 1 else 'orders'}"


def _sum_kpi(
    movement: pd.DataFrame,
    change: RatioChange | None,
    column: str,
    key: str,
    label: str,
    value: str,
    basis: str,
    formats: Formats,
) -> Kpi:
    return Kpi(
        key=key,
        label=label,
        value=value,
        number=round(float(movement[column].iloc[-1]), 2),
        interval=_change_note(change and (change.low, change.high), "share", formats),
        basis=basis,
        change=formats.change(change.change, "share") if change else "",
        verdict=_verdict(change and (change.low, change.high), more_is_better=True),
        direction=direction_of(change and change.change),
        **_trend(movement, column, formats),
    )


def _change_note(ends: tuple[float, float] | None, kind: Kind, formats: Formats) -> str:
    return f"change: {change_interval(*ends, kind, formats)}" if ends else ""


def _why_not(last: pd.Series, formats: Formats) -> str:
    if not last["is_measured"] and last["active_start"]:
        return "the order log is too short for the churn gap"
    return f"only {formats.count(last['active_start'])} active at the start"


def _verdict(ends: tuple[float, float] | None, *, more_is_better: bool) -> str:
    return verdict_of(*ends, more_is_better=more_is_better) if ends else "not enough data"


def _trend(movement: pd.DataFrame, column: str, formats: Formats) -> dict[str, object]:
    past = movement.iloc[-MOST_TREND:]
    past = past.loc[past[column].first_valid_index() :]  # a trend begins where it is first measured
    values = tuple(None if pd.isna(value) else round(float(value), 4) for value in past[column])
    return {"trend": values, "trend_since": f"since {formats.period(past['period'].iloc[0], short=True)}"}

"""Base movement as key figures."""

import pandas as pd

from retention_utils.display import Kpi, Words
from retention_utils.findings.base_account import base_verdict
from retention_utils.findings.pulse_earlier import EARLIER, earlier_churn, held_verdict
from retention_utils.findings.words import (
    against_before,
    based_on,
    change_interval,
    changed_or_not,
    direction_of,
    interval,
    trend_of,
    unit_price,
    verdict_of,
)
from retention_utils.formats import Formats, Kind
from retention_utils.periods import parse_period
from retention_utils.pulse import BaseChange, ChurnChange, RatioChange
from retention_utils.texts import Text

__all__ = [
    "active_base_kpi",
    "buyers_kpi",
    "churn_kpi",
    "order_frequency_kpi",
    "order_value_kpi",
    "returning_share_kpi",
    "revenue_kpi",
]


def churn_kpi(movement: pd.DataFrame, change: ChurnChange | None, *, formats: Formats) -> Kpi:
    """Give churn of the last period as a key figure."""
    last = movement.iloc[-1]
    is_known = bool(pd.notna(last["churn"]))
    ends = change and (change.difference_low, change.difference_high)
    verdict = _verdict(ends, more_is_better=False)
    return Kpi(
        key="churn",
        label=formats.say("Active customers who lapsed (churn)"),
        value=formats.share(last["churn"]),
        number=round(float(last["churn"]), 4) if is_known else None,
        interval=interval(last["low"], last["high"], "share", formats) if is_known else "",
        basis=_churn_basis(movement, verdict, formats) if is_known else _why_not(last, formats),
        change=against_before(formats.points(change.difference), change.period, formats) if change else "",
        verdict=held_verdict(movement["churn"], verdict),
        direction=direction_of(change and change.difference),
        **trend_of(movement, "churn", formats),
    )


def _churn_basis(movement: pd.DataFrame, verdict: str, formats: Formats) -> Text:
    n = based_on(movement["active_start"].iloc[-1], formats)
    earlier = earlier_churn(movement["churn"], verdict)
    if earlier is None:
        return n
    before = formats.say(
        "{verdict, select, better {lower} other {higher}} in each of the {periods} {grain, select, week "
        "{weeks} quarter {quarters} year {years} month {months} other {periods}} before the last two: "
        "{low} to {high}",
        verdict=verdict,
        grain=parse_period(movement["period"].iloc[-1]).grain,
        periods=EARLIER,
        low=formats.share(earlier[0]),
        high=formats.share(earlier[1]),
    )
    return formats.joined([n, before])


def active_base_kpi(
    movement: pd.DataFrame, change: BaseChange, *, formats: Formats, is_closed: bool = False
) -> Kpi:
    """Give the active base at the end of the last period as a key figure; of a closed group, say so."""
    last, is_judged = movement.iloc[-1], change.is_measured and change.is_judged
    moves = formats.say(
        "{lapsed, plural, =0 {none} other {#}} lapsed, {back, plural, =0 {none} other {#}} came back, "
        "{new, plural, =0 {none} other {#}} new",
        lapsed=formats.count(last["lapsed"]),
        back=formats.count(last["reactivated"]),
        new=formats.count(last["new"]),
    )
    closed = formats.say("without new customers it falls in the end, however well they are kept")
    return Kpi(
        key="active_base",
        label=formats.say("Active customers"),
        value=formats.count(last["active_end"]),
        number=int(last["active_end"]),
        interval=_change_note(is_judged and (change.low, change.high), "count", formats),
        basis=formats.joined([moves, closed]) if is_closed else moves,
        change=against_before(formats.change(change.difference, "count"), change.period, formats)
        if change.is_measured
        else "",
        verdict=base_verdict(change, is_closed=is_closed) if change.is_measured else "not enough data",
        direction=direction_of(change.is_measured and change.difference),
        **trend_of(movement, "active_end", formats),
    )


def revenue_kpi(
    movement: pd.DataFrame,
    change: RatioChange | None,
    *,
    formats: Formats,
    comparison: pd.DataFrame | None = None,
) -> Kpi:
    """Give the revenue of the last period as a key figure; beside it, free of season, that of a year."""
    last = movement.iloc[-1]
    basis = formats.say(
        "{orders, plural, one {# order} other {# orders}}, {order_value} each",
        orders=formats.count(last["orders"]),
        order_value=unit_price(last["order_value"], formats),
    )
    if comparison is not None:
        basis = _with_year([basis], _measure(comparison, "amount"), "share", formats)
    label, value = formats.say("Revenue"), formats.short_money(last["amount"])
    return _sum_kpi(movement, change, "amount", "revenue", label, value, basis, formats)


def buyers_kpi(movement: pd.DataFrame, change: RatioChange | None, *, formats: Formats) -> Kpi:
    """Give the customers who bought in the last period as a key figure."""
    last = movement.iloc[-1]
    basis = formats.say("{orders} orders each", orders=formats.number(last["orders_per_buyer"]))
    label, value = formats.say("Customers who bought"), formats.count(last["buyers"])
    return _sum_kpi(movement, change, "buyers", "buyers", label, value, basis, formats)


def order_frequency_kpi(
    habits: pd.DataFrame, comparison: pd.DataFrame, *, formats: Formats, min_customers: int = 0
) -> Kpi:
    """Give the orders per buyer of the last period as a key figure; the orders per active customer beside."""
    last = habits.iloc[-1]
    basis = [
        formats.say(
            "{orders, plural, one {# order} other {# orders}} of {buyers, plural, one {# customer} other {# "
            "customers}}",
            orders=formats.count(last["orders"]),
            buyers=formats.count(last["buyers"]),
        )
    ]
    if pd.notna(last["orders_per_active"]):
        per_active = formats.number(last["orders_per_active"])
        basis.append(formats.say("{orders} per active customer", orders=per_active))
    label = formats.say("Orders per buyer (purchase frequency)")
    value = formats.number(last["orders_per_buyer"])
    named = ("orders_per_buyer", "order_frequency", label, value, basis)
    return _mean_kpi(habits, comparison, *named, min_customers, formats)


def order_value_kpi(
    habits: pd.DataFrame, comparison: pd.DataFrame, *, formats: Formats, min_customers: int = 0
) -> Kpi:
    """Give the revenue per order of the last period as a key figure; per purchase beside."""
    last = habits.iloc[-1]
    basis = formats.say(
        "{orders, plural, one {# order} other {# orders}}; {purchase_value} per purchase (all orders of a "
        "customer on one day)",
        orders=formats.count(last["orders"]),
        purchase_value=unit_price(last["purchase_day_value"], formats),
    )
    label = formats.say("Revenue per order (average order value)")
    value = unit_price(last["order_value"], formats)
    named = ("order_value", "order_value", label, value, [basis])
    return _mean_kpi(habits, comparison, *named, min_customers, formats)


def returning_share_kpi(habits: pd.DataFrame, comparison: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the share of buyers who had bought before as a key figure.

    A clear change is neither better nor worse: the share falls, too, when more new customers are won.
    """
    last, row = habits.iloc[-1], _measure(comparison, "returning_share")
    is_known = bool(pd.notna(last["returning_share"]))
    why_not = (
        formats.say("first purchases may be those of old customers")
        if last["is_mixed"]
        else formats.say("too few customers bought")
    )
    n, change = based_on(last["buyers"], formats), row["previous_change"]
    is_changed = bool(pd.notna(change))
    return Kpi(
        key="returning_share",
        label=formats.say("Buyers who had bought before"),
        value=formats.share(last["returning_share"]),
        number=round(float(last["returning_share"]), 4) if is_known else None,
        interval=interval(last["returning_low"], last["returning_high"], "share", formats)
        if is_known
        else "",
        basis=_with_year([n], row, "points", formats) if is_known else why_not,
        change=against_before(formats.points(change), row["period"], formats) if is_changed else "",
        verdict=changed_or_not(row["previous_low"], row["previous_high"])
        if is_changed
        else "not enough data",
        direction=direction_of(change if is_changed else None),
        **trend_of(habits, "returning_share", formats),
    )


def _mean_kpi(
    habits: pd.DataFrame,
    comparison: pd.DataFrame,
    measure: str,
    key: str,
    label: Text,
    value: Text,
    basis: list[Text],
    min_customers: int,
    formats: Formats,
) -> Kpi:
    """Give a mean without interval: the tables hold no spread of it over customers."""
    row = _measure(comparison, measure)
    is_known, is_few = bool(pd.notna(row["value"])), bool(habits["buyers"].iloc[-2:].min() < min_customers)
    is_changed = bool(pd.notna(row["previous_change"])) and not is_few
    return Kpi(
        key=key,
        label=label,
        value=value,
        number=round(float(row["value"]), 2) if is_known else None,
        interval=formats.say("change: not judged, as its interval is not known") if is_changed else "",
        basis=(formats.joined(basis) if is_few else _with_year(basis, row, "share", formats))
        if is_known
        else formats.say("nobody bought"),
        change=against_before(formats.change(row["previous_change"], "share"), row["period"], formats)
        if is_changed
        else "",
        verdict="not enough data" if is_known and is_few else "",
        direction=direction_of(row["previous_change"] if is_changed else None),
        **trend_of(habits, measure, formats),
    )


def _measure(comparison: pd.DataFrame, measure: str) -> pd.Series:
    return comparison.set_index("measure").loc[measure]


def _with_year(basis: list[Text], row: pd.Series, kind: Kind, formats: Formats) -> Text:
    """Add what the figure is against the same period a year earlier, where there is one."""
    if pd.isna(row["year_change"]):
        return formats.joined(basis)
    against = formats.say(
        "{change} against {period}",
        change=formats.change(row["year_change"], kind),
        period=formats.period(row["year_period"], short=True),
    )
    return formats.joined([*basis, against])


def _sum_kpi(
    movement: pd.DataFrame,
    change: RatioChange | None,
    column: str,
    key: str,
    label: Text,
    value: Text,
    basis: Text,
    formats: Formats,
) -> Kpi:
    return Kpi(
        key=key,
        label=label,
        value=value,
        number=round(float(movement[column].iloc[-1]), 2),
        interval=_change_note((change.low, change.high), "share", formats)
        if change
        else _why_unjudged(movement, column, formats),
        basis=basis,
        change=against_before(formats.change(change.change, "share"), movement["period"].iloc[-1], formats)
        if change
        else "",
        verdict=_verdict(change and (change.low, change.high), more_is_better=True),
        direction=direction_of(change and change.change),
        **trend_of(movement, column, formats),
    )


def _why_unjudged(movement: pd.DataFrame, column: str, formats: Formats) -> Text:
    if len(movement) < 2 or not movement["is_whole"].iloc[-2]:
        return formats.say("change: not judged, the order log holds no whole period before")
    before = movement.iloc[-2]
    return formats.say(
        "{period}: {value}; too few bought to judge the change",
        period=formats.period(before["period"], short=True),
        value=formats.short_money(before[column]) if column == "amount" else formats.count(before[column]),
    )


def _change_note(ends: tuple[float, float] | None, kind: Kind, formats: Formats) -> Words:
    if not ends:
        return ""
    return formats.say("change: {interval}", interval=change_interval(*ends, kind, formats))


def _why_not(last: pd.Series, formats: Formats) -> Text:
    if not last["is_measured"] and last["active_start"]:
        return formats.say("the order log is too short for the churn gap")
    return formats.say("only {customers} active at the start", customers=formats.count(last["active_start"]))


def _verdict(ends: tuple[float, float] | None, *, more_is_better: bool) -> str:
    return verdict_of(*ends, more_is_better=more_is_better) if ends else "not enough data"

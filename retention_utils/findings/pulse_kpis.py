"""Base movement as key figures."""

import pandas as pd

from retention_utils.display import Kpi, Words
from retention_utils.findings.base_account import base_verdict
from retention_utils.findings.pulse_earlier import EARLIER, earlier_churn, held_verdict, measured, with_year
from retention_utils.findings.words import (
    against_before,
    based_on,
    change_interval,
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
        basis = with_year([basis], measured(comparison, "amount"), "share", formats)
    label, value = formats.say("Revenue"), formats.short_money(last["amount"])
    return _sum_kpi(movement, change, "amount", "revenue", label, value, basis, formats)


def buyers_kpi(movement: pd.DataFrame, change: RatioChange | None, *, formats: Formats) -> Kpi:
    """Give the customers who bought in the last period as a key figure."""
    last = movement.iloc[-1]
    basis = formats.say("{orders} orders each", orders=formats.number(last["orders_per_buyer"]))
    label, value = formats.say("Customers who bought"), formats.count(last["buyers"])
    return _sum_kpi(movement, change, "buyers", "buyers", label, value, basis, formats)


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

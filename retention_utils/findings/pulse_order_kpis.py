"""What customers' orders are like, as key figures: how often, for how much, who comes again."""

import pandas as pd

from retention_utils.display import Kpi
from retention_utils.findings.pulse_earlier import measured, with_year
from retention_utils.findings.words import (
    against_before,
    based_on,
    changed_or_not,
    direction_of,
    interval,
    trend_of,
    unit_price,
)
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = ["order_frequency_kpi", "order_value_kpi", "returning_share_kpi"]


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
    last, row = habits.iloc[-1], measured(comparison, "returning_share")
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
        basis=with_year([n], row, "points", formats) if is_known else why_not,
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
    row = measured(comparison, measure)
    is_known, is_few = bool(pd.notna(row["value"])), bool(habits["buyers"].iloc[-2:].min() < min_customers)
    is_changed = bool(pd.notna(row["previous_change"])) and not is_few
    return Kpi(
        key=key,
        label=label,
        value=value,
        number=round(float(row["value"]), 2) if is_known else None,
        interval=formats.say("change: not judged, as its interval is not known") if is_changed else "",
        basis=(formats.joined(basis) if is_few else with_year(basis, row, "share", formats))
        if is_known
        else formats.say("nobody bought"),
        change=against_before(formats.change(row["previous_change"], "share"), row["period"], formats)
        if is_changed
        else "",
        verdict="not enough data" if is_known and is_few else "",
        direction=direction_of(row["previous_change"] if is_changed else None),
        **trend_of(habits, measure, formats),
    )

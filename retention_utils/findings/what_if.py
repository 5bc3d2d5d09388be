"""What the what-if says: what retention is worth, what keeping a customer may cost."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi
from retention_utils.findings.words import interval, three_digits, unit_span
from retention_utils.formats import BLANK, Formats
from retention_utils.texts import Text
from retention_utils.what_if.base_curve import BaseRetention
from retention_utils.what_if.worth import SavedCustomer

__all__ = [
    "active_year",
    "margin_per_point",
    "most_per_save",
    "most_per_save_kpi",
    "retention_worth",
    "worth_alt",
]

LEAVING = 0.1  # of those contacted; the sentence speaks of one in ten, the rest is proportion
MOST_MISSED = 0.1  # of what came; beyond it the count is rough
MOST_POINTS = 5  # of which the sentence speaks, where so many customers leave


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
    key = "retention_worth"
    if base is None:
        text = formats.say(
            "What one more point of retention would be worth cannot be said yet: it needs at least 100 "
            "customers who were active {days} before the end of the period, at least 20 of whom have lapsed "
            "since. The history is too short or the active base too small.",
            days=formats.days(follow_up_days),
        )
        return Finding(key, "not enough data", text, is_headline=True)
    text = _worth_of_points(worth, base, money, formats)
    if base.is_constant:
        rate = formats.say(
            "How fast those who stay go on leaving is not known yet: the same rate is assumed."
        )
        text = formats.joined([text, rate], by=" ")
    return Finding(key, "with reservations", text, is_headline=True)


def _worth_of_points(worth: pd.DataFrame, base: BaseRetention, money: str, formats: Formats) -> Text:
    most = int(worth["points"].max())
    one, last = _row(worth, 12, 1), _row(worth, 12, most)
    values = {
        "active": formats.count(base.active_now),
        "extra": formats.short_money(one["extra"]),
        "money": money,
        "interval": interval(one["low"], one["high"], "short_money", formats),
        "relative": formats.share(one["relative"]),
    }
    if most < MOST_POINTS:
        return formats.say(
            "If every month one more of a hundred active customers stayed, today's {active} would bring "
            "{extra} more {money, select, revenue {revenue} other {margin}} within 12 months "
            "({interval}), {relative} on top of what is expected. {points, plural, =1 {Hardly more of a "
            "hundred leave in a month, so no second one can be won} other {With # of a hundred it would "
            "be {last}, and hardly more leave in a month}}; whether any measure achieves that is not "
            "known.",
            points=most,
            last=formats.short_money(last["extra"]),
            **values,
        )
    return formats.say(
        "If every month one more of a hundred active customers stayed, today's {active} would bring {extra} "
        "more {money, select, revenue {revenue} other {margin}} within 12 months ({interval}), {relative} on "
        "top of what is expected. Five more of a hundred would bring {five}; whether any measure achieves "
        "that is not known.",
        five=formats.short_money(last["extra"]),
        **values,
    )


def most_per_save(
    saved: SavedCustomer | None,
    *,
    kept: tuple[float, float],
    margin: float,
    follow_up_days: int,
    formats: Formats,
) -> Finding:
    """Say what keeping one customer may cost at most, and what contacting one may.

    ``kept`` is the lowest and highest share that contacting may keep of those who would otherwise leave: the
    playbook's assumption.
    """
    key = "most_per_save"
    if saved is None:
        text = formats.say(
            "What keeping a customer may cost cannot be said yet: it needs at least 100 customers who were "
            "active {days} before the end of the period, at least 20 of whom have lapsed since. The "
            "history is too short or the active base too small.",
            days=formats.days(follow_up_days),
        )
        return Finding(key, "not enough data", text)
    values = {
        "value": formats.money(saved.value),
        "months": formats.count(saved.months),
        "interval": interval(saved.low, saved.high, "estimate", formats),
    }
    if margin == 1:
        text = formats.say(
            "An active customer is expected to bring {value} of revenue in the next {months, plural, one {# "
            "month} other {# months}} ({interval}). How much of it keeping a customer may cost cannot be "
            "said without the margin; supply it.",
            **values,
        )
        return Finding(key, "with reservations", text)
    text = formats.say(
        "Contacting one customer to keep them may cost {contact} at most where {leaving} of those contacted "
        "would otherwise leave and {kept} of these are kept by it; on a list with more who would leave, more "
        "in proportion. Far more is expected of an active customer, {value} of margin in the next {months, "
        "plural, one {# month} other {# months}} ({interval}), but most would stay anyway. What is kept is "
        "assumed, as in the playbook; only a test with and without contact can check it.",
        contact=unit_span(*(saved.value * LEAVING * share for share in kept), formats),
        leaving=formats.stated_share(LEAVING),
        kept=formats.interval(*kept, "stated_share"),
        **values,
    )
    return Finding(key, "with reservations", text)


def active_year(
    saved: SavedCustomer | None,
    formula: float | None,
    base: BaseRetention | None = None,
    *,
    is_contracted: bool,
    formats: Formats,
) -> Callout | None:
    """Say how what an active customer brings in a year goes with the other figures of it; None without any.

    Parameters
    ----------
    formula : float or None
        From :func:`retention_utils.customer_worth.movement.formula_year`.
    """
    if saved is None or not (is_contracted or formula):
        return None
    told = [
        formats.say(
            "{value} is counted on those who were active before, and is what this report reckons with.",
            value=formats.money(saved.value),
        )
    ]
    if formula:
        other = formats.say(
            "The formula spend ÷ churn, in the chapter on the value of customers, says {formula} for a year "
            "of the same customers: it takes everybody to leave at one rate{contracted, select, yes {} other "
            "{, and counts the first purchases of new customers too}}.",
            formula=formats.money(three_digits(formula)),
            contracted="yes" if is_contracted else "no",
        )
        told.append(other)
    if not is_contracted:
        told.append(
            formats.say(
                "The forecast by model in that chapter need not agree either: here, who goes quiet counts as "
                "gone; the model looks at each customer's own purchases and expects some to come back."
            )
        )
        told += _tried(base, formats)
    if is_contracted:
        told.append(
            formats.say(
                "Here money is earned day by day, so what has been paid ahead is in it; the forecast in that "
                "chapter is of payments still to be made."
            )
        )
    title = formats.say("Other figures for a year of an active customer")
    return Callout("active_year", "info", title, formats.joined(told, by=" "))


def _tried(base: BaseRetention | None, formats: Formats) -> list[Text]:
    """Say what the count would have said a stretch ago; nothing where the log is too short for it."""
    if base is None or pd.isna(base.missed):
        return []
    values = {
        "days": formats.days(base.stretch_days),
        "off": formats.share(abs(base.missed)),
        "direction": "low" if base.missed < 0 else "high",
    }
    if abs(base.missed) <= MOST_MISSED:
        return [
            formats.say(
                "Tried {days} ago, the count was {off} too {direction, select, low {low} other {high}} for "
                "what active customers have brought since.",
                **values,
            )
        ]
    return [
        formats.say(
            "Tried {days} ago, the count was {off} too {direction, select, low {low} other {high}} for what "
            "active customers have brought since: those active then were not like those before them. Take "
            "the figure here as rough, and rather the forecast by model where there is one.",
            **values,
        )
    ]


def _missed_by(base: BaseRetention, formats: Formats) -> Text:
    return formats.say(
        "tried {days} ago, this count was {off} too {direction, select, low {low} other {high}}",
        days=formats.days(base.stretch_days),
        off=formats.share(abs(base.missed)),
        direction="low" if base.missed < 0 else "high",
    )


def margin_per_point(worth: pd.DataFrame, *, money: str, formats: Formats) -> Kpi:
    """Give the worth of one point over twelve months as a key figure."""
    key = "margin_per_point"
    label = formats.say(
        "{money, select, revenue {Revenue} other {Margin}} in 12 months from one more point of retention a "
        "month",
        money=money,
    )
    if worth.empty:
        return _blank(key, label, formats)
    one = _row(worth, 12, 1)
    return Kpi(
        key=key,
        label=label,
        value=formats.short_money(one["extra"]),
        number=three_digits(one["extra"]),
        interval=interval(one["low"], one["high"], "short_money", formats),
        basis=formats.say("{share} on top of what is expected", share=formats.share(one["relative"])),
    )


def most_per_save_kpi(
    saved: SavedCustomer | None, base: BaseRetention | None = None, *, money: str, formats: Formats
) -> Kpi:
    """Give what an active customer brings in twelve months as a key figure."""
    key = "most_per_save"
    label = formats.say(
        "{money, select, revenue {Revenue} other {Margin}} expected of an active customer in the next 12 "
        "months",
        money=money,
    )
    if saved is None:
        return _blank(key, label, formats)
    is_rough = base is not None and abs(base.missed) > MOST_MISSED
    return Kpi(
        key=key,
        label=label,
        value=formats.money(saved.value),
        number=three_digits(saved.value),
        # Beside a large miss on the past a narrow interval would read as precision.
        interval="" if is_rough else interval(saved.low, saved.high, "estimate", formats),
        basis=_missed_by(base, formats) if is_rough else "",
        verdict="with reservations" if is_rough else "",
    )


def worth_alt(worth: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the lines of what points are worth."""
    if worth.empty:
        return formats.say("What points are worth is not known.")
    most = int(worth["points"].max())
    ends = [
        formats.say(
            "{amount} over {months, plural, one {# month} other {# months}}",
            amount=formats.short_money(_row(worth, months, most)["extra"]),
            months=int(months),
        )
        for months in worth["months"].unique()
    ]
    return formats.say(
        "The worth rises with every point; {points, plural, one {# point is} other {# points are}} worth "
        "{amounts}.",
        points=most,
        amounts=formats.listed(ends),
    )


def _row(worth: pd.DataFrame, months: int, points: int) -> pd.Series:
    return worth[(worth["months"] == months) & (worth["points"] == points)].iloc[0]


def _blank(key: str, label: Text, formats: Formats) -> Kpi:
    basis = formats.say("too few customers followed")
    return Kpi(key, label, formats.name(BLANK), None, basis=basis, verdict="not enough data")

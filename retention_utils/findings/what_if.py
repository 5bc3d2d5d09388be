"""What the what-if says of points of retention: what more of them are worth on today's base."""

import pandas as pd

from retention_utils.display import Finding, Kpi
from retention_utils.findings.words import interval, three_digits
from retention_utils.formats import BLANK, Formats
from retention_utils.texts import Text
from retention_utils.what_if.base_curve import BaseRetention

__all__ = ["margin_per_point", "no_base", "retention_worth", "worth_alt"]

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
            "What one more point of retention would be worth cannot be said yet. It needs at least 100 "
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
            "One point of retention is worth {extra} of {money, select, revenue {revenue} other {margin}} "
            "within 12 months ({interval}), {relative} on top of what is expected. That is if every month "
            "one more of a hundred of today's {active} active customers stayed. {points, plural, =1 {A "
            "second one cannot be won} other {With # of a hundred it would be {last}; more cannot be won}}: "
            "of those active {days} ago {first} left in a month{course, select, same {} other {, of those "
            "who had stayed so long {later}}}; who joined since is not counted. Whether any measure achieves "
            "that is not known.",
            points=most,
            last=formats.short_money(last["extra"]),
            days=formats.days(base.stretch_days),
            first=formats.share(base.leaving_monthly[0]),
            later=formats.share(base.leaving_monthly[1]),
            course="same" if base.is_constant else "apart",
            **values,
        )
    return formats.say(
        "One point of retention is worth {extra} of {money, select, revenue {revenue} other {margin}} within "
        "12 months ({interval}), {relative} on top of what is expected. That is if every month one more of a "
        "hundred of today's {active} active customers stayed; five more would bring {five}. Whether any "
        "measure achieves that is not known.",
        five=formats.short_money(last["extra"]),
        **values,
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
        return no_base(key, label, formats)
    one = _row(worth, 12, 1)
    return Kpi(
        key=key,
        label=label,
        value=formats.short_money(one["extra"]),
        number=three_digits(one["extra"]),
        interval=interval(one["low"], one["high"], "short_money", formats),
        basis=formats.say("{share} on top of what is expected", share=formats.share(one["relative"])),
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


def no_base(key: str, label: Text, formats: Formats) -> Kpi:
    """Give a key figure that cannot be said without a base."""
    basis = formats.say("too few customers followed")
    return Kpi(key, label, formats.name(BLANK), None, basis=basis, verdict="not enough data")

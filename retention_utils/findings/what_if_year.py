"""What the what-if says of one active customer: a year's money, and what keeping one may cost."""

from typing import Any

from retention_utils.display import Callout, Finding, Kpi
from retention_utils.findings.what_if import no_base
from retention_utils.findings.words import interval, three_digits, unit_span
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.what_if.active_year import BETA_GEOMETRIC, COUNT, ActiveYear, Forecast

__all__ = ["most_per_save", "most_per_save_kpi", "which_year"]

LEAVING = 0.1  # of those contacted; the sentence speaks of one in ten, the rest is proportion
MOST_MISSED = 0.1  # of what came; beyond it a narrow interval would read as precision
RIGHT = 0.0005  # a miss that would be printed as 0.0%


def most_per_save(
    year: ActiveYear | None,
    *,
    kept: tuple[float, float],
    margin: float,
    follow_up_days: int,
    formats: Formats,
) -> Finding:
    """Say what keeping one customer may cost at most, and what contacting one may.

    Parameters
    ----------
    year : ActiveYear or None
        From :func:`retention_utils.what_if.active_year.active_year`.
    kept : tuple of float
        The lowest and highest share that contacting may keep of those who would otherwise leave: the
        playbook's assumption.
    """
    key = "most_per_save"
    if year is None:
        text = formats.say(
            "What keeping a customer may cost cannot be said yet. It needs at least 100 customers who were "
            "active {days} before the end of the period, at least 20 of whom have lapsed since. The "
            "history is too short or the active base too small.",
            days=formats.days(follow_up_days),
        )
        return Finding(key, "not enough data", text)
    values = {
        "value": formats.money(year.used.value),
        "interval": interval(year.used.low, year.used.high, "estimate", formats),
        **_method(year.used, formats),
    }
    if margin == 1:
        text = formats.say(
            "An active customer is expected to bring {value} of revenue in the next 12 months ({interval}; "
            "{method, select, count {counted on those who were active before} other {by the {model} "
            "model}}). How much of it keeping a customer may cost cannot be said without the margin; supply "
            "it.",
            **values,
        )
        return Finding(key, "with reservations", text)
    text = formats.say(
        "Contacting an active customer, without a list, may cost {contact} at most. That is if, say, "
        "{leaving} of them would soon leave and {kept} of these are kept by it; if twice as many would "
        "leave, twice as much. For those on a list the limit is another one; it stands with the measure that "
        "the list is for. Far more is expected of an active customer, {value} of margin in the next 12 "
        "months ({interval}; {method, select, count {counted on those who were active before} other {by the "
        "{model} model}}), but those who would stay anyway bring it uncontacted. What is kept is assumed, as "
        "in the playbook; only a test with and without contact can check it.",
        contact=unit_span(*(year.used.value * LEAVING * share for share in kept), formats),
        leaving=formats.stated_share(LEAVING),
        kept=formats.interval(*kept, "stated_share"),
        **values,
    )
    return Finding(key, "with reservations", text)


def most_per_save_kpi(year: ActiveYear | None, *, money: str, formats: Formats) -> Kpi:
    """Give what an active customer brings in twelve months as a key figure."""
    key = "most_per_save"
    label = formats.say(
        "{money, select, revenue {Revenue} other {Margin}} expected of an active customer in the next 12 "
        "months",
        money=money,
    )
    if year is None:
        return no_base(key, label, formats)
    used = year.used
    is_rough = MOST_MISSED < used.off < float("inf")
    return Kpi(
        key=key,
        label=label,
        value=formats.money(used.value),
        number=three_digits(used.value),
        interval="" if is_rough else interval(used.low, used.high, "estimate", formats),
        basis=_how(year, formats),
        verdict="with reservations" if is_rough else "",
    )


def which_year(year: ActiveYear | None, *, is_contracted: bool, formats: Formats) -> Callout | None:
    """Say which of two methods the year of an active customer is from, and why; None without any trial."""
    if year is None or year.used.off == float("inf"):
        return None
    told = [_chosen(year, formats)]
    if year.used.method != COUNT:
        told.append(
            formats.say(
                "How many customers stay is counted all the same; only the money is set to this figure, in "
                "all sums of this chapter."
            )
        )
    if is_contracted:
        told.append(_of_payments(year, formats))
    elif year.other is not None:
        told.append(
            formats.say(
                "Tried here was the money of active customers; the chapter on the value of customers tries "
                "the same model on all customers, where it misses by another amount."
            )
        )
    title = formats.say("What an active customer brings in a year: which figure, and why")
    return Callout("active_year", "info", title, formats.joined(told, by=" "))


def _chosen(year: ActiveYear, formats: Formats) -> Text:
    values = {
        "days": formats.days(year.tried_days),
        **_method(year.used, formats),
        **_miss(year.used, formats),
    }
    if year.other is None or year.other.off == float("inf"):
        return formats.say(
            "The figure is {method, select, count {counted on those who were active before} other {the "
            "forecast of the model {model}}}. Tried {days} ago on what has come since, it was {direction, "
            "select, low {{off} too low} high {{off} too high} other {right}}. There is no other to hold "
            "against it.",
            **values,
        )
    other = _miss(year.other, formats)
    named = year.other if year.used.method == COUNT else year.used
    return formats.say(
        "There are two ways to know: to count those who were active before, or a model ({model}). Both were "
        "tried {days} ago on what has come since. {method, select, count {The count} other {The model}} was "
        "{direction, select, low {{off} too low} high {{off} too high} other {right}}, {method, select, "
        "count {the model} other {the count}} {other_direction, select, low {{other_off} too low} high "
        "{{other_off} too high} other {right}}. So this report reckons with {method, select, count {the "
        "count} other {the model}}.",
        **values | {"model": _named(named.method, formats)},
        other_off=other["off"],
        other_direction=other["direction"],
    )


def _of_payments(year: ActiveYear, formats: Formats) -> Text:
    return formats.say(
        "{method, select, count {Money is counted here day by day as it is earned, so what has been paid "
        "ahead is in it; the chapter on the value of customers forecasts payments still to be made.} other "
        "{It is made of payments still to be made, as in the chapter on the value of customers; what has "
        "been paid ahead is not in it. Each way was tried on what it speaks of: the model on payments, the "
        "count on money earned day by day.}}",
        **_method(year.used, formats),
    )


def _how(year: ActiveYear, formats: Formats) -> Text:
    """Name the method, and how far it was off."""
    method = _method(year.used, formats)
    if year.used.off == float("inf"):
        return formats.say(
            "{method, select, count {counted on those who were active before} other {by the {model} "
            "model}}; not tried on the past",
            **method,
        )
    return formats.say(
        "{method, select, count {counted on those who were active before} other {by the {model} model}}; "
        "tried {days} ago, it was {direction, select, low {{off} too low} high {{off} too high} other "
        "{right}}",
        days=formats.days(year.tried_days),
        **method,
        **_miss(year.used, formats),
    )


def _method(forecast: Forecast, formats: Formats) -> dict[str, Any]:
    return {
        "method": "count" if forecast.method == COUNT else "model",
        "model": _named(forecast.method, formats),
    }


def _named(model: str, formats: Formats) -> Text:
    """Name a model: those of purchases are called by their letters in every language."""
    return formats.say("shifted beta-geometric") if model == BETA_GEOMETRIC else formats.name(model)


def _miss(forecast: Forecast, formats: Formats) -> dict[str, Any]:
    direction = "low" if forecast.missed < 0 else "high"
    return {
        "off": formats.share(forecast.off),
        "direction": "right" if forecast.off < RIGHT else direction,
    }

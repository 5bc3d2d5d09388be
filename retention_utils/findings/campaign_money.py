"""What is said of a campaign's money, and its key figures."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from retention_utils.campaigns.readout import Readout
from retention_utils.display import Finding, Kpi
from retention_utils.findings.campaign_tables import EVIDENCE
from retention_utils.findings.words import (
    based_on,
    change_interval,
    interval,
    money_of,
    shortened,
    verdict_of,
)
from retention_utils.formats import BLANK, Formats
from retention_utils.texts import Text

__all__ = ["campaign_money", "kept_kpi", "last_kpi", "net_kpi", "saved_alt", "uplift_kpi"]

CENTS_UNDER = 100  # as unit prices are printed


def campaign_money(readout: Readout | None, *, margin: float, formats: Formats) -> Finding | None:
    """Say what the campaign brought, and whether it has paid; None where that cannot be asked."""
    if readout is None or readout.money is None:
        return None
    money = readout.money.adjusted
    kind = "money2" if abs(money.difference) < CENTS_UNDER else "money"
    told = formats.say(
        "In the first {days, plural, one {# day} other {# days}} a treated customer brought, against one of "
        "the control group, {difference} of {made_of, select, revenue {revenue} other {margin}} "
        "({interval}); what they had paid before is taken into account.",
        days=readout.horizon_days,
        made_of=money_of(margin),
        difference=formats.change(money.difference, kind),
        interval=change_interval(money.low, money.high, kind, formats),
    )
    last = readout.money.saved.weeks.iloc[-1]
    verdict = verdict_of(last["low"], last["high"], more_is_better=True)
    if verdict == "better" and pd.isna(readout.money.saved.cost):
        verdict = "with reservations"  # nobody knows whether it brought more than it cost
    text = formats.joined([_net(readout, margin, formats), told], by=" ")
    return Finding("campaign_money", verdict, text, brief=shortened(readout.campaign, formats))


def uplift_kpi(readout: Readout | None, *, formats: Formats) -> Kpi | None:
    """Give the uplift as a key figure; None where no arms can be compared fairly."""
    if readout is None or readout.evidence != "random":
        return None
    found = readout.uplift
    return Kpi(
        key="campaign_uplift",
        label=formats.say("Uplift of the campaign"),
        value=formats.points(found.difference),
        number=round(found.difference, 4),
        interval=interval(found.low, found.high, "points", formats),
        basis=_which(readout, formats),
        verdict=verdict_of(found.low, found.high, more_is_better=True),
    )


def last_kpi(readouts: Sequence[Readout], *, formats: Formats) -> Kpi | None:
    """Give the campaign that ended last as a key figure, and whether it had a control group.

    ``readouts`` is from :func:`retention_utils.campaigns.readout.campaign_readouts`. None without any, and
    where the uplift shown is that of the last campaign already.
    """
    last = max(readouts, key=lambda each: (each.last_day, each.first_day, each.campaign), default=None)
    shown = uplift_kpi(last, formats=formats)
    if last is None or (shown and last is readouts[0]):
        return None
    label = formats.say("Uplift of the last campaign")
    if shown:
        return replace(shown, key="last_campaign", label=label)
    basis = _which(last, formats)
    return Kpi("last_campaign", label, formats.name(BLANK), None, basis=basis, verdict="not enough data")


def _which(readout: Readout, formats: Formats) -> Text:
    """Name a campaign, its last day and control group, and what stands in the way of a verdict."""
    has_control = bool((readout.account["arm"] == "control").any())
    named = formats.say(
        "“{campaign}”, {day}; {has_control, select, yes {with a control group} other {no control group}}",
        campaign=shortened(readout.campaign, formats),
        day=formats.date(readout.last_day),
        has_control="yes" if has_control else "no",
    )
    if readout.evidence == "random":
        found = readout.uplift
        return formats.joined([named, based_on(found.treated + found.controls, formats)])
    if readout.evidence == "no control":
        return named
    return formats.joined([named, formats.say(EVIDENCE[readout.evidence])])


def kept_kpi(readout: Readout | None, *, formats: Formats) -> Kpi | None:
    """Give the customers kept as a key figure, with what each has cost; None where it is not known."""
    if readout is None or readout.evidence != "random":
        return None
    found, cost = readout.uplift, readout.money.saved.cost
    kept = found.difference * found.treated
    is_priced = kept >= 1 and not pd.isna(cost)
    return Kpi(
        key="campaign_kept",
        label=formats.say("Customers kept by the campaign"),
        value=formats.count(kept),
        number=round(kept, 1),
        interval=interval(found.low * found.treated, found.high * found.treated, "count", formats),
        basis=formats.say("{cost} each", cost=formats.money(cost / kept)) if is_priced else "",
        verdict=verdict_of(found.low, found.high, more_is_better=True),
    )


def net_kpi(readout: Readout | None, *, margin: float, formats: Formats) -> Kpi | None:
    """Give what the campaign has brought net of cost as a key figure; None where it is not known."""
    if readout is None or readout.money is None or pd.isna(readout.money.saved.cost):
        return None
    last = readout.money.saved.weeks.iloc[-1]
    return Kpi(
        key="campaign_net",
        label=formats.say(
            "{made_of, select, revenue {Revenue} other {Margin}} saved, net of cost", made_of=money_of(margin)
        ),
        value=formats.short_money(last["net"]),
        number=round(float(last["net"]), 2),
        interval=change_interval(last["low"], last["high"], "short_money", formats),
        basis=_after(int(last["week"]), formats),
        verdict=verdict_of(last["low"], last["high"], more_is_better=True),
    )


def saved_alt(readout: Readout, *, margin: float, formats: Formats) -> Text:
    """Describe the line of what was saved."""
    return _net(readout, margin, formats)


def _net(readout: Readout, margin: float, formats: Formats) -> Text:
    saved = readout.money.saved
    last = saved.weeks.iloc[-1]
    values = {
        "campaign": shortened(readout.campaign, formats),
        "made_of": money_of(margin),
        "treated": readout.uplift.treated,
        "weeks": int(last["week"]),
        "net": formats.change(last["net"], "money"),
        "interval": change_interval(last["low"], last["high"], "money", formats),
    }
    if pd.isna(saved.cost):
        return formats.say(
            "“{campaign}” has brought {net} of {made_of, select, revenue {revenue} other {margin}} after "
            "{weeks, plural, one {# week} other {# weeks}} ({interval}; all {treated} treated together); "
            "what the campaign cost is not stated.",
            **values,
        )
    net = formats.say(
        "“{campaign}” has brought {net} of {made_of, select, revenue {revenue} other {margin}} net of its "
        "cost of {cost} after {weeks, plural, one {# week} other {# weeks}} ({interval}; all {treated} "
        "treated together).",
        cost=formats.money(saved.cost),
        **values,
    )
    return formats.joined([net, _paid_back(readout, formats)], by=" ")


def _paid_back(readout: Readout, formats: Formats) -> Text:
    saved = readout.money.saved
    if saved.break_even is None:
        return formats.say("It has not paid back yet.")
    if saved.sure_from is None:
        return formats.say(
            "By the estimate it had paid back after {week, plural, one {# week} other {# weeks}}; the "
            "interval still holds losses.",
            week=saved.break_even,
        )
    return formats.say(
        "By the estimate it had paid back after {week, plural, one {# week} other {# weeks}}, beyond doubt "
        "after {sure, plural, one {# week} other {# weeks}}.",
        week=saved.break_even,
        sure=saved.sure_from,
    )


def _after(weeks: int, formats: Formats) -> Text:
    return formats.say("after {weeks, plural, one {# week} other {# weeks}}", weeks=weeks)

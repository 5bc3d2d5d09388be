"""What is said of campaigns: whether they worked, and how far the figures may be called their effect."""

import pandas as pd

from retention_utils.campaigns.balance import IMBALANCE_P, RATIO_P
from retention_utils.campaigns.readout import Readout
from retention_utils.display import Callout, Finding, supply
from retention_utils.findings.words import interval, shortened
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = ["campaign_finding", "missing_campaigns", "uplift_alt"]


def missing_campaigns(*, has_campaigns: bool, formats: Formats) -> Callout:
    """Say what a list of campaigns would show, and how to supply it, or what is lacking beside it."""
    title = formats.say("Whether a campaign worked")
    if has_campaigns:
        text = formats.say(
            "There are campaigns, but neither orders nor contracts with a first day: so nobody knows who "
            "stayed. Supply [orders], or the columns start and end in [tables.subscriptions]."
        )
        return supply("missing_campaigns", title, text)
    text = formats.say(
        "Supply who was drawn into a campaign and who was held out, and this chapter shows how many more "
        "stayed because of it and what that brought, net of cost. It takes a table, campaigns; whoever "
        "makes this report finds its columns in data/README.md."
    )
    return supply("missing_campaigns", title, text)


def campaign_finding(readout: Readout, *, place: int, min_customers: int, formats: Formats) -> Finding:
    """Say of a campaign how many more stayed, and what that proves; the first one answers the chapter."""
    key = f"campaign_{place}" if place else "campaign_uplift"
    is_first = place == 0
    if readout.uplift is None:
        text = _unjudged(readout, min_customers, formats)
        return Finding(key, "not enough data", text, is_headline=is_first)
    told = _shares(readout, formats)
    if readout.evidence != "random":
        text = formats.joined([*_uncontrolled(readout, formats), told, *_doubts(readout, formats)], by=" ")
        return Finding(key, "with reservations", text, is_headline=is_first)
    found = readout.uplift
    verdict = "yes" if found.low > 0 else "no" if found.high < 0 else "no clear change"
    text = formats.joined([*_kept(readout, formats), told, _proven(readout, formats)], by=" ")
    return Finding(key, verdict, text, is_headline=is_first)


def uplift_alt(table: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe rows of differences: each with its interval."""
    told = [
        formats.say(
            "{name}: {difference} ({interval})",
            name=row.label,
            difference=formats.points(row.difference),
            interval=interval(row.low, row.high, "points", formats),
        )
        for row in table.itertuples()
    ]
    return formats.joined(told) if told else formats.say("No campaign can be judged yet.")


def _shares(readout: Readout, formats: Formats) -> Text:
    found = readout.uplift
    values = {
        "campaign": shortened(readout.campaign, formats),
        "span": "one" if readout.first_day == readout.last_day else "several",
        "first": formats.date(readout.first_day),
        "last": formats.date(readout.last_day),
        "days": readout.horizon_days,
        "treated": found.treated,
        "share": formats.share(found.share),
        "source": readout.source,
    }
    if not found.controls:
        return formats.say(
            "“{campaign}”, {span, select, one {{first}} other {{first} to {last}}}: of {treated, plural, "
            "one {# treated customer} other {# treated customers}}, {share} {source, select, contracts "
            "{were under contract} other {had ordered}} after {days, plural, one {# day} other {# days}} "
            "({sure}).",
            sure=interval(found.share_low, found.share_high, "share", formats),
            **values,
        )
    return formats.say(
        "“{campaign}”, {span, select, one {{first}} other {{first} to {last}}}: of {treated, plural, one {# "
        "treated customer} other {# treated customers}}, {share} {source, select, contracts {were under "
        "contract} other {had ordered}} after {days, plural, one {# day} other {# days}}; of {controls, "
        "plural, one {# customer} other {# customers}} {group, select, control {in the control group} other "
        "{not in the campaign}}, {control_share}: a difference of {difference} ({interval}).",
        controls=found.controls,
        group="others" if readout.evidence == "no control" else "control",
        control_share=formats.share(found.control_share),
        difference=formats.points(found.difference),
        interval=interval(found.low, found.high, "points", formats),
        **values,
    )


def _kept(readout: Readout, formats: Formats) -> list[Text]:
    """Say first what a campaign has clearly done."""
    found, name = readout.uplift, shortened(readout.campaign, formats)
    if found.low > 0:
        kept = formats.say(
            "The campaign “{campaign}” has kept about {kept, plural, one {# customer} other {# customers}} "
            "who would have left ({interval}).",
            campaign=name,
            kept=round(found.difference * found.treated),
            interval=interval(found.low * found.treated, found.high * found.treated, "count", formats),
        )
        return [kept]
    if found.high < 0:
        return [
            formats.say(
                "Because of the campaign “{campaign}” fewer stayed than would have without it.", campaign=name
            )
        ]
    return []


def _proven(readout: Readout, formats: Formats) -> Text:
    found = readout.uplift
    if found.low > 0 or found.high < 0:
        return formats.say(
            "Nothing speaks against groups drawn by lot, so that is the effect of the campaign."
        )
    return formats.say(
        "Chance alone can make such a difference. With so many customers an effect of {seen_with} would have "
        "been seen in four of five cases, a smaller one more rarely.",
        seen_with=formats.points(found.seen_with),
    )


def _uncontrolled(readout: Readout, formats: Formats) -> list[Text]:
    """Say first that nothing can be said of a campaign without a control group."""
    if readout.evidence != "no control":
        return []
    return [
        formats.say(
            "Whether “{campaign}” kept anybody cannot be said: there was no control group.",
            campaign=shortened(readout.campaign, formats),
        )
    ]


def _doubts(readout: Readout, formats: Formats) -> list[Text]:
    if readout.evidence == "no control":
        return [
            formats.say(
                "What the same customers would have done without the campaign is not known, so this is no "
                "effect of it."
            )
        ]
    doubts = []
    checks = readout.checks
    if checks.balance is not None and checks.balance.p_value < IMBALANCE_P:
        doubts.append(formats.say("The two groups were unlike each other before it began."))
    if checks.ratio_p < RATIO_P:
        doubts.append(
            formats.say(
                "The groups have other sizes than planned ({share} were to be treated).",
                share=formats.share(checks.planned_share, digits=0),
            )
        )
    if checks.lost_p < RATIO_P:
        doubts.append(formats.say("One group holds more people than the other who had been no customers."))
    last = formats.say(
        "So the difference may come from who was chosen and not from the campaign; it is only described."
    )
    return [*doubts, last]


def _unjudged(readout: Readout, min_customers: int, formats: Formats) -> Text:
    name = shortened(readout.campaign, formats)
    if readout.evidence == "too recent":
        return formats.say(
            "“{campaign}” began on {first} and is too recent to be judged: {days, plural, one {# day} other "
            "{# days}} will have passed for everybody on {judged_on}.",
            campaign=name,
            first=formats.date(readout.first_day),
            days=readout.horizon_days,
            judged_on=formats.date(readout.judged_on),
        )
    if readout.evidence == "nobody":
        return formats.say(
            "“{campaign}”: none of the {drawn, plural, one {# customer} other {# customers}} drawn is known "
            "from before the day of the draw. Are the ids those of the {source, select, contracts {contract "
            "list} other {order log}}?",
            campaign=name,
            drawn=int(readout.account["drawn"].sum()),
            source=readout.source,
        )
    judged = readout.account.set_index("arm")["judged"]
    return formats.say(
        "“{campaign}” has too few customers to be judged: {treated} treated and {controls} in the control "
        "group; it takes {least} in each.",
        campaign=name,
        treated=int(judged.get("treatment", 0)),
        controls=int(judged.get("control", 0)),
        least=min_customers,
    )

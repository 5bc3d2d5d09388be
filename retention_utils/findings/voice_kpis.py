"""What customers say as key figures."""

import pandas as pd

from retention_utils.display import Kpi
from retention_utils.findings.words import based_on, direction_of, interval, trend_of
from retention_utils.formats import BLANK, Formats
from retention_utils.nps import MIN_ANSWERS, Nps
from retention_utils.stats import wilson_interval
from retention_utils.texts import Text
from retention_utils.voice.account import Voice

__all__ = ["answers_kpi", "group_share_kpi", "leaving_kpi", "nps_kpi", "stake_kpi"]


def nps_kpi(voice: Voice, *, formats: Formats) -> Kpi | None:
    """Give NPS of the last three periods as a key figure; None where no score has a day."""
    if not voice.is_dated:
        return None
    nps, label = voice.nps, formats.say("NPS")
    if nps is None or nps.answers < MIN_ANSWERS:
        return Kpi("nps", label, formats.name(BLANK), None, basis=_few(nps, formats))
    trend = trend_of(voice.series, "value", formats) if voice.series["value"].notna().any() else {}
    return Kpi(
        key="nps",
        label=label,
        value=formats.nps(nps.score),
        number=round(nps.score, 4),
        interval=interval(nps.low, nps.high, "nps", formats),
        basis=formats.joined(
            [formats.say("last three periods, each customer once"), based_on(nps.answers, formats)]
        ),
        **(_changed(nps, formats) if nps.is_judged else {}),
        **trend,
    )


def group_share_kpi(voice: Voice, group: str, *, formats: Formats) -> Kpi | None:
    """Give the share of promoters, passives or detractors of the last three periods as a key figure.

    None where no score has a day.
    """
    if not voice.is_dated:
        return None
    label = formats.say(
        "{group, select, promoters {Promoters} passives {Passives} other {Detractors}} among those who "
        "answered",
        group=group,
    )
    nps, key = voice.nps, f"{group}_share"
    if nps is None or nps.answers < MIN_ANSWERS:
        return Kpi(key, label, formats.name(BLANK), None, basis=_few(nps, formats))
    count = getattr(nps, group)
    low, high = wilson_interval(count, nps.answers)
    return Kpi(
        key=key,
        label=label,
        value=formats.share(count / nps.answers),
        number=round(count / nps.answers, 4),
        interval=interval(low, high, "share", formats),
        basis=based_on(nps.answers, formats),
    )


def answers_kpi(voice: Voice, *, formats: Formats) -> Kpi | None:
    """Give how many customers answered in the last 12 periods as a key figure; None without scores."""
    if not voice.is_scored:
        return None
    return Kpi(
        key="survey_answers",
        label=formats.say("Customers who answered"),
        value=formats.count(len(voice.year)),
        number=len(voice.year),
        basis=formats.say(
            "{is_dated, select, yes {in the last 12 periods} other {on any day}}",
            is_dated="yes" if voice.is_dated else "no",
        ),
    )


def stake_kpi(voice: Voice, *, formats: Formats) -> Kpi | None:
    """Give what today's detractors bring in a year as a key figure; None where nobody knows who they are."""
    if not (voice.is_scored and voice.has_customers):
        return None
    label, stake = formats.say("A year’s revenue from detractors"), voice.stake
    if pd.isna(stake.share):
        basis = formats.say("too few of today’s customers have answered")
        return Kpi("detractors_value", label, formats.name(BLANK), None, basis=basis)
    return Kpi(
        key="detractors_value",
        label=label,
        value=formats.short_money(stake.detractors_value),
        number=round(stake.detractors_value, 2),
        basis=formats.say(
            "{detractors, plural, one {# customer} other {# customers}} of today who would not recommend",
            detractors=formats.count(stake.detractors),
        ),
    )


def leaving_kpi(voice: Voice, *, formats: Formats) -> Kpi | None:
    """Give the share of detractors who left within the horizon as a key figure; None if it cannot be seen."""
    if not (voice.is_dated and voice.has_customers) or voice.source == "snapshot":
        return None
    label, link = formats.say("Detractors who left afterwards"), voice.link
    days = formats.days(voice.limits.horizon_days)
    if not link.is_known:
        basis = formats.say("too few could be followed for {days}", days=days)
        return Kpi("detractors_left", label, formats.name(BLANK), None, basis=basis)
    row = link.groups.set_index("group").loc["detractors"]
    others = formats.share(link.others_left / link.others)
    return Kpi(
        key="detractors_left",
        label=label,
        value=formats.share(row["share"]),
        number=round(float(row["share"]), 4),
        interval=interval(row["low"], row["high"], "share", formats),
        basis=formats.say("within {days} after the answer; of the others {others}", days=days, others=others),
    )


def _changed(nps: Nps, formats: Formats) -> dict[str, object]:
    verdict = "worse" if nps.moved < 0 else "better" if nps.moved > 0 else "no clear change"
    change = formats.say("{change} against the periods before", change=formats.nps(nps.change))
    return {"change": change, "direction": direction_of(nps.change), "verdict": verdict}


def _few(nps: Nps | None, formats: Formats) -> Text:
    return formats.say(
        "{answers, plural, =0 {no answers} one {only # answer} other {only # answers}} in the last three "
        "periods",
        answers=formats.count(nps.answers if nps else 0),
    )

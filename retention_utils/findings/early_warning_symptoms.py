"""What the early symptoms say, one sentence after the other."""

import pandas as pd

from retention_utils.display import Finding, Words
from retention_utils.early_warning.mix import MixSplit
from retention_utils.early_warning.trends import RECENT, RELATIVE, WINDOW
from retention_utils.findings.early_warning_words import (
    VALUE_KINDS,
    change_interval_of,
    change_kind,
    symptom_verdict,
)
from retention_utils.findings.nps import steady_points, too_few_answers, unsteady
from retention_utils.findings.words import unit_price
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["season_behind", "symptom_finding"]

# What a symptom means, and the last periods held against those before.
LEVELS = {
    "frequency": message(
        "{verdict, select, worse {Active customers order less often} better {Active customers order more "
        "often} other {How often active customers order shows no clear change}}: {change} ({interval}). In "
        "the {recent} {grain, select, week {weeks} month {months} quarter {quarters} year {years} other "
        "{periods}} to {until} it was {now} orders a {grain, select, week {week} month {month} quarter "
        "{quarter} year {year} other {period}} each, in the {periods} {grain, select, week {weeks} month "
        "{months} quarter {quarters} year {years} other {periods}} before {was} (n = {n})."
    ),
    "order_value": message(
        "{verdict, select, worse {An order brings less} better {An order brings more} other {What an order "
        "brings shows no clear change}}: {change} ({interval}). In the {recent} {grain, select, week "
        "{weeks} month {months} quarter {quarters} year {years} other {periods}} to {until} it was {now} on "
        "average, in the {periods} {grain, select, week {weeks} month {months} quarter {quarters} year "
        "{years} other {periods}} before {was} (n = {n} orders)."
    ),
    "value": message(
        "{verdict, select, worse {An active customer spends less} better {An active customer spends more} "
        "other {What an active customer spends shows no clear change}}: {change} ({interval}). In the "
        "{recent} {grain, select, week {weeks} month {months} quarter {quarters} year {years} other "
        "{periods}} to {until} it was {now} a {grain, select, week {week} month {month} quarter {quarter} "
        "year {year} other {period}} on average, in the {periods} {grain, select, week {weeks} month "
        "{months} quarter {quarters} year {years} other {periods}} before {was} (n = {n})."
    ),
    "repeat_rate": message(
        "{verdict, select, worse {Fewer first-time customers buy again within {days}} better {More "
        "first-time customers buy again within {days}} other {The share of first-time customers who buy "
        "again within {days} shows no clear change}}: {change} ({interval}). Of those who joined in the "
        "{recent} {grain, select, week {weeks} month {months} quarter {quarters} year {years} other "
        "{periods}} to {until} it was {now}, of those who joined in the {periods} {grain, select, week "
        "{weeks} month {months} quarter {quarters} year {years} other {periods}} before {was} (n = {n})."
    ),
    "signals": message(
        "{verdict, select, worse {NPS has fallen} better {NPS has risen} other {NPS shows no clear "
        "change}}: {change} ({interval}). In the {recent} {grain, select, week {weeks} month {months} "
        "quarter {quarters} year {years} other {periods}} to {until} it was {now}, in the {periods} {grain, "
        "select, week {weeks} month {months} quarter {quarters} year {years} other {periods}} before {was} "
        "(n = {n} answers). NPS is the share who would recommend (9 or 10 of 10) less the share who would "
        "not (0 to 6)."
    ),
    "investment": message(
        "{verdict, select, worse {Keeping customers gets a smaller share of the costs} better {Keeping "
        "customers gets a larger share of the costs} other {The share of the costs that goes into keeping "
        "customers shows no clear change}}: {change} ({interval}). In the {recent} {grain, select, week "
        "{weeks} month {months} quarter {quarters} year {years} other {periods}} to {until} it was {now}, "
        "in the {periods} {grain, select, week {weeks} month {months} quarter {quarters} year {years} other "
        "{periods}} before {was} ({money} spent on winning and keeping)."
    ),
}
# When a period has a value of the symptom.
COUNTS_IF = {
    "frequency": message(
        "A {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} counts "
        "once the order log reaches back a whole churn gap before it."
    ),
    "value": message(
        "A {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} counts "
        "once the order log reaches back a whole churn gap before it."
    ),
    "order_value": message(
        "A {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} counts "
        "if anything was ordered in it."
    ),
    "repeat_rate": message(
        "A {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} counts "
        "if enough customers bought for the first time in it and {days} have passed since."
    ),
    "investment": message(
        "A {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} counts "
        "if the costs of winning and of keeping are stated for it."
    ),
}


def symptom_finding(
    symptom: str,
    trends: pd.DataFrame,
    *,
    grain: Grain,
    formats: Formats,
    split: MixSplit | None = None,
    window_days: int = 0,
) -> Finding:
    """Answer whether one symptom is there.

    Parameters
    ----------
    symptom : str
        One of :data:`retention_utils.findings.early_warning_words.SYMPTOM_WORDS`.
    trends : DataFrame
        From :func:`retention_utils.early_warning.trends.symptom_trends`.
    grain : str
        Kind of the periods.
    split : MixSplit, optional
        Said when the symptom has fallen, and mostly because the customers are others.
    window_days : int
        Within which a new customer buys again; only for ``repeat_rate``.
    """
    key = f"symptom_{symptom}"
    row, days = trends.set_index("symptom").loc[symptom], formats.days(window_days)
    if pd.isna(row["p"]) and pd.isna(row["change"]):
        return Finding(key, "not enough data", _too_little(symptom, row, grain, days, formats))
    sentences = [
        _level(symptom, row, grain, days, formats),
        _trend(symptom, row, grain, formats),
        _by_trend_alone(row, grain, formats),
        season_behind(symptom, row, grain, formats),
        _other_customers(symptom, row, split, formats),
    ]
    text = formats.joined([sentence for sentence in sentences if sentence], by=" ")
    return Finding(key, symptom_verdict(row), text, brief=_brief(symptom, row, grain, formats))


def _brief(symptom: str, row: pd.Series, grain: Grain, formats: Formats) -> Words:
    """Name a symptom with its steady course; nothing where another word is for it, or none is steady."""
    if symptom not in RELATIVE or row["trend"] == 0:
        return ""
    return formats.say(
        "{symptom, select, frequency {how often active customers order} order_value {revenue per order} "
        "other {what customers are worth}} ({direction, select, fell {falling} other {rising}} by about "
        "{step} a {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}})",
        symptom=symptom,
        grain=grain,
        **_steadily(row, formats),
    )


def _steadily(row: pd.Series, formats: Formats) -> dict[str, Text | str]:
    """Say which way a symptom goes, and by what share of itself from one period to the next."""
    return {
        "direction": "fell" if row["trend"] < 0 else "rose",
        "step": formats.share(abs(row["slope"] / row["middle"])),
    }


def _too_little(symptom: str, row: pd.Series, grain: Grain, days: Text, formats: Formats) -> Text:
    if symptom == "signals":
        return too_few_answers(grain, formats)
    text = formats.say(
        "{symptom, select, frequency {The number of orders per active customer} order_value {Order value} "
        "value {Value of a customer} repeat_rate {How many first-time customers buy again} other {Share of "
        "costs spent on keeping customers}} cannot be judged yet: of the {window} {grain, select, week "
        "{weeks} month {months} quarter {quarters} year {years} other {periods}} in a row that a trend "
        "needs, {measured, plural, =0 {none is} one {# is} other {# are}} measured.",
        symptom=symptom,
        grain=grain,
        window=WINDOW,
        measured=formats.count(row["measured"]),
    )
    why = formats.say(COUNTS_IF[symptom], grain=grain, days=days)
    return formats.joined([text, why], by=" ")


def _level(symptom: str, row: pd.Series, grain: Grain, days: Text, formats: Formats) -> Text:
    """Say what the symptom means, and hold the last periods against those before."""
    if pd.isna(row["change"]):
        return formats.say(
            "{symptom, select, frequency {The number of orders per active customer} order_value {Order "
            "value} value {Value of a customer} repeat_rate {How many first-time customers buy again} other "
            "{Share of costs spent on keeping customers}} was zero in some {grain, select, week {weeks} "
            "month {months} quarter {quarters} year {years} other {periods}}, so no change in per cent can "
            "be given.",
            symptom=symptom,
            grain=grain,
        )
    return formats.say(
        LEVELS[symptom],
        verdict=symptom_verdict(row),
        grain=grain,
        days=days,
        now=_level_value(symptom, row["last"], formats),
        was=_level_value(symptom, row["previous"], formats),
        recent=RECENT,
        until=formats.period(row["until"]),
        periods=formats.count(row["previous_periods"]),
        change=formats.change(row["change"], change_kind(symptom)),
        interval=change_interval_of(symptom, row, formats),
        n=formats.count(row["n"]),
        money=formats.short_money(row["n"]),
    )


def _level_value(symptom: str, value: float, formats: Formats) -> Text:
    kind = VALUE_KINDS[symptom]
    return unit_price(value, formats) if kind == "money2" else formats.value(value, kind)


def _trend(symptom: str, row: pd.Series, grain: Grain, formats: Formats) -> Text | None:
    """Say whether it falls or rises steadily; nothing where that cannot be tested."""
    if pd.isna(row["p"]):
        return None
    if row["trend"] == 0:
        return unsteady(grain, formats)
    if symptom not in RELATIVE:
        return steady_points(row["slope"], grain, formats)
    return formats.say(
        "Over the last {window} {grain, select, week {weeks} month {months} quarter {quarters} year "
        "{years} other {periods}} it {direction, select, fell {fell} other {rose}} steadily, by about "
        "{step} a {grain, select, week {week} month {month} quarter {quarter} year {year} other "
        "{period}}: more than by chance.",
        window=WINDOW,
        grain=grain,
        **_steadily(row, formats),
    )


def _by_trend_alone(row: pd.Series, grain: Grain, formats: Formats) -> Text | None:
    """Say that the trend alone is judged where the last periods differ by no more than chance."""
    if row["trend"] == 0 or row["shift"] != 0 or pd.isna(row["change"]):
        return None
    return formats.say(
        "It is judged by this trend; the difference of the last {recent} {grain, select, week {weeks} month "
        "{months} quarter {quarters} year {years} other {periods}} alone may be chance.",
        recent=RECENT,
        grain=grain,
    )


def season_behind(symptom: str, row: pd.Series, grain: Grain, formats: Formats) -> Text | None:
    """Own up that the season may stand behind a fall or a rise."""
    moved = row["trend"] + row["shift"]
    if moved == 0 or not row["year_change"] * moved <= 0:
        return None
    return formats.say(
        "It may be the season: against the same {recent} {grain, select, week {weeks} month {months} "
        "quarter {quarters} year {years} other {periods}} a year before it is {change}.",
        recent=RECENT,
        grain=grain,
        change=formats.change(row["year_change"], change_kind(symptom)),
    )


def _other_customers(symptom: str, row: pd.Series, split: MixSplit | None, formats: Formats) -> Text | None:
    """Own up that the customers behind a fall are others."""
    if row["trend"] + row["shift"] >= 0 or not split or split.mix_effect >= -abs(split.rate_effect):
        return None
    new = {
        "now": formats.share(split.newcomers_last),
        "was": formats.share(split.newcomers_previous),
    }
    if symptom == "order_value":
        return formats.say(
            "Most of the change in revenue per order ({change}) comes from another mix of newer and older "
            "customers: new ones are {now} of the orders, before {was}.",
            change=formats.change(split.mix_effect, "money2"),
            **new,
        )
    return formats.say(
        "Most of the change in orders per buyer and period ({change}) comes from another mix of newer and "
        "older customers: new ones are {now} of the buyers, before {was}.",
        change=formats.change(split.mix_effect, "decimal3"),
        **new,
    )

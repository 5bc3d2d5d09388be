"""Words that several chapters share, so that one thing is always called the same."""

from typing import Literal

import pandas as pd

from retention_utils.display import Direction, Verdict
from retention_utils.formats import Formats, Kind
from retention_utils.periods import parse_period
from retention_utils.texts import Text

__all__ = [
    "against_before",
    "based_on",
    "billing_words",
    "by_chance",
    "change_interval",
    "changed_or_not",
    "days_interval",
    "direction_of",
    "ends_of",
    "fewer_followed",
    "interval",
    "log_covers",
    "money_of",
    "shortened",
    "three_digits",
    "trend_of",
    "unit_price",
    "verdict_of",
]

LONGEST_NAME = 60  # characters of a client's own name that a sentence shows
MOST_TREND = 13  # periods: one year of months and the same month of the year before


def interval(low: float, high: float, kind: Kind, formats: Formats) -> Text:
    """``95% interval 44.5–47.7%``."""
    return formats.say("95% interval {span}", span=formats.interval(low, high, kind))


def change_interval(low: float, high: float, kind: Kind, formats: Formats) -> Text:
    """``95% interval −2.3% to +17.6%``: both ends with their sign."""
    least, most = formats.change_ends(low, high, kind)
    return formats.say("95% interval {low} to {high}", low=least, high=most)


def against_before(change: Text, period: str, formats: Formats) -> Text:
    """``+7.2% against the month before``: a change, and what it is against, as every card says it."""
    return formats.say(
        "{change} against {grain, select, week {the week before} month {the month before} quarter {the "
        "quarter before} year {the year before} other {the period before}}",
        change=change,
        grain=parse_period(period).grain,
    )


def days_interval(low: float, high: float, formats: Formats) -> Text:
    """``95% interval 225–270 days``; ``95% interval 105 days`` where both ends are the same."""
    if low == high:
        return formats.say("95% interval {span}", span=formats.days(low))
    return interval(low, high, "days", formats)


def based_on(number: float, formats: Formats) -> Text:
    """``n = 1,506``: how many an estimate rests on."""
    return formats.say("n = {number}", number=formats.count(number))


def fewer_followed(fewest: int, formats: Formats) -> Text:
    """``fewer than 20 customers followed that long``: why there is no estimate."""
    return formats.say(
        "fewer than {customers, plural, one {# customer} other {# customers}} followed that long",
        customers=fewest,
    )


def billing_words(every: str, formats: Formats) -> Text:
    """Name a billing period, standing alone in a table."""
    return formats.say(
        "{every, select, week {week} month {month} quarter {quarter} half_year {half-year} other {year}}",
        every=every,
    )


def log_covers(log_days: int, window_days: int, formats: Formats) -> list[Text]:
    """Say how much of a window of time the order log covers; nothing where it covers all of it."""
    if log_days >= window_days:
        return []
    return [formats.say("The order log covers {days} of that time.", days=formats.days(log_days))]


def money_of(margin: float) -> Literal["revenue", "margin"]:
    """Say of which money values are: revenue where no margin is known."""
    return "revenue" if margin == 1 else "margin"


def shortened(name: str, formats: Formats) -> Text:
    """Give a client's own name of something, cut where it is too long for a sentence."""
    return formats.name(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…")


def three_digits(value: float) -> float:
    """``11593.4`` gives ``11600``: no more is known of modelled money, or alike on two machines."""
    return float(f"{value:.3g}")


def trend_of(table: pd.DataFrame, column: str, formats: Formats) -> dict[str, object]:
    """Give the last values of a column, period by period, as a key figure shows them."""
    past = table.iloc[-MOST_TREND:]
    past = past.loc[past[column].first_valid_index() :]  # a trend begins where it is first measured
    values = tuple(None if pd.isna(value) else round(float(value), 4) for value in past[column])
    start = formats.period(past["period"].iloc[0], short=True)
    return {"trend": values, "trend_since": formats.say("since {period}", period=start)}


def unit_price(value: float, formats: Formats) -> Text:
    """``$37.25``, ``KZT8,723``: what one order or one customer brings; no cents from a hundred on."""
    return formats.money(value, digits=2 if abs(value) < 100 else 0)


def unit_span(low: float, high: float, formats: Formats) -> Text:
    """``€0.34–1.34``, ``€83–330``: money of one customer as an assumption makes it."""
    if abs(high) < 100:
        return formats.interval(low, high, "money2")
    return formats.interval(three_digits(low), three_digits(high), "money")


def direction_of(change: float | None) -> Direction:
    """Say whether a change goes up or down; nothing if there is none."""
    return "" if not change else "up" if change > 0 else "down"


def ends_of(low: float, high: float) -> tuple[float, float] | None:
    """Give the ends of a key figure's interval as numbers, rounded as the figure is."""
    return None if pd.isna(low) else (round(float(low), 4), round(float(high), 4))


def verdict_of(low: float, high: float, *, more_is_better: bool) -> Verdict:
    """Judge a change by its interval: only one that leaves out zero is better or worse."""
    if low > 0:
        return "better" if more_is_better else "worse"
    if high < 0:
        return "worse" if more_is_better else "better"
    return "no clear change"


def changed_or_not(low: float, high: float) -> Verdict:
    """Judge a change that is neither good nor bad by itself: it is clear or it is not."""
    return "no clear change" if low <= 0 <= high else "clear change"


def by_chance(probability: float, formats: Formats, *, is_apart: bool) -> Text:
    """Say how often groups that are alike would differ as much as those compared do."""
    if probability < 0.001:
        return formats.say("Groups that are alike would differ this much in fewer than 1 of 1,000 cases.")
    return formats.say(
        "{is_apart, select, yes {Groups that are alike} other {That can be chance: even groups that are "
        "alike}} would differ this much in {share} of cases.",
        is_apart="yes" if is_apart else "no",
        share=formats.share(probability),
    )

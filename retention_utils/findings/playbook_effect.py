"""What a measure of the playbook may bring, in words: the range, what it rests on, how much that is each."""

from dataclasses import replace

from retention_utils.display import Words
from retention_utils.findings.words import three_digits
from retention_utils.formats import Formats
from retention_utils.playbook.engine import AtStake, FiredRule, Judgement
from retention_utils.texts import Text

__all__ = ["effect_brief", "effect_range", "effect_told", "hardly_paying_last"]

LITTLE = 0.004  # of a year's recurring revenue; a choice of this report
MONTHS = 12


def effect_range(fired: FiredRule, kept: tuple[float, float]) -> tuple[float | None, float | None]:
    """Return what a measure may bring in a year, from and to; None where it is not known in money."""
    if fired.margin_at_stake is None:
        return None, None
    return three_digits(fired.margin_at_stake * kept[0]), three_digits(fired.margin_at_stake * kept[1])


def effect_told(fired: FiredRule, kept: tuple[float, float], *, margin: float, formats: Formats) -> Text:
    """Say what a measure may bring, on what that rests, and what contacting one customer may cost for it."""
    if fired.rule.measured:
        return formats.say(
            "measured, not assumed: what it brought last time stands above. Keep a control group again, to "
            "see whether it repeats"
        )
    if fired.at_stake is None:
        return formats.say("not known in money; look whether the figure that called for it has improved")
    stake = fired.at_stake
    effect = formats.say(
        "{span} of {money, select, revenue {revenue} other {margin}} a year if {kept} of {stake} is kept or "
        "won back: an assumption, not a forecast.",
        span=formats.interval(*effect_range(fired, kept), "short_money"),
        money="revenue" if margin == 1 else "margin",
        kept=formats.interval(*kept, "stated_share"),
        stake=formats.short_money(stake.margin),
    )
    told = [
        effect,
        _hardly_pays(fired, kept, formats),
        _rests_on(stake, margin, formats),
        _per_contact(fired, kept, margin, formats),
    ]
    return formats.joined([part for part in told if part], by=" ")


def effect_brief(fired: FiredRule, kept: tuple[float, float], *, margin: float, formats: Formats) -> Words:
    """Say in one sentence what a measure may bring; nothing where it is not known in money."""
    if fired.rule.measured:
        return formats.say(
            "“{campaign}” has paid for itself here, measured against a control group drawn by lot.",
            campaign=fired.about or formats.say(fired.rule.title),
        )
    if fired.at_stake is None:
        return ""
    return formats.say(
        "{little, select, yes {May bring only {span} of {money, select, revenue {revenue} other {margin}} a "
        "year, by assumption: do it only within the usual work.} other {May bring {span} of {money, select, "
        "revenue {revenue} other {margin}} a year: an assumption, not a forecast.}}",
        little="yes" if _is_little(fired, kept) else "no",
        span=formats.interval(*effect_range(fired, kept), "short_money"),
        money="revenue" if margin == 1 else "margin",
    )


def hardly_paying_last(judgement: Judgement, kept: tuple[float, float]) -> Judgement:
    """Put measures that hardly pay after all others, but for those that answer what has got worse."""
    fired = sorted(judgement.fired, key=lambda part: not part.is_worse and _is_little(part, kept))
    return replace(judgement, fired=tuple(fired))


def _is_little(fired: FiredRule, kept: tuple[float, float]) -> bool:
    """Tell a measure that is hardly worth a campaign; not where no month is known to hold it against."""
    if fired.at_stake is None or fired.rule.measured:
        return False
    month, (_, high) = fired.at_stake.month, effect_range(fired, kept)
    return bool(month) and high < LITTLE * MONTHS * month


def _hardly_pays(fired: FiredRule, kept: tuple[float, float], formats: Formats) -> Text | None:
    if not _is_little(fired, kept):
        return None
    return formats.say(
        "Even the higher sum is less than {little} of the recurring revenue of a year ({year}): do it only "
        "within the usual work, it hardly pays for more.",
        little=formats.stated_share(LITTLE),
        year=formats.short_money(MONTHS * fired.at_stake.month),
    )


def _rests_on(stake: AtStake, margin: float, formats: Formats) -> Text | None:
    """Say what part of which figure is at stake; None where it is all of it."""
    if stake.share is None and margin == 1:
        return None
    return formats.say(
        "Reckoned from {part, select, money {{share} of “{figure}” ({value}), the share of such money that "
        "was lost before} customers {{share} of “{figure}” ({value}), the share of such customers who left "
        "before} other {“{figure}” ({value})}}{money, select, revenue {.} other {; {margin} of it is "
        "margin.}}",
        part="all" if stake.share is None else stake.share_of,
        money="revenue" if margin == 1 else "margin",
        share=stake.share or formats.name(""),
        figure=stake.label,
        value=stake.value,
        margin=formats.stated_share(margin),
    )


def _per_contact(fired: FiredRule, kept: tuple[float, float], margin: float, formats: Formats) -> Text | None:
    """Say where those stand whom the money is of, and what contacting one of them may bring."""
    stake = fired.at_stake
    if not stake.listed:
        return None
    low, high = (stake.margin * share / stake.listed for share in kept)

    def price(value: float) -> Text:
        return formats.money(value, digits=2) if high < 100 else formats.money(three_digits(value))

    return formats.say(
        "To contact one of the {listed} on the list “{list}” should cost {money, select, revenue {less than "
        "the margin on {low} of revenue, or on {high} if the higher share is kept} other {at most {low}, or "
        "{high} if the higher share is kept}}.",
        listed=formats.count(stake.listed),
        list=stake.list_name,
        low=price(low),
        high=price(high),
        money="revenue" if margin == 1 else "margin",
    )

"""What the change of key figures is made of, in words: who the customers are, and how they behaved."""

from collections.abc import Mapping

from retention_utils.display import Callout, Finding
from retention_utils.findings.since_last_parts import FIGURES, part_in, units_of
from retention_utils.findings.words import verdict_of
from retention_utils.formats import Formats, Kind
from retention_utils.since_last.splits import FigureSplit
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["churn_split", "split_notes"]

SENTENCES = {
    "churn": message(
        "{moved, select, up {Churn rose from {before} to {now} ({change}).} down {Churn fell from {before} "
        "to {now} ({change}).} other {Churn is {now}, as before.}} {rate} come from customers of the same "
        "tenure, who lapsed {how, select, up {more often} down {less often} other {as often as before}}; "
        "{mixed, select, none {the mix of newer and older customers in the active base changed nothing.} "
        "other {{mix} come from the mix: newer and older customers have other shares of the active base.}}"
    ),
    "order_frequency": message(
        "{moved, select, up {Orders per buyer rose from {before} to {now} ({change}).} down {Orders per "
        "buyer fell from {before} to {now} ({change}).} other {Orders per buyer are {now}, as before.}} "
        "{rate} come from buyers of the same tenure, who ordered {how, select, up {more often} down {less "
        "often} other {as often as before}}; {mixed, select, none {the mix of newer and older customers "
        "among the buyers changed nothing.} other {{mix} come from the mix: newer and older customers have "
        "other shares of the buyers.}}"
    ),
    "order_value": message(
        "{moved, select, up {Revenue per order rose from {before} to {now} ({change}).} down {Revenue per "
        "order fell from {before} to {now} ({change}).} other {Revenue per order is {now}, as before.}} "
        "{rate} come from buyers of the same tenure, who spent {how, select, up {more} down {less} other "
        "{as much as before}} per order; {mixed, select, none {the mix of orders of newer and older "
        "customers changed nothing.} other {{mix} come from the mix: newer and older customers have other "
        "shares of the orders.}}"
    ),
}
LEADS = message(
    "{leads, select, rate {How the customers behaved counts for more.} mix {Who the customers are counts "
    "for more.} rate_against {How the customers behaved outweighs the mix, which pulled the other way.} "
    "other {The mix outweighs how the customers behaved, which pulled the other way.}}"
)


def churn_split(split: FigureSplit | None, *, earlier: str, min_customers: int, formats: Formats) -> Finding:
    """Say whether churn changed because customers behaved differently, or because they are others."""
    if split is None:
        text = formats.say(
            "The change of churn since {before} is not taken apart: churn is not known in both periods, or "
            "fewer than {customers, plural, one {# customer} other {# customers}} were active in one of "
            "them.",
            before=formats.period(earlier),
            customers=min_customers,
        )
        return Finding("split_churn", "not enough data", text)
    low, high = split.interval
    chance = formats.say(
        "{clear, select, no {How the customers behaved may have changed by chance} other {How the "
        "customers behaved changed by more than chance}} ({interval}).",
        clear="no" if low <= 0 <= high else "yes",
        interval=formats.say(
            "95% interval {low} to {high}",
            low=formats.points(low, digits=2),
            high=formats.points(high, digits=2),
        ),
    )
    words = formats.joined([_told(split, formats), chance], by=" ")
    return Finding("split_churn", verdict_of(low, high, more_is_better=False), words)


def split_notes(splits: Mapping[str, FigureSplit | None], *, formats: Formats) -> list[Callout]:
    """Say of the other figures what their change is made of; those with too few data are left out."""
    notes = []
    for key in ("order_frequency", "order_value", "revenue"):
        if split := splits[key]:
            told = _revenue_told(split, formats) if key == "revenue" else _told(split, formats)
            untested = formats.say("Whether the change is more than chance was not tested.")
            text = told if key == "revenue" else formats.joined([told, untested], by=" ")
            notes.append(Callout(f"split_{key}", "info", formats.say(FIGURES[key][0]), text))
    return notes


def _told(split: FigureSplit, formats: Formats) -> Text:
    _, level, kind = units_of(split)
    sentence = formats.say(
        SENTENCES[split.key],
        moved=_moved(split, level, formats),
        before=formats.value(split.before, level),
        now=formats.value(split.now, level),
        change=part_in(split.now - split.before, kind, formats),
        rate=part_in(split.parts["rate"], kind, formats),
        mix=part_in(split.parts["mix"], kind, formats),
        how=_way(split.parts["rate"], kind, formats),
        mixed=_way(split.parts["mix"], kind, formats),
    )
    leads = _leads(split, kind, formats)
    return sentence if leads is None else formats.joined([sentence, formats.say(LEADS, leads=leads)], by=" ")


def _revenue_told(split: FigureSplit, formats: Formats) -> Text:
    parts = {name: formats.change(value, "money") for name, value in split.parts.items()}
    return formats.say(
        "{moved, select, up {Revenue rose from {before} to {now} ({change}).} down {Revenue fell from "
        "{before} to {now} ({change}).} other {Revenue is {now}, as before.}} {buyers} come from the "
        "number of customers who bought, {frequency} from how often a buyer ordered, {value} from what an "
        "order brought; {leads, select, buyers {the number of customers} frequency {how often they "
        "ordered} other {the value of an order}} counts for most.",
        moved=_moved(split, "money", formats),
        before=formats.money(split.before),
        now=formats.money(split.now),
        change=formats.change(split.now - split.before, "money"),
        leads=max(split.parts, key=lambda name: abs(split.parts[name])),
        **parts,
    )


def _moved(split: FigureSplit, level: Kind, formats: Formats) -> str:
    """Say which way a figure moved, as it is printed."""
    if formats.value(split.before, level) == formats.value(split.now, level):
        return "none"
    return "up" if split.now > split.before else "down"


def _way(change: float, kind: Kind, formats: Formats) -> str:
    """Say which way a change goes, as it is printed: one that is printed as zero goes none."""
    is_zero = part_in(change, kind, formats) == part_in(0.0, kind, formats)
    return "none" if is_zero else "up" if change > 0 else "down"


def _leads(split: FigureSplit, kind: Kind, formats: Formats) -> str | None:
    """Say which part counts for more; nothing where both are printed as large."""
    rate, mix = split.parts["rate"], split.parts["mix"]
    if part_in(abs(rate), kind, formats) == part_in(abs(mix), kind, formats):
        return None
    larger = "rate" if abs(rate) > abs(mix) else "mix"
    is_against = rate * mix < 0 and "none" not in (_way(rate, kind, formats), _way(mix, kind, formats))
    return f"{larger}_against" if is_against else larger

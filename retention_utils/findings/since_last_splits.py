"""What the change of key figures is made of, in words: who the customers are, and how they behaved."""

from collections.abc import Mapping

import pandas as pd

from retention_utils.columns.since_last import PARTS, TENURE_GROUPS
from retention_utils.display import Callout, Finding
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import verdict_of
from retention_utils.formats import Formats, Kind
from retention_utils.since_last.splits import FigureSplit, correction
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["churn_split", "drawn_parts", "groups_table", "parts_alt", "parts_table", "split_notes"]

# How a figure is called, and in which units it and its parts are written: the parts with a digit more.
FIGURES: dict[str, tuple[str, Kind, Kind]] = {
    "churn": (message("Churn"), "share", "points"),
    "order_frequency": (message("Orders per buyer"), "number", "decimal3"),
    "order_value": (message("Revenue per order"), "money2", "money2"),
    "revenue": (message("Revenue"), "money", "money"),
    "buyers": (message("Customers who bought"), "count", "count"),
    "active_base": (message("Active customers"), "count", "count"),
}
DRAWN = ("churn", "order_frequency", "order_value", "revenue")  # of a size that can be compared
PART_NAMES = {
    ("churn", "rate"): message("customers of the same tenure lapsed more or less often"),
    ("churn", "mix"): message("newer and older customers have other shares of the active base"),
    ("order_frequency", "rate"): message("buyers of the same tenure ordered more or less often"),
    ("order_frequency", "mix"): message("newer and older customers have other shares of the buyers"),
    ("order_value", "rate"): message("buyers of the same tenure spent more or less per order"),
    ("order_value", "mix"): message("newer and older customers have other shares of the orders"),
    ("revenue", "buyers"): message("more or fewer customers bought"),
    ("revenue", "frequency"): message("a buyer ordered more or less often"),
    ("revenue", "value"): message("an order brought more or less"),
    ("buyers", "new"): message("more or fewer bought for the first time"),
    ("buyers", "returning"): message("more or fewer bought again"),
    ("active_base", "new"): message("new"),
    ("active_base", "reactivated"): message("came back"),
    ("active_base", "lapsed"): message("lapsed"),
}
SHORT_NAMES = {
    "rate": message("behaviour"),
    "mix": message("mix"),
    "buyers": message("customers who bought"),
    "frequency": message("orders each"),
    "value": message("revenue per order"),
}
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
TENURE_NAMES = {
    0: message("new"),
    1: message("1–2 periods"),
    3: message("3–11 periods"),
    12: message("12 periods or more"),
}


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


def parts_table(
    splits: Mapping[str, FigureSplit | None], changes: pd.DataFrame, *, formats: Formats
) -> Table | Callout:
    """List the parts of every change; with the correction of what was printed they add up to it."""
    printed = changes.set_index("key")["number_before"]
    rows, totals = [], []
    for key, split in splits.items():
        if split is None:
            continue
        name, _, kind = _named(split)
        corrected = correction(split, printed.get(key))
        listed = [(formats.say(PART_NAMES[key, part]), value) for part, value in split.parts.items()]
        if corrected:
            listed.append((formats.say("the number printed then was corrected since"), corrected))
        totals.append(len(rows))
        whole = split.now - split.before + corrected
        rows += [
            (formats.say(name), words, _part(value, kind, formats))
            for words, value in [(formats.say("in all"), whole), *listed]
        ]
    return show_table(
        pd.DataFrame(rows, columns=["figure", "part", "change"]),
        PARTS,
        key="parts",
        caption="What the changes are made of",
        note="Before rounding, the parts of a figure add up to its change.",
        emphasis=totals,
        formats=formats,
    )


def drawn_parts(splits: Mapping[str, FigureSplit | None], *, formats: Formats) -> pd.DataFrame:
    """List the parts of the changes of rates, means and revenue in per cent of what the figure was.

    Returns
    -------
    DataFrame
        As :func:`retention_utils.charts.since_last.change_bars` takes it.
    """
    rows = [
        (formats.say(FIGURES[key][0]), formats.say(SHORT_NAMES[part]), value / split.before, part == "mix")
        for key in DRAWN
        if (split := splits[key]) and split.before > 0
        for part, value in split.parts.items()
    ]
    return pd.DataFrame(rows, columns=["figure", "part", "relative", "is_mix"])


def parts_alt(parts: pd.DataFrame, *, formats: Formats) -> Text:
    """Say what the chart shows, for those who do not see it: the largest part."""
    if parts.empty:
        return formats.say("There is nothing to draw.")
    most = parts.loc[parts["relative"].abs().idxmax()]
    return formats.say(
        "The largest part of a change: {figure}, {part}, {change} of what the figure was.",
        figure=most["figure"],
        part=most["part"],
        change=formats.change(most["relative"], "share"),
    )


def groups_table(splits: Mapping[str, FigureSplit | None], *, formats: Formats) -> Table | Callout:
    """List the groups by tenure behind mix and behaviour."""
    parts = [_groups(split, formats) for split in splits.values() if split and split.groups is not None]
    columns = [column.name for column in TENURE_GROUPS]
    return show_table(
        pd.concat(parts) if parts else pd.DataFrame(columns=columns),
        TENURE_GROUPS,
        key="tenure_groups",
        caption="Newer and older customers, then and now",
        note="Churn is counted of the customers active at the start, orders per buyer of the buyers, revenue "
        "per order of the orders. By the mix: a group above the average of both periods raises the figure "
        "by growing.",
        is_folded=True,
        formats=formats,
    )


def _groups(split: FigureSplit, formats: Formats) -> pd.DataFrame:
    name, level, kind = _named(split)
    groups = split.groups[(split.groups["under_before"] > 0) | (split.groups["under"] > 0)]
    cells = {"figure": formats.say(name)}
    cells["tenure"] = [formats.say(TENURE_NAMES[tenure]) for tenure in groups.index]
    for side in ("_before", ""):
        rates = groups[f"rate{side}"].where(groups[f"under{side}"] > 0)
        cells[f"rate{side}"] = [None if pd.isna(rate) else formats.value(rate, level) for rate in rates]
    for effect in ("rate_effect", "mix_effect"):
        cells[effect] = [_part(value, kind, formats) for value in groups[effect]]
    return groups.assign(**cells)


def _told(split: FigureSplit, formats: Formats) -> Text:
    _, level, kind = _named(split)
    sentence = formats.say(
        SENTENCES[split.key],
        moved=_moved(split, level, formats),
        before=formats.value(split.before, level),
        now=formats.value(split.now, level),
        change=_part(split.now - split.before, kind, formats),
        rate=_part(split.parts["rate"], kind, formats),
        mix=_part(split.parts["mix"], kind, formats),
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


def _named(split: FigureSplit) -> tuple[str, Kind, Kind]:
    """Return name and units of a figure; money of a hundred and more has no cents."""
    name, level, kind = FIGURES[split.key]
    return (name, "money", "money") if kind == "money2" and abs(split.before) >= 100 else (name, level, kind)


def _part(value: float, kind: Kind, formats: Formats) -> Text:
    return formats.points(value, digits=2) if kind == "points" else formats.change(value, kind)


def _moved(split: FigureSplit, level: Kind, formats: Formats) -> str:
    """Say which way a figure moved, as it is printed."""
    if formats.value(split.before, level) == formats.value(split.now, level):
        return "none"
    return "up" if split.now > split.before else "down"


def _way(change: float, kind: Kind, formats: Formats) -> str:
    """Say which way a change goes, as it is printed: one that is printed as zero goes none."""
    is_zero = _part(change, kind, formats) == _part(0.0, kind, formats)
    return "none" if is_zero else "up" if change > 0 else "down"


def _leads(split: FigureSplit, kind: Kind, formats: Formats) -> str | None:
    """Say which part counts for more; nothing where both are printed as large."""
    rate, mix = split.parts["rate"], split.parts["mix"]
    if _part(abs(rate), kind, formats) == _part(abs(mix), kind, formats):
        return None
    larger = "rate" if abs(rate) > abs(mix) else "mix"
    is_against = rate * mix < 0 and "none" not in (_way(rate, kind, formats), _way(mix, kind, formats))
    return f"{larger}_against" if is_against else larger

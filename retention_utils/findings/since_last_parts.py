"""What the change of key figures is made of, as tables and for the chart."""

from collections.abc import Mapping

import pandas as pd

from retention_utils.columns.since_last import PARTS, TENURE_GROUPS
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.formats import Formats, Kind
from retention_utils.since_last.splits import FigureSplit, correction
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = [
    "FIGURES",
    "drawn_parts",
    "groups_table",
    "part_in",
    "parts_alt",
    "parts_table",
    "units_of",
]

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
TENURE_NAMES = {
    0: message("new"),
    1: message("1–2 periods"),
    3: message("3–11 periods"),
    12: message("12 periods or more"),
}


def parts_table(
    splits: Mapping[str, FigureSplit | None], changes: pd.DataFrame, *, formats: Formats
) -> Table | Callout:
    """List the parts of every change; with the correction of what was printed they add up to it."""
    printed = changes.set_index("key")["number_before"]
    rows, totals = [], []
    for key, split in splits.items():
        if split is None:
            continue
        name, _, kind = units_of(split)
        corrected = correction(split, printed.get(key))
        listed = [(formats.say(PART_NAMES[key, part]), value) for part, value in split.parts.items()]
        if corrected:
            listed.append((formats.say("the number printed then was corrected since"), corrected))
        totals.append(len(rows))
        whole = split.now - split.before + corrected
        rows += [
            (formats.say(name), words, part_in(value, kind, formats))
            for words, value in [(formats.say("in all"), whole), *listed]
        ]
    return show_table(
        pd.DataFrame(rows, columns=["figure", "part", "change"]),
        PARTS,
        key="parts",
        caption="What the changes are made of",
        note="All is computed before rounding; so computed, the parts of a figure add up to its change.",
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


def units_of(split: FigureSplit) -> tuple[str, Kind, Kind]:
    """Return a figure's name, its unit and that of its parts; money of a hundred and more has no cents."""
    name, level, kind = FIGURES[split.key]
    return (name, "money", "money") if kind == "money2" and abs(split.before) >= 100 else (name, level, kind)


def part_in(value: float, kind: Kind, formats: Formats) -> Text:
    """``+0.83 points``: write a part of a change in its unit."""
    return formats.points(value, digits=2) if kind == "points" else formats.change(value, kind)


def _groups(split: FigureSplit, formats: Formats) -> pd.DataFrame:
    name, level, kind = units_of(split)
    groups = split.groups[(split.groups["under_before"] > 0) | (split.groups["under"] > 0)]
    cells = {"figure": formats.say(name)}
    cells["tenure"] = [formats.say(TENURE_NAMES[tenure]) for tenure in groups.index]
    for side in ("_before", ""):
        rates = groups[f"rate{side}"].where(groups[f"under{side}"] > 0)
        cells[f"rate{side}"] = [None if pd.isna(rate) else formats.value(rate, level) for rate in rates]
    for effect in ("rate_effect", "mix_effect"):
        cells[effect] = [part_in(value, kind, formats) for value in groups[effect]]
    return groups.assign(**cells)

"""What the early symptoms say, one sentence after the other, and the table of their tests."""

import pandas as pd

from retention_utils.display import Callout, Finding, Verdict, supply
from retention_utils.early_warning.mix import MixSplit
from retention_utils.early_warning.trends import RECENT, RELATIVE, WINDOW
from retention_utils.formats import Formats, Kind
from retention_utils.periods import Grain

__all__ = [
    "SYMPTOM_WORDS",
    "mix_rows",
    "repeat_note",
    "symptom_finding",
    "symptom_rows",
    "value_note",
    "without_costs",
    "without_surveys",
]

SYMPTOM_WORDS = {
    "frequency": "Purchase frequency",
    "signals": "Net Promoter Score",
    "order_value": "Order value",
    "value": "Value of a customer",
    "repeat_rate": "Repeat rate",
    "investment": "Share of costs spent on keeping customers",
}
VALUE_KINDS: dict[str, Kind] = {
    "frequency": "decimal3",
    "signals": "points",
    "order_value": "money2",
    "value": "money2",
    "repeat_rate": "share",
    "investment": "share",
}


def symptom_finding(
    symptom: str,
    trends: pd.DataFrame,
    *,
    grain: Grain,
    formats: Formats,
    split: MixSplit | None = None,
    note: str = "",
) -> Finding:
    """Answer whether one symptom is there.

    Parameters
    ----------
    symptom : str
        One of :data:`SYMPTOM_WORDS`.
    trends : DataFrame
        From :func:`retention_utils.early_warning.trends.symptom_trends`.
    grain : str
        Kind of the periods.
    split : MixSplit, optional
        Said when the symptom has moved: whether other customers or other habits did it.
    note : str
        A sentence of the caller's at the end; left out when there are not enough data.
    """
    key = f"symptom_{symptom}"
    row = trends.set_index("symptom").loc[symptom]
    if pd.isna(row["p"]) and pd.isna(row["change"]):
        return Finding(key, "not enough data", _too_little(symptom, row, grain, formats))
    has_moved = row["trend"] != 0 or row["shift"] != 0
    sentences = [
        _level(symptom, row, grain, formats),
        _trend(symptom, row, grain, formats),
        _season(symptom, row, grain, formats),
        mix_sentence(symptom, split, formats) if split and has_moved else "",
        note,
    ]
    return Finding(key, _verdict(row), " ".join(sentence for sentence in sentences if sentence))


def repeat_note(window_days: int, *, formats: Formats) -> str:
    """Say what in time means."""
    return f"In time means within {formats.days(window_days)} of the first purchase."


def value_note(year_value: float, year_value_before: float, *, grain: Grain, formats: Formats) -> str:
    """Say what a customer is worth a year, and was a year before; nothing if that is not known."""
    if pd.isna(year_value):
        return ""
    unit, now = _word(grain), formats.money(year_value)
    if pd.isna(year_value_before):
        return f"In the last {WINDOW} {unit}s together an active customer spent {now} on average."
    return (
        f"In the last {WINDOW} {unit}s together an active customer spent {now} on average, in the {WINDOW} "
        f"{unit}s before {formats.money(year_value_before)}."
    )


def symptom_rows(trends: pd.DataFrame, *, grain: Grain, formats: Formats) -> pd.DataFrame:
    """Write every symptom's test as a row of the table; what was not measured stays blank.

    Returns
    -------
    DataFrame
        One row per symptom: ``symptom``, ``last``, ``previous``, ``change``, ``interval``, ``year_change``,
        ``slope``, ``flag`` (text), ``p_adjusted`` (number), ``n`` (count).
    """
    return pd.DataFrame([_row(row, formats) for _, row in trends.iterrows()])


def mix_rows(splits: dict[str, MixSplit | None], *, formats: Formats) -> pd.DataFrame:
    """Write the split of every mean that could be split as a row of the table."""
    rows = []
    for mean, split in splits.items():
        if split is None:
            continue
        label, kind = MIX_WORDS[mean][0], MIX_WORDS[mean][2]
        numbers = ("previous", "last", "standardised")
        row = {"mean": label} | {name: formats.value(getattr(split, name), kind) for name in numbers}
        row |= {name: formats.change(getattr(split, name), kind) for name in ("rate_effect", "mix_effect")}
        rows.append(
            row | {"newcomers_previous": split.newcomers_previous, "newcomers_last": split.newcomers_last}
        )
    return pd.DataFrame(rows)


def mix_sentence(symptom: str, split: MixSplit, formats: Formats) -> str:
    """Say whether a mean moved because customers changed or because their mix did."""
    _, subject, kind, base = MIX_WORDS["order_value" if symptom == "order_value" else "orders_per_buyer"]
    was, now = formats.value(split.previous, kind), formats.value(split.last, kind)
    rate, mix = formats.change(split.rate_effect, kind), formats.change(split.mix_effect, kind)
    newest = f"{formats.share(split.newcomers_last)} of the {base}"
    before = formats.share(split.newcomers_previous)
    if abs(split.mix_effect) > abs(split.rate_effect):
        return (
            f"{subject} went from {was} to {now}, mostly because the buyers are others: {mix} comes "
            f"from another mix of newer and older customers (newcomers are {newest}, before {before}), "
            f"{rate} from customers who buy otherwise than those of the same standing did."
        )
    return (
        f"{subject} went from {was} to {now}, mostly because customers buy otherwise than those of the same "
        f"standing did ({rate}); another mix of newer and older customers (newcomers are {newest}, before "
        f"{before}) accounts for {mix}."
    )


def without_surveys() -> Callout:
    """Say what surveys would show."""
    return supply(
        key="missing_surveys",
        title="Do customers still recommend you?",
        text=(
            "With answers to the question how likely customers are to recommend you, this chapter follows "
            "the Net Promoter Score and warns when it falls. Supply a table [tables.surveys] in "
            "client.toml; its columns are in data/README.md."
        ),
    )


def without_costs() -> Callout:
    """Say what costs would show."""
    return supply(
        key="missing_costs",
        title="Is enough spent on keeping customers?",
        text=(
            "With the costs of winning and of keeping customers, this chapter follows the share that goes "
            "into keeping them and warns when it falls. Supply a table [tables.costs] with the column "
            "retention in client.toml; its columns are in data/README.md."
        ),
    )


# Of a mean that is split: name, subject of the sentence, kind, what the newcomers are a share of.
MIX_WORDS: dict[str, tuple[str, str, Kind, str]] = {
    "order_value": ("Revenue per order", "All orders together, revenue per order", "money2", "orders"),
    "orders_per_buyer": ("Orders per buyer and period", "Orders per buyer", "decimal3", "buyers"),
}


def _word(grain: Grain) -> str:
    return "period" if grain == "days" else grain


def _verdict(row: pd.Series) -> Verdict:
    moved = row["trend"] + row["shift"]
    return "worse" if moved < 0 else "better" if moved > 0 else "no clear change"


def _too_little(symptom: str, row: pd.Series, grain: Grain, formats: Formats) -> str:
    unit, count = _word(grain), formats.count(row["measured"])
    why = {
        "frequency": "a period counts once the log reaches back a whole churn gap before it",
        "value": "a period counts once the log reaches back a whole churn gap before it",
        "order_value": "a period counts if anything was ordered in it",
        "repeat_rate": (
            "a period counts if enough customers bought for the first time in it and have been followed for "
            "the whole window"
        ),
        "signals": "and at least 30 answers are needed on either side of a comparison",
        "investment": "a period counts if both costs are stated for it",
    }[symptom]
    measured = f"measured in {count} of the {WINDOW} {unit}s in a row that a trend needs"
    return f"{SYMPTOM_WORDS[symptom]}: {measured}; {why}."


def _level(symptom: str, row: pd.Series, grain: Grain, formats: Formats) -> str:
    if pd.isna(row["change"]):
        return f"{SYMPTOM_WORDS[symptom]} was zero at times, so no change can be given per hundred."
    kind, unit = VALUE_KINDS[symptom], _word(grain)
    now, was = formats.value(row["last"], kind), formats.value(row["previous"], kind)
    span = f"the {RECENT} {unit}s to {formats.period(row['until'])}"
    before = f"the {formats.count(row['previous_periods'])} {unit}s before"
    n = formats.count(row["n"])
    change = formats.change(row["change"], _change_kind(symptom))
    sure = f"95% interval {_ends(symptom, row, formats)}"
    return {
        "frequency": f"An active customer placed {now} orders a {unit} on average in {span}, against {was} "
        f"in {before}: {change} ({sure}, n = {n} active customers).",
        "order_value": f"An order brought {now} on average in {span}, against {was} in {before}: {change} "
        f"({sure}, n = {n} orders).",
        "value": f"An active customer spent {now} a {unit} on average in {span}, against {was} in {before}: "
        f"{change} ({sure}, n = {n} active customers).",
        "repeat_rate": f"Of those who bought for the first time in {span}, {now} bought again in time, "
        f"against {was} in {before}: {change} ({sure}, n = {n} newcomers).",
        "signals": "The Net Promoter Score, the share who would recommend (9 or 10 of 10) minus the share "
        f"who would not (0 to 6), was {now} in {span}, against {was} in {before}: {change} "
        f"({sure}, n = {n} answers).",
        "investment": f"Of what was spent on winning and keeping customers, {now} went into keeping them in "
        f"{span}, against {was} in {before}: {change} ({sure}; {formats.money(row['n'])} spent on both).",
    }[symptom]  # fmt: skip


def _change_kind(symptom: str) -> Kind:
    return "share" if symptom in RELATIVE else "points"


def _ends(symptom: str, row: pd.Series, formats: Formats) -> str:
    """Both ends with their sign; points name their unit once."""
    kind = _change_kind(symptom)
    if kind == "points":
        return formats.interval(row["low"], row["high"], kind)
    return f"{formats.change(row['low'], kind)} to {formats.change(row['high'], kind)}"


def _trend(symptom: str, row: pd.Series, grain: Grain, formats: Formats) -> str:
    unit = _word(grain)
    if pd.isna(row["p"]):
        return (
            f"Whether it falls steadily cannot be tested before {WINDOW} {unit}s in a row have a value each"
            + (" from at least 30 answers." if symptom == "signals" else ".")
        )
    if row["trend"] == 0:
        return f"Over the last {WINDOW} {unit}s no steady rise or fall can be told from chance."
    step = _step(symptom, row, formats)
    if row["trend"] < 0:
        return (
            f"Over the last {WINDOW} {unit}s it fell steadily, by about {step} a {unit}: more than by chance."
        )
    return f"Over the last {WINDOW} {unit}s it rose steadily, by about {step} a {unit}: more than by chance."


def _step(symptom: str, row: pd.Series, formats: Formats) -> str:
    if symptom in RELATIVE:
        return formats.share(abs(row["slope"] / row["middle"]))
    return formats.points(abs(row["slope"])).removeprefix("+")


def _season(symptom: str, row: pd.Series, grain: Grain, formats: Formats) -> str:
    """Hold a fall or rise against the same periods a year before."""
    moved = row["trend"] + row["shift"]
    if moved == 0 or pd.isna(row["year_change"]):
        return ""
    change = formats.change(row["year_change"], _change_kind(symptom))
    start = f"Against the same {RECENT} {_word(grain)}s a year before it is {change}"
    if row["year_change"] * moved > 0:
        return f"{start}, so it is not the season alone."
    return f"{start}, so it may be the season."


def _row(row: pd.Series, formats: Formats) -> dict[str, object]:
    symptom = row["symptom"]
    kind, change_kind = VALUE_KINDS[symptom], _change_kind(symptom)
    slope = row["slope"] / row["middle"] if symptom in RELATIVE else row["slope"]
    cells = {
        "last": (row["last"], formats.value(row["last"], kind)),
        "previous": (row["previous"], formats.value(row["previous"], kind)),
        "change": (row["change"], formats.change(row["change"], change_kind)),
        "interval": (row["change"], _ends(symptom, row, formats)),
        "year_change": (row["year_change"], formats.change(row["year_change"], change_kind)),
        "slope": (slope, formats.change(slope, change_kind)),
    }
    written = {name: None if pd.isna(value) else text for name, (value, text) in cells.items()}
    named = {"symptom": SYMPTOM_WORDS[symptom], "flag": row["flag"]}
    return named | written | {"p_adjusted": row["p_adjusted"], "n": row["n"]}

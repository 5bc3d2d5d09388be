"""What the early symptoms say, one sentence after the other, and the table of their tests."""

import pandas as pd

from retention_utils.display import Callout, Finding, Verdict, supply
from retention_utils.early_warning.mix import MixSplit
from retention_utils.early_warning.trends import RECENT, RELATIVE, WINDOW
from retention_utils.findings.words import change_interval, count_or_none, interval, period_word, unit_price
from retention_utils.formats import Formats, Kind
from retention_utils.periods import Grain

__all__ = [
    "SYMPTOM_WORDS",
    "mix_rows",
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
    window_days: int = 0,
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
        Said when the symptom has fallen, and mostly because the customers are others.
    window_days : int
        Within which a new customer buys again; only for ``repeat_rate``.
    """
    key = f"symptom_{symptom}"
    row = trends.set_index("symptom").loc[symptom]
    if pd.isna(row["p"]) and pd.isna(row["change"]):
        return Finding(key, "not enough data", _too_little(symptom, row, grain, window_days, formats))
    sentences = [
        _level(symptom, row, grain, window_days, formats),
        _trend(symptom, row, grain, formats),
        _reservation(symptom, row, split, grain, formats),
    ]
    return Finding(key, _verdict(row), " ".join(sentence for sentence in sentences if sentence))


def value_note(year_value: float, year_value_before: float, *, grain: Grain, formats: Formats) -> str:
    """Say what a customer is worth a year, and was a year before; nothing if that is not known."""
    if pd.isna(year_value):
        return ""
    unit, now = period_word(grain), formats.money(year_value)
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
        label, kind = MIX_WORDS[mean][0], MIX_WORDS[mean][1]
        numbers = ("previous", "last", "standardised")
        row = {"mean": label} | {name: formats.value(getattr(split, name), kind) for name in numbers}
        row |= {name: formats.change(getattr(split, name), kind) for name in ("rate_effect", "mix_effect")}
        rows.append(
            row | {"newcomers_previous": split.newcomers_previous, "newcomers_last": split.newcomers_last}
        )
    return pd.DataFrame(rows)


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


# Of a mean that is split: name, kind, what the newcomers are a share of.
MIX_WORDS: dict[str, tuple[str, Kind, str]] = {
    "order_value": ("Revenue per order", "money2", "orders"),
    "orders_per_buyer": ("Orders per buyer and period", "decimal3", "buyers"),
}
# What it means that a symptom fell, rose or did neither.
ANSWERS: dict[str, dict[Verdict, str]] = {
    "frequency": {
        "worse": "Active customers order less often",
        "better": "Active customers order more often",
        "no clear change": "How often active customers order shows no clear change",
    },
    "order_value": {
        "worse": "An order brings less",
        "better": "An order brings more",
        "no clear change": "What an order brings shows no clear change",
    },
    "value": {
        "worse": "An active customer spends less",
        "better": "An active customer spends more",
        "no clear change": "What an active customer spends shows no clear change",
    },
    "repeat_rate": {
        "worse": "Fewer new customers buy again within {days}",
        "better": "More new customers buy again within {days}",
        "no clear change": "The share of new customers who buy again within {days} shows no clear change",
    },
    "signals": {
        "worse": "The Net Promoter Score has fallen",
        "better": "The Net Promoter Score has risen",
        "no clear change": "The Net Promoter Score shows no clear change",
    },
    "investment": {
        "worse": "Keeping customers gets a smaller share of the costs",
        "better": "Keeping customers gets a larger share of the costs",
        "no clear change": "The share of the costs that goes into keeping customers shows no clear change",
    },
}


def _verdict(row: pd.Series) -> Verdict:
    moved = row["trend"] + row["shift"]
    return "worse" if moved < 0 else "better" if moved > 0 else "no clear change"


def _too_little(symptom: str, row: pd.Series, grain: Grain, window_days: int, formats: Formats) -> str:
    unit, count = period_word(grain), count_or_none(row["measured"], formats)
    reaches_back = f"A {unit} counts once the order log reaches back a whole churn gap before it."
    why = {
        "frequency": reaches_back,
        "value": reaches_back,
        "order_value": f"A {unit} counts if anything was ordered in it.",
        "repeat_rate": (
            f"A {unit} counts if enough customers bought for the first time in it and "
            f"{formats.days(window_days)} have passed since."
        ),
        "signals": "A comparison needs at least 30 answers on either side.",
        "investment": f"A {unit} counts if the costs of winning and of keeping are stated for it.",
    }[symptom]
    return (
        f"{SYMPTOM_WORDS[symptom]} cannot be judged yet: of the {WINDOW} {unit}s in a row that a trend "
        f"needs, {count} {'is' if row['measured'] <= 1 else 'are'} measured. {why}"
    )


def _level(symptom: str, row: pd.Series, grain: Grain, window_days: int, formats: Formats) -> str:
    """Say what the symptom means, and hold the last periods against those before."""
    unit = period_word(grain)
    if pd.isna(row["change"]):
        return f"{SYMPTOM_WORDS[symptom]} was zero in some {unit}s, so no change in per cent can be given."
    answer = ANSWERS[symptom][_verdict(row)].format(days=formats.days(window_days))
    now, was = (_level_value(symptom, row[name], formats) for name in ("last", "previous"))
    span = f"in the {RECENT} {unit}s to {formats.period(row['until'])}"
    before = f"in the {formats.count(row['previous_periods'])} {unit}s before"
    found = f"{formats.change(row['change'], _change_kind(symptom))}, {_ends(symptom, row, formats)}"
    n = f"n = {formats.count(row['n'])}"
    return {
        "frequency": f"{answer}: {now} orders a {unit} each {span}, against {was} {before} ({found}, {n}).",
        "order_value": f"{answer}: {now} on average {span}, against {was} {before} ({found}, {n} orders).",
        "value": f"{answer}: {now} a {unit} on average {span}, against {was} {before} ({found}, {n}).",
        "repeat_rate": f"{answer}: {now} of those who joined {span}, against {was} {before} "
        f"({found}, {n}).",
        "signals": f"{answer}: {now} {span}, against {was} {before} ({found}, {n} answers). It is the "
        "share who would recommend (9 or 10 of 10) less the share who would not (0 to 6).",
        "investment": f"{answer}: {now} {span}, against {was} {before} ({found}; "
        f"{formats.short_money(row['n'])} spent on winning and keeping).",
    }[symptom]  # fmt: skip


def _level_value(symptom: str, value: float, formats: Formats) -> str:
    kind = VALUE_KINDS[symptom]
    return unit_price(value, formats) if kind == "money2" else formats.value(value, kind)


def _change_kind(symptom: str) -> Kind:
    return "share" if symptom in RELATIVE else "points"


def _ends(symptom: str, row: pd.Series, formats: Formats) -> str:
    """Both ends with their sign; points name their unit once."""
    kind = _change_kind(symptom)
    write = interval if kind == "points" else change_interval
    return write(row["low"], row["high"], kind, formats)


def _trend(symptom: str, row: pd.Series, grain: Grain, formats: Formats) -> str:
    """Say whether it falls or rises steadily; nothing where that cannot be tested."""
    unit = period_word(grain)
    if pd.isna(row["p"]):
        return ""
    if row["trend"] == 0:
        return f"Over the last {WINDOW} {unit}s it shows no steady fall or rise."
    step = _step(symptom, row, formats)
    if row["trend"] < 0:
        return (
            f"Over the last {WINDOW} {unit}s it fell steadily, by about {step} a {unit}: more than by chance."
        )
    return f"Over the last {WINDOW} {unit}s it rose steadily, by about {step} a {unit}: more than by chance."


def _step(symptom: str, row: pd.Series, formats: Formats) -> str:
    if symptom in RELATIVE:
        return formats.share(abs(row["slope"] / row["middle"]))
    return str(formats.points(abs(row["slope"]))).removeprefix("+")


def _reservation(symptom: str, row: pd.Series, split: MixSplit | None, grain: Grain, formats: Formats) -> str:
    """Say what else may stand behind a fall or a rise: the season, or that the customers are others."""
    moved = row["trend"] + row["shift"]
    sentences = []
    if moved != 0 and row["year_change"] * moved <= 0:
        change = formats.change(row["year_change"], _change_kind(symptom))
        unit = period_word(grain)
        sentences.append(
            f"It may be the season: against the same {RECENT} {unit}s a year before it is {change}."
        )
    if moved < 0 and split and split.mix_effect < -abs(split.rate_effect):
        mean, kind, base = MIX_WORDS["order_value" if symptom == "order_value" else "orders_per_buyer"]
        sentences.append(
            f"Most of the change in {mean.lower()} ({formats.change(split.mix_effect, kind)}) comes from "
            f"another mix of newer and older customers: new ones are {formats.share(split.newcomers_last)} "
            f"of the {base}, before {formats.share(split.newcomers_previous)}."
        )
    return " ".join(sentences)


def _row(row: pd.Series, formats: Formats) -> dict[str, object]:
    symptom = row["symptom"]
    kind, change_kind = VALUE_KINDS[symptom], _change_kind(symptom)
    slope = row["slope"] / row["middle"] if symptom in RELATIVE else row["slope"]
    cells = {
        "last": (row["last"], formats.value(row["last"], kind)),
        "previous": (row["previous"], formats.value(row["previous"], kind)),
        "change": (row["change"], formats.change(row["change"], change_kind)),
        "interval": (row["change"], str(_ends(symptom, row, formats)).removeprefix("95% interval ")),
        "year_change": (row["year_change"], formats.change(row["year_change"], change_kind)),
        "slope": (slope, formats.change(slope, change_kind)),
    }
    written = {name: None if pd.isna(value) else text for name, (value, text) in cells.items()}
    named = {"symptom": SYMPTOM_WORDS[symptom], "flag": row["flag"]}
    return named | written | {"p_adjusted": row["p_adjusted"], "n": row["n"]}

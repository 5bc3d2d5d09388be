"""What the waits of different groups of first-time customers say, and how their tables read."""

import pandas as pd

from retention_utils.display import Callout, Finding, supply
from retention_utils.errors import ConfigError, did_you_mean
from retention_utils.findings.words import customers, interval
from retention_utils.formats import Formats
from retention_utils.next_order_segments import NOT_STATED
from retention_utils.untrusted import shown

__all__ = [
    "listed_quantiles",
    "listed_segments",
    "listed_tests",
    "missing_attributes",
    "named_curves",
    "segment_waits",
    "segments_alt",
]

ATTRIBUTE_WORDS = {
    "first_order_value": "the value of the first purchase",
    "channel": "the channel of the first purchase",
    "category": "the category of the first purchase",
    "first_year": "the year of the first purchase",
}
COLUMN_WORDS = {
    "first_order_value": "Value",
    "channel": "Channel",
    "category": "Category",
    "first_year": "Year",
}
OPTIONAL = ("channel", "category")
MOST_LINES = 5
NAME_LENGTH = 24  # characters of a segment's name
WHOLE_FROM = 100  # limits of thirds from here on are written without cents


def segment_waits(
    shares: pd.DataFrame,
    tests: pd.DataFrame,
    *,
    window_days: int,
    min_customers: int,
    formats: Formats,
) -> Finding:
    """Answer what known of a first purchase tells customers apart, by how much, and whether by chance.

    Parameters
    ----------
    shares, tests : DataFrame
        From :func:`retention_utils.next_order_segments.segment_shares` and its ``segment_tests``.
    """
    known = _comparable(shares)
    spread = known.groupby("attribute")["ordered"].agg(["min", "max", "size"])
    tested = tests[tests["attribute"].isin(spread.index[spread["size"] >= 2])]
    if tested.empty:
        text = (
            "Groups of first-time customers cannot be compared yet: that needs two groups of at least "
            f"{customers(min_customers, formats)} each, followed for {formats.days(window_days)} and with "
            "some who bought again."
        )
        return Finding("segment_waits", "not enough data", text)
    if not tested["is_apart"].any():
        nearest = tested.loc[tested["p_value"].idxmin(), "attribute"]
        text = f"{_alike(tested, nearest)}: {_range(known, nearest, window_days, formats)}."
        text += f" {_by_chance(tested['adjusted'].min(), formats)}"
        return Finding("segment_waits", "no clear change", text)
    apart = tested[tested["is_apart"]].set_index("attribute")
    strongest = (spread["max"] - spread["min"])[apart.index].idxmax()
    text = f"{_apart(apart, strongest)}: {_range(known, strongest, window_days, formats)}."
    text += f" {_by_chance(apart.loc[strongest, 'adjusted'], formats)} The data do not say why they differ."
    return Finding("segment_waits", "yes", text)


def segments_alt(shares: pd.DataFrame, *, attribute: str, window_days: int, formats: Formats) -> str:
    """Describe the curves of one attribute's segments for who cannot see them."""
    known = _comparable(shares[shares["attribute"] == attribute])
    if known.empty:
        return "There are not enough data to draw a line."
    return f"{_range(known, attribute, window_days, formats, is_start=True)}."


def missing_attributes(shares: pd.DataFrame) -> Callout | None:
    """Say what the channel or the category of orders would add; None if one of them is supplied."""
    if set(OPTIONAL) & set(shares["attribute"]):
        return None
    return supply(
        key="missing_attributes",
        title="Whether customers of one sales channel or product category buy again sooner",
        text=(
            "Name the columns channel or category of the orders in [orders.columns] of client.toml; "
            "data/README.md says what they hold."
        ),
    )


def named_curves(
    curves: pd.DataFrame, shares: pd.DataFrame, *, attribute: str, formats: Formats
) -> pd.DataFrame:
    """Return the curves of an attribute's largest segments, each with the ``label`` that charts write.

    Small segments have none, nor have customers of whom nothing is stated; of the others those with most
    customers are kept, so that lines can be told apart.

    Raises
    ------
    ConfigError
        If there is no such attribute.
    """
    if attribute not in ATTRIBUTE_WORDS:
        msg = f"compare_by is {attribute!r}; use one of {list(ATTRIBUTE_WORDS)}."
        raise ConfigError(msg + did_you_mean(attribute, ATTRIBUTE_WORDS))
    is_drawn = (shares["attribute"] == attribute) & (shares["segment"] != NOT_STATED) & ~shares["is_small"]
    part = shares[is_drawn]
    kept = part.sort_values(["customers", "position"], ascending=[False, True]).head(MOST_LINES)
    labels = pd.Series([_segment(row, formats) for row in kept.itertuples()], kept["position"], dtype=object)
    drawn = curves[(curves["attribute"] == attribute) & curves["position"].isin(kept["position"])]
    return drawn.assign(label=drawn["position"].map(labels)).drop(columns=["low_value", "high_value"])


def listed_segments(shares: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Word the segments for their table: ``attribute``, ``segment``, ``median`` ("> 545" if not reached)."""
    return shares.assign(
        attribute=[COLUMN_WORDS[name] for name in shares["attribute"]],
        segment=[_segment(row, formats) for row in shares.itertuples()],
        median=_reached(shares["median_days"], shares["observed_days"], formats),
    )


def listed_tests(tests: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Word the tests for their table: ``attribute``, ``p_value`` and ``adjusted`` as "< 0.001"."""
    return tests.assign(
        attribute=[COLUMN_WORDS[name] for name in tests["attribute"]],
        p_value=[_probability(value, formats) for value in tests["p_value"]],
        adjusted=[_probability(value, formats) for value in tests["adjusted"]],
        verdict=["yes" if is_apart else "no" for is_apart in tests["is_apart"]],
    )


def listed_quantiles(quantiles: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Word the days of quantiles for their table: ``reached`` is "> 545" where it is not reached."""
    return quantiles.assign(reached=_reached(quantiles["days"], quantiles["observed_days"], formats))


def _comparable(shares: pd.DataFrame) -> pd.DataFrame:
    """Return the segments whose share is known and that stand for something."""
    return shares[shares["ordered"].notna() & (shares["segment"] != NOT_STATED)]


def _apart(apart: pd.DataFrame, strongest: str) -> str:
    if len(apart) == 1:
        return f"How soon customers buy again differs by {ATTRIBUTE_WORDS[strongest]}"
    return f"How soon customers buy again differs most by {ATTRIBUTE_WORDS[strongest]}"


def _alike(tested: pd.DataFrame, nearest: str) -> str:
    if len(tested) == 1:
        return f"How soon customers buy again shows no clear difference by {ATTRIBUTE_WORDS[nearest]}"
    return (
        "How soon customers buy again shows no clear difference by anything compared, not even by "
        f"{ATTRIBUTE_WORDS[nearest]}"
    )


def _range(
    known: pd.DataFrame, attribute: str, window_days: int, formats: Formats, *, is_start: bool = False
) -> str:
    """Give the lowest and the highest share among an attribute's segments, with interval and count."""
    part = known[known["attribute"] == attribute].sort_values(["ordered", "position"])
    least, most = part.iloc[0], part.iloc[-1]
    within = "Within" if is_start else "within"
    return (
        f"{within} {formats.days(window_days)}, {_share(least, formats)} of “{_segment(least, formats)}” buy "
        f"again ({_basis(least, formats)}), against {_share(most, formats)} of “{_segment(most, formats)}” "
        f"({_basis(most, formats)})"
    )


def _share(row: pd.Series, formats: Formats) -> str:
    return formats.share(row["ordered"])


def _basis(row: pd.Series, formats: Formats) -> str:
    return f"{interval(row['low'], row['high'], 'share', formats)}, n = {formats.count(row['customers'])}"


def _segment(row: object, formats: Formats) -> str:
    """Name a segment; a third by its limits."""
    if row.attribute != "first_order_value":
        return shown(row.segment, NAME_LENGTH)
    low, high = _price(row.low_value, formats), _price(row.high_value, formats)
    if row.segment == "lower":
        return f"lower third, up to {high}"
    if row.segment == "upper":
        return f"upper third, from {low}"
    return f"middle third, {low} to {high}"


def _price(value: float, formats: Formats) -> str:
    return formats.money(value, digits=0 if value >= WHOLE_FROM else 2)


def _reached(days: pd.Series, observed_days: pd.Series, formats: Formats) -> list[str]:
    return [
        "" if pd.isna(last) else f"> {formats.count(last)}" if pd.isna(day) else formats.count(day)
        for day, last in zip(days, observed_days, strict=True)
    ]


def _by_chance(probability: float, formats: Formats) -> str:
    if probability < 0.001:
        return "By chance alone, groups would differ this much in fewer than 1 of 1,000 cases."
    return f"By chance alone, groups would differ this much in {formats.share(probability)} of cases."


def _probability(value: float, formats: Formats) -> str:
    return f"< {formats.number(0.001, digits=3)}" if value < 0.001 else formats.number(value, digits=3)

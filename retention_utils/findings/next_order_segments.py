"""What the waits of different groups of first-time customers say."""

import pandas as pd

from retention_utils.display import Callout, Finding, supply
from retention_utils.findings.next_order_tables import segment_name
from retention_utils.findings.words import by_chance, interval
from retention_utils.formats import Formats
from retention_utils.next_order_segments import NOT_STATED
from retention_utils.texts import Text

__all__ = ["missing_attributes", "segment_waits", "segments_alt"]

OPTIONAL = ("channel", "category")


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
        return _nothing_to_compare(window_days, min_customers, formats)
    if not tested["is_apart"].any():
        nearest = tested.loc[tested["p_value"].idxmin(), "attribute"]
        told = _range(known, nearest, window_days, formats)
        chance = by_chance(tested["adjusted"].min(), formats, is_apart=False)
        sentences = [_alike(told, len(tested), formats), chance]
        return Finding("segment_waits", "no clear change", formats.joined(sentences, by=" "))
    apart = tested[tested["is_apart"]].set_index("attribute")
    strongest = (spread["max"] - spread["min"])[apart.index].idxmax()
    told = _range(known, strongest, window_days, formats)
    sentences = [
        _apart(told, len(apart), formats),
        by_chance(apart.loc[strongest, "adjusted"], formats, is_apart=True),
        formats.say("The data do not say why they differ."),
    ]
    return Finding("segment_waits", "yes", formats.joined(sentences, by=" "))


def segments_alt(shares: pd.DataFrame, *, attribute: str, window_days: int, formats: Formats) -> Text:
    """Describe the curves of one attribute's segments for who cannot see them."""
    known = _comparable(shares[shares["attribute"] == attribute])
    if known.empty:
        return formats.say("There are not enough data to draw a line.")
    told = _range(known, attribute, window_days, formats)
    del told["attribute"]
    return formats.say(
        "Within {days}, {least} of “{least_group}” buy again ({least_interval}, n = {least_customers}), "
        "against {most} of “{most_group}” ({most_interval}, n = {most_customers}).",
        **told,
    )


def missing_attributes(shares: pd.DataFrame, *, formats: Formats) -> Callout | None:
    """Say what the channel or the category of orders would add; None if one of them is supplied."""
    if set(OPTIONAL) & set(shares["attribute"]):
        return None
    return supply(
        key="missing_attributes",
        title=formats.say("Whether customers of one sales channel or product category buy again sooner"),
        text=formats.say(
            "Supply, with every order, its sales channel or its product category; whoever makes this "
            "report finds the columns in data/README.md (channel, category)."
        ),
    )


def _comparable(shares: pd.DataFrame) -> pd.DataFrame:
    """Return the segments whose share is known and that stand for something."""
    return shares[shares["ordered"].notna() & (shares["segment"] != NOT_STATED)]


def _range(known: pd.DataFrame, attribute: str, window_days: int, formats: Formats) -> dict[str, Text | str]:
    """Give the lowest and the highest share among an attribute's segments, with interval and count."""
    part = known[known["attribute"] == attribute].sort_values(["ordered", "position"])
    told = {"attribute": attribute, "days": formats.days(window_days)}
    for end, row in (("least", part.iloc[0]), ("most", part.iloc[-1])):
        told |= {
            end: formats.share(row["ordered"]),
            f"{end}_group": segment_name(row, formats),
            f"{end}_interval": interval(row["low"], row["high"], "share", formats),
            f"{end}_customers": formats.count(row["customers"]),
        }
    return told


def _nothing_to_compare(window_days: int, min_customers: int, formats: Formats) -> Finding:
    text = formats.say(
        "Groups of first-time customers cannot be compared yet. That needs two groups of at least "
        "{customers, plural, one {# customer} other {# customers}} each, followed for {days} and with some "
        "who bought again.",
        customers=min_customers,
        days=formats.days(window_days),
    )
    return Finding("segment_waits", "not enough data", text)


def _apart(told: dict[str, Text | str], found: int, formats: Formats) -> Text:
    return formats.say(
        "How soon customers buy again {is_only, select, yes {differs} other {differs most}} by {attribute, "
        "select, first_order_value {the value} channel {the channel} category {the category} other {the "
        "year}} of the first purchase. Within {days}, {least} of “{least_group}” buy again "
        "({least_interval}, n = {least_customers}), against {most} of “{most_group}” ({most_interval}, n = "
        "{most_customers}).",
        is_only="yes" if found == 1 else "no",
        **told,
    )


def _alike(told: dict[str, Text | str], tested: int, formats: Formats) -> Text:
    return formats.say(
        "How soon customers buy again shows no clear difference by {is_only, select, yes {} other {anything "
        "compared, not even by }}{attribute, select, first_order_value {the value} channel {the channel} "
        "category {the category} other {the year}} of the first purchase. Within {days}, {least} of "
        "“{least_group}” buy again ({least_interval}, n = {least_customers}), against {most} of "
        "“{most_group}” ({most_interval}, n = {most_customers}).",
        is_only="yes" if tested == 1 else "no",
        **told,
    )

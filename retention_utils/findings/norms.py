"""Norm cards: what is often said, how far to trust it, and what the client's own data say."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retention_utils.formats import Formats
from retention_utils.glossary.norms import Norm
from retention_utils.periods import Grain
from retention_utils.texts import Text, text_of
from retention_utils.translations import message

__all__ = ["norm_cards"]

TRUST = {
    "primary": message("Can be checked."),
    "second-hand": message("Second-hand."),
    "distorted": message("Distorted."),
    "not found": message("No source found."),
}


def norm_cards(
    norms: Sequence[Norm],
    figures: Mapping[str, Mapping[str, Any]],
    *,
    formats: Formats,
    grain: Grain = "month",
) -> pd.DataFrame:
    """Lay every claim beside the client's own figure.

    Parameters
    ----------
    norms : sequence of Norm
        The claims.
    figures : mapping
        Key figures of the report by key, as they were displayed: ``label``, ``value``, ``number``,
        ``interval``, ``basis``.
    grain : str
        Kind of the report's period: a claim about a month is not silently held against a quarter.

    Returns
    -------
    DataFrame
        One row per claim: ``id``, ``claim``, ``origin``, ``trust`` (with the reason), ``here`` (the own
        figure with its interval and count, and what to keep in mind), ``is_comparable``.
    """
    rows, nothing = [], formats.say("nothing comparable in this report")
    for norm in norms:
        by_contract = _known(figures, norm.contracts)
        own = by_contract or _known(figures, norm.own)
        caution = "" if by_contract else norm.caution
        rows.append(
            {
                "id": norm.id,
                "claim": formats.given(norm.claim.model_dump()),
                "origin": formats.say(norm.origin),
                "trust": formats.joined([formats.say(TRUST[norm.trust]), formats.say(norm.why)], by=" "),
                "here": _own(own, norm, caution, grain, formats) if own else nothing,
                "is_comparable": own is not None,
            }
        )
    return pd.DataFrame(rows, columns=["id", "claim", "origin", "trust", "here", "is_comparable"])


def _known(figures: Mapping[str, Mapping[str, Any]], key: str) -> Mapping[str, Any] | None:
    figure = figures.get(key)
    return figure if figure is not None and figure["number"] is not None else None


def _own(figure: Mapping[str, Any], norm: Norm, caution: str, grain: Grain, formats: Formats) -> Text:
    label, value = text_of(figure["label"]), text_of(figure["value"])
    if notes := [text_of(figure[name]) for name in ("interval", "basis") if figure[name]]:
        told = [
            formats.say(
                "{figure}: {value} ({notes}).", figure=label, value=value, notes=formats.joined(notes)
            )
        ]
    else:
        told = [formats.say("{figure}: {value}.", figure=label, value=value)]
    if norm.is_monthly and grain != "month":
        told.append(
            formats.say(
                "The figure here is for {grain, select, week {a week} quarter {a quarter} year {a year} "
                "other {a period}}, the claim for a month.",
                grain=grain,
            )
        )
    if caution:
        told.append(formats.say(caution))
    return formats.joined(told, by=" ")

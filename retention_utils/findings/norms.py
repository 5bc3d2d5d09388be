"""Norm cards: what is often said, how far to trust it, and what the client's own data say."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retention_utils.findings.words import period_word
from retention_utils.glossary.norms import Norm
from retention_utils.periods import Grain

__all__ = ["norm_cards"]

TRUST = {
    "primary": "Can be checked",
    "second-hand": "Second-hand",
    "distorted": "Distorted",
    "not found": "No source found",
}
NOTHING = "nothing comparable in this report"


def norm_cards(
    norms: Sequence[Norm],
    figures: Mapping[str, Mapping[str, Any]],
    *,
    language: str,
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
    language : str
        Of the claims: en, ru or uk.
    grain : str
        Kind of the report's period: a claim about a month is not silently held against a quarter.

    Returns
    -------
    DataFrame
        One row per claim: ``id``, ``claim``, ``origin``, ``trust`` (with the reason), ``here`` (the own
        figure with its interval and count, and what to keep in mind), ``is_comparable``.
    """
    rows = []
    for norm in norms:
        own = figures.get(norm.own)
        is_known = own is not None and own["number"] is not None
        rows.append(
            {
                "id": norm.id,
                "claim": getattr(norm.claim, language),
                "origin": norm.origin,
                "trust": f"{TRUST[norm.trust]}. {norm.why}",
                "here": _own(own, norm, grain) if is_known else NOTHING,
                "is_comparable": is_known,
            }
        )
    return pd.DataFrame(rows, columns=["id", "claim", "origin", "trust", "here", "is_comparable"])


def _own(figure: Mapping[str, Any], norm: Norm, grain: Grain) -> str:
    notes = "; ".join(str(note) for note in (figure["interval"], figure["basis"]) if note)
    value = f"{figure['label']}: {figure['value']}" + (f" ({notes})." if notes else ".")
    length = ""
    if norm.is_monthly and grain != "month":
        length = f"The figure here is for a {period_word(grain)}, the claim for a month."
    return " ".join(part for part in (value, length, norm.caution) if part)

"""Norm cards: what is often said, how far to trust it, and what the client's own data say."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retention_utils.glossary.norms import Norm

__all__ = ["norm_cards"]

TRUST = {
    "primary": "can be checked",
    "second-hand": "second-hand",
    "distorted": "distorted",
    "not found": "no source found",
}
NOTHING = "nothing comparable in this report"


def norm_cards(
    norms: Sequence[Norm], figures: Mapping[str, Mapping[str, Any]], *, language: str
) -> pd.DataFrame:
    """Lay every claim beside the client's own figure.

    Parameters
    ----------
    norms : sequence of Norm
        The claims.
    figures : mapping
        Key figures of the report by key, as they were displayed: ``label``, ``value``, ``number``,
        ``interval``.
    language : str
        Of the claims: en, ru or uk.

    Returns
    -------
    DataFrame
        One row per claim: ``claim``, ``origin``, ``trust`` (with the reason), ``here`` (the own figure
        with its interval, and what to keep in mind), ``is_comparable``.
    """
    rows = []
    for norm in norms:
        own = figures.get(norm.own)
        is_known = own is not None and own["number"] is not None
        rows.append(
            {
                "claim": getattr(norm.claim, language),
                "origin": norm.origin,
                "trust": f"{TRUST[norm.trust]}: {norm.why}",
                "here": _own(own, norm.caution) if is_known else NOTHING,
                "is_comparable": is_known,
            }
        )
    return pd.DataFrame(rows, columns=["claim", "origin", "trust", "here", "is_comparable"])


def _own(figure: Mapping[str, Any], caution: str) -> str:
    spread = f" ({figure['interval']})" if figure["interval"] else ""
    return f"{figure['label']}: {figure['value']}{spread}. {caution}".strip()

"""Colour tokens: one source, the report's stylesheet, read once.

Charts draw with the hexes of the light scheme; :mod:`retention_utils.svg` turns each hex back into its
token, so one picture follows light, dark and print.
"""

import re
from pathlib import Path

__all__ = ["DARK", "FONTS", "HEAT", "HEAT_TEXT", "LIGHT", "ROLES", "STYLESHEET", "tokens"]

STYLESHEET = Path(__file__).with_name("templates") / "report.css"


def tokens(css: str, *, scheme: str) -> dict[str, str]:
    """Colours by token name, from the block between ``/* tokens:<scheme> */`` and ``/* end */``.

    Parameters
    ----------
    css : str
        The stylesheet.
    scheme : str
        ``light`` or ``dark``.

    Returns
    -------
    dict of str to str
        Upper-case ``#RRGGBB`` by token name without its dashes, in the stylesheet's order.

    Raises
    ------
    ValueError
        If the stylesheet has no such block.
    """
    block = re.search(rf"/\* tokens:{scheme} \*/(.*?)/\* end \*/", css, re.DOTALL)
    if block is None:
        msg = f"The stylesheet has no block between '/* tokens:{scheme} */' and '/* end */'; restore it."
        raise ValueError(msg)
    found = re.findall(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})\b", block[1])
    return {name: value.upper() for name, value in found}


_CSS = STYLESHEET.read_text(encoding="utf-8")

LIGHT = tokens(_CSS, scheme="light")
DARK = tokens(_CSS, scheme="dark")

ROLES = {role: LIGHT[role] for role in ("main", "alert", "back", "fresh", "other", "plum")}
"""Series colours by what they stand for.

``main`` the thing the chart is about (retained, actual), ``alert`` what needs attention (lapsed, lost, the
marked point), ``back`` returned or modelled, ``fresh`` new customers, ``other`` comparison and context,
``plum`` a sixth series if it cannot be avoided.
"""

ROLE_INKS = ROLES | {"back": LIGHT["back-ink"], "fresh": LIGHT["fresh-ink"], "other": LIGHT["ink2"]}
"""The colours of words and numbers beside a series, dark enough to read where the series is too light."""

HEAT = [LIGHT[f"h{step}"] for step in range(7)]
"""Seven steps of a heat map, low to high."""

HEAT_TEXT = [LIGHT[f"h{step}t"] for step in range(7)]
"""The colour of a label on the heat step of the same position."""

FONTS = re.search(r"--sans:\s*([^;]+);", _CSS)[1]
"""The families that the page and its charts are set in, in the order they are tried."""

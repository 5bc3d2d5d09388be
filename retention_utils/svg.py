"""Matplotlib figures as small inline SVG that follows the page's colour scheme.

Nothing here needs pyplot; matplotlib is imported only by :func:`inline`, so that the report can be written
without it.
"""

import io
import re
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from retention_utils.compact import gathered
from retention_utils.errors import RetentionError
from retention_utils.palette import LIGHT
from retention_utils.pictures import REFERENCE, written
from retention_utils.untrusted import NOT_IN_XML

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["inline", "plain"]

TOKENS = {value.lower(): f"var(--{name})" for name, value in LIGHT.items()}
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b", re.IGNORECASE)
NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
# the page's stylesheet sets these once for every chart
INHERITED = re.compile(
    r"(?:font-family|stroke-linecap|stroke-linejoin)\s*:[^;]*;?\s*|font-size:\s*12\.5px;?\s*"
)

HIDDEN = {"aria-hidden": "true", "focusable": "false"}


def plain(text: str) -> str:
    """Text that a label shows letter by letter, whatever a client called a segment or a product.

    Matplotlib reads what stands between two ``$`` as mathematics and breaks lines at newlines. Text that
    does not come from this package must go through here before it reaches a label, title or tick; so must
    every label that may hold two amounts in dollars.

    Returns
    -------
    str
        One line, ``$`` escaped, characters that no SVG may carry left out.
    """
    return NOT_IN_XML.sub("", re.sub(r"\s+", " ", str(text))).replace("$", r"\$")


def inline(figure: "Figure", *, prefix: str, css_class: str) -> str:
    """Give the figure as one ``<svg>`` element without size, fonts or colours of its own.

    Parameters
    ----------
    figure : Figure
        Drawn with ``retention.mplstyle``. It stays open; closing it is the caller's business.
    prefix : str
        Starts every id inside the picture; must be unique among the pictures of a page.
    css_class : str
        ``wide`` or ``narrow``.

    Returns
    -------
    str
        The same bytes for the same figure. Texts are escaped; see :func:`plain` for what callers pass.

    Raises
    ------
    RetentionError
        If a colour is no token of the stylesheet, or the figure holds pixels (``imshow``): neither could
        follow the reader's colour scheme.
    """
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": "retention", "svg.fonttype": "none", "text.usetex": False}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    raw = NOT_IN_XML.sub("", buffer.getvalue())
    drawn = ElementTree.fromstring(raw[raw.index("<svg") :])  # noqa: S314 - matplotlib's own output
    _strip(drawn)
    _refuse_foreign(drawn, prefix=prefix)
    for node in drawn.iter():
        _shorten(node)
    view = drawn.attrib.get("viewBox", "")
    root = ElementTree.Element("svg", {"class": f"chart {css_class}", "viewBox": view, **HIDDEN})
    root[:] = gathered(drawn)
    return written(root, prefix=prefix)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _strip(node: ElementTree.Element) -> None:
    """Drop namespaces, metadata, white space, empty groups and invisible paths."""
    node.tag = _local(node.tag)
    node.attrib = {_local(name): value for name, value in node.attrib.items()}
    if node.tag not in ("text", "tspan"):
        node.text = None
    node.tail = None
    for child in list(node):
        _strip(child)
        is_hollow = child.tag in ("g", "defs") and len(child) == 0
        is_invisible = child.tag == "path" and (
            not child.attrib.get("d") or child.attrib.get("style") == "fill: none"
        )
        if child.tag in ("metadata", "style") or is_hollow or is_invisible:
            node.remove(child)


def _refuse_foreign(root: ElementTree.Element, *, prefix: str) -> None:
    if any(node.tag == "image" for node in root.iter()):
        msg = f"The picture {prefix!r} holds pixels, which follow no colour scheme; draw with pcolormesh."
        raise RetentionError(msg)
    shown = " ".join(
        node.attrib.get(name, "") for node in root.iter() for name in ("style", "fill", "stroke")
    )
    foreign = {value.lower() for value in COLOUR.findall(REFERENCE.sub("", shown))} - set(TOKENS)
    if _is_default_black(root, is_filled=False):
        # matplotlib leaves a black fill out, because black is what SVG fills with by default
        foreign.add("#000000")
    if foreign:
        found = sorted(foreign)
        msg = f"The picture {prefix!r} uses colours that are no token: {found}; take them from palette.LIGHT."
        raise RetentionError(msg)


def _is_default_black(node: ElementTree.Element, *, is_filled: bool) -> bool:
    styled = re.sub(r"fill-\w+", "", node.attrib.get("style", ""))
    is_filled = is_filled or "fill" in styled or "fill" in node.attrib
    if node.tag in ("text", "path", "use", "rect") and not is_filled:
        return True
    return any(_is_default_black(child, is_filled=is_filled) for child in node if child.tag != "defs")


def _shorten(node: ElementTree.Element) -> None:
    """Tokens for hexes, a tenth of a pixel for places."""
    found = node.attrib
    if "style" in found:
        found["style"] = _style(found["style"])
    if found.get("style") == "":
        del found["style"]
    if found.get("transform", "").startswith("rotate(-0 "):
        del found["transform"]
    for name in ("fill", "stroke"):
        if name in found:
            found[name] = COLOUR.sub(_token, found[name])
    for name in ("x", "y", "width", "height", "transform"):
        if name in found:
            found[name] = NUMBER.sub(_tenth, found[name])


@cache
def _style(value: str) -> str:
    value = COLOUR.sub(_token, INHERITED.sub("", value)).replace("font-weight: 700", "font-weight: 600")
    return re.sub(r"\s*([:;,])\s*", r"\1", value).strip("; ")


def _token(match: re.Match[str]) -> str:
    return TOKENS[match[0].lower()]


def _tenth(match: re.Match[str]) -> str:
    text = f"{float(match[0]):.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text

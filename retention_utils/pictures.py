"""Inline SVG as text: ids unique on a page, nothing in it that could run or load."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from retention_utils.errors import RetentionError

__all__ = ["REFERENCE", "checked", "written"]

REFERENCE = re.compile(r"url\(#([^)]+)\)")
ELEMENTS = {"svg", "g", "defs", "path", "text", "tspan", "use", "rect", "clipPath", "pattern"}
ATTRIBUTES = {"class", "viewBox", "aria-hidden", "focusable", "id", "href", "clip-path", "style", "transform"}
ATTRIBUTES |= {"d", "x", "y", "width", "height", "fill", "stroke", "patternUnits"}


def checked(picture: str, *, prefix: str) -> str:
    """Give a stored picture with ids that start with ``prefix``, proved unable to run or load anything.

    Parameters
    ----------
    picture : str
        What :func:`retention_utils.svg.inline` wrote.
    prefix : str
        Must be unique among the pictures of a page.

    Returns
    -------
    str
        The same picture with ids of its own.

    Raises
    ------
    RetentionError
        If the text is not an SVG made only of the elements and attributes that ``inline`` writes.
    """
    try:
        if "<!" in picture or "<?" in picture:
            raise ElementTree.ParseError("declarations are not allowed")
        root = ElementTree.fromstring(picture)  # noqa: S314 - no declarations, so no entities
    except (ElementTree.ParseError, ValueError) as error:
        msg = f"A stored picture is not the SVG this package writes: {error}. Run its chapter again."
        raise RetentionError(msg) from None
    unknown = {node.tag for node in root.iter()} - ELEMENTS
    for node in root.iter():
        unknown |= {name for name, value in node.attrib.items() if not _is_harmless(name, value)}
    if root.tag != "svg" or unknown:
        msg = f"A stored picture holds {sorted(unknown) or root.tag}, which this package never writes. "
        raise RetentionError(msg + "Run its chapter again.")
    return written(root, prefix=prefix)


def written(root: ElementTree.Element, *, prefix: str) -> str:
    """Write a picture, its ids numbered behind a prefix, those that nothing points to dropped.

    Parameters
    ----------
    root : Element
        An ``svg`` without namespaces; its ids and references are replaced in place.
    prefix : str
        Starts every id; whatever cannot stand in an id becomes a dash.

    Returns
    -------
    str
        The markup, texts and attributes escaped.
    """
    used = dict.fromkeys(_references(root))
    start = re.sub(r"[^A-Za-z0-9_-]+", "-", prefix)
    renamed = {old: f"{start}-{number}" for number, old in enumerate(used, 1)}
    for node in root.iter():
        node.attrib = {name: _renamed(name, value, renamed) for name, value in node.attrib.items()}
        if node.attrib.get("id") == "":
            del node.attrib["id"]
    _flatten(root)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _flatten(node: ElementTree.Element) -> None:
    """Replace every group that carries nothing by its children."""
    for child in node:
        _flatten(child)
    node[:] = [part for child in node for part in (child if _is_bare(child) else [child])]


def _is_bare(node: ElementTree.Element) -> bool:
    return node.tag == "g" and not node.attrib


def _is_harmless(name: str, value: str) -> bool:
    is_local = name != "href" or value.startswith("#")
    return name in ATTRIBUTES and is_local and not re.search(r"""[\\@"'<>]|//|url\((?!#)""", value)


def _references(root: ElementTree.Element) -> Iterator[str]:
    for node in root.iter():
        for name, value in node.attrib.items():
            yield from REFERENCE.findall(value)
            if name == "href":
                yield value[1:]


def _renamed(name: str, value: str, renamed: dict[str, str]) -> str:
    if name == "id":
        return renamed.get(value, "")
    if name == "href":
        return "#" + renamed[value[1:]]
    return REFERENCE.sub(lambda match: f"url(#{renamed[match[1]]})", value)

"""A chart of the report as a picture that stands alone: SVG with its own colours, size and words, or PNG."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from retention_utils.errors import RetentionError
from retention_utils.palette import FONTS, LIGHT
from retention_utils.untrusted import NOT_IN_XML

__all__ = ["as_png", "as_svg"]

MARGIN = 16  # CSS pixels of white around the chart: a slide has none of its own
TIMES = 3  # pixels of a PNG per CSS pixel: 2,316 across, sharp on a wall
DRAWN_WITH = "DejaVu Sans"  # what labels were measured with; it comes with matplotlib
TOKEN = re.compile(r"var\(--([a-z0-9-]+)\)")


def as_svg(
    picture: str, *, title: str, description: str, fonts: str = FONTS, colours: Mapping[str, str] = LIGHT
) -> str:
    """Turn a chart of the report into an SVG file that needs no page around it.

    Parameters
    ----------
    picture : str
        Inline SVG, as :func:`retention_utils.chapters.read_chapter` gives it.
    title, description : str
        Told by programs that read pictures aloud.
    fonts : str
        Families for the labels, which stay text.
    colours : mapping of str to str
        Hexes by token.

    Returns
    -------
    str
        SVG 1.1 on white, with a size in pixels and without any reference to the outside.

    Raises
    ------
    RetentionError
        If the picture uses a colour that is no token.
    """
    drawn = ElementTree.fromstring(picture)  # noqa: S314 - read_chapter has checked it
    left, top, width, height = map(float, drawn.attrib["viewBox"].split())
    box = (left - MARGIN, top - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN)
    x, y, wide, high = (f"{number:g}" for number in box)
    place = {"width": wide, "height": high, "viewBox": f"{x} {y} {wide} {high}"}
    root = ElementTree.Element("svg", _namespaces() | place | _inherited(fonts) | {"role": "img"})
    for tag, text in (("title", title), ("desc", description)):
        ElementTree.SubElement(root, tag).text = NOT_IN_XML.sub("", text)
    ground = {"x": x, "y": y, "width": wide, "height": high, "fill": colours["card"]}
    ElementTree.SubElement(root, "rect", ground)
    root.extend(drawn)
    for node in drawn.iter():
        node.attrib = {_linked(name): _coloured(value, colours) for name, value in node.attrib.items()}
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def as_png(svg: str) -> bytes:
    """Draw an SVG of :func:`as_svg`, made with ``fonts=DRAWN_WITH``, in three times its size."""
    from resvg_py import svg_to_bytes

    return svg_to_bytes(svg_string=svg, zoom=TIMES, font_files=_font_files(), font_family=DRAWN_WITH)


def _namespaces() -> dict[str, str]:
    return {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}


def _inherited(fonts: str) -> dict[str, str]:
    """Return what the page's stylesheet says of every chart."""
    return {"font-family": fonts, "font-size": "12.5", "stroke-linejoin": "round"}


def _linked(name: str) -> str:
    """Write references as SVG 1.1 does: office programs know no other."""
    return "xlink:href" if name == "href" else name


def _coloured(value: str, colours: Mapping[str, str]) -> str:
    unknown = sorted(set(TOKEN.findall(value)) - set(colours))
    if unknown:
        msg = f"A stored picture uses colours that the stylesheet lacks: {unknown}. Run its chapter again."
        raise RetentionError(msg)
    return TOKEN.sub(lambda found: colours[found[1]], value)


@cache
def _font_files() -> list[str]:
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return [str(folder / name) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")]

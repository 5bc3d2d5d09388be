"""Charts as files: every chart of the demo reports, and pictures made to do harm."""

import io
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.image import imread
from notebook_samples import PICTURE, figure, write_chapter
from resvg_py import svg_to_bytes

from retention_utils.chapters import read_chapter
from retention_utils.errors import RetentionError
from retention_utils.exports.chart_files import write_charts
from retention_utils.palette import FONTS, LIGHT
from retention_utils.standalone import DRAWN_WITH, MARGIN, TIMES, _font_files, as_png, as_svg

REPORTS = Path(__file__).parents[1] / "reports"
SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
HOSTILE = "</title><script>alert(1)</script> \" ' & url(http://x) \x00\x1b\ud800 {{ 7*7 }}"


@cache
def figures(client):
    files = sorted(REPORTS.glob(f"{client}/*/chapters/*.ipynb"))
    return [item for file in files for item in read_chapter(file).shown("figure")]


def drawn(item, **more):
    return as_svg(item["pictures"]["wide"], title=item["title"], description=item["alt"], **more)


def labels(root, space=""):
    return ["".join(node.itertext()) for node in root.iter(f"{space}text")]


FEWEST = {"sport": 7, "club": 7, "kiosk": 8}  # charts; without orders, or with few, there are fewer


@pytest.mark.parametrize("client", ["cdnow", "lavka", "kiosk", "sport", "club"])
def test_every_chart_of_the_demo_stands_alone(client):
    assert len(figures(client)) >= FEWEST.get(client, 9)
    for item in figures(client):
        text = drawn(item)
        root = ElementTree.fromstring(text)
        assert "var(" not in text
        assert not re.search(
            r"http(?!://www\.w3\.org/(?:2000/svg|1999/xlink)\")|@import|<(?:image|style|script)", text
        )
        ids = [node.attrib["id"] for node in root.iter() if "id" in node.attrib]
        pointers = re.findall(r"url\(([^)]*)\)", text) + [
            node.attrib[LINK] for node in root.iter() if LINK in node.attrib
        ]
        assert {pointer.removeprefix("#") for pointer in pointers} <= set(ids)
        assert len(ids) == len(set(ids))
        assert not [
            node for node in root.iter() if "href" in node.attrib
        ]  # office programs know xlink:href only
        assert all(pointer.startswith("#") for pointer in pointers)
        hexes = {value.upper() for value in re.findall(r"#[0-9a-fA-F]{6}\b", text)}
        assert hexes <= set(LIGHT.values())
        assert (root[0].tag, root[0].text) == (f"{SVG}title", item["title"])
        assert (root[1].tag, root[1].text) == (f"{SVG}desc", item["alt"])
        assert labels(root, SVG) == labels(ElementTree.fromstring(item["pictures"]["wide"]))


def test_size_ground_and_words():
    picture = re.sub('viewBox="[^"]*"', 'viewBox="0 0 10 10"', PICTURE.format(size="wide"))
    root = ElementTree.fromstring(as_svg(picture, title="Trend", description="It fell."))
    box = {"x": "-16", "y": "-16", "width": "42", "height": "42"}
    assert (root.attrib["width"], root.attrib["height"], root.attrib["viewBox"]) == (
        "42",
        "42",
        "-16 -16 42 42",
    )
    assert root[2].attrib == {**box, "fill": "#FFFFFF"}
    assert root.attrib["font-family"] == FONTS
    assert "sans-serif" in FONTS
    assert labels(root, SVG) == ["June"]
    assert root.find(f".//{SVG}path").attrib["style"] == f"fill:none;stroke:{LIGHT['main']}"


def test_words_of_a_client_stay_words():
    text = as_svg(PICTURE.format(size="wide"), title=HOSTILE, description=HOSTILE)
    root = ElementTree.fromstring(text)
    assert root[0].text == root[1].text == re.sub("[\x00\x1b\ud800]", "", HOSTILE)
    assert not list(root.iter(f"{SVG}script"))


def test_a_colour_that_is_no_token_is_refused():
    picture = PICTURE.format(size="wide").replace("var(--main)", "var(--mine)")
    with pytest.raises(
        RetentionError, match=r"colours that the stylesheet lacks: \['mine'\]. Run its chapter again."
    ):
        as_svg(picture, title="", description="")


def pixels(png):
    return np.rint(imread(io.BytesIO(png))[:, :, :3] * 255).astype(int)


def hexes(image):
    return {"#{:02X}{:02X}{:02X}".format(*colour) for colour in np.unique(image.reshape(-1, 3), axis=0)}


@pytest.mark.parametrize(("client", "key"), [("cdnow", "movement"), ("kiosk", "weekly_orders")])
def test_a_png_is_sharp_and_in_the_colours_of_the_chart(client, key):
    item = next(item for item in figures(client) if item["key"] == key)
    svg = drawn(item, fonts=DRAWN_WITH)
    image = pixels(as_png(svg))
    width, height = (float(ElementTree.fromstring(svg).attrib[name]) for name in ("width", "height"))
    assert image.shape[:2] == (TIMES * height, TIMES * width)
    assert image.shape[1] >= 3 * 740
    assert (image[: 10 * TIMES, : 10 * TIMES] == 255).all()  # the margin
    assert LIGHT["main"] in hexes(image)
    assert (TIMES, MARGIN) == (3, 16)


def test_labels_are_drawn_with_the_font_they_were_measured_with():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="20" font-family="DejaVu Sans"><rect width="99" height="20" fill="#fff"/><text y="15">Отток 10%</text></svg>'
    with_what_is_installed = as_png(svg)
    alone = svg_to_bytes(svg_string=svg, zoom=TIMES, font_files=_font_files(), skip_system_fonts=True)
    assert with_what_is_installed == alone
    assert len(np.unique(pixels(alone))) > 10


def test_charts_are_named_safely_and_missing_ones_are_told(tmp_path):
    items = [figure(key=key) for key in ("../../x", "x", "X", "Ключ")] + [figure(key="lost", pictures=False)]
    chapter = read_chapter(write_chapter(tmp_path, "03_pulse", items))
    written, missing = write_charts([chapter], tmp_path / "out" / "charts")
    stems = ["03_pulse-x", "03_pulse-x-2", "03_pulse-X-3", "03_pulse-untitled"]
    assert [path.name for path in written] == [f"{stem}.{kind}" for stem in stems for kind in ("svg", "png")]
    assert sorted(path for path in tmp_path.rglob("*") if path.suffix in (".svg", ".png")) == sorted(written)
    assert missing == ["03_pulse-lost"]
    assert {path.read_bytes()[:5] for path in written} == {b"<?xml", b"\x89PNG\r"}

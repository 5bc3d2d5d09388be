"""Pictures: small, the same every time, coloured by tokens, harmless whatever a label says."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

import retention_utils
from retention_utils.errors import RetentionError
from retention_utils.palette import HEAT, LIGHT, ROLES
from retention_utils.pictures import checked
from retention_utils.sparks import ornament, sparkline
from retention_utils.svg import inline, plain

STYLE = Path(retention_utils.__file__).with_name("retention.mplstyle")
HOSTILE = "</svg><script>alert(1)</script> \" ' & $x_2$ <b> #abcdef url(#p) ns0:g \x00\x07\x1b\ud800"


@pytest.fixture(autouse=True)
def house_style():
    with mpl.rc_context(fname=STYLE):
        yield


def bars(*, label="June", **style):
    figure = Figure(figsize=(4, 2))
    ax = figure.subplots()
    ax.bar([1, 2, 3], [3, 1, 2], color=ROLES["main"], hatch="//")
    ax.plot([1, 2, 3], [1, 2, 1], color=ROLES["alert"], marker="o")
    ax.text(2, 2, label, **style)
    return figure


def words(svg):
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter("text")]


def test_the_same_figure_gives_the_same_bytes():
    pictures = {inline(bars(), prefix="a", css_class="wide") for _ in range(3)}
    assert len(pictures) == 1


def test_colours_become_tokens_and_size_and_font_are_the_pages():
    svg = inline(bars(), prefix="a", css_class="wide")
    assert svg.startswith(
        '<svg class="chart wide" viewBox="0 0 288 144" aria-hidden="true" focusable="false">'
    )
    assert "var(--main)" in svg
    assert "var(--alert)" in svg
    assert not re.search(r"#[0-9a-f]{6}", svg)
    assert "font-family" not in svg
    assert "http" not in svg
    assert not re.search(r"\d\.\d\d", re.sub(r'style="[^"]*"', "", svg)), (
        "coordinates finer than a tenth of a pixel"
    )


def test_ids_start_with_the_prefix_and_every_reference_has_its_target():
    one, other = (inline(bars(), prefix=prefix, css_class="wide") for prefix in ("a-wide", "a-narrow"))
    ids = [re.findall(r' id="([^"]+)"', svg) for svg in (one, other)]
    assert ids[0]
    assert all(name.startswith("a-wide-") for name in ids[0])
    assert not set(ids[0]) & set(ids[1])
    references = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', one)
    assert {left or right for left, right in references} == set(ids[0])


def test_a_prefix_from_a_client_cannot_leave_its_attribute():
    svg = inline(bars(), prefix='x" onload="alert(1)', css_class='wide" onload="alert(1)')
    assert "onload" not in {name for node in ElementTree.fromstring(svg).iter() for name in node.attrib}
    assert all(re.fullmatch(r"[\w-]+", name) for name in re.findall(r' id="([^"]*)"', svg))


@pytest.mark.parametrize(
    ("style", "colour"),
    [({"color": "#123456"}, "#123456"), ({"color": "red"}, "#ff0000"), ({"color": "black"}, "#000000")],
)
def test_a_colour_that_is_no_token_is_named(style, colour):
    with pytest.raises(RetentionError, match=rf"'churn'.*no token: \['{colour}'\]"):
        inline(bars(**style), prefix="churn", css_class="wide")


def test_black_shapes_are_noticed_although_matplotlib_leaves_their_fill_out():
    figure = Figure()
    figure.subplots().scatter([1, 2], [1, 2], color="black")
    with pytest.raises(RetentionError, match="#000000"):
        inline(figure, prefix="a", css_class="wide")


def test_pixels_are_refused():
    figure = Figure()
    figure.subplots().imshow([[0, 1], [1, 0]])
    with pytest.raises(RetentionError, match="pcolormesh"):
        inline(figure, prefix="a", css_class="wide")


def test_a_heat_map_of_tokens_passes():
    figure = Figure()
    colours = mpl.colors.ListedColormap(HEAT)
    figure.subplots().pcolormesh([[0, 1, 2, 3, 4, 5, 6]], cmap=colours, vmin=-0.5, vmax=6.5)
    svg = inline(figure, prefix="a", css_class="wide")
    assert [f"var(--h{step})" in svg for step in range(7)] == [True] * 7


def test_a_hostile_label_is_shown_letter_by_letter():
    svg = inline(bars(label=plain(HOSTILE)), prefix="a", css_class="wide")
    shown = "</svg><script>alert(1)</script> \" ' & $x_2$ <b> #abcdef url(#p) ns0:g "
    assert shown in words(svg)
    assert {node.tag for node in ElementTree.fromstring(svg).iter()} <= {
        "svg",
        "g",
        "defs",
        "path",
        "text",
        "use",
        "rect",
        "clipPath",
        "pattern",
    }
    assert "<script" not in svg


def test_a_hostile_label_that_skipped_plain_is_inert_all_the_same():
    svg = inline(bars(label="</svg><script>alert(1)</script> #abcdef"), prefix="a", css_class="wide")
    assert "<script" not in svg
    assert "#abcdef" in svg


@pytest.mark.parametrize(
    "text", ["$5–$10", "a $b$ c", r"100 \$", "$", "$$", r"\frac $ \$", "two\nlines\tand\rmore"]
)
def test_plain_text_is_drawn_as_it_is_read(text):
    svg = inline(bars(label=plain(text)), prefix="a", css_class="wide")
    assert " ".join(text.split()) in words(svg)


def test_a_stored_picture_passes_with_new_ids():
    svg = inline(bars(), prefix="a", css_class="wide")
    again = checked(svg, prefix="04_value-figure-2-wide")
    assert all(name.startswith("04_value-figure-2-wide-") for name in re.findall(r' id="([^"]+)"', again))
    assert checked(again, prefix="a") == svg


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<g onload="alert(1)"/>',
        '<a href="#x"><text>x</text></a>',
        '<use href="https://example.org/x.svg#a"/>',
        '<image href="data:image/png;base64,AA"/>',
        '<path style="fill:url(https://example.org/)"/>',
        '<path style="fill:\\75rl(x)"/>',
        '<path style="background:image-set(&quot;x&quot;)"/>',
        "<style>@import 'x'</style>",
        "<foreignObject/>",
        "<!-- --><g/>",
        "<g>",
    ],
)
def test_a_stored_picture_that_could_do_more_than_be_seen_is_refused(inside):
    with pytest.raises(RetentionError, match="Run its chapter again"):
        checked(f'<svg viewBox="0 0 1 1">{inside}</svg>', prefix="a")


@pytest.mark.parametrize(
    "text", ["", "<p>x</p>", '<!DOCTYPE svg [<!ENTITY x "y">]><svg>&x;</svg>', "<?xml version='1.0'?><svg/>"]
)
def test_what_is_no_svg_is_refused(text):
    with pytest.raises(RetentionError, match="Run its chapter again"):
        checked(text, prefix="a")


def test_a_sparkline_ends_at_the_last_value():
    # 96 × 34, 5 px above and below: the lowest value at 29, the highest at 5
    svg = sparkline([1, 3, 2])
    assert '<polyline points="4.0,29.0 47.0,5.0 90.0,17.0"/>' in svg
    assert '<circle cx="90.0" cy="17.0" r="3.5"/>' in svg


def test_gaps_break_the_line_and_are_never_zero():
    svg = sparkline([1, 2, None, 2, float("nan"), 1, 2, float("inf")])
    assert svg.count("<polyline") == 2
    assert svg.count('class="lone"') == 1
    assert "nan" not in svg
    assert 'cx="77.7" cy="5.0" r="3.5"' in svg  # the last observed value is the seventh of eight


@pytest.mark.parametrize(
    ("values", "marks"), [([5, 5, 5], 'points="4.0,17.0 47.0,17.0 90.0,17.0"'), ([7], 'cx="90.0" cy="17.0"')]
)
def test_a_constant_or_single_value_lies_in_the_middle(values, marks):
    assert marks in sparkline(values)


@pytest.mark.parametrize("values", [[], [None, float("nan")]])
def test_nothing_observed_draws_nothing(values):
    assert sparkline(values) == ""


def test_the_ornament_is_drawn_from_enough_values_only():
    assert ornament([1, 2, 3]) == ""
    assert ornament([0] * 9) == ""
    assert '<rect x="10" y="60.0" width="7" height="60.0"/>' in ornament([4, 2, None, 1, 1, 1])


def test_neither_module_loads_matplotlib_before_a_figure_is_given():
    code = "import sys, retention_utils.svg, retention_utils.sparks; print('matplotlib' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_the_house_style_is_what_the_figure_was_drawn_in():
    svg = inline(bars(), prefix="a", css_class="wide")
    assert LIGHT["ink3"] == "#5B6672"
    assert "var(--ink3)" in svg

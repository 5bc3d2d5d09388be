"""What parts share is said once, in an order and with an effect that leave the picture as it was."""

from xml.etree import ElementTree

import pytest

from retention_utils.compact import gathered

MAIN, ALERT, PALE = "fill:var(--main)", "fill:var(--alert)", "fill:var(--main);fill-opacity:0.2"
CIRCLE = "M 0 3 C 1 3 2 3 2 2 C 3 2 3 1 3 0 C 3 -1 3 -2 2 -2 C 2 -3 1 -3 0 -3 z"


def box(at, style, **more):
    attributes = "".join(f' {name}="{value}"' for name, value in more.items())
    return f'<path d="M {at} 0 L {at} 9 L 9 9 z" style="{style}"{attributes}/>'


def parts(*markup):
    drawn = ElementTree.fromstring(f"<svg>{''.join(markup)}</svg>")
    return [ElementTree.tostring(node, encoding="unicode").replace(" />", "/>") for node in gathered(drawn)]


def styles(*markup):
    return [ElementTree.fromstring(part).attrib.get("style") for part in parts(*markup)]


def test_neighbours_of_one_look_are_one_path():
    assert parts(box(1, MAIN), box(3, MAIN)) == ['<path d="m1 0v9h8zm2 0v9h6z" style="fill:var(--main)"/>']


def test_a_shape_stays_above_what_it_was_drawn_over():
    artists = [f"<g>{box(at, style)}</g>" for at, style in enumerate((MAIN, ALERT, MAIN))]
    assert styles(*artists) == [MAIN, ALERT, MAIN]


def test_the_mosaic_of_one_artist_goes_by_colour():
    assert styles(f"<g>{box(1, MAIN)}{box(2, ALERT)}{box(3, MAIN)}</g>") == [ALERT, MAIN]


def test_see_through_shapes_are_not_joined():
    assert styles(box(1, PALE), box(3, PALE)) == [PALE, PALE]


def test_shapes_clipped_differently_are_not_joined():
    clipped = [box(at, MAIN, **{"clip-path": f"url(#{at})"}) for at in (1, 2)]
    assert len(parts(*clipped)) == 2
    assert len(parts(clipped[0], clipped[0])) == 1


def test_texts_come_last_by_their_look_each_with_its_place():
    big, small = "font-size:12px", "font-size:11px"
    texts = [
        f'<text style="{style}" x="{at}" y="0">{at}</text>' for at, style in enumerate((small, big, small))
    ]
    assert parts(*texts, box(1, MAIN))[1:] == [
        '<g style="font-size:11px"><text x="0" y="0">0</text><text x="2" y="0">2</text></g>',
        '<text x="1" y="0" style="font-size:12px">1</text>',
    ]


def test_a_turned_text_keeps_its_turn():
    turned = '<text transform="rotate(-90 1 2)" x="1" y="2">up</text>'
    assert parts(turned.replace("<text", '<text style="a:b"') * 2) == [f'<g style="a:b">{turned * 2}</g>']


def test_a_short_symbol_is_drawn_in_place_in_its_own_style_over_the_pointers():
    tick = '<defs><path id="t" d="M 0 0 L 0 4" style="stroke:var(--edge)"/></defs>'
    uses = "".join(
        f'<use href="#t" x="{at}.5" y="9" style="fill:var(--main);stroke:var(--line)"/>' for at in (1, 2)
    )
    assert parts(f"<g>{tick}<g>{uses}</g></g>") == [
        '<path d="m1.5 9v4m1-4v4" style="fill:var(--main);stroke:var(--edge)"/>'
    ]


def test_a_long_symbol_is_pointed_at_within_the_group_that_clips_it():
    # a clip on the pointer itself would be moved with it
    symbol = f'<defs><path id="c" d="{CIRCLE}"/></defs>'
    uses = "".join(
        f'<use href="#c" x="{at}" y="9" style="{style}"/>' for at, style in enumerate((MAIN, ALERT, ALERT))
    )
    found = parts(symbol, f'<g clip-path="url(#p)">{uses}</g>')
    assert found[0].startswith('<defs><path id="c" d="m0 3c1 0 2 0 2-1c1')
    assert found[1:] == [
        f'<g clip-path="url(#p)" style="{MAIN}"><use href="#c" x="0" y="9"/></g>',
        f'<g clip-path="url(#p)" style="{ALERT}"><use href="#c" x="1" y="9"/><use href="#c" x="2" y="9"/></g>',
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_a_symbol_pointed_at_once_is_drawn_in_place(count):
    uses = f'<use href="#c" x="0" y="0" style="{MAIN}"/>' * count
    found = parts(f'<defs><path id="c" d="{CIRCLE}"/></defs>', uses)
    assert [ElementTree.fromstring(part).tag for part in found] == (["path"] if count == 1 else ["defs", "g"])


def test_what_is_turned_as_a_whole_is_left_alone():
    turned = '<g transform="scale(2)"><text x="0" y="0">10</text></g>'
    assert parts(turned, box(1, MAIN))[0] == turned


def clip(name, width):
    return f'<defs><clipPath id="{name}"><rect x="0" y="0" width="{width}" height="9"/></clipPath></defs>'


def test_a_clip_that_cuts_nothing_off_is_taken_away():
    inside, cut = (box(at, MAIN, **{"clip-path": "url(#c)"}) for at in (1, 20))
    assert parts(clip("c", 9), inside) == [f'<path d="m1 0v9h8z" style="{MAIN}"/>']
    assert 'clip-path="url(#c)"' in parts(clip("c", 8.9), inside)[1]
    defs, *shapes = parts(clip("c", 9), inside, cut)
    assert "clipPath" in defs
    assert ["clip-path" in shape for shape in shapes] == [False, True]


def test_what_is_pointed_at_keeps_its_clip():
    symbol = f'<defs><path id="s" d="{CIRCLE}"/></defs>'
    uses = f'<use href="#s" x="1" y="1" style="{MAIN}"/>' * 2
    defs, group = parts(symbol, clip("c", 9), f'<g clip-path="url(#c)">{uses}</g>')
    assert "clipPath" in defs
    assert 'clip-path="url(#c)"' in group

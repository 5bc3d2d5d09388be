"""Colours: enough contrast to read, enough distance to tell apart with any colour vision, one source."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from retention_utils import palette

SCHEMES = {"light": palette.LIGHT, "dark": palette.DARK}

# Machado, Oliveira & Fernandes (2009), table of full severity, on linear RGB
VISION = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}

INKS = ("ink", "ink2", "ink3", "link", "good-ink", "bad-ink", "warn-ink")
READ = [(ink, ground) for ink in INKS for ground in ("paper", "card")]
READ += [
    (ink, "sunk") for ink in ("ink", "ink2", "ink3", "link", "code-kw", "code-str", "code-com", "code-num")
]
READ += [("good-ink", "good-bg"), ("bad-ink", "bad-bg"), ("warn-ink", "warn-bg"), ("ink2", "same-bg")]
READ += [
    ("ink", "warn-bg"),
    ("ink", "bad-bg"),
    ("link", "bad-bg"),
    ("cover-ink", "cover"),
    ("cover-ink2", "cover"),
]
READ += [("alert", "paper"), ("card", "main"), ("card", "warn-ink"), ("card", "bad-ink")]
READ += [(f"h{step}t", f"h{step}") for step in range(7)]


def linear(colour):
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """WCAG 2.2 contrast ratio."""
    dark, light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) + 0.05 for colour in (one, other))
    return light / dark


def oklab(rgb):
    """Ottosson (2020), from linear RGB."""
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    axes = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.array(axes) @ np.cbrt(np.array(cones) @ np.clip(rgb, 0, 1))


def distance(one, other, vision):
    seen = [oklab(np.array(VISION[vision]) @ linear(colour)) for colour in (one, other)]
    return 100 * float(np.linalg.norm(seen[0] - seen[1]))


def test_the_measures_agree_with_their_sources():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)  # WebAIM's contrast checker
    assert oklab(linear("#FF0000")) == pytest.approx(
        [0.628, 0.225, 0.126], abs=0.0005
    )  # CSS Color 4, sample of red


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), READ)
def test_text_can_be_read(scheme, ink, ground):
    assert contrast(SCHEMES[scheme][ink], SCHEMES[scheme][ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("role", palette.ROLES)
def test_words_beside_a_series_can_be_read(scheme, role):
    (ink,) = {name for name, value in palette.LIGHT.items() if value == palette.ROLE_INKS[role]}
    assert contrast(SCHEMES[scheme][ink], SCHEMES[scheme]["card"]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("role", [*palette.ROLES, "edge"])
def test_series_stand_out_from_the_card(scheme, role):
    assert contrast(SCHEMES[scheme][role], SCHEMES[scheme]["card"]) >= 3


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_series_can_be_told_apart(scheme, vision):
    series = [SCHEMES[scheme][role] for role in ("main", "alert", "back", "fresh", "other")]
    assert min(distance(*pair, vision) for pair in combinations(series, 2)) >= 10


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_neighbouring_heat_steps_can_be_told_apart(scheme, vision):
    steps = [SCHEMES[scheme][f"h{step}"] for step in range(7)]
    assert min(distance(*pair, vision) for pair in pairwise(steps)) >= 4


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_second_heat_step_stands_out_where_nothing_lies_beside_it(scheme):
    assert contrast(SCHEMES[scheme]["h1"], SCHEMES[scheme]["card"]) >= 1.3


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_seen_and_what_a_model_expects_are_far_apart(scheme, vision):
    assert distance(SCHEMES[scheme]["main"], SCHEMES[scheme]["back"], vision) >= 20


def test_heat_runs_one_way_in_both_schemes():
    for scheme in SCHEMES.values():
        ink = [contrast(scheme[f"h{step}"], scheme["card"]) for step in range(7)]
        assert ink == sorted(ink)


def test_a_hex_names_one_token_because_pictures_are_drawn_in_hexes():
    assert len(set(palette.LIGHT.values())) == len(palette.LIGHT)
    assert set(palette.LIGHT) == set(palette.DARK)


def test_named_colours_come_from_the_stylesheet():
    assert palette.ROLES["main"] == palette.LIGHT["main"] == "#0F4E69"
    assert [palette.HEAT[0], palette.HEAT[6]] == ["#EDF4F5", "#0C4E66"]
    assert [palette.HEAT_TEXT[0], palette.HEAT_TEXT[6]] == ["#16212C", "#FDFFFF"]


def test_the_matplotlib_style_uses_tokens_only():
    style = Path(palette.__file__).with_name("retention.mplstyle").read_text(encoding="utf-8")
    used = {f"#{value}" for value in re.findall(r"\b[0-9A-F]{6}\b", style)}
    assert len(used) >= 6
    assert used <= set(palette.LIGHT.values())


def test_a_stylesheet_without_tokens_is_refused():
    with pytest.raises(ValueError, match="no block between '/\\* tokens:light"):
        palette.tokens(":root { --ink: #000000; }", scheme="light")

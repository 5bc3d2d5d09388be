"""A house's own colour on the page: legible in light and dark, or refused."""

import re

from retention_utils.palette import DARK, LIGHT

__all__ = ["accent_style", "checked_accent", "contrast"]

LEAST = 4.5  # WCAG 2.2, level AA, for text of any size
STEP = 0.02  # of the way to white or black
# What is written on it, and what it is written on.
ON_THE_COVER, AS_A_LINK = ("cover-ink", "cover-ink2"), ("paper", "card", "sunk")


def contrast(one: str, other: str) -> float:
    """Return how far two colours are apart in brightness, from 1 to 21.

    Parameters
    ----------
    one, other : str
        ``#RRGGBB``.

    Notes
    -----
    The contrast ratio of the Web Content Accessibility Guidelines 2.2.
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def checked_accent(colour: str) -> str:
    """Return the colour in capitals if it can be read on the page's grounds and written upon.

    Raises
    ------
    ValueError
        If it is no ``#RRGGBB``, or is too light; the message names the nearest darker one that will do.
    """
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        msg = "write a colour as six hexadecimal digits, such as #0B5570"
        raise ValueError(msg)
    if not _is_legible(colour, LIGHT):
        least = min(_contrasts(colour, LIGHT))
        msg = (
            f"too light to be read on the page: a contrast of {least:.1f} where {LEAST} is needed; use "
            f"{_until_legible(colour, '#000000', LIGHT)} or another dark colour"
        )
        raise ValueError(msg)
    return colour.upper()


def accent_style(colour: str) -> str:
    """Return the rules that give cover and links the colour, lighter and darker as the scheme needs it."""
    cover, link = _until(colour, "#000000", DARK, ON_THE_COVER), _until(colour, "#FFFFFF", DARK, AS_A_LINK)
    return (
        f":root {{ --cover: {colour}; --link: {colour}; }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ --cover: {cover}; --link: {link}; }} }}"
    )


def _is_legible(colour: str, scheme: dict[str, str]) -> bool:
    return min(_contrasts(colour, scheme)) >= LEAST


def _contrasts(colour: str, scheme: dict[str, str]) -> list[float]:
    return [contrast(colour, scheme[token]) for token in (*ON_THE_COVER, *AS_A_LINK)]


def _until_legible(colour: str, towards: str, scheme: dict[str, str]) -> str:
    return _until(colour, towards, scheme, (*ON_THE_COVER, *AS_A_LINK))


def _until(colour: str, towards: str, scheme: dict[str, str], tokens: tuple[str, ...]) -> str:
    """Mix a colour with another until it stands out from every token of a scheme."""
    shares = (number * STEP for number in range(round(1 / STEP) + 1))
    mixed = (_mixed(colour, towards, share) for share in shares)
    return next(one for one in mixed if all(contrast(one, scheme[token]) >= LEAST for token in tokens))


def _mixed(colour: str, towards: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(towards), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]

"""What holds for every page, report or portfolio."""

import re

from retention_utils.accent import contrast

__all__ = [
    "PAPER",
    "check_axe",
    "check_fit",
    "check_ring",
    "check_skip_link",
    "check_soundness",
    "check_stillness",
]

PAPER = 680  # pixels between the margins of A4, the narrower one


def check_stillness(opened):
    """However it is looked at, it asks for nothing and complains of nothing."""
    for scheme, media in (("light", "screen"), ("dark", "screen"), ("light", "print")):
        opened.show(360, scheme=scheme, media=media, unfolded=True)
    assert set(opened.requests) == {opened.page.url}
    assert opened.complaints == []
    assert opened.page.evaluate("violations") == []


def check_soundness(opened):
    """Ids, links within it, headings and names are in order, and it says its language."""
    assert opened.faults("structure") == []
    assert opened.page.get_attribute("html", "lang") == opened.language


def check_fit(opened, width):
    """It never scrolls sideways and cuts no word, on a screen so wide or on paper."""
    if width == "paper":
        opened.show(PAPER, media="print")
    else:
        opened.show(width, unfolded=True)
    assert opened.faults("sideways") == []
    assert opened.faults("cut") == []


def check_axe(opened, axe, screen):
    """Let axe find nothing on a screen: scheme, width, and whether all is unfolded."""
    scheme, width, unfolded = screen
    page = opened.show(width, scheme=scheme, unfolded=unfolded)
    page.evaluate("looks.shorten()")
    found = axe.run(page, options={"resultTypes": ["violations"]}).response
    assert len(found["passes"]) > 20
    faults = [(fault["id"], [node["html"] for node in fault["nodes"]][:3]) for fault in found["violations"]]
    assert faults == []


def check_ring(opened, scheme):
    """See where the keyboard is on the dark cover, too: a ring of three to one, as WCAG 2.2 asks."""
    page = opened.show(1280, scheme=scheme)
    page.locator(".cover a").first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    ring, ground = page.evaluate(
        "[getComputedStyle(document.activeElement).outlineColor,"
        " getComputedStyle(document.querySelector('.cover')).backgroundColor]"
    )
    assert page.evaluate("document.activeElement.closest('.cover') !== null")
    assert contrast(_hexadecimal(ring), _hexadecimal(ground)) >= 3


def _hexadecimal(colour):
    return "#" + "".join(f"{int(part):02X}" for part in re.findall(r"\d+", colour)[:3])


def check_skip_link(opened):
    """Lead past cover and contents with the first key."""
    page = opened.show(1280)
    page.reload()
    page.keyboard.press("Tab")
    skip = page.locator(".skip:focus")
    assert skip.count() == 1
    box = skip.bounding_box()
    assert min(box["x"], box["y"]) >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")

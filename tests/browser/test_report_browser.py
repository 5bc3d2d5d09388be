"""The reports in a real browser: nothing leaves them, they fit every screen, everybody can read them."""

from itertools import cycle

import pytest
from checks import check_axe, check_fit, check_skip_link, check_soundness, check_stillness
from demo_reports import DEMO_REPORTS, LANGUAGES

from retention_utils.shelf import page_names

PAGES = [(client, language) for language in LANGUAGES for client in sorted(DEMO_REPORTS)]
# axe takes long, so it looks at a page once: in turn on a screen by day, and on a phone at night, all unfolded.
SCREENS = cycle([("light", 1280, False), ("dark", 360, True)])
SCREEN = dict(zip([*PAGES, ("hostile", "en")], SCREENS, strict=False))


@pytest.fixture(scope="module", params=SCREEN, ids="-".join)
def report(request, open_report):
    opened = open_report(*request.param)
    opened.screen = SCREEN[request.param]
    yield opened
    opened.page.close()


def test_it_asks_for_nothing_and_complains_of_nothing(report):
    check_stillness(report)


def test_it_is_built_soundly(report):
    check_soundness(report)
    # A client with contracts and no orders has the second in place of the first.
    assert report.page.locator("section[id='03_pulse'], section[id='05_revenue_retention']").count() >= 1


def test_it_leads_to_the_same_report_in_the_other_languages_and_nowhere_else(report):
    away = "[href]:not([href^='#'])"
    pages = report.page.eval_on_selector_all(
        away, "found => found.map((a) => [a.lang, a.getAttribute('href')])"
    )
    assert dict(pages) == {
        word: name for word, name in page_names(LANGUAGES).items() if word != report.language
    }


@pytest.mark.parametrize("width", [320, 360, 768, 1280, "paper"])
def test_it_never_scrolls_sideways_and_cuts_no_word(report, width):
    check_fit(report, width)
    assert report.faults("broken") == [] or report.client == "hostile"
    assert report.faults("scrolling") == [] or width == 1280
    assert report.faults("needless") == [] or width in (320, "paper")
    assert report.faults("awry") == []
    assert report.page.evaluate("document.documentElement.scrollHeight") > 2000


@pytest.mark.parametrize("width", [360, 1280])
def test_the_words_of_a_chart_stay_inside_it_and_apart(report, width):
    report.show(width, unfolded=True)
    assert report.faults("charts") == []


def test_axe_finds_nothing(report, axe):
    check_axe(report, axe, report.screen)


def test_the_first_key_leads_past_the_contents(report):
    check_skip_link(report)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_contents_are_used_with_the_keyboard(report, width):
    page = report.show(width)
    page.reload()
    links = page.locator(".toc a")
    page.locator(".toc a").first.focus()
    for k in range(links.count()):
        at = page.evaluate("looks.focused()")
        assert at == {"href": links.nth(k).get_attribute("href"), "is_seen": True}
        page.keyboard.press("Tab")
    for k in (1, links.count() // 2):
        links.nth(k).focus()
        page.keyboard.press("Enter")
        href = links.nth(k).get_attribute("href")
        assert page.evaluate("looks.arrived()") == {"hash": href, "is_seen": True, "is_kept": True}


def test_the_letters_of_a_sentence_come_from_one_font(report):
    """A font without Cyrillic would borrow its letters from another, and look broken."""
    client = report.page.context.new_cdp_session(report.page)
    for command in ("DOM.enable", "CSS.enable"):
        client.send(command)
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    for part in (".verdict", ".headline", "h2"):
        node = client.send("DOM.querySelector", {"nodeId": root, "selector": part})["nodeId"]
        fonts = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        drawn = [font["glyphCount"] for font in fonts]
        assert max(drawn) >= 0.95 * sum(drawn), (part, fonts)


def test_rows_laid_out_as_cards_are_heard_as_rows_of_a_table(report):
    report.show(360, unfolded=True)
    client = report.page.context.new_cdp_session(report.page)
    client.send("Accessibility.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    asked = {"nodeId": root, "selector": "table[class*=cards]"}
    table = {"nodeId": client.send("DOM.querySelector", asked)["nodeId"]}
    within = report.page.locator("table[class*=cards]").first.locator("tbody")
    for role, tag in (("rowheader", "th"), ("cell", "td")):
        found = client.send("Accessibility.queryAXTree", {**table, "role": role})["nodes"]
        assert len(found) == within.locator(tag).count() > 0

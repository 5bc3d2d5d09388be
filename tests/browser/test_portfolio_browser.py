"""The consultant's page in a real browser, where it sorts without a script."""

import pytest
from checks import check_axe, check_fit, check_ring, check_skip_link, check_soundness, check_stillness
from demo_reports import DEMO_REPORTS, LANGUAGES

SCREENS = dict(
    zip(LANGUAGES, [("light", 1280, False), ("dark", 360, True), ("light", 768, True)], strict=True)
)
ORDERS = {"by-urgency": 0, "by-name": 1, "by-period": 2}


@pytest.fixture(scope="module", params=LANGUAGES)
def portfolio(request, open_report):
    opened = open_report("portfolio", request.param)
    yield opened
    opened.page.close()


def test_it_asks_for_nothing_and_complains_of_nothing(portfolio):
    check_stillness(portfolio)


def test_it_is_built_soundly(portfolio):
    check_soundness(portfolio)


@pytest.mark.parametrize("width", [320, 360, 768, 1280, "paper"])
def test_it_never_scrolls_sideways_and_cuts_no_word(portfolio, width):
    check_fit(portfolio, width)


def test_axe_finds_nothing(portfolio, axe):
    check_axe(portfolio, axe, SCREENS[portfolio.language])


def test_the_first_key_leads_past_the_cover(portfolio):
    check_skip_link(portfolio)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ring_around_what_has_the_focus_is_seen_on_the_cover(portfolio, scheme):
    check_ring(portfolio, scheme)


def seen(portfolio):
    """The names of the clients from the top of the page down."""
    places = "found => found.map((e) => [e.getBoundingClientRect().top, e.innerText])"
    return [name for _, name in sorted(portfolio.page.eval_on_selector_all(".client h2", places))]


def test_it_is_sorted_by_the_arrow_keys(portfolio):
    page = portfolio.show()
    page.reload()
    urgent = seen(portfolio)
    assert urgent[0] == "Closed"
    page.locator("#by-urgency").focus()
    page.keyboard.press("ArrowDown")
    assert seen(portfolio) == sorted(urgent, key=str.casefold)
    page.keyboard.press("ArrowDown")
    assert sorted(seen(portfolio)) == sorted(urgent)
    newest = max(DEMO_REPORTS, key=lambda client: DEMO_REPORTS[client].name)
    assert seen(portfolio)[0].casefold() == newest


def test_the_keyboard_goes_through_the_clients_in_the_order_that_is_seen(portfolio):
    page = portfolio.show()
    page.locator("#by-name").check()
    links = [name for name in seen(portfolio) if page.locator(".client h2 a", has_text=name).count()]
    page.locator("#by-name").focus()
    reached = []
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.client h2 a')"):
            reached.append(page.evaluate("document.activeElement.innerText"))
    assert reached[: len(links)] == links

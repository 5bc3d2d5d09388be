"""One browser for all tests of a module, and pages that write down what they ask for and complain of."""

import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from demo_reports import demo_page
from hostile_page import hostile_page
from portfolio_page import portfolio_page

pytest.register_assert_rewrite("checks")

CHROMIUM = shutil.which("chromium")
# What the browser itself would fetch is none of the page's doing.
QUIET = ["--disable-gpu", "--disable-quic", "--disable-component-update", "--disable-sync"]
LOOKS = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")
VIOLATIONS = "window.violations = []; addEventListener('securitypolicyviolation', (e) => violations.push(e.blockedURI))"


@dataclass
class Opened:
    """A page in the browser, with every request and complaint since it was opened."""

    page: object
    client: str
    language: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    screen: tuple = ()  # what axe looks at

    def show(self, width=1280, *, scheme="light", media="screen", unfolded=False):
        """Show it on a screen of this width, or on paper; with all that is folded open or as it comes."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme, media=media, reduced_motion="reduce")
        self.page.evaluate(
            "open => document.querySelectorAll('details').forEach(d => d.open = open)", unfolded
        )
        return self.page

    def faults(self, kind):
        """Ask looks.js for the faults of one kind."""
        return self.page.evaluate(f"looks.{kind}()")

    def told(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    if not CHROMIUM:
        pytest.skip("needs the program chromium")
    with playwright.sync_playwright() as player:
        launched = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def open_report(browser, tmp_path_factory):
    """Open a report; what it asks for is recorded from the first moment."""

    def opened(client, language):
        folder = tmp_path_factory.mktemp(client)
        made = {"hostile": hostile_page, "portfolio": portfolio_page}.get(client)
        text = made(folder, language) if made else demo_page(client, language)
        file = folder / f"{language}.html"
        file.write_text(text, encoding="utf-8")
        report = Opened(browser.new_page(), client, language)
        report.page.on("request", lambda request: report.requests.append(request.url))
        report.page.on("console", report.told)
        report.page.on("pageerror", lambda error: report.complaints.append(str(error)))
        report.page.add_init_script(
            f"{VIOLATIONS}; addEventListener('DOMContentLoaded', () => {{ {LOOKS} }})"
        )
        report.page.goto(file.as_uri())
        return report

    return opened


@pytest.fixture(scope="session")
def axe():
    return pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe").Axe()

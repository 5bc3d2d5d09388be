"""The consultant's page: every client and period, what came of it, no name among the comparison."""

import json
import re
from pathlib import Path

import pytest
from command_line import call
from notebook_samples import CLIENT, finding, kpi, write_chapter
from pages import Page, what_could_run_or_load
from small_project import notebook, small_project

from retention_utils.portfolio.comparison import comparable_reports, compared
from retention_utils.portfolio.entries import ClientEntry, ReportEntry, client_entries
from retention_utils.portfolio.page import render_portfolio, write_portfolio
from retention_utils.sparks import strip


def shelf(folder: Path, client: str, period: str, *, outcome="done", reason="", figures=(), **record) -> None:
    """Put a report on the shelf, and its client beside it."""
    (folder / "notebooks").mkdir(exist_ok=True)
    (folder / "data" / client).mkdir(parents=True, exist_ok=True)
    (folder / "data" / client / "client.toml").write_text("")
    place = folder / "reports" / client / (f"{period}.failed" if outcome == "failed" else period)
    items = [finding(is_headline=True), *figures]
    write_chapter(place / "chapters", "01_summary", items)
    (place / "report.html").write_text("page")
    content = {"outcome": outcome, "reason": reason, "outcomes": [], "languages": ["en"], **record}
    (place / "run.json").write_text(json.dumps(content))


def report(client, churn, *, period="2024-11", **more) -> ClientEntry:
    _, figure = kpi("Churn", key="churn", number=churn)
    words = dict.fromkeys(("name", "description", "period_label", "data_until"), client)
    found = {"outcome": "done", "pages": {}, "pdfs": (), "reason": "", "failures": (), "figures": {}}
    found["figures"] = {} if churn is None else {"churn": figure}
    return ClientEntry(
        client, (ReportEntry(**{"client": client, "period": period, **words, **found, **more}),)
    )


def test_every_client_and_period_is_read(tmp_path):
    names = {
        "name": {"en": "Shop", "ru": "Лавка"},
        "period_label": "November 2024",
        "languages": ["en", "ru"],
    }
    shelf(tmp_path, "shop", "2024-11", figures=[kpi("Churn", key="churn")], **names)
    shelf(tmp_path, "shop", "2024-10")
    (tmp_path / "reports" / "shop" / "2024-11" / "report.ru.html").write_text("страница")
    (tmp_path / "reports" / "shop" / "2024-11" / "report.pdf").write_text("pdf")
    (tmp_path / "data" / "bare").mkdir()
    (tmp_path / "data" / "bare" / "client.toml").write_text("")
    bare, shop = client_entries(tmp_path)
    assert (bare.client, bare.reports) == ("bare", ())
    newest, older = shop.reports
    assert (newest.period, older.period) == ("2024-11", "2024-10")
    assert newest.pages == {"en": "shop/2024-11/report.html", "ru": "shop/2024-11/report.ru.html"}
    assert newest.pdfs == ("shop/2024-11/report.pdf",)
    assert newest.figures["churn"]["value"] == "$213k"
    assert newest.worse == 1


def test_a_client_with_figures_of_its_own_shows_the_first_of_them(tmp_path):
    own = [kpi(f"Figure {number}", key=f"own{number}") for number in range(5)]
    shelf(tmp_path, "studio", "2024-11", figures=own)
    (studio,) = clients = client_entries(tmp_path)
    assert list(studio.reports[0].figures) == ["own0", "own1", "own2", "own3"]
    page = Page(render_portfolio(clients)).text
    assert "Figure 3" in page
    assert "Make the first report" not in page
    assert comparable_reports(clients) == []


def test_what_customers_say_stands_beside_and_is_blank_where_a_client_has_none(tmp_path):
    for client, period in (
        ("shop", "2024-11"),
        ("shop", "2024-10"),
        ("club", "2024-11"),
        ("bare", "2024-11"),
    ):
        shelf(tmp_path, client, period, figures=[kpi("Churn", key="churn", verdict="no clear change")])
    chapters = tmp_path / "reports" / "shop" / "2024-11" / "chapters"
    fallen = kpi("NPS", key="nps", value="−4 points", basis="n = 266", trend=[1.0, 2.0], verdict="worse")
    write_chapter(chapters, "13_voice", [fallen, kpi("Detractors", key="detractors_share")])
    # A figure that is not known is none; of an older report it is not read.
    write_chapter(chapters, "08_reasons", [kpi("Decided here", key="controllable_share", number=None)])
    older = chapters.parents[1] / "2024-10" / "chapters"
    write_chapter(older, "16_self_diagnosis", [kpi("Practices", key="practices_in_place")])
    uplift = kpi("Uplift", key="campaign_uplift", verdict="no clear change")
    write_chapter(tmp_path / "reports" / "club" / "2024-11" / "chapters", "15_campaign", [uplift])
    bare, club, shop = clients = client_entries(tmp_path)
    # The campaign that ended last stands there, also where nothing can be said of it, not the best evidence.
    last = kpi("Last uplift", key="last_campaign", number=None, basis="“Letter”; no control group")
    write_chapter(tmp_path / "reports" / "club" / "2024-11" / "chapters", "15_campaign", [uplift, last])
    newest = client_entries(tmp_path)[1].reports[0].said
    assert [(key, figure["label"]) for key, figure in newest.items()] == [("campaign_uplift", "Last uplift")]
    assert "no control group" in Page(render_portfolio(client_entries(tmp_path))).text
    assert [list(each.reports[0].said) for each in (bare, club, shop)] == [[], ["campaign_uplift"], ["nps"]]
    assert [each.reports[0].worse for each in clients] == [0, 0, 1]
    page = render_portfolio(clients)
    parts = {part.split("</a>")[0]: part for part in page.split('<h2><a href="')[1:]}
    of_shop = next(part for name, part in parts.items() if name.startswith("shop"))
    said = of_shop.split('class="minis said"')[1].split("</dl>")[0]
    assert re.findall(r"<dt>([^<]+)</dt>", said) == ["NPS", "Uplift"]
    assert [words in said for words in ("<svg", "<dd>–</dd>")] == [True] * 2
    assert "n = 266" in Page(said).text.replace("\xa0", " ")
    assert page.count('class="minis said"') == 2  # nothing at all stands there for bare
    assert "Practices" not in page
    assert "Detractors" not in page
    alone = render_portfolio([bare])
    assert 'class="minis said"' not in alone
    assert "second row" not in Page(alone).text


def test_the_page_comes_in_every_language_and_links_what_is_there(tmp_path):
    shelf(tmp_path, "shop", "2024-11", name="Shop", languages=["en", "ru"])
    (tmp_path / "reports" / "shop" / "2024-11" / "report.ru.html").write_text("страница")
    pages = write_portfolio(tmp_path)
    assert [page.name for page in pages] == ["index.html", "index.ru.html"]
    assert not list((tmp_path / "reports").glob(".*"))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r'href="([^"#]+)"', text):
            assert (tmp_path / "reports" / link).is_file(), link


def test_the_most_urgent_come_first_and_other_orders_are_a_click_away():
    failed = report("zoo", None, outcome="failed", reason="The orders file is empty.")
    page = render_portfolio(
        [report("calm", None, period="2024-12"), report("bad", 0.1), failed, ClientEntry("new", ())]
    )
    assert re.findall(r"<h2>([^<]+)</h2>", page) == ["zoo", "bad", "calm", "new"]
    placed = dict(
        zip(
            ("zoo", "bad", "calm", "new"), re.findall(r'style="--name:(\d);--period:(\d)"', page), strict=True
        )
    )
    assert placed == {"zoo": ("3", "2"), "bad": ("0", "1"), "calm": ("1", "0"), "new": ("2", "3")}
    assert "The orders file is empty." in page
    assert "retention run new" in page
    assert "<script" not in page


def test_a_failed_run_comes_before_the_good_report_of_its_period(tmp_path):
    shelf(tmp_path, "shop", "2024-11")
    shelf(tmp_path, "shop", "2024-11", outcome="failed", reason="The orders file is empty.")
    ended = [{"chapter": "03_pulse", "outcome": "failed", "error": "ValueError: no amount"}]
    shelf(tmp_path, "shop", "2024-10", outcome="failed", outcomes=ended)
    [shop] = client_entries(tmp_path)
    assert [(each.period, each.outcome) for each in shop.reports] == [
        ("2024-11", "failed"),
        ("2024-11", "done"),
        ("2024-10", "failed"),
    ]
    page = render_portfolio([shop])
    assert "<p>The orders file is empty.</p>" in page
    assert '<span class="note">03_pulse: ValueError: no amount</span>' in page


def test_a_failed_run_is_forgotten_once_the_report_is_good_again(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path)
    chapter = folder / "notebooks" / "03_pulse.ipynb"
    good = chapter.read_text(encoding="utf-8")
    for content, code, tally in (
        (good, 0, "1 report complete"),
        (json.dumps(notebook("raise ValueError('no amount')")), 1, "1 run failed"),
        (good, 0, "1 report complete"),
    ):
        chapter.write_text(content, encoding="utf-8")
        assert call(folder, monkeypatch, capsys, "run", "shop")[0] == code
        assert tally in Page((folder / "reports" / "index.html").read_text(encoding="utf-8")).text


@pytest.mark.parametrize("key", ["revenue", "mrr"])
def test_less_money_is_more_urgent(key):
    falling = report("zoo", None, figures={key: kpi("Money", key=key, verdict="no clear change")[1]})
    page = render_portfolio([report("calm", None), falling])
    assert re.findall(r"<h2>([^<]+)</h2>", page) == ["zoo", "calm"]


def test_a_failed_run_says_why_beside_an_earlier_good_report(tmp_path, monkeypatch, capsys):
    broken = notebook("raise ValueError('no amount')")
    folder = small_project(tmp_path, n03_pulse=broken)
    assert call(folder, monkeypatch, capsys, "run", "shop")[0] == 1
    page = (folder / "reports" / "index.html").read_text(encoding="utf-8")
    assert "1 run failed" in Page(page).text
    assert "<p>1 chapter failed.</p>" in page
    assert "<b>03_pulse</b> <code>ValueError: no amount</code>" in page
    assert 'href="shop/2024-03.failed/report.html"' in page


@pytest.mark.parametrize("name", ["Shop", CLIENT])
def test_nothing_runs_and_the_clients_words_stay_words(name):
    entry = report(name, 0.1, description=name, reason=name, failures=((name, name),))
    page = render_portfolio([entry, *[report(f"c{n}", 0.1) for n in range(5)]])
    assert what_could_run_or_load(page) == []
    assert Page(page).is_balanced


def test_fewer_than_five_clients_are_not_compared():
    four = [report(f"c{n}", 0.1 * n) for n in range(4)]
    assert compared([*four, report("other", None)]) == []
    assert "Not shown: 4 clients have figures that compare, and it takes at least 5." in render_portfolio(
        four
    )


def test_five_are_compared_without_their_names():
    # By hand: quartiles of 1, 2, 3, 4, 10 per cent with both ends included are 2, 3 and 4.
    values = [0.10, 0.03, 0.01, 0.04, 0.02]
    quarterly = report("quarterly", 0.5, period="2024-Q4")
    (found,) = compared([*(report(f"c{n}", value) for n, value in enumerate(values)), quarterly])
    assert (found.low, found.median, found.high) == (0.02, 0.03, 0.04)
    assert found.values == tuple(sorted(values))
    page = render_portfolio([report(f"c{n}", value) for n, value in enumerate(values)])
    bench = page.split('class="bench"')[1]
    assert [word in bench for word in ("2.0%", "3.0%", "4.0%")] == [True] * 3
    assert not re.search(r"\bc\d\b", bench)


def test_a_strip_begins_at_zero():
    assert re.findall(r'cx="([\d.]+)"', strip([0.0, 0.05, 0.1])) == ["6.0", "120.0", "234.0"]

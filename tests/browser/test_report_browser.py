"""The report in a real browser: it fits a phone, prints with its foot, and runs nothing."""

import html
import re
import shutil
import subprocess

import pytest
from notebook_samples import CLIENT, RUN, figure, finding, kpi, outcome, table, write_chapter

from retention_utils.report import read_chapter, render_report

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the program chromium")

QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]


def browse(page, profile, *options):
    command = [CHROMIUM, *QUIET, f"--user-data-dir={profile}", *options, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture
def report(tmp_path):
    word = "Donaudampfschifffahrtsgesellschaft" * 3
    wide = table(
        tuple((f"c{k}", f"Column {k}", "text") for k in range(12)), (tuple([word] * 12),), caption=word
    )
    headline = finding(f"{CLIENT} {word}", is_headline=True)
    cards = [
        headline,
        kpi(word, value="$1,234,567", basis=word, change=word, chapter="03_pulse"),
        finding(word, chapter="03_pulse"),
    ]
    chapters = [
        read_chapter(write_chapter(tmp_path, "01_summary", cards)),
        read_chapter(
            write_chapter(
                tmp_path,
                "03_pulse",
                [headline, wide, figure(), finding(word)],
                question=word,
                code=f"x = '{word * 9}'",
            )
        ),
    ]
    run = RUN | {
        "name": word,
        "period_label": word,
        "outcomes": [outcome("05_value", word, error=word, cell=1)],
    }
    run |= {"provenance": [[word, word]], "definitions": [[word, word]]}
    path = tmp_path / "report.html"
    path.write_text(render_report(run, chapters), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [320, 360, 800, 1280])
def test_the_page_never_scrolls_sideways(report, tmp_path, width):
    inner = html.escape(report.read_text(encoding="utf-8"), quote=True)
    measure = (
        "onload=()=>{const d=document.querySelector('iframe').contentDocument;"
        "document.title='width '+d.documentElement.scrollWidth+' height '+d.documentElement.scrollHeight}"
    )
    harness = tmp_path / "harness.html"
    frame = f'<iframe style="width:{width}px;height:700px;border:0" srcdoc="{inner}"></iframe>'
    harness.write_text(f"<!doctype html><title></title>{frame}<script>{measure}</script>", encoding="utf-8")
    seen = browse(harness, tmp_path / "profile", "--virtual-time-budget=5000", "--dump-dom")
    found = re.search(r"<title>width (\d+) height (\d+)</title>", seen)
    assert found, "the page was not measured"
    assert int(found[1]) <= width
    assert int(found[2]) > 2000


def test_the_browser_sees_no_script_and_one_heading(report, tmp_path):
    seen = browse(report, tmp_path / "profile", "--dump-dom")
    assert seen.count("<h1>") == 1
    assert "<script" not in seen
    assert seen.count('<section id="03_pulse"') == 1


def test_it_prints(report, tmp_path):
    browse(
        report, tmp_path / "profile", f"--print-to-pdf={tmp_path / 'report.pdf'}", "--no-pdf-header-footer"
    )
    printed = (tmp_path / "report.pdf").read_bytes()
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 4

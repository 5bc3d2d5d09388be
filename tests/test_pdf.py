"""A page as PDF: printed whole or not at all, by a browser that may be missing, broken or slow."""

import json
import re
import shutil
import time
from pathlib import Path

import pytest
from command_line import call
from small_project import notebook, small_project

from retention_utils.errors import PrintError
from retention_utils.pdf import find_browser, print_page

PAGE = "<!doctype html><html lang=en><head><title>Shop</title></head><body><p>Hello</p></body></html>"
WHOLE = "%PDF-1.4 made by hand %%EOF"
CHROMIUM = shutil.which("chromium")


@pytest.fixture
def page(tmp_path):
    file = tmp_path / "a folder, папка" / "report.html"
    file.parent.mkdir()
    file.write_text(PAGE, encoding="utf-8")
    return file


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """A program in the browser's place: it notes what it was told and shown, and does as the test says."""

    def install(does):
        program = tmp_path / "browser"
        notes = tmp_path / "notes"
        program.write_text(
            f"""#!/bin/sh
printf '%s\\n' "$@" > '{notes}'
for word; do case "$word" in --print-to-pdf=*) pdf="${{word#*=}}";; esac; done
cp "$(dirname "$pdf")"/*.html '{notes}.html'
{does}
""",
            encoding="utf-8",
        )
        program.chmod(0o755)
        monkeypatch.setenv("RETENTION_BROWSER", str(program))
        return notes

    return install


PRINTS = f"echo '{WHOLE}' > \"$pdf\""


def names_beside(page):
    return sorted(file.name for file in page.parent.iterdir())


def test_the_browser_sees_one_file_of_the_asked_paper_and_no_network(page, browser):
    notes = browser(PRINTS)
    made = print_page(page, paper="Letter")
    assert made == page.with_suffix(".pdf")
    assert made.read_text(encoding="utf-8") == f"{WHOLE}\n"
    told = notes.read_text(encoding="utf-8").splitlines()
    addresses = [word for word in told if re.match(r"\w+:", word)]
    assert len(addresses) == 1
    assert addresses[0].startswith(page.parent.as_uri())
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in told
    (profile,) = [word for word in told if word.startswith("--user-data-dir=")]
    assert not Path(profile.partition("=")[2]).exists()
    shown = Path(f"{notes}.html").read_text(encoding="utf-8")
    assert shown == PAGE.replace("</head>", "<style>@page { size: Letter; }</style></head>")
    assert page.read_text(encoding="utf-8") == PAGE
    assert names_beside(page) == ["report.html", "report.pdf"]


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("echo no display >&2; exit 3", "printed nothing; it said: no display. Another can be named"),
        ("exit 0", "printed nothing; it said: nothing"),
        ("echo '%PDF-1.4 cut sho' > \"$pdf\"", "printed nothing"),
        ("sleep 60 & sleep 60", "took longer than 1 seconds to print, and was stopped"),
    ],
)
def test_what_is_not_whole_is_not_kept_and_neither_is_what_was_there(page, browser, does, said):
    browser(does)
    page.with_suffix(".pdf").write_text("of the page before", encoding="utf-8")
    started = time.monotonic()
    with pytest.raises(PrintError, match=re.escape(said)):
        print_page(page, seconds=1)
    assert time.monotonic() - started < 20
    assert names_beside(page) == ["report.html"]


def test_what_a_killed_run_left_is_swept(page, browser):
    browser(PRINTS)
    (page.parent / "printing-left" / "profile").mkdir(parents=True)
    print_page(page)
    assert names_beside(page) == ["report.html", "report.pdf"]


def test_a_browser_is_found_on_the_path_or_by_its_name(tmp_path, monkeypatch):
    monkeypatch.delenv("RETENTION_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        PrintError, match=r"looked for chromium, chromium-browser, google-chrome.* Install Chromium"
    ):
        find_browser()
    for name in ("google-chrome", "chromium"):  # the first of the list wins
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
        assert find_browser() == str(tmp_path / name)
    monkeypatch.setenv("RETENTION_BROWSER", "google-chrome")
    assert find_browser() == str(tmp_path / "google-chrome")
    monkeypatch.setenv("RETENTION_BROWSER", "/no/such/browser")
    with pytest.raises(PrintError, match="RETENTION_BROWSER names '/no/such/browser'"):
        find_browser()


def test_the_command_prints_what_is_new_and_what_is_current(tmp_path, monkeypatch, capsys, browser):
    folder = small_project(tmp_path / "project")
    (folder / "data" / "house.toml").write_text('[report]\npaper = "Letter"\n', encoding="utf-8")
    notes = browser(PRINTS)
    for outcome in ("done", "skipped"):
        code, out, err = call(folder, monkeypatch, capsys, "run", "shop", "--pdf")
        assert (code, err) == (0, "")
        assert out.startswith(outcome)
        assert out.endswith("reports/shop/2024-03/report.pdf\n")
        pdf = folder / "reports" / "shop" / "2024-03" / "report.pdf"
        assert pdf.is_file()
        assert "@page { size: Letter; }" in Path(f"{notes}.html").read_text(encoding="utf-8")
        pdf.unlink()


def test_without_a_pdf_the_report_is_done_and_the_command_ends_with_1(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path / "project")
    monkeypatch.setenv("RETENTION_BROWSER", "/no/such/browser")
    code, out, _ = call(folder, monkeypatch, capsys, "run", "shop", "--pdf", "--json")
    (told,) = json.loads(out)["reports"]
    assert (code, told["outcome"], told["pdfs"]) == (1, "done", [])
    assert "there is no browser to print with" in told["unprinted"]
    code, out, _ = call(folder, monkeypatch, capsys, "run", "shop", "--pdf")
    assert code == 1
    assert "No PDF: there is no browser to print with: RETENTION_BROWSER names" in out


def test_a_failed_report_is_not_printed_and_a_new_one_leaves_no_old_pdf(
    tmp_path, monkeypatch, capsys, browser
):
    folder = small_project(tmp_path / "project", n03_pulse=notebook("1"))
    browser(PRINTS)
    call(folder, monkeypatch, capsys, "run", "shop", "--pdf")
    call(folder, monkeypatch, capsys, "run", "shop", "--force")
    assert not list(folder.rglob("*.pdf"))
    failing = small_project(tmp_path / "failing", n03_pulse=notebook("1 / 0"))
    code, out, _ = call(failing, monkeypatch, capsys, "run", "shop", "--pdf")
    assert (code, "PDF" in out, list(failing.rglob("*.pdf"))) == (1, False, [])


@pytest.mark.skipif(CHROMIUM is None, reason="needs the program chromium")
@pytest.mark.parametrize(("paper", "size"), [("A4", r"59[45]\S* 84[12]"), ("Letter", "612 792")])
def test_a_real_browser_prints_on_the_paper_asked_for(page, monkeypatch, paper, size):
    monkeypatch.setenv("RETENTION_BROWSER", CHROMIUM)
    printed = print_page(page, paper=paper).read_bytes().decode("latin-1")
    assert re.search(rf"/MediaBox \[0 0 {size}", printed)
    assert "file:" not in printed
    assert names_beside(page) == ["report.html", "report.pdf"]

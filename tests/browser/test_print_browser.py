"""The reports on paper: light, with nothing folded that matters, and nothing torn that belongs together."""

import re

import pytest
from checks import PAPER
from demo_reports import DEMO_REPORTS, LANGUAGES

pdfium = pytest.importorskip("pypdfium2", reason="needs pypdfium2")

# One client a language, and in turn on either paper: how pages break does not hang on the words.
CLIENTS = [(client, language) for client, language in zip(sorted(DEMO_REPORTS), LANGUAGES, strict=False)]
PAPERS = {"A4": (210, 297), "Letter": (216, 279)}
PRINTED = [(*pair, list(PAPERS)[k % 2]) for k, pair in enumerate([*CLIENTS, ("hostile", "en")])]


@pytest.fixture(scope="module", params=PRINTED, ids="-".join)
def sheets(request, open_report, tmp_path_factory):
    """One report, shown as on paper by a reader whose screen is dark, and printed."""
    client, language, paper = request.param
    report = open_report(client, language)
    report.show(PAPER, scheme="dark", media="print")
    file = tmp_path_factory.mktemp("pdf") / "report.pdf"
    report.page.pdf(path=file, format=paper)
    with pdfium.PdfDocument(file) as document:
        yield report, paper, document
    report.page.close()


def words(text):
    """Letters and digits only: a PDF breaks lines and joins signs as it likes."""
    return re.sub(r"[\W_]+", "", text)


def texts(document):
    return [words(page.get_textpage().get_text_range()) for page in document]


def test_the_paper_is_white_and_of_the_size_asked_for(sheets):
    _, paper, document = sheets
    for page in document:
        assert [round(points / 72 * 25.4) for points in page.get_size()] == pytest.approx(
            PAPERS[paper], abs=1
        )
    corner = document[0].render(scale=0.1).to_numpy()[0, 0]
    assert corner.tolist() == [255, 255, 255]


def test_the_light_scheme_is_printed(sheets):
    report, *_ = sheets
    ink = "getComputedStyle(document.body).color"
    printed = report.page.evaluate(ink)
    assert printed == report.show(scheme="light").evaluate(ink)
    assert printed != report.show(scheme="dark").evaluate(ink)
    report.show(PAPER, scheme="dark", media="print")


@pytest.mark.parametrize("unfolded", [False, True])
def test_methods_are_printed_and_code_and_folded_tables_are_not(sheets, unfolded):
    report, *_ = sheets
    page = report.show(PAPER, scheme="dark", media="print", unfolded=unfolded)
    seen = "found => [...new Set(found.map((e) => e.checkVisibility()))]"
    assert page.eval_on_selector_all(
        ".method > div, .method p, .chart.wide, details:not(.code) > summary", seen
    ) == [True]
    hidden = "details.code, details.code pre, .fold > .sheet, .fold > .pairs, .skip, .chart.narrow"
    assert page.eval_on_selector_all(hidden, seen) == [False]


def test_every_page_has_its_number_and_all_but_the_first_the_head(sheets):
    report, _, document = sheets
    head = words(report.page.title().rpartition(":")[0])
    pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) >= 4
    for number, text in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in text
        assert (head in words(text[: text.find(f"{number} / {len(pages)}")])) == (number > 1)


def test_a_figure_and_its_caption_are_on_one_page(sheets):
    report, _, document = sheets
    ends = "found => found.map((e) => [e.querySelector('.fig-title').innerText, e.querySelector('figcaption').innerText])"
    pages = texts(document)
    for title, caption in report.page.eval_on_selector_all("figure", ends):
        assert any(words(title) in page and words(caption) in page for page in pages), title


def test_a_table_begins_with_its_caption_and_a_row(sheets):
    report, _, document = sheets
    starts = "found => found.map((e) => [e.caption.innerText, e.querySelector('tbody tr').innerText])"
    pages = texts(document)
    for caption, row in report.page.eval_on_selector_all(".sheet:not(.fold *) table", starts):
        assert any(words(caption) in page and words(row) in page for page in pages), caption

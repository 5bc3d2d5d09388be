"""The report: everything shown, nothing run, nothing fetched, failures in their place."""

import csv
import re
from itertools import pairwise

import nbformat
import pytest
from notebook_samples import (
    CLIENT,
    RUN,
    action,
    callout,
    figure,
    finding,
    grade,
    kpi,
    outcome,
    shown,
    table,
    write_chapter,
)
from pages import Page, what_could_run_or_load

from retention_utils.errors import InputError
from retention_utils.exporter import CODE
from retention_utils.exports.csv_files import write_tables
from retention_utils.palette import STYLESHEET
from retention_utils.prose import opening
from retention_utils.report import read_chapter, render_report


def summary(folder, *items, **more):
    first = finding("Revenue fell 19%.", is_headline=True)
    return read_chapter(
        write_chapter(folder, "01_summary", [first, *items], question="What happened?", **more)
    )


def pulse(folder, *items, name="03_pulse", **more):
    first = finding("46.1% came back.", verdict="no clear change", is_headline=True)
    return read_chapter(write_chapter(folder, name, [first, *items], **more))


def full(folder, client="Shop"):
    """A report with every kind of block, the client's word in every text; one chapter failed."""
    said = {"text": client, "title": client}
    hostile = table(
        (("=cmd", client, "text"), ("n", client, "count")),
        ((client, 3),),
        caption=client,
        note=client,
        key=client,
    )
    items = [table(), hostile, figure(title=client, caption=client, source=client, alt=client, key=client)]
    items += [figure(pictures={}), callout(**said), finding(client, verdict=client)]
    chapters = [
        read_chapter(write_chapter(folder, "00_passport", [grade(), callout(client, client, "info")])),
        summary(
            folder,
            kpi(client, value=client, basis=client, chapter="03_pulse"),
            kpi(chapter=client),
            finding(client, chapter="03_pulse"),
        ),
        pulse(
            folder,
            *items,
            lead=client,
            texts=[client],
            method=client,
            code=f"x = {client!r}",
            question=f"Is {client} leaking?",
        ),
    ]
    run = RUN | {
        "name": client,
        "description": client,
        "period_label": client,
        "previous_label": client,
        "data_until": client,
    }
    run |= {
        "outcomes": [outcome("05_value", client, error=f"NameError: {client}", cell=7), outcome("03_pulse")]
    }
    run |= {
        "provenance": [["Prepared", client], [client, None]],
        "settings": [[client, client]],
        "definitions": [[client, client]],
    }
    return render_report(run, chapters)


@pytest.fixture(params=["Shop", CLIENT], ids=["plain", "hostile"])
def client(request):
    return request.param


@pytest.fixture
def page(tmp_path, client):
    return full(tmp_path, client)


# ------------------------------------------------------------------ the page
@pytest.mark.parametrize(
    ("verdict", "order", "expected"),
    [
        ("worse", [], ["17_since_last", "03_pulse", "04_cohorts"]),
        ("not enough data", [], ["03_pulse", "04_cohorts", "17_since_last"]),  # this is the first report
        ("worse", ["04"], ["04_cohorts", "03_pulse", "17_since_last"]),
    ],
)
def test_what_has_changed_since_the_last_report_is_read_first(tmp_path, verdict, order, expected):
    said = finding("3 got better.", verdict=verdict, is_headline=True)
    chapters = [pulse(tmp_path), pulse(tmp_path, name="04_cohorts")]
    chapters.append(read_chapter(write_chapter(tmp_path, "17_since_last", [said])))
    page = render_report(RUN | {"order": order}, chapters)
    assert re.findall(r'<section[^>]* id="(\d\d_[a-z_]+)"', page) == expected


def test_nothing_runs_and_nothing_is_fetched(page):
    assert what_could_run_or_load(page) == []


def test_the_structure_is_sound(page):
    parsed = Page(page)
    assert parsed.is_balanced
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"][1:] for attributes in parsed.all("a") + parsed.all("use")}
    targets |= {name for _, a in parsed.elements for name in a.get("aria-labelledby", "").split()}
    targets |= set(re.findall(r"url\(#([^)]+)\)", page))
    assert targets
    assert targets <= set(ids)
    levels = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert parsed.all("html") == [{"lang": "en"}]
    assert len(parsed.all("caption")) == len(parsed.all("table")) == 2
    assert {attributes.get("scope") for attributes in parsed.all("th")} == {"row", "col"}
    assert len(parsed.all("main")) == len(parsed.all("nav")) == len(parsed.all("footer")) == 1
    assert parsed.all("a")[0] == {"class": "skip", "href": "#main"}


def test_the_clients_words_arrive_unchanged(page, client):
    said = " ".join(client.split())
    parsed = Page(page)
    assert parsed.text.count(said) > 25
    assert any(a.get("aria-label") == client for a in parsed.all("div"))


def test_the_running_head_stays_inside_its_quotes(tmp_path):
    page = render_report(RUN | {"name": 'A"; } </style> \\ é', "period_label": "x\ny"}, [pulse(tmp_path)])
    head = re.search(r'@top-left \{ content: "([^"]*)"; \}', page)[1]
    # CSS: a backslash, the code point in hex, a space
    read = re.sub(r"\\([0-9a-f]+) ", lambda match: chr(int(match[1], 16)), head)
    assert read == 'A"; } </style> \\ é, x\ny'
    assert page.count("</style>") == 1


def test_the_same_input_gives_the_same_bytes(tmp_path):
    assert full(tmp_path / "a") == full(tmp_path / "b")


def test_characters_no_page_may_carry_are_left_out(tmp_path):
    page = render_report(RUN | {"name": "A\x00\x1b\ud800B"}, [pulse(tmp_path)])
    assert page.encode("utf-8")
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", page)
    assert "<h1>A?B " in page


def test_an_ordinal_is_not_broken_at_its_hyphen(tmp_path):
    page = render_report(
        RUN, [pulse(tmp_path, finding("95%-й интервал, 6-му месяцу, 44-47, x-й"))], language="ru"
    )
    assert "95%-\u2060й\u00a0интервал, 6-\u2060му месяцу, 44-47, x-й" in page


def test_a_number_and_its_unit_stay_on_one_line(tmp_path):
    page = render_report(RUN, [pulse(tmp_path, finding("+0.5 points, 95% interval, n = 5, 5–20%"))])
    assert "+0.5\u00a0points, 95%\u00a0interval, n\u00a0=\u00a05, 5\u2060–\u206020%" in page


def test_no_line_begins_with_a_dash_or_a_particle(tmp_path):
    said = "Выручка — 5, принесли бы больше, известно ли, же, было больше"
    page = render_report(RUN, [pulse(tmp_path, finding(said))], language="ru")
    assert "Выручка\u00a0— 5, принесли\u00a0бы больше, известно\u00a0ли,\u00a0же, было больше" in page


@pytest.mark.parametrize(("words", "has_cards"), [("no", False), ("word " * 20, True)])
def test_a_table_wider_than_a_phone_says_its_heads(tmp_path, words, has_cards):
    columns = [("formula", "Formula", "text"), ("churn", "Churn", "figure"), ("why", 'Why "so"', "text")]
    page = Page(pulse(tmp_path, table(columns, [["A", "1%", words]])).body)
    (shown,) = page.all("table")
    assert ("cards1" in shown["class"].split()) == has_cards
    assert shown.get("style", "").endswith('--h2:"Churn";--h3:"Why \\22 so\\22 "') == has_cards


def test_what_cannot_be_shown_yet_is_one_note(tmp_path):
    nothing = [callout(title, tone="nothing") for title in ("A chart", "A table")]
    page = Page(pulse(tmp_path, *nothing, callout(), nothing[0]).body)
    assert "Not shown, for there are not enough data yet A chart A table" in page.text
    assert page.text.count("Not shown") == 1


def test_only_vendor_outputs_are_shown(page):
    assert not [word for word in ("PLAINTEXT", "PLAINHTML", "STREAMTEXT") if word in page]


def test_every_class_of_the_stylesheet_is_used():
    css = re.sub(r"/\*.*?\*/", "", STYLESHEET.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", css)))
    sources = [*STYLESHEET.parent.glob("*.j2"), *STYLESHEET.parents[1].glob("[st]*.py")]
    written = " ".join(path.read_text(encoding="utf-8") for path in sources)
    assert set(CODE.values()) <= named
    assert {name for name in named - set(CODE.values()) if not re.search(rf"\b{name}\b", written)} == set()


# ------------------------------------------------------------- at a glance
def test_the_first_screen_answers_in_one_sentence_and_six_cards(tmp_path):
    cards = [
        kpi("Revenue", chapter="03_pulse"),
        kpi("Margin", value="—", chapter="09_absent", trend=[], verdict="", change=""),
    ]
    chapters = [
        summary(tmp_path, *cards, finding("950 regulars are quiet.", chapter="03_pulse")),
        pulse(tmp_path),
    ]
    page = render_report(RUN, chapters)
    assert '<p class="verdict">Revenue fell 19%.</p>' in page
    assert '<h3><a href="#03_pulse">Revenue</a></h3>' in page
    assert "<h3>Margin</h3>" in page
    assert page.count('<li class="kpi">') == 2
    assert page.count('<p class="delta">') == 2
    no_value = page.split('<p class="value">—</p>')[1]
    assert no_value.index('<span class="chip unknown">not enough data</span>') < no_value.index("</li>")
    assert 'class="change worse"><span aria-hidden="true" class="way">▼</span>−18.8%' in page
    assert "is where the true value very likely lies" in page
    assert re.search(
        r'950 regulars are quiet\.</p></div><p class="where"><span class="chip worse">worse</span> <a href="#03_pulse">Pulse</a>',
        page,
    )
    assert "What happened?" not in page, "the summary is no chapter"
    assert page.index('id="glance"') < page.index('id="findings"') < page.index('id="03_pulse"')


def test_the_first_screen_says_how_sure_it_is_and_what_to_do_first(tmp_path):
    kind, call = action()
    page = render_report(
        RUN, [summary(tmp_path, kpi(), (kind, call | {"brief": "May bring 5."})), pulse(tmp_path)]
    )
    first = Page(page[page.index("<main") :]).text
    assert first.index("What to do first Call regulars Ring them up. May bring 5.") < first.index(
        "Better or worse, rose or fell: by more than chance"
    )
    assert first.index("How sure this is") < first.index("03 Pulse")


def test_the_first_page_names_what_moved_and_what_answers_it(tmp_path):
    moved = [
        finding("revenue per order", key="lead_a", chapter="03_pulse"),
        finding("active customers", key="lead_b"),
        finding("churn", key="lead_churn", verdict="with reservations"),
    ]
    known = finding("Orders fell.", answers=[["P01", "Call regulars"], ["P02", "Ask"]])
    bare = finding("NPS fell.", answers=[]), finding("Churn rose.", verdict="better", answers=None)
    called = read_chapter(write_chapter(tmp_path, "14_playbook", [finding("Two.", is_headline=True)]))
    first = summary(tmp_path, kpi(trend=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), *moved, known, *bare, action())
    page = render_report(RUN, [first, pulse(tmp_path), called])
    lines = page[page.index('<ul class="moved">') : page.index("</ul>")]
    assert Page(lines + "</ul>").text.strip() == (
        "worse revenue per order Pulse ; active customers no steady change churn"
    )
    assert '<a href="#action-P01">Call regulars</a>; <a href="#14_playbook">Ask</a></p>' in page
    assert '<li id="action-P01">' in page
    assert page.count("No measure answers it yet.") == 1
    assert page.count('<p class="answers">') == 2
    assert "<p>Revenue, since Apr 1997</p></div>" in page, "the bars on the cover say what they are"
    assert "lead_" not in page


def test_what_happened_is_not_told_twice(tmp_path):
    kind, call = action()
    fell = finding("Orders fell. By 12%.")
    twice = [(kind, call | {"evidence": "Orders fell. By 12%."}), (kind, call | {"evidence": "Orders rose."})]
    page = Page(render_report(RUN, [summary(tmp_path, finding("Worse."), fell, *twice)])).text
    assert page.count("By 12%.") == 1
    assert "Why: see “What happened”, 2." in page
    assert "Orders rose." in page


def test_the_grade_names_its_reservations_and_what_it_is_about(tmp_path):
    def sure(letter, *items, **more):
        kind, content = grade(letter)
        graded = write_chapter(tmp_path, "00_passport", [(kind, content | more)])
        page = Page(render_report(RUN, [summary(tmp_path, kpi(), *items), read_chapter(graded)]))
        return page.text[page.text.index("How sure this is Data grade") :][17:].split(" Code ")[0]

    about = "The grade is about the data alone; doubts about the results stand in the boxes below."
    assert sure("A") == "Data grade A , complete."
    assert sure("B", reasons="Reservations: a short log.") == "Data grade B . Reservations: a short log."
    assert sure("D", callout(), reasons="Failed: rows.").startswith(
        f"Data grade D , unusable. Failed: rows. {about} Read with care"
    )


def test_the_contents_say_what_the_ring_means(tmp_path):
    few = finding("Nothing.", verdict="not enough data", is_headline=True)
    empty = read_chapter(write_chapter(tmp_path, "08_reasons", [few]))
    assert '<p class="legend" aria-hidden="true">○ not enough data</p>' in render_report(RUN, [empty])
    assert 'class="legend"' not in render_report(RUN, [pulse(tmp_path)])


def test_a_playbook_without_a_measure_says_so_where_the_measures_would_stand(tmp_path):
    judged = finding("No rule could be judged.", is_headline=True)
    quiet = read_chapter(write_chapter(tmp_path, "14_playbook", [judged]))
    graded = read_chapter(write_chapter(tmp_path, "00_passport", [grade("C")]))
    told = Page(render_report(RUN, [summary(tmp_path, kpi()), graded, quiet])).text
    assert "What to do No rule could be judged. Supply returns for an A. Data grade" in told
    assert 'id="actions"' not in render_report(RUN, [summary(tmp_path, kpi()), pulse(tmp_path)])


def test_a_card_without_a_trend_names_no_first_period(tmp_path):
    page = render_report(RUN, [summary(tmp_path, kpi(trend=[None])), pulse(tmp_path)])
    assert '<div class="trend"></div>' in page


@pytest.mark.parametrize(
    ("verdict", "mark"), [("better", "▲"), ("no clear change", None), ("not enough data", None)]
)
def test_an_arrow_comes_only_with_better_or_worse(tmp_path, verdict, mark):
    page = render_report(RUN, [summary(tmp_path, kpi(verdict=verdict, direction="up")), pulse(tmp_path)])
    assert ("▲" in page) == (mark == "▲")
    assert f">{verdict}</span>" in page


def test_the_cover_names_client_period_and_grade(tmp_path):
    graded = read_chapter(write_chapter(tmp_path, "00_passport", [grade("C")]))
    words = Page(render_report(RUN, [graded])).text
    assert "Shop June 1998" in words
    assert "Compared with May 1998" in words
    assert "Counted up to 30 June 1998" in words
    assert "Data grade C" in words
    assert "Prepared by 1 July 1998" in words


def test_a_report_in_several_languages_links_them_each_in_its_own_words(tmp_path):
    run = RUN | {"languages": ["uk", "en"], "period_label": {"uk": "Червень 1998", "en": "June 1998"}}
    page = render_report(run, [pulse(tmp_path)], language="uk")
    assert '<html lang="uk">' in page
    assert "<span>Українська</span> · " in page
    assert '<a href="report.en.html" lang="en" hreflang="en">English</a>' in page
    assert "Червень 1998" in page
    english = render_report(run, [pulse(tmp_path)], language="en")
    assert '<a href="report.html" lang="uk" hreflang="uk">Українська</a> · ' in english
    assert "June 1998" in english
    assert "hreflang" not in render_report(RUN, [pulse(tmp_path)])


def test_a_figure_names_its_source_or_that_of_the_report(tmp_path):
    path = write_chapter(tmp_path, "03_pulse", [figure(source="")])
    told = read_chapter(path, source="orders.csv, up to 30 June 1998").body
    assert '<p class="source">Source: orders.csv, up to 30 June 1998</p>' in told
    assert 'class="source"' not in read_chapter(path).body
    own = read_chapter(write_chapter(tmp_path, "04_cohorts", [figure(source="surveys")]), source="orders.csv")
    assert "Source: surveys" in own.body


def test_what_an_input_would_show_has_its_quiet_frame(tmp_path):
    assert '<div class="callout supply" role="note">' in pulse(tmp_path, callout(tone="supply")).body


def test_without_a_summary_the_page_says_so(tmp_path):
    page = render_report(RUN, [pulse(tmp_path)])
    assert "This report was made without a summary." in page
    assert 'id="findings"' not in page


def test_definitions_that_the_glossary_lists_are_not_said_twice(tmp_path):
    told = (
        '<section id="definitions"',
        'href="#definitions"',
        "Bought in this period and in the one before.",
    )
    page = render_report(RUN, [pulse(tmp_path, table())])
    assert all(part in page for part in told)
    listed = [pulse(tmp_path, table(key="contract"))]
    assert not any(part in render_report(RUN, listed) for part in told)
    failed = RUN | {"outcomes": [outcome("03_pulse", error="NameError: x", cell=2)]}
    assert all(part in render_report(failed, listed) for part in told)


def test_a_first_period_is_compared_with_nothing(tmp_path):
    page = render_report(RUN | {"previous_label": "", "description": ""}, [summary(tmp_path, kpi())])
    assert "Compared with" not in page
    assert "What a change is against" not in page


# ---------------------------------------------------------------- failures
def test_a_failed_chapter_stands_in_its_place(tmp_path):
    run = RUN | {
        "outcomes": [
            outcome("04_cohorts", "Do new cohorts stay?", error="TableError: no 'amount' <here>", cell=7)
        ]
    }
    page = render_report(run, [summary(tmp_path), pulse(tmp_path), pulse(tmp_path, name="06_value")])
    assert (
        page.index('<section id="03_pulse"')
        < page.index('<section id="04_cohorts"')
        < page.index('<section id="06_value"')
    )
    failed = Page(page[page.index('<section id="04_cohorts"') : page.index('<section id="06_value"')]).text
    assert "04 Cohorts failed Do new cohorts stay? This chapter could not be made." in failed
    assert "stopped at cell 7" in failed
    assert "TableError: no 'amount' <here>" in failed
    assert "What to do. Open chapters/04_cohorts.ipynb at that cell" in failed
    assert (
        '04</span>Cohorts<span class="void" aria-hidden="true">×</span><span class="hidden">, failed</span>'
        in page
    )
    first_screen = Page(page[page.index('id="glance"') : page.index('<section id="03_pulse"')]).text
    assert "1 chapter is missing from this report Failed: 04 Cohorts ." in first_screen
    assert "Revenue fell 19%." in first_screen


def test_a_chapter_that_failed_half_way_shows_nothing_of_its_half(tmp_path):
    half = pulse(tmp_path, callout("Half a truth", "x"))
    page = render_report(RUN | {"outcomes": [outcome("03_pulse", error="Boom", cell=None)]}, [half])
    assert "Half a truth" not in page
    assert "46.1% came back." not in page
    assert "The run of this chapter did not finish." in page


def test_several_failures_are_counted(tmp_path):
    run = RUN | {"outcomes": [outcome("04_cohorts", error="a"), outcome("05_value", error="b")]}
    assert "2 chapters are missing from this report" in render_report(run, [pulse(tmp_path)])


def test_a_failed_summary_says_so_and_the_rest_stands(tmp_path):
    run = RUN | {"outcomes": [outcome("01_summary", error="KeyError: 'x'", cell=3), outcome("03_pulse")]}
    for chapters in ([pulse(tmp_path)], [summary(tmp_path, kpi()), pulse(tmp_path)]):
        page = render_report(run, chapters)
        assert "The summary could not be made; the chapters below stand." in page
        assert "KeyError: &#39;x&#39;" in page
        assert "46.1% came back." in page
        assert "Revenue fell 19%." not in page
        assert '<li class="kpi">' not in page


def test_a_notebook_that_is_missing_is_not_passed_over(tmp_path):
    page = render_report(RUN | {"outcomes": [outcome("04_cohorts", "Do they stay?")]}, [pulse(tmp_path)])
    assert "The executed notebook is missing or cannot be read." in page
    assert "1 chapter is missing from this report" in page


def test_everything_failed_is_still_a_page():
    run = RUN | {"outcomes": [outcome("01_summary", error="a"), outcome("03_pulse", error="b")]}
    parsed = Page(render_report(run, []))
    assert parsed.is_balanced
    assert parsed.text.count("What to do.") == 2


# ---------------------------------------------------------------- chapters
def test_a_chapter_is_read_as_data(tmp_path):
    chapter = pulse(
        tmp_path, kpi(number=4.0), table(), figure(), lead="Some *lead*.", method="By hand.", code="y = 2"
    )
    assert (chapter.name, chapter.number, chapter.title) == ("03_pulse", "03", "Pulse")
    assert chapter.question == "Is the bucket leaking?"
    assert chapter.lead == "Some *lead*."
    assert chapter.headline["text"] == "46.1% came back."
    assert chapter.shown("kpi")[0]["number"] == 4.0
    assert [table["number"] for table in chapter.shown("table")] == ["3.1"]
    assert [block["block"] for block in chapter.blocks] == ["finding", "kpi", "table", "figure"]
    assert chapter.code == ("period = '1998-06'", "y = 2")


def test_a_chapter_shows_its_blocks_in_order_and_its_method_and_code_last(tmp_path):
    items = [
        table(caption="First"),
        finding("Second", verdict="yes"),
        figure(title="Third"),
        table(caption="Fourth"),
    ]
    body = str(
        pulse(
            tmp_path, *items, lead="Zero", texts=["Half"], method="By hand.", code="total = sum(x)  # why"
        ).body
    )
    places = [
        body.index(word)
        for word in ("Zero", "Half", "First", "Second", "Third", "Fourth", "By hand.", "# why")
    ]
    assert places == sorted(places)
    assert "Table 3.1" in body
    assert "Table 3.2" in body
    assert "Figure 3.1" in body
    assert "46.1% came back." not in body, "the headline stands above the section"
    assert '<span class="c"># why</span>' in body
    assert "Load" not in body
    assert "Method" not in body


def test_code_is_marked_where_the_page_tells_it_apart_and_nowhere_else(tmp_path):
    code = 'from shop import a\n\n@b\ndef call(x, *, y=1.5):  # why\n    return x is not None and f"<{y}>"'
    body = pulse(tmp_path, code=code).body
    assert (
        '<code><span class="k">from</span> shop <span class="k">import</span> a\n\n<span class="k">@b</span>\n'
        '<span class="k">def</span> <span class="f">call</span>(x, *, y=<span class="m">1.5</span>):  '
        '<span class="c"># why</span>\n    <span class="k">return</span> x <span class="k">is</span> '
        '<span class="k">not</span> <span class="k">None</span> <span class="k">and</span> '
        '<span class="s">f"&lt;{</span>y<span class="s">}&gt;"</span></code>'
    ) in body


def test_a_long_table_is_cut_with_a_count_of_what_was_cut(tmp_path):
    rows = tuple((f"row {number}", number) for number in range(63))
    body = pulse(tmp_path, table(rows=rows)).body
    assert "row 59<" in body
    assert "row 60<" not in body
    assert "3 more rows are in the exported table." in body
    whole = pulse(tmp_path, table(rows=rows[:60])).body
    assert "row 59<" in whole
    assert "exported" not in whole


def test_key_figures_of_a_chapter_stand_in_one_list(tmp_path):
    body = pulse(tmp_path, kpi(), table(), kpi("Buyers", value="1,506")).body
    assert body.count('<ul class="kpis">') == 1
    listed = body.split('<ul class="kpis">')[1].split("</ul>")[0]
    assert listed.count('<li class="kpi">') == 2
    assert "$213k" in listed
    assert "1,506" in listed


def test_an_action_shows_what_calls_for_it_and_what_to_do(tmp_path):
    action = {
        "key": "P08", "title": "Call <them>", "when": "some are fading", "evidence": "12 are fading.",
        "tactics": ["Ask first.", "<b>Help.</b>"], "source": "articles", "owner": "Sales", "cost": "some",
        "effect": "€20–80 a year", "number": 20.0, "check_on": "28 September 1998", "chapter": "07_early_warning",
    }  # fmt: skip
    body = pulse(tmp_path, ("action", action)).body
    assert "Call &lt;them&gt;" in body
    assert '<p class="evidence">12 are fading.</p>' in body
    assert "<li>Ask first.</li><li>&lt;b&gt;Help.&lt;/b&gt;</li>" in body
    assert "28 September 1998" in body
    incomplete = {key: value for key, value in action.items() if key != "evidence"}
    with pytest.raises(InputError, match=r"displays a action without \['evidence'\]"):
        pulse(tmp_path, ("action", incomplete))


def test_the_first_screen_says_what_to_do(tmp_path):
    action = {
        "key": "P08", "title": "Call them", "when": "w", "evidence": "12 are fading.", "tactics": ["Ask."],
        "source": "s", "owner": "Sales", "cost": "c", "effect": "e", "number": None,
        "check_on": "28 September 1998", "chapter": "07_early_warning",
    }  # fmt: skip
    summary = read_chapter(write_chapter(tmp_path, "01_summary", [("action", action)]))
    warning = read_chapter(write_chapter(tmp_path, "07_early_warning", [finding()]))
    page = render_report(RUN, [summary, warning])
    part = page.split('<section id="actions"')[1].split("</section>")[0]
    assert "Call them" in part
    assert "12 are fading." in part
    assert '<a href="#07_early_warning">Early warning</a>' in part
    assert '<a href="#actions">What to do</a>' in page
    assert 'id="actions"' not in render_report(RUN, [warning])


def test_pictures_come_in_both_sizes_behind_one_text(tmp_path):
    body = pulse(tmp_path, figure(), figure()).body
    assert body.count('<div class="plot both" role="img" aria-label="It fell.">') == 2
    assert body.count('class="chart wide"') == body.count('class="chart narrow"') == 2
    assert body.count('id="03_pulse-figure-2-narrow-1"') == 1


@pytest.mark.parametrize("stored", [{}, {"wide": "<svg><script>alert(1)</script></svg>"}, {"wide": None}])
def test_a_picture_that_is_missing_or_not_ours_is_said_to_be_left_out(tmp_path, stored):
    body = pulse(tmp_path, figure(pictures=stored)).body
    assert "The picture was left out of this copy." in body
    assert "Customers a month" in body
    assert "Bars are months." in body
    assert "script" not in body


def test_columns_of_words_are_named_once_and_aligned_by_their_place(tmp_path):
    columns = tuple((f"c{place}", "c", "text" if place in (1, 3, 24) else "count") for place in range(1, 25))
    page = render_report(RUN, [pulse(tmp_path, table(columns, (tuple(range(24)),)))])
    assert re.search(r'<table class="text3 text24 cards\d" style="--h2:', page)
    rule = re.search(r"(\.text2 .*) \{ [^}]*text-align: left;[^}]*\}", page)[1].split(", ")
    assert {".text3 tr > :nth-child(3)", ".text24 tr > :nth-child(24)"} <= set(rule)


def test_table_cells_are_aligned_and_totals_set_off(tmp_path):
    body = pulse(tmp_path, table(rows=(("A", 3), ("All", None)), emphasis=[1], note="Two rows.")).body
    assert "<table>\n" in body
    assert '<th scope="col">Segment</th><th scope="col"><span>Customers</span></th>' in body
    assert '<tr><th scope="row">A</th><td>3</td></tr>' in body
    assert '<tr class="total"><th scope="row">All</th><td></td></tr>' in body
    assert '<p class="table-note">Two rows.</p>' in body


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("a <b onclick=x>c</b>", "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>"),
        ("[see](javascript:alert(1)) and [that](https://example.org)", "<p>see and that</p>"),
        ("![a <picture>](https://example.org/x.png)", "<p>a &lt;picture&gt;</p>"),
        ("```mermaid\n<script>\n```", "<pre><code>&lt;script&gt;"),
        ("```python\n<script>\n```", "<pre><code>&lt;script&gt;"),
        ("$<script>$ and $$<b>$$", "<p>$&lt;script&gt;$ and $$&lt;b&gt;$$</p>"),
        ("## Figure\n\nText.", '<div class="prose"><p>Text.</p></div>'),
        ("### Groups\n\nText.", "<h3>Groups</h3>\n<p>Text.</p>"),
        ("- [ ] done", "<li>[ ] done</li>"),
        ("Term\n: meaning", "<dt>Term</dt>\n<dd>meaning</dd>"),
    ],
)
def test_markdown_says_things_and_does_nothing(tmp_path, source, html):
    assert html in pulse(tmp_path, texts=[source]).body


def test_papermills_own_cells_are_not_the_question(tmp_path):
    path = write_chapter(tmp_path, "03_pulse", [finding(is_headline=True)])
    notebook = nbformat.read(path, as_version=4)
    banner = nbformat.v4.new_markdown_cell(
        "<span>An Exception was encountered</span>", metadata={"tags": ["papermill-error-cell-tag"]}
    )
    notebook.cells.insert(0, banner)
    nbformat.write(notebook, path)
    chapter = read_chapter(path)
    assert chapter.question == "Is the bucket leaking?"
    assert "Exception" not in chapter.body


def test_a_second_headline_is_not_lost(tmp_path):
    assert "Another." in pulse(tmp_path, finding("Another.", is_headline=True)).body


def test_a_chapter_without_a_headline_is_shown_without_one(tmp_path):
    page = render_report(RUN, [read_chapter(write_chapter(tmp_path, "03_pulse", [callout()]))])
    assert 'class="headline"' not in page
    assert "Read with care" in page


def test_a_chapter_with_too_little_data_is_marked_in_the_contents(tmp_path):
    chapter = read_chapter(
        write_chapter(tmp_path, "06_value", [finding("None.", verdict="not enough data", is_headline=True)])
    )
    page = render_report(RUN, [chapter])
    assert (
        '<span class="void" aria-hidden="true">○</span><span class="hidden">, not enough data</span>' in page
    )
    assert '<span class="chip unknown">not enough data</span>' in page


def test_a_file_that_is_no_chapter_is_refused(tmp_path):
    (tmp_path / "03_pulse.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"03_pulse.ipynb cannot be read as a notebook.*Run the chapter again"
    ):
        read_chapter(tmp_path / "03_pulse.ipynb")
    with pytest.raises(InputError, match=r"04_none.ipynb cannot be read"):
        read_chapter(tmp_path / "04_none.ipynb")
    with pytest.raises(InputError, match=r"notes.ipynb is not named like a chapter"):
        read_chapter(tmp_path / "notes.ipynb")


@pytest.mark.parametrize("content", [{"key": "k", "verdict": "no"}, "text", None])
def test_an_incomplete_item_is_named(tmp_path, content):
    with pytest.raises(InputError, match=r"Chapter 03_pulse displays a finding without \[.*'text'"):
        read_chapter(write_chapter(tmp_path, "03_pulse", [("finding", content)]))


def test_what_is_read_is_what_is_displayed():
    display = pytest.importorskip("retention_utils.display")
    from retention_utils.chapters import KEYS, MIME
    from retention_utils.display_tables import Column, Table
    from retention_utils.texts import text_of

    assert all(MIME.fullmatch(display.MIME.format(kind=kind))[1] == kind for kind in KEYS)
    samples = {
        "finding": display.Finding("k", "no", text_of("t")),
        "kpi": display.Kpi("k", text_of("l"), text_of("v"), None),
        "callout": display.Callout("k", "info", text_of("t"), text_of("x")),
        "grade": display.Grade("k", "A", text_of("l"), (("A", text_of("t")),), text_of("n")),
        "table": Table("k", text_of("c"), (Column("n", "l"),), (("a",),), ((text_of("a"),),)),
    }
    for kind, sample in samples.items():
        assert KEYS[kind] <= set(sample._repr_mimebundle_()[display.MIME.format(kind=kind)])


# ------------------------------------------------------------------- tables
def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_tables_are_written_typed(tmp_path):
    columns = (("cohort", "Cohort", "text"), ("customers", "Customers", "count"), ("share", "Share", "share"))
    chapter = pulse(tmp_path, table(columns, (("Jan", 3, -0.25), ("Feb", None, float("nan"))), key="kept"))
    assert [path.name for path in write_tables([chapter], tmp_path / "tables")] == ["03_pulse-kept.csv"]
    written = (tmp_path / "tables" / "03_pulse-kept.csv").read_bytes().decode("utf-8")
    assert written == "cohort,customers,share\r\nJan,3,-0.25\r\nFeb,,\r\n"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\ufeff=1",
        "\t1",
        "＝1+1",
        "\x01=1",
    ],
)
def test_no_text_can_be_taken_for_a_formula(tmp_path, text):
    chapter = pulse(tmp_path, table(((text, "x", "text"), ("n", "n", "count")), ((text, -1),)))
    (path,) = write_tables([chapter], tmp_path / "tables")
    assert rows_of(path) == [[f"'{text}", "n"], [f"'{text}", "-1"]]


@pytest.mark.parametrize("text", ["a=1", "1-1", "Ключ", 'a "b", c\nd', "−0.2", "—", "'=1", "a\r=1"])
def test_other_text_is_left_alone(tmp_path, text):
    (path,) = write_tables([pulse(tmp_path, table(rows=((text, 1),)))], tmp_path / "tables")
    assert rows_of(path)[1] == [text, "1"]


def test_keys_cannot_leave_the_folder_or_overwrite_each_other(tmp_path):
    keys = ["../../x", "x", "a/b", "a b", "a:b", "", ".", "Ключ"]
    chapter = pulse(tmp_path, *(table(key=key) for key in keys))
    paths = write_tables([chapter], tmp_path / "out" / "tables")
    assert len({path.name.lower() for path in paths}) == len(keys)
    assert {path.resolve().parent for path in paths} == {(tmp_path / "out" / "tables").resolve()}
    assert sorted(tmp_path.rglob("*.csv")) == sorted(paths)
    assert paths[1].name == "03_pulse-x-2.csv"


def test_excel_is_told_of_unicode_if_asked(tmp_path):
    chapter = pulse(tmp_path, table(rows=(("Ключ", 1),)))
    (path,) = write_tables([chapter], tmp_path / "tables", has_bom=True)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfsegment,customers\r\n")
    assert path.read_text(encoding="utf-8-sig").splitlines()[1] == "Ключ,1"
    (path,) = write_tables([chapter], tmp_path / "tables")
    assert path.read_bytes().startswith(b"segment")


def test_text_that_is_not_unicode_is_written_all_the_same(tmp_path):
    path = write_chapter(tmp_path, "03_pulse")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].outputs.append(shown(table(rows=(("SURROGATE", 1),))))
    path.write_text(nbformat.writes(notebook).replace("SURROGATE", "\\ud800"), encoding="utf-8")
    (written,) = write_tables([read_chapter(path)], tmp_path / "tables")
    assert rows_of(written)[1] == ["?", "1"]


def test_a_long_table_is_folded_with_the_number_of_its_rows(tmp_path):
    rows = [("A", 3), ("B", 4)]
    body = pulse(tmp_path, table(rows=rows, is_folded=True)).body
    on_paper = '<span class="paper">: on screen and in the exported tables</span>'
    assert re.search(
        rf'<details class="fold"><summary>Table 3.1: [^<]* \(2 rows\){on_paper}</summary>\s*<div class="sheet"',
        body,
    )
    assert "Table 3.1:" not in pulse(tmp_path, table(rows=rows)).body


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("One fell. “Two” rose. 3 stayed.", "One fell.", "“Two” rose. 3 stayed."),
        ("Since Dec. 2024 (n = 3) it fell.", "Since Dec. 2024 (n = 3) it fell.", ""),
        ("За грудень 2025 р. — 5. Їх було 4.", "За грудень 2025 р. — 5.", "Їх було 4."),
        ("Изменение — 1,5 п. п. «Чай» растёт.", "Изменение — 1,5 п. п.", "«Чай» растёт."),
    ],
)
def test_the_first_sentence_is_told_from_those_that_show_it(text, first, rest):
    assert opening(text) == (first, rest)


def test_a_long_finding_is_said_in_one_sentence_and_shown_beneath(tmp_path):
    long = finding("Half stopped buying. Of <i>12</i> customers, 6 did.", is_headline=True)
    page = render_report(RUN, [read_chapter(write_chapter(tmp_path, "03_pulse", [long]))])
    said = '<p class="headline">Half stopped buying.</p><p class="shown">Of &lt;i&gt;12&lt;/i&gt; customers, 6 did.</p>'
    assert said in page

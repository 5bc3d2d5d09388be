"""The house's style: a colour that can be read, a logo that is one, chapters in their order."""

import base64
import re

import pytest
from notebook_samples import RUN, finding, write_chapter
from small_project import small_project

from retention_utils import palette
from retention_utils.accent import accent_style, checked_accent, contrast
from retention_utils.config import read_config
from retention_utils.errors import ConfigError
from retention_utils.house_style import LARGEST_LOGO, Look, ReportStyle, look_of
from retention_utils.plan import plan_report
from retention_utils.report import read_chapter, render_report

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>'


# Worked examples of the guidelines: black on white is 21, and #767676 is the lightest grey that passes on white.
@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#FFFFFF", 21),
        ("#FFFFFF", "#FFFFFF", 1),
        ("#767676", "#FFFFFF", 4.54),
        ("#777777", "#FFFFFF", 4.48),
    ],
)
def test_contrast_as_the_guidelines_have_it(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("colour", ["#0B5570", "#7a1f5c", "#1E3A2F", "#000000"])
def test_a_dark_colour_is_legible_in_both_schemes(colour):
    rules = accent_style(checked_accent(colour))
    found = re.findall(r"--(cover|link): (#[0-9A-F]{6})", rules)
    assert [name for name, _ in found] == ["cover", "link", "cover", "link"]
    assert found[0][1] == found[1][1] == colour.upper()
    for scheme, pairs in ((palette.LIGHT, found[:2]), (palette.DARK, found[2:])):
        for name, value in pairs:
            tokens = ("cover-ink", "cover-ink2") if name == "cover" else ("paper", "card", "sunk")
            assert min(contrast(value, scheme[token]) for token in tokens) >= 4.5


@pytest.mark.parametrize("colour", ["#FFCC00", "#7CCBE2", "#FFFFFF", "#5B8C5A"])
def test_a_light_colour_is_refused_with_one_that_will_do(colour):
    with pytest.raises(ValueError, match="too light to be read") as refusal:
        checked_accent(colour)
    assert checked_accent(re.search("#[0-9A-F]{6}", str(refusal.value))[0])


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345G", "0B5570", "#0B5570;}body{x:url(//a)"])
def test_what_is_no_colour_is_refused(colour):
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        checked_accent(colour)


def test_the_clients_own_style_goes_before_that_of_the_house(tmp_path):
    folder = small_project(tmp_path, more='[report]\ncontact = "own@shop.example"')
    (folder / "data" / "house.toml").write_text(
        '[report]\nprepared_by = "House"\ncontact = "house"\naccent = "#0B5570"\n'
    )
    style = read_config(folder / "data" / "shop" / "client.toml").report
    assert (style.prepared_by, style.contact, style.accent) == ("House", "own@shop.example", "#0B5570")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[report", "cannot be read"),
        ("[orders]\npath = 'x'", "one section"),
        ("report = 3", "one section"),
        ("[report]\nacent = '#0B5570'", "Did you mean 'accent'"),
    ],
)
def test_a_house_file_that_cannot_be_used_is_refused(tmp_path, text, complaint):
    folder = small_project(tmp_path)
    (folder / "data" / "house.toml").write_text(text)
    with pytest.raises(ConfigError, match=complaint):
        read_config(folder / "data" / "shop" / "client.toml")


def test_one_message_names_all_that_is_wrong_with_a_style(tmp_path):
    look = 'accent = "#FFDD88"\nlogo = "absent.png"\nchapters = ["pulse", "03"]\npaper = "A5"'
    folder = small_project(tmp_path, more=f"[report]\n{look}")
    with pytest.raises(ConfigError) as refusal:
        read_config(folder / "data" / "shop" / "client.toml")
    first, *problems = str(refusal.value).splitlines()
    assert first == "shop/client.toml has 4 problem(s):"
    named = ["report.accent:", "report.paper:", "report.logo:", "report.chapters:"]
    assert [problem.split()[1] for problem in problems] == named
    assert problems[2].endswith("there is no file 'absent.png' in shop nor data.")
    assert problems[3].endswith("there is no chapter 'pulse'. Did you mean '03_pulse'? There are: 03_pulse.")


def test_how_a_report_looks_changes_no_definition(tmp_path):
    plain = read_config(small_project(tmp_path / "a") / "data" / "shop" / "client.toml")
    styled = read_config(
        small_project(tmp_path / "b", more='[report]\naccent = "#0B5570"') / "data" / "shop" / "client.toml"
    )
    assert plain.definition_hash == styled.definition_hash
    assert plain.style_hash != styled.style_hash


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("l.png", PNG, "png"), ("l.SVG", SVG, "svg+xml"), ("l.jpg", b"\xff\xd8\xff\xe0", "jpeg")],
)
def test_a_logo_is_carried_in_the_page(tmp_path, name, content, kind):
    (tmp_path / "shop").mkdir()
    (tmp_path / name).write_bytes(content)
    look = look_of(ReportStyle(logo=name), tmp_path / "shop")
    assert look.logo == f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    chapter = read_chapter(write_chapter(tmp_path, "03_pulse", [finding(is_headline=True)]))
    page = render_report(RUN, [chapter], look=look)
    assert f'<img class="logo" src="{look.logo}" alt="1 July 1998">' in page


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("absent.png", None, "there is no file 'absent.png' in shop nor"),
        ("l.png", SVG, "is not the picture"),
        ("l.svg", PNG, "is not the picture"),
        ("l.svg", b"<html/>", "is not the picture"),
        ("l.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "is not the picture"),
        ("l.png", PNG + bytes(LARGEST_LOGO), "at most 200,000"),
    ],
)
def test_what_is_no_logo_is_refused(tmp_path, name, content, complaint):
    (tmp_path / "shop").mkdir()
    if content is not None:
        (tmp_path / "shop" / name).write_bytes(content)
    with pytest.raises(ConfigError, match=complaint):
        look_of(ReportStyle(logo=name), tmp_path / "shop")


@pytest.mark.parametrize("name", ["../l.png", "/etc/l.png", "a/l.png", "l.gif", "l"])
def test_a_logo_is_a_plain_name(name):
    with pytest.raises(ValueError, match="without a folder"):
        ReportStyle(logo=name)


def test_chapters_stand_in_the_order_of_the_client_file(tmp_path):
    names = ("00_passport", "03_pulse", "10_value")
    chapters = [read_chapter(write_chapter(tmp_path, name, [finding(is_headline=True)])) for name in names]
    page = render_report(RUN | {"order": ["10", "03_pulse"]}, chapters)
    assert re.findall(r'<section id="(\d\d_\w+)"', page) == ["10_value", "03_pulse", "00_passport"]


def test_only_the_chapters_asked_for_are_made(tmp_path):
    folder = small_project(tmp_path)
    plan = plan_report(folder, "shop", "2024-03", chapters=["03"])
    assert [notebook.stem for notebook in plan.notebooks] == ["03_pulse"]
    with pytest.raises(ConfigError, match=r"(?s)99: there is no such chapter.*There are: 03_pulse"):
        plan_report(folder, "shop", "2024-03", chapters=["99"])


def test_a_look_of_nothing_adds_nothing(tmp_path):
    assert look_of(ReportStyle(), tmp_path) == Look()

"""NPS against plan, and themes of comments over time: by hand, against statsmodels, in words."""

from dataclasses import replace
from math import comb

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from test_voice import calendar
from test_voice_findings import BOOK, SAY, THREE, spoken, voice  # noqa: F401 - a fixture

from retention_utils.comment_themes.themes import theme_book
from retention_utils.config import CommentSettings
from retention_utils.display import MIME, Finding
from retention_utils.findings.voice_complaints import complaints_told
from retention_utils.findings.voice_planned import nps_plan, nps_plan_table
from retention_utils.findings.voice_theme_trends import (
    rising_complaints,
    theme_trends_finding,
    theme_trends_table,
)
from retention_utils.notebooks import ShownItems
from retention_utils.playbook.engine import judge
from retention_utils.playbook.rules import read_playbook
from retention_utils.survey_answers import survey_answers
from retention_utils.voice.complaints import complaints
from retention_utils.voice.planned import nps_against_plan
from retention_utils.voice.theme_trends import theme_trends
from retention_utils.voice.themes import ThemeCounts

# --- plan ---------------------------------------------------------------------------------------------


def plan(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame([(*row, None)[:4] for row in rows], columns=["period", "metric", "value", "service"])


def scored() -> pd.DataFrame:
    """In May and in June 2024 forty answer: 24 would and 8 would not recommend, in June of ten more 10 not."""
    scores = [10] * 24 + [8] * 8 + [3] * 8
    rows = [(f"c{place}", "2024-05-10", score) for place, score in enumerate(scores)]
    rows += [(f"c{place}", "2024-06-10", score) for place, score in enumerate([*scores, *[0] * 10])]
    rows += [("c0", "2024-04-02", 5)]
    table = pd.DataFrame(rows, columns=["customer_id", "day", "score"])
    return survey_answers(table.assign(day=pd.to_datetime(table["day"])), calendar()).scored


def test_planned_scores_are_held_against_what_came_of_them():
    rows = [
        ("2024-05", "nps", 40), ("2024-06", "nps", 45), ("2024-Q2", "nps", 10), ("2024-04", "nps", 1),
        ("2024-07", "nps", 1), ("2022-12", "nps", 1), ("2024-W20", "nps", 1), ("2024-06", "nps", 1, "gym"),
        ("2024-06", "revenue", 1),
    ]  # fmt: skip
    got = nps_against_plan(plan(*rows), scored(), calendar()).set_index("period", drop=False)
    uses = got[got["use"] != "compared"]["use"].to_dict()
    assert uses == {
        "2024-07": "later", "2024-06": "one service", "2024-W20": "other grain", "2024-04": "few", "2022-12": "before",
    }  # fmt: skip
    compared = got[got["use"] == "compared"]
    # The quarter counts every customer once: c0 with June's answer, not that of April.
    assert compared["answers"].to_dict() == {"2024-Q2": 50, "2024-06": 50, "2024-05": 40}
    assert compared["fact"].tolist() == pytest.approx([6 / 50, 6 / 50, 16 / 40])
    assert compared["difference"].tolist() == pytest.approx([0.02, -0.33, 0])
    assert compared["is_met"].tolist() == [True, False, True]
    assert (compared["low"] < compared["fact"]).all()
    assert nps_against_plan(plan(("2024-06", "revenue", 1)), scored(), calendar()) is None
    assert nps_against_plan(None, scored(), calendar()) is None


def test_the_plan_is_said_with_what_chance_can_do():
    def said(*rows):
        return nps_plan(nps_against_plan(plan(*rows), scored(), calendar()), formats=THREE)

    missed = said(("2024-05", "nps", 41), ("2024-06", "nps", 45))
    assert missed.verdict == "no"
    assert spoken(missed.text, "en") == (
        "NPS of June 2024 alone was +12.0 points (95% interval −12.9 to +35.5 points, n = 50), planned +45.0 points: it "
        "was not reached, by more than chance. Of the 2 periods with a planned NPS that can be compared, none "
        "reached it."
    )
    assert spoken(missed.text, "ru").endswith("можно сравнить, — 2; план выполнен в 0 из них.")
    near = said(("2024-06", "nps", 30))
    assert (near.verdict, "by no more than chance." in str(near.text)) == ("with reservations", True)
    assert "план не виконано, але це може бути випадковістю" in spoken(near.text, "uk")
    assert said(("2024-06", "nps", -5)).verdict == "yes"
    nothing = said(("2024-07", "nps", 1), ("2024-08", "nps", 1), ("2024-04", "nps", 1))
    assert nothing.verdict == "not enough data"
    assert str(nothing.text).endswith(
        "Left out: figures for periods that are not over: 2; figures for periods with too few answers: 1."
    )
    table = nps_plan_table(nps_against_plan(plan(("2024-06", "nps", 30)), scored(), calendar()), formats=SAY)
    assert [str(table.rows[0][0]), table.rows[0][1], str(table.rows[0][-1])] == [
        "Jun 2024", 0.3, "no, within chance",
    ]  # fmt: skip
    assert nps_plan(None, formats=SAY) is nps_plan_table(None, formats=SAY) is None


# --- themes -------------------------------------------------------------------------------------------


def comments(**about: list[int]) -> pd.DataFrame:
    """Twenty comments in each of the last twelve periods, so many of them about each theme."""
    rows = []
    for place in range(12):
        themes = [[] for _ in range(20)]
        for theme, counts in about.items():
            for number in range(counts[place]):
                themes[number].append(theme)
        rows += [(6 + place, tuple(keys)) for keys in themes]
    return pd.DataFrame(rows, columns=["period_number", "themes"])


RISING = [1, 2, 1, 3, 4, 3, 5, 6, 5, 8, 7, 9]
FLAT = [3, 5, 4, 3, 5, 4, 4, 3, 5, 4, 3, 5]
RARE = [1, 0] * 6


def test_a_theme_is_tested_as_nps_is_and_corrected_for_the_others():
    table = comments(price=RISING, staff=FLAT, reach=RARE)
    table = pd.concat([table, pd.DataFrame({"period_number": [2, -1], "themes": [("reach",)] * 2})])
    got = theme_trends(table, calendar()).set_index("theme")
    assert got["comments"].to_dict() == {
        "price": 54,
        "staff": 48,
    }  # six on reach are too few, and two are too old
    for theme, counts in (("price", RISING), ("staff", FLAT)):
        line = sm.WLS(np.array(counts) / 20, sm.add_constant(np.arange(12.0)), weights=[20] * 12).fit()
        row = got.loc[theme]
        assert (row["slope"], row["p"]) == pytest.approx((line.params[1], line.pvalues[1]))
        assert (row["low"], row["high"]) == pytest.approx(line.conf_int()[1])
    assert got["p_adjusted"].tolist() == pytest.approx([2 * got.loc["price", "p"], got.loc["staff", "p"]])
    assert got["direction"].tolist() == [1, 0]
    assert got.loc["price", ["early", "late"]].tolist() == pytest.approx([14 / 120, 40 / 120])


def test_periods_weigh_as_much_as_they_have_comments_and_few_are_not_tested():
    table = comments(price=RISING)
    thin = table[
        (table["period_number"] >= 12) | table.index.isin(table.groupby("period_number").head(5).index)
    ]
    got = theme_trends(thin, calendar()).iloc[0]
    every, some = thin.groupby("period_number").size(), thin[thin["themes"].map(len) > 0]
    some = some.groupby("period_number").size()
    line = sm.WLS(some / every, sm.add_constant(np.arange(12.0)), weights=every).fit()
    assert (got["slope"], got["p"]) == pytest.approx((line.params.iloc[1], line.pvalues.iloc[1]))
    assert theme_trends(table[table["period_number"] >= 13], calendar()).empty
    assert theme_trends(table.head(0), calendar()).empty


def told(voice, trends, *, is_dated=True):  # noqa: F811
    counts: ThemeCounts = replace(voice.themes, is_dated=is_dated)
    return replace(voice, theme_trends=trends, themes=counts)


def test_the_course_of_themes_word_for_word(voice):  # noqa: F811
    both = theme_trends(comments(price=RISING, staff=RISING[::-1], crowding=FLAT), calendar())
    found = theme_trends_finding(told(voice, both), BOOK, formats=THREE)
    assert found.verdict == "clear change"
    assert spoken(found.text, "en") == (
        "Of 3 themes with enough comments to be tested over the last 12 periods, these take up a growing share "
        "for certain: “Prices” (11.7%, then 33.3%); these a falling one: “People and service” (33.3%, then 11.7%). "
        "In brackets: the share in the first and in the second half."
    )
    assert "точно растёт доля таких: «Цены» (11,7 %, затем 33,3 %); падает — таких: " in spoken(
        found.text, "ru"
    )
    assert "точно зростає частка таких: " in spoken(found.text, "uk")
    rows = theme_trends_table(told(voice, both), BOOK, formats=SAY).rows
    assert [str(row[0]) for row in rows] == ["Prices", "People and service", "Crowds, queues and hours"]
    assert str(rows[0][-1]) == "below 0.001"
    quiet = theme_trends_finding(told(voice, both[both["direction"] == 0]), BOOK, formats=THREE)
    assert quiet.verdict == "no clear change"
    assert "— 1; у жодної частка" in spoken(quiet.text, "uk")
    few = theme_trends_finding(told(voice, both.head(0)), BOOK, formats=THREE)
    assert few.verdict == "not enough data"
    assert spoken(few.text, "ru").endswith("из последних 12 периодов и 10 из них на одну тему.")
    assert theme_trends_table(told(voice, both.head(0)), BOOK, formats=SAY) is None
    assert theme_trends_finding(told(voice, both, is_dated=False), BOOK, formats=SAY) is None


def rose(voice, counted, **about):  # noqa: F811
    """Complaints that rise, of comments by promoters, passives and detractors of every theme."""
    counts = pd.DataFrame(
        [(theme, *each) for theme, each in counted.items()],
        columns=["theme", "promoters", "passives", "detractors"],
    )
    trends = theme_trends(comments(**about), calendar())
    spoke = replace(voice, theme_trends=trends, themes=replace(voice.themes, table=counts))
    return rising_complaints(spoke, BOOK, formats=THREE)


def fired_by(findings):
    items = tuple(("finding", one._repr_mimebundle_()[MIME.format(kind="finding")]) for one in findings)
    return judge(read_playbook(), [ShownItems("13_voice", items)], margin=1.0).fired


def test_a_complaint_that_rises_calls_for_its_measure_with_its_numbers(voice):  # noqa: F811
    found = rose(voice, {"delivery": (2, 10, 42), "staff": (9, 1, 0)}, delivery=RISING, staff=FLAT)
    assert [(one.key, one.verdict) for one in found] == [("theme_rises_delivery", "worse")]
    assert spoken(found[0].text, "en") == (
        "Customers write more and more about “Delivery” (11.7%, then 33.3%): a growing share of the comments, for "
        "certain. Of the comments on it over the last 12 periods, 42 are by customers who would not recommend, 10 by "
        "passive ones and 2 by those who would."
    )
    assert "писал об этой теме за последние 12 периодов и поставил оценку" in spoken(found[0].text, "ru")
    assert "писав про цю тему за останні 12 періодів і поставив оцінку" in spoken(found[0].text, "uk")
    (fired,) = fired_by(found)
    assert (fired.rule.id, fired.chapter, fired.evidence) == ("P26", "13_voice", found[0].text)


def test_every_theme_of_the_package_and_of_a_client_leads_to_one_measure(voice):  # noqa: F811
    measures = {
        "price": "P18", "rewards": "P33", "staff": "X12", "reach": "P28", "delivery": "P26", "packaging": "P19",
        "quality": "P19", "range": "P19", "cleanliness": "P19", "crowding": "P19", "equipment": "P19",
        "website": "P36", "billing": "X12", "competitor": "P32", "parking": "X12",
    }  # fmt: skip
    assert {theme.key for theme in BOOK.code} - {"praise"} == set(measures) - {"parking"}
    for theme, measure in measures.items():
        found = rose(voice, {theme: (0, 0, 54)}, **{theme: RISING})
        assert [fired.rule.id for fired in fired_by(found)] == [measure], theme
    added = {"themes": {"price": {"words": ["coin"]}, "pets": {"name": "Pets", "words": ["dog"]}}}
    book = theme_book(CommentSettings.model_validate(added))
    assert [book.subject(key) for key in ("price", "pets", "unheard")] == ["price", "other", "other"]


@pytest.mark.parametrize(
    ("theme", "counted", "about"),
    [
        ("praise", (0, 0, 54), RISING),  # praise is no complaint, whoever writes it
        ("staff", (40, 8, 6), RISING),  # nor is what promoters write about
        ("staff", (0, 0, 48), FLAT),  # it does not rise
        ("staff", (0, 0, 54), RISING[::-1]),  # it falls
    ],
)
def test_what_is_no_rising_complaint_calls_for_nothing(voice, theme, counted, about):  # noqa: F811
    assert rose(voice, {theme: counted}, **{theme: about}) == []


def test_where_themes_were_tested_and_none_rises_the_general_measure_counts_as_judged():
    def groups(verdict):
        one = Finding("theme_trends", verdict, SAY.name("Tested."))
        items = (("finding", one._repr_mimebundle_()[MIME.format(kind="finding")]),)
        judged = judge(read_playbook(), [ShownItems("13_voice", items)], margin=1.0)
        named = {name: [part.rule.id for part in getattr(judged, name)] for name in ("quiet", "unjudged")}
        return [name for name, rules in named.items() if "X12" in rules]

    assert groups("no clear change") == groups("clear change") == ["quiet"]
    assert groups("not enough data") == ["unjudged"]


def marked(voice, detractors: int, others: int, **counted):  # noqa: F811
    """Complaints of detractors, of comments by promoters, passives and detractors of every theme."""
    table = pd.DataFrame(
        [(theme, *each) for theme, each in counted.items()],
        columns=["theme", "promoters", "passives", "detractors"],
    )
    counts = replace(voice.themes, table=table, detractors=detractors, others=others)
    return counts, complaints_told(replace(voice, themes=counts), BOOK, formats=THREE)


def test_what_those_who_would_not_recommend_write_more_often_calls_for_its_measure(voice):  # noqa: F811
    about = {"reach": (0, 0, 12), "delivery": (6, 4, 5), "website": (0, 0, 9), "praise": (0, 1, 12)}
    counts, found = marked(voice, 22, 66, **about)
    # All twelve among 22 of 88: 22! 76! / (10! 88!) by hand, times the three themes of ten comments or more.
    chance = comb(22, 12) / comb(88, 12)
    by_theme = complaints(counts).set_index("theme")["p_adjusted"]
    assert set(by_theme.index) == {"reach", "praise"}
    assert by_theme["reach"] == pytest.approx(3 * chance)
    assert [(one.key, one.verdict) for one in found] == [("complaint_reach", "with reservations")]
    assert spoken(found[0].text, "en") == (
        "Those who would not recommend write clearly more often than the others about “Reaching you, and replies” (12 "
        "of 22 comments of theirs, 0 of 66 of the others)."
    )
    assert spoken(found[0].text, "ru").endswith(
        "на темы: «Связь и ответы» (12 из 22 их отзывов, 0 из 66 отзывов остальных)."
    )
    assert spoken(found[0].text, "uk").endswith("(12 з 22 їхніх відгуків, 0 з 66 відгуків решти).")
    (fired,) = fired_by(found)
    assert (fired.rule.id, fired.is_worse) == ("P28", False)
    assert marked(voice, 22, 0, **about)[1] == []  # nobody to hold them against
    assert marked(voice, 22, 66, delivery=(30, 10, 14))[1] == []  # a third of theirs more can be chance


def test_detractors_alike_complain_of_nothing_more(voice):  # noqa: F811
    random, found = np.random.default_rng(5), 0
    for _ in range(300):
        about = {
            theme: (random.binomial(60, 0.2), 0, random.binomial(20, 0.2))
            for theme in ("price", "reach", "staff")
        }
        found += bool(marked(voice, 20, 60, **about)[1])
    assert found <= 25  # one in twenty, and fewer of an exact test

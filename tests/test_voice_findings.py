"""What chapter 13 says, word for word in three languages; hostile words stay harmless; the charts draw what is there."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from retention_utils.anonymity import without_ids
from retention_utils.charts.figure import show_figure
from retention_utils.charts.voice import left_bars, nps_lines, share_bars, theme_bars
from retention_utils.comment_themes.themes import theme_book
from retention_utils.config import ClientConfig, ContractSettings
from retention_utils.errors import TableError
from retention_utils.findings import voice as says
from retention_utils.findings import voice_after as after
from retention_utils.findings import voice_figures as figures
from retention_utils.findings import voice_kpis as kpis
from retention_utils.findings import voice_tables as tables
from retention_utils.findings import voice_themes as told
from retention_utils.formats import Formats
from retention_utils.nps import Nps, NpsTrend
from retention_utils.survey_answers import survey_answers
from retention_utils.voice.account import Limits, Voice, voice_account
from retention_utils.voice.link import score_link
from retention_utils.voice.replies import reply_times
from retention_utils.voice.standing import contract_standing
from retention_utils.voice.themes import comment_themes, theme_counts, with_themes

AS_OF = date(2024, 6, 30)
BOOK = theme_book()
SAY, THREE = Formats("en", "UAH"), Formats("en,ru,uk", "UAH")
LIMITS = Limits(as_of=AS_OF, min_customers=20, horizon_days=90, promised_days=3, most_listed=20)
HOSTILE = ('=HYPERLINK("http://x.example")', "<script>alert(1)</script>", "\u202eevil", "x" * 400)


def calendar() -> pd.DataFrame:
    periods = pd.period_range("2023-01", periods=18, freq="M")
    limits = {"first_day": periods.start_time, "last_day": periods.end_time.normalize()}
    return pd.DataFrame({"period_number": range(18), "period": periods.astype(str)} | limits)


def surveys() -> pd.DataFrame:
    """Make ninety answers in the last three months: thirty of each kind, the detractors with words."""
    table = pd.DataFrame(
        {
            "customer_id": [f"c{number:02d}" for number in range(90)],
            "day": pd.date_range("2024-04-01", periods=90),
            "score": [10.0, 7.0, 3.0] * 30,
            "comment": [None, None, "дорого"] * 30,
            "replied_on": [pd.NaT, pd.NaT, pd.Timestamp("2024-06-30")] * 30,
        }
    )
    for place, text in enumerate(HOSTILE):
        table.loc[3 * place + 2, "comment"] = text
    table["theme"] = None
    return table.assign(themes=comment_themes(table, BOOK))


@pytest.fixture(scope="module")
def voice() -> Voice:
    contracts = pd.DataFrame(
        {
            "customer_id": [f"c{number:02d}" for number in range(90)],
            "start": pd.Timestamp("2023-01-01"),
            "amount": [100.0 + number for number in range(90)],
            "plan": ["gym", "gym", "=1+1"] * 30,
        }
    )
    answers = survey_answers(surveys(), calendar())
    standing = contract_standing(
        contracts, answers.scored, settings=ContractSettings(), horizon_days=90, as_of=AS_OF
    )
    return voice_account(answers, standing, calendar(), limits=LIMITS)


NOW = Nps(
    answers=266, promoters=92, passives=81, detractors=93, score=-0.004, low=-0.103, high=0.096,
    previous_answers=857, previous_periods=12, previous=0.229, change=-0.232, change_low=-0.341,
    change_high=-0.122, trend=NpsTrend(-0.02, -0.03, -0.01, 0.1, 0.001, 0.006, 12),
)  # fmt: skip


def headline(voice: Voice, formats: Formats):
    return says.nps_finding(voice, period="2024-06", grain="month", formats=formats)


def spoken(text, language: str) -> str:
    """Return a text in one language, its unseen joints taken out."""
    return text.in_language(language).replace("\u2060", "").replace("\xa0", " ").replace("\u202f", " ")


def test_a_fall_in_three_languages(voice):
    got = headline(replace(voice, nps=NOW), THREE)
    assert (got.verdict, got.is_headline) == ("worse", True)
    assert spoken(got.text, "en") == (
        "NPS has fallen: −0.4 points in the 3 months to June 2024, +22.9 points in the 12 before, a change of −23.2 points "
        "(95% interval −34.1 to −12.2 points). The score now: 95% interval −10.3 to +9.6 points, n = 266; the one before: n "
        "= 857. Over the last 12 "
        "months it fell steadily, by about 2.0 points a month: more than by chance."
    )
    assert spoken(got.text, "ru") == (
        "NPS снизился: −0,4 пункта за 3 месяца по июнь 2024 г. против +22,9 пункта за 12 предыдущих, изменение −23,2 пункта "
        "(95%-й интервал от −34,1 до −12,2 пункта). Показатель сейчас: 95%-й интервал от −10,3 до +9,6 пункта, n = 266; "
        "прежний: n = 857. " + spoken(got.text, "ru").split("n = 857. ")[1]
    )
    assert spoken(got.text, "uk").startswith(
        "NPS знизився: −0,4 пункту за 3 місяці по червень 2024 р. проти +22,9 пункту за 12 попередніх, зміна −23,2 пункту ("
    )


def test_a_clear_change_without_a_steady_line_came_lately(voice):
    no_line = NOW.trend._replace(p_adjusted=0.4)
    sudden = headline(replace(voice, nps=replace(NOW, trend=no_line)), THREE)
    assert spoken(sudden.text, "en").endswith(
        "n = 857. It did not come little by little: over the last 12 months there is no steady fall or rise."
    )
    unclear = replace(NOW, trend=no_line, change_high=0.1)
    assert "12 months it shows no steady" in spoken(headline(replace(voice, nps=unclear), THREE).text, "en")


@pytest.mark.parametrize(
    ("answers", "ru", "uk"),
    [
        (1, "ответил 1 клиент:", "відповів 1 клієнт:"),
        (2, "ответили 2 клиента:", "відповіли 2 клієнти:"),
        (5, "ответили 5 клиентов:", "відповіли 5 клієнтів:"),
        (11, "ответили 11 клиентов:", "відповіли 11 клієнтів:"),
        (21, "ответил 21 клиент:", "відповів 21 клієнт:"),
    ],
)
def test_too_few_answers_are_no_score(voice, answers, ru, uk):
    got = headline(replace(voice, nps=replace(NOW, answers=answers)), THREE)
    assert got.verdict == "not enough data"
    assert ru in spoken(got.text, "ru")
    assert uk in spoken(got.text, "uk")
    assert kpis.nps_kpi(replace(voice, nps=replace(NOW, answers=answers)), formats=SAY).number is None


def test_nobody_answered_or_nothing_can_be_compared(voice):
    nobody = headline(replace(voice, nps=None), SAY)
    assert str(nobody.text).startswith("In the 3 months to June 2024, nobody answered how likely they are")
    unknown = replace(NOW, change=np.nan, trend=NpsTrend())
    got = headline(replace(voice, nps=unknown), SAY)
    assert got.verdict == "not enough data"
    assert str(got.text).endswith(
        "Whether NPS has changed cannot be said yet. That needs 12 months of history, and at least 30 answers both in "
        "the last 3 and in those before."
    )


def test_the_groups_of_those_who_answered(voice):
    got = says.answer_groups(replace(voice, nps=replace(NOW, answers=261)), formats=THREE)
    assert got.verdict == "with reservations"
    assert spoken(got.text, "uk").startswith(
        "Із 261 клієнта, що відповів за останні три періоди, 35,2% порекомендували"
    )
    assert says.answer_groups(replace(voice, nps=replace(NOW, low=0.1)), formats=SAY).verdict == "yes"
    assert says.answer_groups(replace(voice, nps=None), formats=SAY) is None


def link(bad: tuple[int, int], others: tuple[int, int]):
    rows = [(-1, place < bad[0]) for place in range(bad[1])] + [(1, p < others[0]) for p in range(others[1])]
    return score_link(pd.DataFrame(rows, columns=["value", "has_left"]).astype(float), min_customers=20)


def test_who_left_in_three_languages(voice):
    got = after.detractors_leave(replace(voice, link=link((53, 205), (120, 732))), formats=THREE)
    assert got.verdict == "yes"
    assert spoken(got.text, "en") == (
        "Customers who would not recommend left more often than the others: 25.9% against 16.4% (difference +9.5 points, 95% interval +3.3 to +16.3 points). That is 1.58 times the share of the "
        "others (95% interval 1.18–2.08). So the answer tells beforehand who is likelier to leave; whether "
        "dissatisfaction is the cause, it does not tell. Left means: had no contract any more 90 days after the answer; "
        "counted are 205 customers who would not recommend and 732 others."
    )
    assert spoken(got.text, "ru").startswith(
        "Те, кто не порекомендовал бы, уходили чаще остальных: 25,9 % против 16,4 % (разница +9,5 п. п., "
    )
    assert spoken(got.text, "ru").endswith(
        "кто через 90 дней после ответа уже не имел договора: 205 клиентов не порекомендовали бы, остальных — 732."
    )
    assert spoken(got.text, "uk").endswith(
        "хто через 90 днів після відповіді вже не мав договору: 205 клієнтів не порекомендували б, решта — 732."
    )
    assert "Це у 1,58 раза більше, ніж у решти (95%-й інтервал 1,18–2,08)." in spoken(got.text, "uk")


def test_a_difference_within_chance_is_called_so(voice):
    got = after.detractors_leave(
        replace(voice, link=link((33, 98), (131, 360)), source="orders"), formats=SAY
    )
    assert got.verdict == "no"
    assert "bought nothing in the 90 days after the answer" in got.text
    assert "points). The difference is no more than chance would bring. Left means: " in str(got.text)
    rare = after.detractors_leave(replace(voice, link=link((0, 100), (50, 100))), formats=SAY)
    assert "They left less often than the others, for whatever reason. Left means: " in str(rare.text)
    few = after.detractors_leave(replace(voice, link=link((0, 1), (0, 0))), formats=SAY)
    assert "of 1 of them and none of the others it is known where they were 90 days after" in few.text


def test_what_is_at_stake(voice):
    got = after.at_stake(voice, formats=THREE)
    # Every third of the contracts of 100 to 189 a month: 30 of them, the third, the sixth … 4,365 a month.
    assert spoken(got.text, "en") == (
        "30 of 90 customers of today who answered in the last 12 periods would not recommend (33.3%, 95% interval "
        "24.5–43.6%). They pay UAH 52.4k a year, 33.6% of what all who answered pay."
    )
    assert spoken(got.text, "uk").startswith(
        "Із 90 нинішніх клієнтів, що відповіли за останні 12 періодів, не порекомендували б 30 (33,3%, "
    )
    assert kpis.stake_kpi(voice, formats=SAY).number == 12 * 4365
    one = after.at_stake(replace(voice, stake=replace(voice.stake, customers=281)), formats=THREE)
    assert spoken(one.text, "ru").startswith(
        "Из 281 нынешнего клиента, ответившего за последние 12 периодов, не "
    )


def test_the_client_s_own_words_are_harmless_and_cut(voice):
    got = tables.stake_table(voice, is_hashed=False, formats=SAY)
    words = {row[4] for row in got.rows}
    assert "дорого" in words
    listed = tables.stake_table(
        replace(voice, stake=replace(voice.stake, listed=voice.stake.listed.tail(30))),
        is_hashed=True,
        formats=SAY,
    )
    assert "c02" not in str(listed.rows)
    page = "".join(part["text/html"] for part in [listed._repr_mimebundle_(), got._repr_mimebundle_()])
    assert "<script>" not in page
    unmatched = told.unmatched_table(voice.themes, formats=SAY)
    texts = [row[0] for row in unmatched.rows]
    assert "[U+202E]evil" in texts
    assert any(text.endswith("…") and len(text) == 160 for text in texts)
    assert "1 is cut after 160 characters." in unmatched.note
    assert "<script>" not in unmatched._repr_mimebundle_()["text/html"]


def test_hidden_words_are_counted_and_not_shown():
    worded = surveys().drop(columns="themes")
    hidden = without_ids(worded, b"a key of sixteen characters")
    got = with_themes(hidden, worded, BOOK)
    assert got["comment"].notna().sum() == worded["comment"].notna().sum() == 30
    assert set(got["comment"].dropna()) == {"hidden"}
    counts = theme_counts(got[got["comment"].notna()].assign(value=-1), min_customers=20)
    assert (counts.comments, counts.table["comments"].tolist()) == (30, [26])
    assert told.unmatched_table(counts, formats=SAY) is None
    assert with_themes(None, None, BOOK) is None


def test_themes_in_three_languages(voice):
    got = told.themes_finding(voice.themes, BOOK, min_comments=20, formats=THREE)
    assert got.verdict == "yes"
    assert spoken(got.text, "en") == (
        "Of 30 comments of the last 12 periods, most are about “Prices” (86.7%, 95% interval 70.3–94.7%). Those who "
        "would not recommend write most about “Prices”: 26 of 30 comments of theirs. No keyword fits 13.3% of the "
        "comments (95% interval 5.3–29.7%): what these say, somebody has to read."
    )
    assert spoken(got.text, "ru").startswith(
        "30 отзывов за последние 12 периодов: чаще всего пишут на темы «Цены» ("
    )
    assert "«Ціни»: 26 з 30 їхніх відгуків." in spoken(got.text, "uk")
    few = theme_counts(voice.themes.unmatched, min_customers=20)
    assert told.themes_finding(few, BOOK, min_comments=20, formats=SAY).verdict == "not enough data"


def test_replies_are_judged_by_the_promise(voice):
    # All thirty were answered on the last day, after 1, 4, 7 … 88 days; for the newest the promise is not over yet.
    got = after.replies(voice, formats=THREE)
    assert got.verdict == "no"
    assert spoken(got.text, "en") == (
        "Of 30 answers in the last 12 periods by customers who would not recommend, 100.0% got a reply (95% interval "
        "88.6–100.0%). Half had one within 43 days, nine in ten within 79 days. The promise of a reply within 3 days was "
        "kept for 0.0% of 29 answers (95% interval 0.0–11.7%)."
    )
    assert spoken(got.text, "uk").startswith(
        "За останні 12 періодів клієнти, які не порекомендували б, залишили 30 оцінок чи відгуків; відповідь отримали "
    )
    recent = voice.answers.table
    free = reply_times(recent, promised_days=0, as_of=AS_OF, min_customers=20)
    assert (
        after.replies(
            replace(voice, replies=free, limits=replace(LIMITS, promised_days=0)), formats=SAY
        ).verdict
        == "yes"
    )
    assert after.replies(replace(voice, replies=None), formats=SAY) is None


def test_groups_that_differ_and_a_plan_with_a_formula_for_a_name(voice):
    got = says.group_difference(voice, by="group", formats=THREE)
    assert got.verdict == "yes"
    assert spoken(got.text, "en") == (
        "NPS differs by plan: +50.0 points in the group “gym”, −100.0 points in the group “=1+1”. In the first: 95% "
        "interval +34.7 to +60.5 points, n = 60; in the second: 95% interval −100.0 to −78.7 points, n = 30. Groups "
        "that are alike would differ this much in fewer than 1 of 1,000 cases."
    )
    assert spoken(got.text, "ru").startswith(
        "NPS различается по тарифам: +50,0 пункта в группе «gym», −100,0 пункта в группе «=1+1». В первой: 95%-й"
    )
    assert "+50,0 пункту у групі «gym», −100,0 пункту у групі «=1+1». У першій: 95%-й" in spoken(
        got.text, "uk"
    )


def test_every_table_and_chart_is_made(voice):
    for made in (
        tables.periods_table, tables.groups_table, tables.left_table, tables.replies_table, tables.account_table,
    ):  # fmt: skip
        made(voice, formats=THREE)
    comments = voice.themes.table
    every = replace(
        voice.themes,
        table=comments.assign(comments=comments[["promoters", "passives", "detractors"]].sum(axis=1)),
    )
    scoreless = replace(voice.themes, table=every.table.assign(comments=every.table["comments"] + 1))
    said = [str(figures.themes_caption(counts, formats=THREE)) for counts in (every, scoreless)]
    assert ["Pale" in caption for caption in said] == [False, True]
    linked = replace(voice, link=link((53, 205), (120, 732)))
    drawn = (
        (nps_lines, figures.since_first(voice.series), figures.nps_alt(voice, formats=THREE)),
        (share_bars, figures.since_first(voice.counted), figures.shares_alt(voice, formats=THREE)),
        (left_bars, linked.link.groups.iloc[[0, 2]], figures.left_alt(linked, formats=THREE)),
        (
            theme_bars,
            figures.drawn_themes(voice.themes, BOOK, formats=THREE),
            figures.themes_alt(voice.themes, BOOK, formats=THREE),
        ),
    )
    for draw, table, alt in drawn:
        shown = show_figure(draw, table, key="x", title="", caption="", alt=alt, formats=THREE)
        assert set(shown.pictures) == {"en", "ru", "uk"}
        with pytest.raises(TableError):
            draw(table.iloc[:, :1], formats=SAY)


def test_bars_stack_to_the_whole(voice):
    ax = share_bars(figures.since_first(voice.counted), formats=SAY)
    tops = [max(path.vertices[:, 1]) for part in ax.collections for path in part.get_paths()]
    assert max(tops) == pytest.approx(1.0)
    ax = theme_bars(
        figures.drawn_themes(voice.themes, BOOK, formats=SAY).assign(label=["Prices"]), formats=SAY
    )
    assert [patch.get_width() for patch in ax.patches] == [26, 0, 0]


def test_a_client_s_own_themes():
    base = {
        "name": "Shop",
        "currency": "EUR",
        "orders": None,
        "business_type": "subscriptions",
        "data_horizon": AS_OF,
    }
    base["tables"] = {
        "subscriptions": {
            "path": "c.csv",
            "columns": {"customer_id": "who", "start": "since", "amount": "price"},
        }
    }
    comments = {"themes": {"parking": {"name": "Parking", "words": ["car park"], "codes": ["P1"]}}}
    book = theme_book(ClientConfig.model_validate(base | {"comments": comments}).comments)
    rows = pd.DataFrame(
        {
            "theme": [None, "p1", "own word", None],
            "comment": ["Car park closed, dear", None, "price", "not expensive"],
        }
    )
    assert comment_themes(rows, book) == [("parking",), ("parking",), ("own word", "price"), ()]
    with pytest.raises(
        ValueError, match=r"themes\.pric: the package has no such theme\. Did you mean 'price'\?"
    ):
        ClientConfig.model_validate(base | {"comments": {"themes": {"pric": {"words": ["x"]}}}})

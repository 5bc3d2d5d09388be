"""What is said of why customers leave, in three languages, what is drawn, and which rules it fires."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing
from test_reasons import BOOK, account, leavers, of_contracts, said
from test_subscriptions import calendar

from retention_utils.charts.reasons import competitor_line, effect_bars, reason_bars, steered_bars
from retention_utils.findings import reasons as told
from retention_utils.findings import reasons_course as course
from retention_utils.findings import reasons_figures as figures
from retention_utils.findings import reasons_kpis as kpis
from retention_utils.findings import reasons_money as money
from retention_utils.findings import reasons_subjects as subjects
from retention_utils.findings import reasons_tables as tables
from retention_utils.findings.reasons_missing import what_to_supply
from retention_utils.findings.reasons_usual import below_usual
from retention_utils.findings.reasons_words import control_keys
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.playbook.engine import judge
from retention_utils.playbook.rules import read_playbook
from retention_utils.reasons.account import ReasonAccount, effect_of, given_of, unknown_of
from retention_utils.reasons.answers import Answers
from retention_utils.reasons.competitor import CompetitorShare, competitor_share
from retention_utils.reasons.counts import share_of
from retention_utils.reasons.effect import Exposure
from retention_utils.reasons.step import Step

SAY = Formats("en,ru,uk", "EUR")
ONE = {"formats": SAY, "min_customers": 1}


def plain(text, language="en"):
    """A text without what keeps words together."""
    return re.sub("[\u00a0\u202f]", " ", text.in_language(language)).replace("\u2060", "")


def whole(table, *, before=None, first="2024-01", last="2024-04", exposure=None, texts=None):
    """An account of leavers that are given."""
    rows = len(table)
    texts = pd.DataFrame({"code": table["code"], "has_text": table["has_text"]}) if texts is None else texts
    return ReasonAccount(
        book=BOOK,
        answers=Answers(table, rows=rows, tied=rows, named=rows, texts=texts),
        calendar=calendar(),
        recent=table,
        before=table.head(0) if before is None else before,
        first_period=first,
        last_period=last,
        exposure=exposure or Exposure("month", 0, 0, np.nan),
        made_of="contracts",
    )


def headline(found, **options):
    return told.reasons(found, given_of(found), unknown_of(found), **{**ONE, **options})


def test_the_headline_names_the_reasons_and_who_can_steer_them():
    found = headline(whole(leavers(price_level=5, no_time=3, health=1, silent=1)))
    assert found.is_headline
    assert found.verdict == "yes"
    assert plain(found.text) == (
        "The reasons named most often: “Too expensive” (50.0%), “No time” (30.0%) and “Health” (10.0%). Of 10 "
        "leavers asked why from January 2024 to April 2024, 9 gave a reason that is recognised. Of those asked, 50.0% "
        "(95% interval 23.7–76.3%) named something that the company itself decides, 30.0% something behind "
        "which such a reason may stand and which is to be verified, 10.0% something that nobody can steer."
    )
    assert plain(found.text, "ru").startswith(
        "Чаще всего причиной ухода называют: «Слишком дорого» (50,0 %), «Нет времени» (30,0 %) и «Здоровье» (10,0 %). "
        "При уходе (январь 2024 г. – апрель 2024 г.) спросили 10 клиентов; распознанную причину назвали 9. Из "
        "спрошенных"
    )
    assert plain(found.text, "uk").startswith(
        "Найчастіше причиною відходу називають: «Задорого» (50,0%), «Немає часу» (30,0%) і «Здоров’я» (10,0%). Під час "
        "відходу (січень 2024 р. – квітень 2024 р.) спитали 10 клієнтів; розпізнану причину назвали 9. Зі спитаних"
    )


@pytest.mark.parametrize(
    ("asked", "ru", "uk"),
    [
        (1, "Из 1 спрошенного при уходе причина неизвестна у 1 (", "Зі 1 спитаного під час відходу"),
        (2, "Из 2 спрошенных при уходе", "Зі 2 спитаних під час відходу"),
        (5, "Из 5 спрошенных при уходе", "Зі 5 спитаних під час відходу"),
        (11, "Из 11 спрошенных при уходе", "Зі 11 спитаних під час відходу"),
        (21, "Из 21 спрошенного при уходе", "Зі 21 спитаного під час відходу"),
    ],
)
def test_the_unknown_in_russian_and_ukrainian(asked, ru, uk):
    text = told.unknown_reasons(unknown_of(whole(leavers(silent=asked))), **ONE).text
    assert plain(text, "ru").startswith(ru)
    assert plain(text, "uk").startswith(uk)


def test_much_unknown_is_a_reservation():
    found = whole(leavers(price_level=7, silent=2, unmatched=1))
    assert plain(told.unknown_reasons(unknown_of(found), **ONE).text) == (
        "The reason of 3 of the 10 leavers asked is not known (30.0%, 95% interval 10.8–60.3%): 2 said "
        "nothing, 0 would not say, 1 said something that no code or word of the list stands for."
    )
    assert headline(found).verdict == "with reservations"


def test_too_few_and_none_are_verdicts_of_their_own():
    few = headline(whole(leavers(price_level=2)), min_customers=20)
    assert (few.verdict, few.text) == (
        "not enough data",
        "Why customers leave cannot be said yet: only 2 leavers were asked, and that needs at least 20.",
    )
    none = told.reasons(None, given_of(None), None, **ONE)
    assert (none.verdict, none.text) == (
        "not enough data", "Why customers leave cannot be said: no reasons were supplied.",
    )  # fmt: skip
    assert headline(whole(leavers(silent=3))).verdict == "not enough data"
    for nothing in (
        told.unknown_reasons(None, **ONE), told.responses(None, formats=SAY), course.competitors(None, None, **ONE),
        course.trends_told(pd.DataFrame(), None, formats=SAY), money.symptoms(None, **ONE),
        money.losses(None, pd.DataFrame(), **ONE), kpis.controllable_kpi(None, **ONE),
    ):  # fmt: skip
        assert nothing is None
    assert subjects.subject_findings(None, effect_of(None), **ONE) == []
    assert subjects.subject_kpis(None, effect_of(None), **ONE) == []


def test_those_whose_payment_failed_are_told_apart_from_those_who_vanished():
    table = leavers(price_level=20, failed_payment=2)
    failed = table["code"] == "failed_payment"
    table = table.assign(is_involuntary=failed, is_asked=table["is_asked"] & ~failed)
    found = whole(table)
    told = {each.key: each.text for each in subjects.subject_findings(found, effect_of(found), **ONE)}
    assert plain(told["reasons_vanished"]) == (
        "None of the 20 leavers asked stopped paying and vanished, as is noted of them (0.0%, 95% interval 0.0–16.1%). "
        "The 2 customers lost because a payment failed were not asked; they are counted apart, with failed payments."
    )
    assert "Ещё 2 клиентов, потерянных из-за того, что платёж не прошёл" in plain(
        told["reasons_vanished"], "ru"
    )
    assert "2 клієнтів, утрачених" in plain(told["reasons_vanished"], "uk")
    assert "failed" not in plain(told["reasons_price"])


def test_partial_data_are_named_with_what_they_lack():
    def keys(found):
        return [note.key for note in what_to_supply(found, formats=SAY)]

    bare = of_contracts().assign(cancel_reason=None)
    assert keys(None) == ["no_reasons"]
    assert keys(account(said((None, None, "дорого", "")), bare)) == ["reasons_unnamed", "reasons_undated"]
    assert keys(account(said((None, "2024-02-01", "дорого", "")), bare)) == ["reasons_unnamed"]
    assert keys(account(said(("dee", "2024-02-01", "дорого", "")), bare)) == ["reasons_astray"]
    assert keys(account(said(("ann", None, "дорого", "")), bare)) == []  # the contract has the day


def test_competitors_stated_and_suspected():
    table = leavers(competitor=3, moved=1, price_level=6)
    few, asked = competitor_share(table, table, calendar(), BOOK, min_customers=1), whole(table)
    found = course.competitors(few, asked, **ONE)
    assert plain(found.text) == (
        "3 of the 10 leavers asked named a competitor as the reason (30.0%, 95% interval 10.8–60.3%). One "
        "more gave a reason behind which one may stand (“Moved”): with that one it would be 40.0% at most."
    )
    assert "Ещё 1 назвал причину, за которой он может стоять («Переезд»)" in plain(found.text, "ru")
    assert "Ще 1 назвав причину, за якою він може стояти («Переїзд»)" in plain(found.text, "uk")
    step = Step("2024-03", "2024-02", "2024-04", 0.05, 0.2, 100, 90, 0.15, 0.06, 0.24, 0.001)
    rising = CompetitorShare(few.stated, few.with_suspected, few.by_period, True, 1, 0.001, step)
    found = course.competitors(rising, asked, **ONE)
    assert found.verdict == "worse"
    assert plain(found.text).startswith(
        "Leavers name a competitor more often: 5.0% of those asked before March 2024, 20.0% from then on, a change of "
        "+15.0 points (95% interval +6.0 to +24.0 points). The change began between February 2024 and April "
        "2024 with a probability of 95%. Chance alone seldom makes so great a one; what made it, the data "
        "do not say. 3 of the 10 leavers asked named a competitor"
    )
    assert plain(found.text, "ru").startswith(
        "При уходе конкурента называют чаще: 5,0 % спрошенных до перелома (март 2024 г.), 20,0 % после, изменение на "
    )
    assert plain(found.text, "uk").startswith(
        "Під час відходу конкурента називають частіше: 5,0% спитаних до зламу (березень 2024 р.), 20,0% після, зміна на "
    )
    flat = CompetitorShare(few.stated, few.with_suspected, few.by_period, True, 0, 0.41, None)
    assert plain(course.competitors(flat, asked, **ONE).text).endswith(
        "Over time the share of those who named one neither grows nor falls for certain (Cochran–Armitage "
        "test, p = 0.410)."
    )


def test_losses_and_symptoms():
    found = whole(
        leavers(price_level=60, no_time=30, health=10),
        before=leavers(price_level=20, no_time=30),
        exposure=Exposure("month", 1000, 1000, 1.0),
    )
    text = money.losses(found, effect_of(found), **ONE).text
    assert plain(text).startswith(
        "Furthest above the usual is “Too expensive”: 6.00% of the customers a month instead of 2.00%, the share of the year before. "
        "The leavers beyond that brought €400 a year (95% interval €23"
    )
    assert plain(text).endswith(
        "Leavers who named something that the company itself decides brought €600 a year, those whose reason is to be "
        "verified €300, those whose reason nobody can steer €100."
    )
    assert "замість 2,00%, частки роком раніше" in plain(text, "uk")
    calm = whole(leavers(price_level=20), before=leavers(price_level=20), exposure=found.exposure)
    assert str(money.losses(calm, effect_of(calm), **ONE).text).startswith(
        "For no reason that can be steered do the"
    )
    assert plain(money.symptoms(found, **ONE).text) == (
        "30 of the 100 leavers asked gave a symptom and not a cause (30.0%, 95% interval 21.9–39.6%): “No "
        "time”. Such answers say that somebody left, not why; ask what had changed before."
    )


def test_what_costs_less_than_usual_is_said_for_the_playbook():
    # 20 of 10,000 a month where 0.9 to 1.9% is published; price and competitors together 30 after 90.
    failed = leavers(failed_payment=20).assign(is_involuntary=True, is_asked=False)
    found = whole(
        pd.concat([failed, leavers(price_level=20, competitor=10, no_time=40)], ignore_index=True),
        before=leavers(price_level=60, competitor=30, no_time=40),
        exposure=Exposure("month", 10_000, 10_000, 1.0),
    )
    price, payment = below_usual(found, effect_of(found), formats=SAY)
    assert (price.key, price.verdict) == ("usual_price", "better")
    assert plain(price.text).startswith(
        "Price, money and competitors cost less than is usual: 0.30% of the customers a month, where 0.90% was lost the "
        "year before. At the usual rate €600 more a year would be lost (95% interval €388–830)."
    )
    assert payment.key == "usual_payment"
    assert plain(payment.text).startswith(
        "Failed payments cost less than is usual: 0.20% of the customers a month, where 0.9–1.9% is published as usual. "
        "At the usual rate €700 more a year would be lost (95% interval €"
    )
    assert "0,9–1,9 %" in plain(payment.text, "ru")
    assert "0,9–1,9%" in plain(payment.text, "uk")
    # One reason far below and one as far above: of both together nothing is certain, and nothing is said.
    mixed = whole(
        leavers(price_level=20, competitor=60),
        before=leavers(price_level=60, competitor=20),
        exposure=found.exposure,
    )
    assert below_usual(mixed, effect_of(mixed), formats=SAY) == []
    assert below_usual(None, effect_of(None), formats=SAY) == []


def test_no_measure_rests_on_a_reason_that_costs_less_than_usual():
    # Too expensive: 20 of 10,000 after 60; competitors 30 after 10. Both are of one subject.
    found = whole(
        leavers(price_level=20, competitor=30, no_time=50),
        before=leavers(price_level=60, competitor=10, no_time=50),
        exposure=Exposure("month", 10_000, 10_000, 1.0),
    )
    cost = effect_of(found)
    price = next(
        part for part in subjects.subject_findings(found, cost, **ONE) if part.key == "reasons_price"
    )
    assert plain(price.text) == (
        "50 of the 100 leavers asked named the price, their own money or a competitor (50.0%, 95% interval 40.4–59.6%). "
        "The reasons: “Went to a competitor” (30) and “Too expensive” (20). For “Too expensive” fewer left than is usual, for certain, so no measure rests on that. Without it, 30 are "
        "left (30.0%, 95% interval 21.9–39.6%), who brought €300 a year."
    )
    card = next(
        part for part in subjects.subject_kpis(found, cost, **ONE) if part.key == "reasons_price_loss"
    )
    assert (card.number, str(card.basis)) == (
        300.0,
        "n = 30; without “Too expensive”: fewer left for it than is usual",
    )
    fired = {part.rule.id: part for part in judge(read_playbook(), [shown(found)], margin=0.5).fired}
    assert fired["P18"].margin_at_stake == 150.0
    # Where hardly anybody is left without it, nothing calls for the measure.
    few = whole(
        leavers(price_level=20, competitor=3, no_time=77),
        before=leavers(price_level=60, competitor=1, no_time=39),
        exposure=found.exposure,
    )
    quiet = subjects.subject_findings(few, effect_of(few), **ONE)[0]
    assert (quiet.key, quiet.verdict) == ("reasons_price", "no")


def shown(found):
    """What the chapter displays, as the playbook reads it."""
    cost = effect_of(found)
    items = [*subjects.subject_findings(found, cost, **ONE), told.unknown_reasons(unknown_of(found), **ONE)]
    figures_shown = [*subjects.subject_kpis(found, cost, **ONE), kpis.unknown_kpi(unknown_of(found), **ONE)]
    listed = [("finding", item) for item in items] + [("kpi", item) for item in figures_shown]
    return ShownItems(
        "08_reasons",
        tuple(
            (kind, item._repr_mimebundle_()[f"application/vnd.retention.{kind}+json"])
            for kind, item in listed
        ),
    )


def test_the_rules_that_reasons_feed_fire_with_their_money():
    found = whole(leavers(price_level=20, quality=15, moved=1, unused=20, silent=40))
    fired = {part.rule.id: part for part in judge(read_playbook(), [shown(found)], margin=0.5).fired}
    assert set(fired) == {"P18", "P19", "P22", "X01"}
    assert fired["P18"].margin_at_stake == 100.0
    assert plain(fired["P19"].evidence) == (
        "15 of the 96 leavers asked named the product or the service (15.6%, 95% interval 9.7–24.2%). They "
        "brought €150 a year."
    )


def test_figures_draw_what_they_are_given_in_every_language():
    table = leavers(price_level=5, no_time=3, silent=2)
    found = whole(table, before=leavers(price_level=2, no_time=9), exposure=Exposure("month", 90, 80, 1.0))
    keys = control_keys(SAY)
    bars = figures.given_bars(given_of(found), found, formats=SAY)
    parts = figures.steered_parts(found, formats=SAY)
    beyond = figures.effect_bars_of(effect_of(found), found, formats=SAY)
    assert parts.loc[parts["measure"] == "customers", "share"].tolist() == [0.5, 0.3, 0.0, 0.2]
    for language in SAY.languages:
        one, words = SAY.only(language), [(control, str(word)) for control, word in keys]
        ax = reason_bars(bars, formats=one, keys=words, ax=Drawing(figsize=(5, 4)).add_axes((0, 0, 1, 1)))
        assert [round(bar.get_width(), 2) for bar in ax.patches] == [0.5, 0.3, 0.2]
        ax = steered_bars(parts, formats=one, keys=words)
        assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(2.0)
        ax = effect_bars(beyond, formats=one, keys=words)
        assert [bar.get_width() for bar in ax.patches] == pytest.approx(beyond["effect"].tolist())


def test_periods_are_put_together_from_the_end_and_the_step_is_drawn():
    table = pd.DataFrame(
        {
            "period": [f"2024-{month:02d}" for month in range(1, 13)] * 2,
            "asked": 10,
            "given": [1] * 20 + [5] * 4,
        }
    )
    table["period"] = [f"{2023 + number // 12}-{number % 12 + 1:02d}" for number in range(24)]
    step = Step("2024-09", "2024-08", "2024-10", 0.1, 0.5, 200, 40, 0.4, 0.2, 0.6, 0.001)
    share = share_of(leavers(moved=1), pd.Series([True]))
    points = figures.competitor_points(CompetitorShare(share, share, table, True, 1, 0.01, step))
    assert len(points) == 12
    assert points["period"].iloc[-2:].tolist() == ["2024-10", "2024-12"]
    assert points["share"].iloc[-3:].tolist() == [0.1, 0.5, 0.5]
    assert points["level"].iloc[-3:].tolist() == [0.1, 0.5, 0.5]
    line = competitor_line(points, formats=SAY.only("uk")).lines[0]
    assert line.get_ydata().tolist() == points["share"].tolist()


def test_hostile_answers_are_words_in_a_table_and_hidden_with_the_customers():
    nasty = '=HYPERLINK("http://x.example")\u202e<script>alert(1)</script>'
    found = account(
        said((None, None, "", nasty), (None, None, "", nasty), (None, None, "", "дорого")), of_contracts()
    )
    table = tables.unread_table(found, is_hidden=False, formats=SAY)
    assert table.rows[0][1] == 2
    assert "[U+202E]" in table.rows[0][0]
    assert "<script>" not in table._repr_mimebundle_()["text/html"]
    assert tables.unread_table(found, is_hidden=True, formats=SAY) is None
    matched = tables.matched_table(found, formats=SAY)
    assert [cell for row in matched.cells for cell in row if "HYPER" in str(cell)] == []


def test_every_table_is_printed_in_every_language():
    found = account(
        said(("ann", "2024-02-25", "price_level", ""), ("cem", "2024-04-01", "", "тренр хамив")),
        of_contracts(),
    )
    given = given_of(found)
    printed = [
        tables.given_table(given, BOOK, formats=SAY),
        tables.effect_table(effect_of(found), found, formats=SAY),
        tables.tactics_table(given, BOOK, formats=SAY),
        tables.matched_table(found, formats=SAY),
    ]
    assert [len(table.rows) for table in printed] == [2, 3, 2, 3]
    assert plain(printed[3].cells[0][1], "uk") == "код або назва"
    assert tables.trends_table(pd.DataFrame(), BOOK, formats=SAY) is None

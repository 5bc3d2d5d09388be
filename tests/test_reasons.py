"""Why customers leave: texts sorted, reasons tied to leavers, counted, tried and weighed by hand."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.contingency_tables import Table
from test_subscriptions import calendar, contracts

from retention_utils.client_settings import ContractSettings, ReasonSettings
from retention_utils.reason_codes.codes import reason_book
from retention_utils.reasons.account import Supplied, effect_of, given_of, reason_account, unknown_of
from retention_utils.reasons.competitor import competitor_share
from retention_utils.reasons.counts import control_split, pareto, response
from retention_utils.reasons.effect import Exposure, economic_effect
from retention_utils.reasons.leavers import order_leavers, snapshot_leavers
from retention_utils.reasons.matching import Matcher
from retention_utils.reasons.spelling import folded, is_slip_of
from retention_utils.reasons.step import step_change
from retention_utils.reasons.trend import linear_trend, reason_trends
from retention_utils.stats import difference_interval, wilson_interval

BOOK = reason_book()
MATCH = Matcher(BOOK).match


def changed(**codes):
    return reason_book(ReasonSettings.model_validate({"codes": codes}))


# --- texts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "rule", "others"),
    [
        ("Too expensive", "price_level", "code", ()),  # the name of a reason
        ("competitor_offer", "competitor_offer", "code", ()),  # its key
        ("ЗДОРОВ'Я", "health", "code", ()),  # whichever apostrophe
        ("It's too expensive for me", "price_level", "words", ()),
        ("очень дорого", "price_level", "words", ()),
        ("задорого, перейшла до конкурентів", "price_level", "words", ("competitor",)),
        ("переїхала, не дорого", "moved", "words", ()),  # denied
        ("не дуже дорого, але немає часу", "no_time", "words", ()),  # denied over a word of degree
        ("не надо", "no_need", "words", ()),  # the denial is part of the keyword
        ("not too expensive", "", "none", ()),
        ("не хватает времени", "no_time", "words", ()),  # the longest keyword that begins there
        ("не хватает бассейна", "missing", "words", ()),
        ("ціни конкурентів нижчі", "competitor_offer", "words", ()),
        ("moving", "moved", "words", ()),
        ("unmoved", "", "none", ()),  # a stem is the beginning of a word
        ("warranty", "", "none", ()),  # war$ is a whole word
        ("дopoгo", "price_level", "words", ()),  # Latin o, p
        ("росклад змінили", "availability", "slip", ()),
        ("переихал", "moved", "slip", ()),
        ("доросла група", "", "none", ()),  # not one letter from дорого
        ("інше", "not_told", "words", ()),
        ("інше: тренер грубий", "people", "words", ()),  # a reason goes before none
        ("", "", "silent", ()),
        (" \u00a0", "", "silent", ()),
        ("=cmd|' /C calc'!A0", "", "none", ()),
        ("<b>price</b>", "price_level", "words", ()),
    ],
)
def test_a_text_stands_for_a_reason_by_a_rule(text, code, rule, others):
    found = MATCH(text)
    assert (found.code, found.rule, found.others) == (code, rule, others)


def test_a_code_goes_first_and_the_comment_adds():
    both = MATCH("moved", "зал конкурента ближче")
    assert (both.code, both.rule, both.found, both.others) == ("moved", "code", "Moved", ("competitor",))
    assert MATCH("99", "тренер хамив").code == "people"  # what is no code is read on in the comment
    assert MATCH("not_told", "тренер хамив").code == "people"  # nor is a code that tells nothing the end


def test_a_client_adds_codes_words_and_reasons_of_its_own():
    book = changed(
        competitor={"codes": ["61", "R-6"], "words": "FitUp", "norm": 0.01},
        no_pool={"name": "Немає басейну", "group": "product", "control": "yes", "words": "басейн"},
        closed={"name": "Зал закрито", "group": "product", "control": "no"},
    )
    match = Matcher(book).match
    assert [match(text).code for text in ("61", "r-6", "ходжу у ФітАп", "ходжу у fitup", "хочу басейн")] == [
        "competitor", "competitor", "", "competitor", "no_pool",
    ]  # fmt: skip
    assert (book["competitor"].norm, book["competitor"].norm_of) == ((0.01, 0.01), "client")
    assert (book["no_pool"].name["ru"], book["no_pool"].rule) == ("Немає басейну", "P19")
    assert book["closed"].rule == ""  # what nobody can steer calls for no rule
    assert BOOK["competitor"].codes == ()  # the package's own are as they were


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (
            {"competitr": {"words": "x"}},
            "codes.competitr: the package has no such reason. Did you mean 'competitor'?",
        ),
        ({"moved": {"group": "prise"}}, "there is no group 'prise'. Did you mean 'price'?"),
        ({"moved": {"name": {"en": "Moved"}}}, "one text for all languages, or one for each of en, ru, uk"),
        ({"moved": {"codes": "7"}, "health": {"codes": " 7 "}}, "the code ' 7 ' is that of moved, too"),
    ],
)
def test_a_wrong_change_is_refused(codes, told):
    with pytest.raises(ValueError, match=told.replace("?", r"\?").replace(".", r"\.")):
        changed(**codes)


def test_every_reason_of_the_package_is_told_whole_and_found_by_its_own_words():
    assert len(BOOK.code) == 24
    for code in BOOK.code:
        assert code.tactic
        assert code.recover
        assert set(code.name) == set(code.tactic) == {"en", "ru", "uk"}
        for word in code.words:
            found = MATCH(f"- {word.replace('$', '')}!")
            assert code.key in (found.code, *found.others), word


@given(st.text("переїзд", min_size=6, max_size=9), st.integers(0, 20), st.sampled_from("абв"))
def test_one_slip_is_forgiven_and_two_are_not(stem, at, letter):
    place = 1 + at % (len(stem) - 1)
    assert is_slip_of(stem[:place] + letter + stem[place:] + "ли", stem)  # one too many
    assert is_slip_of(stem[:place] + letter + stem[place + 1 :], stem)  # one wrong
    assert not is_slip_of(letter + letter + stem[2:], stem)


def test_words_are_compared_without_what_makes_no_difference():
    assert folded(" Подорожчання Ёлки ґуд здоров’я ") == "подорожчання елки гуд здоровя"
    assert folded("пpaйc") == "прайс"  # Latin p, a, c
    assert folded("price") == "price"


# --- leavers and answers -----------------------------------------------------------------------------------------

LEFT = [
    {"customer_id": "ann", "end": "2024-02-20", "amount": 100.0, "is_involuntary": False},
    {
        "customer_id": "ann",
        "start": "2024-03-05",
        "end": "2024-04-10",
        "amount": 50.0,
        "is_involuntary": False,
    },
    {"customer_id": "bob", "end": "2024-03-31", "amount": 20.0, "is_involuntary": True},
    {
        "customer_id": "cem",
        "end": "2024-04-02",
        "amount": 30.0,
        "is_involuntary": False,
        "cancel_reason": "moved",
    },
    {"customer_id": "dee", "amount": 40.0},
]


def said(*rows):
    table = pd.DataFrame(rows, columns=["customer_id", "day", "reason", "comment"])
    return table.assign(day=pd.to_datetime(table["day"]), was_asked=True, is_involuntary=False)


def account(reasons, subscriptions=None, *, book=BOOK, least=1, states=None, movements=None, last="2024-04"):
    supplied = Supplied(reasons, subscriptions, states, movements, calendar(last))
    return reason_account(
        supplied, book, contracts=ContractSettings(), gap_days=60, grain="month", min_customers=least
    )


def of_contracts():
    rows = contracts(*LEFT).assign(end=lambda table: pd.to_datetime(table["end"]))
    return rows.assign(
        cancel_reason=rows["cancel_reason"].astype(object).where(rows["cancel_reason"].notna(), None)
    )


def test_reasons_are_tied_to_the_leaving_that_is_nearest():
    reasons = said(
        ("ann", "2024-02-25", "price_level", ""),  # her first leaving
        ("ann", None, "no_time", "тренер грубий"),  # no day: her last
        ("cem", "2024-04-01", "", "у конкурентів дешевше"),  # goes before the contract's
        ("dee", "2024-04-01", "health", ""),  # still there
        (None, "2024-03-02", "щось", ""),
    )
    found = account(reasons, of_contracts())
    told = found.leavers.sort_values(["customer_id", "period_number"], na_position="last")
    rows = told[["customer_id", "period_number", "year_money", "code", "others", "is_asked", "is_tied"]]
    assert list(rows.itertuples(index=False, name=None))[:4] == [
        ("ann", 1, 1200.0, "price_level", (), True, True),
        ("ann", 3, 600.0, "no_time", ("people",), True, True),
        ("bob", 2, 240.0, "", (), False, True),  # a payment failed
        ("cem", 3, 360.0, "competitor_offer", ("moved",), True, True),
    ]
    loose = told[~told["is_tied"]]
    assert sorted(zip(loose["period_number"], loose["code"], strict=True)) == [(2.0, ""), (3.0, "health")]
    assert (found.answers.rows, found.answers.named, found.answers.tied) == (6, 5, 4)
    heard = response(found.leavers)
    assert (heard.left, heard.involuntary, heard.asked, heard.answered, heard.share) == (4, 1, 3, 3, 1.0)
    assert found.exposure.customers == 10  # at the starts of the months 0, 4, 3 and 3


def test_a_reason_too_far_from_the_leaving_belongs_to_nobody():
    found = account(
        said(
            ("cem", "2024-01-01", "price_level", ""),
        ),
        of_contracts().drop(columns="cancel_reason").assign(cancel_reason=None),
    )
    cem = found.leavers[found.leavers["customer_id"] == "cem"].iloc[0]
    assert (cem["code"], cem["is_asked"]) == ("price_level", True)  # 92 days
    far = account(
        said(
            ("cem", "2023-12-31", "price_level", ""),
        ),
        of_contracts().assign(cancel_reason=None),
    )
    assert far.leavers[far.leavers["customer_id"] == "cem"]["code"].tolist() == [""]
    assert far.answers.tied == 0


def test_leavers_of_orders_lapsed_or_said_so():
    states = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "cem", "dee"],
            "last_day": pd.to_datetime(["2024-01-15", "2024-04-20", "2024-04-20", "2024-04-25"]),
            "silence_days": [107, 11, 11, 6],
            "recency_days": [731, 100, 0, 30],
            "amount": [400.0, 90.0, 10.0, 50.0],
        }
    )
    told = {"bob": pd.Timestamp("2024-04-22"), "dee": pd.Timestamp("2024-04-01")}  # dee bought since
    left = order_leavers(states, calendar(), told, gap_days=60)
    rows = [("ann", 2, "2024-03-15", pytest.approx(199.9, abs=0.1)), ("bob", 3, "2024-04-22", 90.0)]
    assert [
        (row.customer_id, row.period_number, str(row.left_on.date()), row.year_money)
        for row in left.itertuples()
    ] == rows


def test_a_list_without_dates_has_leavers_and_money_and_no_course():
    snapshot = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "bob"], "amount": [10.0, 5.0, 7.0], "billed_every": "month",
            "has_ended": [True, True, False], "tenure_months": [3.0, 4.0, 5.0], "start": pd.NaT,
            "cancel_reason": ["дорого", None, None], "end": pd.NaT,
        }
    )  # fmt: skip
    assert snapshot_leavers(snapshot)[["customer_id", "year_money"]].to_numpy().tolist() == [["ann", 120.0]]
    found = account(None, snapshot)
    assert (found.made_of, found.first_period, found.exposure.customers) == ("snapshot", "", 0)
    assert given_of(found)[["code", "customers", "year_money"]].to_numpy().tolist() == [
        ["price_level", 1, 120.0]
    ]


def test_texts_alone_are_counted():
    texts = said(
        (None, None, "дорого", ""), (None, None, "дорого", ""), (None, None, "кіт", ""), (None, None, "", "")
    )
    found = account(
        texts[["reason"]].assign(reason=texts["reason"].replace("", None)),
        of_contracts().assign(cancel_reason=None),
    )
    assert (found.first_period, found.answers.named) == ("", 0)
    given = given_of(found)
    assert given[["code", "customers", "share"]].to_numpy().tolist() == [
        ["price_level", 2, 0.5], ["silent", 1, 0.25], ["unmatched", 1, 0.25],
    ]  # fmt: skip
    assert given["year_money"].isna().all()


def test_without_any_reason_there_is_no_account():
    assert account(None, of_contracts().assign(cancel_reason=None)) is None
    assert account(said(), of_contracts().assign(cancel_reason=None)) is None


# --- counts ------------------------------------------------------------------------------------------------------


def leavers(**codes):
    """So many leavers asked of every reason; ``silent`` said nothing, ``unmatched`` something else."""
    rows = [
        {
            "code": "" if code in ("silent", "unmatched") else code, "has_text": code != "silent",
            "others": (), "year_money": 10.0, "is_asked": True, "is_tied": True, "is_involuntary": False,
            "period_number": 0.0,
        }
        for code, count in codes.items()
        for _ in range(count)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_list_counts_on_those_asked_with_the_unknown_last():
    table = leavers(moved=3, price_level=5, not_told=4, silent=6, unmatched=2)
    table["others"] = [("competitor", "price_level"), *table["others"][1:]]
    table = pd.concat([table, leavers(quality=1).assign(is_asked=False)], ignore_index=True)
    got = pareto(table, BOOK)
    assert got["code"].tolist() == ["price_level", "moved", "silent", "not_told", "unmatched"]
    assert got["customers"].tolist() == [5, 3, 6, 4, 2]
    assert got["mentioned"].tolist() == [6, 3, 6, 4, 2]
    assert got["control"].tolist() == ["yes", "verify", "", "", ""]
    assert got["cumulated"].tolist() == pytest.approx([0.25, 0.4, 0.7, 0.9, 1.0])
    assert got.loc[0, ["low", "high"]].tolist() == pytest.approx([*wilson_interval(5, 20)])
    split = {control: part.count for control, part in control_split(table, BOOK).items()}
    assert split == {"yes": 5, "verify": 3, "no": 0}
    none = unknown_of(SimpleNamespace(recent=table))
    assert (none.of_asked.count, none.silent, none.not_told, none.unmatched, none.answered) == (
        12,
        6,
        4,
        2,
        14,
    )


def test_a_competitor_is_stated_or_suspected():
    table = leavers(competitor=2, competitor_offer=1, moved=3, price_level=4)
    table["others"] = [(), (), (), (), (), (), ("competitor",), (), (), ("quality",)]
    found = competitor_share(table, table, calendar(), BOOK, min_customers=1)
    assert (found.stated.count, found.with_suspected.count, found.stated.asked) == (3, 7, 10)
    assert (found.is_tested, found.direction, found.step) == (False, 0, None)


# --- trends ------------------------------------------------------------------------------------------------------


def test_the_trend_is_that_of_r_and_of_statsmodels():
    # prop.trend.test of R on smokers among patients (Fleiss 1981): X-squared = 8.2249, p = 0.004132.
    given, asked = np.array([83, 90, 129, 70]), np.array([86, 93, 136, 82])
    z = linear_trend(given, asked)
    assert z**2 == pytest.approx(8.2249, abs=5e-5)
    assert 2 * norm.sf(abs(z)) == pytest.approx(0.004132, abs=5e-7)
    assert z < 0
    # statsmodels takes the total as given, and so divides by one less.
    other = Table(np.array([given, asked - given])).test_ordinal_association(row_scores=np.array([1, 0]))
    assert z == pytest.approx(other.zscore * np.sqrt(asked.sum() / (asked.sum() - 1)))
    assert np.isnan(linear_trend([0, 0], [5, 5]))
    assert np.isnan(linear_trend([], []))


def by_period(given, asked):
    days = calendar("2024-12")
    return days[["period_number", "period"]].assign(given=given, asked=asked)


def test_a_step_is_found_where_it_is_and_not_where_there_is_none():
    step = step_change(by_period([1] * 6 + [8] * 6, [20] * 12), fewest=20)
    assert (step.period, step.before, step.after) == ("2024-07", 0.05, 0.4)
    assert (step.asked_before, step.asked_after, step.p) == (120, 120, 0.001)
    assert step.earliest <= "2024-07" <= step.latest
    expected = difference_interval([48, 6], [120, 120])
    assert (step.difference, step.low, step.high) == pytest.approx(expected)
    assert step_change(by_period([3] * 12, [20] * 12), fewest=20) is None
    assert step_change(by_period([0] * 12, [20] * 12), fewest=20) is None
    assert step_change(by_period([1] * 6 + [8] * 6, [20] * 12), fewest=121) is None  # too few on either side


def test_chance_is_seldom_taken_for_a_step_and_its_place_is_covered():
    random = np.random.default_rng(5)
    asked = np.full(24, 25)
    false = sum(
        step_change(_longer(random.binomial(asked, 0.1), asked), fewest=20) is not None for _ in range(60)
    )
    assert false <= 7  # 5% of 60 are 3
    share = np.where(np.arange(24) < 14, 0.05, 0.18)
    steps = [step_change(_longer(random.binomial(asked, share), asked), fewest=20) for _ in range(60)]
    found = [step for step in steps if step]
    assert len(found) > 50
    assert np.mean([step.earliest <= "2025-03" <= step.latest for step in found]) > 0.88


def _longer(given, asked):
    days = calendar("2025-12")
    return days[["period_number", "period"]].assign(given=given, asked=asked)


def test_reasons_are_tested_together():
    days = calendar("2024-12")
    parts = [
        leavers(price_level=10, moved=1 + 2 * number, quality=1).assign(period_number=float(number))
        for number in range(12)
    ]
    got = reason_trends(
        pd.concat(parts, ignore_index=True), days, ["price_level", "moved", "quality", "health"]
    )
    assert got["code"].tolist() == ["price_level", "moved", "quality"]  # health was never given
    assert got["direction"].tolist() == [-1, 1, 0]
    order = got.sort_values("p")
    assert order["p_adjusted"].tolist() == pytest.approx(
        np.minimum(np.maximum.accumulate(order["p"].to_numpy() * [3, 2, 1]), 1).tolist()
    )
    short = reason_trends(pd.concat(parts[:5]), days, ["moved"])
    assert short.empty


# --- effect ------------------------------------------------------------------------------------------------------


def test_the_effect_is_what_lies_beyond_the_usual():
    book = changed(price_level={"norm": 0.02}, quality={"norm": 0.08})
    now = pd.concat([leavers(price_level=50, quality=50, moved=30), leavers(failed_payment=15)])
    now["is_involuntary"] = now["code"] == "failed_payment"
    before = leavers(moved=20)
    got = economic_effect(now, before, book, Exposure("month", 1000, 1000, 1.0)).set_index("code")
    assert got.loc["price_level", ["rate", "norm_high", "effect"]].tolist() == pytest.approx(
        [0.05, 0.02, 300.0]
    )
    assert got.loc["quality", "effect"] == pytest.approx(-300.0)  # fewer than usual
    assert got.loc["failed_payment", ["norm_low", "norm_high", "effect"]].tolist() == pytest.approx(
        [0.009, 0.019, 0.0]
    )
    low, high = wilson_interval(50, 1000)
    assert got.loc["price_level", ["effect_low", "effect_high"]].tolist() == pytest.approx(
        [(low - 0.02) * 10_000, (high - 0.02) * 10_000]
    )
    # Against the year before, the interval is Newcombe's of the difference.
    expected = np.array(difference_interval([30, 20], [1000, 1000])) * 10_000
    assert got.loc["moved", ["effect", "effect_low", "effect_high"]].tolist() == pytest.approx(
        expected.tolist()
    )
    assert got["is_above"].to_dict() == {
        "price_level": True, "quality": False, "moved": False, "failed_payment": False,
    }  # fmt: skip


def test_the_year_before_counts_as_if_as_many_had_been_heard():
    now, before = leavers(moved=30), leavers(moved=10)
    twice = economic_effect(now, before, BOOK, Exposure("month", 1000, 1000, 2.0)).iloc[0]
    assert (twice["norm_high"], twice["effect"]) == (0.02, pytest.approx(100.0))
    unheard = economic_effect(now, before, BOOK, Exposure("month", 1000, 1000, np.nan)).iloc[0]
    assert (unheard["norm_of"], np.isnan(unheard["effect"]), unheard["is_above"]) == ("", True, False)


def test_a_norm_of_a_month_is_turned_into_one_of_the_period():
    now = leavers(price_level=10)
    book = changed(price_level={"norm": 0.02})
    quarter = economic_effect(now, now.head(0), book, Exposure("quarter", 1000, 0, np.nan)).iloc[0]
    assert quarter["norm_high"] == pytest.approx(1 - 0.98**3)


def test_nothing_of_a_later_day_is_looked_at():
    reasons = said(("ann", "2024-02-25", "price_level", ""), ("cem", "2024-04-01", "health", ""))
    early = account(reasons, of_contracts(), last="2024-02")
    assert set(early.leavers.loc[early.leavers["is_tied"], "customer_id"]) == {"ann"}
    assert date.fromisoformat(f"{early.last_period}-01") == date(2024, 2, 1)


def test_without_contracts_only_a_norm_that_is_stated_is_held_against():
    states = pd.DataFrame(
        {
            "customer_id": ["ann", "bob"], "last_day": pd.to_datetime(["2024-01-15", "2024-01-10"]),
            "silence_days": [107, 112], "recency_days": [0, 0], "amount": [40.0, 60.0],
        }
    )  # fmt: skip
    movements = pd.DataFrame({"period_number": range(4), "active_start": [0, 5, 5, 10]})
    reasons = said(("ann", "2024-03-20", "moved", ""), ("bob", "2024-03-20", "price_level", ""))
    how = {"states": states, "movements": movements, "book": changed(moved={"norm": 0.01})}
    found = account(reasons, None, **how)
    assert (found.made_of, found.exposure.customers, found.exposure.before) == ("orders", 20, 0)
    got = effect_of(found).set_index("code")
    assert got.loc["moved", ["rate", "effect"]].tolist() == pytest.approx([0.05, (0.05 - 0.01) * 20 * 40])
    assert np.isnan(got.loc["price_level", "effect"])


def test_the_greatest_of_many_reasons_must_be_surer_than_one_alone():
    book, exposure = changed(price_level={"norm": 0.02}), Exposure("month", 1000, 0, np.nan)
    others = ["moved", "health", "quality", "no_time", "unused", "goal", "errors", "people", "missing"]
    alone = leavers(price_level=30)
    among = leavers(price_level=30, **dict.fromkeys(others, 1))
    first = [economic_effect(now, now.head(0), book, exposure).iloc[0] for now in (alone, among)]
    assert [row["effect_low"] > 0 for row in first] == [True, True]
    assert [row["is_above"] for row in first] == [True, False]

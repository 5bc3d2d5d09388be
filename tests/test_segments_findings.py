"""What the segments say, word for word."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from retention_utils.display import Finding
from retention_utils.findings import segments as say
from retention_utils.findings import segments_concentration as spread
from retention_utils.findings import segments_moves as moved
from retention_utils.findings.segments_tables import groups_table
from retention_utils.formats import Formats
from retention_utils.segments.concentration import Concentration
from retention_utils.segments.groups import group_names
from retention_utils.segments.migration import Migration
from retention_utils.segments.sizes import AtRiskValue, ShareChange

FORMATS = Formats()
NAMES = group_names(FORMATS)
CHANGE = ShareChange(221, 2403, 0.0920, 0.0811, 0.1042, 0.0897, 0.0023, -0.0079, 0.0124)
RISK = AtRiskValue(326, 3_666_000.0, 0.0877, 0.0687, 0.1066)
SIZES = pd.DataFrame(
    {"group": ["champions", "new"], "customers": [221, 2182], "amount_share": [0.345, 0.655]}
)
MOVES = Migration(2375, 158, 434, 1783, 62, 5, 213, 80, 72, 221, 8, -16.2, 32.2)
TOP = pd.DataFrame(
    {
        "customer_share": [0.05, 0.08, 0.20],
        "customers": [416.6, 666.6, 1666.4],
        "amount_share": [0.333, 0.420, 0.635],
        "low": [0.314, 0.402, 0.622],
        "high": [0.353, 0.438, 0.648],
    }
)
INDEX = Concentration(8332, 1_069_356.0, 0.597, 0.584, 0.610)


def said(text: str) -> str:
    return str(text).replace("\u2060", "")


def headline(change=CHANGE, sizes=SIZES):
    return say.segments(change, sizes, gap_days=180, min_customers=100, formats=FORMATS)


def silent(risk=RISK, *, base: int = 2403, gap_days: int = 180):
    return say.at_risk(risk, base=base, gap_days=gap_days, min_customers=100, formats=FORMATS)


def test_the_headline_word_for_word():
    got = headline()
    assert (got.key, got.verdict, got.is_headline) == ("segments", "no clear change", True)
    assert said(got.text) == (
        "221 of the 2,403 customers who bought in the last 24 months are Champions (9.2%, 95% interval 8.1–10.4%). "
        "Champions bought on five days or more, the last time within 45 days. They brought 34.5% of the last "
        "year's revenue. The share of Champions changed by +0.2 points in the period (95% interval −0.8 to +1.2 "
        "points)."
    )


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.001, 0.01, "better"), (-0.01, -0.001, "worse"), (-0.001, 0.01, "no clear change")],
)
def test_the_headline_is_judged_by_the_change_of_the_champions(low, high, verdict):
    assert headline(replace(CHANGE, difference_low=low, difference_high=high)).verdict == verdict


@pytest.mark.parametrize(
    ("champions", "start"),
    [
        (0, "None of the 2,403 customers who bought in the last 24 months is a Champion ("),
        (1, "1 of the 2,403 customers who bought in the last 24 months is a Champion ("),
        (2, "2 of the 2,403 customers who bought in the last 24 months are Champions ("),
    ],
)
def test_no_champion_and_one_are_said_to_be_so(champions, start):
    got = headline(replace(CHANGE, customers=champions))
    assert str(got.text).startswith(start)
    assert ("They brought" in got.text) == (champions > 0)


def test_good_customers_who_fell_silent_word_for_word():
    got = silent()
    assert (got.key, got.verdict, got.is_headline) == ("at_risk", "with reservations", False)
    assert said(got.text) == (
        "326 customers who bought on three days or more have been silent for longer than 180 days: the groups At "
        "risk and Can't lose. They brought $3.67M in the last 365 days, 8.8% of the revenue (95% interval "
        "6.9–10.7%)."
    )
    one = silent(replace(RISK, customers=1)).text
    assert str(one).startswith("1 customer who bought on three days or more has been silent")
    assert "silent for longer than 180 days: the groups" in one


def test_nobody_silent_is_no_and_an_unseen_amount_is_not_nothing():
    nobody = silent(replace(RISK, customers=0, amount=0.0))
    assert (nobody.verdict, nobody.text) == (
        "no",
        "No customer who bought on three days or more has been silent for longer than 180 days.",
    )
    long_gap = silent(gap_days=365)
    assert str(long_gap.text).endswith(
        "What they brought lies more than a year back and is not counted here."
    )
    assert "$" not in long_gap.text


@pytest.mark.parametrize(("base", "share"), [(99, 0.0877), (2403, np.nan)])
def test_too_little_to_say_what_fell_silent(base, share):
    got = silent(replace(RISK, share=share), base=base)
    assert (got.verdict, got.text) == (
        "not enough data",
        "How much of the revenue came from customers who have since fallen silent cannot be said. That needs 100 "
        "customers in 24 months and revenue in the last 365 days.",
    )


def without_change() -> ShareChange:
    blank = dict.fromkeys(["previous_share", "difference", "difference_low", "difference_high"], np.nan)
    return replace(CHANGE, **blank)


def test_a_change_that_cannot_be_known_is_not_judged():
    got = headline(without_change())
    assert got.verdict == "with reservations"
    assert str(got.text).endswith("Whether the share of Champions has changed cannot be said yet.")
    kpi = say.champions_share_kpi(without_change(), period="2025-01", formats=FORMATS)
    assert (kpi.value, kpi.change, kpi.verdict, kpi.direction) == ("9.2%", "", "", "")


def test_too_few_customers_are_said_to_be_too_few():
    got = headline(replace(CHANGE, share=np.nan, base=30))
    assert (got.verdict, got.text) == (
        "not enough data",
        "30 customers bought in the last 24 months, too few for ten groups: that needs 100.",
    )


def test_customers_without_revenue_are_not_said_to_be_too_few():
    got = headline(sizes=SIZES.assign(amount_share=np.nan))
    assert (got.verdict, got.text) == (
        "not enough data",
        "2,403 customers bought in the last 24 months, but they brought no revenue in the last 365 days: where "
        "the money is cannot be said.",
    )


def move_finding(moves=MOVES, *, is_window_full: bool = True):
    return moved.migration(
        moves, period="2025-01", is_window_full=is_window_full, min_customers=100, formats=FORMATS
    )


def test_moves_word_for_word():
    got = move_finding()
    assert (got.key, got.verdict) == ("migration", "no clear change")
    assert got.text == (
        "The Champions, the best group, won 80 customers in January 2025 and lost 72 (+8, 95% interval −16 to "
        "+32). Of the 2,375 customers who had bought in the 24 months before, 158 moved to a better group and 434 "
        "to a worse one; more moves down than up are usual."
    )
    assert move_finding(replace(MOVES, low=1.0)).verdict == "better"
    assert move_finding(replace(MOVES, high=-1.0)).verdict == "worse"
    nobody = move_finding(replace(MOVES, champions_won=0, champions_lost=0, up=0, down=1)).text
    assert "won no customers in January 2025 and lost none" in nobody
    assert "none moved to a better group and 1 to a worse one" in nobody
    assert "won 1 customer in" in move_finding(replace(MOVES, champions_won=1)).text


def test_moves_within_a_short_log_are_counted_and_not_judged():
    got = move_finding(is_window_full=False)
    assert got.verdict == "not enough data"
    assert got.text == (
        "Of the 2,375 customers who had bought in the 24 months before January 2025, 158 moved to a better group "
        "and 434 to a worse one. Whether that is good or bad cannot be said before the order log reaches back 24 "
        "months from the end of the period before."
    )
    assert moved.short_log(is_window_full=True, formats=FORMATS) is None
    note = moved.short_log(is_window_full=False, formats=FORMATS)
    assert (note.key, note.tone) == ("short_log", "warn")
    assert note.title == "The order log is too short to compare groups of customers"
    assert "changes of the groups are not judged" in note.text


def test_few_customers_make_no_moves():
    got = move_finding(None)
    assert (got.verdict, got.text) == (
        "not enough data",
        "Fewer than 100 customers had bought in the 24 months before January 2025, too few to say how customers "
        "move between ten groups.",
    )


def shares(top=TOP, index=INDEX):
    return spread.concentration(top, index, buyers=8332, min_customers=100, formats=FORMATS)


def test_concentration_word_for_word():
    got = shares()
    assert (got.key, got.verdict) == ("concentration", "yes")
    assert said(got.text) == (
        "The 20% of the buyers who spent most brought more than half of the last year's revenue: 63.5% (95% "
        "interval 62.2–64.8%). The top 8%, 667 of 8,332 buyers, brought 42.0% (95% interval 40.2–43.8%)."
    )
    assert "8% of the customers bring 40% of the profit" in spread.SAYING


@pytest.mark.parametrize(
    ("low", "high", "verdict", "words"),
    [
        (0.501, 0.6, "yes", "spent most brought more than half of the last year's revenue: "),
        (0.3, 0.499, "no", "spent most brought less than half of the last year's revenue: "),
        (0.45, 0.55, "with reservations", "more than half of the last year's revenue is not certain: "),
        (0.5, 0.6, "with reservations", "more than half of the last year's revenue is not certain: "),
    ],
)
def test_whether_few_bring_most_is_judged_by_the_top_fifth(low, high, verdict, words):
    got = shares(TOP.assign(low=[0.3, 0.4, low], high=[0.4, 0.5, high]))
    assert got.verdict == verdict
    assert words in got.text


def test_few_buyers_make_no_concentration():
    got = spread.concentration(TOP.iloc[:0], None, buyers=30, min_customers=100, formats=FORMATS)
    assert (got.verdict, got.text) == (
        "not enough data",
        "30 customers bought in the last 365 days, too few to say how much of the revenue comes from a few of "
        "them: that needs 100.",
    )


def test_key_figures():
    champions = say.champions_share_kpi(CHANGE, period="2025-01", formats=FORMATS)
    assert (champions.key, champions.value, champions.number) == ("champions_share", "9.2%", 0.092)
    assert (champions.change, champions.verdict, champions.direction) == (
        "+0.2 points against the month before",
        "no clear change",
        "up",
    )
    assert champions.basis == "221 of 2,403 customers in 24 months"
    risk = say.at_risk_value_kpi(RISK, gap_days=180, formats=FORMATS)
    assert (risk.key, risk.value, risk.number) == ("at_risk_value", "$3.67M", 3_666_000.0)
    assert (said(risk.interval), risk.basis) == (
        "8.8% of all revenue, 95% interval 6.9–10.7%",
        "326 customers silent for longer than 180 days",
    )
    top = spread.top_share_kpi(TOP, INDEX, buyers=8332, formats=FORMATS)
    assert (top.key, top.value, top.number, top.basis) == (
        "top_share",
        "42.0%",
        0.42,
        "667 of 8,332 buyers in a year",
    )


def test_key_figures_that_are_not_known_are_blank_with_a_reason():
    few = say.champions_share_kpi(replace(CHANGE, share=np.nan, base=30), period="2025-01", formats=FORMATS)
    assert (few.value, few.number, few.basis) == ("—", None, "only 30 customers in 24 months")
    risk = say.at_risk_value_kpi(replace(RISK, share=np.nan, customers=1), gap_days=180, formats=FORMATS)
    assert (risk.value, risk.verdict) == ("—", "not enough data")
    assert risk.basis == "too few customers in 24 months, or no revenue in a year"
    long_gap = say.at_risk_value_kpi(RISK, gap_days=365, formats=FORMATS)
    assert (long_gap.value, long_gap.number) == ("—", None)
    assert str(long_gap.basis).startswith("the churn gap is a year or more")
    top = spread.top_share_kpi(TOP.iloc[:0], None, buyers=1, formats=FORMATS)
    assert (top.value, top.basis) == ("—", "only 1 customer bought in the last year")


def test_what_the_figures_show_for_who_cannot_see_them():
    assert say.grid_alt(SIZES, names=NAMES, formats=FORMATS) == (
        "Customers by group, largest first: New 2,182, Champions 221."
    )
    assert say.grid_alt(SIZES.assign(customers=0), names=NAMES, formats=FORMATS) == "There are no customers."
    assert said(spread.curve_alt(TOP, INDEX, formats=FORMATS)) == (
        "Share of revenue by share of buyers, those who spend most first: top 5%: 33.3%, top 8%: 42.0%, top 20%: "
        "63.5%. Gini index 0.60 (95% interval 0.58–0.61), where 0 means that all spend alike and 1 that one "
        "customer brings everything."
    )
    assert (
        spread.curve_alt(TOP.iloc[:0], None, formats=FORMATS) == "There are not enough buyers for the curve."
    )
    moves = pd.DataFrame({"group": ["loyal"], "customers": [182], "up_share": [0.25], "down_share": [0.15]})
    assert moved.moves_alt(moves, names=NAMES, formats=FORMATS) == "Loyal, 182: 25.0% up, 15.0% down."
    assert str(moved.moves_alt(moves.iloc[:0], names=NAMES, formats=FORMATS)).startswith(
        "No customer had bought"
    )


# --- in Russian and Ukrainian ---------------------------------------------------------------------------------

THREE = Formats("en,ru,uk")


def spoken(text, language: str) -> str:
    return " ".join(said(text.in_language(language)).split())


def test_the_headline_in_russian_and_ukrainian():
    got = say.segments(CHANGE, SIZES, gap_days=180, min_customers=100, formats=THREE).text
    assert spoken(got, "ru") == (
        "Чемпионов — 221 из 2 403 клиентов, купивших за последние 24 месяца (9,2 %, 95%-й интервал 8,1–10,4 %). "
        "Чемпионы — те, у кого было пять и более дней с покупками, а последняя покупка — не больше 45 дней назад. "
        "Чемпионы принесли 34,5 % выручки за последний год. За период доля чемпионов изменилась на +0,2 п. п. (95%-й "
        "интервал от −0,8 до +1,2 п. п.)."
    )
    assert spoken(got, "uk") == (
        "Чемпіонів — 221 з 2 403 клієнтів, які купували за останні 24 місяці (9,2%, 95%-й інтервал 8,1–10,4%). "
        "Чемпіони — ті, у кого було п’ять і більше днів із покупками, а остання покупка — не більше ніж 45 днів "
        "тому. Чемпіони принесли 34,5% виручки за останній рік. За період частка чемпіонів змінилася на +0,2 в. п. "
        "(95%-й інтервал від −0,8 до +1,2 в. п.)."
    )
    nobody = say.segments(
        replace(CHANGE, customers=0, base=101), SIZES, gap_days=84, min_customers=100, formats=THREE
    )
    assert spoken(nobody.text, "ru").startswith("Чемпионов нет среди 101 клиента, купившего за последние 24 ")
    assert "не больше 21 дня назад" in spoken(nobody.text, "ru")
    assert spoken(nobody.text, "uk").startswith(
        "Чемпіонів немає серед 101 клієнта, який купував за останні 24 "
    )
    assert "не більше ніж 21 день тому" in spoken(nobody.text, "uk")


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian"),
    [
        (1, "1 клиент, у которого было три и более дня", "1 клієнт, у якого було три й більше днів"),
        (2, "2 клиента, у которых было три и более дня", "2 клієнти, у яких було три й більше днів"),
        (5, "5 клиентов, у которых было три и более дня", "5 клієнтів, у яких було три й більше днів"),
        (11, "11 клиентов, у которых было три и более дня", "11 клієнтів, у яких було три й більше днів"),
        (21, "21 клиент, у которого было три и более дня", "21 клієнт, у якого було три й більше днів"),
    ],
)
def test_those_who_fell_silent_in_russian_and_ukrainian(number, russian, ukrainian):
    risk = replace(RISK, customers=number)
    got = say.at_risk(risk, base=2403, gap_days=21, min_customers=100, formats=THREE).text
    silent = "ничего не покупает" if number in (1, 21) else "ничего не покупают"
    assert spoken(got, "ru") == (
        f"{russian} с покупками, {silent} дольше 21 дня: это группы «В зоне риска» и «Нельзя потерять». За "
        "последние 365 дней эти группы принесли 3,67 млн $ — 8,8 % выручки (95%-й интервал 6,9–10,7 %)."
    )
    silent = "нічого не купує" if number in (1, 21) else "нічого не купують"
    assert spoken(got, "uk") == (
        f"{ukrainian} із покупками, {silent} довше ніж 21 день: це групи «У зоні ризику» та «Не можна втратити». "
        "За останні 365 днів ці групи принесли 3,67 млн $ — 8,8% виручки (95%-й інтервал 6,9–10,7%)."
    )


@pytest.mark.parametrize(
    ("won", "lost", "russian", "ukrainian"),
    [
        (0, 0, "не стал никто, а из неё не выбыл никто", "не став ніхто, а з неї не вибув ніхто"),
        (1, 21, "стал 1 клиент, а выбыл из неё 21", "став 1 клієнт, а вибув із неї 21"),
        (2, 5, "стали 2 клиента, а выбыли из неё 5", "стали 2 клієнти, а вибули з неї 5"),
        (11, 2, "стали 11 клиентов, а выбыли из неё 2", "стали 11 клієнтів, а вибули з неї 2"),
    ],
)
def test_moves_in_russian_and_ukrainian(won, lost, russian, ukrainian):
    moves = replace(MOVES, champions_won=won, champions_lost=lost, up=0, down=21)
    got = moved.migration(moves, period="2025-01", is_window_full=True, min_customers=100, formats=THREE).text
    assert spoken(got, "ru") == (
        f"За январь 2025 г. чемпионами (это лучшая группа) {russian} (+8, 95%-й интервал от −16 до +32). Из 2 375 "
        "клиентов, покупавших за 24 месяца до этого, в лучшую группу не перешёл никто, в худшую — 21; переходов "
        "вниз обычно больше, чем вверх."
    )
    assert spoken(got, "uk") == (
        f"За січень 2025 р. чемпіонами (це найкраща група) {ukrainian} (+8, 95%-й інтервал від −16 до +32). Із 2 375 "
        "клієнтів, які купували за 24 місяці до цього, у кращу групу не перейшов ніхто, у гіршу — 21; переходів "
        "униз зазвичай більше, ніж угору."
    )


def test_concentration_in_russian_and_ukrainian():
    got = spread.concentration(TOP, INDEX, buyers=8332, min_customers=100, formats=THREE).text
    assert spoken(got, "ru") == (
        "20 % покупателей, потративших больше всех, принесли больше половины выручки за последний год: 63,5 % (95%-й "
        "интервал 62,2–64,8 %). Лучшие 8 %, то есть 667 из 8 332 покупателей, принесли 42,0 % (95%-й интервал "
        "40,2–43,8 %)."
    )
    assert spoken(got, "uk") == (
        "20% покупців, які витратили найбільше, принесли понад половину виручки за останній рік: 63,5% (95%-й "
        "інтервал 62,2–64,8%). Найкращі 8%, тобто 667 з 8 332 покупців, принесли 42,0% (95%-й інтервал "
        "40,2–43,8%)."
    )
    few = spread.concentration(TOP.iloc[:0], None, buyers=21, min_customers=100, formats=THREE).text
    assert spoken(few, "ru").startswith("За последние 365 дней купил 21 клиент. Этого мало, чтобы сказать, ")
    assert spoken(few, "uk").startswith("За останні 365 днів купував 21 клієнт. Цього мало, щоб сказати, ")


def test_small_groups_are_left_out_with_a_count_and_a_short_log_says_what_it_covers():
    rows = {
        "group": ["champions", "loyal", "hibernating"],
        "customers": [1, 0, 21],
        "amount": [9.0, 0.0, 70.0],
    }
    blank = ("share", "low", "high", "amount_share", "amount_low", "amount_high", "mean_silence_days")
    sizes = pd.DataFrame(rows).assign(**dict.fromkeys(blank, float("nan")))
    three = Formats("en,ru,uk", "UAH")
    asked = {"names": group_names(three), "min_customers": 20, "window_days": 730, "formats": three}
    table = groups_table(sizes, log_days=91, **asked)
    assert [str(row[0]) for row in table.cells] == ["Hibernating"]
    note = str(table.note).replace("\u00a0", " ")
    assert (
        " The order log covers 91 days of that time. Left out: 2 groups of fewer than 20 customers, with 1 customer in"
        in note
    )
    assert "Не показано: 2 группы, где клиентов меньше 20; всего в них 1 клиент." in table.note.in_language(
        "ru"
    ).replace("\u00a0", " ")
    assert "Не показано: 2 групи, де клієнтів менше ніж 20; усього в них 1 клієнт." in table.note.in_language(
        "uk"
    ).replace("\u00a0", " ")
    assert "covers" not in str(groups_table(sizes, log_days=730, **asked).note)
    found = Finding("segments", "not enough data", three.say("no clear change"))
    reach = {"window_days": 730, "formats": three}
    assert str(say.with_reach(found, log_days=91, **reach).text).endswith(
        "The order log covers 91 days of that time."
    )
    assert say.with_reach(found, log_days=730, **reach).text == found.text

"""What the churn gap says in Russian and Ukrainian, word for word."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from test_churn_gap_findings import CURVE, FOUND, IN_FORCE, NO_DIFFERENCE, OTHER, TOO_LITTLE, families
from test_pulse_languages import ALL, sentences

from retention_utils.churn_gap.recommendation import GapComparison, decided
from retention_utils.columns.churn_gap import RULES
from retention_utils.display_tables import show_table
from retention_utils.findings import churn_gap as says
from retention_utils.findings import churn_gap_cost as costs
from retention_utils.findings import churn_gap_kpis as kpis
from retention_utils.findings import churn_gap_tables as tells

UNSETTLED = {"gap_days": 240, "low": 210, "high": 300}


def answer(found, earlier=FOUND, **asked):
    asked = {"in_force": 180, "decision": "chance", "follow_up_days": 180, "formats": ALL, **asked}
    return sentences(says.churn_gap(found, earlier, **asked).text)


def cost(current=IN_FORCE, recommended=OTHER, *, low: float = -0.017, is_settled: bool = True):
    compared = GapComparison(recommended, current, 0.031, low, 0.047, 23)
    decision = decided(compared, is_settled=is_settled)
    got = costs.churn_gap_cost(compared, in_force=180, decision=decision, formats=ALL)
    return sentences(got.text)


def test_the_answer_in_both_languages():
    assert answer(FOUND, replace(FOUND, **UNSETTLED), decision="unsettled") == (
        "Клиент считается потерянным через 180 дней без покупок. Пока оставьте этот порог: в проверке лучше сработал "
        "порог 150 дней, но такая же проверка на 180 дней раньше лучшим считает порог 240 дней. При пороге 150 дней "
        "(95%-й интервал 120–180 дней) проверка на 2 000 клиентах признала потерянными 75,0 % тех, кто потом ничего не "
        "купил за 180 дней; из всех, кого признала потерянными, снова купили 18,2 %.",
        "Клієнт вважається втраченим через 180 днів без покупок. Поки залиште цей поріг: у перевірці краще спрацював "
        "поріг 150 днів, але така сама перевірка на 180 днів раніше найкращим вважає поріг 240 днів. За порога 150 "
        "днів (95%-й інтервал 120–180 днів) перевірка на 2 000 клієнтах визнала втраченими 75,0% тих, хто потім нічого "
        "не купив за 180 днів; з усіх, кого визнала втраченими, знову купили 18,2%.",
    )
    chance, better = (answer(FOUND, decision=decision) for decision in ("chance", "better"))
    assert (
        "Оставьте этот порог: порог 150 дней сработал в проверке лучше, но это может быть случайностью."
        in chance[0]
    )
    assert (
        "Установіть натомість 150 днів: у перевірці цей поріг спрацював краще, і різниця не випадкова."
        in better[1]
    )


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian"),
    [
        (1, ("1 день", "1 клиенте"), ("1 день", "1 клієнті")),
        (2, ("2 дня", "2 клиентах"), ("2 дні", "2 клієнтах")),
        (5, ("5 дней", "5 клиентах"), ("5 днів", "5 клієнтах")),
        (11, ("11 дней", "11 клиентах"), ("11 днів", "11 клієнтах")),
        (21, ("21 день", "21 клиенте"), ("21 день", "21 клієнті")),
    ],
)
def test_days_and_customers_take_their_case(number, russian, ukrainian):
    got = answer(replace(FOUND, customers=number), follow_up_days=number)
    assert f"проверка на {russian[1]} признала" in got[0]
    assert f"ничего не купил за {russian[0]}; из всех" in got[0]
    assert f"перевірка на {ukrainian[1]} визнала" in got[1]
    assert f"нічого не купив за {ukrainian[0]}; з усіх" in got[1]


def test_no_gap_in_both_languages():
    assert answer(TOO_LITTLE) == (
        "Проверить порог оттока пока нельзя. Для этого нужны журнал заказов за 270 дней (здесь 91) и не менее 100 "
        "клиентов, купивших раньше последних 180 дней журнала (здесь ни одного): не менее 30 из них должны были купить "
        "снова за эти дни (здесь ни одного), и не менее 30 — не купить (здесь ни одного).",
        "Перевірити поріг відтоку поки не можна. Для цього потрібні журнал замовлень за 270 днів (тут 91) і не менше "
        "100 клієнтів, які купили до останніх 180 днів журналу (тут жодного): не менше 30 з них мали купити знову за "
        "ці дні (тут жодного), і не менше 30 — не купити (тут жодного).",
    )
    some = answer(replace(TOO_LITTLE, customers=21, leavers=1, returners=20))
    assert "(здесь 21): не менее 30 из них должны были купить снова за эти дни (здесь 20)" in some[0]
    assert "не купити (тут 1)." in some[1]
    assert answer(NO_DIFFERENCE) == (
        "Рекомендовать порог оттока нельзя: по тому, как долго клиенты не покупают, здесь не видно, кто уходит. При "
        "проверке на 2 000 клиентах ни один порог не признал потерянными тех, кто потом ничего не купил за 180 дней "
        "(таких 1 200), явно чаще, чем тех, кто купил снова (таких 800).",
        "Рекомендувати поріг відтоку не можна: з того, як довго клієнти не купують, тут не видно, хто йде. Під час "
        "перевірки на 2 000 клієнтах жоден поріг не визнав утраченими тих, хто потім нічого не купив за 180 днів "
        "(таких 1 200), явно частіше, ніж тих, хто купив знову (таких 800).",
    )


def test_the_other_reservations_in_both_languages():
    doubtful = replace(FOUND, low=60, log_days=366, is_at_edge=True)
    got = says.churn_gap_limits(doubtful, replace(FOUND, gap_days=None), follow_up_days=180, formats=ALL)
    assert sentences(got.text) == (
        "Интервал широкий: другой порог внутри него может оказаться не хуже. До дня проверки журнал заказов охватывает "
        "меньше 730 дней; когда такой журнал растёт, лучший в проверке порог обычно тоже растёт. Это самый короткий "
        "или самый длинный из проверенных порогов, так что лучший может лежать за их пределами.",
        "Інтервал широкий: інший поріг у його межах може виявитися не гіршим. До дня перевірки журнал замовлень "
        "охоплює менше 730 днів; коли такий журнал зростає, найкращий у перевірці поріг зазвичай теж зростає. Це "
        "найкоротший або найдовший із перевірених порогів, тож кращий може лежати за їхніми межами.",
    )
    assert answer(FOUND, replace(FOUND, gap_days=None))[0].endswith(
        "Устойчив ли порог, неизвестно: такая же проверка на 180 дней раньше не находит лучшего."
    )


def test_whether_the_gap_lasts_in_both_languages():
    asked = {"earlier_on": date(2024, 2, 6), "follow_up_days": 180, "formats": ALL}
    lasted = says.churn_gap_stability(FOUND, replace(FOUND, gap_days=165, low=135), **asked)
    assert sentences(lasted.text) == (
        "Лучший в проверке порог подтвердился: теперь это 150 дней, а в такой же проверке на 180 дней раньше — 165 "
        "дней (95%-й интервал 135–180 дней). Та проверка — на 6 февраля 2024 г., n = 2 000.",
        "Найкращий у перевірці поріг підтвердився: тепер це 150 днів, а в такій самій перевірці на 180 днів раніше — 165 "
        "днів (95%-й інтервал 135–180 днів). Та перевірка — на 6 лютого 2024 р., n = 2 000.",
    )
    changed = sentences(says.churn_gap_stability(FOUND, replace(FOUND, **UNSETTLED), **asked).text)
    assert changed[0].endswith("и повторите проверку, когда журнал заказов станет длиннее.")
    assert changed[1].startswith(
        "Найкращий у перевірці поріг не підтвердився: тепер це 150 днів, а в такій самій "
    )


def test_what_the_gap_in_force_costs_in_both_languages():
    assert cost() == (
        "Действующий порог (180 дней) можно оставить: порог в 150 дней сработал лучше, но это может быть случайностью "
        "(доля отмеченных среди ушедших минус доля среди вернувшихся: +3,1 п. п., 95%-й интервал от −1,7 до +4,7 п. "
        "п.). При пороге в 180 дней из 1 000 клиентов, признанных потерянными, вернулись 150, а из 1 200 ушедших ещё "
        "не были замечены 350; при пороге в 150 дней — 200 из 1 100 и 300.",
        "Чинний поріг (180 днів) можна залишити: поріг у 150 днів спрацював краще, але це може бути випадковістю "
        "(частка позначених серед тих, хто пішов, мінус частка серед тих, хто повернувся: +3,1 в. п., 95%-й інтервал "
        "від −1,7 до +4,7 в. п.). За порога в 180 днів із 1 000 клієнтів, визнаних утраченими, повернулися 150, а з 1 "
        "200 клієнтів, що пішли, ще не були помічені 350; за порога в 150 днів — 200 із 1 100 і 300.",
    )
    worse = cost(low=0.017)
    assert worse[0].startswith(
        "Действующий порог (180 дней) сработал хуже, чем порог в 150 дней, и разница больше,"
    )
    assert worse[1].startswith(
        "Чинний поріг (180 днів) спрацював гірше, ніж поріг у 150 днів, і різниця більша,"
    )
    unsettled = cost(low=0.017, is_settled=False)
    assert "но более ранняя проверка — за другой порог." in unsettled[0]
    assert "але раніша перевірка — за інший поріг." in unsettled[1]


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian"),
    [
        (1, "из 1 клиента, признанного потерянным, вернулся 1, а из 1 ушедшего ещё не был замечен 1.", "із 1 клієнта, визнаного втраченим, повернувся 1, а з 1 клієнта, що пішов, ще не був помічений 1."),
        (2, "из 2 клиентов, признанных потерянными, вернулись 2, а из 2 ушедших ещё не были замечены 2.", "із 2 клієнтів, визнаних утраченими, повернулися 2, а з 2 клієнтів, що пішли, ще не були помічені 2."),
        (5, "из 5 клиентов, признанных потерянными, вернулись 5, а из 5 ушедших ещё не были замечены 5.", "із 5 клієнтів, визнаних утраченими, повернулися 5, а з 5 клієнтів, що пішли, ще не були помічені 5."),
        (11, "из 11 клиентов, признанных потерянными, вернулись 11, а из 11 ушедших ещё не были замечены 11.", "із 11 клієнтів, визнаних утраченими, повернулися 11, а з 11 клієнтів, що пішли, ще не були помічені 11."),
        (21, "из 21 клиента, признанного потерянным, вернулся 21, а из 21 ушедшего ещё не был замечен 21.", "із 21 клієнта, визнаного втраченим, повернувся 21, а з 21 клієнта, що пішов, ще не був помічений 21."),
    ],
)  # fmt: skip
def test_both_errors_are_counted_in_both_languages(number, russian, ukrainian):
    alike = replace(IN_FORCE, flagged=number, returned=number, leavers=number, late=number)
    got = cost(alike, IN_FORCE)
    assert got[0].startswith(
        f"Действующий порог (180 дней) и есть лучший в проверке: {russian} Доля вернувшихся,"
    )
    assert got[1].startswith(
        f"Чинний поріг (180 днів) і є найкращим у перевірці: {ukrainian} Частка тих, хто повернувся,"
    )


def test_one_leaver_was_not_flagged():
    one = costs.churn_gap_cost(
        GapComparison(IN_FORCE, replace(IN_FORCE, late=1), 0.0, 0.0, 0.0, 23),
        in_force=180, decision="same", formats=ALL,
    )  # fmt: skip
    assert "and 1 of 1,200 leavers was not flagged yet." in one.text


def test_a_gap_that_cannot_be_judged_takes_the_case_of_its_days():
    got = [costs.churn_gap_cost(None, in_force=n, decision="untested", formats=ALL).text for n in (1, 2, 21)]
    russian, ukrainian = zip(*map(sentences, got), strict=True)
    assert [text.rsplit("дольше ")[-1] for text in russian] == ["1 дня.", "2 дней.", "21 дня."]
    assert [text.rsplit("понад ")[-1] for text in ukrainian] == ["1 день.", "2 дні.", "21 день."]


def test_the_money_in_both_languages():
    got = costs.churn_gap_money(GapComparison(OTHER, IN_FORCE, 0.031, 0.017, 0.047, 23), formats=ALL)
    assert sentences(got.text) == (
        "При пороге в 180 дней признанные потерянными, но вернувшиеся клиенты за год до проверки потратили 1 234 $, а "
        "ещё не замеченные ушедшие — 9 876 $. При пороге в 150 дней было бы 2 000 $ и 8 000 $. Лучший в проверке порог "
        "считает обе ошибки одинаково тяжёлыми. Если одна из них обходится бизнесу намного дороже, выберите в таблице "
        "другой порог.",
        "За порога в 180 днів визнані втраченими клієнти, які повернулися, за рік до перевірки витратили 1 234 $, а "
        "ті, хто пішов, але ще не був помічений, — 9 876 $. За порога в 150 днів було б 2 000 $ і 8 000 $. "
        "За найкращого в перевірці порога обидві помилки вважаються однаково тяжкими. Якщо одна з них обходиться "
        "бізнесу набагато дорожче, виберіть у таблиці інший поріг.",
    )


def test_what_to_write_in_both_languages():
    asked = {"in_force": 180, "is_auto": False, "decision": "better", "formats": ALL}
    assert sentences(says.churn_gap_line(FOUND, **asked).text) == (
        "В файле настроек задан порог 180 дней. Чтобы во всех главах использовался порог, лучший в проверке, "
        "задайте там 150 дней; отток за прошлые периоды тогда тоже будет пересчитан.",
        "У файлі налаштувань задано поріг 180 днів. Щоб у всіх розділах використовувався поріг, найкращий у перевірці, "
        "задайте там 150 днів; відтік за минулі періоди тоді теж буде перераховано.",
    )
    auto = sentences(says.churn_gap_line(TOO_LITTLE, **{**asked, "is_auto": True}).text)
    assert auto[0].startswith(
        "В файле настроек сказано выбирать порог по данным, но рекомендовать его по ним нельзя"
    )


def declining(flagged: int, low: float = 0.116):
    known = {"precision": 0.271, "low": 0.217, "high": 0.332, "difference": 0.182}
    table = families(flagged=flagged, **known, difference_low=low, difference_high=0.249)
    return tells.churn_families(table, decline_share=0.5, follow_up_days=180, min_customers=20, formats=ALL)


def test_a_decline_in_both_languages():
    assert sentences(declining(229).text) == (
        "Клиенты, которые покупают меньше обычного для себя, уходят чаще: +18,2 п. п. к доле ушедших среди остальных "
        "(95%-й интервал от +11,6 до +24,9 п. п.). Остальных — 271 клиент. Из 229 клиентов, которые дважды подряд "
        "купили или потратили не менее чем на 50 % меньше, потом за 180 дней ничего не купили 27,1 % (95%-й интервал "
        "21,7–33,2 %).",
        "Клієнти, які купують менше, ніж для них звично, йдуть частіше: +18,2 в. п. до частки тих, хто пішов, серед "
        "решти (95%-й інтервал від +11,6 до +24,9 в. п.). Решта — 271 клієнт. Із 229 клієнтів, які двічі поспіль "
        "купили або витратили щонайменше на 50% менше, потім за 180 днів нічого не купили 27,1% (95%-й інтервал "
        "21,7–33,2%).",
    )
    unclear = sentences(declining(498, low=-0.01).text)
    assert unclear[0].startswith(
        "Не видно, чтобы клиенты, которые покупают меньше обычного для себя, явно уходили чаще: +18,2 п. п. "
    )
    assert "Остальных — 2 клиента. Из 498 клиентов, которые" in unclear[0]
    assert "Решта — 2 клієнти. Із 498 клієнтів, які" in unclear[1]
    one = sentences(declining(21).text)
    assert "Из 21 клиента, который дважды подряд купил или потратил не менее" in one[0]
    assert "Із 21 клієнта, який двічі поспіль купив або витратив щонайменше" in one[1]


def test_too_few_declining_in_both_languages():
    got = tells.churn_families(
        families(customers=40, flagged=0),
        decline_share=0.5,
        follow_up_days=180,
        min_customers=20,
        formats=ALL,
    )
    assert sentences(got.text) == (
        "Уходят ли чаще клиенты, которые покупают меньше обычного, пока сказать нельзя. Для этого среди тех, кто "
        "покупает достаточно часто, чтобы это было заметно, нужно не менее 20 купивших меньше (здесь ни одного) и не "
        "менее 20 остальных (здесь 40).",
        "Чи йдуть частіше клієнти, які купують менше, ніж звично, поки сказати не можна. Для цього серед тих, хто "
        "купує досить часто, щоб це було помітно, потрібно не менше 20 таких, що купили менше (тут жодного), і не "
        "менше 20 решти (тут 40).",
    )


def test_key_figures_and_tables_in_both_languages():
    assert sentences(kpis.recommended_gap_kpi(FOUND, formats=ALL).value) == ("150 дней", "150 днів")
    row = {"gap_days": 21, "false_churn": 0.25, "low": 0.21, "high": 0.295, "returned": 100, "flagged": 400}
    known = kpis.false_churn_kpi(pd.DataFrame([row]), formats=ALL)
    assert sentences(known.basis) == (
        "100 из 400 при действующем пороге в 21 день",
        "100 із 400 за чинного порога в 21 день",
    )
    rules = tells.rule_rows(FOUND, in_force=180, percentile=112, false_churn=None, formats=ALL)
    table = show_table(rules, RULES, key="rules", caption="C", formats=ALL)
    assert sentences(table.cells[2][0]) == (
        "Практическое правило: 80 % промежутков между двумя покупками не длиннее",
        "Просте правило: 80% перерв між двома покупками не довші",
    )
    named = tells.family_rows(families(), formats=ALL)
    assert sentences(named["family"].iloc[0]) == ("Окончание договора", "Завершення договору")
    assert sentences(named["group"].iloc[3]) == ("С известной нормой", "З відомою нормою")


def test_the_pictures_are_described_in_both_languages():
    assert sentences(tells.curve_alt(CURVE, days=180, formats=ALL)) == (
        "За 50,0 % покупок в течение 180 дней следует ещё одна.",
        "Після 50,0% покупок протягом 180 днів буває ще одна.",
    )
    assert sentences(tells.curve_alt(CURVE, days=501, formats=ALL))[0].endswith(
        "в течение 501 дня следует ещё одна."
    )

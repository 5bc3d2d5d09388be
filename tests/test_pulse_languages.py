"""What the pulse and the summary say in Russian and Ukrainian, word for word."""

from dataclasses import replace

import pandas as pd
import pytest
from test_findings import BASE, CHURN, kpi
from test_plan_fact import MOVEMENT, plan
from test_pulse_findings import COUNTS, NEED, revenue

from retention_utils.churn_answers import churn_by_formula
from retention_utils.display import Callout, Finding
from retention_utils.findings import (
    pulse,
    pulse_answers,
    pulse_kpis,
    pulse_plan,
    pulse_plan_table,
    pulse_replacement,
    pulse_tables,
    summary_lead,
    words,
)
from retention_utils.formats import Formats
from retention_utils.plan_fact import plan_against_fact

ALL = Formats("en,ru,uk", "USD")


def said(text, language: str) -> str:
    """The text with ordinary blanks, without the joiners that keep a span on one line."""
    words = text.in_language(language).replace("\u2060", "")
    return words.replace("\xa0", " ").replace("\u202f", " ")


def sentences(text) -> tuple[str, str]:
    return said(text, "ru"), said(text, "uk")


def test_churn_in_both_languages():
    got = pulse.leak(CHURN, gap_days=180, min_customers=20, formats=ALL)
    assert sentences(got.text) == (
        "За июнь 1998 г. ушло 10,6 % активных клиентов (586 из 5 529, 95%-й интервал 9,8–11,4 %), за "
        "май 1998 г. — 11,8 %. Разница: −1,2 п. п. (95%-й интервал от −2,4 до −0,1 п. п.). Ушедший — тот, кто ни разу не "
        "купил за 180 дней до конца периода.",
        "За червень 1998 р. пішло 10,6% активних клієнтів (586 з 5 529, 95%-й інтервал 9,8–11,4%), за "
        "травень 1998 р. — 11,8%. Різниця: −1,2 в. п. (95%-й інтервал від −2,4 до −0,1 в. п.). «Пішов» означає, що "
        "клієнт жодного разу не купив за 180 днів до кінця періоду.",
    )


@pytest.mark.parametrize(
    ("days", "russian", "ukrainian"),
    [
        (1, "за 1 день до", "за 1 день до"),
        (2, "за 2 дня до", "за 2 дні до"),
        (11, "за 11 дней до", "за 11 днів до"),
        (21, "за 21 день до", "за 21 день до"),
    ],
)
def test_days_take_their_case(days, russian, ukrainian):
    ru, uk = sentences(pulse.leak(CHURN, gap_days=days, min_customers=20, formats=ALL).text)
    assert ru.endswith(f"{russian} конца периода.")
    assert uk.endswith(f"{ukrainian} кінця періоду.")


@pytest.mark.parametrize(
    ("customers", "russian", "ukrainian"),
    [
        (1, "1 клиента", "1 активний клієнт"),
        (2, "2 клиентов", "2 активні клієнти"),
        (5, "5 клиентов", "5 активних клієнтів"),
        (11, "11 клиентов", "11 активних клієнтів"),
        (21, "21 клиента", "21 активний клієнт"),
    ],
)
def test_what_is_missing_is_counted_in_the_right_form(customers, russian, ukrainian):
    got = pulse.leak(None, gap_days=180, min_customers=customers, formats=ALL)
    assert sentences(got.text) == (
        "Пока нельзя сказать, больше ли клиентов уходит, чем раньше. Для этого нужны два периода, на начало которых "
        f"активны не менее {russian}, и журнал заказов, который начинается за 180 дней до каждого из них.",
        "Поки що не можна сказати, чи йде більше клієнтів, ніж раніше. Для цього потрібні два періоди, на початок яких "
        f"є щонайменше {ukrainian}, і журнал замовлень, який починається за 180 днів до кожного з них.",
    )


@pytest.mark.parametrize(
    ("lapsed", "back", "new", "russian", "ukrainian"),
    [
        (
            0, 0, 0, "никто не ушёл, никто не вернулся, новых нет.", "ніхто не пішов, ніхто не повернувся, нових немає.",
        ),
        (1, 21, 1, "1 ушёл, 21 вернулся, 1 новый.", "1 пішов, 21 повернувся, 1 новий."),
        (2, 5, 11, "2 ушли, 5 вернулись, 11 новых.", "2 пішли, 5 повернулися, 11 нових."),
    ],
)  # fmt: skip
def test_the_balance_counts_in_the_right_form(lapsed, back, new, russian, ukrainian):
    base = replace(BASE, lapsed=lapsed, reactivated=back, new=new)
    assert sentences(pulse.base_balance(base, formats=ALL).text) == (
        "За июнь 1998 г. число активных клиентов изменилось с 5 529 до 5 360 (−169, 95%-й интервал от −231 до −107). За "
        f"это время {russian}",
        "За червень 1998 р. кількість активних клієнтів змінилася з 5 529 до 5 360 (−169, 95%-й інтервал від −231 до "
        f"−107). За цей час {ukrainian}",
    )


def test_the_formulas_in_both_languages():
    answers = churn_by_formula(COUNTS)
    got = pulse_answers.churn_answers(
        answers, COUNTS, ends=(0.0552, 0.1744), gap_days=180, min_customers=20, formats=ALL
    )
    assert sentences(got.text) == (
        "За июнь 2024 г. другие формулы дают почти такой же отток: от 9,2 % («Как в Stripe») до 12,0 % («Как в "
        "Baremetrics»). По этому отчёту — 10,0 % (10 из 100, 95%-й интервал 5,5–17,4 %); все значения лежат в этом "
        "интервале, так что выбор формулы значит не больше, чем случайность.",
        "За червень 2024 р. інші формули дають майже такий самий відтік: від 9,2% («Як у Stripe») до 12,0% («Як у "
        "Baremetrics»). За цим звітом — 10,0% (10 з 100, 95%-й інтервал 5,5–17,4%); усі значення лежать у цьому "
        "інтервалі, тож вибір формули важить не більше, ніж випадковість.",
    )
    table = pulse_tables.answers_table(answers, COUNTS, formats=ALL)
    assert sentences(table.caption) == (
        "Один период, 9 ответов: отток за июнь 2024 г.",
        "Один період, 9 відповідей: відтік за червень 2024 р.",
    )
    assert [sentences(row[0]) for row in table.cells[:2]] == [
        ("Этот отчёт", "Цей звіт"),
        ("Как в ChartMogul", "Як у ChartMogul"),
    ]


@pytest.mark.parametrize(
    ("lapsed", "inflow", "russian", "ukrainian"),
    [
        (1, 1, "уходил 1 клиент, а приходил или возвращался 1", "ішов 1 клієнт, а приходив або повертався 1"),
        (2, 5, "уходили 2 клиента, а приходили или возвращались 5", "ішли 2 клієнти, а приходили або поверталися 5"),
        (11, 21, "уходили 11 клиентов, а приходил или возвращался 21", "ішли 11 клієнтів, а приходив або повертався 21"),
    ],
)  # fmt: skip
def test_replacement_in_both_languages(lapsed, inflow, russian, ukrainian):
    need = replace(NEED, to_replace=lapsed, inflow=inflow)
    got = pulse_replacement.replacement_need(need, pd.DataFrame(), periods=3, formats=ALL)
    assert sentences(got.text) == (
        f"В среднем за месяц {russian} (ноябрь 2024 г. – январь 2025 г.). При таком темпе активная база остановилась бы "
        "примерно на 1 430 клиентах (95%-й интервал 1 230–1 650), но тут мог сказаться сезон: при темпе за "
        "последние 12 месяцев — примерно на 1 140 (95%-й интервал 1 060–1 230). Сейчас их 1 149.",
        f"У середньому за місяць {ukrainian} (листопад 2024 р. – січень 2025 р.). За такого темпу активна база зупинилася б "
        "приблизно на 1 430 клієнтах (95%-й інтервал 1 230–1 650), але тут міг позначитися сезон: за темпу "
        "останніх 12 місяців — приблизно на 1 140 (95%-й інтервал 1 060–1 230). Зараз їх 1 149.",
    )


@pytest.mark.parametrize(
    ("periods", "russian", "ukrainian"),
    [(1, "1 месяц", "1 місяць"), (2, "2 месяца", "2 місяці"), (5, "5 месяцев", "5 місяців"), (21, "21 месяц", "21 місяць")],
)  # fmt: skip
def test_half_way_takes_its_months(periods, russian, ukrainian):
    note = pulse_replacement.replacement_note(replace(NEED, half_way_periods=periods), formats=ALL)
    ru, uk = sentences(note)
    assert ru.endswith(f"При нынешнем темпе половина пути к равновесию займёт примерно {russian}.")
    assert uk.endswith(f"За нинішнього темпу половина шляху до рівноваги займе приблизно {ukrainian}.")


def test_the_season_in_both_languages():
    assert sentences(pulse_plan.year_on_year(revenue(), formats=ALL).text) == (
        "Выручка за январь 2025 г. — 3,74 млн $: +11,5 % к прошлому году (январь 2024 г.; 95%-й интервал от −8,6 % до "
        "+36,0 %). Оценка здесь — по этому сравнению с тем же сезоном. К предыдущему периоду (декабрь 2024 г.) — −11,6 % (95%-й интервал от −24,8 % до "
        "+3,9 %); здесь возможны и сезон, и тренд.",
        "Виручка за січень 2025 р. — 3,74 млн $: +11,5% проти минулого року (січень 2024 р.; 95%-й інтервал від −8,6% до "
        "+36,0%). Оцінка тут — за цим порівнянням із тим самим сезоном. Проти попереднього періоду (грудень 2024 р.) — −11,6% (95%-й інтервал від "
        "−24,8% до +3,9%); тут може бути і сезон, і тренд.",
    )


def test_the_plan_in_both_languages():
    rows = [("2024-01", "orders", 120), ("2024-01", "revenue", 1700), ("2024-01", "churn_rate", 0.099)]
    table = plan_against_fact(plan(*rows, ("2024-01", "nps", 1)), MOVEMENT)
    assert sentences(pulse_plan.plan_fact(table, period="2024-01", formats=ALL).text) == (
        "План на январь 2024 г. выполнен по 1 показателю из 3. Не выполнен: заказы — 90 при плане 120 (−25,0 %); "
        "отток — 10,0 % при плане 9,9 % (+0,1 п. п., не больше случайного).",
        "План на січень 2024 р. виконано за 1 показником з 3. Не виконано: замовлення — 90 за плану 120 (−25,0%); "
        "відтік — 10,0% за плану 9,9% (+0,1 в. п., у межах випадкового).",
    )
    shown = pulse_plan_table.plan_table(table, formats=ALL)
    assert [sentences(row[-1]) for row in shown.cells] == [
        ("нет", "ні"),
        ("да", "так"),
        ("нет, в пределах случайного", "ні, у межах випадкового"),
    ]
    assert sentences(shown.note)[0].startswith(
        "Не вошли: показатели, которые здесь не считаются: 1. Эта глава не считает: nps."
    )


@pytest.mark.parametrize(
    ("orders", "russian", "ukrainian"),
    [
        (1, "1 заказ", "1 замовлення"),
        (2, "2 заказа", "2 замовлення"),
        (5, "5 заказов", "5 замовлень"),
        (11, "11 заказов", "11 замовлень"),
        (21, "21 заказ", "21 замовлення"),
    ],
)
def test_a_card_counts_in_the_right_form(orders, russian, ukrainian):
    movement = pd.DataFrame(
        {"period": ["1998-06"], "orders": [orders], "amount": [76109.3], "order_value": [37.25]}
    )
    got = pulse_kpis.revenue_kpi(movement, None, formats=ALL)
    assert sentences(got.basis) == (f"{russian}, в среднем 37,25 $", f"{ukrainian}, у середньому 37,25 $")


def test_shared_words_in_both_languages():
    assert sentences(words.interval(0.098, 0.114, "share", ALL)) == (
        "95%-й интервал 9,8–11,4 %",
        "95%-й інтервал 9,8–11,4%",
    )
    assert sentences(words.based_on(1506, ALL)) == ("n = 1 506", "n = 1 506")


def test_the_summary_in_both_languages():
    figures = [
        kpi("revenue", "76,1", "+7,2", "no clear change"),
        kpi("active_base", "5360", "−169", "worse"),
        kpi("churn", "10,6", "−1,2", "better"),
    ]

    def led(figures, *findings, **more) -> list[tuple[str, str]]:
        told = summary_lead.lead(figures, findings, period="1998-06", formats=ALL, **more)
        return [sentences(part.text) for part in told]

    assert led(figures)[:2] == [
        ("Активных клиентов стало меньше: 5360 (−169).", "Активних клієнтів поменшало: 5360 (−169)."),
        (
            "отток, то есть доля ушедших среди активных на начало (10,6, −1,2)",
            "відтік, тобто частка тих, хто пішов, серед активних на початок (10,6, −1,2)",
        ),
    ]
    assert led(figures)[2] == (
        "за июнь 1998 г. к предыдущему месяцу: выручка (76,1)",
        "за червень 1998 р. проти попереднього місяця: виручка (76,1)",
    )
    held = replace(figures[-1], verdict="with reservations", trend=(0.075, 0.08, 0.085, 0.1183, 0.106))
    russian, ukrainian = led([held])[1]
    assert russian.endswith(
        ". Но за каждый из 3 месяцев перед двумя последними он был ниже: от 7,5 % до 8,5 %."
    )
    assert ukrainian.endswith(
        ". Але за кожен із 3 місяців перед двома останніми він був нижчим: від 7,5% до 8,5%."
    )
    still = [replace(figure, verdict="no clear change", trend=()) for figure in figures]
    assert led(still) == [
        (
            "За июнь 1998 г. явных изменений к предыдущему месяцу нет.",
            "За червень 1998 р. явних змін проти попереднього місяця немає.",
        ),
        (
            "выручка (76,1); число активных клиентов (5360); отток, то есть доля ушедших среди активных на начало "
            "(10,6)",
            "виручка (76,1); кількість активних клієнтів (5360); відтік, тобто частка тих, хто пішов, серед активних "
            "на початок (10,6)",
        ),
    ]
    worse = [Finding("failed", "worse", ALL.say("churn"), brief=ALL.say("churn"))]
    worse += [Finding("renewal", "worse", ALL.say("churn"))]
    assert led(still, *worse)[:2] == [
        ("Ухудшилось, и вряд ли случайно: отток.", "Погіршилося, і навряд чи випадково: відтік."),
        ("доля продлённых годовых договоров", "частка продовжених річних договорів"),
    ]
    note = Callout("newcomers", "warn", ALL.say("churn"), ALL.say("churn"))
    closed = [replace(figures[1], verdict="clear change")]
    assert led(closed, warnings=[note])[0] == (
        "В данных почти нет новых клиентов, поэтому активных, а с ними и выручки, и должно становиться меньше: активных — 5360 "
        "(−169).",
        "У даних майже немає нових клієнтів, тож активних, а з ними й виручки, і має меншати: активних — 5360 (−169).",
    )

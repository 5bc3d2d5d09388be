"""What the cohorts say in Russian and Ukrainian, word for word."""

from dataclasses import replace

import pandas as pd
import pytest
import test_charts
from test_cohorts import retention
from test_cohorts_findings import CLOCK, MARKS, SPREAD, contrasts, ways
from test_findings import AGES
from test_pulse_languages import ALL, said, sentences

from retention_utils.charts.cohorts import pooled_curve, retention_heatmap
from retention_utils.charts.cohorts_ways import return_curves
from retention_utils.cohorts.heat import heat_cells
from retention_utils.cohorts.ways import answers_at_brackets
from retention_utils.findings import (
    cohorts,
    cohorts_clocks,
    cohorts_events,
    cohorts_figures,
    cohorts_kpis,
    cohorts_ways,
    words,
)
from retention_utils.formats import Formats

ASKED = {"min_customers": 20, "grain": "month", "formats": ALL}


def test_the_newest_cohort_in_both_languages():
    assert sentences(cohorts.newest_cohort(AGES, age=3, **ASKED).text) == (
        "У самых новых клиентов (март 1997 г.) явных изменений нет: +0,7 п. п. к доле купивших в 3-м месяце после первой "
        "покупки (95%-й интервал от −0,2 до +1,5 п. п.). Среди 7 231 клиента таких 10,5 %, среди пришедших раньше "
        "(16 269) — 9,8 %.",
        "У найновіших клієнтів (березень 1997 р.) явних змін немає: +0,7 в. п. до частки тих, хто купив у 3-му місяці "
        "після першої покупки (95%-й інтервал від −0,2 до +1,5 в. п.). Серед 7 231 клієнта таких 10,5%, серед тих, хто "
        "прийшов раніше (16 269), — 9,8%.",
    )
    for apart, russian, ukrainian in (
        (0.01, "чаще прежних:", "частіше за попередніх:"),
        (-0.02, "реже прежних:", "рідше за попередніх:"),
    ):
        got = sentences(
            cohorts.newest_cohort(replace(AGES, low=apart, high=apart + 0.01), age=3, **ASKED).text
        )
        assert got[0].startswith(f"Самые новые клиенты (март 1997 г.) остаются {russian}")
        assert got[1].startswith(f"Найновіші клієнти (березень 1997 р.) залишаються {ukrainian}")


@pytest.mark.parametrize(
    ("grain", "russian", "ukrainian"),
    [
        ("week", "на 2-й неделе", "на 2-му тижні"),
        ("month", "в 2-м месяце", "в 2-му місяці"),
        ("quarter", "в 2-м квартале", "в 2-му кварталі"),
        ("year", "в 2-м году", "в 2-му році"),
        ("days", "в 2-м периоде", "в 2-му періоді"),
    ],
)
def test_every_period_has_its_word_and_its_case(grain, russian, ukrainian):
    got = cohorts_kpis.retention_kpi(CLOCK, age=2, min_customers=20, grain=grain, formats=ALL)
    assert sentences(got.label) == (
        f"Купили {russian} после первой покупки",
        f"Купили {ukrainian} після першої покупки",
    )


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian"),
    [
        (1, "не менее 1 нового клиента,", "щонайменше 1 новий клієнт,"),
        (2, "не менее 2 новых клиентов,", "щонайменше 2 нові клієнти,"),
        (5, "не менее 5 новых клиентов,", "щонайменше 5 нових клієнтів,"),
        (11, "не менее 11 новых клиентов,", "щонайменше 11 нових клієнтів,"),
        (21, "не менее 21 нового клиента,", "щонайменше 21 новий клієнт,"),
    ],
)
def test_customers_take_their_case(number, russian, ukrainian):
    got = cohorts.newest_cohort(None, age=3, min_customers=number, grain="month", formats=ALL)
    assert sentences(got.text) == (
        f"Сравнить новых клиентов с прежними пока нельзя. Нужны две когорты, в каждой {russian} за которыми наблюдали "
        "до конца 3-го месяца после первой покупки.",
        f"Порівняти нових клієнтів із попередніми поки не можна. Потрібні дві когорти, у кожній {ukrainian} за якими "
        "спостерігали до кінця 3-го місяця після першої покупки.",
    )


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian"),
    [
        (1, "1 клиентом", "1 клієнтом"),
        (2, "2 клиентами", "2 клієнтами"),
        (21, "21 клиентом", "21 клієнтом"),
    ],
)
def test_too_few_followed_in_both_languages(number, russian, ukrainian):
    assert sentences(words.fewer_followed(number, ALL)) == (
        f"так долго наблюдали меньше чем за {russian}",
        f"так довго спостерігали менше ніж за {ukrainian}",
    )


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian"),
    [
        (
            3,
            "3 когорты с достаточным числом клиентов различаются",
            "3 когорти з достатньою кількістю клієнтів різняться",
        ),
        (
            11,
            "11 когорт с достаточным числом клиентов различаются",
            "11 когорт із достатньою кількістю клієнтів різняться",
        ),
        (
            21,
            "21 когорта с достаточным числом клиентов различается",
            "21 когорта з достатньою кількістю клієнтів різниться",
        ),
    ],
)
def test_cohorts_that_differ_in_both_languages(number, russian, ukrainian):
    got = cohorts.cohort_spread(replace(SPREAD, cohorts=number, p_value=0.0009), age=3, **ASKED)
    assert sentences(got.text) == (
        f"{russian}: доля купивших в 3-м месяце после первой покупки — от 6,6 % (май 2024 г.) до 31,6 % (сентябрь "
        "2021 г.). Клиентов в этих двух когортах: 61 и 57. Одинаковые когорты различались бы так же сильно менее чем в "
        "0,1 % случаев.",
        f"{ukrainian}: частка тих, хто купив у 3-му місяці після першої покупки, — від 6,6% (травень 2024 р.) до 31,6% "
        "(вересень 2021 р.). Клієнтів у цих двох когортах: 61 і 57. Однакові когорти різнилися б так само сильно менш "
        "ніж у 0,1% випадків.",
    )


def test_cohorts_that_are_alike_in_both_languages():
    assert sentences(cohorts.cohort_spread(SPREAD, age=3, **ASKED).text) == (
        "46 когорт с достаточным числом клиентов надёжно не различаются в 3-м месяце после первой покупки, так что "
        "здесь достаточно одного среднего числа. Хуже всех была когорта за май "
        "2024 г. (купили 6,6 % из 61), а лучше всех — за сентябрь 2021 г. (31,6 % из 57), но крайние есть всегда. Это "
        "может быть случайностью: даже одинаковые когорты различались бы так же сильно в 21,0 % случаев.",
        "46 когорт із достатньою кількістю клієнтів надійно не різняться у 3-му місяці після першої покупки, тож "
        "тут досить одного середнього числа. Найгіршою була когорта за "
        "травень 2024 р. (купили 6,6% із 61), а найкращою — за вересень 2021 р. (31,6% із 57), але крайні є завжди. Це може "
        "бути випадковістю: навіть однакові когорти різнилися б так само сильно в 21,0% випадків.",
    )


def test_four_answers_in_both_languages():
    got = cohorts_ways.four_answers(ways(), ways(later=57), **ASKED)
    assert sentences(got.text) == (
        "Из одних и тех же 100 клиентов именно в 6-м месяце купили 20,0 % («именно в этом периоде» — это и есть удержание "
        "в этом отчёте), хотя бы раз с 4-го по 6-й месяц — 38,0 % («в промежутке»), хотя бы раз с 1-го по 6-й месяц — "
        "55,0 % («хотя бы раз к этому сроку»). Чем длиннее отрезок, тем больше клиентов в него попадает: сравнивайте "
        "число только с тем, что посчитано так же. В 6-м месяце или позже купили 60,0 % («в этом периоде или позже»): "
        "нет оснований считать их потерянными. Это число растёт каждый раз, когда клиент возвращается: месяц назад для "
        "тех же клиентов оно составляло 57,0 %.",
        "З тих самих 100 клієнтів саме в 6-му місяці купили 20,0% («саме в цьому періоді» — це і є утримання в нашому "
        "звіті), хоча б раз з 4-го по 6-й місяць — 38,0% («у проміжку»), хоча б раз з 1-го по 6-й місяць — 55,0% («хоча б "
        "раз до цього строку»). Що довший відрізок, то більше клієнтів у нього потрапляє: порівнюйте число лише з тим, що "
        "пораховане так само. У 6-му місяці або пізніше купили 60,0% («у цьому періоді або пізніше»): немає підстав "
        "вважати їх втраченими. Це число зростає щоразу, коли клієнт повертається: місяць тому для тих самих клієнтів "
        "воно становило 57,0%.",
    )
    named = cohorts_ways.named_ways(answers_at_brackets(ways(follow_up=2)), grain="week", formats=ALL)
    assert [said(words, "ru") for words in named["meaning"][:4]] == [
        "именно на 3-й неделе",
        "хотя бы раз с 1-й по 3-ю неделю (в промежутке)",
        "хотя бы раз к концу 3-й недели (к этому сроку)",
        "на 3-й неделе или позже: нет оснований считать потерянными",
    ]
    alt = cohorts_ways.ways_alt(ways(follow_up=99), grain="month", formats=ALL)
    assert sentences(alt) == (
        "Кто вернулся к концу 6-го месяца после первой покупки: 20,0 % — именно в этом периоде, 38,0 % — в промежутке, "
        "55,0 % — хотя бы раз к этому сроку.",
        "Хто повернувся до кінця 6-го місяця після першої покупки: 20,0% — саме в цьому періоді, 38,0% — у проміжку, "
        "55,0% — хоча б раз до цього строку.",
    )


def test_two_clocks_in_both_languages():
    got = cohorts_clocks.two_clocks(CLOCK, CLOCK.assign(retention=[1.0, 0.1855, None]), **ASKED)
    russian, ukrainian = sentences(got.text)
    assert russian.startswith(
        "По календарю 19,1 % из 3 036 клиентов купили в 1-м месяце после первой покупки; по личному отсчёту 18,6 % из "
        "3 036 купили в дни 30–59 после первой покупки. По календарю 1-й месяц для того, кто пришёл в последний день "
        "месяца, начинается уже на следующий день, а для того, кто пришёл в первый, — лишь через целый месяц."
    )
    assert ukrainian.startswith(
        "За календарем 19,1% із 3 036 клієнтів купили в 1-му місяці після першої покупки; за особистим відліком 18,6% із "
        "3 036 купили в дні 30–59 після першої покупки. За календарем 1-й місяць для того, хто прийшов в останній день "
        "місяця, починається вже наступного дня, а для того, хто прийшов у перший, — лише через цілий місяць."
    )


def test_events_in_both_languages():
    got = cohorts_events.told_events(contrasts(), formats=ALL)
    assert [sentences(reading) for reading in got["reading"]] == [
        ("ниже обычного", "нижче за звичайне"),
        ("выше обычного", "вище за звичайне"),
        ("явной разницы нет", "явної різниці немає"),
        ("слишком мало для сравнения", "замало для порівняння"),
    ]
    assert got["event"].tolist()[1] == "2. <b>=1+1"  # the client's words are the same in all languages
    assert sentences(got["days"][1]) == (
        "29 ноября – 1 декабря 2024 г.",
        "29 листопада – 1 грудня 2024 р.",
    )


@pytest.mark.parametrize(
    ("most", "russian", "ukrainian"),
    [(1, "1 период", "1 період"), (2, "2 периода", "2 періоди"), (5, "5 периодов", "5 періодів")],
)
def test_the_caption_of_the_heat_map_in_both_languages(most, russian, ukrainian):
    table = retention(*[(cohort, 0, 50) for cohort in range(7)], periods=7)
    drawn = heat_cells(table, most=most)
    got = sentences(cohorts_figures.heatmap_caption(table, drawn, MARKS.iloc[:0], formats=ALL))
    shown = drawn["cohort"].nunique()
    assert got[0].endswith(
        f"Показаны только самые новые когорты ({shown} из 6) и не далее чем {russian} после прихода; остальное — в "
        "таблице всех когорт."
    )
    assert got[1].endswith(
        f"Показано лише найновіші когорти ({shown} із 6) і не далі ніж {ukrainian} після приходу; решта — у "
        "таблиці всіх когорт."
    )


def test_figures_in_both_languages():
    pooled = pd.DataFrame({"age": [1, 17], "retention": [0.1488, 0.0637]})
    assert sentences(cohorts_figures.pooled_alt(pooled, grain="quarter", formats=ALL)) == (
        "Линия: от 14,9 % в 1-м квартале до 6,4 % в 17-м квартале после прихода.",
        "Лінія: від 14,9% у 1-му кварталі до 6,4% у 17-му кварталі після приходу.",
    )
    later = pd.DataFrame({"period": ["1997-01"], "retention": [0.1478]})
    assert sentences(cohorts_figures.heatmap_alt(later, formats=ALL)) == (
        "Тепловая карта: 1 когорта; доля купивших — от 14,8 % до 14,8 %.",
        "Теплова карта: 1 когорта; частка тих, хто купив, — від 14,8% до 14,8%.",
    )


CHARTS = {
    "heat map": (retention_heatmap, test_charts.retention(), {"edges": test_charts.EDGES}),
    "four answers": (return_curves, ways(14), {}),
    "own clocks": (pooled_curve, test_charts.pooled(), {"is_own_clock": True}),
}


@pytest.mark.parametrize("language", ["ru", "uk"])
@pytest.mark.parametrize("size", test_charts.WIDTHS)
@pytest.mark.parametrize("name", CHARTS)
def test_every_label_has_its_room_in_every_language(name, size, language):
    draw, table, options = CHARTS[name]
    options = options | {"formats": Formats(language)}
    test_charts.assert_labels_have_room(draw, table, options, size=size)


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("size", test_charts.WIDTHS)
def test_long_keys_stay_above_the_lines(size, language):
    ax = test_charts.drawn(return_curves, ways(14), size=size, formats=Formats(language))
    lowest = min(text.get_window_extent().y0 for text in ax.figure.texts)
    assert lowest > ax.get_window_extent().y1

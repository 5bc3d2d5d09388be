"""What the next order says in Russian and Ukrainian, word for word."""

from dataclasses import replace

import pandas as pd
import pytest
import test_charts
from test_findings import BY_COHORT, ORDERED, REPEAT
from test_next_order_segments import APART, judged, returning, table
from test_pulse_languages import ALL, said, sentences

from retention_utils.charts.next_order import next_order_curves, segment_lines
from retention_utils.display import Finding
from retention_utils.findings import next_order
from retention_utils.findings.next_order_course import course_answers, repeat_over_years
from retention_utils.findings.next_order_segments import missing_attributes, segment_waits, segments_alt
from retention_utils.findings.next_order_tables import (
    begun_note,
    listed_segments,
    listed_tests,
    named_curves,
    of_enough,
)
from retention_utils.formats import Formats
from retention_utils.next_order_segments import largest_segments, segment_curves
from retention_utils.repeat_rate import RepeatCourse

ASKED = {"window_days": 90, "min_customers": 20, "formats": ALL}


def told(waits: pd.DataFrame) -> tuple[str, str]:
    return sentences(segment_waits(*judged(waits), **ASKED).text)


def test_the_return_time_in_both_languages():
    assert sentences(next_order.return_time(ORDERED, REPEAT, **ASKED).text) == (
        "В течение 90 дней снова покупают 29,3 % новых клиентов (95%-й интервал 28,7–29,9 %, n = 23 502). У пришедших за "
        "март 1997 г. — самых новых, за кем наблюдали столько же, — явных изменений нет: 29,2 % из 7 231 против 29,3 % из "
        "16 271 пришедшего раньше (−0,1 п. п., 95%-й интервал от −1,3 до +1,2 п. п.).",
        "Протягом 90 днів знову купують 29,3% нових клієнтів (95%-й інтервал 28,7–29,9%, n = 23 502). У тих, хто прийшов "
        "за березень 1997 р., — найновіших, за ким спостерігали стільки ж, — явних змін немає: 29,2% із 7 231 проти 29,3% "
        "із 16 271 клієнта, що прийшов раніше (−0,1 в. п., 95%-й інтервал від −1,3 до +1,2 в. п.).",
    )


@pytest.mark.parametrize(
    ("low", "high", "russian", "ukrainian"),
    [(0.002, 0.012, "больше", "більше"), (-0.013, -0.002, "меньше", "менше")],
)
def test_more_or_fewer_buy_again_in_both_languages(low, high, russian, ukrainian):
    change = replace(REPEAT, low=low, high=high, earlier_customers=5)
    got = sentences(next_order.return_time(ORDERED, change, **ASKED).text)
    assert (
        f"Среди пришедших за март 1997 г. — самых новых, за кем наблюдали столько же, — снова купило {russian}: 29,2 % из "
        "7 231 против 29,3 % из 5 пришедших раньше"
    ) in got[0]
    assert (
        "Серед тих, хто прийшов за березень 1997 р., — найновіших, за ким спостерігали стільки ж, — знову купило "
        f"{ukrainian}: 29,2% із 7 231 проти 29,3% із 5 клієнтів, що прийшли раніше"
    ) in got[1]


@pytest.mark.parametrize(
    ("days", "russian", "ukrainian"),
    [
        (1, "1 дня", "1 дня"),
        (2, "2 дней", "2 днів"),
        (5, "5 дней", "5 днів"),
        (11, "11 дней", "11 днів"),
        (21, "21 дня", "21 дня"),
    ],
)
def test_days_take_their_case(days, russian, ukrainian):
    got = next_order.repeat_kpi(ORDERED, BY_COHORT, None, **ASKED | {"window_days": days})
    assert sentences(got.label) == (
        f"Новые клиенты, купившие снова в течение {russian}",
        f"Нові клієнти, які купили знову протягом {ukrainian}",
    )


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian"),
    [
        (1, "1 клиента", "1 клієнт"),
        (2, "2 клиентов", "2 клієнти"),
        (5, "5 клиентов", "5 клієнтів"),
        (21, "21 клиента", "21 клієнт"),
    ],
)
def test_too_few_customers_in_both_languages(number, russian, ukrainian):
    got = next_order.return_time(ORDERED.iloc[:0], None, **ASKED | {"min_customers": number})
    assert sentences(got.text) == (
        f"Сколько клиентов снова покупает в течение 90 дней, пока сказать нельзя. Нужно не менее {russian}, за которыми после первой покупки "
        "наблюдали столько времени.",
        f"Скільки клієнтів знову купує протягом 90 днів, поки сказати не можна. Потрібно щонайменше {ukrainian}, за якими після першої "
        "покупки спостерігали стільки часу.",
    )


def test_the_second_step_claims_no_cause_in_either_language():
    assert sentences(next_order.second_step(ORDERED, **ASKED).text) == (
        "После первой покупки в ближайшие 90 дней снова покупают 29,3 % клиентов, после второй — 42,4 % (95%-й интервал "
        "41,5–43,3 %, n = 11 513). Те, кто купил дважды, могли с самого начала быть заинтересованы сильнее, поэтому это "
        "не доказывает, что вторая покупка делает клиента постоянным.",
        "Після першої покупки в найближчі 90 днів знову купують 29,3% клієнтів, після другої — 42,4% (95%-й інтервал "
        "41,5–43,3%, n = 11 513). Ті, хто купив двічі, могли від початку бути зацікавлені більше, тому це не доводить, що "
        "друга покупка робить клієнта постійним.",
    )


def test_groups_in_both_languages():
    russian, ukrainian = told(APART)
    assert russian == (
        "То, как скоро клиенты покупают снова, различается по каналу первой покупки. В течение 90 дней снова покупают "
        "30,0 % клиентов группы «shop» (95%-й интервал 22,0–40,0 %, n = 100) против 60,0 % клиентов группы «site» (95%-й "
        "интервал 50,6–69,6 %, n = 100). Одинаковые группы различались бы так же сильно реже чем в 1 из 1000 "
        "случаев. Почему они различаются, данные не говорят."
    )
    assert ukrainian == (
        "Те, як скоро клієнти купують знову, відрізняється за каналом першої покупки. Протягом 90 днів знову купують "
        "30,0% клієнтів групи «shop» (95%-й інтервал 22,0–40,0%, n = 100) проти 60,0% клієнтів групи «site» (95%-й "
        "інтервал 50,6–69,6%, n = 100). Однакові групи різнилися б так само сильно рідше ніж в 1 із 1000 "
        "випадків. Чому вони різняться, дані не кажуть."
    )
    alike = returning("first_order_value", lower=45, upper=46)
    russian, ukrainian = told(pd.concat([alike, returning("channel", a=45, b=46)]))
    assert russian.startswith(
        "В том, как скоро клиенты покупают снова, нет явных различий ни по одному из признаков, даже по "
    )
    assert ukrainian.startswith(
        "У тому, як скоро клієнти купують знову, немає явних відмінностей за жодною з ознак, навіть за "
    )
    assert told(alike)[0].startswith(
        "В том, как скоро клиенты покупают снова, нет явных различий по сумме первой покупки. В течение 90 дней снова "
        "покупают 45,0 % клиентов группы «нижняя треть, до 9,50 $»"
    )


def test_what_charts_and_tables_call_groups_in_both_languages():
    shares, tests = judged(pd.concat([APART, table(("channel", None, 5, True, 25))]))
    names = listed_segments(shares, formats=ALL)
    assert [said(name, "ru") for name in names["segment"]] == [
        "нижняя треть, до 9,50 $", "верхняя треть, от 200 $", "shop", "site", "не указано",
    ]  # fmt: skip
    assert sentences(names["attribute"].iloc[0]) == ("Сумма", "Сума")
    assert sentences(listed_tests(tests, formats=ALL)["p_value"].iloc[1]) == ("< 0,001", "< 0,001")
    alt = sentences(segments_alt(shares, attribute="channel", window_days=21, formats=ALL))
    assert alt[0].startswith("В течение 21 дня снова покупают 30,0 % клиентов группы «shop»")
    assert alt[1].startswith("Протягом 21 дня знову купують 30,0% клієнтів групи «shop»")
    alone = returning("first_order_value", lower=45, upper=46)
    assert sentences(missing_attributes(judged(alone)[0], formats=ALL).title) == (
        "Быстрее ли покупают снова клиенты того или иного канала продаж или категории товаров",
        "Чи швидше купують знову клієнти того чи іншого каналу продажів або категорії товарів",
    )
    curves = segment_curves(largest_segments(APART))
    drawn = named_curves(curves, shares, attribute="first_order_value", formats=ALL)
    assert {said(label, "uk") for label in drawn["label"]} == {
        "нижня третина, до 9,50 $",
        "верхня третина, від 200 $",
    }


CHARTS = {
    "next order": (next_order_curves, test_charts.curve(), {}),
    "segments": (segment_lines, test_charts.segment_curve("нижняя треть, до 5 100 ₸", "верхняя треть"), {}),
}


@pytest.mark.parametrize("language", ["ru", "uk"])
@pytest.mark.parametrize("size", test_charts.WIDTHS)
@pytest.mark.parametrize("name", CHARTS)
def test_every_label_has_its_room_in_every_language(name, size, language):
    draw, table, options = CHARTS[name]
    options = options | {"formats": Formats(language)}
    test_charts.assert_labels_have_room(draw, table, options, size=size)


def test_purchase_numbers_that_few_have_reached_are_left_out_and_counted():
    curve = pd.DataFrame({"order_rank": [1, 1, 2, 3], "at_risk": [30, 12, 19, 4]})
    table = pd.DataFrame({"order_rank": [1, 1, 2, 3], "days": [30, 90, 30, 30]})
    assert of_enough(table, curve, min_customers=20)["order_rank"].tolist() == [1, 1]
    say = Formats("en,ru,uk", "UAH")
    note = begun_note("no clear change", curve, min_customers=20, formats=say)
    assert (
        str(note)
        .replace("\u00a0", " ")
        .endswith("Left out: 2 purchase numbers that fewer than 20 customers have reached.")
    )
    assert "Не показано: 2 номера покупок, до которых дошло меньше 20 клиентов." in note.in_language(
        "ru"
    ).replace("\u00a0", " ")
    assert begun_note("no clear change", curve, min_customers=4, formats=say) == say.say("no clear change")


def lately(**found) -> pd.DataFrame:
    """What early warning says of the last periods: a steady rise, of which the season is no part."""
    row = {
        "symptom": "repeat_rate", "until": "2024-10", "trend": 1, "shift": 0, "slope": 0.013, "p": 0.007, "last": 0.39,
        "previous": 0.333, "previous_periods": 12, "year_change": 0.026,
    }  # fmt: skip
    return pd.DataFrame([row | found])


def test_the_course_over_the_years_in_every_language():
    course = RepeatCourse(
        47, -0.0289, -0.0482, -0.0095, ("2021-01", "2021-12", 674, 0.432), ("2023-11", "2024-10", 834, 0.338)
    )
    options = {"window_days": 90, "grain": "month", "formats": ALL}
    got = repeat_over_years(course, lately(), **options)
    assert (got.key, got.verdict) == ("repeat_course", "worse")
    assert said(got.text, "en") == (
        "Over the years, fewer first-time customers buy again within 90 days: a trend of −2.9 points a year (95% interval "
        "−4.8 to −1.0 points). It was 43.2% of those who joined in January 2021 to December 2021 (n = 674), and 33.8% of "
        "those who joined in November 2023 to October 2024 (n = 834). Among those who joined in the last 12 months, to "
        "October 2024, the share rose steadily, by about 1.3 points a month."
    )
    assert sentences(got.text) == (
        "С годами всё меньше новых клиентов покупают снова в течение 90 дней: в среднем −2,9 п. п. за год (95%-й интервал "
        "от −4,8 до −1,0 п. п.). Среди пришедших за первый год (январь 2021 г. – декабрь 2021 г.) это 43,2 % (n = 674), "
        "среди пришедших за последний (ноябрь 2023 г. – октябрь 2024 г.) — 33,8 % (n = 834). Среди пришедших за "
        "последние 12 месяцев, по октябрь 2024 г., эта доля устойчиво росла, примерно на 1,3 п. п. в месяц.",
        "З роками дедалі менше нових клієнтів купують знову протягом 90 днів: у середньому −2,9 в. п. за рік (95%-й "
        "інтервал від −4,8 до −1,0 в. п.). Серед тих, хто прийшов за перший рік (січень 2021 р. – грудень 2021 р.), це "
        "43,2% (n = 674), серед тих, хто прийшов за останній (листопад 2023 р. – жовтень 2024 р.), — 33,8% (n = 834). "
        "Серед тих, хто прийшов за останні 12 місяців, по жовтень 2024 р., ця частка стійко зростала, приблизно на 1,3 "
        "в. п. на місяць.",
    )
    assert (
        said(got.brief, "en")
        == "how many first-time customers buy again, over the years (rising again lately)"
    )
    assert sentences(got.brief)[0].endswith("за все годы (в последнее время снова растёт)")
    calm = repeat_over_years(replace(course, high=0.01), lately(), **options)
    assert (calm.verdict, calm.brief) == ("no clear change", "")
    assert str(calm.text).startswith("How many first-time customers buy again within 90")
    more = replace(course, slope=0.03, low=0.01, high=0.05, early=("2021", "2021", 674, 0.3))
    rising = repeat_over_years(more, lately(), **options)
    assert (rising.verdict, rising.brief) == ("better", "")
    assert "who joined in 2021 (n = 674)" in said(rising.text, "en")
    assert repeat_over_years(None, lately(), **options) is None


def test_what_moved_over_the_years_answers_the_chapter_where_the_newest_show_no_clear_change():
    years, newest = (
        Finding(key, "worse", ALL.name(key), is_headline=key == "newest")
        for key in ("repeat_course", "newest")
    )
    assert course_answers(newest, years) == [newest, years]
    assert course_answers(newest, None) == [newest]
    calm = replace(newest, verdict="no clear change")
    assert course_answers(calm, replace(years, verdict="no clear change"))[0] is calm
    first, second = course_answers(calm, years)
    assert (first.key, first.is_headline, second.is_headline) == ("repeat_course", True, False)


@pytest.mark.parametrize(
    ("found", "english"),
    [
        (
            {"trend": -1, "slope": -0.013, "year_change": -0.1},
            "the share fell steadily, by about 1.3 points a month.",
        ),
        ({"trend": 0}, "in the last 12 months, to October 2024, the share shows no steady fall or rise."),
        (
            {"trend": 0, "shift": 1},
            "Lately it rose: 39.0% of those who joined in the 3 months to October 2024, 33.3% in the 12 before.",
        ),
        (
            {"year_change": -0.02},
            "It may be the season: against the same 3 months a year before it is −2.0 points.",
        ),
        ({"trend": 0, "p": None}, "January 2021 to December 2021 (n = 674)."),
    ],
)
def test_what_the_last_periods_did_is_what_early_warning_says(found, english):
    year = ("2021-01", "2021-12", 674, 0.432)
    course = RepeatCourse(47, -0.03, -0.04, -0.01, year, year)
    got = repeat_over_years(course, lately(**found), window_days=90, grain="month", formats=ALL)
    assert said(got.text, "en").endswith(english)

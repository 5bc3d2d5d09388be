"""What the comparison with the last report says, word for word, in three languages."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from retention_utils.charts.since_last import change_bars
from retention_utils.display import Callout
from retention_utils.findings.since_last import attention, figures_table, first_report, since_last
from retention_utils.findings.since_last_parts import drawn_parts, groups_table, parts_alt, parts_table
from retention_utils.findings.since_last_past import promised, restated, restated_table
from retention_utils.findings.since_last_splits import churn_split, split_notes
from retention_utils.formats import Formats
from retention_utils.mix_rate import mix_and_rate
from retention_utils.periods import parse_period
from retention_utils.since_last.splits import FigureSplit

ALL, ENGLISH = Formats("en,ru,uk", "EUR"), Formats("en", "EUR")
JANUARY = parse_period("2025-01")


def said(text) -> tuple[str, str, str]:
    """The text in all languages, with ordinary blanks and without what keeps a span on one line."""
    words = [text.in_language(language).replace("\u2060", "") for language in ("en", "ru", "uk")]
    return tuple(part.replace("\xa0", " ").replace("\u202f", " ") for part in words)


def answer(*verdicts, earlier="2024-12", restated=0, due=0):
    changes = pd.DataFrame({"verdict": list(verdicts)})
    return since_last(changes, earlier=earlier, period=JANUARY, restated=restated, due=due, formats=ALL)


def churn(before, now, rate, mix, interval=(-0.02, 0.01)):
    parts = {"rate": rate, "mix": mix}
    split = FigureSplit("churn", before, now, parts, (100, 100), interval)
    return churn_split(split, earlier="2024-12", min_customers=20, formats=ALL)


CELL = {
    "chapter": "03_pulse", "table": "buyers", "caption": ALL.name("Buyers"), "period": "2024-11", "age": np.nan,
    "column": "orders", "label": ALL.name("Orders"), "unit": "count", "before": 410.0, "now": 424.0,
}  # fmt: skip
CELLS = pd.DataFrame([CELL, {**CELL, "column": "amount", "unit": "money", "before": 100.0, "now": 90.0}])


def test_the_first_report_names_its_kind():
    assert said(first_report(JANUARY, formats=ALL).text) == (
        "This is the first monthly report, so there is nothing to compare it with. The next one will be held against "
        "it.",
        "Это первый месячный отчёт, поэтому сравнивать его не с чем. Следующий отчёт будет сопоставлен с этим.",
        "Це перший місячний звіт, тож порівнювати його немає з чим. Наступний звіт буде зіставлено з цим.",
    )


def test_the_answer_counts_what_changed_clearly():
    got = answer("better", "better", "worse", "no clear change", "", restated=2, due=5)
    assert (got.verdict, said(got.text)) == (
        "worse",
        (
            "Since the report for December 2024, of 4 key figures that can be tested for more than chance, 2 clearly "
            "got better and 1 clearly worse. 2 of the past numbers it printed are different now. 5 promised actions "
            "are due to be looked at again.",
            "С отчёта за декабрь 2024 г.: из 4 показателей, которые можно проверить на случайность, явно лучше стали 2, "
            "явно хуже стал 1. 2 из напечатанных в нём чисел о прошлом теперь другие. Пора проверить 5 обещанных мер.",
            "Зі звіту за грудень 2024 р.: з 4 показників, які можна перевірити на випадковість, явно кращим стали 2, явно "
            "гіршим став 1. 2 з надрукованих у ньому чисел про минуле тепер інші. Час перевірити 5 обіцяних заходів.",
        ),
    )


def test_a_change_that_is_clear_but_neither_better_nor_worse_is_counted_apart():
    got = answer("no clear change", "clear change")
    assert (got.verdict, [words.split("; ")[1][:20] for words in said(got.text)]) == (
        "clear change",
        ["1 clearly changed, n", "явно изменился, не к", "явно змінився, не на"],
    )


def test_a_missing_report_between_is_owned_up_to():
    got = answer("", "", earlier="2024-11")
    assert got.verdict == "with reservations"
    assert said(got.text)[0].startswith(
        "There is no report for December 2024; the one for November 2024 is the latest before this. Whether key "
        "figures clearly changed since the report for November 2024 could not be tested."
    )
    assert said(got.text)[1].startswith(
        "Отчёта за декабрь 2024 г. нет; последний перед этим — отчёт за ноябрь 2024 г."
    )


@pytest.mark.parametrize(
    ("due", "russian", "ukrainian"),
    [
        (1, "Пора проверить 1 обещанную меру.", "Час перевірити 1 обіцяний захід."),
        (2, "Пора проверить 2 обещанные меры.", "Час перевірити 2 обіцяні заходи."),
        (11, "Пора проверить 11 обещанных мер.", "Час перевірити 11 обіцяних заходів."),
        (21, "Пора проверить 21 обещанную меру.", "Час перевірити 21 обіцяний захід."),
    ],
)
def test_promised_actions_take_their_case(due, russian, ukrainian):
    _, *others = said(answer("better", due=due).text)
    assert [words[-len(end) :] for words, end in zip(others, (russian, ukrainian), strict=True)] == [
        russian,
        ukrainian,
    ]


def test_churn_says_what_its_change_is_made_of():
    got = churn(0.082, 0.094, 0.009, 0.003, interval=(0.001, 0.02))
    assert (got.verdict, said(got.text)) == (
        "worse",
        (
            "Churn rose from 8.2% to 9.4% (+1.20 points). +0.90 points come from customers of the same tenure, who "
            "lapsed more often; +0.30 points come from the mix: newer and older customers have other shares of the "
            "active base. How the customers behaved counts for more. How the customers behaved changed by more than "
            "chance (95% interval +0.10 points to +2.00 points).",
            "Отток вырос с 8,2 % до 9,4 % (+1,20 п. п.). Поведение дало +0,90 п. п.: клиенты с тем же стажем уходили "
            "чаще. Состав дал +0,30 п. п.: у новых и давних клиентов другие доли в активной базе. Поведение весит "
            "больше. Поведение клиентов изменилось сильнее, чем можно объяснить случайностью (95%-й интервал от +0,10 п. п. "
            "до +2,00 п. п.).",
            "Відтік зріс з 8,2% до 9,4% (+1,20 в. п.). Поведінка дала +0,90 в. п.: клієнти з тим самим стажем відходили "
            "частіше. Склад дав +0,30 в. п.: у нових і давніх клієнтів інші частки в активній базі. Поведінка важить "
            "більше. Поведінка клієнтів змінилася сильніше, ніж можна пояснити випадковістю (95%-й інтервал від +0,10 в. п. "
            "до +2,00 в. п.).",
        ),
    )


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((-0.015, 0.003), "How the customers behaved outweighs the mix, which pulled the other way."),
        ((0.003, -0.015), "The mix outweighs how the customers behaved, which pulled the other way."),
        ((-0.001, -0.011), "Who the customers are counts for more."),
        ((-0.00001, 0.012), "Who the customers are counts for more."),  # printed as zero, it pulls nowhere
    ],
)
def test_the_greater_part_is_named(parts, expected):
    got = churn(0.09, 0.09 + sum(parts), *parts)
    assert (expected in got.text, got.verdict) == (True, "no clear change")


def test_no_part_is_greater_where_both_are_printed_alike():
    text = str(churn(0.09, 0.09, 0.0, 0.0).text)
    assert text.startswith(
        "Churn is 9.0%, as before. 0.00 points come from customers of the same tenure, who lapsed as "
    )
    assert (
        "; the mix of newer and older customers in the active base changed nothing. How the customers "
        in text
    )
    assert "counts for more" not in text


def test_a_figure_that_is_printed_alike_did_not_move():
    assert str(churn(0.11001, 0.11045, 0.0031, -0.0027).text).startswith(
        "Churn is 11.0%, as before. +0.31 points come "
    )


def test_unknown_churn_is_not_taken_apart():
    got = churn_split(None, earlier="2024-12", min_customers=21, formats=ALL)
    assert got.verdict == "not enough data"
    assert said(got.text)[1:] == (
        "Изменение оттока с прошлого отчёта (декабрь 2024 г.) не разложено: отток известен не в обоих периодах либо в "
        "одном из них было меньше 21 активного клиента.",
        "Зміну відтоку з минулого звіту (грудень 2024 р.) не розкладено: відтік відомий не в обох періодах або в одному "
        "з них було менше ніж 21 активний клієнт.",
    )


def test_revenue_says_which_factor_counts_for_most():
    parts = {"buyers": -300.0, "frequency": -50.0, "value": 20.0}
    splits = {
        "order_frequency": None,
        "order_value": None,
        "revenue": FigureSplit("revenue", 4000.0, 3670.0, parts, (9, 9)),
    }
    (note,) = split_notes(splits, formats=ALL)
    assert said(note.text)[0] == (
        "Revenue fell from €4,000 to €3,670 (−€330). −€300 come from the number of customers who bought, −€50 from how "
        "often a buyer ordered, +€20 from what an order brought; the number of customers counts for most."
    )


def test_the_parts_of_a_figure_are_listed_under_its_change_with_the_correction():
    splits = {
        "buyers": FigureSplit("buyers", 100.0, 90.0, {"new": -20.0, "returning": 10.0}, (100, 90)),
        "churn": None,
    }
    printed = pd.DataFrame({"key": ["buyers"], "number_before": [98.0]})
    table = parts_table(splits, printed, formats=ALL)
    assert [row[1:] for row in table.rows] == [
        ("in all", "−8"),
        ("more or fewer bought for the first time", "−20"),
        ("more or fewer bought again", "+10"),
        ("the number printed then was corrected since", "+2"),
    ]
    assert table.emphasis == (0,)
    assert isinstance(groups_table(splits, formats=ALL), Callout)  # no figure has groups


def test_groups_are_listed_with_their_parts_and_empty_ones_are_not():
    counts = pd.DataFrame(
        [(1, 20, 100, 44, 200), (3, 20, 400, 18, 300), (12, 0, 0, 0, 0)],
        columns=["tenure", "over_before", "under_before", "over", "under"],
    )
    split = mix_and_rate(counts.set_index("tenure"))
    parts = {"rate": split.rate_effect, "mix": split.mix_effect}
    churned = FigureSplit("churn", split.before, split.now, parts, (500, 500), (0.0, 0.02), split.groups)
    table = groups_table({"churn": churned}, formats=ENGLISH)
    assert [[str(cell) for cell in row[1:]] for row in table.cells] == [
        ["1–2 periods", "100", "200", "20.0%", "40.0%", "20.0%", "22.0%", "+0.60 points", "+2.16 points"],
        ["3–11 periods", "400", "300", "80.0%", "60.0%", "5.0%", "6.0%", "+0.70 points", "+0.94 points"],
    ]


def test_the_chart_draws_every_part_in_per_cent_of_what_the_figure_was():
    mixed = FigureSplit("churn", 0.1, 0.11, {"rate": 0.015, "mix": -0.005}, (9, 9))
    factors = FigureSplit(
        "revenue", 400.0, 380.0, {"buyers": -40.0, "frequency": 10.0, "value": 10.0}, (9, 9)
    )
    splits = {"churn": mixed, "order_frequency": None, "order_value": None, "revenue": factors}
    parts = drawn_parts(splits, formats=ENGLISH)
    ax = change_bars(parts, formats=ENGLISH)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.15, -0.05, -0.1, 0.025, 0.025])
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["behaviour", "mix", "customers who bought", "orders each", "revenue per order"]
    assert [text.get_text() for text in ax.texts][-2:] == ["Churn", "Revenue"]
    assert str(parts_alt(parts, formats=ENGLISH)) == (
        "The largest part of a change: Churn, behaviour, +15.0% of what the figure was."
    )
    assert str(parts_alt(parts.head(0), formats=ENGLISH)) == "There is nothing to draw."


def test_restated_numbers_name_the_largest_and_the_reason():
    got = restated(CELLS, earlier="2024-12", reasons=("data",), formats=ALL)
    assert (got.verdict, said(got.text)) == (
        "with reservations",
        (
            "2 numbers about the past that the report for December 2024 printed are different now, such as “Orders” of "
            "November 2024: €100 then, €90 now. In all periods up to then, the number of orders changed by +14 and "
            "revenue by −€10. The reason lies in the data: rows came late or were corrected, or orders of that time "
            "were paid back since.",
            "2 числа о прошлом из отчёта за декабрь 2024 г. теперь другие, например «Orders» за ноябрь 2024 г.: тогда "
            "100 €, теперь 90 €. За все периоды до того времени число заказов изменилось на +14, выручка — на −10 €. "
            "Причина в данных: строки пришли с опозданием или были исправлены, либо за заказы того времени с тех пор "
            "вернули деньги.",
            "2 числа про минуле зі звіту за грудень 2024 р. тепер інші, наприклад «Orders» за листопад 2024 р.: тоді "
            "100 €, тепер 90 €. За всі періоди до того часу кількість замовлень змінилася на +14, виручка — на −10 €. "
            "Причина в даних: рядки надійшли із запізненням або були виправлені, чи за замовлення того часу відтоді "
            "повернули гроші.",
        ),
    )


@pytest.mark.parametrize(
    ("reasons", "end"),
    [
        (("code",), "The reason: this program was changed."),
        (("versions",), "The reason: the software this program rests on was changed."),
        (("unknown",), "Why is not known: nothing recorded of the earlier report tells."),
        (
            ("data", "code"),
            "Each of these may be the reason: rows that came late or were corrected, or later refunds; a changed "
            "version of this program.",
        ),
    ],
)
def test_reasons_are_said_as_far_as_they_are_known(reasons, end):
    assert str(restated(CELLS, earlier="2024-12", reasons=reasons, formats=ALL).text).endswith(end)


def test_nothing_restated_is_said_too():
    got = restated(CELLS.head(0), earlier="2024-12", reasons=(), formats=ALL)
    assert (got.verdict, str(got.text)) == (
        "no clear change",
        "None of the numbers about the past that the report for December 2024 printed has changed.",
    )


def test_a_long_list_says_how_much_is_left_out():
    cohort = pd.DataFrame([{**CELL, "age": 3.0}, CELL, CELL])
    table = restated_table(cohort, most=1, formats=ALL)
    assert str(table.rows[0][0]) == "joined in Nov 2024, 3 periods later"
    assert str(table.note).endswith("2 more are not listed.")


def test_the_first_page_names_the_largest_change_and_what_is_due():
    due = pd.DataFrame({"title": [ALL.name(word) for word in "abcd"]})
    note = attention(CELLS.head(1), due, earlier="2024-12", least=0.01, settings=0, formats=ALL)
    assert (note.tone, said(note.text)) == (
        "warn",
        (
            "1 number it printed has changed by 1% or more since, most of all “Orders” in November 2024: 410 then, 424 "
            "now. 4 promised actions are due to be looked at again: “a”, “b”, “c” and 1 more.",
            "1 напечатанное в нём число изменилось с тех пор на 1 % или больше, сильнее всего «Orders» за ноябрь 2024 г.: "
            "тогда 410, теперь 424. Пора проверить 4 обещанные меры: «a», «b», «c» и ещё 1.",
            "1 надруковане в ньому число змінилося відтоді на 1% або більше, найбільше «Orders» за листопад 2024 р.: тоді "
            "410, тепер 424. Час перевірити 4 обіцяні заходи: «a», «b», «c» і ще 1.",
        ),
    )
    nothing = attention(CELLS.head(0), due.head(0), earlier="2024-12", least=0.01, settings=0, formats=ALL)
    assert nothing is None


@pytest.mark.parametrize(
    ("settings", "english", "russian", "ukrainian"),
    [
        (1, "1 setting of the client was", "изменена 1 настройка", "змінено 1 налаштування"),
        (
            2,
            "2 settings of the client were",
            "изменены 2 настройки",
            "змінено 2 налаштування",
        ),
        (5, "5 settings of the client were", "изменено 5 настроек", "змінено 5 налаштувань"),
    ],
)
def test_the_first_page_says_that_settings_were_changed(settings, english, russian, ukrainian):
    due = pd.DataFrame({"title": []})
    note = attention(CELLS.head(0), due, earlier="2024-12", least=0.01, settings=settings, formats=ALL)
    assert said(note.text) == (
        f"{english} changed since, so what that report printed was counted in another way.",
        f"С тех пор {russian}, поэтому напечатанное в том отчёте посчитано иначе.",
        f"Відтоді {ukrainian}, тож надруковане в тому звіті пораховано інакше.",
    )


def test_promised_actions_claim_no_cause():
    due = pd.DataFrame({"moved": ["as hoped", "as hoped", "within chance", "unknown"]})
    got = promised(due, still_open=0, as_of=date(2025, 1, 31), formats=ALL)
    assert said(got.text)[:2] == (
        "4 promised actions are due by 31 January 2025. The key figure moved as hoped: 2; the other way: 0; no more than "
        "chance brings about: 1; not at all: 0; cannot be said: 1. Whether the action moved it cannot be told from this: "
        "a figure moves for many reasons, and by chance.",
        "К 31 января 2025 г. подошёл срок проверки 4 обещанных мер. Показатель сдвинулся, как ожидалось: 2; в "
        "другую сторону: 0; не больше, чем бывает случайно: 1; не сдвинулся: 0; сказать нельзя: 1. Мера ли его сдвинула, "
        "отсюда не видно: показатель меняется по многим причинам и случайно.",
    )
    later = promised(due.head(0), still_open=2, as_of=date(2025, 1, 31), formats=ALL)
    assert str(later.text) == "None is due by 31 January 2025; 2 are to be looked at again later."


def test_the_list_of_figures_prints_changes_in_their_unit():
    rows = [
        ("churn", "03_pulse", "8.2%", "9.1%", "points", 0.0084, "worse"),
        ("buyers", "03_pulse", "389", "350", "relative", -0.1, ""),
        ("new", "03_pulse", None, "5", "relative", np.nan, ""),
    ]
    changes = pd.DataFrame(rows, columns=["key", "chapter", "before", "now", "kind", "change", "verdict"])
    words = changes[["key", "before", "now"]].map(
        lambda word: ALL.name(word) if isinstance(word, str) else None
    )
    changes = changes.assign(label=words["key"], **words[["before", "now"]])
    table = figures_table(changes, earlier="2024-12", period=JANUARY, formats=ALL)
    assert [[str(cell) for cell in cells[2:]] for cells in table.cells] == [
        ["8.2%", "9.1%", "+0.8 points", "worse"],
        ["389", "350", "−10.0%", "not tested"],
        ["not in that report", "5", "—", "not tested"],
    ]
    assert said(table.caption) == (
        "Every key figure, then (December 2024) and now (January 2025)",
        "Все показатели: тогда (декабрь 2024 г.) и теперь (январь 2025 г.)",
        "Усі показники: тоді (грудень 2024 р.) і тепер (січень 2025 р.)",
    )

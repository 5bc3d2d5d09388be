"""What the data passport says in Russian and Ukrainian, word for word."""

import numpy as np
import pandas as pd
import pytest

from retention_utils.config import Policies
from retention_utils.findings import passport, passport_checks, passport_tables
from retention_utils.formats import Formats
from retention_utils.passport.account import use_account
from retention_utils.passport.checks import Check, Thresholds

ALL = Formats("en,ru,uk", "KZT")
FOUND = {"rows": 0.9989, "history": 546, "silence": 2, "mixed": 0.3, "stated": np.nan}
ROWS = [("used", 69578, 2_500_315.63), ("refund", 1, -15.0), ("bad_amount", 80, np.nan)]
NOBODY = pd.DataFrame({"identity": ["id"], "rows": [1], "customers": [1], "amount": [1.0]})


def account(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return use_account(pd.DataFrame(rows or ROWS, columns=["use", "rows", "amount"]))


def checks(**verdicts: str) -> list[Check]:
    return [Check(key, verdicts.get(key, "pass"), found) for key, found in FOUND.items()]


def spoken(text, language: str) -> str:
    return " ".join(text.in_language(language).replace("\u2060", "").split())


def both(text) -> tuple[str, str]:
    return spoken(text, "ru"), spoken(text, "uk")


def test_the_headline():
    got = passport.trust(checks(stated="not checked"), account(), formats=ALL).text
    assert both(got) == (
        "Оценка данных — A: пройдены все проверки, от которых она зависит (4). В журнале заказов учтено 69 579 из "
        "69 659 строк (99,89 %); он охватывает 546 дней.",
        "Оцінка даних — A: пройдено всі перевірки, від яких вона залежить (4). У журналі замовлень враховано 69 579 з "
        "69 659 рядків (99,89%); він охоплює 546 днів.",
    )
    got = passport.trust(checks(history="warn"), account(), formats=ALL).text
    assert spoken(got, "ru").startswith(
        "Оценка данных — B: из проверок, от которых она зависит (5), пройдено 4. В"
    )
    assert spoken(got, "uk").startswith(
        "Оцінка даних — B: із перевірок, від яких вона залежить (5), пройдено 4. У"
    )


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian", "days"),
    [
        (1, "из 1 строки", "з 1 рядка", ("1 день", "1 день")),
        (2, "из 2 строк", "з 2 рядків", ("2 дня", "2 дні")),
        (5, "из 5 строк", "з 5 рядків", ("5 дней", "5 днів")),
        (11, "из 11 строк", "з 11 рядків", ("11 дней", "11 днів")),
        (21, "из 21 строки", "з 21 рядка", ("21 день", "21 день")),
    ],
)
def test_rows_and_days_are_counted(number, russian, ukrainian, days):
    found = [Check("history", "pass", number)]
    got = passport.trust(found, account(("used", number, 1.0)), formats=ALL).text
    assert f"В журнале заказов учтено {number} {russian} (" in spoken(got, "ru")
    assert f"У журналі замовлень враховано {number} {ukrainian} (" in spoken(got, "uk")
    assert f"он охватывает {days[0]}." in spoken(got, "ru")
    assert f"він охоплює {days[1]}." in spoken(got, "uk")


def test_the_grade_with_its_reasons():
    got = passport_checks.data_grade(checks(history="warn", mixed="fail", stated="not checked"), formats=ALL)
    assert both(got.next) == (
        "Не пройдено: клиенты, которые могут быть старше журнала. Оговорки: длина журнала. Чтобы получить A: передайте "
        "более длинный журнал; передайте даты регистрации или журнал, который начинается с первых клиентов. Выручка не "
        "сравнивалась с собственным учётом компании; для оценки это не обязательно. Чтобы сравнить, предоставьте "
        "цифру из учёта.",
        "Не пройдено: клієнти, які можуть бути старші за журнал. Застереження: довжина журналу. Щоб отримати A: передайте "
        "довший журнал; передайте дати реєстрації або журнал, який починається з перших клієнтів. Виручку не порівняно із "
        "власним обліком компанії; для оцінки це не обов’язково. Щоб порівняти, надайте цифру з "
        "обліку.",
    )
    assert [both(words) for _, words in got.steps][1] == ("одна-две оговорки", "одне-два застереження")
    (objection,) = passport.objections(checks(history="fail"))
    assert both(objection) == (
        "Данные получили оценку D, потому что не пройдено: длина журнала.",
        "Дані отримали оцінку D, бо не пройдено: довжина журналу.",
    )


@pytest.mark.parametrize(
    ("days", "russian", "ukrainian"),
    [
        (1, "не меньше 1 дня; меньше 1 дня недопустимо", "щонайменше 1 день; менше ніж 1 день неприпустимо"),
        (2, "не меньше 2 дней; меньше 2 дней недопустимо", "щонайменше 2 дні; менше ніж 2 дні неприпустимо"),
        (
            11,
            "не меньше 11 дней; меньше 11 дней недопустимо",
            "щонайменше 11 днів; менше ніж 11 днів неприпустимо",
        ),
        (
            21,
            "не меньше 21 дня; меньше 21 дня недопустимо",
            "щонайменше 21 день; менше ніж 21 день неприпустимо",
        ),
    ],
)
def test_what_a_check_asks_for(days, russian, ukrainian):
    asked = Thresholds(history_days=(days, days))
    got = passport_checks.check_table(checks(), thresholds=asked, formats=ALL).set_index("check")
    assert both(got.loc["Length of the log", "wanted"]) == (russian, ukrainian)
    assert both(got.loc["Unusually long stretch without an order", "wanted"]) == (
        "не дольше, чем обычно уходит на 14 заказов",
        "не довше, ніж зазвичай потрібно на 14 замовлень",
    )


@pytest.mark.parametrize(
    ("weeks", "russian", "ukrainian"),
    [
        (1, "Столбцы за 1 неделю: ", "Стовпці за 1 тиждень: "),
        (2, "Столбцы за 2 недели: ", "Стовпці за 2 тижні: "),
        (5, "Столбцы за 5 недель: ", "Стовпці за 5 тижнів: "),
        (11, "Столбцы за 11 недель: ", "Стовпці за 11 тижнів: "),
        (21, "Столбцы за 21 неделю: ", "Стовпці за 21 тиждень: "),
    ],
)
def test_the_weeks_in_words(weeks, russian, ukrainian):
    weekly = pd.DataFrame({"week": pd.date_range("2025-03-03", periods=weeks, freq="7D"), "amount": 37500.0})
    weekly = weekly.assign(questioned_days=0, is_shift=False)
    weekly.loc[0, ["questioned_days", "is_shift"]] = [2, True]
    got = passport.weekly_alt(weekly, column="amount", formats=ALL)
    assert both(got) == (
        f"{russian}выручка от 37,5 тыс. ₸ до 37,5 тыс. ₸, за последнюю неделю — 37,5 тыс. ₸. Недель, в которых дни без "
        "заказов вызывают вопрос: 1. С 3 марта 2025 г. уровень изменился надолго.",
        f"{ukrainian}виручка від 37,5 тис. ₸ до 37,5 тис. ₸, за останній тиждень — 37,5 тис. ₸. Тижнів, у яких дні без "
        "замовлень викликають питання: 1. З 3 березня 2025 р. рівень змінився надовго.",
    )


def test_tables_speak_every_language_but_leave_the_clients_words():
    rows = account()
    got = passport_tables.account_table(rows, formats=ALL)
    assert both(got.cells[3][0]) == ("сумму не удаётся прочитать", "суму не вдається прочитати")
    policies = passport_tables.policy_table(Policies(), rows, NOBODY, formats=ALL)
    assert both(policies.cells[3][0]) == ("Клиенты, исключённые поимённо", "Клієнти, виключені поіменно")
    assert both(policies.cells[3][-1]) == ("exclude_customers = none",) * 2  # as it is set
    cells = pd.DataFrame(
        {"file": "o.csv", "row": 7, "line": 8, "column": ["Amount", "beyond the last column"]}
    ).assign(use=["bad_amount", "ragged"], found="x")
    unreadable = passport_tables.unreadable_table(cells, rows, formats=ALL)
    assert both(unreadable.cells[0][2]) == ("Amount", "Amount")
    assert both(unreadable.cells[1][2]) == ("за последним столбцом", "за останнім стовпцем")
    assert both(unreadable.note) == ("Показаны 2 из 80.", "Показано 2 з 80.")


@pytest.mark.parametrize(
    ("listed", "russian"), [(1, "Показана 1 из 80."), (5, "Показано 5 из 80."), (21, "Показано 10 из 80.")]
)
def test_a_cut_list_says_how_many_there_are(listed, russian):
    cells = pd.DataFrame({"file": "o.csv", "line": range(listed), "column": "paid", "use": "bad_amount"})
    got = passport_tables.unreadable_table(cells.assign(row=1, found="x"), account(), formats=ALL)
    assert spoken(got.note, "ru") == russian

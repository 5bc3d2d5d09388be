"""What the what-if says in Russian and Ukrainian, word for word."""

from dataclasses import replace

import matplotlib.style
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from test_pulse_languages import sentences
from test_what_if import WORTH, base

from retention_utils.charts.canvas import PIXEL, plot_width
from retention_utils.charts.figure import STYLE
from retention_utils.charts.what_if import break_even_lines, worth_lines
from retention_utils.findings import what_if as says
from retention_utils.findings import what_if_budget as tells
from retention_utils.formats import Formats
from retention_utils.what_if.budget import BreakEven, BudgetSplit

ALL = Formats("en,ru,uk", "EUR")
SPLIT = BudgetSplit(2, "2024-02", "2024-04", 150.0, 50.0, 0.571)


def test_the_worth_in_both_languages():
    short = base(survivors=0, survivors_stayed=0)
    got = says.retention_worth(WORTH, short, money="margin", follow_up_days=180, formats=ALL)
    assert sentences(got.text) == (
        "Один пункт удержания приносит 2 500 € маржи за 12 месяцев (95%-й интервал 2 000–3 000 €): это 5,4 % сверх "
        "ожидаемого. Так было бы, если бы каждый месяц из ста нынешних активных клиентов (их 1 000) оставалось на одного "
        "больше; если бы на пять, это дало бы 14 тыс. €. Добьётся ли этого какая-либо мера, неизвестно. Как "
        "быстро дальше уходят те, кто остался, пока неизвестно: предполагается тот же темп.",
        "Один пункт утримання приносить 2 500 € маржі за 12 місяців (95%-й інтервал 2 000–3 000 €): це 5,4% понад "
        "очікуване. Так було б, якби щомісяця зі ста нинішніх активних клієнтів (їх 1 000) залишалося на одного більше; "
        "якби на п’ять, це дало б 14 тис. €. Чи досягне цього якийсь захід, невідомо. Як швидко далі йдуть ті, хто "
        "залишився, поки невідомо: припускається той самий темп.",
    )
    revenue = says.retention_worth(WORTH, base(), money="revenue", follow_up_days=180, formats=ALL)
    assert "приносит 2 500 € выручки за" in sentences(revenue.text)[0]


def test_the_budget_in_both_languages():
    assert sentences(tells.budget_share(SPLIT, target=0.26, formats=ALL).text) == (
        "На удержание клиентов ушло 25,0 % всех расходов на них: меньше намеченных 26 % (цель задана в этом отчёте). "
        "Всего на клиентов потрачено 200 € (февраль 2024 г. – апрель 2024 г.). Клиенты, пришедшие в более ранние месяцы, принесли 57,1 % "
        "выручки.",
        "На утримання клієнтів пішло 25,0% усіх витрат на них: менше, ніж намічено (26%; ціль задано в цьому звіті). "
        "Усього на клієнтів витрачено 200 € (лютий 2024 р. – квітень 2024 р.). Клієнти, які прийшли в раніші місяці, принесли 57,1% виручки.",
    )
    reached = sentences(tells.budget_share(SPLIT, target=0.25, formats=ALL).text)
    assert "расходов на них: не меньше намеченных 25 %" in reached[0]
    assert "витрат на них: не менше, ніж намічено (25%;" in reached[1]
    assert sentences(tells.budget_kpi(SPLIT, formats=ALL).basis) == (
        "расходы за 2 месяца",
        "витрати за 2 місяці",
    )
    year = replace(SPLIT, periods=1, first_period="2025", last_period="2025")
    assert sentences(tells.budget_kpi(year, formats=ALL).basis) == ("расходы за 1 год", "витрати за 1 рік")
    assert (
        "пришедшие в более ранние годы"
        in sentences(tells.budget_share(year, target=0.25, formats=ALL).text)[0]
    )


@pytest.mark.parametrize(
    ("even", "grain", "russian", "ukrainian"),
    [
        (BreakEven(0, 0, 9), "week", "Все вместе клиенты окупают расходы на своё привлечение на той же неделе, на которой пришли; то, что они покупают позже, — выигрыш. Нужно ли новым больше времени, сказано в главе о ценности клиентов.", "Усі разом клієнти окуповують витрати на своє залучення того самого тижня, коли прийшли; те, що вони купують пізніше, — виграш. Чи потрібно новим більше часу, сказано в розділі про цінність клієнтів."),
        (BreakEven(4, 3, 9), "month", "Расходы на привлечение клиентов окупаются к 4-му месяцу после прихода; если бы после первого месяца клиенты тратили на каждую покупку на 10 % больше, это случилось бы к 3-му месяцу.", "Витрати на залучення клієнтів окуповуються до 4-го місяця після приходу; якби після першого місяця клієнти витрачали на кожну покупку на 10% більше, це сталося б до 3-го місяця."),
        (BreakEven(None, 8, 2), "year", "За 2 года наблюдения расходы на привлечение клиентов не окупились; если бы после первого года клиенты тратили на каждую покупку на 10 % больше, расходы окупились бы к 8-му году.", "За 2 роки спостереження витрати на залучення клієнтів не окупилися; якби після першого року клієнти витрачали на кожну покупку на 10% більше, витрати окупилися б до 8-го року."),
        (BreakEven(None, None, 21), "week", "За 21 неделю наблюдения расходы на привлечение клиентов не окупились и не окупились бы, если бы после первой недели клиенты тратили на каждую покупку на 10 % больше.", "За 21 тиждень спостереження витрати на залучення клієнтів не окупилися й не окупилися б, якби після першого тижня клієнти витрачали на кожну покупку на 10% більше."),
        (BreakEven(None, None, 5), "days", "За 5 периодов наблюдения расходы на привлечение клиентов не окупились и не окупились бы, если бы после первого периода клиенты тратили на каждую покупку на 10 % больше.", "За 5 періодів спостереження витрати на залучення клієнтів не окупилися й не окупилися б, якби після першого періоду клієнти витрачали на кожну покупку на 10% більше."),
    ],
)  # fmt: skip
def test_break_even_in_both_languages(even, grain, russian, ukrainian):
    got = tells.earned_back(even, upsell_share=0.1, grain=grain, formats=ALL)
    assert sentences(got.text) == (russian, ukrainian)


def test_the_pictures_are_described_in_both_languages():
    assert sentences(says.worth_alt(WORTH, formats=ALL)) == (
        "Выгода растёт с каждым пунктом; 5 пунктов дают 14 тыс. € за 12 месяцев и 32 тыс. € за 24 месяца.",
        "Вигода зростає з кожним пунктом; 5 пунктів дають 14 тис. € за 12 місяців і 32 тис. € за 24 місяці.",
    )
    one = says.worth_alt(WORTH[WORTH["points"] == 1], formats=ALL)
    assert (
        one
        == "The worth rises with every point; 1 point is worth €2,500 over 12 months and €5,000 over 24 months."
    )
    assert sentences(one)[0].startswith("Выгода растёт с каждым пунктом; 1 пункт даёт 2 500 €")


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("width", [740, 332])
def test_every_word_of_the_charts_stands_inside(width, language):
    curve = pd.DataFrame({"age": [0, 1], "plain": [-1.5, 0.5], "upsell": [-1.5, 1.5]})
    worth = WORTH.assign(extra=WORTH["extra"] * 100)
    for draw, table in ((worth_lines, worth), (break_even_lines, curve)):
        with matplotlib.style.context(STYLE):
            drawing = Drawing(figsize=(width * PIXEL, 300 * PIXEL))
            FigureCanvasAgg(drawing)
            ax = draw(table, formats=Formats(language), ax=drawing.add_axes((0.1, 0.1, 0.8, 0.8)))
            drawing.draw_without_rendering()
        boxes = [ax.get_tightbbox(), *(text.get_window_extent() for text in drawing.texts)]
        right = drawing.get_window_extent().x1
        assert all(box.x0 >= -1 and box.x1 <= right + 1 for box in boxes), boxes
        assert plot_width(ax) > 0.4 * width

"""What the what-if says in Russian and Ukrainian, word for word."""

import matplotlib.style
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from test_pulse_languages import sentences
from test_what_if import SAVED, WORTH, base

from retention_utils.charts.canvas import PIXEL, plot_width
from retention_utils.charts.figure import STYLE
from retention_utils.charts.what_if import break_even_lines, worth_lines
from retention_utils.findings import what_if as says
from retention_utils.findings import what_if_budget as tells
from retention_utils.formats import Formats
from retention_utils.what_if.budget import BreakEven, BudgetSplit
from retention_utils.what_if.worth import SavedCustomer

ALL = Formats("en,ru,uk", "EUR")
SPLIT = BudgetSplit(2, "2024-02", "2024-04", 150.0, 50.0, 0.571)


def test_the_worth_in_both_languages():
    short = base(survivors=0, survivors_stayed=0)
    got = says.retention_worth(WORTH, short, money="margin", follow_up_days=180, formats=ALL)
    assert sentences(got.text) == (
        "Если бы каждый месяц из ста активных клиентов оставалось на одного больше, нынешние активные клиенты (их "
        "1 000) за 12 месяцев принесли бы на 2 500 € больше маржи (95%-й интервал 2 000–3 000 €), то есть 5,4 % сверх "
        "ожидаемого. Если бы на пять больше, это дало бы 14 тыс. €; добьётся ли этого какая-либо мера, неизвестно. Как "
        "быстро дальше уходят те, кто остался, пока неизвестно: предполагается тот же темп.",
        "Якби щомісяця зі ста активних клієнтів залишалося на одного більше, нинішні активні клієнти (їх 1 000) за 12 "
        "місяців принесли б на 2 500 € більше маржі (95%-й інтервал 2 000–3 000 €), тобто 5,4% понад очікуване. Якби "
        "на п’ять більше, це дало б 14 тис. €; чи досягне цього якийсь захід, невідомо. Як швидко далі йдуть ті, хто "
        "залишився, поки невідомо: припускається той самий темп.",
    )
    revenue = says.retention_worth(WORTH, base(), money="revenue", follow_up_days=180, formats=ALL)
    assert "на 2 500 € больше выручки (" in sentences(revenue.text)[0]


def test_without_a_base_in_both_languages():
    got = says.most_per_save(None, kept=(0.05, 0.2), margin=0.4, follow_up_days=21, formats=ALL)
    assert sentences(got.text) == (
        "Сколько можно потратить на удержание клиента, пока сказать нельзя: для этого нужно не менее 100 клиентов, "
        "которые были активны за 21 день до конца периода, и не менее 20 из них должны были с тех пор уйти. "
        "История слишком коротка или активная база слишком мала.",
        "Скільки можна витратити на утримання клієнта, поки сказати не можна: для цього потрібно не менше 100 "
        "клієнтів, які були активними за 21 день до кінця періоду, і не менше 20 з них мали відтоді піти. "
        "Історія закоротка, або активна база надто мала.",
    )


def test_most_per_save_in_both_languages():
    got = says.most_per_save(SAVED, kept=(0.05, 0.2), margin=0.4, follow_up_days=180, formats=ALL)
    assert sentences(got.text) == (
        "Обращение к одному клиенту, чтобы его удержать, окупается, если обходится не дороже 0,43–1,74 €: это при том, "
        "что из тех, к кому обратятся, иначе ушли бы 10 % и из них благодаря этому останутся 5–20 %; если в списке "
        "уходящих больше — во столько же раз дороже. От активного клиента ожидается гораздо больше — 87 € маржи за "
        "ближайшие 12 месяцев (95%-й интервал 81–92 €), но большинство осталось бы и так. Доля удержанных — допущение, "
        "то же, что в сборнике мер; проверить его может только тест, в котором к части клиентов обращаются, а к части "
        "— нет.",
        "Звернення до одного клієнта, щоб його втримати, окупається, якщо обходиться не дорожче ніж 0,43–1,74 €: це за "
        "умови, що з тих, до кого звернуться, інакше пішли б 10% і з них завдяки цьому залишаться 5–20%; якщо в списку "
        "таких більше — у стільки ж разів дорожче. Від активного клієнта очікується значно більше — 87 € маржі за "
        "найближчі 12 місяців (95%-й інтервал 81–92 €), але більшість залишилася б і так. Частка втриманих — "
        "припущення, те саме, що у збірнику заходів; перевірити його може лише тест, у якому до частини клієнтів "
        "звертаються, а до частини — ні.",
    )


@pytest.mark.parametrize(
    ("months", "russian", "ukrainian"),
    [
        (1, "ближайший 1 месяц", "найближчий 1 місяць"),
        (2, "ближайшие 2 месяца", "найближчі 2 місяці"),
        (5, "ближайшие 5 месяцев", "найближчі 5 місяців"),
        (11, "ближайшие 11 месяцев", "найближчі 11 місяців"),
        (21, "ближайший 21 месяц", "найближчий 21 місяць"),
    ],
)
def test_months_take_their_case(months, russian, ukrainian):
    saved = SavedCustomer(months, 86.8, 81.3, 91.9)
    got = says.most_per_save(saved, kept=(0.05, 0.2), margin=1.0, follow_up_days=180, formats=ALL)
    assert sentences(got.text) == (
        f"Ожидается, что за {russian} активный клиент принесёт 87 € выручки (95%-й интервал 81–92 €). Какую часть "
        "этого можно потратить на удержание клиента, без маржи сказать нельзя; укажите её.",
        f"Очікується, що за {ukrainian} активний клієнт принесе 87 € виручки (95%-й інтервал 81–92 €). Яку частину "
        "цього можна витратити на утримання клієнта, без маржі сказати не можна; укажіть її.",
    )


def test_the_budget_in_both_languages():
    assert sentences(tells.budget_share(SPLIT, target=0.26, formats=ALL).text) == (
        "Из 200 €, потраченных на клиентов (февраль 2024 г. – апрель 2024 г.), на их удержание ушло 25,0 %: меньше "
        "намеченных 26 % (цель задана в этом отчёте). Клиенты, пришедшие в более ранние периоды, принесли 57,1 % "
        "выручки.",
        "Із 200 €, витрачених на клієнтів (лютий 2024 р. – квітень 2024 р.), на їх утримання пішло 25,0%: менше, ніж "
        "намічено (26%; ціль задано в цьому звіті). Клієнти, які прийшли в раніші періоди, принесли 57,1% виручки.",
    )
    reached = sentences(tells.budget_share(SPLIT, target=0.25, formats=ALL).text)
    assert "25,0 %: не меньше намеченных 25 %" in reached[0]
    assert "25,0%: не менше, ніж намічено (25%;" in reached[1]
    assert sentences(tells.budget_kpi(SPLIT, formats=ALL).basis) == (
        "расходы за 2 периода",
        "витрати за 2 періоди",
    )


@pytest.mark.parametrize(
    ("even", "grain", "russian", "ukrainian"),
    [
        (BreakEven(0, 0, 9), "week", "Клиенты окупают расходы на своё привлечение на той же неделе, на которой пришли; то, что они покупают позже, — выигрыш.", "Клієнти окуповують витрати на своє залучення того самого тижня, коли прийшли; те, що вони купують пізніше, — виграш."),
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


def test_other_figures_of_an_active_year_are_told_apart():
    orders = says.active_year(SAVED, 97.6, is_contracted=False, formats=ALL)
    assert str(orders.text).replace("\N{WORD JOINER}", "") == (
        "€87 is counted on those who were active before, and is what this report reckons with. The formula spend ÷ "
        "churn, in the chapter on the value of customers, says €98 for a year of the same customers: it takes "
        "everybody to leave at one rate, and counts the first purchases of new customers too. The forecast by model "
        "in that chapter need not agree either: here, who goes quiet counts as gone; the model looks at each "
        "customer's own purchases and expects some to come back."
    )
    contracts = says.active_year(SAVED, None, is_contracted=True, formats=ALL)
    assert sentences(contracts.text) == (
        "87 € — подсчитано по тем, кто был активен раньше; на эту цифру отчёт и опирается. Здесь деньги зарабатываются "
        "день за днём, поэтому заплаченное вперёд сюда входит; прогноз в той главе — о платежах, которые ещё предстоят."
        "",
        "87 € — пораховано за тими, хто був активним раніше; на цю цифру звіт і спирається. Тут гроші заробляються "
        "день за днем, тому сплачене наперед сюди входить; прогноз у тому розділі — про платежі, які ще попереду.",
    )
    tried = base(amount_per_customer=60.0, amount_before=30.0)
    rough = says.active_year(SAVED, 97.6, tried, is_contracted=False, formats=ALL).text
    assert (
        str(rough)
        .replace("\N{WORD JOINER}", "")
        .endswith(
            "Tried 180 days ago, the count was 50.0% too low for what active customers have brought since: those active "
            "then were not like those before them. Take the figure here as rough, and rather the forecast by model "
            "where there is one."
        )
    )
    assert "занижен на 50,0 %" in sentences(rough)[0]
    assert "заниженим на 50,0%" in sentences(rough)[1]
    near = says.active_year(SAVED, 97.6, base(amount_before=62.0), is_contracted=False, formats=ALL).text
    assert str(near).endswith("was 3.3% too high for what active customers have brought since.")
    card = says.most_per_save_kpi(SAVED, tried, money="margin", formats=ALL)
    assert (str(card.interval), str(card.basis), card.verdict) == (
        "", "tried 180 days ago, this count was 50.0% too low", "with reservations"
    )  # fmt: skip
    assert says.most_per_save_kpi(SAVED, base(amount_before=62.0), money="margin", formats=ALL).interval
    assert says.active_year(None, 97.6, is_contracted=True, formats=ALL) is None
    assert says.active_year(SAVED, None, is_contracted=False, formats=ALL) is None

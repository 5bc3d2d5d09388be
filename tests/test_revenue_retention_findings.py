"""What revenue retention says, in three languages, and what it draws."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing
from test_subscriptions import calendar, contracts

from retention_utils.charts.revenue_retention import bridge_bars, cohort_lines, kept_lines, money_bars
from retention_utils.config import ContractSettings
from retention_utils.findings.revenue_retention import (
    kept_alt,
    kept_answers,
    money_moved,
    revenue_kept,
    revenue_kept_year,
)
from retention_utils.findings.revenue_retention_contracts import leavers
from retention_utils.findings.revenue_retention_kpis import (
    failed_payments_kpi,
    failed_revenue_kpi,
    kept_kpi,
    leaving_kpi,
    mrr_kpi,
    per_customer_kpi,
    quick_ratio_kpi,
)
from retention_utils.findings.revenue_retention_plans import plan_that_loses_most, renewals
from retention_utils.findings.revenue_retention_tables import (
    bridge_steps,
    bridge_table,
    rates_table,
    years_table,
)
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.playbook.engine import judge
from retention_utils.playbook.rules import read_playbook
from retention_utils.revenue_retention import order_account
from retention_utils.stats import ratio_interval
from retention_utils.subscriptions.account import contract_account
from retention_utils.subscriptions.leavers import LeaverSplit
from retention_utils.subscriptions.plans import PlanDifference
from retention_utils.subscriptions.renewals import RenewalChange, Renewals

SAY = Formats("en,ru,uk", "EUR")
# January: ann 100, bob 200, cem 50. February: ann 130, cem gone, dee 20. March: bob half.
ROWS = [
    {"customer_id": "ann", "end": "2024-02-05"},
    {"customer_id": "ann", "start": "2024-02-05", "amount": 130.0},
    {"customer_id": "bob", "amount": 200.0, "end": "2024-03-05"},
    {"customer_id": "bob", "start": "2024-03-05", "amount": 100.0},
    {"customer_id": "cem", "amount": 50.0, "end": "2024-02-05"},
    {"customer_id": "dee", "start": "2024-02-05", "amount": 20.0},
]


def plain(text, language: str = "en") -> str:
    """A text without what keeps words together."""
    return re.sub("[\u00a0\u202f]", " ", text.in_language(language)).replace("\u2060", "")


@pytest.fixture(scope="module")
def found():
    days = calendar("2024-03")
    how = {"settings": ContractSettings(), "grain": "month", "as_of": days["last_day"].iloc[-1]}
    return contract_account(contracts(*ROWS), days, min_customers=1, **how)


def bridge(**changes) -> pd.DataFrame:
    """Three months of orders, each account alike but for the changes of the last."""
    row = {
        "opening": 1000.0, "new": 300.0, "reactivation": 100.0, "expansion": 50.0, "contraction": 150.0,
        "churn": 200.0, "closing": 1100.0, "customers_opening": 40, "customers_new": 10,
        "customers_reactivation": 5, "customers_churn": 8, "customers_closing": 47, "opening_squares": 30000.0,
        "closing_squares": 31000.0, "kept_squares": 20000.0, "kept_products": 19000.0,
        "capped_squares": 15000.0, "capped_products": 16000.0,
    }  # fmt: skip
    rows = [{**row, "period_number": number, "span": "period"} for number in range(3)]
    rows[-1] |= changes
    return pd.DataFrame(rows)


def of_orders(**changes):
    days = calendar("2024-03")
    how = {"as_of": days["last_day"].iloc[-1].date(), "history_start": days["first_day"].iloc[0].date()}
    return order_account(bridge(**changes), days, min_customers=20, **how)


def test_contracts_say_how_much_was_kept(found):
    said = revenue_kept(found.revenue, min_customers=1, formats=SAY)
    assert said.is_headline
    assert plain(said.text) == (
        "Of the monthly recurring revenue at the start of March 2024, 71.4% was kept to its end "
        "(95% interval 39.5–103.3%). That is €250 of €350. In February 2024 it was 94.3%: a change "
        "of −22.9 points (95% interval −69.3 to +23.6 points)."
    )
    assert said.verdict == "no clear change"


def test_a_stretch_of_days_is_not_called_a_year():
    days = calendar("2024-03")
    how = {"settings": ContractSettings(), "as_of": days["last_day"].iloc[-1], "min_customers": 1}
    account = contract_account(contracts(*ROWS), days, grain="days", **how).revenue
    assert account.year_rates.empty
    assert len(account.rates) == 3
    assert years_table(account, formats=SAY) is None


def test_orders_say_it_of_the_same_customers():
    said = revenue_kept(of_orders(), min_customers=20, formats=SAY)
    start = "Of what customers spent in February 2024, the same customers spent 70.0% again in March 2024 ("
    assert str(said.text).startswith(start)
    assert "). That is €700 of €1,000; leaving out what anyone paid more, 65.0%" in str(said.text)
    assert said.verdict == "no clear change"
    assert plain(said.text, "ru").startswith(
        "Из того, что клиенты потратили за февраль 2024 г., те же клиенты снова потратили 70,0"
    )
    assert plain(said.text, "uk").startswith(
        "З того, що клієнти витратили за лютий 2024 р., ті самі клієнти знову витратили 70,0"
    )


def years(before, now) -> pd.DataFrame:
    """Two years of rates, each from its net and its gross rate."""
    rows = [
        {
            "period": period, "net": net, "net_low": net - 0.03, "net_high": net + 0.03, "gross": gross,
            "gross_low": gross - 0.02, "gross_high": gross + 0.02, "opening": 1000.0, "customers_opening": 40,
            "customers_churn": 8, "customer_churn": 0.2, "churn_low": 0.1, "churn_high": 0.35, "churn": 150.0,
        }
        for period, (net, gross) in zip(("2023-03", "2024-03"), (before, now), strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("now", "verdict", "losses"),
    [
        ((0.90, 0.70), "worse", False),
        ((1.02, 0.80), "better", True),
        ((1.02, 0.71), "no clear change", False),
    ],
)
def test_the_year_is_the_answer_and_no_calmer_than_its_figures(found, now, verdict, losses):
    account = replace(found.revenue, year_rates=years((1.0, 0.7), now), year_step=1)
    year, period = kept_answers(account, period="2024-03", min_customers=1, formats=SAY)
    assert (year.key, year.is_headline, year.verdict) == ("revenue_kept_year", True, verdict)
    assert (period.key, period.is_headline) == ("revenue_kept", False)
    assert plain(year.text).endswith(
        "8 had left (20.0%, 95% interval 10.0–35.0%); they had brought 15.0% of the revenue."
    )
    assert ("Not counting increases, it was 70.0%: a change of +10.0 points (" in plain(year.text)) == losses
    assert (
        str(year.brief).endswith("not counting increases (+10.0 points against a year earlier)")
    ) == losses
    assert (" Без прироста было 70,0 %: изменение на +10,0 п. п. (" in plain(year.text, "ru")) == losses
    assert (" Без приросту було 70,0%: зміна на +10,0 в. п. (" in plain(year.text, "uk")) == losses


@pytest.mark.parametrize(("gained", "is_said"), [(400.0, True), (299.0, False)])
def test_a_base_that_grows_though_less_is_kept_is_told(gained, is_said):
    # 700 of 1,000 came again; with 250 of new customers and 150 of those who came back it is 1,100 in all.
    rates = years((0.8, 0.6), (0.7, 0.5)).assign(new=250.0, reactivation=gained - 250, closing=700 + gained)
    year = revenue_kept_year(
        replace(of_orders(), year_rates=rates, year_step=1), period="2024-03", formats=SAY
    )
    told = (
        "All customers together brought €1,100, €400 of it from those who had bought nothing the year before."
    )
    assert (told in plain(year.text)) == is_said
    assert plain(year.text).startswith(
        "In the last twelve months, the customers of the year before brought 70.0% of what they had spent then (95% "
        "interval 67.0–73.0%). To the end of March 2024, that is €700 of €1,000; not counting increases, 50.0%."
    )
    assert plain(year.text, "ru").startswith(
        "За последние двенадцать месяцев клиенты предыдущего года принесли 70,0 % того, что потратили за тот год (95%-й "
        "интервал 67,0–73,0 %). Посчитано по март 2024 г.: 700 € из 1 000 €; без учёта прироста — 50,0 %."
    )
    assert plain(year.text, "uk").startswith(
        "За останні дванадцять місяців клієнти попереднього року принесли 70,0% того, що витратили за той рік (95%-й "
        "інтервал 67,0–73,0%). Пораховано по березень 2024 р.: 700 € з 1 000 €; без урахування приросту — 50,0%."
    )
    assert (
        "Все клиенты вместе принесли 1 100 €, из них 400 € — те, кто" in plain(year.text, "ru")
    ) == is_said
    assert ("Усі клієнти разом принесли 1 100 €, з них 400 € — ті, хто" in plain(year.text, "uk")) == is_said


def test_a_report_of_a_year_says_once_how_much_was_kept(found):
    account = replace(found.revenue, year_rates=years((1.0, 0.7), (0.9, 0.7)), year_step=1)
    (only,) = kept_answers(account, period="2024", min_customers=1, formats=SAY)
    assert (only.key, only.is_headline) == ("revenue_kept_year", True)


def test_without_a_year_the_period_is_the_answer(found):
    period, year = kept_answers(found.revenue, period="2024-03", min_customers=1, formats=SAY)
    assert (period.is_headline, year.is_headline) == (True, False)


def test_too_little_is_said_to_be_too_little(found):
    empty = order_account(
        None, calendar("2024-03"), as_of=pd.Timestamp("2024-03-31").date(), min_customers=21,
        history_start=pd.Timestamp("2024-01-01").date(),
    )  # fmt: skip
    said = revenue_kept(empty, min_customers=21, formats=SAY)
    assert said.verdict == "not enough data"
    assert plain(said.text, "ru").startswith(
        "Сколько денег сохраняется, пока сказать нельзя. Нужно не меньше 21 клиента с действующим договором"
    )
    assert revenue_kept_year(found.revenue, period="2024-03", formats=SAY).verdict == "not enough data"
    assert money_moved(empty, formats=SAY).verdict == "not enough data"
    assert (
        kept_alt(empty.rates, formats=SAY) == "How much of the revenue was kept is not known in any period."
    )
    assert kept_kpi(empty, rate="net", formats=SAY).number is None
    assert [kpi(empty, formats=SAY) for kpi in (mrr_kpi, leaving_kpi, quick_ratio_kpi, per_customer_kpi)] == [
        None
    ] * 4
    assert bridge_steps(empty, formats=SAY).empty


def test_what_moved_the_money_is_told_with_its_account(found):
    said = money_moved(found.revenue, formats=SAY)
    assert str(said.text).startswith(
        "Monthly recurring revenue went from €350 to €250 in March 2024 (−€100, "
    )
    assert str(said.text).endswith(
        "Gained: €0 from new customers, €0 from those who came back, €0 from those who pay more. "
        "Lost: €100 from those who pay less, €0 from those who left."
    )
    of_order = str(money_moved(of_orders(), formats=SAY).text)
    assert of_order.startswith("Revenue went from €1,000 to €1,100 in March 2024 (+€100, ")
    assert of_order.endswith("Lost: €150 from those who spent less, €200 from those who bought nothing.")


SPLIT = LeaverSplit(
    "2024-01", "2024-12", 20, 5, 1, 0.2, 0.09, 0.39, 0.004, 0.008, 123.4, -0.004, -0.007, -0.001
)


def test_leavers_are_split_by_what_ended_their_contracts():
    said = leavers(SPLIT, grain="month", formats=SAY)
    assert said.verdict == "better"
    assert plain(said.text) == (
        "From January 2024 to December 2024, 26 customers left: 20 by choice, 5 because a payment failed (20.0% of "
        "those known, 95% interval 9.0–39.0%); of 1 the list does not say which. Failed payments cost 0.40% of the "
        "customers a month, after 0.80% before that: a change of −0.4 points (95% interval −0.7 to −0.1 points)."
    )
    assert "Ушли 26 клиентов" not in plain(said.text, "uk")
    assert "26 клієнтів" in plain(said.text, "uk")
    assert leavers(None, grain="month", formats=SAY).verdict == "not enough data"
    assert "39.0%). Failed" in plain(leavers(replace(SPLIT, unknown=0), grain="month", formats=SAY).text)
    one = leavers(replace(SPLIT, first_period="2024-12"), grain="year", formats=SAY).text
    assert str(one).startswith("In December 2024, 26 customers left:")


def test_failed_payments_fire_their_rule_with_what_they_cost():
    share, money = (kpi(SPLIT, formats=SAY) for kpi in (failed_payments_kpi, failed_revenue_kpi))
    assert (share.number, money.number) == (0.2, 1480.0)  # twelve times 123.40, to three digits
    assert failed_payments_kpi(None, formats=SAY) is failed_revenue_kpi(None, formats=SAY) is None
    said = [leavers(SPLIT, grain="month", formats=SAY), share, money]
    items = tuple((item.kind, {**vars(item), "text": getattr(item, "text", "")}) for item in said)
    fired = judge(read_playbook(), [ShownItems("05_revenue_retention", items)], margin=0.5).fired
    assert [(rule.rule.id, rule.margin_at_stake) for rule in fired] == [("X02", 740.0)]


def test_renewals_are_said_share_first():
    days = (pd.Timestamp("2023-12-02"), pd.Timestamp("2024-12-01"))
    change = RenewalChange(*days, 25, 11, 0.44, 0.1, 0.9, 0.5, -0.1, -0.3, 0.1)
    said = renewals(Renewals("quarter", pd.DataFrame(), change), formats=SAY)
    assert (said.key, said.verdict) == ("renewal_quarter", "no clear change")
    assert plain(said.text, "ru").startswith(
        "Из договоров с оплатой за квартал, срок которых подошёл, продлено 44,0 % (11 из 25, 95%-й интервал"
    )
    assert plain(said.text, "uk").startswith(
        "Із договорів з оплатою за квартал, строк яких настав, продовжено 44,0% (11 з 25, 95%-й інтервал"
    )
    assert renewals(Renewals("year", pd.DataFrame(), None), formats=SAY) is None


def test_renewals_word_for_word():
    days = (pd.Timestamp("2023-12-02"), pd.Timestamp("2024-12-01"))
    change = RenewalChange(*days, 1152, 983, 0.853, 0.832, 0.873, 0.866, -0.013, -0.042, 0.016)
    said = renewals(Renewals("year", pd.DataFrame(), change), formats=SAY)
    assert said.key == "renewal"
    assert plain(said.text) == (
        "Of contracts paid by the year, 85.3% were renewed when they came up (983 of 1,152, 95% interval 83.2–87.3%). "
        "Counted are those due from 2 December 2023 to 1 December 2024; later ones can be judged only once their "
        "days of grace are over. In the year before that it was 86.6%: a change of −1.3 points (95% interval −4.2 to "
        "+1.6 points)."
    )


LOSES = PlanDifference("year", "Online", 3, 189, 0.376, 0.31, 0.447, 0.102, 0.274, 0.19, 0.362)


def test_the_plan_that_loses_most_word_for_word():
    said = plan_that_loses_most(LOSES, grain="year", formats=SAY)
    assert (said.key, said.verdict) == ("plan_loses_year", "yes")
    assert plain(said.text) == (
        "Of the plans paid by the year, “Online” loses the most: 37.6% of its contracts were not renewed (95% interval "
        "31.0–44.7%), of the others together 10.2%. Counted are the contracts that came up in the last year that can "
        "be judged. The difference of +27.4 points (95% interval +19.0 to +36.2 points, allowing for its having been "
        "picked out of 3 plans) is more than chance; another plan may draw another kind of customer, so it is no "
        "proof that the plan makes them leave."
    )
    assert plain(said.text, "ru").startswith(
        "Из тарифов с оплатой за год больше всего теряет «Online»: не продлено 37,6 % договоров (95%-й интервал "
        "31,0–44,7 %), у остальных вместе — 10,2 %. Учтены договоры, срок которых подошёл за последний год, о"
    )
    assert plain(said.brief) == "of “Online” 37.6% were not renewed, of the others 10.2%"
    assert plain(said.brief, "uk") == "тариф «Online»: не продовжено 37,6% договорів, за рештою — 10,2%"
    two = replace(LOSES, billed_every="month", plans=2, difference_low=-0.01)
    said = plan_that_loses_most(two, grain="month", formats=SAY)
    assert said.verdict == "no clear change"
    assert (
        "37.6% of its customers leave a month (95% interval 31.0–44.7%), of the other plan 10.2%."
        in plain(said.text)
    )
    assert plain(said.text).endswith("+36.2 points) may be chance.")
    assert plain(said.brief) == "of “Online” 37.6% leave a month, of the other plan 10.2%"
    assert (
        plain(said.brief, "ru")
        == "тариф «Online»: уходят 37,6 % клиентов за месяц, по другому тарифу — 10,2 %"
    )
    assert plain(said.text, "uk").startswith(
        "Із тарифів з оплатою за місяць найбільше втрачає «Online»: за місяць іде 37,6% його клієнтів ("
    )


def test_key_figures_carry_their_numbers(found):
    assert mrr_kpi(found.revenue, formats=SAY).number == 250
    assert kept_kpi(found.revenue, rate="gross", formats=SAY).number == 0.7143
    assert leaving_kpi(found.revenue, formats=SAY).number == 0
    assert quick_ratio_kpi(found.revenue, formats=SAY).number == 0
    assert per_customer_kpi(found.revenue, formats=SAY).number == pytest.approx(83.33)
    assert mrr_kpi(of_orders(), formats=SAY) is None
    assert str(mrr_kpi(found.revenue, formats=SAY).basis) == "n = 3"
    yearly = replace(found.revenue, rates=found.revenue.rates.assign(period="2024"))
    assert str(mrr_kpi(yearly, formats=SAY).basis) == "€3,000 a year; n = 3"  # twelve times 250
    basis = quick_ratio_kpi(found.revenue, formats=SAY).basis
    assert str(basis).endswith(" lost of monthly revenue")
    assert str(quick_ratio_kpi(of_orders(), formats=SAY).basis).endswith(" lost")


def test_a_change_of_revenue_has_the_interval_that_its_key_figure_has():
    last = of_orders().rates.iloc[-1]
    totals, squares = (last["closing"], last["opening"]), (last["closing_squares"], last["opening_squares"])
    ends = ratio_interval(totals, squares, products=last["kept_products"])
    assert last[["change_low", "change_high"]].to_list() == pytest.approx(
        [last["opening"] * end for end in ends]
    )


def test_a_change_over_a_year_is_not_taken_for_one_over_a_period():
    account = of_orders(churn=100.0)
    of_period = kept_kpi(account, rate="net", formats=SAY).change
    of_year = kept_kpi(
        replace(account, year_rates=account.rates, year_step=1), rate="net", formats=SAY
    ).change
    assert of_period == "+10.0 points against the month before"
    assert [plain(of_year, language) for language in ("en", "ru", "uk")] == [
        "+10.0 points against a year earlier", "+10,0 п. п. к прошлому году", "+10,0 в. п. проти минулого року",
    ]  # fmt: skip


def test_without_contracts_nobody_is_called_lost(found):
    heads = {column.name: str(column.label) for column in bridge_table(of_orders(), formats=SAY).columns}
    assert (heads["churn"], heads["customers_churn"]) == ("Did not buy", "Customers who did not buy")
    heads = {column.name: str(column.label) for column in bridge_table(found.revenue, formats=SAY).columns}
    assert (heads["churn"], heads["customers_churn"]) == ("Lost", "Customers lost")
    assert "It adds up in 2 of 2 rows." in str(bridge_table(of_orders(), formats=SAY).note)
    assert "It adds up in 1 of 2 rows." in str(bridge_table(of_orders(closing=1101.0), formats=SAY).note)
    assert len(rates_table(found.revenue, formats=SAY).rows) == 3


def axes():
    return Drawing(figsize=(11, 4)).add_axes((0.1, 0.1, 0.8, 0.8))


def test_the_steps_lead_from_before_to_after(found):
    steps = bridge_steps(of_orders(), formats=SAY)
    assert steps["amount"].tolist() == [1000, 300, 100, 50, -150, -200, 1100]
    assert steps["base"].tolist() == [0, 1000, 1300, 1400, 1450, 1300, 0]
    shown = steps.assign(label=[str(label) for label in steps["label"]])
    ax = bridge_bars(shown, formats=SAY.only("en"), ax=axes())
    assert [bar.get_width() for bar in ax.patches] == steps["amount"].tolist()
    assert [bar.get_x() for bar in ax.patches] == steps["base"].tolist()
    assert [label.get_text() for label in ax.get_yticklabels()][-2] == "Did not buy"


def test_charts_show_the_numbers_and_leave_blanks(found):
    rates = found.revenue.rates
    ax = money_bars(rates, formats=SAY.only("en"), ax=axes())
    corners = [path.vertices for drawn in ax.collections for path in drawn.get_paths()]
    heights = [corner[1, 1] - corner[0, 1] for corner in corners]
    assert heights[:3] == pytest.approx(rates["new"].tolist())
    assert sum(heights) == pytest.approx((rates["closing"] - rates["opening"]).sum())
    ax = kept_lines(rates, formats=SAY.only("en"), ax=axes())
    net = ax.lines[1].get_ydata()
    assert pd.isna(net[0])
    assert net[1:].tolist() == rates["net"].tolist()[1:]
    ages = pd.DataFrame({"year": [2023, 2023, 2024], "age": [0, 1, 0], "kept": [1.0, 0.8, 1.0]})
    ax = cohort_lines(ages, formats=SAY.only("ru"), grain="year", ax=axes())
    assert ax.get_xlabel() == "Годы с прихода"
    ax = cohort_lines(ages, formats=SAY.only("en"), ax=axes())
    assert ax.get_xlabel() == "Periods after joining"
    assert [line.get_ydata().tolist() for line in ax.lines] == [[1.0, 0.8]]  # one point makes no line

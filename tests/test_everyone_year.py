"""What all customers bring in a year: the count by hand, its trial, the choice, and what is said of it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm
from test_pulse_languages import said, sentences
from test_what_if import HALF_YEAR, base, states

from retention_utils.findings import value_everyone as says
from retention_utils.formats import Formats
from retention_utils.what_if.active_year import COUNT, Forecast, active_year
from retention_utils.what_if.everyone import everyone_year
from retention_utils.what_if.lapsed import LapsedCount, lapsed_count
from retention_utils.what_if.worth import saved_customer

TERMS = {"margin": 0.4, "annual_discount_rate": 0.1}
ALL = Formats("en,ru,uk", "EUR")
LAPSED = LapsedCount(
    stretch_days=180, lapsed_now=2000, lapsed_before=1500, first=10.0, first_error=1.0, lapsed_earlier=1200,
    second=8.0, second_error=1.5, earlier=9.0,
)  # fmt: skip


def model(missed: float, value: float = 100_000.0) -> Forecast:
    return Forecast("MBG/NBD", value, 0.9 * value, 1.1 * value, missed)


def chosen(*, active: float = 0.2, everyone: float = 0.13, lapsed: LapsedCount | None = LAPSED):
    counted = base(amount_before=57.0)  # 5% too low of the active
    year = active_year(counted, replace(model(active), value=99.0), **TERMS)
    return everyone_year(counted, lapsed, year, model(everyone), **TERMS)


def test_those_who_had_lapsed_on_paper():
    # 120 had lapsed two stretches ago, of whom 30 have bought since and were active one ago; 50 others had lapsed by
    # then. Of the 140 who had lapsed one stretch ago, seven brought 20 each since; of the 120, ten brought 12 each at
    # first, and then three of those and the thirty 8 each.
    earlier = {f"c{number}": 31 for number in range(120)} | {f"n{number}": 5 for number in range(50)}
    before = {name: 10 if name in {f"c{number}" for number in range(30)} else 31 for name in earlier}
    since = {f"c{number}": 8.0 for number in range(33)} | {f"n{number}": 20.0 for number in range(6)}
    got = lapsed_count(
        states(earlier),
        states(before, since),
        states(earlier, {f"c{number}": 12.0 for number in range(10)} | {"n1": 99.0}),
        gap_days=30,
        stretch_days=180,
    )
    assert (got.lapsed_now, got.lapsed_before, got.lapsed_earlier) == (120, 140, 120)
    assert got.first == pytest.approx((3 * 8 + 6 * 20) / 140)
    assert got.second == pytest.approx(33 * 8 / 120)
    assert got.earlier == pytest.approx(10 * 12 / 120)
    assert got.second_error == pytest.approx(np.std([8.0] * 33 + [0.0] * 87, ddof=1) / np.sqrt(120))
    few = states({f"c{number}": 31 for number in range(99)}, {})
    assert lapsed_count(few, few, few, gap_days=30, stretch_days=180) is None


def test_a_year_of_those_who_had_lapsed_is_two_stretches():
    half = replace(LAPSED, stretch_days=HALF_YEAR)
    value, error = half.value(months=12, margin=0.4, annual_discount_rate=0.1)
    # Six months at the middle of the third, six at the middle of the ninth.
    assert value == pytest.approx(0.4 * (10.0 * 1.1**-0.25 + 8.0 * 1.1**-0.75))
    assert error == pytest.approx(0.4 * (1.0 * 1.1**-0.25 + 1.5 * 1.1**-0.75))
    quarter = replace(LAPSED, stretch_days=HALF_YEAR / 2)  # the second goes on for three quarters
    assert quarter.value(months=12, margin=1.0, annual_discount_rate=0.0)[0] == pytest.approx(10.0 + 3 * 8.0)
    double = replace(LAPSED, stretch_days=4 * HALF_YEAR)  # half of the first
    assert double.value(months=12, margin=1.0, annual_discount_rate=0.0)[0] == pytest.approx(5.0)


def test_the_count_of_all_is_that_of_the_active_and_of_those_who_have_lapsed():
    got = chosen()
    assert (got.used.method, got.other.method, got.is_counted) == (COUNT, "MBG/NBD", True)
    assert got.active == pytest.approx(1000 * saved_customer(base(), **TERMS).value)
    gone, error = LAPSED.value(months=12, **TERMS)
    assert got.used.value == pytest.approx(got.active + 2000 * gone)
    # One stretch ago it would have said 1000 x 57 + 1500 x 9 = 70,500; 1000 x 60 + 1500 x 10 = 75,000 came.
    assert got.used.missed == pytest.approx(70_500 / 75_000 - 1)
    # The interval is about as wide as that of two independent normal sums, each with the luck of those to come.
    one = saved_customer(base(), **TERMS)
    spread = (one.high - one.low) / (2 * norm.ppf(0.975)) * 1000 * np.sqrt(2)
    expected = norm.ppf(0.975) * np.hypot(spread, 2000 * error * np.sqrt(1 + 1500 / 2000))
    assert (got.used.high - got.used.low) / 2 == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(
    ("active", "everyone", "is_counted"),
    [
        (0.2, 0.13, True),
        (0.2, 0.01, False),  # the model was nearer for all
        (0.01, 0.13, False),  # and for the active, whose year is the model's then
    ],
)
def test_the_count_is_used_where_it_was_nearer_for_both(active, everyone, is_counted):
    assert chosen(active=active, everyone=everyone).is_counted == is_counted


def test_what_was_not_tried_is_not_chosen_between():
    assert chosen(everyone=float("nan")) is None
    assert chosen(lapsed=None) is None
    assert chosen(lapsed=replace(LAPSED, earlier=float("nan"))) is None


VALUE = SimpleNamespace(customers=3000, margin_share=0.4, annual_discount_rate=0.1)


def test_the_count_is_said_in_every_language():
    got = replace(chosen(), used=Forecast(COUNT, 51_234.0, 45_000.0, 57_000.0, -0.041), active=41_000.0)
    finding = says.counted_worth(got, VALUE, formats=ALL)
    assert (finding.key, finding.verdict, finding.is_headline) == ("worth", "with reservations", True)
    assert said(finding.text, "en") == (
        "All 3,000 customers so far are expected to bring €51.2k of margin in the next 12 months, at what it is worth "
        "today (95% interval €45k–57k). Of this, €41k is from the 1,000 who are active. This is counted on customers of before: "
        "tried 180 days ago on what has come since, the count was 4.1% too low, the model 13.0% too high. The model "
        "expects €100k."
    )
    russian, ukrainian = sentences(finding.text)
    assert (
        "все, кто уже покупал (клиентов: 3 000), по прогнозу принесут 51,2 тыс. € маржи в сегодняшней стоимости ("
        in russian
    )
    assert (
        "принесуть 51,2 тис. € маржі в сьогоднішній вартості (95%-й інтервал 45–57 тис. €). Активні клієнти (1 000) дадуть із них 41 тис. €."
        in ukrainian
    )
    assert "у подсчёта занижение на 4,1 %, у модели завышение на 13,0 %" in russian
    assert "у підрахунку заниження на 4,1%, у моделі завищення на 13,0%" in ukrainian
    kpi = says.counted_kpi(got, VALUE, formats=ALL)
    assert (kpi.key, kpi.number, kpi.verdict) == ("expected_value", 51_200, "")
    assert said(kpi.basis, "en") == (
        "3,000 customers; counted on those of before; tried 180 days ago, it was 4.1% too low"
    )
    rough = says.counted_kpi(replace(got, used=replace(got.used, missed=0.11)), VALUE, formats=ALL)
    assert (rough.verdict, rough.interval) == ("with reservations", "")
    one = SimpleNamespace(customers=21, margin_share=1.0, annual_discount_rate=0.0)
    assert sentences(says.counted_kpi(got, one, formats=ALL).basis)[0].startswith(
        "21 клиент; подсчитано по тем"
    )
    assert said(says.model_total(got, formats=ALL), "en") == (
        "By the model, €100k in all; counted, which was nearer on the past, it is €51.2k."
    )


def test_where_two_figures_are_made_in_two_ways_it_says_why():
    counted = chosen()
    assert "Counted is what all customers together bring" in str(
        says.why_two_ways(counted.year, counted, formats=ALL).text
    )
    by_model = chosen(everyone=0.01)
    assert says.model_total(by_model, formats=ALL) is None
    why = str(says.why_two_ways(by_model.year, by_model, formats=ALL).text)
    assert why.startswith("For all customers, those who have lapsed among them, the model was nearer")
    assert "The two do not add up." in str(says.why_two_ways(by_model.year, None, formats=ALL).text)
    of_both = chosen(active=0.01)
    assert says.why_two_ways(of_both.year, of_both, formats=ALL) is None
    assert says.why_two_ways(None, None, formats=ALL) is None

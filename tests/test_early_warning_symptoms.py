"""Symptoms: the series by hand, trends against the exact distribution, splits that add up, false alarms counted."""

from math import comb, factorial
from statistics import median

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mstats, ttest_ind
from statsmodels.stats.multitest import multipletests

from retention_utils.early_warning.mix import mix_split
from retention_utils.early_warning.signals import signal_comparison, signals
from retention_utils.early_warning.symptoms import (
    investment,
    purchase_symptoms,
    repeat_rates,
    symptom_series,
    year_value,
)
from retention_utils.early_warning.together import early_symptoms
from retention_utils.early_warning.trends import (
    SYMPTOMS,
    Comparison,
    compare_recent,
    symptom_trends,
    trend_lines,
)
from retention_utils.errors import TableError
from retention_utils.nps import SYMPTOMS_TESTED, nps_now, nps_series
from retention_utils.survey_answers import survey_answers


def months(count: int, start: str = "2023-01") -> list[str]:
    return [str(period) for period in pd.period_range(start, periods=count, freq="M")]


def calendar(count: int, start: str = "2023-01") -> pd.DataFrame:
    periods = pd.period_range(start, periods=count, freq="M")
    return pd.DataFrame(
        {
            "period_number": range(count),
            "period": periods.astype(str),
            "first_day": periods.start_time,
            "last_day": periods.end_time.normalize(),
            "is_whole": True,
            "is_mixed": False,
        }
    )


def movement(count: int = 15, **columns) -> pd.DataFrame:
    table = pd.DataFrame({"period_number": range(count), "period": months(count)})
    given = {"active_start": 90, "active_end": 110, "orders": 50, "amount": 1000.0, "is_measured": True}
    return table.assign(**(given | columns))


def series(values, symptom: str = "frequency", *, n: float = 100.0) -> pd.DataFrame:
    table = pd.DataFrame({"value": np.asarray(values, dtype=float)})
    table = table.assign(symptom=symptom, period_number=range(len(table)), period=months(len(table)))
    return table.assign(low=np.nan, high=np.nan, n=n)


def outcome(values, symptom: str = "frequency", **options) -> pd.Series:
    table = symptom_trends(series(values, symptom), grain="month", **options)
    return table.set_index("symptom").loc[symptom]


# --- series -------------------------------------------------------------------------------------------


def test_frequency_order_value_and_value_by_hand():
    # 90 active at the start, 110 at the end: 100 on average. 50 orders for 1000: 0.5 each, 20 an order, 10 each.
    got = purchase_symptoms(movement(1)).set_index("symptom")
    assert got["value"].to_dict() == {"frequency": 0.5, "order_value": 20.0, "value": 10.0}
    assert got["n"].to_dict() == {"frequency": 100, "order_value": 50, "value": 100}
    assert got[["low", "high"]].isna().all(axis=None)


def test_before_the_log_is_a_gap_old_only_the_order_value_is_known():
    got = purchase_symptoms(movement(2, is_measured=[False, True])).set_index(["symptom", "period_number"])[
        "value"
    ]
    assert got.isna().to_dict() == {
        ("frequency", 0): True, ("frequency", 1): False, ("order_value", 0): False, ("order_value", 1): False,
        ("value", 0): True, ("value", 1): False,
    }  # fmt: skip


def test_nothing_ordered_has_no_order_value_and_nobody_active_no_frequency():
    quiet = purchase_symptoms(movement(1, orders=0, amount=0.0)).set_index("symptom")["value"]
    assert quiet["frequency"] == 0
    assert np.isnan(quiet["order_value"])
    empty = purchase_symptoms(movement(1, active_start=0, active_end=0, orders=0)).set_index("symptom")[
        "value"
    ]
    assert empty.isna().all()


def test_the_value_of_a_year_is_its_revenue_per_average_active_customer():
    # Months 3 to 14: amounts 1000 each = 12,000, over 100 active on average = 120.
    table = movement(15)
    assert year_value(table) == 120.0
    assert np.isnan(year_value(table, ago=12))  # only three months are left
    assert year_value(movement(24, amount=[500.0] * 12 + [1000.0] * 12), ago=12) == 60.0
    assert np.isnan(year_value(table.assign(is_measured=[True] * 14 + [False])))
    assert year_value(table.iloc[::-1]) == 120.0


def test_repeat_rates_leave_out_mixed_small_and_unfinished_cohorts():
    counted = pd.DataFrame({"cohort": [0, 1, 2, 4, 5], "customers": 40, "repeated": [10, 10, 20, 5, 5]})
    counted.loc[1, "customers"] = 19
    times = calendar(6).assign(is_mixed=[True] + [False] * 5)
    got = repeat_rates(counted, times, window_days=60, min_customers=20)
    # Last day 30 June: cohorts up to 1 May (60 days before), so January to April; April has no newcomers.
    assert got["period"].tolist() == ["2023-01", "2023-02", "2023-03", "2023-04"]
    assert got["value"].isna().tolist() == [True, True, False, True]
    # Wilson by hand for 20 of 40: centre 0.5, reach z sqrt(0.25/40 + z^2/6400) / (1 + z^2/40) = 0.1480
    assert got.loc[2, ["value", "low", "high"]].tolist() == pytest.approx([0.5, 0.3520, 0.6480], abs=5e-5)


def test_all_symptoms_are_tested_at_once_and_so_is_their_chance():
    # 15 cohorts of 100, the share of every next one a point higher; 12 of them make the trend. All 66 pairs rise, so
    # Kendall's chance is 2 of 12! orders; the other three trends are flat, and four were looked at.
    counted = pd.DataFrame({"cohort": range(15), "customers": 100, "repeated": range(30, 45)})
    found = early_symptoms(
        movement(15),
        counted,
        calendar(17),
        surveys=None,
        costs=None,
        window_days=60,
        min_customers=20,
        grain="month",
    )
    row = found.trends.set_index("symptom").loc["repeat_rate"]
    tested = found.trends["p"].notna().sum()
    assert tested == 4
    assert (row["measured"], row["slope"], row["trend"]) == (15, pytest.approx(0.01), 1)
    assert row["p_adjusted"] == pytest.approx(tested * 2 / factorial(12))
    assert (row["last"], row["previous"]) == (pytest.approx(0.43), pytest.approx(0.355))
    assert found.has("frequency")
    assert not found.has("investment")


def test_investment_is_the_share_of_both_costs():
    costs = pd.DataFrame(
        {
            "period": ["2023-02", "2023-01", "2023-Q1"],
            "acquisition": [0.0, 75.0, 9.0],
            "retention": [0.0, 25.0, 9.0],
        }
    )
    got = investment(costs, calendar(3))
    assert got["value"].tolist() == pytest.approx([0.25, np.nan, np.nan], nan_ok=True)
    assert got["n"].tolist() == pytest.approx([100, 0, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    "costs",
    [
        None,
        pd.DataFrame({"period": ["2023-01"], "acquisition": [5.0]}),
        pd.DataFrame({"period": ["2023-01"], "acquisition": [5.0], "retention": [None]}),
    ],
)
def test_without_retention_costs_there_is_no_series(costs):
    assert investment(costs, calendar(3)).empty


def test_bad_tables_are_refused():
    with pytest.raises(TableError, match="active_start"):
        purchase_symptoms(pd.DataFrame({"period_number": [0], "is_measured": [True]}))
    with pytest.raises(TableError, match="value"):
        symptom_trends(pd.DataFrame({"symptom": [], "period_number": [], "period": []}), grain="month")


# --- trends -------------------------------------------------------------------------------------------


def mann_kendall(values) -> float:
    """Two-sided exact chance by counting the orders of 12 values with so many inversions (Mann's recursion)."""
    ways = [1]
    for size in range(2, len(values) + 1):
        longer = [0] * (len(ways) + size - 1)
        for inversions, count in enumerate(ways):
            for step in range(size):
                longer[inversions + step] += count
        ways = longer
    found = sum(values[i] > values[j] for i in range(len(values)) for j in range(i + 1, len(values)))
    tail = min(sum(ways[: found + 1]), sum(ways[found:]))
    return min(1.0, 2 * tail / factorial(len(values)))


FALLING = [10.0, 9.8, 9.9, 9.6, 9.5, 9.1, 9.3, 9.0, 8.8, 8.9, 8.5, 8.4]
WAVERING = [10.0, 9.0, 10.1, 9.2, 9.9, 9.4, 10.3, 9.1, 9.8, 9.3, 9.7, 9.5]


@pytest.mark.parametrize("values", [FALLING, WAVERING, FALLING[::-1]])
def test_the_chance_of_a_trend_is_exact(values):
    assert outcome(values)["p"] == pytest.approx(mann_kendall(values), rel=1e-9)


def test_a_straight_fall_has_the_least_chance_there_is():
    assert outcome(np.arange(12, 0, -1))["p"] == pytest.approx(2 / factorial(12))
    # One neighbouring pair the other way round: 11 more orders are as clear.
    assert outcome([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 1, 2])["p"] == pytest.approx(2 * 12 / factorial(12))


def test_the_slope_is_the_median_of_all_pairs_and_no_outlier_moves_it():
    pairs = [(FALLING[j] - FALLING[i]) / (j - i) for i in range(12) for j in range(i + 1, 12)]
    assert len(pairs) == comb(12, 2)
    got = outcome(FALLING)
    assert got["slope"] == pytest.approx(median(pairs))
    # SciPy's other program for Sen's slope, of one season.
    assert got["slope"] == pytest.approx(float(mstats.sen_seasonal_slopes(np.array(FALLING)[:, None])[0][0]))
    assert got["slope_low"] < got["slope"] < got["slope_high"] < 0
    wild = [*FALLING[:5], 900.0, *FALLING[6:]]
    assert outcome(wild)["slope"] == pytest.approx(-0.145, abs=0.02)


def test_holm_by_hand():
    """Of three chances the least counts three times, the next twice, none less than the one before."""
    parts = [series(FALLING, "frequency"), series(WAVERING, "order_value"), series(FALLING[::-1], "value")]
    got = symptom_trends(symptom_series(*parts), grain="month").set_index("symptom")
    few = sorted(got["p"].dropna())
    expected = [3 * few[0], max(3 * few[0], 2 * few[1]), max(2 * few[1], few[2])]
    assert sorted(got["p_adjusted"].dropna()) == pytest.approx(expected)
    assert got["p_adjusted"].notna().sum() == 3
    # Another program: statsmodels.
    known = got.dropna(subset="p")
    assert known["p_adjusted"].tolist() == pytest.approx(multipletests(known["p"], method="holm")[1])


def test_the_recent_difference_is_student_s_interval():
    values = np.array([5.0, 6, 5, 7, 6, 5, 6, 7, 5, 6, 6, 5, 3, 4, 3])
    got = compare_recent(values, is_relative=False)
    # Another program: SciPy's two-sample interval with one variance.
    ends = ttest_ind(values[-3:], values[:-3]).confidence_interval(0.95)
    assert (got.low, got.high) == (pytest.approx(ends.low), pytest.approx(ends.high))
    assert (got.last, got.previous, got.previous_periods) == (pytest.approx(10 / 3), 5.75, 12)
    assert got.change == pytest.approx(10 / 3 - 5.75)


def test_a_relative_change_is_what_a_reader_would_divide():
    # A mean of logarithms would say +17 % of 0.346 against 0.315; the reader divides and gets +10 %.
    values = np.array([0.14, 0.16, 0.24, 0.37, 0.41, 0.39, 0.33, 0.34, 0.46, 0.31, 0.35, 0.38])
    got = compare_recent(values, is_relative=True)
    assert got.change == pytest.approx(got.last / got.previous - 1)
    assert got.previous_periods == 9
    # By hand: squares 0.102556 + 0.002467 over 10, means 0.346667 and 0.315556, t = 2.228139 with 10 d.f.
    squares = ((values[:9] - values[:9].mean()) ** 2).sum() + ((values[9:] - values[9:].mean()) ** 2).sum()
    reach = 2.228139 * np.sqrt(squares / 10 * (1 / 3 / got.last**2 + 1 / 9 / got.previous**2))
    assert got.low == pytest.approx(got.last / got.previous * np.exp(-reach) - 1, abs=1e-6)
    assert got.high == pytest.approx(got.last / got.previous * np.exp(reach) - 1, abs=1e-6)


@pytest.mark.parametrize("values", [np.ones(11), np.append(np.ones(11), np.nan)])
def test_under_twelve_periods_nothing_is_compared(values):
    assert compare_recent(values, is_relative=False) is None


def test_a_ratio_to_nothing_is_not_given():
    assert compare_recent(np.zeros(15), is_relative=True) is None
    assert compare_recent(np.zeros(15), is_relative=False).change == 0


def test_the_recent_interval_covers_the_truth():
    random = np.random.default_rng(7)
    runs = 3000
    noisy = random.lognormal(0, 0.10, (runs, 15)) * np.where(np.arange(15) >= 12, 0.9, 1.0)
    hits = [
        (found.low < -0.1 < found.high) for found in (compare_recent(row, is_relative=True) for row in noisy)
    ]
    # 95 % of 3,000 with a standard error of 0.4 points
    assert np.mean(hits) == pytest.approx(0.95, abs=0.012)


def test_chance_alone_raises_an_alarm_in_five_of_a_hundred():
    random = np.random.default_rng(11)
    alarms = red = 0
    runs = 100
    for _ in range(runs):
        parts = [series(random.normal(100, 5, 15), symptom) for symptom in SYMPTOMS]
        table = symptom_trends(symptom_series(*parts), grain="month")
        alarms += (table["trend"] != 0).any()
        red += (table["flag"] == "red").any()
    # Of 100 with a true chance of 0.05: 5, standard error 2.2
    assert 1 <= alarms <= 11
    assert red <= 2


def test_a_small_steady_fall_is_found_though_no_month_stands_out():
    steady = 100 - 0.6 * np.arange(15) + np.tile([0.5, -0.4, 0.1], 5)
    got = outcome(steady)
    assert (got["trend"], got["shift"], got["flag"]) == (-1, -1, "red")


@pytest.mark.parametrize(
    ("values", "flag", "trend", "shift"),
    [
        ([10.0, 10.4] * 6 + [8.0, 8.2, 8.1], "amber", 0, -1),
        ([9.0] * 3 + [10.0, 9.9, 9.8, 9.7, 9.6, 9.5, 9.4, 9.3, 9.2, 9.25, 9.35, 9.3], "amber", -1, 0),
        ([10.0, 10.4] * 6 + [12.0, 12.2, 12.1], "green", 1, 1),
        ([10.0, 10.4] * 7 + [10.2], "green", 0, 0),
        ([10.0] * 15, "green", 0, 0),
        ([10.0] * 11, "not enough data", 0, 0),
    ],
)
def test_flags_follow_the_rule(values, flag, trend, shift):
    got = outcome(values)
    assert (got["flag"], got["trend"], got["shift"]) == (flag, trend, shift)


def test_a_gap_in_the_last_twelve_periods_is_too_little():
    broken = [*FALLING[:6], np.nan, *FALLING[6:]]
    got = outcome(broken)
    assert (got["measured"], got["flag"]) == (6, "not enough data")
    assert np.isnan([got["p"], got["change"], got["slope"]]).all()
    early = [np.nan, *FALLING]
    assert outcome(early)["measured"] == 12


def test_an_unknown_symptom_never_counts_as_sound():
    table = symptom_trends(series(FALLING), grain="month").set_index("symptom")
    assert table["flag"].drop("frequency").eq("not enough data").all()
    assert table.index.tolist() == list(SYMPTOMS)
    empty = symptom_trends(symptom_series(), grain="month")
    assert empty["flag"].eq("not enough data").all()


def test_the_season_is_in_the_comparison_with_a_year_before():
    # Months 12 to 14 against months 0 to 2: 30 against 20.
    values = [20.0] * 3 + [10.0] * 9 + [30.0] * 3
    got = outcome(values)
    assert (got["year_before"], got["year_change"]) == (20.0, 0.5)
    weekly = symptom_trends(series(values), grain="week").set_index("symptom").loc["frequency"]
    assert np.isnan(weekly["year_change"])


def test_trends_do_not_depend_on_the_order_of_rows():
    table = symptom_series(series(FALLING), series(WAVERING, "value"))
    first = symptom_trends(table, grain="month")
    again = symptom_trends(table.sample(frac=1, random_state=3), grain="month")
    pd.testing.assert_frame_equal(first, again)


def test_the_line_turns_about_the_middle_of_its_window():
    table = series([np.nan, *np.arange(15.0, 0, -1)])
    trends = symptom_trends(table, grain="month")
    lines = trend_lines(table, trends)
    assert len(lines) == 15  # from the first value on
    assert lines["trend"].isna().tolist() == [True] * 3 + [False] * 12
    assert lines["trend"].iloc[3:].tolist() == pytest.approx(np.arange(12.0, 0, -1))
    bent = trend_lines(series(FALLING), symptom_trends(series(FALLING), grain="month"))
    assert (bent["trend_low"] <= bent["trend"]).all()
    assert (bent["trend"] <= bent["trend_high"]).all()
    assert trend_lines(symptom_series(), trends).empty


# --- signals ------------------------------------------------------------------------------------------


def test_nps_is_one_symptom_among_others():
    # NPS is judged the same in every chapter, so its chance is multiplied by the number of all symptoms.
    assert len(SYMPTOMS) == SYMPTOMS_TESTED
    scored = pd.DataFrame({"customer_id": None, "day": pd.date_range("2023-01-01", periods=420), "score": 10})
    found = survey_answers(scored.assign(score=[10] * 330 + [0] * 90), calendar(14))
    nps, made = nps_now(found, calendar(14)), signals(nps_series(found, calendar(14)))
    assert made["symptom"].eq("signals").all()
    assert made["n"].tolist() == [92, 92, 91, 86]  # March to May and on
    compared = signal_comparison(nps)
    assert (compared.change, compared.low, compared.n) == (nps.change, nps.change_low, nps.answers)
    table = symptom_trends(
        made, grain="month", comparisons={"signals": compared}, nps_trend=nps.trend
    ).set_index("symptom")
    row = table.loc["signals"]
    assert (row["shift"] + row["trend"], row["flag"]) == (nps.moved, "red")
    assert row["p_adjusted"] == 6 * nps.trend.p
    lines = trend_lines(made, table.reset_index())
    # The line goes through the last of the three months that a point stands for.
    assert lines["trend"].iloc[-1] == pytest.approx(nps.trend.middle + 5.5 * nps.trend.slope)
    assert signal_comparison(None) is None


def test_a_symptom_that_brings_its_own_comparison_is_judged_by_it():
    fell = Comparison(last=0.1, previous=0.3, previous_periods=12, change=-0.2, low=-0.3, high=-0.1, n=200)
    got = symptom_trends(symptom_series(), grain="month", comparisons={"signals": fell})
    row = got.set_index("symptom").loc["signals"]
    assert (row["flag"], row["shift"], row["n"]) == ("amber", -1, 200)
    still = symptom_trends(symptom_series(), grain="month", comparisons={"signals": None})
    assert still["flag"].eq("not enough data").all()


# --- mix and rate -------------------------------------------------------------------------------------


def tenures(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["period_number", "tenure", "buyers", "orders", "amount"])


def test_more_newcomers_alone_are_mix_and_no_rate():
    """Newcomers always order for 10, others for 30; newcomers go from a half to three quarters of orders."""
    rows = [(n, 0, 10, 10, 100.0) for n in range(12)] + [(n, 12, 10, 10, 300.0) for n in range(12)]
    rows += [(n, 0, 30, 30, 300.0) for n in (12, 13, 14)] + [(n, 12, 10, 10, 300.0) for n in (12, 13, 14)]
    got = mix_split(tenures(*rows), mean="order_value", last_period=14)
    assert (got.previous, got.last) == (20.0, 15.0)
    assert (got.mix_effect, got.rate_effect) == (pytest.approx(-5.0), pytest.approx(0.0))
    assert got.standardised == pytest.approx(20.0)
    assert (got.newcomers_previous, got.newcomers_last) == (0.5, 0.75)


def test_both_at_once_by_hand():
    # Before: shares 1/2, 1/2, rates 10, 30. Last: shares 3/4, 1/4, rates 8, 20. 20 to 11: -9.
    # Rate: 0.625 (8 - 10) + 0.375 (20 - 30) = -5. Mix: 9 (0.25) + 25 (-0.25) = -4.
    rows = [(n, 0, 10, 10, 100.0) for n in range(12)] + [(n, 12, 10, 10, 300.0) for n in range(12)]
    rows += [(n, 0, 30, 30, 240.0) for n in (12, 13, 14)] + [(n, 12, 10, 10, 200.0) for n in (12, 13, 14)]
    got = mix_split(tenures(*rows), mean="order_value", last_period=14)
    assert (got.rate_effect, got.mix_effect) == (pytest.approx(-5.0), pytest.approx(-4.0))
    assert got.change == pytest.approx(-9.0)
    assert got.standardised == pytest.approx(14.0)  # half of 8 and half of 20


@pytest.mark.parametrize("mean", ["order_value", "orders_per_buyer"])
def test_mix_and_rate_add_up_whatever_the_numbers(mean):
    random = np.random.default_rng(2)
    for _ in range(50):
        rows = [
            (
                number,
                tenure,
                buyers := int(random.integers(1, 50)),
                buyers + int(random.integers(0, 20)),
                random.gamma(2, 50),
            )
            for number in range(15)
            for tenure in (0, 1, 3, 12)
            if random.random() < 0.4 + 0.6 * (number < 12)  # at times a band is empty on one side
        ]
        got = mix_split(tenures(*rows), mean=mean, last_period=14)
        if got is not None:
            assert got.rate_effect + got.mix_effect == pytest.approx(got.last - got.previous, abs=1e-9)


def test_a_band_that_is_empty_on_one_side_is_mix():
    rows = [(n, 12, 10, 10, 300.0) for n in range(15)] + [(n, 0, 10, 10, 100.0) for n in (12, 13, 14)]
    got = mix_split(tenures(*rows), mean="order_value", last_period=14)
    assert (got.previous, got.last) == (30.0, 20.0)
    assert (got.rate_effect, got.mix_effect) == (pytest.approx(0.0), pytest.approx(-10.0))


def test_under_twelve_periods_nothing_is_split():
    rows = [(n, 12, 10, 10, 300.0) for n in range(11)]
    assert mix_split(tenures(*rows), mean="order_value", last_period=10) is None
    assert mix_split(tenures(), mean="order_value", last_period=10) is None
    with pytest.raises(TableError, match="tenure"):
        mix_split(pd.DataFrame({"period_number": [0]}), mean="order_value", last_period=0)

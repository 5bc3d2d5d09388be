"""NPS: by hand, against statsmodels, its coverage and its false alarms counted; one answer of every customer."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from retention_utils.errors import TableError
from retention_utils.nps import (
    COUNTS,
    answers_by_period,
    net_promoter_interval,
    nps_now,
    nps_series,
    nps_trend,
)
from retention_utils.survey_answers import in_stretch, survey_answers


def calendar(count: int) -> pd.DataFrame:
    periods = pd.period_range("2023-01", periods=count, freq="M")
    days = {"first_day": periods.start_time, "last_day": periods.end_time.normalize()}
    return pd.DataFrame({"period_number": range(count), "period": periods.astype(str)} | days)


def surveys(scores: dict[int, list[int]]) -> pd.DataFrame:
    """Make answers that name nobody, by month."""
    rows = [
        (None, pd.Timestamp(2023, 1, 1) + pd.DateOffset(months=month, days=number % 28), score)
        for month, found in scores.items()
        for number, score in enumerate(found)
    ]
    return pd.DataFrame(rows, columns=["customer_id", "day", "score"])


def named(*rows) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "day", "score"])
    return table.assign(day=pd.to_datetime(table["day"]))


# --- which answers count ------------------------------------------------------------------------------


def test_the_latest_answer_of_a_customer_in_a_period_counts_and_the_rest_is_accounted_for():
    table = named(
        ("ann", "2023-01-20", 3), ("ann", "2023-01-05", 9),  # the later one, though it stands first
        ("bob", "2023-01-07", 8), ("bob", "2023-01-07", 2),  # of one day the one further down
        (None, "2023-01-07", 8), (None, "2023-01-07", 8),  # two people, for all that is known
        ("ann", "2023-02-01", 10), ("cem", None, 4), ("cem", "2023-01-09", None), ("eve", "2022-12-31", 1),
    )  # fmt: skip
    found = survey_answers(table, calendar(2))
    counted = found.scored[["customer_id", "score", "value", "period_number"]].astype(object)
    assert counted.where(counted.notna(), None).to_numpy().tolist() == [
        ["bob", 2, -1, 0], [None, 8, 0, 0], [None, 8, 0, 0], ["ann", 3, -1, 0], ["ann", 10, 1, 1],
    ]  # fmt: skip
    account = (
        found.superseded,
        found.without_day,
        found.without_score,
        found.outside,
        found.without_customer,
    )
    assert account == (2, 1, 1, 1, 2)
    assert found.rows == len(found.scored) + sum(account[:4])
    both = in_stretch(found.scored, 0, 1)
    assert both["score"].tolist() == [2, 8, 8, 10]  # ann once


@pytest.mark.parametrize("table", [None, surveys({}), pd.DataFrame({"comment": ["well"]})])
def test_without_scores_or_days_nothing_is_made_up(table):
    found = survey_answers(table, calendar(15))
    assert found.scored.empty
    assert nps_now(found, calendar(15)) is None
    assert nps_series(found, calendar(15)).empty
    with pytest.raises(TableError, match="first_day"):
        survey_answers(table, calendar(1).drop(columns="first_day"))


# --- the score ----------------------------------------------------------------------------------------


def test_a_net_promoter_score_by_hand():
    # 20 promoters, 10 detractors of 40: (20 - 10) / 40 = 0.25. With 3/4, 3/4 and 3 more: 20.75/43, 10.75/43;
    # middle 0.232558, variance (31.5/43 - 0.232558^2) / 43 = 0.0157788, reach 0.246196.
    score, low, high = net_promoter_interval(20, 10, 40)
    assert (score, low, high) == (
        pytest.approx(0.25),
        pytest.approx(-0.013638, abs=5e-6),
        pytest.approx(0.478754, abs=5e-6),
    )
    assert np.isnan(net_promoter_interval(0, 0, 0)).all()


def test_nine_is_a_promoter_seven_is_neither_and_six_a_detractor():
    table = surveys({0: [9] * 10 + [10] * 5 + [7] * 5 + [8] * 10 + [6] * 6 + [0] * 4})
    got = nps_series(survey_answers(table, calendar(1)), calendar(1)).iloc[0]
    assert (got["answers"], got["value"]) == (40, pytest.approx((15 - 10) / 40))
    now = nps_now(survey_answers(table, calendar(1)), calendar(1))
    assert (now.promoters, now.passives, now.detractors, now.is_judged, now.moved) == (15, 15, 10, False, 0)


def test_score_intervals_cover_the_truth():
    random = np.random.default_rng(5)
    for chances, answers in (((0.5, 0.2, 0.3), 30), ((0.8, 0.05, 0.15), 60), ((0.2, 0.5, 0.3), 200)):
        counts = random.multinomial(answers, chances, 6000)
        _, low, high = net_promoter_interval(counts[:, 0], counts[:, 1], answers)
        truth = chances[0] - chances[1]
        assert np.mean((low <= truth) & (truth <= high)) == pytest.approx(0.95, abs=0.017)


def test_under_thirty_answers_periods_are_put_together_from_the_last_back():
    table = surveys({month: [10] * 12 + [3] * 3 for month in range(14)})  # 15 a month: 45 in three
    got = nps_series(survey_answers(table, calendar(14)), calendar(14))
    assert got["period"].tolist() == ["2023-05", "2023-08", "2023-11", "2024-02"]
    assert got["answers"].tolist() == [45] * 4
    assert got["value"].tolist() == pytest.approx([0.6] * 4)
    thin = survey_answers(surveys({month: [10] * 9 for month in range(14)}), calendar(14))
    assert nps_series(thin, calendar(14))["value"].isna().all()  # 27 are too few even so


def test_who_answered_in_several_of_three_periods_put_together_counts_once_as_on_the_card():
    rows = [(f"c{n}", f"2023-{month:02}-05", 10) for month in range(1, 4) for n in range(20)]
    rows += [(f"c{n}", "2023-03-20", 3) for n in range(5)] + [(f"d{n}", "2023-02-01", 0) for n in range(15)]
    found = survey_answers(named(*rows), calendar(3))
    last, now = nps_series(found, calendar(3)).iloc[-1], nps_now(found, calendar(3))
    assert (last["promoters"], last["detractors"], last["answers"], last["periods"]) == (15, 20, 35, 3)
    assert (last["value"], last["low"], last["high"]) == (now.score, now.low, now.high)


def test_thirty_answers_in_each_of_the_last_twelve_periods_stand_alone():
    table = surveys({month: [10] * 20 + [3] * 10 for month in range(14)})
    got = nps_series(survey_answers(table, calendar(14)), calendar(14))
    assert len(got) == 14
    assert got["value"].tolist() == pytest.approx([1 / 3] * 14)


# --- has it changed? ----------------------------------------------------------------------------------


def test_recent_answers_are_compared_as_answers():
    table = surveys(
        {month: [10] * 6 + [5] * 4 for month in range(12)} | {12 + m: [10] * 6 + [5] * 14 for m in range(3)}
    )
    got = nps_now(survey_answers(table, calendar(15)), calendar(15))
    # 18 - 42 of 60 against 72 - 48 of 120
    assert (got.score, got.previous, got.answers, got.previous_answers) == (-0.4, pytest.approx(0.2), 60, 120)
    assert got.change == pytest.approx(-0.6)
    up, down = 18.75 / 63, 42.75 / 63
    up_before, down_before = 72.75 / 123, 48.75 / 123
    variance = (up + down - (up - down) ** 2) / 63 + (
        up_before + down_before - (up_before - down_before) ** 2
    ) / 123
    middle = (up - down) - (up_before - down_before)
    assert (got.change_low, got.change_high) == (
        pytest.approx(middle - 1.959964 * variance**0.5), pytest.approx(middle + 1.959964 * variance**0.5),
    )  # fmt: skip
    assert got.moved < 0


@pytest.mark.parametrize("months", [{}, {14: 29, 5: 80}, {14: 80, 5: 29}])
def test_too_few_answers_are_not_compared(months):
    table = surveys({month: [10] * count for month, count in months.items()})
    got = nps_now(survey_answers(table, calendar(15)), calendar(15))
    assert got is None or (not got.is_judged and np.isnan(got.trend.p) and got.moved == 0)


def test_the_same_people_asked_twice_tell_more_of_a_change_than_others_would():
    random = np.random.default_rng(4)
    ids = [f"c{number}" for number in range(400)]
    before = random.choice([10, 8, 3], 400, p=[0.5, 0.3, 0.2])
    after = np.where(random.uniform(size=400) < 0.85, before, random.choice([10, 8, 3], 400))
    parts = [
        pd.DataFrame({"customer_id": ids, "day": pd.Timestamp(day), "score": scores})
        for day, scores in (("2023-06-10", before), ("2024-02-10", after))
    ]
    whole = pd.concat(parts)
    got = nps_now(survey_answers(whole, calendar(14)), calendar(14))
    strangers = nps_now(survey_answers(whole.assign(customer_id=None), calendar(14)), calendar(14))
    assert got.change == strangers.change
    # Another way: the standard error of the mean of the customers' own changes.
    value = {10: 1, 8: 0, 3: -1}
    own = np.array([value[b] - value[a] for a, b in zip(before, after, strict=True)])
    error = own.std(ddof=1) / 20
    assert (got.change_high - got.change_low) / 2 == pytest.approx(1.96 * error, rel=0.03)
    assert strangers.change_high - strangers.change_low > 1.5 * (got.change_high - got.change_low)


def counted(values, answers) -> pd.DataFrame:
    good = np.round((np.asarray(values) + 1) / 2 * np.asarray(answers)).astype(int)
    return pd.DataFrame(dict(zip(COUNTS, (good, np.asarray(answers) - good, answers), strict=True)))


def test_the_trend_is_weighted_least_squares():
    table = counted(np.linspace(0.5, 0.1, 12) + np.tile([0.1, -0.1, 0.0], 4), [20, 40, 0, 60] * 3)
    got = nps_trend(table)
    used = table[table["answers"] > 0]
    time = used.index.to_numpy() - 5.5
    values = (used["promoters"] - used["detractors"]) / used["answers"]
    fit = sm.WLS(values.to_numpy(), sm.add_constant(time), weights=used["answers"].to_numpy()).fit()
    assert (got.slope, got.p, got.middle) == (
        pytest.approx(fit.params[1]), pytest.approx(fit.pvalues[1]), pytest.approx(fit.params[0]),
    )  # fmt: skip
    assert [got.low, got.high] == pytest.approx(fit.conf_int()[1].tolist())
    assert (got.periods, got.p_adjusted) == (9, pytest.approx(min(1, 6 * got.p)))
    assert nps_trend(counted([0.5] * 12, [0] * 7 + [40] * 5)).periods == 5
    assert np.isnan(nps_trend(counted([0.5] * 12, [0] * 7 + [40] * 5)).p)
    assert nps_trend(counted([0.5] * 12, [40] * 12)).p == 1  # all alike


def test_chance_alone_moves_nps_seldom():
    random = np.random.default_rng(8)
    random_tables = (
        pd.DataFrame(random.multinomial(40, (0.5, 0.2, 0.3), 12), columns=["promoters", "detractors", "rest"])
        for _ in range(1500)
    )
    chances = [nps_trend(table.assign(answers=40)).p for table in random_tables]
    assert np.mean(np.array(chances) < 0.05) == pytest.approx(0.05, abs=0.014)


def test_periods_without_answers_are_counted_as_such():
    got = answers_by_period(survey_answers(surveys({1: [9, 2]}), calendar(3)), calendar(3))
    assert got[list(COUNTS)].to_numpy().tolist() == [[0, 0, 0], [1, 1, 2], [0, 0, 0]]

"""Plan against fact: what is compared, what is left out and why, and whether more or less is better."""

import numpy as np
import pandas as pd
import pytest
from test_pulse import moved

from retention_utils.canonical import PLAN_RANGES
from retention_utils.errors import PeriodError, TableError
from retention_utils.plan_fact import LESS_IS_BETTER, PLANNED, USES, plan_against_fact

FACTS = {
    "active_start": 200, "new": 28, "reactivated": 5, "lapsed": 20, "active_end": 213, "joined": 30, "buyers": 60,
    "orders": 90, "amount": 1800.0,
}  # fmt: skip
MOVEMENT = moved(FACTS, FACTS | {"orders": 100, "lapsed": 10})


def plan(*rows: tuple, **columns) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["period", "metric", "value"]).assign(**columns)


def test_every_metric_that_base_movement_knows_by_hand():
    facts = {
        "active_customers": 213, "new_customers": 30, "reactivated_customers": 5, "lapsed_customers": 20,
        "buyers": 60, "orders": 90, "revenue": 1800, "order_value": 20, "churn_rate": 0.1, "retention_rate": 0.9,
    }  # fmt: skip
    got = plan_against_fact(plan(*[("2024-01", metric, 0.5) for metric in facts]), MOVEMENT)
    assert dict(zip(got["metric"], got["fact"], strict=True)) == pytest.approx(facts)
    assert got["metric"].tolist() == list(PLANNED)
    assert (got["use"] == "compared").all()


def test_all_metrics_of_a_plan_are_known_here_or_named_as_unknown():
    got = plan_against_fact(plan(*[("2024-01", metric, 0) for metric in PLAN_RANGES]), MOVEMENT)
    assert set(got.loc[got["use"] == "other metric", "metric"]) == {"mrr", "repeat_rate", "nps"}
    assert set(PLANNED) | {"mrr", "repeat_rate", "nps"} == set(PLAN_RANGES)


def test_differences_by_hand():
    got = plan_against_fact(
        plan(
            ("2024-01", "orders", 120), ("2024-01", "churn_rate", 0.08), ("2024-01", "lapsed_customers", 25)
        ),
        MOVEMENT,
    ).set_index("metric")
    assert got.loc["orders", ["plan", "fact", "difference", "relative", "is_met"]].tolist() == [
        120,
        90,
        -30,
        -0.25,
        False,
    ]
    assert got.loc["churn_rate", "difference"] == pytest.approx(0.02)
    assert np.isnan(got.loc["churn_rate", "relative"])
    assert not got.loc["churn_rate", "is_met"]
    # Of the lapsed fewer is better.
    assert got.loc["lapsed_customers", ["difference", "relative", "is_met"]].tolist() == [-5, -0.2, True]


@pytest.mark.parametrize("metric", PLANNED)
def test_the_plan_to_the_dot_is_reached_and_a_hair_off_is_not(metric):
    fact = plan_against_fact(plan(("2024-01", metric, 0)), MOVEMENT)["fact"].iloc[0]
    step = -0.001 if metric in LESS_IS_BETTER else 0.001
    rows = plan(("2024-01", metric, fact), ("2024-01", metric, fact + step), service=["", ""])
    assert plan_against_fact(rows, MOVEMENT)["is_met"].tolist() == [True, False]


def test_a_rate_that_is_no_binary_fraction_is_reached_to_the_dot():
    table = moved({"active_start": 200, "lapsed": 10, "active_end": 190})
    assert plan_against_fact(plan(("2024-01", "retention_rate", 0.95)), table)["is_met"].tolist() == [True]


def test_rates_carry_their_interval_turned_round_for_retention():
    got = plan_against_fact(
        plan(("2024-01", "churn_rate", 0.1), ("2024-01", "retention_rate", 0.9), ("2024-01", "orders", 1)),
        MOVEMENT,
    ).set_index("metric")
    low, high = MOVEMENT[["low", "high"]].iloc[0]
    assert got.loc["churn_rate", ["low", "high"]].tolist() == [low, high]
    assert got.loc["retention_rate", ["low", "high"]].tolist() == pytest.approx([1 - high, 1 - low])
    assert got.loc["orders", ["low", "high"]].isna().all()


def test_a_plan_of_nothing_has_no_share_of_it():
    got = plan_against_fact(plan(("2024-01", "lapsed_customers", 0)), MOVEMENT).iloc[0]
    assert (got["difference"], got["is_met"]) == (20, False)
    assert np.isnan(got["relative"])


@pytest.mark.parametrize(
    ("row", "service", "use"),
    [
        (("2024-01", "orders", 1), "", "compared"),
        (("2024-01", "orders", 1), None, "compared"),
        (("2024-01", "orders", 1), "courses", "one service"),
        (("2024-01", "mrr", 1), "courses", "other metric"),
        (("2024-Q1", "orders", 1), "", "other grain"),
        (("2024", "orders", 1), "", "other grain"),
        (("2025-Q1", "orders", 1), "", "other grain"),
        (("2024-03", "orders", 1), "", "later"),
        (("2023-12", "orders", 1), "", "not in the log"),
    ],
)
def test_what_is_left_out_and_why(row, service, use):
    got = plan_against_fact(plan(row, service=service), MOVEMENT).iloc[0]
    assert got["use"] == use
    assert use in USES
    assert np.isnan(got["fact"]) == (use != "compared")
    assert np.isnan(got["difference"]) == (use != "compared")


def test_what_was_not_measured_is_not_held_against_the_plan():
    few = moved(FACTS, min_customers=201)
    got = plan_against_fact(plan(("2024-01", "churn_rate", 0.1), ("2024-01", "orders", 80)), few)
    assert dict(zip(got["metric"], got["use"], strict=True)) == {
        "orders": "compared",
        "churn_rate": "not measured",
    }
    partial = MOVEMENT.assign(is_whole=[False, True])
    got = plan_against_fact(plan(("2024-01", "orders", 80), ("2024-02", "orders", 80)), partial)
    assert got["use"].tolist() == ["compared", "not measured"]


def test_newest_first_whatever_the_order_of_the_plan():
    rows = [
        ("2024-01", "orders", 80),
        ("2024-02", "revenue", 80),
        ("2024-02", "orders", 80),
        ("2024-03", "nps", 5),
    ]
    got = plan_against_fact(plan(*rows), MOVEMENT)
    assert list(zip(got["period"], got["metric"], strict=True)) == [
        ("2024-03", "nps"), ("2024-02", "orders"), ("2024-02", "revenue"), ("2024-01", "orders"),
    ]  # fmt: skip
    pd.testing.assert_frame_equal(got, plan_against_fact(plan(*rows[::-1]), MOVEMENT))


def test_a_plan_that_cannot_be_read_is_refused():
    with pytest.raises(TableError, match=r"'plan' lacks \['metric'\]"):
        plan_against_fact(plan(("2024-01", "orders", 1)).drop(columns="metric"), MOVEMENT)
    with pytest.raises(PeriodError, match="'January' cannot be read"):
        plan_against_fact(plan(("January", "orders", 1)), MOVEMENT)
    assert plan_against_fact(plan(), MOVEMENT).empty

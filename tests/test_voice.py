"""Customers' voice: by hand, against statsmodels and lifelines' kind of estimate, without later knowledge."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, ecdf
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import confint_proportions_2indep

from retention_utils.config import ContractSettings
from retention_utils.nps import score_variance
from retention_utils.periods import parse_period
from retention_utils.survey_answers import answer_calendar, survey_answers
from retention_utils.voice.account import Limits, voice_account
from retention_utils.voice.link import followed_answers, score_link
from retention_utils.voice.replies import reply_times
from retention_utils.voice.split import nps_by, nps_difference
from retention_utils.voice.stake import detractors_at_stake
from retention_utils.voice.standing import contract_standing, order_standing, value_thirds

AS_OF = date(2024, 6, 30)


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


def calendar(count: int = 18) -> pd.DataFrame:
    periods = pd.period_range("2023-01", periods=count, freq="M")
    limits = {"first_day": periods.start_time, "last_day": periods.end_time.normalize()}
    return pd.DataFrame({"period_number": range(count), "period": periods.astype(str)} | limits)


# --- where they stood ---------------------------------------------------------------------------------


def test_leaving_after_an_answer_by_orders():
    answered = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "cem", "dea", "eve"],
            "day": days(*["2024-03-01"] * 3, "2024-05-01", "2024-03-01"),
            "silence_days": [1, 10, 61, 5, 60],
            "window_purchases": [9, 1, 2, 3, 1],
            "year_purchases": [9, 1, 2, 3, 1],
            "year_amount": [90.0, 10.0, 20.0, 30.0, 5.0],
            "next_day": days("2024-05-30", "2024-05-31", None, None, None),
        }
    )
    states = pd.DataFrame(
        {"customer_id": ["ann", "bob"], "silence_days": [60, 61], "year_amount": [8.0, 9.0]}
    )
    got = order_standing(answered, states, gap_days=60, horizon_days=90, as_of=AS_OF)
    # Cem had been silent for longer than the gap; Dea's 90 days are not over; Ann bought on the 90th day.
    rows = got.asked[["customer_id", "group", "value", "has_left"]].astype(object)
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [
        ["ann", "champions", 90.0, 0.0], ["bob", "new", 10.0, 1.0],
        ["dea", "potential_loyalists", 30.0, None], ["eve", "about_to_sleep", 5.0, 1.0],
    ]  # fmt: skip
    assert got.current.to_numpy().tolist() == [["ann", 8.0]]


CONTRACTS = pd.DataFrame(
    {
        "customer_id": ["ann", "ann", "bob", "cem", "cem"],
        "start": days("2023-01-01", "2023-01-01", "2023-01-01", "2023-01-01", "2024-04-01"),
        "end": days(None, None, "2024-04-30", "2024-03-15", None),
        "amount": [50.0, 240.0, 30.0, 20.0, 20.0],
        "billed_every": ["month", "year", "month", "month", "month"],
        "plan": ["gym", "locker", "gym", "gym", "gym"],
    }
)


def test_leaving_after_an_answer_by_contracts():
    answered = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "bob", "cem", "cem", "cem", None],
            "day": days(
                "2024-03-01", "2024-01-30", "2024-05-01", "2024-02-01", "2024-03-20", "2024-06-01", None
            ),
        }
    )
    got = contract_standing(CONTRACTS, answered, settings=ContractSettings(), horizon_days=90, as_of=AS_OF)
    rows = got.asked.assign(day=got.asked["day"].dt.strftime("%m-%d")).drop(columns="tenure").astype(object)
    # Bob's last day is 29 April, 90 days after 30 January; he is no customer on 1 May, nor Cem on 20 March.
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [
        ["ann", "03-01", "gym", 840.0, 0.0], ["bob", "01-30", "gym", 360.0, 0.0],
        ["cem", "02-01", "gym", 240.0, 0.0], ["cem", "06-01", "gym", 240.0, None],
    ]  # fmt: skip
    sooner = contract_standing(
        CONTRACTS, answered, settings=ContractSettings(), horizon_days=91, as_of=AS_OF
    ).asked.set_index(["customer_id", "day"])
    assert sooner.loc[("bob", pd.Timestamp("2024-01-30")), "has_left"] == 1
    assert sorted(got.current.itertuples(index=False, name=None)) == [("ann", 840.0), ("cem", 240.0)]


def test_a_list_without_dates_tells_of_today_alone():
    snapshot = CONTRACTS.drop(columns=["start", "end"]).assign(
        start=pd.NaT, tenure_months=5.0, has_ended=[False, False, True, False, False]
    )
    answered = pd.DataFrame({"customer_id": ["ann", "bob"], "day": days("2024-03-01", "2024-03-01")})
    got = contract_standing(snapshot, answered, settings=ContractSettings(), horizon_days=90, as_of=AS_OF)
    assert got.source == "snapshot"
    assert got.asked[["customer_id", "group", "value"]].to_numpy().tolist() == [["ann", "gym", 840.0]]
    assert got.asked["has_left"].isna().all()


def test_equal_values_lie_in_one_third():
    assert (
        value_thirds(pd.Series([1, 2, 3, 4, 5, 6])).tolist() == ["lower"] * 2 + ["middle"] * 2 + ["upper"] * 2
    )
    assert value_thirds(pd.Series([5, 5, 5, 5])).tolist() == ["middle"] * 4
    assert value_thirds(pd.Series([1, 7, 7, 7])).tolist() == ["lower", "middle", "middle", "middle"]
    assert value_thirds(pd.Series(dtype=float)).empty


# --- groups -------------------------------------------------------------------------------------------


def opinions(good: int, none: int, bad: int) -> list[int]:
    return [1] * good + [0] * none + [-1] * bad


def test_groups_are_compared_by_cochrans_q():
    parts = {"a": opinions(30, 10, 10), "b": opinions(20, 20, 30), "c": opinions(40, 30, 30), "d": [1] * 9}
    answers = pd.DataFrame([(name, value) for name, found in parts.items() for value in found])
    answers.columns = ["plan", "value"]
    table = nps_by(pd.concat([answers, pd.DataFrame({"plan": [None], "value": [1]})]), "plan")
    assert table["group"].tolist() == ["c", "b", "a", "d"]  # by most answers; without a plan: nowhere
    assert table["nps"].tolist() == pytest.approx([0.1, -1 / 7, 0.4, np.nan], nan_ok=True)
    got = nps_difference(table)
    known = table.iloc[:3]
    variance = score_variance(known["promoters"], known["detractors"], known["answers"])
    # Another program: statsmodels' test of homogeneity in a meta-analysis with fixed effects.
    other = combine_effects(known["nps"].to_numpy(), variance).test_homogeneity()
    assert got.p == pytest.approx(float(other.pvalue))
    assert (got.highest["group"], got.lowest["group"], got.groups) == ("a", "b", 3)
    assert nps_difference(table.iloc[2:]) is None


# --- who left -----------------------------------------------------------------------------------------


def test_the_first_answer_that_could_be_followed_counts_and_an_old_one_does_not():
    scored = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "ann", "bob", "cem", None],
            "day": days("2021-01-01", "2023-01-01", "2023-06-01", "2023-06-01", "2024-06-01", "2023-01-01"),
            "value": [1, -1, 1, 0, -1, -1],
        }
    )
    asked = scored[["customer_id", "day"]].dropna().assign(has_left=[1.0, 0.0, 1.0, 1.0, np.nan])
    got = followed_answers(scored, asked)
    assert got[["customer_id", "value", "has_left"]].to_numpy().tolist() == [
        ["ann", -1, 0.0],
        ["bob", 0, 1.0],
    ]
    assert followed_answers(scored.head(0), asked).empty


def followed(bad: tuple[int, int], passive: tuple[int, int], good: tuple[int, int]) -> pd.DataFrame:
    rows = [
        (value, float(place < gone))
        for value, (gone, every) in zip((-1, 0, 1), (bad, passive, good), strict=True)
        for place in range(every)
    ]
    return pd.DataFrame(rows, columns=["value", "has_left"])


def test_detractors_are_compared_with_everybody_else():
    # Newcombe (1998), method 10, for 56/70 and 48/80: 0.2, from 0.0524 to 0.3339.
    got = score_link(followed((56, 70), (30, 40), (18, 40)), min_customers=20)
    assert (got.difference, got.low, got.high) == (
        pytest.approx(0.2), pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5),
    )  # fmt: skip
    assert got.ratio == pytest.approx(0.8 / 0.6)
    # Koopman (1984) prints for 36/40 and 16/80 the ratio 4.5, from 2.94 to 7.15.
    paper = score_link(followed((36, 40), (16, 80), (0, 0)), min_customers=20)
    assert (paper.ratio, paper.ratio_low, paper.ratio_high) == (
        4.5, pytest.approx(2.94, abs=5e-3), pytest.approx(7.15, abs=5e-3),
    )  # fmt: skip
    assert got.groups[["group", "customers", "left"]].to_numpy().tolist() == [
        ["detractors", 70, 56], ["passives", 40, 30], ["promoters", 40, 18],
    ]  # fmt: skip


def test_too_few_are_not_compared_and_nobody_leaving_has_no_ratio():
    few = score_link(followed((5, 19), (5, 40), (5, 40)), min_customers=20)
    assert not few.is_known
    assert few.groups["share"].isna().tolist() == [True, False, False]
    none = score_link(followed((5, 30), (0, 40), (0, 40)), min_customers=20)
    assert none.is_known
    assert np.isnan(none.ratio)
    empty = score_link(followed((0, 0), (0, 0), (0, 0)), min_customers=20)
    assert empty.groups["customers"].tolist() == [0, 0, 0]


# --- what is at stake ---------------------------------------------------------------------------------


def test_detractors_of_today_are_listed_by_what_they_bring():
    latest = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "cem", "dea", "gone", None],
            "day": days(*["2024-05-01"] * 6),
            "score": [3, 6, 9, 0, 1, 2],
            "value": [-1, -1, 1, -1, -1, -1],
            "comment": ["too dear", None, "fine", " ", "bye", "who?"],
        }
    )
    current = pd.DataFrame({"customer_id": ["bob", "ann", "cem", "dea"], "value": [70.0, 70.0, 90.0, 10.0]})
    got = detractors_at_stake(latest, current, min_customers=4, most=2)
    assert got.listed["customer_id"].tolist() == ["ann", "bob"]  # of equals the one with words
    assert (got.customers, got.detractors, got.share, got.without_comment) == (4, 3, 0.75, 2)
    assert (got.value, got.detractors_value) == (240.0, 150.0)
    assert np.isnan(detractors_at_stake(latest, current, min_customers=5, most=2).share)


# --- replies ------------------------------------------------------------------------------------------


def test_replies_are_timed_with_those_still_waiting():
    answers = pd.DataFrame(
        {
            "day": days(*["2024-06-20"] * 6, "2024-06-29", "2024-06-30"),
            "replied_on": days(
                "2024-06-20", "2024-06-21", "2024-06-21", "2024-06-23", None, None, "2024-06-30", None
            ),
            "value": [-1, -1, -1, 0, 1, np.nan, -1, -1],
        }
    )
    got = reply_times(answers, promised_days=2, as_of=AS_OF, min_customers=2).table.set_index("group")
    every = got.loc["all"]
    assert (every["answers"], every["replied"], every["due"], every["kept"]) == (8, 5, 6, 3)
    # Another program: SciPy's estimate of the distribution of waits, some of them not over.
    waits = CensoredData(uncensored=[0, 1, 1, 3, 1], right=[10, 10, 0])
    known = ecdf(waits).cdf
    assert every["median_days"] == known.quantiles[np.searchsorted(known.probabilities, 0.5)]
    assert np.isnan(every["most_days"])
    assert got.loc["comments", "answers"] == 1
    assert np.isnan(got.loc["comments", "share"])
    quiet = reply_times(answers, promised_days=0, as_of=AS_OF, min_customers=2).table
    assert (quiet["due"].sum(), quiet["kept_share"].notna().sum()) == (0, 0)
    assert (
        reply_times(answers.assign(replied_on=pd.NaT), promised_days=2, as_of=AS_OF, min_customers=2) is None
    )


# --- all of it ----------------------------------------------------------------------------------------

LIMITS = Limits(as_of=AS_OF, min_customers=20, horizon_days=90, promised_days=0, most_listed=20)


def supplied(**columns) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(90)],
            "day": pd.date_range("2024-04-01", periods=90),
            "score": [10, 7, 3] * 30,
            "comment": ["well"] * 90,
        }
    )
    return table.assign(**columns, themes=[("praise",)] * 90)


def account_of(surveys: pd.DataFrame):
    answers = survey_answers(surveys, calendar())
    standing = contract_standing(
        CONTRACTS, answers.scored, settings=ContractSettings(), horizon_days=90, as_of=AS_OF
    )
    return voice_account(answers, standing, calendar(), limits=LIMITS)


def test_whatever_is_missing_the_rest_is_answered():
    whole = account_of(supplied())
    assert (whole.is_dated, whole.is_scored, whole.has_customers) == (True, True, True)
    nameless = account_of(supplied(customer_id=None))
    assert (nameless.has_customers, nameless.nps.answers, len(nameless.groups)) == (False, 90, 0)
    undated = account_of(supplied(day=None))
    assert (undated.is_dated, undated.is_scored, len(undated.year)) == (False, True, 90)
    assert (undated.nps, undated.themes.comments, undated.themes.is_dated) == (None, 90, False)
    spoken = account_of(supplied(score=None))
    assert (spoken.is_scored, spoken.themes.comments) == (False, 90)
    assert voice_account(survey_answers(None, calendar()), None, calendar(), limits=LIMITS) is None


def test_the_ratio_agrees_with_statsmodels():
    got = score_link(followed((10, 60), (8, 70), (4, 50)), min_customers=20)
    ends = confint_proportions_2indep(10, 60, 12, 120, method="score", compare="ratio", correction=False)
    assert (got.ratio_low, got.ratio_high) == pytest.approx(ends)


def test_answers_of_a_client_without_history_make_their_own_calendar():
    table = supplied(day=pd.date_range("2023-11-30", periods=90))
    got = answer_calendar(table, parse_period("2024-06"))
    assert got["period"].tolist()[:2] == ["2023-11", "2023-12"]
    assert (len(got), got["last_day"].iloc[-1]) == (8, AS_OF)
    assert answer_calendar(None, parse_period("2024-06"))["period"].tolist() == ["2024-06"]
    stray = answer_calendar(supplied(day=pd.Timestamp("1970-01-01")), parse_period("2024-06"))
    assert stray["period"].iloc[0] == "2019-06"

"""Churn gaps held against what came: counted on paper, against other programs, and on customers of known truth."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, ecdf, ks_2samp

from retention_utils.churn_gap.backtest import (
    BASE_DAYS,
    CANDIDATES,
    candidates_within,
    gap_backtest,
    silence_cells,
)
from retention_utils.churn_gap.curve import gap_curve, gap_of_false_churn, percentile_gap
from retention_utils.churn_gap.families import (
    EVERYONE,
    WITH_CONTRACT,
    WITH_NORM,
    contract_states,
    family_comparison,
)
from retention_utils.churn_gap.recommendation import GapRecommendation, agree, compare_gaps, recommend_gap
from retention_utils.errors import TableError
from retention_utils.upkeep import ensure_mart

FOLLOW_UP = 180


def states_of(*rows: tuple[int, int, float]) -> pd.DataFrame:
    """Silence, purchases in the follow-up and amount of the last year, one row per customer."""
    return pd.DataFrame(rows, columns=["silence_days", "later_purchases", "year_amount"])


# On paper: who was silent for 20, 31, 50, 61, 100 and 400 days; the second, fourth and sixth came back.
PAPER = states_of((20, 0, 10.0), (31, 2, 20.5), (50, 0, 40.0), (61, 1, 80.25), (100, 0, 160.0), (400, 1, 0.0))


def many(leavers: dict[int, int], returners: dict[int, int]) -> pd.DataFrame:
    """So many leavers and returners by days of silence, each with 10 spent in the year."""
    rows = [(days, 0, 10.0) for days, number in leavers.items() for _ in range(number)]
    rows += [(days, 1, 10.0) for days, number in returners.items() for _ in range(number)]
    return states_of(*rows)


def simulated(customers: int, days: int, seed: int, *, life_days: float = 400.0) -> pd.DataFrame:
    """Customers who join evenly over a log, buy at random at personal rates and leave for good at random."""
    random = np.random.default_rng(seed)
    joined = random.uniform(0, days, customers)
    left = joined + random.exponential(life_days, customers)
    until = np.minimum(left, days + FOLLOW_UP)
    bought = random.poisson(random.gamma(2, 1 / 120, customers) * (until - joined))
    owner = np.repeat(np.arange(customers), bought)
    day = joined[owner] + random.uniform(size=len(owner)) * (until - joined)[owner]
    day, owner = np.floor(np.concatenate([joined, day])), np.concatenate([np.arange(customers), owner])
    is_known = day < days
    last = np.zeros(customers)
    np.maximum.at(last, owner[is_known], day[is_known])
    later = np.bincount(owner[~is_known], minlength=customers)
    return pd.DataFrame(
        {
            "silence_days": (days - last).astype(int),
            "later_purchases": later,
            "year_amount": 1.0,
            "has_left": left < days,
        }
    )


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    return simulated(1_000_000, 1500, seed=1)


# --- the back-test, on paper -----------------------------------------------------------------------------------


def test_every_count_of_the_paper_log():
    got = gap_backtest(PAPER, log_days=500, gaps=[30, 60, 90]).set_index("gap_days")
    assert got.loc[30, ["customers", "leavers", "returners"]].tolist() == [6, 3, 3]
    counts = ["flagged", "returned", "caught", "late", "wrong_amount", "late_amount"]
    assert got.loc[30, counts].tolist() == [5, 3, 2, 1, 100.75, 10.0]
    assert got.loc[60, counts].tolist() == [3, 2, 1, 2, 80.25, 50.0]
    assert got.loc[90, counts].tolist() == [2, 1, 1, 2, 0.0, 50.0]
    assert got.loc[60, ["false_churn", "caught_share", "late_share", "wrong_share", "youden"]].tolist() == [
        2 / 3, 1 / 3, 2 / 3, 2 / 3, pytest.approx(-1 / 3)
    ]  # fmt: skip


def test_silent_for_exactly_the_gap_is_not_flagged_and_a_day_longer_is():
    got = gap_backtest(states_of((60, 0, 1.0), (61, 0, 1.0)), log_days=100, gaps=[60])
    assert got["flagged"].tolist() == [1]


def test_the_shares_bear_the_interval_that_newcombe_prints():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, method 3: 81 of 263 gives 0.2553 to 0.3662.
    states = many({100: 263 - 81, 10: 5}, {100: 81, 10: 5})
    got = gap_backtest(states, log_days=200, gaps=[30]).iloc[0]
    assert (got["flagged"], got["returned"]) == (263, 81)
    assert (round(got["low"], 4), round(got["high"], 4)) == (0.2553, 0.3662)


def test_who_left_longer_ago_than_two_years_is_not_tested():
    within, beyond = many({BASE_DAYS: 3}, {}), many({BASE_DAYS + 1: 5}, {})
    got = gap_backtest(pd.concat([within, beyond]), log_days=2000, gaps=[30]).iloc[0]
    assert (got["customers"], got["flagged"]) == (3, 3)


@pytest.mark.parametrize(
    ("log_days", "reached"), [(1, []), (30, []), (31, [30]), (46, [30, 45]), (900, CANDIDATES)]
)
def test_gaps_are_tried_as_far_as_the_log_reaches(log_days, reached):
    assert candidates_within(log_days) == tuple(reached)
    assert gap_backtest(PAPER, log_days=log_days)["gap_days"].tolist() == list(reached)


def test_a_gap_beyond_the_log_is_blank_and_never_zero():
    got = gap_backtest(PAPER[PAPER["silence_days"] < 100], log_days=90, gaps=[60, 90]).iloc[1]
    assert (got["customers"], got["leavers"]) == (4, 2)
    blanks = [
        "flagged",
        "false_churn",
        "caught_share",
        "late_share",
        "wrong_share",
        "youden",
        "wrong_amount",
        "low",
    ]
    assert got[blanks].isna().all()


def test_shares_of_too_few_are_blank_and_counts_are_not():
    got = gap_backtest(PAPER, log_days=500, gaps=[30, 90], min_customers=3)
    assert got["flagged"].tolist() == [5, 2]
    assert got["false_churn"].notna().tolist() == [True, False]
    assert got["late_share"].notna().all()


def test_nobody_flagged_has_no_false_churn():
    got = gap_backtest(many({10: 4}, {10: 4}), log_days=100, gaps=[60]).iloc[0]
    assert (got["flagged"], got["late_share"], got["wrong_share"]) == (0, 1.0, 0.0)
    assert np.isnan(got["false_churn"]) and np.isnan(got["low"])


def test_nothing_depends_on_the_order_of_the_rows():
    states = simulated(300, 800, seed=3).assign(
        year_amount=np.random.default_rng(1).gamma(2, 33.3, 300).round(2)
    )
    shuffled = states.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        gap_backtest(states, log_days=800), gap_backtest(shuffled, log_days=800), check_exact=True
    )
    assert recommend_gap(states, log_days=800) == recommend_gap(shuffled, log_days=800)


@pytest.mark.parametrize("wrong", [{"silence_days": -1}, {"later_purchases": -1}, {"silence_days": None}])
def test_impossible_states_are_refused(wrong):
    with pytest.raises(TableError, match="blank or negative"):
        silence_cells(PAPER.assign(**wrong))


@pytest.mark.parametrize("column", ["silence_days", "later_purchases", "year_amount"])
def test_a_missing_column_is_named(column):
    with pytest.raises(TableError, match=column):
        recommend_gap(PAPER.drop(columns=column), log_days=500)


def test_no_customers_give_an_empty_account():
    empty = PAPER.iloc[:0]
    assert gap_backtest(empty, log_days=-50).empty
    assert recommend_gap(empty, log_days=-50).shortage == "data"


# --- the recommendation ----------------------------------------------------------------------------------------


def test_the_recommended_gap_on_paper():
    # Flagged of 100 leavers and 50 returners: 80 and 20 at 30 days, 70 and 10 at 45, 30 and 5 at 60.
    states = many({30: 20, 45: 10, 60: 40, 70: 30}, {30: 30, 45: 10, 60: 5, 70: 5})
    got = recommend_gap(states, log_days=120)
    assert (got.gap_days, got.caught, got.returned, got.customers) == (45, 70, 10, 150)
    assert (got.leavers, got.returners, got.is_at_edge, got.is_young) == (100, 50, False, True)


def test_of_equally_good_gaps_the_shortest_is_taken():
    # Nobody was silent for 46 to 90 days: 45, 60, 75 and 90 flag the same people.
    got = recommend_gap(many({20: 20, 100: 80}, {20: 80, 100: 20}), log_days=200)
    assert got.gap_days == 30
    assert got.is_at_edge
    got = recommend_gap(many({40: 10, 100: 90}, {40: 90, 100: 10}), log_days=200)
    assert (got.gap_days, got.is_at_edge) == (45, False)


def test_the_index_is_the_statistic_of_kolmogorov_and_smirnov():
    # The largest distance between the two distributions of silence; scipy says how far and where.
    states = simulated(1500, 1000, seed=8)
    states = states[states["silence_days"] <= BASE_DAYS]
    grid = np.array(CANDIDATES)
    states["silence_days"] = np.concatenate([[1], grid + 1])[np.searchsorted(grid, states["silence_days"])]
    has_left = states["later_purchases"] == 0
    expected = ks_2samp(states.loc[has_left, "silence_days"], states.loc[~has_left, "silence_days"])
    got = recommend_gap(states, log_days=1000)
    assert got.caught / got.leavers - got.returned / got.returners == pytest.approx(
        expected.statistic, abs=1e-12
    )
    flagged = {gap: set(states.index[states["silence_days"] > gap]) for gap in CANDIDATES}
    assert flagged[got.gap_days] == set(states.index[states["silence_days"] > expected.statistic_location])


@pytest.mark.parametrize(
    ("leavers", "returners", "log_days"),
    [(69, 30, 400), (71, 29, 400), (29, 71, 400), (70, 30, 89)],
)
def test_too_little_data_recommends_nothing(leavers, returners, log_days):
    got = recommend_gap(many({70: leavers}, {10: returners}), log_days=log_days)
    assert (got.gap_days, got.low, got.shortage) == (None, None, "data")
    assert (got.leavers, got.returners) == (leavers, returners)


def test_just_enough_data_recommend():
    assert recommend_gap(many({70: 70}, {10: 30}), log_days=90).gap_days == 30


def test_silence_that_tells_nothing_recommends_nothing():
    half = {days: 20 for days in range(20, 200, 10)}
    got = recommend_gap(many(half, half), log_days=400)
    assert (got.gap_days, got.shortage) == (None, "no difference")


def test_chance_rarely_recommends_a_gap():
    """Leavers and returners who were silent alike: the best of 24 gaps looks good, and is not believed."""
    found = 0
    for seed in range(100):
        random = np.random.default_rng(seed)
        states = pd.DataFrame({"silence_days": random.integers(1, 500, 300)})
        states = states.assign(later_purchases=random.integers(0, 2, 300), year_amount=1.0)
        found += recommend_gap(states, log_days=1000).gap_days is not None
    assert found <= 5  # 5 %; a plain 95 % interval at the best gap would find a quarter of them


def test_the_interval_covers_the_true_gap_and_the_gap_comes_out(population):
    truth = recommend_gap(population, log_days=1500).gap_days
    assert truth == 135  # flat around it: 120 and 150 are worse by less than half a point
    found = [recommend_gap(simulated(1500, 1500, seed=seed), log_days=1500) for seed in range(100, 180)]
    covered = np.mean([one.low <= truth <= one.high for one in found])
    assert covered >= 0.93
    assert abs(np.mean([one.gap_days for one in found]) - truth) < 8


def test_the_gap_does_not_grow_with_the_age_of_the_log():
    """With everyone who ever left, it would: 180 days for four years of log, 240 for eight."""

    def best(days: int, most: int) -> int:
        states = simulated(400_000, days, seed=days)
        table = gap_backtest(
            states.assign(silence_days=np.minimum(states["silence_days"], most)), log_days=days
        )
        return int(table.loc[table["youden"].idxmax(), "gap_days"])

    assert {
        recommend_gap(simulated(400_000, days, seed=days), log_days=days).gap_days for days in (1500, 3000)
    } == {135}
    assert best(3000, BASE_DAYS) > best(1500, BASE_DAYS) + 30  # everyone counted as of the last two years


def test_false_churn_and_the_leavers_caught_are_those_of_the_population(population):
    whole = gap_backtest(population, log_days=1500, gaps=[90, 180]).set_index("gap_days")
    covered = {"": 0, "caught_": 0, "wrong_": 0}
    names = {"": "false_churn", "caught_": "caught_share", "wrong_": "wrong_share"}
    for seed in range(120):
        got = gap_backtest(simulated(800, 1500, seed=500 + seed), log_days=1500, gaps=[90, 180]).set_index(
            "gap_days"
        )
        for prefix, name in names.items():
            covered[prefix] += int(
                (got[f"{prefix}low"].le(whole[name]) & whole[name].le(got[f"{prefix}high"])).sum()
            )
    assert all(0.91 <= hits / 240 <= 0.99 for hits in covered.values()), covered


def test_who_truly_left_is_among_the_leavers_and_most_leavers_truly_left():
    states = simulated(200_000, 1500, seed=4)
    is_leaver = states["later_purchases"] == 0
    assert is_leaver[states["has_left"]].all()
    tested = states[states["silence_days"] <= BASE_DAYS]
    truly = tested["has_left"][tested["later_purchases"] == 0].mean()
    assert 0.85 < truly < 1  # the others stay silent through the follow-up and come back later


# --- the interval of the recommended gap, and two tests held against each other -----------------------------------

FOUND = GapRecommendation(
    gap_days=150, low=90, high=180, customers=200, leavers=120, returners=80, caught=90, returned=20, log_days=900, is_at_edge=False
)  # fmt: skip


@pytest.mark.parametrize(
    ("gap", "low", "high", "fits"),
    [
        (150, 90, 180, True),
        (90, 90, 150, True),
        (180, 180, 240, False),
        (195, 120, 240, False),
        (None, None, None, None),
    ],
)
def test_two_tests_agree_when_each_lies_in_the_interval_of_the_other(gap, low, high, fits):
    other = replace(FOUND, gap_days=gap, low=low, high=high)
    assert agree(FOUND, other) is agree(other, FOUND) is fits


@pytest.mark.parametrize(("low", "high", "is_wide"), [(90, 179, False), (90, 180, True), (150, 150, False)])
def test_an_interval_is_wide_from_twice_its_lower_end_on(low, high, is_wide):
    assert replace(FOUND, low=low, high=high).is_wide is is_wide


@pytest.mark.parametrize(("log_days", "is_young"), [(729, True), (730, False)])
def test_a_log_is_young_before_it_covers_the_two_years_tested(log_days, is_young):
    assert replace(FOUND, log_days=log_days).is_young is is_young


# --- against the gap in force ------------------------------------------------------------------------------------


def test_two_gaps_differ_by_those_whom_only_one_flags():
    # Newcombe (1998), Statistics in Medicine 17, 873-890, method 10: 56/70 - 48/80 is 0.0524 to 0.3339.
    states = many({10: 10, 40: 56, 100: 4}, {10: 20, 40: 48, 100: 12})
    got = compare_gaps(states, recommended=30, in_force=45, log_days=46)
    assert (got.difference, got.tried) == (pytest.approx(56 / 70 - 48 / 80), 1)
    assert (round(got.low, 4), round(got.high, 4)) == (0.0524, 0.3339)
    assert (got.recommended.flagged, got.recommended.returned, got.recommended.late) == (120, 60, 10)
    assert (got.in_force.flagged, got.in_force.returned, got.in_force.late) == (16, 12, 66)
    back = compare_gaps(states, recommended=45, in_force=30, log_days=46)
    assert back.difference == pytest.approx(-got.difference)
    assert (round(back.low, 4), round(back.high, 4)) == (-0.3339, -0.0524)


def test_the_more_gaps_were_tried_the_wider_the_interval():
    states = many({10: 10, 40: 56, 100: 4}, {10: 20, 40: 48, 100: 12})
    few = compare_gaps(states, recommended=30, in_force=45, log_days=46)
    more = compare_gaps(states, recommended=30, in_force=45, log_days=400)
    assert more.tried == 23
    assert (more.low < few.low, few.high < more.high) == (True, True)


def test_a_gap_does_not_differ_from_itself():
    got = compare_gaps(PAPER, recommended=60, in_force=60, log_days=500)
    assert (got.difference, got.low, got.high) == (0, 0, 0)
    assert got.recommended == got.in_force


@pytest.mark.parametrize(("in_force", "log_days"), [(500, 400), (730, 2000), (410, 2000)])
def test_a_gap_in_force_that_flags_nobody_is_not_compared(in_force, log_days):
    assert compare_gaps(PAPER, recommended=60, in_force=in_force, log_days=log_days) is None


# --- how long silences last ----------------------------------------------------------------------------------------


def silences(*rows: tuple[int, bool, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["days", "has_ended", "purchases"])


def test_the_curve_and_the_expectation_on_paper():
    # Ten purchases: 4 followed after 10 days, 2 still open on day 20, 2 followed after 30, 2 open on day 50.
    got = gap_curve(silences((10, True, 4), (20, False, 2), (30, True, 2), (50, False, 2)), follow_up_days=20)
    assert got["days"].tolist() == [0, 10, 20, 30, 50]
    assert got["at_risk"].tolist() == [10, 10, 6, 4, 2]
    assert got["ended"].tolist() == pytest.approx([0, 0.4, 0.4, 0.7, 0.7])
    # After day 10, 60 % are silent; of these, by day 30 another half has bought.
    assert got["expected_back"].tolist() == pytest.approx([0.4, 0.5, 0.5, 0.0, np.nan], nan_ok=True)


def test_the_curve_is_that_of_scipy():
    random = np.random.default_rng(5)
    days, has_ended = random.integers(1, 400, 500), random.integers(0, 2, 500).astype(bool)
    counts = (
        pd.DataFrame({"days": days, "has_ended": has_ended}).value_counts().rename("purchases").reset_index()
    )
    got = gap_curve(counts, follow_up_days=90)
    curve = ecdf(CensoredData(uncensored=days[has_ended], right=days[~has_ended])).sf
    np.testing.assert_allclose(got["silent"], curve.evaluate(got["days"]), atol=1e-12)
    known = got[got["expected_back"].notna()]
    expected = 1 - curve.evaluate(known["days"] + 90) / curve.evaluate(known["days"])
    np.testing.assert_allclose(known["expected_back"], expected, atol=1e-12)
    assert known["days"].max() + 90 <= days.max() < got["days"].max() + 90


def test_no_purchases_have_no_curve():
    got = gap_curve(silences(), follow_up_days=90)
    assert got.empty
    assert "expected_back" in got
    assert percentile_gap(silences()) is None
    assert percentile_gap(silences((5, False, 3))) is None


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95, 1.0])
def test_the_percentile_is_that_of_numpy(share):
    random = np.random.default_rng(6)
    days = random.integers(1, 300, 211)
    counts = pd.Series(days).value_counts().rename_axis("days").rename("purchases").reset_index()
    open_ones = silences((900, False, 50))
    got = percentile_gap(pd.concat([counts.assign(has_ended=True), open_ones]), share=share)
    assert got == int(np.quantile(days, share, method="inverted_cdf"))


def test_the_shortest_gap_with_little_false_churn():
    table = pd.DataFrame({"gap_days": [30, 45, 60, 75], "false_churn": [0.3, 0.1, 0.12, np.nan]})
    assert gap_of_false_churn(table) == 45
    assert gap_of_false_churn(table, most=0.05) is None


# --- families of definitions ---------------------------------------------------------------------------------------


def customers(*rows: dict) -> pd.DataFrame:
    steady = {
        "silence_days": 5, "later_purchases": 1, "usual_gap_days": 15.0, "norm_days": 365, "norm_purchases": 24,
        "norm_amount": 2400.0, "last_purchases": 2, "last_amount": 200.0, "previous_purchases": 2, "previous_amount": 200.0,
    }  # fmt: skip
    table = pd.DataFrame([steady | row for row in rows])
    return table.assign(customer_id=[f"c{number}" for number in range(len(rows))])


FADED = {
    "last_purchases": 0,
    "last_amount": 0.0,
    "previous_purchases": 0,
    "previous_amount": 0.0,
    "silence_days": 70,
}
CHEAPER = {"last_amount": 90.0, "previous_amount": 90.0}  # the norm of 30 days is 197


def compared(table: pd.DataFrame, **options) -> pd.DataFrame:
    got = family_comparison(table, gap_days=60, decline_share=0.5, stretch_days=30, **options)
    return got.set_index(["group", "family"])


def test_families_are_counted_on_those_they_can_judge():
    table = customers(
        {},
        FADED | {"later_purchases": 0},
        FADED,
        CHEAPER | {"later_purchases": 0},
        CHEAPER | {"norm_days": 100, "later_purchases": 0},  # too new to have a norm
        {
            "norm_purchases": 11,
            "silence_days": 100,
            "later_purchases": 0,
        },  # 1.8 purchases expected in 60 days
    )
    got = compared(table)
    counts = ["customers", "leavers", "flagged", "left", "also_silent"]
    assert got.loc[(EVERYONE, "inactivity"), counts].tolist() == [6, 4, 3, 2, 3]
    assert got.loc[(WITH_NORM, "inactivity"), counts].tolist() == [4, 2, 2, 1, 2]
    assert got.loc[(WITH_NORM, "decline"), counts].tolist() == [4, 2, 3, 2, 2]
    decline = got.loc[(WITH_NORM, "decline")]
    assert decline[["precision", "caught_share", "difference"]].tolist() == pytest.approx([2 / 3, 1.0, 2 / 3])


def test_one_poor_stretch_is_no_decline():
    got = compared(customers({}, CHEAPER | {"previous_amount": 200.0}))
    assert got.loc[(WITH_NORM, "decline"), "flagged"] == 0


def test_families_of_too_few_have_no_shares():
    got = compared(customers({}, FADED), min_customers=2)
    assert got.loc[(WITH_NORM, "decline"), ["precision", "difference", "caught_share"]].isna().all()


def test_nobody_tested_is_an_account_of_zeros_and_blanks():
    got = compared(customers({}).iloc[:0])
    assert got["customers"].tolist() == [0, 0, 0]
    assert got["precision"].isna().all()


CONTRACTS = pd.DataFrame(
    {
        "customer_id": ["c0", "c0", "c1", "c2", "c3", "c4", "c9"],
        "start": pd.to_datetime(
            ["2024-01-01", "2024-02-01", "2024-01-01", "2024-01-01", "2024-06-02", "2024-01-01", "2024-06-01"]
        ),
        "end": pd.to_datetime(["2024-02-01", None, "2024-06-01", "2024-06-02", None, "2024-03-01", None]),
    }
)


def test_a_contract_has_ended_on_its_first_day_no_longer_covered_and_not_before_all_have():
    got = contract_states(CONTRACTS, day=date(2024, 6, 1)).set_index("customer_id")["has_ended"]
    # c0 went on under another plan, c1 ended that day, c2 the day after, c3 begins the day after, c9 that day.
    assert got.to_dict() == {"c0": False, "c1": True, "c2": False, "c4": True, "c9": False}


def test_termination_is_held_against_those_with_a_contract():
    contracts = contract_states(CONTRACTS, day=date(2024, 6, 1))
    table = customers({}, {"later_purchases": 0}, FADED, {}, FADED | {"later_purchases": 0})
    got = compared(table, contracts=contracts)
    counts = ["customers", "leavers", "flagged", "left", "also_silent"]
    assert got.loc[(WITH_CONTRACT, "termination"), counts].tolist() == [4, 2, 2, 2, 1]
    assert got.loc[(WITH_CONTRACT, "inactivity"), counts].tolist() == [4, 2, 2, 1, 2]


def test_contracts_are_read_from_a_mart(project):
    source = '[tables.subscriptions]\npath = "contracts.csv"\n[tables.subscriptions.columns]\n'
    columns = ("customer_id", "start", "end", "amount")
    project.write_client(sections=source + "\n".join(f'{name} = "{name}"' for name in columns))
    project.write_orders([("ann", "2024-01-05", "9"), ("bob", "2024-01-06", "9"), ("cem", "2024-03-31", "9")])
    rows = [("ann", "2024-01-01", "2024-02-01", "5"), ("bob", "2024-01-01", "2024-06-01", "5")]
    project.write_orders(rows, name="contracts.csv", header=columns)
    found = ensure_mart(project.folder, "shop", "2024-03").supplied("subscriptions")
    got = contract_states(found, day=date(2024, 3, 1)).set_index("customer_id")["has_ended"]
    assert got.to_dict() == {"ann": True, "bob": False}


def test_contracts_without_dates_cannot_say_when():
    assert (
        contract_states(pd.DataFrame({"customer_id": ["a"], "tenure_months": [3]}), day=date(2024, 6, 1))
        is None
    )

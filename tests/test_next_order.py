"""Waits between orders: by hand, against R, lifelines, SciPy and statsmodels, by property, by refusal."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf
from statsmodels.duration.survfunc import SurvfuncRight

from retention_utils.errors import ConfigError, TableError
from retention_utils.next_order import next_order_curve, ordered_by, waiting_quantiles
from retention_utils.repeat_rate import repeat_course, repeat_rate_change


def waits(*rows: tuple[int, bool] | tuple[int, bool, int], order_rank: int = 1) -> pd.DataFrame:
    full = [(order_rank, *row, *([1] if len(row) == 2 else [])) for row in rows]
    return pd.DataFrame(full, columns=["order_rank", "days", "is_observed", "customers"])


def at(curve: pd.DataFrame, days: list[int]) -> pd.DataFrame:
    return curve.set_index("days").loc[days]


# Ten customers on paper. Day 0: 10 wait. Day 5: 2 of 10 order, 0.8 wait on. Day 8: 1 last seen. Day 9: 1 of 7
# orders, 0.8 * 6/7. Day 20: 2 of 6 order and 1 is last seen, 0.8 * 6/7 * 4/6. Day 30: 3 are last seen.
TEN = waits((5, True, 2), (8, False), (9, True), (20, True, 2), (20, False), (30, False, 3))

# lifelines/datasets/g3.csv, the control group: months, and whether death was observed.
GLIOMA = waits((9, True), (19, True), (32, True), (34, True), (48, False), (50, False))

# lifelines/datasets/waltons_dataset.csv, all 163 flies, counted by day and outcome.
WALTONS_EVENTS = {
    **{
        6: 1,
        7: 1,
        9: 3,
        13: 3,
        15: 2,
        17: 1,
        19: 3,
        22: 4,
        26: 5,
        29: 5,
        32: 1,
        33: 3,
        36: 2,
        38: 2,
        41: 7,
        43: 1,
    },
    **{
        45: 9,
        47: 1,
        48: 8,
        51: 3,
        53: 7,
        54: 2,
        56: 18,
        58: 4,
        60: 15,
        61: 9,
        62: 2,
        63: 9,
        66: 3,
        68: 9,
        69: 12,
        75: 1,
    },
}
WALTONS_LAST_SEEN = {7: 1, 45: 1, 60: 1, 61: 2, 68: 1, 69: 1}
WALTONS = waits(
    *[(day, True, n) for day, n in WALTONS_EVENTS.items()],
    *[(day, False, n) for day, n in WALTONS_LAST_SEEN.items()],
)

# scipy/stats/tests/test_survival.py, example 5, with the limits R's survfit(conf.type="log-log",
# conf.int=0.9) printed there to 16 digits.
R_TIME = [3, 5, 8, 10, 5, 5, 8, 12, 15, 14, 2, 11, 10, 9, 12, 5, 8, 11]
R_STATUS = [1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1]
R_LOW = {2: 0.74366748406861172, 3: 0.68582332289196246, 5: 0.50596835651480121, 8: 0.32913131413336727}
R_LOW |= {11: 0.15986912028781664, 12: 0.04499539918147757, 15: 0.04499539918147757}
R_HIGH = {2: 0.9890291867238429, 3: 0.9638835422144144, 5: 0.8560366823086629, 8: 0.7130167643978450}
R_HIGH |= {11: 0.5678602982997164, 12: 0.3887616766886558, 15: 0.3887616766886558}


def test_counted_by_hand():
    got = next_order_curve(TEN)
    assert list(got[["days", "at_risk", "events"]].itertuples(index=False, name=None)) == [
        (0, 10, 0),
        (5, 10, 2),
        (8, 8, 0),
        (9, 7, 1),
        (20, 6, 2),
        (30, 3, 0),
    ]
    expected = [1, 0.8, 0.8, 0.8 * 6 / 7, 0.8 * 6 / 7 * 4 / 6, 0.8 * 6 / 7 * 4 / 6]
    assert got["waiting"].to_numpy() == pytest.approx(expected)
    assert got["ordered"].to_numpy() == pytest.approx(1 - np.array(expected))


def test_ignoring_those_still_waiting_would_be_wrong():
    # Of the five finished waits all had ended by day 20; of the ten customers only 54% had ordered.
    assert ordered_by(next_order_curve(TEN), days=[20])["ordered"].item() == pytest.approx(
        1 - 0.8 * 6 / 7 * 4 / 6
    )


def test_limits_as_r_prints_them_for_lifelines_glioma_example():
    # lifelines/tests/test_estimation.py, test_kmf_survival_curve_output_against_R and
    # test_kmf_confidence_intervals_output_against_R (conf.type = "log-log").
    got = at(next_order_curve(GLIOMA), [9, 19, 32, 34])
    assert got["waiting"].to_numpy() == pytest.approx([0.833, 0.667, 0.5, 0.333], abs=5e-4)
    assert (1 - got["high"]).to_numpy() == pytest.approx([0.2731, 0.1946, 0.1109, 0.0461], abs=5e-5)
    assert (1 - got["low"]).to_numpy() == pytest.approx([0.975, 0.904, 0.804, 0.676], abs=5e-4)


def test_limits_as_r_prints_them_at_another_level():
    got = at(next_order_curve(waits(*zip(R_TIME, map(bool, R_STATUS), strict=True)), level=0.9), list(R_LOW))
    assert (1 - got["high"]).to_numpy() == pytest.approx(list(R_LOW.values()), abs=1e-12)
    assert (1 - got["low"]).to_numpy() == pytest.approx(list(R_HIGH.values()), abs=1e-12)


def test_lifelines_waltons_example():
    # Event table from lifelines/docs/Quickstart.rst; shares, limits and quantiles from lifelines 0.30.3.
    curve = next_order_curve(WALTONS)
    first = at(curve, [0, 6, 7, 9, 13])
    assert list(first["at_risk"]) == [163, 163, 162, 160, 157]
    assert list(first["events"]) == [0, 1, 1, 3, 3]
    got = at(curve, [6, 41, 56, 69])
    assert got["waiting"].to_numpy() == pytest.approx([0.993865, 0.734624, 0.429903, 0.014341], abs=5e-7)
    assert (1 - got["high"]).to_numpy() == pytest.approx([0.957254, 0.659464, 0.352689, 0.002854], abs=5e-7)
    assert (1 - got["low"]).to_numpy() == pytest.approx([0.999134, 0.795770, 0.504680, 0.046184], abs=5e-7)
    quantiles = waiting_quantiles(curve, shares=[0.25, 0.5, 0.75])[["days", "low", "high"]]
    assert quantiles.to_numpy().tolist() == [[41, 33, 45], [56, 53, 58], [62, 60, 63]]


# A day of 1 to 60, ordered or last seen, for 1 to 5 customers.
samples = st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.integers(1, 5)), min_size=1, max_size=40)


@given(samples)
def test_shares_and_limits_agree_with_scipy_and_statsmodels(rows):
    curve = next_order_curve(waits(*rows))
    days, is_observed = (np.repeat([row[i] for row in rows], [row[2] for row in rows]) for i in (0, 1))
    events = curve[curve["events"] > 0].set_index("days")

    theirs = SurvfuncRight(days, is_observed.astype(int))
    assert events["waiting"].to_numpy() == pytest.approx(theirs.surv_prob, abs=1e-12)
    assert list(events["at_risk"]) == list(theirs.n_risk)
    assert list(events["events"]) == list(theirs.n_events)

    curve = curve[(curve["days"] > 0) & curve["waiting"].between(0, 1, inclusive="neither")]
    if curve.empty or is_observed.all() or not is_observed.any():
        return
    known = ecdf(CensoredData.right_censored(days, ~is_observed)).sf
    place = np.searchsorted(known.quantiles, curve["days"])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The confidence interval is undefined", RuntimeWarning)
        theirs = known.confidence_interval(method="log-log")
    assert (1 - curve["high"]).to_numpy() == pytest.approx(theirs.low.probabilities[place], abs=1e-10)
    assert (1 - curve["low"]).to_numpy() == pytest.approx(theirs.high.probabilities[place], abs=1e-10)


@given(samples)
def test_laws_of_the_curve(rows):
    table = waits(*rows)
    got = next_order_curve(table)
    assert got["days"].is_unique and got["days"].iloc[0] == 0 and got["days"].is_monotonic_increasing
    assert got["ordered"].is_monotonic_increasing and got["ordered"].between(0, 1).all()
    assert got["at_risk"].iloc[0] == table["customers"].sum()
    assert got["events"].sum() == table.loc[table["is_observed"], "customers"].sum()
    banded = got.dropna(subset=["low", "high"])
    assert (
        (banded["low"] <= banded["ordered"] + 1e-12) & (banded["ordered"] <= banded["high"] + 1e-12)
    ).all()
    assert (banded["low"] >= 0).all() and (banded["high"] <= 1).all()
    pd.testing.assert_frame_equal(got, next_order_curve(table.iloc[::-1]))


@given(samples)
def test_without_censoring_the_curve_is_the_plain_share(rows):
    finished = [(day, True, customers) for day, _, customers in rows]
    got = next_order_curve(waits(*finished))
    table = waits(*finished)
    plain = [
        table.loc[table["days"] <= day, "customers"].sum() / table["customers"].sum() for day in got["days"]
    ]
    assert got["ordered"].to_numpy() == pytest.approx(plain, abs=1e-12)


@given(samples, st.integers(1, 60))
def test_news_from_after_a_day_changes_nothing_before_it(rows, day):
    known = ordered_by(next_order_curve(waits(*rows)), days=range(day))
    later = [(d, seen, n) if d <= day else (day, False, n) for d, seen, n in rows]
    pd.testing.assert_frame_equal(known, ordered_by(next_order_curve(waits(*later)), days=range(day)))


def test_steps_do_not_mix():
    both = pd.concat([TEN, WALTONS.assign(order_rank=2)])
    got = next_order_curve(both)
    for rank, alone in ((1, TEN), (2, WALTONS)):
        part = got[got["order_rank"] == rank].drop(columns="order_rank").reset_index(drop=True)
        pd.testing.assert_frame_equal(part, next_order_curve(alone).drop(columns="order_rank"))
    assert list(ordered_by(got, days=[90, 30])["order_rank"]) == [1, 1, 2, 2]
    assert list(waiting_quantiles(got)["order_rank"]) == [1, 1, 2, 2]


def test_a_purchase_on_the_last_day_counts_as_waiting_from_day_zero():
    got = next_order_curve(waits((0, False, 4), (3, True, 1), (3, False, 5)))
    assert list(got["at_risk"]) == [10, 6]
    assert got["ordered"].to_numpy() == pytest.approx([0, 1 / 6])


def test_limits_are_missing_where_they_have_no_value():
    got = next_order_curve(waits((2, False), (5, True), (9, True)))
    assert list(got["days"]) == [0, 2, 5, 9]
    assert list(got["low"].isna()) == list(got["high"].isna()) == [False, True, False, True]
    assert got["low"].iloc[0] == got["high"].iloc[0] == 0
    assert got["ordered"].iloc[-1] == 1


def test_fixed_days_hold_the_last_value_and_never_carry_forward():
    got = ordered_by(next_order_curve(TEN), days=[0, 4, 5, 10, 30, 31])
    assert got["at_risk"].to_numpy() == pytest.approx(
        [10, 10, 10, 6, 3, np.nan], nan_ok=True
    )  # unseen, not none
    assert list(got["customers"]) == [10] * 6
    end = 1 - 0.8 * 6 / 7 * 4 / 6
    expected = [0, 0, 0.2, 1 - 0.8 * 6 / 7, end, np.nan]
    assert got["ordered"].to_numpy() == pytest.approx(expected, nan_ok=True)
    assert got.iloc[-1][["low", "high"]].isna().all()


def test_quantiles_not_reached_are_missing():
    got = waiting_quantiles(next_order_curve(TEN), shares=[0.75, 0.2, 0.5])
    assert list(got["share"]) == [0.2, 0.5, 0.75]
    assert got["days"].to_numpy() == pytest.approx([5, 20, np.nan], nan_ok=True)
    assert got["low"].iloc[0] == 5
    assert np.isnan(got["high"].iloc[2])


def test_a_share_reached_exactly_is_reached():
    # 1 - 0.9 * 8/9 * 7/8 * 6/7 * 5/6 falls a rounding error short of one half.
    curve = next_order_curve(waits(*[(day, True) for day in range(1, 11)]))
    assert waiting_quantiles(curve, shares=[0.1, 0.3, 0.5, 0.7])["days"].tolist() == [1, 3, 5, 7]


def test_nobody_waiting_gives_empty_tables():
    curve = next_order_curve(waits())
    assert curve.empty and ordered_by(curve).empty and waiting_quantiles(curve).empty
    assert list(next_order_curve(waits((3, True, 0)))["days"]) == []


def test_the_input_is_left_alone():
    before = TEN.copy(deep=True)
    waiting_quantiles(next_order_curve(TEN))
    pd.testing.assert_frame_equal(TEN, before)


@pytest.mark.parametrize(
    "row",
    [(0, True, 1), (-1, False, 1), (2.5, True, 1), (3, True, -1), (np.nan, True, 1), (3, None, 1)],
    ids=repr,
)
def test_impossible_waits_are_refused(row):
    with pytest.raises(TableError, match=r"'waits' has 1 impossible rows.*'days': .*a day later or more"):
        next_order_curve(waits((5, True, 1), row))


def test_missing_columns_and_levels_are_refused():
    with pytest.raises(TableError, match=r"'waits' lacks \['is_observed'\].*Did you mean 'observed'"):
        next_order_curve(TEN.rename(columns={"is_observed": "observed"}))
    for read in (ordered_by, waiting_quantiles):
        with pytest.raises(TableError, match=r"'curve' lacks \['at_risk', "):
            read(TEN)
    with pytest.raises(ConfigError, match="level is 95"):
        next_order_curve(TEN, level=95)


def test_limits_cover_a_known_truth():
    # 400 seeded samples of 200 waits, geometric with a daily chance of 1/60, seen for 1 to 180 days: the 95%
    # limits at day 60 must hold the true share in 95% of samples, within 2.6 binomial standard errors. Each
    # sample stands in the table as one step.
    random = np.random.default_rng(20_260_101)
    wait, seen = random.geometric(1 / 60, 80_000), random.integers(1, 181, 80_000)
    table = pd.DataFrame({"order_rank": np.repeat(np.arange(400), 200), "days": np.minimum(wait, seen)})
    got = ordered_by(next_order_curve(table.assign(is_observed=wait <= seen, customers=1)), days=[60])
    assert len(got) == 400
    truth = 1 - (1 - 1 / 60) ** 60
    is_covered = (got["low"] <= truth) & (truth <= got["high"])
    assert is_covered.mean() == pytest.approx(0.95, abs=2.6 * np.sqrt(0.95 * 0.05 / 400))


def cohorts(*rows: tuple[str, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["cohort", "cohort_index", "customers", "repeated"])


def test_newest_cohort_is_compared_with_the_others_pooled():
    # Newcombe's printed example, 56/70 - 48/80, with the earlier 80 split over two cohorts, rows unsorted.
    got = repeat_rate_change(
        cohorts(("Mar", 3, 70, 56), ("Jan", 1, 50, 40), ("Feb", 2, 30, 8)), min_customers=20
    )
    assert (got.newest, got.newest_customers, got.earlier_customers) == ("Mar", 70, 80)
    assert (got.newest_share, got.earlier_share) == (pytest.approx(0.8), pytest.approx(0.6))
    assert (got.difference, got.low, got.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_small_cohorts_are_not_compared():
    table = cohorts(("Jan", 1, 80, 48), ("Feb", 2, 70, 56), ("Mar", 3, 19, 0))
    assert repeat_rate_change(table, min_customers=20).newest == "Feb"
    assert repeat_rate_change(table.iloc[[0, 2]], min_customers=20) is None
    assert repeat_rate_change(table.iloc[:0], min_customers=20) is None
    assert repeat_rate_change(cohorts(("Jan", 1, 0, 0), ("Feb", 2, 9, 3)), min_customers=0) is None


def test_impossible_cohorts_are_refused():
    with pytest.raises(TableError, match="Cohort 'Jan' appears more than once"):
        repeat_rate_change(cohorts(("Jan", 1, 80, 48), ("Jan", 1, 70, 56)), min_customers=20)
    with pytest.raises(TableError, match="found 81 of 80"):
        repeat_rate_change(cohorts(("Jan", 1, 80, 48), ("Feb", 2, 80, 81)), min_customers=20)
    with pytest.raises(TableError, match=r"'repeat_by_cohort' lacks \['repeated'\]"):
        repeat_rate_change(cohorts().drop(columns="repeated"), min_customers=20)


def years(*shares: float, customers: int = 100) -> pd.DataFrame:
    """Half-yearly cohorts of one size, so many of which bought again."""
    names = [f"{2020 + number // 2}-H{number % 2 + 1}" for number in range(len(shares))]
    return pd.DataFrame(
        {"cohort": names, "customers": customers, "repeated": [round(share * customers) for share in shares]}
    )


def test_the_course_over_the_years_on_paper():
    falling = years(0.50, 0.48, 0.46, 0.44, 0.42, 0.40)
    got = repeat_course(falling, year=2, min_customers=20)
    # Two points less from one cohort to the next, four a year, and every cohort lies on the line.
    assert (got.cohorts, got.slope) == (6, pytest.approx(-0.04))
    assert (got.low, got.high) == (pytest.approx(-0.04), pytest.approx(-0.04))
    assert got.early == ("2020-H1", "2020-H2", 200, pytest.approx(0.49))
    assert got.late == ("2022-H1", "2022-H2", 200, pytest.approx(0.41))
    noisy = repeat_course(years(0.50, 0.30, 0.55, 0.35, 0.52, 0.31), year=2, min_customers=20)
    assert noisy.low < 0 < noisy.high
    assert repeat_course(falling, year=4, min_customers=20) is None  # not two years
    assert repeat_course(falling.head(5), year=2, min_customers=20) is None  # too few for a line
    small = pd.concat([falling, years(0.9, customers=19)], ignore_index=True)
    assert repeat_course(small, year=2, min_customers=20) == got


def test_the_course_takes_chance_for_chance():
    # Cohorts alike: about one in twenty intervals leaves out zero.
    random = np.random.default_rng(3)
    found = 0
    for _ in range(400):
        table = years(*[0.4] * 24, customers=60).assign(repeated=random.binomial(60, 0.4, 24))
        course = repeat_course(table, year=12, min_customers=20)
        found += not course.low <= 0 <= course.high
    assert 8 <= found <= 34

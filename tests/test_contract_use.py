"""Use of what is under contract: windows on paper, who is judged, no leak, a trial, a known factor recovered."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from statsmodels.stats.proportion import confint_proportions_2indep
from test_contract_passport import contracts

from retention_utils.config import ContractSettings, read_config
from retention_utils.contract_survival.billing import BILLING, payment_day
from retention_utils.contract_use.due import due_after, months_after, next_due
from retention_utils.contract_use.level import use_level, use_levels
from retention_utils.contract_use.record import paid_stretches, use_record
from retention_utils.contract_use.signs import STATUSES, UseRules, use_signs
from retention_utils.contract_use.trial import (
    course,
    followed_signs,
    share_left_by_change,
    trial_by_day,
    use_trial,
)
from retention_utils.demo_activity import FADE_FACTOR, SEASON, sport_use
from retention_utils.demo_contracts import sport_contracts, sport_leaving
from retention_utils.intake import side_tables
from retention_utils.sources.side_tables import up_to
from retention_utils.subscriptions.spans import contract_spans

SPORT = Path(__file__).parents[1] / "data" / "sport"
AS_OF, START = pd.Timestamp("2025-12-31"), pd.Timestamp("2024-01-01")
MONTHS = ("2025-09", "2025-10", "2025-11", "2025-12")
ALONE = UseRules(min_customers=1)


def monthly(**counts: tuple[float, ...]) -> pd.DataFrame:
    """Counts of the last four months by customer; None is not recorded."""
    rows = [
        (customer, month, units)
        for customer, units_of in counts.items()
        for month, units in zip(MONTHS, units_of, strict=True)
        if units is not None
    ]
    return pd.DataFrame(rows, columns=["customer_id", "period", "units"])


def signs(activity: pd.DataFrame, *rows: dict, as_of=AS_OF, rules=ALONE) -> pd.DataFrame:
    spans = contract_spans(contracts(*rows), ContractSettings())
    paid = paid_stretches(spans)
    record = use_record(activity, paid)
    return use_signs(record, paid, spans, as_of=as_of, rules=rules).set_index("customer_id")


def under(*names: str, **more: str) -> list[dict]:
    return [{"customer_id": name, "start": "2025-01-01", **more} for name in names]


def test_levels_on_paper():
    # Ann: 91 in the 91 days before, so 30 in 30 days; then 3 in 31 days, 2.9 in 30. Bob once a day throughout.
    # Both together: 32.9 of 60, so 16.45 is expected of each.
    found = signs(monthly(ann=(30, 31, 30, 3), bob=(30, 31, 30, 31)), *under("ann", "bob"))
    assert found["before"].tolist() == [30, 30]
    assert found["recent"].tolist() == pytest.approx([90 / 31, 30])
    assert found["expected"].tolist() == pytest.approx([30 * (90 / 31 + 30) / 60] * 2)
    assert found.loc["ann", "change"] == pytest.approx((90 / 31) / (15 * (90 / 31 + 30) / 30) - 1)
    assert found["status"].tolist() == ["falling", "steady"]
    assert found["normal"].tolist() == pytest.approx([(90 / 31 + 30) / 2] * 2)


def test_use_that_begins_is_no_steady_use():
    # Where nobody used anything before, nothing is expected of anybody.
    assert signs(monthly(zoe=(0, 0, 0, 9)), *under("zoe")).loc["zoe", "status"] == "little"


def test_a_fall_of_just_the_share_counts():
    # Eight steady ones at 30 and Ann at 13.5: 253.5 of 270 is left, so 28.2 of 30 are expected of her.
    steady = {f"c{n}": (30, 31, 30, 31) for n in range(8)}
    found = signs(monthly(ann=(30, 31, 30, 14), **steady), *under("ann", *steady))
    assert found.loc["ann", "change"] == pytest.approx(-0.519, abs=0.001)
    limit = UseRules(min_customers=1, fall_share=-float(found.loc["ann", "change"]))
    again = signs(monthly(ann=(30, 31, 30, 14), **steady), *under("ann", *steady), rules=limit)
    assert again.loc["ann", "status"] == "falling"


def test_the_use_of_all_on_paper_and_beside_the_year_before():
    # Two customers from October 2024 on, each 31 a month but for 24.8 and 15.5 in December.
    months = [f"2024-{n}" for n in (10, 11, 12)] + [f"2025-{n:02d}" for n in range(1, 13)]
    usual = dict.fromkeys(months, 31.0) | {"2024-12": 24.8, "2025-12": 15.5}
    rows = [(name, month, units) for name in ("ann", "bob") for month, units in usual.items()]
    activity = pd.DataFrame(rows, columns=["customer_id", "period", "units"])
    since = [row | {"start": "2024-09-01"} for row in under("ann", "bob")]
    spans = contract_spans(contracts(*since), ContractSettings())
    paid = paid_stretches(spans)
    record = use_record(activity, paid)
    today = use_signs(record, paid, spans, as_of=AS_OF, rules=ALONE)
    found = use_levels(today, record, paid, spans, as_of=AS_OF, rules=ALONE)
    # In 30 days: 15 now, 93 of 91 days before; a year earlier October and November alone are recorded.
    assert (found.now.customers, found.now.moved) == (2, pytest.approx(15 / (2790 / 91) - 1))
    assert found.months == 2
    assert found.this_year.moved == pytest.approx(15 / (1860 / 61) - 1)
    assert found.year_before.moved == pytest.approx(24 / (1860 / 61) - 1)
    # All are alike, so chance leaves nothing open.
    assert found.difference == pytest.approx((-9 / (1860 / 61),) * 3)
    late = use_record(activity[activity["period"] > "2025"], paid)
    assert use_levels(today, late, paid, spans, as_of=AS_OF, rules=ALONE).difference is None


def test_the_interval_of_the_use_of_all_is_that_of_the_bootstrap():
    random = np.random.default_rng(3)
    before = random.gamma(3, 3, 400)
    recent = random.poisson(0.8 * before).astype(float)
    days = {"days_1": 30.0, "days_2": 30.0}
    table = pd.DataFrame({"recent": recent, "units_1": recent, "units_2": before, **days})
    found = use_level(table, (2,), min_customers=20)
    drawn = bootstrap(
        (recent, before), lambda now, then: now.sum() / then.sum() - 1, paired=True, vectorized=False,
        n_resamples=2000, method="percentile", rng=4,
    ).confidence_interval  # fmt: skip
    assert found.moved == pytest.approx(recent.sum() / before.sum() - 1)
    assert (found.low, found.high) == pytest.approx(tuple(drawn), abs=0.008)
    assert found.high - found.low == pytest.approx(drawn.high - drawn.low, rel=0.1)
    assert use_level(table.head(19), (2,), min_customers=20) is None


def test_who_is_judged_and_who_is_not():
    activity = monthly(
        ann=(30, 31, 30, 31),
        eve=(0, 0, 0, 0),  # the table says that there was none
        fay=(30, 31, 30, 9),
        gus=(1, 1, 1, 0),  # too little to tell a fall from chance
        hal=(30, None, 30, 31),  # paused in October: not a month of no use
        ian=(30, None, None, 5),  # came as a guest after the end
        cem=(None, None, None, 10),
        staff=(20, 20, 20, 20),
    )
    rows = [
        *under("ann", "dee", "eve", "gus"),
        {"customer_id": "fay", "start": "2025-01-01", "end": "2025-12-10", "is_pause": True},
        {"customer_id": "hal", "start": "2025-01-01", "end": "2025-10-01", "is_pause": True},
        {"customer_id": "hal", "start": "2025-11-01"},
        {"customer_id": "ian", "start": "2025-01-01", "end": "2025-10-01"},
        {"customer_id": "cem", "start": "2025-12-20"},
    ]
    found = signs(activity, *rows)
    assert found["status"].to_dict() == {
        "ann": "steady", "cem": "new", "dee": "unrecorded", "eve": "unused", "fay": "paused",
        "gus": "little", "hal": "steady",
    }  # fmt: skip
    assert set(found["status"]) | {"falling"} == set(STATUSES)
    assert found.loc["hal", ["before", "recent"]].tolist() == [30, 30]
    assert found.loc[["cem", "dee", "fay"], ["before", "recent", "expected", "change"]].isna().all(axis=None)
    everyone = signs(activity, *rows, rules=UseRules(min_customers=1, covers_everyone=True))
    assert everyone.loc["dee", "status"] == "unused"
    spans = contract_spans(contracts(*rows), ContractSettings())
    record = use_record(activity, paid_stretches(spans))
    assert (record.outside, record.strangers) == (5, 1)  # four of the staff, one of Ian's


def test_several_rows_a_day_are_added_and_a_log_that_begins_late_is_no_fall():
    days = pd.date_range("2025-10-15", "2025-12-31")
    log = pd.DataFrame({"customer_id": "ann", "day": [*days, *days], "units": 1.0})
    found = signs(log, *under("ann"))
    assert found.loc["ann", ["days_4", "days_3", "units_3", "before", "recent"]].tolist() == [
        0,
        17,
        34,
        60,
        60,
    ]
    assert found.loc["ann", "status"] == "steady"
    short = signs(log[log["day"] >= "2025-11-20"], *under("ann"))
    assert short.loc["ann", "status"] == "new"
    paid = paid_stretches(contract_spans(contracts(*under("ann")), ContractSettings()))
    kinds = log.assign(kind=["visit", "class"] * len(days))
    assert use_record(kinds, paid, kind="class").rows["units"].sum() == len(days)
    assert use_record(kinds, paid, kind="lesson") is None and use_record(None, paid) is None


COVERED = {
    "a": [("2025-01-08", "2025-03-04"), ("2025-04-03", "2030-01-01")],
    "b": [("2025-06-11", "2025-09-17")],
}


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 52), st.integers(0, 20)), min_size=1))
def test_what_weeks_count_is_spread_over_the_days_under_contract_and_nothing_is_lost(rows):
    table = pd.DataFrame(rows, columns=["customer_id", "week", "units"])
    table = table.assign(period=table["week"].map("2025-W{:02d}".format))
    stretches = [(who, start, end) for who, parts in COVERED.items() for start, end in parts]
    paid = pd.DataFrame(stretches, columns=["customer_id", "first_day", "end_day"])
    paid["first_day"] = pd.to_datetime(paid["first_day"])
    paid["end_day"] = pd.to_datetime(paid["end_day"]) + pd.Timedelta(days=1)
    record = use_record(table, paid)
    days = (record.spread["hi"] - record.spread["lo"]).dt.days + 1
    first = [pd.Timestamp.fromisocalendar(2025, week, 1) for week in table["week"]]
    is_met = [
        any(day <= pd.Timestamp(end) and day + pd.Timedelta(days=6) >= pd.Timestamp(start) for start, end in COVERED[who])
        for who, day in zip(table["customer_id"], first, strict=True)
    ]  # fmt: skip
    assert (record.spread["per_day"] * days).sum() == pytest.approx(table.loc[is_met, "units"].sum())
    assert record.outside == len(table) - sum(is_met)


def test_what_is_not_recorded_up_to_now_tells_nothing_of_now():
    found = signs(monthly(ann=(30, 31, None, None)), *under("ann"))
    assert found["status"].tolist() == ["unrecorded"]
    # The month is not over: what is counted of it is not known yet, and is not taken for a month without use.
    found = signs(monthly(ann=(30, 31, 30, 5)), *under("ann"), as_of=pd.Timestamp("2025-12-14"))
    assert found.loc["ann", ["days_1", "units_1", "recent"]].tolist() == [30, 30, 30]


def test_nothing_later_changes_what_was_said(known):
    spans, paid, record = known
    then, rules = pd.Timestamp("2025-06-30"), UseRules(covers_everyone=True)
    early = record.rows[record.rows["last_day"] <= then]
    cut = spans.assign(end_day=spans["end_day"].where(spans["end_day"] <= then))
    cut = cut[cut["first_day"] <= then]
    counts = early.assign(period=early["first_day"].dt.strftime("%Y-%m"))
    cut_paid = paid_stretches(cut)
    cut_record = use_record(counts[["customer_id", "period", "units"]], cut_paid)
    told = use_signs(record, paid, spans, as_of=then, rules=rules)
    told_then = use_signs(cut_record, cut_paid, cut, as_of=then, rules=rules)
    pd.testing.assert_frame_equal(told, told_then, check_categorical=False)
    due, due_then = (next_due(each, as_of=then, history_start=START) for each in (spans, cut))
    pd.testing.assert_series_equal(due.sort_index(), due_then.sort_index())


@given(st.dates(date(2020, 1, 1), date(2028, 12, 31)), st.integers(0, 60))
def test_months_are_added_as_pandas_does(day, months):
    got = months_after(pd.Series([pd.Timestamp(day)]), pd.Series([months]))
    assert got[0] == pd.Timestamp(day) + pd.DateOffset(months=months)


@given(st.dates(date(2023, 1, 1), date(2025, 12, 1)), st.sampled_from(BILLING))
def test_the_next_due_day_is_the_first_payment_day_after(day, every):
    since = pd.Timestamp(day)
    later = (payment_day(since, number, billed_every=every) for number in range(1, 200))
    found = due_after(pd.Series([since]), AS_OF, billed_every=every)
    assert found[0] == next(due for due in later if due > AS_OF)


def test_the_next_due_day_on_paper():
    rows = (
        {"customer_id": "ann", "start": "2025-11-20"},
        {"customer_id": "bob", "start": "2024-02-10", "billed_every": "year"},
        {"customer_id": "eve", "start": "2025-10-31"},
        {"customer_id": "eve", "start": "2025-12-05", "subscription_id": "second"},
        {"customer_id": "dee", "start": "2025-01-15", "end": "2025-12-15"},
        {"customer_id": "fay", "start": "2025-12-03", "billed_every": "week"},
        {"customer_id": "gus", "start": "2025-09-30", "billed_every": "quarter"},
    )
    due = next_due(contract_spans(contracts(*rows), ContractSettings()), as_of=AS_OF, history_start=START)
    assert due.dt.strftime("%Y-%m-%d").to_dict() == {
        "ann": "2026-01-20", "bob": "2026-02-10", "eve": "2026-01-05", "fay": "2026-01-07", "gus": "2026-03-30",
    }  # fmt: skip


def followed(*groups: tuple[str, str, float, int, int]) -> pd.DataFrame:
    """Customers of a day, status and change, so many of whom, and so many of those left."""
    rows = [
        (f"{day}{status}{n}", 10.0, 5.0, status, change, pd.Timestamp(day), True, n < left)
        for day, status, change, customers, left in groups
        for n in range(customers)
    ]
    names = ["customer_id", "mrr", "before", "status", "change", "day", "is_due", "has_left"]
    return pd.DataFrame(rows, columns=names)


def test_the_trial_on_paper_and_as_statsmodels_has_it():
    past = followed(
        ("2025-10-31", "falling", -0.8, 30, 9), ("2025-10-31", "steady", 0.0, 100, 5),
        ("2025-11-30", "falling", -0.5, 20, 3), ("2025-11-30", "steady", 0.1, 100, 3),
        ("2025-11-30", "unused", np.nan, 4, 1),
    )  # fmt: skip
    idle = past.iloc[:1].assign(is_due=False, has_left=True)  # came not up: says nothing
    rules = UseRules()
    table = use_trial(past, pd.concat([past, idle]), rules=rules, falls=(0.75,)).set_index("fall")
    row = table.loc[0.5]
    assert (row["days"], row["tested_flagged"], row["hits"], row["left"]) == (2, 50, 12, 20)
    assert (row["precision"], row["others"]) == (0.24, 0.04)
    ends = confint_proportions_2indep(12, 50, 8, 200, method="newcomb", compare="diff")
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(ends)
    assert row["verdict"] == "yes"
    assert table.loc[0.75, ["tested_flagged", "hits"]].tolist() == [30, 9]
    assert table["verdict"].iloc[-1] == "not enough data"  # four unused
    by_day = trial_by_day(past)
    assert by_day.iloc[0, 1:].tolist() == [20, 3, 100, 3]
    bands = share_left_by_change(past, min_customers=20)
    assert bands["customers"].tolist() == [30, 20, 0, 200, 0]
    assert bands["share"].tolist()[:2] == [0.3, 0.15] and bands["share"].isna().sum() == 2
    # A single day is not enough, however many there are.
    one = past[past["day"] == "2025-10-31"]
    assert use_trial(one, one, rules=rules)["verdict"].tolist() == ["not enough data"] * 2


@pytest.fixture(scope="module")
def known():
    config = read_config(SPORT / "client.toml")
    needed = {name: config.tables[name] for name in ("subscriptions", "activity")}
    tables = side_tables(SPORT, config.model_copy(update={"tables": needed}))
    listed = {
        name: up_to(tables[name], name, AS_OF.date()).to_pandas() for name in ("subscriptions", "activity")
    }
    spans = contract_spans(listed["subscriptions"], config.contracts)
    paid = paid_stretches(spans)
    return spans, paid, use_record(listed["activity"], paid)


@pytest.fixture(scope="module")
def sport(known):
    spans, paid, record = known
    rules = UseRules(covers_everyone=True)
    past = followed_signs(
        record, paid, spans, as_of=AS_OF, history_start=pd.Timestamp("2023-01-01"), rules=rules
    )
    return use_signs(record, paid, spans, as_of=AS_OF, rules=rules), past, rules


def true_fall(past: pd.DataFrame) -> float:
    """Expect the last month's use of those who left, of that of the three before, from what nobody sees."""
    use = sport_use(sport_contracts(), sport_leaving())
    fading = use["days"] * (1 - use["fade_share"] * (1 - FADE_FACTOR))
    by_month = use.assign(fading=fading).groupby(["customer", "month"])[["days", "fading"]].sum()
    season = by_month.index.get_level_values("month").month.map(lambda month: SEASON[month - 1])
    by_month = by_month.mul(np.asarray(season), axis=0).assign(days=by_month["days"])
    gone = past[past["has_left"] & past["is_due"] & (past["before"] > 0)]

    def level(back: int) -> pd.DataFrame:
        month = gone["day"] + pd.Timedelta(days=1) - pd.DateOffset(months=back)
        return (
            by_month.reindex(pd.MultiIndex.from_arrays([gone["customer_id"], month]))
            .fillna(0)
            .reset_index(drop=True)
        )

    last, before = level(1), level(2) + level(3) + level(4)
    return float((last["fading"] / last["days"]).mean() / (before["fading"] / before["days"]).mean())


def test_the_fall_before_the_end_is_recovered_and_no_one_else_falls(sport):
    _, past, _ = sport
    lines = course(past).set_index(["group", "back"])
    assert lines.loc[("left", 1), "low"] < true_fall(past) < lines.loc[("left", 1), "high"]
    assert lines.loc[("left", 1), "high"] < 0.8
    assert lines.loc[("stayed", 1), "low"] > 0.95
    # The interval is as wide as that of a bootstrap over customers.
    gone = past[past["has_left"] & past["is_due"] & (past["before"] > 0) & (past["days_1"] > 0)]
    rate, weight = (30 * gone["units_1"] / gone["days_1"]).to_numpy(float), gone["before"].to_numpy(float)
    drawn = np.random.default_rng(1).integers(0, len(gone), (2000, len(gone)))
    spread = (rate[drawn].sum(axis=1) / weight[drawn].sum(axis=1)).std()
    reach = (lines.loc[("left", 1), "high"] - lines.loc[("left", 1), "low"]) / 2
    assert reach == pytest.approx(1.96 * spread, rel=0.1)


def test_the_trial_finds_the_known_sign_and_nothing_where_use_says_nothing(sport):
    now, past, rules = sport
    row = use_trial(now, past, rules=rules).iloc[0]
    assert (row["days"], row["verdict"]) == (12, "yes")
    assert row["difference_low"] > 0.05
    # Leaving dealt out anew among those of a day and billing has nothing to do with use.
    random = np.random.default_rng(2)
    dealt = past.groupby(["day", "billed_every", "is_due"])["has_left"].transform(random.permutation)
    chance = use_trial(now, past.assign(has_left=dealt.astype(bool)), rules=rules).iloc[0]
    assert chance["verdict"] == "no"

"""Groups of first-time customers: by hand, against statsmodels, SciPy and print, by recovery, word for word."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, logrank
from statsmodels.duration.survfunc import survdiff
from statsmodels.stats.multitest import multipletests

from retention_utils.charts.next_order import segment_lines
from retention_utils.columns.next_order import SEGMENT_TESTS, SEGMENTS
from retention_utils.display_tables import show_table
from retention_utils.errors import ConfigError, TableError
from retention_utils.findings.next_order_segments import missing_attributes, segment_waits, segments_alt
from retention_utils.findings.next_order_tables import (
    listed_quantiles,
    listed_segments,
    listed_tests,
    named_curves,
)
from retention_utils.formats import Formats
from retention_utils.next_order import next_order_curve, waiting_quantiles
from retention_utils.next_order_segments import (
    NOT_STATED,
    OTHERS,
    largest_segments,
    log_rank,
    segment_curves,
    segment_shares,
    segment_tests,
)
from retention_utils.stats import wilson_interval

FORMATS = Formats("en", "USD")
COLUMNS = ["attribute", "segment", "low", "high", "days", "is_observed", "customers"]
ASKED = {"window_days": 90, "min_customers": 20, "formats": FORMATS}

# Remission of leukaemia under 6-MP and under placebo, weeks; Freireich and others (1963), Blood 21, 699-716.
TREATED = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def table(*rows):
    """Rows of (attribute, segment, days, is_observed, customers); limits of thirds by their name."""
    limits = {"lower": (1.0, 9.5), "middle": (10.0, 199.0), "upper": (200.0, 900.0)}
    full = [(row[0], row[1], *limits.get(row[1], (np.nan, np.nan)), *row[2:]) for row in rows]
    return pd.DataFrame(full, columns=COLUMNS)


def plain(group, signed):
    """Customers one by one: a negative number is a wait that is not over."""
    rows = [(group, abs(days), days > 0, 1) for days in signed]
    return pd.DataFrame(rows, columns=["group", "days", "is_observed", "customers"])


# Of each 100 customers so many buy again on day 10, the others wait to day 400.
def returning(attribute, **shares):
    return table(
        *[
            row
            for segment, share in shares.items()
            for row in ((attribute, segment, 10, True, share), (attribute, segment, 400, False, 100 - share))
        ]
    )


APART = pd.concat(
    [returning("channel", site=60, shop=30), returning("first_order_value", lower=45, upper=46)]
)


def judged(waits, **asked):
    """Return shares and tests of a table of waits."""
    how = ASKED | asked
    segments = largest_segments(waits)
    shares = segment_shares(
        segment_curves(segments), window_days=how["window_days"], min_customers=how["min_customers"]
    )
    return shares, segment_tests(segments, min_customers=how["min_customers"])


def said(waits, **asked):
    return segment_waits(*judged(waits, **asked), **(ASKED | asked))


# --- which segments there are ----------------------------------------------------------------------------------


def test_the_largest_segments_are_kept_and_the_rest_put_together():
    names = [f"c{number:02d}" for number in range(12)]
    waits = table(*[("category", name, 5, True, 100 - number) for number, name in enumerate(names)])
    waits = pd.concat([waits, table(("category", None, 5, True, 7))])
    found = largest_segments(waits, most=3)
    assert list(found[["position", "segment", "customers"]].itertuples(index=False, name=None)) == [
        (0, "c00", 100),
        (1, "c01", 99),
        (2, "c02", 98),
        (3, OTHERS, sum(100 - number for number in range(3, 12))),
        (4, NOT_STATED, 7),
    ]


def test_names_that_differ_in_capitals_are_one_segment_by_the_usual_spelling():
    waits = table(
        ("channel", "сайт", 5, True, 10), ("channel", "Сайт", 5, True, 30), ("channel", "САЙТ", 9, False, 5)
    )
    found = largest_segments(waits)
    assert found["segment"].unique().tolist() == ["Сайт"]
    assert found["customers"].tolist() == [40, 5]


def test_thirds_and_years_stand_in_their_order_whatever_their_size():
    waits = pd.concat(
        [
            table(
                *[
                    ("first_order_value", name, 5, True, n)
                    for n, name in enumerate(("upper", "middle", "lower"), 1)
                ]
            ),
            table(*[("first_year", name, 5, True, n) for n, name in enumerate(("2024", "2022", "2023"), 1)]),
        ]
    )
    found = largest_segments(waits)
    assert found["segment"].tolist() == ["lower", "middle", "upper", "2022", "2023", "2024"]


def test_the_order_of_rows_changes_nothing():
    waits = pd.concat([APART, table(("channel", None, 3, True, 4), ("channel", "Site", 9, True, 2))])
    shuffled = waits.sample(frac=1, random_state=1)
    for one, other in zip(judged(waits), judged(shuffled), strict=True):
        pd.testing.assert_frame_equal(one, other)


# --- shares ----------------------------------------------------------------------------------------------------


def test_shares_by_hand():
    # Site: 10 customers, 4 return on day 30, 2 are last seen on day 40, 2 return on day 90, 2 wait on.
    # 0.6 wait after day 30, 0.6 * 2/4 after day 90. Half have returned by then.
    waits = table(
        ("channel", "site", 30, True, 4), ("channel", "site", 40, False, 2), ("channel", "site", 90, True, 2),
        ("channel", "site", 200, False, 2), ("channel", "shop", 50, False, 5),
    )  # fmt: skip
    found, _ = judged(waits, min_customers=5)
    site, shop = found.itertuples()
    assert (site.segment, site.customers, site.at_risk) == ("site", 10, 4)
    assert site.ordered == pytest.approx(0.7)
    assert (site.median_days, site.observed_days) == (90, 200)
    assert (shop.customers, shop.is_small) == (5, False)
    assert np.isnan(shop.at_risk)  # unseen, not none
    assert np.isnan([shop.ordered, shop.low, shop.high, shop.median_days]).all()
    assert shop.observed_days == 50


def test_small_segments_keep_their_count_only():
    found, tests = judged(pd.concat([APART, returning("channel", kiosk=50).assign(customers=9)]))
    kiosk = found[found["segment"] == "kiosk"].iloc[0]
    assert (kiosk["customers"], kiosk["is_small"]) == (18, True)
    assert kiosk[["ordered", "low", "high", "median_days", "observed_days"]].isna().all()
    assert tests.set_index("attribute").loc["channel", ["segments", "customers"]].tolist() == [2, 200]


def test_without_censoring_in_the_window_shares_are_plain_and_limits_near_wilsons():
    found, _ = judged(APART)
    low, high = wilson_interval(60, 100)
    site = found[found["segment"] == "site"].iloc[0]
    assert site["ordered"] == pytest.approx(0.6)
    assert [site["low"], site["high"]] == pytest.approx([low, high], abs=0.015)


# --- the test --------------------------------------------------------------------------------------------------


def test_log_rank_by_hand():
    # a: 1 returns on day 1, 1 waits to day 3; b: 1 returns on day 2. Day 1: 1 of 3, expected of a 2/3.
    # Day 2: 1 of 2, expected 1/2. a: 1 seen, 7/6 expected; variance 2/9 + 1/4; (1/6)^2 / (17/36) = 1/17.
    rows = pd.concat([plain("a", [1, -3]), plain("b", [2])])
    found = log_rank(rows, group="group")
    assert found.statistic == pytest.approx(1 / 17)
    assert found.expected["a"] == pytest.approx(7 / 6)
    assert found.observed.to_dict() == {"a": 1, "b": 1}
    assert found.degrees == 1


def test_log_rank_as_kleinbaum_and_klein_print_it():
    # Survival Analysis, 3rd edition, chapter 2: 9 and 21 relapses, 19.25 and 10.75 expected, 16.79.
    found = log_rank(pd.concat([plain("6-MP", TREATED), plain("placebo", PLACEBO)]), group="group")
    assert found.observed.to_dict() == {"6-MP": 9, "placebo": 21}
    assert found.expected.round(2).to_dict() == {"6-MP": 19.25, "placebo": 10.75}
    assert found.statistic == pytest.approx(16.79, abs=0.005)
    theirs = logrank(
        *(CensoredData.right_censored(np.abs(rows), np.array(rows) < 0) for rows in (TREATED, PLACEBO))
    )
    assert found.statistic == pytest.approx(theirs.statistic**2, abs=1e-10)
    assert found.p_value == pytest.approx(theirs.pvalue, rel=1e-8)


GROUPED = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(1, 20), st.booleans(), st.integers(1, 5)),
    min_size=8,
    max_size=40,
)


@given(GROUPED)
@settings(deadline=None, max_examples=60)
def test_log_rank_of_several_groups_agrees_with_statsmodels(rows):
    rows = [*rows, ("a", 1, True, 1), ("b", 2, True, 2), ("a", 21, False, 1), ("b", 22, False, 1)]
    counts = pd.DataFrame(rows, columns=["group", "days", "is_observed", "customers"])
    each = counts.loc[counts.index.repeat(counts["customers"])]
    found = log_rank(counts, group="group")
    days, status = each["days"].to_numpy(), each["is_observed"].astype(int).to_numpy()
    statistic, p_value = survdiff(days, status, each["group"].to_numpy())
    assert found.statistic == pytest.approx(statistic, abs=1e-8)
    assert found.p_value == pytest.approx(p_value, abs=1e-8)


@given(GROUPED)
@settings(deadline=None, max_examples=20)
def test_expected_events_add_up_to_those_seen(rows):
    counts = pd.DataFrame(
        [*rows, ("a", 1, True, 1), ("b", 1, True, 1)], columns=["group", "days", "is_observed", "customers"]
    )
    found = log_rank(counts, group="group")
    assert found.expected.sum() == pytest.approx(found.observed.sum())
    assert found.observed.sum() == counts.loc[counts["is_observed"], "customers"].sum()


def test_a_group_of_whom_nobody_is_left_when_the_first_event_comes_says_nothing():
    both = pd.concat([plain("a", [5, 6, -9]), plain("b", [5, 7, -9])])
    with_gone = pd.concat([both, plain("gone", [-1, -2])])
    assert log_rank(with_gone, group="group").statistic == pytest.approx(
        log_rank(both, group="group").statistic
    )
    assert log_rank(with_gone, group="group").degrees == 1


def test_one_group_is_refused():
    with pytest.raises(TableError, match="two groups; the column 'group' has 1"):
        log_rank(plain("a", [1, 2]), group="group")
    with pytest.raises(TableError, match=r"'segment_waits' lacks \['segment'\]"):
        largest_segments(APART.drop(columns="segment"))


def test_holms_correction_is_that_of_statsmodels_and_of_paper():
    # Three tests: the smallest probability times 3, the next times 2, the largest as it is.
    waits = pd.concat(
        [
            returning("channel", site=60, shop=30),
            returning("first_order_value", lower=45, upper=58),
            returning("first_year", **{"2023": 50, "2024": 52}),
        ]
    )
    _, tests = judged(waits)
    assert tests["attribute"].tolist() == ["first_order_value", "channel", "first_year"]
    p = tests.set_index("attribute")["p_value"]
    assert tests["adjusted"].tolist() == pytest.approx(
        [2 * p["first_order_value"], 3 * p["channel"], p["first_year"]]
    )
    assert tests["adjusted"].tolist() == pytest.approx(multipletests(tests["p_value"], method="holm")[1])
    # Alone, the value would have passed at 0.05 were it not for the other two looks.
    assert 0.025 < p["first_order_value"] < 0.1
    assert tests["is_apart"].tolist() == [False, True, False]


def test_customers_of_whom_nothing_is_stated_are_not_compared():
    gaps = pd.concat([returning("channel", site=60), returning("channel", x=1).assign(segment=None)])
    assert judged(gaps)[1].empty
    assert said(gaps).verdict == "not enough data"


def test_alike_groups_are_told_apart_as_seldom_as_promised():
    # 1000 seeded pairs of groups from one population: at 5% about 50 may differ, within 3 binomial errors.
    random = np.random.default_rng(7)
    wait, seen = random.geometric(1 / 80, (1000, 120)), random.integers(30, 200, (1000, 120))
    group = np.repeat([0, 1], 60)
    hits = 0
    for days, last in zip(wait, seen, strict=True):
        pair = {"days": np.minimum(days, last), "is_observed": days <= last, "group": group, "customers": 1}
        hits += log_rank(pd.DataFrame(pair), group="group").p_value < 0.05
    assert hits / 1000 == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 1000))


def returned(alpha, *, groups, customers, seed):
    """Waits of groups whose personal rates are gamma distributed and of whom one in five never returns."""
    random = np.random.default_rng(seed)
    rate = random.gamma(0.9, 1 / alpha, (groups, customers)) / 7
    wait = np.ceil(random.exponential(1 / rate))
    wait[random.uniform(size=wait.shape) < 0.2] = np.inf
    seen = random.integers(60, 400, wait.shape)
    each = {"days": np.minimum(wait, seen).ravel().astype(int), "is_observed": (wait <= seen).ravel()}
    rows = pd.DataFrame(each).assign(
        attribute="category", segment=np.repeat([f"{seed} {n}" for n in range(groups)], customers),
        low=np.nan, high=np.nan, customers=1,
    )  # fmt: skip
    return rows.groupby(COLUMNS[:-1], as_index=False, dropna=False)["customers"].sum()


def test_a_known_share_is_covered_and_a_known_difference_found():
    # 60 groups each of two populations, 500 customers: who returns within 90 days is known exactly.
    for alpha, seed in ((15.0, 1), (7.5, 2)):
        waits = largest_segments(returned(alpha, groups=60, customers=500, seed=seed), most=100)
        shares = segment_shares(segment_curves(waits), window_days=90, min_customers=20)
        true = 0.8 * (1 - (alpha / (alpha + 90 / 7)) ** 0.9)
        is_covered = shares["low"].le(true) & shares["high"].ge(true)
        assert is_covered.mean() == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 60))
    slow, fast = (returned(alpha, groups=20, customers=1000, seed=3) for alpha in (15.0, 7.5))
    for (_, one), (_, other) in zip(slow.groupby("segment"), fast.groupby("segment"), strict=True):
        _, tests = judged(pd.concat([one, other.assign(segment="fast")]))
        assert tests["is_apart"].tolist() == [True]


# --- what is said ----------------------------------------------------------------------------------------------


def test_one_attribute_of_two_tells_customers_apart():
    got = said(APART)
    assert (got.key, got.verdict, got.is_headline) == ("segment_waits", "yes", False)
    assert got.text == (
        "How soon customers buy again differs by the channel of the first purchase. Within 90 days, 30.0% of “shop” "
        "buy again (95% interval 22.0\u2060–\u206040.0%, n = 100), against 60.0% of “site” (95% interval "
        "50.6\u2060–\u206069.6%, n = 100). Groups that are alike would differ this much in fewer than 1 of 1,000 "
        "cases. The data do not say why they differ."
    )


def test_a_single_attribute_and_several_that_tell():
    one = said(returning("first_order_value", lower=30, upper=60)).text
    assert str(one).startswith(
        "How soon customers buy again differs by the value of the first purchase. Within 90 days, 30.0% of "
        "“lower third, up to $9.50” buy again"
    )
    two = said(pd.concat([APART, returning("first_year", **{"2023": 20, "2024": 70})])).text
    assert str(two).startswith(
        "How soon customers buy again differs most by the year of the first purchase. Within 90 days, 20.0% of "
        "“2023” buy again"
    )


def test_attributes_that_do_not_tell():
    one = said(returning("first_order_value", lower=45, upper=46))
    assert one.verdict == "no clear change"
    assert str(one.text).replace("\u2060", "") == (
        "How soon customers buy again shows no clear difference by the value of the first purchase. Within 90 days, "
        "45.0% of “lower third, up to $9.50” buy again (95% interval 35.9–55.3%, n = 100), against 46.0% of “upper "
        "third, from $200” (95% interval 36.8–56.2%, n = 100). That can be chance: even groups that are alike "
        "would differ this much in 88.7% of cases."
    )
    two = said(
        pd.concat([returning("first_order_value", lower=45, upper=46), returning("channel", a=45, b=55)])
    )
    assert str(two.text).startswith(
        "How soon customers buy again shows no clear difference by anything compared, not even by the channel of the "
        "first purchase. Within 90 days, 45.0% of “a” buy again"
    )


@pytest.mark.parametrize(
    "waits",
    [
        table(),
        returning("channel", site=60),
        returning("channel", site=60, shop=30).assign(customers=5),
        table(("channel", "site", 60, True, 30), ("channel", "shop", 60, False, 40)),
        table(("channel", "site", 200, False, 30), ("channel", "shop", 200, False, 40)),
    ],
    ids=["nobody", "one group", "small groups", "not followed so long", "nobody came back"],
)
def test_too_few_data_is_an_answer_of_its_own(waits):
    got = said(waits)
    assert (got.verdict, got.text) == (
        "not enough data",
        "Groups of first-time customers cannot be compared yet. That needs two groups of at least 20 customers each, "
        "followed for 90 days and with some who bought again.",
    )


def test_the_alternative_text_gives_the_ends_of_the_range():
    shares, _ = judged(APART)
    text = segments_alt(shares, attribute="channel", window_days=90, formats=FORMATS)
    assert str(text).startswith("Within 90 days, 30.0% of “shop” buy again")
    nothing = segments_alt(shares, attribute="category", window_days=90, formats=FORMATS)
    assert nothing == "There are not enough data to draw a line."


def test_what_to_supply_is_said_while_neither_channel_nor_category_is_there():
    without = judged(returning("first_order_value", lower=45, upper=46))[0]
    got = missing_attributes(without, formats=FORMATS)
    assert (got.key, got.tone) == ("missing_attributes", "supply")
    assert got.text == (
        "Supply, with every order, its sales channel or its product category; whoever makes this report finds the columns "
        "in data/README.md (channel, category)."
    )
    assert missing_attributes(judged(APART)[0], formats=FORMATS) is None


def test_the_tables_say_when_a_median_is_not_reached():
    waits = pd.concat(
        [APART, table(("channel", None, 5, True, 25)), returning("channel", few=50).assign(customers=3)]
    )
    shares, tests = judged(waits)
    listed = show_table(
        listed_segments(shares, formats=FORMATS), SEGMENTS, key="s", caption="", formats=FORMATS
    )
    assert [(row[0], row[1], row[2], row[-1]) for row in listed.cells] == [
        ("Value", "lower third, up to $9.50", "100", "> 400"),
        ("Value", "upper third, from $200", "100", "> 400"),
        ("Channel", "shop", "100", "> 400"),
        ("Channel", "site", "100", "10"),
        ("Channel", "few", "6", "—"),
        ("Channel", "not stated", "25", "5"),
    ]
    listed = show_table(
        listed_tests(tests, formats=FORMATS), SEGMENT_TESTS, key="t", caption="", formats=FORMATS
    )
    assert [(row[0], *row[-3:]) for row in listed.cells] == [
        ("Value", "0.887", "0.887", "no"),
        ("Channel", "< 0.001", "< 0.001", "yes"),
    ]


def test_quantiles_not_reached_are_bounded_not_blank():
    rows = pd.DataFrame(
        {"order_rank": 1, "days": [10, 545], "is_observed": [True, False], "customers": [30, 70]}
    )
    listed = listed_quantiles(waiting_quantiles(next_order_curve(rows)), formats=FORMATS)
    assert listed["reached"].tolist() == ["10", "> 545"]


def test_hostile_names_are_shown_as_texts():
    waits = returning("channel", **{"<b>\u202e" + "x" * 90: 60, "'; DROP TABLE orders; --": 30})
    shares, _ = judged(waits)
    names = listed_segments(shares, formats=FORMATS)["segment"].tolist()
    assert names == ["'; DROP TABLE orders; --", "<b>[U+202E]xxxxxxxxxxxx…"]
    assert "“<b>[U+202E]xxxxxxxxxxxx…”" in said(waits).text


# --- what is drawn ---------------------------------------------------------------------------------------------


def test_the_chart_draws_the_five_largest_segments_that_stand_for_something():
    shares = {f"c{number}": 50 for number in range(7)}
    waits = returning("channel", **shares)
    waits["customers"] += [10 * (7 - number // 2) for number in range(14)]
    waits = pd.concat([waits, returning("channel", x=50).assign(segment=None, customers=900)])
    segments = largest_segments(waits)
    curves = segment_curves(segments)
    judged_shares = segment_shares(curves, window_days=90, min_customers=20)
    drawn = named_curves(curves, judged_shares, attribute="channel", formats=FORMATS)
    assert drawn["label"].unique().tolist() == ["c0", "c1", "c2", "c3", "c4"]
    drawn = drawn.assign(label=drawn["label"].map(str))
    ax = segment_lines(drawn, formats=FORMATS)
    for line, label in zip(ax.lines, drawn["label"].unique(), strict=True):
        part = drawn[(drawn["label"] == label) & (drawn["days"] <= 365)]
        # Somebody is watched until day 400, so the line reaches the end of the axis.
        assert line.get_xdata().tolist() == [*part["days"], 365]
        assert line.get_ydata().tolist() == [*part["ordered"], part["ordered"].iloc[-1]]
    texts = [text.get_text() for text in ax.figure.texts]
    assert texts[-25:-20] == ["240", "120", "120", "120", "120"]  # of c0: 120 return, 120 wait on


def test_small_segments_are_not_drawn():
    waits = pd.concat([APART, returning("channel", few=50).assign(customers=3)])
    curves = segment_curves(largest_segments(waits))
    shares = segment_shares(curves, window_days=90, min_customers=20)
    drawn = named_curves(curves, shares, attribute="channel", formats=FORMATS)
    assert set(drawn["label"]) == {"site", "shop"}
    assert named_curves(curves, shares, attribute="category", formats=FORMATS).empty


def test_an_attribute_there_is_not_is_refused():
    curves = segment_curves(largest_segments(APART))
    shares = segment_shares(curves, window_days=90, min_customers=20)
    with pytest.raises(ConfigError, match=r"compare_by is 'chanel'; use one of .*Did you mean 'channel'"):
        named_curves(curves, shares, attribute="chanel", formats=FORMATS)

"""External factors: changes held against churn, the closest of them against chance, and what is said of it."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata, spearmanr
from statsmodels.api import OLS

from retention_utils import external_factors as analysis
from retention_utils.columns.external_factors import FACTORS
from retention_utils.display_tables import show_table
from retention_utils.errors import TableError
from retention_utils.external_factors import compare_factors, factor_means, guarded_correlations
from retention_utils.findings.external_factors import external_factors, factors_in_words, missing_factors
from retention_utils.formats import Formats

FORMATS = Formats()
SPACES = str.maketrans({"\u2060": None, "\xa0": " ", "\u202f": " "})
MONTHS = 43  # as many as lavka has with churn


def calendar_of(periods: int, *, first: str = "2021-07-01", step: str = "MS", form: str = "%Y-%m"):
    first_day = pd.date_range(first, periods=periods, freq=step)
    last_day = pd.date_range(first, periods=periods + 1, freq=step)[1:] - pd.Timedelta(days=1)
    table = pd.DataFrame({"period_number": range(periods), "first_day": first_day, "last_day": last_day})
    return table.assign(period=first_day.strftime(form))


def movement_of(calendar, churn):
    return calendar.assign(churn=churn)[["period_number", "period", "first_day", "churn"]]


def long(calendar, **factors):
    """One value per period and factor, on the period's first day."""
    parts = [
        pd.DataFrame({"day": calendar["first_day"], "name": name, "value": values})
        for name, values in factors.items()
    ]
    return pd.concat(parts, ignore_index=True)


def drifting(random, periods, factors):
    """Draw a third of random walks, a third of slow and a third of quick AR(1) series."""
    kept = np.array([1.0, 0.9, 0.5])[np.arange(factors) % 3]
    values = np.zeros((periods + 40, factors))
    steps = random.standard_normal(values.shape)
    for row in range(1, len(values)):
        values[row] = kept * values[row - 1] + steps[row]
    return values[-periods:]


def simulated_churn(random, periods, *, by=0.0, peak=0.0):
    """Count lapses in a base that grows: churn hangs on its own past, and on ``by``; high in December."""
    own = drifting(random, periods, 3)[:, 2]
    month = np.arange(periods) % 12
    chance = 0.08 * np.exp(0.1 * own + by) + peak * (month == 11) + 0.3 * peak * (month == 4)
    base = np.linspace(300, 1100, periods).astype(int)
    return random.binomial(base, np.clip(chance, 0, 1)) / base


# --- the mean of a factor in a period --------------------------------------------------------------------------


def test_the_mean_of_a_period_by_hand():
    calendar = calendar_of(2, first="2024-01-01")
    rows = [
        ("2024-01-01", "rate", 10.0),
        ("2024-01-31", "rate", 20.0),
        ("2024-02-01", "rate", 7.0),
        ("2024-02-29", "rate", 8.0),
        ("2024-03-01", "rate", 99.0),  # after the last period
        ("2023-12-31", "rate", 99.0),  # before the first
        ("2024-02-10", "rain", 1.0),
    ]
    table = factor_means(pd.DataFrame(rows, columns=["day", "name", "value"]), calendar)
    assert list(table.itertuples(index=False, name=None)) == [
        ("rain", 1, 1.0, 1, True),
        ("rate", 0, 15.0, 2, True),
        ("rate", 1, 7.5, 2, True),
    ]


def test_a_period_with_less_than_half_the_usual_days_is_not_covered():
    calendar = calendar_of(4, first="2024-01-01")
    # Ten days in the median month; of the others one has five, which is half, and one has four.
    days = [f"2024-{month:02d}-{day:02d}" for month, number in zip((1, 2, 3, 4), (10, 5, 4, 10), strict=True)
            for day in range(1, number + 1)]  # fmt: skip
    table = factor_means(pd.DataFrame({"day": days, "name": "rate", "value": 1.0}), calendar)
    assert table["days"].tolist() == [10, 5, 4, 10]
    # The median of 10, 5, 4 and 10 is 7.5; half of it is 3.75.
    assert table["is_covered"].tolist() == [True, True, True, True]
    fewer = pd.DataFrame({"day": [day for day in days if day != "2024-03-04"], "name": "rate", "value": 1.0})
    assert factor_means(fewer, calendar)["is_covered"].tolist() == [True, True, False, True]


# --- the statistic and the guard, by hand ----------------------------------------------------------------------

# Churn changes by 5, 1, 2, 3, 4; the first change has none before it, so that four are compared.
BY_HAND = [0, 5, 6, 8, 11, 15]
ZIGZAG = [0, 5, 7, 8, 12, 15]  # changes by 5, 2, 1, 4, 3


@pytest.fixture
def six_years(monkeypatch):
    monkeypatch.setattr(analysis, "FEWEST_PERIODS", 6)  # years: of them three are enough anyway
    return calendar_of(6, first="2015-01-01", step="YS", form="%Y")


def test_one_factor_by_hand(six_years):
    # Ranks of churn 1 2 3 4. The factor in the same year: 1 2 3 4, r = 1; the year before: 4 1 2 3, r = -0.2.
    # Shifted by one, two, three years: same year -0.2, -0.6, -0.2; year before 1, -0.2, -0.6.
    churn = np.array(BY_HAND) / 1000
    found = compare_factors(long(six_years, x=BY_HAND), movement_of(six_years, churn), six_years)
    assert (found.missing, found.periods, found.arrangements) == ("", 6, 4)
    (row,) = found.factors.itertuples(index=False)
    assert (row.name, row.reason, row.lag) == ("x", "", 0)
    assert row.correlation == pytest.approx(1, abs=1e-12)
    assert row.p_value == pytest.approx(2 / 4, abs=1e-12)  # the shifts 0 and 1 reach 1
    assert not row.moves_with_churn


def test_every_factor_raises_the_bar_for_all_by_hand(six_years):
    # The zigzag has the ranks 2 1 4 3, r = 0.6 in the same year (4 2 1 3 and -0.4 for the year before); shifted
    # by two years its r is -1. So three of four shifts reach 1, and all four 0.6: alone x had 2/4.
    movement = movement_of(six_years, np.array(BY_HAND) / 1000)
    found = compare_factors(long(six_years, zigzag=ZIGZAG, x=BY_HAND), movement, six_years).factors
    assert found["name"].tolist() == ["x", "zigzag"]
    assert found["correlation"].tolist() == pytest.approx([1.0, 0.6], abs=1e-12)
    assert found["lag"].tolist() == [0, 0]
    assert found["p_value"].tolist() == pytest.approx([3 / 4, 4 / 4], abs=1e-12)


def test_a_factor_that_goes_a_period_ahead_is_found_at_its_lag(six_years):
    # Changes by 1, 2, 3, 4, -9: those of churn a year later.
    movement = movement_of(six_years, np.array(BY_HAND) / 1000)
    (row,) = compare_factors(
        long(six_years, ahead=[0, 1, 3, 6, 10, 1]), movement, six_years
    ).factors.itertuples(index=False)
    assert (row.lag, row.correlation) == (1, pytest.approx(1, abs=1e-12))


# --- against other programs ------------------------------------------------------------------------------------


def test_without_a_season_it_is_the_rank_correlation_of_scipy():
    random = np.random.default_rng(1)
    churn, values = simulated_churn(random, 30), drifting(random, 30, 5)
    found = guarded_correlations(pd.Series(churn), pd.DataFrame(values), np.ones(30, dtype=int))
    change, changes = np.diff(churn), np.diff(values, axis=0)
    for row in found.itertuples(index=False):
        both = [spearmanr(change[1:], changes[1 - lag : 29 - lag, row.name]).statistic for lag in (0, 1)]
        assert row.correlation == pytest.approx(both[row.lag], abs=1e-9)
        assert abs(both[row.lag]) == max(map(abs, both))


def test_correlations_and_chances_are_those_of_regressions_on_the_months():
    """statsmodels' OLS of ranks on months; the residuals correlated by numpy, every shift in a loop."""
    random = np.random.default_rng(2)
    churn, values = simulated_churn(random, 40, peak=0.02), drifting(random, 40, 4)
    months = np.arange(40) % 12 + 1
    found = guarded_correlations(pd.Series(churn), pd.DataFrame(values), months)
    dummies = (months[2:, None] == np.arange(1, 13)).astype(float)

    def without_season(values):
        return OLS(values, dummies).fit().resid

    residuals = without_season(rankdata(without_season(np.diff(churn)[1:]).round(12)))
    changes = np.diff(values, axis=0)
    others = {
        (factor, lag): without_season(rankdata(without_season(changes[1 - lag : 39 - lag, factor]).round(12)))
        for factor in range(4)
        for lag in (0, 1)
    }
    table = np.array(
        [
            [np.corrcoef(without_season(np.roll(residuals, shift)), other)[0, 1]
             for other in others.values()]
            for shift in range(38)
        ]
    )  # fmt: skip
    greatest = np.abs(table).max(axis=1)
    for row in found.itertuples(index=False):
        both = table[0, 2 * row.name : 2 * row.name + 2]
        assert row.lag == np.abs(both).argmax()
        assert row.correlation == pytest.approx(both[row.lag], abs=1e-9)
        assert row.p_value == pytest.approx((greatest >= np.abs(both).max() - 1e-9).mean(), abs=1e-12)


# --- clients of known truth ------------------------------------------------------------------------------------


def alarms(clients, *, periods=MONTHS, factors=60, season=0.0, peak=0.0, link=0.0, lag=0, seed=0):
    """Simulate clients; say for how many any factor passed, and for how many the linked one (the third)."""
    months = np.arange(periods) % 12 + 1
    any_passed, linked_passed = 0, 0
    for client in range(clients):
        random = np.random.default_rng([seed, client])
        values = drifting(random, periods + 1, factors)
        by = link * values[1 - lag : periods + 1 - lag, 2]
        churn = simulated_churn(random, periods, by=by, peak=peak)
        phase = np.arange(factors)
        values = values[1:] + season * np.cos(2 * np.pi * (months[:, None] + phase) / 12)
        values = values + season * (months == 12)[:, None]
        found = guarded_correlations(pd.Series(churn), pd.DataFrame(values), months)
        any_passed += found["moves_with_churn"].any()
        linked_passed += found["moves_with_churn"].iloc[2]
    return any_passed / clients, linked_passed / clients


def test_sixty_factors_none_individually_significant():
    # As it befell the telecoms operator of the source: 60 candidates, none of which moves with churn.
    calendar = calendar_of(MONTHS)
    random = np.random.default_rng(60)
    values = drifting(random, MONTHS, 60)
    movement = movement_of(calendar, simulated_churn(random, MONTHS))
    factors = long(calendar, **{f"factor {number:02d}": values[:, number] for number in range(60)})
    found = compare_factors(factors, movement, calendar)
    assert (len(found.compared), len(found.moving)) == (60, 0)
    # Each by itself several would pass: 0.30 is the limit at 5 per cent for one rank correlation of 43 pairs.
    assert (found.factors["correlation"].abs() > 0.30).sum() == 12


# With 43 months there are 41 shifts, so that the guard lets 2 of 41 pass: 4.9 per cent.
@pytest.mark.parametrize(
    ("how", "nominal"),
    [
        ({"factors": 60}, 2 / 41),
        ({"factors": 60, "season": 5.0, "peak": 0.03, "seed": 1}, 2 / 41),
        ({"factors": 3, "season": 5.0, "peak": 0.03, "seed": 2}, 2 / 41),
        ({"factors": 60, "periods": 36, "season": 5.0, "peak": 0.03, "seed": 3}, 1 / 34),
    ],
    ids=["random walks and AR(1)", "with seasons", "three with seasons", "the shortest"],
)
def test_about_one_client_in_twenty_gets_a_false_alarm(how, nominal):
    clients = 250
    found, _ = alarms(clients, **how)
    assert found == pytest.approx(nominal, abs=2.5 * np.sqrt(nominal * (1 - nominal) / clients))


@pytest.mark.parametrize("lag", [0, 1])
def test_a_factor_that_is_truly_linked_is_found_among_sixty(lag):
    _, found = alarms(60, link=0.3, lag=lag, seed=4)
    assert found > 0.9


def test_a_weaker_link_is_found_more_often_among_few_factors_and_in_a_longer_log():
    among_sixty, among_three, longer = (
        alarms(60, link=0.15, seed=5, **how)[1] for how in ({}, {"factors": 3}, {"periods": 90})
    )
    assert among_sixty < among_three
    assert among_sixty < longer


def test_a_season_that_both_share_is_no_link():
    months = np.arange(MONTHS) % 12 + 1
    random = np.random.default_rng(6)
    churn = 0.08 + 0.02 * np.cos(2 * np.pi * months / 12) + 0.004 * random.standard_normal(MONTHS)
    warmth = -10 * np.cos(2 * np.pi * months / 12) + random.standard_normal(MONTHS)
    assert spearmanr(churn, warmth).statistic < -0.85
    found = guarded_correlations(pd.Series(churn), pd.DataFrame({"warmth": warmth}), months)
    assert found["correlation"].abs().item() < 0.4
    assert not found["moves_with_churn"].item()


# --- edges -----------------------------------------------------------------------------------------------------


def sample(periods=42):
    calendar = calendar_of(periods)
    random = np.random.default_rng(7)
    churn = simulated_churn(random, periods)
    values = drifting(random, periods, 2)
    return calendar, movement_of(calendar, churn), long(calendar, a=values[:, 0], b=values[:, 1])


def test_too_few_periods_in_a_row_are_not_compared():
    calendar, movement, factors = sample()
    found = compare_factors(factors, movement.tail(35), calendar)
    assert (found.missing, found.periods, found.fewest) == ("too_few_periods", 35, 36)
    assert found.factors["p_value"].isna().all()
    assert compare_factors(factors, movement.tail(36), calendar).missing == ""
    # A period without churn in between: only those after it count.
    broken = movement.assign(churn=movement["churn"].where(movement["period_number"] != 5))
    found = compare_factors(factors, broken, calendar)
    assert (found.missing, found.periods, found.first_period) == ("", 36, "2022-01")
    unknown = compare_factors(factors, movement.assign(churn=np.nan), calendar)
    assert (unknown.missing, unknown.periods, unknown.first_period) == ("too_few_periods", 0, "")


@pytest.mark.parametrize(
    ("step", "form", "fewest"),
    [("7D", "%G-W%V", 157), ("MS", "%Y-%m", 36), ("QS", "%Y-Q1", 24), ("YS", "%Y", 24)],
)
def test_three_years_and_twenty_four_periods_are_needed(step, form, fewest):
    calendar = calendar_of(30, first="2018-01-01", step=step, form=form)
    movement = movement_of(calendar, np.linspace(0.1, 0.2, 30) ** 2)
    assert compare_factors(long(calendar, a=np.arange(30.0)), movement, calendar).fewest == fewest


def test_a_factor_with_a_gap_is_named_and_left_out():
    calendar, movement, factors = sample()
    is_gap = (factors["name"] == "b") & (factors["day"] == "2022-03-01")
    found = compare_factors(factors[~is_gap], movement, calendar)
    assert found.factors[["name", "reason", "missing_periods"]].to_numpy().tolist() == [
        ["a", "", 0],
        ["b", "gaps", 1],
    ]
    # Churn is known from the second period on: a gap before does no harm.
    later = compare_factors(factors[factors["day"] > "2021-07-01"], movement.tail(41), calendar)
    assert later.factors["reason"].tolist() == ["", ""]
    # What is left out does not raise the bar.
    alone = compare_factors(factors[factors["name"] == "a"], movement, calendar).factors
    assert found.factors["p_value"].iloc[0] == alone["p_value"].iloc[0]


def test_a_factor_that_never_changes_or_only_with_the_season_is_left_out():
    calendar, movement, factors = sample()
    still = long(calendar, still=[0.1 + 0.2] * 42, season=np.tile(np.arange(12.0) ** 2, 4)[:42])
    found = compare_factors(pd.concat([factors, still]), movement, calendar)
    reasons = found.factors.set_index("name")["reason"]
    assert reasons.to_dict() == {"a": "", "b": "", "still": "constant", "season": "constant"}
    only = compare_factors(still, movement, calendar)
    assert (only.missing, len(only.compared)) == ("no_comparable_factor", 0)


def test_all_factors_with_gaps_leave_nothing_to_compare():
    calendar, movement, factors = sample()
    found = compare_factors(factors[factors["day"] != "2022-03-01"], movement, calendar)
    assert found.missing == "no_comparable_factor"
    assert found.factors["reason"].tolist() == ["gaps", "gaps"]


def test_churn_that_never_changes_cannot_be_held_against_anything():
    calendar, movement, factors = sample()
    assert compare_factors(factors, movement.assign(churn=0.1), calendar).missing == "constant_churn"


def test_no_rows_are_no_factors():
    calendar, movement, factors = sample()
    found = compare_factors(factors.head(0), movement, calendar)
    assert (found.missing, found.factors.empty) == ("no_factors", True)


def test_the_order_of_rows_and_values_after_the_report_change_nothing():
    calendar, movement, factors = sample()
    daily = factors.loc[factors.index.repeat(3)].assign(
        day=lambda table: table["day"] + pd.to_timedelta(table.groupby(level=0).cumcount(), unit="D"),
        value=lambda table: table["value"] + 0.1 * table.groupby(level=0).cumcount(),
    )
    found = compare_factors(daily, movement, calendar).factors
    mixed = daily.sample(frac=1, random_state=1)
    shuffled = compare_factors(mixed, movement.sample(frac=1, random_state=2), calendar[::-1])
    pd.testing.assert_frame_equal(shuffled.factors, found, check_exact=True)
    later = pd.DataFrame({"day": pd.date_range("2025-01-01", periods=9), "name": "a", "value": 1e6})
    with_later = compare_factors(pd.concat([daily, later]), movement, calendar)
    pd.testing.assert_frame_equal(with_later.factors, found, check_exact=True)


def test_the_unit_of_a_factor_does_not_matter_and_a_fall_is_as_close_as_a_rise():
    calendar, movement, factors = sample()
    found = compare_factors(factors, movement, calendar).factors.set_index("name")
    turned = compare_factors(factors.assign(value=3 - 1e-7 * factors["value"]), movement, calendar)
    turned = turned.factors.set_index("name")
    assert (turned["correlation"] + found["correlation"]).abs().max() < 1e-9
    assert turned["p_value"].tolist() == found["p_value"].tolist()


def test_tables_without_their_columns_are_refused():
    calendar, movement, factors = sample()
    with pytest.raises(TableError, match=r"'factors' lacks \['value'\]"):
        compare_factors(factors.drop(columns="value"), movement, calendar)
    with pytest.raises(TableError, match=r"'movement' lacks \['churn'\]"):
        compare_factors(factors, movement.drop(columns="churn"), calendar)
    with pytest.raises(TableError, match=r"'calendar' lacks \['last_day'\]"):
        compare_factors(factors, movement, calendar.drop(columns="last_day"))


# --- word for word ---------------------------------------------------------------------------------------------


def said(*rows, missing="", periods=43, grain="month"):
    names = ["name", "reason", "missing_periods", "lag", "correlation", "p_value", "moves_with_churn"]
    table = pd.DataFrame(rows, columns=names).astype(
        {"lag": "Int64", "correlation": float, "p_value": float, "moves_with_churn": bool}
    )
    comparison = analysis.FactorComparison(missing, periods, 36, "2021-07", "2025-01", periods - 2, table)
    return comparison, external_factors(comparison, grain=grain, formats=FORMATS)


RATE = ("euro", "", 0, 0, 0.2849, 0.43902, False)
RAIN = ("rain", "", 0, 1, -0.61, 0.02439, True)
WIND = ("wind", "", 0, 0, -0.58, 0.04878, True)
GAP = ("snow", "gaps", 3, None, None, None, False)
STILL = ("tax", "constant", 0, None, None, None, False)


def test_none_passes():
    _, finding = said(RATE, ("wind", "", 0, 0, 0.1, 0.9, False))
    assert (finding.key, finding.verdict, finding.is_headline) == (
        "external_factors",
        "no clear change",
        False,
    )
    assert finding.text == (
        "Neither of the 2 external factors moves with churn more than chance would have it. Closest is “euro”: its "
        "changes from month to month have a correlation of +0.28 with those of churn in the same month, where "
        "0 is no link and 1 or −1 a perfect one. By chance alone one of 2 factors would come as close in "
        "43.9% of cases; only less than 5% counts. 43 months were compared, July 2021 to January 2025."
    )


def test_the_only_one_does_not_pass_and_others_are_left_out():
    _, finding = said(RATE, GAP)
    assert finding.text == (
        "The one external factor compared moves with churn no more than chance would have it. Closest is "
        "“euro”: its changes from month to month have a correlation of +0.28 with those of churn in the same "
        "month, where 0 is no link and 1 or −1 a perfect one. By chance alone it would come as close in 43.9% "
        "of cases; only less than 5% counts. 43 months were compared, July 2021 to January 2025; 1 factor is "
        "left out, the table says why."
    )


def test_one_passes():
    _, finding = said(RAIN, RATE, GAP, STILL)
    assert finding.verdict == "with reservations"
    assert finding.text == (
        "Of 2 external factors, 1 moves with churn more than chance would have it. Closest is “rain”: its "
        "changes from month to month have a correlation of −0.61 with those of churn one month later, where 0 "
        "is no link and 1 or −1 a perfect one. By chance alone one of 2 factors would come as close in 2.4% "
        "of cases; only less than 5% counts. That two things move together does not say that one causes the "
        "other. 43 months were compared, July 2021 to January 2025; 2 factors are left out, the table says "
        "why."
    )


def test_the_only_one_passes_and_several_do():
    assert str(said(RAIN)[1].text).startswith(
        "The one external factor compared moves with churn more than chance would have it. Closest is"
    )
    assert str(said(RAIN, WIND, RATE)[1].text).startswith(
        "Of 3 external factors, 2 move with churn more than chance would have it. Closest is “rain”:"
    )


@pytest.mark.parametrize(
    ("rows", "missing", "periods", "text"),
    [
        (
            [], "no_factors", 43,
            "The table of external factors holds no values up to the end of the period.",
        ),
        (
            [RATE], "too_few_periods", 12,
            "External factors can be held against churn where it is known for 36 months in a row; here it is "
            "known for 12 months.",
        ),
        (
            [RATE], "too_few_periods", 1,
            "External factors can be held against churn where it is known for 36 months in a row; here it is "
            "known for 1 month.",
        ),
        (
            [RATE], "constant_churn", 43,
            "External factors cannot be held against churn: in all 43 months it was the same, or went the "
            "same way every year.",
        ),
        (
            [GAP], "no_comparable_factor", 43,
            "The one external factor supplied could not be held against churn: it has too few values in some "
            "of the 43 months for which churn is known, or never changes but with the season.",
        ),
        (
            [GAP, STILL], "no_comparable_factor", 43,
            "None of the 2 external factors supplied could be held against churn: each has too few values in "
            "some of the 43 months for which churn is known, or never changes but with the season.",
        ),
    ],
)  # fmt: skip
def test_too_little_data_word_for_word(rows, missing, periods, text):
    _, finding = said(*rows, missing=missing, periods=periods)
    assert (finding.verdict, finding.text) == ("not enough data", text)


def test_no_sentence_claims_a_cause():
    for rows in ([RAIN], [RAIN, RATE], [RATE], [RATE, WIND]):
        words = str(said(*rows)[1].text).replace("does not say that one causes the other", "")
        assert not any(
            claim in words for claim in ("cause", "because", "drive", "lead to", "effect", "due to")
        )


def test_long_names_are_cut_and_stay_data():
    name = "<b>" + "x" * 100
    finding = said((name, *RATE[1:]))[1]
    assert f"“<b>{'x' * 57}…”" in finding.text


def test_the_table_in_words():
    comparison, _ = said(RAIN, RATE, GAP, STILL)
    table = factors_in_words(comparison, grain="month", formats=FORMATS)
    shown = show_table(table, FACTORS, key="external_factors", caption="Factors", formats=FORMATS)
    assert shown.cells == (
        ("rain", "of the next month", "−0.61", "2.4%", "moves with churn"),
        ("euro", "of the same month", "0.28", "43.9%", "no more than chance"),
        ("snow", "", "", "", "left out: too few values in 3 of 43 months"),
        ("tax", "", "", "", "left out: never changes, or the same way every year"),
    )


def test_nothing_is_listed_where_nothing_could_be_compared():
    comparison, _ = said(RATE, missing="too_few_periods", periods=3)
    table = factors_in_words(comparison, grain="month", formats=FORMATS)
    shown = show_table(table, FACTORS, key="external_factors", caption="Factors", formats=FORMATS)
    assert shown.text == "Not shown: there are not enough data for it yet."


def test_what_a_table_of_factors_would_show():
    note = missing_factors(formats=FORMATS)
    assert (note.key, note.tone) == ("missing_factors", "supply")
    assert note.text == (
        "With the course of things outside the business, such as an exchange rate, the temperature or a "
        "competitor's price, the report says whether any of them moves with churn more than chance would have "
        "it. Whoever makes this report finds the columns of such a table in data/README.md (factors)."
    )


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian"),
    [
        (1, "1 месяц", "1 місяць"),
        (2, "2 месяца", "2 місяці"),
        (5, "5 месяцев", "5 місяців"),
        (11, "11 месяцев", "11 місяців"),
        (21, "21 месяц", "21 місяць"),
    ],
)
def test_in_russian_and_ukrainian(number, russian, ukrainian):
    comparison, _ = said(RAIN, RATE, GAP, periods=number)
    text = external_factors(comparison, grain="month", formats=Formats("en,ru,uk")).text
    assert text.in_language("ru").translate(SPACES) == (
        "Из внешних факторов (всего 2) вместе с оттоком заметнее, чем бывает случайно, меняется 1. Ближе всех — "
        "«rain»: корреляция его изменений от месяца к месяцу с изменениями оттока месяц спустя — −0,61, где 0 — связи "
        "нет, а 1 или −1 — полная связь. По одной лишь случайности столь же близко хотя бы один из факторов (всего 2) "
        "подошёл бы в 2,4 % случаев; засчитывается, только если меньше 5 %. То, что две величины меняются вместе, не "
        f"значит, что одна — причина другой. Срок сравнения: {russian} (июль 2021 г. – январь 2025 г.). 1 фактор "
        "исключён, причина — в таблице."
    )
    assert text.in_language("uk").translate(SPACES) == (
        "Із зовнішніх факторів (усього 2) разом із відтоком помітніше, ніж буває випадково, змінюється 1. Найближче — "
        "«rain»: кореляція його змін від місяця до місяця зі змінами відтоку через місяць — −0,61, де 0 — зв’язку немає, "
        "а 1 або −1 — повний зв’язок. Через саму лише випадковість хоча б один із факторів (усього 2) підійшов "
        "би так само близько в 2,4% випадків; зв’язок зараховується, лише якщо менше ніж у 5%. Те, що дві величини "
        "змінюються разом, не "
        f"означає, що одна — причина іншої. Строк порівняння: {ukrainian} (липень 2021 р. – січень 2025 р.). 1 фактор "
        "виключено, причина — у таблиці."
    )

"""RFM groups, moves between them and concentration: counted on paper, against other formulas, on known truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import erf, expit, logit, ndtr, ndtri

from retention_utils.errors import ConfigError, TableError
from retention_utils.formats import Formats
from retention_utils.segments.concentration import concentration, concentration_curve, top_shares
from retention_utils.segments.groups import CELLS, GROUPS, group_names, group_of_cell
from retention_utils.segments.migration import group_moves, migration, migration_matrix
from retention_utils.segments.rfm import WINDOW_DAYS, recency_limits, rfm_classes
from retention_utils.segments.sizes import at_risk_value, cell_sizes, champions_change, group_sizes
from retention_utils.states import WINDOW_DAYS as STATES_WINDOW_DAYS

GAP = 100


def states(*rows: tuple) -> pd.DataFrame:
    """Rows of (silence_days, window_purchases[, year_amount[, customer_id]])."""
    table = pd.DataFrame(
        [(*row, *(100.0, None)[len(row) - 2 :])[:4] for row in rows],
        columns=["silence_days", "window_purchases", "year_amount", "customer_id"],
    )
    names = [f"c{number:03d}" for number in range(len(table))]
    table["customer_id"] = table["customer_id"].where(table["customer_id"].notna(), names)
    return table.assign(year_purchases=np.minimum(table["window_purchases"], 3))


def groups_of(*rows: tuple, gap_days: int = GAP) -> list[str]:
    return rfm_classes(states(*rows), gap_days=gap_days)["group"].tolist()


def buyers(amounts) -> pd.DataFrame:
    return pd.DataFrame({"year_purchases": 1, "year_amount": np.asarray(amounts, dtype=float)})


# --- the grid -----------------------------------------------------------------------------------------


def test_every_cell_belongs_to_exactly_one_group():
    # R's rfm 0.3.0 leaves 10 of 125 cells without a segment and 58 with several, pymc-marketing 18 of 64.
    claims = [
        (recency, frequency)
        for recencies, frequencies in CELLS.values()
        for recency in recencies
        for frequency in frequencies
    ]
    assert sorted(claims) == [(recency, frequency) for recency in range(1, 6) for frequency in range(1, 6)]
    assert len(group_of_cell()) == 25


@pytest.mark.parametrize(
    ("cells", "group"),
    [
        (["54", "55"], "champions"),
        (["34", "35", "44", "45"], "loyal"),
        (["42", "43", "52", "53"], "potential_loyalists"),
        (["51"], "new"),
        (["41"], "promising"),
        (["33"], "need_attention"),
        (["31", "32"], "about_to_sleep"),
        (["13", "14", "23", "24"], "at_risk"),
        (["15", "25"], "cant_lose"),
        (["11", "12", "21", "22"], "hibernating"),
    ],
)
def test_the_grid_is_the_agreed_one(cells, group):
    found = group_of_cell()
    assert [f"{recency}{frequency}" for (recency, frequency), name in found.items() if name == group] == cells


def called(language: str) -> list[str]:
    return [name.in_language(language) for name in group_names(Formats("en,ru,uk")).values()]


def test_groups_are_named_in_three_languages():
    assert called("en") == [
        "Champions", "Loyal", "Potential loyalists", "New", "Promising", "Need attention", "About to sleep",
        "Can't lose", "At risk", "Hibernating", "Outside the window",
    ]  # fmt: skip
    assert called("ru")[:-1] == [
        "Чемпионы", "Лояльные", "Потенциально лояльные", "Новые", "Перспективные", "Требуют внимания",
        "Засыпающие", "Нельзя потерять", "В зоне риска", "Спящие",
    ]  # fmt: skip
    assert called("uk")[:-1] == [
        "Чемпіони", "Лояльні", "Потенційно лояльні", "Нові", "Перспективні", "Потребують уваги",
        "Засинають", "Не можна втратити", "У зоні ризику", "Сплячі",
    ]  # fmt: skip


# --- classes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap_days", "silence", "recency"),
    [
        (100, 0, 5), (100, 25, 5), (100, 26, 4), (100, 50, 4), (100, 51, 3), (100, 100, 3), (100, 101, 2),
        (100, 200, 2), (100, 201, 1), (100, 5000, 1),
        (90, 22, 5), (90, 23, 4),  # a quarter of 90 is 22.5: 23 days are more than it
        (7, 1, 5), (7, 2, 4), (7, 3, 4), (7, 4, 3), (7, 14, 2), (7, 15, 1),
    ],
)  # fmt: skip
def test_recency_is_cut_by_the_churn_gap(gap_days, silence, recency):
    assert rfm_classes(states((silence, 1)), gap_days=gap_days)["recency_class"].tolist() == [recency]


@pytest.mark.parametrize(
    ("purchases", "frequency"),
    [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (7, 4), (8, 5), (500, 5)],
)
def test_frequency_is_cut_at_fixed_counts(purchases, frequency):
    assert rfm_classes(states((10, purchases)), gap_days=GAP)["frequency_class"].tolist() == [frequency]


def test_a_customer_who_has_just_bought_for_the_first_time_is_new():
    # pymc-marketing's default grid calls that customer "Inactive Customer".
    assert groups_of((0, 1)) == ["new"]


def test_a_customer_without_a_purchase_in_the_window_stands_outside():
    classes = rfm_classes(states((731, 0, 0.0)), gap_days=GAP)
    assert (classes["group"].item(), classes["frequency_class"].item()) == ("outside", 0)
    assert WINDOW_DAYS == STATES_WINDOW_DAYS  # as the mart counts window_purchases


def test_the_same_history_is_always_the_same_group():
    # Quantiles would part customers who bought once: 9 of 10 here.
    table = states(*[(10, 1)] * 90, *[(10, 9)] * 10)
    assert rfm_classes(table, gap_days=GAP).groupby("window_purchases")["group"].nunique().tolist() == [1, 1]


def test_returned_goods_move_nobody_down():
    assert groups_of((10, 8, 500.0), (10, 8, 0.0), (10, 8, -20.0)) == ["champions"] * 3


@pytest.mark.parametrize("gap_days", [0, -5])
def test_a_gap_must_be_positive(gap_days):
    with pytest.raises(ConfigError, match="positive number of days"):
        recency_limits(gap_days)


def test_a_missing_column_is_refused():
    with pytest.raises(TableError, match=r"'states' lacks \['window_purchases'\]"):
        rfm_classes(states((1, 1)).drop(columns="window_purchases"), gap_days=GAP)


# --- sizes --------------------------------------------------------------------------------------------

#   champion, champion, new, at risk, can't lose, outside
SIX = states((10, 5, 300.0), (5, 9, 500.0), (3, 1, 50.0), (150, 4, 100.0), (120, 8, 50.0), (900, 0, 0.0))


def test_sizes_by_hand():
    sizes = group_sizes(rfm_classes(SIX, gap_days=GAP)).set_index("group")
    assert sizes.index.tolist() == list(GROUPS)
    assert sizes["customers"].to_dict() == dict.fromkeys(GROUPS, 0) | {
        "champions": 2, "new": 1, "at_risk": 1, "cant_lose": 1, "outside": 1,
    }  # fmt: skip
    assert sizes.loc["champions", "share"] == pytest.approx(2 / 5)  # of five within the window
    # Wilson for 2 of 5: (0.4 + 3.8415 / 10 -+ 1.96 sqrt(0.048 + 3.8415 / 100)) / (1 + 3.8415 / 5)
    assert sizes.loc["champions", ["low", "high"]].tolist() == pytest.approx([0.1176, 0.7693], abs=5e-5)
    assert sizes.loc["champions", "amount_share"] == pytest.approx(0.8)
    # Variance: champions 0.2^2 (300^2 + 500^2), others 0.8^2 (50^2 + 100^2 + 50^2); over 1000^2.
    reach = 1.959964 * np.sqrt(0.04 * 340_000 + 0.64 * 15_000) / 1000
    assert sizes.loc["champions", "amount_low"] == pytest.approx(0.8 - reach)
    assert sizes.loc["champions", "amount_high"] == 1.0  # 0.8 + 0.3 is no share
    assert sizes.loc["champions", "mean_silence_days"] == 7.5
    assert np.isnan(sizes.loc["outside", "share"])
    assert np.isnan(sizes.loc["loyal", "mean_silence_days"])
    assert sizes["customers"].sum() == 6
    assert sizes["share"].sum() == pytest.approx(1)
    assert sizes["amount"].sum() == 1000.0


def test_nobody_outside_is_not_listed():
    assert "outside" not in group_sizes(rfm_classes(SIX.iloc[:5], gap_days=GAP))["group"].tolist()


def test_too_few_customers_get_counts_and_no_shares():
    sizes = group_sizes(rfm_classes(SIX, gap_days=GAP), min_customers=6)  # five are within the window
    assert sizes[["share", "low", "high", "amount_share", "amount_low", "amount_high"]].isna().all(axis=None)
    assert sizes["customers"].sum() == 6


def test_no_revenue_gives_no_shares_of_it():
    sizes = group_sizes(rfm_classes(SIX.assign(year_amount=0.0), gap_days=GAP))
    assert sizes["amount_share"].isna().all()
    assert sizes["share"].sum() == pytest.approx(1)


def test_cells_by_hand():
    cells = cell_sizes(rfm_classes(SIX, gap_days=GAP))
    held = cells[cells["customers"] > 0].set_index(["recency_class", "frequency_class"])
    assert held["customers"].to_dict() == {(2, 3): 1, (2, 5): 1, (5, 1): 1, (5, 4): 1, (5, 5): 1}
    assert held["amount"].to_dict() == {(2, 3): 100, (2, 5): 50, (5, 1): 50, (5, 4): 300, (5, 5): 500}
    assert len(cells) == 25


def test_value_at_risk_by_hand():
    risk = at_risk_value(rfm_classes(SIX, gap_days=GAP))
    assert (risk.customers, risk.amount, risk.share) == (2, 150.0, pytest.approx(0.15))
    # 0.85^2 (100^2 + 50^2) + 0.15^2 (300^2 + 500^2 + 50^2), over 1000^2
    reach = 1.959964 * np.sqrt(0.7225 * 12_500 + 0.0225 * 342_500) / 1000
    assert (risk.low, risk.high) == (0.0, pytest.approx(0.15 + reach))
    few = at_risk_value(rfm_classes(SIX, gap_days=GAP), min_customers=6)
    assert (few.customers, few.amount) == (2, 150.0)
    assert np.isnan(few.share)


def many(seed: int, size: int = 400) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "customer_id": [f"c{number:05d}" for number in range(size)],
            "silence_days": random.integers(0, 400, size),
            "window_purchases": random.geometric(0.35, size),
            "year_amount": random.lognormal(3, 1, size).round(2),
        }
    )
    return table.assign(year_purchases=table["window_purchases"])


def test_the_order_of_rows_changes_nothing():
    table, mixed = many(1), many(1).sample(frac=1, random_state=3)
    first, second = (rfm_classes(rows, gap_days=GAP) for rows in (table, mixed))
    pd.testing.assert_frame_equal(group_sizes(first), group_sizes(second))
    pd.testing.assert_frame_equal(top_shares(table), top_shares(mixed))
    assert concentration(table) == concentration(mixed)
    assert champions_change(first, second).difference == 0.0


def test_the_interval_of_a_share_of_revenue_is_the_bootstrap_over_customers():
    classes = rfm_classes(many(2), gap_days=GAP)
    sizes = group_sizes(classes).set_index("group")
    amounts = classes["year_amount"].to_numpy()
    is_risky = classes["group"].isin(["at_risk", "cant_lose"]).to_numpy()
    is_loyal = (classes["group"] == "loyal").to_numpy()
    weights = np.random.default_rng(0).multinomial(400, np.full(400, 1 / 400), 4000)
    spread = {
        name: np.std(weights @ (amounts * member) / (weights @ amounts))
        for name, member in (("risky", is_risky), ("loyal", is_loyal))
    }
    risk = at_risk_value(classes)
    assert (risk.high - risk.low) / 2 / 1.959964 == pytest.approx(spread["risky"], rel=0.05)
    loyal = sizes.loc["loyal"]
    half = (loyal["amount_high"] - loyal["amount_low"]) / 2
    assert half / 1.959964 == pytest.approx(spread["loyal"], rel=0.05)


def test_the_interval_of_a_share_of_revenue_covers_the_truth():
    # True share: a mean of 2 in the tenth at risk, of 1 in the others; 0.2 / 1.1.
    random, hits = np.random.default_rng(5), 0
    for _ in range(300):
        risky = random.uniform(size=500) < 0.1
        amounts = random.gamma(2, 0.5, 500) * np.where(risky, 2, 1)
        rows = pd.DataFrame({"silence_days": np.where(risky, 150, 10), "window_purchases": 4})
        rows = rows.assign(customer_id=range(500), year_amount=amounts, year_purchases=4)
        risk = at_risk_value(rfm_classes(rows, gap_days=GAP))
        hits += risk.low <= 0.2 / 1.1 <= risk.high
    assert 0.91 <= hits / 300 <= 0.98


# --- the share of champions ---------------------------------------------------------------------------


def test_the_change_of_the_share_of_champions_by_hand():
    # Then: two champions of four. Now: c000 fell to loyal, c001 stayed, c004 is a new champion: two of five.
    then = rfm_classes(states((10, 5), (10, 5), (10, 1), (10, 1)), gap_days=GAP)
    now = rfm_classes(states((40, 5), (10, 5), (40, 1), (40, 1), (1, 5)), gap_days=GAP)
    change = champions_change(now, then)
    assert (change.customers, change.base, change.share) == (2, 5, pytest.approx(0.4))
    assert (change.previous_share, change.difference) == (0.5, pytest.approx(-0.1))
    # c000: -0.4/5 - 0.5/4; c001: 0.6/5 - 0.5/4; c002 and c003: -0.4/5 + 0.5/4; c004: 0.6/5
    squares = (-0.205) ** 2 + (-0.005) ** 2 + 2 * 0.045**2 + 0.12**2
    assert change.difference_high == pytest.approx(-0.1 + 1.959964 * np.sqrt(squares))


def test_without_a_period_to_compare_there_is_a_share_and_no_change():
    now = rfm_classes(SIX, gap_days=GAP)
    change = champions_change(now, None)
    assert change.share == pytest.approx(0.4)
    assert np.isnan([change.previous_share, change.difference, change.difference_low]).all()
    assert np.isnan(champions_change(now, now, min_customers=6).share)


def test_the_change_of_separate_customers_is_that_of_independent_shares():
    then, now = (rfm_classes(many(seed, 600), gap_days=GAP) for seed in (3, 4))
    change = champions_change(now.assign(customer_id=now["customer_id"] + "x"), then)
    shares = (
        change.share * (1 - change.share) / 600,
        change.previous_share * (1 - change.previous_share) / 600,
    )
    assert change.difference_high - change.difference == pytest.approx(1.959964 * np.sqrt(sum(shares)))


# --- moves --------------------------------------------------------------------------------------------


def moved(then: list[tuple], now: list[tuple], **options):
    pair = [rfm_classes(states(*rows), gap_days=GAP) for rows in (now, then)]
    return migration(*pair, **options), migration_matrix(*pair), pair


#        champion,  champion,  new,       hibernating, outside
THEN = [(10, 5), (10, 5), (5, 1), (150, 1), (800, 0, 0.0)]
#        loyal,     champion,  promising, champion,    new,    new customer: champion
NOW = [(40, 5), (12, 6), (36, 1), (1, 5), (2, 1), (3, 5)]


def test_moves_by_hand():
    got, matrix, _ = moved(THEN, NOW)
    assert (got.customers, got.up, got.down, got.stayed) == (4, 1, 2, 1)
    assert (got.new, got.returned) == (1, 1)
    assert (got.champions_before, got.champions_won, got.champions_lost, got.champions_after) == (2, 2, 1, 3)
    assert (got.difference, got.low) == (1, pytest.approx(1 - 1.959964 * np.sqrt(3)))
    held = matrix[matrix["customers"] > 0]
    assert [tuple(row) for row in held.itertuples(index=False)] == [
        ("champions", "champions", 1),
        ("champions", "loyal", 1),
        ("new", "promising", 1),
        ("hibernating", "champions", 1),
        ("outside", "new", 1),
    ]


def test_a_group_s_moves_by_hand():
    moves = group_moves(moved(THEN, NOW)[1]).set_index("group")
    assert moves.index.tolist() == ["champions", "new", "hibernating"]
    assert moves.loc["champions", ["customers", "up", "stayed", "down"]].tolist() == [2, 0, 1, 1]
    assert moves.loc["hibernating", "up_share"] == 1.0
    # Wilson for 1 of 2: half of 1 -+ 1.96 sqrt(0.125 + 3.8415 / 16) / (1 + 3.8415 / 2)
    assert moves.loc["champions", ["down_low", "down_high"]].tolist() == pytest.approx(
        [0.0945, 0.9055], abs=5e-5
    )


def test_nobody_is_lost_between_the_periods():
    then, now = many(6), many(7).iloc[:350]
    extra = many(8).assign(customer_id=lambda table: "n" + table["customer_id"])
    previous, classes = (
        rfm_classes(rows, gap_days=GAP) for rows in (then, pd.concat([now, extra], ignore_index=True))
    )
    matrix = migration_matrix(classes, previous)
    kept = classes[classes["customer_id"].isin(previous["customer_id"])]
    by_group = matrix.groupby("group")["customers"].sum()
    assert by_group[by_group > 0].to_dict() == kept["group"].astype(str).value_counts().to_dict()
    got = migration(classes, previous)
    assert got.up + got.down + got.stayed == got.customers == 350
    won = got.champions_won - got.champions_lost
    # Champions who are gone altogether are in neither count.
    gone = previous[~previous["customer_id"].isin(classes["customer_id"])]["group"].eq("champions").sum()
    assert got.champions_before + won - gone == got.champions_after


def test_few_customers_make_no_migration():
    assert moved(THEN, NOW, min_customers=5)[0] is None
    assert moved(THEN, NOW, min_customers=4)[0] is not None


# --- concentration ------------------------------------------------------------------------------------


def test_gini_by_hand():
    # 2 (1*1 + 2*2 + 3*3 + 4*4) / (4 * 10) - 5/4 = 0.25
    assert concentration(buyers([3, 1, 4, 2])).gini == pytest.approx(0.25)
    assert concentration(buyers([5, 5, 5])).gini == pytest.approx(0)
    assert concentration(buyers([0, 0, 0, 8])).gini == pytest.approx(0.75)  # (n - 1) / n


def test_gini_is_half_the_relative_mean_difference():
    amounts = np.random.default_rng(1).lognormal(2, 1, 60)
    differences = np.abs(amounts[:, None] - amounts[None, :]).mean()
    assert concentration(buyers(amounts)).gini == pytest.approx(differences / 2 / amounts.mean())


def test_top_shares_by_hand():
    # The best of four brings 4 of 10; the top 30 per cent are 1.2 customers: 4 + 0.2 * 3.
    table = top_shares(buyers([3, 1, 4, 2]), shares=(0.25, 0.3, 0.5))
    assert table["amount_share"].tolist() == pytest.approx([0.4, 0.46, 0.7])
    assert table["customers"].tolist() == pytest.approx([1, 1.2, 2])
    assert table["amount"].tolist() == pytest.approx([4, 4.6, 7])


def test_all_alike_have_their_own_share():
    assert top_shares(buyers([7] * 50))["amount_share"].tolist() == pytest.approx(
        [0.01, 0.05, 0.08, 0.1, 0.2]
    )


def test_only_buyers_of_the_last_year_take_part():
    table = pd.concat([buyers([3, 1, 4, 2]), buyers([0] * 96).assign(year_purchases=0)])
    assert concentration(table).customers == 4
    assert concentration(table).gini == pytest.approx(0.25)


def test_the_curve_runs_from_nothing_to_everything_and_bends_down():
    curve = concentration_curve(buyers(np.random.default_rng(2).lognormal(2, 1, 300)))
    assert curve.iloc[0].tolist() == [0, 0]
    assert curve.iloc[-1].tolist() == pytest.approx([1, 1])
    assert (np.diff(curve["amount_share"], n=2) <= 1e-12).all()


def test_the_gini_error_is_that_of_the_jackknife():
    # They differ by a part in n: 4 % at 200 customers, 0.6 % at 1,000.
    amounts = np.sort(np.random.default_rng(3).lognormal(2, 0.8, 1000))
    rank = np.arange(1, 1000)
    left_out = [np.delete(amounts, one) for one in range(1000)]
    indices = np.array([2 * (rank * rest).sum() / (999 * rest.sum()) - 1000 / 999 for rest in left_out])
    jackknife = np.sqrt(999 / 1000 * ((indices - indices.mean()) ** 2).sum())
    got = concentration(buyers(amounts))
    error = (logit(got.high) - logit(got.low)) / 2 / 1.959964 * got.gini * (1 - got.gini)
    assert error == pytest.approx(jackknife, rel=0.01)


def test_the_error_of_a_top_share_is_that_of_the_bootstrap():
    random = np.random.default_rng(4)
    amounts = random.lognormal(2, 0.8, 500)
    drawn = [top_shares(buyers(random.choice(amounts, 500)), shares=(0.2,)) for _ in range(800)]
    spread = np.std([table["amount_share"].item() for table in drawn])
    got = top_shares(buyers(amounts), shares=(0.2,)).iloc[0]
    share = got["amount_share"]
    error = (logit(got["high"]) - logit(got["low"])) / 2 / 1.959964 * share * (1 - share)
    assert error == pytest.approx(spread, rel=0.08)


def test_intervals_cover_the_truth_of_a_lognormal_base():
    # Aitchison & Brown 1957: the Gini index is erf(s / 2), the share of the top p is Phi(s - Phi^-1(1 - p)).
    sigma, random, hits = 0.8, np.random.default_rng(6), np.zeros(3)
    truth = [erf(sigma / 2), ndtr(sigma - ndtri(0.92)), ndtr(sigma - ndtri(0.8))]
    for _ in range(400):
        table = buyers(random.lognormal(3, sigma, 1000))
        index, top = concentration(table), top_shares(table, shares=(0.08, 0.2))
        low, high = [index.low, *top["low"]], [index.high, *top["high"]]
        hits += [
            ends[0] <= true <= ends[1] for true, ends in zip(truth, zip(low, high, strict=True), strict=True)
        ]
    assert (hits / 400 >= 0.91).all()
    assert (hits / 400 <= 0.985).all()


def test_shares_stay_shares():
    table = top_shares(buyers([0.01] * 99 + [1e6]), shares=(0.01, 0.2))
    assert (table["amount_share"] <= 1).all()
    interval = table[["low", "high"]].dropna()
    assert ((interval >= 0) & (interval <= 1)).all(axis=None)


@pytest.mark.parametrize("table", [buyers([]), buyers([0, 0, 0])])
def test_without_revenue_there_is_no_concentration(table):
    assert concentration(table) is None
    assert concentration_curve(table).empty
    assert top_shares(table).empty


def test_few_buyers_make_no_concentration():
    assert concentration(buyers([1, 2, 3]), min_customers=4) is None
    assert top_shares(buyers([1, 2, 3]), min_customers=4).empty


def test_the_interval_is_taken_on_the_log_odds():
    got = concentration(buyers(np.random.default_rng(8).lognormal(3, 1, 300)))
    assert expit((logit(got.low) + logit(got.high)) / 2) == pytest.approx(got.gini)

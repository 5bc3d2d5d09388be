"""Whether a campaign worked: by hand, against other programs, by law, and on simulated customers."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import statsmodels.api as sm
from order_samples import purchases_of, records
from scipy import stats
from statsmodels.stats.proportion import (
    power_proportions_2indep,
    proportions_ztest,
    samplesize_proportions_2indep_onetail,
)
from test_subscriptions import contracts

from retention_utils.campaign_tables import campaign_tables
from retention_utils.campaigns.balance import balance, ratio_p
from retention_utils.campaigns.drawn import drawn_customers, with_uses
from retention_utils.campaigns.histories import contract_histories, money_until, order_histories
from retention_utils.campaigns.money import mean_difference, saved_margin
from retention_utils.campaigns.readout import campaign_readouts
from retention_utils.campaigns.uplift import customers_needed, group_uplifts, seen_with, uplift
from retention_utils.config import ContractSettings
from retention_utils.stats import difference_interval
from retention_utils.subscriptions.spans import contract_spans

AS_OF = date(2024, 6, 30)
MONTH = 365.25 / 12


def campaigns(*rows: tuple, campaign: str = "call") -> pd.DataFrame:
    """Rows of customer, arm, day and, where it is stated, cost."""
    table = pd.DataFrame([(*row, None)[:4] for row in rows], columns=["customer_id", "arm", "day", "cost"])
    return table.assign(campaign=campaign, day=pd.to_datetime(table["day"]), cost=table["cost"].astype(float))


def bought(*rows: tuple[str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    return table.assign(day=pd.to_datetime(table["day"]))


def readouts(table, *, spans=None, purchases=None, as_of=AS_OF, share=0.0, least=20, margin=0.5):
    return campaign_readouts(
        table, spans=spans, purchases=purchases, as_of=as_of, horizon_days=30, treatment_share=share,
        margin=margin, min_customers=least,
    )  # fmt: skip


# --- by hand ---------------------------------------------------------------------------------------------------


def test_contracts_tell_who_stayed_and_what_each_brought():
    spans = contract_spans(
        contracts(
            {"customer_id": "ann", "start": "2024-01-01"},
            {"customer_id": "bob", "start": "2024-01-01", "end": "2024-03-11"},
            {"customer_id": "cem", "start": "2024-03-20"},
            {"customer_id": "dee", "start": "2023-01-01", "end": "2024-02-01"},
            {"customer_id": "eve", "start": "2024-01-01", "end": "2024-04-01"},
            {"customer_id": "gil", "start": "2024-03-01", "end": "2024-03-31"},
        ),
        ContractSettings(),
    )
    drawn = pd.DataFrame({"customer_id": ["ann", "bob", "cem", "dee", "eve", "fay", "gil"]})
    found = contract_histories(
        drawn.assign(day=pd.Timestamp("2024-03-01")), spans, as_of=AS_OF, horizon_days=30
    )
    members = found.members.set_index("customer_id")
    assert members["was_customer"].tolist() == [True, True, False, True, True, False, False]
    # eve's contract covers the 31st of March, thirty days after the first; gil's does not.
    assert members["is_retained"].tolist() == [True, False, True, False, True, False, False]
    assert members["is_running"].tolist() == [1, 1, 0, 0, 1, 0, 0]
    assert members.loc["ann", "tenure_months"] == pytest.approx(60 / MONTH)
    assert members["revenue_before"].tolist() == [100, 100, 0, 0, 100, 0, 0]
    money = money_until(found.flows, 7, [7, 30, 121])
    days = [[7, 30, 121], [7, 10, 10], [0, 11, 102], [0, 0, 0], [7, 30, 31], [0, 0, 0], [7, 30, 30]]
    assert money == pytest.approx(np.array(days) * 100 / MONTH)


def test_orders_tell_who_bought_again_and_what_each_brought():
    purchases = bought(
        ("ann", "2023-01-01", 5), ("ann", "2024-02-28", 10), ("ann", "2024-03-01", 20),
        ("bob", "2024-01-31", 8), ("bob", "2024-03-31", 40), ("cem", "2024-03-05", 7),
        ("dee", "2024-02-01", 3), ("dee", "2024-07-01", 99),
    )  # fmt: skip
    drawn = pd.DataFrame({"customer_id": ["ann", "bob", "cem", "dee"], "day": pd.Timestamp("2024-03-01")})
    found = order_histories(drawn, purchases, as_of=AS_OF, horizon_days=30)
    members = found.members
    # The day of the draw counts as after it; the 31st of March is the thirty-first day.
    assert members["is_retained"].tolist() == [True, False, True, False]
    assert members["was_customer"].tolist() == [True, True, False, True]
    assert members["silence_days"].tolist()[:2] == [2, 30]
    assert members["purchases_before"].tolist() == [1, 1, 0, 1]
    assert members["revenue_before"].tolist() == [10, 8, 0, 3]
    assert money_until(found.flows, 4, [30, 121, 400]).tolist() == [
        [20, 20, 20], [0, 40, 40], [7, 7, 7], [0, 0, 0],  # what comes after the last day is not known
    ]  # fmt: skip


def test_nobody_is_left_out_for_what_came_after_the_draw():
    table = campaigns(
        ("ann", "treatment", "2024-03-01", 2), ("ann", "control", "2024-03-02"),  # two ids, one customer
        ("bob", "treatment", "2024-03-01", 2), ("cem", "treatment", "2024-03-01", 2),
        ("dee", "control", "2024-06-01"), ("eve", "control", "2024-05-31"),
    )  # fmt: skip
    drawn = drawn_customers(table)
    assert drawn["customer_id"].tolist() == ["ann", "bob", "cem", "dee", "eve"]
    assert drawn["is_both"].tolist() == [True, False, False, False, False]
    # cem bought because of the campaign and had never bought before: to judge cem would favour it.
    purchases = bought(
        *((name, "2024-01-05", 1) for name in ("ann", "bob", "dee", "eve")), ("cem", "2024-03-02", 9)
    )
    members = order_histories(drawn, purchases, as_of=AS_OF, horizon_days=30).members
    uses = with_uses(members, as_of=AS_OF, horizon_days=30)["use"]
    assert uses.tolist() == ["both arms", "judged", "not a customer", "too recent", "judged"]


def test_the_mart_keeps_the_purchases_of_those_drawn():
    drawn = {"customer_id": ["ann", "bob", "bob"], "campaign": ["a", "a", "b"]}
    further = {"campaigns": pa.table(drawn)}
    orders = [
        ("ann", "2024-01-05", 3),
        ("bob", "2024-01-06", 4),
        ("bob", "2024-01-06", 1),
        ("cem", "2024-01-07", 9),
    ]
    kept = campaign_tables(purchases_of(orders), ibis.duckdb.connect(), further)["campaign_purchases"]
    assert records(kept, "customer_id", "amount") == [("ann", 3), ("bob", 5)]
    assert campaign_tables(purchases_of(orders), ibis.duckdb.connect(), {}) == {}


def test_a_customer_in_two_campaigns_is_judged_in_both_and_counted():
    both = pd.concat([campaigns(("ann", "control", "2024-03-01"), campaign=name) for name in ("a", "b")])
    assert drawn_customers(both)["elsewhere"].tolist() == [True, True]


def test_money_is_followed_until_it_has_paid_back():
    margins = np.array([[4.0, 9, 20], [6, 11, 20], [2, 2, 2], [2, 2, 2]])
    saved = saved_margin(margins, np.array([True, True, False, False]), np.zeros(4), cost=10)
    assert saved.weeks["net"].tolist() == [-10, -4, 6, 26]  # two treated, 3, 8 and 18 more each
    assert (saved.break_even, saved.sure_from) == (2, 3)
    assert saved_margin(margins, np.array([False, False, True, True]), np.zeros(4), cost=0).break_even is None


# --- against other programs and papers -------------------------------------------------------------------------


def test_the_chance_is_that_of_the_pooled_test():
    stayed, treated = [1] * 56 + [0] * 14 + [1] * 48 + [0] * 32, [1] * 70 + [0] * 80
    found = uplift(stayed, treated)
    # Newcombe (1998): 56/70 - 48/80, method 10.
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert found.p_value == pytest.approx(proportions_ztest([56, 48], [70, 80])[1])
    assert found.relative == pytest.approx(1 / 3)
    assert found.relative_low < found.relative < found.relative_high


@pytest.mark.parametrize("more", [0.01, 0.02, 0.05])
def test_sizes_for_the_next_campaign_are_those_of_statsmodels(more):
    needed = customers_needed(0.86, [more])["customers"].iloc[0]
    # statsmodels leaves out the far tail, and rounds nothing.
    theirs = samplesize_proportions_2indep_onetail(more, 0.86, 0.8, alpha=0.05, alternative="two-sided")
    assert needed == pytest.approx(theirs, abs=1)
    assert power_proportions_2indep(more, 0.86, needed, alpha=0.05).power == pytest.approx(0.8, abs=2e-3)


def test_sizes_are_those_of_the_book_and_blank_where_nobody_is_left_to_win():
    # Fleiss, Levin and Paik: .05 against .10, without the correction for continuity.
    assert customers_needed(0.05, [0.05])["customers"].tolist() == [435]
    assert customers_needed(0.97, [0.02, 0.05])["customers"].isna().tolist() == [False, True]
    assert seen_with(0.5, 100, 100) == pytest.approx(2.8016 * np.sqrt(0.005), rel=1e-4)


def test_arms_are_weighed_as_a_regression_would():
    random = np.random.default_rng(1)
    members = pd.DataFrame(
        {
            "is_treated": random.uniform(size=300) < 0.4,
            "day": pd.Timestamp("2024-03-01"),
            "tenure_months": random.exponential(12, 300),
            "revenue_before": random.gamma(2, 50, 300),
            "plan": random.choice(["a", "b", "c"], 300),
        }
    )
    found = balance(members)
    traits = sm.add_constant(
        members[["tenure_months", "revenue_before"]].assign(
            a=(members["plan"] == "a") * 1.0, b=(members["plan"] == "b") * 1.0
        )
    )
    explained = sm.OLS(members["is_treated"] * 1.0, traits).fit().rsquared
    assert found.p_value == pytest.approx(stats.chi2.sf(299 * explained, 4))
    one = found.table.set_index("trait").loc["tenure_months"]
    arms = [part["tenure_months"] for _, part in members.groupby("is_treated")]
    spread = np.sqrt((arms[0].var() + arms[1].var()) / 2)
    assert one["difference"] == pytest.approx((arms[1].mean() - arms[0].mean()) / spread)
    assert ratio_p(120, 180, share=0.5) == pytest.approx(stats.chisquare([120, 180]).pvalue)
    assert np.isnan(ratio_p(120, 180, share=0.0))


def test_means_are_compared_as_by_welch_and_cuped_takes_off_what_was_foretold():
    random = np.random.default_rng(2)
    before, treated = random.gamma(2, 50, 400), np.arange(400) < 150
    amounts = 0.8 * before + random.normal(0, 10, 400) + 5 * treated
    plain = mean_difference(amounts, treated)
    theirs = stats.ttest_ind(amounts[treated], amounts[~treated], equal_var=False).confidence_interval()
    assert (plain.low, plain.high) == pytest.approx(tuple(theirs))
    adjusted = mean_difference(amounts, treated, before=before)
    assert adjusted.explained == pytest.approx(np.corrcoef(amounts, before)[0, 1] ** 2)
    assert adjusted.high - adjusted.low < 0.3 * (plain.high - plain.low)
    assert abs(adjusted.difference - 5) < abs(plain.difference - 5)


# --- by simulation ---------------------------------------------------------------------------------------------


def test_intervals_cover_what_is_true():
    random = np.random.default_rng(3)
    tries, n = 4000, 150
    kept = [random.binomial(n, share, tries) for share in (0.91, 0.86)]
    _, low, high = difference_interval(kept, [np.full(tries, n)] * 2)
    assert ((low <= 0.05) & (high >= 0.05)).mean() == pytest.approx(0.95, abs=0.012)
    treated, hits = np.arange(2 * n) < n, 0
    for _ in range(600):
        before = random.gamma(2, 50, 2 * n)
        amounts = before * (random.uniform(size=2 * n) < 0.86 + 0.05 * treated)
        found = mean_difference(amounts, treated, before=before)
        hits += found.low <= 0.05 * 100 <= found.high
    assert hits / 600 == pytest.approx(0.95, abs=0.025)


def test_arms_drawn_by_lot_pass_and_chosen_ones_do_not():
    random = np.random.default_rng(4)
    doubted = 0
    for _ in range(300):
        table = pd.DataFrame(
            {"tenure_months": random.exponential(12, 120), "day": pd.Timestamp("2024-03-01")}
        )
        table["is_treated"] = random.permutation(120) < 60
        doubted += not balance(table).is_balanced
    assert doubted <= 10  # one in a hundred by chance
    chosen = table.assign(is_treated=table["tenure_months"] > table["tenure_months"].median())
    assert not balance(chosen).is_balanced


def test_intervals_of_groups_hold_for_all_of_them_at_once():
    stays = [True] * 30 + [False] * 10 + [True] * 20 + [False] * 20  # 30 of 40 treated, 20 of 40 others
    treated = [True] * 40 + [False] * 40
    one = pd.DataFrame({"is_retained": stays, "is_treated": treated})
    members = pd.concat([one.assign(risk=risk) for risk in range(3)])
    table, p_value = group_uplifts(members, group="risk", min_customers=20)
    assert p_value == 1
    _, low, high = difference_interval([30, 20], [40, 40], level=1 - 0.05 / 3)
    assert table[["low", "high"]].to_numpy() == pytest.approx(np.array([[low, high]] * 3))
    assert len(group_uplifts(members, group="risk", min_customers=41)[0]) == 0


def test_groups_that_differ_are_told_from_groups_that_do_not():
    random = np.random.default_rng(5)

    def p_value(effects) -> float:
        risk, treated = np.repeat([0, 1, 2], 600), np.tile([True, False], 900)
        stays = random.uniform(size=1800) < 0.7 + np.array(effects)[risk] * treated
        members = pd.DataFrame({"risk": risk, "is_treated": treated, "is_retained": stays})
        return group_uplifts(members, group="risk", min_customers=20)[1]

    assert np.mean([p_value((0.1, 0.1, 0.1)) < 0.05 for _ in range(100)]) < 0.12
    assert p_value((0.25, 0.1, -0.1)) < 0.01


# --- what may be said ------------------------------------------------------------------------------------------


def club(random, *, is_lot: bool = True, waves: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Four hundred customers with orders, and a campaign that keeps a fifth more of them."""
    tenure = random.integers(40, 400, 400)
    treated = random.permutation(400) < 200 if is_lot else tenure > 220
    day = pd.Timestamp("2024-03-01") + pd.to_timedelta(np.arange(400) % waves * 7, "D")
    names = [f"c{number}" for number in range(400)]
    comes = random.uniform(size=400) < 0.4 + 0.2 * treated
    first = pd.DataFrame({"customer_id": names, "day": day - pd.to_timedelta(tenure, "D"), "amount": 10.0})
    again = first.assign(day=day + pd.to_timedelta(random.integers(0, 30, 400), "D"))[comes]
    rows = zip(
        names, np.where(treated, "treatment", "control"), day, np.where(treated, 1.0, None), strict=True
    )
    return campaigns(*rows), pd.concat([first, again], ignore_index=True)


def test_arms_drawn_by_lot_show_the_effect_and_others_only_a_difference():
    random = np.random.default_rng(6)
    table, purchases = club(random)
    fair = readouts(table, purchases=purchases, share=0.5)[0]
    assert fair.evidence == "random"
    assert fair.uplift.low < 0.2 < fair.uplift.high
    assert fair.money.adjusted.low < 0.2 * 10 * 0.5 < fair.money.adjusted.high
    assert fair.money.saved.cost == 200
    assert len(fair.money.saved.weeks) == 121 // 7 + 1
    assert fair.groups["customers"].sum() == 400
    # Nine in ten were to be treated.
    assert readouts(table, purchases=purchases, share=0.9)[0].evidence == "unlike"
    table, purchases = club(random, is_lot=False)
    chosen = readouts(table, purchases=purchases)[0]
    assert (chosen.evidence, chosen.money, len(chosen.groups)) == ("unlike", None, 0)
    assert chosen.uplift is not None
    # The treated alone: no others are known from orders.
    alone = readouts(table[table["arm"] == "treatment"], purchases=purchases)[0]
    assert (alone.evidence, alone.uplift.controls) == ("no control", 0)
    assert np.isnan(alone.uplift.difference)


def test_waves_are_judged_together_unless_their_arms_differ():
    table, purchases = club(np.random.default_rng(7), waves=3)
    assert readouts(table, purchases=purchases)[0].evidence == "random"
    first_wave = table["day"] == table["day"].min()
    skewed = table[~first_wave | (table["arm"] == "treatment")]
    assert readouts(skewed, purchases=purchases)[0].evidence == "unlike"
    # The last wave is not thirty days old; the others are judged.
    early = readouts(table, purchases=purchases, as_of=date(2024, 4, 10))[0]
    assert early.evidence == "random"
    assert early.account["too recent"].sum() == 133


def test_too_new_too_few_and_unknown_are_verdicts_of_their_own():
    table, purchases = club(np.random.default_rng(8))
    recent = readouts(table, purchases=purchases, as_of=date(2024, 3, 20))[0]
    assert (recent.evidence, recent.uplift, recent.judged_on) == ("too recent", None, date(2024, 3, 31))
    assert readouts(table.head(30), purchases=purchases)[0].evidence == "too few"
    strangers = table.assign(customer_id="x" + table["customer_id"])
    assert readouts(strangers, purchases=purchases)[0].evidence == "nobody"
    # Sixty treated who were no customers, and none of the control: something is wrong with the lists.
    unequal = pd.concat([table, strangers[table["arm"] == "treatment"].head(60)])
    assert readouts(unequal, purchases=purchases)[0].evidence == "unlike"
    assert readouts(None, purchases=purchases) == readouts(table) == []


def test_the_best_evidence_comes_first_then_the_newest_campaign():
    random = np.random.default_rng(9)
    (old, first), (new, second) = club(random), club(random)
    parts = [old.assign(campaign="old"), new.assign(campaign="new", day=new["day"] + pd.Timedelta(days=2))]
    later = new.assign(campaign="later", day=pd.Timestamp("2024-06-15"))
    found = readouts(pd.concat([*parts, later]), purchases=pd.concat([first, second]))
    assert [(each.campaign, each.evidence) for each in found][-1] == ("later", "too recent")
    assert [each.campaign for each in found][:2] == ["new", "old"]


def test_without_a_control_those_under_contract_stand_beside_it():
    rows = [
        {"customer_id": f"c{number}", "start": "2024-01-01", "end": "2024-03-11" if number % 4 == 0 else None}
        for number in range(120)
    ]
    spans = contract_spans(contracts(*rows), ContractSettings())
    table = campaigns(*((f"c{number}", "treatment", "2024-03-01") for number in range(40)))
    found = readouts(table, spans=spans)[0]
    assert (found.evidence, found.uplift.treated, found.uplift.controls) == ("no control", 40, 80)
    assert found.uplift.share == pytest.approx(0.75)
    assert found.account["arm"].tolist() == ["treatment", "others"]
    assert found.money is None

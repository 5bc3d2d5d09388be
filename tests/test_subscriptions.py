"""Recurring revenue from contracts: every edge case counted on paper, the accounts closed for any list."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from retention_utils.config import ContractSettings
from retention_utils.errors import TableError
from retention_utils.findings.revenue_retention_plans import plans_table
from retention_utils.formats import Formats
from retention_utils.periods import calendar_to, parse_period
from retention_utils.revenue_retention import bridge_check, kept_change, revenue_rates
from retention_utils.stats import wilson_interval
from retention_utils.subscriptions.cohort_revenue import cohort_revenue
from retention_utils.subscriptions.movements import customer_movements, revenue_bridge
from retention_utils.subscriptions.plans import plan_differences, plan_table
from retention_utils.subscriptions.renewals import last_year_of, renewals_by_billing, renewals_due
from retention_utils.subscriptions.spans import contract_spans, has_dates
from retention_utils.subscriptions.states import boundary_days, customer_states

START = date(2024, 1, 1)
POLICY = ContractSettings()


def calendar(last: str = "2024-04", first: date = START) -> pd.DataFrame:
    periods = calendar_to(parse_period(last), first)
    return pd.DataFrame(
        {
            "period_number": range(len(periods)),
            "period": [period.key for period in periods],
            "first_day": pd.to_datetime([period.start for period in periods]),
            "last_day": pd.to_datetime([period.last_day for period in periods]),
            "is_whole": [period.start >= first for period in periods],
        }
    )


def contracts(*rows: dict) -> pd.DataFrame:
    table = pd.DataFrame(
        [{"customer_id": "ann", "start": "2024-01-10", "amount": 100.0, **row} for row in rows]
    )
    return table.assign(start=pd.to_datetime(table["start"]))


def moves(*rows: dict, last: str = "2024-04", policy: ContractSettings = POLICY, **options) -> pd.DataFrame:
    return customer_movements(contract_spans(contracts(*rows), policy), calendar(last), **options)


def told(*rows: dict, **options) -> list[tuple]:
    found = moves(*rows, **options)
    found = found[found["movement"] != ""]
    return list(found[["period_number", "movement", "change"]].itertuples(index=False, name=None))


def bridge(*rows: dict, **options) -> pd.DataFrame:
    return revenue_bridge(moves(*rows, **options))


@pytest.mark.parametrize(
    ("every", "amount", "monthly"),
    [
        ("month", 100, 100),
        ("year", 1200, 100),
        ("half_year", 600, 100),
        ("quarter", 300, 100),
        ("week", 10, 43.4821),
    ],
)
def test_a_payment_is_spread_over_the_months_it_covers(every, amount, monthly):
    spans = contract_spans(contracts({"billed_every": every, "amount": amount}), POLICY)
    assert spans["mrr"].tolist() == [pytest.approx(monthly, abs=5e-5)]


def test_a_customer_joins_pays_more_pays_less_and_leaves():
    rows = [
        {"end": "2024-02-10"},
        {"start": "2024-02-10", "end": "2024-03-10", "amount": 150.0},
        {"start": "2024-03-10", "end": "2024-04-10", "amount": 120.0},
    ]
    assert told(*rows) == [
        (0, "new", 100.0), (1, "expansion", 50.0), (2, "contraction", -30.0), (3, "churn", -120.0),
    ]  # fmt: skip


def test_one_of_two_contracts_ended_is_a_contraction():
    rows = [{"subscription_id": "a"}, {"subscription_id": "b", "amount": 40.0, "end": "2024-03-05"}]
    assert told(*rows) == [(0, "new", 140.0), (2, "contraction", -40.0)]


def test_who_comes_back_is_reactivated_and_not_new_again():
    rows = [{"end": "2024-02-10"}, {"start": "2024-04-02", "amount": 80.0}]
    assert told(*rows) == [(0, "new", 100.0), (1, "churn", -100.0), (3, "reactivation", 80.0)]


def test_who_was_gone_at_every_boundary_is_reactivated_too():
    # Paid from the 2nd to the 9th of January, so at no boundary, and again in February.
    rows = [{"start": "2024-01-02", "end": "2024-01-09"}, {"start": "2024-02-02"}]
    assert told(*rows) == [(1, "reactivation", 100.0)]


def test_joined_and_left_within_a_period_moves_nothing():
    assert told({"start": "2024-02-02", "end": "2024-02-20"}) == []


def test_a_trial_is_no_revenue_until_it_is_paid_for():
    assert told({"trial_end": "2024-02-10"}) == [(1, "new", 100.0)]
    assert told({"trial_end": "2024-02-10", "end": "2024-02-10"}) == []


def test_what_costs_nothing_makes_nobody_a_customer():
    assert told({"amount": 0.0}, {"start": "2024-03-10", "amount": 50.0}) == [(2, "new", 50.0)]


def test_a_coupon_counts_as_stated():
    rows = [
        {"amount": 70.0, "coupon": 30.0, "end": "2024-03-10"},
        {"start": "2024-03-10", "amount": 100.0, "coupon": 0.0},
    ]
    assert told(*rows) == [(0, "new", 70.0), (2, "expansion", 30.0)]
    assert told(*rows, policy=ContractSettings(coupons="ignore")) == [(0, "new", 100.0)]


def test_a_pause_keeps_the_customer_at_no_revenue():
    rows = [{"end": "2024-02-10", "is_pause": True}, {"start": "2024-04-05", "is_pause": False}]
    assert told(*rows) == [(0, "new", 100.0), (1, "contraction", -100.0), (3, "expansion", 100.0)]
    assert bridge(*rows)["customers_closing"].tolist() == [1, 1, 1, 1]


def test_a_pause_too_long_is_an_end():
    rows = [{"end": "2024-02-10", "is_pause": True}]
    found = moves(*rows, policy=ContractSettings(pause_days=40))
    assert found["movement"].tolist() == ["new", "contraction", "churn"]
    assert found["change"].tolist() == [100.0, -100.0, 0.0]
    assert found["ending"].tolist() == ["", "", "unknown"]


def test_who_ends_after_a_pause_is_gone_on_that_day():
    rows = [
        {"end": "2024-02-10", "is_pause": True},
        {"start": "2024-02-20", "end": "2024-03-20", "is_pause": False, "is_involuntary": False},
    ]
    assert told(*rows) == [(0, "new", 100.0), (2, "churn", -100.0)]


def test_arrears_end_a_contract_when_grace_is_over():
    rows = [{"past_due_since": "2024-02-10"}]  # grace ends on 11 March
    found = moves(*rows)
    assert found["movement"].tolist() == ["new", "", "churn"]
    assert found["ending"].tolist() == ["", "", "involuntary"]
    assert told(*rows, policy=ContractSettings(grace_days=0)) == [(0, "new", 100.0), (1, "churn", -100.0)]
    assert told(*rows, policy=ContractSettings(grace_days=90)) == [(0, "new", 100.0)]


def test_churn_is_told_by_what_ended_the_last_contract():
    rows = [
        {"customer_id": "ann", "end": "2024-02-10", "is_involuntary": True},
        {"customer_id": "bob", "end": "2024-02-10", "is_involuntary": False},
        {"customer_id": "cem", "end": "2024-02-10", "is_involuntary": None},
        {"customer_id": "dee", "subscription_id": "1", "end": "2024-02-03", "is_involuntary": True},
        {"customer_id": "dee", "subscription_id": "2", "end": "2024-02-09", "is_involuntary": False},
    ]
    last = bridge(*rows, last="2024-02").iloc[-1]
    assert (last["churn_voluntary"], last["churn_involuntary"], last["churn_unknown"]) == (2, 1, 1)


def test_the_account_of_a_period_and_its_rates():
    # 100 + 200 + 50 at the start; ann pays 30 more, bob half, cem leaves, dee comes.
    rows = [
        {"customer_id": "ann", "end": "2024-02-05"},
        {"customer_id": "ann", "start": "2024-02-05", "amount": 130.0},
        {"customer_id": "bob", "amount": 200.0, "end": "2024-02-05"},
        {"customer_id": "bob", "start": "2024-02-05", "amount": 100.0},
        {"customer_id": "cem", "amount": 50.0, "end": "2024-02-05"},
        {"customer_id": "dee", "start": "2024-02-05", "amount": 20.0},
    ]
    table = bridge(*rows, last="2024-02")
    rates = revenue_rates(table, calendar("2024-02"), min_customers=1).iloc[-1]
    money = ["opening", "new", "reactivation", "expansion", "contraction", "churn", "closing"]
    assert rates[money].tolist() == [350, 20, 0, 30, 100, 50, 250]
    people = ["customers_opening", "customers_new", "customers_churn", "customers_closing"]
    assert rates[people].tolist() == [3, 1, 1, 3]
    assert rates["gross"] == pytest.approx(200 / 350)
    assert rates["net"] == pytest.approx(230 / 350)
    assert rates["net_loss"] == pytest.approx(120 / 350)
    assert rates["quick_ratio"] == pytest.approx(50 / 150)
    assert rates["per_customer"] == pytest.approx(250 / 3)
    assert (rates["churn_low"], rates["churn_high"]) == pytest.approx(wilson_interval(1, 3))
    residuals = [130 - 100 * 230 / 350, 100 - 200 * 230 / 350, -50 * 230 / 350]
    spread = 1.959964 * np.sqrt(np.square(residuals).sum()) / 350
    assert rates["net"] - rates["net_low"] == pytest.approx(spread)
    assert bridge_check(table) == bridge_check(table).__class__(periods=2, hold=2)


def test_what_cannot_be_divided_is_blank():
    rates = revenue_rates(bridge({}), calendar(), min_customers=1)
    assert rates.loc[0, ["gross", "net", "customer_churn", "quick_ratio"]].isna().all()
    assert rates.loc[1, ["gross", "net"]].tolist() == [1, 1]
    # Nobody lost: no ratio. Everyone alike: no spread to make an interval of.
    assert rates.loc[1, ["quick_ratio", "net_low", "gross_low"]].isna().all()
    few = revenue_rates(bridge({}), calendar(), min_customers=2)
    assert few[["gross", "net", "customer_churn"]].isna().all(axis=None)
    assert few["closing"].tolist() == [100, 100, 100, 100]


def test_a_year_is_held_against_the_year_before():
    rows = [{"customer_id": "ann", "end": "2024-06-10"}, {"customer_id": "ann", "start": "2024-06-10", "amount": 90.0},
            {"customer_id": "bob", "start": "2024-02-01", "end": "2024-03-01"}]  # fmt: skip
    table = bridge(*rows, last="2025-02", across=12)
    assert table["period_number"].tolist() == [11, 12, 13]
    rates = revenue_rates(table, calendar("2025-02"), min_customers=1)
    assert rates["net"].tolist()[1:] == [0.9, 0.45]  # bob was there at the end of February 2024
    assert rates["customers_churn"].tolist() == [0, 0, 1]


def test_customers_of_before_the_list_are_old_ones():
    # The list begins in March: who was there is neither new nor in a cohort.
    days = calendar("2024-04", first=date(2024, 3, 1))
    spans = contract_spans(
        contracts({"customer_id": "ann"}, {"customer_id": "bob", "start": "2024-03-09"}), POLICY
    )
    found = customer_movements(spans, days)
    assert found.loc[found["movement"] != "", ["customer_id", "movement"]].to_numpy().tolist() == [
        ["bob", "new"]
    ]
    assert cohort_revenue(spans, days, min_customers=1)["customers"].tolist() == [1, 1]


def test_what_comes_after_changes_nothing():
    rows = [{"customer_id": "ann"}, {"customer_id": "bob", "start": "2024-02-03"}]
    later = [
        {"customer_id": "ann", "start": "2024-06-01", "subscription_id": "x"},
        {"customer_id": "new", "start": "2024-05-01"},
    ]
    pd.testing.assert_frame_equal(bridge(*rows), bridge(*rows, *later))


def test_a_kept_change_needs_two_known_periods():
    rows = [
        {"customer_id": name, "end": end}
        for name, end in (("ann", None), ("bob", "2024-02-05"), ("cem", "2024-03-05"))
    ]
    rates = revenue_rates(bridge(*rows, last="2024-03"), calendar("2024-03"), min_customers=1)
    change = kept_change(rates, rate="net")
    assert (change.previous, change.value, change.period) == (pytest.approx(2 / 3), 0.5, "2024-03")
    assert change.difference == pytest.approx(-1 / 6)
    assert change.difference_low < change.difference < change.difference_high
    assert kept_change(rates.head(2), rate="net") is None


YEARS = [
    {"customer_id": "ann", "start": "2022-03-10", "end": "2023-03-10"},  # not renewed
    {"customer_id": "bob", "start": "2022-03-15", "end": "2023-03-15"},  # at another price, a week late
    {"customer_id": "bob", "start": "2023-03-22", "amount": 1300.0},
    {"customer_id": "cem", "start": "2022-03-20"},  # renewed twice
    {"customer_id": "dee", "start": "2022-03-10", "end": "2022-12-01"},  # broken off: never due
    {"customer_id": "eve", "start": "2023-04-20"},  # due, but the days of grace are not over
    {"customer_id": "fay", "start": "2022-04-01", "end": "2023-04-01", "billed_every": "year"},
    {
        "customer_id": "fay",
        "start": "2023-04-01",
        "billed_every": "month",
        "amount": 110.0,
    },  # stays by the month
]


def yearly() -> tuple[pd.DataFrame, pd.DataFrame]:
    days = calendar("2024-04", first=date(2022, 1, 1))
    rows = [{"billed_every": "year", "amount": 1200.0, "plan": "year", **row} for row in YEARS]
    spans = contract_spans(contracts(*rows), POLICY)
    return renewals_due(spans, days, grace_days=30, as_of=pd.Timestamp("2024-04-30")), days


def test_a_yearly_contract_is_judged_when_it_is_to_be_renewed():
    renewals, days = yearly()
    listed = [(row.customer_id, f"{row.due_day:%Y-%m}", row.is_renewed) for row in renewals.itertuples()]
    assert listed == [
        ("ann", "2023-03", False), ("bob", "2023-03", True), ("cem", "2023-03", True), ("fay", "2023-04", True),
        ("cem", "2024-03", True), ("bob", "2024-03", True),
    ]  # fmt: skip
    (judged,) = renewals_by_billing(renewals, days, until=pd.Timestamp("2024-03-31"), min_customers=2)
    assert judged.billed_every == "year"
    rates = judged.rates
    assert rates[["period", "due", "renewed"]].to_numpy().tolist() == [
        ["2023-03", 3, 2], ["2023-04", 1, 1], ["2024-03", 2, 2],
    ]  # fmt: skip
    assert rates["rate"].tolist() == [pytest.approx(2 / 3), pytest.approx(np.nan, nan_ok=True), 1.0]
    change = judged.change  # due from April 2023 to March 2024: fay, cem and bob; the year before: four
    assert (f"{change.first_day:%Y-%m-%d}", f"{change.last_day:%Y-%m-%d}") == ("2023-04-01", "2024-03-31")
    assert (change.due, change.renewed, change.previous_rate) == (3, 3, pytest.approx(2 / 3))
    none = renewals_due(
        contract_spans(contracts({}), POLICY), days, grace_days=30, as_of=pd.Timestamp("2024-04-30")
    )
    assert none.empty
    assert renewals_by_billing(none, days, until=pd.Timestamp("2024-03-31"), min_customers=1) == ()


OFTEN = [
    {"customer_id": "ann", "start": "2023-01-31"},  # due on 30 April, 31 July, 31 October, 31 January
    {"customer_id": "bob", "start": "2023-02-10", "end": "2023-08-10"},  # renewed once, then not
    {"customer_id": "cem", "start": "2023-02-10", "end": "2023-07-01"},  # renewed once, then broken off
    {"customer_id": "dee", "start": "2023-03-05", "end": "2023-09-05", "billed_every": "half_year"},
    {"customer_id": "eve", "start": "2023-03-05", "billed_every": "half_year"},  # due in September and March
    {"customer_id": "fay", "start": "2023-02-10", "billed_every": "month"},  # not judged at renewal
]


def test_quarterly_and_half_yearly_contracts_are_judged_when_they_are_to_be_renewed():
    days = calendar("2024-04", first=date(2023, 1, 1))
    rows = [{"billed_every": "quarter", "amount": 300.0, "plan": "p", **row} for row in OFTEN]
    spans = contract_spans(contracts(*rows), POLICY)
    due = renewals_due(spans, days, grace_days=30, as_of=pd.Timestamp("2024-04-30"))
    until = pd.Timestamp("2024-03-31")
    quarter, half_year = renewals_by_billing(due, days, until=until, min_customers=1)
    assert (quarter.billed_every, half_year.billed_every) == ("quarter", "half_year")
    assert quarter.rates[["period", "due", "renewed"]].to_numpy().tolist() == [
        ["2023-04", 1, 1], ["2023-05", 2, 2], ["2023-07", 1, 1], ["2023-08", 1, 0], ["2023-10", 1, 1],
        ["2024-01", 1, 1],
    ]  # fmt: skip
    assert half_year.rates[["period", "due", "renewed"]].to_numpy().tolist() == [
        ["2023-09", 2, 1], ["2024-03", 1, 1],
    ]  # fmt: skip
    assert (quarter.change.due, quarter.change.renewed) == (7, 6)
    # By plan and billing: six of seven quarterly renewals, two of three half-yearly ones; fay stayed.
    table = plan_table(customer_movements(spans, days), last_year_of(due, until), periods=12, min_customers=1)
    found = table.set_index("billed_every")[["at_risk", "churned"]]
    assert found.loc[["quarter", "half_year"]].to_numpy().tolist() == [[7, 1], [3, 1]]
    assert found.loc["month", "churned"] == 0


def test_the_plan_that_loses_most_is_held_against_the_others_paid_as_often():
    rows = [
        ("a", "year", 189, 71), ("b", "year", 442, 41), ("c", "year", 521, 57), ("", "year", 90, 89),
        ("d", "month", 100, 4), ("e", "month", 100, 3), ("f", "quarter", 50, 10),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["plan", "billed_every", "at_risk", "churned"])
    table = table.assign(rate=table["churned"] / table["at_risk"], low=0.1, high=0.2)
    year, month = plan_differences(table)  # one quarterly plan alone has no other to be held against
    assert (year.plan, year.plans, year.judged, year.at_renewal) == ("a", 3, 189, True)
    assert year.others == pytest.approx(98 / 963)
    known = confint_proportions_2indep(71, 189, 98, 963, method="newcomb", alpha=0.05 / 3)
    assert (year.difference_low, year.difference_high) == pytest.approx(known)
    known = confint_proportions_2indep(4, 100, 3, 100, method="newcomb", alpha=0.05)
    assert (month.plan, month.plans, month.at_renewal) == ("d", 2, False)
    assert (month.difference_low, month.difference_high) == pytest.approx(known)


def test_arrears_at_renewal_are_no_renewal():
    spans = contract_spans(
        contracts({"start": "2023-01-10", "billed_every": "year", "past_due_since": "2024-01-10"}), POLICY
    )
    found = renewals_due(
        spans, calendar(first=date(2023, 1, 1)), grace_days=30, as_of=pd.Timestamp("2024-04-30")
    )
    assert found["is_renewed"].tolist() == [False]


def test_plans_are_judged_by_their_own_clock():
    rows = [
        {"customer_id": f"m{k}", "plan": "monthly", "end": "2024-04-05" if k == 0 else None} for k in range(4)
    ]
    rows += [{"customer_id": f"y{k}", "plan": "yearly", "billed_every": "year", "amount": 1200.0, "start": "2023-03-05",
              "end": "2024-03-05" if k == 0 else None} for k in range(2)]  # fmt: skip
    days = calendar(first=date(2023, 1, 1))
    spans = contract_spans(contracts(*rows), POLICY)
    renewals = renewals_due(spans, days, grace_days=30, as_of=pd.Timestamp("2024-04-30"))
    table = plan_table(
        customer_movements(spans, days),
        last_year_of(renewals, pd.Timestamp("2024-03-31")),
        periods=12,
        min_customers=1,
    ).set_index("plan")
    # At the starts of February, March and April four customers each; one of them left.
    assert table.loc["monthly", ["customers", "mrr", "at_risk", "churned"]].tolist() == [3, 300, 12, 1]
    assert table.loc["yearly", ["customers", "mrr", "at_risk", "churned", "rate"]].tolist() == [
        1,
        100,
        2,
        1,
        0.5,
    ]
    assert table["involuntary"].isna().all()  # some left of each, and of none is it said why


def test_failed_payments_of_a_plan_are_blank_where_of_nobody_it_is_said():
    rows = [
        {"customer_id": f"{plan}{k}", "plan": plan, "end": "2024-04-05" if k < 2 else None, "is_involuntary": failed}
        for plan, told in (("a", (None, None)), ("b", (True, None)), ("c", (False, False)))
        for k, failed in enumerate([*told, None])
    ] + [{"customer_id": "d", "plan": "d"}]  # fmt: skip
    days = calendar(first=date(2023, 1, 1))
    spans = contract_spans(contracts(*rows), POLICY)
    renewals = renewals_due(spans, days, grace_days=30, as_of=pd.Timestamp("2024-04-30"))
    table = plan_table(
        customer_movements(spans, days),
        last_year_of(renewals, pd.Timestamp("2024-03-31")),
        periods=12,
        min_customers=1,
    )
    found = table.set_index("plan")[["churned", "involuntary", "untold"]].sort_index()
    assert found.fillna(-1).to_numpy().tolist() == [[2, -1, 2], [2, 1, 1], [2, 0, 0], [0, 0, 0]]
    shown = plans_table(
        table, periods=12, judged_until=pd.Timestamp("2024-03-31"), formats=Formats("en", "EUR")
    )
    cells = {str(row[0]): str(row[-1]) for row in shown.cells}
    assert cells == {"a": "—", "b": "1", "c": "0", "d": "0"}
    assert str(shown.note).endswith(
        "Payment failed: as far as the list says it; of 1 customer who left it does not. —: the list says of nobody who left whether "
        "a payment failed."
    )


def test_cohorts_keep_to_what_all_of_them_have_reached():
    rows = [
        {"customer_id": "ann", "start": "2023-12-10"},
        {"customer_id": "bob", "start": "2024-01-10", "end": "2024-03-10"},
        {"customer_id": "cem", "start": "2024-02-10", "amount": 200.0},
    ]
    table = cohort_revenue(
        contract_spans(contracts(*rows), POLICY), calendar(first=date(2023, 12, 1)), min_customers=1
    )
    assert table[["year", "age", "customers", "mrr"]].to_numpy().tolist() == [
        [2023, 0, 1, 100], [2023, 1, 1, 100], [2023, 2, 1, 100], [2023, 3, 1, 100], [2023, 4, 1, 100],
        [2024, 0, 2, 300], [2024, 1, 2, 300], [2024, 2, 2, 200],
    ]  # fmt: skip


def test_a_mere_snapshot_has_no_dates():
    snapshot = pd.DataFrame(
        {"customer_id": ["a"], "tenure_months": [3.0], "amount": [9.0], "has_ended": [False]}
    )
    assert not has_dates(snapshot)
    with pytest.raises(TableError, match="lacks"):
        contract_spans(snapshot, POLICY)


days_of_spring = st.integers(0, 120).map(lambda day: START + timedelta(days=day))
lines = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from(["ann", "bob", "cem"]),
        "start": days_of_spring,
        "length": st.one_of(st.none(), st.integers(1, 60)),
        "amount": st.sampled_from([0.0, 33.33, 100.0]),
        "billed_every": st.sampled_from(["month", "year", "week"]),
        "is_pause": st.booleans(),
        "is_involuntary": st.sampled_from([True, False, None]),
        "late": st.one_of(st.none(), st.integers(0, 40)),
    }
)


@settings(max_examples=30)
@given(st.lists(lines, min_size=1, max_size=12))
def test_the_accounts_close_for_any_list(rows):
    table = pd.DataFrame(rows)
    start = pd.to_datetime(table["start"])
    table = table.assign(
        subscription_id=[str(number) for number in table.index],
        start=start,
        end=start + pd.to_timedelta(table["length"], unit="D"),
        past_due_since=start + pd.to_timedelta(table["late"], unit="D"),
    )
    spans = contract_spans(table, POLICY)
    days = calendar()
    moves = customer_movements(spans, days)
    found = revenue_bridge(moves)
    assert bridge_check(found).hold == len(found)
    assert (found["closing"].iloc[:-1].to_numpy() == found["opening"].iloc[1:].to_numpy()).all() or len(
        found
    ) < 2
    assert (
        found[["churn_voluntary", "churn_involuntary", "churn_unknown"]].sum(axis=1)
        == found["customers_churn"]
    ).all()
    # By another way: at every boundary the sum over all rows.
    for number, closing in zip(found["period_number"], found["closing"], strict=True):
        day = boundary_days(days)[number + 1]
        at = spans[(spans["first_day"] <= day) & ~(spans["end_day"] <= day)]
        assert closing == pytest.approx(at["mrr"].sum(), abs=1e-3)
    assert not customer_states(spans, boundary_days(days)).duplicated(["boundary", "customer_id"]).any()
    pd.testing.assert_frame_equal(
        found, revenue_bridge(customer_movements(contract_spans(table.iloc[::-1], POLICY), days))
    )

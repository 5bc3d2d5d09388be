"""The base and the cohorts of customers under contract: on paper, in two ways that must agree, in words."""

import numpy as np
import pandas as pd
import pytest
from test_contract_passport import CALENDAR, START, contracts

from retention_utils.churn_answers import churn_by_formula, churn_counts
from retention_utils.cohorts.contrast import newest_against_earlier
from retention_utils.cohorts.kept import pooled_kept
from retention_utils.cohorts.retention import cohort_retention, pooled_retention
from retention_utils.config import ContractSettings
from retention_utils.findings.contract_cohorts import (
    came_back,
    money_kpi,
    newest_contracts,
    staying_kpi,
    with_unbroken,
)
from retention_utils.findings.contract_pulse import (
    contract_balance_table,
    contract_base_kpi,
    contract_leak,
    contract_movement_table,
    early_leavers,
)
from retention_utils.formats import Formats
from retention_utils.pulse import base_change, churn_change
from retention_utils.pulse_events import balance_check, period_events
from retention_utils.revenue_retention import revenue_rates
from retention_utils.subscriptions.cohorts import contract_cells
from retention_utils.subscriptions.customer_base import contract_events, contract_movement, covered_stretches
from retention_utils.subscriptions.movements import customer_movements, revenue_bridge
from retention_utils.subscriptions.spans import contract_spans

SAY = Formats("en,ru,uk", "EUR")
COHORTS = CALENDAR.assign(is_mixed=False)


def plain(text, language="en"):
    return text.in_language(language).translate({0xA0: " ", 0x202F: " ", 0x2060: ""})


def spans_of(*rows: dict) -> pd.DataFrame:
    return contract_spans(contracts(*rows), ContractSettings())


def movement_of(spans: pd.DataFrame) -> pd.DataFrame:
    rates = revenue_rates(revenue_bridge(customer_movements(spans, CALENDAR)), CALENDAR, min_customers=1)
    return contract_movement(rates, spans, CALENDAR)


ROWS = (
    {"customer_id": "ann", "start": "2023-06-01"},  # there all along
    {"customer_id": "bob", "start": "2023-06-01", "end": "2024-03-10"},  # leaves in March, is back in May
    {"customer_id": "bob", "start": "2024-05-05"},
    {"customer_id": "cem", "start": "2024-02-10", "end": "2024-02-25"},  # joins and leaves within February
    {"customer_id": "dee", "start": "2024-02-10", "end": "2024-04-10", "subscription_id": "1"},
    {"customer_id": "dee", "start": "2024-04-10", "subscription_id": "2", "amount": 15.0},  # without a gap
    {"customer_id": "eve", "start": "2024-03-05", "end": "2024-04-01"},  # gone on the first of April
    {"customer_id": "fay", "start": "2024-03-05", "end": "2024-03-20"},  # a fortnight away within the month
    {"customer_id": "fay", "start": "2024-03-27"},
)


@pytest.fixture(scope="module")
def spans():
    return spans_of(*ROWS)


def test_stretches_are_joined_where_no_day_is_missing(spans):
    stretches = covered_stretches(spans)
    assert stretches["customer_id"].tolist() == ["ann", "bob", "bob", "cem", "dee", "eve", "fay", "fay"]
    assert stretches["is_first"].tolist() == [True, True, False, True, True, True, True, False]


def test_the_movement_on_paper(spans):
    movement = movement_of(spans)
    columns = ["active_start", "new", "reactivated", "lapsed", "active_end", "joined", "early_lapsed"]
    assert movement[columns].to_numpy().tolist() == [
        [2, 0, 0, 0, 2, 0, 0],
        [2, 1, 0, 0, 3, 2, 1],  # cem came and went
        [3, 2, 0, 1, 4, 2, 0],  # bob left; eve and fay came; fay's break is none at the end
        [4, 0, 0, 1, 3, 0, 0],  # eve: the contract no longer covers the first of April
        [3, 0, 1, 0, 4, 0, 0],
        [4, 0, 0, 0, 4, 0, 0],
    ]
    assert movement["churn"].tolist()[2] == pytest.approx(1 / 3)


def test_sets_of_people_and_daily_events_lead_to_the_same_base(spans):
    movement, events = movement_of(spans), contract_events(spans, CALENDAR)
    check = balance_check(movement, period_events(events, CALENDAR))
    assert (check.holds, check.periods, check.active_end) == (True, 6, 4)
    assert events["joined"].sum() == 6
    assert (events["reactivated"].sum(), events["lapsed"].sum()) == (2, 4)
    wrong = movement.assign(lapsed=movement["lapsed"] + 1)
    assert not balance_check(wrong, period_events(events, CALENDAR)).holds
    last = contract_balance_table(check, formats=SAY).rows[5][0]
    assert str(last) == "At the end, counted day by day: holds"


def test_many_random_contracts_add_up_in_every_period():
    random = np.random.default_rng(4)
    starts = pd.Timestamp("2023-07-01") + pd.to_timedelta(random.integers(0, 360, 300), unit="D")
    ends = [
        day + pd.Timedelta(days=int(length))
        for day, length in zip(starts, random.integers(5, 200, 300), strict=True)
    ]
    rows = [
        {"customer_id": str(number % 120), "subscription_id": str(number), "start": start, "end": end}
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
        if end > START
    ]
    spans = spans_of(*rows)
    check = balance_check(movement_of(spans), period_events(contract_events(spans, CALENDAR), CALENDAR))
    assert check.holds


def test_the_other_formulas_have_what_they_count(spans):
    march = CALENDAR.head(3)
    rates = revenue_rates(revenue_bridge(customer_movements(spans, march)), march, min_customers=1)
    movement, events = contract_movement(rates, spans, march), contract_events(spans, march)
    counts = churn_counts(movement, events, march, history_start=START.date(), gap_days=0)
    # Bob's end and fay's, which was made good within the month.
    assert (counts.lapses, counts.undone, counts.lapsed) == (2, 1, 1)
    churn = churn_by_formula(counts).set_index("answer")["churn"]
    assert churn["set_start"] == pytest.approx(1 / 3)
    assert churn["profitwell"] == pytest.approx(2 / 3)


def test_cohorts_on_paper(spans):
    retention = cohort_retention(contract_cells(spans, CALENDAR), COHORTS, min_customers=1)
    cells = retention.set_index(["period", "age"])
    # February: cem and dee; cem had gone by its end, dee stays and pays more from April on.
    assert cells.loc["2024-02", "active"].tolist() == [2, 1, 1, 1, 1]
    assert cells.loc["2024-02", "amount"].tolist() == [20.0, 10.0, 15.0, 15.0, 15.0]
    assert cells.loc["2024-03", "active"].tolist() == [2, 1, 1, 1]
    assert "2024-01" not in cells.index.get_level_values("period")  # ann and bob are older than the list


def test_who_came_back_is_there_but_was_away():
    spans = spans_of(
        {"customer_id": "ann", "start": "2024-01-10"},
        {"customer_id": "bob", "start": "2024-01-10", "end": "2024-02-10"},
        {"customer_id": "bob", "start": "2024-04-05"},
    )
    there = cohort_retention(contract_cells(spans, CALENDAR), COHORTS, min_customers=1)
    never_away = cohort_retention(contract_cells(spans, CALENDAR, unbroken=True), COHORTS, min_customers=1)
    assert there["active"].tolist() == [2, 1, 1, 2, 2, 2]
    assert never_away["active"].tolist() == [2, 1, 1, 1, 1, 1]
    ways = with_unbroken(*(pooled_retention(table, min_customers=1) for table in (there, never_away)))
    assert ways["unbroken"].tolist()[3] == 0.5
    said = came_back(ways, age=3, grain="month", formats=SAY)
    assert plain(said.text) == (
        "Of the 2 customers followed to the end of month 3 after joining, 100.0% were there then (95% interval "
        "34.2–100.0%): 50.0% had never been away at the end of one, the rest had come back."
    )
    assert plain(said.text, "ru").startswith(
        "Из 2 клиентов, за которыми наблюдали до конца 3-го месяца после прихода, "
    )
    one = came_back(ways.assign(customers=21, low=float("nan")), age=3, grain="year", formats=SAY)
    assert plain(one.text, "uk") == (
        "Із 21 клієнта, за якими спостерігали до кінця 3-го року після приходу, тоді залишалися 100,0%: 50,0% не йшли "
        "жодного разу, решта йшла й повернулася."
    )


def test_what_is_said(spans):
    movement = movement_of(spans)
    change = churn_change(movement)
    said = contract_leak(change, min_customers=1, formats=SAY)
    assert plain(said.text).startswith(
        "0.0% of the customers under contract left in June 2024 (0 of 4, 95% interval"
    )
    assert plain(said.text, "ru").startswith("За июнь 2024 г. ушли")
    assert contract_leak(None, min_customers=20, formats=SAY).verdict == "not enough data"
    early = early_leavers(movement, periods=12, formats=SAY)
    assert plain(early.text).startswith(
        "1 of the 4 customers who joined from January 2024 to June 2024 left within"
    )
    assert "ушёл 1" in plain(early.text, "ru") and "пішов 1" in plain(early.text, "uk")
    one = early_leavers(movement.tail(1).assign(joined=3, early_lapsed=1), periods=12, formats=SAY)
    assert plain(one.text).startswith(
        "1 of the 3 customers who joined in June 2024 left within the month of joining"
    )
    assert early_leavers(movement.tail(1).assign(joined=3), periods=12, formats=SAY) is None
    assert contract_base_kpi(movement, base_change(movement), formats=SAY).number == 4
    assert len(contract_movement_table(movement, formats=SAY).rows) == 6


@pytest.mark.parametrize(("age", "ru", "uk"), [
    (1, "через 1 месяц после", "через 1 місяць після"), (2, "через 2 месяца после", "через 2 місяці після"),
    (5, "через 5 месяцев после", "через 5 місяців після"), (11, "через 11 месяцев", "через 11 місяців"),
    (21, "через 21 месяц после", "через 21 місяць після"),
])  # fmt: skip
def test_ages_are_said_in_words_that_agree(age, ru, uk):
    named = {"age": age, "min_customers": 1, "grain": "month", "formats": SAY}
    pooled = pd.DataFrame({"age": [age], "customers": [9], "retention": [0.5], "low": [0.2], "high": [0.8]})
    kept = pooled.assign(amount_kept=0.6, amount_low=np.nan, amount_high=np.nan)
    for kpi in (staying_kpi(pooled, **named), money_kpi(kept, **named)):
        assert kpi.number in (0.5, 0.6)
        assert ru in plain(kpi.label, "ru") and uk in plain(kpi.label, "uk")


def test_the_newest_cohort_is_held_against_the_earlier_ones():
    joined = [f"2024-{1 + n // 40:02d}-10" for n in range(160)]
    rows = [
        {"customer_id": str(n), "start": day, "end": "2024-05-20" if n >= 120 and n % 2 else None}
        for n, day in enumerate(joined)
    ]
    spans = spans_of(*rows)
    retention = cohort_retention(contract_cells(spans, CALENDAR), COHORTS, min_customers=20)
    found = newest_against_earlier(retention, age=2, min_customers=20)
    said = newest_contracts(found, age=2, min_customers=20, grain="month", formats=SAY)
    assert said.verdict == "worse"
    assert plain(said.text).startswith(
        "Newer customers stay less often than earlier ones: at the end of month 2 after joining 50.0% were still there, "
        "against 100.0%, a difference of −50.0 points ("
    )
    assert plain(said.text).endswith(
        "Compared are 40 customers who joined in April 2024 with the 120 who joined before them."
    )
    assert "на кінець 2-го місяця після приходу" in plain(said.text, "uk")
    assert newest_contracts(None, age=2, min_customers=20, grain="month", formats=SAY).is_headline
    assert pooled_kept(retention, min_customers=20)["amount_kept"].iloc[0] == 1.0

"""Renewals to come: due days on paper, chances of a known population, a trial that a price rise fails."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing
from test_contract_passport import contracts

from retention_utils.charts.contract_renewals import renewal_bars
from retention_utils.config import ContractSettings
from retention_utils.contract_renewals import (
    RenewalOutlook,
    due_soon,
    overdue_now,
    rehearse,
    renewal_outlook,
    renewals_by_plan,
    renewals_by_week,
)
from retention_utils.contract_survival.shifted_beta import ShiftedBeta
from retention_utils.display import MIME
from retention_utils.findings import contract_renewals as told
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.playbook.engine import judge
from retention_utils.playbook.rules import read_playbook
from retention_utils.subscriptions.spans import contract_spans

SAY = Formats("en,ru,uk", "EUR")
TRUTH = {"Basic": (1.0, 9.0), "Plus": (1.5, 30.0)}
START, AS_OF = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31")
REACH = {"as_of": AS_OF.date(), "history_start": START.date(), "ahead_days": 60}


def plain(text, language="en"):
    return text.in_language(language).translate({0xA0: " ", 0x202F: " ", 0x2060: ""})


def simulated(*, leaving_since: str = "") -> pd.DataFrame:
    """Contracts of two plans with known chances; from a day on, if it is named, everyone leaves at the next."""
    random = np.random.default_rng(11)
    rows = []
    for number in range(1500):
        plan = "Basic" if number % 3 else "Plus"
        start = START + pd.Timedelta(days=int(random.integers(0, 700)))
        end = start + pd.DateOffset(months=min(int(random.geometric(random.beta(*TRUTH[plan]))), 600))
        if leaving_since and end > pd.Timestamp(leaving_since) and random.uniform() < 0.5:
            end = max(pd.Timestamp(leaving_since), start + pd.DateOffset(months=1))
        rows.append(
            {"customer_id": str(number), "plan": plan, "start": start, "end": end if end <= AS_OF else None}
        )
    return contract_spans(contracts(*rows), ContractSettings())


@pytest.fixture(scope="module")
def spans():
    return simulated()


@pytest.fixture(scope="module")
def due(spans):
    return due_soon(spans, **REACH)


def test_due_days_on_paper():
    rows = (
        {"customer_id": "ann", "start": "2025-11-20", "amount": 10.0},  # 20 January, 20 February
        {
            "customer_id": "bob",
            "start": "2024-02-10",
            "billed_every": "year",
            "amount": 120.0,
        },  # once renewed
        {"customer_id": "cem", "start": "2025-06-01", "billed_every": "year", "amount": 120.0},  # not in time
        {"customer_id": "dee", "start": "2025-01-15", "end": "2025-12-15"},  # gone
        {"customer_id": "eve", "start": "2025-10-31"},  # 31 January, 28 February
    )
    found = due_soon(contract_spans(contracts(*rows), ContractSettings()), **REACH).table
    listed = found.sort_values("customer_id")
    assert listed["customer_id"].astype(str).tolist() == ["ann", "bob", "eve"]
    assert listed["due_day"].dt.strftime("%m-%d").tolist() == ["01-20", "02-10", "01-31"]
    assert (listed["payments"].tolist(), listed["renewals"].tolist()) == ([2, 1, 2], [1, 1, 2])
    assert listed["money"].tolist() == [120.0, 120.0, 120.0]
    assert found["chance"].isna().all()  # one ended contract makes no model
    assert renewal_outlook(due_soon(contract_spans(contracts(*rows), ContractSettings()), **REACH)) is None


def test_chances_are_those_of_the_population_by_plan_and_age(due):
    table = due.table
    assert table["expected_loss"].is_monotonic_decreasing
    for plan, parameters in TRUTH.items():
        truth = ShiftedBeta(*parameters, 0.0, 0)
        some = table[(table["plan"] == plan) & (table["payments"] == 2)]
        for renewals in (1, 6, 12):
            row = some[some["renewals"] == renewals].iloc[0]
            assert row["low"] < truth.survival(2, after=renewals) < row["high"], (plan, renewals)
    outlook = renewal_outlook(due)
    assert outlook.contracts == len(table)
    assert outlook.lost == pytest.approx(table["expected_loss"].sum())
    assert outlook.kept_low < outlook.kept < outlook.kept_high
    by_plan = renewals_by_plan(table)
    assert by_plan["expected_loss"].sum() == pytest.approx(outlook.lost)
    weeks = renewals_by_week(table, as_of=AS_OF)
    assert (weeks["kept"] + weeks["lost"]).sum() == pytest.approx(outlook.money)
    ax = Drawing(figsize=(11, 4)).add_axes((0.1, 0.1, 0.8, 0.8))
    renewal_bars(weeks, formats=SAY.only("en"), ax=ax)
    assert sum(bar.get_height() for bar in ax.patches) == pytest.approx(outlook.money)


def test_the_trial_uses_what_was_known_and_notices_a_change(spans):
    how = {**REACH, "grace_days": 30}
    rehearsal = rehearse(spans, **how)
    assert (str(rehearsal.first_day.date()), str(rehearsal.last_day.date())) == ("2025-10-03", "2025-12-01")
    assert rehearsal.is_passed
    # Whatever comes later changes neither what was said nor what is counted.
    later = contract_spans(contracts({"customer_id": "new", "start": "2025-12-20"}), ContractSettings())
    later = pd.concat([spans.astype({"customer_id": str, "plan": str, "billed_every": str}), later])
    assert rehearse(later, **how).outlook == rehearsal.outlook
    shaken = rehearse(simulated(leaving_since="2025-10-20"), **how)
    assert not shaken.is_passed
    assert shaken.kept < shaken.outlook.kept_low
    assert rehearse(spans, **{**how, "history_start": pd.Timestamp("2025-10-10").date()}) is None


def test_where_nothing_runs_nothing_is_due():
    gone = contract_spans(contracts({"start": "2024-01-10", "end": "2024-05-10"}), ContractSettings())
    due = due_soon(gone, **REACH)
    assert due.table.empty and renewal_outlook(due) is None
    assert renewals_by_week(due.table, as_of=AS_OF).empty and renewals_by_plan(due.table).empty


def test_payments_overdue_are_those_that_grace_still_keeps():
    rows = (
        {"customer_id": "ann", "past_due_since": "2025-12-20", "amount": 10.0},
        {"customer_id": "bob", "past_due_since": "2025-11-20", "amount": 50.0},  # grace is over
        {"customer_id": "cem", "past_due_since": "2025-12-30", "amount": 30.0},
        {"customer_id": "dee", "past_due_since": "2025-12-20", "end": "2025-12-28"},
        {"customer_id": "eve"},
    )
    overdue = overdue_now(contracts(*rows), as_of=AS_OF, grace_days=30)
    assert overdue[["customer_id", "days_left"]].to_numpy().tolist() == [["cem", 29], ["ann", 19]]
    how = {"is_told": True, "grace_days": 30, "formats": SAY}
    said = told.overdue_finding(overdue, **how)
    assert plain(said.text).startswith(
        "2 running contracts have payments overdue, €40 in all; unpaid, each ends 30 days"
    )
    assert "the first in 19 days" in plain(said.text)
    one = told.overdue_finding(overdue.head(1), **how)
    assert plain(one.text).startswith(
        "1 running contract has a payment overdue, €30 in all; unpaid, it ends 30 days"
    )
    assert "первый из договоров закончится через 19 дней" in plain(
        said.text, "ru"
    ) and "За 2 чинними договорами" in plain(said.text, "uk")
    assert told.overdue_finding(overdue.head(0), **how).verdict == "yes"
    unknown = told.overdue_finding(overdue.head(0), **how | {"is_told": False})
    assert unknown.verdict == "not enough data"
    assert told.overdue_kpi(overdue.head(0), is_told=False, formats=SAY).number is None
    assert told.overdue_table(overdue.head(0), formats=SAY) is None


def test_the_list_tells_use_where_it_is_known(due):
    calls = due.table.head(3)
    assert told.with_use(calls, None, formats=SAY) is calls
    first, second = calls["customer_id"].astype(str)[:2]
    use = pd.Series({first: "falling", second: "steady"})
    table = told.calls_table(told.with_use(calls, use, formats=SAY), capacity=3, formats=SAY)
    assert [plain(row[-1], "uk") for row in table.cells] == ["падає", "стабільно", "без оцінки"]
    assert len(told.calls_table(calls, capacity=3, formats=SAY).columns) == len(table.columns) - 1


def test_what_is_said_and_what_is_refused(spans, due):
    outlook, rehearsal = renewal_outlook(due), rehearse(spans, grace_days=30, **REACH)
    named = {"as_of": AS_OF.date(), "ahead_days": 60, "formats": SAY}
    said = told.renewals_ahead(outlook, rehearsal, **named)
    assert (said.verdict, said.is_headline) == ("with reservations", True)
    assert plain(said.text).startswith("At renewals from 1 January 2026 to 1 March 2026, €")
    assert f"). Up for renewal are {outlook.contracts:,} contracts, €" in plain(said.text)
    # All of them come up every month: nothing to tell apart, unless ten are yearly ones.
    listed = due.table[due.table["chance"].notna()].reset_index(drop=True)
    assert plain(told.renewals_ahead(outlook, rehearsal, listed, **named).text) == plain(said.text)
    mixed = listed.assign(billed_every=listed["billed_every"].where(listed.index >= 10, "year"))
    assert (
        f"undecided. {len(listed) - 10} of them come up every month or oftener, 10 after a longer term, €"
    ) in plain(told.renewals_ahead(outlook, rehearsal, mixed, **named).text)
    assert told.renewals_ahead(outlook, None, **named).verdict == "no"
    assert told.renewals_ahead(None, None, **named).verdict == "not enough data"
    assert told.renewals_tried(None, formats=SAY).verdict == "not enough data"
    assert "That is within chance." in plain(told.renewals_tried(rehearsal, formats=SAY).text)
    calls = told.calls_table(due.table[due.table["chance"].notna()], capacity=30, formats=SAY)
    assert calls.is_folded
    assert "The first 30, as many calls as this report reckons with, hold €" in plain(calls.note)
    # Who follows the action finds exactly the contracts and the money that it speaks of.
    shown = [said, told.renewal_loss_kpi(outlook, formats=SAY), calls]
    items = [(item.kind, item._repr_mimebundle_()[MIME.format(kind=item.kind)]) for item in shown]
    judged = judge(read_playbook(), [ShownItems("11_contract_renewals", tuple(items))], margin=0.5)
    stake = next(part.at_stake for part in judged.fired if part.rule.id == "X09")
    assert stake.listed == len(calls.rows) == outlook.contracts
    assert 2 * stake.margin == pytest.approx(sum(row[-1] for row in calls.rows), rel=0.01)
    assert [kpi.key for kpi in (told.renewal_loss_kpi(outlook, formats=SAY), told.renewals_kept_kpi(outlook, formats=SAY))] == [
        "renewal_loss", "renewals_kept",
    ]  # fmt: skip


@pytest.mark.parametrize(("contracts_due", "ru", "uk"), [
    (1, "подходит 1 договор,", "підходить 1 договір,"), (2, "подходят 2 договора,", "підходять 2 договори,"),
    (5, "подходят 5 договоров,", "підходять 5 договорів,"), (11, "подходят 11 договоров,", "підходять 11 договорів,"),
    (21, "подходит 21 договор,", "підходить 21 договір,"),
])  # fmt: skip
def test_contracts_are_counted_in_words_that_agree(contracts_due, ru, uk):
    outlook = RenewalOutlook(contracts_due, 100.0, 0.9, 0.5, 1.0, 10.0, 5.0, 20.0)
    said = told.renewals_ahead(outlook, None, as_of=AS_OF.date(), ahead_days=60, formats=SAY)
    assert ru in plain(said.text, "ru") and uk in plain(said.text, "uk")

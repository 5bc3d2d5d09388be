"""What a bonus for staff may cost, for orders and for contracts: by hand, by simulated truth, in words."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_demo_contracts import known_on
from test_subscriptions import contracts
from test_what_if import base

from retention_utils.config import ContractSettings, read_config
from retention_utils.demo_plans import RETENTION_SHARE, sport_costs
from retention_utils.findings.what_if import retention_worth as retention_worth_said
from retention_utils.findings.what_if_incentive import bonus_kpi, bonus_table, staff_bonus
from retention_utils.formats import Formats
from retention_utils.intake import side_tables
from retention_utils.subscriptions.base import STRETCH_DAYS, contract_base
from retention_utils.subscriptions.spans import contract_spans
from retention_utils.what_if.base_curve import MONTH_DAYS
from retention_utils.what_if.budget import budget_split
from retention_utils.what_if.incentive import Incentive, incentive, incentive_table
from retention_utils.what_if.worth import reachable_points, retention_worth, saved_customer

SAY = Formats("en,ru,uk", "EUR")
TERMS = {"margin": 0.5, "annual_discount_rate": 0.1}
FOUND = Incentive(0.2, 8.0, 7.5, 8.6, 12, 40_000.0, 36_000.0, 44_000.0, 12_000.0, 365)
SPORT = Path(__file__).parents[1] / "data" / "sport"


def plain(text, language: str = "en") -> str:
    """A text without what keeps words together."""
    return re.sub("[\u00a0\u202f]", " ", text.in_language(language)).replace("\u2060", "")


def spans(rows: list[dict]) -> pd.DataFrame:
    return contract_spans(contracts(*rows), ContractSettings())


def club(*, lost: int = 30, size: int = 130, since: str = "2022-06-01") -> pd.DataFrame:
    """All pay 30 a month from early on; some of them left half way through the last year."""
    left = {"end": "2024-07-02"}
    return spans(
        [
            {"customer_id": f"c{number}", "start": since, "amount": 30.0, **(left if number < lost else {})}
            for number in range(size)
        ]
    )


def test_the_base_of_contracts_on_paper():
    found = contract_base(club(), as_of=date(2024, 12, 31), history_start=date(2022, 1, 1))
    assert (found.active_now, found.active_before, found.stayed) == (100, 130, 100)
    assert (found.survivors, found.survivors_stayed, found.stretch_days) == (130, 100, STRETCH_DAYS)
    # From 2 January on 365 days at 30 a month; of those who left, the 182 days up to 1 July.
    days = (100 * 365 + 30 * 182) / 130
    assert found.amount_per_customer == pytest.approx(30 * days / MONTH_DAYS)
    # The year before, nobody had left: what they brought then would have been said of this year.
    assert found.amount_before == pytest.approx(30 * 365 / MONTH_DAYS)
    assert found.missed == pytest.approx(365 / days - 1)


@pytest.mark.parametrize(
    ("how", "history_start"),
    [({"lost": 19}, "2022-01-01"), ({"size": 99}, "2022-01-01"), ({}, "2024-01-02")],
)
def test_contracts_too_few_or_seen_too_briefly_are_no_base(how, history_start):
    start = date.fromisoformat(history_start)
    assert contract_base(club(**how), as_of=date(2024, 12, 31), history_start=start) is None


def test_a_list_that_does_not_reach_two_years_back_carries_the_rate_on():
    found = contract_base(club(), as_of=date(2024, 12, 31), history_start=date(2023, 2, 1))
    assert found.survivors == 0
    assert found.is_constant
    assert np.isnan(found.missed)


def test_the_bonus_by_hand():
    found = incentive(base(), reduction=0.2, bonus=300.0, **TERMS)
    leaving = 1000 * (1 - 0.6 ** (MONTH_DAYS / 180))
    assert found.kept == pytest.approx(0.2 * leaving)
    each = saved_customer(base(), **TERMS).value
    assert found.margin == pytest.approx(found.kept * each)
    assert found.low < found.margin < found.high
    assert found.share * each == pytest.approx(found.bonus_each)
    even = incentive(base(), reduction=0.2, bonus=found.margin, **TERMS)
    assert (even.share, even.break_even_kept) == (pytest.approx(1.0), pytest.approx(even.kept))
    assert incentive(None, reduction=0.2, bonus=0, **TERMS) is None
    assert incentive(base(), reduction=0.2, bonus=0, margin=1, annual_discount_rate=0.1) is None


def test_the_interval_holds_the_true_number_of_those_kept():
    random = np.random.default_rng(7)
    truth = 0.2 * 1000 * (1 - 0.6 ** (MONTH_DAYS / 180))
    held = 0
    for stayed in random.binomial(1000, 0.6, size=200):
        found = incentive(base(stayed=int(stayed)), reduction=0.2, bonus=0, **TERMS)
        held += found.kept_low <= truth <= found.kept_high
    assert 182 <= held <= 198


def test_other_targets_are_in_proportion():
    table = incentive_table(FOUND).set_index("reduction")
    assert table.index.tolist() == [0.05, 0.1, 0.2, 0.3]
    assert table.loc[0.1, ["kept", "margin", "bonus_each"]].tolist() == [4.0, 20_000.0, 3_000.0]
    assert incentive_table(replace(FOUND, bonus=0.0))["bonus_each"].isna().all()
    assert incentive_table(None).empty


def test_of_the_demo_client_who_stayed_is_counted_as_in_its_list():
    config = read_config(SPORT / "client.toml")
    tables = side_tables(SPORT, config)
    listed, months, as_of = known_on(tables["subscriptions"], "2025-12")
    of_sport = contract_spans(listed, config.contracts)
    found = contract_base(of_sport, as_of=as_of, history_start=date(2023, 1, 1))
    # As chapter 05 counts them at both ends of the year.
    assert (found.active_before, found.active_now) == (1211, 1456)
    costs = pd.DataFrame(
        {
            "period": sport_costs()["Місяць"],
            "acquisition": sport_costs()["Залучення"].astype(float),
            "retention": sport_costs()["Утримання"].astype(float),
        }
    )
    tenures = pd.DataFrame({"period_number": months["period_number"], "tenure": 1, "amount": 1.0})
    split = budget_split(costs, months, tenures, most_periods=12)
    assert split.retention_share == pytest.approx(RETENTION_SHARE, abs=1e-5)
    assert tables["costs"].num_rows == len(costs)


@pytest.mark.parametrize(
    ("bonus", "verdict"), [(0.0, "with reservations"), (12_000.0, "yes"), (40_000.0, "with reservations"), (50_000.0, "no")]
)  # fmt: skip
def test_a_bonus_pays_only_where_the_interval_says_so(bonus, verdict):
    assert staff_bonus(replace(FOUND, bonus=bonus), formats=SAY).verdict == verdict


def test_the_bonus_is_said_with_what_it_comes_to():
    said = staff_bonus(FOUND, formats=SAY).text
    assert plain(said) == (
        "If 20% fewer customers left, 8 more would stay in a month (95% interval 8–9); their margin in the "
        "following 12 months is €40k (95% interval €36k–44k). A bonus for the staff pays if all that is "
        "paid for a month comes to less than that, and if the customers really stay because of it, which is not tested "
        "yet. How many leave is the rate at which those active 365 days ago have left since; leavers counted month by "
        "month, in the chapter on base movement, are another number. The bonus of €12,000 a month is 30% of it, or "
        "€1,500 for every customer kept; it pays from 3 customers kept in a month on."
    )
    assert "их маржа за следующие 12 месяцев — 40" in plain(said, "ru")
    assert "їхня маржа за наступні 12 місяців — 40" in plain(said, "uk")
    assert (
        "оценено по тем, кто был активен 365 дней назад; число ушедших за месяц в главе «Пульс» — другое."
        in plain(said, "ru")
    )
    assert (
        "оцінено за тими, хто був активним 365 днів тому; кількість тих, хто пішов за місяць, у розділі «Пульс» — інша."
        in plain(said, "uk")
    )
    for months, ru, uk in (
        (1, "следующий 1 месяц", "наступний 1 місяць"),
        (21, "следующий 21 месяц", "наступний 21 місяць"),
    ):
        told = staff_bonus(replace(FOUND, months=months), formats=SAY).text
        assert ru in plain(told, "ru")
        assert uk in plain(told, "uk")
    assert plain(bonus_kpi(FOUND, formats=SAY).value) == "30%"
    assert bonus_kpi(replace(FOUND, bonus=0.0), formats=SAY) is None
    assert staff_bonus(None, formats=SAY) is bonus_table(None, formats=SAY) is None
    heads = [column.name for column in bonus_table(replace(FOUND, bonus=0.0), formats=SAY).columns]
    assert heads == ["reduction", "kept", "margin", "low", "high"]


@pytest.mark.parametrize(("stays", "points"), [(0.6, (1, 2, 3, 4, 5)), (0.85, (1, 2)), (0.99, (1,))])
def test_no_more_points_can_be_won_than_customers_leave(stays, points):
    known = base(stayed=int(1000 * stays), survivors_stayed=int(500 * stays))
    assert reachable_points(known) == points
    worth = retention_worth(known, points=points, **TERMS)
    said = retention_worth_said(worth, known, money="margin", follow_up_days=180, formats=SAY).text
    hardly = {
        5: "five more would bring €14.8k",
        2: "With 2 of a hundred it would be €",
        1: "A second one cannot be won: of those active 180 days ago 0.2% left in a month",
    }
    assert hardly[len(points)] in plain(said)
    if points == (1, 2):
        assert "more cannot be won: of those active 180 days ago 2.7% left in a month" in plain(said)
        assert "больше получить не из чего: из тех, кто был активен 180 дней назад" in plain(said, "ru")
        assert "більше здобути нема з чого: з тих, хто був активним 180 днів тому" in plain(said, "uk")

"""The list of fading customers: exactly those whom the finding, the key figures and the action speak of."""

import numpy as np
import pandas as pd
import pytest

from retention_utils.customer_ids import hashed_id
from retention_utils.display import MIME
from retention_utils.early_warning.backtest import overdue_rules
from retention_utils.early_warning.ledger import fading_list
from retention_utils.early_warning.rules import hidden_churn_flags
from retention_utils.findings import early_warning as says
from retention_utils.findings import early_warning_kpis as kpis
from retention_utils.findings.early_warning_list import fading_table
from retention_utils.findings.playbook_effect import effect_told
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.playbook.engine import judge
from retention_utils.playbook.rules import read_playbook

EUR = Formats("en,ru,uk", "EUR")
WORDS = {"min_customers": 20, "formats": EUR}
GAP = 180


def states(*, seed: int, is_past: bool) -> pd.DataFrame:
    """Six hundred customers; in the past, most of those silent for more than two gaps of theirs left."""
    random = np.random.default_rng(seed)
    silence, usual = random.integers(0, 260, 600), random.integers(5, 120, 600).astype(float)
    usual[:60] = np.nan  # fewer than three purchase days
    table = pd.DataFrame(
        {
            "customer_id": [f"c{number:03d}" for number in random.permutation(600)],
            "silence_days": silence, "usual_gap_days": usual, "frequency": random.integers(2, 40, 600),
            "year_amount": random.integers(1, 90_000, 600) / 100,
            "last_day": pd.Timestamp("2024-12-31") - pd.to_timedelta(silence, unit="D"),
            "norm_days": 0,
        }
    )  # fmt: skip
    stretches = [
        f"{name}_{what}" for name in ("last", "previous", "norm") for what in ("purchases", "amount")
    ]
    table = table.assign(**dict.fromkeys(stretches, 0))
    leaves = random.random(600) < np.where(silence > 2 * usual, 0.7, 0.3)
    return table.assign(later_purchases=np.where(leaves, 0, 1)) if is_past else table


@pytest.fixture(scope="module")
def counted():
    """Flags of today and the account of the rule."""
    now, before = states(seed=1, is_past=False), states(seed=2, is_past=True)
    limits = {"gap_days": GAP, "multiple": 2.0}
    account = overdue_rules(now, before, gap_days=GAP, multiples=[2.0], min_customers=20).iloc[0]
    return hidden_churn_flags(now, **limits, decline_share=0.5, stretch_days=30), account


def shown(counted, *, most=2000, is_hashed=False):
    """What the chapter displays of fading, and the list."""
    flags, account = counted
    named = fading_list(flags, account, most=most)
    table = fading_table(named, account, account, capacity=50, is_hashed=is_hashed, formats=EUR)
    items = [
        says.fading(account, named, follow_up_days=180, **WORDS),
        kpis.fading_kpi(account, **WORDS),
        kpis.stake_kpi(account, named, **WORDS),
        kpis.lost_share_kpi(account, follow_up_days=180, **WORDS),
        *([table] if table else []),
    ]
    content = [(item.kind, item._repr_mimebundle_()[MIME.format(kind=item.kind)]) for item in items]
    return ShownItems("07_early_warning", tuple(content)), named, table


def money_of(table) -> float:
    place = [column.name for column in table.columns].index("year_amount")
    return round(sum(row[place] for row in table.rows), 2)


@pytest.mark.parametrize("most", [2000, 60])
def test_the_action_speaks_of_exactly_those_on_its_list(counted, most):
    chapter, named, table = shown(counted, most=most)
    account = counted[1]
    assert len(named) == min(int(account["flagged"]), most) > 50
    figures = {item["key"]: item["number"] for item in chapter.shown("kpi")}
    assert figures["revenue_at_stake"] == pytest.approx(money_of(table), abs=0.005)
    assert figures["fading_customers"] == account["flagged"]
    (fired,) = (part for part in judge(read_playbook(), [chapter], margin=0.4).fired if part.rule.id == "P08")
    stake = fired.at_stake
    assert (stake.listed, stake.list_name) == (len(table.rows), table.caption)
    assert stake.margin == pytest.approx(0.4 * figures["lost_share"] * money_of(table), abs=0.005)
    assert f"{len(table.rows)}" in str(fired.evidence)
    assert EUR.short_money(money_of(table)).in_language("en") in str(fired.evidence)
    told = str(effect_told(fired, (0.05, 0.2), margin=0.4, formats=EUR))
    assert (
        f"To contact one of the {len(table.rows)} on the list “{table.caption}” should cost at most €" in told
    )


def test_the_list_is_the_flagged_customers_and_the_dearest_come_first(counted):
    flags, _ = counted
    _, named, table = shown(counted)
    late = flags[flags["silence_days"] > 2 * flags["usual_gap_days"]]  # by hand, all are active
    assert set(named["customer_id"]) == set(late["customer_id"])
    assert named["year_amount"].is_monotonic_decreasing
    assert (named["gaps"] > 2).all()
    assert "as many calls as this report reckons with" in str(table.note)
    assert "is made otherwise" in str(table.note)


def test_ids_are_hidden_as_in_the_risk_list(counted):
    _, named, table = shown(counted, is_hashed=True)
    assert [row[0] for row in table.rows] == [hashed_id(one) for one in named["customer_id"]]


def test_a_list_by_a_larger_multiple_says_so_everywhere(counted):
    flags, account = counted
    wider = pd.concat([account, pd.Series({"multiple": 3.0})]).groupby(level=0, sort=False).last()
    named = fading_list(flags, wider, most=2000)
    late = flags[flags["silence_days"] > 3 * flags["usual_gap_days"]]  # by hand
    assert 0 < len(named) == len(late) < account["flagged"]
    told = says.fading(account, named, wider, follow_up_days=180, **WORDS)
    assert str(told.text).startswith(
        f"{account['flagged']} active customers are fading: silent for more than 2 times their usual gap between "
        f"purchases. The list of fading customers names {len(named)} of them, silent for more than 3 times that gap, who "
        "spent €"
    )
    assert "days: on the past, a list from 2 times on helped only a little. This" in str(told.text)
    card = kpis.stake_kpi(wider, named, **WORDS)
    assert card.number == round(float(late["year_amount"].sum()), 2)
    all_of_it = kpis.stake_kpi(wider.where(wider.index != "flagged", len(named)), named, **WORDS)
    russian, ukrainian, *of_card = (
        text.in_language(one).replace("\u00a0", " ")
        for text in (told.text, all_of_it.basis)
        for one in ("ru", "uk")
    )
    assert "те, кто молчит более чем в 3 раза дольше обычного; за последние" in russian
    assert "На прошлых данных список от 2 раз помогал лишь немного." in russian
    assert "тих, хто мовчить більш ніж у 3 рази довше, ніж зазвичай; за останні" in ukrainian
    assert "кто не покупает более чем в 3 раза дольше обычного" in of_card[0]
    assert "хто не купує більш ніж у 3 рази довше, ніж зазвичай" in of_card[1]


@pytest.mark.parametrize("verdict", ["no", "not enough data"])
def test_nobody_is_listed_by_a_rule_that_was_no_better_than_chance(counted, verdict):
    flags, account = counted
    account = account.copy()
    account["verdict"] = verdict
    named = fading_list(flags, account, most=2000)
    assert named.empty
    assert fading_table(named, account, account, capacity=50, is_hashed=False, formats=EUR) is None


@pytest.mark.parametrize(
    ("names", "russian", "ukrainian"),
    [
        (1, "он назван; он потратил", "його названо; він витратив"),
        (2, "названы все 2; вместе они потратили", "названо всіх 2; разом вони витратили"),
        (5, "названы все 5; вместе они потратили", "названо всіх 5; разом вони витратили"),
        (21, "названы все 21; вместе они потратили", "названо всіх 21; разом вони витратили"),
        (11, "названы все 11; вместе они потратили", "названо всіх 11; разом вони витратили"),
    ],
)
def test_the_list_in_russian_and_ukrainian(counted, names, russian, ukrainian):
    flags, account = counted
    account = account.copy()
    account["flagged"] = names
    text = says.listed_told(fading_list(flags, account, most=names), account, formats=EUR)
    assert russian in text.in_language("ru")
    assert ukrainian in text.in_language("uk")

"""Did detractors leave more among customers alike? Against statsmodels and by hand, by recovery, in words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable
from test_voice import AS_OF, CONTRACTS, days
from test_voice_findings import SAY, THREE, spoken, voice  # noqa: F401 - a fixture

from retention_utils.config import ContractSettings
from retention_utils.findings.voice_adjusted import alike_table, detractors_alike
from retention_utils.voice.adjusted import adjusted_link
from retention_utils.voice.link import score_link
from retention_utils.voice.standing import contract_standing

# Admissions to Berkeley in 1973 (R's UCBAdmissions): men and women, admitted and rejected, six departments.
BERKELEY = [
    [[512, 313], [89, 19]], [[353, 207], [17, 8]], [[120, 205], [202, 391]],
    [[138, 279], [131, 244]], [[53, 138], [94, 299]], [[22, 351], [24, 317]],
]  # fmt: skip


def followed(tables: list) -> pd.DataFrame:
    """Tables of those who left and stayed, detractors first, one for each plan."""
    rows = [
        {"group": f"plan {place}", "value": value, "has_left": has_left}
        for place, table in enumerate(tables)
        for value, counts in zip((-1, 1), table, strict=True)
        for has_left, count in zip((1.0, 0.0), counts, strict=True)
        for _ in range(count)
    ]
    return pd.DataFrame(rows)


def linked(tables: list, *, least: int = 20):
    return adjusted_link(followed(tables), ["group"], min_customers=least)


def test_strata_are_put_together_as_statsmodels_does():
    got, other = linked(BERKELEY), StratifiedTable([np.array(table, float) for table in BERKELEY])
    # R prints for these tables the odds ratio 0.9046968 and, without correction, a statistic of 1.5246.
    assert other.oddsratio_pooled == pytest.approx(0.9046968, abs=5e-8)
    assert other.test_null_odds().statistic == pytest.approx(1.5246, abs=5e-5)
    assert got.ratio == pytest.approx(other.riskratio_pooled, rel=1e-12)
    # The intervals of difference and ratio agree with that test, but for how a variance is estimated.
    error = (got.high - got.low) / 2 / 1.959964
    assert (got.difference / error) ** 2 == pytest.approx(1.5246, rel=0.03)
    spread = np.log(got.ratio_high / got.ratio_low) / 2 / 1.959964
    assert (np.log(got.ratio) / spread) ** 2 == pytest.approx(1.5246, rel=0.1)
    assert (got.detractors, got.others) == (2691, 1835)
    # Plainly compared, more men were admitted by far: Simpson's paradox.
    plain = score_link(followed(BERKELEY), min_customers=20)
    assert plain.low > 0.1
    assert got.low < 0 < got.high


def test_alike_strata_change_nothing_and_half_a_one_tells_nothing():
    # By hand, twice 56 of 70 against 48 of 80: Sato's variance is that of Wald, 0.0052857, over two.
    twice = [[[56, 14], [48, 32]]] * 2
    got = linked(twice)
    reach = 1.959964 * np.sqrt(0.0052857 / 2)
    assert (got.difference, got.low, got.high) == pytest.approx((0.2, 0.2 - reach, 0.2 + reach), abs=1e-6)
    assert got.ratio == pytest.approx(0.8 / 0.6)
    lonely = linked([*twice, [[30, 0], [0, 0]], [[0, 0], [0, 50]]])
    assert (lonely.difference, lonely.low) == pytest.approx((got.difference, got.low))
    assert (lonely.detractors, lonely.others, len(lonely.strata)) == (140, 160, 4)
    nobody_left = linked([[[0, 30], [0, 30]]] * 2)
    assert (nobody_left.difference, np.isnan(nobody_left.ratio)) == (0, True)


def test_too_few_side_by_side_are_not_compared_and_one_kind_needs_no_adjusting():
    apart = linked([[[10, 90], [0, 3]], [[0, 2], [5, 95]]])
    assert (apart.detractors, apart.others, apart.is_known) == (102, 103, True)
    few = linked([[[9, 10], [20, 20]], [[30, 30], [0, 0]]])
    assert (few.detractors, few.others, few.is_known) == (19, 40, False)
    assert linked([[[30, 30], [30, 30]]]) is None


def test_a_difference_made_by_plans_alone_is_found_to_be_one():
    random = np.random.default_rng(11)
    covered = []
    for _ in range(300):
        plans = random.integers(0, 8, 400)
        detracts = random.random(400) < 0.1 + 0.1 * plans  # dear plans please less, and are left more often
        leaves = random.random(400) < 0.05 + 0.05 * plans
        table = pd.DataFrame({"group": plans, "value": np.where(detracts, -1, 1), "has_left": leaves * 1.0})
        got = adjusted_link(table, ["group"], min_customers=20)
        covered.append(got.low <= 0 <= got.high)
    assert 0.92 < np.mean(covered) < 0.98


def test_contracts_tell_since_when_somebody_has_been_a_customer():
    asked = pd.DataFrame(
        {"customer_id": ["ann", "ann", "cem"], "day": days("2023-12-31", "2024-01-01", "2024-05-01")}
    )
    got = contract_standing(CONTRACTS, asked, settings=ContractSettings(), horizon_days=30, as_of=AS_OF)
    # Ann joined on 1 January 2023; Cem did, too, though the present contract began in April.
    assert got.asked["tenure"].tolist() == ["first", "later", "later"]


def told(voice, tables, *, source="contracts", least=20):  # noqa: F811
    table = followed(tables).assign(tenure="first")
    return replace(
        voice,
        source=source,
        link=score_link(table, min_customers=least),
        adjusted=adjusted_link(table, ["group", "tenure"], min_customers=least),
    )


def test_it_is_said_beside_the_plain_comparison(voice):  # noqa: F811
    found = detractors_alike(told(voice, BERKELEY), formats=THREE)
    assert found.verdict == "no"
    assert spoken(found.text, "en") == (
        "Among customers alike in plan and in time as a customer on the day of the answer, the share of detractors who "
        "left differs from that of the others by −1.8 points (95% interval −4.7 to +1.1 points). Without regard to this it "
        "differs by +14.2 points; 2,691 detractors and 1,835 others could be compared so. So what remains is no "
        "more than chance would bring: that the two kinds of customers are not alike may be all that is behind "
        "the plain difference."
    )
    assert (
        "(по тарифу и по тому, сколько они клиенты), доля ушедших критиков отличается от доли остальных на −1,8 п. п."
        in spoken(found.text, "ru")
    )
    assert "порівняння — за 2 691 критиком та 1 835 іншими клієнтами, якими вони були" in spoken(
        found.text, "uk"
    )
    lasting = detractors_alike(told(voice, [[[56, 14], [48, 32]]] * 2), formats=SAY)
    assert (lasting.verdict, str(lasting.text).endswith("does not explain why more of them left.")) == (
        "yes",
        True,
    )
    hidden = detractors_alike(told(voice, [[[30, 10], [90, 70]], [[20, 180], [1, 39]]]), formats=SAY)
    assert "the plain comparison hides a difference" in str(hidden.text)
    alone = told(voice, [[[30, 30], [30, 30]]])
    assert detractors_alike(alone, formats=SAY) is alike_table(alone, formats=SAY) is None


@pytest.mark.parametrize(
    ("count", "en", "ru", "uk"),
    [
        (0, "no detractor has", "— ни одного;", "— жодного;"),
        (1, "1 detractor has", "— 1;", "— 1;"),
        (11, "11 detractors have", "— 11;", "— 11;"),
    ],
)
def test_too_few_of_a_kind_is_a_verdict_of_its_own(voice, count, en, ru, uk):  # noqa: F811
    found = detractors_alike(
        told(voice, [[[30, 10], [0, 0]], [[0, count], [20, 20]]], source="orders"), formats=THREE
    )
    assert found.verdict == "not enough data"
    for language, words in (("en", en), ("ru", ru), ("uk", uk)):
        assert words in spoken(found.text, language)


def test_the_table_lists_who_is_alike(voice):  # noqa: F811
    table = alike_table(told(voice, [[[30, 10], [0, 0]], [[5, 15], [20, 20]]]), formats=SAY)
    rows = [[str(cell) if place < 2 else cell for place, cell in enumerate(row)] for row in table.rows]
    assert rows == [
        ["plan 0", "the first year", 40, 30, 0, None],
        ["plan 1", "the first year", 20, 5, 40, 20],
    ]

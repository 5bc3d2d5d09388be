"""Campaigns of orders without a control: the treated before and after, by hand, against scipy, and in words."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_campaign import bought, campaigns, readouts
from test_campaign_findings import SAY, plain, readout

from retention_utils.campaigns.before_after import BeforeAfter, Measure
from retention_utils.findings.campaign_before import before_finding, before_money_table, before_share_table
from retention_utils.stats import paired_difference_interval, wilson_interval

DAY = "2024-03-01"
FOUND = BeforeAfter(
    40,
    Measure(0.5, 0.35, 0.65, 0.6, 0.44, 0.74, 0.1, -0.08, 0.27),
    Measure(12.5, 10, 15, 13.75, 11, 16.5, 1.25, -1, 3.5),
)


def test_the_interval_of_pairs_is_as_printed():
    # Newcombe (1998), Statistics in Medicine 17, 2635-2650: 36, 12, 2 and 0 of 50 pairs, method 10.
    found = paired_difference_interval(36, 12, 2, 0)
    assert found == pytest.approx((0.2, 0.0569, 0.3404), abs=5e-5)
    turned = paired_difference_interval(36, 2, 12, 0)
    assert turned == pytest.approx((-found[0], -found[2], -found[1]))
    # Where all agree nothing differs, and the interval still knows how few they are.
    assert paired_difference_interval(0, 0, 0, 9)[0] == 0
    assert np.isnan(paired_difference_interval(0, 0, 0, 0)).all()


def treated(*, extra: tuple = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Thirty treated who first bought in 2023: 12 order before and after, 3 before alone, 9 after alone."""
    names = [f"c{number:02d}" for number in range(30)]
    rows = [(name, "2023-06-01", 40.0) for name in names]
    rows += [(name, "2024-02-10", 10.0) for name in names[:15]]
    rows += [(name, "2024-03-12", 20.0 + place) for place, name in enumerate((*names[:12], *names[15:24]))]
    return campaigns(*((name, "treatment", DAY) for name in names)), bought(*rows, *extra)


def test_the_treated_before_and_after_by_hand():
    # Ann bought first within the thirty days before: she is judged, and not held against herself.
    table, purchases = treated(extra=(("ann", "2024-02-20", 99.0), ("ann", "2024-03-02", 99.0)))
    table = pd.concat([table, campaigns(("ann", "treatment", DAY))])
    told = readouts(table, purchases=purchases)[0]
    assert (told.evidence, told.uplift.treated, told.before_after.customers) == ("no control", 31, 30)
    ordered, brought = told.before_after.ordered, told.before_after.brought
    assert (ordered.before, ordered.after) == (0.5, 0.7)
    assert (ordered.before_low, ordered.before_high) == pytest.approx(wilson_interval(15, 30))
    assert (ordered.difference, ordered.low, ordered.high) == pytest.approx(
        paired_difference_interval(12, 9, 3, 6)
    )
    before = np.array([10.0] * 15 + [0.0] * 15) / 2  # the margin is a half
    after = np.array([*range(20, 32), 0, 0, 0, *range(32, 41), *[0] * 6]) / 2
    other = stats.ttest_rel(after, before).confidence_interval(0.95)
    assert (brought.before, brought.after) == pytest.approx((before.mean(), after.mean()))
    assert (brought.low, brought.high) == pytest.approx((other.low, other.high))


def test_too_few_and_those_with_a_control_are_not_described():
    table, purchases = treated()
    few = readouts(table.head(19), purchases=purchases)[0]
    assert (few.evidence, few.before_after) == ("too few", None)
    # Enough are judged, but most of them came within the days before.
    new = [(f"n{number}", "2024-02-20", 5.0) for number in range(10)]
    both = pd.concat([table.head(15), campaigns(*((name, "treatment", DAY) for name, *_ in new))])
    found = readouts(both, purchases=pd.concat([purchases, bought(*new)]))[0].before_after
    assert found == BeforeAfter(15, None, None)
    controls = campaigns(*((f"n{number}", "control", DAY) for number in range(20)))
    held = [(f"n{number}", "2023-06-01", 5.0) for number in range(20)]
    compared = readouts(pd.concat([table, controls]), purchases=pd.concat([purchases, bought(*held)]))
    assert compared[0].before_after is None


def said(found: BeforeAfter | None):
    told = readout(source="orders", evidence="no control", before_after=found)
    return before_finding(told, place=0, margin=0.5, min_customers=20, formats=SAY)


def test_it_is_said_as_a_described_difference():
    found = said(FOUND)
    assert (found.key, found.verdict) == ("before_after", "with reservations")
    assert plain(found.text) == (
        "“Call”: of 40 treated customers who had been there for longer, 50.0% (95% interval 35.0–65.0%) had "
        "ordered in the 90 days before they were drawn, and 60.0% (95% interval 44.0–74.0%) in as many days "
        "from then on: a difference of +10.0 points (95% interval −8.0 to +27.0 points). A customer brought "
        "€12.50 of margin before (95% interval €10.00–15.00) and €13.75 after (95% interval €11.00–16.50): "
        "a difference of +€1.25 (95% interval −€1.00 to +€3.50). This is a described difference and no effect "
        "of the campaign: the season, and whom it was meant for, change both figures, too. Even without it, "
        "whoever is chosen for having been silent orders more often afterwards, and whoever is chosen for having "
        "ordered lately, less often."
    )
    assert plain(found.text, "ru").startswith(
        "«Call»: из 40 участников кампании, которые были клиентами и раньше, за 90 дней до отбора заказ "
        "сделали 50,0 % ("
    )
    assert "Цю різницю лише описано, це не ефект кампанії" in plain(found.text, "uk")
    assert said(None) is None


@pytest.mark.parametrize(
    ("customers", "en", "ru", "uk"),
    [
        (0, "drawn; nobody had.", "таких нет.", "таких немає."),
        (1, "drawn; 1 had.", "есть 1.", "є 1."),
        (11, "drawn; 11 had.", "есть 11.", "є 11."),
    ],
)
def test_too_few_is_a_verdict_of_its_own(customers, en, ru, uk):
    found = said(BeforeAfter(customers, None, None))
    assert found.verdict == "not enough data"
    for language, end in (("en", en), ("ru", ru), ("uk", uk)):
        assert plain(found.text, language).endswith(end)


def test_tables_list_those_that_are_described():
    told = [
        readout(evidence="no control", source="orders", before_after=FOUND),
        readout(campaign="Few", before_after=BeforeAfter(3, None, None)),
        readout(campaign="Fair"),
    ]
    shares = before_share_table(told, formats=SAY)
    assert [list(row) for row in shares.rows] == [["Call", 40, 0.5, 0.6, 0.1, -0.08, 0.27]]
    money = before_money_table(told, margin=0.5, formats=SAY)
    assert [list(row)[2:] for row in money.rows] == [[12.5, 13.75, 1.25, -1, 3.5]]
    assert plain(shares.note).startswith("A described difference, no effect: nobody was held out.")
    assert before_share_table(told[1:], formats=SAY) is None

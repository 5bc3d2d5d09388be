"""The campaigns of the simulated studios: the effect that was planted is found again."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from retention_utils.campaigns.readout import campaign_readouts
from retention_utils.config import read_config
from retention_utils.demo_campaigns import (
    ABROAD,
    CALL,
    CALL_COST,
    CALL_DAYS,
    CALL_KEEPS,
    DATE,
    GIFT,
    RENEWAL,
    called,
    leavers,
)
from retention_utils.demo_contracts import sport_contracts
from retention_utils.intake import side_tables
from retention_utils.sources.side_tables import up_to
from retention_utils.stats import wilson_interval
from retention_utils.subscriptions.spans import contract_spans

SPORT = Path(__file__).parents[1] / "data" / "sport"
CONFIG = read_config(SPORT / "client.toml")
AS_OF = date(2025, 12, 31)


@pytest.fixture(scope="module")
def lists():
    """The contracts as they would be without the call, and as they are."""
    return sport_contracts(was_called=False), sport_contracts()


@pytest.fixture(scope="module")
def found():
    tables = side_tables(SPORT, CONFIG)
    known = {name: up_to(tables[name], name, AS_OF).to_pandas() for name in ("subscriptions", "campaigns")}
    readouts = campaign_readouts(
        known["campaigns"],
        spans=contract_spans(known["subscriptions"], CONFIG.contracts),
        purchases=None,
        as_of=AS_OF,
        horizon_days=CALL_DAYS,
        treatment_share=0.5,
        margin=1.0,
        min_customers=20,
    )
    return {each.campaign: each for each in readouts}


def test_only_ends_of_customers_rung_are_moved_and_only_later(lists):
    without, contracts = lists
    is_moved = contracts["Кінець"] != without["Кінець"]
    assert set(contracts.index[is_moved]) <= set(leavers(without))
    pd.testing.assert_frame_equal(contracts.drop(columns="Кінець"), without.drop(columns="Кінець"))
    later, earlier = (pd.to_datetime(table.loc[is_moved, "Кінець"], format=DATE) for table in reversed(lists))
    assert not (later <= earlier).any()
    pd.testing.assert_frame_equal(called(contracts), called(without))  # the lot knows nothing of it


def test_the_effect_that_was_planted_is_found_again(lists, found):
    without, contracts = lists
    would_leave = len(leavers(without))
    low, high = wilson_interval((contracts["Кінець"] != without["Кінець"]).sum(), would_leave)
    assert low < CALL_KEEPS < high
    got = found[CALL].uplift
    assert got.low < CALL_KEEPS * would_leave / got.treated < got.high
    assert got.low > 0


def test_three_campaigns_have_three_kinds_of_evidence(found):
    evidence = {name: each.evidence for name, each in found.items()}
    assert evidence == {CALL: "random", RENEWAL: "no control", GIFT: "too recent"}
    arms = found[CALL].account.set_index("arm")
    assert arms.loc["treatment", "not a customer"] == ABROAD
    assert arms.loc["treatment", "cost"] == CALL_COST * arms.loc["treatment", "drawn"]
    assert found[CALL].money.saved.cost == CALL_COST * found[CALL].uplift.treated

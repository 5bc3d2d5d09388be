"""The simulated studios: what is true of their customers is found again within its interval."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from retention_utils.config import read_config
from retention_utils.demo_contracts import (
    FAILED,
    LEAVING,
    MONTHLY,
    PRICE_RISE,
    RISE_EFFECT,
    SPORT_HISTORY,
    SPORT_LAST_DAY,
    UNLIMITED,
    YEARLY,
    YEARLY_FAILED,
    sport_contracts,
)
from retention_utils.intake import side_tables
from retention_utils.periods import calendar_to, last_complete_period, parse_period
from retention_utils.revenue_retention import bridge_check
from retention_utils.sources.side_tables import up_to
from retention_utils.stats import wilson_interval
from retention_utils.subscriptions.account import contract_account
from retention_utils.subscriptions.movements import customer_movements
from retention_utils.subscriptions.renewals import renewals_due
from retention_utils.subscriptions.spans import contract_spans

SPORT = Path(__file__).parents[1] / "data" / "sport"
CONFIG = read_config(SPORT / "client.toml")


@pytest.fixture(scope="module")
def listed():
    return side_tables(SPORT, CONFIG)["subscriptions"]


def known_on(listed, period: str) -> tuple[pd.DataFrame, pd.DataFrame, date]:
    """The list as it was known at the end of a period, and the calendar up to it."""
    periods = calendar_to(parse_period(period), SPORT_HISTORY)
    calendar = pd.DataFrame(
        {
            "period_number": range(len(periods)),
            "period": [each.key for each in periods],
            "first_day": pd.to_datetime([each.start for each in periods]),
            "last_day": pd.to_datetime([each.last_day for each in periods]),
            "is_whole": True,
        }
    )
    as_of = periods[-1].last_day
    return up_to(listed, "subscriptions", as_of).to_pandas(), calendar, as_of


def account(listed, period: str):
    contracts, calendar, as_of = known_on(listed, period)
    return contract_account(
        contracts, calendar, settings=CONFIG.contracts, grain="month", as_of=as_of, min_customers=20
    )


@pytest.fixture(scope="module")
def of_2025(listed):
    return account(listed, "2025-12")


@pytest.fixture(scope="module")
def moves(listed):
    contracts, calendar, _ = known_on(listed, "2025-12")
    found = customer_movements(contract_spans(contracts, CONFIG.contracts), calendar)
    return found.assign(period=found["period_number"].map(calendar["period"]))


def test_the_list_is_read_as_it_was_written(listed):
    written = sport_contracts()
    assert listed.num_rows == len(written)
    assert (CONFIG.data_horizon, CONFIG.history_start) == (SPORT_LAST_DAY, SPORT_HISTORY)
    assert last_complete_period(CONFIG.data_horizon, CONFIG.grain).key == "2025-12"
    table = listed.to_pandas()
    assert table["customer_id"].nunique() == written["Клієнт"].nunique()
    assert table["is_involuntary"].sum() == (written["Платіж не пройшов"] == "так").sum()
    assert 2500 < table["customer_id"].nunique() < 3500


def test_the_account_closes_in_every_month(of_2025):
    check = bridge_check(of_2025.revenue.rates)
    assert (check.periods, check.hold) == (36, 36)


def test_what_was_known_a_year_before_is_what_is_said_of_it_now(listed, of_2025):
    then, now = account(listed, "2024-12").revenue.rates, of_2025.revenue.rates
    pd.testing.assert_frame_equal(then, now.head(24), check_exact=False)


def test_failed_payments_are_found_again(moves):
    monthly = moves[moves["before"].notna() & moves["plan"].isin([MONTHLY, UNLIMITED])]
    low, high = wilson_interval((monthly["ending"] == "involuntary").sum(), len(monthly))
    assert low < FAILED < high
    assert high - low < 0.003


def test_first_renewals_are_found_again(listed):
    contracts, calendar, as_of = known_on(listed, "2025-12")
    spans = contract_spans(contracts, CONFIG.contracts)
    due = renewals_due(spans, calendar, grace_days=CONFIG.contracts.grace_days, as_of=pd.Timestamp(as_of))
    began = spans.groupby("contract")["first_day"].min()
    is_first = due["due_day"] == due["contract"].map(began) + pd.DateOffset(years=1)
    after_rise = due["due_day"].between(
        pd.Timestamp(PRICE_RISE), pd.Timestamp(PRICE_RISE) + pd.DateOffset(months=2)
    )
    first = due[is_first & ~after_rise]
    low, high = wilson_interval(first["is_renewed"].sum(), len(first))
    a, b = LEAVING[YEARLY]
    assert low < (1 - YEARLY_FAILED) * b / (a + b) < high
    assert len(first) > 400


def test_the_rise_of_prices_is_seen_in_leavers_and_in_money(moves, of_2025):
    monthly = moves[moves["before"].notna() & moves["plan"].isin([MONTHLY, UNLIMITED])]
    left = (monthly["ending"] == "voluntary").groupby(monthly["period"]).agg(["sum", "size"])
    after, before = left.loc["2024-09":"2024-10"].sum(), left.loc["2024-03":"2024-08"].sum()
    ratio = (after["sum"] / after["size"]) / (before["sum"] / before["size"])
    spread = 1.96 * np.sqrt(1 / after["sum"] + 1 / before["sum"])
    assert np.exp(-spread) * ratio < RISE_EFFECT < np.exp(spread) * ratio
    assert ratio > np.exp(spread)  # more leave than chance would have it
    gain = (
        of_2025.revenue.rates.set_index("period")["net"] - of_2025.revenue.rates.set_index("period")["gross"]
    )
    assert gain.idxmax() == "2024-09"

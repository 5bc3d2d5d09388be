"""What the members of ``sport`` said: the true shares are found again, and since when a rival takes some."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from retention_utils.config import read_config
from retention_utils.demo_contracts import PRICE_RISE, SPORT_HISTORY
from retention_utils.demo_reasons import (
    ASKED,
    IN_RUSSIAN,
    REASONS,
    RISE_DAYS,
    RIVAL_OPENED,
    SILENT,
    UNREADABLE,
    WORDS,
    true_shares,
)
from retention_utils.intake import side_tables
from retention_utils.periods import calendar_to, parse_period
from retention_utils.reason_codes.codes import reason_book
from retention_utils.reasons.account import Supplied, competitors_of, reason_account, trends_of
from retention_utils.reasons.matching import Matcher
from retention_utils.sources.side_tables import up_to
from retention_utils.stats import wilson_interval

SPORT = Path(__file__).parents[1] / "data" / "sport"
CONFIG = read_config(SPORT / "client.toml")
BOOK = reason_book(CONFIG.reasons)


@pytest.fixture(scope="module")
def listed():
    return side_tables(SPORT, CONFIG)


def account(listed, period: str):
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
    known = {
        name: up_to(listed[name], name, periods[-1].last_day).to_pandas()
        for name in ("reasons", "subscriptions")
    }
    supplied = Supplied(known["reasons"], known["subscriptions"], None, None, calendar)
    how = {"gap_days": 180, "grain": "month", "min_customers": 20}
    return reason_account(supplied, BOOK, contracts=CONFIG.contracts, **how)


@pytest.fixture(scope="module")
def found(listed):
    return account(listed, "2025-12")


@pytest.fixture(scope="module")
def asked(found):
    told = found.leavers[found.leavers["is_asked"]]
    month = told["period_number"].map(found.calendar.set_index("period_number")["first_day"])
    return told.assign(month=month)


def within(table, code, share):
    count = (table["code"] == code).sum()
    low, high = wilson_interval(count, len(table), level=1 - 0.05 / len(REASONS))  # all at once
    return low <= share <= high


def test_every_way_of_saying_a_reason_is_read_right():
    match = Matcher(BOOK).match
    said = [(code, text) for table in (WORDS, IN_RUSSIAN) for code, texts in table.items() for text in texts]
    assert [(code, text) for code, text in said if match("", text).code != code] == []


def test_true_shares_are_found_again(asked):
    rise = pd.Timestamp(PRICE_RISE), pd.Timestamp(PRICE_RISE + timedelta(days=RISE_DAYS))
    usual = asked[(asked["month"] < pd.Timestamp(RIVAL_OPENED)) & ~asked["month"].between(*rise)]
    assert len(usual) > 450
    true = true_shares(date(2023, 6, 1))
    wrong = [code for code in REASONS if not within(usual, code, true[code])]
    assert wrong == []
    after = asked[asked["month"] >= pd.Timestamp(RIVAL_OPENED)]
    assert within(after, "competitor", true_shares(RIVAL_OPENED)["competitor"])
    raised = asked[asked["month"].isin([rise[0], rise[0] + pd.DateOffset(months=1)])]
    assert within(raised, "price_rise", true_shares(PRICE_RISE)["price_rise"])
    silent, unread = ~asked["has_text"], asked["has_text"] & (asked["code"] == "")
    low, high = wilson_interval(silent.sum(), len(asked))
    assert low < SILENT < high
    low, high = wilson_interval(unread.sum(), len(asked))
    assert low < UNREADABLE < high


def test_the_share_asked_is_found_again(found):
    tied = found.leavers[found.leavers["is_tied"] & ~found.leavers["is_involuntary"]]
    low, high = wilson_interval(tied["is_asked"].sum(), len(tied))
    assert low < ASKED < high
    # Nearly every reason belongs to a known leaver.
    assert found.answers.tied / found.answers.rows > 0.98


def test_the_rival_is_found_from_its_month_on(found, listed):
    rivals = competitors_of(found, min_customers=20)
    assert (rivals.direction, rivals.step.p) == (1, 0.001)
    assert rivals.step.earliest <= f"{RIVAL_OPENED:%Y-%m}" <= rivals.step.latest
    assert rivals.step.latest <= "2025-05"
    before, after = (true_shares(day)["competitor"] for day in (date(2025, 2, 1), RIVAL_OPENED))
    assert rivals.step.low < after - before < rivals.step.high
    trends = trends_of(found).set_index("code")["direction"]
    assert trends[trends != 0].to_dict() == {"competitor": 1}
    # A year before nothing was known of it.
    earlier = competitors_of(account(listed, "2024-12"), min_customers=20)
    assert (earlier.direction, earlier.step) == (0, None)


def test_what_was_known_a_year_before_is_what_is_said_of_it_now(found, listed):
    then = account(listed, "2024-12")
    first = found.leavers[found.leavers["is_tied"] & (found.leavers["period_number"] < 23)]
    again = then.leavers[then.leavers["is_tied"] & (then.leavers["period_number"] < 23)]
    columns = ["customer_id", "period_number", "year_money", "code"]
    pd.testing.assert_frame_equal(
        first[columns].reset_index(drop=True), again[columns].reset_index(drop=True), check_dtype=False
    )
    assert np.isclose(sum(true_shares(date(2023, 1, 1)).values()), 1 - SILENT - UNREADABLE)

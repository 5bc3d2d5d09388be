"""The data passport, counted by hand: what was used, what was silent, what broke, what it is worth."""

from datetime import date
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_utils.config import Policies, StatedRevenue
from retention_utils.errors import TableError
from retention_utils.passport.account import net_revenue, require_balance, sum_of, use_account
from retention_utils.passport.activity import GAP_SURPRISE, daily_activity, oddest_silence, weekly_activity
from retention_utils.passport.breaks import level_shifts, mark_shifts
from retention_utils.passport.checks import Check, Thresholds, check_data, grade_of, graded
from retention_utils.passport.policies import POLICY_NAMES, POLICY_WORDS, policies_in_force
from retention_utils.passport.reconciliation import reconcile
from retention_utils.passport.suspects import suspects
from retention_utils.passport.whole import data_passport
from retention_utils.quality.uses import PURCHASE_USES, USES

COUNTS = ["orders", "buyers", "first_purchases"]
NOTHING_STATED = reconcile(pd.DataFrame(), (), history_start=date(2024, 1, 1), as_of=date(2024, 12, 31))


def row_account(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["use", "rows", "amount"])


def days(*orders: int, start: str = "2024-01-01") -> pd.DataFrame:
    day = pd.date_range(start, periods=len(orders))
    table = pd.DataFrame({"day": day, "orders": orders, "buyers": orders, "first_purchases": 0})
    return table.assign(amount=10.0 * table["orders"])


def customers(*, mixed: int, new: int) -> pd.DataFrame:
    return pd.DataFrame({"is_mixed": [True] * mixed + [False] * new})


def checks_of(*rows: tuple[str, int, float], activity=None, known=None, **more) -> dict[str, Check]:
    found = check_data(
        use_account(row_account(*(rows or [("used", 100, 1000.0)]))),
        days(*[5] * 365) if activity is None else activity,
        customers(mixed=0, new=10) if known is None else known,
        **{"breaks": 0, "suspects": 0, "stated": NOTHING_STATED, **more},
    )
    return {check.key: check for check in found}


# --- the account ----------------------------------------------------------------------------------------

MESSY = row_account(
    ("bad_amount", 1, np.nan),
    ("cancelled", 3, 30.0),
    ("used", 10, 200.0),
    ("orphan_refund", 1, -5.0),
    ("refund", 2, -25.0),
    ("refunded", 1, 15.0),
    ("no_customer", 2, 20.0),
)


def test_every_row_is_accounted_for():
    # 10 + 2 + 1 count; 2 + 1 + 3 + 1 are left out; 13 + 7 = 20. Money: 200 - 25 + 15; 20 + 30 - 5; 190 + 45.
    got = use_account(MESSY)
    assert got["key"].tolist() == [
        "used", "refund", "refunded", "counted", "no_customer", "bad_amount", "cancelled", "orphan_refund",
        "left_out", "all",
    ]  # fmt: skip
    assert got["use"].tolist() == [
        "used",
        "refund, taken off its order",
        "order refunded in full by its status: a purchase of zero",
        "counted, in all",
        "no customer id",
        "amount cannot be read",
        "cancelled order",
        "refund of an order that is not among those used",
        "left out, in all",
        "all rows",
    ]
    assert got["rows"].tolist() == [10, 2, 1, 13, 2, 1, 3, 1, 7, 20]
    assert got["row_share"].tolist() == pytest.approx(
        [0.5, 0.1, 0.05, 0.65, 0.1, 0.05, 0.15, 0.05, 0.35, 1.0]
    )
    amounts = got["amount"].tolist()
    assert np.isnan(amounts.pop(5))  # what cannot be read is unknown, not zero
    assert amounts == [200.0, -25.0, 15.0, 190.0, 20.0, 30.0, -5.0, 45.0, 235.0]
    assert net_revenue(got) == 175.0  # an order refunded by its status is no revenue


def test_a_clean_log_leaves_out_nothing():
    got = use_account(row_account(("used", 6, 90.0)))
    assert got["key"].tolist() == ["used", "counted", "left_out", "all"]
    assert got["rows"].tolist() == [6, 6, 0, 6]
    assert got["amount"].tolist() == [90.0, 90.0, 0.0, 90.0]


@given(
    st.dictionaries(
        st.sampled_from(list(USES)),
        st.tuples(st.integers(1, 10**6), st.integers(-(10**9), 10**9)),
        min_size=1,
    )
)
def test_the_account_balances_in_rows_and_in_money(found):
    got = use_account(row_account(*((use, rows, float(cents)) for use, (rows, cents) in found.items())))
    by_key = got.set_index("key")
    assert set(by_key.index) == {*found, "counted", "left_out", "all"}
    for column in ("rows", "amount"):
        counted, left_out, whole = (by_key.loc[key, column] for key in ("counted", "left_out", "all"))
        assert counted + left_out == whole
        assert counted == sum(by_key.loc[use, column] for use in found if use in PURCHASE_USES)
        assert left_out == sum(by_key.loc[use, column] for use in found if use not in PURCHASE_USES)


def test_a_use_without_words_is_not_lost_silently():
    with pytest.raises(
        TableError, match=r"^The table 'row_account' has rows of the use \['stolen'\]; known are "
    ):
        use_account(row_account(("used", 6, 90.0), ("stolen", 2, 5.0)))


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match=r"'row_account' lacks \['rows'\].*Did you mean 'row'"):
        use_account(row_account(("used", 6, 90.0)).rename(columns={"rows": "row"}))


def test_sums_of_uses():
    assert sum_of(MESSY, ["used", "refund"]) == (12, 175.0)
    assert sum_of(MESSY, ["bad_amount"]) == (1, 0.0)
    assert sum_of(MESSY, ["ragged"]) == (0, 0.0)
    assert sum_of(use_account(MESSY), ["left_out"]) == (7, 45.0)


def test_account_and_purchases_are_about_the_same_money():
    account = use_account(MESSY)
    daily = pd.DataFrame({"buyers": [2, 1], "amount": [100.0, 75.01]})  # three purchases: up to 0.015
    require_balance(account, daily)
    with pytest.raises(TableError) as refused:
        require_balance(account, daily.assign(amount=[100.0, 75.02]))
    assert str(refused.value) == (
        "The account of rows does not balance: its net revenue is 175.00, that of all purchases is 175.02. "
        "Build the mart anew; if it stays so, the program is at fault."
    )


# --- days and weeks -------------------------------------------------------------------------------------


def test_silent_days_are_listed_with_zeros():
    daily = pd.DataFrame(
        {"day": [date(2024, 1, 2), date(2024, 1, 4)], "orders": [3, 1], "buyers": [2, 1]}
    ).assign(first_purchases=[2, 0], amount=[30.5, 9.5])
    got = daily_activity(daily, history_start=date(2024, 1, 1), as_of=date(2024, 1, 5))
    assert got["day"].dt.day.tolist() == [1, 2, 3, 4, 5]
    assert got["orders"].tolist() == [0, 3, 0, 1, 0]
    assert got["buyers"].tolist() == [0, 2, 0, 1, 0]
    assert got["first_purchases"].tolist() == [0, 2, 0, 0, 0]
    assert got["amount"].tolist() == [0.0, 30.5, 0.0, 9.5, 0.0]
    assert (got[COUNTS].dtypes == "int64").all()


def test_weeks_are_whole():
    # 16 days: two whole weeks, and two days that are left out.
    got = weekly_activity(days(1, 2, 3, 4, 5, 6, 7, 0, 0, 1, 1, 1, 1, 1, 50, 50))
    assert list(got.columns) == [
        "week",
        "orders",
        "buyers",
        "first_purchases",
        "amount",
        "questioned_days",
    ]
    assert got["week"].dt.day.tolist() == [1, 8]
    assert got["orders"].tolist() == [28, 5]
    assert got["amount"].tolist() == [280.0, 50.0]
    assert weekly_activity(days(1, 2, 3)).empty


@pytest.mark.parametrize(("surprise", "questioned"), [(2.9, [0, 2]), (3.0, [0, 0]), (GAP_SURPRISE, [0, 0])])
def test_only_silence_beyond_the_threshold_is_questioned(surprise, questioned):
    # Silent on Monday 8 and Tuesday 9 January. Mondays bring 1, 0, 50: median 1; Tuesdays 2, 0, 50: median 2.
    activity = days(1, 2, 3, 4, 5, 6, 7, 0, 0, 1, 1, 1, 1, 1, 50, 50)
    got = weekly_activity(activity, gap_surprise=surprise)
    assert got["questioned_days"].tolist() == questioned


def test_a_questioned_silence_is_counted_in_every_week_it_touches():
    # 7 orders a day for ten weeks but on Sunday of the fifth, Monday and Tuesday of the sixth week: 21 are missing.
    # The two silent days of the eighth week lack 14, which can be chance.
    got = weekly_activity(days(*without([7] * 70, 34, 35, 36, 50, 51)))
    assert got["questioned_days"].tolist() == [0, 0, 0, 0, 1, 2, 0, 0, 0, 0]


def without(orders: list[int], *silent: int) -> list[int]:
    return [0 if day in silent else count for day, count in enumerate(orders)]


EVERY_DAY = [4] * 70
CLOSED_SUNDAYS = [6, 6, 6, 6, 6, 6, 0] * 10
BUSY_FRIDAYS = [10, 10, 10, 10, 40, 1, 1] * 10


@pytest.mark.parametrize(
    ("orders", "silent_days", "usual"),
    [
        (EVERY_DAY, 0, 0.0),
        (without(EVERY_DAY, 20, 30, 31, 50), 2, 8.0),  # three runs; the second lacks most
        (without(EVERY_DAY, 0, 1, 2, 40), 3, 12.0),  # at the start
        (without(EVERY_DAY, 40, 67, 68, 69), 3, 12.0),  # at the end
        (without([4] * 69 + [900], 68), 1, 4.0),  # one busy day does not move the median
        (CLOSED_SUNDAYS, 0, 0.0),
        (without(CLOSED_SUNDAYS, 16), 1, 6.0),  # a silent Wednesday; ten silent Sundays are usual
        (
            without(CLOSED_SUNDAYS, 19, 21),
            3,
            12.0,
        ),  # Saturday to Monday: three days, two of which bring orders
        (without(BUSY_FRIDAYS, 18, 26, 27, 28), 1, 40.0),  # one Friday; three longer days bring 1 + 1 + 10
        ([1, 0, 0] * 14, 2, 2 / 3),  # most of all weekdays are silent: the mean day has a third of an order
        ([0] * 14, 0, 0.0),  # nothing is usual, so nothing is missing
    ],
)
def test_the_oddest_silence_is_the_one_that_lacks_most_orders(orders, silent_days, usual):
    assert oddest_silence(days(*orders)) == (silent_days, pytest.approx(usual))


def test_an_empty_log_has_no_silence():
    assert oddest_silence(days()) == (0, 0.0)


# --- breaks ---------------------------------------------------------------------------------------------


def weeks(orders, *, value=30.0, returning=0.5) -> pd.DataFrame:
    count = len(orders)
    table = pd.DataFrame({"week": pd.date_range("2022-01-03", periods=count, freq="7D"), "orders": orders})
    share = np.broadcast_to(returning, count)
    return table.assign(
        buyers=table["orders"],
        first_purchases=np.round(table["orders"] * (1 - share)).astype(int),
        amount=table["orders"] * value,
    )


def drawn(seed: int, mean, *, count: int = 104) -> pd.DataFrame:
    """Weeks with a given mean of orders, each a tenth up or down for reasons of its own, then by chance."""
    rng = np.random.default_rng(seed)
    orders = rng.poisson(np.broadcast_to(mean, count) * np.exp(rng.normal(0, 0.1, count)))
    table = weeks(orders, value=30.0 * np.exp(rng.normal(0, 0.05, count)))
    grown = 0.8 * (1 - np.exp(-np.arange(count) / 40))  # the share of buyers known grows with the log
    return table.assign(first_purchases=rng.binomial(orders, 1 - grown))


WEEK = np.arange(104)
CHRISTMAS = 100.0 * np.where((WEEK % 52 >= 44) & (WEEK % 52 < 50), 2.5, 1.0)
GROWING = 40.0 * 1.01**WEEK * np.exp(0.3 * np.sin(2 * np.pi * (WEEK - 30) / 52))  # up into every winter
LAUNCH = np.where(WEEK < 12, 600.0, 150.0)  # who came in the first quarter, and nobody after


def test_a_level_that_halves_for_good_is_found_with_its_week():
    found = level_shifts(weeks([100] * 60 + [50] * 44))
    assert found.to_dict("records") == [
        {
            "measure": "orders",
            "week": 60,
            "first_day": pd.Timestamp("2023-02-27"),  # sixty weeks after 3 January 2022
            "before": 100.0,
            "after": 50.0,
            "change": -0.5,
        }
    ]
    marked = mark_shifts(weeks([100] * 104), found)
    assert marked.index[marked["is_shift"]].tolist() == [60]


def test_a_change_of_unit_and_of_ids_are_found():
    cents = level_shifts(weeks([100] * 104, value=np.where(WEEK < 56, 30.0, 3000.0)))
    assert cents[["measure", "week", "before", "after"]].to_numpy().tolist() == [
        ["order_value", 56, 30.0, 3000.0]
    ]
    ids = level_shifts(weeks([100] * 104, returning=np.where(WEEK < 56, 0.6, 0.2)))
    assert ids[["measure", "week"]].to_numpy().tolist() == [["returning", 56]]


@pytest.mark.parametrize(
    "orders",
    [
        [100] * 104,
        [100] * 51 + [50] * 53,  # within the first year
        [100] * 92 + [50] * 12,  # too fresh to tell
        [100] * 60 + [50] * 10 + [100] * 34,  # comes back
        [100] * 60 + [80] * 44,  # a fifth
        np.round(100 * 1.02**WEEK).astype(int),  # steady growth
        [0] * 104,
        [100] * 51 + [50] * 16,  # fewer than 68 weeks
    ],
)
def test_what_is_no_lasting_change_of_level(orders):
    assert level_shifts(weeks(orders)).empty


@pytest.mark.parametrize(
    "mean",
    [
        3,
        100,
        100 * np.exp(0.4 * np.sin(2 * np.pi * WEEK / 52)),
        CHRISTMAS,
        LAUNCH,
        GROWING,
        20 * np.exp(0.02 * WEEK),
    ],
    ids=["few", "steady", "season", "christmas", "launch", "growing season", "growth"],
)
def test_false_alarms_are_rare(mean):
    alarms = sum(not level_shifts(drawn(seed, mean)).empty for seed in range(25))
    assert alarms <= 1


@pytest.mark.parametrize("factor", [0.4, 0.5, 2.0])
def test_a_lasting_change_of_a_steady_shop_is_found(factor):
    found = [level_shifts(drawn(seed, np.where(WEEK < 60, 100.0, 100.0 * factor))) for seed in range(15)]
    at = [list(table.loc[table["measure"] == "orders", "week"]) for table in found]
    assert sum(len(week) == 1 and abs(week[0] - 60) <= 1 for week in at) >= 14


# --- suspects -------------------------------------------------------------------------------------------


def people(amounts, ids=None) -> pd.DataFrame:
    ids = [f"C{number}" for number in range(len(amounts))] if ids is None else ids
    return pd.DataFrame({"customer_id": ids, "orders": 3, "amount": np.asarray(amounts, dtype=float)})


def test_a_wholesaler_is_found_by_size():
    # 99 of 10 and one of 210: more than 20 times the median, and 210 of 1,200 is 17.5 %.
    got = suspects(people([10] * 99 + [210]))
    assert got.to_dict("records") == [
        {"customer_id": "C99", "reason": "large", "orders": 3, "amount": 210.0, "share": 0.175}
    ]


@pytest.mark.parametrize(
    "amounts",
    [
        [10] * 99 + [200],  # twenty times the median, no more
        [10] * 2978 + [300],  # less than a hundredth of 30,080
        [10] * 18 + [9000],  # nineteen customers have no usual size
        [10] * 80 + [40] * 20 + [600],  # the best tenth begins at four times the median: up to 640
        [0] * 30,
    ],
)
def test_who_is_no_wholesaler(amounts):
    assert suspects(people(amounts)).empty


def test_unequal_customers_raise_few_false_alarms():
    # Lognormal spending as it is found in shops; 100 logs of 300 customers each.
    rng = np.random.default_rng(7)
    alarms = sum(len(suspects(people(np.exp(rng.normal(3, 1.1, 300))))) for _ in range(100))
    assert alarms <= 5


@pytest.mark.parametrize(
    "odd",
    ["test", "TEST", " Test_01 ", "тест", "Тестовый2", "demo-7", "test@shop.com", "0000", "-1", "aaa", "XXXX",
     "guest", "N/A", "неизвестно", "9999", "ＴＥＳＴ"],
)  # fmt: skip
def test_ids_that_look_like_tests_or_placeholders(odd):
    got = suspects(people([1, 5, 2], ["C1", odd, "Anna"]))
    assert got[["customer_id", "reason"]].to_numpy().tolist() == [[odd, "id"]]


@pytest.mark.parametrize(
    "usual",
    [
        "Testa",
        "testament",
        "contest",
        "guest:3fa99b",
        "protest1",
        "Anna",
        "aa",
        "1001",
        "0001",
        "Demolin",
        "aab",
    ],
)
def test_ids_that_are_usual(usual):
    assert suspects(people([1, 5, 2], ["C1", usual, "Anna"])).empty


def test_where_ids_are_numbers_a_repeated_digit_is_none_but_all_zeros_are():
    got = suspects(people([1, 2, 3, 4], ["1110", "1111", "99999", "00000"]))
    assert got["customer_id"].tolist() == ["00000"]


def test_suspects_come_by_size():
    got = suspects(people([10] * 60 + [500, 10, 800], [*(f"C{n}" for n in range(60)), "Ann", "test", "Bob"]))
    assert got["customer_id"].tolist() == ["Bob", "Ann", "test"]


# --- stated revenue -------------------------------------------------------------------------------------

YEAR = days(*[5] * 366)  # 50 a day in 2024


def stated(*figures: tuple[str, float]) -> pd.DataFrame:
    figures = [StatedRevenue(period=period, amount=amount) for period, amount in figures]
    return reconcile(YEAR, figures, history_start=date(2024, 1, 1), as_of=date(2024, 12, 31))


def test_stated_revenue_is_compared_period_by_period():
    got = stated(("2024-Q4", 4500.0), ("2024-02", 1450.0), ("2023-12", 7.0), ("2024-12-31..2025-01-01", 9.0))
    assert got["period"].tolist() == ["2023-12", "2024-02", "2024-Q4", "2024-12-31..2025-01-01"]
    # 29 days of February, 92 of the quarter
    assert got["found"].tolist()[1:3] == [1450.0, 4600.0]
    assert got["difference"].tolist()[1:3] == [0.0, 100.0]
    assert got["share"].tolist()[1:3] == pytest.approx([0.0, 100 / 4500])
    assert got["reason"].tolist() == ["before", "", "", "after"]
    assert got.loc[[0, 3], ["found", "difference", "share"]].isna().all(axis=None)


def test_stated_zero_is_met_by_zero_only():
    assert stated(("2024-02", 0.0))["share"].tolist() == [np.inf]
    silent = days(*[0] * 31)
    got = reconcile(
        silent,
        [StatedRevenue(period="2024-01", amount=0.0)],
        history_start=date(2024, 1, 1),
        as_of=date(2024, 1, 31),
    )
    assert got["share"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("amount", "verdict"),
    [
        (1450.0, "pass"),
        (1436.0, "pass"),
        (1464.0, "pass"),
        (1430.0, "warn"),
        (1520.0, "warn"),
        (1380.0, "fail"),
    ],
)
def test_the_stated_figure_furthest_off_decides(amount, verdict):
    found = checks_of(stated=stated(("2024-03", 1550.0), ("2024-02", amount)))["stated"]
    assert (found.verdict, found.found) == (verdict, pytest.approx(abs(1450 - amount) / amount))


def test_without_a_stated_figure_an_a_is_possible():
    outside = stated(("2023-12", 7.0))
    for table in (NOTHING_STATED, outside):
        found = checks_of(stated=table)
        assert found["stated"].verdict == "not checked"
        assert grade_of(list(found.values())) == "A"
        assert "stated" not in [check.key for check in graded(list(found.values()))]


# --- policies -------------------------------------------------------------------------------------------

NO_IDENTITY = pd.DataFrame({"identity": [], "rows": [], "customers": [], "amount": []})


def test_every_policy_has_words_for_every_value():
    assert list(POLICY_WORDS) == list(POLICY_NAMES) == list(Policies.model_fields)
    for name, field in Policies.model_fields.items():
        choices = [choice for choice in get_args(field.annotation) if isinstance(choice, str)]
        assert set(choices) <= set(POLICY_WORDS[name])
        assert choices or "" in POLICY_WORDS[name]


def test_policies_with_what_they_decided():
    identity = pd.DataFrame(
        {
            "identity": ["id", "recognised", "contact", "none"],
            "rows": [10, 2, 3, 5],
            "customers": [4, 1, 2, 0],
        }
    ).assign(amount=[100.0, 20.0, 35.0, 50.0])
    account = row_account(
        ("used", 15, 155.0), ("refund", 2, -9.0), ("orphan_refund", 1, -4.0), ("cancelled", 3, 30.0),
        ("bad_date", 1, 6.0), ("bad_amount", 1, np.nan), ("no_customer", 5, 50.0),
    )  # fmt: skip
    got = policies_in_force(Policies(zero_amount="keep"), account, identity).set_index("policy")
    assert got["value"].to_dict() == {
        "duplicates": "auto", "cancelled": "exclude", "test_orders": "exclude", "exclude_customers": "none",
        "guests": "contact", "refunds": "net", "zero_amount": "keep", "other_currency": "refuse",
        "unreadable_share": "0.01",
    }  # fmt: skip
    touched = {policy: (row.rows, row.amount) for policy, row in got.iterrows()}
    assert touched["cancelled"] == (3, 30.0)
    assert touched["guests"] == (5, 55.0)  # the guests who could be named: 2 + 3 rows
    assert touched["zero_amount"] == (0, 0.0)
    assert touched["unreadable_share"] == (2, 6.0)
    assert got.loc["zero_amount", "meaning"] == "orders of zero count as purchases"


def test_policies_set_otherwise():
    account = row_account(("used", 15, 155.0), ("excluded_customer", 4, 40.0), ("no_customer", 5, 50.0))
    policies = Policies(exclude_customers=("C1", "C2"), guests="exclude")
    got = policies_in_force(policies, account, NO_IDENTITY).set_index("policy")
    assert got.loc["exclude_customers"].tolist() == [
        "C1, C2",
        "these customers are left out with all their orders",
        4,
        40.0,
    ]
    assert got.loc["guests", ["rows", "amount"]].tolist() == [5, 50.0]


# --- checks and grade -----------------------------------------------------------------------------------


def test_a_shop_closed_on_sundays_is_not_asked_about_them():
    busy = [50, 50, 50, 50, 50, 50, 0] * 60
    assert checks_of(activity=days(*busy))["silence"] == Check("silence", "pass", 0)
    assert weekly_activity(days(*busy))["questioned_days"].sum() == 0
    # A silent Monday after the Sunday is one stretch of two days, in which 50 orders are missing.
    assert checks_of(activity=days(*without(busy, 70)))["silence"] == Check("silence", "warn", 2)


def test_a_hole_in_a_thin_log_is_found():
    # An order every third day for 600 days, then 200 days of nothing, then orders again: 50 orders missing.
    thin = [1, 0, 0] * 200
    assert checks_of(activity=days(*thin, *[0] * 200, *thin))["silence"] == Check("silence", "warn", 202)
    assert checks_of(activity=days(*thin, *thin))["silence"] == Check("silence", "pass", 2)


@pytest.mark.parametrize(("silent_days", "verdict"), [(0, "pass"), (2, "pass"), (3, "warn")])
def test_silence_is_a_reservation_beyond_fourteen_expected_orders(silent_days, verdict):
    # 7 orders on the usual day: two silent days lack 14, three lack 21.
    found = checks_of(activity=days(*[7] * 400, *[0] * silent_days, *[7] * 10))["silence"]
    assert (found.verdict, found.found) == (verdict, silent_days)


@pytest.mark.parametrize(("lost", "verdict"), [(1, "pass"), (2, "warn"), (5, "warn"), (6, "fail")])
@pytest.mark.parametrize("use", ["bad_date", "bad_amount", "ragged", "other_currency", "orphan_refund"])
def test_rows_that_the_data_fail(use, lost, verdict):
    found = checks_of(("used", 98 - lost, 1.0), ("refund", 1, 0.0), ("refunded", 1, 0.0), (use, lost, 0.0))
    assert found["rows"] == Check("rows", verdict, pytest.approx((100 - lost) / 100))
    assert found["by_rule"] == Check("by_rule", "pass", 0.0)


@pytest.mark.parametrize(
    "use",
    ["cancelled", "test", "duplicate", "zero_amount", "total_row", "repeated_header", "excluded_customer",
     "refund_left_out"],
)  # fmt: skip
@pytest.mark.parametrize(("rows", "verdict"), [(25, "pass"), (26, "warn"), (90, "warn")])
def test_rows_left_out_by_rule_are_no_fault_of_the_data_unless_many(use, rows, verdict):
    found = checks_of(("used", 100 - rows, 1000.0), (use, rows, 9000.0), ("before_start", 500, 5000.0))
    assert found["by_rule"] == Check("by_rule", verdict, pytest.approx(rows / 100))
    assert (found["rows"].found, found["revenue"].found) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("left_out", "verdict", "share"),
    [
        (0.0, "pass", 1.0),
        (10.0, "pass", 0.990099),  # 1000 of 1010
        (50.0, "warn", 0.952381),
        (60.0, "fail", 0.943396),
        (-60.0, "fail", 0.943396),  # refunds of nothing: revenue used is not 106 per cent
    ],
)
def test_money_that_the_data_fail_counts_by_its_size(left_out, verdict, share):
    use = "orphan_refund" if left_out < 0 else "bad_date"
    found = checks_of(("used", 990, 1000.0), (use, 1, left_out))["revenue"]
    assert (found.verdict, found.found) == (verdict, pytest.approx(share, abs=5e-7))


def test_refunds_do_not_make_up_for_lost_orders():
    # 100 lost and 100 refunded: the plain sum is 1000 of 1000, yet a sixth of what moved is missing.
    found = checks_of(("used", 990, 1000.0), ("bad_date", 1, 100.0), ("orphan_refund", 1, -100.0))["revenue"]
    assert (found.verdict, found.found) == ("fail", pytest.approx(1000 / 1200))


def test_revenue_without_any_amount_is_not_checked_which_is_a_reservation():
    checks = checks_of(("used", 5, 0.0))
    assert checks["revenue"].verdict == "not checked"
    assert np.isnan(checks["revenue"].found)
    assert grade_of(list(checks.values())) == "B"  # so is the share without a customer


@pytest.mark.parametrize(
    ("amount", "verdict"), [(0.0, "pass"), (5.0, "pass"), (6.0, "warn"), (20.0, "warn"), (21.0, "fail")]
)
def test_revenue_without_a_customer(amount, verdict):
    found = checks_of(("used", 90, 100.0 - amount), ("no_customer", 50, amount))
    assert found["no_customer"] == Check("no_customer", verdict, pytest.approx(amount / 100))
    # It is judged here and nowhere else.
    assert {check.verdict for key, check in found.items() if key not in ("no_customer", "stated")} == {"pass"}


@pytest.mark.parametrize(("length", "verdict"), [(365, "pass"), (364, "warn"), (180, "warn"), (179, "fail")])
def test_history(length, verdict):
    assert checks_of(activity=days(*[5] * length))["history"] == Check("history", verdict, length)


@pytest.mark.parametrize(
    ("mixed", "verdict"), [(0, "pass"), (20, "pass"), (21, "warn"), (50, "warn"), (51, "fail")]
)
def test_customers_who_may_be_old(mixed, verdict):
    found = checks_of(known=customers(mixed=mixed, new=100 - mixed))["mixed"]
    assert (found.verdict, found.found) == (verdict, pytest.approx(mixed / 100))


@pytest.mark.parametrize(("number", "verdict"), [(0, "pass"), (1, "warn"), (3, "warn")])
def test_breaks_and_suspects_are_reservations(number, verdict):
    found = checks_of(breaks=number, suspects=number)
    assert found["breaks"] == Check("breaks", verdict, number)
    assert found["suspects"] == Check("suspects", verdict, number)


def test_a_log_too_short_for_breaks_is_told_apart_and_not_graded_down():
    found = checks_of(breaks=None)
    assert found["breaks"].verdict == "not checked"
    assert grade_of(list(found.values())) == "A"


def test_thresholds_can_be_set():
    limits = Thresholds(history_days=(100, 50), used_share=(0.5, 0.4), by_rule_share=0.6)
    found = checks_of(
        ("used", 50, 500.0), ("bad_date", 25, 250.0), ("cancelled", 50, 5.0),
        activity=days(*[5] * 100), stated=stated(("2024-02", 1450.0)), thresholds=limits,
    )  # fmt: skip
    assert list(found) == [
        "rows", "revenue", "by_rule", "no_customer", "history", "silence", "breaks", "mixed", "suspects", "stated",
    ]  # fmt: skip
    assert {check.verdict for check in found.values()} == {"pass"}


@pytest.mark.parametrize(
    ("verdicts", "grade"),
    [
        (["pass"] * 5, "A"),
        (["warn", "pass", "pass", "pass", "pass"], "B"),
        (["not checked", "warn", "pass", "pass", "pass"], "B"),
        (["warn", "warn", "warn", "pass", "pass"], "C"),
        (["warn"] * 5, "C"),
        (["fail", "pass", "pass", "pass", "pass"], "D"),
        (["warn", "warn", "warn", "warn", "fail"], "D"),
    ],
)
def test_grades(verdicts, grade):
    assert grade_of([Check("rows", verdict, 0.0) for verdict in verdicts]) == grade


# --- the whole ------------------------------------------------------------------------------------------


def whole(**changes):
    daily = days(*[5] * 366).astype({"day": object})
    tables = {
        "row_account": row_account(("used", 1830, 18300.0), ("cancelled", 30, 300.0)),
        "daily": daily,
        "customers": people([305.0] * 60).assign(is_mixed=False),
        "stated_revenue": [StatedRevenue(period="2024-02", amount=1450.0)],
        "history_start": date(2024, 1, 1),
    } | changes
    return data_passport(**tables, as_of=date(2024, 12, 31))


def test_the_whole_passport_of_good_data():
    got = whole()
    assert got.grade == "A"
    # Fifty-two weeks are too few to look for breaks.
    assert {check.key: check.verdict for check in got.checks if check.verdict != "pass"} == {
        "breaks": "not checked"
    }
    assert got.account["rows"].tolist() == [1830, 1830, 30, 30, 1860]
    assert len(got.weekly) == 52
    assert not got.weekly["is_shift"].any()


def test_what_is_found_reaches_the_checks():
    daily = days(*[20] * 420, *[5] * 311, start="2023-01-01")
    known = people([80.0] * 60, ["test", *(f"C{n}" for n in range(59))]).assign(is_mixed=False)
    orders = int(daily["orders"].sum())
    got = whole(
        row_account=row_account(("used", orders, 10.0 * orders)),
        daily=daily,
        customers=known,
        stated_revenue=(),
        history_start=date(2023, 1, 1),
    )
    found = {check.key: check.verdict for check in got.checks if check.verdict != "pass"}
    assert found == {"breaks": "warn", "suspects": "warn", "stated": "not checked"}
    assert got.weekly.index[got.weekly["is_shift"]].tolist() == [60]
    assert got.grade == "B"


def test_a_passport_that_does_not_balance_is_refused():
    with pytest.raises(
        TableError, match=r"^The account of rows does not balance: its net revenue is 18400\.00"
    ):
        whole(row_account=row_account(("used", 1830, 18400.0)))


def test_a_short_log_has_a_passport_too():
    got = data_passport(
        row_account(("used", 1, 10.0)),
        days(1, start="2024-03-05"),
        people([10.0]).assign(is_mixed=True),
        history_start=date(2024, 3, 5),
        as_of=date(2024, 3, 5),
    )
    assert got.grade == "D"
    assert got.weekly.empty
    assert {check.key: check.verdict for check in got.checks}["breaks"] == "not checked"


def test_money_that_cannot_be_read_is_unknown_not_zero():
    account = row_account(("used", 5, 50.0), ("other_currency", 3, np.nan))
    identity = pd.DataFrame({"identity": ["id"], "rows": [8], "customers": [2], "amount": [50.0]})
    table = policies_in_force(Policies(), account, identity).set_index("policy")
    assert np.isnan(table.loc["other_currency", "amount"])
    assert (table.loc["zero_amount", "rows"], table.loc["zero_amount", "amount"]) == (0, 0.0)

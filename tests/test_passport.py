"""The data passport, counted by hand: what was used, what was silent, what it is worth."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from retention_utils.errors import TableError
from retention_utils.passport import (
    Check,
    Thresholds,
    daily_activity,
    data_checks,
    grade_of,
    oddest_silence,
    use_account,
    weekly_activity,
)
from retention_utils.quality import USES

COUNTS = ["orders", "buyers", "first_purchases"]


def row_account(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["use", "rows", "amount"])


def days(*orders: int) -> pd.DataFrame:
    day = pd.date_range("2024-01-01", periods=len(orders))
    return pd.DataFrame({"day": day, "orders": orders, "amount": [10.0 * count for count in orders]})


def customers(*, mixed: int, new: int) -> pd.DataFrame:
    return pd.DataFrame({"is_mixed": [True] * mixed + [False] * new})


def checks_of(
    account: pd.DataFrame | None = None,
    activity: pd.DataFrame | None = None,
    known: pd.DataFrame | None = None,
) -> dict[str, Check]:
    found = data_checks(
        use_account(row_account(("used", 100, 1000.0)), uses=USES) if account is None else account,
        days(*[5] * 365) if activity is None else activity,
        customers(mixed=0, new=10) if known is None else known,
    )
    return {check.key: check for check in found}


def test_every_row_is_accounted_for():
    # 6 + 3 + 1 rows; 60 % used; the amount of unreadable rows is unknown, not zero.
    got = use_account(
        row_account(("bad_amount", 1, np.nan), ("used", 6, 90.0), ("no_customer", 3, 10.0)), uses=USES
    )
    assert got["use"].tolist() == ["used", "no customer id", "amount cannot be read", "all rows"]
    assert got["rows"].tolist() == [6, 3, 1, 10]
    assert got["row_share"].tolist() == pytest.approx([0.6, 0.3, 0.1, 1.0])
    assert got["amount"].iloc[[0, 1, 3]].tolist() == [90.0, 10.0, 100.0]
    assert np.isnan(got["amount"].iloc[2])


def test_a_use_without_words_is_not_lost_silently():
    with pytest.raises(TableError, match=r"rows of the use \['stolen'\]; add words for them to 'uses'"):
        use_account(row_account(("used", 6, 90.0), ("stolen", 2, 5.0)), uses=USES)


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match=r"'row_account' lacks \['rows'\].*Did you mean 'row'"):
        use_account(row_account(("used", 6, 90.0)).rename(columns={"rows": "row"}), uses=USES)


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
    assert list(got.columns) == ["week", "orders", "amount", "questioned_days"]
    assert got["week"].dt.day.tolist() == [1, 8]
    assert got["orders"].tolist() == [28, 5]
    assert got["amount"].tolist() == [280.0, 50.0]
    assert weekly_activity(days(1, 2, 3)).empty


@pytest.mark.parametrize(
    ("surprise", "questioned"), [(2.9, [0, 2]), (3.0, [0, 0]), (Thresholds().gap_surprise, [0, 0])]
)
def test_only_silence_beyond_the_threshold_is_questioned(surprise, questioned):
    # Silent on Monday 8 and Tuesday 9 January. Mondays bring 1, 0, 50: median 1; Tuesdays 2, 0, 50: median 2.
    activity = days(1, 2, 3, 4, 5, 6, 7, 0, 0, 1, 1, 1, 1, 1, 50, 50)
    got = weekly_activity(activity, thresholds=Thresholds(gap_surprise=surprise))
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


@pytest.mark.parametrize(("used", "verdict"), [(99, "pass"), (98, "warn"), (95, "warn"), (94, "fail")])
def test_rows_used(used, verdict):
    account = use_account(row_account(("used", used, 1.0), ("zero_amount", 100 - used, 0.0)), uses=USES)
    assert checks_of(account)["rows"] == Check("rows", verdict, pytest.approx(used / 100))


@pytest.mark.parametrize(
    ("left_out", "verdict", "share"),
    [
        (0.0, "pass", 1.0),
        (10.0, "pass", 0.990099),  # 1000 of 1010
        (50.0, "warn", 0.952381),
        (60.0, "fail", 0.943396),
        (-60.0, "fail", 0.943396),  # refunds left out: revenue used is not 106 per cent
    ],
)
def test_revenue_used_counts_refunds_by_their_size(left_out, verdict, share):
    use = "negative_amount" if left_out < 0 else "no_customer"
    account = use_account(row_account(("used", 990, 1000.0), (use, 1, left_out)), uses=USES)
    found = checks_of(account)["revenue"]
    assert (found.verdict, found.found) == (verdict, pytest.approx(share, abs=5e-7))


def test_refunds_do_not_make_up_for_lost_orders():
    # 100 lost and 100 refunded: the plain sum is 1000 of 1000, yet a sixth of what moved is left out.
    rows = row_account(("used", 990, 1000.0), ("no_customer", 1, 100.0), ("negative_amount", 1, -100.0))
    found = checks_of(use_account(rows, uses=USES))["revenue"]
    assert (found.verdict, found.found) == ("fail", pytest.approx(1000 / 1200))


def test_revenue_without_any_amount_is_not_checked():
    found = checks_of(use_account(row_account(("used", 5, 0.0)), uses=USES))["revenue"]
    assert found.verdict == "not checked"
    assert np.isnan(found.found)


@pytest.mark.parametrize(("length", "verdict"), [(365, "pass"), (364, "warn"), (180, "warn"), (179, "fail")])
def test_history(length, verdict):
    assert checks_of(activity=days(*[5] * length))["history"] == Check("history", verdict, length)


@pytest.mark.parametrize(
    ("mixed", "verdict"), [(0, "pass"), (20, "pass"), (21, "warn"), (50, "warn"), (51, "fail")]
)
def test_customers_who_may_be_old(mixed, verdict):
    found = checks_of(known=customers(mixed=mixed, new=100 - mixed))["mixed"]
    assert (found.verdict, found.found) == (verdict, pytest.approx(mixed / 100))


def test_thresholds_can_be_set():
    found = data_checks(
        use_account(row_account(("used", 100, 1000.0)), uses=USES),
        days(*[5] * 100),
        customers(mixed=0, new=1),
        thresholds=Thresholds(history_days=(100, 50)),
    )
    assert [check.key for check in found] == ["rows", "revenue", "history", "silence", "mixed"]
    assert {check.verdict for check in found} == {"pass"}


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

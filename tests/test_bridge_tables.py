"""Revenue against the stretch before: on paper, and against plain Python on random logs."""

from datetime import date

from hypothesis import given, settings
from order_samples import CALENDARS, ORDERS, PAPER, PAPER_CALENDAR, purchases_of, records

from retention_utils.bridge_tables import order_bridge, year_stretches
from retention_utils.period_tables import customer_periods

MONEY = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing")
PEOPLE = tuple(f"customers_{name}" for name in ("opening", "new", "reactivation", "churn", "closing"))


def bridge_of(orders, calendar):
    bought = customer_periods(purchases_of(orders), calendar=calendar, gap_days=30)
    return order_bridge(bought, periods=len(calendar), span="period")


def test_on_paper():
    # January: ann 35, bob 7, cem 9. February: dea 4, fay 5. March: ann 8, dea 6, eli 2. April: cem 3, eli 1.
    found = bridge_of(PAPER, PAPER_CALENDAR)
    assert records(found, "period_number", *MONEY) == [
        (0, 0, 51, 0, 0, 0, 0, 51), (1, 51, 9, 0, 0, 0, 51, 9), (2, 9, 2, 8, 2, 0, 5, 16),
        (3, 16, 0, 3, 0, 1, 14, 4),
    ]  # fmt: skip
    assert records(found, "period_number", *PEOPLE) == [
        (0, 0, 3, 0, 0, 3), (1, 3, 2, 0, 3, 2), (2, 2, 1, 1, 1, 3), (3, 3, 0, 1, 2, 2)
    ]  # fmt: skip
    # Of March's buyers: dea 4 -> 6; of April's: eli 2 -> 1.
    assert records(found, "period_number", "opening_squares", "kept_squares", "kept_products") == [
        (0, 0, 0, 0), (1, 35**2 + 7**2 + 9**2, 0, 0), (2, 4**2 + 5**2, 36, 24), (3, 8**2 + 6**2 + 2**2, 1, 2)
    ]  # fmt: skip
    assert records(found, "period_number", "capped_squares", "capped_products")[2:] == [
        (2, 16, 16),
        (3, 1, 2),
    ]


@settings(deadline=None, max_examples=15)
@given(ORDERS, CALENDARS)
def test_the_account_is_what_python_counts(orders, calendar):
    spent: dict[int, dict[str, int]] = {number: {} for number in range(-1, len(calendar))}
    for who, when, amount in orders:
        number = next(n for n, period in enumerate(calendar) if period.start <= when < period.end)
        spent[number][who] = spent[number].get(who, 0) + amount
    expected = []
    for number in range(len(calendar)):
        was, now = spent[number - 1], spent[number]
        known = {who for earlier in range(number) for who in spent[earlier]}
        both = was.keys() & now.keys()
        expected.append(
            (
                number,
                sum(was.values()),
                sum(now[who] for who in now.keys() - known),
                sum(now[who] for who in (now.keys() & known) - was.keys()),
                sum(max(now[who] - was[who], 0) for who in both),
                sum(max(was[who] - now[who], 0) for who in both),
                sum(was[who] for who in was.keys() - now.keys()),
                sum(now.values()),
            )
        )
    assert records(bridge_of(orders, calendar), "period_number", *MONEY) == expected
    assert all(sum(row[1:5]) - row[5] - row[6] == row[7] for row in expected)


def test_years_end_with_the_day_and_keep_what_lies_before_apart():
    years = year_stretches(date(2024, 4, 30), date(2022, 1, 10))
    assert [period.key for period in years[1:]] == ["2022-05-01..2023-04-30", "2023-05-01..2024-04-30"]
    assert (years[0].start, years[0].end) == (date(2022, 1, 10), date(2022, 5, 1))
    orders = [("ann", "2022-02-01", "5.00"), ("ann", "2022-06-01", "7.00"), ("ann", "2023-06-01", "4.00"),
              ("bob", "2022-03-01", "3.00"), ("bob", "2023-07-01", "2.00")]  # fmt: skip
    assert records(bridge_of(orders, years), "period_number", *MONEY)[2] == (2, 7, 0, 2, 0, 3, 0, 6)
    short = year_stretches(date(2024, 4, 30), date(2024, 1, 10))
    assert [period.days for period in short] == [0]

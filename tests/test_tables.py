"""Every aggregation of the engine: counted on paper, and against sets and sums in plain Python on random logs."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import ibis
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from order_samples import (
    CALENDARS,
    ORDERS,
    PAPER,
    PAPER_AS_OF,
    PAPER_CALENDAR,
    order_rows,
    purchases_of,
    records,
)

from retention_utils import period_tables, tables
from retention_utils.periods import calendar_to, parse_period

GAPS = st.sampled_from([7, 20, 30, 31, 60])
RANDOM = settings(deadline=None, max_examples=15)


def day(text):
    return date.fromisoformat(text)


def by_customer(orders):
    """Return the days of every customer in order, each with its number of orders and its amount."""
    summed = defaultdict(lambda: defaultdict(lambda: [0, Decimal(0)]))
    for row in order_rows(orders):
        event = summed[row["customer_id"]][row["day"]]
        event[0] += 1
        event[1] += row["amount"]
    return {customer: dict(sorted(events.items())) for customer, events in summed.items()}


def periods_of(orders, calendar, gap_days=30):
    return period_tables.customer_periods(purchases_of(orders), calendar=calendar, gap_days=gap_days)


def movements_of(orders, calendar, gap_days):
    return period_tables.movements(periods_of(orders, calendar, gap_days), periods=len(calendar))


def number_of(when, calendar):
    return next(number for number, period in enumerate(calendar) if period.start <= when < period.end)


# --- purchases -------------------------------------------------------------------------------------------------


def test_purchases_on_paper():
    found = records(
        purchases_of(PAPER), "customer_id", "day", "orders", "amount", "order_rank", "first_day", "next_day"
    )
    assert len(found) == 11  # twelve orders, two of them on one day
    first = day("2024-01-10")
    assert [row for row in found if row[0] == "ann"] == [
        ("ann", first, 2, Decimal(15), 1, first, day("2024-01-25")),
        ("ann", day("2024-01-25"), 1, Decimal(20), 2, first, day("2024-03-20")),
        ("ann", day("2024-03-20"), 1, Decimal(8), 3, first, None),
    ]
    assert [row[4] for row in found] == [1, 2, 3, 1, 1, 2, 1, 2, 1, 2, 1]


def test_only_used_rows_are_purchases():
    rows = order_rows(PAPER[:3])
    rows[1]["use"] = "zero_amount"
    found = records(tables.purchases(ibis.memtable(pa.Table.from_pylist(rows))), "day", "orders", "amount")
    assert found == [(day("2024-01-10"), 1, Decimal(10)), (day("2024-01-25"), 1, Decimal(20))]


def purchases_from(*rows, **how):
    """Make purchases of (use, customer, day, amount, order id)."""
    names = ("use", "customer_id", "day", "amount", "order_id")
    types = (pa.string(), pa.string(), pa.date32(), pa.decimal128(18, 4), pa.string())
    values = [(use, who, day(when), Decimal(amount), order) for use, who, when, amount, order in rows]
    table = pa.table(
        {
            name: pa.array(column, kind)
            for name, kind, column in zip(names, types, zip(*values, strict=True), strict=True)
        }
    )
    return records(
        tables.purchases(ibis.memtable(table), **how), "customer_id", "day", "orders", "amount", "order_rank"
    )


def test_refunds_take_money_off_but_no_purchase():
    found = purchases_from(
        ("used", "ann", "2024-01-10", "50", "1"),
        ("used", "ann", "2024-01-10", "5.005", "2"),
        ("refund", "ann", "2024-01-10", "-20.25", "9"),
        ("refund", "ann", "2024-01-10", "-5", "2"),
        ("refunded", "ann", "2024-02-10", "99", "3"),
        ("orphan_refund", "ann", "2024-02-10", "-7", "8"),
        ("used", "bob", "2024-01-10", "3", "4"),
        ("refund", "bob", "2024-01-10", "-3", "4"),
    )
    assert found == [
        ("ann", day("2024-01-10"), 2, Decimal("29.76"), 1),  # 29.755, a half away from zero
        ("ann", day("2024-02-10"), 1, Decimal(0), 2),
        ("bob", day("2024-01-10"), 1, Decimal(0), 1),
    ]


def test_lines_of_an_order_are_one_order():
    lines = [
        ("used", "ann", "2024-01-10", "5", "1"),
        ("used", "ann", "2024-01-10", "5", "1"),
        ("used", "ann", "2024-01-10", "2", "2"),
        ("refund", "ann", "2024-01-10", "-2", "7"),
        ("used", "bob", "2024-01-10", "1", "1"),  # one id, two customers
    ]
    assert [row[2:4] for row in purchases_from(*lines, grain="lines")] == [
        (2, Decimal(10)),
        (1, Decimal(1)),
    ]
    assert [row[2] for row in purchases_from(*lines)] == [3, 1]


@given(ORDERS)
@RANDOM
def test_purchases_are_the_days_of_every_customer(orders):
    expected = []
    for customer, events in by_customer(orders).items():
        days = list(events)
        for rank, when in enumerate(days, start=1):
            following = days[rank] if rank < len(days) else None
            expected.append((customer, when, *events[when], rank, days[0], following))
    found = purchases_of(orders).select(
        "customer_id", "day", "orders", "amount", "order_rank", "first_day", "next_day"
    )
    assert records(found) == sorted(expected)


# --- customers -------------------------------------------------------------------------------------------------

CUSTOMER_COLUMNS = [
    "customer_id", "first_day", "last_day", "cohort", "is_mixed", "orders", "frequency", "recency_days", "age_days",
    "amount", "repeat_amount",
]  # fmt: skip


def test_customers_on_paper():
    table = tables.customers(
        purchases_of(PAPER), as_of=PAPER_AS_OF, calendar=PAPER_CALENDAR, warmup_until=day("2024-01-10")
    )
    assert records(table, *CUSTOMER_COLUMNS) == [
        ("ann", day("2024-01-10"), day("2024-03-20"), 0, False, 4, 2, 70, 111, Decimal(43), Decimal(28)),
        ("bob", day("2024-01-02"), day("2024-01-02"), 0, True, 1, 0, 0, 119, Decimal(7), Decimal(0)),
        ("cem", day("2024-01-01"), day("2024-04-15"), 0, True, 2, 1, 105, 120, Decimal(12), Decimal(3)),
        ("dea", day("2024-02-29"), day("2024-03-31"), 1, False, 2, 1, 31, 61, Decimal(10), Decimal(6)),
        ("eli", day("2024-03-02"), day("2024-04-30"), 2, False, 2, 1, 59, 59, Decimal(3), Decimal(1)),
        ("fay", day("2024-02-01"), day("2024-02-01"), 1, False, 1, 0, 0, 89, Decimal(5), Decimal(0)),
    ]


@given(ORDERS, CALENDARS, st.integers(0, 60))
@RANDOM
def test_customers_are_sums_of_their_days(orders, calendar, warmup_days):
    as_of, warmup_until = calendar[-1].last_day, calendar[0].start + timedelta(days=warmup_days)
    expected = []
    for customer, events in by_customer(orders).items():
        first, last = min(events), max(events)
        total = sum(amount for _, amount in events.values())
        expected.append(
            (
                customer, first, last, number_of(first, calendar), first < warmup_until,
                sum(orders for orders, _ in events.values()), len(events) - 1, (last - first).days,
                (as_of - first).days, total, total - events[first][1],
            )
        )  # fmt: skip
    table = tables.customers(purchases_of(orders), as_of=as_of, calendar=calendar, warmup_until=warmup_until)
    assert records(table, *CUSTOMER_COLUMNS) == sorted(expected)


# --- daily -----------------------------------------------------------------------------------------------------


def test_days_on_paper():
    shared = [*PAPER, ("bob", "2024-03-20", "0.50"), ("gus", "2024-03-20", "1.50")]
    found = {row[0]: row[1:] for row in records(tables.daily(purchases_of(shared)))}
    assert len(found) == 11
    assert found[day("2024-01-01")] == (1, 1, 1, Decimal(9))
    assert found[day("2024-01-10")] == (2, 1, 1, Decimal(15))  # two orders of one buyer
    assert found[day("2024-01-25")] == (1, 1, 0, Decimal(20))
    assert found[day("2024-03-20")] == (3, 3, 1, Decimal(10))
    assert day("2024-01-03") not in found


# --- movements -------------------------------------------------------------------------------------------------

MOVES = ["period_number", "active_start", "new", "reactivated", "lapsed", "active_end"]
ACTIVITY = ["period_number", "joined", "buyers", "orders", "purchase_days", "amount"]


def test_movements_on_paper():
    table = movements_of(PAPER, PAPER_CALENDAR, 30)
    assert records(table, *MOVES) == [
        (0, 0, 2, 0, 0, 2),  # Ann and Bob; Cem is silent for 31 days at the end of January
        (1, 2, 2, 0, 2, 2),  # Dea and Fay come; Ann and Bob lapse
        (2, 2, 1, 1, 1, 3),  # Eli comes, Ann comes back, Fay lapses; Dea's break falls within March
        (
            3,
            3,
            0,
            1,
            2,
            2,
        ),  # Cem comes back, active for the first time; Ann and Dea lapse; Eli's break within
    ]
    assert records(table, *ACTIVITY) == [
        (0, 3, 3, 5, 4, Decimal(51)),
        (1, 2, 2, 2, 2, Decimal(9)),
        (2, 1, 3, 3, 3, Decimal(16)),
        (3, 0, 2, 2, 2, Decimal(4)),
    ]


@pytest.mark.parametrize(
    ("gap_days", "ends"), [(7, [1, 1, 1, 1]), (29, [1, 2, 2, 2]), (31, [3, 2, 3, 3]), (3650, [3, 5, 6, 6])]
)
def test_the_base_at_the_end_of_every_period_for_other_gaps_on_paper(gap_days, ends):
    # 7: Ann's 25 January is 7 days before 1 February; Dea's days are the last of their months, Eli's of April.
    # 29: Bob's 30 days are too many; Eli's 2 March is 30 days before 1 April.
    # 31: Cem counts in January; Dea's 31 March is 31 days before 1 May.
    table = movements_of(PAPER, PAPER_CALENDAR, gap_days)
    assert [row[1] for row in records(table, "period_number", "active_end")] == ends


def test_periods_without_a_purchase_still_have_their_row():
    calendar = calendar_to(parse_period("2024-06"), date(2024, 1, 1))
    table = movements_of([("ann", "2024-02-10", "1")], calendar, 60)
    assert records(table, *MOVES) == [
        (0, 0, 0, 0, 0, 0),
        (1, 0, 1, 0, 0, 1),
        (2, 1, 0, 0, 0, 1),  # 1 April is 51 days after 10 February
        (3, 1, 0, 0, 1, 0),
        (4, 0, 0, 0, 0, 0),
        (5, 0, 0, 0, 0, 0),
    ]
    assert records(table, *ACTIVITY)[2:] == [(number, 0, 0, 0, 0, Decimal(0)) for number in range(2, 6)]


def active_at(boundary, histories, gap_days):
    """Return who is active: the last purchase day before the boundary is at most gap_days before it."""
    last = {
        who: max((when for when in events if when < boundary), default=None)
        for who, events in histories.items()
    }
    return {who for who, when in last.items() if when and (boundary - when).days <= gap_days}


@given(ORDERS, CALENDARS, GAPS)
@example([("a", date(2024, 1, 31), Decimal(1)), ("a", date(2024, 3, 1), Decimal(1))], PAPER_CALENDAR, 30)
@example([("a", date(2024, 1, 1), Decimal(1)), ("a", date(2024, 1, 31), Decimal(1))], PAPER_CALENDAR, 7)
@settings(deadline=None, max_examples=20)
def test_movements_are_those_between_the_sets_of_active_customers(orders, calendar, gap_days):
    histories = by_customer(orders)
    expected = []
    for number, period in enumerate(calendar):
        start, end = (active_at(boundary, histories, gap_days) for boundary in (period.start, period.end))
        joined = {who for who, events in histories.items() if period.start <= min(events) < period.end}
        knew = {who for who, events in histories.items() if min(events) < period.start}
        inside = [
            (who, *event)
            for who, events in histories.items()
            for when, event in events.items()
            if period.start <= when < period.end
        ]
        moves = (len(start), len(end & joined), len((end - start) & knew), len(start - end), len(end))
        activity = (
            len(joined), len({who for who, *_ in inside}), sum(count for _, count, _ in inside), len(inside),
            sum((amount for *_, amount in inside), Decimal(0)),
        )  # fmt: skip
        expected.append((number, *moves, *activity))
    table = movements_of(orders, calendar, gap_days)
    found = records(table, *MOVES, *ACTIVITY[1:])
    assert found == expected
    for _, active_start, new, reactivated, lapsed, active_end, *_ in found:
        assert active_end == active_start + new + reactivated - lapsed
    assert [row[1] for row in found] == [0, *(row[5] for row in found[:-1])]


# --- period sums -----------------------------------------------------------------------------------------------

SUMS = ["period_number", "amount_squares", "amount_products", "buyers_of_both"]


def test_period_sums_on_paper():
    # January: Ann 35, Bob 7, Cem 9. February: Dea 4, Fay 5. March: Ann 8, Dea 6, Eli 2. April: Cem 3, Eli 1.
    # Only Dea buys in February and March, only Eli in March and April; Ann skips February, Cem two months.
    assert records(period_tables.period_sums(periods_of(PAPER, PAPER_CALENDAR)), *SUMS) == [
        (0, Decimal(35**2 + 7**2 + 9**2), Decimal(0), 0),
        (1, Decimal(4**2 + 5**2), Decimal(0), 0),
        (2, Decimal(8**2 + 6**2 + 2**2), Decimal(6 * 4), 1),
        (3, Decimal(3**2 + 1**2), Decimal(1 * 2), 1),
    ]


def test_period_sums_have_room_for_large_amounts():
    large = Decimal("12345678901.23")
    orders = [("ann", "2024-01-10", large), ("ann", "2024-02-10", large)]
    found = records(period_tables.period_sums(periods_of(orders, PAPER_CALENDAR)), *SUMS)
    assert found == [(0, large * large, Decimal(0), 0), (1, large * large, large * large, 1)]


@given(ORDERS, CALENDARS)
@RANDOM
def test_period_sums_are_sums_over_customers(orders, calendar):
    spent = defaultdict(Decimal)
    for row in order_rows(orders):
        spent[number_of(row["day"], calendar), row["customer_id"]] += row["amount"]
    expected = []
    for number in sorted({number for number, _ in spent}):
        now = {who: amount for (period, who), amount in spent.items() if period == number}
        both = {who for who in now if (number - 1, who) in spent}
        squares = sum(amount**2 for amount in now.values())
        products = sum((now[who] * spent[number - 1, who] for who in both), Decimal(0))
        expected.append((number, squares, products, len(both)))
    # As the mart stores it: to the last decimal.
    stored = ibis.duckdb.connect().create_table(
        "sums", period_tables.period_sums(periods_of(orders, calendar))
    )
    assert records(stored, *SUMS) == expected


# --- cohorts ---------------------------------------------------------------------------------------------------

CELLS = ["cohort", "age", "active", "orders", "amount", "repeaters"]


def test_cohort_cells_on_paper():
    # January is Ann, Bob and Cem; nobody of them buys in February: no row.
    assert records(period_tables.cohort_cells(periods_of(PAPER, PAPER_CALENDAR)), *CELLS) == [
        (0, 0, 3, 5, Decimal(51), 1),
        (0, 2, 1, 1, Decimal(8), 1),
        (0, 3, 1, 1, Decimal(3), 1),
        (1, 0, 2, 2, Decimal(9), 0),
        (1, 1, 1, 1, Decimal(6), 1),
        (2, 0, 1, 1, Decimal(2), 0),
        (2, 1, 1, 1, Decimal(1), 1),
    ]


@given(ORDERS, CALENDARS)
@RANDOM
def test_cohort_cells_are_sets_of_customers(orders, calendar):
    who, repeaters = defaultdict(set), defaultdict(set)
    counts, amounts = defaultdict(int), defaultdict(Decimal)
    for customer, events in by_customer(orders).items():
        cohort = number_of(min(events), calendar)
        for when, (count, amount) in events.items():
            cell = (cohort, number_of(when, calendar) - cohort)
            who[cell].add(customer)
            counts[cell] += count
            amounts[cell] += amount
            if when != min(events):
                repeaters[cell].add(customer)
    expected = [
        (*cell, len(who[cell]), counts[cell], amounts[cell], len(repeaters[cell])) for cell in sorted(who)
    ]
    assert records(period_tables.cohort_cells(periods_of(orders, calendar)), *CELLS) == expected


# --- waits -----------------------------------------------------------------------------------------------------

WAITS = ["order_rank", "days", "is_observed", "customers"]
EVERYONE = date(1900, 1, 1)  # no warm-up


def test_waits_on_paper():
    assert records(tables.waits(purchases_of(PAPER), as_of=PAPER_AS_OF, warmup_until=EVERYONE), *WAITS) == [
        (1, 15, True, 1),  # Ann
        (1, 31, True, 1),  # Dea
        (1, 59, True, 1),  # Eli
        (1, 89, False, 1),  # Fay still waits
        (1, 105, True, 1),  # Cem
        (1, 119, False, 1),  # Bob still waits
        (2, 0, False, 1),  # Eli's second is on the last day
        (2, 15, False, 1),  # Cem
        (2, 30, False, 1),  # Dea
        (2, 55, True, 1),  # Ann
        (3, 41, False, 1),  # Ann
    ]


def test_customers_of_the_warm_up_are_not_followed():
    # Old may have bought before the log began, so the second purchase here need not be the second ever.
    orders = [("old", "2024-01-01", "1"), ("old", "2024-01-20", "1"), ("new", "2024-01-10", "1")]
    found = tables.waits(purchases_of(orders), as_of=day("2024-01-31"), warmup_until=day("2024-01-10"))
    assert records(found, *WAITS) == [(1, 21, False, 1)]


def test_equal_waits_are_one_row():
    orders = [(who, when, "1") for who in "abc" for when in ("2024-01-01", "2024-01-05")]
    assert records(tables.waits(purchases_of(orders), as_of=day("2024-01-09"), warmup_until=EVERYONE)) == [
        (1, 4, True, 3),
        (2, 4, False, 3),
    ]


@given(ORDERS, st.integers(1, 5))
@RANDOM
def test_waits_count_every_purchase_up_to_the_last_rank_once(orders, most_ranks):
    expected = defaultdict(int)
    for events in by_customer(orders).values():
        days = [*events, None]
        for rank, (when, following) in enumerate(pairwise(days), start=1):
            if rank <= most_ranks:
                expected[rank, ((following or PAPER_AS_OF) - when).days, following is not None] += 1
    waits = tables.waits(
        purchases_of(orders), as_of=PAPER_AS_OF, warmup_until=EVERYONE, most_ranks=most_ranks
    )
    found = records(waits, *WAITS)
    assert found == sorted((*key, count) for key, count in expected.items())


# --- repeat by cohort ------------------------------------------------------------------------------------------

REPEATS = ["cohort", "customers", "repeated"]


@pytest.mark.parametrize(
    ("window_days", "expected"),
    [
        (14, [(0, 3, 0), (1, 2, 0), (2, 1, 0)]),
        (15, [(0, 3, 1), (1, 2, 0), (2, 1, 0)]),  # Ann on the 15th day
        (31, [(0, 3, 1), (1, 2, 1), (2, 1, 0)]),  # Dea on the 31st
        (59, [(0, 3, 1), (1, 2, 1), (2, 1, 1)]),  # Eli is 59 days old and buys on the last of them
        (60, [(0, 3, 1), (1, 2, 1)]),  # Eli has not been seen for 60 days
        (62, [(0, 3, 1), (1, 1, 0)]),  # nor Dea for 62; Fay has
        (105, [(0, 3, 2)]),  # Cem
        (112, [(0, 2, 1)]),  # Ann is 111 days old
        (121, []),
    ],
)
def test_repeat_by_cohort_on_paper(window_days, expected):
    table = tables.repeat_by_cohort(
        purchases_of(PAPER), as_of=PAPER_AS_OF, calendar=PAPER_CALENDAR, window_days=window_days
    )
    assert records(table, *REPEATS) == expected


@given(ORDERS, CALENDARS, st.integers(7, 130))
@RANDOM
def test_repeat_by_cohort_counts_who_was_seen_that_long(orders, calendar, window_days):
    as_of = calendar[-1].last_day
    customers, repeated = defaultdict(int), defaultdict(int)
    for events in by_customer(orders).values():
        first, *later = events
        if (as_of - first).days >= window_days:
            cohort = number_of(first, calendar)
            customers[cohort] += 1
            repeated[cohort] += any((when - first).days <= window_days for when in later)
    table = tables.repeat_by_cohort(
        purchases_of(orders), as_of=as_of, calendar=calendar, window_days=window_days
    )
    assert records(table, *REPEATS) == sorted(
        (cohort, customers[cohort], repeated[cohort]) for cohort in customers
    )


# --- base events, silences and tenure --------------------------------------------------------------------------


def test_base_events_on_paper():
    found = tables.base_events(purchases_of(PAPER), as_of=PAPER_AS_OF, gap_days=30)
    events = {row[0].isoformat(): row[1:] for row in records(found, "day", "joined", "reactivated", "lapsed")}
    # Ann is silent after 25 January, Bob after the 2nd, Cem after the 1st, Dea after 29 February, Fay after
    # the 1st, Ann again after 20 March, Eli after the 2nd: each drops out thirty days later. What Dea bought
    # on 31 March and Eli on 30 April lets them drop out in the last case only after the log.
    assert events == {
        "2024-01-01": (1, 0, 0),  # Cem
        "2024-01-02": (1, 0, 0),  # Bob
        "2024-01-10": (1, 0, 0),  # Ann
        "2024-01-31": (0, 0, 1),  # Cem
        "2024-02-01": (1, 0, 1),  # Fay joins, Bob drops out
        "2024-02-24": (0, 0, 1),  # Ann
        "2024-02-29": (1, 0, 0),  # Dea
        "2024-03-02": (1, 0, 1),  # Eli joins, Fay drops out
        "2024-03-20": (0, 1, 0),  # Ann
        "2024-03-30": (0, 0, 1),  # Dea
        "2024-03-31": (0, 1, 0),  # Dea
        "2024-04-01": (0, 0, 1),  # Eli
        "2024-04-15": (0, 1, 0),  # Cem
        "2024-04-19": (0, 0, 1),  # Ann
        "2024-04-30": (0, 1, 1),  # Eli comes back, Dea drops out
    }


@given(ORDERS, CALENDARS, GAPS)
@RANDOM
def test_base_events_add_up_to_the_movements(orders, calendar, gap_days):
    as_of = calendar[-1].last_day
    found = tables.base_events(purchases_of(orders), as_of=as_of, gap_days=gap_days)
    net = defaultdict(int)
    for when, joined, reactivated, lapsed in records(found, "day", "joined", "reactivated", "lapsed"):
        net[number_of(when, calendar)] += joined + reactivated - lapsed
    moved = records(movements_of(orders, calendar, gap_days), "period_number", "active_start", "active_end")
    assert {number: end - start for number, start, end in moved} == {
        number: net[number] for number, _, _ in moved
    }


def test_silences_on_paper():
    found = records(tables.silences(purchases_of(PAPER), as_of=PAPER_AS_OF), "days", "has_ended", "purchases")
    # Ended: Ann 15 and 55 days, Cem 105, Dea 31, Eli 59. Going on: Ann 41, Bob 119, Cem 15, Dea 30, Eli 0, Fay 89.
    assert found == [
        (0, False, 1), (15, False, 1), (15, True, 1), (30, False, 1), (31, True, 1), (41, False, 1),
        (55, True, 1), (59, True, 1), (89, False, 1), (105, True, 1), (119, False, 1),
    ]  # fmt: skip


@given(ORDERS, CALENDARS)
@RANDOM
def test_tenure_splits_the_buyers_of_every_period(orders, calendar):
    bought = periods_of(orders, calendar)
    names = ("buyers", "orders", "purchase_days", "amount")
    split = defaultdict(lambda: [0, 0, 0, Decimal(0)])
    for number, tenure, *sums in records(
        period_tables.tenure_periods(bought), "period_number", "tenure", *names
    ):
        assert tenure in period_tables.TENURES
        split[number] = [kept + more for kept, more in zip(split[number], sums, strict=True)]
    moved = records(period_tables.movements(bought, periods=len(calendar)), "period_number", *names)
    assert {number: sums for number, *sums in moved} == {number: split[number] for number, *_ in moved}


def test_tenure_on_paper():
    found = records(
        period_tables.tenure_periods(periods_of(PAPER, PAPER_CALENDAR)), "period_number", "tenure", "buyers"
    )
    # March: Eli is new, Dea came a month before, Ann two. April: Eli one month after the first, Cem three.
    assert found == [(0, 0, 3), (1, 0, 2), (2, 0, 1), (2, 1, 2), (3, 1, 1), (3, 3, 1)]


# --- movements by cohort ---------------------------------------------------------------------------------------


def test_movements_by_cohort_on_paper():
    bought = periods_of(PAPER, PAPER_CALENDAR, 30)
    found = records(
        period_tables.cohort_movements(bought, periods=4), "cohort", "period_number", "gained", "lapsed"
    )
    # In the order of the comments above: Ann, Bob and Cem are the first cohort, Dea and Fay the second, Eli the third.
    assert found == [
        (0, 0, 2, 0), (0, 1, 0, 2), (0, 2, 1, 0), (0, 3, 1, 1),
        (1, 1, 2, 0), (1, 2, 0, 1), (1, 3, 0, 1), (2, 2, 1, 0),
    ]  # fmt: skip


@given(ORDERS, CALENDARS, GAPS)
@RANDOM
def test_movements_by_cohort_sum_to_the_movements(orders, calendar, gap_days):
    table = period_tables.cohort_movements(
        periods_of(orders, calendar, gap_days), periods=len(calendar)
    ).to_pandas()
    found = table.groupby("period_number")[["gained", "lapsed"]].sum()
    moved = movements_of(orders, calendar, gap_days).to_pandas().set_index("period_number")
    found = found.reindex(moved.index, fill_value=0)
    assert found["gained"].tolist() == (moved["new"] + moved["reactivated"]).tolist()
    assert found["lapsed"].tolist() == moved["lapsed"].tolist()
    assert (table["cohort"] <= table["period_number"]).all()

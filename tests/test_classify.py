"""The use of every row: by hand, by property (exactly one each, none lost), and policy by policy."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_samples import AS_OF, START, account, classified, client, order, order_log, records, uses

from retention_utils.quality.classify import log_traits
from retention_utils.quality.uses import POLICY_USES, PURCHASE_USES, UNREADABLE_USES, USES

EVERY_KIND = [
    order("ann", "2024-01-01", "10"),
    order("ann", "2024-03-31 23:59:59", "2.50"),
    order(None, "2024-02-01", "4"),
    order("bob", None, "5"),
    order("bob", "2024-02-01", None),
    order("bob", "2023-12-31 23:59:59", "6"),
    order("bob", "2024-02-02", "-7"),
    order("cem", "2024-02-03", "0"),
    order("cem", "2024-02-03", "0.01"),
    order("cem", None, None, fault="repeated_header"),
    order(None, None, "99", fault="total_row"),
    order("cem", "2024-02-03", "1", fault="ragged"),
]


def test_every_kind_of_row_by_hand():
    assert uses(*EVERY_KIND) == [
        "used",
        "used",
        "no_customer",
        "bad_date",
        "bad_amount",
        "before_start",
        "orphan_refund",
        "zero_amount",
        "used",
        "repeated_header",
        "total_row",
        "ragged",
    ]


def test_the_account_by_hand():
    assert account(classified(*EVERY_KIND)) == {
        "bad_amount": (1, None),
        "bad_date": (1, Decimal(5)),
        "before_start": (1, Decimal(6)),
        "no_customer": (1, Decimal(4)),
        "orphan_refund": (1, Decimal(-7)),
        "ragged": (1, Decimal(1)),
        "repeated_header": (1, None),
        "total_row": (1, Decimal(99)),
        "used": (3, Decimal("12.51")),
        "zero_amount": (1, Decimal(0)),
    }


def test_of_several_faults_the_first_in_order_counts():
    assert uses(
        order(None, None, None),
        order(None, "2023-01-01", None),
        order("a", "2023-01-01", None),
        order("a", "2023-01-01", "-1"),
    ) == ["bad_date", "no_customer", "bad_amount", "before_start"]


def test_rows_after_the_last_day_are_not_looked_at_whatever_they_hold():
    later = [
        order("ann", "2024-04-01", "1"),
        order(None, "2024-04-01", "1"),
        order("ann", "2024-04-01", None),
        order("ann", "2024-04-01", "-10"),
    ]
    assert uses(*later) == []
    assert account(classified(*EVERY_KIND, *later)) == account(classified(*EVERY_KIND))


def test_a_refund_that_comes_after_the_last_day_changes_nothing():
    rows = [order("ann", "2024-03-30", "10", order_id="1", status=None)]
    late = order("ann", "2024-04-02", "-10", order_id="2", refund_of="1", status=None)
    assert account(classified(*rows, late)) == account(classified(*rows)) == {"used": (1, Decimal(10))}


def test_every_use_has_words_and_a_place():
    assert set(PURCHASE_USES) | set(UNREADABLE_USES) <= set(USES)
    assert {use for decided in POLICY_USES.values() for use in decided} <= set(USES)
    assert set(POLICY_USES) == set(client().policies.model_dump())


# Status.


@pytest.mark.parametrize(
    ("status", "use"),
    [
        ("paid", "used"),
        (None, "used"),
        ("cancelled", "cancelled"),
        ("отменён", "cancelled"),
        ("скасовано", "cancelled"),
        ("тест", "test"),
        ("refunded", "refunded"),
        ("возврат", "refunded"),
        ("cancelled by nobody", "used"),
    ],
)
def test_what_a_status_means(status, use):
    assert uses(order(status=status)) == [use]


def test_statuses_of_the_client_replace_those_known():
    config = client(statuses={"cancelled": ["Storniert "]})
    assert uses(order(status="storniert"), order(status="cancelled"), config=config) == ["cancelled", "used"]


@pytest.mark.parametrize(("policy", "status"), [("cancelled", "cancelled"), ("test_orders", "test")])
def test_a_policy_can_keep_them(policy, status):
    assert uses(order(status=status), **{policy: "keep"}) == ["used"]


def test_customers_can_be_left_out_by_id():
    assert uses(order("ann"), order("12"), order("0012"), exclude_customers=["0012"]) == [
        "used",
        "used",
        "excluded_customer",
    ]


# Duplicates.


def test_an_exact_copy_counts_once_where_orders_have_an_id():
    copy = order(order_id="1", status="paid")
    assert uses(copy, copy, copy) == ["used", "duplicate", "duplicate"]


@pytest.mark.parametrize(
    "other",
    [
        order("bob", order_id="1"),
        order("ann", "2024-02-01 00:00:01", order_id="1"),
        order(amount="10.01", order_id="1"),
        order(order_id="2"),
        order(order_id=None),
        order(order_id="1", channel="shop"),
        order(order_id="1", category="tea"),
    ],
)
def test_rows_that_differ_in_anything_are_no_copies(other):
    assert uses(order(order_id="1"), other) == ["used", "used"]


@pytest.mark.parametrize("ids", [{}, {"order_id": None}])
def test_without_ids_two_like_orders_may_be_two_orders(ids):
    assert uses(order(**ids), order(**ids)) == ["used", "used"]
    assert uses(order(**ids), order(**ids), duplicates="exclude") == ["used", "duplicate"]


def test_a_policy_can_keep_copies():
    assert uses(order(order_id="1"), order(order_id="1"), duplicates="keep") == ["used", "used"]


# Lines of orders.

LINES = [
    order("ann", "2024-01-31 23:50", "10", order_id="1"),
    order("ann", "2024-02-01 00:05", "-4", order_id="1"),  # a line sent back stays with its order
    order("ann", "2024-02-05", "5", order_id="2"),
    order("ann", "2024-02-05", "-5", order_id="2"),  # in all nothing
    order("bob", "2024-02-06", "3", order_id=None),  # an order of its own
    order("bob", "2024-02-06", "0", order_id=None),
]


def test_lines_are_judged_by_their_order():
    found = records(*LINES, config=client(grain="lines"))
    assert [row["use"] for row in found] == [
        "used",
        "used",
        "zero_amount",
        "zero_amount",
        "used",
        "zero_amount",
    ]
    assert [row["day"] for row in found][:2] == [date(2024, 1, 31)] * 2


def test_like_lines_of_an_order_are_two_pieces_not_copies():
    line = order(order_id="1")
    assert uses(line, line, config=client(grain="lines")) == ["used", "used"]


def test_a_status_in_the_first_line_of_an_order_holds_for_all_of_it():
    rows = [order(order_id="1", status="cancelled"), order(order_id="1", status=None)]
    rows += [order(order_id=None, status=None), order(order_id="2", status="paid")]
    assert uses(*rows, config=client(grain="lines")) == ["cancelled", "cancelled", "used", "used"]
    assert uses(*rows) == ["cancelled", "used", "used", "used"]


# Laws.

ROWS = st.lists(
    st.builds(
        order,
        st.sampled_from([None, "a", "b"]),
        st.one_of(st.none(), st.datetimes(datetime(2023, 11, 1), datetime(2024, 5, 31)).map(str)),
        st.one_of(st.none(), st.integers(-300, 300).map(lambda cents: str(Decimal(cents) / 100))),
        order_id=st.sampled_from([None, "1", "2", "3"]),
        refund_of=st.sampled_from([None, None, "1", "2"]),
        status=st.sampled_from([None, "paid", "cancelled", "refunded", "test"]),
        email=st.sampled_from([None, "x", "y"]),
        currency=st.sampled_from([None, "EUR", "USD"]),
    ),
    min_size=1,
    max_size=25,
)


@given(
    ROWS,
    st.fixed_dictionaries(
        {
            "grain": st.sampled_from(["orders", "lines"]),
            "duplicates": st.sampled_from(["auto", "exclude", "keep"]),
            "refunds": st.sampled_from(["net", "exclude"]),
            "zero_amount": st.sampled_from(["exclude", "keep"]),
            "guests": st.sampled_from(["contact", "exclude"]),
            "exclude_customers": st.sampled_from([(), ("a",)]),
        }
    ),
)
@settings(deadline=None, max_examples=25)
def test_every_row_has_exactly_one_use_and_uses_add_up_to_all_rows_and_all_money(rows, how):
    looked_at = {
        number: row
        for number, row in enumerate(rows, start=2)
        if row["ordered_at"] is None or row["ordered_at"].date() <= AS_OF
    }
    table = classified(*rows, config=client(**how))
    found = table.to_pyarrow().to_pylist()
    assert [record["row"] for record in found] == sorted(looked_at)
    counted = account(table)
    assert set(counted) <= set(USES)
    assert sum(count for count, _ in counted.values()) == len(looked_at)
    own = [row for row in looked_at.values() if row["currency"] in (None, "EUR")]
    money = sum(row["amount"] for row in own if row["amount"] is not None)
    assert sum(amount or 0 for _, amount in counted.values()) == money
    for record in found:
        if record["use"] in PURCHASE_USES:
            assert record["customer_id"] is not None
            assert START <= record["day"] <= AS_OF
            assert record["use"] == "refund" or how["grain"] == "lines" or record["amount"] >= 0


def test_what_is_looked_for_beforehand():
    assert log_traits(order_log(order(amount="1"), order(amount="-0.01"))).has_refunds
    assert not log_traits(order_log(order(amount="0"), order(amount=None))).has_refunds
    assert not log_traits(order_log()).has_refunds

"""Which order a refund belongs to, worked by hand; full, partial, orphaned, by id and without one."""

from datetime import date
from decimal import Decimal

import pytest
from log_samples import classified, client, order, records, uses

from retention_utils import tables
from retention_utils.quality.refunds import orphan_refunds


def placed(*rows, **how):
    return [(row["use"], row["customer_id"], row["day"]) for row in records(*rows, **how)]


SOLD = order("ann", "2024-01-10", "50", order_id="1")


def test_a_refund_takes_the_day_and_the_customer_of_the_order_it_names():
    refund = order(None, "2024-03-05", "-20", order_id="9", refund_of="1")
    assert placed(SOLD, refund) == [
        ("used", "ann", date(2024, 1, 10)),
        ("refund", "ann", date(2024, 1, 10)),
    ]


def test_a_refund_under_the_same_id_belongs_to_that_order():
    assert placed(SOLD, order("ann", "2024-03-05", "-50", order_id="1"))[1] == (
        "refund",
        "ann",
        date(2024, 1, 10),
    )


@pytest.mark.parametrize(
    "refund",
    [
        order("ann", "2024-03-05", "-20", order_id="9", refund_of="7"),  # no such order
        order("ann", "2024-03-05", "-20", order_id="9"),  # its own id is no order either
        order(None, "2024-03-05", "-20", order_id="9", refund_of="7"),  # nor is anybody named
    ],
)
def test_a_refund_of_an_unknown_order_is_an_orphan(refund):
    assert uses(SOLD, refund) == ["used", "orphan_refund"]


def test_the_refund_of_an_order_that_is_not_used_is_an_orphan():
    cancelled = order("ann", "2024-01-10", "50", order_id="1", status="cancelled")
    refund = order("ann", "2024-01-12", "-50", order_id="9", refund_of="1")
    assert uses(cancelled, refund) == ["cancelled", "orphan_refund"]


def test_without_an_id_it_belongs_to_the_latest_order_before_it_that_is_large_enough():
    rows = [
        order("ann", "2024-01-10", "50"),
        order("ann", "2024-02-10", "30"),
        order("ann", "2024-03-20", "60"),  # later than the refund
        order("bob", "2024-02-12", "99"),  # somebody else's
        order("ann", "2024-02-15", "-40"),
        order("ann", "2024-02-15", "-30"),
        order("ann", "2024-01-09", "-1"),  # before any order
    ]
    assert placed(*rows)[4:] == [
        ("refund", "ann", date(2024, 1, 10)),
        ("refund", "ann", date(2024, 2, 10)),
        ("orphan_refund", "ann", date(2024, 1, 9)),
    ]


def purchases_of(*rows, **how):
    table = tables.purchases(classified(*rows, **how))
    found = table.order_by("customer_id", "day").to_pyarrow().to_pylist()
    return [(row["customer_id"], str(row["day"]), row["orders"], row["amount"]) for row in found]


def test_a_full_refund_leaves_the_purchase_in_time_without_money():
    refund = order("ann", "2024-03-05", "-50", order_id="9", refund_of="1")
    assert purchases_of(SOLD, refund) == [("ann", "2024-01-10", 1, Decimal("0.00"))]


def test_partial_refunds_are_taken_off_and_make_no_purchase():
    rows = [SOLD, order("ann", "2024-01-10", "5", order_id="2")]
    rows += [order("ann", "2024-02-01", "-20.25", order_id="8", refund_of="1")] * 1
    rows += [order("ann", "2024-02-02", "-1", order_id="9", refund_of="2")]
    assert purchases_of(*rows) == [("ann", "2024-01-10", 2, Decimal("33.75"))]


def test_an_orphan_makes_no_purchase():
    assert purchases_of(order("ann", "2024-02-01", "-20")) == []


def test_an_order_refunded_by_its_status_is_a_purchase_of_zero():
    assert purchases_of(order("ann", order_id="1", status="refunded")) == [
        ("ann", "2024-02-01", 1, Decimal("0.00"))
    ]


def test_an_order_with_refund_rows_is_not_paid_back_again_for_its_status():
    sold = order("ann", "2024-01-10", "50", order_id="1", status="refunded")
    refund = order("ann", "2024-02-01", "-20", order_id="9", refund_of="1", status="refunded")
    assert uses(sold, refund) == ["used", "refund"]
    assert purchases_of(sold, refund) == [("ann", "2024-01-10", 1, Decimal("30.00"))]


def test_a_policy_can_leave_all_refunds_out():
    rows = [SOLD, order("ann", "2024-03-05", "-20", order_id="9", refund_of="1")]
    assert uses(*rows, refunds="exclude") == ["used", "refund_left_out"]
    assert uses(order(status="refunded"), refunds="exclude") == ["used"]


def test_lines_sent_back_in_an_order_of_their_own_are_a_refund():
    config = client(grain="lines")
    lines = [
        order("ann", "2024-01-10", "50", order_id="1"),
        order("ann", "2024-01-10", "20", order_id="1"),
        order("ann", "2024-02-10", "-20", order_id="2", refund_of="1"),
        order("ann", "2024-02-10", "-5", order_id="2", refund_of="1"),
    ]
    assert placed(*lines, config=config)[2:] == [("refund", "ann", date(2024, 1, 10))] * 2
    table = tables.purchases(classified(*lines, config=config), grain="lines")
    (purchase,) = table.to_pyarrow().to_pylist()
    assert (purchase["orders"], purchase["amount"]) == (1, Decimal("45.00"))


def test_orphans_are_listed_the_largest_first():
    rows = classified(order("ann", amount="-1"), order("bob", amount="-3"), order("cem", amount="2"))
    found = orphan_refunds(rows).to_pyarrow().to_pylist()
    assert [(row["row"], row["customer_id"], row["amount"]) for row in found] == [
        (3, "bob", Decimal(-3)),
        (2, "ann", Decimal(-1)),
    ]

"""Waits by segment of the first purchase: counted on paper, and against lists in plain Python on random logs."""

from collections import Counter
from datetime import date
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from order_samples import FIRST_DAY, ORDERS, order_rows, purchases_of, records

from retention_utils import tables
from retention_utils.segment_tables import segment_waits

AS_OF = date(2024, 4, 30)
EVERYONE = date(1900, 1, 1)  # no warm-up
SCHEMA = pa.schema(
    {
        "use": pa.string(), "customer_id": pa.string(), "day": pa.date32(), "amount": pa.decimal128(18, 2),
        "channel": pa.string(), "category": pa.string(),
    }
)  # fmt: skip
RANDOM = settings(deadline=None, max_examples=15)


def day(text):
    return date.fromisoformat(text)


def waits_of(orders, attribute, *, as_of=AS_OF, warmup_until=EVERYONE):
    """Return one attribute's rows of the waits of (customer, day, amount)."""
    found = segment_waits(purchases_of(orders), as_of=as_of, warmup_until=warmup_until)
    return [row[1:] for row in records(found) if row[0] == attribute]


def purchases_with(*rows):
    """Make purchases of (use, customer, day, channel, category)."""
    names = ("use", "customer_id", "day", "channel", "category")
    values = [
        dict(zip(names, row, strict=True)) | {"day": day(row[2]), "amount": Decimal(10)} for row in rows
    ]
    return tables.purchases(ibis.memtable(pa.Table.from_pylist(values, schema=SCHEMA)))


def test_thirds_of_the_first_purchase_on_paper():
    orders = [
        ("ann", "2024-01-01", "10"),
        ("ann", "2024-01-11", "99"),  # a later amount changes nothing
        ("bob", "2024-01-01", "20"),
        ("cem", "2024-01-01", "30"),
        ("cem", "2024-01-06", "1"),
        ("dea", "2024-01-01", "40"),
        ("eli", "2024-01-01", "50"),
        ("fay", "2024-01-01", "60"),
    ]
    low, middle, high = (("lower", 10, 20), ("middle", 30, 40), ("upper", 50, 60))
    assert waits_of(orders, "first_order_value") == [
        (*low, 10, True, 1),  # Ann
        (*low, 120, False, 1),  # Bob
        (*middle, 5, True, 1),  # Cem
        (*middle, 120, False, 1),  # Dea
        (*high, 120, False, 2),  # Eli and Fay
    ]


def test_equal_first_purchases_are_never_parted():
    # Of nine, seven paid 10: their middle is the fourth of nine, in the second third. Ranks cut at three
    # and six would spread one price over all thirds.
    orders = [(name, "2024-01-01", "10") for name in "bcdefgh"]
    orders += [("a", "2024-01-01", "5"), ("i", "2024-01-01", "15")]
    assert waits_of(orders, "first_order_value") == [
        ("lower", 5, 5, 120, False, 1),
        ("middle", 10, 10, 120, False, 7),
        ("upper", 15, 15, 120, False, 1),
    ]


def test_one_price_for_all_is_one_third():
    found = waits_of([(name, "2024-01-01", "10") for name in "abc"], "first_order_value")
    assert found == [("middle", 10, 10, 120, False, 3)]


def test_the_first_year_is_that_of_the_first_purchase():
    orders = [("ann", "2023-12-31", "1"), ("ann", "2024-01-02", "1"), ("bob", "2024-01-01", "1")]
    assert waits_of(orders, "first_year") == [
        ("2023", None, None, 2, True, 1),
        ("2024", None, None, 120, False, 1),
    ]


def test_customers_of_the_warm_up_are_left_out():
    orders = [("old", "2024-01-01", "1"), ("old", "2024-01-20", "1"), ("new", "2024-01-10", "3")]
    for attribute, segment in (("first_year", ("2024", None, None)), ("first_order_value", ("middle", 3, 3))):
        found = waits_of(orders, attribute, as_of=day("2024-01-31"), warmup_until=day("2024-01-10"))
        assert found == [(*segment, 21, False, 1)]


def test_a_segment_is_that_of_the_first_day_and_stays():
    purchases = purchases_with(
        ("used", "ann", "2024-01-01", "site", "tea"),
        ("used", "ann", "2024-01-31", "shop", "cups"),
        ("used", "bob", "2024-01-01", None, "tea"),
        ("used", "bob", "2024-01-02", "shop", "tea"),
    )
    waits = segment_waits(purchases, as_of=AS_OF, warmup_until=EVERYONE).to_pyarrow().to_pylist()
    found = {(row["attribute"], row["segment"], row["days"]) for row in waits}
    assert {row for row in found if row[0] in ("channel", "category")} == {
        ("channel", "site", 30),
        ("channel", None, 1),  # nothing was stated on Bob's first day, and his second does not fill it in
        ("category", "tea", 1),
        ("category", "tea", 30),
    }


def test_of_several_values_on_the_first_day_the_first_by_the_alphabet_counts_and_refunds_have_none():
    purchases = purchases_with(
        ("refund", "ann", "2024-01-01", "a refund", "a refund"),
        ("used", "ann", "2024-01-01", None, "tea"),
        ("used", "ann", "2024-01-01", "site", "cups"),
        ("refunded", "ann", "2024-01-01", "shop", "cups"),
        ("cancelled", "ann", "2024-01-01", "a", "a"),
    )
    assert records(purchases, "channel", "category") == [("shop", "cups")]


def test_without_such_columns_there_are_no_such_segments():
    found = segment_waits(purchases_of([("ann", "2024-01-01", "1")]), as_of=AS_OF, warmup_until=EVERYONE)
    assert {row[0] for row in records(found)} == {"first_order_value", "first_year"}


def test_a_hostile_segment_is_a_text_like_any_other():
    hostile = "'; DROP TABLE orders; --"
    purchases = purchases_with(("used", "ann", "2024-01-01", hostile, "\u202e<b>"))
    waits = segment_waits(purchases, as_of=AS_OF, warmup_until=EVERYONE).to_pyarrow().to_pylist()
    assert {row["segment"] for row in waits} == {hostile, "\u202e<b>", "2024", "middle"}


@given(ORDERS)
@RANDOM
def test_every_attribute_counts_every_customer_once(orders):
    found = segment_waits(purchases_of(orders), as_of=AS_OF, warmup_until=EVERYONE)
    counted = Counter()
    for row in found.to_pyarrow().to_pylist():
        counted[row["attribute"]] += row["customers"]
    everyone = len({customer for customer, *_ in orders})
    assert counted == {"first_order_value": everyone, "first_year": everyone}


@given(ORDERS)
@RANDOM
def test_thirds_are_in_order_and_none_holds_an_amount_of_another(orders):
    firsts = {}
    for row in sorted(order_rows(orders), key=lambda row: row["day"]):
        first = firsts.setdefault(row["customer_id"], [row["day"], Decimal(0)])
        first[1] += row["amount"] if row["day"] == first[0] else 0
    amounts = sorted(amount for _, amount in firsts.values())
    found = segment_waits(purchases_of(orders), as_of=AS_OF, warmup_until=EVERYONE).to_pyarrow().to_pylist()
    thirds = [row for row in found if row["attribute"] == "first_order_value"]
    limits = {(row["segment"], row["low"], row["high"]) for row in thirds}
    assert len(limits) == len({row["segment"] for row in thirds})
    for segment, low, high in limits:
        inside = [amount for amount in amounts if low <= amount <= high]
        assert len(inside) == sum(row["customers"] for row in thirds if row["segment"] == segment)
    ordered = sorted(limits, key=lambda limit: limit[1])
    assert [segment for segment, *_ in ordered] == [
        third for third in ("lower", "middle", "upper") if third in {segment for segment, *_ in limits}
    ]


@pytest.mark.parametrize("customers", [3, 4, 5, 6, 7, 30])
def test_thirds_of_different_amounts_are_as_large_as_each_other(customers):
    orders = [(f"c{n}", FIRST_DAY, str(n + 1)) for n in range(customers)]
    sizes = Counter()
    for segment, *_, count in waits_of(orders, "first_order_value"):
        sizes[segment] += count
    assert max(sizes.values()) - min(sizes.values()) <= 1
    assert len(sizes) == 3

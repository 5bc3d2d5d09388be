"""Who a row belongs to: merged ids, guests known by their contact, and how many of each."""

from decimal import Decimal

import pyarrow as pa
import pytest
from log_samples import classified, order, records, uses

from retention_utils.quality.identity import identity_account


def settled(*rows, **how):
    return [(row["customer_id"], row["identity"]) for row in records(*rows, **how)]


def test_ids_that_belong_together_become_one():
    merges = pa.table({"customer_id": ["7", "8"], "same_as": ["1", "1"]})
    assert settled(order("7"), order("1"), order("2"), order(None), merges=merges) == [
        ("1", "merged"),
        ("1", "id"),
        ("2", "id"),
        (None, "none"),
    ]


def test_a_guest_with_the_contact_of_one_customer_is_that_customer():
    rows = [order("ann", email="a"), order(None, email="a"), order("ann", email="b")]
    assert settled(*rows)[1] == ("ann", "recognised")


def test_a_contact_of_two_customers_names_neither():
    rows = [order("ann", email="a"), order("bob", email="a"), order(None, email="a")]
    assert settled(*rows)[2] == ("guest:a", "contact")


def test_guests_are_told_apart_by_contact_the_mail_before_the_telephone():
    rows = [order(None, email="a", phone="1"), order(None, email="a", phone=None), order(None, phone="1")]
    assert settled(*rows) == [("guest:a", "contact"), ("guest:a", "contact"), ("guest:1", "contact")]


def test_a_telephone_recognises_where_the_mail_does_not():
    rows = [order("ann", phone="1"), order(None, email="x", phone="1")]
    assert settled(*rows)[1] == ("ann", "recognised")


def test_the_policy_can_leave_guests_out():
    rows = [order("ann", email="a"), order(None, email="a"), order(None, email="b")]
    assert uses(*rows, guests="exclude") == ["used", "no_customer", "no_customer"]
    assert uses(*rows) == ["used"] * 3


def test_later_rows_do_not_tell_who_a_guest_is():
    rows = [order(None, email="a"), order("ann", "2024-04-01", email="a")]
    assert settled(*rows) == [("guest:a", "contact")]


def test_a_merged_id_can_be_left_out_by_the_id_that_is_kept():
    merges = pa.table({"customer_id": ["7"], "same_as": ["1"]})
    assert uses(order("7"), order("2"), merges=merges, exclude_customers=["1"]) == [
        "excluded_customer",
        "used",
    ]


def test_the_account_of_identities_by_hand():
    merges = pa.table({"customer_id": ["7"], "same_as": ["1"]})
    rows = [
        order("1", amount="10", email="m"),
        order("7", amount="5", email=None),
        order(None, amount="4", email="m"),
        order(None, amount="-1", email="m"),
        order(None, amount="3", email="n"),
        order(None, amount="2", email=None),
        order(None, amount=None, email=None),
    ]
    found = identity_account(classified(*rows, merges=merges)).to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("contact", 1, 1, Decimal(3)),
        ("id", 1, 1, Decimal(10)),
        ("merged", 1, 1, Decimal(5)),
        ("none", 2, 0, Decimal(2)),
        ("recognised", 2, 1, Decimal(4)),
    ]


@pytest.mark.parametrize("guests", ["contact", "exclude"])
def test_without_contacts_nothing_is_guessed(guests):
    assert settled(order("ann"), order(None), guests=guests) == [("ann", "id"), (None, "none")]

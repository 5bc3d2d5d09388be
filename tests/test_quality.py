"""The use of every row: by hand, by property (exactly one each, none lost), and what is refused."""

from datetime import date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention_utils.config import Policies
from retention_utils.errors import InputError
from retention_utils.quality import USES, classify_rows, refuse_unreadable, row_account

START, AS_OF = date(2024, 1, 1), date(2024, 3, 31)
SCHEMA = pa.schema(
    {
        "row": pa.int64(),
        "customer_id": pa.string(),
        "ordered_at": pa.timestamp("us"),
        "amount": pa.decimal128(18, 2),
        "ordered_at_text": pa.string(),
        "amount_text": pa.string(),
    }
)


def order_log(*rows):
    """Make an order log as sources gives it, from (customer, time or None, amount or None)."""
    records = [
        {
            "row": number,
            "customer_id": customer,
            "ordered_at": time and datetime.fromisoformat(time),
            "amount": amount and Decimal(amount),
            "ordered_at_text": time or "soon",
            "amount_text": amount or "ten",
        }
        for number, (customer, time, amount) in enumerate(rows, start=2)
    ]
    return ibis.memtable(pa.Table.from_pylist(records, schema=SCHEMA))


def classified(*rows, zero_amount="exclude"):
    policies = Policies(zero_amount=zero_amount)
    return classify_rows(order_log(*rows), policies=policies, history_start=START, as_of=AS_OF)


def uses(*rows, **policy):
    records = classified(*rows, **policy).order_by("row").to_pyarrow().to_pylist()
    return [record["use"] for record in records]


def account(table):
    return {
        record["use"]: (record["rows"], record["amount"])
        for record in row_account(table).to_pyarrow().to_pylist()
    }


EVERY_KIND = [
    ("ann", "2024-01-01", "10"),
    ("ann", "2024-03-31 23:59:59", "2.50"),
    (None, "2024-02-01", "4"),
    ("bob", None, "5"),
    ("bob", "2024-02-01", None),
    ("bob", "2023-12-31 23:59:59", "6"),
    ("bob", "2024-02-02", "-7"),
    ("cem", "2024-02-03", "0"),
    ("cem", "2024-02-03", "0.01"),
]


def test_every_kind_of_row_by_hand():
    assert uses(*EVERY_KIND) == [
        "used",
        "used",
        "no_customer",
        "bad_date",
        "bad_amount",
        "before_start",
        "negative_amount",
        "zero_amount",
        "used",
    ]
    assert uses(*EVERY_KIND, zero_amount="keep")[7] == "used"


def test_the_account_by_hand():
    assert account(classified(*EVERY_KIND)) == {
        "bad_amount": (1, None),
        "bad_date": (1, Decimal(5)),
        "before_start": (1, Decimal(6)),
        "negative_amount": (1, Decimal(-7)),
        "no_customer": (1, Decimal(4)),
        "used": (3, Decimal("12.51")),
        "zero_amount": (1, Decimal(0)),
    }


def test_of_several_faults_the_first_in_order_counts():
    assert uses(
        (None, None, None), (None, "2023-01-01", None), ("a", "2023-01-01", None), ("a", "2023-01-01", "-1")
    ) == [
        "bad_date",
        "no_customer",
        "bad_amount",
        "before_start",
    ]


def test_rows_after_the_last_day_are_not_looked_at_whatever_they_hold():
    later = [
        ("ann", "2024-04-01", "1"),
        (None, "2024-04-01", "1"),
        ("ann", "2024-04-01", None),
        ("ann", "2024-04-01", "-1"),
    ]
    assert uses(*later) == []
    assert account(classified(*EVERY_KIND, *later)) == account(classified(*EVERY_KIND))


ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "a", "b"]),
        st.one_of(st.none(), st.datetimes(datetime(2023, 11, 1), datetime(2024, 5, 31)).map(str)),
        st.one_of(st.none(), st.integers(-300, 300).map(lambda cents: str(Decimal(cents) / 100))),
    ),
    min_size=1,
    max_size=40,
)


@given(ROWS, st.sampled_from(["exclude", "keep"]))
@settings(deadline=None, max_examples=20)
def test_every_row_has_exactly_one_use_and_uses_add_up_to_all_rows(rows, zero_amount):
    def use(customer, time, amount):
        day = time and datetime.fromisoformat(time).date()
        if day and day > AS_OF:
            return None
        if not day:
            return "bad_date"
        if not customer:
            return "no_customer"
        if amount is None:
            return "bad_amount"
        if day < START:
            return "before_start"
        if Decimal(amount) < 0:
            return "negative_amount"
        return "zero_amount" if Decimal(amount) == 0 and zero_amount == "exclude" else "used"

    expected = {number: use(*row) for number, row in enumerate(rows, start=2) if use(*row)}
    table = classified(*rows, zero_amount=zero_amount)
    records = table.to_pyarrow().to_pylist()
    assert sorted(record["row"] for record in records) == sorted(expected)
    assert {record["row"]: record["use"] for record in records} == expected
    counted = account(table)
    assert set(counted) <= set(USES)
    assert sum(count for count, _ in counted.values()) == len(expected)
    amounts = [Decimal(rows[number - 2][2]) for number in expected if rows[number - 2][2] is not None]
    assert sum(amount or 0 for _, amount in counted.values()) == sum(amounts)


GOOD = ("ann", "2024-01-05", "1")


@pytest.mark.parametrize(("bad", "share"), [(1, 0.01), (0, 0.0), (25, 0.25)])
def test_unreadable_rows_up_to_the_share_are_let_through(bad, share):
    rows = classified(*[GOOD] * (100 - bad), *[("ann", None, "1")] * bad)
    assert refuse_unreadable(rows, policies=Policies(unreadable_share=share)) is None


def test_more_unreadable_rows_than_that_are_refused_and_the_first_named():
    rows = classified(*[GOOD] * 97, ("bob", None, "1"), ("bob", "2024-01-05", None), (None, None, None))
    with pytest.raises(InputError) as refusal:
        refuse_unreadable(rows, policies=Policies(unreadable_share=0.02))
    assert str(refusal.value) == (
        "3 of 100 rows of the order log cannot be read, more than policies.unreadable_share = 0.02 allows. "
        "The first:\n"
        "  - row 99: date cannot be read, found 'soon'\n"
        "  - row 100: amount cannot be read, found 'ten'\n"
        "  - row 101: date cannot be read, found 'soon'\n"
        "Check orders.date_format, orders.decimal_mark and orders.columns."
    )


def test_only_the_first_few_are_listed():
    rows = classified(*[("bob", None, "1")] * 1_200)
    with pytest.raises(InputError, match=r"^1,200 of 1,200 rows") as refusal:
        refuse_unreadable(rows, policies=Policies(), most=3)
    assert [line.split(":")[0] for line in str(refusal.value).splitlines()[1:-1]] == [
        "  - row 2",
        "  - row 3",
        "  - row 4",
    ]


def test_missing_ids_and_refunds_are_readable():
    rows = classified((None, "2024-01-05", "1"), ("ann", "2024-01-05", "-1"), ("ann", "2023-01-05", "1"))
    assert refuse_unreadable(rows, policies=Policies(unreadable_share=0)) is None


def test_no_row_up_to_the_last_day_is_refused():
    with pytest.raises(
        InputError,
        match=r"^The order log holds no row up to the as-of day\. Check the period and orders\.date_format\.$",
    ):
        refuse_unreadable(classified(("ann", "2024-04-01", "1")), policies=Policies())

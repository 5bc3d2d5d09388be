"""Amounts in the client's own currency: at the rate of their day, never at a rate of one."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from log_samples import order, records, uses

RATES = pa.table(
    {
        "day": [date(2024, 1, 1), date(2024, 2, 1), date(2024, 1, 15)],
        "currency": ["USD", "USD", "GBP"],
        "rate": pa.array(
            [Decimal("0.90000000"), Decimal("0.95000000"), Decimal("1.15000000")], pa.decimal128(18, 8)
        ),
    }
)


@pytest.mark.parametrize(
    ("day", "currency", "amount"),
    [
        ("2024-02-10", "EUR", "10.0000"),
        ("2024-02-10", None, "10.0000"),
        ("2024-01-01", "USD", "9.0000"),
        ("2024-01-31 23:59", "USD", "9.0000"),  # the last day of the first rate
        ("2024-02-01", "USD", "9.5000"),
        ("2024-03-31", "USD", "9.5000"),
        ("2024-01-15", "GBP", "11.5000"),
    ],
)
def test_the_rate_of_the_day_holds_until_the_next(day, currency, amount):
    (row,) = records(order(time=day, currency=currency), rates=RATES)
    assert (row["use"], row["amount"]) == ("used", Decimal(amount))


@pytest.mark.parametrize(("day", "currency"), [("2024-01-14", "GBP"), ("2024-02-01", "CHF")])
def test_without_a_rate_there_is_no_amount(day, currency):
    (row,) = records(order(time=day, currency=currency), rates=RATES)
    assert (row["use"], row["amount"]) == ("other_currency", None)


def test_without_any_rates_other_currencies_have_no_amount():
    assert uses(order(currency="USD"), order(currency="EUR"), order(currency=None)) == [
        "other_currency",
        "used",
        "used",
    ]


def test_a_converted_amount_is_rounded_to_four_decimals():
    (row,) = records(order(time="2024-01-05", amount="0.0005", currency="USD"), rates=RATES)
    assert row["amount"] == Decimal("0.0005")  # 0.00045


def test_a_row_without_an_amount_or_a_date_keeps_its_own_fault():
    rows = [order(amount=None, currency="CHF"), order(time=None, currency="CHF")]
    assert uses(*rows, rates=RATES) == ["bad_amount", "bad_date"]

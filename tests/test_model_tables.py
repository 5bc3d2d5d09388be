"""Purchase histories for the value models: on paper, in plain Python, and against lifetimes on the CDNOW log."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from order_samples import (
    FIRST_DAY,
    ORDERS,
    PAPER,
    PAPER_AS_OF,
    PAPER_CALENDAR,
    cdnow_orders,
    order_rows,
    purchases_of,
    records,
)

from retention_utils import model_tables, tables
from retention_utils.periods import calendar_to, parse_period

CELLS = ["frequency", "recency_days", "age_days", "customers", "monetary_sum"]
SPEND = ["frequency", "monetary_value", "customers"]
HOLDOUT = ["frequency", "recency_days", "age_days", "holdout_purchases", "customers"]
RANDOM = settings(deadline=None, max_examples=15)


def customers_of(orders):
    return tables.customers(
        purchases_of(orders), as_of=PAPER_AS_OF, calendar=PAPER_CALENDAR, warmup_until=date(2024, 1, 1)
    )


def days_of(orders):
    """Return the amount of every purchase day of every customer, in order."""
    summed = defaultdict(lambda: defaultdict(Decimal))
    for row in order_rows(orders):
        summed[row["customer_id"]][row["day"]] += row["amount"]
    return {customer: dict(sorted(days.items())) for customer, days in summed.items()}


def test_cells_on_paper():
    # Gus has Fay's history: one row for both. Ann's two repeat days are worth 20 and 8.
    orders = [*PAPER, ("gus", "2024-02-01", "99.00")]
    assert records(model_tables.cells(customers_of(orders)), *CELLS) == [
        (0, 0, 89, 2, 0.0),
        (0, 0, 119, 1, 0.0),
        (1, 31, 61, 1, 6.0),
        (1, 59, 59, 1, 1.0),
        (1, 105, 120, 1, 3.0),
        (2, 70, 111, 1, 14.0),
    ]


def test_spend_cells_on_paper():
    orders = [*PAPER, ("hal", "2024-01-01", "50.00"), ("hal", "2024-01-03", "3.00")]
    assert records(model_tables.spend_cells(customers_of(orders)), *SPEND) == [
        (1, 1.0, 1),  # Eli
        (1, 3.0, 2),  # Cem and Hal: the first purchase does not count
        (1, 6.0, 1),  # Dea
        (2, 14.0, 1),  # Ann
    ]


@given(ORDERS)
@RANDOM
def test_cells_and_spend_cells_count_every_customer_once(orders):
    histories, spend, amounts = Counter(), Counter(), defaultdict(float)
    for days in days_of(orders).values():
        first, *later = days
        key = (len(later), (max(days) - first).days, (PAPER_AS_OF - first).days)
        histories[key] += 1
        if later:
            mean = float(sum(days[when] for when in later)) / len(later)
            amounts[key] += mean
            spend[len(later), round(mean, 9)] += 1
    found = records(model_tables.cells(customers_of(orders)), *CELLS)
    assert [row[:4] for row in found] == sorted((*key, count) for key, count in histories.items())
    assert [row[4] for row in found] == pytest.approx([amounts[row[:3]] for row in found], abs=1e-9)
    spent = [
        (row[0], round(row[1], 9), row[2])
        for row in records(model_tables.spend_cells(customers_of(orders)), *SPEND)
    ]
    assert spent == sorted((*key, count) for key, count in spend.items())


def test_holdout_cells_on_paper():
    # Known at the end of February: all but Eli. Dea's first purchase is on the last day.
    table = model_tables.holdout_cells(purchases_of(PAPER), calibration_end=date(2024, 2, 29))
    assert records(table, *HOLDOUT) == [
        (0, 0, 0, 1, 1),  # Dea
        (0, 0, 28, 0, 1),  # Fay
        (0, 0, 58, 0, 1),  # Bob
        (0, 0, 59, 1, 1),  # Cem
        (1, 15, 50, 1, 1),  # Ann
    ]


def test_holdout_cells_without_anyone_known_are_empty():
    table = model_tables.holdout_cells(purchases_of(PAPER), calibration_end=date(2023, 12, 31))
    assert records(table, *HOLDOUT) == []


@given(ORDERS, st.integers(0, 120))
@RANDOM
def test_holdout_cells_split_every_history_at_the_end_of_calibration(orders, after):
    split = FIRST_DAY + timedelta(days=after)
    expected = Counter()
    for days in days_of(orders).values():
        early = [when for when in days if when <= split]
        if early:
            expected[
                len(early) - 1, (early[-1] - early[0]).days, (split - early[0]).days, len(days) - len(early)
            ] += 1
    table = model_tables.holdout_cells(purchases_of(orders), calibration_end=split)
    assert records(table, *HOLDOUT) == sorted((*key, count) for key, count in expected.items())


def test_weekly_repeats_on_paper():
    # Week 1 is 1 to 7 January. Eli is not known at the end of February. 30 April is in week 18, which is not whole.
    table = model_tables.weekly_repeats(
        purchases_of(PAPER), calibration_end=date(2024, 2, 29), as_of=PAPER_AS_OF
    )
    assert records(table) == [(1, 0), (2, 0), (4, 1), (5, 0), (9, 0), (12, 1), (13, 1), (16, 1)]


@pytest.mark.parametrize(("as_of", "weeks"), [(date(2024, 1, 13), [1]), (date(2024, 1, 14), [1, 2])])
def test_a_week_counts_when_its_seventh_day_is_over(as_of, weeks):
    orders = [("ann", "2024-01-01", "1"), ("ann", "2024-01-08", "1")]
    table = model_tables.weekly_repeats(purchases_of(orders), calibration_end=as_of, as_of=as_of)
    assert [week for week, _ in records(table)] == weeks


@given(ORDERS, st.integers(0, 120))
@RANDOM
def test_weekly_repeats_count_repeat_days_of_known_customers(orders, after):
    split = FIRST_DAY + timedelta(days=after)
    known = [list(days) for days in days_of(orders).values() if min(days) <= split]
    expected = {}
    if known:
        start = min(days[0] for days in known)
        whole_weeks = ((PAPER_AS_OF - start).days + 1) // 7
        for days in known:
            for rank, when in enumerate(days):
                week = (when - start).days // 7 + 1
                if week <= whole_weeks:
                    expected[week] = expected.get(week, 0) + (rank > 0)
    table = model_tables.weekly_repeats(purchases_of(orders), calibration_end=split, as_of=PAPER_AS_OF)
    assert records(table) == sorted(expected.items())


# --- lifetimes on the CDNOW log --------------------------------------------------------------------------------

# lifetimes sets an option of pandas on import that pandas 3 has retired.
IMPORTS_LIFETIMES = pytest.mark.filterwarnings("ignore:The 'mode.chained_assignment' option is deprecated")


@pytest.fixture(scope="module")
def cdnow():
    """Return the purchases of the CDNOW log as a table of the engine."""
    log = cdnow_orders()
    rows = pa.table(
        {
            "use": pa.array(["used"] * len(log)),
            "customer_id": pa.array(log["customer_id"].to_list()),
            "day": pa.array(log["day"].dt.date.to_list()),
            "amount": pa.array(
                [Decimal(cents).scaleb(-2) for cents in log["cents"].tolist()], pa.decimal128(18, 2)
            ),
        }
    )
    return ibis.duckdb.connect().create_table("purchases", tables.purchases(ibis.memtable(rows)))


def summary_by_lifetimes(until: str) -> pd.DataFrame:
    from lifetimes.utils import summary_data_from_transaction_data

    log = cdnow_orders().assign(amount=lambda order: order["cents"] / 100)
    return summary_data_from_transaction_data(
        log, "customer_id", "day", "amount", observation_period_end=until
    ).reset_index(names="customer_id")


@IMPORTS_LIFETIMES
def test_customers_agree_with_lifetimes_on_cdnow(cdnow):
    calendar = calendar_to(parse_period("1998-06"), date(1997, 1, 1))
    table = tables.customers(cdnow, as_of=date(1998, 6, 30), calendar=calendar, warmup_until=date(1997, 1, 1))
    found = table.to_pandas().sort_values("customer_id", ignore_index=True)
    theirs = summary_by_lifetimes("1998-06-30")
    assert len(found) == 23_502
    for ours, column in (("frequency", "frequency"), ("recency_days", "recency"), ("age_days", "T")):
        np.testing.assert_array_equal(found[ours], theirs[column], err_msg=ours)
    mean = found["repeat_amount"].astype(float) / found["frequency"].clip(lower=1)
    np.testing.assert_allclose(mean, theirs["monetary_value"], rtol=1e-12)

    cells = model_tables.cells(table).to_pandas()
    assert cells["customers"].sum() == 23_502
    assert cells["monetary_sum"].sum() == pytest.approx(theirs["monetary_value"].sum(), rel=1e-12)
    spend = model_tables.spend_cells(table).to_pandas()
    repeaters = theirs[theirs["frequency"] > 0]
    assert spend["customers"].sum() == len(repeaters)
    weighted = (spend["customers"] * spend["frequency"] * spend["monetary_value"]).sum()
    assert weighted == pytest.approx((repeaters["frequency"] * repeaters["monetary_value"]).sum(), rel=1e-12)


@IMPORTS_LIFETIMES
def test_holdout_cells_agree_with_lifetimes_and_pandas_on_cdnow(cdnow):
    theirs = summary_by_lifetimes("1997-09-30")
    days = cdnow_orders().drop_duplicates(["customer_id", "day"])
    later = days[days["day"] > "1997-09-30"].groupby("customer_id").size()
    theirs["holdout_purchases"] = theirs["customer_id"].map(later).fillna(0)
    keys = ["frequency", "recency", "T", "holdout_purchases"]
    expected = theirs.groupby(keys).size().reset_index(name="customers")
    table = model_tables.holdout_cells(cdnow, calibration_end=date(1997, 9, 30))
    assert records(table, *HOLDOUT) == sorted(expected.astype(int).itertuples(index=False, name=None))


def test_weekly_repeats_agree_with_pandas_on_cdnow(cdnow):
    days = cdnow_orders().drop_duplicates(["customer_id", "day"]).sort_values(["customer_id", "day"])
    is_known = days.groupby("customer_id")["day"].transform("min") <= "1997-09-30"
    days = days[days.duplicated("customer_id") & is_known]
    weeks = (days["day"] - pd.Timestamp("1997-01-01")).dt.days // 7 + 1
    expected = weeks.value_counts()
    table = model_tables.weekly_repeats(cdnow, calibration_end=date(1997, 9, 30), as_of=date(1998, 6, 30))
    found = dict(records(table))
    assert sorted(found) == list(range(1, 79))  # 546 days are 78 whole weeks
    assert found == {week: expected.get(week, 0) for week in range(1, 79)}

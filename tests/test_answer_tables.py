"""Where customers stood when they answered: counted on paper, and as the states of that day have it."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from order_samples import FIRST_DAY, ORDERS, PAPER, purchases_of

from retention_utils.answer_tables import answer_states
from retention_utils.merged_ids import under_one_id
from retention_utils.states import customer_states


def states_at(orders, answers) -> dict[tuple[str, date], dict]:
    purchases = purchases_of(orders)
    table = pa.table(
        {
            "customer_id": pa.array([who for who, _ in answers], pa.string()),
            "day": pa.array([day for _, day in answers], pa.date32()),
        }
    )
    brought = purchases.get_backend().create_table("answers", table, temp=True, overwrite=True)
    found = answer_states(purchases, brought).to_pyarrow().to_pylist()
    return {(row.pop("customer_id"), row.pop("day")): row for row in found}


def test_on_paper():
    # Ann bought on 10 January (15.00), 25 January (20.00) and 20 March; Fay comes on 1 February.
    got = states_at(
        PAPER,
        [("ann", date(2024, 1, 25)), ("ann", date(2024, 1, 25)), ("ann", date(2024, 4, 1)), ("fay", date(2024, 1, 31)),
         ("who", date(2024, 2, 1))],
    )  # fmt: skip
    assert set(got) == {("ann", date(2024, 1, 25)), ("ann", date(2024, 4, 1))}
    first = got["ann", date(2024, 1, 25)]
    assert (first["silence_days"], first["window_purchases"], first["year_purchases"]) == (1, 2, 2)
    assert (float(first["year_amount"]), first["next_day"]) == (35.0, date(2024, 3, 20))
    assert (got["ann", date(2024, 4, 1)]["silence_days"], got["ann", date(2024, 4, 1)]["next_day"]) == (
        13,
        None,
    )
    assert states_at(PAPER, []) == {}


@given(ORDERS, st.integers(0, 120))
@settings(deadline=None, max_examples=15)
def test_it_is_the_state_of_that_day_and_what_came_next(orders, days):
    day = FIRST_DAY + timedelta(days=days)
    names = sorted({who for who, _, _ in orders})
    got = states_at(orders, [(who, day) for who in names])
    same = ("silence_days", "window_purchases", "year_purchases", "year_amount")
    states = customer_states(purchases_of(orders), day=day, stretch_days=30).to_pyarrow().to_pylist()
    assert {who: [row[name] for name in same] for (who, _), row in got.items()} == {
        row["customer_id"]: [row[name] for name in same] for row in states
    }
    for (who, _), row in got.items():
        later = [when for name, when, _ in orders if name == who and when > day]
        assert row["next_day"] == min(later, default=None)


@pytest.mark.parametrize("name", ["surveys", "campaigns"])
def test_customers_with_several_ids_are_one(name):
    merges = pa.table({"customer_id": ["old"], "same_as": ["new"]})
    table = pa.table({"customer_id": pa.array(["old", "new", "ann", None], pa.string())})
    got = under_one_id({"merges": merges, name: table, "plan": table})
    assert got[name]["customer_id"].to_pylist() == ["new", "new", "ann", None]
    assert got["plan"] is table
    assert under_one_id({name: table}) == {name: table}

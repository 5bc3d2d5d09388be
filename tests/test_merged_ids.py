"""A customer with several ids is one customer in every table, not in the order log alone."""

import pyarrow as pa
import pytest

from retention_utils.canonical import CANONICAL
from retention_utils.config import ContractSettings
from retention_utils.merged_ids import under_one_id
from retention_utils.subscriptions.spans import contract_spans

MERGES = pa.table({"customer_id": ["old", "older"], "same_as": ["ann", "ann"]})
NAMING = [name for name, table in CANONICAL.items() if "customer_id" in table.names and name != "merges"]


def test_the_tables_that_name_customers_are_these():
    assert NAMING == ["subscriptions", "reasons", "surveys", "campaigns", "activity"]


@pytest.mark.parametrize("name", NAMING)
def test_every_table_that_names_customers_has_the_id_they_are_counted_under(name):
    columns = {column: pa.nulls(4, pa.string()) for column in CANONICAL[name].names}
    table = pa.table({**columns, "customer_id": ["old", "bob", None, "older"]})
    further = {name: table, "merges": MERGES, "costs": pa.table({"period": ["2024"]})}
    found = under_one_id(further)
    assert found[name]["customer_id"].to_pylist() == ["ann", "bob", None, "ann"]
    rest = table.column_names[2:] if name == "subscriptions" else table.column_names[1:]
    assert found[name].select(rest).equals(table.select(rest))
    assert (found["merges"], found["costs"]) == (MERGES, further["costs"])
    assert under_one_id({name: table}) == {name: table}


def test_contracts_known_by_their_customer_alone_stay_two():
    rows = [
        {"subscription_id": None, "customer_id": "old", "start": "2024-01-01", "end": "2024-02-01",
         "amount": 10.0, "is_pause": True},
        {"subscription_id": None, "customer_id": "ann", "start": "2024-02-10", "end": None,
         "amount": 20.0, "is_pause": False},
        {"subscription_id": "own", "customer_id": "older", "start": "2024-02-10", "end": None,
         "amount": 30.0, "is_pause": False},
    ]  # fmt: skip
    table = under_one_id({"subscriptions": pa.Table.from_pylist(rows), "merges": MERGES})["subscriptions"]
    assert table["subscription_id"].to_pylist() == ["old", None, "own"]
    spans = contract_spans(table.to_pandas(), ContractSettings(pause_days=90))
    assert set(spans["customer_id"]) == {"ann"}
    # The pause of the first contract is not ended by the start of the second.
    paused = spans[spans["mrr"] == 0]
    assert (paused["contract"].item(), str(paused["end_day"].item().date())) == ("old", "2024-05-01")

"""The same mart from DuckDB, PostgreSQL and Spark: on the demo clients and on generated logs, dirt included."""

import csv
import io
import random
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from retention_utils.build import build_mart
from retention_utils.config import ClientConfig, read_config
from retention_utils.errors import InputError
from retention_utils.intake import open_intake
from retention_utils.sources.raw import read_raw
from retention_utils.upkeep import ensure_mart, resolve_period

pytest_plugins = ["engines"]
pytestmark = [
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated:Warning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]

PROJECT = Path(__file__).parents[1]
NUMBERED = {"file", "row", "line"}  # a database has no files, and its rows no order


@pytest.fixture(params=["postgres", "spark"])
def engine(request, monkeypatch):
    """One of the two other engines: how to fill a table, and the URL that leads there."""
    backend = request.getfixturevalue(request.param)
    if request.param == "postgres":
        return _fill_postgres, backend, request.getfixturevalue("postgres_cluster").url
    # One Spark serves all tests of the process; a client's run stops the one it has started.
    monkeypatch.setattr(type(backend), "disconnect", lambda self: None)
    return _fill_spark, backend, "spark+local://2"


def _fill_postgres(backend, name: str, table: pa.Table, folder: Path) -> None:
    types = {"string": "text", "date32[day]": "date", "decimal128(18, 2)": "numeric(18, 2)"}
    columns = ", ".join(f'"{field.name}" {types[str(field.type)]}' for field in table.schema)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        ["\\N" if value is None else value for value in row.values()] for row in table.to_pylist()
    )
    with backend.con.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS "{name}"; CREATE TABLE "{name}" ({columns})')
        with cursor.copy(f"COPY \"{name}\" FROM STDIN (FORMAT csv, NULL '\\N')") as copy:
            copy.write(text.getvalue())


def _fill_spark(backend, name: str, table: pa.Table, folder: Path) -> None:
    pq.write_table(table, folder / f"{name}.parquet")
    backend._session.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(name)


def client_folder(project: Path, client: str, content: dict) -> ClientConfig:
    (project / "data" / client).mkdir(parents=True, exist_ok=True)
    return ClientConfig.model_validate(content)


def contents(mart) -> dict[str, pd.DataFrame]:
    with duckdb.connect(mart.file, read_only=True) as connection:
        names = sorted(name for (name,) in connection.execute("SHOW TABLES").fetchall())
    tables = {name: mart.table(name) for name in names if name != "facts"}
    tables = {name: table.drop(columns=NUMBERED & set(table.columns)) for name, table in tables.items()}
    return {name: table.sort_values(list(table.columns), ignore_index=True) for name, table in tables.items()}


def assert_same_marts(first, second) -> None:
    one, other = contents(first), contents(second)
    assert list(one) == list(other)
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], check_dtype=False, rtol=1e-12, obj=name)


def in_engine(content: dict, url: str, table: str) -> dict:
    """Turn a client's content into that of the same client with its orders in a database."""
    kept = {"columns", "date_format", "decimal_mark", "thousands_mark", "time_zone", "grain", "statuses"}
    orders = {key: value for key, value in content["orders"].items() if key in kept}
    return content | {"orders": orders | {"url": url, "table": table}}


def test_cdnow(engine, tmp_path):
    fill, backend, url = engine
    content = tomllib.loads((PROJECT / "data/cdnow/client.toml").read_text(encoding="utf-8"))
    config = ClientConfig.model_validate(content)
    with open_intake(PROJECT / "data/cdnow", config) as intake:
        log = intake.order_log
        rows = log.select(
            "customer_id", date=log["ordered_at"].date(), dollar_value=log["amount"].cast("decimal(18, 2)")
        )
        fill(backend, "cdnow_orders", rows.to_pyarrow(), tmp_path)
    embedded = build_mart(PROJECT, "cdnow", config, "1998-06", place=tmp_path / "embedded.duckdb")
    remote = client_folder(tmp_path, "cdnow", in_engine(content, url, "cdnow_orders"))
    found = build_mart(tmp_path, "cdnow", remote, "1998-06", place=tmp_path / "found.duckdb")
    assert len(found.table("customers")) == 23_502
    assert_same_marts(embedded, found)


def text_table(folder: Path, config: ClientConfig) -> pa.Table:
    """The columns of an order log as they are written, but for what only a file can have wrong with it."""
    with open_intake(folder, config) as intake:
        mapped = config.orders.columns.mapped()
        raw = read_raw(
            intake.backend, config.orders, intake.files["orders"], mapped, workspace=intake.workspace
        )
        is_whole = raw["extra"].isnull()  # noqa: PD003
        raw = raw.filter(is_whole & ~raw["label"].startswith("Итого"))
        return raw.select(
            **{theirs: raw[ours].cast("string") for ours, theirs in mapped.items()}
        ).to_pyarrow()


def write_csv(table: pa.Table, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.column_names)
        writer.writerows([value or "" for value in row.values()] for row in table.to_pylist())


def embedded_and_remote(content: dict, table: pa.Table, period: str, engine, tmp_path):
    """Build the mart of the same text twice: from a file, and in the engine."""
    fill, backend, url = engine
    how = {"path": "orders.csv", "encoding": "utf-8", "delimiter": ",", "header_row": 1}
    config = client_folder(tmp_path, "shop", content | {"orders": content["orders"] | how})
    write_csv(table, tmp_path / "data/shop/orders.csv")
    fill(backend, "shop_orders", table, tmp_path)
    remote = client_folder(tmp_path, "shop", in_engine(content, url, "shop_orders"))
    return (
        build_mart(tmp_path, "shop", config, period, place=tmp_path / "embedded.duckdb"),
        build_mart(tmp_path, "shop", remote, period, place=tmp_path / "found.duckdb"),
    )


def test_a_dirty_export(engine, tmp_path):
    folder = PROJECT / "data/lavka"
    content = tomllib.loads((folder / "client.toml").read_text(encoding="utf-8"))
    (tmp_path / "data/shop").mkdir(parents=True)
    for name in content["tables"]:
        (tmp_path / f"data/shop/{name}.csv").write_bytes((folder / f"{name}.csv").read_bytes())
    table = text_table(folder, ClientConfig.model_validate(content))
    names = ("customer_id", "campaign", "arm", "day")
    content["tables"]["campaigns"] = {"path": "campaigns.csv", "columns": {name: name for name in names}}
    drawn = [f"{number:06d},call,treatment,2024-03-01" for number in range(1, 400)]
    (tmp_path / "data/shop/campaigns.csv").write_text(
        "\n".join([",".join(names), *drawn, ""]), encoding="utf-8"
    )
    embedded, found = embedded_and_remote(content, table, "2025-01", engine, tmp_path)
    uses = set(found.table("row_account")["use"])
    assert {
        "refund",
        "refunded",
        "orphan_refund",
        "duplicate",
        "cancelled",
        "other_currency",
        "bad_amount",
    } <= uses
    assert set(found.table("identity")["identity"]) == {"id", "recognised", "contact", "none"}
    assert len(found.table("campaign_purchases")) > 400
    assert_same_marts(embedded, found)


LINES = {
    "name": "Shop",
    "business_type": "occasions",  # has the tables of all orders, and two of its own
    "currency": "UAH",
    "time_zone": "Europe/Kyiv",
    "history_start": date(2024, 1, 1),
    "data_horizon": date(2024, 12, 31),
    "policies": {"unreadable_share": 0.5},
    "orders": {
        "grain": "lines",
        "time_zone": "UTC",
        "decimal_mark": ",",
        "thousands_mark": ".",
        "date_format": ["%Y-%m-%dT%H:%M:%S%z", "%d.%m.%Y %H:%M"],
        "columns": {
            "customer_id": "who", "ordered_at": "when", "quantity": "n", "unit_price": "price",
            "less": ["discount"], "order_id": "order", "status": "state", "phone": "tel",
            "channel": "where", "category": "what",
        },
    },
}  # fmt: skip


def random_lines(seed: int, rows: int = 900) -> pa.Table:
    chance = random.Random(seed)
    begins = datetime(2024, 1, 1)

    def line(number: int) -> dict[str, str | None]:
        moment = begins + timedelta(minutes=chance.randrange(366 * 24 * 60))
        forms = [
            f"{moment:%Y-%m-%dT%H:%M:%S}{chance.choice(['Z', '+03:00', '-0500'])}",
            f"{moment:%d.%m.%Y %H:%M}",
            chance.choice(["31.02.2024 10:00", "soon", "", None, "2024-13-01T00:00:00Z"]),
        ]
        price = chance.choice(
            ["12,50", "1.234,00", "1 234,5 грн", "₴7", "(3,00)", "1.5", "-4", "x", None, "0"]
        )
        return {
            "who": chance.choice([None, "", *(f"00{name}" for name in range(40))]),
            "when": chance.choices(forms, [10, 10, 1])[0],
            "n": chance.choice(["1", "2", "3", "-1", "1,5"]),
            "price": chance.choices([price, "20,00"], [1, 3])[0],
            "discount": chance.choice([None, "", "0", "1,25"]),
            "order": None if chance.random() < 0.05 else f"N{number // 2}",
            "state": chance.choice(["", "ОПЛАЧЕНО", "Скасовано ", "Повернення", "тест"]),
            "tel": chance.choice([None, "+38 (067) 123-45-67", "067 1234567", "12"]),
            "where": chance.choice(
                ["site", " shop ", "Site", "сайт", "", "\u00a0", None, "'; DROP TABLE x; --"]
            ),
            "what": chance.choice(["tea", "coffee", None, "\u202ecup"]),
        }

    columns = list(line(0))
    return pa.Table.from_pylist(
        [line(number) for number in range(rows)], schema=pa.schema({name: pa.string() for name in columns})
    )


@pytest.mark.parametrize("seed", [1])
def test_generated_lines(engine, tmp_path, seed):
    embedded, found = embedded_and_remote(LINES, random_lines(seed), "2024-11", engine, tmp_path)
    account = found.table("row_account").set_index("use")["rows"]
    assert account["used"] > 150
    assert {"bad_date", "bad_amount", "no_customer", "cancelled", "test", "refunded"} <= set(account.index)
    histories = found.table("occasion_cells")
    assert histories["frequency"].max() > 3
    assert (histories["monetary_value"] % 1 != 0).any()  # so sums of fractions agree, too
    assert found.table("occasion_holdout")["holdout_purchases"].max() > 1
    assert_same_marts(embedded, found)


def test_a_table_that_has_changed_makes_the_mart_stale(engine, tmp_path):
    fill, backend, url = engine
    rows = pa.table(
        {
            "customer": ["ann", "bob", "ann"],
            "day": [date(2024, 1, 5), date(2024, 2, 6), date(2024, 3, 7)],
            "paid": pa.array([10, 20, 30], pa.decimal128(18, 2)),
        }
    )
    fill(backend, "few_orders", rows, tmp_path)
    folder = tmp_path / "data/shop"
    folder.mkdir(parents=True)
    (folder / "client.toml").write_text(
        f'name = "Shop"\ncurrency = "EUR"\n[orders]\nurl = "{url}"\ntable = "few_orders"\n'
        '[orders.columns]\ncustomer_id = "customer"\nordered_at = "day"\namount = "paid"\n',
        encoding="utf-8",
    )
    config = read_config(folder / "client.toml")
    period = resolve_period(tmp_path, "shop", config, None)
    assert period.key == "2024-02"  # 7 March is the last day seen
    first = ensure_mart(tmp_path, "shop", "2024-02").file.stat().st_mtime_ns
    assert ensure_mart(tmp_path, "shop", "2024-02").file.stat().st_mtime_ns == first
    fill(backend, "few_orders", rows.slice(0, 2), tmp_path)
    fill(backend, "few_orders", pa.concat_tables([rows, rows.slice(1, 1)]), tmp_path)
    changed = ensure_mart(tmp_path, "shop", "2024-02")
    assert changed.file.stat().st_mtime_ns != first
    assert changed.table("daily")["orders"].tolist() == [1, 2]


def test_a_table_that_is_not_there_is_refused_and_nothing_is_written(engine, tmp_path):
    *_, url = engine
    config = client_folder(tmp_path, "shop", in_engine(LINES, url, "no_such_table"))
    with pytest.raises(InputError, match="it has no such table"):
        build_mart(tmp_path, "shop", config, "2024-11")
    assert list((tmp_path / ".retention").rglob("*.duckdb*")) == []

"""From a dirty export to the known table and back: proposed, settled, read, and not a cent or a customer lost."""

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from itertools import count

import ibis
import pandas as pd
import pytest
import xlsxwriter
from command_line import call
from dialect_samples import exports
from hypothesis import HealthCheck, given, settings

from retention_utils.config import read_config
from retention_utils.export_dialects import Dialect, write_export
from retention_utils.mart import open_mart
from retention_utils.project import client_file
from retention_utils.proposal.propose import propose
from retention_utils.quality.classify import classify_rows, log_traits
from retention_utils.sources.orders import read_order_log

NUMBERS = count()
NO_RECORDS = {"repeated_header", "total_row"}
ORDER_OF = {
    "%d/%m/%Y": "day_first", "%d.%m.%Y": "day_first", "%d.%m.%y": "day_first",
    "%m/%d/%Y": "month_first", "%Y-%m-%d": "year_first",
}  # fmt: skip


@given(export=exports())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_export_is_read_back_as_the_table_it_was_made_of(tmp_path, duckdb, export):
    file = tmp_path / "orders.csv"
    file.write_bytes(export.content)
    config = settled(file, export)
    log = read_order_log(
        duckdb,
        config.orders,
        [file],
        currency=config.currency,
        time_zone=config.time_zone,
        workspace=tmp_path,
    )
    log = duckdb.create_table(f"log_{next(NUMBERS)}", log, temp=True)
    rows = classify_rows(
        log, config, traits=log_traits(log), history_start=date(1990, 1, 1), as_of=date(2030, 1, 1)
    ).to_pyarrow().to_pylist()  # fmt: skip
    records = [row for row in rows if row["use"] not in NO_RECORDS]
    found = Counter((row["customer_id"], row["ordered_at"], row["amount"]) for row in records)
    truth = export.table[["customer_id", "ordered_at", "amount"]].itertuples(index=False, name=None)
    assert found == Counter((who, when.to_pydatetime(), amount) for who, when, amount in truth)


@pytest.fixture(scope="module")
def duckdb():
    backend = ibis.duckdb.connect()
    yield backend
    backend.disconnect()


def settled(file, export):
    """Answer what is asked with the truth, and read the client file that comes of it."""
    truth, currency = export.settings, export.currency
    zone = export.dialect.time_zone or "UTC"
    known = {key: str(truth[key]) for key in ("encoding", "delimiter", "header_row", "decimal_mark")}
    known |= {"currency": currency, "time_zone": zone, "grain": "orders"}
    known |= {
        "date_order": next((ORDER_OF[day] for day in ORDER_OF if truth["date_format"].startswith(day)), "")
    }
    known |= {role: str(column) for role, column in truth["columns"].items()}
    # Few letters leave it open how they are written, and no question may be asked about a wrong reading.
    answers = {"encoding": known["encoding"]}
    while questions := (proposal := propose([file], name="Shop", answers=answers)).questions:
        assert questions[0].key not in answers
        answers[questions[0].key] = known[questions[0].key]
    client_toml = file.with_name("client.toml")
    client_toml.write_text(proposal.client_toml(), encoding="utf-8")
    return read_config(client_toml)


ORDERS = pd.DataFrame(
    [
        ("0012", datetime(2024, 1, 5, 10, 30), Decimal("1234.50")),
        ("K-7", datetime(2024, 1, 31, 23, 59), Decimal("10.00")),
        ("0012", datetime(2024, 2, 1, 0, 0), Decimal("0.99")),
        ("00012", datetime(2024, 2, 9, 12, 0), Decimal("12500.00")),
        ("K-7", datetime(2024, 2, 29, 9, 15), Decimal("1000000.01")),
        ("a,b;c", datetime(2024, 3, 17, 9, 15), Decimal("99.95")),
        ("0012", datetime(2024, 3, 31, 18, 0), Decimal("7.00")),
    ],
    columns=["customer_id", "ordered_at", "amount"],
)
ORDERS.insert(0, "order_id", [f"A-{number:03d}" for number in range(1, 8)])


@dataclass(frozen=True)
class Sent:
    """What a client sends, and what only the client knows about it."""

    content: bytes
    name: str = "orders.csv"
    answers: dict[str, str] = field(default_factory=dict)


def workbook():
    """Title lines, real dates and numbers, a line of totals."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("Примечания").write(0, 0, "Выгрузка")
        sheet = book.add_worksheet("Заказы")
        days = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        sheet.write(0, 0, "Отчёт о заказах")
        sheet.write_row(2, 0, ["Номер заказа", "Дата заказа", "Код клиента", "Сумма, грн."])
        for number, (order, time, who, amount) in enumerate(
            ORDERS[["order_id", "ordered_at", "customer_id", "amount"]].itertuples(index=False), 3
        ):
            sheet.write_string(number, 0, order)
            sheet.write_datetime(number, 1, time.to_pydatetime(), days)
            sheet.write_string(number, 2, who)
            sheet.write_number(number, 3, float(amount))
        sheet.write_row(10, 0, ["Итого", "", "", float(ORDERS["amount"].sum())])
    return stream.getvalue()


def json_lines():
    """Numbers as numbers, times with offsets."""
    rows = ORDERS.rename(columns={"customer_id": "user_id", "ordered_at": "created_at", "amount": "total"})
    return "".join(
        json.dumps(
            {
                **row,
                "created_at": f"{row['created_at']:%Y-%m-%dT%H:%M:%S+00:00}",
                "total": float(row["total"]),
            }
        )
        + "\n"
        for row in rows.to_dict("records")
    ).encode()


def lines():
    """Two lines to an order, with quantity and price, of which the order has the status."""
    rows = ["Order ID;Created at;Customer ID;Lineitem quantity;Lineitem price;Currency"]
    for order, who, time, amount in ORDERS.itertuples(index=False):
        head = f"{order};{time:%d.%m.%Y %H:%M};{chr(34)}{who}{chr(34)}"
        rest = amount - Decimal("0.50")
        rows += [f"{head};1;{rest:f};EUR".replace(".", ",").replace(f"{time:%d,%m,%Y}", f"{time:%d.%m.%Y}")]
        rows += [f"{head};2;0,25;EUR"]
    return "\r\n".join(rows).encode()


def statuses():
    """Cancelled, test and failed orders beside the good ones, and a copy of a line."""
    rows = ["№ замовлення,Дата замовлення,Код клієнта,Сума,Валюта,Статус"]
    for order, who, time, amount in ORDERS.itertuples(index=False):
        rows.append(f'{order},{time:%Y-%m-%d %H:%M},"{who}",{amount:f},грн,Виконано')
    rows += [
        "B-1,2024-02-02 10:00,K-8,500.00,грн,Скасовано",
        "B-2,2024-02-03 10:00,test,1.00,грн,Тест",
        rows[3],
    ]
    return "\n".join(rows).encode("utf-8-sig")


EXPORTS = {
    "plain": Sent(write_export(ORDERS, Dialect()), answers={"currency": "EUR"}),
    "Windows Cyrillic with totals": Sent(
        write_export(
            ORDERS,
            Dialect(
                encoding="cp1251", delimiter=";", decimal_mark=",", thousands_mark="\xa0", language="ru",
                date_format="%d.%m.%Y %H:%M", title_lines=("ООО Ромашка", "Отчёт; 2024"), has_total=True,
                trailing_columns=2, currency_sign="руб.", repeat_header_after=3, blank_line_after=2,
            ),
        )
    ),
    "Ukrainian words for months, UTF-16": Sent(
        write_export(
            ORDERS,
            Dialect(
                encoding="utf-16", delimiter="\t", decimal_mark=",", thousands_mark=".", language="uk",
                date_format="%d %B %Y %H:%M", currency_sign="₴", quote_all=True, has_total=True,
            ),
        )
    ),
    "American": Sent(
        write_export(
            ORDERS,
            Dialect(date_format="%m/%d/%Y %I:%M %p", thousands_mark=",", currency_sign="$", encoding="utf-8-sig"),
        )
    ),
    "slashes and apostrophes": Sent(
        write_export(ORDERS, Dialect(date_format="%d/%m/%Y %H:%M", thousands_mark="'", delimiter="|")),
        answers={"currency": "CHF"},
    ),
    "offsets from UTC": Sent(
        write_export(ORDERS, Dialect(date_format="%Y-%m-%dT%H:%M:%S%z", time_zone="Europe/Kyiv", currency_sign="€")),
        answers={"time_zone": "Europe/Kyiv"},
    ),
    "no header": Sent(
        write_export(ORDERS, Dialect(has_header=False, delimiter=";", decimal_mark=",", thousands_mark=" ")),
        answers={"currency": "EUR", "customer_id": "2", "amount": "4"},
    ),
    "DOS Cyrillic": Sent(
        write_export(
            ORDERS,
            Dialect(encoding="cp866", delimiter=";", language="ru", date_format="%d.%m.%y %H:%M", line_end="\n"),
        ),
        answers={"currency": "KZT"},
    ),
    "workbook": Sent(workbook(), "orders.xlsx"),
    "JSON Lines": Sent(json_lines(), "orders.jsonl", {"currency": "USD", "time_zone": "UTC"}),
    "lines of orders": Sent(lines()),
    "states and copies": Sent(statuses()),
}  # fmt: skip


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_dirty_export_comes_into_the_mart_whole(project, tmp_path_factory, monkeypatch, capsys, kind):
    sent = EXPORTS[kind]
    file = tmp_path_factory.mktemp("sent") / sent.name
    file.write_bytes(sent.content)
    answers = reduce(lambda words, pair: [*words, "--answer", "=".join(pair)], sent.answers.items(), [])
    code, _, err = call(project.folder, monkeypatch, capsys, "init", "shop", str(file), *answers)
    assert (code, err) == (0, "")
    assert call(project.folder, monkeypatch, capsys, "check", "shop")[0] == 0
    customers = open_mart("shop", "2024-03").table("customers")
    truth = ORDERS.groupby("customer_id").agg(orders=("order_id", "count"), amount=("amount", "sum"))
    found = customers.set_index("customer_id")[["orders", "amount"]].sort_index()
    assert found["orders"].to_dict() == truth["orders"].to_dict()
    assert found["amount"].round(4).to_dict() == truth["amount"].astype(float).to_dict()
    config = read_config(client_file(project.folder, "shop"))
    assert config.currency == sent.answers.get("currency", config.currency)

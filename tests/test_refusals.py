"""What makes an order log unusable: the cells that cannot be read, found in their line, and every reason at once."""

import ibis
import pandas as pd
import pytest
import xlsxwriter
from log_samples import AS_OF, START, classified, client, order

from retention_utils.errors import InputError
from retention_utils.quality.classify import classify_rows, log_traits
from retention_utils.quality.refusals import refuse_unusable, unreadable_cells
from retention_utils.source_config import OrderColumns, OrderSource
from retention_utils.sources.orders import read_order_log

COLUMNS = {"customer_id": "Kunde", "ordered_at": "Datum", "amount": "Betrag"}


@pytest.fixture
def cells(tmp_path):
    """Write texts as the files of an order log and return the cells that cannot be read, as records."""

    def unreadable(contents, columns=COLUMNS, **how):
        for name, text in contents.items():
            if text is not None:
                (tmp_path / name).write_text(text, encoding="utf-8")
        files = [tmp_path / name for name in contents]
        source = OrderSource(path=list(contents), columns=OrderColumns(**columns), **how)
        backend = ibis.duckdb.connect()
        how = {"currency": "EUR", "time_zone": "UTC", "workspace": tmp_path}
        log = backend.create_table("log", read_order_log(backend, source, files, **how))
        rows = classify_rows(log, client(), traits=log_traits(log), history_start=START, as_of=AS_OF)
        found = unreadable_cells(rows, source, files, workspace=tmp_path)
        backend.disconnect()
        assert list(found.columns) == ["file", "row", "line", "column", "use", "found"]
        return found.to_dict("split")["data"]

    return unreadable


# --- where a cell is -------------------------------------------------------------------------------------------


def test_a_record_below_titles_and_line_breaks_is_found_in_its_line(cells):
    text = (
        "Umsatz\n\n"
        '"Stand\nMärz"\n'
        "Kunde,Datum,Betrag\n"
        '"ann\nlane 1",2024-02-01,5\n'
        "\n"
        "bob,gestern,5\n"
        '"cem\r\nroad\n2",2024-02-01,\n'
        "dee,2024-02-01,1,2\n"
    )
    assert cells({"a.csv": text}, header_row=4) == [
        ["a.csv", 6, 9, "Datum", "bad_date", "gestern"],
        ["a.csv", 7, 10, "Betrag", "bad_amount", ""],
        ["a.csv", 8, 13, "beyond the last column", "ragged", "2"],
    ]


def test_files_are_listed_by_name_and_each_counts_its_own_lines(cells):
    header = "Kunde,Datum,Betrag\n"
    contents = {"b.csv": header + '"a\nb",2024-02-01,5\nc,x,5\n', "a.csv": header + "c,y,5\n"}
    assert [cell[:3] for cell in cells(contents)] == [["a.csv", 2, 2], ["b.csv", 3, 4]]


def test_beside_a_sheet_which_has_rows_a_text_still_has_lines(cells, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS.values())
        sheet.write_row(3, 0, ["ann", "soon", 5])
    text = 'Kunde,Datum,Betrag\n"a\nb",2024-02-01,5\nc,x,5\n'
    assert [cell[:3] for cell in cells({"a.xlsx": None, "b.csv": text})] == [
        ["a.xlsx", 4, 4],
        ["b.csv", 3, 4],
    ]


def test_what_an_amount_is_made_of_is_named_together(cells):
    columns = {"customer_id": 1, "ordered_at": 2, "quantity": 3, "unit_price": 4, "less": [5]}
    text = "ann,soon,1,1,1\nbob,2024-02-01,1,x,\n"
    assert cells({"a.csv": text}, columns, header_row=0) == [
        ["a.csv", 1, 1, "2", "bad_date", "soon"],
        ["a.csv", 2, 2, "3 | 4 | 5", "bad_amount", "1 | x | "],
    ]


def test_at_most_fifty_are_listed_and_long_ones_cut(cells):
    found = cells({"a.csv": "Kunde,Datum,Betrag\n" + 60 * f"ann,{'x' * 200},5\n"})
    assert [cell[1] for cell in found] == list(range(2, 52))
    assert {cell[5] for cell in found} == {"x" * 80}


def test_rows_that_are_left_out_for_another_reason_are_not_listed(cells):
    text = "Kunde,Datum,Betrag\nKunde,Datum,Betrag\n,2024-02-01,ten\nann,2024-04-01,ten\nTotal,,9\nann,2024-02-01,0\n"
    assert cells({"a.csv": text}) == []


def test_in_a_database_the_row_is_all_there_is():
    source = OrderSource(url="postgresql://host/shop", table="orders", columns=OrderColumns(**COLUMNS))
    rows = classified(order(), order(time=None))
    found = unreadable_cells(rows, source, [], workspace=None)
    assert found.to_dict("split")["data"] == [["orders.csv", 3, 3, "Datum", "bad_date", "soon"]]


# --- refused ---------------------------------------------------------------------------------------------------


def account(**rows):
    return pd.DataFrame({"use": list(rows), "rows": list(rows.values()), "amount": 0.0})


NO_CELLS = pd.DataFrame(columns=["file", "row", "line", "column", "use", "found"])


def bad_cells(count):
    rows = [("orders.csv", n, n + 1, "Datum", "bad_date", f"day {n}") for n in range(1, count + 1)]
    return pd.DataFrame(rows, columns=NO_CELLS.columns)


def refusal(rows, *, cells=NO_CELLS, customers=9, **policies):
    with pytest.raises(InputError) as refused:
        refuse_unusable(rows, cells, customers, client(**policies))
    return str(refused.value)


def test_no_row_at_all():
    assert refusal(account(), customers=0) == (
        "The order log holds no row up to the as-of day. Check the period and orders.date_format."
    )


def test_too_much_that_cannot_be_read_word_for_word():
    cells = pd.DataFrame(
        [
            ("a.csv", 5, 9, "Datum", "bad_date", "gestern"),
            ("a.csv", 6, 10, "Betrag", "bad_amount", ""),
            ("b.csv", 2, 2, "beyond the last column", "ragged", "it's"),
        ],
        columns=NO_CELLS.columns,
    )
    rows = account(used=1197, bad_date=1, bad_amount=1, ragged=11)
    assert refusal(rows, cells=cells) == (
        "13 of 1,210 rows of the order log cannot be read, more than policies.unreadable_share = 0.01 allows. "
        "The first:\n"
        "  - a.csv, line 9, column 'Datum': date cannot be read, found 'gestern'\n"
        "  - a.csv, line 10, column 'Betrag': amount cannot be read, found ''\n"
        "  - b.csv, line 2, column 'beyond the last column': more cells than the header has columns, found \"it's\"\n"
        "Check orders.date_format, orders.decimal_mark, orders.delimiter and orders.columns."
    )


def test_five_examples_are_shown():
    rows = account(used=1, bad_date=7)
    assert [line for line in refusal(rows, cells=bad_cells(7)).splitlines() if line.startswith("  - ")] == [
        f"  - orders.csv, line {n + 1}, column 'Datum': date cannot be read, found 'day {n}'"
        for n in range(1, 6)
    ]


@pytest.mark.parametrize(("bad", "share"), [(1, 0.01), (10, 0.1), (0, 0)])
def test_as_much_as_the_policy_allows_is_allowed(bad, share):
    rows = account(used=100 - bad, bad_amount=bad)
    refuse_unusable(rows, bad_cells(bad), 9, client(unreadable_share=share))
    more = account(used=99 - bad, bad_amount=bad + 1)
    assert refusal(more, cells=bad_cells(bad + 1), unreadable_share=share).startswith(
        f"{bad + 1} of 100 rows of the order log cannot be read"
    )


def test_rows_that_can_be_read_but_not_used_do_not_count_as_unreadable():
    rows = account(used=1, no_customer=500, total_row=30, repeated_header=30, zero_amount=9)
    assert refuse_unusable(rows, NO_CELLS, 2, client()) is None


def test_amounts_without_a_rate_are_refused_unless_they_are_to_be_left_out():
    rows = account(used=5, other_currency=1200)
    assert refusal(rows) == (
        "1,200 rows of the order log are in another currency than EUR, without a rate. Supply their rates as "
        '[tables.rates], or set policies.other_currency = "exclude" to leave them out.'
    )
    assert refuse_unusable(rows, NO_CELLS, 9, client(other_currency="exclude")) is None


def test_nothing_that_can_be_used():
    assert refusal(account(cancelled=1200, no_customer=1), customers=0) == (
        "No row of the order log can be used up to the last day of the period: 1,200 with cancelled order; "
        "1 with no customer id. Check client.toml."
    )


@pytest.mark.parametrize("use", ["used", "refunded"])
def test_a_single_customer(use):
    rows = account(**{use: 40})
    assert refusal(rows, customers=1) == (
        "All orders that can be used are of a single customer. Check orders.columns.customer_id: "
        "it should tell customers apart."
    )
    assert refuse_unusable(rows, NO_CELLS, 2, client()) is None


def test_all_reasons_are_given_at_once():
    rows = account(used=8, bad_date=2, other_currency=3)
    found = refusal(rows, cells=bad_cells(2), customers=1)
    starts = (
        "2 of 13 rows",
        "The first:",
        "3 rows of the order log are in another",
        "All orders that can be",
    )
    places = [found.find(start) for start in starts]
    assert -1 not in places
    assert places == sorted(places)
    nothing = refusal(account(bad_date=2, other_currency=3), cells=bad_cells(2), customers=0)
    assert nothing.endswith(
        "No row of the order log can be used up to the last day of the period: 2 with date cannot be read; "
        "3 with other currency without a rate. Check client.toml."
    )
    assert "3 rows of the order log are in another currency" in nothing

"""The tables beside the order log: typed as they are defined, refused with every problem, cut at the as-of day."""

from datetime import date, timedelta
from decimal import Decimal

import ibis
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention_utils.canonical import CANONICAL, check_columns
from retention_utils.config import ContractSettings
from retention_utils.errors import InputError
from retention_utils.source_config import TableSource
from retention_utils.sources.side_tables import read_side_table, up_to
from retention_utils.subscriptions.spans import contract_spans

pytest_plugins = ["engines"]

RANDOM = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def backend():
    return ibis.duckdb.connect()


@pytest.fixture
def read(tmp_path, backend):
    """Write a text as one of the tables, mapped by the names in its header, and read it."""

    def read_text(name, *texts, **how):
        files = [tmp_path / f"{name}{number or ''}.csv" for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8")
        header = texts[0].splitlines()[0].split(how.get("delimiter", ","))
        columns = how.pop("columns", {column: column for column in header})
        source = TableSource(path=[file.name for file in files], columns=columns, **how)
        assert check_columns(name, source.columns) == []
        where = {"currency": "EUR", "to_zone": "Europe/Berlin", "workspace": tmp_path}
        return read_side_table(backend, name, source, files, **where).used

    return read_text


@pytest.fixture
def problems(read):
    """Read a table that is refused: the lines that name its problems."""

    def lines(name, *texts, **how):
        with pytest.raises(InputError) as caught:
            read(name, *texts, **how)
        return [line.removeprefix("  - ") for line in str(caught.value).splitlines()[1:-1]]

    return lines


def rows(table, *names):
    return [tuple(row[name] for name in names or row) for row in table.to_pylist()]


def day(text):
    return date.fromisoformat(text)


# --- what every table is read as -------------------------------------------------------------------------------

MINIMAL = {
    "rates": ("day,currency,rate\n2024-01-05,usd,0.92\n", [(day("2024-01-05"), "USD", 0.92)]),
    "merges": ("customer_id,same_as\n0012,12\n", [("0012", "12")]),
    "costs": ("period,acquisition\n2024-Q1,1000\n", [("2024-Q1", Decimal(1000), None)]),
    "subscriptions": (
        "customer_id,start,amount\nann,2024-01-05,9.90\n",
        [(None, "ann", day("2024-01-05"), None, Decimal("9.9"), None, None, "month", *[None] * 10)],
    ),
    "reasons": ("customer_id,reason\nann,too dear\n", [("ann", None, "too dear", None, True, None)]),
    "surveys": ("day,score\n2024-01-05,9\n", [(None, day("2024-01-05"), 9, None, None, None)]),
    "campaigns": (
        "customer_id,campaign,arm,day\nann,spring,Control,2024-01-05\n",
        [("ann", "spring", "control", day("2024-01-05"), None, None)],
    ),
    "activity": ("customer_id,day\nann,2024-01-05\n", [("ann", day("2024-01-05"), None, 1.0, None)]),
    "events": ("day,name\n2024-01-05,Prices up\n", [(day("2024-01-05"), None, "Prices up")]),
    "factors": ("day,name,value\n2024-01-05,rain,-1.5\n", [(day("2024-01-05"), "rain", -1.5)]),
    "plan": ("period,metric,value\n2024,churn_rate,0.05\n", [("2024", "churn_rate", 0.05, None)]),
}
KIND_TYPES = {
    "day": pa.date32(), "money": pa.decimal128(18, 4), "number": pa.float64(), "count": pa.int64(),
    "flag": pa.bool_(),
}  # fmt: skip


def schema_of(name):
    return pa.schema(
        [(column.name, KIND_TYPES.get(column.kind, pa.string())) for column in CANONICAL[name].columns]
    )


@pytest.mark.parametrize("name", CANONICAL)
def test_compulsory_columns_alone_make_a_table_of_all_columns(read, name):
    text, expected = MINIMAL[name]
    table = read(name, text)
    assert rows(table) == expected
    assert table.schema == schema_of(name)


@pytest.mark.parametrize("name", CANONICAL)
def test_a_table_without_rows_is_empty(read, name):
    table = read(name, MINIMAL[name][0].splitlines()[0] + "\n")
    assert (table.num_rows, table.column_names) == (0, list(CANONICAL[name].names))


def test_columns_are_found_by_the_names_and_in_the_manner_of_the_client(read):
    table = read(
        "subscriptions",
        "Клиент;С;По;Цена;Раз в;Неплатёж\n0012;5.1.2024;;1 234,50;Месяц;да\n7;05.02.2024;06.03.2024;9,9;annual;НЕТ\n",
        delimiter=";",
        decimal_mark=",",
        date_format="%d.%m.%Y",
        columns={
            "customer_id": "Клиент", "start": 2, "end": "По", "amount": "Цена",
            "billed_every": "Раз в", "is_involuntary": "Неплатёж",
        },
    )  # fmt: skip
    assert rows(table, "customer_id", "start", "end", "amount", "billed_every", "is_involuntary") == [
        ("0012", day("2024-01-05"), None, Decimal("1234.5"), "month", True),
        ("7", day("2024-02-05"), day("2024-03-06"), Decimal("9.9"), "year", False),
    ]


def test_tax_and_what_is_paid_once_come_off_the_price(read):
    text = (
        "customer_id,start,amount,vat,joining\n"
        "ann,2024-01-05,120,20,\n"  # 100 without tax
        "bob,2024-01-05,170.50,20,50.50\n"  # and without the joining fee
        "cem,2024-01-05,100,,\n"
        "dee,2024-01-05,50,,50\n"  # the joining fee alone
    )
    columns = {"customer_id": 1, "start": 2, "amount": 3, "tax": "vat", "one_off": "joining"}
    table = read("subscriptions", text, columns=columns)
    assert [float(amount) for (amount,) in rows(table, "amount")] == [100, 100, 100, 0]
    listed = up_to(table, "subscriptions", date(2024, 1, 31)).to_pandas()
    spans = contract_spans(listed, ContractSettings())
    assert spans["mrr"].tolist() == [100, 100, 100]  # what is paid once is no recurring revenue
    with pytest.raises(InputError) as caught:
        read("subscriptions", text + "eve,2024-01-05,60,20,50\nfay,2024-01-05,9,10,\n", columns=columns)
    told = str(caught.value)
    assert "row 6, one_off: 50 is more than what is left of amount, 40." in told
    assert "row 7, tax: 10 is more than what is left of amount, 9." in told


def test_a_payment_that_is_made_once_is_no_billing_period(read):
    with pytest.raises(InputError, match="billed_every: 'once' is not one of week, month, quarter"):
        read("subscriptions", "customer_id,start,amount,billed_every\nann,2024-01-05,90,once\n")


def test_several_files_are_one_table_in_their_order(read):
    table = read("events", "day,name\n2024-02-01,B\n2024-01-01,A\n", "name,day\nC,2024-01-15\n")
    assert rows(table, "name") == [("B",), ("A",), ("C",)]


def test_typed_columns_keep_their_values(tmp_path, backend):
    pa.parquet.write_table(
        pa.table(
            {
                "customer_id": [12, 13],
                "reason": ["dear", None],
                "was_asked": [True, False],
                "day": [day("2024-01-05"), None],
            }
        ),
        tmp_path / "reasons.parquet",
    )
    source = TableSource(
        path="reasons.parquet", columns={name: name for name in ("customer_id", "reason", "was_asked", "day")}
    )
    table = read_side_table(
        backend, "reasons", source, [tmp_path / "reasons.parquet"],
        currency="EUR", to_zone="UTC", workspace=tmp_path,
    ).used  # fmt: skip
    assert rows(table, "customer_id", "reason", "was_asked", "day") == [
        ("12", "dear", True, day("2024-01-05")),
        ("13", None, False, None),
    ]


def test_typed_numbers_keep_their_decimals_whatever_the_decimal_mark(tmp_path, backend):
    pa.parquet.write_table(
        pa.table({"day": [day("2024-01-05")], "currency": ["VND"], "rate": [0.0000362]}),
        tmp_path / "rates.parquet",
    )
    source = TableSource(
        path="rates.parquet",
        decimal_mark=",",
        columns={name: name for name in ("day", "currency", "rate")},
    )
    table = read_side_table(
        backend, "rates", source, [tmp_path / "rates.parquet"],
        currency="EUR", to_zone="UTC", workspace=tmp_path,
    ).used  # fmt: skip
    assert rows(table, "rate") == [(0.0000362,)]


@pytest.mark.filterwarnings("ignore:The copy keyword is deprecated:Warning")  # PySpark with pandas 3
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("engine", ["postgres", "spark"])
def test_a_table_in_a_database(engine, request, load, tmp_path):
    database = request.getfixturevalue(engine)
    contracts = pa.table(
        {
            "who": ["0012", "7"],
            "since": [day("2024-01-05"), day("2024-02-05")],
            "until": ["06.03.2024", None],
            "price": ["1 234,50 €", "9"],
            "failed": [True, False],
            "months": ["month", "Annual"],
        }
    )
    load(database, "side_contracts", contracts)
    source = TableSource(
        url="postgresql://localhost/shop", table="side_contracts", date_format="%d.%m.%Y", decimal_mark=",",
        columns={
            "customer_id": "who", "start": "since", "end": "until", "amount": "price",
            "is_involuntary": "failed", "billed_every": "months",
        },
    )  # fmt: skip
    how = {"currency": "EUR", "to_zone": "UTC", "workspace": tmp_path}
    table = read_side_table(database, "subscriptions", source, [], **how).used
    assert table.schema == schema_of("subscriptions")
    found = rows(table, "customer_id", "start", "end", "amount", "billed_every", "is_involuntary")
    assert sorted(found) == [
        ("0012", day("2024-01-05"), day("2024-03-06"), Decimal("1234.5"), "month", True),
        ("7", day("2024-02-05"), None, Decimal(9), "year", False),
    ]


FLAGS = {
    True: ["yes", "Y", "TRUE", "t", "1", "Да", "так"],
    False: ["no", "N", "False", "f", "0", "НЕТ", "ні"],
}


@pytest.mark.parametrize(("flag", "word"), [(flag, word) for flag, words in FLAGS.items() for word in words])
def test_flags_in_three_languages(read, flag, word):
    table = read("reasons", f"customer_id,reason,was_asked\nann,dear,{word}\n")
    assert rows(table, "was_asked") == [(flag,)]


@pytest.mark.parametrize(
    ("text", "marks", "number"),
    [
        ("0.0000362", {}, 0.0000362),
        ("1e-3", {}, 0.001),
        ("+1 234 567.5", {}, 1234567.5),
        ("1’234.5", {}, 1234.5),
        (".5", {}, 0.5),
        ("1.234.567,25", {"decimal_mark": ",", "thousands_mark": "."}, 1234567.25),
        ("3,5", {"decimal_mark": ","}, 3.5),
    ],
)
def test_numbers(read, text, marks, number):
    table = read("rates", f"day;currency;rate\n2024-01-05;USD;{text}\n", delimiter=";", **marks)
    assert rows(table, "rate") == [(number,)]


@pytest.mark.parametrize("text", ["12 34", "1,234.5", "1.2.3", "5%", "nan", "inf", "1e999", "٣", "-"])
def test_what_is_no_number_is_refused(problems, text):
    (problem,) = problems("rates", f"day;currency;rate\n2024-01-05;USD;{text}\n", delimiter=";")
    assert problem.startswith(f"rates.csv, row 2, rate: {text!r} ")


@pytest.mark.parametrize("key", ["2024-11", "2024-Q4", "2024", "2024-W45", "2024-01-15..2024-03-31"])
def test_periods(read, key):
    assert rows(read("costs", f"period,acquisition\n{key},1\n"), "period") == [(key,)]


def test_what_may_be_left_open(read):
    reasons = read("reasons", "customer_id,day,reason\nann,,dear\nbob,2024-01-05,\n")
    assert rows(reasons, "customer_id", "day", "reason") == [
        ("ann", None, "dear"),
        ("bob", day("2024-01-05"), None),
    ]
    surveys = read("surveys", "customer_id,day,score\n,2024-01-05,9\n,2024-01-05,9\nann,2024-01-05,9\n")
    assert rows(surveys, "customer_id") == [(None,), (None,), ("ann",)]
    # Without days it cannot be told whether it is said once or twice.
    assert read("surveys", "customer_id,score\nann,9\nann,9\n").num_rows == 2
    snapshot = read(
        "subscriptions", "customer_id,tenure_months,amount,has_ended\nann,1.5,9,no\nbob,0,9,yes\n"
    )
    assert rows(snapshot, "start", "tenure_months", "has_ended") == [(None, 1.5, False), (None, 0.0, True)]


# --- what is refused -------------------------------------------------------------------------------------------


def test_the_refusal_word_for_word(read):
    with pytest.raises(InputError) as caught:
        read(
            "subscriptions",
            "customer_id,start,end,amount,billed_every\n"
            "ann,30.02.2024,,9.90,month\n"
            ",2024-01-05,2024-01-04,-1,monthy\n"
            "bob,2024-02-05,2024-02-04,9.90,month\n",
        )
    assert str(caught.value) == (
        "The table subscriptions (subscriptions.csv) has 5 problem(s):\n"
        "  - subscriptions.csv, row 2, start: '30.02.2024' cannot be read as a day by date_format %Y-%m-%d.\n"
        "  - subscriptions.csv, row 3, customer_id: is empty.\n"
        "  - subscriptions.csv, row 3, amount: '-1' is out of range; it must be 0 or more.\n"
        "  - subscriptions.csv, row 3, billed_every: 'monthy' is not one of week, month, quarter, half_year, "
        "year. Did you mean 'month'?\n"
        "  - subscriptions.csv, row 4, end: 2024-02-04 is before start 2024-02-05.\n"
        "Correct the table, or tables.subscriptions in client.toml."
    )


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("rates", "day,currency,rate\n2024-01-05,USD,0\n", "rate: '0' is out of range; it must be above 0."),
        (
            "rates",
            "day,currency,rate\n2024-01-05,dollar,1\n",
            "currency: 'dollar' is no currency code; write three letters such as EUR.",
        ),
        (
            "costs",
            "period,acquisition\nNovember,1\n",
            "period: 'November' is no period; write 2024-11, 2024-Q4, 2024, 2024-W45 or first..last day.",
        ),
        (
            "costs",
            "period,acquisition\n2024-11,much\n",
            "acquisition: 'much' cannot be read as an amount with decimal_mark '.'.",
        ),
        (
            "surveys",
            "day,score\n2024-01-05,11\n",
            "score: '11' is out of range; it must be from 0 to 10.",
        ),
        ("surveys", "day,score\n2024-01-05,9.5\n", "score: '9.5' is no whole number."),
        ("surveys", "day,score\n2024-01-05,good\n", "score: 'good' is no whole number."),
        ("events", "day,name\n2024-01-05, \n", "name: is empty."),
        (
            "surveys",
            "day,score,replied_on\n2024-01-05,1,2024-01-04\n",
            "replied_on: 2024-01-04 is before day 2024-01-05.",
        ),
        (
            "reasons",
            "customer_id,reason,was_asked\nann,dear,maybe\n",
            "was_asked: 'maybe' is neither yes nor no.",
        ),
        ("reasons", "customer_id,reason,was_asked\nann,dear,\n", "was_asked: is empty."),
        (
            "events",
            "day,last_day,name\n2024-01-05,2024-01-04,Fair\n",
            "last_day: 2024-01-04 is before day 2024-01-05.",
        ),
        ("factors", "day,name,value\n2024-01-05,rain,\n", "value: is empty."),
        (
            "factors",
            "day,name,value\n2024-01-05,rain,much\n",
            "value: 'much' cannot be read as a number with decimal_mark '.'.",
        ),
        (
            "campaigns",
            "customer_id,campaign,arm,day\nann,spring,zzz,2024-01-05\n",
            "arm: 'zzz' is not one of treatment, control.",
        ),
        (
            "plan",
            "period,metric,value\n2024,churn_rate,5\n",
            "value: 5 for churn_rate is out of range; it must be from 0 to 1.",
        ),
        (
            "plan",
            "period,metric,value\n2024,nps,-101\n",
            "value: -101 for nps is out of range; it must be from -100 to 100.",
        ),
        (
            "plan",
            "period,metric,value\n2024,revenue,-1\n",
            "value: -1 for revenue is out of range; it must be 0 or more.",
        ),
        ("merges", "customer_id,same_as\nann,ann\n", "same_as: leads back to itself: ann → ann."),
    ],
)
def test_what_may_not_stand_in_a_cell(problems, name, text, problem):
    assert problems(name, text) == [f"{name}.csv, row 2, {problem}"]


def test_cells_beyond_the_last_column_are_refused(problems):
    (problem,) = problems("events", "day,name\n2024-01-05,Prices up, much\n")
    assert problem == "events.csv, row 2: ' much' stands beyond the last column."


def test_ten_problems_are_shown_and_the_rest_counted(problems):
    found = problems("surveys", "day,score\n" + "2024-01-05,11\n" * 12)
    assert [line.split(",")[1] for line in found[:-1]] == [f" row {number}" for number in range(2, 12)]
    assert found[-1] == "and 2 more."


def test_long_cells_are_cut(problems):
    (problem,) = problems("surveys", f"day,score\n2024-01-05,{'x' * 100}\n")
    assert problem == f"surveys.csv, row 2, score: '{'x' * 60}…' is no whole number."


@pytest.mark.parametrize(
    ("name", "text", "columns"),
    [
        ("rates", "day,currency,rate\n2024-01-05,USD,1\n2024-01-05,usd,2\n", "day, currency"),
        ("merges", "customer_id,same_as\na,b\na,c\n", "customer_id"),
        ("costs", "period,acquisition\n2024-11,1\n2024-11,2\n", "period"),
        (
            "subscriptions",
            "customer_id,start,amount\na,2024-01-05,1\na,2024-01-05,1.00\n",
            "customer_id, start, amount",
        ),
        (
            "subscriptions",
            "subscription_id,customer_id,start,amount\n,a,2024-01-05,1\n,a,2024-01-05,1\n",
            "subscription_id, customer_id, start, amount",
        ),
        ("reasons", "customer_id,reason\na,dear\na,dear\n", "customer_id, reason"),
        ("surveys", "customer_id,day,score\na,2024-01-05,9\na,2024-01-05,9\n", "customer_id, day, score"),
        (
            "campaigns",
            "customer_id,campaign,arm,day\na,x,control,2024-01-05\na,x,treatment,2024-01-06\n",
            "campaign, customer_id",
        ),
        ("events", "day,name\n2024-01-05,Fair\n2024-01-05,Fair\n", "day, name"),
        ("factors", "day,name,value\n2024-01-05,rain,1\n2024-01-05,rain,2\n", "day, name"),
        (
            "plan",
            "period,metric,value,service\n2024,orders,1,\n2024,orders,2,\n",
            "period, metric, service",
        ),
    ],
)
def test_no_two_rows_agree_in_the_key(problems, name, text, columns):
    assert problems(name, text) == [f"{name}.csv, row 3: agrees with {name}.csv, row 2 in {columns}."]


def test_rows_agree_across_files(problems):
    assert problems("merges", "customer_id,same_as\na,b\n", "customer_id,same_as\nc,d\na,b\n") == [
        "merges1.csv, row 3: agrees with merges.csv, row 2 in customer_id."
    ]


def test_a_cell_of_nothing_but_no_break_blanks_is_empty(problems, read):
    assert problems("merges", "customer_id,same_as\nann,\u00a0\ufeff\n") == [
        "merges.csv, row 2, same_as: is empty."
    ]
    assert rows(read("reasons", "customer_id,reason\nann,\u00a0\ufeff\n"), "reason") == [(None,)]


def test_unreadable_rows_are_not_said_to_agree(problems):
    found = problems("rates", "day,currency,rate\n?,USD,1\n??,USD,1\n")
    assert [line.split(": ")[0] for line in found] == ["rates.csv, row 2, day", "rates.csv, row 3, day"]


# --- merges ----------------------------------------------------------------------------------------------------


def test_chains_of_merges_are_followed_to_their_end(read):
    table = read("merges", "customer_id,same_as\nb,c\na,b\nx,y\nd,c\n")
    assert rows(table) == [("b", "c"), ("a", "c"), ("x", "y"), ("d", "c")]


def test_circles_of_merges_are_named_once(problems):
    # d leads into the circle of a, b and c but does not lie on it.
    assert problems("merges", "customer_id,same_as\nd,a\na,b\nb,c\nc,a\nx,y\ny,x\n") == [
        "merges.csv, row 3, same_as: leads back to itself: a → b → c → a.",
        "merges.csv, row 6, same_as: leads back to itself: x → y → x.",
    ]


@given(st.dictionaries(st.integers(0, 12), st.integers(0, 12)))
@RANDOM
def test_merges_end_where_walking_ends_or_are_refused(read, pairs):
    def walk(here):
        for _ in range(14):
            here = pairs.get(here, here)
        return here

    text = "customer_id,same_as\n" + "".join(f"{a},{b}\n" for a, b in pairs.items())
    if any(walk(here) in pairs for here in pairs):  # whoever walks that far and is not at an end, walks round
        with pytest.raises(InputError, match="leads back to itself"):
            read("merges", text)
    else:
        assert rows(read("merges", text)) == [(str(here), str(walk(here))) for here in pairs]


# --- overlaps --------------------------------------------------------------------------------------------------


def test_costs_of_overlapping_periods_are_refused(problems, read):
    assert problems("costs", "period,acquisition\n2024-Q1,1\n2024-04,1\n2024-02,1\n2024-03,1\n") == [
        "costs.csv, row 4, period: '2024-02' overlaps costs.csv, row 2.",
        "costs.csv, row 5, period: '2024-03' overlaps costs.csv, row 2.",
    ]
    assert read("costs", "period,acquisition\n2024-Q1,1\n2024-04,1\n2023,1\n").num_rows == 3


CONTRACTS = "subscription_id,customer_id,start,end,amount\n"


def test_rows_of_one_contract_may_follow_but_not_overlap(problems, read):
    following = "s,ann,2024-01-01,2024-02-01,5\ns,ann,2024-02-01,,7\n"
    assert read("subscriptions", CONTRACTS + following).num_rows == 2
    assert read("subscriptions", CONTRACTS + following + "t,ann,2024-01-15,,7\n").num_rows == 3
    assert problems("subscriptions", CONTRACTS + following + "s,ann,2024-03-01,2024-04-01,5\n") == [
        "subscriptions.csv, row 4, subscription_id: 's' overlaps subscriptions.csv, row 3."
    ]


def test_a_contract_is_listed_once_where_there_are_no_dates(problems):
    text = "subscription_id,customer_id,tenure_months,amount\ns,ann,1,5\ns,ann,2,5\n"
    assert problems("subscriptions", text) == [
        "subscriptions.csv, row 3, subscription_id: 's' overlaps subscriptions.csv, row 2."
    ]


SPANS = st.lists(st.tuples(st.sampled_from("st"), st.integers(0, 20), st.integers(0, 8)), max_size=7)


@given(SPANS)
@RANDOM
def test_contracts_are_refused_just_when_a_day_is_covered_twice(read, spans):
    first = day("2024-01-01")
    covered = [
        (name, first + timedelta(start + passed)) for name, start, length in spans for passed in range(length)
    ]
    lines = [
        # Amounts of their own, so that no two rows agree in everything.
        f"{name},ann,{first + timedelta(start)},{first + timedelta(start + length)},{number}\n"
        for number, (name, start, length) in enumerate(spans)
    ]
    # A contract that ended on its first day covers no day but lies within others that do.
    inside = {
        (name, start)
        for name, start, length in spans
        for other, begin, long in spans
        if not length and name == other and begin < start < begin + long
    }
    if len(set(covered)) < len(covered) or inside:
        with pytest.raises(InputError, match="overlaps"):
            read("subscriptions", CONTRACTS + "".join(lines))
    else:
        assert read("subscriptions", CONTRACTS + "".join(lines)).num_rows == len(spans)


# --- up_to -----------------------------------------------------------------------------------------------------

AS_OF = day("2024-06-30")
YEAR = (day("2024-01-01"), day("2024-12-31"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rates", "day,currency,rate\n{},USD,1\n"),
        ("subscriptions", "start,customer_id,amount\n{},ann,1\n"),
        ("reasons", "day,customer_id,reason\n{},ann,dear\n"),
        ("surveys", "day,score\n{},9\n"),
        ("campaigns", "day,customer_id,campaign,arm\n{},ann,x,control\n"),
        ("activity", "customer_id,day\nann,{}\n"),
        ("events", "day,name\n{},Fair\n"),
        ("factors", "day,name,value\n{},rain,1\n"),
    ],
)
def test_rows_are_known_from_their_day_on(read, name, text):
    assert up_to(read(name, text.format("2024-06-30")), name, AS_OF).num_rows == 1
    assert up_to(read(name, text.format("2024-07-01")), name, AS_OF).num_rows == 0


def test_use_is_known_when_its_day_or_month_is_over_and_rows_may_be_alike(read):
    logins = read("activity", "customer_id,day\n" + "ann,2024-06-30\n" * 3 + "ann,2024-07-01\n")
    assert rows(up_to(logins, "activity", AS_OF), "units") == [(1.0,)] * 3
    counts = read("activity", "customer_id,period,units\nann,2024-06,4\nbob,2024-06,0\nann,2024-W27,2.5\n")
    assert rows(up_to(counts, "activity", AS_OF), "customer_id", "units") == [("ann", 4.0), ("bob", 0.0)]


def test_rows_without_a_day_stay(read):
    reasons = read("reasons", "customer_id,day,reason\nann,,dear\nbob,2024-07-01,dear\n")
    assert rows(up_to(reasons, "reasons", AS_OF), "customer_id") == [("ann",)]
    snapshot = read("subscriptions", "customer_id,tenure_months,amount,has_ended\nann,2,9,yes\n")
    assert up_to(snapshot, "subscriptions", AS_OF).equals(snapshot)


def test_costs_are_known_when_their_period_is_over(read):
    costs = read(
        "costs", "period,acquisition\n2024-Q3,1\n2024-06,1\n2024-W26,1\n".replace("2024-W26", "2023")
    )
    assert rows(up_to(costs, "costs", AS_OF), "period") == [("2024-06",), ("2023",)]
    assert rows(up_to(costs, "costs", day("2024-06-29")), "period") == [("2023",)]


def test_merges_and_the_plan_stay(read):
    merges = read("merges", "customer_id,same_as\na,b\n")
    plan = read("plan", "period,metric,value\n2030,orders,5\n")
    assert up_to(merges, "merges", AS_OF).equals(merges)
    assert up_to(plan, "plan", AS_OF).equals(plan)


def test_what_became_known_later_is_blank(read):
    contracts = read(
        "subscriptions",
        "customer_id,start,end,amount,cancel_reason,is_involuntary,past_due_since,trial_end\n"
        "ann,2024-01-01,2024-06-30,1,dear,no,2024-06-30,2024-07-15\n"
        "bob,2024-01-01,2024-07-01,1,dear,no,2024-07-01,2024-07-15\n"
        "cem,2024-01-01,,1,,,,\n",
    )
    known = up_to(contracts, "subscriptions", AS_OF)
    assert known.schema == contracts.schema
    later = ("customer_id", "end", "cancel_reason", "is_involuntary", "past_due_since", "trial_end")
    assert rows(known, *later) == [
        ("ann", AS_OF, "dear", False, AS_OF, day("2024-07-15")),
        ("bob", None, None, None, None, day("2024-07-15")),
        ("cem", None, None, None, None, None),
    ]
    surveys = read("surveys", "day,score,replied_on\n2024-06-01,1,2024-07-01\n,,2024-06-01\n")
    known = rows(up_to(surveys, "surveys", AS_OF), "score", "replied_on")
    assert known == [(1, None), (None, day("2024-06-01"))]  # without a day nothing says that it came later


@given(st.lists(st.tuples(st.dates(*YEAR), st.none() | st.integers(0, 200)), max_size=6), st.data())
@RANDOM
def test_looking_again_later_or_twice_changes_nothing(contracts, data):
    lines = [
        {"customer_id": "ann", "start": start, "end": None if days is None else start + timedelta(days)}
        for start, days in contracts
    ]
    table = pa.Table.from_pylist(lines, schema_of("subscriptions"))
    early, late = sorted(data.draw(st.tuples(st.dates(*YEAR), st.dates(*YEAR))))
    seen = up_to(table, "subscriptions", early)
    assert up_to(seen, "subscriptions", late).equals(seen)
    assert up_to(up_to(table, "subscriptions", late), "subscriptions", early).equals(seen)

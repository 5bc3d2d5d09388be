"""What is asked when the files do not say it, word for word, and what becomes of the answers."""

import pytest

from retention_utils.config import read_config
from retention_utils.errors import ConfigError, InputError
from retention_utils.proposal.propose import propose

AMBIGUOUS = 'order_id,order_date,customer_id,total\n1,01/02/2024,0012,"1,234"\n2,03/04/2024,0013,"2,500"\n'


@pytest.fixture
def proposal_of(tmp_path):
    def read(text, *, name="orders.csv", **answers):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return propose([file], name="Shop", answers=answers)

    return read


def asked(proposal):
    return {
        question.key: (
            question.text,
            [(option.value, option.text) for option in question.options],
            question.default,
        )
        for question in proposal.questions
    }


def test_ambiguous_dates_and_numbers_are_asked_with_both_readings(proposal_of):
    questions = asked(proposal_of(AMBIGUOUS, currency="USD"))
    assert questions == {
        "date_order": (
            "01/02/2024: 1 February or 2 January?",
            [("day_first", "day first: 1 February"), ("month_first", "month first: 2 January")],
            None,
        ),
        "decimal_mark": (
            "1,234: 1234 or 1.234?",
            [(".", "1,234 is 1234, with a mark of thousands"), (",", "1,234 is 1.234, a decimal fraction")],
            None,
        ),
    }


def test_the_open_file_holds_the_questions_and_is_refused_until_answered(proposal_of, tmp_path):
    text = proposal_of(AMBIGUOUS).client_toml()
    block = text[text.index("# OPEN: 01/02") : text.index("grain =")]
    assert block == (
        "# OPEN: 01/02/2024: 1 February or 2 January?\n"
        '# date_format = "%d/%m/%Y"        # day first: 1 February\n'
        '# date_format = "%m/%d/%Y"        # month first: 2 January\n'
        'date_format = "?"\n'
        "# OPEN: 1,234: 1234 or 1.234?\n"
        '# decimal_mark = "."              # 1,234 is 1234, with a mark of thousands\n'
        '# thousands_mark = ","\n'
        '# decimal_mark = ","              # 1,234 is 1.234, a decimal fraction\n'
        'decimal_mark = "?"\n'
    )
    client_file = tmp_path / "client.toml"
    client_file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="currency: missing") as refusal:
        read_config(client_file)
    assert "orders.decimal_mark" in str(refusal.value)


def test_answers_settle_the_questions(proposal_of, tmp_path):
    proposal = proposal_of(AMBIGUOUS, date_order="month_first", decimal_mark=".", currency="USD")
    assert proposal.questions == ()
    client_file = tmp_path / "client.toml"
    client_file.write_text(proposal.client_toml(), encoding="utf-8")
    orders = read_config(client_file).orders
    assert orders.date_format == ("%m/%d/%Y",)
    assert (orders.decimal_mark, orders.thousands_mark) == (".", ",")


def test_currency_is_asked_where_nothing_says_it(proposal_of):
    text, options, default = asked(proposal_of("Date,Customer,Total\n2024-01-31,7,5.5\n"))["currency"]
    assert text == "Which currency are the amounts in?"
    assert options[:2] == [("EUR", "Euro"), ("USD", "US Dollar")]
    assert default is None


def test_several_currencies_are_asked_with_their_counts(proposal_of):
    content = (
        "Date,Customer,Total,Currency\n2024-01-31,7,5.5,EUR\n2024-01-31,7,5.5,EUR\n2024-02-01,8,5.5,USD\n"
    )
    assert asked(proposal_of(content))["currency"] == (
        "'Currency' names several currencies; which is the report in?",
        [("EUR", "EUR: 2 records"), ("USD", "USD: 1 records")],
        "EUR",
    )


def test_a_few_records_in_other_currencies_are_told_and_not_asked(proposal_of):
    rows = ["2024-01-31,7,5.5,EUR\n"] * 38 + ["2024-02-01,8,5.5,USD\n", "2024-02-01,8,5.5,GBP\n"]
    proposal = proposal_of("Date,Customer,Total,Currency\n" + "".join(rows))
    assert proposal.questions == ()
    assert (
        'currency = "EUR"                  # likely: 38 of 40 records; 1 in USD and 1 in GBP, which need rates: '
        "[tables.rates]\n"
    ) in proposal.client_toml()
    rows[0] = "2024-01-31,7,5.5,USD\n"
    assert asked(proposal_of("Date,Customer,Total,Currency\n" + "".join(rows))).keys() == {"currency"}


@pytest.mark.parametrize(
    "name",
    [
        "Refund of order",
        "original_order_id",
        "Возврат по заказу",
        "Исходный заказ",
        "Повернення за замовленням",
    ],
)
@pytest.mark.parametrize("refund", ["A1", ""])
def test_the_order_that_a_refund_belongs_to_is_proposed(proposal_of, name, refund):
    rows = f"A1,2024-01-31,7,5.5 USD,\nA2,2024-02-01,8,6.5 USD,\nA3,2024-02-02,8,-5.5 USD,{refund}\n"
    proposal = proposal_of(f"Order ID,Date,Customer,Total,{name}\n{rows}")
    assert proposal.questions == ()
    columns = {key: value for item in proposal.columns for key, value in item.values.items()}
    assert (columns["order_id"], columns["refund_of"]) == ("Order ID", name)


def test_offsets_raise_the_question_of_the_zone(proposal_of):
    content = "Date,Customer,Total\n2024-01-31T10:00:00+02:00,7,5.5 ₴\n2024-07-31T10:00:00+03:00,7,5.5 ₴\n"
    text, options, default = asked(proposal_of(content))["time_zone"]
    assert text == "The times carry offsets from UTC. In which time zone do the client's days begin and end?"
    assert default == "Europe/Kyiv"
    assert "Europe/Moscow" not in dict(options)


def test_two_dates_as_good_are_a_question(proposal_of):
    content = "Order date,Created at,Customer,Total\n2024-01-31,2024-01-30,7,5.5 USD\n2024-02-01,2024-02-01,8,1.5 USD\n"
    assert asked(proposal_of(content)) == {
        "ordered_at": (
            "Which column says when the order was placed?",
            [
                ("Order date", "'Order date': such as '2024-01-31' and '2024-02-01'"),
                ("Created at", "'Created at': such as '2024-01-30' and '2024-02-01'"),
            ],
            "Order date",
        )
    }


def test_two_amounts_as_good_are_a_question(proposal_of):
    content = "Date,Customer,Total,Amount\n2024-01-31,7,5.5 USD,6.5 USD\n"
    assert asked(proposal_of(content))["amount"][0] == "Which column holds what was paid?"
    assert proposal_of(content, amount="Amount").questions == ()


def test_no_customer_column_is_a_question(proposal_of):
    content = "Date,Shop,Till,Total\n2024-01-31,north,t1,5.5 USD\n2024-01-31,south,t2,6.5 USD\n"
    assert asked(proposal_of(content)) == {
        "customer_id": (
            "Which column tells customers apart?",
            [("Shop", "'Shop': such as 'north' and 'south'"), ("Till", "'Till': such as 't1' and 't2'")],
            None,
        )
    }


def test_order_numbers_that_repeat_without_price_are_a_question(proposal_of):
    content = "Order ID,Date,Customer,Total\nA1,2024-01-31,7,5.5 USD\nA1,2024-01-31,7,6.5 USD\nA2,2024-01-31,8,1.5 USD\n"
    assert asked(proposal_of(content)) == {
        "grain": (
            "Order 'A1' has several records: orders or lines of one?",
            [
                ("orders", "orders: each record is an order of its own"),
                ("lines", "lines: records with one number are lines of one order, their amounts add up"),
            ],
            None,
        )
    }
    assert 'grain = "lines"' in proposal_of(content, grain="lines").client_toml()


def test_a_status_like_a_cancellation_is_a_question(proposal_of):
    content = (
        "Date,Customer,Total,Статус\n2024-01-31,7,5.5 USD,Отменён клиентом\n2024-01-31,8,5.5 USD,Выполнен\n"
    )
    (question,) = proposal_of(content).questions
    assert question.key == "status:отменён клиентом"
    assert question.text == "What does the status 'отменён клиентом' mean?"
    assert question.default == "cancelled"


def test_two_lines_of_names_are_a_question(proposal_of):
    content = "Дата,Клиент,Сумма\nDate,Customer,Amount\n2024-01-31,7,5.5 USD\n"
    text, options, _ = asked(proposal_of(content))["header_row"]
    assert text == "Which line names the columns: 1 or 2?"
    assert options == [("1", "line 1: 'Дата, Клиент, Сумма'"), ("2", "line 2: 'Date, Customer, Amount'")]
    assert 'ordered_at = "Date"' in proposal_of(content, header_row="2").client_toml()


def test_few_letters_leave_the_encoding_open(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_bytes(b"Date,Customer,Total\n2024-01-31,\xf6,5.5 USD\n")
    (question,) = propose([file], name="Shop").questions
    assert (question.key, question.text) == ("encoding", "In which encoding are the letters right?")
    assert ("koi8-r", "koi8-r: 'Ж'") in [(option.value, option.text) for option in question.options]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"date_oder": "day_first"}, "There is no question 'date_oder'. Did you mean 'date_order'?"),
        ({"date_order": "dmy"}, "date_order: 'dmy' is none of 'day_first', 'month_first', 'year_first'."),
        (
            {"currency": "EURO"},
            "currency: 'EURO' is no currency code; write three capital letters such as 'EUR'.",
        ),
        (
            {"time_zone": "Europe/Kyjiv"},
            "time_zone: there is no time zone 'Europe/Kyjiv'. Did you mean 'Europe/Kyiv'?",
        ),
        ({"header_row": "one"}, "header_row: 'one' is no number of a line from 0 to 1000."),
        ({"delimiter": "::"}, "delimiter: '::' is neither one character nor 'whitespace'."),
        ({"amount": "Totl"}, "amount = 'Totl': no such column."),
        ({"status:paid": "ok"}, "status:paid: 'ok' is none of 'cancelled', 'refunded', 'test', 'sale'."),
    ],
)
def test_answers_to_no_question_are_refused(proposal_of, answers, message):
    with pytest.raises(ConfigError) as refusal:
        proposal_of(AMBIGUOUS, **answers)
    assert message in str(refusal.value)


def test_all_wrong_answers_are_named_at_once(proposal_of):
    with pytest.raises(ConfigError) as refusal:
        proposal_of(AMBIGUOUS, grain="rows", decimal_mark=";")
    assert (
        str(refusal.value)
        == "grain: 'rows' is none of 'orders', 'lines'.\ndecimal_mark: ';' is none of '.', ','."
    )


def test_no_dates_and_no_amounts_are_named_at_once(proposal_of):
    with pytest.raises(InputError) as refusal:
        proposal_of("Order ID,Customer\nA1,kay\nA2,lee\n")
    assert str(refusal.value) == (
        "orders.csv: no column holds dates. Its columns are 'Order ID', 'Customer'.\n"
        "orders.csv: no column holds amounts. Its columns are 'Order ID', 'Customer'."
    )


@pytest.mark.parametrize(
    ("channel", "category"),
    [
        ("Channel", "Product category"),
        ("source", "Category"),
        ("Канал продаж", "Категория товара"),
        ("Источник", "категория"),
        ("Джерело", "Категорія товару"),
        ("Канал", "Товарна група"),
    ],
)
def test_channel_and_category_are_known_by_their_names(proposal_of, channel, category):
    lines = [f"{n},2024-01-{n + 10},k{n},{n}.50,{'site' if n % 2 else 'shop'},tea\n" for n in range(10)]
    header = f"order_id,order_date,customer_id,total,{channel},{category}\n"
    proposal = proposal_of(header + "".join(lines), currency="USD")
    columns = {key: value for item in proposal.columns for key, value in item.values.items()}
    assert (columns["channel"], columns["category"]) == (channel, category)
    assert not any(question.key in ("channel", "category") for question in proposal.questions)


def test_a_column_with_as_many_words_as_rows_is_no_category(proposal_of):
    lines = [f"{n},2024-01-{n + 10},k{n},{n}.50,campaign {n},thing {n}\n" for n in range(40, 80)]
    lines = [
        line.replace(f"2024-01-{n + 10}", "2024-01-15") for n, line in zip(range(40, 80), lines, strict=True)
    ]
    text = "order_id,order_date,customer_id,total,source,category\n" + "".join(lines)
    columns = {key for item in proposal_of(text, currency="USD").columns for key in item.values}
    assert not columns & {"channel", "category"}

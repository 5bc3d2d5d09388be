"""What is proposed for exports as shops, tills and accounting programs really send them."""

import pytest

from retention_utils.config import read_config
from retention_utils.proposal.propose import propose


@pytest.fixture
def proposed(tmp_path):
    """Propose a client file for one export, write it, and read it back."""

    def read(content, *, name="orders.csv", encoding="utf-8", **answers):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        proposal = propose([file], name="Shop", answers=answers)
        assert [question.text for question in proposal.questions] == []
        client_file = tmp_path / "client.toml"
        client_file.write_text(proposal.client_toml(), encoding="utf-8")
        return read_config(client_file)

    return read


ACCOUNTING = """\
ООО "Ромашка"
Отчёт за 01.01.2024 - 31.01.2024

Номер заказа;Дата заказа;Код клиента;Сумма, руб.;Статус;;
1001;05.01.2024 10:30;К-0012;1 200,50;Выполнен;;
1002;06.01.2024 11:30;К-0013;200,50;Отменён;;
1003;17.01.2024 11:30;К-0012;2\xa0200,50;Возврат;;
Итого;;;3 601,50;;;
"""


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "utf-16", "utf-8"])
def test_accounting_export_with_title_lines_and_total(proposed, encoding):
    config = proposed(ACCOUNTING, encoding=encoding)
    orders = config.orders
    assert config.name == "Shop"
    assert config.currency == "RUB"
    assert orders.path == ("orders.csv",)
    assert orders.encoding == encoding
    assert (orders.delimiter, orders.header_row, orders.grain) == (";", 4, "orders")
    assert orders.date_format == ("%d.%m.%Y %H:%M",)
    assert (orders.decimal_mark, orders.thousands_mark) == (",", "")
    assert orders.columns.mapped() == {
        "customer_id": "Код клиента", "ordered_at": "Дата заказа", "amount": "Сумма, руб.",
        "order_id": "Номер заказа", "status": "Статус",
    }  # fmt: skip


def test_ukrainian_marketplace_with_byte_order_mark(proposed):
    config = proposed(
        "№ замовлення,Дата створення,ПІБ,Телефон,Сума замовлення\n"
        '7001,"5 січня 2024 р., 10:00",Леся Українка,+380501112233,"1 200,50 ₴"\n'
        '7002,"17 лютого 2024 р., 9:05",Іван Франко,+380501112244,"200,00 ₴"\n',
        encoding="utf-8-sig",
    )
    assert config.currency == "UAH"
    assert config.time_zone == "Europe/Kyiv"
    assert config.orders.encoding == "utf-8"
    assert config.orders.date_format == ("%d %B %Y, %H:%M",)
    assert config.orders.decimal_mark == ","
    assert config.orders.columns.mapped() == {
        "customer_id": "Телефон", "ordered_at": "Дата створення", "amount": "Сума замовлення",
        "order_id": "№ замовлення",
    }  # fmt: skip


SHOPIFY = """\
Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Billing Name
#1001,a@x.com,paid,2024-01-05 10:00:00 +0200,EUR,30.00,5.00,6.00,41.00,0.00,2024-01-05 09:59:00 +0200,\
2,"Mug, blue",15.00,Ann
#1002,b@x.com,refunded,2024-07-06 10:00:00 +0300,EUR,20.00,5.00,4.00,29.00,5.00,2024-07-06 09:59:00 +0300,\
1,"Tea ""Earl"" leaf",10.00,Bob
#1002,b@x.com,,,,,,,,,2024-07-06 09:59:00 +0300,1,"Pot
large",15.00,
"""


def test_shop_export_with_lines_of_orders(proposed):
    config = proposed(SHOPIFY, time_zone="Europe/Helsinki")
    assert (config.currency, config.time_zone) == ("EUR", "Europe/Helsinki")
    assert config.orders.grain == "lines"
    assert config.orders.date_format == ("%Y-%m-%d %H:%M:%S %z",)
    # The total stands in the first line of an order only, so that lines are quantity times price.
    assert config.orders.columns.mapped() == {
        "customer_id": "Email", "ordered_at": "Created at", "quantity": "Lineitem quantity",
        "unit_price": "Lineitem price", "less_1": "Discount Amount", "order_id": "Name",
        "status": "Financial Status", "currency": "Currency",
    }  # fmt: skip


def test_delivery_and_tax_come_off_a_total_that_holds_them(proposed):
    config = proposed(
        "Order ID|Created at|Customer ID|Subtotal|Shipping|Tax|Total (USD)\n"
        "1|01/31/2024 3:04 PM|c1|10.00|5.00|1.00|16.00\n"
        "2|02/01/2024 11:00 AM|c2|20.00|5.00|2.00|27.00\n"
        "3|02/02/2024 11:00 AM|c1|30.00|0.00|3.00|33.00\n"
    )
    assert config.currency == "USD"
    assert config.orders.delimiter == "|"
    assert config.orders.date_format == ("%m/%d/%Y %I:%M %p",)
    assert config.orders.columns.amount == "Total (USD)"
    assert config.orders.columns.less == ("Shipping", "Tax")


def test_an_amount_before_discounts_loses_them(proposed):
    config = proposed(
        "Номер чека;Дата;Карта лояльности;Сумма без скидки;Скидка;Валюта\n"
        "1;2024-01-31;77;100,00;10,00;KZT\n2;2024-02-01;78;200,00;0,00;KZT\n"
    )
    assert config.currency == "KZT"
    assert config.orders.columns.amount == "Сумма без скидки"
    assert config.orders.columns.less == ("Скидка",)


def test_what_was_paid_goes_before_what_was_asked(proposed):
    config = proposed(
        "Заказ;Дата;Покупатель;Итого;Скидка;К оплате\n"
        "A-1;31.01.2024;u1;100.00 руб.;10.00;90.00 руб.\nA-2;01.02.2024;u2;50.00 руб.;0.00;50.00 руб.\n"
    )
    assert config.orders.columns.amount == "К оплате"
    assert config.orders.columns.less == ()


def test_no_header_means_columns_by_position(proposed):
    config = proposed(
        "C1|20240105|12.50\nC2|20240106|13.50\nC1|20240107|3.75\n", customer_id="1", currency="EUR"
    )
    assert config.orders.header_row == 0
    assert config.orders.date_format == ("%Y%m%d",)
    assert config.orders.columns.mapped() == {"customer_id": 1, "ordered_at": 2, "amount": 3}


def test_columns_separated_by_blanks(proposed):
    config = proposed(
        "customer_id date n amount\n00001 19970101 1 11.77\n00002 19970112 2 12.00\n", currency="USD"
    )
    assert config.orders.format == "whitespace"
    assert config.orders.columns.customer_id == "customer_id"


def test_points_between_thousands_and_several_forms_of_dates(proposed):
    config = proposed(
        "Bestellung;Date;Customer;Amount\n"
        "1;2024-01-05;k1;1.234,50 €\n2;2024-01-06 10:00:00;k2;12,00 €\n3;2024-01-07;k1;2.000.000,00 €\n"
    )
    assert config.currency == "EUR"
    assert config.orders.date_format == ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
    assert (config.orders.decimal_mark, config.orders.thousands_mark) == (",", ".")


def test_repeated_names_are_addressed_by_position(proposed):
    config = proposed(
        "Order ID\tDate\tCustomer ID\tTotal\tNote\tNote\n1\t2024-01-05\t7\t5 USD\tx\ty\n2\t2024-01-06\t8\t6 USD\tx\ty\n"
        "Order ID\tDate\tCustomer ID\tTotal\tNote\tNote\n3\t2024-01-07\t7\t5 USD\tx\ty\n",
        amount="4",
    )
    assert config.orders.delimiter == "\t"
    assert config.orders.columns.amount == "Total"
    config = proposed("Order ID,Date,Date,Customer ID,Total\n1,2024-01-05,2024-01-05,7,5.5 USD\n")
    assert config.orders.columns.ordered_at == 2


def test_words_of_the_status_are_added_to_what_they_mean(proposed):
    config = proposed(
        "Order ID,Date,Customer ID,Total,Status\n"
        "1,2024-01-05,7,5.5 USD,Cancelled by customer\n2,2024-01-06,8,5.5 USD,VOID\n3,2024-01-06,8,5.5 USD,paid\n",
        **{"status:cancelled by customer": "cancelled", "status:void": "sale"},
    )
    assert "cancelled by customer" in config.orders.statuses.cancelled
    assert "cancelled" in config.orders.statuses.cancelled
    assert "void" not in config.orders.statuses.cancelled
    assert config.orders.statuses.test == ("test", "тест", "тестовый", "тестовий")


def test_every_setting_says_how_sure_it_is(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_bytes(ACCOUNTING.encode("cp1251"))
    lines = propose([file], name="Shop").client_toml().splitlines()
    assert "# Lines with totals, such as 'Итого', are left out." in lines
    assert (
        'delimiter = ";"                   # sure: the semicolon cuts the lines into columns most regularly'
        in lines
    )
    assert 'date_format = "%d.%m.%Y %H:%M"    # sure: reads every value looked at' in lines
    assert (
        "amount = \"Сумма, руб.\"            # sure: the name says so; such as '1 200,50' and '200,50'"
        in lines
    )


def test_no_customer_is_shown_in_the_client_file(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text(
        "Order ID,Date,E-mail,Phone,Customer name,Total\n1,2024-01-05,ann@x.com,+380501112233,Ann Lee,5 USD\n"
    )
    text = propose([file], name="Shop").client_toml()
    assert [word for word in ("ann@x.com", "380501112233", "Ann Lee") if word in text] == []

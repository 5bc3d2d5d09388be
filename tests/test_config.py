"""The client file: defaults, every problem named at once, and what it may not say."""

import re
from datetime import date

import pytest

from retention_utils.config import read_config
from retention_utils.errors import ConfigError


def read(project, **parts):
    return read_config(project.write_client(**parts))


def refusal(project, **parts):
    with pytest.raises(ConfigError) as error:
        read(project, **parts)
    return str(error.value)


def test_three_columns_a_name_and_a_currency_are_enough(project):
    config = read(project)
    assert (config.name, config.currency, config.time_zone, config.grain) == ("Shop", "EUR", "UTC", "month")
    assert (config.history_start, config.data_horizon, config.min_cohort) == (None, None, 20)
    assert (config.churn.gap_days, config.effective_warmup_days, config.repeat_window_days) == (180, 180, 90)
    assert (config.policies.zero_amount, config.policies.unreadable_share) == ("exclude", 0.01)
    assert (config.value.margin, config.value.annual_discount_rate) == (1.0, 0.10)
    assert (config.value.horizon_weeks, config.value.holdout_weeks) == (52, 26)
    orders = config.orders
    assert (orders.format, orders.header_row, orders.delimiter, orders.grain) == (None, 1, ",", "orders")
    assert (orders.encoding, orders.date_format, orders.decimal_mark) == ("utf-8", ("%Y-%m-%d",), ".")
    assert (orders.time_zone, orders.thousands_mark, orders.sheet) == (None, "", None)
    policies = config.policies
    assert (policies.duplicates, policies.refunds, policies.guests) == ("auto", "net", "contact")
    assert (policies.cancelled, policies.test_orders, policies.other_currency) == (
        "exclude",
        "exclude",
        "refuse",
    )
    assert (policies.exclude_customers, config.tables, config.stated_revenue) == ((), {}, ())


def test_what_the_file_says_is_what_is_read(project):
    config = read(
        project,
        settings='history_start = 2024-01-01\ndata_horizon = 2024-06-30\nwarmup_days = 0\ngrain = "week"',
        orders='delimiter = ";"\ndecimal_mark = ","\nheader_row = 0',
        sections="[churn]\ngap_days = 45\n[parameters.03_pulse]\ntop = 5",
    )
    assert (config.history_start, config.data_horizon) == (date(2024, 1, 1), date(2024, 6, 30))
    assert (config.grain, config.effective_warmup_days, config.churn.gap_days) == ("week", 0, 45)
    assert (config.orders.delimiter, config.orders.decimal_mark, config.orders.header_row) == (";", ",", 0)
    assert config.parameters == {"03_pulse": {"top": 5}}


def test_the_warmup_follows_the_churn_gap_unless_it_is_given(project):
    assert read(project, sections="[churn]\ngap_days = 45").effective_warmup_days == 45
    assert (
        read(project, settings="warmup_days = 10", sections="[churn]\ngap_days = 45").effective_warmup_days
        == 10
    )


def test_every_problem_is_named_at_once(project):
    found = refusal(
        project,
        settings='grian = "month"\nmin_cohort = 0\ntime_zone = "Europe/Kiew"',
        orders='date_fromat = "%d.%m.%Y"\ndelimiter = ";;"',
        sections="[churn]\ngap_days = 3\n[value]\nmargin = 40\n[polices]\nzero_amount = 'keep'",
    )
    lines = found.splitlines()
    assert lines[0] == "shop/client.toml has 8 problem(s):"
    for fragment in (
        r"- grian: unknown key\. Did you mean 'grain'\? Known here: business_type, churn, .*, warmup_days\.",
        r"- min_cohort: Input should be greater than or equal to 1; found 0\.",
        r"- time_zone: there is no time zone 'Europe/Kiew'\. Did you mean 'Europe/Kiev'\?; found 'Europe/Kiew'\.",
        r"- orders\.date_fromat: unknown key\. Did you mean 'date_format'\? Known here: columns, .*, url\.",
        r"- orders\.delimiter: String should have at most 1 character; found ';;'\.",
        r"- churn\.gap_days: Input should be greater than or equal to 7; found 3\.",
        r"- value\.margin: Input should be less than or equal to 1; found 40\.",
        r"- polices: unknown key\. Did you mean 'policies'\? Known here: .*",
    ):
        assert sum(bool(re.fullmatch(f"  {fragment}", line)) for line in lines) == 1, fragment
    assert len(lines) == 9


def test_an_unknown_column_of_ours_is_refused_with_the_three_there_are(project):
    file = project.write_client()
    file.write_text(file.read_text().replace("customer_id =", "custmer ="))
    with pytest.raises(ConfigError) as error:
        read_config(file)
    assert str(error.value).splitlines() == [
        "shop/client.toml has 2 problem(s):",
        "  - orders.columns.customer_id: missing; it has no default.",
        "  - orders.columns.custmer: unknown key. Did you mean 'customer_id'? "
        "Known here: amount, category, channel, currency, customer_id, email, less, order_id, ordered_at, "
        "phone, quantity, refund_of, status, unit_price.",
    ]


def test_an_empty_file_lacks_what_has_no_default(tmp_path):
    file = tmp_path / "client.toml"
    file.touch()
    with pytest.raises(ConfigError) as error:
        read_config(file)
    assert str(error.value).splitlines()[1:] == [
        f"  - {key}: missing; it has no default." for key in ("name", "currency", "orders")
    ]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"settings": 'language = "fr"'}, "language: use one of en, ru, uk, or several of them once each, such as 'en,ru'; found 'fr'."),
        ({"settings": 'business_type = "contract"'}, "business_type: Input should be 'orders', 'occasions' or 'subscriptions'; found 'contract'."),
        ({"settings": 'data_horizon = "soon"'}, "data_horizon: Input should be a valid date; found 'soon'."),
        ({"settings": "warmup_days = -1"}, "warmup_days: Input should be greater than or equal to 0; found -1."),
        ({"settings": "churn = 90"}, "churn: Input should be a valid dictionary or instance of ChurnDefinition; found 90."),
        ({"orders": 'format = "excel"'}, "orders.format: Input should be 'csv', 'whitespace', 'jsonl', 'parquet', 'spreadsheet', 'sqlite' or 'duckdb'; found 'excel'."),
        ({"orders": 'date_format = "%Y-%m"'}, "orders.date_format: '%Y-%m': there is no day (%d); found '%Y-%m'."),
        ({"sections": "[tables.costs]\npath = 'c.csv'\ncolumns.perod = 'M'"}, "tables: costs: unknown column 'perod'. Did you mean 'period'? Known here: period, acquisition, retention.; costs: the column 'period' is missing; costs: the column 'acquisition' is missing."),
        ({"sections": "[policies]\nunreadable_share = nan"}, "policies.unreadable_share: Input should be less than 1; found nan."),
        ({"sections": "[value]\nmargin = 0"}, "value.margin: Input should be greater than 0; found 0."),
        ({"sections": "[parameters]\ntop = 5"}, "parameters.top: Input should be a valid dictionary; found 5."),
    ],
)  # fmt: skip
def test_values_out_of_range_are_refused(project, parts, expected):
    assert refusal(project, **parts) == f"shop/client.toml has 1 problem(s):\n  - {expected}"


def test_a_currency_is_a_code(project):
    file = project.write_client()
    file.write_text(file.read_text().replace('"EUR"', '"eur"'))
    expected = (
        "- currency: 'eur' is no currency code; write three capital letters such as 'EUR'; found 'eur'."
    )
    with pytest.raises(ConfigError, match=re.escape(expected)):
        read_config(file)


def test_a_horizon_before_the_start_is_refused_without_the_whole_file_in_the_message(project):
    found = refusal(project, settings="history_start = 2024-02-01\ndata_horizon = 2024-01-31")
    assert found.splitlines()[1:] == ["  - file: data_horizon 2024-01-31 is before history_start 2024-02-01."]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'name = "Shop\n', r"Illegal character .* \(at line 1, column 13\)"),
        (b"name = Shop\n", r"Invalid value \(at line 1, column 8\)"),
        (b'name = "a"\nname = "b"\n', r"Cannot overwrite a value \(at line 2, column 11\)"),
        (b'name = "Caf\xe9"\n', "'utf-8' codec can't decode byte 0xe9"),
    ],
)
def test_what_is_no_toml_is_refused_with_the_place(project, content, reason):
    file = project.write_client()
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=rf"^shop/client\.toml cannot be read: {reason}.*\.$"):
        read_config(file)


def test_a_file_saved_by_a_windows_editor_is_read(project):
    file = project.write_client()
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_config(file).name == "Shop"


def test_the_hash_follows_the_definitions_not_the_way_they_are_written(project):
    plain = read(project).definition_hash
    assert re.fullmatch("[0-9a-f]{12}", plain)
    assert read(project, settings="# a remark\nmin_cohort = 20").definition_hash == plain
    changed = [
        read(project, settings="min_cohort = 21"),
        read(project, settings='description = "x"'),
        read(project, orders='date_format = "%d.%m.%Y"'),
        read(project, sections="[churn]\ngap_days = 181"),
        read(project, sections="[parameters.03_pulse]\nsince = 2024-01-01"),
    ]
    assert len({plain, *(config.definition_hash for config in changed)}) == 6


def test_a_read_client_file_cannot_be_changed(project):
    config = read(project)
    for part, key in ((config, "currency"), (config.churn, "gap_days"), (config.orders, "path")):
        with pytest.raises(ValueError, match="frozen"):
            setattr(part, key, None)


@pytest.mark.parametrize(
    ("orders", "reason"),
    [
        ("", None),
        ('url = "postgresql://me@host/shop"', "state either path (files) or url (a database); a database needs a table or a query"),
        ('table = "a"\nquery = "select 1"', "state either table or query, not both"),
        ('thousands_mark = "."', "decimal_mark and thousands_mark are both '.'"),
        ('grain = "lines"', "order lines (grain = 'lines') need columns.order_id"),
    ],
)  # fmt: skip
def test_where_and_how_the_orders_are_must_hang_together(project, orders, reason):
    file = project.write_client(orders=orders)
    if reason is None:
        assert read_config(file).orders.path == ("orders.csv",)
        return
    assert f"  - orders: {reason}." in refusal(project, orders=orders)


def test_no_password_stands_in_a_client_file_nor_in_the_message_that_says_so(project):
    found = refusal(project, orders='url = "postgresql://me:geheim@host/shop"')
    assert (
        "a password must not stand in the client file; put it into the environment variable PGPASSWORD"
        in found
    )
    assert "geheim" not in found


def test_settings_on_the_command_line_go_before_the_file(project):
    file = project.write_client()
    config = read_config(file, changes=["policies.zero_amount=keep", "churn.gap_days=90", 'name="x = y"'])
    assert (config.policies.zero_amount, config.churn.gap_days, config.name) == ("keep", 90, "x = y")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("policies", "'policies' is no setting; write it as key=value, such as policies.zero_amount=keep."),
        ("=keep", "'=keep' is no setting; write it as key=value, such as policies.zero_amount=keep."),
        ("name.x=3", "'name.x=3' cannot be set: 'name' is no section of the client file."),
        ("polices.zero_amount=keep", "polices: unknown key. Did you mean 'policies'?"),
    ],
)
def test_settings_that_cannot_be_are_refused(project, change, said):
    with pytest.raises(ConfigError, match=re.escape(said)):
        read_config(project.write_client(), changes=[change])


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ("[tables.rate]\npath = 'r.csv'\ncolumns = {}", "tables.rate"),
        ("[tables.rates]\npath = 'r.csv'\ncolums = {}", "tables.rates.colums: unknown key. Did you mean 'columns'?"),
        ("[[stated_revenue]]\nperiod = '2024-01'\namount = -1", "stated_revenue.0.amount: Input should be greater"),
        ("[[stated_revenue]]\nperid = '2024-01'", "stated_revenue.0.perid: unknown key. Did you mean 'period'?"),
    ],
)  # fmt: skip
def test_problems_of_further_tables_are_named_where_they_are(project, sections, said):
    assert said in refusal(project, sections=sections)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('min_cohort = "20"', "min_cohort: Input should be a valid integer; found '20'"),
        ("history_start = 0", "history_start: Input should be a valid date; found 0"),
        ("name = 5", "name: Input should be a valid string; found 5"),
    ],
)
def test_values_of_another_type_are_refused_not_converted(tmp_path, line, said):
    file = tmp_path / "client.toml"
    file.write_text(f'{line}\ncurrency = "EUR"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(file)
    assert said in str(caught.value)


def test_a_column_is_a_name_or_a_position_from_one(tmp_path):
    file = tmp_path / "client.toml"
    columns = "customer_id = true\nordered_at = 0\namount = 3\n"
    text = f'name = "S"\ncurrency = "EUR"\n[orders]\npath = "o.csv"\n[orders.columns]\n{columns}'
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(file)
    assert "orders.columns.customer_id" in str(caught.value)
    assert "orders.columns.ordered_at" in str(caught.value)
    assert "orders.columns.amount" not in str(caught.value)

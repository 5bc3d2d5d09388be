"""The definitions as they are printed, word for word, and every setting with its value."""

import pytest

from retention_utils.config import read_config
from retention_utils.customer_ids import hashed_id
from retention_utils.definitions import definitions_in_force, settings_in_force
from retention_utils.formats import Formats


def in_english(config, **options):
    pairs = definitions_in_force(config, formats=Formats("en", config.currency), **options)
    return [(str(term), str(meaning)) for term, meaning in pairs]


def definitions(project, grain=None, **parts):
    return dict(in_english(read_config(project.write_client(**parts)), grain=grain))


def test_the_definitions_of_a_plain_client_word_for_word(project):
    assert definitions(project) == {
        "Order": "a row of the order log with customer, date and amount above zero; amounts of zero are left out",
        "Refund": "a negative amount; refunds are taken off the order they belong to, in the period of that order",
        "Purchase": "all orders of one customer on one day, added up",
        "Churn gap": "180 days of silence, set in the client file",
        "Active": "bought on at least one of the last 180 days; silence is counted from the day of the purchase, that day included",
        "Lapsed": "was active at the start of the period, and bought on none of the 180 days up to its end",
        "Churn": "customers who lapsed in a period ÷ customers active at its start",
        "Came back": "not active at the start of the period, bought before, active at its end",
        "Cohort": "customers whose first purchase lies in the same month",
        "Retention": "share of a cohort with a purchase in that very period",
        "Buys again": "a second purchase within 90 days of the first",
        "Value": "revenue expected from today's customers in 52 weeks, discounted at 10% a year",
        "95% interval": "the range in which the true value probably lies; wide means few data",
    }


def test_definitions_follow_the_client_file(project):
    found = definitions(
        project,
        settings='grain = "week"\nrepeat_window_days = 30',
        sections="[churn]\ngap_days = 45\n[policies]\nzero_amount = 'keep'\n"
        "[value]\nmargin = 0.4\nannual_discount_rate = 0.08\nhorizon_weeks = 104",
    )
    assert "amounts of zero are kept" in found["Order"]
    assert (
        found["Active"]
        == "bought on at least one of the last 45 days; silence is counted from the day of the purchase, that day included"
    )
    assert found["Lapsed"].endswith("bought on none of the 45 days up to its end")
    assert found["Cohort"].endswith("in the same week")
    assert found["Buys again"] == "a second purchase within 30 days of the first"
    assert (
        found["Value"]
        == "40% (the margin) of the revenue expected from today's customers in 104 weeks, discounted at 8% a year"
    )


@pytest.mark.parametrize(
    ("grain", "word"), [("quarter", "quarter"), ("days", "stretch of days"), (None, "month")]
)
def test_cohorts_are_counted_in_periods_like_that_of_the_report(project, grain, word):
    assert definitions(project, grain)["Cohort"] == f"customers whose first purchase lies in the same {word}"


def test_settings_name_no_customer_where_ids_are_hashed(project):
    sections = '[policies]\nexclude_customers = ["staff-7"]\n[risk_list]\nhash_ids = true'
    config = read_config(project.write_client(sections=sections))
    assert dict(settings_in_force(config))["policies.exclude_customers"] == hashed_id("staff-7")
    assert config.policies.exclude_customers == ("staff-7",)


def test_settings_list_every_key_with_its_value_defaults_included(project):
    config = read_config(
        project.write_client(
            settings="history_start = 2024-01-01", sections="[parameters.03_pulse]\nsince = 2024-02-01"
        )
    )
    found = dict(settings_in_force(config))
    assert found["name"] == "Shop"
    assert found["history_start"] == "2024-01-01"
    assert found["churn.gap_days"] == "180"
    assert found["orders.columns.amount"] == "amount"
    assert found["parameters.03_pulse.since"] == "2024-02-01"
    assert "data_horizon" not in found  # left out: it has no value to show
    assert len(found) == len(settings_in_force(config))
    assert found["orders.statuses.test"] == "test, тест, тестовый, тестовий"
    assert "policies.exclude_customers" not in found
    sections = {
        "orders",
        "churn",
        "comments",
        "contracts",
        "policies",
        "value",
        "risk_list",
        "playbook",
        "questionnaire",
        "reasons",
        "parameters",
        "tables",
        "report",
    }
    plain = set(type(config).model_fields) - sections - {"data_horizon", "warmup_days", "stated_revenue"}
    assert plain <= set(found)


def test_lines_and_refunds_left_out_are_said(project):
    file = project.write_client(orders='grain = "lines"', sections='[policies]\nrefunds = "exclude"')
    file.write_text(file.read_text().replace('amount = "amount"', 'amount = "amount"\norder_id = "id"'))
    found = dict(in_english(read_config(file)))
    assert found["Order"].startswith("an order of the order log with customer, date and amount")
    assert found["Refund"] == "a negative amount; refunds are left out"


def test_the_address_of_a_database_is_not_printed(project):
    file = project.write_client(orders='url = "postgresql://me@host/shop"\ntable = "orders"')
    file.write_text(file.read_text().replace('path = "orders.csv"\n', ""))
    assert dict(settings_in_force(read_config(file)))["orders.url"] == "a database"


def test_the_definitions_in_russian_and_ukrainian(project):
    config = read_config(
        project.write_client(sections="[churn]\ngap_days = 21\n[value]\nmargin = 0.4\nhorizon_weeks = 21")
    )
    pairs = definitions_in_force(config, formats=Formats("en,ru,uk", config.currency), grain="days")
    found = {str(term): meaning for term, meaning in pairs}

    def both(term):
        return [" ".join(found[term].in_language(language).split()) for language in ("ru", "uk")]

    assert both("Churn gap") == [
        "21 день без покупок: задано в файле client.toml",
        "21 день без покупок: задано у файлі client.toml",
    ]
    assert both("Lapsed") == [
        "клиенты, которые были активны на начало периода и ни разу не купили за 21 день до его конца",
        "клієнти, які були активними на початок періоду й жодного разу не купили за 21 день до його кінця",
    ]
    assert both("Cohort") == [
        "клиенты, чья первая покупка пришлась на один и тот же отрезок времени",
        "клієнти, чия перша покупка припала на той самий проміжок часу",
    ]
    assert both("Value") == [
        "40 % (маржа) выручки, ожидаемой от нынешних клиентов за 21 неделю; будущие деньги дисконтированы по ставке 10 % в год",
        "40% (маржа) виручки, очікуваної від теперішніх клієнтів за 21 тиждень; майбутні гроші дисконтовано за ставкою 10% на рік",
    ]

"""The passport of a contract list: every row has a use, what may be wrong is asked, the grade follows."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing

from retention_utils.charts.contract_passport import running_bars
from retention_utils.config import ContractSettings
from retention_utils.contract_passport import contract_passport
from retention_utils.findings.contract_passport import (
    arrears_table,
    contract_account_table,
    contracts_trusted,
    cut_on_the_left,
    left_out_table,
    overlaps_table,
    rows_left_out,
)
from retention_utils.findings.passport_checks import check_table, data_grade
from retention_utils.formats import Formats
from retention_utils.periods import calendar_to, parse_period
from retention_utils.sources.left_out import COLUMNS
from retention_utils.subscriptions.spans import contract_spans

SAY = Formats("en,ru,uk", "EUR")
START, AS_OF = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-06-30")
DAYS = ("start", "end", "trial_end", "past_due_since")
CALENDAR = pd.DataFrame(
    [
        {
            "period_number": number,
            "period": period.key,
            "first_day": pd.Timestamp(period.start),
            "last_day": pd.Timestamp(period.last_day),
            "is_whole": True,
        }
        for number, period in enumerate(calendar_to(parse_period("2024-06"), START.date()))
    ]
)


def contracts(*rows: dict) -> pd.DataFrame:
    empty = {
        "customer_id": "ann", "subscription_id": None, "start": "2024-02-01", "end": None, "amount": 10.0,
        "billed_every": "month", "plan": "Basic", "coupon": None, "trial_end": None, "past_due_since": None,
        "is_pause": None, "is_involuntary": None, "tenure_months": np.nan, "has_ended": None,
    }  # fmt: skip
    table = pd.DataFrame([{**empty, **row} for row in rows])
    return table.assign(**{day: pd.to_datetime(table[day]) for day in DAYS})


NONE_LEFT_OUT = COLUMNS.empty_table().to_pandas()


def passport_of(*rows: dict, left_out: pd.DataFrame = NONE_LEFT_OUT, **settings):
    return contract_passport(
        contracts(*rows), CALENDAR, settings=ContractSettings(**settings), history_start=START, as_of=AS_OF,
        left_out=left_out,
    )  # fmt: skip


def verdicts(passport) -> dict[str, str]:
    return {check.key: check.verdict for check in passport.checks}


ROWS = (
    {"customer_id": "ann"},
    {"customer_id": "bob", "start": "2023-05-10"},  # seen from January on
    {"customer_id": "cem", "start": "2023-05-10", "end": "2023-12-31"},  # gone before
    {"customer_id": "dee", "amount": 0.0},
    {"customer_id": "eve", "trial_end": "2024-02-15", "end": "2024-02-15"},
    {"customer_id": "fay", "start": "2024-06-20", "trial_end": "2024-07-04"},  # on trial still
    {"customer_id": "gus", "end": "2024-02-01"},
    {"customer_id": "hal", "billed_every": "year", "amount": 120.0},
)


def test_every_row_has_one_use_and_money_is_a_months():
    passport = passport_of(*ROWS)
    account = passport.account.set_index("key")
    assert account["rows"].to_dict() == {"used": 3, "gone_before": 1, "zero": 1, "trial": 2, "no_time": 1}
    assert account["rows"].sum() == len(ROWS)
    assert account.loc["used", "amount"] == 30.0  # ten a month each
    # What is used is what the later chapters are made of.
    spans = contract_spans(contracts(*ROWS), ContractSettings())
    seen = spans[(spans["first_day"] <= AS_OF) & ~(spans["end_day"] <= START)]
    assert sorted(seen["customer_id"]) == ["ann", "bob", "hal"]


def test_what_began_before_the_list_is_shown_apart():
    passport = passport_of(*ROWS)
    assert passport.cut == 1
    assert passport.running[["seen", "older"]].to_numpy().tolist() == [[0, 1], *[[2, 1]] * 5]
    said = cut_on_the_left(passport, history_start=START, formats=SAY)
    assert str(said.text).startswith(
        "1 of 3 contracts used began before 1 January 2024, when the list begins: they are"
    )
    assert "1 січня 2024" in said.text.in_language("uk").replace("\u00a0", " ")
    whole = cut_on_the_left(passport_of({}), history_start=START, formats=SAY)
    assert whole.verdict == "yes"
    ax = Drawing(figsize=(11, 4)).add_axes((0.1, 0.1, 0.8, 0.8))
    running_bars(passport.running, formats=SAY.only("en"), ax=ax)
    assert [bar.get_height() for bar in ax.patches] == [1] * 6 + [0, 2, 2, 2, 2, 2]


def test_overlaps_gaps_and_arrears_are_asked_about():
    passport = passport_of(
        {"subscription_id": "1"},
        {"subscription_id": "2", "start": "2024-03-01"},  # beside the first, of the same plan
        {"subscription_id": "3", "plan": "Children"},  # another plan may run beside it
        {"customer_id": "bob", "end": "2024-03-01"},
        {"customer_id": "bob", "start": "2024-03-04"},  # three days without
        {"customer_id": "cem", "past_due_since": "2024-03-01"},  # never ended, though nobody pays
    )
    assert passport.overlaps["subscription_id"].tolist() == ["2"]
    assert passport.arrears["customer_id"].tolist() == ["cem"]
    found = verdicts(passport)
    assert (found["contract_overlap"], found["contract_gap"], found["contract_arrears"]) == ("fail",) * 3
    assert passport.grade == "D"
    assert "Both count" in str(overlaps_table(passport.overlaps, formats=SAY).note)
    assert "30 days after the payment" in str(
        arrears_table(passport.arrears, grace_days=30, formats=SAY).note
    ).replace("\u00a0", " ")
    clean = passport_of({}, {"customer_id": "bob", "end": "2024-03-01", "is_pause": True},
                        {"customer_id": "bob", "start": "2024-03-04"})  # fmt: skip
    assert verdicts(clean)["contract_gap"] == "pass"
    assert overlaps_table(clean.overlaps, formats=SAY) is None


def test_a_stand_in_day_and_an_old_list_are_noticed():
    many = [{"customer_id": str(number), "start": "2024-02-01"} for number in range(30)]
    assert verdicts(passport_of(*many))["contract_bunched"] == "fail"
    assert verdicts(passport_of(*many))["contract_stale"] == "fail"  # nothing since 1 February
    spread = [{"customer_id": str(day), "start": f"2024-06-{day:02d}"} for day in range(1, 31)]
    found = verdicts(passport_of(*spread))
    assert (found["contract_bunched"], found["contract_stale"]) == ("pass", "pass")
    assert found["contract_history"] == "warn"  # half a year


def test_a_snapshot_has_a_passport_too():
    table = contracts({}, {}, {"customer_id": "bob", "amount": 0.0}).assign(
        start=None, tenure_months=3.0, has_ended=False
    )
    passport = contract_passport(
        table, CALENDAR, settings=ContractSettings(), history_start=START, as_of=AS_OF,
        left_out=NONE_LEFT_OUT,
    )  # fmt: skip
    assert passport.account.set_index("key")["rows"].to_dict() == {"used": 2, "zero": 1}
    assert verdicts(passport) == {
        "contract_left_out": "pass",
        "contract_twice": "fail",
        "contract_zero": "fail",
        "contract_bunched": "pass",
    }
    assert cut_on_the_left(passport, history_start=START, formats=SAY) is None


LEFT_OUT = pd.DataFrame(
    {
        "fault": ["unreadable", "disorder"], "file": "list.csv", "row": [4, 9], "column": ["amount", "end"],
        "problem": ["'x' cannot be read", "2024-01-01 is before start 2024-02-01"],
        "start": pd.to_datetime(["2024-03-01", "2024-02-01"]), "amount": [np.nan, 60.0],
        "billed_every": ["month", "quarter"],
    }
)  # fmt: skip


def test_rows_that_cannot_be_used_are_part_of_the_account_and_of_the_grade():
    passport = passport_of({}, {"customer_id": "bob"}, left_out=LEFT_OUT)
    account = passport.account.set_index("key")
    assert account["rows"].to_dict() == {"used": 2, "unreadable": 1, "disorder": 1}
    assert account["row_share"].tolist() == [0.5, 0.25, 0.25]
    assert account["amount"].tolist() == [20.0, 0.0, 20.0]  # a quarter's price is a month's three times
    assert verdicts(passport)["contract_left_out"] == "fail"
    assert passport.grade == "D"
    said = rows_left_out(passport, most=0.05, formats=SAY)
    told = [said.text.in_language(word).translate({0xA0: " ", 0x202F: " "}) for word in ("en", "ru", "uk")]
    assert told[0] == (
        "2 of 4 rows of the contract list (50.00%) cannot be used and are left out, with €20 a month, 50.00% of "
        "all; the price of 1 cannot be read. Up to 5% of the rows may be unusable; with more, no report is made."
    )
    assert told[1].startswith(
        "2 из 4 строк списка договоров (50,00 %) использовать нельзя, они исключены: это 20 € в месяц"
    )
    assert told[2].startswith(
        "2 з 4 рядків списку договорів (50,00%) використати не можна, їх виключено: це 20 € на місяць"
    )
    table = left_out_table(passport, formats=SAY)
    assert [(row[0], row[1], row[2]) for row in table.rows] == [
        ("list.csv", 4, "amount"),
        ("list.csv", 9, "end"),
    ]
    assert rows_left_out(passport_of({}), most=0.05, formats=SAY) is None
    assert left_out_table(passport_of({}), formats=SAY) is None


@pytest.mark.parametrize(("left", "told"), [
    (1, "1 из 41 строки списка договоров (2,44 %) использовать нельзя, она исключена: "),
    (5, "5 из 45 строк списка договоров (11,11 %) использовать нельзя, они исключены: "),
    (21, "21 из 61 строки списка договоров (34,43 %) использовать нельзя, она исключена: "),
])  # fmt: skip
def test_rows_left_out_are_counted_in_words_that_agree(left, told):
    rows = [{"customer_id": str(number)} for number in range(40)]
    passport = passport_of(*rows, left_out=pd.concat([LEFT_OUT.tail(1)] * left))
    said = rows_left_out(passport, most=0.05, formats=SAY).text.in_language("ru")
    assert said.translate({0xA0: " ", 0x202F: " "}).startswith(told)


@pytest.mark.parametrize(("language", "told"), [
    ("en", "The data are graded B: 3 of 8 rows of the contract list (37.50%) are used, and 5 of 7 checks that the grade rests on passed."),
    ("ru", "Оценка данных — B: учтено 3 из 8 строк списка договоров"),
    ("uk", "Оцінка даних — B: враховано 3 з 8 рядків списку договорів"),
])  # fmt: skip
def test_the_answer_in_words(language, told):
    passport = passport_of(*ROWS)
    said = contracts_trusted(passport, formats=SAY)
    assert (said.key, said.verdict, said.is_headline) == ("trust", "with reservations", True)
    assert told in said.text.in_language(language).replace("\u00a0", " ")
    assert [row[1] for row in contract_account_table(passport, formats=SAY).rows] == [3, 1, 1, 2, 1]
    assert len(check_table(passport.checks, formats=SAY)) == 10
    assert "find out why contracts cost nothing" in str(data_grade(passport.checks, formats=SAY).next)


def test_what_the_list_says_nothing_of_is_not_checked_and_does_not_lower_the_grade():
    passport = passport_of(
        {"subscription_id": "1", "end": "2024-03-01"}, {"subscription_id": "1", "start": "2024-03-01"}
    )
    found = {check.key: check for check in passport.checks}
    assert found["contract_arrears"].verdict == "not checked"
    assert np.isnan(found["contract_arrears"].found)
    table = check_table(passport.checks, formats=SAY).set_index("check")["found"]
    assert table["Running contracts overdue for longer than the days of grace"] is None
    said = str(contracts_trusted(passport, formats=SAY).text)
    assert (
        " of 9 checks that the grade rests on passed. These rows are 1 contract: after a change of plan or price, and after a pause, a "
        in said
    )
    nothing_ended = {
        check.key: check.verdict for check in passport_of({"past_due_since": "2024-06-20"}).checks
    }
    assert [nothing_ended[key] for key in ("contract_endings", "contract_gap", "contract_arrears")] == [
        "not checked", "not checked", "pass",
    ]  # fmt: skip

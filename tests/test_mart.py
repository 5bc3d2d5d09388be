"""The mart: built whole or not at all, blind to what comes after, noticed when stale, and CDNOW counted through it."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from order_samples import PAPER, cdnow_orders

from retention_utils import build, mart, upkeep
from retention_utils.build import build_mart
from retention_utils.config import read_config
from retention_utils.errors import ConfigError, InputError, PeriodError, TableError
from retention_utils.mart import code_hash, fresh_mart, open_mart
from retention_utils.project import client_file, mart_file
from retention_utils.stamps import SourceStamp
from retention_utils.upkeep import ensure_mart, resolve_period

TABLES = {
    "base_events", "bracket_cells", "calendar", "cells", "cohort_cells", "cohort_movements", "customers", "daily",
    "facts", "first_repeat_cells", "holdout_cells", "identity", "last_cells", "movements", "order_bridge",
    "orphan_refunds", "period_sums",
    "repeat_by_cohort", "rolling_cells", "rolling_observed", "row_account", "segment_waits", "silences",
    "spend_cells", "states", "states_before", "states_earlier", "states_previous", "tenure_periods",
    "unreadable_cells", "waits", "weekly_repeats",
}  # fmt: skip
UP_TO_15_APRIL = [order for order in PAPER if order[1] <= "2024-04-15"]
SHORT_GAP = "[churn]\ngap_days = 30\n[value]\nholdout_weeks = 4"
SHORT_FOLLOW_UP = "[churn]\ngap_days = 30\nfollow_up_days = 60\n[value]\nholdout_weeks = 4"
MERGES = """
[tables.merges]
path = "merges.csv"
columns = {customer_id = "old", same_as = "new"}
"""
SOURCE = Path(__file__).parents[1]


def config_of(project, client="shop"):
    return read_config(client_file(project.folder, client))


def contents(found: mart.Mart) -> dict[str, pd.DataFrame]:
    """Return every table of a mart, its rows in order of their values."""
    with duckdb.connect(found.file, read_only=True) as connection:
        names = [name for (name,) in connection.execute("SHOW TABLES").fetchall()]
    tables = {name: found.table(name) for name in names}
    return {name: table.sort_values(list(table.columns), ignore_index=True) for name, table in tables.items()}


@pytest.fixture
def shop(project):
    """The log that is written out on paper, as a client."""
    project.write_client(settings="history_start = 2024-01-01", sections=SHORT_GAP)
    project.write_orders(PAPER)
    return project


# --- what a mart holds -----------------------------------------------------------------------------------------


def test_a_mart_holds_every_table_and_says_what_it_was_built_from(shop):
    found = ensure_mart(shop.folder, "shop", "2024-04")
    assert set(contents(found)) == TABLES
    assert (found.period.key, found.as_of, found.history_start) == (
        "2024-04",
        date(2024, 4, 30),
        date(2024, 1, 1),
    )
    orders = shop.folder / "data" / "shop" / "orders.csv"
    assert found.facts == {
        "client": "shop",
        "period": "2024-04",
        "history_start": "2024-01-01",
        "is_start_assumed": False,
        "horizon": "2024-04-30",
        "is_horizon_assumed": True,
        "definition_hash": found.config.definition_hash,
        "code_hash": code_hash(),
        "files": {"orders": [SourceStamp.of(orders).as_dict()]},
        "fingerprint": None,
        "rows": 12,
        "later": {"after_period": 0, "after_horizon": 0},
        "gap": {"days": 30, "is_auto": False, "day": "", "reason": ""},
    }
    assert found.data_hash == SourceStamp.of(orders).sha256
    assert shop.marts() == ["2024-04.duckdb"]


def test_the_tables_of_the_paper_log(shop):
    # The counts themselves are in test_tables.py; here that each table gets what the client file and period say.
    found = ensure_mart(shop.folder, "shop", "2024-04")
    calendar = found.table("calendar")
    assert calendar["period"].tolist() == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert calendar["last_day"].dt.date.tolist()[1] == date(2024, 2, 29)
    assert calendar["is_whole"].tolist() == [True] * 4
    # The warm-up is the gap, to 30 January.
    assert calendar["is_mixed"].tolist() == [True, False, False, False]
    assert found.table("movements")["active_end"].tolist() == [2, 2, 3, 2]
    assert found.table("row_account").to_dict("records") == [{"use": "used", "rows": 12, "amount": 80.0}]
    # The window is the default, 90 days: Dea and Fay have not been seen that long.
    assert found.table("repeat_by_cohort")["customers"].tolist() == [3]
    assert found.table("holdout_cells")["customers"].sum() == 6  # four weeks back is 2 April
    customers = found.table("customers").set_index("customer_id")
    assert customers.loc[["bob", "cem", "ann"], "is_mixed"].tolist() == [True, True, True]
    assert not customers.loc[["dea", "eli", "fay"], "is_mixed"].any()


def test_a_start_and_an_end_that_nobody_stated_are_those_of_the_rows(project):
    project.write_client()
    project.write_orders(
        [("ann", "2024-01-10", "1"), ("bob", "2024-03-31", "-5"), ("bob", "soon", "1")]
        + 99 * [(name, "2024-02-01", "1") for name in ("ann", "bob")]
    )
    found = ensure_mart(project.folder, "shop", "2024-03")
    facts = found.facts
    assert (facts["history_start"], facts["is_start_assumed"]) == ("2024-01-10", True)
    assert (facts["horizon"], facts["is_horizon_assumed"]) == ("2024-03-31", True)
    assert found.table("calendar")["is_whole"].tolist() == [False, True, True]


def test_every_row_up_to_the_last_day_is_in_the_account(project):
    project.write_client(
        settings="history_start = 2024-01-01\ndata_horizon = 2024-03-31",
        sections="[policies]\nunreadable_share = 0.5",
    )
    project.write_orders(
        [
            ("0012", "2024-01-01", "10"),
            ("gus", "2024-03-31", "2.50"),
            ("", "2024-02-01", "4"),
            ("bob", "soon", "5"),
            ("bob", "2024-02-01", "ten"),
            ("bob", "2023-12-31", "6"),
            ("bob", "2024-02-02", "-7"),
            ("cem", "2024-02-03", "0"),
            ("dea", "2024-04-01", "8"),
        ]
    )
    found = ensure_mart(project.folder, "shop", "2024-03")
    assert found.facts["later"] == {"after_period": 1, "after_horizon": 1}
    account = found.table("row_account").set_index("use")
    assert account["rows"].to_dict() == {
        "bad_amount": 1, "bad_date": 1, "before_start": 1, "no_customer": 1, "orphan_refund": 1, "used": 2,
        "zero_amount": 1,
    }  # fmt: skip
    assert account.loc["used", "amount"] == 12.5
    assert account.loc["orphan_refund", "amount"] == -7
    assert pd.isna(account.loc["bad_amount", "amount"])
    assert found.table("orphan_refunds").drop(columns="day").to_dict("records") == [
        {"file": "orders.csv", "row": 8, "customer_id": "bob", "amount": -7.0}
    ]
    assert found.table("unreadable_cells")[["row", "column", "found"]].to_dict("split")["data"] == [
        [5, "date", "soon"],
        [6, "amount", "ten"],
    ]
    project.write_client(
        settings="history_start = 2024-01-01\ndata_horizon = 2024-03-31",
        sections="[policies]\nunreadable_share = 0.5\nzero_amount = 'keep'",
    )
    with_zero = ensure_mart(project.folder, "shop", "2024-03")
    assert with_zero.table("row_account").set_index("use")["rows"]["used"] == 3
    assert with_zero.table("customers")["customer_id"].tolist().count("cem") == 1


def test_ids_stay_text_all_the_way(project):
    names = ["0012", "12", "1e5", "NaN", " NA ", "null"]
    project.write_client()
    project.write_orders([(name, "2024-01-31", "1") for name in names])
    customers = ensure_mart(project.folder, "shop", "2024-01").table("customers")
    assert sorted(customers["customer_id"]) == sorted(name.strip() for name in names)
    assert all(isinstance(name, str) for name in customers["customer_id"])


@pytest.mark.parametrize(
    ("period", "calendar"),
    [
        ("2024-Q1", ["2023-Q4", "2024-Q1"]),
        ("2023", ["2023"]),
        ("2024-W02", ["2023-W52", "2024-W01", "2024-W02"]),
        (
            "2024-01-11..2024-01-20",
            ["2023-12-22..2023-12-31", "2024-01-01..2024-01-10", "2024-01-11..2024-01-20"],
        ),
    ],
)
def test_periods_of_every_kind(project, period, calendar):
    project.write_client(settings="data_horizon = 2024-03-31")
    project.write_orders([("ann", "2023-12-31", "1"), ("cem", "2023-12-31", "8"), ("bob", "2024-03-31", "4")])
    found = ensure_mart(project.folder, "shop", period)
    assert found.table("calendar")["period"].tolist() == calendar
    assert found.period.key == period
    movements = found.table("movements")
    assert movements["amount"].sum() == (13 if period == "2024-Q1" else 9)
    assert movements["joined"].sum() == len(found.table("customers"))
    assert project.marts() == [f"{period}.duckdb"]


def test_an_unknown_table_is_refused_with_those_there_are(shop):
    found = ensure_mart(shop.folder, "shop", "2024-04")
    with pytest.raises(
        TableError,
        match=r"^The mart has no table 'movement'; it has \['base_events', .*\]\. Did you mean 'movements'\?$",
    ):
        found.table("movement")


BAZAAR_HEADER = ("customer", "date", "amount", "order", "mail", "currency", "status", "of")
BAZAAR = [
    ("ann", "2024-01-05", "30", "1", "ann@x.test", "EUR", "paid", ""),
    ("ann", "2024-01-05", "20", "1", "", "EUR", "paid", ""),  # a second line of the same order
    ("ANN-OLD", "2024-01-20", "10", "2", "", "EUR", "paid", ""),  # Ann's id before
    ("", "2024-02-01", "100", "3", " Ann@X.test ", "USD", "paid", ""),  # Ann as a guest, at half a euro
    ("bob", "2024-02-03", "40", "4", "", "EUR", "paid", ""),
    ("", "2024-02-10", "25", "5", "guest@x.test", "EUR", "paid", ""),
    ("", "2024-02-11", "5", "6", "GUEST@x.test", "EUR", "paid", ""),  # the same guest
    ("bob", "2024-02-20", "-15", "7", "", "EUR", "paid", "4"),  # taken off 3 February
    ("bob", "2024-02-21", "-99", "8", "", "EUR", "paid", "999"),  # of an order that is not there
    ("cem", "2024-02-22", "60", "9", "", "EUR", "refunded", ""),
    ("ann", "2024-02-23", "12", "10", "", "GBP", "paid", ""),  # no rate
    ("dee", "2024-02-24", "8", "11", "", "EUR", "cancelled", ""),
    ("bob", "2024-03-05", "7", "12", "", "USD", "paid", ""),  # two euros by now
]
RATES_HEADER = ("day", "code", "rate")
RATES = [("2024-01-01", "USD", "0.5"), ("2024-03-01", "USD", "2")]


def write_bazaar(project):
    """Write a shop with order lines, refunds, guests, merged ids and two currencies."""
    rates = '[tables.rates]\npath = "rates.csv"\ncolumns = {day = "day", currency = "code", rate = "rate"}\n'
    project.write_client(
        settings="history_start = 2024-01-01\ndata_horizon = 2024-03-31\nwarmup_days = 0",
        orders='grain = "lines"',
        columns='order_id = "order"\nemail = "mail"\ncurrency = "currency"\nstatus = "status"\nrefund_of = "of"',
        sections=MERGES + rates + '[policies]\nother_currency = "exclude"',
    )
    project.write_orders(BAZAAR, header=BAZAAR_HEADER)
    project.write_orders([*RATES, ("2024-04-01", "USD", "9")], name="rates.csv", header=RATES_HEADER)
    project.write_orders([("ANN-OLD", "ann")], name="merges.csv", header=("old", "new"))
    return project


@pytest.fixture
def bazaar(project):
    return write_bazaar(project)


@pytest.fixture(scope="module")
def bazaar_mart(new_project):
    project = write_bazaar(new_project())
    with client_file(project.folder, "shop").open("a", encoding="utf-8") as file:
        file.write(
            '[tables.reasons]\npath = "reasons.csv"\ncolumns = {customer_id = "who", reason = "why"}\n'
        )
    project.write_orders([("ANN-OLD", "moved"), ("bob", "price")], name="reasons.csv", header=("who", "why"))
    return ensure_mart(project.folder, "shop", "2024-03")


def test_the_purchases_of_the_bazaar_by_hand(bazaar_mart):
    daily = bazaar_mart.table("daily")
    assert list(zip(daily["day"].dt.strftime("%m-%d"), daily["orders"], daily["amount"], strict=True)) == [
        ("01-05", 1, 50.0),
        ("01-20", 1, 10.0),
        ("02-01", 1, 50.0),
        ("02-03", 1, 25.0),
        ("02-10", 1, 25.0),
        ("02-11", 1, 5.0),
        ("02-22", 1, 0.0),
        ("03-05", 1, 14.0),
    ]
    customers = bazaar_mart.table("customers").sort_values("customer_id")
    (guest,) = (name for name in customers["customer_id"] if name.startswith("guest:"))
    assert "x.test" not in guest
    assert customers[["customer_id", "orders", "frequency", "amount"]].to_dict("split")["data"] == [
        ["ann", 3, 2, 110.0],
        ["bob", 2, 1, 39.0],
        ["cem", 1, 0, 0.0],
        [guest, 2, 1, 30.0],
    ]


def test_the_accounts_of_the_bazaar_by_hand(bazaar_mart):
    account = bazaar_mart.table("row_account").set_index("use")
    assert account["rows"].to_dict() == {
        "cancelled": 1, "orphan_refund": 1, "other_currency": 1, "refund": 1, "refunded": 1, "used": 8,
    }  # fmt: skip
    assert account["amount"].drop("other_currency").to_dict() == {
        "cancelled": 8.0, "orphan_refund": -99.0, "refund": -15.0, "refunded": 60.0, "used": 194.0,
    }  # fmt: skip
    assert pd.isna(account.loc["other_currency", "amount"])
    purchased = account.loc["used", "amount"] + account.loc["refund", "amount"]
    assert purchased == bazaar_mart.table("customers")["amount"].sum()
    assert bazaar_mart.table("identity").to_dict("split")["data"] == [
        ["contact", 2, 1, 30.0],
        ["id", 9, 4, 172.0],
        ["merged", 1, 1, 10.0],
        ["recognised", 1, 1, 50.0],
    ]
    orphans = bazaar_mart.table("orphan_refunds")[["row", "customer_id", "amount"]]
    assert orphans.to_dict("split")["data"] == [[10, "bob", -99.0]]
    assert len(bazaar_mart.table("unreadable_cells")) == 0


def test_large_foreign_amounts_have_room(bazaar):
    bazaar.write_orders(
        [*BAZAAR, ("dee", "2024-03-06", "25000000", "13", "", "USD", "paid", "")], header=BAZAAR_HEADER
    )
    customers = ensure_mart(bazaar.folder, "shop", "2024-03").table("customers").set_index("customer_id")
    assert customers.loc["dee", "amount"] == 50_000_000


def test_side_tables_stand_in_the_mart_as_far_as_they_are_known(bazaar_mart):
    assert bazaar_mart.table("rates")["rate"].tolist() == [0.5, 2.0]  # the third is of April
    assert bazaar_mart.table("merges").to_dict("records") == [{"customer_id": "ANN-OLD", "same_as": "ann"}]
    # An id that is given up is nobody's in any table.
    assert bazaar_mart.table("reasons")["customer_id"].tolist() == ["ann", "bob"]
    assert set(contents(bazaar_mart)) == TABLES | {"rates", "merges", "reasons"}


# --- no leak ---------------------------------------------------------------------------------------------------


def random_orders(first, last, *, count, seed):
    dice = random.Random(seed)
    days = (last - first).days
    return [
        (
            f"c{dice.randrange(40)}",
            str(first + timedelta(days=dice.randint(0, days))),
            f"{dice.uniform(1, 99):.2f}",
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("period", "last", "is_horizon_stated"),
    [("2024-04", date(2024, 4, 30), True), ("2024-Q1", date(2024, 3, 31), False)],
)
def test_rows_after_the_last_day_change_no_table(project, period, last, is_horizon_stated):
    horizon = f"\ndata_horizon = {last}" if is_horizon_stated else ""
    project.write_client(settings=f"history_start = 2023-07-01{horizon}", sections=SHORT_FOLLOW_UP)
    known = random_orders(date(2023, 7, 1), last, count=300, seed=1)
    known += [
        ("c1", str(last), "0"),
        ("", str(last), "3"),
        ("c2", "2024-02-01", "-9"),
        ("c3", str(last), "2"),
        ("c4", str(last), "-500"),
        ("c5", str(last), "ten"),
    ]
    project.write_orders(known)
    before = build_mart(project.folder, "shop", config_of(project), period)
    tables = contents(before)
    facts = before.facts

    next_day = last + timedelta(days=1)
    later = random_orders(next_day, date(2024, 12, 31), count=300, seed=2)
    later += [
        ("new", str(next_day), "1e9"),
        ("", str(next_day), "1"),
        ("c1", str(next_day), "-1"),
        ("c1", str(next_day), "x"),
    ]
    project.write_orders([*later[:150], *known, *later[150:]])
    after = build_mart(project.folder, "shop", config_of(project), period)
    leaked = contents(after)

    assert set(tables) == set(leaked) == TABLES
    for name in sorted(TABLES - {"facts"}):
        assert len(tables[name]) > 0, name
        # Where a row stands in the file is the only thing that rows above it may change.
        known_now, known_then = (
            table.drop(columns=["row", "line"], errors="ignore") for table in (leaked[name], tables[name])
        )
        pd.testing.assert_frame_equal(known_now, known_then, obj=name)
    changed = {"files", "rows", "later"} if is_horizon_stated else {"files", "rows", "later", "horizon"}
    assert {key for key in facts if facts[key] != after.facts[key]} == changed
    assert after.facts["later"] == {"after_period": 304, "after_horizon": 304 if is_horizon_stated else 0}


def test_later_refunds_contacts_and_rates_change_no_table(bazaar):
    before = contents(ensure_mart(bazaar.folder, "shop", "2024-03"))
    bazaar.write_orders(
        [
            *BAZAAR,
            ("ann", "2024-04-01", "-30", "20", "", "EUR", "paid", "1"),  # pays back what was counted
            ("eve", "2024-04-01", "1", "21", "ann@x.test", "EUR", "paid", ""),  # shares a contact
            ("ann", "2024-04-01", "1", "1", "", "EUR", "cancelled", ""),  # names an order that was counted
            ("bob", "2024-04-01", "7", "12", "", "USD", "paid", ""),
        ],
        header=BAZAAR_HEADER,
    )
    bazaar.write_orders(
        [*RATES, ("2024-04-01", "USD", "8"), ("2024-04-01", "GBP", "9")],
        name="rates.csv",
        header=RATES_HEADER,
    )
    after = contents(ensure_mart(bazaar.folder, "shop", "2024-03"))
    facts = [json.loads(found.pop("facts")["json"][0]) for found in (before, after)]
    assert {key for key in facts[0] if facts[0][key] != facts[1][key]} == {"files", "rows", "later"}
    for name, table in before.items():
        pd.testing.assert_frame_equal(table, after[name], obj=name)


# --- CDNOW -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory):
    """The demo client's own client file, built in a project of its own."""
    folder = tmp_path_factory.mktemp("cdnow")
    shutil.copytree(SOURCE / "data" / "cdnow", folder / "data" / "cdnow")
    return ensure_mart(folder, "cdnow", "1998-06")


def test_cdnow_in_numbers(cdnow):
    assert cdnow.table("row_account").to_dict("records") == [
        {"use": "used", "rows": 69_579, "amount": 2_500_315.63},
        {"use": "zero_amount", "rows": 80, "amount": 0.0},
    ]
    assert len(cdnow.table("customers")) == 23_502
    movements = cdnow.table("movements")
    assert movements.iloc[-1].to_dict() == {
        "period_number": 17,
        "active_start": 5_529,
        "new": 0,
        "reactivated": 417,
        "lapsed": 586,
        "active_end": 5_360,
        "joined": 0,
        "buyers": 1_506,
        "orders": 2_043,
        "purchase_days": 1_955,
        "amount": 76_109.30,
    }
    assert cdnow.table("calendar")["period"].iloc[[0, -1]].tolist() == ["1997-01", "1998-06"]


def test_the_movements_of_cdnow_are_those_that_pandas_finds(cdnow):
    days = cdnow_orders()[["customer_id", "day"]].drop_duplicates()
    first = days.groupby("customer_id")["day"].min()
    months = pd.date_range("1997-01-01", "1998-07-01", freq="MS")
    last = {start: days[days["day"] < start].groupby("customer_id")["day"].max() for start in months}
    active = {start: set(when[(start - when).dt.days <= 180].index) for start, when in last.items()}
    for row, start, end in zip(cdnow.table("movements").itertuples(), months, months[1:], strict=False):
        joined = set(first[(first >= start) & (first < end)].index)
        gained = active[end] - active[start]
        assert (row.active_start, row.active_end) == (len(active[start]), len(active[end])), start
        assert (row.new, row.reactivated) == (len(gained & joined), len(gained - joined)), start
        assert (row.lapsed, row.joined) == (len(active[start] - active[end]), len(joined)), start


def test_the_cohorts_of_cdnow_are_those_that_pandas_finds(cdnow):
    log = cdnow_orders()
    log["first"] = log.groupby("customer_id")["day"].transform("min")
    month = {name: log[name].dt.year * 12 + log[name].dt.month - (1997 * 12 + 1) for name in ("day", "first")}
    log = log.assign(cohort=month["first"], age=month["day"] - month["first"])
    expected = log.groupby(["cohort", "age"], as_index=False).agg(
        active=("customer_id", "nunique"), orders=("day", "size"), cents=("cents", "sum")
    )
    found = cdnow.table("cohort_cells")
    for column in ("cohort", "age", "active", "orders"):
        assert found[column].tolist() == expected[column].tolist(), column
    assert (found["amount"] * 100).round().astype(int).tolist() == expected["cents"].tolist()
    repeat = log[log["day"] > log["first"]].groupby(["cohort", "age"])["customer_id"].nunique()
    assert found.set_index(["cohort", "age"])["repeaters"].loc[repeat.index].tolist() == repeat.tolist()
    assert found["repeaters"].sum() == repeat.sum()


# --- whole or not at all ---------------------------------------------------------------------------------------


def test_a_failing_build_leaves_the_mart_there_was_and_nothing_beside_it(shop):
    good = ensure_mart(shop.folder, "shop", "2024-04")
    before = good.file.read_bytes()
    shop.write_orders([*PAPER, *[("ann", "soon", "ten")] * 5])
    with pytest.raises(InputError, match=r"^5 of 17 rows of the order log cannot be read.*"):
        ensure_mart(shop.folder, "shop", "2024-04")
    assert shop.marts() == ["2024-04.duckdb"]
    assert good.file.read_bytes() == before


def test_who_reads_the_old_mart_while_a_new_one_takes_its_place_reads_on(shop):
    old = ensure_mart(shop.folder, "shop", "2024-04")
    content = old.file.read_bytes()
    shop.write_orders([*PAPER, ("gus", "2024-04-30", "1.00")])
    with old.file.open("rb") as reader:
        new = ensure_mart(shop.folder, "shop", "2024-04")
        assert reader.read() == content
    assert new.file == old.file
    assert len(new.table("customers")) == 7


@pytest.mark.parametrize("step", ["classify_rows", "refuse_unusable", "up_to", "later_rows"])
def test_an_unforeseen_failure_leaves_nothing_either(shop, monkeypatch, step):
    def fails(*_, **__):
        raise RuntimeError("disk on fire")

    shop.write_client(settings="history_start = 2024-01-01", sections=SHORT_GAP + MERGES)
    shop.write_orders([("bob", "ann")], name="merges.csv", header=("old", "new"))
    monkeypatch.setattr(build, step, fails)
    with pytest.raises(RuntimeError, match="disk on fire"):
        ensure_mart(shop.folder, "shop", "2024-04")
    assert shop.marts() == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], r"^No row of the order log has a readable date; it holds no rows\."),
        ([("", "2024-04-30", "1"), ("ann", "2024-02-01", "-1")], r"^No row of the order log can be used up to the last day of the period: 1 with no customer id; 1 with refund of an order that is not among those used\. Check client\.toml\.$"),
        ([*PAPER, ("ann", "30.04.2024", "1")], r"^1 of 13 rows of the order log cannot be read, more than policies\.unreadable_share = 0\.01 allows\. The first:\n  - orders\.csv, line 14, column 'date': date cannot be read, found '30\.04\.2024'\nCheck"),
        ([("ann", "2024-04-30", "1")], r"^All orders that can be used are of a single customer\."),
        ([("ann", "2124-04-30", "1")], r"^The order log holds orders dated up to 2124-04-30, which is in the future\."),
    ],
)  # fmt: skip
def test_unusable_logs_are_refused(project, rows, message):
    project.write_client()
    project.write_orders(rows)
    with pytest.raises(InputError, match=message):
        ensure_mart(project.folder, "shop", "2024-04")
    assert project.marts() == []


@pytest.mark.parametrize("stated", ["", "history_start = 2024-01-01\ndata_horizon = 2024-04-30"])
@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"ann,2024-04-30,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18\n", r"^orders\.csv cannot be read as csv: line 30002 has 20 fields, the column names are 3\. "),
        (b"\xe9,2024-04-30,1\n", r"^orders\.csv is not in utf-8: line 30002 holds the byte e9"),
    ],
)  # fmt: skip
def test_a_fault_late_in_a_long_log_is_an_error_of_the_input(project, stated, line, message):
    project.write_client(settings=stated)
    file = project.write_orders([("ann", "2024-04-30", "1")] * 30_000)
    with file.open("ab") as stream:
        stream.write(line)
    with pytest.raises(InputError, match=message):
        ensure_mart(project.folder, "shop", "2024-04")
    assert project.marts() == []


def test_the_faults_of_all_side_tables_are_said_at_once(shop):
    rates = '[tables.rates]\npath = "rates.csv"\ncolumns = {day = "day", currency = "code", rate = "rate"}\n'
    shop.write_client(sections=MERGES + rates)
    shop.write_orders([("bob", "cem"), ("cem", "bob")], name="merges.csv", header=("old", "new"))
    shop.write_orders([("soon", "USD", "1")], name="rates.csv", header=("day", "code", "rate"))
    with pytest.raises(InputError) as refusal:
        ensure_mart(shop.folder, "shop", "2024-04")
    assert str(refusal.value) == (
        "The table merges (merges.csv) has 1 problem(s):\n"
        "  - merges.csv, row 2, same_as: leads back to itself: bob → cem → bob.\n"
        "Correct the table, or tables.merges in client.toml.\n"
        "The table rates (rates.csv) has 1 problem(s):\n"
        "  - rates.csv, row 2, day: 'soon' cannot be read as a day by date_format %Y-%m-%d.\n"
        "Correct the table, or tables.rates in client.toml."
    )
    assert shop.marts() == []


# --- which period ----------------------------------------------------------------------------------------------


def test_without_a_period_it_is_the_last_complete_one_of_the_clients_grain(project):
    project.write_orders(UP_TO_15_APRIL)
    for grain, key in (("month", "2024-03"), ("quarter", "2024-Q1"), ("week", "2024-W15")):
        project.write_client(settings=f'grain = "{grain}"')
        assert resolve_period(project.folder, "shop", config_of(project), None).key == key
    project.write_client(settings="data_horizon = 2024-04-30")
    assert resolve_period(project.folder, "shop", config_of(project), None).key == "2024-04"
    assert resolve_period(project.folder, "shop", config_of(project), "2024-02").key == "2024-02"


def test_with_both_ends_stated_the_log_is_not_read(project):
    project.write_client(settings="history_start = 2024-01-01\ndata_horizon = 2024-04-30")
    assert resolve_period(project.folder, "shop", config_of(project), None).key == "2024-04"


@pytest.mark.parametrize(
    ("settings", "source"),
    [("", r"the last order in the data"), ("data_horizon = 2024-04-15", "data_horizon")],
)
def test_a_period_that_is_not_over_is_refused(project, settings, source):
    project.write_client(settings=settings)
    project.write_orders(UP_TO_15_APRIL)
    message = (
        rf"^shop: the period 2024-04 ends on 2024-04-30, but the data are complete only up to 2024-04-15 \({source}\)\. "
        r"Choose an earlier period, or set data_horizon in client\.toml if later days are fully loaded\.$"
    )
    for attempt in (resolve_period, build_mart):
        with pytest.raises(PeriodError, match=message):
            attempt(project.folder, "shop", config_of(project), "2024-04")


def test_one_missing_day_is_too_many(project):
    project.write_client(settings="history_start = 2024-01-01\ndata_horizon = 2024-04-29")
    with pytest.raises(
        PeriodError, match=r"ends on 2024-04-30, but the data are complete only up to 2024-04-29"
    ):
        resolve_period(project.folder, "shop", config_of(project), "2024-04")


def test_a_period_before_the_data_is_refused(shop):
    with pytest.raises(PeriodError, match=r"^The period 2023-12 ends before the data start \(2024-01-01\)"):
        resolve_period(shop.folder, "shop", config_of(shop), "2023-12")
    with pytest.raises(PeriodError, match=r"^The period 2023-12 ends before the data start"):
        ensure_mart(shop.folder, "shop", "2023-12")
    assert shop.marts() == []


# --- fresh or stale --------------------------------------------------------------------------------------------


def is_fresh(project):
    return fresh_mart(project.folder, "shop", config_of(project), "2024-04") is not None


def test_a_mart_is_fresh_until_data_definitions_or_code_change(shop, monkeypatch):
    assert not is_fresh(shop)
    ensure_mart(shop.folder, "shop", "2024-04")
    assert is_fresh(shop)
    orders = shop.folder / "data" / "shop" / "orders.csv"
    state = orders.stat()

    os.utime(orders, ns=(state.st_atime_ns, state.st_mtime_ns + 1_000_000))  # touched, but the same
    assert is_fresh(shop)

    text = orders.read_text(encoding="utf-8")
    orders.write_text(text.replace("20.00", "20.01"), encoding="utf-8")  # as long as before
    os.utime(orders, ns=(state.st_atime_ns, state.st_mtime_ns + 2_000_000))
    assert not is_fresh(shop)
    orders.write_text(text + "ann,2024-04-30,1.00\n", encoding="utf-8")
    assert not is_fresh(shop)
    orders.write_text(text, encoding="utf-8")
    assert is_fresh(shop)

    shop.write_client(settings="history_start = 2024-01-01", sections=SHORT_GAP.replace("30", "31"))
    assert not is_fresh(shop)
    shop.write_client(settings="history_start = 2024-01-01 # a remark", sections=SHORT_GAP)
    assert is_fresh(shop)

    with monkeypatch.context() as patched:
        patched.setattr(mart, "code_hash", lambda: "0" * 12)
        assert not is_fresh(shop)
    assert is_fresh(shop)


def test_a_mart_of_several_files_and_tables_is_stale_when_any_changes(bazaar):
    text = client_file(bazaar.folder, "shop").read_text(encoding="utf-8")
    text = text.replace('path = "orders.csv"', 'path = ["old.csv", "20*.csv"]')
    client_file(bazaar.folder, "shop").write_text(text, encoding="utf-8")
    for name, rows in (("old.csv", BAZAAR[:4]), ("2024-02.csv", BAZAAR[4:12]), ("2024-03.csv", BAZAAR[12:])):
        bazaar.write_orders(rows, name=name, header=BAZAAR_HEADER)
    rates = bazaar.folder / "data" / "shop" / "rates.csv"
    content = rates.read_bytes()

    def is_fresh():
        return fresh_mart(bazaar.folder, "shop", config_of(bazaar), "2024-03") is not None

    found = ensure_mart(bazaar.folder, "shop", "2024-03")
    stamps = found.facts["files"]
    assert {table: [stamp["name"] for stamp in of_table] for table, of_table in stamps.items()} == {
        "orders": ["old.csv", "2024-02.csv", "2024-03.csv"],
        "merges": ["merges.csv"],
        "rates": ["rates.csv"],
    }
    hashes = [stamp["sha256"] for of_table in stamps.values() for stamp in of_table]
    assert found.data_hash == hashlib.sha256("".join(hashes).encode()).hexdigest()
    assert found.table("row_account")["rows"].sum() == 13
    assert is_fresh()

    bazaar.write_orders([*RATES, ("2024-03-31", "USD", "3")], name="rates.csv", header=RATES_HEADER)
    assert not is_fresh()
    rates.write_bytes(content)
    assert is_fresh()
    added = bazaar.write_orders(
        BAZAAR[:1], name="2024-01.csv", header=BAZAAR_HEADER
    )  # the pattern gains a file
    assert not is_fresh()
    added.unlink()
    assert is_fresh()
    rates.unlink()
    with pytest.raises(ConfigError, match=r"'rates\.csv': no such file"):
        is_fresh()


def test_a_fresh_mart_is_not_built_again_and_a_stale_one_is(shop):
    built = ensure_mart(shop.folder, "shop", "2024-04").file
    stamp = built.stat().st_mtime_ns
    assert ensure_mart(shop.folder, "shop", "2024-04").file.stat().st_mtime_ns == stamp
    shop.write_orders([*PAPER, ("gus", "2024-04-30", "1.00")])
    assert len(ensure_mart(shop.folder, "shop", "2024-04").table("customers")) == 7


def test_what_is_no_mart_is_not_fresh(shop):
    place = mart_file(shop.folder, "shop", "2024-04")
    place.parent.mkdir(parents=True)
    place.write_bytes(b"torn")
    assert not is_fresh(shop)
    place.unlink()
    with duckdb.connect(place) as connection:
        connection.execute("CREATE TABLE customers (customer_id VARCHAR)")
    assert not is_fresh(shop)
    assert len(ensure_mart(shop.folder, "shop", "2024-04").table("customers")) == 6


def test_a_log_that_is_gone_is_an_error_not_a_fresh_mart(shop):
    ensure_mart(shop.folder, "shop", "2024-04")
    (shop.folder / "data" / "shop" / "orders.csv").unlink()
    with pytest.raises(
        ConfigError, match=r"^The files of shop cannot be found:\n  - 'orders\.csv': no such file"
    ):
        is_fresh(shop)


def test_the_stamp_of_a_source_is_that_of_sha256sum(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_bytes(b"abc")
    stamp = SourceStamp.of(file)
    # The example of FIPS 180-2, appendix B.1.
    assert stamp.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (stamp.name, stamp.size) == ("orders.csv", 3)
    assert stamp.fits(file)
    assert not replace(stamp, size=4).fits(file)
    assert SourceStamp(**json.loads(json.dumps(stamp.as_dict()))) == stamp


# --- opened from a notebook ------------------------------------------------------------------------------------


def test_a_notebook_that_finds_no_mart_has_it_built_in_another_process(shop, monkeypatch):
    monkeypatch.chdir(shop.folder / "notebooks")
    monkeypatch.delenv("RETENTION_PROJECT")
    calls = []
    run = subprocess.run
    monkeypatch.setattr(
        mart.subprocess, "run", lambda *args, **more: calls.append(args) or run(*args, **more)
    )
    assert open_mart("shop", "2024-04").table("movements")["active_end"].tolist() == [2, 2, 3, 2]
    assert open_mart("shop", "2024-04").as_of == date(2024, 4, 30)
    assert calls == [([sys.executable, "-m", "retention_utils.upkeep", "shop", "2024-04"],)]
    assert shop.marts() == ["2024-04.duckdb"]


def test_the_message_of_the_builder_reaches_the_notebook(shop):
    with pytest.raises(InputError) as refusal:
        open_mart("shop", "2024-05")
    assert str(refusal.value) == (
        "shop: the period 2024-05 ends on 2024-05-31, but the data are complete only up to 2024-04-30 "
        "(the last order in the data). Choose an earlier period, or set data_horizon in client.toml if later days "
        "are fully loaded."
    )


def test_what_is_wrong_with_the_call_is_said_without_a_builder(shop, monkeypatch):
    monkeypatch.setattr(mart.subprocess, "run", None)
    with pytest.raises(PeriodError, match=r"^The period 'April' cannot be read"):
        open_mart("shop", "April")
    with pytest.raises(
        ConfigError, match=r"^There is no client 'shp'; known are \['shop'\]\. Did you mean 'shop'\?"
    ):
        open_mart("shp", "2024-04")
    with pytest.raises(ConfigError, match=r"^The client name '\.\./shop' cannot be used"):
        open_mart("../shop", "2024-04")


def test_the_builder_says_what_is_wrong_in_one_sentence_and_ends_with_2(shop, monkeypatch, capsys):
    for period, code, message in (
        ("2024-04", 0, ""),
        ("2023-12", 2, "The period 2023-12 ends before the data start"),
    ):
        monkeypatch.setattr(sys, "argv", ["upkeep", "shop", period])
        assert upkeep.main() == code
        captured = capsys.readouterr()
        assert (captured.out, captured.err.startswith(message)) == ("", True)
        assert captured.err.count("\n") == bool(message)


def test_a_mart_is_read_by_many_at_once(shop):
    first, second = (ensure_mart(shop.folder, "shop", "2024-04") for _ in range(2))
    with duckdb.connect(first.file, read_only=True):
        pd.testing.assert_frame_equal(first.table("daily"), second.table("daily"))


QUIET_PROGRAM = """
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance()
import duckdb
asked = "SELECT current_setting('enable_progress_bar')"
print(duckdb.connect().execute(asked).fetchall())
from retention_utils import intake, upkeep
from retention_utils.project import find_project
opened, seen = intake.ibis.duckdb.connect, []
def watched(*args, **how):
    backend = opened(*args, **how)
    plain = backend.disconnect
    backend.disconnect = lambda: (seen.extend(backend.raw_sql(asked).fetchall()), plain())
    return backend
intake.ibis.duckdb.connect = watched
upkeep.ensure_mart(find_project(), "shop", "2024-04")
print(seen)
"""


def test_no_progress_bar_is_drawn_among_what_a_command_prints(shop):
    # Once IPython is there, DuckDB draws one for whatever takes longer than two seconds.
    done = subprocess.run([sys.executable, "-c", QUIET_PROGRAM], capture_output=True, text=True, check=True)
    plain, ours = done.stdout.splitlines()
    assert plain == "[(True,)]"
    assert set(ours.strip("[]").split(", ")) == {"(False,)"}

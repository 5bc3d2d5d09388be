"""What has changed since the last report: figures, their parts, numbers of the past, promised actions."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_utils import period_tables
from retention_utils.notebooks import ShownItems
from retention_utils.playbook.rules import Playbook
from retention_utils.since_last.factors import log_mean_parts
from retention_utils.since_last.figures import figure_changes
from retention_utils.since_last.groups import TENURES, churn_groups, tenure_groups
from retention_utils.since_last.promises import open_promises, outcomes
from retention_utils.since_last.reasons import changed_settings, restated_reasons
from retention_utils.since_last.restated import notable, period_labels, restated_cells
from retention_utils.since_last.splits import FigureSplit, correction, figure_splits
from retention_utils.texts import Text

LABELS = period_labels(["2024-10", "2024-11", "2024-12"])
FACTORS = st.dictionaries(st.sampled_from("abc"), st.floats(0.01, 1000), min_size=3, max_size=3)


def chapter(*items, name="03_pulse"):
    return ShownItems(name, items)


def kpi(key, value, number, **more):
    return "kpi", {
        "key": key,
        "label": key,
        "value": value,
        "number": number,
        "change": "",
        "verdict": "",
        **more,
    }


def table(*rows, columns, key="movement", cells=None):
    heads = [{"name": name, "label": name.capitalize(), "unit": unit} for name, unit in columns.items()]
    shown = {"key": key, "caption": "Caption", "columns": heads, "rows": [list(row) for row in rows]}
    return "table", {**shown, "cells": cells or []}


# --- key figures -------------------------------------------------------------------------------------------------


def test_every_key_figure_of_both_reports_has_its_row():
    before = [chapter(kpi("churn", "8.2%", 0.0824), kpi("buyers", "389", 389.0), kpi("gone", "5", 5.0))]
    now = [
        chapter(
            kpi("churn", "9.1%", 0.0908, change="+0.8 points", verdict="no clear change"),
            kpi("buyers", "350", 350.0, change="−10.0%", verdict="worse"),
            kpi("order_value", "$9", 9.0, change="+1.0%", verdict=""),
        )
    ]
    found = figure_changes(before, now, is_next=True).set_index("key")
    assert list(found.index) == ["churn", "buyers", "order_value", "gone"]
    assert found["kind"].tolist() == ["points", "relative", "relative", "relative"]
    assert found["change"].tolist() == pytest.approx([0.0084, 350 / 389 - 1, np.nan, np.nan], nan_ok=True)
    assert found["verdict"].tolist() == ["no clear change", "worse", "", ""]
    assert (found.loc["order_value", "before"], found.loc["gone", "now"]) == (None, None)


def test_a_verdict_about_another_comparison_is_none_about_this_one():
    now = [chapter(kpi("churn", "9%", 0.09, change="+1", verdict="worse"), kpi("repeat_rate", "3%", 0.03, change="+1", verdict="better"))]  # fmt: skip
    assert figure_changes(now, now, is_next=True)["verdict"].tolist() == ["worse", ""]
    assert figure_changes(now, now, is_next=False)["verdict"].tolist() == ["", ""]


def test_what_is_not_known_or_no_amount_has_no_change():
    before = [chapter(kpi("alive", "—", None), kpi("payback", "month 2", 2), kpi("zero", "0", 0))]
    now = [chapter(kpi("alive", "7", 7), kpi("payback", "month 3", 3), kpi("zero", "4", 4))]
    assert figure_changes(before, now, is_next=True)["change"].isna().all()


# --- what a change is made of --------------------------------------------------------------------------------------


def test_a_product_is_split_over_its_factors_by_hand():
    # 10 * 2 * 3 = 60 became 20 * 2 * 3 = 120: only the first factor moved.
    parts = log_mean_parts({"a": 10, "b": 2, "c": 3}, {"a": 20, "b": 2, "c": 3})
    assert parts == pytest.approx({"a": 60, "b": 0, "c": 0})
    # 4 * 9 = 36 became 9 * 4: both move by the same factor in opposite ways.
    assert log_mean_parts({"a": 4, "b": 9}, {"a": 9, "b": 4}) == pytest.approx(
        {"a": 36 * np.log(9 / 4), "b": -36 * np.log(9 / 4)}
    )
    assert log_mean_parts({"a": 0, "b": 9}, {"a": 9, "b": 4}) is None


@given(FACTORS, FACTORS)
def test_the_parts_of_a_product_add_up_and_turn_round(before, now):
    parts, turned = log_mean_parts(before, now), log_mean_parts(now, before)
    change = np.prod(list(now.values())) - np.prod(list(before.values()))
    scale = max(np.prod(list(now.values())), np.prod(list(before.values())))
    assert sum(parts.values()) == pytest.approx(change, abs=1e-6 * scale)
    assert turned == pytest.approx({name: -part for name, part in parts.items()}, abs=1e-6 * scale)


def test_who_lapsed_is_grouped_by_tenure_at_the_start_of_the_period():
    assert TENURES == period_tables.TENURES
    moves = pd.DataFrame(
        [
            # of cohort 0, 10 joined, 2 lapsed in period 4, 3 in period 5; of cohort 3, 6 and 1 in period 5
            (0, 0, 10, 0), (0, 4, 0, 2), (0, 5, 0, 3), (3, 3, 6, 0), (3, 5, 0, 1), (4, 4, 5, 0), (5, 5, 9, 0),
        ],
        columns=["cohort", "period_number", "gained", "lapsed"],
    )  # fmt: skip
    found = churn_groups(moves, (4, 5))
    assert found.loc[1].tolist() == [0, 6, 1, 11]  # cohorts 3 at the start of 4; 3 and 4 at the start of 5
    assert found.loc[3].tolist() == [2, 10, 3, 8]
    assert found.loc[12].tolist() == [0, 0, 0, 0]


def test_buyers_are_grouped_by_tenure():
    rows = [(3, 0, 5, 6), (3, 1, 2, 2), (4, 1, 7, 9)]
    bought = pd.DataFrame(rows, columns=["period_number", "tenure", "buyers", "orders"])
    found = tenure_groups(bought, (3, 4), over="orders", under="buyers")
    assert found.loc[0].tolist() == [6, 5, 0, 0]
    assert found.loc[1].tolist() == [2, 2, 9, 7]


def movement(*rows):
    names = ["period", "active_start", "new", "reactivated", "lapsed", "active_end", "joined", "buyers", "orders", "amount"]  # fmt: skip
    made = pd.DataFrame(rows, columns=names)
    return made.assign(
        period_number=range(len(made)),
        is_whole=True,
        is_measured=True,
        churn=made["lapsed"] / made["active_start"],
        orders_per_buyer=made["orders"] / made["buyers"],
        order_value=made["amount"] / made["orders"],
    )


MOVES = pd.DataFrame(
    [(0, 0, 100, 0), (0, 1, 0, 10), (1, 1, 50, 0), (0, 2, 0, 12), (1, 2, 0, 20), (2, 2, 30, 0)],
    columns=["cohort", "period_number", "gained", "lapsed"],
)
TENURE = pd.DataFrame(
    [(1, 0, 50, 50, 500.0), (1, 1, 30, 40, 800.0), (2, 0, 30, 33, 300.0), (2, 1, 40, 44, 990.0)],
    columns=["period_number", "tenure", "buyers", "orders", "amount"],
)
BASE = movement(
    ("2024-10", 0, 100, 0, 0, 100, 100, 100, 110, 1000.0),
    ("2024-11", 100, 50, 0, 10, 140, 50, 80, 90, 1300.0),
    ("2024-12", 140, 30, 0, 32, 138, 30, 70, 77, 1290.0),
)


def test_all_parts_add_up_to_the_change():
    found = figure_splits(BASE, MOVES, TENURE, earlier="2024-11", min_customers=20)
    assert list(found) == ["churn", "active_base", "revenue", "buyers", "order_frequency", "order_value"]
    for split in found.values():
        assert sum(split.parts.values()) == pytest.approx(split.now - split.before)
    assert (found["churn"].before, found["churn"].now) == pytest.approx((10 / 100, 32 / 140))
    assert found["buyers"].parts == {"new": -20, "returning": 10}
    assert found["active_base"].parts == {"new": 30, "reactivated": 0, "lapsed": -32}
    low, high = found["churn"].interval
    assert low < found["churn"].parts["rate"] < high


def test_a_base_that_is_compared_over_two_periods_sums_both():
    found = figure_splits(BASE, MOVES, TENURE, earlier="2024-10", min_customers=20)
    assert found["active_base"].parts == {"new": 80, "reactivated": 0, "lapsed": -42}
    assert found["churn"] is None  # nobody was active at the start of October


@pytest.mark.parametrize(("earlier", "least"), [("2024-11", 71), ("2023-01", 1), ("", 1)])
def test_with_too_few_buyers_or_an_unknown_period_nothing_is_split(earlier, least):
    found = figure_splits(BASE, MOVES, TENURE, earlier=earlier, min_customers=least)
    assert [found[key] for key in ("revenue", "buyers", "order_frequency", "order_value")] == [None] * 4


def test_without_orders_nothing_is_split():
    assert set(figure_splits(None, None, None, earlier="2024-11", min_customers=20).values()) == {None}


@pytest.mark.parametrize(
    ("printed", "expected"), [(0.0824, 0.0), (0.0831, -0.0007), (None, 0.0), (np.nan, 0.0)]
)
def test_a_corrected_figure_is_told_from_a_rounded_one(printed, expected):
    split = FigureSplit("churn", 0.08242, 0.09, {}, (1, 1))
    assert correction(split, printed) == pytest.approx(expected, abs=5e-5)


# --- numbers of the past -----------------------------------------------------------------------------------------

MOVEMENT = {"period": "text", "lapsed": "count", "churn": "share", "low": "share"}


def test_a_cell_that_is_different_now_is_found_and_one_that_became_seen_is_not():
    before = [chapter(table(("Nov 2024", 8, None, 0.1), ("Oct 2024", 5, 0.05, 0.01), columns=MOVEMENT))]
    rows = [("Dec 2024", 9, 0.09, 0.1), ("Nov 2024", 8, 0.08, 0.2), ("Oct 2024", 6, 0.06, 0.3)]
    found = restated_cells(before, [chapter(table(*rows, columns=MOVEMENT))], labels=LABELS)
    assert found[["period", "column", "before", "now"]].to_numpy().tolist() == [
        ["2024-10", "lapsed", 5, 6],
        ["2024-10", "churn", 0.05, 0.06],
    ]


def test_cells_that_would_be_printed_alike_are_the_same():
    before = [chapter(table(("Nov 2024", 8, 0.0811, 0), columns=MOVEMENT))]
    now = [chapter(table(("Nov 2024", 8, 0.0813, 0), columns=MOVEMENT))]
    assert restated_cells(before, now, labels=LABELS).empty


def test_rows_are_the_same_in_every_language_and_cohorts_have_an_age():
    columns = {"period": "text", "age": "count", "active": "count"}
    before = [
        chapter(
            table((Text({"ru": "нояб. 2024"}), 0, 8), (Text({"ru": "нояб. 2024"}), 1, 5), columns=columns)
        )
    ]
    now = [
        chapter(table((Text({"en": "Nov 2024"}), 0, 8), (Text({"en": "Nov 2024"}), 1, 4), columns=columns))
    ]
    found = restated_cells(before, now, labels=LABELS)
    assert found[["period", "age", "before", "now"]].to_numpy().tolist() == [["2024-11", 1, 5, 4]]


def test_a_cell_that_is_gone_is_restated_and_other_tables_are_left_alone():
    before = [chapter(table(("Nov 2024", 8, 0.1, 0), columns=MOVEMENT))]
    gone = restated_cells(
        before, [chapter(table(("Nov 2024", None, 0.1, 0), columns=MOVEMENT))], labels=LABELS
    )
    assert gone["now"].isna().tolist() == [True]
    running = {"group": "text", "customers": "count"}
    for columns, key in ((running, "movement"), (MOVEMENT, "another")):
        rows = [("Nov 2024", *range(9, 8 + len(columns)))]
        assert restated_cells(before, [chapter(table(*rows, columns=columns, key=key))], labels=LABELS).empty


def test_only_large_changes_of_totals_of_whole_periods_reach_the_first_page():
    rows = [
        ("orders", np.nan, 100, 101), ("amount", np.nan, 100, 100.5), ("orders", 2, 100, 150), ("buyers", np.nan, 5, 9),
        ("new", np.nan, 100, 150), ("active_end", np.nan, 100, 90),
    ]  # fmt: skip
    cells = pd.DataFrame(rows, columns=["column", "age", "before", "now"])
    found = notable(cells, least=0.01, least_count=20)
    assert found["column"].tolist() == ["active_end", "orders"]
    assert found["moved"].tolist() == pytest.approx([0.1, 0.01])


@pytest.mark.parametrize(
    ("columns", "changed", "settings", "expected"),
    [
        ((), {"data"}, 1, ()),
        (("orders",), {"data"}, 0, ("data",)),
        (("churn",), {"data"}, 0, ("data",)),
        (("churn",), {"data"}, 2, ("definitions",)),
        (("orders",), {"data"}, 2, ("data", "definitions")),
        (("churn",), {"data", "code", "versions"}, 0, ("code", "versions")),
        (("orders",), None, 0, ("unknown",)),
        (("orders",), None, 1, ("definitions",)),
        (("orders",), set(), 0, ("unknown",)),
    ],
)
def test_reasons_are_named_as_far_as_they_are_known(columns, changed, settings, expected):
    cells = pd.DataFrame({"column": list(columns)}, dtype=object)
    changed = None if changed is None else frozenset(changed)
    assert restated_reasons(cells, changed=changed, settings=settings) == expected


def test_changed_settings_are_named_and_customers_only_counted():
    before = [["churn.gap_days", "180"], ["data_horizon", "2024-11-30"], ["policies.exclude_customers", "ann"], ["old", "1"]]  # fmt: skip
    now = [("churn.gap_days", "150"), ("data_horizon", "2024-12-31"), ("policies.exclude_customers", "ann, bob"), ("report.paper", "A4")]  # fmt: skip
    assert changed_settings(before, now).to_numpy().tolist() == [
        ["churn.gap_days", "180", "150"],
        ["policies.exclude_customers", "1", "2"],
        ["old", "1", None],
    ]
    assert changed_settings([], now).empty


# --- promised actions ----------------------------------------------------------------------------------------------


def playbook(**aims):
    common = {"title": "T", "fires": [{"finding": "f", "verdicts": ["worse"]}], "when": "w", "tactics": ["t"], "sources": ["S"], "owner": "o", "effort": "low", "check": 60}  # fmt: skip
    rules = [{"id": rule, **common, "aim": {"kpi": "k", "moves": way}} for rule, way in aims.items()]
    return Playbook.model_validate({"sources": {"S": "s"}, "rule": [*rules, {"id": "P99", **common}]})


def action(rule, day):
    return "action", {"key": rule, "title": f"Do {rule}", "check_day": day}


PROMISES = [
    chapter(action("P01", "2024-12-30"), action("P99", "2025-02-01"), name="14_playbook"),
    chapter(kpi("k", "$5", 5.0)),
]


def promises(chapters=PROMISES, *, period="2024-10", **aims):
    return open_promises(chapters, period=period, playbook=playbook(**(aims or {"P01": "up"})), labels=LABELS)


def test_promises_carry_the_figure_they_were_to_move():
    found = promises()
    assert found["check_day"].tolist() == [date(2024, 12, 30), date(2025, 2, 1)]
    assert found[["rule", "period", "label", "then"]].to_numpy().tolist() == [
        ["P01", "2024-10", "k", "$5"],
        ["P99", "2024-10", None, None],
    ]


@pytest.mark.parametrize(
    ("aim", "number", "expected"),
    [("up", 6.0, "as hoped"), ("down", 6.0, "the other way"), ("up", 4.0, "the other way"), ("up", 5.0, "not"), ("up", None, "unknown")],
)  # fmt: skip
def test_a_figure_moved_as_hoped_or_not(aim, number, expected):
    now = [chapter(kpi("k", str(number), number))]
    found = outcomes(promises(P01=aim), now, as_of=date(2024, 12, 31), playbook=playbook(P01=aim))
    assert found[["rule", "moved"]].to_numpy().tolist() == [["P01", expected]]


@pytest.mark.parametrize(
    ("number", "ends", "expected"),
    [
        (6.0, None, ("as hoped", False)),
        (6.0, (5.5, 6.6), ("as hoped", True)),
        (6.0, (5.2, 6.6), ("within chance", True)),  # 1 is less than 0.8 by the square root of two
        (4.0, (3.4, 4.8), ("within chance", True)),
        (4.0, (3.4, 4.5), ("the other way", True)),
    ],
)
def test_a_figure_that_moved_within_chance_did_not_move_as_hoped(number, ends, expected):
    now = [chapter(kpi("k", str(number), number, ends=ends))]
    found = outcomes(promises(), now, as_of=date(2024, 12, 31), playbook=playbook(P01="up"))
    assert found[["moved", "is_tested"]].to_numpy().tolist() == [list(expected)]


def test_a_report_without_a_predecessor_was_promised_nothing():
    nothing = open_promises((), period="", playbook=playbook(P01="up"), labels=LABELS)
    assert outcomes(nothing, (), as_of=date(2024, 12, 29), playbook=playbook(P01="up")).empty


def test_nothing_is_due_before_its_day_and_no_figure_is_not_known():
    now = [chapter(kpi("k", "$6", 6.0))]
    assert outcomes(promises(), now, as_of=date(2024, 12, 29), playbook=playbook(P01="up")).empty
    late = outcomes(promises(), now, as_of=date(2025, 2, 1), playbook=playbook(P01="up"))
    assert late["moved"].tolist() == ["as hoped", "unknown"]

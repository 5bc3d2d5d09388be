"""The passport on a terminal, line by line, and what a changed policy does to it."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import pytest

from retention_utils.config import ClientConfig
from retention_utils.terminal import passport_change_lines, passport_lines

CONFIG = {
    "name": "Shop",
    "currency": "EUR",
    "orders": {
        "path": "orders.csv",
        "columns": {"customer_id": "who", "ordered_at": "day", "amount": "paid"},
    },
}
ROWS = [("used", 300, 3000.0), ("cancelled", 20, 200.0), ("bad_amount", 2, None)]
DAYS = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=300), "orders": 1, "buyers": 1})
DAYS = DAYS.assign(first_purchases=0, amount=10.0)


@dataclass
class HandMade:
    """Stands for a mart: tables, client file and facts."""

    tables: dict[str, pd.DataFrame]
    facts: dict = field(default_factory=lambda: {"later": {"after_period": 0, "after_horizon": 0}})
    config: ClientConfig = field(default_factory=lambda: ClientConfig.model_validate(CONFIG))
    history_start: date = date(2024, 1, 1)
    as_of: date = date(2024, 12, 31)
    businesses: tuple[str, ...] = ("orders",)

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def mart(*, rows=ROWS, daily=DAYS, customers=30, **more) -> HandMade:
    tables = {
        "row_account": pd.DataFrame(rows, columns=["use", "rows", "amount"]),
        "daily": daily,
        "customers": pd.DataFrame(
            {"customer_id": [f"C{n}" for n in range(customers)], "orders": 10, "amount": 100.0}
        ).assign(is_mixed=False),
        "identity": pd.DataFrame(
            {"identity": ["id"], "rows": [322], "customers": [customers], "amount": [3200.0]}
        ),
        "orphan_refunds": pd.DataFrame(columns=["file", "row", "customer_id", "day", "amount"]),
        "unreadable_cells": pd.DataFrame(
            {"file": ["o\x1b.csv"], "row": [7], "line": [8], "column": ["paid"], "use": ["bad_amount"]}
        ).assign(found="ten\u202e"),
    }
    return HandMade(tables, **more)


def test_the_passport_line_by_line():
    got = passport_lines(mart(facts={"later": {"after_period": 9, "after_horizon": 2}}))
    assert got[:13] == [
        "Shop, up to 31 December 2024: The data are graded B: 7 of 8 checks that the grade rests on passed. "
        "Of the order log, 300 of 322 rows (93.17%) are used; it covers 366 days.",
        "",
        "           300           €3,000.00  used",
        "           300           €3,000.00  counted, in all",
        "             2                   —  amount cannot be read",
        "            20             €200.00  cancelled order",
        "            22             €200.00  left out, in all",
        "           322           €3,200.00  all rows",
        "                         €3,000.00  net revenue",
        "             9                      later than 31 December 2024, not looked at, 2 of them after the "
        "data are complete",
        "",
        "Cells that cannot be read (1 of 2)",
        "  o␛.csv:8  paid: amount cannot be read, found 'ten[U+202E]'",
    ]
    at = got.index("Policies in force")
    assert got[at + 1].split() == [
        "Policy",
        "What",
        "it",
        "says",
        "Rows",
        "Amount",
        "In",
        "the",
        "client",
        "file",
    ]
    (cancelled,) = [line for line in got if line.startswith("  Cancelled orders")]
    assert cancelled.endswith("    20  €200.00  cancelled = exclude")
    assert "How customers are known" in got
    assert (
        "  reservation       99.34%  Rows that should count and do (at least 99%, never under 95%)" not in got
    )
    assert "  passed            99.34%  Rows that should count and do (at least 99%, never under 95%)" in got
    assert (
        "  not checked            —  Largest difference from the stated revenue (at most 1%, never over 5%)"
        in got
    )
    assert got[-2].startswith("Grade B. Reservations: ")


def test_nothing_is_said_where_nothing_is_found():
    clean = mart(rows=[("used", 300, 3000.0)])
    clean.tables["unreadable_cells"] = clean.tables["unreadable_cells"][:0]
    text = "\n".join(passport_lines(clean))
    for absent in ("later than", "Cells that cannot be read", "Refunds of orders", "wholesalers or tests\n"):
        assert absent not in text


@pytest.mark.parametrize("letter", ["\x1b", "\u202e", "\x07", "\u2028"])
def test_no_text_of_a_client_steers_the_terminal(letter):
    hostile = mart()
    for table, column in (("unreadable_cells", "file"), ("unreadable_cells", "column")):
        hostile.tables[table] = hostile.tables[table].assign(**{column: f"a{letter}b"})
    known = hostile.tables["customers"]
    hostile.tables["customers"] = known.assign(customer_id=["test" + letter, *known["customer_id"][1:]])
    hostile.tables["orphan_refunds"] = pd.DataFrame(
        {
            "file": [f"f{letter}"],
            "row": [1],
            "customer_id": [letter],
            "day": [DAYS["day"][0]],
            "amount": [-1.0],
        }
    )
    assert letter not in "".join(passport_lines(hostile))


def test_what_a_changed_policy_changes():
    more = pd.concat([DAYS, DAYS[:20].assign(amount=10.0)])
    more = more.groupby("day", as_index=False).sum()
    after = mart(rows=[("used", 320, 3200.0), ("bad_amount", 2, None)], daily=more, customers=32)
    got = passport_change_lines(mart(), after, 'policies.cancelled="keep"')
    assert got == [
        'Shop, up to 31 December 2024: policies.cancelled="keep"',
        "",
        "  used: 300 → 320 rows, €3,000.00 → €3,200.00",
        "  cancelled order: 20 → 0 rows, €200.00 → €0.00",
        "  counted, in all: 300 → 320 rows, €3,000.00 → €3,200.00",
        "  left out, in all: 22 → 2 rows, €200.00 → €0.00",
        "  customers: 30 → 32",
        "  purchases: 300 → 320",
        "  net revenue: €3,000.00 → €3,200.00",
        "",
    ]


def test_a_change_of_grade_is_told():
    after = mart(rows=[("used", 300, 3000.0), ("bad_amount", 30, None), ("cancelled", 20, 200.0)])
    got = passport_change_lines(mart(), after, "other dates")
    assert got[2:] == [
        "  amount cannot be read: 2 → 30 rows, €0.00 → €0.00",
        "  left out, in all: 22 → 50 rows, €200.00 → €200.00",
        "  all rows: 322 → 350 rows, €3,200.00 → €3,200.00",
        "  grade: B → D",
        "",
    ]


def test_a_change_that_touches_nothing_says_so():
    assert passport_change_lines(mart(), mart(), "policies.test_orders")[2:] == ["  changes nothing", ""]

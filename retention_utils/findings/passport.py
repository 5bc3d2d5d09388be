"""What the data passport says."""

import pandas as pd

from retention_utils.display import Finding, Grade, Kpi
from retention_utils.formats import Formats
from retention_utils.passport import Check, Thresholds, grade_of

__all__ = ["check_table", "data_grade", "rows_used_kpi", "trust"]

STEPS = (
    ("A", "every check passed"),
    ("B", "one or two reservations"),
    ("C", "three reservations or more"),
    ("D", "a check failed"),
)
VERDICTS = {"A": "yes", "B": "with reservations", "C": "with reservations", "D": "no"}
WORDS = {"pass": "passed", "warn": "reservation", "fail": "failed", "not checked": "not checked"}


def trust(checks: list[Check], account: pd.DataFrame, *, formats: Formats) -> Finding:
    """Answer whether the numbers of the report can be trusted."""
    grade = grade_of(checks)
    used, whole = account.iloc[0], account.iloc[-1]
    doubtful = [check for check in checks if check.verdict != "pass"]
    rest = f"; see the checks for {len(doubtful)} reservation(s)" if doubtful else ""
    text = (
        f"{formats.count(used['rows'])} of {formats.count(whole['rows'])} rows "
        f"({formats.share(used['row_share'], digits=2)}) are used, and the log covers "
        f"{formats.count(_found(checks, 'history'))} days: the data are graded {grade}{rest}."
    )
    return Finding("trust", VERDICTS[grade], text, is_headline=True)


def check_table(
    checks: list[Check], *, thresholds: Thresholds = Thresholds(), formats: Formats
) -> pd.DataFrame:
    """Say of every check what was asked, found and asked for.

    Returns
    -------
    DataFrame
        One row per check: ``check``, ``result``, ``found``, ``wanted`` (words).
    """
    used, history, mixed = thresholds.used_share, thresholds.history_days, thresholds.mixed_share
    wanted = {
        "rows": f"at least {formats.share(used[0], digits=0)}, never under {formats.share(used[1], digits=0)}",
        "revenue": f"at least {formats.share(used[0], digits=0)}, never under {formats.share(used[1], digits=0)}",
        "history": f"at least {formats.days(history[0])}, never under {formats.days(history[1])}",
        "silence": f"fewer days than usually bring {formats.count(thresholds.gap_surprise)} orders",
        "mixed": f"at most {formats.share(mixed[0], digits=0)}, never over {formats.share(mixed[1], digits=0)}",
    }
    names = {
        "rows": "Rows of the order log that are used",
        "revenue": "Revenue in the log that is used",
        "history": "Length of the log",
        "silence": "Longest stretch without an order",
        "mixed": "Customers who may be older than the log",
    }
    rows = [(names[check.key], WORDS[check.verdict], _said(check, formats), wanted[check.key]) for check in checks]
    return pd.DataFrame(rows, columns=["check", "result", "found", "wanted"])


def data_grade(checks: list[Check]) -> Grade:
    """Give the grade with what every letter means."""
    grade = grade_of(checks)
    open_checks = [check.key for check in checks if check.verdict != "pass"]
    remedies = {
        "rows": "supply the missing ids, dates or amounts",
        "revenue": "supply the orders behind the revenue that is left out",
        "history": "supply a longer log",
        "silence": "find out whether the silent days were closed or are missing",
        "mixed": "supply sign-up dates, or a log that begins with the first customers",
    }
    ahead = "; ".join(remedies[key] for key in open_checks)
    advice = f"For an A: {ahead}." if ahead else "Nothing stands in the way of the later chapters."
    return Grade("grade", grade, "Data grade", STEPS, advice)


def rows_used_kpi(account: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the share of rows used as a key figure."""
    used, whole = account.iloc[0], account.iloc[-1]
    return Kpi(
        key="rows_used",
        label="Rows used",
        value=formats.share(used["row_share"], digits=2),
        number=round(float(used["row_share"]), 4),
        basis=f"{formats.count(used['rows'])} of {formats.count(whole['rows'])}",
    )


def _said(check: Check, formats: Formats) -> str:
    if check.key in ("history", "silence"):
        return formats.days(check.found)
    return formats.share(check.found, digits=2)


def _found(checks: list[Check], key: str) -> float:
    return next(check.found for check in checks if check.key == key)

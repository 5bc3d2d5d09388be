"""What the data passport says."""

from functools import partial

import pandas as pd

from retention_utils.display import Callout, Finding, Grade, Kpi
from retention_utils.formats import Formats
from retention_utils.passport import DEFAULT_THRESHOLDS, Check, Thresholds, grade_of

__all__ = ["check_table", "data_grade", "old_customers", "rows_used_kpi", "trust", "weekly_alt"]

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
    passed = sum(check.verdict == "pass" for check in checks)
    how_many = "all" if passed == len(checks) else f"{formats.count(passed)} of"
    text = (
        f"The data are graded {grade}: {formats.count(used['rows'])} of {formats.count(whole['rows'])} rows "
        f"of the order log ({formats.share(used['row_share'], digits=2)}) are used, the log covers "
        f"{formats.days(_found(checks, 'history'))}, and {how_many} {formats.count(len(checks))} checks "
        "passed."
    )
    return Finding("trust", VERDICTS[grade], text, is_headline=True)


def weekly_alt(weekly: pd.DataFrame, *, column: str, formats: Formats) -> str:
    """Describe a chart of weeks: how many, between which values, and where the last one lies."""
    if weekly.empty:
        return "The log is shorter than a week."
    kind, word = {"orders": ("count", "orders"), "amount": ("short_money", "revenue")}[column]
    low, high, last = (
        formats.value(n, kind) for n in (weekly[column].min(), weekly[column].max(), weekly[column].iloc[-1])
    )
    questioned = int((weekly["questioned_days"] > 0).sum())
    verb = "holds" if questioned == 1 else "hold"
    rest = f" {_weeks(questioned, formats)} {verb} a questionable silence." if questioned else ""
    bars = _weeks(len(weekly), formats)
    return f"Bars for {bars}: {word} between {low} and {high}, {last} in the last.{rest}"


def check_table(
    checks: list[Check], *, thresholds: Thresholds = DEFAULT_THRESHOLDS, formats: Formats
) -> pd.DataFrame:
    """Say of every check what was asked, found and asked for.

    Returns
    -------
    DataFrame
        One row per check: ``check``, ``result``, ``found``, ``wanted`` (words).
    """
    used, history, mixed = thresholds.used_share, thresholds.history_days, thresholds.mixed_share
    whole = partial(formats.share, digits=0)
    wanted = {
        "rows": f"at least {whole(used[0])}, never under {whole(used[1])}",
        "revenue": f"at least {whole(used[0])}, never under {whole(used[1])}",
        "history": f"at least {formats.days(history[0])}, never under {formats.days(history[1])}",
        "silence": f"no more days than usually bring {formats.count(thresholds.gap_surprise)} orders",
        "mixed": f"at most {whole(mixed[0])}, never over {whole(mixed[1])}",
    }
    names = {
        "rows": "Rows of the order log that are used",
        "revenue": "Revenue in the log that is used",
        "history": "Length of the log",
        "silence": "Oddest stretch without an order",
        "mixed": "Customers who may be older than the log",
    }
    rows = [
        (names[check.key], WORDS[check.verdict], _said(check, formats), wanted[check.key]) for check in checks
    ]
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


def old_customers(customers: pd.DataFrame, *, formats: Formats) -> Callout | None:
    """Warn where the models take for new who may be old; None where nobody is.

    Parameters
    ----------
    customers : DataFrame
        The mart's table of this name.
    """
    share = float(customers["is_mixed"].mean())
    if share == 0:
        return None
    text = (
        f"{formats.share(share)} of the customers were first seen so soon after the log begins that they may "
        "have bought before it. The models take everyone's first order in the log for the first ever, so "
        "they know less about these customers than they believe."
    )
    return Callout("old_customers", "warn", "Some customers may be older than the log", text)


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


def _weeks(number: int, formats: Formats) -> str:
    return f"{formats.count(number)} {'week' if number == 1 else 'weeks'}"


def _said(check: Check, formats: Formats) -> str:
    if check.key in ("history", "silence"):
        return formats.days(check.found)
    return formats.share(check.found, digits=2)


def _found(checks: list[Check], key: str) -> float:
    return next(check.found for check in checks if check.key == key)

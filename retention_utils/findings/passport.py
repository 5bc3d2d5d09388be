"""What the data passport says: whether the data can be trusted, and why or why not."""

from functools import partial

import pandas as pd

from retention_utils.display import Callout, Finding, Grade, Kpi
from retention_utils.formats import Formats
from retention_utils.passport.account import net_revenue, sum_of
from retention_utils.passport.breaks import FEWEST_WEEKS
from retention_utils.passport.checks import DEFAULT_THRESHOLDS, Check, Thresholds, grade_of, graded
from retention_utils.quality.uses import PURCHASE_USES

__all__ = [
    "check_table",
    "data_grade",
    "net_revenue_kpi",
    "objections",
    "old_customers",
    "rows_used_kpi",
    "trust",
    "weekly_alt",
]

STEPS = (
    ("A", "every check passed"),
    ("B", "one or two reservations"),
    ("C", "three reservations or more"),
    ("D", "a check failed: the value of customers is not forecast"),
)
VERDICTS = {"A": "yes", "B": "with reservations", "C": "with reservations", "D": "no"}
WORDS = {"pass": "passed", "warn": "reservation", "fail": "failed", "not checked": "not checked"}
NAMES = {
    "rows": "Rows that should count and do",
    "revenue": "Money that should count and does",
    "by_rule": "Rows left out by rule",
    "no_customer": "Revenue without a customer",
    "history": "Length of the log",
    "silence": "Oddest stretch without an order",
    "breaks": "Levels that change for good",
    "mixed": "Customers who may be older than the log",
    "suspects": "Customers who look like wholesalers or tests",
    "stated": "Largest difference from the stated revenue",
}
REMEDIES = {
    "rows": "supply what cannot be read and what is missing",
    "revenue": "supply the orders behind the money that cannot be used",
    "by_rule": "find out why so many rows are cancelled, repeated, of zero or no orders",
    "no_customer": "supply the ids or contacts of those who ordered",
    "history": "supply a longer log",
    "silence": "find out whether the silent days were closed or are missing",
    "breaks": "find out what changed in those weeks, in the business or in how orders are recorded",
    "mixed": "supply sign-up dates, or a log that begins with the first customers",
    "suspects": "look at these customers, and name those to leave out in policies.exclude_customers",
    "stated": "find out why the log and the books differ",
}


def objections(checks: list[Check]) -> tuple[str, ...]:
    """Say why nothing may be built on the data; empty unless a check has failed."""
    if grade_of(checks) != "D":
        return ()
    failed = "; ".join(NAMES[check.key].lower() for check in checks if check.verdict == "fail")
    return (f"The data are graded D, because a check failed: {failed}.",)


def trust(checks: list[Check], account: pd.DataFrame, *, formats: Formats) -> Finding:
    """Answer whether the numbers of the report can be trusted."""
    grade, made = grade_of(checks), graded(checks)
    used, whole = _used_rows(account)
    passed = sum(check.verdict == "pass" for check in made)
    how_many = "all" if passed == len(made) else f"{formats.count(passed)} of"
    history = next(check.found for check in checks if check.key == "history")
    text = (
        f"The data are graded {grade}: {formats.count(used)} of {formats.count(whole)} rows "
        f"of the order log ({formats.share(used / whole, digits=2)}) are used, the log covers "
        f"{formats.days(history)}, and {how_many} {formats.count(len(made))} checks passed."
    )
    return Finding("trust", VERDICTS[grade], text, is_headline=True)


def data_grade(checks: list[Check]) -> Grade:
    """Give the grade with what every letter means, the reasons for it, and what would make it better."""
    open_checks = [check for check in graded(checks) if check.verdict != "pass"]
    parts = [_listed("Failed", open_checks, "fail"), _listed("Reservations", open_checks, "warn")]
    parts.append(_listed("Could not be checked", open_checks, "not checked"))
    if open_checks:
        parts.append(f"For an A: {'; '.join(REMEDIES[check.key] for check in open_checks)}.")
    else:
        parts.append("Nothing stands in the way of the later chapters.")
    if any(check.key == "stated" and check.verdict == "not checked" for check in checks):
        parts.append(
            "The revenue was not compared with the client's own books; the grade does not ask for it. "
            "State a figure as [[stated_revenue]] in client.toml to have it compared."
        )
    return Grade("grade", grade_of(checks), "Data grade", STEPS, " ".join(filter(None, parts)))


def check_table(
    checks: list[Check], *, thresholds: Thresholds = DEFAULT_THRESHOLDS, formats: Formats
) -> pd.DataFrame:
    """Say of every check what was asked, found and asked for.

    Returns
    -------
    DataFrame
        One row per check: ``check``, ``result``, ``found``, ``wanted`` (words).
    """
    wanted = _wanted(thresholds, formats)
    rows = [
        (NAMES[check.key], WORDS[check.verdict], _said(check, formats), wanted[check.key]) for check in checks
    ]
    return pd.DataFrame(rows, columns=["check", "result", "found", "wanted"])


def rows_used_kpi(account: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the share of rows used as a key figure."""
    used, whole = _used_rows(account)
    return Kpi(
        key="rows_used",
        label="Rows used",
        value=formats.share(used / whole, digits=2),
        number=round(used / whole, 4),
        basis=f"{formats.count(used)} of {formats.count(whole)}",
    )


def net_revenue_kpi(account: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the revenue of all rows used, less refunds, as a key figure."""
    net, refunds = net_revenue(account), -sum_of(account, ["refund"])[1]
    taken_off = f"{formats.money(refunds)} of refunds taken off" if refunds else "no refunds taken off"
    return Kpi(
        key="net_revenue",
        label="Net revenue in the log",
        value=formats.short_money(net),
        number=round(net, 2),
        basis=taken_off,
    )


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
    days = [formats.date(day) for day in weekly.loc[weekly["is_shift"], "week"]]
    rest += f" A level changes for good from {', '.join(days)} on." if days else ""
    bars = _weeks(len(weekly), formats)
    return f"Bars for {bars}: {word} between {low} and {high}, {last} in the last.{rest}"


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


def _used_rows(account: pd.DataFrame) -> tuple[int, int]:
    return sum_of(account, PURCHASE_USES)[0], sum_of(account, ["all"])[0]


def _weeks(number: int, formats: Formats) -> str:
    return f"{formats.count(number)} {'week' if number == 1 else 'weeks'}"


def _listed(title: str, checks: list[Check], verdict: str) -> str:
    names = [NAMES[check.key] for check in checks if check.verdict == verdict]
    return f"{title}: {'; '.join(name[0].lower() + name[1:] for name in names)}." if names else ""


def _wanted(thresholds: Thresholds, formats: Formats) -> dict[str, str]:
    history, whole = thresholds.history_days, partial(formats.share, digits=0)

    def at_most(limits: tuple[float, float]) -> str:
        return f"at most {whole(limits[0])}, never over {whole(limits[1])}"

    used = f"at least {whole(thresholds.used_share[0])}, never under {whole(thresholds.used_share[1])}"
    return {
        "rows": used,
        "revenue": used,
        "by_rule": f"at most {whole(thresholds.by_rule_share)}",
        "no_customer": at_most(thresholds.no_customer_share),
        "history": f"at least {formats.days(history[0])}, never under {formats.days(history[1])}",
        "silence": f"no more days than usually bring {formats.count(thresholds.gap_surprise)} orders",
        "breaks": f"none, in a log of {formats.count(FEWEST_WEEKS)} weeks or more",
        "mixed": at_most(thresholds.mixed_share),
        "suspects": "none",
        "stated": at_most(thresholds.stated_share),
    }


def _said(check: Check, formats: Formats) -> str:
    if check.key in ("history", "silence"):
        return formats.days(check.found)
    if check.key in ("breaks", "suspects"):
        return formats.count(check.found)
    return formats.share(check.found, digits=2)

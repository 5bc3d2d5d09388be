"""What was checked before the data were trusted: the checks by name, and the grade with its reasons."""

from functools import partial

import pandas as pd

from retention_utils.display import Grade
from retention_utils.findings.contract_checks import (
    CONTRACT_DAYS,
    CONTRACT_NAMES,
    CONTRACT_REMEDIES,
    contract_wanted,
)
from retention_utils.formats import Formats
from retention_utils.passport.breaks import FEWEST_WEEKS, UNSEEN_FIRST, UNSEEN_LAST
from retention_utils.passport.checks import DEFAULT_THRESHOLDS, Check, Thresholds, grade_of, graded
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["check_table", "data_grade", "names_of"]

STEPS = (
    ("A", message("every check passed")),
    ("B", message("one or two reservations")),
    ("C", message("three reservations or more")),
    ("D", message("a check failed, so the value of customers is not forecast")),
)
# Of contracts no chapter forecasts by a grade; whoever reads it has to judge.
CONTRACT_STEPS = (*STEPS[:3], ("D", message("a check failed, to be mended before relying on later chapters")))
WORDS = {
    "pass": message("passed"),
    "warn": message("reservation"),
    "fail": message("not passed"),
    "not checked": message("not checked"),
}
NAMES = {
    "rows": message("Rows that should count and do"),
    "revenue": message("Money that should count and does"),
    "by_rule": message("Rows left out by rule"),
    "no_customer": message("Revenue without a customer"),
    "history": message("Length of the log"),
    "silence": message("Unusually long stretch without an order"),
    "breaks": message("Levels that change lastingly"),
    "mixed": message("Customers who may be older than the log"),
    "suspects": message("Customers who look like wholesalers or tests"),
    "stated": message("Largest difference from the stated revenue"),
} | CONTRACT_NAMES
REMEDIES = {
    "rows": message("supply what cannot be read and what is missing"),
    "revenue": message("supply the orders behind the money that cannot be used"),
    "by_rule": message("find out why so many rows are cancelled, repeated, of zero or no orders"),
    "no_customer": message("supply the ids or contacts of those who ordered"),
    "history": message("supply a longer log"),
    "silence": message("find out whether the silent days were closed or are missing"),
    "breaks": message("find out what changed in those weeks, in the business or in how orders are recorded"),
    "mixed": message("supply sign-up dates, or a log that begins with the first customers"),
    "suspects": message("look at these customers, and name those to leave out"),
    "stated": message("find out why the log and the books differ"),
} | CONTRACT_REMEDIES


def data_grade(checks: list[Check], *, formats: Formats, is_contracts: bool = False) -> Grade:
    """Give the grade with what every letter means, the reasons for it, and what would make it better."""
    say = formats.say
    reasons = _reasons(checks, formats)
    parts = list(reasons)
    if reasons:
        remedies = [say(REMEDIES[check.key]) for check in graded(checks) if check.verdict != "pass"]
        parts.append(say("For an A: {remedies}.", remedies=formats.joined(remedies)))
    else:
        parts.append(say("Nothing stands in the way of the later chapters."))
    if any(check.key == "stated" and check.verdict == "not checked" for check in checks):
        parts.append(
            say(
                "The revenue was not compared with the client's own books; the grade does not ask for it. "
                "Supply a figure from the books to have it compared."
            )
        )
    steps = tuple((letter, say(words)) for letter, words in (CONTRACT_STEPS if is_contracts else STEPS))
    why = formats.joined(reasons, by=" ") if reasons else ""
    return Grade("grade", grade_of(checks), say("Data grade"), steps, formats.joined(parts, by=" "), why)


def check_table(
    checks: list[Check], *, thresholds: Thresholds = DEFAULT_THRESHOLDS, formats: Formats
) -> pd.DataFrame:
    """Say of every check what was asked, found and asked for.

    Returns
    -------
    DataFrame
        One row per check: ``check``, ``result``, ``found``, ``wanted`` (texts).
    """
    say, wanted = formats.say, _wanted(thresholds, formats)
    rows = [
        (say(NAMES[check.key]), _result(check, formats), _said(check, formats), wanted[check.key])
        for check in checks
    ]
    return pd.DataFrame(rows, columns=["check", "result", "found", "wanted"])


def names_of(checks: list[Check], verdict: str, formats: Formats) -> Text:
    """List the checks with a verdict, as they are written within a sentence."""
    names = [formats.say(NAMES[check.key]) for check in checks if check.verdict == verdict]
    return formats.joined([_in_a_sentence(name) for name in names])


def _reasons(checks: list[Check], formats: Formats) -> list[Text]:
    """Name the checks that failed, those with a reservation, and those that could not be made."""
    say, open_checks = formats.say, graded(checks)
    failed, doubted, unmade = (
        names_of(open_checks, verdict, formats) for verdict in ("fail", "warn", "not checked")
    )
    reasons = [
        say("Failed: {checks}.", checks=failed) if failed else "",
        say("Reservations: {checks}.", checks=doubted) if doubted else "",
        say("Could not be checked: {checks}.", checks=unmade) if unmade else "",
    ]
    return [reason for reason in reasons if reason]


def _in_a_sentence(name: Text) -> Text:
    return Text({language: words[0].lower() + words[1:] for language, words in name.versions.items()})


def _wanted(thresholds: Thresholds, formats: Formats) -> dict[str, Text]:
    say, whole = formats.say, partial(formats.share, digits=0)

    def at_least(limits: tuple[float, float]) -> Text:
        return say("at least {wanted}, never under {least}", wanted=whole(limits[0]), least=whole(limits[1]))

    def at_most(limits: tuple[float, float]) -> Text:
        return say("at most {wanted}, never over {most}", wanted=whole(limits[0]), most=whole(limits[1]))

    return {
        "rows": at_least(thresholds.used_share),
        "revenue": at_least(thresholds.used_share),
        "by_rule": say("at most {wanted}", wanted=whole(thresholds.by_rule_share)),
        "no_customer": at_most(thresholds.no_customer_share),
        "history": say(
            "at least {wanted, plural, one {# day} other {# days}}, never under {least, plural, one {# day} "
            "other {# days}}",
            wanted=thresholds.history_days[0],
            least=thresholds.history_days[1],
        ),
        "silence": say(
            "no more days than usually bring {orders, plural, one {# order} other {# orders}}",
            orders=formats.count(thresholds.gap_surprise),
        ),
        "breaks": say(
            "none, in a log of {weeks, plural, one {# week} other {# weeks}} or more", weeks=FEWEST_WEEKS
        ),
        "mixed": at_most(thresholds.mixed_share),
        "suspects": say("none"),
        "stated": at_most(thresholds.stated_share),
        **contract_wanted(formats),
    }


def _result(check: Check, formats: Formats) -> Text:
    if check.key == "breaks" and check.verdict == "pass":
        return formats.say(
            "passed; a change in the first {first, plural, one {# week} other {# weeks}} or in the last "
            "{last, plural, one {# week} other {# weeks}} cannot be seen",
            first=UNSEEN_FIRST,
            last=UNSEEN_LAST,
        )
    return formats.say(WORDS[check.verdict])


def _said(check: Check, formats: Formats) -> Text | None:
    if pd.isna(check.found):
        return None
    if check.key in ("history", "silence", *CONTRACT_DAYS):
        return formats.days(check.found)
    if check.key in ("breaks", "suspects"):
        return formats.count(check.found)
    return formats.share(check.found, digits=2)

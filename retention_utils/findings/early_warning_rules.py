"""The rules of early warning in words: for their tables, and which of them are not to be relied on."""

from collections.abc import Iterable

import pandas as pd

from retention_utils.display import Callout
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["RULE_WORDS", "ledger_rows", "rule_rows", "unproven_rules"]

RULE_WORDS = {
    "overdue": message("fading (silent too long for them)"),
    "fewer_purchases": message("buys much less often"),
    "lower_spend": message("spends much less"),
    "declining": message("either of the last two, each customer once"),
    "any": message("any of these, each customer once"),
}
TESTED_WORDS = {
    "yes": message("yes"),
    "with reservations": message("a little"),
    "no": message("not clearly"),
    "not enough data": message("not tested"),
}


def unproven_rules(rules: pd.DataFrame, *, formats: Formats) -> Callout | None:
    """Say which rules were no better than chance or could not be tested; None if all were better."""
    alone = rules[~rules["rule"].isin(["declining", "any"])].set_index("rule")["verdict"]
    poor, untested = (alone.index[alone == verdict] for verdict in ("no", "not enough data"))
    sentences = []
    if len(poor):
        text = formats.say(
            "Customers flagged by these rules before did not clearly leave more often than the others, so no "
            "customers are listed for them: {rules}.",
            rules=_named(poor, formats),
        )
        sentences.append(text)
    if len(untested):
        text = formats.say(
            "Too few customers were flagged by these rules before to see how many left, so no customers are "
            "listed for them: {rules}.",
            rules=_named(untested, formats),
        )
        sentences.append(text)
    if not sentences:
        return None
    title = formats.say("Rules not to be relied on")
    return Callout("unproven_rules", "warn", title, formats.joined(sentences, by=" "))


def rule_rows(rules: pd.DataFrame, *, min_customers: int, formats: Formats) -> pd.DataFrame:
    """Name the rules and their verdicts for the table; no row where too few customers could be judged."""
    if rules["judged"].max() < min_customers:
        return rules.head(0)
    table = rules.assign(tested_as=[formats.say(TESTED_WORDS[verdict]) for verdict in rules["verdict"]])
    if "rule" not in rules:
        return table
    return table.assign(rule=[formats.say(RULE_WORDS[rule]) for rule in rules["rule"]])


def ledger_rows(ledger: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Write the reasons of the ledger for the table."""
    return ledger.assign(fired=[_named(fired, formats) for fired in ledger["fired"]])


def _named(rules: Iterable[str], formats: Formats) -> Text:
    return formats.joined([formats.say(RULE_WORDS[rule]) for rule in rules])

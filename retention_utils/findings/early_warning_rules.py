"""The rules of early warning in words: for their tables, and which of them are not to be relied on."""

import pandas as pd

from retention_utils.display import Callout

__all__ = ["RULE_WORDS", "ledger_rows", "rule_rows", "unproven_rules"]

RULE_WORDS = {
    "overdue": "fading (silent too long for them)",
    "fewer_purchases": "buys much less often",
    "lower_spend": "spends much less",
    "any": "any of these, each customer once",
}
TESTED_WORDS = {
    "yes": "better than chance",
    "with reservations": "a little better than chance",
    "no": "not told from chance",
    "not enough data": "not tested",
}


def unproven_rules(rules: pd.DataFrame) -> Callout | None:
    """Say which rules were no better than chance or could not be tested; None if all were better."""
    alone = rules[rules["rule"] != "any"]
    poor, untested = (
        [RULE_WORDS[rule] for rule in alone.loc[alone["verdict"] == verdict, "rule"]]
        for verdict in ("no", "not enough data")
    )
    sentences = []
    if poor:
        sentences.append(
            "Customers flagged by these rules before did not clearly leave more often than the others, so no "
            f"customers are listed for them: {'; '.join(poor)}."
        )
    if untested:
        sentences.append(
            "Too few customers were flagged by these rules before to see how many left, so no customers are "
            f"listed for them: {'; '.join(untested)}."
        )
    if not sentences:
        return None
    return Callout("unproven_rules", "warn", "Rules not to be relied on", " ".join(sentences))


def rule_rows(rules: pd.DataFrame) -> pd.DataFrame:
    """Name the rules and their verdicts for the table."""
    names = rules["rule"].map(RULE_WORDS) if "rule" in rules else None
    table = rules.assign(tested_as=rules["verdict"].map(TESTED_WORDS))
    return table if names is None else table.assign(rule=names)


def ledger_rows(ledger: pd.DataFrame) -> pd.DataFrame:
    """Write the reasons of the ledger for the table."""
    return ledger.assign(
        fired=["; ".join(RULE_WORDS[rule] for rule in fired) for fired in ledger["fired"]],
    )

"""The hidden-churn ledger: who is flagged by a rule that was right before, the dearest first."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.schema import require

__all__ = ["ledger", "proven_rules"]


def proven_rules(rules: pd.DataFrame) -> list[str]:
    """Return the rules whose flagged customers left more often than the others, for certain.

    Parameters
    ----------
    rules : DataFrame
        From :func:`retention_utils.early_warning.backtest.hidden_churn_rules`.
    """
    require(rules, ["rule", "verdict"], name="rules")
    return [
        rule
        for rule in rules.loc[rules["verdict"].isin(["yes", "with reservations"]), "rule"]
        if rule != "any"
    ]


def ledger(flags: pd.DataFrame, *, rules: Sequence[str], most: int | None = None) -> pd.DataFrame:
    """List the customers flagged by any of the rules, each once.

    Parameters
    ----------
    flags : DataFrame
        From :func:`retention_utils.early_warning.rules.hidden_churn_flags`, today.
    rules : sequence of str
        Which rules count: those that were right before.
    most : int, optional
        How many customers at most; left out: all.

    Returns
    -------
    DataFrame
        One row per customer, most revenue of the last 365 days first, then by id: ``customer_id``,
        ``year_amount`` (money), ``last_day`` (date), ``silence_days``, ``usual_gap_days`` (days; NaN with
        fewer than three purchase days), ``norm_purchases`` (purchase days in the 365 days before the two
        stretches), ``last_purchases``, ``previous_purchases`` (of the two stretches), ``fired`` (tuple of
        the rules that flag the customer).
    """
    columns = [
        "customer_id", "year_amount", "last_day", "silence_days", "usual_gap_days", "norm_purchases",
        "last_purchases", "previous_purchases",
    ]  # fmt: skip
    require(flags, columns, name="flags")
    fired = flags[[f"{rule}_flagged" for rule in rules]].to_numpy(dtype=bool)
    listed = flags.loc[fired.any(axis=1), columns].assign(
        fired=[
            tuple(rule for rule, is_fired in zip(rules, row, strict=True) if is_fired)
            for row in fired[fired.any(axis=1)]
        ]
    )
    listed = listed.sort_values(["year_amount", "customer_id"], ascending=[False, True], ignore_index=True)
    return listed if most is None else listed.head(most)

"""Who is flagged by a rule that was right before, the dearest first: the fading, and all hidden churn."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.schema import require

__all__ = ["fading_list", "ledger", "proven_rules"]

PROVEN = ("yes", "with reservations")


def proven_rules(rules: pd.DataFrame) -> list[str]:
    """Return the rules whose flagged customers left more often than the others, for certain.

    Parameters
    ----------
    rules : DataFrame
        From :func:`retention_utils.early_warning.backtest.hidden_churn_rules`.
    """
    require(rules, ["rule", "verdict"], name="rules")
    return [rule for rule in rules.loc[rules["verdict"].isin(PROVEN), "rule"] if rule != "any"]


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


def fading_list(flags: pd.DataFrame, account: pd.Series, *, most: int) -> pd.DataFrame:
    """List the customers whom the account of the fading counts, if such a list was right before.

    Parameters
    ----------
    flags : DataFrame
        From :func:`retention_utils.early_warning.rules.hidden_churn_flags`, today.
    account : Series
        The row of :func:`retention_utils.early_warning.backtest.overdue_rules` of the multiple in force.
    most : int
        How many customers at most.

    Returns
    -------
    DataFrame
        One row per customer, sorted as in :func:`ledger`: ``customer_id``, ``year_amount`` (money),
        ``last_day`` (date), ``silence_days``, ``usual_gap_days`` (days), ``gaps`` (the one in the other),
        ``purchases`` (purchase days). No row where the list was not better than chance, or was not tested.
    """
    columns = ["customer_id", "year_amount", "last_day", "silence_days", "usual_gap_days", "frequency"]
    require(flags, [*columns, "overdue_flagged"], name="flags")
    is_right = account["verdict"] in PROVEN
    named = flags.loc[flags["overdue_flagged"].astype(bool) & is_right, columns]
    named = named.assign(
        gaps=named["silence_days"] / named["usual_gap_days"].astype(float), purchases=named["frequency"] + 1
    )
    in_order = named.sort_values(["year_amount", "customer_id"], ascending=[False, True], ignore_index=True)
    return in_order.drop(columns="frequency").head(most)

"""Who is flagged by a rule that was right before, the dearest first: the fading, and those who buy less."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.early_warning.rules import DECLINES
from retention_utils.schema import require

__all__ = ["fading_list", "ledger", "list_account", "proven_declines"]

PROVEN = ("yes", "with reservations")


def proven_declines(rules: pd.DataFrame) -> tuple[str, ...]:
    """Return the rules of those who buy or spend less, if both together were plainly better than chance.

    Parameters
    ----------
    rules : DataFrame
        From :func:`retention_utils.early_warning.backtest.hidden_churn_rules`, with the row ``declining``.
    """
    require(rules, ["rule", "verdict"], name="rules")
    return DECLINES if rules.set_index("rule").loc["declining", "verdict"] == "yes" else ()


def list_account(multiples: pd.DataFrame, multiple: float) -> pd.Series:
    """Choose by which multiple of the usual gap the list of the fading is made.

    Where the multiple in force helped only a little, a larger one that was plainly better than chance is
    taken, the smallest of them; else the one in force.

    Parameters
    ----------
    multiples : DataFrame
        From :func:`retention_utils.early_warning.backtest.overdue_rules`.
    multiple : float
        The one in force.
    """
    require(multiples, ["multiple", "verdict"], name="multiples")
    in_force = multiples[multiples["multiple"] == multiple].iloc[0]
    better = multiples[(multiples["multiple"] > multiple) & (multiples["verdict"] == "yes")]
    if in_force["verdict"] != "with reservations" or better.empty:
        return in_force
    return better.loc[better["multiple"].idxmin()]


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
    """List the fading customers by the rule of an account, if such a list was right before.

    Parameters
    ----------
    flags : DataFrame
        From :func:`retention_utils.early_warning.rules.hidden_churn_flags`, today.
    account : Series
        From :func:`list_account`.
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
    is_silent = flags["silence_days"] > account["multiple"] * flags["usual_gap_days"].astype(float)
    named = flags.loc[flags["overdue_flagged"].astype(bool) & is_silent & is_right, columns]
    named = named.assign(
        gaps=named["silence_days"] / named["usual_gap_days"].astype(float), purchases=named["frequency"] + 1
    )
    in_order = named.sort_values(["year_amount", "customer_id"], ascending=[False, True], ignore_index=True)
    return in_order.drop(columns="frequency").head(most)

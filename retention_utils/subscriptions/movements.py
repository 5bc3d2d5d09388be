"""What every customer's recurring revenue did between two boundaries, and the account of all of them.

The opening revenue plus new, reactivation and expansion, less contraction and churn, is the closing revenue;
the opening customers plus those new and reactivated, less those churned, are the closing ones. Contracts of
one customer are added up first, so one of two contracts ended is a contraction.
"""

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.subscriptions.states import boundary_days, customer_states

__all__ = ["ENDINGS", "KINDS", "customer_movements", "revenue_bridge"]

KINDS = ("new", "reactivation", "expansion", "contraction", "churn")
ENDINGS = ("voluntary", "involuntary", "unknown")
SIGNS = {"contraction": -1, "churn": -1}


def customer_movements(spans: pd.DataFrame, calendar: pd.DataFrame, *, across: int = 1) -> pd.DataFrame:
    """Compare every customer's monthly revenue at the start and at the end of every period.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    calendar : DataFrame
        The mart's table of this name.
    across : int
        Periods between the two boundaries compared: 1 for the period itself, 12 for a year of months.

    Returns
    -------
    DataFrame
        One row per period and customer at its start or end, by both: ``period_number`` (of the last period
        compared), ``customer_id``, ``before``, ``after`` (monthly revenue; NaN where no customer),
        ``movement`` (one of :data:`KINDS`, or empty), ``change`` (after less before), ``plan`` and
        ``billed_every`` (at the start; of those not there yet, at the end), ``plan_after`` and
        ``billed_every_after``, ``ending`` (of those churned, one of :data:`ENDINGS`). Whoever comes back is
        reactivated, however long it took. Periods before the list begins are left out.
    """
    require(calendar, ["period_number", "is_whole"], name="calendar")
    days = boundary_days(calendar)
    states = customer_states(spans, days)
    both = _beside(states, across)
    first_whole = calendar.loc[calendar["is_whole"], "period_number"].min()
    is_listed = both["period_number"].between(first_whole + across - 1, len(calendar) - 1)
    both = both[is_listed].reset_index(drop=True)
    first_paid = spans[spans["mrr"] > 0].groupby("customer_id")["first_day"].min()
    start = days[both["period_number"].to_numpy() + 1 - across]
    is_known = first_paid.reindex(both["customer_id"]).to_numpy() <= start.to_numpy()
    change = both["after"].fillna(0.0) - both["before"].fillna(0.0)
    is_absent = both["before"].isna()
    cases = [is_absent & ~is_known, is_absent, both["after"].isna(), change > 0, change < 0]
    kinds = ["new", "reactivation", "churn", "expansion", "contraction"]
    moves = both.assign(
        movement=np.select(cases, kinds, ""),
        change=change,
        plan=both["plan"].fillna(both["plan_after"]),
        billed_every=both["billed_every"].fillna(both["billed_every_after"]),
    )
    return moves.assign(ending=_endings(moves, spans, days))


def revenue_bridge(moves: pd.DataFrame) -> pd.DataFrame:
    """Add up the movements of all customers.

    Returns
    -------
    DataFrame
        One row per period: ``period_number``; ``opening``, ``new``, ``reactivation``,
        ``expansion``, ``contraction``, ``churn``, ``closing`` (money, all positive);
        ``customers_opening``, ``customers_new``, ``customers_reactivation``, ``customers_churn``,
        ``customers_closing``, of those churned ``churn_voluntary``, ``churn_involuntary`` and
        ``churn_unknown`` (counts), ``involuntary_money`` (what those brought whose payment failed);
        for the intervals the sums of squares ``opening_squares`` and ``closing_squares``, and over
        customers there at the start ``kept_squares``, ``kept_products`` (after, squared and times
        before), ``capped_squares`` and ``capped_products`` (the same of what is left of before).
    """
    require(moves, ["period_number", "before", "after", "movement", "change", "ending"], name="moves")
    was_there = moves["before"].notna()
    before, after = moves["before"].fillna(0.0), moves["after"].fillna(0.0)
    kept, capped = after.where(was_there, 0.0), np.minimum(before, after)
    columns = {"opening": before, "closing": after}
    columns |= {
        kind: moves["change"].where(moves["movement"] == kind, 0.0) * SIGNS.get(kind, 1) for kind in KINDS
    }
    columns |= {"customers_opening": was_there, "customers_closing": moves["after"].notna()}
    columns |= {f"customers_{kind}": moves["movement"] == kind for kind in ("new", "reactivation", "churn")}
    columns |= {f"churn_{ending}": moves["ending"] == ending for ending in ENDINGS}
    columns |= {"involuntary_money": before.where(moves["ending"] == "involuntary", 0.0)}
    columns |= {
        "opening_squares": before**2,
        "closing_squares": after**2,
        "kept_squares": kept**2,
        "kept_products": kept * before,
    }
    columns |= {"capped_squares": capped**2, "capped_products": capped * before}
    table = pd.DataFrame({"period_number": moves["period_number"], **columns})
    return table.groupby("period_number", as_index=False).sum()


def _beside(states: pd.DataFrame, across: int) -> pd.DataFrame:
    """Set every customer at one boundary beside the same one so many periods later."""
    keys = ["period_number", "customer_id"]
    before = states.assign(period_number=states["boundary"] + across - 1).drop(columns="boundary")
    after = states.assign(period_number=states["boundary"] - 1).drop(columns="boundary")
    both = before.merge(after, on=keys, how="outer", suffixes=("", "_after"))
    return both.rename(columns={"mrr": "before", "mrr_after": "after"})


def _endings(moves: pd.DataFrame, spans: pd.DataFrame, days: pd.DatetimeIndex) -> pd.Series:
    """Say of those churned what ended their last contract."""
    churned = moves.loc[moves["movement"] == "churn", ["customer_id", "period_number"]]
    day = days[churned["period_number"].to_numpy() + 1] if len(churned) else days[:0]
    churned = churned.assign(day=day, row=churned.index).sort_values("day")
    ended = spans[spans["end_day"].notna()].sort_values("end_day", kind="stable")
    found = pd.merge_asof(
        churned, ended[["customer_id", "end_day", "ending"]],
        left_on="day", right_on="end_day", by="customer_id",
    )  # fmt: skip
    told = found.set_index("row")["ending"].replace("pause", "unknown")
    return told.reindex(moves.index).fillna("")

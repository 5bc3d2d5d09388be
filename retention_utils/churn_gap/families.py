"""Three families of churn definitions on the same customers: contract ended, silent for long, buying less."""

from datetime import date

import numpy as np
import pandas as pd

from retention_utils.churn_gap.backtest import BASE_DAYS, customers_tested
from retention_utils.early_warning.rules import hidden_churn_flags
from retention_utils.schema import require
from retention_utils.stats import difference_interval, wilson_interval

__all__ = ["EVERYONE", "WITH_CONTRACT", "WITH_NORM", "contract_states", "family_comparison"]

EVERYONE = "everyone tested"
WITH_CONTRACT = "who ever had a contract"
WITH_NORM = "whose norm is known"


def contract_states(subscriptions: pd.DataFrame, *, day: date) -> pd.DataFrame | None:
    """Say of every customer with a contract whether all of them had ended by a day.

    Parameters
    ----------
    subscriptions : DataFrame
        The client's table of this name: ``customer_id``, ``start``, ``end`` (first day no longer covered).
    day : date
        The day.

    Returns
    -------
    DataFrame or None
        One row per customer whose first contract had begun by then: ``customer_id``, ``has_ended`` (none runs
        on that day). None for a list without dates, which cannot say who had ended when.

    Raises
    ------
    TableError
        If the column ``customer_id`` is missing.
    """
    require(subscriptions, ["customer_id"], name="subscriptions")
    if "start" not in subscriptions or subscriptions["start"].isna().all():
        return None
    until = pd.Timestamp(day)
    begun = subscriptions[pd.to_datetime(subscriptions["start"]) <= until]
    end = pd.to_datetime(begun["end"]) if "end" in begun else pd.Series(pd.NaT, index=begun.index)
    is_running = end.isna() | (end > until)
    runs = is_running.groupby(begun["customer_id"].astype("string")).any()
    return (~runs).rename("has_ended").rename_axis("customer_id").reset_index()


def family_comparison(
    states: pd.DataFrame,
    *,
    gap_days: int,
    decline_share: float,
    stretch_days: int,
    contracts: pd.DataFrame | None = None,
    min_customers: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Hold inactivity, decline and termination against who then bought no more.

    Parameters
    ----------
    states : DataFrame
        The mart's ``states_before``, made with stretches of ``stretch_days``.
    gap_days : int
        Inactivity: silent for longer than this.
    decline_share : float
        Decline: this far below the own norm, a fraction, or further, in both of the last two stretches, in
        purchases or in money. Only for customers whose norm is known, see
        :func:`retention_utils.early_warning.rules.hidden_churn_flags`.
    stretch_days : int
        Days of a stretch.
    contracts : DataFrame, optional
        From :func:`contract_states`. Termination: every contract had ended.
    min_customers : int
        A share of fewer customers than that is blank.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per group of customers and family that can be tried on it: ``group`` (everyone tested; who
        ever had a contract; whose norm is known), ``family``, ``customers``, ``leavers`` (of them, without a
        purchase in the follow-up), ``flagged``, ``left`` (flagged, and without a purchase), ``also_silent``
        (flagged, and by inactivity too): counts; ``precision`` (left of flagged) with ``low``, ``high``;
        ``caught_share`` (left of leavers) with ``caught_low``, ``caught_high``: fractions with Wilson's
        interval; ``difference`` (precision minus the share of those not flagged who left) with
        ``difference_low``, ``difference_high`` (Newcombe's interval). NaN where nobody or too few can be
        counted.

    Raises
    ------
    TableError
        If a column is missing.
    """
    require(states, ["customer_id", "silence_days", "later_purchases"], name="states")
    tested = customers_tested(states)
    flags = hidden_churn_flags(
        tested, gap_days=BASE_DAYS, multiple=2.0, decline_share=decline_share, stretch_days=stretch_days
    )  # with all of them counted as active: here it is decline alone that is judged
    rules = ("fewer_purchases", "lower_spend")
    declining = flags[[f"{rule}_flagged" for rule in rules]].any(axis=1)
    has_norm = flags["fewer_purchases_judged"]
    judged = pd.DataFrame(
        {
            "has_left": tested["later_purchases"] == 0,
            "inactivity": tested["silence_days"] > gap_days,
            "decline": declining.reindex(tested.index, fill_value=False),
            EVERYONE: True,
            WITH_NORM: has_norm.reindex(tested.index, fill_value=False),
        }
    )
    trials = [(EVERYONE, "inactivity"), (WITH_NORM, "inactivity"), (WITH_NORM, "decline")]
    if contracts is not None:
        ended = contracts.set_index("customer_id")["has_ended"]
        has_ended = tested["customer_id"].astype("string").map(ended)
        judged[WITH_CONTRACT] = has_ended.notna()
        judged["termination"] = has_ended.fillna(False).astype(bool)
        trials += [(WITH_CONTRACT, "inactivity"), (WITH_CONTRACT, "termination")]
    counted = pd.DataFrame([_counted(judged[judged[group]], group, family) for group, family in trials])
    return _with_shares(counted, min_customers, level)


def _counted(judged: pd.DataFrame, group: str, family: str) -> dict[str, object]:
    flagged = judged[judged[family]]
    return {
        "group": group,
        "family": family,
        "customers": len(judged),
        "leavers": int(judged["has_left"].sum()),
        "flagged": len(flagged),
        "left": int(flagged["has_left"].sum()),
        "also_silent": int(flagged["inactivity"].sum()),
    }


def _with_shares(counted: pd.DataFrame, min_customers: int, level: float) -> pd.DataFrame:
    for name, every, low, high in (
        ("precision", "flagged", "low", "high"),
        ("caught_share", "leavers", "caught_low", "caught_high"),
    ):
        trials = counted[every].where(counted[every] >= max(min_customers, 1))
        some = counted["left"].where(trials.notna())
        counted[name] = some / trials
        counted[low], counted[high] = wilson_interval(some, trials, level=level)
    others = counted["customers"] - counted["flagged"]
    is_known = (counted["flagged"] >= max(min_customers, 1)) & (others >= max(min_customers, 1))
    left = [counted["left"], counted["leavers"] - counted["left"]]
    trials = [counted["flagged"].where(is_known), others.where(is_known)]
    found = difference_interval(np.array(left, dtype=float), np.array(trials, dtype=float), level=level)
    counted["difference"], counted["difference_low"], counted["difference_high"] = found
    return counted

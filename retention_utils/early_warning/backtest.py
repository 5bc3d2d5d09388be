"""How right a rule was: whom it flagged some time ago, and who of them has bought since.

A rule that finds no more leavers among the flagged than among the others is worth nothing, however many it
flags. Its precision is therefore never shown without the share among all it judged.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retention_utils.early_warning.rules import overdue_flags
from retention_utils.schema import require
from retention_utils.stats import difference_interval, normal_quantile, wilson_interval

__all__ = ["GOOD_LIFT", "hidden_churn_rules", "overdue_rules", "rule_account"]


RATES = (
    "precision", "low", "high", "base_rate", "base_low", "base_high", "others", "recall", "recall_low",
    "recall_high", "lift", "difference", "difference_low", "difference_high",
    "amount_lost", "amount_low", "amount_high",
)  # fmt: skip
GOOD_LIFT = 1.25  # a list that finds fewer leavers than so many times their share is not worth much


def rule_account(
    now: pd.DataFrame,
    before: pd.DataFrame,
    *,
    judged: str,
    flagged: str,
    min_customers: int,
    level: float = 0.95,
) -> dict[str, object]:
    """Count whom a rule flags today, and hold whom it flagged before against what came.

    Parameters
    ----------
    now, before : DataFrame
        Active customers today and on the earlier day, one row each, with the columns ``judged`` and
        ``flagged``; both with ``year_amount``, the earlier with
        ``later_purchases``, too.
    judged, flagged : str
        Names of those columns.
    min_customers : int
        With fewer flagged or fewer not flagged, the rule is not tested.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    dict
        Today: ``active``, ``judged``, ``flagged`` (counts), ``share`` (flagged of judged), ``share_low``,
        ``share_high`` (fractions, Wilson interval), ``amount`` (money the flagged spent in the last 365
        days). Then: ``tested`` (judged), ``tested_flagged``, ``left`` (no purchase in the follow-up),
        ``hits`` (flagged and left), ``precision`` (hits of flagged) with ``low``, ``high``, ``base_rate``
        (left of all judged) with ``base_low``, ``base_high``, ``others`` (left of those not flagged),
        ``recall`` (hits of left) with ``recall_low``, ``recall_high``, ``lift`` (precision ÷ base rate),
        ``difference`` (precision minus others) with ``difference_low``, ``difference_high`` (Newcombe);
        ``amount_lost`` (of what the flagged had spent in the 365 days before, the share of those who left)
        with ``amount_low``, ``amount_high`` (ratio estimate, linearised);
        ``verdict``: ``yes`` (the difference is above zero for certain), ``with reservations`` (so it is, but
        the lift is below :data:`GOOD_LIFT`), ``no``, ``not enough data``.
    """
    require(now, [judged, flagged, "year_amount"], name="now")
    require(before, [judged, flagged, "later_purchases", "year_amount"], name="before")
    is_flagged = now[flagged].astype(bool)
    able, chosen = int(now[judged].sum()), int(is_flagged.sum())
    low, high = wilson_interval(chosen, able, level=level)
    today = {
        "active": len(now),
        "judged": able,
        "flagged": chosen,
        "share": chosen / able if able else np.nan,
        "share_low": low,
        "share_high": high,
        "amount": float(now.loc[is_flagged, "year_amount"].astype(float).sum()),
    }
    return today | _tested(before[before[judged].astype(bool)], flagged, min_customers, level)


def overdue_rules(
    states: pd.DataFrame,
    states_before: pd.DataFrame,
    *,
    gap_days: int,
    multiples: Sequence[float],
    min_customers: int,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count and back-test the overdue customers for several multiples of the usual gap.

    Parameters
    ----------
    states, states_before : DataFrame
        The mart's tables of these names.
    gap_days : int
        Days of silence up to which a customer is active.
    multiples : sequence of float
        Times the own usual gap; each is a row, rising.
    min_customers : int
        With fewer flagged or fewer not flagged, a rule is not tested.

    Returns
    -------
    DataFrame
        One row per ``multiple``, with the columns of :func:`rule_account`.
    """
    rows = []
    for multiple in sorted(set(multiples)):
        now, before = (
            overdue_flags(table, gap_days=gap_days, multiple=multiple) for table in (states, states_before)
        )
        account = rule_account(
            now, before, judged="is_judged", flagged="is_flagged", min_customers=min_customers, level=level
        )
        rows.append({"multiple": float(multiple)} | account)
    return pd.DataFrame(rows)


def hidden_churn_rules(
    flags: pd.DataFrame,
    flags_before: pd.DataFrame,
    *,
    rules: Sequence[str],
    min_customers: int,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count and back-test the rules of hidden churn, each alone and all together.

    Parameters
    ----------
    flags, flags_before : DataFrame
        From :func:`retention_utils.early_warning.rules.hidden_churn_flags`, today and before.
    rules : sequence of str
        Of :data:`retention_utils.early_warning.rules.RULES`, or ``declining`` or ``any``: each customer once.
    min_customers : int
        With fewer flagged or fewer not flagged, a rule is not tested.

    Returns
    -------
    DataFrame
        One row per ``rule``, with the columns of :func:`rule_account`.
    """
    return pd.DataFrame(
        [
            {"rule": rule}
            | rule_account(
                flags,
                flags_before,
                judged=f"{rule}_judged",
                flagged=f"{rule}_flagged",
                min_customers=min_customers,
                level=level,
            )
            for rule in rules
        ]
    )


def _tested(judged: pd.DataFrame, flagged: str, min_customers: int, level: float) -> dict[str, object]:
    has_left = (judged["later_purchases"] == 0).to_numpy()
    is_flagged = judged[flagged].to_numpy(dtype=bool)
    counts = {
        "tested": len(judged),
        "tested_flagged": int(is_flagged.sum()),
        "left": int(has_left.sum()),
        "hits": int((has_left & is_flagged).sum()),
    }
    rates = dict.fromkeys(RATES, np.nan)
    spared = counts["tested"] - counts["tested_flagged"]
    if min(counts["tested_flagged"], spared) < max(min_customers, 1):
        return counts | rates | {"verdict": "not enough data"}
    missed = counts["left"] - counts["hits"]
    for name, some, every in (
        ("precision", counts["hits"], counts["tested_flagged"]),
        ("base", counts["left"], counts["tested"]),
        ("recall", counts["hits"], counts["left"]),
    ):
        low, high = wilson_interval(some, every, level=level)
        prefix = "" if name == "precision" else f"{name}_"
        rates |= {f"{prefix}low": low, f"{prefix}high": high}
        rates["base_rate" if name == "base" else name] = some / every if every else np.nan
    difference, low, high = difference_interval(
        [counts["hits"], missed], [counts["tested_flagged"], spared], level=level
    )
    rates |= {
        "others": missed / spared,
        "lift": rates["precision"] / rates["base_rate"] if counts["left"] else np.nan,
        "difference": difference,
        "difference_low": low,
        "difference_high": high,
    }
    rates |= _amount_lost(judged.loc[is_flagged, "year_amount"], has_left[is_flagged], level)
    verdict = "no" if low <= 0 else "yes" if rates["lift"] >= GOOD_LIFT else "with reservations"
    return counts | rates | {"verdict": verdict}


def _amount_lost(amount: pd.Series, has_left: np.ndarray, level: float) -> dict[str, float]:
    money = amount.to_numpy(dtype=float)
    if money.sum() <= 0:
        return {}
    share = float((money * has_left).sum() / money.sum())
    spread = np.sqrt(((money * (has_left - share)) ** 2).sum() * len(money) / max(len(money) - 1, 1))
    reach = normal_quantile(level) * spread / money.sum()
    return {
        "amount_lost": share,
        "amount_low": max(share - reach, 0.0),
        "amount_high": min(share + reach, 1.0),
    }

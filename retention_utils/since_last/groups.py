"""Customers of two periods by tenure: the groups that a change is taken apart over."""

import pandas as pd

from retention_utils.schema import require

__all__ = ["TENURES", "churn_groups", "tenure_groups"]

TENURES = (0, 1, 3, 12)  # periods since the first purchase, each up to the next


def churn_groups(cohort_movements: pd.DataFrame, pair: tuple[int, int]) -> pd.DataFrame:
    """Count who was active at the start of two periods and who of them lapsed, by tenure at the start.

    Returns
    -------
    DataFrame
        One row per tenure, as :func:`retention_utils.mix_rate.mix_and_rate` takes it.
    """
    require(cohort_movements, ["cohort", "period_number", "gained", "lapsed"], name="cohort_movements")
    counted = {}
    for number, suffix in zip(pair, ("_before", ""), strict=True):
        tenure = _tenure(number - cohort_movements["cohort"])
        earlier = cohort_movements["period_number"] < number
        net = (cohort_movements["gained"] - cohort_movements["lapsed"]).where(earlier, 0)
        lapsed = cohort_movements["lapsed"].where(cohort_movements["period_number"] == number, 0)
        is_known = cohort_movements["cohort"] < number
        counted[f"over{suffix}"] = lapsed[is_known].groupby(tenure[is_known]).sum()
        counted[f"under{suffix}"] = net[is_known].groupby(tenure[is_known]).sum()
    return pd.DataFrame(counted).reindex([tenure for tenure in TENURES if tenure]).fillna(0)


def tenure_groups(
    tenure_periods: pd.DataFrame, pair: tuple[int, int], *, over: str, under: str
) -> pd.DataFrame:
    """Sum up the buyers of two periods by tenure.

    Returns
    -------
    DataFrame
        One row per tenure, as :func:`retention_utils.mix_rate.mix_and_rate` takes it.
    """
    require(tenure_periods, ["period_number", "tenure", over, under], name="tenure_periods")
    counted = {}
    for number, suffix in zip(pair, ("_before", ""), strict=True):
        rows = tenure_periods[tenure_periods["period_number"] == number].set_index("tenure")
        counted |= {f"over{suffix}": rows[over], f"under{suffix}": rows[under]}
    return pd.DataFrame(counted).reindex(list(TENURES)).fillna(0)


def _tenure(age: pd.Series) -> pd.Series:
    return age.map(lambda periods: max((tenure for tenure in TENURES if tenure <= periods), default=0))

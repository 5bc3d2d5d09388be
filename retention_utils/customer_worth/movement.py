"""The movement of the active base that the formulas of value are applied to."""

import pandas as pd

from retention_utils.mart import Mart
from retention_utils.pulse import base_movement

__all__ = ["averaged", "order_movement"]


def averaged(mart: Mart, age: int) -> dict[str, float]:
    """Say over how many periods the formulas average, of so many in a year, and which share counts."""
    return {"periods": max(1, age // 2), "margin": mart.config.value.margin}


def order_movement(mart: Mart) -> pd.DataFrame:
    """Return the movement of customers without contracts."""
    return base_movement(
        mart.table("movements"),
        mart.table("calendar"),
        history_start=mart.history_start,
        gap_days=mart.config.churn.gap_days,
        min_customers=mart.config.min_cohort,
    )

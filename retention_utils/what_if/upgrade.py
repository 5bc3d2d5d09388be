"""What it is worth when a customer spends more, for as long as customers stay."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retention_utils.what_if.base_curve import BaseRetention, shares_active
from retention_utils.what_if.worth import monthly_value, value_draws

__all__ = ["upgrade_values"]

YEAR_MONTHS = 12
COLUMNS = ("years", "active", "plain", "value", "low", "high")


def upgrade_values(
    base: BaseRetention | None,
    *,
    share: float,
    margin: float,
    annual_discount_rate: float,
    years: Sequence[int] = (1, 2, 3, 5),
    level: float = 0.95,
) -> pd.DataFrame:
    """Value an upgrade of one active customer, weighed by who is still there to pay for it.

    Parameters
    ----------
    base : BaseRetention or None
        From :func:`retention_utils.what_if.base_curve.base_retention`.
    share : float
        How much more the customer spends from now on, a fraction: an assumption.
    margin : float
        Margin as a share of revenue.
    annual_discount_rate : float
        Effective rate per year.
    years : sequence of int
        Horizons.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per horizon: ``years``, ``active`` (share of today's customers still active at its end),
        ``plain`` (money, as if nobody left and later money were worth as much as today's), ``value`` (money,
        weighed by who is still active in every month, discounted), ``low``, ``high`` (its interval, as that
        of :func:`retention_utils.what_if.worth.saved_customer`). Empty without a base, or where nothing more
        is spent.
    """
    if base is None or share <= 0:
        return pd.DataFrame(columns=list(COLUMNS))
    terms = {"margin": margin, "annual_discount_rate": annual_discount_rate}
    rows = []
    for horizon in years:
        months = YEAR_MONTHS * horizon
        _, values = value_draws(base, months=months, **terms)
        stays = shares_active(
            base.first_share, base.second_share, stretch_days=base.stretch_days, months=months
        )
        ends = np.quantile(values[1:], [0.5 - level / 2, 0.5 + level / 2])
        plain = monthly_value(base, margin=margin) * months
        rows.append((horizon, stays[-1], *(share * money for money in (plain, values[0], *ends))))
    return pd.DataFrame(rows, columns=list(COLUMNS))

"""What a bonus for staff may cost: the margin of the customers who stay, against what is paid for them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.what_if.base_curve import MONTH_DAYS, BaseRetention
from retention_utils.what_if.worth import value_draws

__all__ = ["Incentive", "incentive", "incentive_table"]


@dataclass(frozen=True)
class Incentive:
    """What it would bring if so many fewer customers left in a month, and what a bonus for it costs."""

    reduction: float  # of the customers who leave, a fraction
    kept: float  # customers a month
    kept_low: float
    kept_high: float
    months: int  # over which the margin counts
    margin: float  # money that those kept in one month bring
    low: float
    high: float
    bonus: float  # money paid a month in all; 0: none is set
    stretch_days: int  # who was active so long ago tells how many leave

    @property
    def share(self) -> float:
        """The bonus as a share of the margin."""
        return self.bonus / self.margin

    @property
    def bonus_each(self) -> float:
        """The bonus for one customer kept."""
        return self.bonus / self.kept

    @property
    def break_even_kept(self) -> float:
        """How many customers must stay a month because of the bonus, so that it pays."""
        return self.kept * self.share


def incentive(
    base: BaseRetention | None,
    *,
    reduction: float,
    bonus: float,
    margin: float,
    annual_discount_rate: float,
    months: int = 12,
    level: float = 0.95,
) -> Incentive | None:
    """Value the customers who would stay if so many fewer left, beside the bonus paid for it.

    Parameters
    ----------
    base : BaseRetention or None
        From :func:`retention_utils.what_if.base_curve.base_retention`.
    reduction : float
        By which share of them fewer customers leave: a target, no forecast.
    bonus : float
        Money paid to the staff a month if it is reached; 0 where none is set.
    margin : float
        Margin as a share of revenue.
    months : int
        Months ahead in which the margin of those kept counts.

    Returns
    -------
    Incentive or None
        None without a base, or where the margin is not known. Those kept are taken to stay and to bring as
        much as other active customers; the interval is that of :func:`.worth.retention_worth`.
    """
    if base is None or margin == 1:
        return None
    shares, values = value_draws(
        base, margin=margin, annual_discount_rate=annual_discount_rate, months=months
    )
    leaving = base.active_now * (1 - shares ** (MONTH_DAYS / base.stretch_days))
    kept, ends = reduction * leaving, [0.5 - level / 2, 0.5 + level / 2]
    margins = kept * values
    return Incentive(
        reduction,
        float(kept[0]),
        *map(float, np.quantile(kept[1:], ends)),
        months,
        float(margins[0]),
        *map(float, np.quantile(margins[1:], ends)),
        bonus,
        base.stretch_days,
    )


def incentive_table(
    found: Incentive | None, *, reductions: Sequence[float] = (0.05, 0.1, 0.2, 0.3)
) -> pd.DataFrame:
    """Reckon the same for other targets, which everything but the bonus is proportional to.

    Returns
    -------
    DataFrame
        One row per ``reduction``, that of ``found`` among them: ``kept``, ``margin``, ``low``, ``high``,
        ``bonus_each`` (NaN where no bonus is set); empty without a result.
    """
    steps = sorted({*reductions, found.reduction}) if found else []
    rows = [
        {
            "reduction": step,
            **{
                name: getattr(found, name) * step / found.reduction
                for name in ("kept", "margin", "low", "high")
            },
            "bonus_each": found.bonus_each * found.reduction / step if found.bonus else np.nan,
        }
        for step in steps
    ]
    return pd.DataFrame(rows, columns=["reduction", "kept", "margin", "low", "high", "bonus_each"])

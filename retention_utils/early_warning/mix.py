"""Whether a mean fell because customers changed or because there are other customers: mix and rate.

Order value may fall only because newcomers, who order for less, are more of the buyers.
"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from retention_utils.early_warning.trends import RECENT, WINDOW
from retention_utils.mix_rate import mix_and_rate
from retention_utils.schema import require

__all__ = ["MixSplit", "mix_split"]

Mean = Literal["order_value", "orders_per_buyer"]
SUMS: dict[Mean, tuple[str, str]] = {
    "order_value": ("amount", "orders"),
    "orders_per_buyer": ("orders", "buyers"),
}


@dataclass(frozen=True)
class MixSplit:
    """The change of a mean, split into what buyers of the same tenure changed and what their mix did."""

    previous: float
    last: float
    standardised: float  # of the last periods, if the mix of tenures were that of the periods before
    rate_effect: float  # rate + mix = last - previous
    mix_effect: float
    newcomers_previous: float  # share of those in their first period, a fraction
    newcomers_last: float

    @property
    def change(self) -> float:
        """Last minus previous."""
        return self.last - self.previous


def mix_split(tenure_periods: pd.DataFrame, *, mean: Mean, last_period: int) -> MixSplit | None:
    """Split the change of a mean from the up to 12 periods before the last three to the last three.

    Parameters
    ----------
    tenure_periods : DataFrame
        The mart's table of this name: buyers by how long ago they bought first.
    mean : {"order_value", "orders_per_buyer"}
        Revenue per order, or orders per buyer and period.
    last_period : int
        Number of the last period.

    Returns
    -------
    MixSplit or None
        None before there are 12 periods, or when there was nothing to divide by on one side.
    """
    over, under = SUMS[mean]
    require(tenure_periods, ["period_number", "tenure", over, under], name="tenure_periods")
    start = last_period - RECENT - WINDOW + 1
    window = tenure_periods[tenure_periods["period_number"].between(max(start, 0), last_period)]
    is_last = window["period_number"] > last_period - RECENT
    if window["period_number"].nunique() < WINDOW or is_last.all() or not is_last.any():
        return None
    bands = sorted(window["tenure"].unique())
    last, previous = (
        part.groupby("tenure")[[over, under]].sum().astype(float).reindex(bands, fill_value=0.0)
        for part in (window[is_last], window[~is_last])
    )
    sides = {"over_before": previous[over], "under_before": previous[under]}
    split = mix_and_rate(pd.DataFrame({**sides, "over": last[over], "under": last[under]}))
    if split is None:
        return None
    shares_before = split.groups["share_before"]
    return MixSplit(
        previous=split.before,
        last=split.now,
        standardised=float((shares_before * split.groups["rate"]).sum()),
        rate_effect=split.rate_effect,
        mix_effect=split.mix_effect,
        newcomers_previous=float(shares_before.get(0, 0.0)),
        newcomers_last=float(split.groups["share"].get(0, 0.0)),
    )

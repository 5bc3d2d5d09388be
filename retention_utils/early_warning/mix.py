"""Whether a mean fell because customers changed or because there are other customers: mix and rate.

Order value may fall only because newcomers, who order for less, are more of the buyers.
"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from retention_utils.early_warning.trends import RECENT, WINDOW
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

    Notes
    -----
    Kitagawa's two-part split [1]_: the rate effect weighs the change within each band of tenure by the mean
    of its two shares, the mix effect weighs the change of the shares by the mean of the two rates. They add
    up exactly. A band that is empty on one side takes its rate from the other: its effect is mix.

    References
    ----------
    .. [1] Kitagawa (1955), Journal of the American Statistical Association 50, 1168-1194.
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
    if min(last[under].sum(), previous[under].sum()) <= 0:
        return None
    share, share_before = last[under] / last[under].sum(), previous[under] / previous[under].sum()
    rate, rate_before = (part[over] / part[under].where(part[under] > 0) for part in (last, previous))
    rate, rate_before = rate.fillna(rate_before), rate_before.fillna(rate)
    return MixSplit(
        previous=float((share_before * rate_before).sum()),
        last=float((share * rate).sum()),
        standardised=float((share_before * rate).sum()),
        rate_effect=float(((share + share_before) / 2 * (rate - rate_before)).sum()),
        mix_effect=float(((rate + rate_before) / 2 * (share - share_before)).sum()),
        newcomers_previous=float(share_before.get(0, 0.0)),
        newcomers_last=float(share.get(0, 0.0)),
    )

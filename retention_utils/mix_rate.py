"""Whether a rate moved because groups of customers changed, or because other groups are more of them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import wilson_interval

__all__ = ["MixRate", "mix_and_rate", "rate_interval"]

COUNTS = ("over_before", "under_before", "over", "under")


@dataclass(frozen=True)
class MixRate:
    """The change of a rate or a mean, split into what the groups changed and what their mix did."""

    before: float
    now: float
    rate_effect: float  # rate + mix = now - before
    mix_effect: float
    groups: pd.DataFrame = field(repr=False, compare=False)  # one row per group


def mix_and_rate(groups: pd.DataFrame) -> MixRate | None:
    """Split the change of a rate over groups.

    Parameters
    ----------
    groups : DataFrame
        One row per group: ``over_before``, ``under_before`` (sums whose quotient is the earlier rate),
        ``over``, ``under`` (of the later one).

    Returns
    -------
    MixRate or None
        Its ``groups`` are the rows with ``share_before``, ``share`` (of the group in all, fractions),
        ``rate_before``, ``rate``, ``rate_effect`` and ``mix_effect``; the effects of the groups sum to those
        of the whole. None when there was nothing to divide by on one side.

    Notes
    -----
    Kitagawa's two-part split [1]_: the rate effect weighs the change within each group by the mean of its
    two shares, the mix effect weighs the change of the shares by the mean of the two rates. They add up
    exactly. A group that is empty on one side takes its rate from the other: its effect is mix. The mix
    effect of one group is reckoned from the mean of the two rates of the whole, which changes no sum: a group
    of that rate has none, however much it grows.

    References
    ----------
    .. [1] Kitagawa (1955), Journal of the American Statistical Association 50, 1168-1194.
    """
    require(groups, COUNTS, name="groups")
    table = groups.astype(dict.fromkeys(COUNTS, float))
    if min(table["under"].sum(), table["under_before"].sum()) <= 0:
        return None
    share, share_before = (table[name] / table[name].sum() for name in ("under", "under_before"))
    rate, rate_before = (
        table[over] / table[under].where(table[under] > 0)
        for over, under in (("over", "under"), ("over_before", "under_before"))
    )
    rate, rate_before = (both.fillna(0.0) for both in (rate.fillna(rate_before), rate_before.fillna(rate)))
    before, now = float((share_before * rate_before).sum()), float((share * rate).sum())
    return MixRate(
        before=before,
        now=now,
        rate_effect=float(((share + share_before) / 2 * (rate - rate_before)).sum()),
        mix_effect=float(((rate + rate_before) / 2 * (share - share_before)).sum()),
        groups=table.assign(
            share_before=share_before,
            share=share,
            rate_before=rate_before,
            rate=rate,
            rate_effect=(share + share_before) / 2 * (rate - rate_before),
            mix_effect=((rate + rate_before) - (now + before)) / 2 * (share - share_before),
        ),
    )


def rate_interval(split: MixRate, *, level: float = 0.95) -> tuple[float, float]:
    """Say how sure the rate effect is where the rates are shares of customers.

    The mix is taken as it is: who the customers were is counted, not estimated.

    Parameters
    ----------
    split : MixRate
        Of counts: in every group some of all customers. No customer may count on both sides.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    low, high : float
        Ends of the rate effect.

    References
    ----------
    Zou and Donner (2008), Statistics in Medicine 27, 1693-1702: limits for a sum from the limits of its
    parts, here Wilson's. With one group it is method 10 of Newcombe (1998), Statistics in Medicine 17,
    873-890.
    """
    groups = split.groups[(split.groups["under"] > 0) & (split.groups["under_before"] > 0)]
    weight = (groups["share"] + groups["share_before"]) / 2
    low, high = wilson_interval(groups["over"], groups["under"], level=level)
    low_before, high_before = wilson_interval(groups["over_before"], groups["under_before"], level=level)
    down = weight**2 * ((groups["rate"] - low) ** 2 + (high_before - groups["rate_before"]) ** 2)
    up = weight**2 * ((high - groups["rate"]) ** 2 + (groups["rate_before"] - low_before) ** 2)
    return split.rate_effect - float(np.sqrt(down.sum())), split.rate_effect + float(np.sqrt(up.sum()))

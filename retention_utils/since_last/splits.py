"""What the change of a key figure between two periods is made of, both counted with the same data."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from retention_utils.mix_rate import MixRate, mix_and_rate, rate_interval
from retention_utils.schema import require
from retention_utils.since_last.factors import log_mean_parts
from retention_utils.since_last.groups import churn_groups, tenure_groups

__all__ = ["FigureSplit", "correction", "figure_splits"]

# What of the mart's buyers by tenure is divided by what.
DIGITS = {"churn": 4}  # of the number of a key figure; the others have two
MEANS = {"order_frequency": ("orders", "buyers"), "order_value": ("amount", "orders")}


@dataclass(frozen=True)
class FigureSplit:
    """The change of one key figure, taken apart."""

    key: str
    before: float
    now: float
    parts: dict[str, float]  # by name; they sum to now - before
    counts: tuple[int, int]  # customers it rests on, before and now
    interval: tuple[float, float] | None = None  # of the rate effect
    groups: pd.DataFrame | None = field(default=None, repr=False, compare=False)  # by tenure


def figure_splits(
    movement: pd.DataFrame | None,
    cohort_movements: pd.DataFrame | None,
    tenure_periods: pd.DataFrame | None,
    *,
    earlier: str,
    min_customers: int,
) -> dict[str, FigureSplit | None]:
    """Take apart what changed between an earlier period and the last one.

    Parameters
    ----------
    movement : DataFrame, optional
        From :func:`retention_utils.pulse.base_movement`; without orders there are none of these tables.
    cohort_movements, tenure_periods : DataFrame, optional
        The mart's tables of these names.
    earlier : str
        Key of the earlier period.
    min_customers : int
        With fewer customers on one side nothing is said.

    Returns
    -------
    dict of str to FigureSplit or None
        By key figure. ``churn``, ``order_frequency``, ``order_value``: parts ``rate`` and ``mix``;
        ``revenue``: ``buyers``, ``frequency``, ``value``; ``buyers``: ``new``, ``returning``;
        ``active_base``: ``new``, ``reactivated``, ``lapsed``. None where there are too few data.
    """
    keys = ("churn", "active_base", "revenue", "buyers", *MEANS)
    if movement is None:
        return dict.fromkeys(keys)
    require(movement, ["period", "period_number", "is_whole", "churn", "buyers"], name="movement")
    is_earlier = (movement["period"] == earlier) & movement["is_whole"]
    if not is_earlier.any():
        return dict.fromkeys(keys)
    before, now = movement[is_earlier].iloc[0], movement.iloc[-1]
    pair = (int(before["period_number"]), int(now["period_number"]))
    splits = {"churn": _churn(before, now, churn_groups(cohort_movements, pair))}
    splits["active_base"] = _active_base(before, now, movement)
    has_buyers = min(before["buyers"], now["buyers"]) >= max(min_customers, 1)
    splits |= {"revenue": _revenue(before, now), "buyers": _buyers(before, now)}
    for key, (over, under) in MEANS.items():
        groups = tenure_groups(tenure_periods, pair, over=over, under=under)
        counts = (int(before["buyers"]), int(now["buyers"]))
        splits[key] = _mixed(key, mix_and_rate(groups), counts)
    return {key: splits[key] if has_buyers or key in ("churn", "active_base") else None for key in keys}


def correction(split: FigureSplit, printed: float | None) -> float:
    """Return by how much the earlier figure, counted anew, differs from what was printed of it.

    Parameters
    ----------
    split : FigureSplit
        Its ``before`` is counted with today's data and definitions.
    printed : float or None
        The number of the key figure in the earlier report, rounded; None or NaN where it had none.

    Returns
    -------
    float
        Zero where the two are the same as far as the rounded number tells.
    """
    if printed is None or np.isnan(printed):
        return 0.0
    half_unit = 0.5 * 10.0 ** -DIGITS.get(split.key, 2) + 1e-9
    return 0.0 if abs(split.before - printed) <= half_unit else split.before - printed


def _churn(before: pd.Series, now: pd.Series, groups: pd.DataFrame) -> FigureSplit | None:
    if pd.isna(before["churn"]) or pd.isna(now["churn"]):
        return None
    split = mix_and_rate(groups)
    counts = (int(before["active_start"]), int(now["active_start"]))
    return _mixed("churn", split, counts, interval=split and rate_interval(split))


def _mixed(
    key: str,
    split: MixRate | None,
    counts: tuple[int, int],
    interval: tuple[float, float] | None = None,
) -> FigureSplit | None:
    if split is None:
        return None
    parts = {"rate": split.rate_effect, "mix": split.mix_effect}
    return FigureSplit(key, split.before, split.now, parts, counts, interval, split.groups)


def _revenue(before: pd.Series, now: pd.Series) -> FigureSplit | None:
    factors = {"buyers": "buyers", "frequency": "orders_per_buyer", "value": "order_value"}
    sides = [{name: float(row[column]) for name, column in factors.items()} for row in (before, now)]
    parts = (
        None if np.isnan(list(sides[0].values()) + list(sides[1].values())).any() else log_mean_parts(*sides)
    )
    if parts is None:
        return None
    counts = (int(before["buyers"]), int(now["buyers"]))
    return FigureSplit("revenue", float(before["amount"]), float(now["amount"]), parts, counts)


def _buyers(before: pd.Series, now: pd.Series) -> FigureSplit:
    joined, buyers = (float(now[name] - before[name]) for name in ("joined", "buyers"))
    parts = {"new": joined, "returning": buyers - joined}
    counts = (int(before["buyers"]), int(now["buyers"]))
    return FigureSplit("buyers", float(before["buyers"]), float(now["buyers"]), parts, counts)


def _active_base(before: pd.Series, now: pd.Series, movement: pd.DataFrame) -> FigureSplit | None:
    if not (before["is_measured"] and now["is_measured"]):
        return None
    between = movement[movement["period_number"] > before["period_number"]]
    parts = {name: float(between[name].sum()) for name in ("new", "reactivated")}
    parts["lapsed"] = -float(between["lapsed"].sum())
    counts = (int(before["active_end"]), int(now["active_end"]))
    return FigureSplit("active_base", float(before["active_end"]), float(now["active_end"]), parts, counts)

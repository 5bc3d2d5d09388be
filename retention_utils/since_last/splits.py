"""What the change of a key figure between two periods is made of, both counted with the same data."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from retention_utils.mix_rate import MixRate, mix_and_rate, rate_interval
from retention_utils.schema import require

__all__ = [
    "TENURES",
    "FigureSplit",
    "churn_groups",
    "correction",
    "figure_splits",
    "log_mean_parts",
    "tenure_groups",
]

TENURES = (0, 1, 3, 12)  # periods since the first purchase, each up to the next
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


def log_mean_parts(before: dict[str, float], now: dict[str, float]) -> dict[str, float] | None:
    """Split the change of a product over its factors.

    Parameters
    ----------
    before, now : dict of str to float
        The factors by name.

    Returns
    -------
    dict of str to float or None
        By factor; they sum to the change of the product. None unless every factor is above zero.

    Notes
    -----
    The logarithmic mean Divisia index, additive form (LMDI-I) [1]_: the change of the logarithm of every
    factor, weighed by the logarithmic mean of the two products.

    References
    ----------
    .. [1] Ang (2005), Energy Policy 33, 867-871.
    """
    if min(*before.values(), *now.values()) <= 0:
        return None
    product, product_before = np.prod(list(now.values())), np.prod(list(before.values()))
    grown = {name: float(np.log(now[name] / before[name])) for name in now}
    whole = float(np.log(product / product_before))
    # The logarithmic mean tends to the product itself where it does not change.
    weight = product_before if abs(whole) < 1e-9 else (product - product_before) / whole
    return {name: float(weight * part) for name, part in grown.items()}


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


def _tenure(age: pd.Series) -> pd.Series:
    return age.map(lambda periods: max((tenure for tenure in TENURES if tenure <= periods), default=0))


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

"""What every reason costs, held against what is usual: the economic effect."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.periods import Grain
from retention_utils.reason_codes.codes import NOT_TOLD, ReasonBook, ReasonCode
from retention_utils.schema import require
from retention_utils.stats import wilson_interval

__all__ = ["Exposure", "economic_effect"]

IDENTITY = ("code", "group", "control", "nature", "recover")
MONEY = (
    "customers", "year_money", "rate", "norm_low", "norm_high", "norm_of", "effect", "effect_low",
    "effect_high", "is_above",
)  # fmt: skip
MONTHS: dict[Grain, float] = {"week": 12 * 7 / 365.25, "month": 1.0, "quarter": 3.0, "year": 12.0}


@dataclass(frozen=True)
class Exposure:
    """How often anybody could have left: customers at the start of every period, added up."""

    grain: Grain
    customers: int  # over the periods looked at; 0: not known
    before: int  # over as many periods before them; 0: not known
    heard: float  # share of leavers heard of now, of that share before; NaN: too few were asked before


def economic_effect(
    leavers: pd.DataFrame, before: pd.DataFrame, book: ReasonBook, exposure: Exposure, *, level: float = 0.95
) -> pd.DataFrame:
    """Hold the losses of every reason against its norm.

    Parameters
    ----------
    leavers, before : DataFrame
        Leavers of the periods looked at, and of as many before them, from
        :func:`retention_utils.reasons.answers.tied_answers`.
    book : ReasonBook
        The codes with their norms.
    exposure : Exposure
        Who could have left.

    Returns
    -------
    DataFrame
        One row per reason that a known leaver gave, also for failed payments, by money: ``code``, ``group``,
        ``control``, ``nature``, ``recover``, ``customers``, ``year_money`` (what they brought in a year),
        ``rate`` (share of the customers lost for it in a period), ``norm_low``, ``norm_high`` (usual share
        in a period), ``norm_of`` (published, client, or before: that of the periods before), ``effect``,
        ``effect_low``, ``effect_high`` (what the losses above the norm would bring in a year; below zero:
        fewer than usual), ``is_above`` (for certain, also in view of how many reasons were looked at). NaN
        where it cannot be told.

    Notes
    -----
    Losses beyond the upper norm are an excess, those that fall short of the lower one a saving, in between
    there is none. A norm from the periods before is counted as if as many of their leavers had been heard;
    its own chance is part of the interval, which is Newcombe's of a difference. What a leaver brings is
    taken as it is.
    """
    require(leavers, ["is_tied", "code", "year_money", "is_involuntary"], name="leavers")
    tied, earlier = leavers[leavers["is_tied"]], before[before["is_tied"]]
    codes = [code for code in book.code if code.key != NOT_TOLD and _is_of(tied, code).any()]
    strict = 1 - (1 - level) / max(len(codes), 1)  # Bonferroni's, for the greatest is picked
    rows = [_row(code, tied, earlier, exposure, (level, strict)) for code in codes]
    columns = [*IDENTITY, *MONEY]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(
        ["year_money", "customers", "code"], ascending=[False, False, True], ignore_index=True
    )


@dataclass(frozen=True)
class _Usual:
    """A norm: its lowest and highest share, whose it is, and how far chance may have moved it."""

    low: float
    high: float
    by: str
    least: float
    most: float


def _row(
    code: ReasonCode,
    tied: pd.DataFrame,
    earlier: pd.DataFrame,
    exposure: Exposure,
    levels: tuple[float, float],
) -> dict[str, object]:
    gone = tied[_is_of(tied, code)]
    money = float(gone["year_money"].sum())
    before = int(_is_of(earlier, code).sum())
    worth = exposure.customers * money / len(gone)
    rate = len(gone) / exposure.customers if exposure.customers else np.nan
    usual = _usual(code, before, exposure, levels[0])
    low, high = _beyond_interval(len(gone), usual, exposure, levels[0])
    least, _ = _beyond_interval(len(gone), _usual(code, before, exposure, levels[1]), exposure, levels[1])
    of_code = {name: getattr(code, name) for name in ("group", "control", "nature", "recover")}
    return {"code": code.key, **of_code} | {
        "customers": len(gone), "year_money": money, "rate": rate, "norm_low": usual.low,
        "norm_high": usual.high, "norm_of": usual.by, "effect": _beyond(rate, usual) * worth,
        "effect_low": low * worth, "effect_high": high * worth, "is_above": bool(least > 0),
    }  # fmt: skip


def _is_of(leavers: pd.DataFrame, code: ReasonCode) -> pd.Series:
    """Say which leavers count for a reason: a failed payment by what happened, others by what was said."""
    if code.is_involuntary:
        return leavers["is_involuntary"].astype(bool)
    return (leavers["code"] == code.key) & ~leavers["is_involuntary"].astype(bool)


def _usual(code: ReasonCode, earlier: int, exposure: Exposure, level: float) -> _Usual:
    if code.norm and exposure.grain in MONTHS:
        low, high = (1 - (1 - share) ** MONTHS[exposure.grain] for share in code.norm)
        return _Usual(low, high, code.norm_of, low, high)
    heard = 1.0 if code.is_involuntary else exposure.heard
    if not exposure.before or np.isnan(heard):
        return _Usual(np.nan, np.nan, "", np.nan, np.nan)
    usual = earlier / exposure.before * heard
    least, most = (bound * heard for bound in wilson_interval(earlier, exposure.before, level=level))
    return _Usual(usual, usual, "before", float(least), float(most))


def _beyond(rate: float, usual: _Usual) -> float:
    if rate > usual.high:
        return rate - usual.high
    return rate - usual.low if rate < usual.low else 0.0 * (rate + usual.low)


def _beyond_interval(count: int, usual: _Usual, exposure: Exposure, level: float) -> tuple[float, float]:
    """Say between which limits the rate lies beyond the norm: squares of both chances added up."""
    if not exposure.customers:
        return np.nan, np.nan
    rate = count / exposure.customers
    low, high = wilson_interval(count, exposure.customers, level=level)
    if usual.by != "before":
        return _beyond(float(low), usual), _beyond(float(high), usual)
    down = np.hypot(rate - low, usual.most - usual.high)
    up = np.hypot(high - rate, usual.low - usual.least)
    return float(rate - usual.high - down), float(rate - usual.low + up)

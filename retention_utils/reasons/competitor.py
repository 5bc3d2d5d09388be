"""How many leavers went to competitors: by their own words, and behind reasons that often stand for it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from retention_utils.reason_codes.codes import ReasonBook
from retention_utils.reasons.counts import Share, share_of
from retention_utils.reasons.step import Step, step_change
from retention_utils.reasons.trend import can_be_tested, given_by_period, linear_trend

__all__ = ["CompetitorShare", "competitor_share"]


@dataclass(frozen=True)
class CompetitorShare:
    """Leavers who named a competitor, and the course of their share."""

    stated: Share
    with_suspected: Share
    by_period: pd.DataFrame  # from given_by_period, of those stated
    is_tested: bool  # enough periods and enough of them
    direction: int  # 1 rises, -1 falls, 0 neither for certain
    p: float  # of the linear trend; NaN where it was not tested
    step: Step | None
    suspected: tuple[str, ...] = ()  # reasons that those suspected beside them gave, the most frequent first


def competitor_share(
    recent: pd.DataFrame,
    leavers: pd.DataFrame,
    calendar: pd.DataFrame,
    book: ReasonBook,
    *,
    min_customers: int,
    level: float = 0.95,
) -> CompetitorShare:
    """Count who went to competitors, and look whether more do than before.

    Parameters
    ----------
    recent, leavers : DataFrame
        The leavers looked at, and all of them, from
        :func:`retention_utils.reasons.answers.tied_answers`.
    calendar : DataFrame
        The mart's table of this name.
    book : ReasonBook
        Says which reasons state a competitor, and behind which one is suspected.
    min_customers : int
        Asked before and after a step, at least.

    Returns
    -------
    CompetitorShare
        Suspected is who gave a reason that often stands for it, or named a competitor beside another
        reason.
    """
    stated = [code.key for code in book.code if code.competitor == "stated"]
    suspected = [code.key for code in book.code if code.competitor == "suspected"]
    is_stated = recent["code"].isin(stated)
    is_beside = recent["others"].map(lambda others: bool(set(others) & set(stated)))
    is_suspected = ~is_stated & (recent["code"].isin(suspected) | is_beside)
    by_period = given_by_period(leavers, leavers["code"].isin(stated), calendar)
    is_tested = can_be_tested(by_period)
    z = linear_trend(by_period["given"], by_period["asked"]) if is_tested else np.nan
    p = 2 * float(ndtr(-abs(z)))
    step = step_change(by_period, fewest=max(min_customers, 1), level=level) if is_tested else None
    direction = int(np.sign(z)) if p < 1 - level else 0
    return CompetitorShare(
        stated=share_of(recent, is_stated, level=level),
        with_suspected=share_of(recent, is_stated | is_suspected, level=level),
        by_period=by_period,
        is_tested=is_tested,
        direction=int(np.sign(step.difference)) if step else direction,
        p=p,
        step=step,
        suspected=tuple(recent.loc[is_suspected & recent["is_asked"], "code"].value_counts().index),
    )

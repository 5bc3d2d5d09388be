"""Which of two lists to use, the plain one or that with corrected chances: decided on the day of the test."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from retention_utils.risk_list.ranking import CORRECTED, MODEL
from retention_utils.risk_list.scoring import (
    Estimate,
    difference_in_average_precision,
    difference_in_found,
)

__all__ = ["correction_gains", "is_better"]

Floats = NDArray[np.float64]


def is_better(money: Estimate, precision: Estimate) -> bool:
    """Say whether the corrected list is the better one.

    Parameters
    ----------
    money : Estimate
        Lost value found: the corrected list's minus the plain one's.
    precision : Estimate
        Average precision of the chances: the corrected ones' minus the plain ones'.

    Returns
    -------
    bool
        Whether it found more for certain; or, where neither did, whether its chances are better for certain.
    """
    return money.low > 0 or (money.high >= 0 and precision.low > 0)


def correction_gains(
    orders: Mapping[str, NDArray[np.intp]],
    chances: Mapping[str, Floats],
    lost: Floats,
    stayed_away: Floats,
    lengths: Mapping[str, int],
) -> tuple[Estimate, Estimate] | tuple[None, None]:
    """Compare the corrected list with the plain one: lost value found, and average precision of the chances.

    Parameters
    ----------
    orders, chances : mapping
        Row numbers, the first to call first, and chances of staying away, by model.
    lost, stayed_away : array
        Value of every candidate who stayed away, and who did.
    lengths : mapping
        How many customers either list holds; the shorter length holds for both.
    """
    if CORRECTED not in chances:
        return None, None
    length = max(1, min(lengths.values()))  # who is not flagged comes last, but can be compared
    return (
        difference_in_found(orders[CORRECTED], orders[MODEL], lost, capacity=length),
        difference_in_average_precision(chances[CORRECTED], chances[MODEL], stayed_away),
    )

"""What the segments of the present customers are expected to buy and to bring."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from retention_utils.schema import require
from retention_utils.value_models.customer_value import customer_value
from retention_utils.value_models.fits import PurchaseFit, SpendFit

__all__ = ["segment_cells", "value_by_segment"]


def segment_cells(states: pd.DataFrame, segments: Sequence[str]) -> pd.DataFrame:
    """Count the customers with each purchase history, segment by segment.

    Parameters
    ----------
    states : DataFrame
        The mart's table of this name.
    segments : sequence of str
        The segment of every row of ``states``; a categorical keeps its order.

    Returns
    -------
    DataFrame
        Cells as at the head of :mod:`retention_utils.value_models.customer_value`, with ``segment`` beside
        the history.
    """
    require(states, ["frequency", "recency_days", "age_days", "repeat_amount"], name="states")
    repeats = states["frequency"].where(states["frequency"] > 0)
    each = (states["repeat_amount"].astype(float) / repeats).fillna(0.0)
    table = states[["frequency", "recency_days", "age_days"]].assign(segment=segments, mean=each)
    keys = ["segment", "frequency", "recency_days", "age_days"]
    return table.groupby(keys, observed=True, as_index=False).agg(
        customers=("mean", "size"), monetary_sum=("mean", "sum")
    )


def value_by_segment(
    cells: pd.DataFrame, purchases: PurchaseFit, spend: SpendFit, **options: Any
) -> pd.DataFrame:
    """Value every segment of the present customers.

    Parameters
    ----------
    cells : DataFrame
        From :func:`segment_cells`.
    purchases, spend : PurchaseFit, SpendFit
        Fitted on all these customers together.
    **options
        As for :func:`retention_utils.value_models.customer_value.customer_value`.

    Returns
    -------
    DataFrame
        As ``by_cohort`` of :class:`retention_utils.value_models.customer_value.CustomerValue`, with
        ``segment`` for ``cohort``.
    """
    valued = customer_value(cells.rename(columns={"segment": "cohort"}), purchases, spend, **options)
    return valued.by_cohort.rename(columns={"cohort": "segment"})

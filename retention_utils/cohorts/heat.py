"""What of cohort retention goes into its heat map, and where the colours change."""

import numpy as np
import pandas as pd

from retention_utils.schema import require

__all__ = ["MOST", "drawable_cells", "heat_cells", "heat_edges"]

MOST = 24  # cohorts, and ages


def drawable_cells(retention: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of new customers from age 1 on: a cohort of old ones is never drawn as new."""
    require(retention, ["cohort", "age", "is_comparable"], name="retention")
    return retention[retention["is_comparable"] & (retention["age"] >= 1)]


def heat_cells(retention: pd.DataFrame, *, most: int = MOST) -> pd.DataFrame:
    """Return the cells to draw; nothing if no cohort is large enough for a share.

    Parameters
    ----------
    retention : DataFrame
        From :func:`retention_utils.cohorts.retention.cohort_retention`.
    most : int
        So many cohorts, the newest, and so many ages, the first.

    Returns
    -------
    DataFrame
        Rows of ``retention``: comparable cohorts, ages from 1.
    """
    cells = drawable_cells(retention)
    newest = sorted(cells["cohort"].unique())[-most:]
    shown = cells[cells["cohort"].isin(newest) & (cells["age"] <= most)]
    return shown if shown["retention"].notna().any() else shown.iloc[:0]


def heat_edges(retention: pd.DataFrame, *, steps: int = 7) -> list[float]:
    """Return the limits of equal steps of colour over the shares that occur from age 1 on.

    The first and the last limit are whole per cents just below and above, so that they can be printed.
    """
    shares = retention.loc[retention["age"] >= 1, "retention"].dropna()
    if shares.empty:
        return [step / steps for step in range(steps + 1)]
    low, high = min(np.floor(shares.min() * 100), 99.0), np.ceil(shares.max() * 100)
    return [float(edge) / 100 for edge in np.linspace(low, max(high, low + 1), steps + 1)]

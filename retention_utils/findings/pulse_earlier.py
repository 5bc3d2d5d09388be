"""Whether the periods before the two compared speak against what the comparison says."""

import pandas as pd

__all__ = ["EARLIER", "earlier_churn"]

EARLIER = 3  # periods before the two compared that are looked at, too


def earlier_churn(movement: pd.DataFrame, verdict: str) -> tuple[float, float] | None:
    """Return the lowest and highest churn of those periods; None where they do not all speak against it.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.
    verdict : str
        Of the last period against the one before.
    """
    churn = movement["churn"].iloc[-2 - EARLIER :]
    if len(churn) < EARLIER + 2 or churn.isna().any() or verdict not in ("better", "worse"):
        return None
    last, earlier = churn.iloc[-1], churn.iloc[:EARLIER]
    if not (last > earlier.max() if verdict == "better" else last < earlier.min()):
        return None
    return float(earlier.min()), float(earlier.max())

"""From how many calls on a simple rule would have found more than the list."""

import pandas as pd

from retention_utils.schema import require

__all__ = ["overtaken_from"]


def overtaken_from(gains: pd.DataFrame, *, chosen: str, rule: str) -> int | None:
    """Return the calls from which on, to the end of the curves, a rule found more than the list.

    Parameters
    ----------
    gains : DataFrame
        From :func:`retention_utils.risk_list.scoring.gains`.
    chosen, rule : str
        The ranking of the list, and the simple rule beside it.

    Returns
    -------
    int or None
        None where the list found as much at the end, or one of the two is not there.
    """
    require(gains, ["rule", "called", "found_share"], name="gains")
    curves = gains.pivot_table(index="called", columns="rule", values="found_share").sort_index()
    if not {chosen, rule} <= set(curves.columns):
        return None
    is_behind = curves[rule] > curves[chosen]
    if not len(is_behind) or not is_behind.iloc[-1]:
        return None
    level = is_behind.index[~is_behind]
    return int(is_behind.index[is_behind.index > level.max()][0]) if len(level) else int(is_behind.index[0])

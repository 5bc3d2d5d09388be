"""Churn gaps held against what came: whom a gap would have called lost, and who of them bought again.

On a day in the past every customer had been silent for so long, and what each did in the follow-up is known.
A gap that is too short calls customers lost who come back (false churn); one that is too long has not noticed
those who left (late detection).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retention_utils.errors import TableError
from retention_utils.schema import require
from retention_utils.stats import wilson_interval

__all__ = [
    "BASE_DAYS",
    "CANDIDATES",
    "candidates_within",
    "customers_tested",
    "gap_backtest",
    "silence_cells",
]

CANDIDATES = (*range(30, 361, 15), 365)  # days
BASE_DAYS = 730  # who bought in so many days up to the tested one is held against the gaps

CENTS = 100


def customers_tested(states: pd.DataFrame) -> pd.DataFrame:
    """Keep the customers who bought in the two years up to the tested day.

    Who left longer ago than that is flagged by every gap. The older a log, the more of these it holds, and
    the longer a gap would look best: with them, the recommendation would measure the age of the log.

    Parameters
    ----------
    states : DataFrame
        One row per customer, with ``silence_days``: the mart's ``states_before`` or ``states_earlier``.

    Returns
    -------
    DataFrame
        The rows of those customers.

    Raises
    ------
    TableError
        If the column is missing.
    """
    require(states, ["silence_days"], name="states")
    return states[states["silence_days"] <= BASE_DAYS]


def candidates_within(log_days: int) -> tuple[int, ...]:
    """Return the gaps that can be tried: in a log of so many days, silences can have been longer."""
    return tuple(gap for gap in CANDIDATES if gap < log_days)


def silence_cells(states: pd.DataFrame) -> pd.DataFrame:
    """Count the customers tested by how long they had been silent.

    Parameters
    ----------
    states : DataFrame
        One row per customer: ``silence_days`` (from the last purchase to the end of the tested day),
        ``later_purchases`` (purchase days in the follow-up), ``year_amount`` (money, of the last 365 days).

    Returns
    -------
    DataFrame
        One row per ``silence_days`` that occurs, sorted: ``leavers`` and ``returners`` (customers without and
        with a purchase in the follow-up; counts), ``leavers_amount``, ``returners_amount`` (money).

    Raises
    ------
    TableError
        If a column is missing, or a count is negative or blank.
    """
    columns = ["silence_days", "later_purchases", "year_amount"]
    require(states, columns, name="states")
    if states[columns].isna().any(axis=None) or (states[columns[:2]] < 0).any(axis=None):
        msg = "The table 'states' has blank or negative days of silence, later purchases or amounts."
        raise TableError(msg)
    tested = customers_tested(states)
    has_returned = tested["later_purchases"] > 0
    # Whole cents, so that a sum is the same in any order of the rows.
    cents = (tested["year_amount"].astype(float) * CENTS).round().astype("int64")
    counted = pd.DataFrame(
        {
            "silence_days": tested["silence_days"].astype("int64"),
            "leavers": (~has_returned).astype("int64"),
            "returners": has_returned.astype("int64"),
            "leavers_amount": cents.where(~has_returned, 0),
            "returners_amount": cents.where(has_returned, 0),
        }
    )
    cells = counted.groupby("silence_days", as_index=False).sum()
    amounts = {name: cells[name] / CENTS for name in ("leavers_amount", "returners_amount")}
    return cells.assign(**amounts)


def gap_backtest(
    states: pd.DataFrame,
    *,
    log_days: int,
    gaps: Sequence[int] | None = None,
    min_customers: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Say what every gap would have cost: customers called lost who came back, leavers not yet noticed.

    Parameters
    ----------
    states : DataFrame
        As for :func:`silence_cells`: the mart's ``states_before`` or ``states_earlier``.
    log_days : int
        Days that the log covers up to the end of the tested day.
    gaps : sequence of int, optional
        Days of silence. Left out: :data:`CANDIDATES`, as far as the log reaches.
    min_customers : int
        A share of fewer customers than that is blank.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per ``gap_days``, sorted. ``customers`` (tested), ``leavers``, ``returners`` (of them, without
        and with a purchase in the follow-up), ``flagged`` (silent for longer than the gap), ``returned``
        (flagged, and came back), ``caught`` (flagged leavers), ``late`` (leavers not yet flagged): counts.
        ``false_churn`` (returned of flagged), ``caught_share`` (of the leavers), ``late_share`` (of the
        leavers, 1 minus the share caught), ``wrong_share`` (returned of the returners): fractions, each with
        Wilson's interval in ``low``/``high``, ``caught_low``/``caught_high``, ``late_low``/``late_high``,
        ``wrong_low``/``wrong_high``; NaN where nobody can be counted, or fewer than ``min_customers``.
        ``youden`` (share of leavers caught minus share of returners flagged [1]_). ``wrong_amount``,
        ``late_amount`` (money: what those flagged in error, and the leavers not yet flagged, had spent in the
        365 days up to the tested day). A gap that the log or the two years do not reach has counts of the
        customers, and blanks.

    Raises
    ------
    TableError
        If a column is missing or a count impossible.
    ConfigError
        If ``level`` is not a fraction.

    References
    ----------
    .. [1] Youden (1950), Index for rating diagnostic tests, Cancer 3, 32-35.
    """
    cells = silence_cells(states)
    tried = np.array(sorted(set(candidates_within(log_days) if gaps is None else gaps)), dtype="int64")
    is_longer = cells["silence_days"].to_numpy() > tried[:, None]
    sums = {name: is_longer @ cells[name].to_numpy() for name in cells.columns.drop("silence_days")}
    leavers, returners = int(cells["leavers"].sum()), int(cells["returners"].sum())
    is_reached = tried < min(log_days, BASE_DAYS)
    flagged = sums["leavers"] + sums["returners"]
    table = pd.DataFrame({"gap_days": tried})
    table = table.assign(customers=leavers + returners, leavers=leavers, returners=returners)
    counts = {"flagged": flagged, "returned": sums["returners"], "caught": sums["leavers"]}
    counts |= {"late": leavers - sums["leavers"]}
    counts |= {"wrong_amount": sums["returners_amount"]}
    counts |= {"late_amount": cells["leavers_amount"].sum() - sums["leavers_amount"]}
    for name, values in counts.items():
        table[name] = pd.Series(values).where(is_reached)
    shares = {
        "": ("false_churn", "returned", "flagged"),
        "caught_": ("caught_share", "caught", "leavers"),
        "late_": ("late_share", "late", "leavers"),
        "wrong_": ("wrong_share", "returned", "returners"),
    }
    for prefix, (name, some, every) in shares.items():
        trials = table[every].where((table[every] >= max(min_customers, 1)) & is_reached)
        low, high = wilson_interval(table[some].where(trials.notna()), trials, level=level)
        table[name] = table[some] / trials
        table[f"{prefix}low"], table[f"{prefix}high"] = low, high
    return table.assign(youden=table["caught_share"] - table["wrong_share"])

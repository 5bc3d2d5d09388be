"""Rules that say of an active customer: churn has begun here, though the count of the lapsed cannot know yet.

A rule can judge only whom it knows well enough; everyone else is counted as not judged, never as safe.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retention_utils.schema import require

__all__ = [
    "DECLINES",
    "MIN_EXPECTED",
    "MIN_NORM_DAYS",
    "RULES",
    "cadence_cells",
    "hidden_churn_flags",
    "overdue_flags",
]

RULES = ("overdue", "fewer_purchases", "lower_spend")
DECLINES = RULES[1:]
MIN_EXPECTED = 2.0  # purchases that the own norm expects of the two stretches together
MIN_NORM_DAYS = 180  # days that the norm is taken from, at least

# Edges of the cells that show usual gap against silence, in days.
EDGES = (0, 2, 4, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 545, 730, 1095, np.inf)


def overdue_flags(states: pd.DataFrame, *, gap_days: int, multiple: float) -> pd.DataFrame:
    """Say which active customers have been silent for longer than is usual for them.

    Parameters
    ----------
    states : DataFrame
        The mart's table of customers as of a day.
    gap_days : int
        Days of silence up to which a customer is active.
    multiple : float
        Overdue is a silence of more than so many times the own usual gap.

    Returns
    -------
    DataFrame
        One row per active customer, with the index and columns of ``states`` and: ``is_judged`` (three
        purchase days or more, so a usual gap is known), ``is_flagged`` (overdue).
    """
    require(states, ["silence_days", "usual_gap_days"], name="states")
    active = states[states["silence_days"] <= gap_days]
    is_judged = active["usual_gap_days"].notna()
    limit = multiple * active["usual_gap_days"].astype(float)
    return active.assign(is_judged=is_judged, is_flagged=is_judged & (active["silence_days"] > limit))


def hidden_churn_flags(
    states: pd.DataFrame, *, gap_days: int, multiple: float, decline_share: float, stretch_days: int
) -> pd.DataFrame:
    """Apply every rule of hidden churn to the active customers.

    Parameters
    ----------
    states : DataFrame
        The mart's table of customers as of a day, made with stretches of ``stretch_days``.
    gap_days, multiple
        As for :func:`overdue_flags`.
    decline_share : float
        Declining is a customer this far below the own norm, a fraction, or further.
    stretch_days : int
        Days of each of the two stretches held against the own norm.

    Returns
    -------
    DataFrame
        One row per active customer, with the index and columns of ``states`` and, for every rule of
        :data:`RULES`, for ``declining`` (either of :data:`DECLINES`) and for ``any`` of them,
        ``<rule>_judged`` and ``<rule>_flagged``. ``overdue`` as in
        :func:`overdue_flags`. ``fewer_purchases``, ``lower_spend``: in both of the last two stretches the
        purchase days, or the money, were at most ``1 - decline_share`` of what the 365 days before them
        would give; judged are customers of at least :data:`MIN_NORM_DAYS` days then whose norm expects at
        least :data:`MIN_EXPECTED` purchases in the two stretches.
    """
    stretches = [
        f"{name}_{what}" for name in ("last", "previous", "norm") for what in ("purchases", "amount")
    ]
    require(states, [*stretches, "norm_days"], name="states")
    flags = overdue_flags(states, gap_days=gap_days, multiple=multiple)
    flags = flags.rename(columns={"is_judged": "overdue_judged", "is_flagged": "overdue_flagged"})
    days = flags["norm_days"].astype(float)
    per_stretch = (stretch_days / days).where(days > 0, 0.0)
    is_judged = (days >= MIN_NORM_DAYS) & (2 * flags["norm_purchases"] * per_stretch >= MIN_EXPECTED)
    for rule, what in (("fewer_purchases", "purchases"), ("lower_spend", "amount")):
        limit = (1 - decline_share) * flags[f"norm_{what}"] * per_stretch
        is_low = (flags[f"last_{what}"] <= limit) & (flags[f"previous_{what}"] <= limit)
        flags = flags.assign(**{f"{rule}_judged": is_judged, f"{rule}_flagged": is_judged & is_low})
    return flags.assign(
        **{
            f"{union}_{word}": flags[[f"{rule}_{word}" for rule in rules]].any(axis=1)
            for union, rules in (("declining", DECLINES), ("any", RULES))
            for word in WORDS
        }
    )


WORDS: Sequence[str] = ("judged", "flagged")


def cadence_cells(flags: pd.DataFrame) -> pd.DataFrame:
    """Count the judged customers by usual gap and silence, for a picture that does not grow with them.

    Parameters
    ----------
    flags : DataFrame
        From :func:`overdue_flags`.

    Returns
    -------
    DataFrame
        One row per cell with anyone in it, sorted: ``gap_from``, ``gap_to``, ``silence_from``,
        ``silence_to`` (days; from included, to not), ``customers``, ``flagged`` (counts).
    """
    require(flags, ["usual_gap_days", "silence_days", "is_judged", "is_flagged"], name="flags")
    judged = flags[flags["is_judged"]]
    edges = np.array(EDGES)
    places = {
        name: np.searchsorted(edges, judged[column].to_numpy(float), side="right") - 1
        for name, column in (("gap", "usual_gap_days"), ("silence", "silence_days"))
    }
    counted = pd.DataFrame({**places, "flagged": judged["is_flagged"].to_numpy(int)})
    cells = counted.groupby(["gap", "silence"], as_index=False)["flagged"].agg(
        customers="size", flagged="sum"
    )
    return pd.DataFrame(
        {
            f"{name}_{end}": edges[cells[name] + step]
            for name in places
            for end, step in (("from", 0), ("to", 1))
        }
        | {"customers": cells["customers"], "flagged": cells["flagged"]}
    )

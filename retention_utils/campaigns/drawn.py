"""Who was drawn into which campaign and arm, and who of them can be judged."""

from datetime import date

import numpy as np
import pandas as pd

from retention_utils.schema import require

__all__ = ["ARMS", "OTHERS", "USES", "drawn_customers", "with_uses"]

ARMS = ("treatment", "control")
OTHERS = "others"  # customers of the same day who were not drawn, where there is no control
# What becomes of a customer drawn; the first that fits.
USES = ("both arms", "not a customer", "too recent", "judged")


def drawn_customers(campaigns: pd.DataFrame) -> pd.DataFrame:
    """Return the customers of every campaign, each once.

    Parameters
    ----------
    campaigns : DataFrame
        The client's table of this name.

    Returns
    -------
    DataFrame
        One row per campaign and customer, by both: ``campaign``, ``customer_id``, ``arm`` (of the first
        draw), ``day`` (of the first draw), ``cost`` (of all draws; NaN where not stated), ``is_both``
        (drawn into both arms, as happens when two ids are one customer), ``elsewhere`` (in another campaign,
        too).
    """
    require(campaigns, ["campaign", "customer_id", "arm", "day"], name="campaigns")
    rows = campaigns.assign(
        day=pd.to_datetime(campaigns["day"]),
        cost=campaigns["cost"].astype(float) if "cost" in campaigns else np.nan,
    )
    rows = rows.sort_values(["campaign", "customer_id", "day", "arm"], kind="stable")
    found = rows.groupby(["campaign", "customer_id"], as_index=False).agg(
        arm=("arm", "first"),
        day=("day", "first"),
        arms=("arm", "nunique"),
        cost=("cost", lambda cost: cost.sum(min_count=1)),
    ) if rows.duplicated(["campaign", "customer_id"]).any() else rows.assign(arms=1)  # fmt: skip
    found = found.reset_index(drop=True)
    return found[["campaign", "customer_id", "arm", "day", "cost"]].assign(
        is_both=found["arms"] > 1, elsewhere=found.duplicated("customer_id", keep=False)
    )


def with_uses(members: pd.DataFrame, *, as_of: date, horizon_days: int) -> pd.DataFrame:
    """Say of every member whether it is judged, and if not, why.

    Nothing that is known only after the draw decides, but for the days that have passed since, which are the
    same for both arms; so the arms stay as they were drawn.

    Parameters
    ----------
    members : DataFrame
        Of :class:`retention_utils.campaigns.histories.Histories`, with the columns of
        :func:`drawn_customers`.

    Returns
    -------
    DataFrame
        With ``use``, one of :data:`USES`.
    """
    require(members, ["is_both", "was_customer", "day"], name="members")
    is_recent = members["day"] + pd.Timedelta(days=horizon_days) > pd.Timestamp(as_of)
    cases = [members["is_both"], ~members["was_customer"], is_recent]
    return members.assign(use=np.select(cases, USES[:3], USES[3]))

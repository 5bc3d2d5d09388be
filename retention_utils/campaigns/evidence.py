"""What may be said of a campaign: an effect only where nothing speaks against arms drawn by lot."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from retention_utils.campaigns.balance import RATIO_P, Balance, balance, ratio_p
from retention_utils.campaigns.drawn import ARMS, OTHERS, USES
from retention_utils.schema import require

__all__ = ["BEST_FIRST", "COMPARED", "Checks", "Evidence", "check_arms", "evidence_of"]

# Without a control there may be others beside the treated; nobody: no known customers.
Evidence = Literal["random", "unlike", "no control", "too few", "too recent", "nobody"]
BEST_FIRST = ("random", "unlike", "no control", "too few", "too recent", "nobody")
COMPARED = BEST_FIRST[:3]  # of these there is a difference to tell


@dataclass(frozen=True)
class Checks:
    """What could speak against arms drawn by lot."""

    balance: Balance | None  # None where one arm is empty
    planned_share: float  # of the treatment; 0 where it is not stated
    ratio_p: float  # of the arms' sizes; NaN where no share is planned
    lost_p: float  # whether one arm lost more than the other before it could be judged; NaN without a control

    @property
    def is_fair(self) -> bool:
        """Whether nothing speaks against a lot."""
        is_sized = not (self.ratio_p < RATIO_P or self.lost_p < RATIO_P)
        return is_sized and self.balance is not None and self.balance.is_balanced


def check_arms(members: pd.DataFrame, *, treatment_share: float) -> Checks:
    """Ask whether the arms look as if they were drawn by lot.

    Parameters
    ----------
    members : DataFrame
        From :func:`retention_utils.campaigns.drawn.with_uses`, with ``is_treated``.
    treatment_share : float
        Share that was to be treated; 0 where that is not stated.
    """
    require(members, ["arm", "use", "is_treated"], name="members")
    judged = members[members["use"] == "judged"]
    treated, controls = (int((members["arm"] == arm).sum()) for arm in ARMS)
    return Checks(
        balance=balance(judged) if judged["is_treated"].nunique() == len(ARMS) else None,
        planned_share=treatment_share,
        ratio_p=ratio_p(treated, controls, share=treatment_share) if controls else np.nan,
        lost_p=_lost_p(members) if controls else np.nan,
    )


def evidence_of(members: pd.DataFrame, checks: Checks, *, min_customers: int) -> Evidence:
    """Say what may be made of a campaign.

    Parameters
    ----------
    members : DataFrame
        As in :func:`check_arms`.
    checks : Checks
        From there.
    min_customers : int
        With fewer in an arm, it is not judged.
    """
    drawn = members[members["arm"] != OTHERS]
    has_control = bool((drawn["arm"] == "control").any())
    judged, recent = (drawn["use"] == "judged").sum(), (drawn["use"] == "too recent").sum()
    if not judged:
        return "too recent" if recent else "nobody"
    sizes = drawn.loc[drawn["use"] == "judged", "arm"].value_counts().reindex(ARMS[: 1 + has_control])
    if sizes.fillna(0).min() < min_customers:
        return "too recent" if recent > judged else "too few"  # the rest may still be to come
    if not has_control:
        return "no control"
    return "random" if checks.is_fair else "unlike"


def _lost_p(members: pd.DataFrame) -> float:
    """Test whether the arms lost unlike shares of those drawn, whatever the time since."""
    is_lost = members["use"].isin(USES[:2])
    table = pd.crosstab(members["arm"], is_lost).reindex(index=ARMS, columns=[True, False], fill_value=0)
    return float(fisher_exact(table.to_numpy()).pvalue)

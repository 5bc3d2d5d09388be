"""What came of every campaign, and how far that may be called its effect."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from retention_utils.campaigns.before_after import BeforeAfter, before_and_after
from retention_utils.campaigns.drawn import ARMS, OTHERS, USES, drawn_customers, with_uses
from retention_utils.campaigns.evidence import (
    BEST_FIRST,
    COMPARED,
    Checks,
    Evidence,
    check_arms,
    evidence_of,
)
from retention_utils.campaigns.histories import (
    Histories,
    contract_histories,
    money_until,
    order_histories,
)
from retention_utils.campaigns.money import CampaignMoney, mean_difference, saved_margin
from retention_utils.campaigns.uplift import Uplift, group_uplifts, uplift

__all__ = ["MOST_WEEKS", "Readout", "Source", "campaign_readouts"]

Source = Literal["contracts", "orders"]
MOST_WEEKS = 52
THIRDS = 3


@dataclass(frozen=True)
class Readout:
    """One campaign: who was drawn, whether the arms are alike, what came of it."""

    campaign: str
    source: Source
    evidence: Evidence
    horizon_days: int
    first_day: date
    last_day: date
    judged_on: date  # the first day on which everybody drawn can be judged
    account: pd.DataFrame  # per arm: one column per use, and drawn, retained, elsewhere, cost
    checks: Checks
    uplift: Uplift | None  # None where nothing can be compared
    money: CampaignMoney | None  # of fair comparisons alone, as the groups are
    groups: pd.DataFrame  # from group_uplifts, by ``risk``: 0 is the third most likely to leave
    groups_p: float
    before_after: BeforeAfter | None = None  # of orders without a control alone


@dataclass(frozen=True)
class _Told:
    """Whatever the histories are read from, and how they are judged."""

    source: Source
    table: pd.DataFrame  # spans or purchases
    as_of: date
    horizon_days: int
    margin: float
    min_customers: int

    def histories(self, drawn: pd.DataFrame) -> Histories:
        """Follow those drawn."""
        read = contract_histories if self.source == "contracts" else order_histories
        return read(drawn, self.table, as_of=self.as_of, horizon_days=self.horizon_days)


def campaign_readouts(
    campaigns: pd.DataFrame | None,
    *,
    spans: pd.DataFrame | None,
    purchases: pd.DataFrame | None,
    as_of: date,
    horizon_days: int,
    treatment_share: float,
    margin: float,
    min_customers: int,
) -> list[Readout]:
    """Judge every campaign by what was seen up to a day.

    Parameters
    ----------
    campaigns : DataFrame, optional
        The client's table of this name.
    spans : DataFrame, optional
        From :func:`retention_utils.subscriptions.spans.contract_spans`; with them contracts decide.
    purchases : DataFrame, optional
        The mart's ``campaign_purchases``.
    as_of : date
        The last day seen.
    horizon_days : int
        Days after the draw when it is looked who stayed.
    treatment_share : float
        Share that was to be treated; 0 where that is not stated.
    margin : float
        Share of revenue.
    min_customers : int
        With fewer in an arm, it is not judged.

    Returns
    -------
    list of Readout
        The best evidence first, of like evidence the newest campaign.
    """
    if campaigns is None or campaigns.empty or (spans is None and purchases is None):
        return []
    source, table = ("orders", purchases) if spans is None else ("contracts", spans)
    told = _Told(source, table, as_of, horizon_days, margin, min_customers)
    judge = partial(_readout, told=told, treatment_share=treatment_share)
    found = [judge(part.reset_index(drop=True)) for _, part in drawn_customers(campaigns).groupby("campaign")]
    newest = sorted(found, key=lambda each: (each.first_day, each.campaign), reverse=True)
    return sorted(newest, key=lambda each: BEST_FIRST.index(each.evidence))


def _readout(drawn: pd.DataFrame, *, told: _Told, treatment_share: float) -> Readout:
    found = told.histories(_with_others(drawn, told))
    members = with_uses(found.members, as_of=told.as_of, horizon_days=told.horizon_days)
    members = members.assign(is_treated=members["arm"] == "treatment")
    judged = members[members["use"] == "judged"]
    checks = check_arms(members, treatment_share=treatment_share)
    evidence = evidence_of(members, checks, min_customers=told.min_customers)
    groups, groups_p = group_uplifts(
        _in_thirds(judged if evidence == "random" else judged.head(0), told.source),
        group="risk",
        min_customers=told.min_customers,
    )
    return Readout(
        campaign=str(drawn["campaign"].iloc[0]),
        source=told.source,
        evidence=evidence,
        horizon_days=told.horizon_days,
        first_day=drawn["day"].min().date(),
        last_day=drawn["day"].max().date(),
        judged_on=(drawn["day"].max() + pd.Timedelta(days=told.horizon_days)).date(),
        account=_account(members),
        checks=checks,
        uplift=uplift(judged["is_retained"], judged["is_treated"]) if evidence in COMPARED else None,
        money=_money(found, members, told) if evidence == "random" else None,
        groups=groups,
        groups_p=groups_p,
        before_after=_before_after(found, members, evidence, told),
    )


def _with_others(drawn: pd.DataFrame, told: _Told) -> pd.DataFrame:
    """Put those beside the drawn who were under contract on the middle day of the draws and not drawn.

    That is for campaigns without a control; from orders, only those drawn are known.
    """
    if told.source == "orders" or (drawn["arm"] == "control").any():
        return drawn
    day, spans = drawn["day"].sort_values().iloc[len(drawn) // 2], told.table
    runs = (spans["first_day"] < day) & ~(spans["end_day"] <= day)
    names = spans.loc[runs, "customer_id"].astype("string").drop_duplicates()
    names = names[~names.isin(drawn["customer_id"].astype("string"))]
    others = pd.DataFrame({"customer_id": names.to_numpy(), "day": day, "arm": OTHERS, "is_both": False})
    return pd.concat([drawn, others], ignore_index=True)


def _account(members: pd.DataFrame) -> pd.DataFrame:
    """Count, per arm, what became of those drawn, with their cost."""
    rows = [
        {
            "arm": arm,
            "drawn": len(part),
            **{use: int((part["use"] == use).sum()) for use in USES},
            "retained": int(part.loc[part["use"] == "judged", "is_retained"].sum()),
            "elsewhere": int(part["elsewhere"].eq(True).sum()),
            "cost": part["cost"].sum(min_count=1),
        }
        for arm in (*ARMS, OTHERS)
        if len(part := members[members["arm"] == arm])
    ]
    return pd.DataFrame(rows)


def _in_thirds(judged: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Sort customers into thirds by what foretold leaving before the draw; equals stay together.

    Whoever joined last leaves soonest; whoever has been silent longest comes back least.
    """
    stays = judged["tenure_months"] if source == "contracts" else -judged["silence_days"]
    cuts = stays.quantile([part / THIRDS for part in range(1, THIRDS)]).to_numpy()
    return judged.assign(risk=np.searchsorted(cuts, stays.to_numpy(), side="left"))


def _money(found: Histories, members: pd.DataFrame, told: _Told) -> CampaignMoney:
    is_judged = (members["use"] == "judged").to_numpy()
    judged = members[is_judged]
    seen = int((pd.Timestamp(told.as_of) - judged["day"].max()).days)
    weeks = [7 * week for week in range(1, min(seen // 7, MOST_WEEKS) + 1)]
    brought = money_until(found.flows, len(members), [told.horizon_days, *weeks])[is_judged] * told.margin
    before = judged["revenue_before"].to_numpy(float) * told.margin
    treated = judged["is_treated"].to_numpy(bool)
    return CampaignMoney(
        adjusted=mean_difference(brought[:, 0], treated, before=before),
        plain=mean_difference(brought[:, 0], treated),
        saved=saved_margin(brought[:, 1:], treated, before, cost=_cost(judged)),
    )


def _before_after(
    found: Histories, members: pd.DataFrame, evidence: Evidence, told: _Told
) -> BeforeAfter | None:
    if evidence != "no control" or told.source != "orders":
        return None
    return before_and_after(
        found,
        members,
        horizon_days=told.horizon_days,
        margin=told.margin,
        min_customers=told.min_customers,
    )


def _cost(judged: pd.DataFrame) -> float:
    """Return what the treated cost, less what as many of the control cost; NaN where no cost is stated."""
    paid = {arm: judged.loc[judged["arm"] == arm, "cost"] for arm in ARMS}
    if paid["treatment"].isna().all():
        return np.nan
    return float(paid["treatment"].sum() - paid["control"].fillna(0).mean() * len(paid["treatment"]))

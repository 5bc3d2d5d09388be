"""What came of every campaign, and how far that may be called its effect."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from retention_utils.campaigns.balance import RATIO_P, Balance, balance, ratio_p
from retention_utils.campaigns.drawn import ARMS, USES, drawn_customers, with_uses
from retention_utils.campaigns.histories import (
    Histories,
    contract_histories,
    money_until,
    order_histories,
)
from retention_utils.campaigns.money import MeanDifference, Saved, mean_difference, saved_margin
from retention_utils.campaigns.uplift import Uplift, group_uplifts, uplift

__all__ = ["MOST_WEEKS", "Evidence", "Readout", "Source", "campaign_readouts"]

Source = Literal["contracts", "orders"]
# What may be said. Without a control there may be others beside the treated; nobody: no known customers.
Evidence = Literal["random", "unlike", "no control", "too few", "too recent", "nobody"]
BEST_FIRST = ("random", "unlike", "no control", "too few", "too recent", "nobody")
MOST_WEEKS = 52
OTHERS = "others"  # customers of the same day who were not drawn, where there is no control
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
    account: pd.DataFrame  # per arm: one column per use, and drawn, elsewhere, cost
    balance: Balance | None
    planned_share: float
    ratio_p: float
    lost_p: float  # whether one arm lost more than the other before it could be judged
    uplift: Uplift | None
    money: MeanDifference | None  # margin per customer in the horizon, what was paid before taken off
    plain_money: MeanDifference | None
    saved: Saved | None
    groups: pd.DataFrame  # from group_uplifts, by ``risk``: 0 is the third most likely to leave
    groups_p: float


@dataclass(frozen=True)
class _Told:
    """Whatever the histories are read from."""

    source: Source
    table: pd.DataFrame  # spans or purchases
    as_of: date
    horizon_days: int

    def histories(self, drawn: pd.DataFrame) -> Histories:
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
    told = _Told(source, table, as_of, horizon_days)
    judge = partial(
        _readout, told=told, treatment_share=treatment_share, margin=margin, min_customers=min_customers
    )
    found = [judge(part.reset_index(drop=True)) for _, part in drawn_customers(campaigns).groupby("campaign")]
    newest = sorted(found, key=lambda each: (each.first_day, each.campaign), reverse=True)
    return sorted(newest, key=lambda each: BEST_FIRST.index(each.evidence))


def _readout(
    drawn: pd.DataFrame, *, told: _Told, treatment_share: float, margin: float, min_customers: int
) -> Readout:
    has_control = bool((drawn["arm"] == "control").any())
    everybody = drawn if has_control or told.source == "orders" else _with_others(drawn, told.table)
    found = told.histories(everybody)
    members = with_uses(found.members, as_of=told.as_of, horizon_days=told.horizon_days)
    members = members.assign(is_treated=members["arm"] == "treatment")
    is_judged = members["use"] == "judged"
    judged = members[is_judged]
    treated, others = int(judged["is_treated"].sum()), int((~judged["is_treated"]).sum())
    is_enough = treated >= min_customers and (others >= min_customers or not has_control)
    alike = balance(judged) if treated and others else None
    ratio = ratio_p(*(int((drawn["arm"] == arm).sum()) for arm in ARMS), share=treatment_share)
    lost = _lost_p(members) if has_control else np.nan
    evidence = _evidence(members, has_control, is_enough, _is_fair(alike, ratio, lost))
    is_told = evidence in BEST_FIRST[:3]
    compared = uplift(judged["is_retained"], judged["is_treated"]) if is_told else None
    is_fair = evidence == "random"
    groups, groups_p = group_uplifts(
        judged.assign(risk=_risk_thirds(judged, told.source))[: None if is_fair else 0],
        group="risk",
        min_customers=min_customers,
    )
    money = _money(found, members, told, margin) if is_fair else (None, None, None)
    return Readout(
        campaign=str(drawn["campaign"].iloc[0]),
        source=told.source,
        evidence=evidence,
        horizon_days=told.horizon_days,
        first_day=drawn["day"].min().date(),
        last_day=drawn["day"].max().date(),
        judged_on=(drawn["day"].max() + pd.Timedelta(days=told.horizon_days)).date(),
        account=_account(members),
        balance=alike if is_told else None,
        planned_share=treatment_share,
        ratio_p=ratio if has_control else np.nan,
        lost_p=lost,
        uplift=compared,
        money=money[0],
        plain_money=money[1],
        saved=money[2],
        groups=groups,
        groups_p=groups_p,
    )


def _evidence(members: pd.DataFrame, has_control: bool, is_enough: bool, is_fair: bool) -> Evidence:
    uses = members.loc[members["arm"] != OTHERS, "use"]
    if not uses.isin(("judged", "too recent")).any():
        return "nobody"
    if not (uses == "judged").any():
        return "too recent"
    if not is_enough:
        # The rest may still be to come.
        return "too recent" if (uses == "too recent").sum() > (uses == "judged").sum() else "too few"
    if not has_control:
        return "no control"
    return "random" if is_fair else "unlike"


def _is_fair(alike: Balance | None, ratio: float, lost: float) -> bool:
    return alike is not None and alike.is_balanced and not ratio < RATIO_P and not lost < RATIO_P


def _with_others(drawn: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Put those beside the drawn who were under contract on the middle day of the draws and not drawn."""
    day = drawn["day"].sort_values().iloc[len(drawn) // 2]
    runs = (spans["first_day"] < day) & ~(spans["end_day"] <= day)
    names = spans.loc[runs, "customer_id"].astype("string").drop_duplicates()
    names = names[~names.isin(drawn["customer_id"].astype("string"))]
    others = pd.DataFrame({"customer_id": names.to_numpy(), "day": day, "arm": OTHERS, "is_both": False})
    return pd.concat([drawn, others.assign(campaign=drawn["campaign"].iloc[0])], ignore_index=True)


def _account(members: pd.DataFrame) -> pd.DataFrame:
    """Count, per arm, what became of those drawn, with their cost."""
    rows = [
        {
            "arm": arm,
            "drawn": len(part),
            **{use: int((part["use"] == use).sum()) for use in USES},
            "retained": int(part.loc[part["use"] == "judged", "is_retained"].sum()),
            "elsewhere": int(part["elsewhere"].fillna(False).astype(bool).sum()),
            "cost": part["cost"].sum(min_count=1),
        }
        for arm in (*ARMS, OTHERS)
        if len(part := members[members["arm"] == arm])
    ]
    return pd.DataFrame(rows)


def _lost_p(members: pd.DataFrame) -> float:
    """Test whether the arms lost unlike shares of those drawn, whatever the time since."""
    is_lost = members["use"].isin(USES[:2])
    table = pd.crosstab(members["arm"], is_lost).reindex(index=ARMS, columns=[True, False], fill_value=0)
    return float(fisher_exact(table.to_numpy()).pvalue)


def _risk_thirds(judged: pd.DataFrame, source: Source) -> pd.Series:
    """Sort customers into thirds by what foretold leaving before the draw; equals stay together.

    Whoever joined last leaves soonest; whoever has been silent longest comes back least.
    """
    stays = judged["tenure_months"] if source == "contracts" else -judged["silence_days"]
    cuts = stays.quantile([part / THIRDS for part in range(1, THIRDS)]).to_numpy()
    return pd.Series(np.searchsorted(cuts, stays.to_numpy(), side="left"), index=judged.index)


def _money(
    found: Histories, members: pd.DataFrame, told: _Told, margin: float
) -> tuple[MeanDifference, MeanDifference, Saved]:
    is_judged = (members["use"] == "judged").to_numpy()
    judged = members[is_judged]
    seen = int((pd.Timestamp(told.as_of) - judged["day"].max()).days)
    weeks = [7 * week for week in range(1, min(seen // 7, MOST_WEEKS) + 1)]
    brought = money_until(found.flows, len(members), [told.horizon_days, *weeks])[is_judged] * margin
    before = judged["revenue_before"].to_numpy(float) * margin
    treated = judged["is_treated"].to_numpy(bool)
    return (
        mean_difference(brought[:, 0], treated, before=before),
        mean_difference(brought[:, 0], treated),
        saved_margin(brought[:, 1:], treated, before, cost=_cost(judged)),
    )


def _cost(judged: pd.DataFrame) -> float:
    """Return what the treated cost, less what as many of the control cost; NaN where no cost is stated."""
    paid = {arm: judged.loc[judged["arm"] == arm, "cost"] for arm in ARMS}
    if paid["treatment"].isna().all():
        return np.nan
    return float(paid["treatment"].sum() - paid["control"].fillna(0).mean() * len(paid["treatment"]))

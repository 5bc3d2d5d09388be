"""A list of customers without dates as key figures."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.contract_snapshot import SnapshotState
from retention_utils.contract_survival.billing import PER_YEAR
from retention_utils.contract_survival.projection import ContractLife
from retention_utils.display import Kpi
from retention_utils.findings.words import based_on, interval, three_digits
from retention_utils.formats import Formats

__all__ = [
    "ended_share_kpi",
    "lost_revenue_kpi",
    "running_revenue_kpi",
    "still_to_come_kpi",
    "year_kpi",
    "year_loss_kpi",
]


def running_revenue_kpi(state: SnapshotState, *, formats: Formats) -> Kpi:
    """Give what is paid a month by those still there as a key figure."""
    return Kpi(
        key="mrr",
        label=formats.say("Monthly recurring revenue (MRR)"),
        value=formats.short_money(state.mrr),
        number=round(state.mrr, 2),
        basis=based_on(state.running, formats),
    )


def ended_share_kpi(state: SnapshotState, *, within: int | None, formats: Formats) -> Kpi:
    """Give the share who left as a key figure, and say of what time."""
    label = (
        formats.say("Left, of all on the list")
        if within is None
        else formats.say("Left in the last {months, plural, one {month} other {# months}}", months=within)
    )
    is_known = bool(pd.notna(state.share))
    return Kpi(
        key="ended_share",
        label=label,
        value=formats.share(state.share),
        number=round(state.share, 4) if is_known else None,
        interval=interval(state.low, state.high, "share", formats) if is_known else "",
        basis=based_on(state.rows, formats),
    )


def lost_revenue_kpi(state: SnapshotState, *, formats: Formats) -> Kpi:
    """Give what those who left brought a month as a key figure."""
    return Kpi(
        key="lost_revenue",
        label=formats.say("A month, lost with those who left"),
        value=formats.short_money(state.lost_mrr),
        number=round(state.lost_mrr, 2),
        basis=based_on(state.ended, formats),
    )


def year_kpi(lives: Sequence[ContractLife], *, formats: Formats) -> Kpi | None:
    """Give the share of contracts that live through a year; None where no year was seen of any.

    It is that of contracts paid by the month, or else of those paid alike of which there are most.
    """
    seen = [life for life in lives if PER_YEAR[life.billed_every] in life.observed["renewal"].to_numpy()]
    if not seen:
        return None
    life = max(seen, key=lambda life: (life.billed_every == "month", life.contracts))
    row = life.observed.set_index("renewal").loc[PER_YEAR[life.billed_every]]
    return Kpi(
        key="year_survival",
        label=formats.say("Live through a year"),
        value=formats.share(row["survival"]),
        number=round(float(row["survival"]), 4),
        interval=interval(*row[["low", "high"]].fillna(row["survival"]), "share", formats),
        basis=based_on(life.contracts, formats),
    )


def year_loss_kpi(lives: Sequence[ContractLife], *, formats: Formats) -> Kpi | None:
    """Give the monthly revenue expected to be gone in a year as a key figure; None without a model in use."""
    lost = [life.to_come.at_risk for life in lives if life.to_come]
    if not lost:
        return None
    # Contracts of every billing period are modelled apart; their ends added up are wider than need be.
    value, low, high = (sum(ends) for ends in zip(*lost, strict=True))
    return Kpi(
        key="year_loss",
        label=formats.say("A month, expected to be gone in a year"),
        value=formats.short_money(three_digits(value)),
        number=three_digits(value),
        interval=interval(three_digits(low), three_digits(high), "money", formats),
        basis=based_on(sum(life.to_come.contracts for life in lives if life.to_come), formats),
    )


def still_to_come_kpi(lives: Sequence[ContractLife], *, formats: Formats) -> Kpi | None:
    """Give what running contracts are expected to bring yet as a key figure; None without a model in use."""
    told = [life.to_come for life in lives if life.to_come]
    if not told:
        return None
    money, low, high = (
        three_digits(sum(getattr(each, name) for each in told)) for name in ("money", "low", "high")
    )
    return Kpi(
        key="still_to_come",
        label=formats.say("Still to come from running contracts"),
        value=formats.short_money(money),
        number=money,
        interval=interval(low, high, "money", formats),
        basis=based_on(sum(each.contracts for each in told), formats),
    )

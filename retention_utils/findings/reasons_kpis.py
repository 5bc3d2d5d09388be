"""Why customers leave, as key figures."""

from retention_utils.display import Kpi
from retention_utils.findings.words import based_on, interval
from retention_utils.formats import Formats
from retention_utils.reasons.account import ReasonAccount
from retention_utils.reasons.competitor import CompetitorShare
from retention_utils.reasons.counts import Share, Unknown, control_split
from retention_utils.texts import Text

__all__ = ["competitor_kpi", "controllable_kpi", "unknown_kpi"]


def controllable_kpi(account: ReasonAccount | None, *, min_customers: int, formats: Formats) -> Kpi | None:
    """Give the share of leavers whose reason the company itself decides; None where too few were asked."""
    if account is None:
        return None
    found = control_split(account.recent, account.book)["yes"]
    label = formats.say("Leavers with a reason the company decides")
    return _kpi("controllable_share", label, found, min_customers, formats)


def competitor_kpi(found: CompetitorShare | None, *, min_customers: int, formats: Formats) -> Kpi | None:
    """Give the share of leavers who named a competitor."""
    if found is None:
        return None
    label = formats.say("Leavers who named a competitor")
    return _kpi("competitor_churn_share", label, found.stated, min_customers, formats)


def unknown_kpi(unknown: Unknown | None, *, min_customers: int, formats: Formats) -> Kpi | None:
    """Give the share of leavers asked whose reason is not known."""
    if unknown is None:
        return None
    label = formats.say("Leavers asked whose reason is not known")
    return _kpi("unknown_reason_share", label, unknown.of_asked, min_customers, formats)


def _kpi(key: str, label: Text, found: Share, min_customers: int, formats: Formats) -> Kpi | None:
    if found.asked < min_customers:
        return None
    return Kpi(
        key=key,
        label=label,
        value=formats.share(found.share),
        number=round(found.share, 4),
        interval=interval(found.low, found.high, "share", formats),
        basis=based_on(found.asked, formats),
    )

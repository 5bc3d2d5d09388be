"""Falling use as key figures."""

import pandas as pd

from retention_utils.contract_use.account import ContractUse
from retention_utils.contract_use.signs import JUDGED
from retention_utils.display import Kpi
from retention_utils.findings.words import based_on, ends_of, interval
from retention_utils.formats import BLANK, Formats
from retention_utils.stats import wilson_interval

__all__ = ["falling_kpi", "falling_left_kpi", "falling_lost_kpi", "falling_stake_kpi", "unused_kpi"]


def falling_kpi(use: ContractUse, *, formats: Formats) -> Kpi:
    """Give the customers whose use falls as a key figure."""
    label = formats.say("Customers under contract whose use falls")
    judged, falling = len(use.of(*JUDGED)), len(use.of("falling"))
    if judged < use.rules.min_customers:
        basis = formats.say(
            "use can be judged for {judged, plural, =0 {nobody} one {# customer} other {# customers}} only",
            judged=formats.count(judged),
        )
        return Kpi(
            "falling_customers", label, formats.name(BLANK), None, basis=basis, verdict="not enough data"
        )
    low, high = wilson_interval(falling, judged)
    return Kpi(
        key="falling_customers",
        label=label,
        value=formats.count(falling),
        number=falling,
        interval=formats.joined(
            [formats.share(falling / judged), interval(low, high, "share", formats)], by=", "
        ),
        basis=formats.say("of {judged} whose use can be judged", judged=formats.count(judged)),
    )


def falling_stake_kpi(use: ContractUse, *, formats: Formats) -> Kpi | None:
    """Give what those whose use falls, and who come up within the month, pay in a year; None if untold."""
    if not use.is_current:
        return None
    due = use.of("falling")
    due = due[due["is_due"].astype(bool)]
    money = round(12 * float(due["mrr"].sum()), 2)
    return Kpi(
        key="falling_stake",
        label=formats.say("Yearly revenue of customers who use less and are due for renewal"),
        value=formats.short_money(money),
        number=money,
        basis=formats.say(
            "{due, plural, =0 {no contract comes} one {# customer comes} other {# customers come}} up to "
            "{until}",
            due=formats.count(len(due)),
            until=formats.date(use.until),
        ),
    )


def falling_left_kpi(use: ContractUse, *, formats: Formats) -> Kpi:
    """Give the share of those whose use had fallen who left in the month after, as a key figure."""
    label, row = formats.say("Of those whose use had fallen, left in the month after"), use.falling
    if row["verdict"] == "not enough data":
        basis = formats.say("too few cases, or fewer than two days to look at")
        return Kpi("falling_left", label, formats.name(BLANK), None, basis=basis, verdict="not enough data")
    return Kpi(
        key="falling_left",
        label=label,
        value=formats.share(row["precision"]),
        number=round(float(row["precision"]), 4),
        interval=interval(row["low"], row["high"], "share", formats),
        basis=formats.say(
            "n = {flagged} on {days} days; of the others {rest}",
            flagged=formats.count(row["tested_flagged"]),
            days=int(row["days"]),
            rest=formats.share(row["others"]),
        ),
        ends=ends_of(row["low"], row["high"]),
    )


def falling_lost_kpi(use: ContractUse, *, formats: Formats) -> Kpi | None:
    """Give the share of the revenue of such customers that was lost in the month after; None if untold."""
    row = use.falling
    if pd.isna(row["amount_lost"]):
        return None
    return Kpi(
        key="falling_lost",
        label=formats.say("Of the revenue of such customers, lost in the month after"),
        value=formats.share(row["amount_lost"]),
        number=round(float(row["amount_lost"]), 4),
        interval=interval(row["amount_low"], row["amount_high"], "share", formats),
        basis=based_on(row["tested_flagged"], formats),
        ends=ends_of(row["amount_low"], row["amount_high"]),
    )


def unused_kpi(use: ContractUse, *, formats: Formats) -> Kpi | None:
    """Give those who pay and use nothing as a key figure; None where use is not recorded up to now."""
    if not use.is_current:
        return None
    unused = use.of("unused")
    return Kpi(
        key="unused_customers",
        label=formats.say("Pay, and have used nothing in four months"),
        value=formats.count(len(unused)),
        number=len(unused),
        basis=formats.say(
            "{money} a month; of {told} whose use is recorded",
            money=formats.short_money(float(unused["mrr"].sum())),
            told=formats.count(use.signs["recent"].notna().sum()),
        ),
    )

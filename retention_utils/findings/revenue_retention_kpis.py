"""Revenue retention as key figures."""

from typing import Literal

import pandas as pd

from retention_utils.display import Kpi
from retention_utils.findings.words import (
    against_before,
    based_on,
    change_interval,
    direction_of,
    ends_of,
    interval,
    three_digits,
    trend_of,
    unit_price,
    verdict_of,
)
from retention_utils.formats import Formats
from retention_utils.periods import parse_period
from retention_utils.revenue_retention import KeptChange, RevenueAccount, kept_change
from retention_utils.stats import difference_interval
from retention_utils.subscriptions.leavers import LeaverSplit
from retention_utils.texts import Text

__all__ = [
    "failed_payments_kpi",
    "failed_revenue_kpi",
    "kept_kpi",
    "leaving_kpi",
    "mrr_kpi",
    "per_customer_kpi",
    "quick_ratio_kpi",
]


def mrr_kpi(account: RevenueAccount, *, formats: Formats) -> Kpi | None:
    """Give monthly recurring revenue as a key figure; None where there are no contracts."""
    rates = account.rates
    if account.source != "contracts" or rates.empty:
        return None
    last = rates.iloc[-1]
    is_known = bool(pd.notna(last["change_low"]))
    change = last["change"] / last["opening"] if is_known else None
    return Kpi(
        key="mrr",
        label=formats.say("Monthly recurring revenue (MRR)"),
        value=formats.short_money(last["closing"]),
        number=round(float(last["closing"]), 2),
        interval=formats.say(
            "change: {interval}",
            interval=change_interval(
                last["change_low"] / last["opening"], last["change_high"] / last["opening"], "share", formats
            ),
        )
        if is_known
        else "",
        basis=_of_year(last, formats),
        change=against_before(formats.change(change, "share"), last["period"], formats) if is_known else "",
        verdict=verdict_of(last["change_low"], last["change_high"], more_is_better=True)
        if is_known
        else "not enough data",
        direction=direction_of(change),
        **trend_of(rates, "closing", formats),
    )


def _of_year(last: pd.Series, formats: Formats) -> Text:
    """Count the customers; where a report speaks of years, give the money of one, too."""
    counted = based_on(last["customers_closing"], formats)
    if parse_period(last["period"]).grain != "year":
        return counted
    year = formats.say("{money} a year", money=formats.short_money(12 * last["closing"]))
    return formats.joined([year, counted])


def kept_kpi(account: RevenueAccount, *, rate: Literal["net", "gross"], formats: Formats) -> Kpi:
    """Give revenue kept as a key figure: over a year where that is known, else over the last period."""
    of_year = account.year_rates
    is_year = len(of_year) > 0 and bool(pd.notna(of_year["net"].iloc[-1]))
    rates, back = (of_year, account.year_step) if is_year else (account.rates, 1)
    labels = {
        "net": formats.say("Net revenue retention (NRR)"),
        "gross": formats.say("Gross revenue retention (GRR)"),
    }
    if rates.empty or pd.isna(rates[rate].iloc[-1]):
        why = formats.say("too few customers before")
        return Kpi(KEYS[rate], labels[rate], formats.share(None), None, basis=why, verdict="not enough data")
    last, change = rates.iloc[-1], kept_change(rates, rate=rate, back=back)
    return Kpi(
        key=KEYS[rate],
        label=labels[rate],
        value=formats.share(last[rate]),
        number=round(float(last[rate]), 4),
        interval=interval(last[f"{rate}_low"], last[f"{rate}_high"], "share", formats)
        if pd.notna(last[f"{rate}_low"])
        else "",
        basis=_basis(last, is_year, formats),
        change=_kept_more(change, is_year, formats) if change else "",
        verdict=verdict_of(change.difference_low, change.difference_high, more_is_better=True)
        if change
        else "not enough data",
        direction=direction_of(change and change.difference),
        **trend_of(rates, rate, formats),
    )


def leaving_kpi(account: RevenueAccount, *, formats: Formats) -> Kpi | None:
    """Give the share of customers who left in the last period as a key figure; None without contracts."""
    rates = account.rates
    if account.source != "contracts" or rates.empty or pd.isna(rates["customer_churn"].iloc[-1]):
        return None
    last = rates.iloc[-1]
    change = _churn_change(rates)
    return Kpi(
        key="contract_churn",
        label=formats.say("Customers whose contracts ended"),
        value=formats.share(last["customer_churn"]),
        number=round(float(last["customer_churn"]), 4),
        interval=interval(last["churn_low"], last["churn_high"], "share", formats),
        basis=based_on(last["customers_opening"], formats),
        change=against_before(formats.points(change[0]), last["period"], formats) if change else "",
        verdict=verdict_of(*change[1:], more_is_better=False) if change else "not enough data",
        direction=direction_of(change and change[0]),
        **trend_of(rates, "customer_churn", formats),
    )


def quick_ratio_kpi(account: RevenueAccount, *, formats: Formats) -> Kpi | None:
    """Give what came in for every unit of money lost as a key figure."""
    rates = account.rates
    if rates.empty or pd.isna(rates["net"].iloc[-1]):
        return None
    last = rates.iloc[-1]
    is_known = bool(pd.notna(last["quick_ratio"]))
    return Kpi(
        key="quick_ratio",
        label=formats.say("Revenue gained for each one lost (quick ratio)"),
        value=formats.number(last["quick_ratio"]) if is_known else formats.say("no losses"),
        number=round(float(last["quick_ratio"]), 2) if is_known else None,
        basis=formats.say(
            "{gained} gained, {lost} lost{source, select, contracts { of monthly revenue} other {}}",
            source=account.source,
            gained=formats.short_money(last[["new", "reactivation", "expansion"]].sum()),
            lost=formats.short_money(last["contraction"] + last["churn"]),
        ),
        **trend_of(rates, "quick_ratio", formats),
    )


def per_customer_kpi(account: RevenueAccount, *, formats: Formats) -> Kpi | None:
    """Give monthly revenue per customer as a key figure; None without contracts."""
    rates = account.rates
    if account.source != "contracts" or rates.empty or pd.isna(rates["per_customer"].iloc[-1]):
        return None
    last = rates.iloc[-1]
    return Kpi(
        key="revenue_per_customer",
        label=formats.say("Monthly revenue per customer"),
        value=unit_price(last["per_customer"], formats),
        number=round(float(last["per_customer"]), 2),
        basis=based_on(last["customers_closing"], formats),
        **trend_of(rates, "per_customer", formats),
    )


def failed_payments_kpi(split: LeaverSplit | None, *, formats: Formats) -> Kpi | None:
    """Give the share of leavers whose payment failed as a key figure; None where nothing is known of it."""
    if split is None:
        return None
    return Kpi(
        key="involuntary_share",
        label=formats.say("Leavers whose payment failed"),
        value=formats.share(split.share),
        number=round(split.share, 4),
        interval=interval(split.low, split.high, "share", formats),
        basis=based_on(split.voluntary + split.involuntary, formats),
        ends=ends_of(split.low, split.high),
    )


def failed_revenue_kpi(split: LeaverSplit | None, *, formats: Formats) -> Kpi | None:
    """Give what those whose payment failed would bring in a year as a key figure."""
    if split is None:
        return None
    money = three_digits(12 * split.involuntary_mrr)
    return Kpi(
        key="involuntary_revenue",
        label=formats.say("A year's revenue of those lost to failed payments"),
        value=formats.short_money(money),
        number=money,
        basis=based_on(split.involuntary, formats),
    )


KEYS = {"net": "nrr", "gross": "grr"}


def _churn_change(rates: pd.DataFrame) -> tuple[float, float, float] | None:
    """Compare the last share of customers who left with the one before: the difference and its interval.

    Who left in the one period is not there to leave in the next, so the shares are uncorrelated.
    """
    if len(rates) < 2 or rates["customer_churn"].iloc[-2:].isna().any():
        return None
    newest = rates.iloc[[-1, -2]]
    found = difference_interval(newest["customers_churn"], newest["customers_opening"])
    return tuple(map(float, found))


def _kept_more(change: KeptChange, is_year: bool, formats: Formats) -> Text:
    """Say the change; what was kept over a year is held against what was kept over the year before it."""
    points = formats.points(change.difference)
    if is_year:
        return formats.say("{change} against a year earlier", change=points)
    return against_before(points, change.period, formats)


def _basis(row: pd.Series, is_year: bool, formats: Formats) -> Text:
    span = formats.say("of the revenue of a year before") if is_year else formats.say("of the revenue before")
    return formats.joined([span, based_on(row["customers_opening"], formats)])

"""What revenue retention says: how much of the money is kept, and what made the rest."""

from dataclasses import replace

import pandas as pd

from retention_utils.display import Finding, Words
from retention_utils.findings.words import based_on, change_interval, interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import parse_period
from retention_utils.revenue_retention import KeptChange, RevenueAccount, kept_change
from retention_utils.texts import Text

__all__ = ["kept_alt", "kept_answers", "money_moved", "revenue_kept", "revenue_kept_year"]


def kept_answers(
    account: RevenueAccount, *, period: str, min_customers: int, formats: Formats
) -> list[Finding]:
    """Answer for the year, which holds every season, and for the period; without a year the period first.

    In a report of a year both are the same.
    """
    of_period = revenue_kept(account, min_customers=min_customers, formats=formats)
    of_year = revenue_kept_year(account, period=period, formats=formats)
    if of_year.verdict == "not enough data":
        return [of_period, of_year]
    if parse_period(period).grain == "year":
        return [replace(of_year, is_headline=True)]
    return [replace(of_year, is_headline=True), replace(of_period, is_headline=False)]


def revenue_kept(account: RevenueAccount, *, min_customers: int, formats: Formats) -> Finding:
    """Answer how much of the money of the period before the same customers brought again."""
    rates = account.rates
    if rates.empty or pd.isna(rates["net"].iloc[-1]):
        text = formats.say(
            "How much of the money is kept cannot be said yet. That needs at least {customers, plural, one "
            "{# customer} other {# customers}} {source, select, contracts {under contract at the start of "
            "the period} other {who bought in the period before, and an order log that holds both periods "
            "whole}}.",
            customers=min_customers,
            source=account.source,
        )
        return Finding("revenue_kept", "not enough data", text, is_headline=True)
    last = rates.iloc[-1]
    kept = formats.say(
        "{source, select, contracts {Of the monthly recurring revenue at the start of {period}, {net} was "
        "kept to its end} other {Of what customers spent in {before}, the same customers spent {net} again "
        "in {period}}} ({sure}). That is {kept} of {opening}{more, select, yes {; leaving out "
        "what anyone paid more, {gross}} other {}}.",
        source=account.source,
        period=formats.period(last["period"]),
        before=formats.period(parse_period(last["period"]).previous().key),
        **_shares(last, formats),
    )
    change = kept_change(rates, rate="net")
    parts = [kept] if change is None else [kept, _change(change, formats)]
    return Finding("revenue_kept", _verdict(change), formats.joined(parts, by=" "), is_headline=True)


def revenue_kept_year(account: RevenueAccount, *, period: str, formats: Formats) -> Finding:
    """Say how much of the money of a year before the same customers bring now."""
    rates, end = account.year_rates, formats.period(period)
    if rates.empty or pd.isna(rates["net"].iloc[-1]):
        text = formats.say(
            "The year cannot be held against the one before it yet. That needs {source, select, contracts "
            "{more than a year of contracts} other {two whole years of orders}}, and enough customers in "
            "the first.",
            source=account.source,
        )
        return Finding("revenue_kept_year", "not enough data", text)
    last = rates.iloc[-1]
    kept = formats.say(
        "{source, select, contracts {Of the monthly recurring revenue of a year before, {net} was left at "
        "the end of {period} ({sure}). That is {kept} of {opening}} other {In the last twelve months, the "
        "customers of the year before brought {net} of what they had spent then ({sure}). To the end of "
        "{period}, that is {kept} of {opening}}}{more, select, yes {; not counting increases, {gross}} other "
        "{}}.",
        source=account.source,
        period=end,
        **_shares(last, formats),
    )
    people = formats.say(
        "Of the {customers, plural, one {# customer} other {# customers}} of the year before, {lost, plural, "
        "=0 {none} other {#}} {source, select, contracts {had left} other {bought nothing}} ({churn}, "
        "{interval}){lost, plural, =0 {} other {; they had brought {money} of the revenue}}.",
        source=account.source,
        money=formats.share(last["churn"] / last["opening"]),
        customers=formats.count(last["customers_opening"]),
        lost=formats.count(last["customers_churn"]),
        churn=formats.share(last["customer_churn"]),
        interval=interval(last["churn_low"], last["churn_high"], "share", formats),
    )
    change = kept_change(rates, rate="net", back=account.year_step)
    without = kept_change(rates, rate="gross", back=account.year_step)
    losses = without if _verdict(change) == "no clear change" != _verdict(without) else None
    changes = [change and _year_change(change, formats), losses and _losses_change(losses, formats)]
    grown = _grown(last, account, formats)
    text = formats.joined([part for part in (kept, *changes, grown, people) if part], by=" ")
    brief = _brief_losses(losses, formats) if losses else _brief(change, account, formats)
    return Finding("revenue_kept_year", _verdict(losses or change), text, brief=brief)


def money_moved(account: RevenueAccount, *, formats: Formats) -> Finding:
    """Say what filled and what emptied the revenue of the last period."""
    rates = account.rates
    if rates.empty:
        text = formats.say("What moved the revenue cannot be said yet: too few customers were there before.")
        return Finding("money_moved", "not enough data", text)
    last = rates.iloc[-1]
    is_judged = bool(pd.notna(last["change_low"]))
    amounts = {
        name: formats.money(last[name])
        for name in ("opening", "closing", "new", "reactivation", "expansion", "contraction", "churn")
    }
    text = formats.say(
        "{source, select, contracts {Monthly recurring revenue} other {Revenue}} went from {opening} to "
        "{closing} in {period} ({change}, {interval}). Gained: {new} from new customers, {reactivation} "
        "from those who {source, select, contracts {came back} other {had bought nothing in {before}}}, "
        "{expansion} from those who {source, select, contracts {pay} other {spent}} more. Lost: "
        "{contraction} from those who {source, select, contracts {pay} other {spent}} less, {churn} from "
        "those who {source, select, contracts {left} other {bought nothing}}.",
        source=account.source,
        period=formats.period(last["period"]),
        before=formats.period(parse_period(last["period"]).previous().key),
        change=formats.change(last["change"], "money"),
        interval=change_interval(last["change_low"], last["change_high"], "money", formats)
        if is_judged
        else formats.say("too few customers before to judge the change"),
        **amounts,
    )
    verdict = verdict_of(last["change_low"], last["change_high"], more_is_better=True)
    return Finding("money_moved", verdict if is_judged else "not enough data", text)


def kept_alt(rates: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the lines of revenue kept: their last values, and the lowest of the upper one."""
    known = rates[rates["net"].notna()]
    if known.empty:
        return formats.say("How much of the revenue was kept is not known in any period.")
    least = known.loc[known["net"].idxmin()]
    return formats.say(
        "In {period} {net} of the revenue was kept, {gross} leaving out what anyone paid more; the least was "
        "{least} in {least_period}.",
        period=formats.period(known["period"].iloc[-1], short=True),
        net=formats.share(known["net"].iloc[-1]),
        gross=formats.share(known["gross"].iloc[-1]),
        least=formats.share(least["net"]),
        least_period=formats.period(least["period"], short=True),
    )


def _brief(change: KeptChange | None, account: RevenueAccount, formats: Formats) -> Words:
    if change is None:
        return ""
    return formats.say(
        "the share of a year’s revenue that {source, select, contracts {is kept} other {the same customers "
        "spend again}} ({difference} against a year earlier)",
        source=account.source,
        difference=formats.points(change.difference),
    )


def _brief_losses(change: KeptChange, formats: Formats) -> Text:
    return formats.say(
        "the share of a year’s revenue that is kept, not counting increases ({difference} against a year "
        "earlier)",
        difference=formats.points(change.difference),
    )


def _shares(row: pd.Series, formats: Formats) -> dict[str, Text | str]:
    is_sure = pd.notna(row["net_low"])
    return {
        "more": "yes" if row["net"] > row["gross"] else "no",
        "net": formats.share(row["net"]),
        "gross": formats.share(row["gross"]),
        "kept": formats.money(row["net"] * row["opening"]),
        "opening": formats.money(row["opening"]),
        "sure": interval(row["net_low"], row["net_high"], "share", formats)
        if is_sure
        else based_on(row["customers_opening"], formats),
    }


def _change(change: KeptChange, formats: Formats) -> Text:
    return formats.say(
        "In {period} it was {previous}: a change of {difference} ({interval}).",
        period=formats.period(change.previous_period),
        **_difference(change, formats),
    )


def _grown(last: pd.Series, account: RevenueAccount, formats: Formats) -> Text | None:
    """Say where customers won since make up for what the earlier ones no longer spend."""
    if account.source == "contracts":
        return None
    gained = last["new"] + last["reactivation"]
    if not last["closing"] > last["opening"] > last["closing"] - gained:
        return None
    return formats.say(
        "All customers together brought {closing}, {gained} of it from those who had bought nothing the year "
        "before.",
        closing=formats.money(last["closing"]),
        gained=formats.money(gained),
    )


def _year_change(change: KeptChange, formats: Formats) -> Text:
    return formats.say(
        "A year earlier it was {previous}: a change of {difference} ({interval}).",
        **_difference(change, formats),
    )


def _losses_change(change: KeptChange, formats: Formats) -> Text:
    """Say how the losses changed where they did for certain and what some pay more hides it."""
    return formats.say(
        "Not counting increases, it was {previous}: a change of {difference} ({interval}), hardly by chance.",
        **_difference(change, formats),
    )


def _difference(change: KeptChange, formats: Formats) -> dict[str, Text]:
    return {
        "previous": formats.share(change.previous),
        "difference": formats.points(change.difference),
        "interval": interval(change.difference_low, change.difference_high, "points", formats),
    }


def _verdict(change: KeptChange | None) -> str:
    if change is None:
        return "no clear change"
    return verdict_of(change.difference_low, change.difference_high, more_is_better=True)

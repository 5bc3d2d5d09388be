"""The evidence behind revenue retention as tables."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from retention_utils.columns.revenue_retention import BRIDGE, RATES, YEARS, of_orders
from retention_utils.display import Callout
from retention_utils.display_tables import Column, Table, show_table
from retention_utils.formats import Formats
from retention_utils.periods import parse_period
from retention_utils.revenue_retention import RevenueAccount, bridge_check
from retention_utils.texts import Text

__all__ = [
    "bridge_alt",
    "bridge_steps",
    "bridge_table",
    "bridge_title",
    "cohort_alt",
    "kept_title",
    "rates_table",
    "spans_year",
    "years_table",
]

STEPS = ("new", "reactivation", "expansion", "contraction", "churn")
LOSSES = ("contraction", "churn")


def bridge_steps(account: RevenueAccount, *, formats: Formats) -> pd.DataFrame:
    """Lay the last year, or else the last period, out as steps from what there was to what there is.

    Returns
    -------
    DataFrame
        One row per step, from the top: ``step`` (a key), ``label`` (Text), ``amount`` (money; losses below
        zero), ``base`` (where it begins); empty where there is no period.
    """
    rates = account.year_rates if spans_year(account) else account.rates
    if rates.empty:
        return pd.DataFrame(columns=["step", "label", "amount", "base"])
    last = rates.iloc[-1]
    rows, at = [("opening", last["opening"], 0.0)], float(last["opening"])
    for step in STEPS:
        amount = -float(last[step]) if step in LOSSES else float(last[step])
        rows.append((step, amount, at))
        at += amount
    rows.append(("closing", float(last["closing"]), 0.0))
    table = pd.DataFrame(rows, columns=["step", "amount", "base"])
    labels = [
        formats.say(
            "{step, select, opening {Before} new {New customers} reactivation {Came back} expansion {More} "
            "contraction {Less} churn {{source, select, contracts {Lost} other {Did not buy}}} other "
            "{After}}",
            step=step,
            source=account.source,
        )
        for step in table["step"]
    ]
    return table.assign(label=labels)[["step", "label", "amount", "base"]]


def spans_year(account: RevenueAccount) -> bool:
    """Say whether there is a year to be held against the one before."""
    return len(account.year_rates) > 0 and bool(account.year_rates["net"].notna().iloc[-1])


def bridge_alt(steps: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the steps: each with its amount."""
    if steps.empty:
        return formats.say("There is no period with one before it.")
    told = [
        formats.say("{step}: {amount}", step=label, amount=formats.money(amount))
        for label, amount in zip(steps["label"], steps["amount"], strict=True)
    ]
    return formats.joined(told)


def bridge_title(account: RevenueAccount, *, formats: Formats) -> Text:
    """Name the figure of the steps by what it begins with."""
    if spans_year(account):
        return formats.say("What became of the revenue of a year before")
    return formats.say("What became of the revenue of the period before")


def bridge_table(account: RevenueAccount, *, formats: Formats) -> Table | Callout:
    """List the account of every period, the newest first."""
    check = bridge_check(account.rates)
    return show_table(
        _newest(account.rates, formats),
        _headed(BRIDGE, account),
        key="bridge",
        caption="What made the revenue, newest first",
        note=formats.say(
            "Before + new customers + came back + more − less − {source, select, contracts {lost} other "
            "{did not buy}} = after; so do the customers. It adds up in {hold} of {periods, plural, one "
            "{# row} other {# rows}}. {source, select, contracts {Before and after are monthly "
            "recurring revenue on the evening before and on the last evening; what a customer has in "
            "several contracts is added up.} other {Before is the revenue of the period before. Less and "
            "more are those of customers who bought in both.}}",
            source=account.source,
            hold=check.hold,
            periods=check.periods,
        ),
        formats=formats,
        is_folded=len(account.rates) > 12,
    )


def rates_table(account: RevenueAccount, *, formats: Formats) -> Table | Callout:
    """List how much was kept in every period, the newest first; a note where that is known of none."""
    known = account.rates if account.rates["net"].notna().any() else account.rates.head(0)
    return show_table(
        _newest(known, formats),
        _priced(_headed(RATES, account), known),
        key="rates",
        caption="How much was kept, newest first",
        note=formats.say(
            "Kept: what earlier customers bring now, as a share of what they brought before; without "
            "increases: nobody counts for more than before. Net loss is less and {source, select, contracts "
            "{lost} other {did not buy}}, minus more and came back. Quick ratio: money gained ÷ money lost. "
            "From and to are 95% intervals.",
            source=account.source,
        ),
        formats=formats,
        is_folded=len(account.rates) > 12,
    )


def years_table(account: RevenueAccount, *, formats: Formats) -> Table | Callout | None:
    """List how much was kept over a year, the newest first; None where no year has one before it."""
    rates = account.year_rates[account.year_rates["net"].notna()]
    if rates.empty:
        return None
    newest = rates.iloc[::-1]
    ends = [_year_end(key, formats) for key in newest["period"]]
    return show_table(
        newest.assign(period=ends),
        _headed(YEARS, account),
        key="years",
        caption="How much was kept over a year, newest first",
        note=formats.say(
            "{source, select, contracts {Monthly recurring revenue at the end of the time named, of the "
            "customers there a year before.} overlapping {Monthly recurring revenue at the end of the time "
            "named, of the customers there a year before. Neighbouring rows share most of their time.} other "
            "{Revenue of twelve months against the twelve before, of the same customers.}}",
            source="overlapping" if account.year_step > 1 else account.source,
        ),
        formats=formats,
        is_folded=len(newest) > 12,
    )


def cohort_alt(cohorts: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the lines of the years of joining: how much each still brings at its last age."""
    ends = cohorts.groupby("year").tail(1)
    if ends.empty:
        return formats.say("No year of joining has enough customers.")
    told = [
        formats.say(
            "{year}: {kept} after {periods, plural, one {# period} other {# periods}}",
            year=formats.name(row.year),
            kept=formats.share(row.kept),
            periods=int(row.age),
        )
        for row in ends.itertuples()
    ]
    return formats.joined(told)


def kept_title(*, is_year: bool, formats: Formats) -> Text:
    """Name the figure of revenue kept by what it is held against."""
    if is_year:
        return formats.say("How much of the revenue of a year before is kept")
    return formats.say("How much of the revenue of the period before is kept")


def _priced(columns: Sequence[Column], rates: pd.DataFrame) -> list[Column]:
    """Show cents where a customer brings less than a hundred, as the key figure does."""
    has_cents = rates["per_customer"].max() < 100
    return [
        replace(column, unit="money2") if has_cents and column.name == "per_customer" else column
        for column in columns
    ]


def _headed(columns: tuple[Column, ...], account: RevenueAccount) -> tuple[Column, ...]:
    return of_orders(columns) if account.source == "orders" else columns


def _newest(table: pd.DataFrame, formats: Formats) -> pd.DataFrame:
    newest = table.iloc[::-1]
    return newest.assign(period=[formats.period(key, short=True) for key in newest["period"]])


def _year_end(key: str, formats: Formats) -> Text:
    period = parse_period(key)
    return formats.date(period.last_day) if period.grain == "days" else formats.period(key, short=True)

"""What is said of campaigns without a control: the treated before and after, which is no effect."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.campaigns.before_after import Measure
from retention_utils.campaigns.readout import Readout
from retention_utils.columns.campaign import BEFORE_MONEY, BEFORE_SHARE
from retention_utils.display import Callout, Finding
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import change_interval, interval, money_of, shortened
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = ["before_finding", "before_money_table", "before_share_table"]

CENTS_UNDER = 100  # as unit prices are printed


def before_finding(
    readout: Readout, *, place: int, margin: float, min_customers: int, formats: Formats
) -> Finding | None:
    """Describe what the treated did before and after; None where a control, or contracts, tell more."""
    found = readout.before_after
    if found is None:
        return None
    key = f"before_after_{place}" if place else "before_after"
    values = {
        "campaign": shortened(readout.campaign, formats),
        "days": readout.horizon_days,
        "customers": found.customers,
    }
    if found.ordered is None:
        text = formats.say(
            "“{campaign}”: what the treated did before it and after it cannot be described: that takes "
            "{least} who had bought for the first time more than {days, plural, one {# day} other {# days}} "
            "before they were drawn; {customers, plural, =0 {nobody} other {#}} had.",
            least=min_customers,
            **values,
        )
        return Finding(key, "not enough data", text)
    told = [_ordered(found.ordered, values, formats), _brought(found.brought, margin, formats)]
    last = formats.say(
        "This is a described difference and no effect of the campaign: the season, and whom it was meant "
        "for, change both figures, too. Even without it, whoever is chosen for having been silent "
        "orders more often afterwards, and whoever is chosen for having ordered lately, less often."
    )
    return Finding(key, "with reservations", formats.joined([*told, last], by=" "))


def before_share_table(readouts: Sequence[Readout], *, formats: Formats) -> Table | Callout | None:
    """List how many of the treated ordered before and after; None where that is not described."""
    return _table(
        readouts,
        "ordered",
        BEFORE_SHARE,
        key="before_share",
        caption=formats.say("The treated before and after: how many ordered"),
        formats=formats,
    )


def before_money_table(
    readouts: Sequence[Readout], *, margin: float, formats: Formats
) -> Table | Callout | None:
    """List what a treated customer brought before and after; None where that is not described."""
    caption = formats.say(
        "The treated before and after: {made_of, select, revenue {revenue} other {margin}} of a customer",
        made_of=money_of(margin),
    )
    return _table(readouts, "brought", BEFORE_MONEY, key="before_money", caption=caption, formats=formats)


def _table(
    readouts: Sequence[Readout], measure: str, columns: tuple, *, key: str, caption: Text, formats: Formats
) -> Table | Callout | None:
    told = [each for each in readouts if each.before_after and each.before_after.ordered]
    rows = [
        {
            "campaign": each.campaign,
            "customers": each.before_after.customers,
            **vars(getattr(each.before_after, measure)),
        }
        for each in told
    ]
    if not rows:
        return None
    note = formats.say(
        "A described difference, no effect: nobody was held out. Only customers who had bought for the first "
        "time before the days looked at began: {days, plural, one {# day} other {# days}} before the day of "
        "the draw, and as many from it on. From and to are the 95% interval of the difference, for the same "
        "customers seen twice.",
        days=told[0].horizon_days,
    )
    return show_table(pd.DataFrame(rows), columns, key=key, caption=caption, note=note, formats=formats)


def _ordered(found: Measure, values: dict, formats: Formats) -> Text:
    return formats.say(
        "“{campaign}”: of {customers, plural, one {# treated customer} other {# treated customers}} who had "
        "been there for longer, {before} ({before_sure}) had ordered in the {days, plural, one {# day} other "
        "{# days}} before they were drawn, and {after} ({after_sure}) in as many days from then on: a "
        "difference of {difference} ({sure}).",
        before=formats.share(found.before),
        before_sure=interval(found.before_low, found.before_high, "share", formats),
        after=formats.share(found.after),
        after_sure=interval(found.after_low, found.after_high, "share", formats),
        difference=formats.points(found.difference),
        sure=interval(found.low, found.high, "points", formats),
        **values,
    )


def _brought(found: Measure, margin: float, formats: Formats) -> Text:
    kind = "money2" if max(found.before, found.after) < CENTS_UNDER else "money"
    digits = 2 if kind == "money2" else 0
    return formats.say(
        "A customer brought {before} of {made_of, select, revenue {revenue} other {margin}} before "
        "({before_sure}) and {after} after ({after_sure}): a difference of {difference} ({sure}).",
        made_of=money_of(margin),
        before=formats.money(found.before, digits=digits),
        before_sure=interval(found.before_low, found.before_high, kind, formats),
        after=formats.money(found.after, digits=digits),
        after_sure=interval(found.after_low, found.after_high, kind, formats),
        difference=formats.change(found.difference, kind),
        sure=change_interval(found.low, found.high, kind, formats),
    )

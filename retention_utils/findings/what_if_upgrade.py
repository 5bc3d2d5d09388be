"""What an upgrade is worth, in words and as a table."""

import pandas as pd

from retention_utils.columns.what_if import UPGRADE
from retention_utils.display import Callout, Finding
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import unit_price, unit_span
from retention_utils.formats import Formats

__all__ = ["upgrade_table", "upgrade_worth"]


def upgrade_worth(values: pd.DataFrame, *, share: float, money: str, formats: Formats) -> Finding | None:
    """Say what an upgrade brings while customers stay, and how much more it seems to without regard to that.

    None without a base: the sentences on keeping a customer say so already. ``values`` is from
    :func:`retention_utils.what_if.upgrade.upgrade_values`; ``money`` is ``margin`` or ``revenue``.
    """
    if values.empty:
        return None
    row = values.iloc[-1]
    told = formats.say(
        "A customer active today who from now on spends {share} more, for as long as customers stay, brings "
        "{value} more {money, select, revenue {revenue} other {margin}} in {years, plural, one {# year} "
        "other {# years}} (95% interval {span}). Reckoned as if nobody left and later money were worth as "
        "much as today’s, it would be {plain}; but {active} of today’s customers are expected to be active "
        "then, if they go on leaving as they have.",
        share=formats.stated_share(share),
        value=unit_price(row["value"], formats),
        money=money,
        years=int(row["years"]),
        span=unit_span(row["low"], row["high"], formats),
        plain=unit_price(row["plain"], formats),
        active=formats.share(row["active"]),
    )
    parts = [told]
    if money == "margin":
        parts.append(
            formats.say(
                "Winning such an upgrade pays if all that it costs is less than {value} a customer.",
                value=unit_price(row["value"], formats),
            )
        )
    return Finding("upgrade_worth", "with reservations", formats.joined(parts, by=" "))


def upgrade_table(values: pd.DataFrame, *, share: float, formats: Formats) -> Table | Callout | None:
    """List what an upgrade brings by horizon; None without a base."""
    if values.empty:
        return None
    return show_table(
        values,
        UPGRADE,
        key="upgrade",
        caption="What an upgrade is worth while customers stay",
        note=formats.say(
            "One customer active today spends {share} more from now on: an assumption. Worth: "
            "weighed by who is still active in every month, and discounted. Without leaving: the same for a "
            "customer who never leaves, not discounted. From and to are the 95% interval: how well the "
            "active base is known.",
            share=formats.stated_share(share),
        ),
        formats=formats,
    )

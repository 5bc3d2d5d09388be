"""The groups of customers as a table: those large enough to be spoken of, with a count of the rest."""

from collections.abc import Mapping

import pandas as pd

from retention_utils.columns.segments import QUIET, SEGMENTS
from retention_utils.customer_ids import shown_rows
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import log_covers
from retention_utils.formats import Formats
from retention_utils.segments.sizes import AtRiskValue
from retention_utils.texts import Text

__all__ = ["groups_table", "quiet_table"]


def groups_table(
    sizes: pd.DataFrame,
    *,
    names: Mapping[str, Text],
    min_customers: int,
    log_days: int,
    window_days: int,
    formats: Formats,
) -> Table | Callout:
    """List the groups, the best first.

    Parameters
    ----------
    sizes : DataFrame
        From :func:`retention_utils.segments.sizes.group_sizes`.
    names : mapping
        What the groups are called.
    min_customers : int
        Groups of fewer are left out, and counted beneath.
    log_days, window_days : int
        How long the order log is, and how far the groups look back.
    """
    is_small = sizes["customers"] < min_customers
    how_to_read = formats.say(
        "Shares of customers are of those who bought in the last 24 months; all others are outside the "
        "window."
    )
    notes = [
        how_to_read,
        *log_covers(log_days, window_days, formats),
        *_left_out(sizes[is_small], min_customers, formats),
    ]
    listed = sizes[~is_small]
    return show_table(
        listed.assign(label=listed["group"].map(names)),
        SEGMENTS,
        key="segments",
        caption="The groups, best first: customers and what they brought in the last 365 days",
        note=formats.joined(notes, by=" "),
        intervals=(
            "From and to are the 95% interval: the true value probably lies in it; wide means few data."
        ),
        formats=formats,
    )


def quiet_table(
    listed: pd.DataFrame, risk: AtRiskValue, *, names: Mapping[str, Text], is_hashed: bool, formats: Formats
) -> Table | None:
    """List by name those whom the playbook would win back; None where nothing can be said of them.

    Parameters
    ----------
    listed : DataFrame
        From :func:`retention_utils.segments.quiet.quiet_list`.
    risk : AtRiskValue
        From :func:`retention_utils.segments.sizes.at_risk_value`.
    names : mapping
        What the groups are called.
    is_hashed : bool
        Whether ids are hashed.
    """
    if listed.empty or pd.isna(risk.share):
        return None
    note = formats.say(
        "The groups At risk and Can't lose{whole, select, yes {} other {: of {customers}, the {listed} who "
        "spent most}}. All of them count as lapsed, so nobody stands on the list of fading customers, too. "
        "Some may also be on the risk list: write to these once.",
        whole="yes" if len(listed) == risk.customers else "no",
        customers=formats.count(risk.customers),
        listed=formats.count(len(listed)),
    )
    return show_table(
        shown_rows(listed.assign(label=listed["group"].map(names)), is_hashed=is_hashed),
        QUIET,
        key="quiet_list",
        caption="Good customers who went quiet, those who spent most first",
        note=note,
        formats=formats,
        is_folded=True,
    )


def _left_out(small: pd.DataFrame, min_customers: int, formats: Formats) -> list[Text]:
    if small.empty:
        return []
    told = formats.say(
        "Left out: {groups, plural, one {# group} other {# groups}} of fewer than {least} customers, "
        "{customers, plural, =0 {empty} one {with # customer in all} other {with # customers in all}}.",
        groups=len(small),
        least=min_customers,
        customers=int(small["customers"].sum()),
    )
    return [told]

"""The tables of campaigns: all of them side by side, who was drawn, how many the next one needs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retention_utils.campaigns.readout import Readout
from retention_utils.campaigns.uplift import Uplift, customers_needed
from retention_utils.columns.campaign import ARMS, CAMPAIGNS, NEEDED, RELATIVE
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import shortened
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["EVIDENCE", "arms_table", "campaign_rows", "campaigns_table", "needed_table", "relative_table"]

MORE = (0.01, 0.02, 0.05)
LEAST_P = 0.001  # a smaller one is printed as below it
EVIDENCE = {
    "random": message("a fair comparison"),
    "unlike": message("groups unlike each other"),
    "no control": message("no control group"),
    "too few": message("too few customers"),
    "too recent": message("too recent"),
    "nobody": message("no known customers"),
}
ARM_NAMES = {
    "treatment": message("treated"),
    "control": message("control"),
    "others": message("not in the campaign"),
}
UPLIFT = ("treated", "share", "controls", "control_share", "difference", "low", "high")


def campaigns_table(readouts: Sequence[Readout], *, formats: Formats) -> Table | Callout:
    """List all campaigns, the best evidence first."""
    rows = [
        {
            "campaign": each.campaign,
            "first_day": each.first_day,
            "worth": formats.say(EVIDENCE[each.evidence]),
            **{name: getattr(each.uplift, name, np.nan) for name in UPLIFT},
        }
        for each in readouts
    ]
    table = pd.DataFrame(rows, columns=[column.name for column in CAMPAIGNS])
    nobody = table["controls"] == 0
    table.loc[nobody, ["controls", "control_share"]] = np.nan
    return show_table(
        table,
        CAMPAIGNS,
        key="campaigns",
        caption="All campaigns",
        note=(
            "Everybody counts in the group they were drawn into, whether or not the offer reached them. "
            "Only a fair comparison shows an effect. Of several campaigns one in twenty is outside its "
            "interval by chance. From and to are 95% intervals."
        ),
        formats=formats,
    )


def relative_table(readouts: Sequence[Readout], *, formats: Formats) -> Table | Callout | None:
    """List the fair comparisons in parts of the control's share, and how sure they are; None without any."""
    rows = [
        {"campaign": each.campaign, **vars(each.uplift), "p_value": _chance(each.uplift, formats)}
        for each in readouts
        if each.evidence == "random"
    ]
    if not rows:
        return None
    return show_table(
        pd.DataFrame(rows),
        RELATIVE,
        key="relative",
        caption="Fair comparisons: how large and how sure",
        note=(
            "The first column is the difference divided by the share of the control group that stayed. By "
            "chance alone: how often groups that the campaign does not change would differ by so much. The "
            "last column is what so many customers show in four of five cases."
        ),
        formats=formats,
    )


def arms_table(readouts: Sequence[Readout], *, formats: Formats) -> Table | Callout:
    """Account for everybody drawn, campaign by campaign and arm by arm."""
    tables = [each.account.assign(campaign=each.campaign) for each in readouts]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    if len(table):
        table = table.assign(
            arm_name=[formats.say(ARM_NAMES[arm]) for arm in table["arm"]],
            retained=table["retained"].where(table["judged"] > 0),
        )
    return show_table(
        table,
        ARMS,
        key="arms",
        caption="Who was drawn, and who is judged",
        note=(
            "Left out are those drawn into both groups, those who were not customers before the day of the "
            "draw or are under no such id, and those drawn too recently. Nothing that came after the draw "
            "leaves anybody out. Who is in another campaign, too, stays in. The cost is that of all drawn; "
            "set against what the campaign brought is the part of those judged."
        ),
        formats=formats,
    )


def campaign_rows(readouts: Sequence[Readout], *, formats: Formats) -> pd.DataFrame:
    """Return the differences of all campaigns that have one, as a chart draws them."""
    rows = [
        (formats.name(each.campaign), each.uplift.difference, each.uplift.low, each.uplift.high,
         each.evidence == "random")
        for each in readouts
        if each.uplift is not None and each.uplift.controls
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["label", "difference", "low", "high", "is_fair"])


def needed_table(readouts: Sequence[Readout], *, formats: Formats) -> Table | Callout | None:
    """Say how many customers the next campaign needs in each arm; None where no share is known."""
    told = [each for each in readouts if each.uplift is not None]
    if not told:
        return None
    found = told[0].uplift
    share = found.control_share if found.controls else found.share
    return show_table(
        customers_needed(share, MORE),
        NEEDED,
        key="needed",
        caption="How many customers the next campaign needs",
        note=formats.say(
            "So that so many more would be found in four of five cases, at 95%, with groups of one size and "
            "{share} staying without a campaign, as in “{campaign}”.",
            share=formats.share(share),
            campaign=shortened(told[0].campaign, formats),
        ),
        formats=formats,
    )


def _chance(found: Uplift, formats: Formats) -> Text:
    if found.p_value < LEAST_P:
        return formats.say("below {limit}", limit=formats.number(LEAST_P, digits=3))
    return formats.number(found.p_value, digits=3)

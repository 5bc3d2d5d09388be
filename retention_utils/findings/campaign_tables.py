"""The tables of campaigns, and the rows of their figures."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retention_utils.campaigns.balance import IMBALANCE_P
from retention_utils.campaigns.readout import Readout
from retention_utils.campaigns.uplift import Uplift, customers_needed
from retention_utils.columns.campaign import ARMS, BALANCE, CAMPAIGNS, GROUPS, MONEY, NEEDED, RELATIVE
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import money_of
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = [
    "arms_table",
    "balance_alt",
    "balance_rows",
    "balance_table",
    "campaign_rows",
    "campaigns_table",
    "group_rows",
    "groups_table",
    "money_table",
    "needed_table",
    "relative_table",
]

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
TRAITS = {
    "tenure_months": message("Months since joining"),
    "silence_days": message("Days since the last order"),
    "purchases_before": message("Orders in the year before"),
    "revenue_before": message(
        "{source, select, contracts {Monthly revenue} other {Revenue in as many days}}"
    ),
    "is_running": message("Under contract"),
    "drawn_on": message("Day of the draw, from the first"),
}
THIRDS = {
    "contracts": (message("joined last"), message("the middle third"), message("there for longest")),
    "orders": (message("silent for longest"), message("the middle third"), message("bought last")),
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
        table = table.assign(arm_name=[formats.say(ARM_NAMES[arm]) for arm in table["arm"]])
    return show_table(
        table,
        ARMS,
        key="arms",
        caption="Who was drawn, and who is judged",
        note=(
            "Left out are those drawn into both groups, those who were not customers before the day of the "
            "draw or are under no such id, and those drawn too recently. Nothing that came after the draw "
            "leaves anybody out. Who is in another campaign, too, stays in."
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


def balance_rows(readout: Readout | None, *, formats: Formats) -> pd.DataFrame:
    """Return what was known before with its name, as table and chart show it."""
    if readout is None or readout.balance is None:
        return pd.DataFrame(columns=["label", "treatment", "control", "difference"])
    table = readout.balance.table
    labels = [_trait(row, readout.source, formats) for row in table.itertuples()]
    written = {
        arm: [_figure(trait, value, formats) for trait, value in zip(table["trait"], table[arm], strict=True)]
        for arm in ("treatment", "control")
    }
    return table.assign(label=labels, **written)[["label", "treatment", "control", "difference"]]


def balance_table(readout: Readout | None, *, formats: Formats) -> Table | Callout:
    """List what was known before the draw, arm beside arm."""
    p_value = np.nan if readout is None or readout.balance is None else readout.balance.p_value
    note = formats.say("Means of the customers judged; the difference is in spreads of one customer.")
    if not np.isnan(p_value):
        joint = formats.say(
            "{is_rare, select, yes {Groups drawn by lot would be as unlike as this, all traits together, in "
            "less than {limit} of cases.} other {Groups drawn by lot would be as unlike as this, all traits "
            "together, in {chance} of cases.}} That they pass does not prove that they were drawn by lot.",
            is_rare="yes" if p_value < IMBALANCE_P / 10 else "no",
            limit=formats.share(IMBALANCE_P / 10),
            chance=formats.share(p_value),
        )
        note = formats.joined([note, joint, *_ratio_note(readout, formats)], by=" ")
    return show_table(
        balance_rows(readout, formats=formats),
        BALANCE,
        key="balance",
        caption="Were the two groups alike before?",
        note=note,
        formats=formats,
    )


def balance_alt(rows: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the dots: which trait lies furthest apart."""
    if rows.empty:
        return formats.say("Nothing was known of the customers before.")
    row = rows.loc[rows["difference"].abs().idxmax()]
    return formats.say(
        "Furthest apart are the two groups in “{trait}”: {treatment} and {control}.",
        trait=row["label"],
        treatment=row["treatment"],
        control=row["control"],
    )


def money_table(readout: Readout | None, *, margin: float, formats: Formats) -> Table | Callout:
    """Show what a customer brought, with and without what was paid before taken into account."""
    rows = []
    if readout is not None and readout.money is not None:
        labels = (
            formats.say("without regard to payments before"),
            formats.say("payments before taken into account"),
        )
        found = (readout.plain_money, readout.money)
        rows = [{"label": label, **vars(each)} for label, each in zip(labels, found, strict=True)]
    return show_table(
        pd.DataFrame(rows, columns=[column.name for column in MONEY]),
        MONEY,
        key="money",
        caption=formats.say(
            "{made_of, select, revenue {Revenue} other {Margin}} of a customer after the draw",
            made_of=money_of(margin),
        ),
        note=_money_note(readout, formats),
        formats=formats,
    )


def group_rows(readout: Readout | None, *, formats: Formats) -> pd.DataFrame:
    """Return the groups by risk with their names, as table and chart show them."""
    if readout is None or len(readout.groups) < 2:
        return pd.DataFrame(columns=["label", "difference", "low", "high", "is_fair"])
    names = THIRDS[readout.source]
    labels = [formats.say(names[int(risk)]) for risk in readout.groups["risk"]]
    return readout.groups.assign(label=labels, is_fair=True)


def groups_table(readout: Readout | None, *, formats: Formats) -> Table | Callout:
    """List the uplift of thirds of the customers, the likeliest to leave first."""
    return show_table(
        group_rows(readout, formats=formats),
        GROUPS,
        key="groups",
        caption="Whom did it move?",
        note=(
            "Thirds of the customers by one trait that was known before and chosen beforehand, the likeliest "
            "to leave first. The intervals are wider than usual, so that all of them hold together in 95% of "
            "cases."
        ),
        formats=formats,
    )


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
            "{share} staying without a campaign, as in “{campaign}”. A blank: more than all cannot stay.",
            share=formats.share(share),
            campaign=formats.name(told[0].campaign),
        ),
        formats=formats,
    )


def _trait(row: tuple, source: str, formats: Formats) -> Text:
    if row.plan:
        return formats.say("Plan “{plan}”", plan=formats.name(row.plan))
    return formats.say(TRAITS[row.trait], source=source)


def _chance(found: Uplift, formats: Formats) -> Text:
    if found.p_value < LEAST_P:
        return formats.say("below {limit}", limit=formats.number(LEAST_P, digits=3))
    return formats.number(found.p_value, digits=3)


def _figure(trait: str, value: float, formats: Formats) -> Text:
    if trait in ("plan", "is_running"):
        return formats.share(value)
    return formats.money(value, digits=2) if trait == "revenue_before" else formats.number(value, digits=1)


def _ratio_note(readout: Readout, formats: Formats) -> list[Text]:
    if np.isnan(readout.ratio_p):
        if readout.evidence == "no control":
            return []
        return [
            formats.say(
                "Which share was to be treated is not stated (treatment_share), so the sizes of the groups "
                "are not tested."
            )
        ]
    return [
        formats.say(
            "Sizes of the groups as far from the {share} planned come about by lot in {chance} of cases.",
            share=formats.share(readout.planned_share, digits=0),
            chance=formats.share(readout.ratio_p),
        )
    ]


def _money_note(readout: Readout | None, formats: Formats) -> Text | str:
    if readout is None or readout.money is None:
        return ""
    return formats.say(
        "Within {days, plural, one {# day} other {# days}} from the draw. {source, select, contracts {The "
        "monthly revenue of the evening before} other {What a customer paid in as many days before}} "
        "foretells {explained} of how customers differ; it is taken off both groups alike (CUPED), which "
        "makes up for groups that paid differently before and narrows the interval. From and to are 95% "
        "intervals (Welch).",
        source=readout.source,
        days=readout.horizon_days,
        explained=formats.share(readout.money.explained, digits=0),
    )

"""The tables of one campaign, group beside group: before the draw, in money, by risk."""

import numpy as np
import pandas as pd

from retention_utils.campaigns.readout import Readout
from retention_utils.columns.campaign import BALANCE, GROUPS, MONEY
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import money_of
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = [
    "balance_alt",
    "balance_rows",
    "balance_table",
    "group_rows",
    "groups_table",
    "money_table",
]

LEAST_P = 0.001  # a smaller one is printed as below it
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


def balance_rows(readout: Readout | None, *, formats: Formats) -> pd.DataFrame:
    """Return what was known before with its name, as table and chart show it."""
    if readout is None or readout.uplift is None or readout.checks.balance is None:
        return pd.DataFrame(columns=["label", "treatment", "control", "difference"])
    table = readout.checks.balance.table
    labels = [_trait(row, readout.source, formats) for row in table.itertuples()]
    written = {
        arm: [_figure(trait, value, formats) for trait, value in zip(table["trait"], table[arm], strict=True)]
        for arm in ("treatment", "control")
    }
    return table.assign(label=labels, **written)[["label", "treatment", "control", "difference"]]


def balance_table(readout: Readout | None, *, formats: Formats) -> Table | Callout:
    """List what was known before the draw, arm beside arm."""
    rows = balance_rows(readout, formats=formats)
    note = [formats.say("Means of the customers judged; the difference is in spreads of one customer.")]
    if len(rows):
        note += [_joint_note(readout.checks.balance.p_value, formats), *_ratio_note(readout, formats)]
    return show_table(
        rows,
        BALANCE,
        key="balance",
        caption="Were the two groups alike before?",
        note=formats.joined(note, by=" "),
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
        found = (readout.money.plain, readout.money.adjusted)
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


def _trait(row: tuple, source: str, formats: Formats) -> Text:
    if row.plan:
        return formats.say("Plan “{plan}”", plan=formats.name(row.plan))
    return formats.say(TRAITS[row.trait], source=source)


def _figure(trait: str, value: float, formats: Formats) -> Text:
    if trait in ("plan", "is_running"):
        return formats.share(value)
    return formats.money(value, digits=2) if trait == "revenue_before" else formats.number(value, digits=1)


def _joint_note(p_value: float, formats: Formats) -> Text:
    return formats.say(
        "{is_rare, select, yes {Groups drawn by lot would be as unlike as this, all traits together, in less "
        "than {limit} of cases.} other {Groups drawn by lot would be as unlike as this, all traits together, "
        "in {chance} of cases.}} That they pass does not prove that they were drawn by lot.",
        is_rare="yes" if p_value < LEAST_P else "no",
        limit=formats.share(LEAST_P),
        chance=formats.share(p_value),
    )


def _ratio_note(readout: Readout, formats: Formats) -> list[Text]:
    if np.isnan(readout.checks.ratio_p):
        if readout.evidence == "no control":
            return []
        return [
            formats.say(
                "Which share was to be treated is not stated, so the sizes of the groups are not tested."
            )
        ]
    return [
        formats.say(
            "Sizes of the groups as far from the {share} planned come about by lot in {chance} of cases.",
            share=formats.share(readout.checks.planned_share, digits=0),
            chance=formats.share(readout.checks.ratio_p),
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
        "intervals (Welch). The means are the same in both rows; in the second one it is taken off the "
        "difference alone, which so is not that of the two means beside it.",
        source=readout.source,
        days=readout.horizon_days,
        explained=formats.share(readout.money.adjusted.explained, digits=0),
    )

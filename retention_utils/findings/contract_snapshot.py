"""What a list of customers without dates says: who is there, what was lost, and what it cannot tell."""

import pandas as pd

from retention_utils.columns.contract_snapshot import GROUPS, LIVES
from retention_utils.contract_snapshot import SnapshotState
from retention_utils.contract_survival.projection import ContractLife
from retention_utils.display import Callout, Finding, supply
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import billing_words, interval, unit_price
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = [
    "group_difference",
    "group_lines_alt",
    "group_lines_title",
    "groups_table",
    "lives_table",
    "revenue_lost",
    "taken_for_granted",
    "who_is_there",
    "without_dates",
]


def who_is_there(state: SnapshotState, *, within: int | None, formats: Formats) -> Finding:
    """Answer how many are there, what they bring, and which share has left."""
    there = formats.say(
        "{running, plural, one {# customer of} other {# customers of}} {rows} on the list {running, plural, "
        "one {is} other {are}} still there and {running, plural, one {brings} other {bring}} {mrr} a month, "
        "{each} each.",
        running=state.running,
        rows=formats.count(state.rows),
        mrr=formats.money(state.mrr),
        each=unit_price(state.mrr / max(state.running, 1), formats),
    )
    if pd.isna(state.share):
        few = formats.say(
            "{ended, plural, =0 {Nobody has} one {# has} other {# have}} left; the list is too short for a "
            "share.",
            ended=state.ended,
        )
        return Finding("snapshot", "not enough data", formats.joined([there, few], by=" "), is_headline=True)
    left = {
        "share": formats.share(state.share),
        "ended": state.ended,
        "interval": interval(state.low, state.high, "share", formats),
    }
    if within is None:
        told = formats.say(
            "{share} have left ({ended}, {interval}). When, the list does not say, so that this is the churn "
            "of no month: it grows with the age of the list.",
            **left,
        )
    else:
        told = formats.say(
            "{share} left in the last {months, plural, one {month} other {# months}} ({ended}, {interval}): "
            "that is the churn of {months, plural, one {this month} other {these # months}}, of all who were "
            "there in {months, plural, one {it} other {them}}.",
            months=within,
            **left,
        )
    text = formats.joined([there, told], by=" ")
    return Finding("snapshot", "with reservations", text, is_headline=True)


def revenue_lost(state: SnapshotState, *, formats: Formats) -> Finding | None:
    """Say what those who left brought; None where nobody left."""
    if not state.ended or pd.isna(state.lost_share):
        return None
    text = formats.say(
        "{ended, plural, one {The one who left} other {The # who left}} brought {lost} a month: {share} of "
        "what all on the list together would bring ({interval}). {compared, select, more {Those who left "
        "paid more than those who stay.} less {Those who left paid less than those who stay.} other {They "
        "paid neither clearly more nor clearly less than those who stay.}}",
        ended=state.ended,
        lost=formats.money(state.lost_mrr),
        share=formats.share(state.lost_share),
        interval=interval(state.lost_low, state.lost_high, "share", formats),
        compared=_compared(state),
    )
    return Finding("revenue_lost", "with reservations", text)


def group_difference(
    table: pd.DataFrame, tests: pd.DataFrame, *, by: str, formats: Formats
) -> Finding | None:
    """Say which group lasts longest and which shortest, if they differ; None if nothing can be compared."""
    known = table[table["survival"].notna()]
    tested = tests[tests["by"] == by]
    if len(known) < 2 or tested.empty:
        return None
    best, worst = known.loc[known["survival"].idxmax()], known.loc[known["survival"].idxmin()]
    if not tested["is_apart"].iloc[0]:
        text = formats.say(
            "Whether customers last longer in one {by, select, plan {plan} other {group}} than in another "
            "cannot be told from chance.",
            by=by,
        )
        return Finding(f"life_by_{by}", "no clear change", text)
    text = formats.say(
        "{by, select, plan {Plans} other {Groups}} differ by more than chance in how long customers last: in "
        "“{best}” {most} are there after {best_months, plural, one {# month} other {# months}} "
        "({most_interval}), in “{worst}” {least} after {worst_months, plural, one {# month} other {# "
        "months}} ({least_interval}). Why, the list does not say.",
        by=by,
        best=formats.name(best["name"]),
        most=formats.share(best["survival"]),
        best_months=int(best["months"]),
        most_interval=_survival_interval(best, formats),
        worst=formats.name(worst["name"]),
        least=formats.share(worst["survival"]),
        worst_months=int(worst["months"]),
        least_interval=_survival_interval(worst, formats),
    )
    return Finding(f"life_by_{by}", "yes", text)


def without_dates(*, formats: Formats) -> Callout:
    """Say which questions a list without dates cannot answer, and what would."""
    text = formats.say(
        "The list is the state of one day, so it cannot say whether more leave than before, whether newer "
        "customers stay longer, how many join or come back, or what was gained and lost from one month to "
        "the next. All of that needs the day on which each contract began and ended."
    )
    return supply("undated_contracts", formats.say("Trend, cohorts by date, customers who come back"), text)


def taken_for_granted(*, within: int | None, formats: Formats) -> Callout:
    """Say what has to hold for the curve to be right."""
    whom = formats.say(
        "{within, select, ever {It is taken that the list holds everyone who ever was a customer: if those "
        "who left long ago are not in it, customers seem to last longer than they do.} other {It is taken "
        "that of those who left the list holds all and only those of the time stated: if it holds others, "
        "customers seem to last shorter than they do.}} The client file says which.",
        within="ever" if within is None else "months",
    )
    mixed = formats.say(
        "Customers of long standing joined long ago: if times, prices or the offer have changed since, those "
        "who join now may last longer or shorter."
    )
    title = formats.say("What the curve takes for granted")
    return Callout("snapshot_assumptions", "info", title, formats.joined([whom, mixed], by=" "))


def groups_table(table: pd.DataFrame, *, by: str, formats: Formats) -> Table | Callout:
    """List the groups, the largest first."""
    return show_table(
        table,
        GROUPS,
        key=f"groups_{by}",
        caption=formats.say(
            "{by, select, plan {Plans} other {Groups}}: who is there, who left, how long they last", by=by
        ),
        note=(
            "Still there then: share that lives through so many months, a year where that was seen, by "
            "Kaplan and Meier. From and to are 95% intervals. Groups with too few customers have counts only."
        ),
        formats=formats,
        is_folded=len(table) > 12,
    )


def lives_table(lives: list[ContractLife], *, formats: Formats) -> Table | Callout:
    """List the curves: as seen, and as the model has them."""
    parts = [_with_model(life, formats) for life in lives]
    return show_table(
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(),
        LIVES,
        key="lives",
        caption="How many contracts live through each renewal",
        note="From and to are 95% intervals; those of the model take for granted that it is right.",
        formats=formats,
        is_folded=True,
    )


def group_lines_alt(table: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the lines: where each stands after a year, or as far as it was seen."""
    known = table[table["survival"].notna()]
    if known.empty:
        return formats.say("No group has enough customers.")
    told = [
        formats.say(
            "{name}: {share} after {months, plural, one {# month} other {# months}}",
            name=formats.name(row.name),
            share=formats.share(row.survival),
            months=int(row.months),
        )
        for row in known.itertuples(index=False)
    ]
    return formats.joined(told)


def group_lines_title(by: str, *, formats: Formats) -> Text:
    """Name the figure by what tells its lines apart."""
    return formats.say("How long customers last, by {by, select, plan {plan} other {group}}", by=by)


def _compared(state: SnapshotState) -> str:
    if state.lost_low > state.share:
        return "more"
    return "less" if state.lost_high < state.share else "alike"


def _survival_interval(row: pd.Series, formats: Formats) -> Text:
    low, high = row[["survival_low", "survival_high"]].fillna(row["survival"])
    return interval(low, high, "share", formats)


def _with_model(life: ContractLife, formats: Formats) -> pd.DataFrame:
    names = {"survival": "expected", "low": "expected_low", "high": "expected_high"}
    seen = life.observed.assign(billing=billing_words(life.billed_every, formats))
    if not life.is_projected:
        return seen.assign(**dict.fromkeys(names.values(), float("nan")))
    return seen.merge(life.projected.rename(columns=names), on="renewal", how="left")

"""What the families of churn definitions say, the rows of the churn gap's tables, its charts in words."""

import pandas as pd

from retention_utils.churn_gap.families import EVERYONE, WITH_CONTRACT, WITH_NORM
from retention_utils.churn_gap.recommendation import GapRecommendation
from retention_utils.display import Finding
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = [
    "churn_families",
    "curve_alt",
    "family_rows",
    "rule_rows",
    "trade_off_alt",
]

GROUP_WORDS = {
    EVERYONE: message("Everyone"),
    WITH_CONTRACT: message("With a contract"),
    WITH_NORM: message("With a norm"),
}
FAMILY_WORDS = {
    "inactivity": message("Inactivity"),
    "decline": message("Decline"),
    "termination": message("Termination"),
}


def churn_families(
    families: pd.DataFrame,
    *,
    decline_share: float,
    follow_up_days: int,
    min_customers: int,
    formats: Formats,
) -> Finding:
    """Say whether customers who buy less than usual leave more often, among those on whom it can be tried."""
    judged = families[families["group"] == WITH_NORM].set_index("family")
    decline = judged.loc["decline"]
    others = decline["customers"] - decline["flagged"]
    values = {"flagged": formats.count(decline["flagged"]), "others": formats.count(others)}
    if pd.isna(decline["difference"]):
        text = formats.say(
            "Whether customers who buy less than usual leave more often cannot be said yet. Among those who "
            "buy often enough for it to show, that needs {least} who bought less (here {flagged, plural, =0 "
            "{none} other {#}}) and {least} who did not (here {others, plural, =0 {none} other {#}}).",
            least=min_customers,
            **values,
        )
        return Finding("churn_families", "not enough data", text)
    is_clear = decline["difference_low"] > 0
    text = formats.say(
        "{is_clear, select, yes {Customers who buy less than usual for them leave more often} other "
        "{Customers who buy less than usual for them do not clearly leave more often}}: {difference} "
        "against the {others, plural, one {# other} other {# others}} ({difference_interval}). Of {flagged} "
        "who twice in a row bought or spent at least {decline} less, {precision} then bought nothing for "
        "{days} ({interval}).",
        is_clear="yes" if is_clear else "no",
        decline=formats.share(decline_share, digits=0),
        precision=formats.share(decline["precision"]),
        days=formats.days(follow_up_days),
        interval=interval(decline["low"], decline["high"], "share", formats),
        difference=formats.points(decline["difference"]),
        difference_interval=interval(
            decline["difference_low"], decline["difference_high"], "points", formats
        ),
        **values,
    )
    return Finding("churn_families", "yes" if is_clear else "no clear change", text)


def family_rows(families: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Put families and the groups they are tried on into words; groups without anyone are left out."""
    tried = families[families["customers"] > 0]
    return tried.assign(
        group=[formats.say(GROUP_WORDS[group]) for group in tried["group"]],
        family=[formats.say(FAMILY_WORDS[family]) for family in tried["family"]],
    )


def rule_rows(
    found: GapRecommendation,
    *,
    in_force: int,
    percentile: int | None,
    false_churn: int | None,
    formats: Formats,
) -> pd.DataFrame:
    """List the gap in force, the recommended one and two rules of thumb, one row each.

    Returns
    -------
    DataFrame
        ``rule`` (words), ``gap_days``, ``low``, ``high`` (days; NaN where there is none).
    """
    say = formats.say
    rows = [
        (say("In force"), in_force, None, None),
        (say("Best in the test: tells leavers and returners apart best"), found.gap_days,
         found.low, found.high),
        (say("Rule of thumb: 80% of gaps between two purchases are no longer"), percentile, None, None),
        (say("Rule of thumb: the shortest gap tried with at most 10% false churn"), false_churn, None, None),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["rule", "gap_days", "low", "high"])
    return table.astype({name: "float64" for name in ("gap_days", "low", "high")})


def trade_off_alt(backtest: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the two lines of the trade-off: where they begin and where they end."""
    known = backtest.dropna(subset=["late_share", "wrong_share"])
    if known.empty:
        return formats.say("No gap can be tested.")
    first, last = known.iloc[0], known.iloc[-1]
    return formats.say(
        "From a gap of {first} to one of {last}, the share of leavers not flagged yet rises from "
        "{first_late} to {last_late}, and the share of returners flagged in error falls from {first_wrong} "
        "to {last_wrong}.",
        first=formats.days(first["gap_days"]),
        last=formats.days(last["gap_days"]),
        first_late=formats.share(first["late_share"]),
        last_late=formats.share(last["late_share"]),
        first_wrong=formats.share(first["wrong_share"]),
        last_wrong=formats.share(last["wrong_share"]),
    )


def curve_alt(curve: pd.DataFrame, *, days: int, formats: Formats) -> Text:
    """Describe the curve of gaps: how many purchases are followed by another within some days."""
    known = curve[curve["days"] <= days]
    if known.empty or curve["days"].iloc[-1] < days:
        return formats.say(
            "The log does not show yet how many purchases are followed by another within {days}.",
            days=formats.days(days),
        )
    return formats.say(
        "{share} of purchases are followed by another within {days}.",
        share=formats.share(known["ended"].iloc[-1]),
        days=formats.days(days),
    )

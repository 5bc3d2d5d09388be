"""Key figures of the churn gap, what the families of definitions say, and the rows of its tables."""

import pandas as pd

from retention_utils.churn_gap.families import EVERYONE, WITH_CONTRACT, WITH_NORM
from retention_utils.churn_gap.recommendation import GapRecommendation
from retention_utils.display import Finding, Kpi
from retention_utils.findings.words import count_or_none, days_interval, interval
from retention_utils.formats import Formats

__all__ = [
    "churn_families",
    "curve_alt",
    "false_churn_kpi",
    "family_rows",
    "leavers_caught_kpi",
    "recommended_gap_kpi",
    "rule_rows",
    "trade_off_alt",
]

GROUP_WORDS = {
    EVERYONE: "Everyone",
    WITH_CONTRACT: "With a contract",
    WITH_NORM: "With a norm",
}


def recommended_gap_kpi(found: GapRecommendation, *, formats: Formats) -> Kpi:
    """Give the recommended gap as a key figure."""
    key, label = "recommended_gap", "Recommended churn gap"
    if found.gap_days is None:
        basis = "too little data" if found.shortage == "data" else "silence does not show who leaves"
        return Kpi(key, label, "—", None, basis=basis, verdict="not enough data")
    return Kpi(
        key=key,
        label=label,
        value=formats.days(found.gap_days),
        number=found.gap_days,
        interval=days_interval(found.low, found.high, formats),
        basis=f"n = {formats.count(found.customers)}",
    )


def false_churn_kpi(tested: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the share of those flagged by the gap in force who came back as a key figure.

    Parameters
    ----------
    tested : DataFrame
        From :func:`retention_utils.churn_gap.backtest.gap_backtest`, for the gap in force alone.
    """
    return _share_kpi(
        tested,
        ("false_churn", "low", "high"),
        ("returned", "flagged"),
        Kpi("false_churn", "Flagged as lost, but came back (false churn)", "—", None),
        formats,
    )


def leavers_caught_kpi(tested: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the share of the leavers whom the gap in force had flagged as a key figure.

    Parameters
    ----------
    tested : DataFrame
        From :func:`retention_utils.churn_gap.backtest.gap_backtest`, for the gap in force alone.
    """
    return _share_kpi(
        tested,
        ("caught_share", "caught_low", "caught_high"),
        ("caught", "leavers"),
        Kpi("leavers_caught", "Leavers already flagged as lost", "—", None),
        formats,
    )


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
    if pd.isna(decline["difference"]):
        least = formats.count(min_customers)
        text = (
            "Whether customers who buy less than usual leave more often cannot be said yet. Among those who "
            f"buy often enough for it to show, that needs {least} who bought less (here "
            f"{count_or_none(decline['flagged'], formats)}) and {least} who did not (here "
            f"{count_or_none(others, formats)})."
        )
        return Finding("churn_families", "not enough data", text)
    is_clear = decline["difference_low"] > 0
    answer = (
        "Customers who buy less than usual for them leave more often"
        if is_clear
        else "Customers who buy less than usual for them do not clearly leave more often"
    )
    text = (
        f"{answer}: of {formats.count(decline['flagged'])} who twice in a row bought or spent at least "
        f"{formats.share(decline_share, digits=0)} less, {formats.share(decline['precision'])} then bought "
        f"nothing for {formats.days(follow_up_days)} "
        f"({interval(decline['low'], decline['high'], 'share', formats)}), a difference of "
        f"{formats.points(decline['difference'])} against the {formats.count(others)} others "
        f"({interval(decline['difference_low'], decline['difference_high'], 'points', formats)})."
    )
    return Finding("churn_families", "yes" if is_clear else "no clear change", text)


def family_rows(families: pd.DataFrame) -> pd.DataFrame:
    """Put families and the groups they are tried on into words; groups without anyone are left out."""
    tried = families[families["customers"] > 0]
    return tried.assign(group=tried["group"].map(GROUP_WORDS), family=tried["family"].str.capitalize())


def rule_rows(
    found: GapRecommendation, *, in_force: int, percentile: int | None, false_churn: int | None
) -> pd.DataFrame:
    """List the gap in force, the recommended one and two rules of thumb, one row each.

    Returns
    -------
    DataFrame
        ``rule`` (words), ``gap_days``, ``low``, ``high`` (days; NaN where there is none).
    """
    rows = [
        ("In force", in_force, None, None),
        ("Recommended: tells leavers and returners apart best", found.gap_days,
         found.low, found.high),
        ("Rule of thumb: 80% of gaps between two purchases are no longer", percentile, None, None),
        ("Rule of thumb: the shortest gap tried with at most 10% false churn", false_churn, None, None),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["rule", "gap_days", "low", "high"])
    return table.astype({name: "float64" for name in ("gap_days", "low", "high")})


def trade_off_alt(backtest: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the two lines of the trade-off: where they begin and where they end."""
    known = backtest.dropna(subset=["late_share", "wrong_share"])
    if known.empty:
        return "No gap can be tested."
    first, last = known.iloc[0], known.iloc[-1]
    return (
        f"From a gap of {formats.days(first['gap_days'])} to one of {formats.days(last['gap_days'])}, the "
        f"share of leavers not flagged yet rises from {formats.share(first['late_share'])} to "
        f"{formats.share(last['late_share'])}, and the share of returners flagged in error falls from "
        f"{formats.share(first['wrong_share'])} to {formats.share(last['wrong_share'])}."
    )


def curve_alt(curve: pd.DataFrame, *, days: int, formats: Formats) -> str:
    """Describe the curve of gaps: how many purchases are followed by another within some days."""
    known = curve[curve["days"] <= days]
    if known.empty or curve["days"].iloc[-1] < days:
        return (
            "The log does not show yet how many purchases are followed by another within "
            f"{formats.days(days)}."
        )
    return (
        f"{formats.share(known['ended'].iloc[-1])} of purchases are followed by another within "
        f"{formats.days(days)}."
    )


def _share_kpi(
    tested: pd.DataFrame, shares: tuple[str, str, str], counts: tuple[str, str], blank: Kpi, formats: Formats
) -> Kpi:
    row = tested.iloc[0]
    share, low, high = (row[name] for name in shares)
    gap_days = formats.days(row["gap_days"])
    if pd.isna(share):
        basis = f"too few customers to test {gap_days} on"
        return Kpi(blank.key, blank.label, "—", None, basis=basis, verdict="not enough data")
    return Kpi(
        key=blank.key,
        label=blank.label,
        value=formats.share(share),
        number=round(float(share), 4),
        interval=interval(low, high, "share", formats),
        basis=f"{formats.count(row[counts[0]])} of {formats.count(row[counts[1]])} at {gap_days}",
    )

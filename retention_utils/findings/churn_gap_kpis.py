"""Key figures of the churn gap."""

import pandas as pd

from retention_utils.churn_gap.recommendation import GapRecommendation
from retention_utils.display import Kpi
from retention_utils.findings.words import based_on, days_interval, interval
from retention_utils.formats import BLANK, Formats
from retention_utils.texts import Text

__all__ = ["false_churn_kpi", "leavers_caught_kpi", "recommended_gap_kpi"]


def recommended_gap_kpi(found: GapRecommendation, *, formats: Formats) -> Kpi:
    """Give the best gap in the test as a key figure."""
    key, label = "recommended_gap", formats.say("Best churn gap in the test")
    if found.gap_days is None:
        if found.shortage == "data":
            basis = formats.say("too little data")
        else:
            basis = formats.say("silence does not show who leaves")
        return Kpi(key, label, formats.name(BLANK), None, basis=basis, verdict="not enough data")
    return Kpi(
        key=key,
        label=label,
        value=formats.days(found.gap_days),
        number=found.gap_days,
        interval=days_interval(found.low, found.high, formats),
        basis=based_on(found.customers, formats),
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
        ("false_churn", formats.say("Flagged as lost, but came back (false churn)")),
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
        ("leavers_caught", formats.say("Leavers already flagged as lost")),
        formats,
    )


def _share_kpi(
    tested: pd.DataFrame,
    shares: tuple[str, str, str],
    counts: tuple[str, str],
    heading: tuple[str, Text],
    formats: Formats,
) -> Kpi:
    row = tested.iloc[0]
    share, low, high = (row[name] for name in shares)
    gap = formats.days(row["gap_days"])
    if pd.isna(share):
        basis = formats.say("too few customers to test {gap} on", gap=gap)
        return Kpi(*heading, formats.name(BLANK), None, basis=basis, verdict="not enough data")
    part, whole = (formats.count(row[name]) for name in counts)
    return Kpi(
        *heading,
        value=formats.share(share),
        number=round(float(share), 4),
        interval=interval(low, high, "share", formats),
        basis=formats.say("{part} of {whole} at {gap}, the gap in force", part=part, whole=whole, gap=gap),
    )

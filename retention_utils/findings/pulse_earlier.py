"""What a figure was earlier: in the periods before the two compared, and in the same period a year before."""

import pandas as pd

from retention_utils.display import Verdict
from retention_utils.formats import Formats, Kind
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["EARLIER", "against_earlier", "earlier_churn", "held_verdict", "measured", "with_year"]

EARLIER = 3  # periods before the two compared that are looked at, too


def earlier_churn(churn: pd.Series, verdict: str) -> tuple[float, float] | None:
    """Return the lowest and highest churn of those periods; None where they do not all speak against it.

    Parameters
    ----------
    churn : Series
        Period by period, the last at the end.
    verdict : str
        Of the last period against the one before.
    """
    churn = churn.iloc[-2 - EARLIER :]
    if len(churn) < EARLIER + 2 or churn.isna().any() or verdict not in ("better", "worse"):
        return None
    last, earlier = churn.iloc[-1], churn.iloc[:EARLIER]
    if not (last > earlier.max() if verdict == "better" else last < earlier.min()):
        return None
    return float(earlier.min()), float(earlier.max())


def held_verdict(churn: pd.Series, verdict: Verdict) -> Verdict:
    """Take back a verdict that the periods before the last two all speak against: one odd period made it."""
    return "with reservations" if earlier_churn(churn, verdict) else verdict


def against_earlier(churn: pd.Series, verdict: str, *, grain: Grain, formats: Formats) -> Text | None:
    """Say that the periods before the last two all speak against the verdict; None where they do not."""
    earlier = earlier_churn(churn, verdict)
    return earlier and formats.say(
        "But in each of the {periods} {grain, select, week {weeks} quarter {quarters} year {years} month "
        "{months} other {periods}} before the last two it was {verdict, select, better {lower} other "
        "{higher}}: {low} to {high}.",
        verdict=verdict,
        grain=grain,
        periods=EARLIER,
        low=formats.share(earlier[0]),
        high=formats.share(earlier[1]),
    )


def measured(comparison: pd.DataFrame, measure: str) -> pd.Series:
    """Return the row of one measure, from :func:`retention_utils.pulse_orders.comparisons`."""
    return comparison.set_index("measure").loc[measure]


def with_year(basis: list[Text], row: pd.Series, kind: Kind, formats: Formats) -> Text:
    """Add what the figure is against the same period a year earlier, where there is one."""
    if pd.isna(row["year_change"]):
        return formats.joined(basis)
    against = formats.say(
        "{change} against {period}",
        change=formats.change(row["year_change"], kind),
        period=formats.period(row["year_period"], short=True),
    )
    return formats.joined([*basis, against])

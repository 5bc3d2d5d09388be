"""What the figures of cohort retention show, for who reads them and for who cannot see them."""

import pandas as pd

from retention_utils.cohorts.heat import drawable_cells
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["heatmap_alt", "heatmap_caption", "pooled_alt"]


def heatmap_alt(later: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the heat map: how many cohorts, and between which shares they lie."""
    shares = later["retention"].dropna()
    if shares.empty:
        return formats.say("No cohort is large enough for a share.")
    return formats.say(
        "Heat map of {cohorts, plural, one {# cohort} other {# cohorts}}; the share that bought lies between "
        "{least} and {most}.",
        cohorts=formats.count(later["period"].nunique()),
        least=formats.share(shares.min()),
        most=formats.share(shares.max()),
    )


def heatmap_caption(
    retention: pd.DataFrame, later: pd.DataFrame, marks: pd.DataFrame, *, formats: Formats
) -> Text:
    """Say how to read the heat map, and what of the cohorts it leaves out.

    Parameters
    ----------
    retention : DataFrame
        Every cohort, from :func:`retention_utils.cohorts.retention.cohort_retention`.
    later : DataFrame
        Those drawn, from :func:`retention_utils.cohorts.heat.heat_cells`.
    marks : DataFrame
        From :func:`retention_utils.cohorts.events.marked_cells`.
    """
    read = formats.say(
        "Each row is a cohort with its number of customers; the further right, the later. The "
        "more a cell stands out from the page, the larger the share."
    )
    sentences = [read, *_too_small(later, formats), *_left_out(retention, later, formats)]
    if len(marks):
        marked = formats.say(
            "Framed cells lie in a period with an event, every period on a diagonal of its own; the numbers "
            "are those of the events in their table."
        )
        sentences.append(marked)
    return formats.joined(sentences, by=" ")


def _too_small(later: pd.DataFrame, formats: Formats) -> list[Text]:
    if later.groupby("cohort")["retention"].count().all():
        return []
    return [formats.say("A dashed frame marks a cohort too small for shares.")]


def _left_out(retention: pd.DataFrame, later: pd.DataFrame, formats: Formats) -> list[Text]:
    every, sentences = drawable_cells(retention), []
    if 0 < len(later) < len(every):
        cut = formats.say(
            "Drawn are the newest {drawn} of {cohorts, plural, one {# cohort} other {# cohorts}}, up to "
            "{periods, plural, one {# period} other {# periods}} after joining; the table of every cohort "
            "has the others.",
            drawn=formats.count(later["cohort"].nunique()),
            cohorts=formats.count(every["cohort"].nunique()),
            periods=formats.count(later["age"].max()),
        )
        sentences.append(cut)
    if not retention["is_comparable"].all():
        left_out = formats.say("Cohorts that may hold old customers, or lack days, are not drawn.")
        sentences.append(left_out)
    return sentences


def pooled_alt(pooled: pd.DataFrame, *, grain: Grain, formats: Formats) -> Text:
    """Describe the pooled curve: where it begins and where it ends."""
    if pooled.empty:
        return formats.say("No cohort has been followed yet.")
    first, last = pooled.iloc[0], pooled.iloc[-1]
    return formats.say(
        "Line from {first} in {grain, select, week {week} month {month} quarter {quarter} year {year} "
        "other {period}} {first_age} after joining to {last} in {grain, select, week {week} month {month} "
        "quarter {quarter} year {year} other {period}} {last_age} after joining.",
        grain=grain,
        first=formats.share(first["retention"]),
        first_age=formats.count(first["age"]),
        last=formats.share(last["retention"]),
        last_age=formats.count(last["age"]),
    )

"""The evidence behind the value of customers without contracts, as tables."""

import pandas as pd

from retention_utils.columns.value import (
    ALIVE,
    COHORT_VALUE,
    HOLDOUT,
    MINIMUMS,
    PARAMETERS,
    SEGMENT_SHARES,
    SEGMENT_VALUE,
    SPEND,
    VALUE,
)
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.value import value_note
from retention_utils.findings.value_everyone import model_total
from retention_utils.findings.value_tables import cohort_words, minimums_words, rounded_values
from retention_utils.findings.value_words import named
from retention_utils.formats import Formats
from retention_utils.segments.groups import group_names
from retention_utils.texts import Text
from retention_utils.value_models.appraisal import Appraisal
from retention_utils.what_if.active_year import COUNT, ActiveYear
from retention_utils.what_if.everyone import EveryoneYear

__all__ = ["order_tables"]


def order_tables(
    appraisal: Appraisal,
    *,
    year: ActiveYear | None,
    everyone: EveryoneYear | None = None,
    formats: Formats,
) -> list[Table | Callout]:
    """List the test, the values by frequency, cohort and group, who is still there, spend and parameters."""
    return [
        *_tests(appraisal, formats),
        *_values(appraisal, model_total(everyone, formats=formats), formats),
        _groups(appraisal, year, formats),
        *_models(appraisal, formats),
    ]


def _tests(appraisal: Appraisal, formats: Formats) -> list[Table | Callout]:
    return [
        show_table(
            named(appraisal.rehearsal.errors, formats=formats),
            HOLDOUT,
            key="holdout",
            caption="The test: what the models expected of the test weeks, and what came",
            note=(
                "Own past rate simply carries on what each customer did before. Errors per customer are in "
                "purchases, too many or too few alike; the typical error (root mean square) gives large "
                "misses more weight. The model with the smallest makes the forecast."
            ),
            formats=formats,
        )
    ]


def _values(appraisal: Appraisal, total: Text | None, formats: Formats) -> list[Table | Callout]:
    ends = formats.say(
        "From and to are the 95% interval of what comes, if the model is right; the test above says how far "
        "it was off."
    )
    means = formats.say(
        "Customers who have stopped buying are in the mean. From and to are the 95% interval of the mean of "
        "what comes, if the model is right."
    )
    return [
        show_table(
            rounded_values(appraisal.by_frequency),
            VALUE,
            key="value",
            caption="Expected value of all customers so far",
            note=value_note(ends, appraisal, total=total, formats=formats),
            formats=formats,
        ),
        show_table(
            cohort_words(appraisal.by_cohort, formats=formats),
            COHORT_VALUE,
            key="value_by_cohort",
            caption="Expected value of all customers so far, by when they joined",
            note=value_note(means, appraisal, total=total, formats=formats),
            formats=formats,
            is_folded=True,
        ),
    ]


def _groups(appraisal: Appraisal, year: ActiveYear | None, formats: Formats) -> Table | Callout:
    """Give the groups' money where the model's year of an active customer is in use, else their shares."""
    is_counted = year is not None and year.used.method == COUNT
    note = formats.say(
        "The groups are those of the chapter on segments. {counted, select, yes {Shares alone: for active "
        "customers the count was nearer to what came, on the past, than the model, so the money of their "
        "year stands in the chapter on what better retention is worth.} other {From and to are the 95% "
        "interval of the mean of what comes, if the model is right.}}",
        counted="yes" if is_counted else "no",
    )
    return show_table(
        _by_segment(appraisal, formats),
        SEGMENT_SHARES if is_counted else SEGMENT_VALUE,
        key="value_by_segment",
        caption="Expected value of all customers so far, by the group they are in",
        note=note,
        formats=formats,
    )


def _models(appraisal: Appraisal, formats: Formats) -> list[Table | Callout]:
    return [
        show_table(
            appraisal.active,
            ALIVE,
            key="alive",
            caption="How many are probably still customers, by the models",
            note=(
                "Not the active customers of base movement: no churn gap is used here, each silence is "
                "weighed against the customer's own past. BG/NBD counts everyone who bought once as still a "
                "customer, so it is never quoted. From and to are the 95% interval."
            ),
            formats=formats,
        ),
        show_table(
            appraisal.spend_by_frequency,
            SPEND,
            key="spend",
            caption="Do frequent customers spend more per purchase?",
            formats=formats,
        ),
        show_table(
            appraisal.parameters,
            PARAMETERS,
            key="parameters",
            caption="What the models estimated from all data, time in weeks",
            formats=formats,
            is_folded=True,
        ),
        show_table(
            minimums_words(appraisal.requirements, formats=formats),
            MINIMUMS,
            key="minimums",
            caption="What the models need, and what there is",
            note=(
                "Klaviyo, a marketing platform, publishes its thresholds for such forecasts; the others are "
                "ours. The same is asked of the data before the test weeks."
            ),
            formats=formats,
            is_folded=True,
        ),
    ]


def _by_segment(appraisal: Appraisal, formats: Formats) -> pd.DataFrame:
    table = rounded_values(appraisal.by_segment)
    if table.empty:
        return table
    names = group_names(formats)
    return table.assign(segment=[names[group] for group in table["segment"]])

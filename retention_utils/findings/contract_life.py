"""What is said of how long contracts last and what is still to come from them."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.columns.revenue_retention import WORTH
from retention_utils.contract_survival.projection import ContractLife, Trial
from retention_utils.display import Callout, Finding
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.words import based_on, interval
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = ["contract_life_finding", "life_alt", "life_title", "worth_table"]

SEEN_AT, EXPECTED_AT = {"month": 12, "year": 1}, {"month": 24, "year": 3}  # renewals


def contract_life_finding(life: ContractLife, *, formats: Formats) -> Finding:
    """Say how many contracts live through a year, what a model expects, and how right it was before."""
    parts = [_seen(life, formats)]
    if life.is_projected:
        parts += [_expected(life, formats), _tried(life.trial, formats)]
    else:
        parts.append(_why_not(life, formats))
    trial, verdict = life.trial, "not enough data" if life.is_dated else "with reservations"
    if life.is_projected:
        verdict = "yes" if trial.low <= trial.expected <= trial.high else "with reservations"
    key = f"contract_life_{life.billed_every}"
    return Finding(key, verdict, formats.joined(parts, by=" "))


def life_title(life: ContractLife, *, formats: Formats) -> Text:
    """Name the figure by which contracts it shows."""
    return formats.say(
        "How long contracts last that are paid by the {every, select, month {month} other {year}}",
        every=life.billed_every,
    )


def life_alt(life: ContractLife, *, formats: Formats) -> Text:
    """Describe the lines: what was seen, and what is expected."""
    parts = [_seen(life, formats), *([_expected(life, formats)] if life.is_projected else [])]
    return formats.joined(parts, by=" ")


def worth_table(lives: Sequence[ContractLife], *, formats: Formats) -> Table | Callout | None:
    """List what running contracts are still worth, by their age; None where no model looks ahead."""
    used = [life for life in lives if life.is_projected]
    if not used:
        return None
    return show_table(
        pd.concat([_billed(life, formats) for life in used], ignore_index=True),
        WORTH,
        key="worth",
        caption="What a running contract still brings, by its age",
        note=formats.say(
            "By renewals lived through: each row holds those from its number up to the next row's. Stay: "
            "expected to be running a year on. "
            "Payments: expected from now on, the next one in full, later ones discounted at {discount} a "
            "year. It is revenue, by the model, without end: a contract that has lasted is expected to "
            "last.",
            discount=formats.share(used[0].annual_discount_rate, digits=0),
        ),
        formats=formats,
    )


def _billed(life: ContractLife, formats: Formats) -> pd.DataFrame:
    every = formats.say("{every, select, month {month} other {year}}", every=life.billed_every)
    return life.worth.assign(billing=every)


def _seen(life: ContractLife, formats: Formats) -> Text:
    observed = life.observed
    at = min(SEEN_AT[life.billed_every], int(observed["renewal"].max()))
    row = observed.set_index("renewal").loc[at]
    is_sure = pd.notna(row["low"]) and at > 0
    return formats.say(
        "Of contracts paid by the {every, select, month {month} other {year}}, {share} live through "
        "{renewals, plural, one {# renewal} other {# renewals}} ({sure}).",
        every=life.billed_every,
        share=formats.share(row["survival"]),
        renewals=at,
        sure=interval(row["low"], row["high"], "share", formats)
        if is_sure
        else based_on(life.contracts, formats),
    )


def _expected(life: ContractLife, formats: Formats) -> Text:
    at = min(EXPECTED_AT[life.billed_every], int(life.projected["renewal"].max()))
    row = life.projected.set_index("renewal").loc[at]
    return formats.say(
        "The model expects {share} to live through {renewals, plural, one {# renewal} other {# renewals}} "
        "({interval}).",
        share=formats.share(row["survival"]),
        renewals=at,
        interval=interval(row["low"], row["high"], "share", formats),
    )


def _tried(trial: Trial, formats: Formats) -> Text:
    return formats.say(
        "Tried on the past: of the {contracts, plural, one {# contract} other {# contracts}} that ran a "
        "year ago it expected {expected} to be running still; {actual} are ({interval}).",
        contracts=trial.contracts,
        expected=formats.share(trial.expected),
        actual=formats.share(trial.actual),
        interval=interval(trial.low, trial.high, "share", formats),
    )


def _why_not(life: ContractLife, formats: Formats) -> Text:
    if not life.is_dated:
        return formats.say("No model looks ahead: without dates it could not be tried on the past.")
    if life.model is None or life.trial is None:
        return formats.say(
            "No model looks ahead: too few contracts have ended, now or a year ago, to fit one."
        )
    return formats.joined(
        [_tried(life.trial, formats), formats.say("That is too far off for the model to be used.")], by=" "
    )

"""What is said of how long contracts last and what is still to come from them."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.columns.revenue_retention import WORTH
from retention_utils.contract_survival.billing import PER_YEAR
from retention_utils.contract_survival.payment_trial import PaymentTrial
from retention_utils.contract_survival.projection import ContractLife
from retention_utils.contract_survival.residual import StillToCome
from retention_utils.contract_survival.trials import AgeTrial
from retention_utils.display import Callout, Finding
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.contract_families import left_out_words, projection_verdict, tested_words
from retention_utils.findings.words import based_on, billing_words, interval, three_digits
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = [
    "billing_difference",
    "contract_life_finding",
    "life_alt",
    "life_title",
    "to_come_finding",
    "worth_table",
]

# Renewals up to which it is told what was seen, and what is expected.
SEEN_AT, EXPECTED_AT = PER_YEAR, {"week": 104, "month": 24, "quarter": 8, "half_year": 4, "year": 3}
LONGEST_FIRST = ("year", "half_year", "quarter")


def contract_life_finding(life: ContractLife, *, formats: Formats) -> Finding:
    """Say how many contracts live through a year, what a model expects, and how right it was before."""
    parts = [_seen(life, formats)]
    if life.is_projected:
        parts += [_expected(life, formats), _tried(life.trial, formats), *_left_out(life, formats)]
    else:
        parts.append(_why_not(life, formats))
    verdict = projection_verdict(life.families) if life.is_dated else "with reservations"
    key = f"contract_life_{life.billed_every}"
    return Finding(key, verdict, formats.joined(parts, by=" "))


def to_come_finding(life: ContractLife, *, formats: Formats) -> Finding | None:
    """Say what running contracts are expected to bring, and to lose in a year; None without a model."""
    to_come = life.to_come
    if to_come is None:
        return None
    lost, lost_low, lost_high = to_come.at_risk
    text = formats.say(
        "In a year, by the model, {share} of the monthly revenue of the {contracts, plural, one {# running "
        "contract} other {# running contracts}} paid by the {every, select, week {week} month {month} "
        "quarter {quarter} half_year {half-year} other {year}} will be gone: {lost} of {mrr} "
        "({lost_interval}). In all, {money} of revenue is still to come ({interval}; later payments "
        "discounted at {discount} a year). So far ahead nothing could be tested: that sum is the model's "
        "word alone.",
        contracts=to_come.contracts,
        every=life.billed_every,
        mrr=formats.money(to_come.mrr),
        lost=formats.money(three_digits(lost)),
        share=formats.share(lost / to_come.mrr),
        lost_interval=interval(three_digits(lost_low), three_digits(lost_high), "money", formats),
        money=formats.money(three_digits(to_come.money)),
        interval=interval(three_digits(to_come.low), three_digits(to_come.high), "money", formats),
        discount=formats.share(life.annual_discount_rate, digits=0),
    )
    if to_come.paused:
        text = formats.joined([text, _paused(to_come, formats)], by=" ")
    return Finding(f"still_to_come_{life.billed_every}", "with reservations", text)


def billing_difference(lives: Sequence[ContractLife], *, formats: Formats) -> Finding | None:
    """Say whether who pays for the longest stays through a year more often than who pays by the month.

    None if a year is not seen of either.
    """
    of_year = {
        life.billed_every: life.observed.set_index("renewal").loc[SEEN_AT[life.billed_every]]
        for life in lives
        if SEEN_AT[life.billed_every] in life.observed["renewal"].to_numpy()
    }
    every = next((every for every in LONGEST_FIRST if every in of_year), None)
    if every is None or "month" not in of_year:
        return None
    told = {
        name: value
        for word, row in (("month", of_year["month"]), ("longer", of_year[every]))
        for name, value in (
            (word, formats.share(row["survival"])),
            (f"{word}_interval", interval(*row[["low", "high"]].fillna(row["survival"]), "share", formats)),
        )
    }
    is_apart = of_year[every]["low"] > of_year["month"]["high"]
    text = formats.say(
        "Of contracts paid by the {every, select, quarter {quarter} half_year {half-year} other {year}}, "
        "{longer} go on after the first year ({longer_interval}), of those paid by the month {month} "
        "({month_interval}). {apart, select, yes {The difference is more than chance; those who pay for "
        "longer may be another kind of customer, so it is no proof that the payment makes it.} other {Those "
        "paid for longer do not clearly go on more often.}}",
        every=every,
        apart="yes" if is_apart else "no",
        **told,
    )
    return Finding("billing_difference", "yes" if is_apart else "no clear change", text)


def life_title(life: ContractLife, *, formats: Formats) -> Text:
    """Name the figure by which contracts it shows."""
    return formats.say(
        "How long contracts last that are paid by the {every, select, week {week} month {month} quarter "
        "{quarter} half_year {half-year} other {year}}",
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
            "expected to be running a year on, by the plans of those that run now: where plans that lose "
            "more have grown, that is less than what earlier contracts did. "
            "Payments: expected from now on, the next one in full, later ones discounted at {discount} a "
            "year. It is revenue, by the model, without end: a contract that has lasted is expected to "
            "last.",
            discount=formats.share(used[0].annual_discount_rate, digits=0),
        ),
        formats=formats,
    )


def _paused(to_come: StillToCome, formats: Formats) -> Text:
    return formats.say(
        "{paused, plural, one {# of these contracts is paused: the {money} a month that it brought before is "
        "in these sums as if it went on} other {# of these contracts are paused: the {money} a month that "
        "they brought before is in these sums as if they went on}}, and not in the monthly recurring revenue "
        "(MRR).",
        paused=to_come.paused,
        money=formats.money(to_come.paused_mrr),
    )


def _billed(life: ContractLife, formats: Formats) -> pd.DataFrame:
    return life.worth.assign(billing=billing_words(life.billed_every, formats))


def _seen(life: ContractLife, formats: Formats) -> Text:
    observed = life.observed
    at = min(SEEN_AT[life.billed_every], int(observed["renewal"].max()))
    row = observed.set_index("renewal").loc[at]
    is_sure = pd.notna(row["low"]) and at > 0
    return formats.say(
        "Of contracts paid by the {every, select, week {week} month {month} quarter {quarter} half_year "
        "{half-year} other {year}}, {share} live through "
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


def _tried(trial: PaymentTrial | AgeTrial, formats: Formats) -> Text:
    if isinstance(trial, AgeTrial):
        return formats.say(
            "Tried on what it had not seen: fitted on the first {fitted, plural, one {# renewal} other {# "
            "renewals}} alone, it expected {expected} of the {contracts, plural, one {# contract} other {# "
            "contracts}} seen beyond them to reach renewal {reached}; {actual} do ({interval}).",
            fitted=trial.fitted_to,
            contracts=trial.contracts,
            reached=formats.count(trial.reached),
            expected=formats.share(trial.expected),
            actual=formats.share(trial.actual),
            interval=interval(trial.low, trial.high, "share", formats),
        )
    return tested_words(trial, formats=formats)


def _left_out(life: ContractLife, formats: Formats) -> list[Text]:
    if not life.left_out:
        return []
    told = formats.say("Not in what is expected:")
    return [told, left_out_words(life.left_out, formats=formats)]


def _why_not(life: ContractLife, formats: Formats) -> Text:
    if life.trial is None and not life.is_dated:
        return formats.say(
            "No model looks ahead: too few contracts have ended to fit one and to try it on later renewals."
        )
    if life.trial is None:
        return formats.say(
            "No model looks ahead: too few contracts have ended, now or a year ago, to fit one."
        )
    return formats.joined(
        [_tried(life.trial, formats), formats.say("That is too far off for the model to be used.")], by=" "
    )

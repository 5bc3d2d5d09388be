"""Which contracts a model may look ahead for, said alike in every chapter that does."""

from collections.abc import Sequence

from retention_utils.contract_survival.families import ContractFamily
from retention_utils.contract_survival.payment_trial import PaymentTrial
from retention_utils.contract_value.plans import PlanValue
from retention_utils.display import Verdict
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = ["is_short", "left_out_words", "plan_words", "projection_verdict", "tested_words"]

Families = Sequence[ContractFamily] | Sequence[PlanValue]
MOST_NAMED = 5  # plans named one by one where they share a model


def projection_verdict(families: Families) -> Verdict:
    """Say whether what is expected of these contracts can be relied on."""
    used = [family for family in families if not family.refused]
    if not used:
        return "not enough data" if is_short(families) else "no"
    is_whole = not any(family.refused and family.contracts for family in families)
    return "yes" if is_whole and all(each.trial.is_within_chance for each in used) else "with reservations"


def is_short(families: Families) -> bool:
    """Whether nothing but too few ended contracts stands in the way."""
    return all(family.refused in ("too few", "untested") for family in families)


def left_out_words(families: Families, *, formats: Formats) -> Text:
    """Name the contracts that no model looks ahead for, and say why."""
    each = [
        formats.say(
            "{plan} ({contracts, plural, one {# running contract} other {# running contracts}}): {why, "
            "select, few {too few contracts have ended} flat {no differences between customers can be told} "
            "untested {too few contracts had ended a year ago for a test} other {the model failed the test "
            "on the last year}}.",
            plan=plan_words(
                family.group.plan, family.group.billed_every, family.group.plans, formats=formats
            ),
            contracts=formats.count(family.contracts),
            why={"too few": "few"}.get(family.refused, family.refused),
        )
        for family in families
    ]
    return formats.joined(each, by=" ")


def tested_words(trial: PaymentTrial, *, formats: Formats) -> Text:
    """Say how far the models were off on the last year, and of how much money."""
    return formats.say(
        "Tested on the last year, the models expected {off} {direction, select, low {fewer} other {more}} "
        "payments than were made by the {contracts, plural, one {# contract} other {# contracts}} that ran "
        "then: {expected} of the money due was expected, {actual} came.",
        off=formats.share(abs(trial.bias_share)),
        direction="low" if trial.bias_share < 0 else "high",
        contracts=formats.count(trial.contracts),
        expected=formats.share(trial.expected / trial.due),
        actual=formats.share(trial.actual / trial.due),
    )


def plan_words(plan: str, billed_every: str, plans: Sequence[str] = (), *, formats: Formats) -> Text:
    """Name a group of contracts by its plan and by how often it is paid; small plans share a name.

    Parameters
    ----------
    plans : sequence of str
        The plans that share it, to be named one by one if they are few.
    """
    if plan:
        return formats.say(
            "“{plan}”, paid by the {every, select, week {week} month {month} quarter {quarter} half_year "
            "{half-year} other {year}}",
            plan=formats.name(plan),
            every=billed_every,
        )
    if 1 < len(plans) <= MOST_NAMED:
        return formats.say(
            "{plans}, paid by the {every, select, week {week} month {month} quarter {quarter} half_year "
            "{half-year} other {year}}, taken together",
            plans=formats.listed([formats.say("“{plan}”", plan=formats.name(each)) for each in plans]),
            every=billed_every,
        )
    return formats.say(
        "All other contracts paid by the {every, select, week {week} month {month} quarter {quarter} "
        "half_year {half-year} other {year}}",
        every=billed_every,
    )

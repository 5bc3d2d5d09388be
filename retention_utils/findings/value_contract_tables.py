"""The evidence behind the value of contracts, as tables and as what the charts are made from."""

import pandas as pd

from retention_utils.columns.value import CONTRACT_HOLDOUT, CONTRACT_PARAMETERS, CONTRACT_VALUE, NEW_CONTRACT
from retention_utils.contract_value.appraisal import ContractAppraisal
from retention_utils.contract_value.plans import MONEY
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.contract_families import plan_words
from retention_utils.findings.words import money_of, three_digits
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = ["contract_tables", "paid_alt", "paid_bars", "residual_alt", "residual_table"]

ENDS = [0.025, 0.975]
ENDS_OF_MONEY = [f"{name}_{end}" for name in MONEY for end in ("low", "high")]


def contract_tables(appraisal: ContractAppraisal, *, formats: Formats) -> list[Table | Callout]:
    """List what the plans are worth, how the models did on the last year, and their parameters."""
    worth = _worth(appraisal, formats)
    return [
        show_table(
            worth[worth["contracts"] > 0],
            CONTRACT_VALUE,
            key="contracts",
            caption="What running contracts are still to bring, plan by plan",
            note=_worth_note(appraisal, formats),
            formats=formats,
        ),
        show_table(
            worth[worth["new_within"].notna()],
            NEW_CONTRACT,
            key="new_contracts",
            caption="What a new contract is expected to bring, plan by plan",
            note=formats.say(
                "{money, select, revenue {Revenue} other {Margin}}, discounted to the first payment, which "
                "is included; the payment itself is before margin, on average of the running contracts. "
                "From and to are the 95% interval of the mean, if the model is right.",
                money=money_of(appraisal.margin_share),
            ),
            formats=formats,
        ),
        show_table(
            _tests(appraisal, formats),
            CONTRACT_HOLDOUT,
            key="holdout",
            caption="The test: what the models expected of the last year, and what came",
            note=(
                "Payments of contracts that ran a year ago, at the prices of then. The models knew what was "
                "known on that day. From and to are the 95% interval of what was to be expected; constant "
                "churn takes everyone to be as likely to leave, as formulas do. A model that missed by more "
                "than a tenth, and by more than chance, is not used."
            ),
            formats=formats,
        ),
        show_table(
            _parameters(appraisal, formats),
            CONTRACT_PARAMETERS,
            key="parameters",
            caption="What the models estimated of all contracts",
            note="The chance of leaving at a renewal follows a beta distribution with these parameters.",
            formats=formats,
            is_folded=True,
        ),
    ]


def residual_table(appraisal: ContractAppraisal, *, formats: Formats) -> pd.DataFrame:
    """Name the lines of what a running contract is still to bring; money keeps three digits."""
    if appraisal.residual.empty:
        return appraisal.residual
    table = appraisal.residual.copy()
    for name in ("money", "low", "high"):
        table[name] = table[name].map(three_digits)
    names = [
        plan_words(plan, every, formats=formats)
        for plan, every in zip(table["plan"], table["billed_every"], strict=True)
    ]
    return table.assign(series=names)[["series", "months", "money", "low", "high"]]


def residual_alt(appraisal: ContractAppraisal, *, formats: Formats) -> Text:
    """Describe the lines: where each begins and ends."""
    if appraisal.residual.empty:
        return formats.say("There are not enough data for the models.")
    told = []
    for row in residual_table(appraisal, formats=formats).groupby("series", sort=False):
        first, last = row[1].iloc[0], row[1].iloc[-1]
        told.append(
            formats.say(
                "{plan}: {first} of a new one, {last} after {months, plural, one {# month} other {# months}}",
                plan=first["series"],
                first=formats.money(first["money"]),
                last=formats.money(last["money"]),
                months=int(last["months"]),
            )
        )
    return formats.joined(told)


def paid_bars(appraisal: ContractAppraisal, *, formats: Formats) -> pd.DataFrame:
    """Put what was paid and what was expected one below the other, by months under contract."""
    if appraisal.by_months.empty:
        return appraisal.by_months
    names = {
        "actual": formats.say("actual"),
        "model": formats.say("expected by the model"),
        "constant": formats.say("at a constant churn"),
    }
    parts = [
        appraisal.by_months[["label"]].assign(
            series=[name] * len(appraisal.by_months), purchases=appraisal.by_months[kind]
        )
        for kind, name in names.items()
    ]
    return pd.concat(parts, ignore_index=True)


def paid_alt(appraisal: ContractAppraisal, *, formats: Formats) -> Text:
    """Describe the bars: the youngest and the oldest contracts."""
    if appraisal.by_months.empty:
        return formats.say("There are not enough data for the models.")
    each = [
        formats.say(
            "Of contracts {months} months old a year ago, {actual} of the payments due were made, {model} "
            "expected by the model, {constant} at a constant churn.",
            months=formats.name(row["label"]),
            **{name: formats.share(row[name]) for name in ("actual", "model", "constant")},
        )
        for _, row in appraisal.by_months.iloc[[0, -1]].iterrows()
    ]
    return formats.joined(each, by=" ")


def _worth(appraisal: ContractAppraisal, formats: Formats) -> pd.DataFrame:
    rows = []
    for plan in appraisal.plans:
        row = {
            "plan": plan_words(plan.group.plan, plan.group.billed_every, formats=formats),
            "contracts": plan.contracts,
            "price": plan.price,
        }
        for name in MONEY:
            row[name] = three_digits(getattr(plan, name) * appraisal.margin_share)
            low, high = (
                plan.draws[name].quantile(ENDS) * appraisal.margin_share if plan.is_valued else (None, None)
            )
            row |= {f"{name}_low": low and three_digits(low), f"{name}_high": high and three_digits(high)}
        rows.append(row)
    return pd.DataFrame(rows, columns=["plan", "contracts", "price", *MONEY, *ENDS_OF_MONEY])


def _worth_note(appraisal: ContractAppraisal, formats: Formats) -> Text:
    return formats.say(
        "{money, select, revenue {Revenue} other {Margin}}, discounted to today; a payment is before "
        "margin. Ahead: what is expected at renewals in the next {months, plural, one {month} other {# "
        "months}}. From and to are the 95% interval if the model is right. A contract belongs to the plan "
        "it began with.",
        money=money_of(appraisal.margin_share),
        months=formats.count(appraisal.horizon_months),
    )


def _tests(appraisal: ContractAppraisal, formats: Formats) -> pd.DataFrame:
    rows = [
        {
            "plan": plan_words(plan.group.plan, plan.group.billed_every, formats=formats),
            "contracts": trial.contracts,
            "due": trial.due,
            "expected": three_digits(trial.expected),
            "low": three_digits(trial.low),
            "high": three_digits(trial.high),
            "actual": trial.actual,
            "bias_share": trial.bias_share,
            "constant_bias_share": trial.constant_bias_share,
        }
        for plan in appraisal.plans
        if (trial := plan.trial)
    ]
    return pd.DataFrame(rows)


def _parameters(appraisal: ContractAppraisal, formats: Formats) -> pd.DataFrame:
    rows = []
    for plan in (plan for plan in appraisal.plans if plan.model):
        fits = pd.DataFrame(
            [(fit.alpha, fit.beta) for fit in plan.fits], columns=["alpha", "beta"], dtype=float
        )
        for name in ("alpha", "beta"):
            low, high = fits[name].quantile(ENDS)
            rows.append(
                {
                    "plan": plan_words(plan.group.plan, plan.group.billed_every, formats=formats),
                    "parameter": name,
                    "estimate": getattr(plan.model, name),
                    "low": low,
                    "high": high,
                    "contracts": plan.model.contracts,
                    "lost": plan.lost,
                }
            )
    return pd.DataFrame(rows)

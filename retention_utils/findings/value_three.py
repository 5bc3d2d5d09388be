"""What a customer is worth: counted, by formula and by model, side by side."""

import pandas as pd

from retention_utils.display import Finding, Kpi
from retention_utils.findings.words import at_age, customers, interval, period_word, three_digits
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.unit_economics.formula import FormulaTest, FormulaValue
from retention_utils.unit_economics.three_values import FORMULA, HISTORIC, MODEL, SEED

__all__ = [
    "curves_alt",
    "customer_value_kpi",
    "formula_note",
    "minimums_words",
    "rounded_values",
    "three_values",
    "three_values_words",
]

MOST_BIAS = 0.10  # as in the forecast: share of what came
METHOD_WORDS = {
    FORMULA: "Formula: spend ÷ churn",
    SEED: "Formula: order value × orders per buyer ÷ churn",
    MODEL: "Model: first 52 weeks",
}


def three_values(
    table: pd.DataFrame,
    formula: FormulaValue | str,
    test: FormulaTest | None,
    *,
    age: int,
    margin: float,
    grain: Grain,
    formats: Formats,
) -> Finding:
    """Say what a customer is worth in a year by counting, by formula and by model."""
    rows = table.set_index("method")
    if table["year_value"].isna().all():
        text = (
            f"What a customer is worth cannot be said yet: no new customers have been followed up to "
            f"{at_age(age, grain)}, and the model gives no forecast. {formula}"
        )
        return Finding("three_values", "not enough data", text)
    counted = _counted(rows.loc[HISTORIC], age=age, margin=margin, grain=grain, formats=formats)
    modelled = _modelled(rows.loc[FORMULA], rows.loc[MODEL], is_tested=test is not None, formats=formats)
    why = [formula] if isinstance(formula, str) else []
    return Finding("three_values", "with reservations", " ".join([counted, modelled, *why]))


def _counted(row: pd.Series, *, age: int, margin: float, grain: Grain, formats: Formats) -> str:
    if pd.isna(row["year_value"]):
        return (
            "What a new customer brings in a year cannot be counted yet: none has been followed up to "
            f"{at_age(age, grain)}."
        )
    money = "revenue" if margin == 1 else "margin"
    sure = _interval(row, formats) or f"too few {period_word(grain)}s of joining for an interval"
    return (
        f"Counted, a new customer has brought {_about(row['year_value'], formats)} of {money} up to "
        f"{at_age(age, grain)} ({sure}; {customers(row['customers'], formats)})."
    )


def _modelled(formula: pd.Series, model: pd.Series, *, is_tested: bool, formats: Formats) -> str:
    """Say what the formula and the model say, as far as they say anything."""
    expected = _about(model["year_value"], formats)
    sure = f"({_interval(model, formats)}, if it is right)"
    year = f"{_about(formula['year_value'], formats)} a year for an active customer"
    off = _off(formula["bias_share"], formats)
    if pd.isna(formula["year_value"]) and pd.isna(model["year_value"]):
        return "Neither the formula spend ÷ churn nor the model says anything."
    if pd.isna(model["year_value"]):
        tested = f"({off} when tested on the past)" if is_tested else "(not tested)"
        return f"The formula spend ÷ churn says {year} {tested}; the model gives no forecast."
    if pd.isna(formula["year_value"]):
        return (
            f"The model says {expected} for a new customer's first 52 weeks {sure}; the formula spend ÷ "
            "churn says nothing."
        )
    tested = f"({off} in the test)" if is_tested else "(not tested)"
    return (
        f"The formula spend ÷ churn says {year} {tested}, the model {expected} for a new one's first 52 "
        f"weeks {sure}."
    )


def formula_note(formula: FormulaValue | str, *, grain: Grain, formats: Formats) -> str:
    """Say what the formulas take for granted; nothing where there are none."""
    if isinstance(formula, str):
        return ""
    return (
        f"The formulas take churn to stay at {formats.share(formula.churn)} a {period_word(grain)} for ever "
        "and to be the same for everybody; the second also forgets active customers who did not buy."
    )


def three_values_words(table: pd.DataFrame, *, age: int, grain: Grain, formats: Formats) -> pd.DataFrame:
    """Put the table of values in words: ``method_words``, ``bias_words`` (how far off in the test).

    Empty if no value is known. Money keeps three digits.
    """
    if table["year_value"].isna().all():
        return table.iloc[:0]
    untested = {HISTORIC: "looks back only"}
    words = [
        untested.get(row.method, "not tested") if pd.isna(row.bias_share) else _off(row.bias_share, formats)
        for row in table.itertuples()
    ]
    methods = METHOD_WORDS | {HISTORIC: f"Counted: up to {at_age(age, grain)}"}
    money = {name: table[name].map(three_digits) for name in ("year_value", "low", "high", "life_value")}
    return table.assign(method_words=table["method"].map(methods), bias_words=words, **money)


def customer_value_kpi(
    table: pd.DataFrame, *, age: int, margin: float, grain: Grain, formats: Formats
) -> Kpi:
    """Give the value of a new customer in a year: the model's, or else the counted one."""
    money = "revenue" if margin == 1 else "margin"
    rows = table.set_index("method")
    model, historic = rows.loc[MODEL], rows.loc[HISTORIC]
    if pd.notna(model["year_value"]):
        return _model_kpi(model, money=money, formats=formats)
    label = f"{money.capitalize()} of a new customer in a year"
    if pd.isna(historic["year_value"]):
        return Kpi("value_per_customer", label, "—", None, verdict="not enough data")
    return Kpi(
        key="value_per_customer",
        label=label,
        value=_about(historic["year_value"], formats),
        number=three_digits(historic["year_value"]),
        interval=_interval(historic, formats),
        basis=f"counted, up to {at_age(age, grain)}; {customers(historic['customers'], formats)}",
    )


def _model_kpi(row: pd.Series, *, money: str, formats: Formats) -> Kpi:
    is_near = abs(row["bias_share"]) <= MOST_BIAS
    bias = row["bias_share"]
    off = f"{formats.share(abs(bias))} {'fewer' if bias < 0 else 'more'} purchases than were made"
    return Kpi(
        key="value_per_customer",
        label=f"Expected {money} of a new customer in the first 52 weeks",
        value=_about(row["year_value"], formats),
        number=three_digits(row["year_value"]),
        # Beside a large miss on the past a narrow interval would read as precision.
        interval=_interval(row, formats) if is_near else "",
        basis=f"on average; tested on the past, the model expected {off}",
        verdict="" if is_near else "with reservations",
    )


def _interval(row: pd.Series, formats: Formats) -> str:
    if pd.isna(row["low"]):
        return ""
    return interval(three_digits(row["low"]), three_digits(row["high"]), "money", formats)


def _about(value: float, formats: Formats) -> str:
    return formats.money(three_digits(value))


def rounded_values(table: pd.DataFrame) -> pd.DataFrame:
    """Keep three significant digits of modelled money: no more is known, or alike on two machines."""
    money = [name for name in table.columns if name.startswith("value") and name != "value_share"]
    return table.assign(**{name: table[name].map(three_digits) for name in money})


def minimums_words(table: pd.DataFrame) -> pd.DataFrame:
    """Put the table of requirements in words: ``met_words``."""
    return table.assign(met_words=["yes" if met else "no" for met in table["is_met"]])


def curves_alt(historic: pd.DataFrame, *, cost: float | None, margin: float, formats: Formats) -> str:
    """Describe the curves of historic value: where they begin, where they end, and the cost."""
    money = "revenue" if margin == 1 else "margin"
    if historic.empty:
        return "There are not enough data for the curves."
    first, last = historic.iloc[0], historic.iloc[-1]
    text = (
        f"A new customer has brought {formats.money(first['value'])} of {money} in the period of joining and "
        f"{formats.money(last['value'])} up to age {last['age']:.0f}."
    )
    return text if cost is None else f"{text} Winning one cost {formats.money(cost)}."


def _off(bias: float, formats: Formats) -> str:
    return f"{formats.share(abs(bias))} too {'low' if bias < 0 else 'high'}"

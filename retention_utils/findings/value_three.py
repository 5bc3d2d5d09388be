"""What a customer is worth: counted, by formula and by model, side by side."""

import pandas as pd

from retention_utils.display import Finding, Kpi, Verdict
from retention_utils.findings.words import at_age, customers, interval, period_word
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.unit_economics.formula import FormulaTest, FormulaValue
from retention_utils.unit_economics.three_values import FORMULA, HISTORIC, MODEL, SEED

__all__ = [
    "curves_alt",
    "customer_value_kpi",
    "minimums_words",
    "rounded_values",
    "three_values",
    "three_values_words",
]

MOST_BIAS = 0.10  # as in the forecast: share of what came
METHOD_WORDS = {
    HISTORIC: "Counted: spent by new customers up to the same age",
    FORMULA: "Formula: spend per active customer ÷ churn",
    SEED: "Formula: order value × orders per buyer ÷ churn",
    MODEL: "Model: a new customer's first 52 weeks",
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
    """Say what a customer is worth by counting, by formula and by model, and how far each can be believed."""
    rows = table.set_index("method")
    parts = [
        _historic(rows.loc[HISTORIC], age=age, margin=margin, grain=grain, formats=formats),
        _formula(formula, test, grain=grain, formats=formats),
        _model(rows.loc[MODEL], formats=formats),
    ]
    known = table.loc[table["method"].isin([HISTORIC, FORMULA, MODEL]), "year_value"].notna()
    verdict: Verdict = "with reservations" if known.any() else "not enough data"
    bias = rows.loc[MODEL, "bias_share"]
    if known.all() and abs(bias) <= MOST_BIAS:
        verdict = "yes"
    return Finding("three_values", verdict, " ".join(parts))


def _historic(row: pd.Series, *, age: int, margin: float, grain: Grain, formats: Formats) -> str:
    money = "revenue" if margin == 1 else "margin"
    if pd.isna(row["year_value"]):
        return (
            f"Counted: no group of new customers has been seen up to {at_age(age, grain)} yet, so what one "
            "brings in a year cannot be counted."
        )
    sure = "with too few groups of new customers for an interval"
    if pd.notna(row["low"]):
        sure = interval(row["low"], row["high"], "money", formats)
    return (
        f"Counted: a new customer has brought {formats.money(row['year_value'])} of {money} up to "
        f"{at_age(age, grain)} ({sure}; {customers(row['customers'], formats)})."
    )


def _formula(formula: FormulaValue | str, test: FormulaTest | None, *, grain: Grain, formats: Formats) -> str:
    if isinstance(formula, str):
        return f"By formula: nothing can be said. {formula}"
    value = (
        f"By formula (spend per active customer in a {period_word(grain)} ÷ churn) an active customer is "
        f"worth {formats.money(formula.value)} without an end, if churn stays at "
        f"{formats.share(formula.churn)} a {period_word(grain)} and is the same for everybody"
    )
    if test is None:
        return f"{value}; it could not be tested on the past."
    return (
        f"{value}; on the last {test.periods} {period_word(grain)}s of the past it was "
        f"{_off(test.bias_share, formats)}."
    )


def _model(row: pd.Series, *, formats: Formats) -> str:
    if pd.isna(row["year_value"]):
        return "By model: no forecast is given, for the reasons stated above."
    expected = (
        f"By model: a new customer is expected to bring {formats.money(row['year_value'])} in the first 52 "
        f"weeks ({interval(row['low'], row['high'], 'money', formats)} for the mean, if the model is right)"
    )
    if pd.isna(row["bias_share"]):
        return f"{expected}."
    return f"{expected}; tested on the past, its total of purchases was {_off(row['bias_share'], formats)}."


def three_values_words(table: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Put the table of values in words: ``method_words``, ``bias_words`` (how far off in the test).

    Empty if no value is known.
    """
    if table["year_value"].isna().all():
        return table.iloc[:0]
    untested = {HISTORIC: "looks back only"}
    words = [
        untested.get(row.method, "not tested") if pd.isna(row.bias_share) else _off(row.bias_share, formats)
        for row in table.itertuples()
    ]
    return table.assign(method_words=table["method"].map(METHOD_WORDS), bias_words=words)


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
        value=formats.money(historic["year_value"]),
        number=round(float(historic["year_value"])),
        interval=_interval(historic, formats),
        basis=f"counted, up to {at_age(age, grain)}; {customers(historic['customers'], formats)}",
    )


def _model_kpi(row: pd.Series, *, money: str, formats: Formats) -> Kpi:
    is_near = abs(row["bias_share"]) <= MOST_BIAS
    off = _off(row["bias_share"], formats)
    return Kpi(
        key="value_per_customer",
        label=f"Expected {money} of a new customer in the first 52 weeks",
        value=formats.money(row["year_value"]),
        number=round(float(row["year_value"])),
        # Beside a large miss on the past a narrow interval would read as precision.
        interval=_interval(row, formats) if is_near else "",
        basis=f"mean, by model; its purchases were {off} when tested on the past",
        verdict="yes" if is_near else "with reservations",
    )


def _interval(row: pd.Series, formats: Formats) -> str:
    return "" if pd.isna(row["low"]) else interval(row["low"], row["high"], "money", formats)


def rounded_values(table: pd.DataFrame) -> pd.DataFrame:
    """Keep three significant digits of modelled money: no more is known, or alike on two machines."""
    money = [name for name in table.columns if name.startswith("value") and name != "value_share"]
    return table.assign(**{name: table[name].map(lambda value: float(f"{value:.3g}")) for name in money})


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

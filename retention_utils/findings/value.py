"""What the customer-value models say, and how far they can be believed."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi
from retention_utils.findings.words import interval, three_digits
from retention_utils.formats import Formats
from retention_utils.texts import text_of
from retention_utils.value_models.appraisal import Appraisal

__all__ = ["alive_kpi", "holdout_alt", "notes", "tracking_alt", "value_kpi", "value_note", "worth"]

MOST_BIAS = 0.10  # share of actual purchases: beyond it the forecast carries a reservation
MONEY_WORDS = {True: "revenue", False: "margin"}


def worth(appraisal: Appraisal, *, holdout_weeks: int, formats: Formats) -> Finding:
    """Answer what today's customers are expected to bring, and how the same model did on the past."""
    if appraisal.reasons:
        verdict = "not enough data" if _is_short(appraisal) else "no"
        reasons = map(text_of, appraisal.reasons)
        text = formats.joined([formats.say("No forecast is given."), *reasons], by=" ")
        return Finding("worth", verdict, text, is_headline=True)
    value, money = appraisal.value, _money(appraisal)
    amount = formats.short_money(value.value)
    brought = (
        f"{money} that is worth {amount} today" if value.annual_discount_rate else f"{amount} of {money}"
    )
    text = (
        f"In the next {formats.count(value.horizon_weeks)} weeks, all {formats.count(value.customers)} "
        f"customers so far are expected to bring {brought} "
        f"({interval(value.value_low, value.value_high, 'short_money', formats)}, if the model is right). "
        f"Tested on the last {formats.count(holdout_weeks)} weeks, the model expected "
        f"{_off(_bias(appraisal), formats)}."
    )
    return Finding("worth", "with reservations", text, is_headline=True)


def notes(appraisal: Appraisal, *, formats: Formats) -> list[Callout]:
    """List what a reader would otherwise get wrong about the forecast."""
    found = []
    if not appraisal.reasons:
        if (bias := _bias(appraisal)) and abs(bias) > MOST_BIAS:
            found.append(_bias_note(bias, formats))
        found.append(_choice_note(appraisal, formats))
    if appraisal.independence and appraisal.independence.is_warning:
        text = (
            "The model takes it that how often customers buy says nothing about how much they spend each "
            "time. Here the two are connected (rank correlation "
            f"{formats.number(appraisal.independence.spearman)}, where 0 is no connection), so the expected "
            "values of the most frequent customers are doubtful."
        )
        found.append(Callout("independence", "warn", "How often and how much go together", text))
    return found


def _bias_note(bias: float, formats: Formats) -> Callout:
    text = (
        f"In the test on this client's own past, the model expected {_off(bias, formats)}. The interval does "
        f"not allow for that: the truth may well lie {'above' if bias < 0 else 'below'} the forecast, even "
        "outside the interval."
    )
    return Callout("bias", "warn", f"The forecast has been too {'low' if bias < 0 else 'high'}", text)


def _choice_note(appraisal: Appraisal, formats: Formats) -> Callout:
    choice, rate = appraisal.rehearsal.choice, appraisal.value.annual_discount_rate
    sentences = [
        f"The model is {choice.model}. In the test its typical error was {formats.number(choice.rmse)} "
        "purchases per customer; a forecast that simply carries on each customer's own past rate was off by "
        f"{formats.number(choice.naive_rmse)}."
    ]
    if rate:
        sentences.append(
            f"Money that comes later counts for less: {formats.share(rate)} a year (discounting)."
        )
    sentences.append("Customers who have not bought yet are not in the forecast.")
    return Callout("choice", "info", "How the forecast is made", " ".join(sentences))


def value_note(appraisal: Appraisal, *, formats: Formats) -> str:
    """Say of which money and time the expected values in the tables are; nothing where there are none."""
    if appraisal.reasons:
        return ""
    value = appraisal.value
    worth_today = ", at what it is worth today" if value.annual_discount_rate else ""
    return f"Value: {_money(appraisal)} of the next {formats.count(value.horizon_weeks)} weeks{worth_today}."


def value_kpi(appraisal: Appraisal, *, formats: Formats) -> Kpi:
    """Give the expected value of today's customers as a key figure."""
    if appraisal.reasons:
        label = "Expected from all customers so far"
        if _is_short(appraisal):
            return Kpi("expected_value", label, "—", None, verdict="not enough data")
        return Kpi("expected_value", label, "—", None, basis="no model can be relied on")
    value, bias = appraisal.value, _bias(appraisal)
    is_near = abs(bias) <= MOST_BIAS
    return Kpi(
        key="expected_value",
        label=f"Expected {_money(appraisal)} of all customers so far, "
        f"next {formats.count(value.horizon_weeks)} weeks",
        value=formats.short_money(value.value),
        number=three_digits(value.value),
        # Beside a large miss on the past a narrow interval of the parameters would read as precision.
        interval=interval(value.value_low, value.value_high, "short_money", formats) if is_near else "",
        basis=f"{formats.count(value.customers)} customers; tested on the past, the model expected "
        f"{_off(bias, formats)}",
        verdict="" if is_near else "with reservations",
    )


def alive_kpi(appraisal: Appraisal, *, formats: Formats) -> Kpi:
    """Give the number of customers who have probably not left for good as a key figure."""
    label = "Probably still customers, by the model"
    row = next((row for _, row in appraisal.active.iterrows() if row["is_headline"]), None)
    if row is None and appraisal.active.empty:
        return Kpi("alive", label, "—", None, verdict="not enough data")
    if row is None:
        return Kpi("alive", label, "—", None, basis="no model can be relied on")
    return Kpi(
        key="alive",
        label=label,
        value=formats.count(row["active"]),
        number=round(float(row["active"])),
        interval=interval(row["low"], row["high"], "count", formats),
        basis=f"of all {formats.count(row['customers'])} customers so far",
    )


def _is_short(appraisal: Appraisal) -> bool:
    return bool(appraisal.missing or appraisal.rehearsal.missing)


def _off(bias: float, formats: Formats) -> str:
    return f"{formats.share(abs(bias))} {'fewer' if bias < 0 else 'more'} purchases than were made"


def _bias(appraisal: Appraisal) -> float:
    errors = appraisal.rehearsal.errors.set_index("model")
    return float(errors.loc[appraisal.value.model, "bias_share"])


def _money(appraisal: Appraisal) -> str:
    return MONEY_WORDS[appraisal.value.margin_share == 1]


def tracking_alt(tracking: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the tracking chart: where every line ends."""
    if tracking.empty:
        return "There are not enough data for the models."
    ends = tracking.groupby("series", sort=False)["cumulative"].last()
    listed = ", ".join(f"{name} {formats.count(value)}" for name, value in ends.items())
    return f"Lines of repeat purchases by week; at the end of the last week: {listed}."


def holdout_alt(by_frequency: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the chart of the test: the most frequent class, made and expected."""
    if by_frequency.empty:
        return "There are not enough data for the models."
    top = by_frequency[by_frequency["frequency"] == by_frequency["frequency"].max()]
    listed = ", ".join(f"{row.series} {formats.number(row.purchases)}" for row in top.itertuples())
    label = top["label"].iloc[0]
    return (
        f"Purchases per customer in the test weeks; of those with {label} repeat purchases before: {listed}."
    )

"""What the customer-value models say, and how far they can be believed."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.value_models.appraisal import Appraisal

__all__ = ["alive_kpi", "holdout_alt", "notes", "tracking_alt", "value_kpi", "worth"]

MOST_BIAS = 0.10  # share of actual purchases: beyond it the forecast carries a reservation
MONEY_WORDS = {True: "revenue", False: "margin"}


def worth(appraisal: Appraisal, *, holdout_weeks: int, formats: Formats) -> Finding:
    """Answer what today's customers are expected to bring, and how the same model did on the past."""
    if appraisal.reasons:
        verdict = "not enough data" if _is_short(appraisal) else "no"
        text = "No forecast is given. " + " ".join(appraisal.reasons)
        return Finding("worth", verdict, text, is_headline=True)
    value, bias = appraisal.value, _bias(appraisal)
    ahead = f"{formats.count(value.horizon_weeks)} weeks"
    money = _money(appraisal)
    money += ", discounted to today," if value.annual_discount_rate else ""
    text = (
        f"The {formats.count(value.customers)} customers so far are expected to bring "
        f"{formats.short_money(value.value)} of {money} in the next {ahead} "
        f"({interval(value.value_low, value.value_high, 'short_money', formats)}, if the model is right); "
        f"tested on the last {formats.count(holdout_weeks)} weeks, the same model expected "
        f"{_off(bias, formats)}."
    )
    return Finding("worth", _verdict(bias), text, is_headline=True)


def notes(appraisal: Appraisal, *, formats: Formats) -> list[Callout]:
    """List what a reader would otherwise get wrong about the forecast."""
    found = []
    if not appraisal.reasons:
        if (bias := _bias(appraisal)) and abs(bias) > MOST_BIAS:
            side = "low" if bias < 0 else "high"
            where = "above" if bias < 0 else "below"
            text = (
                f"Tested on this client's own past, the model expected {_off(bias, formats)}. The interval "
                "does not allow for that: it holds the luck of single purchases and how exactly the model "
                f"could be fitted, and takes the model to be right. The truth may well lie {where} the "
                "forecast."
            )
            found.append(Callout("bias", "warn", f"The forecast has been too {side}", text))
        text = (
            f"In the weeks kept back for the test, {appraisal.rehearsal.choice.reason} The forecast is for "
            "customers who have bought before; those still to come are not in it."
        )
        found.append(Callout("choice", "info", f"Made with {appraisal.value.model}", text))
    if appraisal.independence and appraisal.independence.is_warning:
        text = (
            "The model of spending takes it that how often customers buy says nothing about how much they "
            "spend each time. Here the two are connected (rank correlation "
            f"{formats.number(appraisal.independence.spearman)}, where 0 is no connection), so the values of "
            "the most frequent customers are doubtful."
        )
        found.append(Callout("independence", "warn", "Spend goes with frequency", text))
    return found


def value_kpi(appraisal: Appraisal, *, formats: Formats) -> Kpi:
    """Give the expected value of today's customers as a key figure."""
    if appraisal.reasons:
        label = "Expected from today's customers"
        if _is_short(appraisal):
            return Kpi("expected_value", label, "—", None, verdict="not enough data")
        return Kpi("expected_value", label, "—", None, basis="no model can be relied on")
    value, bias = appraisal.value, _bias(appraisal)
    is_near = abs(bias) <= MOST_BIAS
    return Kpi(
        key="expected_value",
        label=f"Expected {_money(appraisal)} of today's customers, "
        f"next {formats.count(value.horizon_weeks)} weeks",
        value=formats.short_money(value.value),
        number=round(value.value),
        # Beside a large miss on the past a narrow interval of the parameters would read as precision.
        interval=interval(value.value_low, value.value_high, "short_money", formats) if is_near else "",
        basis=f"expected {_off(bias, formats)} when tested on the past",
        verdict=_verdict(bias),
    )


def alive_kpi(appraisal: Appraisal, *, formats: Formats) -> Kpi:
    """Give the number of customers who have probably not left for good as a key figure."""
    label = "Customers who have probably not left for good"
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
        basis=f"of {formats.count(row['customers'])}, {row['model']}",
    )


def _is_short(appraisal: Appraisal) -> bool:
    return bool(appraisal.missing or appraisal.rehearsal.missing)


def _off(bias: float, formats: Formats) -> str:
    return f"{formats.share(abs(bias))} {'fewer' if bias < 0 else 'more'} purchases than were made"


def _verdict(bias: float) -> Verdict:
    return "yes" if abs(bias) <= MOST_BIAS else "with reservations"


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

"""What the concentration of the revenue on few buyers says."""

import pandas as pd

from retention_utils.display import Finding, Kpi, Verdict
from retention_utils.findings.words import interval
from retention_utils.formats import BLANK, Formats
from retention_utils.segments.concentration import Concentration
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["SAYING", "concentration", "curve_alt", "top_share_kpi"]

TOP = 0.08  # of the buyers: the share in the saying
MANY = 0.20  # of the buyers: do they bring more than half?
HALF = 0.5
SAYING = message(
    "The saying that 8% of the customers bring 40% of the profit comes from a study of visitors of American "
    "shopping sites and of revenue (Adobe, 2012), not of customers and profit."
)
HALF_WORDS = {
    "yes": message(
        "The 20% of the buyers who spent most brought more than half of the last year's revenue: {share} "
        "({interval})."
    ),
    "no": message(
        "The 20% of the buyers who spent most brought less than half of the last year's revenue: {share} "
        "({interval})."
    ),
    "with reservations": message(
        "Whether the 20% of the buyers who spent most brought more than half of the last year's revenue is "
        "not certain: {share} ({interval})."
    ),
}


def concentration(
    shares: pd.DataFrame, index: Concentration | None, *, buyers: int, min_customers: int, formats: Formats
) -> Finding:
    """Say whether a fifth of the buyers brings more than half of the revenue, and what the top 8% bring."""
    if shares.empty or index is None:
        text = formats.say(
            "{buyers, plural, one {# customer} other {# customers}} bought in the last 365 days, too few to "
            "say how much of the revenue comes from a few of them: that needs {needed}.",
            buyers=buyers,
            needed=min_customers,
        )
        return Finding("concentration", "not enough data", text)
    few, many = _row(shares, TOP), _row(shares, MANY)
    verdict = _half_verdict(many)
    half = formats.say(HALF_WORDS[verdict], **_share_of_revenue(many, formats))
    top = formats.say(
        "The top 8%, {few} of {buyers, plural, one {# buyer} other {# buyers}}, brought {share} "
        "({interval}).",
        few=formats.count(few["customers"]),
        buyers=index.customers,
        **_share_of_revenue(few, formats),
    )
    return Finding("concentration", verdict, formats.joined([half, top], by=" "))


def top_share_kpi(shares: pd.DataFrame, index: Concentration | None, *, buyers: int, formats: Formats) -> Kpi:
    """Give the share of the revenue that the top 8 per cent of the buyers bring as a key figure."""
    label = formats.say("Share of revenue from the top 8% of buyers")
    if shares.empty or index is None:
        basis = formats.say(
            "only {buyers, plural, one {# customer} other {# customers}} bought in the last year",
            buyers=buyers,
        )
        return Kpi("top_share", label, formats.name(BLANK), None, basis=basis, verdict="not enough data")
    few = _row(shares, TOP)
    return Kpi(
        key="top_share",
        label=label,
        value=formats.share(few["amount_share"]),
        number=round(float(few["amount_share"]), 4),
        interval=interval(few["low"], few["high"], "share", formats),
        basis=formats.say(
            "{few} of {buyers, plural, one {# buyer} other {# buyers}} in a year",
            few=formats.count(few["customers"]),
            buyers=index.customers,
        ),
    )


def curve_alt(shares: pd.DataFrame, index: Concentration | None, *, formats: Formats) -> Text:
    """Describe the concentration curve by its marked points and its Gini index."""
    if shares.empty or index is None:
        return formats.say("There are not enough buyers for the curve.")
    points = [
        formats.say(
            "top {buyers}: {revenue}",
            buyers=formats.share(row.customer_share, digits=0),
            revenue=formats.share(row.amount_share),
        )
        for row in shares.itertuples(index=False)
    ]
    return formats.say(
        "Share of revenue by share of buyers, those who spend most first: {points}. Gini index {gini} "
        "({interval}), where 0 means that all spend alike and 1 that one customer brings everything.",
        points=formats.joined(points, by=", "),
        gini=formats.number(index.gini),
        interval=interval(index.low, index.high, "number", formats),
    )


def _share_of_revenue(part: pd.Series, formats: Formats) -> dict[str, Text]:
    return {
        "share": formats.share(part["amount_share"]),
        "interval": interval(part["low"], part["high"], "share", formats),
    }


def _row(shares: pd.DataFrame, part: float) -> pd.Series:
    return shares.loc[(shares["customer_share"] - part).abs().idxmin()]


def _half_verdict(many: pd.Series) -> Verdict:
    """Answer whether the top fifth brings more than half of the revenue."""
    if many["low"] > HALF:
        return "yes"
    return "no" if many["high"] < HALF else "with reservations"

"""What the figures of reasons are drawn from, and how they are described."""

import pandas as pd

from retention_utils.findings.reasons_words import CONTROL_KEYS, reason_names
from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import NOT_TOLD
from retention_utils.reasons.account import ReasonAccount
from retention_utils.reasons.competitor import CompetitorShare
from retention_utils.reasons.counts import SILENT, UNMATCHED
from retention_utils.stats import wilson_interval
from retention_utils.texts import Text

__all__ = [
    "competitor_alt",
    "competitor_points",
    "effect_alt",
    "effect_bars_of",
    "given_alt",
    "given_bars",
    "steered_alt",
    "steered_parts",
]

MOST_BARS = 12
PARTS = ("yes", "verify", "no", "")
POINTS = 16  # at most: with more, periods are put together


def given_bars(given: pd.DataFrame, account: ReasonAccount | None, *, formats: Formats) -> pd.DataFrame:
    """Lay the reasons out as bars, those not known last.

    Returns
    -------
    DataFrame
        One row per bar from the top: ``name`` (Text), ``control`` (empty: not known), ``customers``,
        ``share``, ``low``, ``high``.
    """
    if account is None:
        return pd.DataFrame(columns=["name", "control", "customers", "share", "low", "high"])
    is_unknown = given["code"].isin([NOT_TOLD, UNMATCHED, SILENT])
    drawn = pd.concat([given[~is_unknown].head(MOST_BARS), given[is_unknown]], ignore_index=True)
    names = pd.Series(reason_names(drawn["code"], account.book, formats), dtype=object)
    return drawn.assign(name=names)[["name", "control", "customers", "share", "low", "high"]]


def given_alt(bars: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the bars: each with its share."""
    if bars.empty:
        return formats.say("No reason is known.")
    told = [
        formats.say("{name}: {share}", name=row.name_, share=formats.share(row.share))
        for row in bars.rename(columns={"name": "name_"}).itertuples()
    ]
    return formats.joined(told)


def steered_parts(account: ReasonAccount | None, *, formats: Formats) -> pd.DataFrame:
    """Split leavers asked, and what they brought, by who can steer their reason.

    Returns
    -------
    DataFrame
        One row per part and measure: ``measure`` (customers or money), ``control``, ``name`` (Text),
        ``amount``, ``share`` (of the measure). Money only where it is known.
    """
    columns = ["measure", "control", "name", "amount", "share"]
    if account is None:
        return pd.DataFrame(columns=columns)
    asked = account.recent[account.recent["is_asked"]]
    control = {code.key: code.control for code in account.book.code if code.key != NOT_TOLD}
    part = asked["code"].map(control).fillna("")
    rows = []
    for measure, values in (("customers", pd.Series(1.0, index=asked.index)), ("money", asked["year_money"])):
        sums = values.groupby(part).sum().reindex(PARTS).fillna(0.0)
        if sums.sum() > 0:
            rows += [
                (measure, key, formats.say(CONTROL_KEYS[key]), amount, amount / sums.sum())
                for key, amount in sums.items()
            ]
    return pd.DataFrame(rows, columns=columns)


def steered_alt(parts: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the parts of the leavers."""
    if parts.empty:
        return formats.say("No reason is known.")
    told = [
        formats.say("{name}: {share}", name=label, share=formats.share(share))
        for label, share in parts.loc[parts["measure"] == "customers", ["name", "share"]].itertuples(
            index=False
        )
    ]
    return formats.joined(told)


def competitor_points(found: CompetitorShare | None) -> pd.DataFrame:
    """Put periods together until there are few enough to be drawn, the last stretch whole.

    Returns
    -------
    DataFrame
        One row per stretch: ``period`` (its last), ``first``, ``asked``, ``given``, ``share``, ``low``,
        ``high``, ``level`` (share before or after the step; NaN where there is none).
    """
    columns = ["period", "first", "asked", "given", "share", "low", "high", "level"]
    if found is None or found.by_period.empty:
        return pd.DataFrame(columns=columns)
    table = found.by_period.reset_index(drop=True)
    together = -(-len(table) // POINTS)
    stretch = (len(table) - 1 - table.index) // together
    grouped = table.assign(stretch=-stretch).groupby("stretch")
    points = grouped.agg(
        first=("period", "first"), period=("period", "last"), asked=("asked", "sum"), given=("given", "sum")
    ).reset_index(drop=True)
    low, high = wilson_interval(points["given"], points["asked"])
    share = points["given"] / points["asked"].where(points["asked"] > 0)
    level = float("nan")
    if found.step:
        is_after = points["period"] >= found.step.period
        level = is_after.map({True: found.step.after, False: found.step.before})
    return points.assign(share=share, low=low, high=high, level=level)[columns]


def competitor_alt(points: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the line: its ends and its highest point."""
    known = points[points["share"].notna()]
    if known.empty:
        return formats.say("How many named a competitor is not known in any period.")
    most = known.loc[known["share"].idxmax()]
    return formats.say(
        "{first} in {first_period}, {last} in {last_period}; the most was {most} in {most_period}.",
        first=formats.share(known["share"].iloc[0]),
        first_period=formats.period(known["period"].iloc[0], short=True),
        last=formats.share(known["share"].iloc[-1]),
        last_period=formats.period(known["period"].iloc[-1], short=True),
        most=formats.share(most["share"]),
        most_period=formats.period(most["period"], short=True),
    )


def effect_bars_of(effect: pd.DataFrame, account: ReasonAccount | None, *, formats: Formats) -> pd.DataFrame:
    """Lay out what lies above and below the usual, the greatest excess first.

    Returns
    -------
    DataFrame
        One row per reason with a norm: ``name`` (Text), ``control``, ``effect``, ``low``, ``high`` (money).
    """
    columns = ["name", "control", "effect", "low", "high"]
    if account is None:
        return pd.DataFrame(columns=columns)
    known = effect[effect["effect"].notna()].sort_values("effect", ascending=False, ignore_index=True)
    names = pd.Series(reason_names(known["code"], account.book, formats), dtype=object)
    return known.assign(name=names, low=known["effect_low"], high=known["effect_high"])[columns]


def effect_alt(bars: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the bars: each with its money."""
    if bars.empty:
        return formats.say("What is usual is not known.")
    told = [
        formats.say("{step}: {amount}", step=label, amount=formats.money(amount))
        for label, amount in bars[["name", "effect"]].itertuples(index=False)
    ]
    return formats.joined(told)

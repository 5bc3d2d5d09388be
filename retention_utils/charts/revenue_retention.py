"""Charts of revenue retention."""

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.ages import after_joining
from retention_utils.charts.bars import bars
from retention_utils.charts.canvas import (
    NARROW,
    WIDE,
    fitted,
    framed,
    is_narrow,
    key,
    key_rows,
    period_ticks,
    unit,
    value_axis,
)
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["bridge_bars", "cohort_lines", "kept_lines", "money_bars"]

STEPS = {
    "opening": "main", "new": "fresh", "reactivation": "back", "expansion": "plum", "contraction": "other",
    "churn": "alert", "closing": "main",
}  # fmt: skip
YEARS = ("main", "fresh", "plum", "back", "alert", "other")  # of joining, the newest first


def bridge_bars(steps: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw how the revenue before became that after, one step below the other.

    Parameters
    ----------
    steps : DataFrame
        From the top: ``step``, ``label``, ``amount`` (losses below zero), ``base`` (where the step begins).

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(steps, ["step", "label", "amount", "base"], name="steps")
    ax = framed(ax, height=44 + 30 * len(steps), left=48, right=60, top=28, bottom=16)
    colors = [ROLES[STEPS[step]] for step in steps["step"]]
    ax.barh(range(len(steps)), steps["amount"], 0.66, left=steps["base"], color=colors)
    most = (steps["base"] + steps["amount"].clip(lower=0)).max() or 1
    for place, row in enumerate(steps.itertuples()):
        is_total = row.step in ("opening", "closing")
        words = str(formats.short_money(row.amount, beside=most))
        words = words if is_total or row.amount <= 0 else f"+{words}"
        ax.annotate(
            plain(words), (max(row.base, row.base + row.amount), place), xytext=(6, 0),
            textcoords="offset points", va="center", ha="left", annotation_clip=False,
            color=LIGHT["ink"], weight="bold" if is_total else "normal",
        )  # fmt: skip
    ax.set_yticks(range(len(steps)), [plain(label) for label in steps["label"]])
    ax.set_ylim(len(steps) - 0.4, -0.6)
    ax.set_xlim(0, most * 1.02)
    ax.set_xticks([])
    ax.grid(visible=False)
    return fitted(ax)


def money_bars(
    rates: pd.DataFrame, *, formats: Formats, made_of: str = "contracts", ax: Axes | None = None
) -> Axes:
    """Stack what was gained above the line and what was lost below it, period by period.

    Parameters
    ----------
    rates : DataFrame
        ``period``, ``new``, ``reactivation``, ``expansion``, ``contraction``, ``churn`` (money, positive).
    made_of : {"contracts", "orders"}
        What the money is from: without contracts nobody is known to be lost.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(rates, ["period", *list(STEPS)[1:-1]], name="rates")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=290, left=60, top=70 if small else 34)
    up, down = 0.0, 0.0
    for column in ("new", "reactivation", "expansion"):
        bars(ax, rates[column], ROLES[STEPS[column]], bottom=up)
        up = up + rates[column]
    for column in ("churn", "contraction"):
        bars(ax, -rates[column], ROLES[STEPS[column]], bottom=down)
        down = down - rates[column]
    ax.axhline(0, color=LIGHT["ink"], lw=1)
    _period_axis(ax, rates, formats)
    most = max(map(abs, ax.get_ylim()))
    value_axis(ax, lambda value, digits: formats.short_money(value, beside=most))
    unit(ax, formats.say("Money"))
    words = [
        ("fresh", formats.say("new customers")),
        ("back", formats.say("came back")),
        ("plum", formats.say("more")),
        ("other", formats.say("less")),
        ("alert", formats.say("{source, select, contracts {lost} other {did not buy}}", source=made_of)),
    ]
    key(ax, words, x=0 if small else 90, row=1 if small else 0)
    return fitted(ax)


def kept_lines(rates: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw revenue kept, with and without what some pay more, each with its interval.

    Parameters
    ----------
    rates : DataFrame
        ``period``, ``net``, ``gross`` (fractions) with ``…_low``, ``…_high``.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(rates, ["period", "net", "net_low", "net_high", "gross", "gross_low", "gross_high"], name="rates")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=254, left=48, right=48, top=70 if small else 52)
    places = range(len(rates))
    for name, role in (("gross", "alert"), ("net", "main")):
        ax.fill_between(
            places, rates[f"{name}_low"], rates[f"{name}_high"], color=ROLES[role], alpha=0.2, lw=0
        )
        ax.plot(places, rates[name], color=ROLES[role], marker="o", ms=3)
    low, high = rates["gross_low"].fillna(rates["gross"]).min(), rates["net_high"].fillna(rates["net"]).max()
    room = max(high - low, 0.02) * 0.12
    ax.set_ylim(max(0.0, low - room), high + room)
    value_axis(ax, formats.share, hundred=100)
    _period_axis(ax, rates, formats)
    unit(ax, formats.say("Share of earlier revenue kept"))
    words = [
        ("main", formats.say("kept (net)")),
        ("alert", formats.say("without increases (gross)")),
    ]
    key(ax, words, row=1)
    return fitted(ax)


def cohort_lines(
    cohorts: pd.DataFrame, *, formats: Formats, grain: str = "period", ax: Axes | None = None
) -> Axes:
    """Draw what customers of each year of joining still bring, by periods since they joined.

    Parameters
    ----------
    cohorts : DataFrame
        ``year``, ``age``, ``kept`` (fraction).
    grain : str
        What the ages are counted in.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(cohorts, ["year", "age", "kept"], name="cohorts")
    drawable = cohorts.groupby("year")["age"].max() > 0
    years = sorted(drawable.index[drawable], reverse=True)[: len(YEARS)]
    small = ax is not None and is_narrow(ax)
    rows = key_rows([str(year) for year in years], width=NARROW if small else WIDE)
    ax = framed(ax, height=244 + 18 * rows, left=48, right=24, top=34 + 18 * rows, bottom=44)
    for year, role in zip(years, YEARS, strict=False):
        drawn = cohorts[cohorts["year"] == year]
        ax.plot(drawn["age"], drawn["kept"], color=ROLES[role], marker="o", ms=3)
    ax.set_ylim(bottom=0)
    ax.set_xlabel(after_joining(grain, formats))
    ax.xaxis.get_major_locator().set_params(integer=True)
    value_axis(ax, formats.share, hundred=100)
    unit(ax, formats.say("Share of first revenue kept"))
    key(ax, [(role, str(year)) for year, role in zip(years, YEARS, strict=False)], row=1)
    return fitted(ax)


def _period_axis(ax: Axes, table: pd.DataFrame, formats: Formats) -> None:
    labels = [formats.period(period, short=True) for period in table["period"]]
    period_ticks(ax, labels, most=4 if is_narrow(ax) else 9)
    ax.set_xlim(-0.6, len(table) - 0.4)

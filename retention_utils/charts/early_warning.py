"""Charts of early warning: symptoms with their trends, gap against silence, purchases before leaving."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from retention_utils.charts.canvas import fitted, framed, is_narrow, key, period_ticks, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import HEAT, LIGHT, ROLE_INKS, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["activity_lines", "cadence_grid", "symptom_lines"]

# What a panel is headed, with the unit of its axis.
PANELS = {
    "frequency": (message("Orders per active customer"), "number"),
    "signals": (message("NPS, points"), "score"),
    "order_value": (message("Revenue per order"), "money"),
    "value": (message("Revenue per active customer"), "money"),
    "repeat_rate": (message("First-timers who buy again"), "share"),
    "investment": (message("Share of costs for keeping"), "share"),
}
FLAG_TOKENS = {"red": "bad-ink", "amber": "warn-ink", "green": "good-ink", "not enough data": "ink3"}
FLAG_WORDS = {
    "red": message("red"),
    "amber": message("amber"),
    "green": message("green"),
    "not enough data": message("not enough data"),
}
SHADES = HEAT[1:]  # the palest would not stand out where nothing is drawn beside it
STRETCHES = {
    "norm": message("Year before"),
    "previous": message("Last stretch but one"),
    "last": message("Last stretch"),
}
SHORT_STRETCHES = {
    "norm": message("Year before"),
    "previous": message("Last but one"),
    "last": message("Last"),
}
GROUPS = {"left": ("alert", message("then left")), "stayed": ("main", message("stayed"))}


def symptom_lines(lines: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw a small panel per symptom: its periods, and the trend of the last 12 with its interval.

    Parameters
    ----------
    lines : DataFrame
        From :func:`retention_utils.early_warning.trends.trend_lines`.

    Returns
    -------
    Axes
        The first panel; the others follow it in its figure.
    """
    require(lines, ["symptom", "period", "value", "trend", "trend_low", "trend_high", "flag"], name="lines")
    found = [symptom for symptom in PANELS if (lines["symptom"] == symptom).any()]
    across = 1 if ax is not None and is_narrow(ax) else 2
    rows = -(-len(found) // across)
    head = 30 if across == 2 else 52
    first = framed(ax, height=head + 176 * rows)
    drawing = first.figure
    width, height = drawing.get_figwidth() * 72, drawing.get_figheight() * 72
    step = width / across
    for number, symptom in enumerate(found):
        down, right = divmod(number, across)
        place = (right * step + 62) / width, (height - head - 176 * (down + 1) + 32) / height
        panel = first if number == 0 else drawing.add_axes((*place, 0.1, 0.1))
        panel.set_position((*place, (step - 62 - 26) / width, 112 / height))
        slot = right / across, (right + 1) / across
        _symptom(panel, symptom, lines[lines["symptom"] == symptom], formats, slot)
    trend = formats.say("trend of the last 12 periods with its interval")
    key(first, [("main", formats.say("period")), ("back", trend)])
    return first


def cadence_grid(
    cells: pd.DataFrame, *, multiple: float, gap_days: int, formats: Formats, ax: Axes | None = None
) -> Axes:
    """Draw how many customers have which usual gap and which silence; the fading lie above the line.

    Parameters
    ----------
    cells : DataFrame
        From :func:`retention_utils.early_warning.rules.cadence_cells`.
    multiple : float
        Fading is a silence of more than so many times the usual gap.
    gap_days : int
        Top of the picture: whoever is silent for longer has lapsed.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(cells, ["gap_from", "gap_to", "silence_from", "silence_to", "customers"], name="cells")
    ax = framed(
        ax, height=364, left=52, right=14, top=70 if ax is not None and is_narrow(ax) else 32, bottom=50
    )
    limits = _edges(cells)
    for cell in cells.sort_values("customers", kind="stable").itertuples():  # one colour after the other
        left, right = (_place(value) for value in (cell.gap_from, min(cell.gap_to, 4 * cell.gap_from + 4)))
        low, high = (_place(value) for value in (cell.silence_from, min(cell.silence_to, gap_days + 1)))
        color = SHADES[int(np.searchsorted(limits, cell.customers, side="right"))]
        ax.add_patch(
            Rectangle((left, low), right - left, high - low, facecolor=color, edgecolor=LIGHT["card"], lw=1)
        )
    gaps = np.geomspace(1, max(cells["gap_from"].max() * 1.6, 4), 60)
    ax.plot(_place(gaps), _place(multiple * gaps), color=ROLES["alert"], lw=2)
    ax.set_xlim(_place(0), _place(gaps[-1]))
    ax.set_ylim(_place(0), _place(gap_days + 1))
    days = [day for day in (1, 3, 7, 14, 30, 60, 120, 180, 365, 730) if day <= gap_days]
    ax.set_yticks([_place(day) for day in days], [plain(formats.count(day)) for day in days])
    days = [day for day in (1, 3, 7, 14, 30, 60, 120, 240, 480) if day <= gaps[-1]]
    ax.set_xticks([_place(day) for day in days], [plain(formats.count(day)) for day in days])
    ax.set_xlabel(str(formats.say("Usual gap between purchases, days")))
    ax.grid(visible=False)
    unit(ax, formats.say("Days since the last purchase"))
    times = formats.number(multiple, digits=0 if float(multiple).is_integer() else 1)
    words = [
        ("h1", formats.say("few customers")),
        ("h6", formats.say("{customers} or more", customers=formats.count(limits[-1]))),
        ("alert", formats.say("above: silent for more than {times} × the usual gap", times=times)),
    ]
    key(ax, words, x=0 if is_narrow(ax) else 210, row=1 if is_narrow(ax) else 0)
    return fitted(ax)


def activity_lines(activity: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the mean purchases per stretch of those who then left and of those who stayed.

    Parameters
    ----------
    activity : DataFrame
        From :func:`retention_utils.early_warning.activity.activity_before`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(activity, ["group", "stretch", "purchases", "low", "high"], name="activity")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=220, left=44, right=56, top=50)
    words = SHORT_STRETCHES if small else STRETCHES
    for group, (role, _) in GROUPS.items():
        rows = activity[activity["group"] == group].set_index("stretch").reindex(STRETCHES)
        places = np.arange(len(rows))
        ax.fill_between(places, rows["low"], rows["high"], color=ROLES[role], alpha=0.2, lw=0)
        ax.plot(places, rows["purchases"], color=ROLES[role], marker="o", ms=5)
        if pd.notna(rows["purchases"].iloc[-1]):
            ax.annotate(
                plain(formats.number(rows["purchases"].iloc[-1])), (places[-1], rows["purchases"].iloc[-1]),
                xytext=(8, 0), textcoords="offset points", va="center", color=ROLE_INKS[role], weight="bold",
            )  # fmt: skip
    ax.set_xticks(range(len(STRETCHES)), [plain(formats.say(word)) for word in words.values()])
    ax.set_xlim(-0.3, 2.3)
    ax.set_ylim(bottom=0)
    value_axis(ax, formats.number)
    unit(ax, formats.say("Purchases per customer and stretch"))
    key(ax, [(role, formats.say(word)) for role, word in GROUPS.values()], row=1)
    return fitted(ax)


def _symptom(
    panel: Axes, symptom: str, rows: pd.DataFrame, formats: Formats, slot: tuple[float, float]
) -> None:
    head, kind = PANELS[symptom]
    places = np.arange(len(rows))
    if "low" in rows and rows["low"].notna().any():
        low, high = rows["low"].astype(float), rows["high"].astype(float)
        panel.fill_between(places, low, high, color=ROLES["main"], alpha=0.12, lw=0)
    trend_low, trend_high = rows["trend_low"].astype(float), rows["trend_high"].astype(float)
    panel.fill_between(places, trend_low, trend_high, color=ROLES["back"], alpha=0.25, lw=0)
    panel.plot(places, rows["value"], color=ROLES["main"], marker="o", ms=3, lw=1.5)
    panel.plot(places, rows["trend"], color=ROLES["back"], lw=2.2)
    panel.set_xlim(-0.5, len(rows) - 0.5)
    periods = [formats.period(period, short=True) for period in rows["period"]]
    period_ticks(panel, periods, most=3)
    write = {
        "number": formats.number,
        "money": formats.money,
        "share": formats.share,
        "score": lambda value, digits: formats.number(100 * value, digits=digits),
    }[kind]
    value_axis(panel, write, hundred=100 if kind in ("share", "score") else 1)
    period_ticks(fitted(panel, between=slot), periods, most=3)  # long amounts leave room for fewer periods
    _headed(panel, formats.say(head), rows["flag"].iloc[0], formats, slot)


def _headed(panel: Axes, head: Text, flag: str, formats: Formats, slot: tuple[float, float]) -> None:
    """Write above a panel what it shows, and its flag: at the edges of its place, whatever its margins."""
    width, place = panel.figure.get_figwidth() * 72, panel.get_position()
    left, right = (slot[0] - place.x0) * width + 4, (slot[1] - place.x1) * width - 26
    panel.annotate(
        plain(head), (0, 1), xytext=(left, 9), xycoords="axes fraction", textcoords="offset points",
        color=LIGHT["ink3"], va="bottom", ha="left", annotation_clip=False,
    )  # fmt: skip
    panel.annotate(
        plain(formats.say(FLAG_WORDS[flag])), (1, 1),
        xytext=(right, 9), xycoords="axes fraction", textcoords="offset points",
        color=LIGHT[FLAG_TOKENS[flag]], va="bottom", ha="right", weight="bold", annotation_clip=False,
    )  # fmt: skip


def _place(days: float | np.ndarray) -> float | np.ndarray:
    """Days on an axis on which a doubling is everywhere about as long."""
    return np.log2(1 + np.asarray(days))


def _edges(cells: pd.DataFrame) -> np.ndarray:
    """Return the counts at which the next of the colours begins: even steps of their logarithm."""
    return np.ceil(np.geomspace(1, max(cells["customers"].max(), 8), len(SHADES)))[1:]

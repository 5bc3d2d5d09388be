"""Chart of the self-diagnosis."""

from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import fitted, framed, is_narrow, key
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain
from retention_utils.texts import Text

__all__ = ["answer_bars"]

ROW, SMALL_ROW = 30, 44  # pixels per practice, and per practice on a phone


def answer_bars(answers: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw a bar to the right for every practice in place, to the left for every one missing.

    Parameters
    ----------
    answers : DataFrame
        From :func:`retention_utils.findings.self_diagnosis_tables.answer_lengths`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(answers, ["name", "length", "is_critical"], name="answers")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=42 + (SMALL_ROW if small else ROW) * len(answers), left=8, top=34, bottom=8)
    for place, row in enumerate(answers.itertuples()):
        if pd.isna(row.length):
            words = plain(formats.say("not answered"))
            ax.text(0.04, place, words, va="center", color=LIGHT["ink3"], size=12)
            continue
        ax.barh(place, row.length, 0.56, color=ROLES["main" if row.length > 0 else "alert"])
        if row.is_critical:
            words = _lines(formats.say("others wait for it"), 12 if small else 30)
            ax.text(0.04, place, words, va="center", color=LIGHT["ink2"], size=12)
    ax.axvline(0, color=LIGHT["ink"], lw=1)
    ax.set_xlim(-1, 1)
    ax.set_ylim(len(answers) - 0.5, -0.5)
    ax.set_xticks([])
    names = [_lines(name, 19 if small else 44) for name in answers["name"]]
    ax.set_yticks(range(len(answers)), names)
    ax.grid(visible=False)
    key(ax, [("alert", formats.say("missing")), ("main", formats.say("in place"))])
    return fitted(ax)


def _lines(words: str | Text, width: int) -> str:
    return "\n".join(plain(line) for line in wrap(str(words), width))

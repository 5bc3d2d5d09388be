"""Answers to surveys, one of every customer in every period, and what became of the other rows.

Who answers twice is one customer with one opinion: the latest counts. Answers that name nobody are counted
each.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.periods import Period, calendar_to
from retention_utils.schema import require

__all__ = ["OPTIONAL", "Answers", "answer_calendar", "in_stretch", "survey_answers", "written"]

LONGEST_YEARS = 5
OPTIONAL = ("customer_id", "day", "score", "comment", "theme", "replied_on", "themes")


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers that count, and how many rows do not, by reason."""

    scored: pd.DataFrame  # see survey_answers
    undated: pd.DataFrame  # the same of scores without a day
    table: pd.DataFrame  # every row, with the same columns; no value without a score
    rows: int
    without_score: int
    without_day: int  # with a score, but without a day
    outside: int  # with both, but before the calendar begins
    superseded: int  # followed by a later answer of the same customer in the same period
    without_customer: int  # of those that count


def answer_calendar(surveys: pd.DataFrame | None, period: Period) -> pd.DataFrame:
    """Return the periods that answers lie in, for a client of whom no other history is known.

    Parameters
    ----------
    surveys : DataFrame or None
        The client's table of this name.
    period : Period
        What the report is about.

    Returns
    -------
    DataFrame
        One row per period from that of the first answer on, at most :data:`LONGEST_YEARS` back:
        ``period_number``, ``period`` (key), ``first_day``, ``last_day``.
    """
    days = (
        pd.to_datetime(surveys["day"]).dropna() if surveys is not None else pd.Series(dtype="datetime64[ns]")
    )
    earliest = period.start.replace(year=period.start.year - LONGEST_YEARS, day=1)
    first = max(days.min().date(), earliest) if len(days) else period.start
    periods = calendar_to(period, min(first, period.start))
    rows = [(number, each.key, each.start, each.last_day) for number, each in enumerate(periods)]
    return pd.DataFrame(rows, columns=["period_number", "period", "first_day", "last_day"])


def survey_answers(surveys: pd.DataFrame | None, calendar: pd.DataFrame) -> Answers:
    """Keep the latest answer of every customer in every period.

    Parameters
    ----------
    surveys : DataFrame or None
        The client's table of this name; any of its columns may be missing or empty.
    calendar : DataFrame
        The mart's table of this name.

    Returns
    -------
    Answers
        ``scored`` has one row per answer with a score and a day in the calendar, by day: ``customer_id``
        (missing where unknown), ``day``, ``score``, ``value`` (1 for 9 and 10, -1 for 0 to 6, else 0),
        ``period_number``, and what else the table has. Of several answers of one customer in one period the
        last counts; of several on one day, the one further down.
    """
    require(calendar, ["period_number", "first_day", "last_day"], name="calendar")
    given = pd.DataFrame(columns=list(OPTIONAL)) if surveys is None else surveys
    table = given.reindex(columns=[*dict.fromkeys([*given.columns, *OPTIONAL])])
    score = pd.to_numeric(table["score"], errors="coerce").astype(float)
    day = pd.to_datetime(table["day"]).dt.normalize()
    number = _period_numbers(day, calendar)
    opinion = (score >= 9).astype(float) - (score <= 6)
    table = table.assign(score=score, day=day, period_number=number, value=opinion.where(score.notna()))
    is_scored, is_dated, is_within = score.notna(), day.notna(), number >= 0
    kept = table[is_scored & is_dated & is_within].sort_values("day", kind="stable", ignore_index=True)
    is_known = kept["customer_id"].notna()
    is_followed = is_known & kept.duplicated(["customer_id", "period_number"], keep="last")
    scored = kept[~is_followed].reset_index(drop=True)
    return Answers(
        scored=scored,
        undated=_latest(table[is_scored & ~is_dated]),
        table=table,
        rows=len(table),
        without_score=int((~is_scored).sum()),
        without_day=int((is_scored & ~is_dated).sum()),
        outside=int((is_scored & is_dated & ~is_within).sum()),
        superseded=int(is_followed.sum()),
        without_customer=int(scored["customer_id"].isna().sum()),
    )


def in_stretch(scored: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return the answers of some periods, of every known customer the latest.

    Parameters
    ----------
    scored : DataFrame
        Of :func:`survey_answers`.
    first, last : int
        Numbers of the periods, both included.
    """
    return _latest(scored[scored["period_number"].between(first, last)])


def written(column: pd.Series) -> pd.Series:
    """Return texts without the blanks around them; empty where there is none."""
    return column.astype(object).where(column.notna(), "").astype(str).str.strip()


def _latest(answers: pd.DataFrame) -> pd.DataFrame:
    """Keep of every known customer the last row."""
    is_followed = answers["customer_id"].notna() & answers.duplicated("customer_id", keep="last")
    return answers[~is_followed].reset_index(drop=True)


def _period_numbers(day: pd.Series, calendar: pd.DataFrame) -> np.ndarray:
    """Say in which period each day lies; -1 for none."""
    if day.empty or calendar.empty:
        return np.full(len(day), -1)
    table = calendar.sort_values("period_number")
    starts, ends = (pd.to_datetime(table[name]).to_numpy() for name in ("first_day", "last_day"))
    place = np.searchsorted(starts, day.to_numpy(), side="right") - 1  # a missing day goes beyond the end
    is_within = (place >= 0) & (day.to_numpy() <= ends[np.maximum(place, 0)])
    return np.where(is_within, table["period_number"].to_numpy()[np.maximum(place, 0)], -1)

"""NPS against what was planned for a period."""

from datetime import date

import numpy as np
import pandas as pd

from retention_utils.nps import MIN_ANSWERS, net_promoter_interval, nps_counts
from retention_utils.periods import Period, parse_period
from retention_utils.schema import require
from retention_utils.survey_answers import in_stretch

__all__ = ["UNUSED", "nps_against_plan"]

# What becomes of a planned score that is not compared; the first that fits.
UNUSED = ("one service", "later", "before", "other grain", "few")


def nps_against_plan(
    plan: pd.DataFrame | None, scored: pd.DataFrame, calendar: pd.DataFrame
) -> pd.DataFrame | None:
    """Put beside every planned score what came of it.

    Parameters
    ----------
    plan : DataFrame or None
        The client's table of this name: ``period``, ``metric``, ``value`` and, where the client has it,
        ``service``.
    scored : DataFrame
        Of :func:`retention_utils.survey_answers.survey_answers`.
    calendar : DataFrame
        The mart's table of this name.

    Returns
    -------
    DataFrame or None
        One row per planned score, newest period first: ``period``, ``use`` (``compared`` or one of
        :data:`UNUSED`), ``answers`` (of as many customers, each with the latest of the period), ``plan``,
        ``fact``, ``low``, ``high``, ``difference`` (fact minus plan; fractions), ``is_met``. Only a row that
        is ``compared`` has a fact: a period that the calendar holds whole, alone or in several, with 30
        answers. None without a plan for NPS.
    """
    if plan is None or not (plan["metric"] == "nps").any():
        return None
    require(calendar, ["period_number", "first_day", "last_day"], name="calendar")
    planned = plan[plan["metric"] == "nps"]
    service = planned["service"] if "service" in planned else pd.Series("", planned.index)
    rows = [
        {"plan": float(value) / 100, **_fact(parse_period(str(period)), name, scored, calendar)}
        for period, value, name in zip(planned["period"], planned["value"], service.fillna(""), strict=True)
    ]
    table = pd.DataFrame(rows)
    difference = (table["fact"] - table["plan"]).round(9)
    table = table.assign(difference=difference, is_met=difference >= 0)
    order = ["last_day", "first_day"]
    return table.sort_values(order, ascending=[False, True], ignore_index=True).drop(columns=order)


def _fact(period: Period, service: str, scored: pd.DataFrame, calendar: pd.DataFrame) -> dict[str, object]:
    numbers = {
        name: dict(zip(pd.to_datetime(calendar[name]).dt.date, calendar["period_number"], strict=True))
        for name in ("first_day", "last_day")
    }
    first, last = (numbers[name].get(day) for name, day in _ends(period))
    told = {
        "period": period.key,
        **dict(_ends(period)),
        "answers": 0,
        "fact": np.nan,
        "low": np.nan,
        "high": np.nan,
    }
    is_unknown = {
        "one service": bool(service),
        "later": period.last_day > max(numbers["last_day"]),
        "before": period.start < min(numbers["first_day"]),
        "other grain": first is None or last is None,
    }
    if any(is_unknown.values()):
        return told | {"use": next(use for use, holds in is_unknown.items() if holds)}
    good, bad, count = nps_counts(in_stretch(scored, first, last))
    if count < MIN_ANSWERS:
        return told | {"use": "few", "answers": count}
    score, low, high = (float(end) for end in net_promoter_interval(good, bad, count))
    return told | {"use": "compared", "answers": count, "fact": score, "low": low, "high": high}


def _ends(period: Period) -> tuple[tuple[str, date], tuple[str, date]]:
    return ("first_day", period.start), ("last_day", period.last_day)

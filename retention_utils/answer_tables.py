"""Where customers stood when they answered a survey, and when they bought next: one Ibis expression.

Only constructs that DuckDB, PostgreSQL and Spark agree on are used.
"""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from retention_utils.intake import bring
from retention_utils.sources.side_tables import up_to
from retention_utils.states import WINDOW_DAYS, YEAR_DAYS

__all__ = ["answer_states", "answer_tables"]


def answer_tables(
    purchases: ir.Table, backend: ibis.BaseBackend, further: Mapping[str, pa.Table], *, as_of: date
) -> dict[str, ir.Table]:
    """Return where the customers stood who answered a survey.

    Parameters
    ----------
    purchases : ir.Table
        From :func:`retention_utils.tables.purchases`.
    backend : ibis.BaseBackend
        The engine that holds them.
    further : mapping
        From :func:`retention_utils.merged_ids.under_one_id`.
    as_of : date
        The last day looked at.

    Returns
    -------
    dict
        ``answer_states``, from the function of this name. Nothing where there are no surveys.
    """
    if "surveys" not in further:
        return {}
    answers = up_to(further["surveys"], "surveys", as_of).select(["customer_id", "day"]).drop_null()
    return {"answer_states": answer_states(purchases, bring(backend, "answers", answers))}


def answer_states(purchases: ir.Table, answers: ir.Table) -> ir.Table:
    """Sum up what every customer had bought by the end of the day of an answer.

    Parameters
    ----------
    purchases : ir.Table
        From :func:`retention_utils.tables.purchases`.
    answers : ir.Table
        ``customer_id``, ``day``: who answered when; none missing.

    Returns
    -------
    ir.Table
        One row per customer and day of an answer by which the customer had bought, by both: ``customer_id``,
        ``day``; ``silence_days``, ``window_purchases``, ``year_purchases``, ``year_amount`` as in
        :func:`retention_utils.states.customer_states`; ``next_day`` (day of the first purchase after it;
        NULL where there is none yet).
    """
    asked = answers.select("customer_id", asked_on="day").distinct()
    both = asked.join(purchases, "customer_id")
    ago = both["asked_on"].delta(both["day"], unit="day")
    is_before = ago >= 0
    is_in_year = is_before & (ago < YEAR_DAYS)
    found = both.group_by("customer_id", "asked_on").aggregate(
        last_day=both["day"].max(where=is_before),
        next_day=both["day"].min(where=~is_before),
        window_purchases=both.count(where=is_before & (ago < WINDOW_DAYS)),
        year_purchases=both.count(where=is_in_year),
        year_amount=both["amount"].sum(where=is_in_year).fill_null(0).cast("decimal(18, 2)"),
    )
    known = found.filter(found["last_day"].notnull())
    silence = known["asked_on"].delta(known["last_day"], unit="day") + 1
    return known.select(
        "customer_id", "window_purchases", "year_purchases", "year_amount", "next_day",
        day=known["asked_on"], silence_days=silence,
    ).order_by("customer_id", "day")  # fmt: skip

"""Where every customer stood on a day, and what came after: one Ibis expression, run where the data are.

The same table, made for several days, serves the segments, the lists of who is fading and whom to call, and
their tests against history: what is known on a day is never mixed with what came later.
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

__all__ = ["NORM_DAYS", "WINDOW_DAYS", "YEAR_DAYS", "customer_states", "state_tables"]

YEAR_DAYS = 365
WINDOW_DAYS = 730  # what segments look at
NORM_DAYS = 365  # what a customer's own norm is taken from


def customer_states(
    purchases: ir.Table, *, day: date, stretch_days: int, follow_up_days: int | None = None
) -> ir.Table:
    """Sum up every customer as of the end of a day.

    Parameters
    ----------
    purchases : ir.Table
        From :func:`retention_utils.tables.purchases`.
    day : date
        The last day looked at. Customers who bought later only are left out.
    stretch_days : int
        Length of the two stretches that are held against the customer's own norm.
    follow_up_days : int, optional
        Days after ``day`` that are looked at, too; they must be in the log. Left out: no later columns.

    Returns
    -------
    ir.Table
        One row per customer, sorted by ``customer_id``: ``first_day``, ``last_day`` (dates);
        ``frequency`` (repeat purchase days), ``recency_days`` (last minus first day), ``age_days`` (``day``
        minus first day), ``silence_days`` (from the last purchase day to the end of ``day``, so 1 for a
        purchase on it: a customer with at most ``gap_days`` of them is active, as in
        :func:`retention_utils.period_tables.movements`); ``orders`` (count), ``amount``,
        ``repeat_amount`` (decimal; of all time, and without the first purchase day); ``year_purchases``
        (purchase days), ``year_amount`` (of the last 365 days); ``window_purchases``, ``window_amount`` (of
        the last 730); ``last_purchases``, ``last_amount``, ``previous_purchases``, ``previous_amount`` (of
        the last and the second last stretch); ``norm_purchases``, ``norm_amount`` (of the 365 days before
        those two stretches), ``norm_days`` (how many of these 365 the customer was one; 0 for newer ones);
        ``usual_gap_days`` (median days between purchase days; NULL with fewer than three purchase days);
        with ``follow_up_days`` also ``later_purchases`` (purchase days after ``day``), ``later_amount``
        (decimal).
    """
    until = ibis.date(day)
    known = purchases.filter(purchases["first_day"] <= until)
    if follow_up_days is not None:
        known = known.filter(known["day"] <= ibis.date(day + timedelta(days=follow_up_days)))
    else:
        known = known.filter(known["day"] <= until)
    is_before = known["day"] <= until
    norm_end = day - timedelta(days=2 * stretch_days)
    stretches = {
        "year": (day - timedelta(days=YEAR_DAYS), day),
        "window": (day - timedelta(days=WINDOW_DAYS), day),
        "last": (day - timedelta(days=stretch_days), day),
        "previous": (norm_end, day - timedelta(days=stretch_days)),
        "norm": (norm_end - timedelta(days=NORM_DAYS), norm_end),
    }
    sums = {}
    for name, (after, to) in stretches.items():
        is_within = (known["day"] > ibis.date(after)) & (known["day"] <= ibis.date(to))
        sums[f"{name}_purchases"] = known.count(where=is_within)
        sums[f"{name}_amount"] = _sum(known["amount"], where=is_within)
    if follow_up_days is not None:
        sums["later_purchases"] = known.count(where=~is_before)
        sums["later_amount"] = _sum(known["amount"], where=~is_before)
    states = known.group_by("customer_id", "first_day").aggregate(
        last_day=known["day"].max(where=is_before),
        purchase_days=known.count(where=is_before),
        orders=known["orders"].sum(where=is_before),
        amount=_sum(known["amount"], where=is_before),
        repeat_amount=_sum(known["amount"], where=is_before & (known["order_rank"] > 1)),
        **sums,
    )
    gaps = _usual_gaps(purchases.filter(purchases["next_day"] <= until))
    states = states.left_join(gaps, "customer_id").drop("customer_id_right")
    was_customer = ibis.date(norm_end).delta(states["first_day"], unit="day") + 1
    return (
        states.mutate(
            frequency=states["purchase_days"] - 1,
            recency_days=states["last_day"].delta(states["first_day"], unit="day"),
            age_days=until.delta(states["first_day"], unit="day"),
            silence_days=until.delta(states["last_day"], unit="day") + 1,
            norm_days=ibis.cases(
                (was_customer < 0, 0), (was_customer > NORM_DAYS, NORM_DAYS), else_=was_customer
            ),
        )
        .drop("purchase_days")
        .order_by("customer_id")
    )


def state_tables(
    purchases: ir.Table, *, as_of: date, previous: date, stretch_days: int, follow_up_days: int
) -> dict[str, ir.Table]:
    """Where the customers stand, stood when the period began, and stood so long ago that it can be tested.

    Parameters
    ----------
    purchases : ir.Table
        From :func:`retention_utils.tables.purchases`.
    as_of, previous : date
        The last days of the period and of the one before.
    stretch_days, follow_up_days : int
        As for :func:`customer_states`.

    Returns
    -------
    dict of str to ir.Table
        Tables of :func:`customer_states`: ``states``, ``states_previous``; with what came later
        ``states_before`` (one follow-up before ``as_of``) and ``states_earlier`` (two before it).
    """
    days = {
        "states": (as_of, None),
        "states_previous": (previous, None),
        "states_before": (as_of - timedelta(days=follow_up_days), follow_up_days),
        "states_earlier": (as_of - timedelta(days=2 * follow_up_days), follow_up_days),
    }
    return {
        name: customer_states(purchases, day=day, stretch_days=stretch_days, follow_up_days=seen_later)
        for name, (day, seen_later) in days.items()
    }


def _sum(amount: ir.DecimalColumn, *, where: ir.BooleanColumn) -> ir.DecimalScalar:
    return amount.sum(where=where).fill_null(0).cast("decimal(18, 2)")


def _usual_gaps(repeated: ir.Table) -> ir.Table:
    """Median days between a customer's purchase days; only with two gaps or more.

    The middle of ``n`` sorted gaps are those whose doubled rank is ``n``, ``n + 1`` or ``n + 2``: one of
    them for odd ``n``, two for even. Written with ranks, it spills to disk like any window.
    """
    gaps = repeated.select("customer_id", days=repeated["next_day"].delta(repeated["day"], unit="day"))
    sorted_by_days = ibis.window(group_by="customer_id", order_by="days")
    ranked = gaps.mutate(
        doubled=2 * (ibis.row_number().over(sorted_by_days) + 1),
        gaps=gaps.count().over(ibis.window(group_by="customer_id")),
    )
    is_middle = (ranked["doubled"] >= ranked["gaps"]) & (ranked["doubled"] <= ranked["gaps"] + 2)
    middle = ranked.filter(is_middle & (ranked["gaps"] >= 2))
    return middle.group_by("customer_id").aggregate(usual_gap_days=middle["days"].cast("float64").mean())

"""Revenue from contracts as it was earned, day by day, in the tables that counted value is made from."""

import pandas as pd

from retention_utils.schema import require

__all__ = ["OLDER", "contract_cells", "contract_movement", "newcomers", "year_earned"]

DAYS_PER_MONTH = 365.25 / 12
OLDER = -1  # cohort of those who were there before the list begins


def contract_cells(spans: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Add up what customers who joined in the same period have brought by period.

    A payment is spread evenly over the days that it covers, so a year paid at once is earned over the year.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    calendar : DataFrame
        The mart's table of this name.

    Returns
    -------
    DataFrame
        As the mart's ``cohort_cells``: one row per ``cohort`` (number of the period of joining;
        :data:`OLDER`) and ``age`` with revenue, and per cohort at age 0: ``active`` (customers), ``amount``.
    """
    require(spans, ["customer_id", "first_day", "end_day", "mrr"], name="spans")
    require(calendar, ["period_number", "first_day", "last_day"], name="calendar")
    paid = _paid(spans)
    joined = _joined(paid, calendar)
    paid = paid.assign(cohort=paid["who"].map(joined))
    sizes = joined.value_counts().rename_axis("cohort").rename("active").reset_index()
    parts = [sizes.assign(age=0, amount=0.0)]
    for row in calendar.itertuples():
        start, stop = pd.Timestamp(row.first_day), pd.Timestamp(row.last_day) + pd.Timedelta(days=1)
        now = paid[(paid["first_day"] < stop) & ~(paid["end_day"] <= start)]
        sums = (
            now.assign(amount=_earned(now, start, stop))
            .groupby("cohort", as_index=False)
            .agg(active=("who", "nunique"), amount=("amount", "sum"))
        )
        parts.append(sums.assign(age=row.period_number - sums["cohort"]))
    # At age 0 everyone counts who joined, even if gone the same day.
    cells = pd.concat(parts, ignore_index=True).groupby(["cohort", "age"], as_index=False)
    return cells.agg(active=("active", "max"), amount=("amount", "sum")).astype(
        {"cohort": int, "age": int, "active": int}
    )


def year_earned(
    spans: pd.DataFrame, calendar: pd.DataFrame, values: pd.DataFrame, *, age: int, margin: float
) -> pd.DataFrame:
    """Add up what each cohort had brought a year after joining, every customer from the own first day on.

    Contracts say it to the day. Half way between two ages, as orders are reckoned, is too little where all
    stay until their first renewal.

    Parameters
    ----------
    spans, calendar
        As for :func:`contract_cells`.
    values : DataFrame
        From :func:`retention_utils.unit_economics.cohort_value.cohort_value`, of the same spans.
    age : int
        Periods of a year.
    margin : float
        Share of revenue that counts.

    Returns
    -------
    DataFrame
        As ``values``, one row per cohort that has reached this age.
    """
    require(values, ["cohort", "age", "customers"], name="values")
    paid = _paid(spans)
    first = paid["who"].map(paid.groupby("who")["first_day"].min())
    earned = _earned(paid, first, first + pd.DateOffset(years=1)).clip(lower=0)
    cohort = paid["who"].map(_joined(paid, calendar))
    reached = values[values["age"] == age]
    brought = reached["cohort"].map(earned.groupby(cohort).sum()).astype(float) * margin
    return reached.assign(brought=brought, value=brought / reached["customers"])


def newcomers(cells: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Count who joined in each period: ``period_number``, ``joined``."""
    new = cells[cells["age"] == 0].set_index("cohort")["active"]
    numbers = calendar["period_number"]
    return pd.DataFrame(
        {"period_number": numbers, "joined": new.reindex(numbers).fillna(0).astype(int).to_numpy()}
    )


def contract_movement(rates: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Give the movement of contracts in the form that the formula of value takes.

    Parameters
    ----------
    rates : DataFrame
        From :func:`retention_utils.revenue_retention.revenue_rates`, of contracts.
    cells : DataFrame
        From :func:`contract_cells`.

    Returns
    -------
    DataFrame
        One row per period: ``period_number``, ``period``, ``active_start``, ``active_end``, ``churn``,
        ``amount``; everyone under contract is a buyer, so ``buyers`` and ``orders`` are their mean number.
    """
    earned = (
        cells.assign(period_number=cells["cohort"] + cells["age"]).groupby("period_number")["amount"].sum()
    )
    mean = (rates["customers_opening"] + rates["customers_closing"]) / 2
    return pd.DataFrame(
        {
            "period_number": rates["period_number"],
            "period": rates["period"],
            "active_start": rates["customers_opening"],
            "active_end": rates["customers_closing"],
            "churn": rates["customer_churn"],
            "orders": mean,
            "buyers": mean,
            "amount": rates["period_number"].map(earned).fillna(0.0),
        }
    )


def _paid(spans: pd.DataFrame) -> pd.DataFrame:
    paid = spans[spans["mrr"] > 0]
    return paid.assign(who=pd.factorize(paid["customer_id"])[0])[["who", "first_day", "end_day", "mrr"]]


def _earned(paid: pd.DataFrame, start: pd.Timestamp | pd.Series, stop: pd.Timestamp | pd.Series) -> pd.Series:
    """Return what each span brings from one day on, up to another."""
    until = paid["end_day"].fillna(stop).clip(upper=stop)
    return (until - paid["first_day"].clip(lower=start)).dt.days * paid["mrr"] / DAYS_PER_MONTH


def _joined(paid: pd.DataFrame, calendar: pd.DataFrame) -> pd.Series:
    """Return the number of the period in which each customer joined; of those known by its end."""
    first = paid.groupby("who")["first_day"].min()
    first = first[first <= pd.Timestamp(calendar["last_day"].iloc[-1])]
    place = pd.to_datetime(calendar["first_day"]).searchsorted(first, side="right") - 1
    return pd.Series(calendar["period_number"].to_numpy()[place.clip(0)], index=first.index).where(
        place >= 0, OLDER
    )

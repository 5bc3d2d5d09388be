"""The tables of a mart by month, cohort and age, by pandas."""

import numpy as np
import pandas as pd
from pandas_log import AS_OF, GAP, MONTHS, WINDOW, counted, month

TENURES = [0, 1, 3, 12]  # months, each up to the next
BRACKETS = {1: 3, 4: 6, 7: 12}  # ages, first to last
STRETCH = 30  # days


def movements(months: pd.DataFrame) -> pd.DataFrame:
    """Count who came into and who dropped out of the active base in every month."""
    spells = _spells(months)
    is_first, comes, goes = spells["is_first"], spells["comes"], spells["goes"]
    since, until = spells["since"] - 1, spells["until"]
    found = months.groupby("month").agg(
        joined=("last_rank", "size"), buyers=("customer", "size"), orders=("orders", "sum"),
        purchase_days=("purchase_days", "sum"), amount=("amount", "sum"),
    )  # fmt: skip
    found["joined"] = (months["month"] == months["cohort"]).groupby(months["month"]).sum()
    found["new"] = since[is_first].value_counts()
    found["reactivated"] = since[comes & ~is_first].value_counts()
    found["lapsed"] = until[goes].value_counts()
    found = found.fillna(0)
    found["active_end"] = (found["new"] + found["reactivated"] - found["lapsed"]).cumsum()
    found["active_start"] = found["active_end"].shift(1, fill_value=0)
    return found.rename_axis("period_number").reset_index()


def cohort_movements(months: pd.DataFrame) -> pd.DataFrame:
    """Count who of every cohort came into and who dropped out of the active base in every month."""
    spells = _spells(months)
    came = spells[spells["comes"]].assign(period_number=spells["since"] - 1, gained=1, lapsed=0)
    went = spells[spells["goes"]].assign(period_number=spells["until"], gained=0, lapsed=1)
    keys = ["cohort", "period_number"]
    return pd.concat([came, went]).groupby(keys, as_index=False)[["gained", "lapsed"]].sum()


def _spells(months: pd.DataFrame) -> pd.DataFrame:
    """Give the stretches of boundaries at which a customer is active, and which begin and end there."""
    next_month = months.groupby("customer")["month"].shift(-1).fillna(MONTHS)
    spells = months[["customer", "cohort"]].assign(
        since=months["month"] + 1,
        until=np.minimum(np.minimum(next_month, month(months["last_day"] + GAP)), MONTHS).astype(int),
        is_first=months["month"] == months["cohort"],
    )
    spells = spells[spells["until"] >= spells["since"]]
    of_customer = spells.groupby("customer")
    return spells.assign(
        comes=~(of_customer["until"].shift(1) == spells["since"] - 1),
        goes=~(of_customer["since"].shift(-1) == spells["until"] + 1) & (spells["until"] < MONTHS),
    )


def period_sums(months: pd.DataFrame) -> pd.DataFrame:
    """Sum the squares of what customers spent, and the products with the month before."""
    of_customer = months.groupby("customer")
    is_next = of_customer["month"].shift(1) == months["month"] - 1
    before = of_customer["amount"].shift(1).where(is_next, 0.0)
    found = pd.DataFrame(
        {
            "period_number": months["month"],
            "amount_squares": months["amount"] ** 2,
            "amount_products": months["amount"] * before,
            "buyers_of_both": is_next,
        }
    )
    return found.groupby("period_number", as_index=False).sum()


def order_bridge(months: pd.DataFrame) -> pd.DataFrame:
    """Account for the money of months and of years by that of the month and the year before."""
    yearly = months.assign(month=months["month"] // 12 + 1, cohort=months["cohort"] // 12 + 1)
    yearly = yearly.groupby(["customer", "month", "cohort"], as_index=False)["amount"].sum()
    spans = (("period", months, MONTHS), ("year", yearly, MONTHS // 12 + 1))
    return pd.concat([_bridge(rows, count).assign(span=span) for span, rows, count in spans])


def _bridge(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    now = rows[["customer", "month", "cohort", "amount"]].rename(columns={"amount": "y"})
    was = now.rename(columns={"y": "x"}).assign(month=now["month"] + 1)
    both = now.merge(was, on=["customer", "month", "cohort"], how="outer")
    x, y = both["x"].fillna(0.0), both["y"].fillna(0.0)
    is_kept, is_new = both["x"].notna() & both["y"].notna(), both["month"] == both["cohort"]
    is_back, is_lost, m = both["x"].isna() & ~is_new, both["y"].isna(), np.minimum(x, y)
    sums = pd.DataFrame(
        {
            "month": both["month"], "opening": x, "new": y.where(is_new, 0),
            "reactivation": y.where(is_back, 0),
            "expansion": (y - m).where(is_kept, 0), "contraction": (x - m).where(is_kept, 0),
            "churn": x.where(is_lost, 0), "closing": y, "customers_opening": both["x"].notna(),
            "customers_new": is_new, "customers_reactivation": is_back, "customers_churn": is_lost,
            "customers_closing": both["y"].notna(), "opening_squares": x**2, "closing_squares": y**2,
            "kept_squares": (y**2).where(is_kept, 0), "kept_products": x * y,
            "capped_squares": (m**2).where(is_kept, 0), "capped_products": (m * x).where(is_kept, 0),
        }
    )  # fmt: skip
    found = sums.groupby("month").sum().reindex(range(count), fill_value=0)
    return found.rename_axis("period_number").reset_index()


def cohort_cells(months: pd.DataFrame) -> pd.DataFrame:
    """Count who of every cohort bought at every age."""
    placed = months.assign(age=months["month"] - months["cohort"], repeats=months["last_rank"] > 1)
    return placed.groupby(["cohort", "age"], as_index=False).agg(
        active=("customer", "size"), orders=("orders", "sum"), amount=("amount", "sum"),
        repeaters=("repeats", "sum"),
    )  # fmt: skip


def repeat_by_cohort(days: pd.DataFrame) -> pd.DataFrame:
    """Count who purchased again soon."""
    first = days[(days["order_rank"] == 1) & (days["day"] <= AS_OF - WINDOW)]
    return (
        first.assign(soon=first["next_day"] - first["day"] <= WINDOW)
        .groupby("cohort", as_index=False)
        .agg(customers=("soon", "size"), repeated=("soon", "sum"))
    )


def tenure_periods(months: pd.DataFrame) -> pd.DataFrame:
    """Sum up the buyers of every month by how long they have been customers."""
    age = months["month"] - months["cohort"]
    tenure = pd.cut(age, [*TENURES, np.inf], right=False, labels=TENURES)
    found = months.groupby(["month", tenure.rename("tenure")], observed=True).agg(
        buyers=("customer", "size"), orders=("orders", "sum"), purchase_days=("purchase_days", "sum"),
        amount=("amount", "sum"),
    )  # fmt: skip
    return found.rename_axis(["period_number", "tenure"]).reset_index().astype({"tenure": int})


def last_cells(summed: pd.DataFrame) -> pd.DataFrame:
    """Count the customers of every cohort by the age at which they bought last."""
    age = month(summed["last_day"]) - summed["cohort"]
    return counted(pd.DataFrame({"cohort": summed["cohort"], "age": age}))


def first_repeat_cells(months: pd.DataFrame) -> pd.DataFrame:
    """Count the customers of every cohort by the age at which they first came back."""
    second = months[months.groupby("customer").cumcount() == 1]
    return counted(pd.DataFrame({"cohort": second["cohort"], "age": second["month"] - second["cohort"]}))


def bracket_cells(months: pd.DataFrame) -> pd.DataFrame:
    """Count who of every cohort bought within several ages."""
    ages = pd.cut(months["month"] - months["cohort"], [0, *BRACKETS.values()], labels=list(BRACKETS))
    placed = months[["customer", "cohort"]].assign(first_age=ages.astype(float)).dropna()
    found = placed[is_changed(placed[["customer", "first_age"]])].groupby(["cohort", "first_age"]).size()
    found = found.rename("active").reset_index()
    return found.assign(last_age=found["first_age"].map(BRACKETS))


def rolling_cells(days: pd.DataFrame) -> pd.DataFrame:
    """Count who of every cohort bought in every stretch of days since the first purchase."""
    age = (days["day"] - days["first_day"]).dt.days // STRETCH
    observed = ((AS_OF - days["first_day"]).dt.days + 1) // STRETCH
    whole = days[["customer", "cohort"]].assign(age=age)[age < observed]
    whole = whole[is_changed(whole[["customer", "age"]])]
    return counted(whole[["cohort", "age"]]).rename(columns={"customers": "active"})


def rolling_observed(summed: pd.DataFrame) -> pd.DataFrame:
    """Count the customers of every cohort by how many whole stretches they have been seen."""
    observed = (summed["age_days"] + 1) // STRETCH
    return counted(pd.DataFrame({"cohort": summed["cohort"], "observed": observed}))


def is_changed(rows: pd.DataFrame) -> pd.Series:
    """Mark the first of successive rows that are alike: the quick way to drop copies from what is sorted."""
    return (rows != rows.shift()).any(axis=1)

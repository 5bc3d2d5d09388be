"""The whole account of use: who is judged today, how right the same was before, what comes up when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from retention_utils.contract_use.due import next_due
from retention_utils.contract_use.record import UseRecord, paid_stretches, use_record
from retention_utils.contract_use.signs import JUDGED, STALE_DAYS, UseRules, months_from, use_signs
from retention_utils.contract_use.trial import (
    course,
    followed_signs,
    share_left_by_change,
    trial_by_day,
    use_trial,
)

__all__ = [
    "RENEWAL_BANDS",
    "ContractUse",
    "contract_use",
    "listed_customers",
    "use_at_renewal",
    "use_by_plan",
    "use_today",
]

FALLS = (0.25, 0.5, 0.75)
RENEWAL_BANDS = ("week", "month", "quarter", "later")


@dataclass(frozen=True, eq=False)
class ContractUse:
    """Everything that is said of use."""

    record: UseRecord
    rules: UseRules
    as_of: pd.Timestamp
    until: pd.Timestamp  # the end of the month to come
    recorded_until: pd.Timestamp
    signs: pd.DataFrame  # as use_signs gives it, with due_day and is_due
    trial: pd.DataFrame
    by_day: pd.DataFrame
    bands: pd.DataFrame
    course: pd.DataFrame

    @property
    def is_current(self) -> bool:
        """Whether use is recorded up to a month ago, so that it tells of now."""
        return (self.as_of - self.recorded_until).days <= STALE_DAYS

    @property
    def falling(self) -> pd.Series:
        """The trial of the fall in force."""
        return self.trial[self.trial["fall"] == self.rules.fall_share].iloc[0]

    @property
    def unused(self) -> pd.Series:
        """The trial of no use at all."""
        return self.trial.iloc[-1]

    def of(self, *statuses: str) -> pd.DataFrame:
        """Pick the customers of today of these statuses."""
        return self.signs[self.signs["status"].isin(statuses)]


def contract_use(
    activity: pd.DataFrame | None,
    spans: pd.DataFrame,
    *,
    as_of: date,
    history_start: date,
    rules: UseRules,
) -> ContractUse | None:
    """Judge use today, and try the same on the past.

    Parameters
    ----------
    activity : DataFrame or None
        The client's table of this name.
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    as_of, history_start : date
        The last day looked at, and the first one that the list holds whole.

    Returns
    -------
    ContractUse or None
        None where no use is recorded.
    """
    paid = paid_stretches(spans)
    record = use_record(activity, paid, kind=rules.kind)
    day, start = pd.Timestamp(as_of), pd.Timestamp(history_start)
    if record is None or pd.isna(record.last_day(day)):
        return None
    signs = use_signs(record, paid, spans, as_of=day, rules=rules)
    due = signs["customer_id"].map(next_due(spans, as_of=day, history_start=start))
    until = months_from(day, 1)
    signs = signs.assign(due_day=due, is_due=due <= until)
    past = followed_signs(record, paid, spans, as_of=day, history_start=start, rules=rules)
    return ContractUse(
        record=record,
        rules=rules,
        as_of=day,
        until=until,
        recorded_until=record.last_day(day),
        signs=signs,
        trial=use_trial(signs, past, rules=rules, falls=FALLS),
        by_day=trial_by_day(past),
        bands=share_left_by_change(past, min_customers=rules.min_customers),
        course=course(past),
    )


def use_today(
    activity: pd.DataFrame | None, spans: pd.DataFrame, *, as_of: date, rules: UseRules
) -> pd.Series | None:
    """Return the status of everyone under contract, by customer; None where use does not tell of now."""
    paid, day = paid_stretches(spans), pd.Timestamp(as_of)
    record = use_record(activity, paid, kind=rules.kind)
    if record is None:
        return None
    signs = use_signs(record, paid, spans, as_of=day, rules=rules)
    is_told = (signs["status"] != "unrecorded").any()
    return signs.set_index("customer_id")["status"] if is_told else None


def listed_customers(use: ContractUse) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List whom to ask first, and whom then; nobody of a sign that was no better than chance before.

    Returns
    -------
    first : DataFrame
        Those whose use falls and whose contract comes up within the month, who pays the most first.
    then : DataFrame
        The others whose use falls, and those who used nothing, by the day on which they come up.
    """
    verdicts = {"falling": use.falling["verdict"], "unused": use.unused["verdict"]}
    shown = use.of(*(status for status, verdict in verdicts.items() if verdict != "no"))
    is_first = (shown["status"] == "falling") & shown["is_due"].astype(bool)
    first, then = shown[is_first], shown[~is_first]
    order = ["mrr", "change", "customer_id"]
    return (
        first.assign(year=12 * first[("mrr")]).sort_values(
            order, ascending=[False, True, True], ignore_index=True
        ),
        then.assign(year=12 * then["mrr"]).sort_values(["due_day", *order], ignore_index=True),
    )


def use_at_renewal(use: ContractUse) -> pd.DataFrame:
    """Cross the time to the next renewal or payment with use.

    Returns
    -------
    DataFrame
        One row per band of :data:`RENEWAL_BANDS` that anybody is in: ``band`` (within a week, a month, a
        quarter of a year; later, or on no day that is known), ``customers``, ``falling``, ``unused``,
        ``steady``, ``others`` (not judged), and ``falling_mrr``.
    """
    signs = use.signs
    ends = [use.as_of + pd.Timedelta(days=7), use.until, months_from(use.as_of, 3)]
    cases = [signs["due_day"] <= end for end in ends]
    band = pd.Series(np.select(cases, RENEWAL_BANDS[:3], "later"), index=signs.index)
    counts = pd.crosstab(band, signs["status"]).reindex(columns=[*JUDGED, "unused"], fill_value=0)
    table = counts.assign(customers=band.value_counts(), falling_mrr=_money_of(use.of("falling"), band))
    table["others"] = table["customers"] - table[["falling", "steady", "unused"]].sum(axis=1)
    table = table.reindex([name for name in RENEWAL_BANDS if name in table.index])
    return table.fillna({"falling_mrr": 0.0}).rename_axis("band").reset_index()


def use_by_plan(use: ContractUse) -> pd.DataFrame:
    """Add up by plan, the most customers judged first.

    Returns
    -------
    DataFrame
        ``plan``, ``judged`` (falling or steady), ``normal`` (median use in 30 days; blank for few),
        ``moved`` (use of all told against the three months before; a fraction), ``falling``, ``falling_mrr``.
    """
    told = use.signs[use.signs["recent"].notna()]
    sums = told.groupby("plan").agg(
        normal=("normal", "first"),
        recent=("recent", "sum"),
        before=("before", "sum"),
        told=("recent", "size"),
    )
    judged = use.of(*JUDGED).groupby("plan").size().reindex(sums.index, fill_value=0)
    is_many = (sums["told"] >= use.rules.min_customers) & (sums["before"] > 0) & (judged > 0)
    falling = use.of("falling").groupby("plan")["mrr"]
    table = pd.DataFrame(
        {
            "judged": judged,
            "normal": sums["normal"],
            "moved": (sums["recent"] / sums["before"] - 1).where(is_many),
            "falling": falling.size().reindex(sums.index, fill_value=0),
            "falling_mrr": falling.sum().reindex(sums.index, fill_value=0.0),
        }
    ).reset_index()
    return table.sort_values(["judged", "plan"], ascending=[False, True], ignore_index=True)


def _money_of(table: pd.DataFrame, band: pd.Series) -> Mapping[str, float]:
    return table["mrr"].groupby(band.reindex(table.index)).sum()

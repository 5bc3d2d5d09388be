"""The whole account of use: who is judged today, and how right the same was before."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from retention_utils.contract_use.due import next_due
from retention_utils.contract_use.level import UseLevels, use_levels
from retention_utils.contract_use.record import UseRecord, paid_stretches, use_record
from retention_utils.contract_use.signs import STALE_DAYS, UseRules, months_from, use_signs
from retention_utils.contract_use.trial import (
    course,
    followed_signs,
    share_left_by_change,
    trial_by_day,
    use_trial,
)

__all__ = ["ContractUse", "contract_use", "use_today"]

FALLS = (0.25, 0.5, 0.75)


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
    levels: UseLevels

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
        levels=use_levels(signs, record, paid, spans, as_of=day, rules=rules),
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

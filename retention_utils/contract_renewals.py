"""Which running contracts come up for renewal soon, how likely each is to be renewed, and whom to call first.

Every payment that falls due is a renewal. The chance is that of the shifted beta-geometric model of contracts
paid alike and of the same plan, given the renewals that the contract has lived through. Plans are taken
together, or left out, as in :mod:`retention_utils.contract_survival.families`. Chances look less far ahead
than values, and are tried on as short a time: they are good only where the models foresaw the renewals of the
time just before within chance.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from retention_utils.contract_survival.billing import payment_day
from retention_utils.contract_survival.families import ContractFamily, contract_families
from retention_utils.contract_survival.shifted_beta import ShiftedBeta, bootstrapped
from retention_utils.contract_survival.tenures import tenure_cells
from retention_utils.schema import require
from retention_utils.stats import normal_quantile

__all__ = [
    "DueSoon",
    "Rehearsal",
    "RenewalOutlook",
    "due_soon",
    "overdue_now",
    "rehearse",
    "renewal_outlook",
    "renewals_by_plan",
    "renewals_by_week",
]

DRAWS = 100
YEAR = 12  # months
KEYS = ["customer_id", "contract"]


@dataclass(frozen=True, eq=False)
class DueSoon:
    """The contracts that come up, and the chances of every refit, one row per contract."""

    table: pd.DataFrame
    draws: np.ndarray
    left_out: tuple[ContractFamily, ...] = ()  # with running contracts, of which no chance is known


@dataclass(frozen=True)
class RenewalOutlook:
    """What is expected of the contracts that come up; money as a year's revenue at today's price."""

    contracts: int
    money: float
    kept: float  # contracts expected to be there after the time looked at
    kept_low: float
    kept_high: float
    lost: float  # money expected to be lost
    lost_low: float
    lost_high: float


@dataclass(frozen=True)
class Rehearsal:
    """The same said of as long a time before, held against what came."""

    first_day: pd.Timestamp
    last_day: pd.Timestamp
    outlook: RenewalOutlook
    kept: int

    @property
    def is_passed(self) -> bool:
        """Whether what came lies within what was expected."""
        return self.outlook.kept_low <= self.kept <= self.outlook.kept_high


def due_soon(
    spans: pd.DataFrame, *, as_of: date, history_start: date, ahead_days: int, level: float = 0.95
) -> DueSoon:
    """List the running contracts with a payment due soon, with the chance that they are kept.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    as_of, history_start : date
        The last day looked at, and the first one that the list holds whole.
    ahead_days : int
        How far to look ahead.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DueSoon
        One row per contract with a payment due, the greatest expected loss first: ``customer_id``,
        ``contract``, ``plan`` (that it has now), ``billed_every``, ``due_day`` (of the next payment),
        ``payments`` (due in that time), ``renewals`` (lived through), ``money`` (a year's revenue),
        ``chance`` (of being kept through them) with ``low``, ``high``, ``expected_loss`` (money). Chances are
        blank where too few such contracts have ended for a model.
    """
    require(spans, [*KEYS, "plan", "billed_every", "first_day", "end_day", "mrr"], name="spans")
    day = pd.Timestamp(as_of)
    families = contract_families(spans, history_start=history_start, as_of=as_of, is_tried=False)
    left_out = tuple(family for family in families if family.refused and family.contracts)
    parts, drawn = [], []
    for family in families:
        due = _with_due(family.group.tenures, day, family.group.billed_every, ahead_days)
        model, refits = (None, []) if family.refused else (family.model, _refits(family))
        further, lived = due["payments"].to_numpy(), due["renewals"].to_numpy()
        chances = _chances(model, further, lived)
        draws = np.array([_chances(each, further, lived) for each in refits] or [chances])
        parts.append(due.assign(chance=chances, billed_every=family.group.billed_every))
        # Refits without a maximum are left out; those that are there stand in for them.
        drawn.append(draws[np.arange(DRAWS) % len(draws)].T)
    if not sum(map(len, parts)):
        nothing = pd.DataFrame(columns=COLUMNS).astype({"due_day": "datetime64[ns]", "money": float})
        return DueSoon(nothing.astype({"chance": float, "expected_loss": float}), np.empty((0, DRAWS)))
    table, draws = pd.concat(parts, ignore_index=True), np.vstack(drawn)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=1)
    money = table["mrr"] * YEAR
    table = table.assign(plan=_plan_now(table, spans), low=low, high=high, money=money)
    table = table.assign(expected_loss=money * (1 - table["chance"]))
    order = table.sort_values(["expected_loss", "due_day", *KEYS], ascending=[False, True, True, True]).index
    return DueSoon(table.loc[order, COLUMNS].reset_index(drop=True), draws[order], left_out)


COLUMNS = [
    *KEYS, "plan", "billed_every", "due_day", "payments", "renewals", "money", "chance", "low", "high",
    "expected_loss",
]  # fmt: skip


def renewal_outlook(due: DueSoon, *, level: float = 0.95) -> RenewalOutlook | None:
    """Add up what is expected of the contracts that come up.

    Returns
    -------
    RenewalOutlook or None
        None where there is none with a chance. The intervals hold what is not known of the model and the luck
        of every contract, as normal distributions.
    """
    known = due.table["chance"].notna().to_numpy()
    if not known.any():
        return None
    chance, money = (due.table.loc[known, name].to_numpy(float) for name in ("chance", "money"))
    drawn = due.draws[known]
    luck = chance * (1 - chance)
    reach = normal_quantile(level)
    kept, lost = float(chance.sum()), float((money * (1 - chance)).sum())
    kept_reach = reach * np.sqrt(drawn.sum(axis=0).var() + luck.sum())
    lost_reach = reach * np.sqrt((money[:, None] * drawn).sum(axis=0).var() + (money**2 * luck).sum())
    return RenewalOutlook(
        contracts=int(known.sum()),
        money=float(money.sum()),
        kept=kept,
        kept_low=max(kept - kept_reach, 0.0),
        kept_high=min(kept + kept_reach, float(known.sum())),
        lost=lost,
        lost_low=max(lost - lost_reach, 0.0),
        lost_high=min(lost + lost_reach, float(money.sum())),
    )


def rehearse(
    spans: pd.DataFrame, *, as_of: date, history_start: date, ahead_days: int, grace_days: int
) -> Rehearsal | None:
    """Say the same of a time before, from what was known then, and count what came.

    Parameters
    ----------
    grace_days : int
        So long after the last day of that time a renewal may come in.

    Returns
    -------
    Rehearsal or None
        None where nothing came up then, or too little was known. Kept is a contract that runs when judged; a
        customer who took another one instead counts as lost, as the model counts.
    """
    judged = pd.Timestamp(as_of)
    then = judged - pd.Timedelta(days=ahead_days + grace_days)
    if then <= pd.Timestamp(history_start):
        return None
    # What ended later was not known to end.
    known = spans.assign(end_day=spans["end_day"].where(spans["end_day"] <= then))
    known = known[known["first_day"] <= then]
    due = due_soon(known, as_of=then, history_start=history_start, ahead_days=ahead_days)
    outlook = renewal_outlook(due)
    if outlook is None:
        return None
    until = then + pd.Timedelta(days=ahead_days)
    paid = spans[(spans["first_day"] <= until + pd.Timedelta(days=1)) & ~(spans["end_day"] <= until)]
    still = paid[KEYS].astype(str).drop_duplicates()
    asked = due.table.loc[due.table["chance"].notna(), KEYS].astype(str)
    kept = len(asked.merge(still, on=KEYS))
    return Rehearsal(then + pd.Timedelta(days=1), until, outlook, kept)


def renewals_by_week(due: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Add up by weeks from the day after, at the first payment due, what is expected to be kept and lost.

    Returns
    -------
    DataFrame
        One row per week in which a contract with a chance comes up: ``week`` (its first day), ``contracts``,
        ``kept``, ``lost`` (a year's revenue).
    """
    require(due, ["due_day", "money", "chance"], name="due")
    known = due[due["chance"].notna()]
    first = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    weeks = first + pd.to_timedelta((known["due_day"] - first).dt.days // 7 * 7, unit="D")
    kept = known["money"].astype(float) * known["chance"].astype(float)
    table = pd.DataFrame({"week": weeks, "contracts": 1, "kept": kept, "lost": known["money"] - kept})
    return table.groupby("week", as_index=False).sum()


def renewals_by_plan(due: pd.DataFrame) -> pd.DataFrame:
    """Add up by plan and billing period: ``contracts``, ``money``, ``chance`` (mean), ``expected_loss``."""
    require(due, ["plan", "billed_every", "money", "chance", "expected_loss"], name="due")
    table = due.groupby(["plan", "billed_every"], as_index=False, observed=True).agg(
        contracts=("money", "size"),
        money=("money", "sum"),
        chance=("chance", "mean"),
        expected_loss=("expected_loss", lambda losses: losses.sum(min_count=1)),
    )
    return table.sort_values(["money", "plan"], ascending=[False, True], ignore_index=True)


def overdue_now(subscriptions: pd.DataFrame, *, as_of: date, grace_days: int) -> pd.DataFrame:
    """List the contracts with a payment overdue that the days of grace still keep, the most money first.

    Returns
    -------
    DataFrame
        ``customer_id``, ``plan``, ``past_due_since``, ``days_left`` (of grace), ``amount`` (of the payment).
    """
    require(subscriptions, ["customer_id", "past_due_since", "end", "amount"], name="subscriptions")
    day = pd.Timestamp(as_of)
    since, end = (pd.to_datetime(subscriptions[name]) for name in ("past_due_since", "end"))
    left = grace_days - (day - since).dt.days
    is_open = since.notna() & (since <= day) & (left > 0) & ~(end <= day)
    table = subscriptions[is_open].assign(past_due_since=since[is_open], days_left=left[is_open])
    columns = ["customer_id", "plan", "past_due_since", "days_left", "amount"]
    table = table.reindex(columns=columns).astype({"amount": float})
    return table.sort_values(["amount", "past_due_since"], ascending=[False, True], ignore_index=True)


def _with_due(tenures: pd.DataFrame, day: pd.Timestamp, every: str, ahead_days: int) -> pd.DataFrame:
    """Keep the running contracts with a payment due in the days ahead, and say when and how many.

    When the next payment of a paused one is due, nobody knows.
    """
    running = tenures[tenures["is_running"] & ~tenures["is_paused"]].reset_index(drop=True)
    until = day + pd.Timedelta(days=ahead_days)
    due_days, payments = [], []
    for row in running.itertuples():
        number, count, first = row.renewals + 1, 0, pd.NaT
        while (due := payment_day(row.since, number, billed_every=every)) <= until:
            if due > day:
                first = due if count == 0 else first
                count += 1
            number += 1
        due_days.append(first)
        payments.append(count)
    found = running.assign(
        due_day=pd.to_datetime(pd.Series(due_days, index=running.index)), payments=payments
    )
    return found[found["payments"] > 0].reset_index(drop=True)


def _refits(family: ContractFamily) -> list[ShiftedBeta]:
    return bootstrapped(tenure_cells(family.group.tenures), family.model, draws=DRAWS)


def _chances(model: ShiftedBeta | None, further: np.ndarray, lived: np.ndarray) -> np.ndarray:
    return model.survival(further, after=lived) if model else np.full(len(lived), np.nan)


def _plan_now(table: pd.DataFrame, spans: pd.DataFrame) -> pd.Series:
    """Return the plan of every contract's last row; the model's is that of its first."""
    last = spans.sort_values("first_day").assign(**{key: spans[key].astype(str) for key in KEYS})
    last = last.drop_duplicates(KEYS, keep="last").set_index(KEYS)["plan"].astype(str)
    keys = pd.MultiIndex.from_frame(table[KEYS].astype(str))
    return pd.Series(last.reindex(keys).to_numpy(), index=table.index)

"""Contracts by the renewals they have lived through: what every estimate of their life is made from."""

import numpy as np
import pandas as pd

from retention_utils.contract_survival.billing import whole_periods
from retention_utils.schema import require
from retention_utils.subscriptions.spans import MONTHS_COVERED, monthly_revenue

__all__ = ["GROUPINGS", "contract_tenures", "snapshot_tenures", "tenure_cells"]

KEYS = ["customer_id", "contract"]
GROUPINGS = ("plan", "group")
COLUMNS = [
    *KEYS, "first_day", "entered", "renewals", "has_ended", "is_running", "is_paused", "due", "plan", "mrr",
    "since",
]  # fmt: skip


def contract_tenures(
    spans: pd.DataFrame, *, billed_every: str, history_start: pd.Timestamp, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Count the renewals of every contract paid so often up to a day.

    A contract that is paid five times has lived through four renewals and is lost at the fifth. The time of a
    pause does not count; one that has lasted too long loses the contract at the payment that it put off. Who
    ends a contract and takes another after a break begins anew, and so does who resumes one too late. Who
    goes on with the same contract, paid more or less often, is not lost: the contract is seen to that day,
    and begins anew among those paid like that.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    billed_every : str
        One of :data:`retention_utils.contract_survival.billing.BILLING`: which contracts; the plan may have
        changed meanwhile.
    history_start : Timestamp
        Contracts that ended before are not in the list, so older ones are seen only from the renewals that
        they had lived through by then (delayed entry).
    as_of : Timestamp
        The last day looked at.

    Returns
    -------
    DataFrame
        One row per contract begun by then: ``customer_id``, ``contract``, ``first_day``, ``entered``
        (renewals before it was seen), ``renewals`` (lived through), ``has_ended`` (lost at the next one),
        ``is_running`` (neither lost nor paid otherwise now), ``is_paused`` (of those that run: nothing is
        paid now), ``due`` (renewals there would be by then, had it not ended, or up to the day it was last
        paid like this), ``plan`` (that it was first seen with: who lived long enough to change it would lend
        the new one a long life), ``mrr`` (of the last row: of a paused one, what it brought before),
        ``since`` (the day it would have begun, had it never paused).
    """
    require(spans, ["customer_id", "contract", "first_day", "end_day", "mrr", "ending"], name="spans")
    paid = spans[(spans["mrr"] > 0) & (spans["first_day"] <= as_of)].sort_values([*KEYS, "first_day"])
    paid = paid.assign(kept_until=_kept_until(paid, spans))
    paid = paid.assign(is_switched=_switched(paid))
    paid = paid[paid["billed_every"] == billed_every].reset_index(drop=True)
    until = paid["end_day"].where(paid["end_day"] <= as_of, as_of)
    paid = paid.assign(until=until, covered=until - paid["first_day"])
    lives = _lives(paid)
    has_ended = (lives["kept_until"] <= as_of) & ~lives["is_switched"]
    since = lives["until"] - lives["covered"]
    payments = whole_periods(since, lives["until"], billed_every=billed_every)
    entered = whole_periods(lives["first_day"], history_start, billed_every=billed_every).clip(lower=0)
    renewals = np.where(has_ended, (payments - 1).clip(lower=0), payments)
    looked_to = lives["until"].where(lives["is_switched"], as_of)
    due = np.maximum(whole_periods(lives["first_day"], looked_to, billed_every=billed_every), renewals)
    is_running = ~has_ended & ~lives["is_switched"]
    table = lives.assign(
        entered=entered, renewals=renewals, has_ended=has_ended, is_running=is_running, due=due, since=since,
        is_paused=is_running & (lives["end_day"] <= as_of),
    )  # fmt: skip
    is_seen = table["entered"] < table["renewals"] + table["has_ended"]
    is_young = (table["entered"] == 0) & ~table["has_ended"]
    return table.loc[is_seen | is_young, COLUMNS].reset_index(drop=True)


def snapshot_tenures(
    subscriptions: pd.DataFrame, *, billed_every: str, ended_within_months: int | None = None
) -> pd.DataFrame:
    """Do the same for a list that knows how long contracts have lasted, but not when they ended.

    Parameters
    ----------
    subscriptions : DataFrame
        The client's table of this name, without dates.
    billed_every : str
        Which contracts, as of :func:`contract_tenures`.
    ended_within_months : int, optional
        The list holds only who left in so many months before it was drawn up; left out: everyone there ever
        was.

    Returns
    -------
    DataFrame
        One row per contract: ``entered`` (renewals before it was seen: 0, or those lived through when the
        months began), ``renewals``, ``has_ended``, ``is_running``, ``is_paused`` (never: no such list tells),
        ``mrr``, and ``plan`` and ``group`` where they are there.

    Notes
    -----
    When in those months a contract ended is not known: it is taken to have been seen for half of them, and
    for a month at least, as actuaries do.
    """
    names = ["tenure_months", "has_ended", "billed_every", "amount"]
    require(subscriptions, names, name="subscriptions")
    step = MONTHS_COVERED[billed_every]
    chosen = subscriptions[subscriptions["billed_every"].fillna("month") == billed_every]
    tenure = chosen["tenure_months"].astype(float)
    payments = np.floor(tenure / step).astype(int)
    has_ended = chosen["has_ended"].fillna(False).astype(bool)
    within = np.inf if ended_within_months is None else ended_within_months
    seen = np.where(has_ended, max(within / 2, 1), within)
    table = chosen[[name for name in GROUPINGS if name in chosen]].assign(
        entered=np.floor((tenure - seen).clip(lower=0) / step).astype(int),
        renewals=(payments - has_ended).clip(lower=0),
        has_ended=has_ended,
        is_running=~has_ended,
        is_paused=False,
        mrr=monthly_revenue(chosen),
    )
    # A first payment never followed by another is lost at the first renewal, however short it was.
    return table.assign(entered=np.minimum(table["entered"], table["renewals"])).reset_index(drop=True)


def tenure_cells(tenures: pd.DataFrame) -> pd.DataFrame:
    """Count contracts per distinct ``entered``, ``renewals`` and ``has_ended``: ``contracts``."""
    keys = ["entered", "renewals", "has_ended"]
    require(tenures, keys, name="tenures")
    return tenures.groupby(keys, as_index=False).size().rename(columns={"size": "contracts"})


def _kept_until(paid: pd.DataFrame, spans: pd.DataFrame) -> pd.Series:
    """Return the first day that neither the row nor the pause after it covers."""
    keys = [*KEYS, "first_day"]
    pauses = spans[spans["mrr"] == 0].drop_duplicates(keys, keep="last").set_index(keys)["end_day"]
    after = pd.MultiIndex.from_frame(paid[[*KEYS, "end_day"]], names=keys)
    # The end of a pause that goes on is not known.
    until = pd.Series(pauses.reindex(after).to_numpy(), index=paid.index)
    return until.where((paid["ending"] == "pause") & after.isin(pauses.index), paid["end_day"])


def _switched(paid: pd.DataFrame) -> pd.Series:
    """Say of every row, in order of contract and day, whether the contract goes on at once paid otherwise."""
    following = paid.groupby(KEYS)[["first_day", "billed_every"]].shift(-1)
    goes_on = following["first_day"] == paid["kept_until"]
    return goes_on & (following["billed_every"].astype("str") != paid["billed_every"].astype("str"))


def _lives(paid: pd.DataFrame) -> pd.DataFrame:
    """Join the rows of a contract up to a break that is no pause; paused days are not covered."""
    is_new = paid.groupby(KEYS)["kept_until"].shift(1) < paid["first_day"]
    spell = is_new.groupby([paid["customer_id"], paid["contract"]]).cumsum()
    rows = paid.assign(spell=spell)
    keys = [*KEYS, "spell"]
    first = {name: (name, "first") for name in ("first_day", "plan")}
    whole = rows.groupby(keys).agg(**first, covered=("covered", "sum"))
    last = rows.drop_duplicates(keys, keep="last").drop(columns=["first_day", "plan", "covered"])
    return last.merge(whole.reset_index(), on=keys)

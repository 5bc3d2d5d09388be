"""Can a contract list be trusted? Every row accounted for, what was looked into, and the grade."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from retention_utils.config import ContractSettings
from retention_utils.passport.checks import Check, grade_of
from retention_utils.schema import require
from retention_utils.subscriptions.spans import contract_spans, has_dates, monthly_revenue, tells_arrears
from retention_utils.subscriptions.states import boundary_days
from retention_utils.translations import message

__all__ = ["CONTRACT_USES", "LIMITS", "ContractPassport", "contract_passport"]

# First what counts, then why a row does not; a row has the first use that applies.
CONTRACT_USES = {
    "used": message("used"),
    "gone_before": message("ended before the list begins: not seen"),
    "zero": message("price of zero: no revenue, and no customer"),
    "trial": message("trial that was never paid for, so far"),
    "no_time": message("ended on the day it began, or overdue from the first payment"),
    # Set aside where the list is read, in its order of precedence.
    "ragged": message("left out: cells beyond the last column"),
    "empty": message("left out: no customer, first day, price or another needed cell"),
    "unreadable": message("left out: a cell that cannot be read"),
    "disorder": message("left out: a day before the first one, such as an end before the start"),
    "repeated": message("left out: repeats another row"),
    "overlap": message("left out: overlaps an earlier row of the same contract, which counts"),
}
# Where a check turns from pass to warn, and from warn to fail; shares of rows unless named otherwise.
LIMITS: dict[str, tuple[float, float]] = {
    "contract_left_out": (0.001, 0.02),
    "contract_history": (365, 180),  # days, at least
    "contract_cut": (0.5, 1.0),
    "contract_overlap": (0.01, 0.05),
    "contract_gap": (0.02, 0.10),
    "contract_arrears": (0.02, 0.10),  # of what runs by the list
    "contract_zero": (0.05, 0.20),
    "contract_bunched": (0.10, 0.30),
    "contract_endings": (0.20, 1.0),  # of what ended
    "contract_stale": (31, 92),  # days
    "contract_twice": (0.01, 0.05),
}
SHORT_GAP = 7  # days without a contract that look like a gap in the books
OPENED_FROM = 20  # rows from which a common day is odd
FAR = pd.Timestamp("2200-01-01")  # stands for no end, in comparisons alone


@dataclass(frozen=True)
class ContractPassport:
    """What is known about a contract list."""

    account: pd.DataFrame  # key, use, rows, row_share, amount (money a month)
    running: (
        pd.DataFrame
    )  # period, seen, older: contracts running at its end, by whether their start was seen
    overlaps: pd.DataFrame  # rows that run beside one of the same customer and plan
    arrears: pd.DataFrame  # rows without an end that are overdue for longer than the days of grace
    contracts: int  # used
    cut: int  # of them begun before the list, so seen only from then on
    checks: list[Check]
    is_dated: bool
    left_out: pd.DataFrame  # rows that cannot be used; with the problem of each and where it stands

    @property
    def grade(self) -> Literal["A", "B", "C", "D"]:
        """The grade of the data."""
        return grade_of(self.checks)


def contract_passport(
    subscriptions: pd.DataFrame,
    calendar: pd.DataFrame,
    *,
    settings: ContractSettings,
    history_start: date,
    as_of: date,
    left_out: pd.DataFrame,
) -> ContractPassport:
    """Account for every row of a contract list and look into what may be wrong with it.

    Parameters
    ----------
    subscriptions : DataFrame
        The client's table of this name, with or without dates.
    calendar : DataFrame
        The mart's table of this name.
    settings : ContractSettings
        What counts.
    history_start, as_of : date
        The days that the list reaches between.
    left_out : DataFrame
        The mart's ``contracts_left_out``: rows set aside where the list was read.
    """
    require(left_out, ["fault", "amount", "billed_every"], name="left_out")
    require(subscriptions, ["customer_id", "amount", "billed_every", "start", "end"], name="subscriptions")
    if not has_dates(subscriptions):
        account = _account(subscriptions, _zero(subscriptions).map({True: "zero", False: "used"}), left_out)
        none = subscriptions.head(0)
        checks = [_read_check(left_out, subscriptions), *_snapshot_checks(subscriptions)]
        return ContractPassport(
            account, none, none, none, len(subscriptions), 0, checks, is_dated=False, left_out=left_out
        )
    start, day = pd.Timestamp(history_start), pd.Timestamp(as_of)
    rows = subscriptions.assign(**{name: pd.to_datetime(subscriptions[name]) for name in ("start", "end")})
    uses = _uses(rows, settings, start, day)
    counted = rows[uses == "used"]
    spans = contract_spans(rows, settings)
    overlaps, arrears = _overlapping(counted), _stale_arrears(counted, settings, day)
    running = int(counted["end"].isna().sum()) if tells_arrears(rows) else 0
    begun = counted["start"].groupby(_contract(counted)).min()
    cut = begun < start
    last = rows[["start", "end"]].max().max()
    checks = [
        _read_check(left_out, rows),
        _at_least("contract_history", (day - start).days + 1),
        _at_most("contract_cut", cut.mean()),
        _at_most("contract_overlap", _share(len(overlaps), len(counted))),
        _at_most("contract_gap", _gaps(counted)),
        _at_most("contract_arrears", _share(len(arrears), running)),
        _at_most("contract_zero", float((uses == "zero").mean())),
        _at_most("contract_bunched", _bunched(rows["start"])),
        _at_most("contract_endings", _untold(counted)),
        _at_most("contract_stale", (day - min(last, day)).days),
    ]
    account = _account(rows, uses, left_out)
    return ContractPassport(
        account,
        _running(spans, calendar, start),
        overlaps,
        arrears,
        len(begun),
        int(cut.sum()),
        checks,
        is_dated=True,
        left_out=left_out,
    )


def _uses(
    rows: pd.DataFrame, settings: ContractSettings, start: pd.Timestamp, day: pd.Timestamp
) -> pd.Series:
    """Give every row its use; what contract_spans leaves out is told apart here."""
    trial_end = pd.to_datetime(rows["trial_end"])
    first_paid = rows["start"].where(~(trial_end > rows["start"]), trial_end)
    grace_over = pd.to_datetime(rows["past_due_since"]) + pd.Timedelta(days=settings.grace_days)
    end = rows["end"].where(~(grace_over < rows["end"].fillna(FAR)), grace_over)
    uses = pd.Series("used", rows.index)
    uses = uses.where(~(end <= first_paid), "no_time")
    is_unpaid = (end <= first_paid) | (first_paid > day)
    uses = uses.where(~(is_unpaid & (trial_end > rows["start"])), "trial")
    uses = uses.where(~_zero(rows, settings), "zero")
    return uses.where(~(rows["end"] <= start), "gone_before")


def _zero(rows: pd.DataFrame, settings: ContractSettings | None = None) -> pd.Series:
    has_coupons = settings is not None and settings.coupons == "ignore" and "coupon" in rows
    price = rows["amount"].astype(float) + (rows["coupon"].astype(float).fillna(0) if has_coupons else 0)
    return price <= 0


def _account(rows: pd.DataFrame, uses: pd.Series, left_out: pd.DataFrame) -> pd.DataFrame:
    """Add up rows and money by use; the money of rows left out as far as their price can be read."""
    keys = pd.concat([uses, left_out["fault"]], ignore_index=True)
    money = pd.concat([monthly_revenue(rows), monthly_revenue(left_out)], ignore_index=True)
    table = pd.DataFrame({"key": keys, "rows": 1, "amount": money})
    table = table.groupby("key").sum().reindex([use for use in CONTRACT_USES if (keys == use).any()])
    table = table.reset_index().assign(row_share=lambda found: found["rows"] / max(len(keys), 1))
    return table.assign(use=table["key"].map(CONTRACT_USES))[["key", "use", "rows", "row_share", "amount"]]


def _running(spans: pd.DataFrame, calendar: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    """Count the contracts that run at the end of every period, by whether their start was seen."""
    keys = [spans["customer_id"].astype(str), spans["contract"].astype(str)]
    spans = spans.assign(begun=spans["first_day"].groupby(keys).transform("min"))
    paid = spans[spans["mrr"] > 0]
    found = []
    for period, day in zip(calendar["period"], boundary_days(calendar)[1:], strict=True):
        runs = paid[(paid["first_day"] <= day) & ~(paid["end_day"] <= day)]
        older = int((runs["begun"] < start).sum())
        found.append((period, len(runs) - older, older))
    return pd.DataFrame(found, columns=["period", "seen", "older"])


def _contract(rows: pd.DataFrame) -> pd.Series:
    """Name the contract of every row: its id, or the customer's where there is none."""
    named = rows["subscription_id"] if "subscription_id" in rows else pd.Series(None, index=rows.index)
    return named.astype("string").fillna(rows["customer_id"].astype("string"))


def _overlapping(counted: pd.DataFrame) -> pd.DataFrame:
    """Return rows that begin while an earlier one of the same customer and plan still runs."""
    keyed = counted.assign(plan=counted["plan"].fillna("") if "plan" in counted else "")
    ordered = keyed.sort_values(["customer_id", "plan", "start", "end"], ignore_index=True)
    until = ordered["end"].fillna(FAR)
    longest = until.groupby([ordered["customer_id"], ordered["plan"]]).cummax()
    before = longest.groupby([ordered["customer_id"], ordered["plan"]]).shift(1)
    return ordered[ordered["start"] < before].reset_index(drop=True)


def _gaps(counted: pd.DataFrame) -> float:
    """Return the share of ended rows whose customer has another one after a few days without any."""
    ordered = counted.sort_values(["customer_id", "start"], ignore_index=True)
    following = ordered.groupby("customer_id")["start"].shift(-1)
    is_pause = ordered["is_pause"].fillna(False).astype(bool) if "is_pause" in ordered else False
    days = (following - ordered["end"]).dt.days
    return _share(int((days.between(1, SHORT_GAP) & ~is_pause).sum()), int(ordered["end"].notna().sum()))


def _stale_arrears(counted: pd.DataFrame, settings: ContractSettings, day: pd.Timestamp) -> pd.DataFrame:
    overdue = pd.to_datetime(counted["past_due_since"])
    is_stale = counted["end"].isna() & (overdue + pd.Timedelta(days=settings.grace_days) <= day)
    return counted[is_stale].assign(past_due_since=overdue[is_stale]).sort_values("past_due_since")


def _bunched(starts: pd.Series) -> float:
    """Return the share of contracts that begin on the most common day: many on one look like a stand-in."""
    return float(starts.value_counts(normalize=True).iloc[0]) if len(starts) >= OPENED_FROM else 0.0


def _untold(counted: pd.DataFrame) -> float:
    """Return the share of ended contracts of which it is not told whether a payment failed."""
    is_pause = counted["is_pause"].fillna(False).astype(bool) if "is_pause" in counted else False
    ended = counted[counted["end"].notna() & ~is_pause]
    known = ended["is_involuntary"].notna() if "is_involuntary" in ended else pd.Series(False, ended.index)
    return _share(int((~known).sum()), len(ended))


def _read_check(left_out: pd.DataFrame, rows: pd.DataFrame) -> Check:
    return _at_most("contract_left_out", _share(len(left_out), len(left_out) + len(rows)))


def _snapshot_checks(subscriptions: pd.DataFrame) -> list[Check]:
    repeated = subscriptions["customer_id"].duplicated(keep=False)
    return [
        _at_most("contract_twice", float(repeated.mean())),
        _at_most("contract_zero", float(_zero(subscriptions).mean())),
        _at_most("contract_bunched", _bunched(subscriptions["tenure_months"])),
    ]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


def _at_most(key: str, found: float) -> Check:
    good, bad = LIMITS[key]
    if math.isnan(found):
        return Check(key, "not checked", math.nan)
    return Check(key, "pass" if found <= good else "warn" if found <= bad else "fail", float(found))


def _at_least(key: str, found: float) -> Check:
    good, bad = LIMITS[key]
    return Check(key, "pass" if found >= good else "warn" if found >= bad else "fail", float(found))

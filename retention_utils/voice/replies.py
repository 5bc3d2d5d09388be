"""How soon customers got a reply to what they said."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import wilson_interval

__all__ = ["REPLY_GROUPS", "Replies", "reply_times"]

REPLY_GROUPS = ("detractors", "passives", "promoters", "comments", "all")
NAMES = {-1: "detractors", 0: "passives", 1: "promoters"}
SHARES = (0.5, 0.9)


@dataclass(frozen=True, eq=False)
class Replies:
    """Replies of the last periods: by group of score, and all together."""

    table: pd.DataFrame  # see reply_times

    @property
    def told(self) -> pd.Series:
        """The row that is spoken of: that of detractors, who wait for a reply most, if there are enough."""
        is_told = (self.table["group"] == "detractors") & self.table["share"].notna()
        return self.table[is_told].iloc[0] if is_told.any() else self.table.iloc[-1]


def reply_times(
    answers: pd.DataFrame, *, promised_days: int, as_of: date, min_customers: int, level: float = 0.95
) -> Replies | None:
    """Measure the days from an answer to the reply.

    Parameters
    ----------
    answers : DataFrame
        Rows of the client's table ``surveys`` with a day: ``day``, ``replied_on``, ``value`` (1, 0 or -1;
        missing where there was no score).
    promised_days : int
        Days within which customers are promised a reply; 0 where none is promised.
    as_of : date
        The last day looked at.
    min_customers : int
        Groups with fewer answers get counts alone.

    Returns
    -------
    Replies or None
        ``table`` has one row per group of :data:`REPLY_GROUPS` with answers: ``group``, ``answers``,
        ``replied`` (counts), ``share``, ``low``, ``high`` (replied to by the last day; fractions, Wilson),
        ``median_days``, ``most_days`` (days within which half and nine tenths had a reply, waiting ones
        included; NaN where so many have none yet), ``due``, ``kept`` (answers whose promised days are over,
        and those of them that had a reply in time), ``kept_share``, ``kept_low``, ``kept_high``. None where
        no reply is known.

    Notes
    -----
    Whoever still waits is not left out: that would make replies look faster. The days are quantiles of
    Kaplan and Meier's estimate [1]_.

    References
    ----------
    .. [1] Kaplan & Meier (1958), Journal of the American Statistical Association 53, 457-481.
    """
    require(answers, ["day", "replied_on", "value"], name="answers")
    if answers.empty or answers["replied_on"].isna().all():
        return None
    day, replied = pd.to_datetime(answers["day"]), pd.to_datetime(answers["replied_on"])
    end = pd.Timestamp(as_of)
    waits = pd.DataFrame(
        {
            "group": answers["value"].map(NAMES).fillna("comments"),
            "days": (replied.fillna(end) - day).dt.days,
            "is_replied": replied.notna(),
            "is_due": ((end - day).dt.days >= promised_days) & (promised_days > 0),
        }
    )
    parts = [(name, waits if name == "all" else waits[waits["group"] == name]) for name in REPLY_GROUPS]
    rows = [_row(name, part, promised_days, min_customers, level) for name, part in parts if len(part)]
    return Replies(pd.DataFrame(rows))


def _row(
    name: str, waits: pd.DataFrame, promised_days: int, min_customers: int, level: float
) -> dict[str, object]:
    due = waits[waits["is_due"]]
    kept = int((due["is_replied"] & (due["days"] <= promised_days)).sum())
    row = {"group": name, "answers": len(waits), "replied": int(waits["is_replied"].sum())}
    row |= _share(row["replied"], len(waits), ("share", "low", "high"), min_customers, level)
    is_enough = len(waits) >= min_customers
    quantiles = [_quantile(waits, share) if is_enough else np.nan for share in SHARES]
    row |= dict(zip(("median_days", "most_days"), quantiles, strict=True))
    row |= {"due": len(due), "kept": kept}
    return row | _share(kept, len(due), ("kept_share", "kept_low", "kept_high"), min_customers, level)


def _share(
    some: int, every: int, names: tuple[str, str, str], min_customers: int, level: float
) -> dict[str, float]:
    if every < max(min_customers, 1):
        return dict.fromkeys(names, np.nan)
    low, high = wilson_interval(some, every, level=level)
    return dict(zip(names, (some / every, float(low), float(high)), strict=True))


def _quantile(waits: pd.DataFrame, share: float) -> float:
    """Return the first day by which so large a share had a reply."""
    by_day = waits.groupby("days")["is_replied"].agg(["sum", "size"])
    waiting = by_day["size"].iloc[::-1].cumsum().iloc[::-1]
    still = (1 - by_day["sum"] / waiting).cumprod()
    reached = still.index[1 - still >= share - 1e-9]
    return float(reached[0]) if len(reached) else np.nan

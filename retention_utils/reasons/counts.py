"""How often each reason was given, how much is unknown, and who can steer what: of the leavers asked.

Whoever left because a payment failed was not asked, and is counted apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from retention_utils.reason_codes.codes import NOT_TOLD, ReasonBook, ReasonCode
from retention_utils.schema import require
from retention_utils.stats import wilson_interval

__all__ = [
    "CONTROLS",
    "SILENT",
    "UNMATCHED",
    "Response",
    "Share",
    "Unknown",
    "control_split",
    "pareto",
    "response",
    "share_of",
    "told_share",
    "unknown",
]

CONTROLS = ("yes", "verify", "no")
UNMATCHED, SILENT = "unmatched", "silent"  # rows of the list beside the codes


@dataclass(frozen=True)
class Share:
    """So many of the leavers asked, and what they brought in a year."""

    count: int
    asked: int
    share: float  # fractions; NaN where nobody was asked
    low: float
    high: float
    year_money: float  # of those of them whose money is known
    known_money: int  # how many those are


@dataclass(frozen=True)
class Unknown:
    """Why of some of the leavers asked no reason is known."""

    of_asked: Share
    silent: int  # said nothing
    not_told: int  # said that they would not say
    unmatched: int  # said something that no code or word stands for
    answered: int  # said anything


@dataclass(frozen=True)
class Response:
    """How many of the known leavers were asked, and how many answered."""

    left: int
    involuntary: int  # a payment failed
    asked: int
    answered: int
    share: float  # answered, of those who left by choice; NaN where nobody did
    low: float
    high: float


def response(leavers: pd.DataFrame, *, level: float = 0.95) -> Response:
    """Count how many of the known leavers said anything; of failed payments nobody asks why."""
    tied = leavers[leavers["is_tied"]]
    failed = tied["is_involuntary"].astype(bool)
    answered, willing = int((tied["has_text"] & ~failed).sum()), int((~failed).sum())
    low, high = wilson_interval(answered, willing, level=level)
    return Response(
        left=len(tied),
        involuntary=int(failed.sum()),
        asked=int(tied["is_asked"].sum()),
        answered=answered,
        share=answered / willing if willing else float("nan"),
        low=float(low),
        high=float(high),
    )


def share_of(leavers: pd.DataFrame, is_meant: pd.Series, *, level: float = 0.95) -> Share:
    """Count the leavers asked of whom something holds, with Wilson's interval."""
    asked = leavers["is_asked"].astype(bool)
    meant = leavers[asked & is_meant]
    count, total = len(meant), int(asked.sum())
    low, high = wilson_interval(count, total, level=level)
    return Share(
        count=count,
        asked=total,
        share=count / total if total else float("nan"),
        low=float(low),
        high=float(high),
        year_money=float(meant["year_money"].sum()),
        known_money=int(meant["year_money"].notna().sum()),
    )


def told_share(leavers: pd.DataFrame, codes: Iterable[ReasonCode]) -> Share:
    """Count the leavers asked whose reason is one of some codes."""
    return share_of(leavers, leavers["code"].isin([code.key for code in codes]))


def pareto(leavers: pd.DataFrame, book: ReasonBook, *, level: float = 0.95) -> pd.DataFrame:
    """Count every reason, the most frequent first, with those not known at the end.

    Parameters
    ----------
    leavers : DataFrame
        From :func:`retention_utils.reasons.answers.tied_answers`.
    book : ReasonBook
        The codes.

    Returns
    -------
    DataFrame
        One row per reason that was given, and of those unknown ``not_told``, ``unmatched`` and ``silent``
        where there are any: ``code``, ``group``, ``control`` (empty of those unknown),
        ``customers``, ``mentioned`` (given at all, also beside another reason), ``share``, ``low``, ``high``
        (of those asked; fractions), ``cumulated`` (share of this row and those above), ``year_money`` (NaN
        where of none it is known).
    """
    require(leavers, ["is_asked", "has_text", "code", "others", "year_money"], name="leavers")
    asked = leavers[leavers["is_asked"]]
    place = asked["code"].where(asked["code"] != "", UNMATCHED).where(asked["has_text"], SILENT)
    counted = asked.groupby(place)["year_money"].agg(["size", lambda money: money.sum(min_count=1)])
    counted.columns = ["customers", "year_money"]
    besides = pd.Series([code for codes in asked["others"] for code in codes]).value_counts()
    known = {code.key: code for code in book.code}
    table = counted.rename_axis("code").reset_index()
    table["mentioned"] = table["customers"] + table["code"].map(besides).fillna(0).astype(int)
    table["group"] = [known[code].group if code in known else "" for code in table["code"]]
    is_last = table["code"].isin([NOT_TOLD, UNMATCHED, SILENT])
    table["control"] = [
        "" if is_unknown else known[code].control
        for code, is_unknown in zip(table["code"], is_last, strict=True)
    ]
    table = table.assign(is_last=is_last).sort_values(
        ["is_last", "customers", "code"], ascending=[True, False, True], ignore_index=True
    )
    low, high = wilson_interval(table["customers"], len(asked), level=level)
    table = table.assign(share=table["customers"] / max(len(asked), 1), low=low, high=high)
    table["cumulated"] = table["share"].cumsum()
    return table.drop(columns="is_last")


def unknown(leavers: pd.DataFrame) -> Unknown:
    """Count the leavers asked whose reason is not known, by why it is not."""
    asked = leavers[leavers["is_asked"]]
    has_none = ~asked["has_text"]
    is_unmatched = asked["has_text"] & (asked["code"] == "")
    is_not_told = asked["code"] == NOT_TOLD
    is_unknown = (leavers["code"] == "") | (leavers["code"] == NOT_TOLD)
    return Unknown(
        of_asked=share_of(leavers, is_unknown),
        silent=int(has_none.sum()),
        not_told=int(is_not_told.sum()),
        unmatched=int(is_unmatched.sum()),
        answered=int(asked["has_text"].sum()),
    )


def control_split(leavers: pd.DataFrame, book: ReasonBook) -> dict[str, Share]:
    """Split the leavers asked by who can steer their reason; those who would not say are in none of it."""
    told = [code for code in book.code if code.key != NOT_TOLD]
    return {
        control: told_share(leavers, [code for code in told if code.control == control])
        for control in CONTROLS
    }

"""What leavers said: every reason sorted, and tied to the leaver who gave it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.reason_codes.codes import NOT_TOLD, ReasonBook
from retention_utils.reasons.leavers import periods_of
from retention_utils.reasons.matching import Matcher

__all__ = ["Answers", "sorted_rows", "tied_answers"]

REACH_DAYS = 92  # a reason belongs to a leaver who left at most so long before or after it was given
ROW_COLUMNS = ("customer_id", "day", "reason", "comment", "was_asked", "is_involuntary")


@dataclass(frozen=True)
class Answers:
    """Leavers with what they said, and how far reasons and leavers could be brought together."""

    leavers: pd.DataFrame
    rows: int  # reasons supplied
    tied: int  # of these, those of a known leaver
    named: int  # of these, those that name a customer
    texts: pd.DataFrame  # what was supplied, from sorted_rows


def sorted_rows(
    reasons: pd.DataFrame | None, subscriptions: pd.DataFrame | None, book: ReasonBook
) -> pd.DataFrame:
    """Put reasons of both tables one below the other and sort each.

    Parameters
    ----------
    reasons, subscriptions : DataFrame, optional
        The client's tables of these names; of contracts the column ``cancel_reason``.
    book : ReasonBook
        The codes.

    Returns
    -------
    DataFrame
        One row per reason supplied, those of the table of reasons first: ``customer_id``, ``day``,
        ``reason``, ``comment``, ``was_asked``, ``is_involuntary``; ``has_text`` (anything was said),
        ``code`` (key of the reason; empty where nothing matched), ``rule``, ``found``, ``others`` (keys).
    """
    parts = [_own(reasons), _of_contracts(subscriptions)]
    rows = pd.concat([part for part in parts if part is not None], ignore_index=True)
    match = Matcher(book).match
    matches = [
        match(reason, comment) for reason, comment in zip(rows["reason"], rows["comment"], strict=True)
    ]
    return rows.assign(
        has_text=(rows["reason"].str.strip() != "") | (rows["comment"].str.strip() != ""),
        code=[match.code for match in matches],
        rule=[match.rule for match in matches],
        found=[match.found for match in matches],
        others=[match.others for match in matches],
    )


def tied_answers(
    rows: pd.DataFrame, leavers: pd.DataFrame, calendar: pd.DataFrame, book: ReasonBook
) -> Answers:
    """Tie every reason to the leaver who gave it, and keep those that belong to none.

    Parameters
    ----------
    rows : DataFrame
        From :func:`sorted_rows`.
    leavers : DataFrame
        From :mod:`retention_utils.reasons.leavers`.
    calendar : DataFrame
        The mart's table of this name.

    Returns
    -------
    Answers
        ``leavers`` has one row per leaver, and one per reason that belongs to none: ``customer_id``,
        ``period_number`` (NaN where not known), ``year_money`` (NaN where not known), ``is_involuntary``,
        ``is_tied``, ``is_asked``, ``has_text``, ``code``, ``rule``, ``found``, ``others``. A leaver's reason
        is the first of theirs that is recognised; the others count as mentioned besides. Whose payment
        failed was not asked.
    """
    leavers = leavers.reset_index(drop=True)
    owner = _owners(rows, leavers)
    loose = rows[owner.isna()]
    by_leaver = _summed(rows[owner.notna()], owner.dropna().astype(int))
    tied = leavers.join(by_leaver).assign(is_tied=True)
    rest = _summed(loose, pd.Series(loose.index, index=loose.index)).assign(
        customer_id=None,
        period_number=periods_of(loose["day"], calendar),
        year_money=np.nan,
        is_involuntary=False,
        is_tied=False,
    )
    both = pd.concat([part for part in (tied, rest) if len(part)] or [tied], ignore_index=True)
    told = _completed(both, book)
    return Answers(
        leavers=told,
        rows=len(rows),
        tied=int(owner.notna().sum()),
        named=int(rows["customer_id"].notna().sum()),
        texts=rows,
    )


def _own(reasons: pd.DataFrame | None) -> pd.DataFrame | None:
    if reasons is None:
        return None
    rows = reasons.reindex(columns=list(ROW_COLUMNS)).reset_index(drop=True)
    asked = rows["was_asked"].astype("boolean").fillna(True).astype(bool)
    return _typed(rows.assign(was_asked=asked))


def _of_contracts(subscriptions: pd.DataFrame | None) -> pd.DataFrame | None:
    if subscriptions is None or "cancel_reason" not in subscriptions:
        return None
    rows = subscriptions[subscriptions["cancel_reason"].notna()]
    day = rows.get("end", pd.NaT)
    told = rows[["customer_id"]].assign(
        day=day, reason=rows["cancel_reason"], comment="", was_asked=True, is_involuntary=False
    )
    return _typed(told)


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    ids = rows["customer_id"].astype(object)
    return rows.assign(
        customer_id=ids.where(ids.notna(), None),
        day=pd.to_datetime(rows["day"]),
        is_involuntary=rows["is_involuntary"].astype("boolean").fillna(False).astype(bool),
        **{name: rows[name].astype("string").fillna("").astype(object) for name in ("reason", "comment")},
    )[list(ROW_COLUMNS)]


def _owners(rows: pd.DataFrame, leavers: pd.DataFrame) -> pd.Series:
    """Return the place of the leaver of each row: of several the nearest in time, else the last."""
    asked = rows[["customer_id", "day"]].assign(row=rows.index)
    events = leavers[["customer_id", "left_on"]].assign(owner=leavers.index)
    pairs = asked[asked["customer_id"].notna()].merge(events, on="customer_id")
    apart = (pairs["day"] - pairs["left_on"]).dt.days.abs()
    pairs = pairs[~(apart > REACH_DAYS)].assign(apart=apart.fillna(0))
    order = pairs.sort_values(["row", "apart", "left_on"], ascending=[True, True, False], kind="stable")
    nearest = order.drop_duplicates("row").set_index("row")["owner"]
    return nearest.reindex(rows.index)


def _summed(rows: pd.DataFrame, owner: pd.Series) -> pd.DataFrame:
    """Make one answer of all that one leaver said, by the leaver's place."""
    grade = np.select([~rows["has_text"], rows["code"] == "", rows["code"] == NOT_TOLD], [3, 2, 1], 0)
    ordered = rows.assign(owner=owner, grade=grade).sort_values(["owner", "grade"], kind="stable")
    first = ordered.drop_duplicates("owner").set_index("owner")
    groups = ordered.groupby("owner")
    mentioned: dict[int, dict[str, None]] = {}
    for place, code, others in zip(ordered["owner"], ordered["code"], ordered["others"], strict=True):
        codes = (code, *others) if code not in ("", NOT_TOLD) else others
        mentioned.setdefault(place, {}).update(dict.fromkeys(codes))
    others = [
        tuple(code for code in mentioned[place] if code != main)
        for place, main in zip(first.index, first["code"], strict=True)
    ]
    return pd.DataFrame(
        {
            "is_asked": groups["was_asked"].any(),
            "said_failed": groups["is_involuntary"].any(),
            "has_text": groups["has_text"].any(),
            "code": first["code"],
            "rule": first["rule"],
            "found": first["found"],
            "others": pd.Series(others, index=first.index, dtype=object),
        }
    )


def _completed(both: pd.DataFrame, book: ReasonBook) -> pd.DataFrame:
    """Fill in those who said nothing, and set those apart whose payment failed."""
    words = {name: both[name].fillna("") for name in ("code", "found")}
    flags = {
        name: both[name].astype("boolean").fillna(False).astype(bool)
        for name in ("is_asked", "said_failed", "has_text", "is_involuntary")
    }
    failed = [code.key for code in book.code if code.is_involuntary]
    is_involuntary = flags["is_involuntary"] | flags.pop("said_failed") | words["code"].isin(failed)
    others = [value if isinstance(value, tuple) else () for value in both["others"]]
    told = both.assign(**words, **flags, others=others, rule=both["rule"].fillna("silent"))
    return told.assign(
        is_involuntary=is_involuntary, is_asked=(told["is_asked"] | told["has_text"]) & ~is_involuntary
    ).drop(columns=["said_failed", "left_on"], errors="ignore")

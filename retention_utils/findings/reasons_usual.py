"""Which measures of the playbook answer reasons that cost less than usual, so that none is proposed."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from retention_utils.display import Finding
from retention_utils.findings.reasons_subjects import SUBJECTS
from retention_utils.findings.words import interval, three_digits
from retention_utils.formats import Formats
from retention_utils.reasons.account import ReasonAccount
from retention_utils.texts import Text

__all__ = ["below_usual"]

# What the reasons of a rule are about, failed payments among them: nobody names those, they happen.
ABOUT: Mapping[str, str] = {**SUBJECTS, "X02": "payment"}


def below_usual(account: ReasonAccount | None, effect: pd.DataFrame, *, formats: Formats) -> list[Finding]:
    """Say of which subjects the reasons together cost less than is usual, for certain; nothing of the others.

    ``effect`` is from :func:`retention_utils.reasons.effect.economic_effect`. Effects of several reasons are
    added up, and so are the squares of what chance may have done to each.
    """
    if account is None:
        return []
    return [
        Finding(f"usual_{subject}", "better", _told(subject, rows, account, formats))
        for subject, rows in _subjects(account, effect)
        if _summed(rows)[2] < 0
    ]


def _subjects(account: ReasonAccount, effect: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    for rule, subject in ABOUT.items():
        keys = [code.key for code in account.book.code if code.rule == rule]
        rows = effect[effect["code"].isin(keys)]
        if len(rows) and rows["effect"].notna().all():
            yield subject, rows


def _summed(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Add up effects, with their interval."""
    total = float(rows["effect"].sum())
    down, up = rows["effect"] - rows["effect_low"], rows["effect_high"] - rows["effect"]
    return total, total - float(np.hypot.reduce(down)), total + float(np.hypot.reduce(up))


def _told(subject: str, rows: pd.DataFrame, account: ReasonAccount, formats: Formats) -> Text:
    total, low, high = _summed(rows)
    usual = (rows["norm_low"].sum(), rows["norm_high"].sum())
    whose = set(rows["norm_of"])
    return formats.say(
        "{subject, select, payment {Failed payments cost} price {Price, money and competitors cost} product "
        "{Product and service cost} moved {Moves cost} vanished {Customers who stopped paying and vanished "
        "cost} other {No need and no time cost}} less than is usual: {rate} of the customers {grain, select, "
        "week {a week} month {a month} quarter {a quarter} year {a year} other {in the period}}, where "
        "{usual} {by, select, published {is published as usual} client {is what the client file calls "
        "usual} before {was lost the year before} other {is usual}}. At the usual rate {money} more "
        "a year would be lost ({interval}).",
        subject=subject,
        rate=formats.share(rows["rate"].sum(), digits=2),
        grain=account.exposure.grain,
        usual=formats.share(usual[0], digits=2)
        if usual[0] == usual[1]
        else formats.interval(*usual, "share"),
        by=whose.pop() if len(whose) == 1 else "several",
        money=formats.money(three_digits(-total)),
        interval=interval(three_digits(-high), three_digits(-low), "money", formats),
    )

"""All that customers say in surveys, from whatever the client supplied."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from retention_utils.nps import WINDOW, Nps, answers_by_period, nps_now, nps_series
from retention_utils.survey_answers import Answers, in_stretch, written
from retention_utils.voice.adjusted import AdjustedLink, adjusted_link
from retention_utils.voice.link import ScoreLink, followed_answers, score_link
from retention_utils.voice.replies import Replies, reply_times
from retention_utils.voice.split import nps_by
from retention_utils.voice.stake import Stake, detractors_at_stake
from retention_utils.voice.standing import Standing, value_thirds
from retention_utils.voice.theme_trends import theme_trends
from retention_utils.voice.themes import ThemeCounts, theme_counts

__all__ = ["Limits", "Voice", "voice_account"]

# What customers of a stratum have in common, on the day of the answer.
ALIKE_IN = {"contracts": ("group", "tenure"), "orders": ("group",)}


@dataclass(frozen=True)
class Limits:
    """How far is looked, and from how many on something is said."""

    as_of: date
    min_customers: int
    horizon_days: int  # after an answer
    promised_days: int  # within which a reply is promised; 0: none is
    most_listed: int


@dataclass(frozen=True, eq=False)
class Voice:
    """What surveys tell of a client."""

    answers: Answers
    source: str  # of what is known of customers: orders, contracts, snapshot
    nps: Nps | None  # None without answers in the last three periods
    series: pd.DataFrame  # from nps_series
    counted: pd.DataFrame  # from answers_by_period
    year: pd.DataFrame  # the latest answer of everybody in the last 12 periods; undated ones if all are
    groups: pd.DataFrame  # from nps_by, by the group on the day of the answer
    thirds: pd.DataFrame  # the same by what the customers brought
    link: ScoreLink
    adjusted: AdjustedLink | None  # the same among customers alike; None where there is nothing to adjust for
    stake: Stake
    replies: Replies | None
    themes: ThemeCounts  # of the comments of the last 12 periods
    theme_trends: pd.DataFrame  # from theme_trends
    limits: Limits

    @property
    def is_dated(self) -> bool:
        """Whether any score has a day."""
        return len(self.answers.scored) > 0

    @property
    def is_scored(self) -> bool:
        """Whether there is any score."""
        return self.is_dated or len(self.answers.undated) > 0

    @property
    def has_customers(self) -> bool:
        """Whether any answer names its customer."""
        return bool(self.answers.table["customer_id"].notna().any())


def voice_account(
    answers: Answers, standing: Standing | None, calendar: pd.DataFrame, *, limits: Limits
) -> Voice | None:
    """Bring together what customers said and what came after.

    Parameters
    ----------
    answers : Answers
        From :func:`retention_utils.survey_answers.survey_answers`.
    standing : Standing or None
        Of the customers who answered; None where there is no survey.
    calendar : DataFrame
        The mart's table of this name.
    limits : Limits
        How far is looked.

    Returns
    -------
    Voice or None
        None where there is no survey.
    """
    if standing is None:
        return None
    end = int(calendar["period_number"].max())
    recent = answers.table[answers.table["period_number"] > end - WINDOW]
    year = in_stretch(answers.scored, end - WINDOW + 1, end) if len(answers.scored) else answers.undated
    placed = _placed(year, standing)
    followed = followed_answers(answers.scored, standing.asked)
    return Voice(
        answers=answers,
        source=standing.source,
        nps=nps_now(answers, calendar),
        series=nps_series(answers, calendar),
        counted=answers_by_period(answers, calendar),
        year=year,
        groups=nps_by(placed, "group"),
        thirds=nps_by(placed, "third"),
        link=score_link(followed, min_customers=limits.min_customers),
        adjusted=_adjusted(followed, standing, limits),
        stake=detractors_at_stake(
            year, standing.current, min_customers=limits.min_customers, most=limits.most_listed
        ),
        replies=reply_times(
            recent,
            promised_days=limits.promised_days,
            as_of=limits.as_of,
            min_customers=limits.min_customers,
        ),
        themes=theme_counts(
            _with_words(recent if answers.table["day"].notna().any() else answers.table),
            min_customers=limits.min_customers,
        ),
        theme_trends=theme_trends(_with_words(recent), calendar),
        limits=limits,
    )


def _placed(year: pd.DataFrame, standing: Standing) -> pd.DataFrame:
    """Put beside every answer the group and the third of value of its customer on that day."""
    where = standing.asked[["customer_id", "day", "group", "value"]].rename(columns={"value": "brought"})
    placed = year.merge(where, on=["customer_id", "day"])
    placed = placed[placed["customer_id"].notna()].reset_index(drop=True)
    return placed.assign(third=value_thirds(placed["brought"]))


def _adjusted(followed: pd.DataFrame, standing: Standing, limits: Limits) -> AdjustedLink | None:
    if standing.source not in ALIKE_IN or followed.empty:
        return None
    return adjusted_link(followed, ALIKE_IN[standing.source], min_customers=limits.min_customers)


def _with_words(table: pd.DataFrame) -> pd.DataFrame:
    has_words = (written(table["comment"]) != "") | (written(table["theme"]) != "")
    return table[has_words].reset_index(drop=True)

"""The surveys of the simulated studios: what was planted is found again by the chapter's own analyses."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit

from retention_utils.comment_themes.themes import theme_book
from retention_utils.config import read_config
from retention_utils.demo_contracts import FAILED, YEARLY, YEARLY_FAILED, sport_contracts, sport_leaving
from retention_utils.demo_tables import write_table
from retention_utils.demo_voice import (
    DETRACTING,
    MIDDLE,
    OPAQUE_SHARE,
    PROMISED_DAYS,
    PROMOTING,
    REPLIED,
    REPLY_CHANCE,
    SHOWER_EFFECT,
    SHOWERS,
    THEMES,
    sport_surveys,
    standing_chance,
)
from retention_utils.intake import side_tables
from retention_utils.periods import calendar_to, parse_period
from retention_utils.sources.side_tables import up_to
from retention_utils.stats import wilson_interval
from retention_utils.survey_answers import in_stretch, survey_answers
from retention_utils.voice.account import Limits, voice_account
from retention_utils.voice.link import followed_answers
from retention_utils.voice.standing import contract_standing
from retention_utils.voice.themes import comment_themes, theme_counts

SPORT = Path(__file__).parents[1] / "data" / "sport"
CONFIG = read_config(SPORT / "client.toml")
AS_OF, HORIZON = date(2025, 12, 31), 180


def calendar() -> pd.DataFrame:
    periods = calendar_to(parse_period("2025-12"), CONFIG.history_start)
    rows = [(number, each.key, each.start, each.last_day) for number, each in enumerate(periods)]
    return pd.DataFrame(rows, columns=["period_number", "period", "first_day", "last_day"])


@pytest.fixture(scope="module")
def sport():
    """The chapter's account of the surveys, the contracts, and every customer's standing chance of leaving."""
    tables = side_tables(SPORT, CONFIG)
    known = {name: up_to(tables[name], name, AS_OF).to_pandas() for name in ("subscriptions", "surveys")}
    surveys = known["surveys"].assign(themes=comment_themes(known["surveys"], theme_book()))
    answers = survey_answers(surveys, calendar())
    standing = contract_standing(
        known["subscriptions"],
        answers.scored,
        settings=CONFIG.contracts,
        horizon_days=HORIZON,
        as_of=AS_OF,
    )
    limits = Limits(AS_OF, 20, HORIZON, PROMISED_DAYS, 20)
    leaving = sport_leaving()
    leaving = leaving.assign(chance=standing_chance(leaving)).drop_duplicates("customer")
    return (
        voice_account(answers, standing, calendar(), limits=limits),
        standing,
        leaving.set_index("customer"),
    )


def test_the_file_is_what_the_known_members_answer():
    made = sport_surveys(sport_contracts(), sport_leaving())
    assert (SPORT / "surveys.csv").read_bytes() == write_table(made)


def test_the_effects_on_the_score_are_found_again(sport):
    voice, _, leaving = sport
    scored = voice.answers.scored[voice.answers.scored["customer_id"].notna()]
    told = pd.DataFrame(
        {
            "chance": leaving["chance"].reindex(scored["customer_id"]).to_numpy(),
            "showers": (scored["day"] >= pd.Timestamp(SHOWERS)).to_numpy().astype(float),
            "is_detractor": (scored["value"] < 0).to_numpy().astype(float),
        }
    ).dropna()
    fit = sm.Logit(told["is_detractor"], sm.add_constant(told[["chance", "showers"]])).fit(disp=0)
    ends = fit.conf_int()
    truths = {"const": MIDDLE, "chance": DETRACTING, "showers": SHOWER_EFFECT}
    for name, truth in truths.items():
        assert ends.loc[name, 0] < truth < ends.loc[name, 1], name


def true_nps(answers: pd.DataFrame, leaving: pd.DataFrame) -> float:
    """Expect the score of those who answered from their known chances."""
    known = answers[answers["customer_id"].isin(leaving.index)]
    chance = leaving["chance"].reindex(known["customer_id"]).to_numpy()
    after = np.where(known["day"] >= pd.Timestamp(SHOWERS), SHOWER_EFFECT, 0.0)
    detractors = expit(MIDDLE + DETRACTING * chance + after)
    return float(np.mean((1 - detractors) * PROMOTING - detractors))


def test_the_fall_of_nps_is_found_and_covers_the_truth(sport):
    voice, _, leaving = sport
    end = int(calendar()["period_number"].max())
    recent, before = (
        in_stretch(voice.answers.scored, *ends) for ends in ((end - 2, end), (end - 14, end - 3))
    )
    now, was = true_nps(recent, leaving), true_nps(before, leaving)
    nps = voice.nps
    assert nps.low < now < nps.high
    assert nps.change_low < now - was < nps.change_high
    assert nps.moved < 0


def test_detractors_leave_more_often_by_as_much_as_their_chances_say(sport):
    voice, standing, leaving = sport
    found = followed_answers(voice.answers.scored, standing.asked)
    found = found[found["customer_id"].isin(leaving.index)]
    known = leaving.reindex(found["customer_id"])
    is_yearly = (known["plan"] == YEARLY).to_numpy()
    # Six payments in 180 days, or every second yearly renewal; who comes back is left out.
    stays = np.where(
        is_yearly,
        1 - HORIZON / 365 * (1 - (1 - known["leaving"]) * (1 - YEARLY_FAILED)),
        ((1 - known["leaving"]) * (1 - FAILED)) ** 6,
    )
    is_detractor = (found["value"] < 0).to_numpy()
    truth = (1 - stays)[is_detractor].mean() - (1 - stays)[~is_detractor].mean()
    assert voice.link.low < truth < voice.link.high
    assert voice.link.low > 0


def test_themes_are_found_in_their_true_shares(sport):
    voice, _, _ = sport
    counts = voice.themes.table.set_index("theme")
    read = voice.themes.detractors - int((voice.themes.unmatched["value"] < 0).sum())
    for theme, share in THEMES["detractor"].items():
        low, high = wilson_interval(int(counts.loc[theme, "detractors"]), read, level=0.99)
        assert low < share < high, theme
    said = voice.answers.table[voice.answers.table["comment"].notna()]
    every = theme_counts(said, min_customers=20)  # also from before the last 12 periods
    assert every.unread_low < OPAQUE_SHARE < every.unread_high


def test_replies_come_as_soon_as_they_do(sport):
    row = sport[0].replies.told
    in_time = REPLIED * (1 - (1 - REPLY_CHANCE) ** PROMISED_DAYS)
    assert row["group"] == "detractors"
    assert row["kept_low"] < in_time < row["kept_high"]
    assert row["median_days"] == 2  # 0.85 (1 - 0.6^2) = 0.54, a day before 0.34

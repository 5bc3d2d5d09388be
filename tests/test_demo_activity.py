"""The visits of the simulated studios: the file, and what was planted found again by another program."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from retention_utils.config import read_config
from retention_utils.demo_activity import (
    COUNTED_FROM,
    FADE_DAYS,
    FADE_FACTOR,
    FADING,
    SEASON,
    sport_activity,
    sport_use,
)
from retention_utils.demo_contracts import sport_contracts, sport_leaving
from retention_utils.demo_tables import write_table

SPORT = Path(__file__).parents[1] / "data" / "sport"


@pytest.fixture(scope="module")
def made():
    contracts, leaving = sport_contracts(), sport_leaving()
    return contracts, leaving, sport_use(contracts, leaving)


def test_the_file_is_what_the_known_members_use_and_small(made):
    contracts, leaving, _ = made
    written = write_table(sport_activity(contracts, leaving))
    assert (SPORT / "activity.csv").read_bytes() == written
    assert len(written) < 400_000
    table = read_config(SPORT / "client.toml").tables["activity"]
    assert list(table.columns.values()) == written.decode().splitlines()[0].split(",")
    assert written.decode().splitlines()[1].split(",")[1] == f"{COUNTED_FROM:%Y-%m}"


def test_whole_months_before_the_end_show_the_factor_and_others_the_season(made):
    _, _, use = made
    whole = use[~use["is_slow"] & use["fade_share"].isin([0, 1])]
    design = pd.get_dummies(whole["month"].dt.month, dtype=float).assign(fade=whole["fade_share"])
    counts = sm.GLM(whole["visits"], design, family=sm.families.Poisson(), exposure=whole["days"])
    fit = counts.fit(scale="X2")  # members differ, so that counts are overdispersed
    low, high = np.exp(fit.conf_int().loc["fade"])
    assert low < FADE_FACTOR < high
    assert np.exp(fit.params[1] - fit.params[7]) == pytest.approx(SEASON[0] / SEASON[6], rel=0.1)


def test_so_many_of_those_who_leave_by_choice_fade_and_so_long(made):
    contracts, _, use = made
    last = contracts.drop_duplicates("Договір", keep="last")
    end = pd.to_datetime(last["Кінець"], format="%d.%m.%Y")
    left = last[(last["Пауза"] == "ні") & (last["Платіж не пройшов"] == "ні") & (end.dt.year == 2025)]
    seen = use[use["customer"].isin(left["Клієнт"])]
    faded = seen.groupby("customer")["fade_share"].max() > 0
    spread = 2 * np.sqrt(FADING * (1 - FADING) / len(faded))
    assert abs(faded.mean() - FADING) < 0.05 + spread
    assert (use["fade_share"] > 0).groupby(use["customer"]).sum().max() <= 2 * (FADE_DAYS // 30 + 2)

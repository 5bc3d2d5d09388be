"""gap_days = "auto": the recommended gap through the whole mart, with nothing known that came later."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from test_mart import config_of, contents

from retention_utils.build import build_mart
from retention_utils.churn_gap.recommendation import recommend_gap
from retention_utils.config import ChurnDefinition, read_config
from retention_utils.definitions import definitions_in_force, settings_in_force
from retention_utils.errors import ConfigError
from retention_utils.formats import Formats
from retention_utils.gap_in_force import GapInForce, gap_in_force
from retention_utils.mart import fresh_mart, open_mart
from retention_utils.project import client_file
from retention_utils.upkeep import ensure_mart

START, END = date(2022, 1, 1), date(2024, 6, 30)
AUTO = '[churn]\ngap_days = "auto"\n[value]\nholdout_weeks = 4'
TIMES = f"history_start = {START}\ndata_horizon = {END}"


def orders(customers: int = 260, seed: int = 5) -> list[tuple[str, str, str]]:
    """Customers who join over the whole log, buy about every month and leave after a year or so."""
    random = np.random.default_rng(seed)
    days = (END - START).days
    rows = []
    for number in range(customers):
        day = int(random.integers(0, days))
        left = day + random.exponential(300)
        while day <= min(left, days):
            rows.append(
                (f"c{number}", (START + timedelta(days=day)).isoformat(), f"{random.integers(5, 80)}.00")
            )
            day += 1 + int(random.exponential(28))
    return rows


@pytest.fixture(scope="module")
def log() -> list[tuple[str, str, str]]:
    return orders()


@pytest.fixture
def shop(project, log):
    project.write_client(settings=TIMES, sections=AUTO)
    project.write_orders(log)
    return project


def test_a_mart_with_auto_is_the_mart_with_that_number_set(shop):
    auto = ensure_mart(shop.folder, "shop", "2024-06")
    days = auto.config.churn.gap_days
    assert auto.facts["gap"] == {"days": days, "is_auto": True, "day": "2024-06-30", "reason": ""}
    assert days != 180  # else this test would show nothing
    found = contents(auto)
    shop.write_client(settings=TIMES, sections=AUTO.replace('"auto"', str(days)))
    stated = ensure_mart(shop.folder, "shop", "2024-06")
    assert stated.facts["gap"] == {"days": days, "is_auto": False, "day": "", "reason": ""}
    expected = contents(stated)
    assert set(found) == set(expected)
    for name in set(found) - {"facts"}:
        pd.testing.assert_frame_equal(found[name], expected[name])
    other = ensure_after(shop, days + 60)
    assert not found["movements"].equals(other["movements"])
    assert not found["calendar"].equals(other["calendar"])  # the warm-up is the gap


def ensure_after(shop, days: int) -> dict[str, pd.DataFrame]:
    shop.write_client(settings=TIMES, sections=AUTO.replace('"auto"', str(days)))
    return contents(ensure_mart(shop.folder, "shop", "2024-06"))


def test_it_is_the_gap_that_chapter_02_recommends(shop):
    mart = ensure_mart(shop.folder, "shop", "2024-06")
    tested_on = END - timedelta(days=180)
    expected = recommend_gap(mart.table("states_before"), log_days=(tested_on - START).days + 1)
    assert mart.config.churn.gap_days == expected.gap_days


def test_orders_after_the_period_change_nothing(shop, log):
    before = ensure_mart(shop.folder, "shop", "2024-03").facts["gap"]
    known = [row for row in log if row[1] <= "2024-03-31"]
    shop.write_client(settings=TIMES.replace("2024-06-30", "2024-03-31"), sections=AUTO)
    shop.write_orders(known)
    assert ensure_mart(shop.folder, "shop", "2024-03").facts["gap"] == before
    everyone_returns = [(f"c{number}", "2024-04-02", "9.00") for number in range(260)]
    shop.write_client(settings=TIMES, sections=AUTO)
    shop.write_orders([*known, *everyone_returns])
    assert ensure_mart(shop.folder, "shop", "2024-03").facts["gap"] == before


def test_a_chapter_gets_a_number_and_the_client_file_keeps_its_word(shop):
    config = config_of(shop)
    assert config.churn.gap_days == "auto"
    built = build_mart(shop.folder, "shop", config, "2024-06")
    for mart in (built, fresh_mart(shop.folder, "shop", config, "2024-06"), open_mart("shop", "2024-06")):
        assert isinstance(mart.config.churn.gap_days, int)
        assert mart.config.effective_warmup_days == mart.config.churn.gap_days
        assert mart.stated.churn.gap_days == "auto"
        assert mart.facts["definition_hash"] == config.definition_hash
    assert dict(settings_in_force(config))["churn.gap_days"] == "auto"


def test_too_little_data_fall_back_on_the_usual_gap_with_the_reason(project, log):
    project.write_client(settings=TIMES.replace("2022-01-01", "2024-04-01"), sections=AUTO)
    project.write_orders([row for row in log if row[1] >= "2024-04-01"])
    mart = ensure_mart(project.folder, "shop", "2024-06")
    assert mart.facts["gap"] == {"days": 180, "is_auto": True, "day": "2024-06-30", "reason": "data"}
    assert mart.config.churn.gap_days == 180


def test_silence_that_tells_nothing_falls_back_too():
    days = np.arange(1, 401)
    states = pd.DataFrame({"silence_days": np.tile(days, 2), "later_purchases": np.repeat([0, 1], 400)})
    churn = ChurnDefinition(gap_days="auto")
    got = gap_in_force(
        churn, lambda: states.assign(year_amount=1.0), as_of=END, history_start=date(2020, 1, 1)
    )
    assert got == GapInForce(180, is_auto=True, day="2024-06-30", reason="no difference")


@pytest.mark.parametrize(("start", "days"), [(date(2023, 10, 6), 180), (date(2023, 10, 5), 30)])
def test_the_log_must_reach_90_days_back_from_the_tested_day_not_from_the_last(start, days):
    # 180 days before 30 June 2024 is 2 January 2024, the 90th day of a log that begins on 5 October 2023.
    states = pd.DataFrame({"silence_days": [70] * 100 + [10] * 100, "later_purchases": [0] * 100 + [1] * 100})
    churn = ChurnDefinition(gap_days="auto")
    got = gap_in_force(churn, lambda: states.assign(year_amount=1.0), as_of=END, history_start=start)
    assert (got.days, got.reason) == (days, "data" if days == 180 else "")


def test_a_stated_gap_asks_no_data():
    def refuses():
        raise AssertionError

    got = gap_in_force(ChurnDefinition(gap_days=45), refuses, as_of=END, history_start=START)
    assert got == GapInForce(45, is_auto=False, day="", reason="")


# --- in words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "meaning"),
    [
        (None, "45 days of silence, set in the client file"),
        ({"is_auto": False}, "45 days of silence, set in the client file"),
        ({"is_auto": True, "reason": ""}, "45 days of silence, recommended from the data up to 30 June 2024"),
        ({"is_auto": True, "reason": "data"}, "45 days of silence, the usual, since the data up to 30 June 2024 are too few to recommend any"),
        ({"is_auto": True, "reason": "no difference"}, "45 days of silence, the usual, since silence does not tell who left from who came back in the data up to 30 June 2024"),
    ],
)  # fmt: skip
def test_the_definitions_say_where_the_gap_comes_from(project, gap, meaning):
    config = read_config(project.write_client(sections="[churn]\ngap_days = 45"))
    gap = gap and gap | {"day": "2024-06-30"}
    assert dict(definitions_in_force(config, formats=Formats(), gap=gap))["Churn gap"] == meaning


def test_auto_without_a_mart_says_that_only_a_mart_knows(project):
    config = read_config(project.write_client(sections=AUTO))
    with pytest.raises(ConfigError, match=r"churn\.gap_days is 'auto'.*take the config of a mart"):
        _ = config.effective_warmup_days
    assert (
        read_config(project.write_client(settings="warmup_days = 0", sections=AUTO)).effective_warmup_days
        == 0
    )
    assert config.with_gap(90).churn.gap_days == 90
    assert config.churn.gap_days == "auto"


@pytest.mark.parametrize(
    ("value", "problem"),
    [('"auot"', "Input should be 'auto'; found 'auot'"), ('"180"', "Input should be 'auto'; found '180'"),
     ("6", "Input should be greater than or equal to 7; found 6"), ("90.5", "Input should be a valid integer; found 90.5"),
     ("true", "Input should be a valid integer; found True")],
)  # fmt: skip
def test_a_gap_that_is_neither_days_nor_auto_gets_one_complaint(project, value, problem):
    project.write_client(sections=f"[churn]\ngap_days = {value}")
    with pytest.raises(ConfigError) as error:
        read_config(client_file(project.folder, "shop"))
    assert str(error.value) == f"shop/client.toml has 1 problem(s):\n  - churn.gap_days: {problem}."


def test_the_change_of_a_setting_may_be_auto(project):
    config = read_config(project.write_client(), changes=["churn.gap_days=auto"])
    assert config.churn.gap_days == "auto"

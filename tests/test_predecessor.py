"""Which finished report a report is compared with."""

import pytest

from retention_utils.errors import ConfigError, PeriodError
from retention_utils.predecessor import predecessor_of


def finish(folder, *keys):
    for key in keys:
        chapters = folder / "reports" / "shop" / key / "chapters"
        chapters.mkdir(parents=True)
        (chapters / "03_pulse.ipynb").touch()
    return folder


def found(folder, period):
    place = predecessor_of(folder, "shop", period)
    return place and place.relative_to(folder / "reports" / "shop").as_posix()


def test_the_period_before_comes_first(tmp_path):
    finish(tmp_path, "2023-11", "2023-12", "2024-01", "2024-02")
    assert found(tmp_path, "2024-01") == "2023-12"


def test_where_it_has_no_report_the_latest_earlier_one_is_taken(tmp_path):
    finish(tmp_path, "2023-09", "2023-11", "2024-02")
    assert found(tmp_path, "2024-02") == "2023-11"


@pytest.mark.parametrize("others", [(), ("2024-01",), ("2024-02",)])
def test_a_first_report_has_none_and_nothing_later_counts(tmp_path, others):
    assert found(finish(tmp_path, *others), "2024-01") is None


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2024-Q2", "2023-Q4"),
        ("2024-W20", "2024-W01"),
        ("2025", "2023"),
        ("2024-05", "2024-01"),
        ("2024-03-01..2024-03-10", "2024-02-10..2024-02-19"),
    ],
)
def test_only_periods_of_the_same_kind_count(tmp_path, period, expected):
    finish(tmp_path, "2024-01", "2023-Q4", "2024-W01", "2023")
    finish(tmp_path, "2024-02-10..2024-02-19", "2024-02-01..2024-02-29", "2024-02-25..2024-03-05")
    assert found(tmp_path, period) == expected


def test_what_is_not_a_finished_report_is_passed_over(tmp_path):
    finish(tmp_path, "2023-10", "2023-12.failed", ".2023-12.new", "2023-13", "202311")
    (tmp_path / "reports" / "shop" / "2023-11" / "chapters").mkdir(parents=True)
    assert found(tmp_path, "2024-01") == "2023-10"


def test_a_client_that_could_be_a_path_and_a_period_that_is_none_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be used"):
        predecessor_of(tmp_path, "../shop", "2024-01")
    with pytest.raises(PeriodError, match="cannot be read"):
        predecessor_of(tmp_path, "shop", "2024-13")

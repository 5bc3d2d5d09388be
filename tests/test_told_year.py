"""The year of an active customer, worked out in chapter 10 and read in chapter 12."""

import json
import math
from pathlib import Path

import nbformat
import pytest

from retention_utils.customer_worth.active import active_base, year_of_active, years_ahead
from retention_utils.customer_worth.whole import customer_worth
from retention_utils.findings.passport import objections
from retention_utils.findings.told_year import told_year, year_told
from retention_utils.mart import Mart, open_mart
from retention_utils.notebooks import ShownItems
from retention_utils.upkeep import ensure_mart
from retention_utils.what_if.active_year import ActiveYear, Forecast

PROJECT = Path(__file__).parents[1]
PERIODS = {"cdnow": "1998-06", "club": "2025"}
COUNTED = Forecast("count", 10.25, 9.0, 11.5, float("nan"))
MODEL = Forecast("Pareto/NBD", 1 / 3, 0.3, 0.4, -0.125)


def shown(year: ActiveYear) -> dict:
    """What an executed notebook holds of a year."""
    bundle = told_year(year)._repr_mimebundle_()
    return {mime: json.loads(json.dumps(value, allow_nan=False)) for mime, value in bundle.items()}


def read_again(year: ActiveYear) -> ActiveYear:
    content = shown(year)["application/vnd.retention.active_year+json"]
    return year_told([ShownItems("10_value", (("active_year", content),))])


def test_a_year_is_read_as_it_was_shown():
    assert read_again(ActiveYear(MODEL, None, 180)) == ActiveYear(MODEL, None, 180)
    got = read_again(ActiveYear(MODEL, COUNTED, 90))
    assert (got.used, got.tried_days) == (MODEL, 90)
    assert math.isnan(got.other.missed)
    assert (got.other.method, got.other.value, got.other.low, got.other.high) == ("count", 10.25, 9.0, 11.5)
    assert told_year(None) is None
    assert year_told([ShownItems("10_value", ())]) is None


@pytest.fixture(scope="module")
def marts(tmp_path_factory) -> dict[str, Mart]:
    project = tmp_path_factory.mktemp("project")
    (project / "data").symlink_to(PROJECT / "data")
    (project / "notebooks").symlink_to(PROJECT / "notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RETENTION_PROJECT", str(project))
        for client, period in PERIODS.items():
            ensure_mart(project, client, period)
        yield {client: open_mart(client, period) for client, period in PERIODS.items()}


@pytest.mark.parametrize("client", PERIODS)
def test_the_year_is_the_same_whether_the_models_were_fitted_before(marts, client):
    mart = marts[client]
    base, worth = active_base(mart), customer_worth(mart, objections=objections)
    year, _ = years_ahead(mart, base, worth, objections=objections)
    assert year.other is not None
    assert year == year_of_active(mart, base, objections=objections)


@pytest.mark.parametrize(("folder", "is_read"), [("chapters", True), ("elsewhere", False)])
def test_chapter_12_reckons_with_the_year_of_chapter_10_in_a_run_alone(
    marts, tmp_path, monkeypatch, folder, is_read
):
    here = tmp_path / folder
    here.mkdir()
    planted = ActiveYear(MODEL, None, 180)
    output = nbformat.v4.new_output("display_data", data=shown(planted))
    chapter = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("told_year(year)", outputs=[output])])
    nbformat.write(chapter, here / "10_value.ipynb")
    monkeypatch.chdir(here)
    found = {}
    what_if = nbformat.read(PROJECT / "notebooks/12_what_if.ipynb", as_version=4)
    for cell in (cell for cell in what_if.cells if cell.cell_type == "code"):
        exec(cell.source, found)
        if "year_value" in found:
            break
    assert (found["year_value"] == planted) is is_read

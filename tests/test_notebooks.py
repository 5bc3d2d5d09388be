"""Every chapter has the same shape: question, parameters, load, compute, answer, evidence, method."""

import ast
import json
import re
from pathlib import Path

import papermill
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_LINES = 12
NUMBER_WITH_UNIT = re.compile(r"\d[\d.,]*\s*(%|per cent|days?|weeks?|months?|customers?|orders?|\$|€)")

pytestmark = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


def cells(notebook: Path, kind: str) -> list[dict]:
    content = json.loads(notebook.read_text(encoding="utf-8"))
    return [cell for cell in content["cells"] if cell["cell_type"] == kind]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def test_opens_with_a_question(notebook):
    content = json.loads(notebook.read_text(encoding="utf-8"))
    assert content["cells"][0]["cell_type"] == "markdown"
    assert re.match(r"# [^\n]+\?(\n|$)", source(content["cells"][0]))
    assert content["metadata"]["title"] == source(content["cells"][0]).splitlines()[0].removeprefix("# ")


def test_has_one_cell_of_literal_parameters_first(notebook):
    code = cells(notebook, "code")
    tagged = [cell for cell in code if "parameters" in cell["metadata"].get("tags", [])]
    assert tagged == code[:1]
    for statement in ast.parse(source(tagged[0])).body:
        assert isinstance(statement, ast.Assign | ast.AnnAssign)
        ast.literal_eval(statement.value)
    known = papermill.inspect_notebook(str(notebook))
    assert {"client", "period", "language", "anonymise"} <= set(known)
    assert all(parameter["help"] for parameter in known.values())
    # A reading choice without a type could not be set in a client file.
    choices = {name: parameter["inferred_type_name"] for name, parameter in known.items()}
    assert [name for name, kind in choices.items() if kind == "None"] == [
        "client",
        "period",
        "language",
        "anonymise",
    ]


def test_defines_nothing_and_keeps_cells_short(notebook):
    for cell in cells(notebook, "code"):
        assert not re.search(r"^\s*(def|class) ", source(cell), re.MULTILINE)
        is_import = source(cell).startswith(("import ", "from "))
        assert is_import or len(source(cell).splitlines()) <= MOST_LINES, source(cell)


def test_types_no_result_into_prose(notebook):
    for cell in cells(notebook, "markdown"):
        found = NUMBER_WITH_UNIT.findall(
            source(cell).replace("95% interval", "").replace("100% by definition", "")
        )
        assert found == [], source(cell)


def test_is_committed_without_outputs(notebook):
    for cell in cells(notebook, "code"):
        assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_ends_with_its_method(notebook):
    content = json.loads(notebook.read_text(encoding="utf-8"))
    last = content["cells"][-1]
    assert last["metadata"]["tags"] == ["method"]
    assert source(last).startswith("## Method\n")


def test_is_named_and_runs_in_any_python_environment(notebook):
    assert re.fullmatch(r"\d\d_[a-z_]+", notebook.stem)
    content = json.loads(notebook.read_text(encoding="utf-8"))
    assert content["metadata"]["kernelspec"]["name"] == "python3"

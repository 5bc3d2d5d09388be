"""What pytest is told beside nbval: a tolerance for numbers, and where to write down what differs.

nbval runs the cells and judges them; here its comparison is given outputs in which whatever is near enough
stands as it was.
"""

import ast
import json
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from nbformat import from_dict

from retention_utils.regression.changes import Judge
from retention_utils.regression.outputs import Difference, differences, forgiven

__all__ = ["DIFFERENCES", "TOLERANCE"]

DIFFERENCES = "--retention-differences"  # option: a file to write
TOLERANCE = "--retention-tolerance"  # option: a fraction
PARAMETERS = {"parameters", "injected-parameters"}
MOST = 20  # differences told of a cell
# What libraries log (a fresh machine builds matplotlib's font cache and says so), and pictures: the numbers
# that they are drawn from stand beside them.
NO_NUMBERS = ("stderr", "image/svg+xml")

_found: list[dict[str, Any]] = []


def pytest_addoption(parser: Any) -> None:
    """Take the options (pytest hook)."""
    parser.addoption(DIFFERENCES, type=Path)
    parser.addoption(TOLERANCE, type=Decimal, default=Decimal(0))


def pytest_collection_modifyitems(items: Sequence[Any]) -> None:
    """Have every cell compared with the tolerance, and without what is no number (pytest hook)."""
    for item in (item for item in items if hasattr(item, "compare_outputs")):
        skipped = item.parent.skip_compare
        item.parent.skip_compare = (*skipped, *(name for name in NO_NUMBERS if name not in skipped))
        item.judge = Judge(item.config.getoption(TOLERANCE), _language(item.parent.nb))
        if item.judge.tolerance:
            _make_tolerant(item)


def _make_tolerant(item: Any) -> None:
    compare = item.compare_outputs

    def tolerant(now: Sequence[Any], before: Sequence[Any], skip_compare: Any = None) -> bool:
        near = [from_dict(output) for output in forgiven(now, before, item.judge)]
        return bool(compare(near, before, skip_compare))

    item.compare_outputs = tolerant


def _language(notebook: Any) -> str:
    """Return the language a notebook was run in, the first if there are several."""
    said = "en"
    for cell in notebook.cells:
        if PARAMETERS & set(cell.metadata.get("tags", [])):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "language":
                    said = str(ast.literal_eval(node.value))
    return said.split(",")[0]


def pytest_runtest_makereport(item: Any, call: Any) -> None:
    """Write down what nbval found wrong with a cell (pytest hook)."""
    if call.when != "call" or call.excinfo is None or not hasattr(item, "judge"):
        return
    now = list(item.test_outputs or [])
    errors = [output for output in now if output.get("output_type") == "error"]
    is_error = bool(errors) and not item.options["check_exception"]
    if is_error:
        found = [Difference("error", None, f"{errors[0].get('ename')}: {errors[0].get('evalue')}")]
    else:
        found = differences(item.cell.outputs, now, item.judge, skipped=item.parent.skip_compare)
    found = found or [Difference("cell", None, str(call.excinfo.value).strip().split("\n")[0])]
    listed = [asdict(difference) for difference in found[:MOST]]
    told = {"differences": listed, "left_out": len(found) - len(listed)}
    place = next(number for number, cell in enumerate(item.parent.nb.cells, start=1) if cell is item.cell)
    _found.append({"cell": place, "is_error": is_error, **told})


def pytest_sessionfinish(session: Any) -> None:
    """Write the differences where the caller asked for them (pytest hook)."""
    if place := session.config.getoption(DIFFERENCES):
        place.write_text(json.dumps(_found), encoding="utf-8")

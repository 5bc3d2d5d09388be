"""A project with one small shop and chapters of a few cells, for the tests of the runner."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from retention_utils.chapter_runs.limits import Limits
from retention_utils.chapter_runs.stages import open_workshop
from retention_utils.plan import ReportPlan
from retention_utils.report_outcomes import ReportOutcome
from retention_utils.run import run_report

CLIENT_FILE = """
name = "{name}"
currency = "EUR"
history_start = 2024-01-01
data_horizon = 2024-03-31
{more}

[orders]
path = "orders.csv"

[orders.columns]
customer_id = "who"
ordered_at = "day"
amount = "paid"
"""

ORDERS = """who,day,paid
0012,2024-01-05,10.00
0012,2024-02-09,12.50
bob,2024-01-20,7.00
bob,2024-03-02,8.00
<script>alert(1)</script>,2024-02-02,3.00
"""

SHOW = """
from retention_utils.display import Finding
from retention_utils.formats import Formats
from retention_utils.mart import open_mart
mart = open_mart(client, period)
words = f"{len(mart.table('customers'))} customers of {mart.config.name}; choice {choice}"
Finding("f", "yes", Formats().name(words), True)
"""


def notebook(*code: str, question: str = "Who bought?") -> nbformat.NotebookNode:
    """Make a chapter: question, parameters, and the given code cells."""
    parameters = new_code_cell(
        'client = "shop"  # client\nperiod = "2024-03"  # period\nchoice: int = 1  # choice'
    )
    parameters.metadata["tags"] = ["parameters"]
    cells = [new_markdown_cell(f"# {question}"), parameters, *map(new_code_cell, code)]
    content = new_notebook(cells=cells)
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return content


def small_project(
    folder: Path, *, name: str = "Shop", more: str = "", **chapters: nbformat.NotebookNode
) -> Path:
    """Write the project and return its folder; without chapters it has one that works."""
    client = folder / "data" / "shop"
    client.mkdir(parents=True)
    (client / "client.toml").write_text(CLIENT_FILE.format(name=name, more=more), encoding="utf-8")
    (client / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (folder / "notebooks").mkdir()
    for stem, content in (chapters or {"n03_pulse": notebook(SHOW)}).items():
        nbformat.write(content, folder / "notebooks" / f"{stem.removeprefix('n')}.ipynb")
    return folder


def make_report(
    plan: ReportPlan, *, jobs: int, limits: Limits | None = None, **options: object
) -> ReportOutcome:
    """Make one report as a run of its own."""
    with open_workshop(plan.notebooks, jobs=jobs, limits=limits) as workshop:
        return run_report(plan, workshop=workshop, **options)

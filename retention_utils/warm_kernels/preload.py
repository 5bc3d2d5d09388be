"""What the chapters import, read from their cells without running them."""

import ast
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["imported_modules"]

# One process imports for the chapters of all clients. What a client's own chapter imports beside these may
# change things when it is imported, so that is left to the kernel of that chapter.
SHARED = {
    "duckdb", "lifetimes", "matplotlib", "numpy", "pandas", "retention_utils", "scipy", "seaborn",
    "statsmodels",
} | sys.stdlib_module_names  # fmt: skip


def imported_modules(notebooks: Sequence[Path]) -> list[str]:
    """Return the modules of general use that notebooks import at the top level of their code cells.

    Parameters
    ----------
    notebooks : sequence of Path
        Notebook files. What cannot be read, or is no plain Python, counts as importing nothing: its own
        kernel will say what is wrong.

    Returns
    -------
    list of str
        Full names, each once, sorted; what is imported from a module comes after it, a module or not.
    """
    named = {name for notebook in notebooks for cell in _cells(notebook) for name in _imports(cell)}
    return sorted(name for name in named if name.partition(".")[0] in SHARED)


def _cells(notebook: Path) -> Iterator[str]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        yield from ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return


def _imports(source: str) -> Iterator[str]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)

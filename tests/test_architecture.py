"""The shape of the package: imports point down, analyses are pure, runner and report know no analysis."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "retention_utils"

# Imports point strictly down this list. A module of one line does not know the others of that line.
LAYERS = [
    {"errors"},
    {"schema", "periods", "project", "palette", "sparks"},
    {"config", "stats", "formats", "pictures"},
    {"svg", "definitions", "sources", "quality", "tables", "model_tables", "display"},
    {"mart", "notebooks", "columns"},
    {"build", "passport", "pulse", "cohorts", "next_order", "repeat_rate", "value_models"},
    {"charts", "findings", "simulate"},
    {"exporter", "terminal", "batch", "shelf", "regression"},
    {"chapters"},
    {"report", "plan"},
    {"record"},
    {"run"},
    {"cli"},
]
# Within the folder of the value models the same rule holds.
VALUE_LAYERS = [
    {"optimum", "expectation", "spend"},
    {"likelihood", "fits"},
    {"btyd", "valuation", "holdout", "active"},
    {"tracking", "customer_value"},
    {"appraisal"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}

ANALYSES = {"passport", "pulse", "cohorts", "next_order", "repeat_rate", "value_models", "stats", "simulate"}
RUNNER = {"batch", "report", "chapters", "exporter", "regression", "shelf", "plan", "record", "run"}
FILES_AND_PICTURES = {
    "matplotlib",
    "seaborn",
    "pathlib",
    "os",
    "io",
    "papermill",
    "IPython",
    "duckdb",
    "ibis",
}

MODULES = sorted(PACKAGE.rglob("*.py"))
MODULES = [module for module in MODULES if module.parent == PACKAGE or module.stem != "__init__"]


def imports(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.stem}: write imports in full"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def layer_name(module: Path) -> str:
    return module.stem if module.parent == PACKAGE else module.parent.name


def own(names: set[str]) -> set[str]:
    used = {name.split(".")[1] for name in names if name.startswith("retention_utils.")}
    return used & set(RANK)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_imports_point_down(module):
    name = layer_name(module)
    if name == "__init__":
        assert own(imports(module)) == set()
        return
    for used in own(imports(module)) - {name if module.parent != PACKAGE else ""}:
        assert RANK[used] < RANK[name], f"{name} may not import {used}"


def test_value_models_point_down_among_themselves():
    rank = {name: number for number, layer in enumerate(VALUE_LAYERS) for name in layer}
    modules = {module.stem: module for module in (PACKAGE / "value_models").glob("[a-z]*.py")}
    assert set(modules) == set(rank)
    for name, module in modules.items():
        used = {
            word.split(".")[2] for word in imports(module) if word.startswith("retention_utils.value_models.")
        }
        assert [word for word in used if rank[word] >= rank[name]] == [], name


def test_every_module_has_a_layer():
    assert {layer_name(module) for module in MODULES} - {"__init__"} == set(RANK)


@pytest.mark.parametrize(
    "module", [m for m in MODULES if layer_name(m) in ANALYSES], ids=lambda path: path.stem
)
def test_analyses_are_pure(module):
    assert not {used.split(".")[0] for used in imports(module)} & FILES_AND_PICTURES
    source = module.read_text(encoding="utf-8")
    found = [
        word for word in ("print(", ".now(", ".today(", "read_csv", "inplace=True", "open(") if word in source
    ]
    assert found == []


@pytest.mark.parametrize("name", sorted(RUNNER))
def test_runner_and_report_know_no_analysis(name):
    used = own(imports(PACKAGE / f"{name}.py"))
    assert used & (ANALYSES | {"charts", "findings", "columns"}) == set()


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m.parent.name == "charts"], ids=lambda path: path.stem
)
def test_charts_only_draw(module):
    used = own(imports(module))
    assert used & ANALYSES == set()
    source = module.read_text(encoding="utf-8")
    assert [word for word in ("pyplot", ".show(", "set_title", "savefig") if word in source] == (
        ["savefig"] if module.stem == "canvas" else []
    )


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_public_names_are_documented_and_modules_stay_small(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{module.stem} has no docstring"
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [node.name for node in public if not ast.get_docstring(node)] == []
    assert module.read_text(encoding="utf-8").count("\n") <= 320

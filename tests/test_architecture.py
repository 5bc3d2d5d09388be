"""The shape of the package: imports point down, analyses are pure, runner and report know no analysis."""

import ast
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

PACKAGE = Path(__file__).parents[1] / "retention_utils"

# Imports point strictly down this list. A module of one line does not know the others of that line.
LAYERS = [
    {"currency_signs", "engine_settings", "errors", "letter_widths", "time_formats", "missing", "stamps", "light_jsonschema", "warm_kernels"},
    {"schema", "untrusted", "periods", "project", "palette", "sparks", "config_problems", "canonical_kinds", "anonymity", "outline", "texts"},
    {"canonical"},
    {"accent", "canonical_reference", "customer_ids", "demo_campaigns", "language_dates", "merged_ids", "predecessor"},
    {"held_together", "number_marks"},
    {"language_formats"},
    {"table_spans"},
    {"table_looks"},
    {"source_config", "stats", "translations", "pictures", "compact", "standalone", "steady_line", "survey_answers"},
    {"formats", "prose", "mix_rate", "nps", "verdict_words"},
    {"house_style", "client_settings", "questionnaire"},
    {"comment_themes", "reason_codes"},
    {"config", "sources", "proposal", "svg", "display", "notebooks", "model_tables", "occasion_tables", "placing", "states", "export_dialects", "demo_dirt", "demo_tables", "demo_contracts", "demo_membership"},
    {"demo_activity", "demo_plans", "demo_reasons", "demo_voice", "display_tables"},
    {"definitions", "demo_sport", "quality", "client_files", "chapter_choice", "chapter_contract", "observation", "onboarding", "columns"},
    {"tables", "period_tables", "cohort_tables", "segment_tables", "bridge_tables", "mart", "intake", "log_extent"},
    {"answer_tables", "campaign_tables", "provenance"},
    {"since"},
    {"earlier_report", "glossary", "what_if", "playbook", "mart_writer", "passport", "pulse", "early_warning", "external_factors", "pulse_events", "pulse_replacement", "plan_fact", "cohorts", "next_order", "repeat_rate", "segments", "unit_economics", "value_models", "revenue_retention", "self_diagnosis"},
    {"campaigns", "subscriptions"},
    {"contract_passport", "contract_survival"},
    {"contract_renewals", "contract_use", "contract_value"},
    {"customer_worth", "client_campaigns"},
    {"risk_list", "churn_answers", "pulse_orders", "since_last", "reasons"},
    {"churn_gap", "next_order_segments", "voice"},
    {"gap_in_force", "contract_snapshot", "order_tables"},
    {"build", "charts", "findings", "simulate"},
    {"demo_lavka", "exporter", "extraction", "terminal", "chapter_runs", "shelf", "pdf", "regression", "upkeep"},
    {"demo_clients", "chapters"},
    {"report", "exports", "plan"},
    {"portfolio"},
    {"record", "freshness", "page_files", "report_outcomes"},
    {"report_pieces"},
    {"run", "cli_shared"},
    {"batch"},
    {"cli_intake", "cli_run", "cli_verify"},
    {"cli"},
]  # fmt: skip
# Within a folder the same rule holds.
INNER_LAYERS = {
    "warm_kernels": [{"preload", "process", "server"}, {"provisioner"}, {"manager"}, {"supervisor"}],
    "regression": [{"printed"}, {"changes"}, {"outputs"}, {"plugin"}, {"runner"}, {"listing"}],
    "chapter_runs": [
        {"halt", "limits", "parameters", "settled_traits"},
        {"slots", "watch"},
        {"engine", "outcomes"},
        {"single"},
        {"stages"},
    ],
    "batch": [{"plan", "journal", "store"}, {"one", "preview"}, {"cluster", "local"}],
    "sources": [
        {"files", "shaping", "zones", "side_rules", "connections"},
        {"left_out", "unpacking", "parsing", "side_cells"},
        {"dialect", "sheets"},
        {"text", "records"},
        {"raw"},
        {"orders", "side_tables"},
    ],
    "exports": [
        {"hidden_ids", "number_formats", "safe_names", "sheets"},
        {"chart_files", "csv_files", "readme_sheet"},
        {"workbook"},
        {"whole"},
    ],
    "quality": [{"uses", "currencies", "identity", "refunds"}, {"classify", "refusals"}],
    "proposal": [
        {"questions", "vocabulary"},
        {"samples", "settings", "numbers", "dates", "encodings", "contract_words"},
        {"header", "column_map", "locality", "statuses", "tables_within"},
        {"delimiters", "sheets", "merging", "deductions", "grain", "client_file", "contract_columns"},
        {"answers", "text_files", "order_columns"},
        {"typed_files", "order_settings"},
        {"sampling", "contract_settings", "use_table"},
        {"propose"},
    ],
    "passport": [
        {"account", "activity", "breaks", "reconciliation", "suspects"},
        {"checks", "policies"},
        {"whole"},
    ],
    "early_warning": [
        {"symptoms", "trends", "rules"},
        {"signals", "mix", "activity", "backtest", "ledger"},
        {"together"},
    ],
    "churn_gap": [{"backtest", "curve"}, {"families", "recommendation"}],
    "value_models": [
        {"optimum", "pareto", "spend", "bgbb"},
        {"expectation"},
        {"likelihood", "fits"},
        {"btyd", "valuation", "holdout", "surface", "minimums", "occasions"},
        {"tracking", "active", "luck", "newcomers", "occasion_holdout"},
        {"customer_value"},
        {"by_segment"},
        {"active_value"},
        {"appraisal", "occasion_appraisal"},
    ],
    "campaigns": [
        {"balance", "drawn", "histories", "money", "uplift"},
        {"before_after", "evidence"},
        {"readout"},
    ],
    "contract_survival": [
        {"billing"},
        {"tenures", "observed", "shifted_beta"},
        {"trials", "residual"},
        {"groups"},
        {"payment_trial"},
        {"families"},
        {"projection"},
    ],
    "contract_use": [{"record", "due"}, {"signs"}, {"level", "trial"}, {"account"}, {"lists"}],
    "contract_value": [{"earned", "payments"}, {"plans"}, {"appraisal"}],
    "customer_worth": [{"movement", "shared"}, {"orders", "contracts"}, {"active", "occasions"}, {"whole"}],
    "subscriptions": [
        {"spans", "states", "leavers", "base"},
        {"customer_base", "cohorts", "movements", "renewals", "cohort_revenue", "plans"},
        {"account", "service_facts"},
    ],
    "unit_economics": [{"cohort_value", "formula"}, {"acquisition", "formula_trial"}, {"three_values"}],
    "playbook": [{"rules"}, {"engine"}],
    "reason_codes": [{"codes"}],
    "reasons": [
        {"counts", "effect", "leavers", "spelling", "step", "trend"},
        {"competitor", "matching"},
        {"answers"},
        {"account"},
    ],
    "comment_themes": [{"themes"}],
    "voice": [
        {"adjusted", "link", "planned", "replies", "split", "stake", "standing", "theme_trends", "themes"},
        {"complaints"},
        {"account"},
    ],
    "portfolio": [{"entries"}, {"comparison"}, {"page"}],
    "glossary": [{"norms"}, {"terms"}],
    "what_if": [
        {"base_curve", "budget"},
        {"worth", "lapsed"},
        {"active_year", "incentive", "upgrade"},
        {"everyone"},
    ],
    "segments": [{"groups", "concentration"}, {"rfm", "sizes", "migration", "quiet"}],
    "risk_list": [
        {"candidates", "chances", "correction", "overtaking", "ranking", "scoring"},
        {"choice"},
        {"rehearsal"},
        {"call_list"},
    ],
    "since_last": [{"factors", "figures", "groups", "reasons", "restated"}, {"promises", "splits"}],
    "cohorts": [{"retention", "contrast", "events", "heat", "kept", "ways"}, {"rolling"}],
    "columns": [
        {"shared"},
        {
            "contract_passport",
            "contract_renewals",
            "contract_snapshot",
            "contract_use",
            "campaign",
            "external_factors",
            "glossary",
            "what_if",
            "segments",
            "risk_list",
            "self_diagnosis",
            "since_last",
            "summary",
            "early_warning",
            "churn_gap",
            "playbook",
            "cohorts",
            "next_order",
            "passport",
            "pulse",
            "reasons",
            "revenue_retention",
            "value",
            "voice",
        },
    ],
    "charts": [
        {"ages", "bars", "measuring"},
        {"canvas"},
        {"figure"},
        {"cohorts_scale"},
        {
            "campaign",
            "what_if",
            "segments",
            "rfm_grid",
            "risk_list",
            "self_diagnosis",
            "since_last",
            "playbook",
            "early_warning",
            "churn_gap",
            "cohorts_events",
            "cohorts_ways",
            "next_order",
            "passport",
            "pulse",
            "reasons",
            "revenue_retention",
            "contract_life",
            "contract_use",
            "contract_value",
            "contract_passport",
            "voice",
            "contract_renewals",
        },
        {"cohorts", "value"},
    ],
    "findings": [
        {
            "words",
            "contract_checks",
            "contract_use_words",
            "contract_families",
            "nps",
            "self_diagnosis_words",
        },
        {
            "base_account",
            "campaign_tables",
            "grain_heads",
            "early_warning_words",
            "pulse_earlier",
            "summary_words",
        },
        {
            "campaign",
            "campaign_before",
            "campaign_compared",
            "campaign_groups",
            "campaign_money",
            "external_factors",
            "glossary",
            "norms",
            "what_if",
            "what_if_budget",
            "what_if_incentive",
            "what_if_upgrade",
            "segments",
            "segments_concentration",
            "segments_moves",
            "risk_list_choice",
            "risk_list_tables",
            "playbook_effect",
            "early_warning_list",
            "early_warning_rules",
            "early_warning_tested",
            "churn_gap",
            "churn_gap_cost",
            "churn_gap_kpis",
            "churn_gap_tables",
            "cohorts",
            "cohorts_clocks",
            "cohorts_events",
            "cohorts_figures",
            "cohorts_kpis",
            "cohorts_ways",
            "next_order",
            "next_order_tables",
            "passport_checks",
            "passport_tables",
            "pulse",
            "pulse_answers",
            "pulse_kpis",
            "pulse_order_kpis",
            "pulse_plan",
            "pulse_replacement",
            "contract_cohorts",
            "contract_life",
            "contract_pulse",
            "contract_renewals",
            "contract_snapshot",
            "contract_snapshot_kpis",
            "contract_use",
            "contract_use_kpis",
            "contract_use_level",
            "reasons_words",
            "revenue_retention",
            "revenue_retention_contracts",
            "revenue_retention_kpis",
            "revenue_retention_plans",
            "revenue_retention_tables",
            "self_diagnosis",
            "since_last",
            "since_last_parts",
            "since_last_past",
            "summary",
            "summary_news",
            "value_words",
            "voice_after",
            "voice_kpis",
            "voice_themes",
            "voice_words",
        },
        {
            "campaign_kept",
            "passport",
            "playbook",
            "segments_tables",
            "summary_lead",
            "reasons",
            "reasons_course",
            "reasons_figures",
            "reasons_kpis",
            "reasons_missing",
            "reasons_money",
            "reasons_subjects",
            "reasons_tables",
            "risk_list_tested",
            "self_diagnosis_tables",
            "pulse_tables",
            "since_last_splits",
            "pulse_plan_table",
            "early_warning",
            "early_warning_figures",
            "early_warning_kpis",
            "early_warning_symptoms",
            "early_warning_tables",
            "contract_use_tables",
            "value",
            "value_contracts",
            "value_contract_tables",
            "voice",
            "voice_adjusted",
            "voice_complaints",
            "voice_figures",
            "voice_planned",
            "voice_tables",
            "told_year",
            "voice_theme_trends",
            "what_if_year",
            "value_economics",
            "value_everyone",
            "value_kpis",
            "value_occasions",
            "value_tables",
            "value_three",
        },
        {
            "next_order_course",
            "reasons_usual",
            "risk_list",
            "summary_answers",
            "next_order_segments",
            "contract_passport",
            "value_order_tables",
            "value_answers",
            "value_figures",
        },
        {"value_evidence"},
    ],
}
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}

ANALYSES = {
    "contract_renewals",
    "contract_use",
    "contract_passport",
    "campaigns",
    "self_diagnosis",
    "contract_snapshot",
    "since_last",
    "reasons",
    "external_factors",
    "what_if",
    "segments",
    "risk_list",
    "early_warning",
    "churn_answers",
    "plan_fact",
    "pulse_events",
    "pulse_orders",
    "pulse_replacement",
    "churn_gap",
    "passport",
    "pulse",
    "cohorts",
    "next_order",
    "next_order_segments",
    "repeat_rate",
    "revenue_retention",
    "contract_survival",
    "contract_value",
    "customer_worth",
    "subscriptions",
    "unit_economics",
    "value_models",
    "mix_rate",
    "nps",
    "survey_answers",
    "stats",
    "voice",
    "simulate",
}
RUNNER = {
    "batch",
    "chapter_runs",
    "freshness",
    "page_files",
    "report_outcomes",
    "warm_kernels",
    "report",
    "portfolio",
    "chapters",
    "exporter",
    "regression",
    "shelf",
    "plan",
    "provenance",
    "record",
    "run",
    "exports",
}
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


@pytest.mark.parametrize("folder", INNER_LAYERS)
def test_modules_of_a_folder_point_down_among_themselves(folder):
    rank = {name: number for number, layer in enumerate(INNER_LAYERS[folder]) for name in layer}
    modules = {module.stem: module for module in (PACKAGE / folder).glob("[a-z]*.py")}
    assert set(modules) == set(rank)
    start = f"retention_utils.{folder}."
    for name, module in modules.items():
        used = {word.split(".")[2] for word in imports(module) if word.startswith(start)}
        assert [word for word in used if rank[word] >= rank[name]] == [], name


def test_every_folder_has_layers_of_its_own():
    assert {module.parent.name for module in MODULES if module.parent != PACKAGE} == set(INNER_LAYERS)


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
    modules = [module for module in MODULES if layer_name(module) == name]
    assert modules
    used = {word for module in modules for word in own(imports(module))}
    assert used & (ANALYSES | {"charts", "findings", "columns"}) == set()


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m.parent.name == "charts"], ids=lambda path: path.stem
)
def test_charts_only_draw(module):
    used = own(imports(module))
    assert used & ANALYSES == set()
    source = module.read_text(encoding="utf-8")
    assert [word for word in ("pyplot", ".show(", "set_title", "savefig") if word in source] == []


def notebook_imports() -> list[str]:
    """Return the import statements of all chapters, each once."""
    statements = set()
    for notebook in (PACKAGE.parent / "notebooks").glob("*.ipynb"):
        cells = nbformat.read(notebook, as_version=4).cells
        for cell in (cell for cell in cells if cell.cell_type == "code"):
            nodes = ast.walk(ast.parse(cell.source))
            statements |= {
                ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)
            }
    return sorted(statements)


def test_no_chapter_imports_ibis():
    # It costs a second in every kernel; chapters read the finished mart with plain DuckDB.
    statements = notebook_imports()
    assert "from retention_utils.mart import open_mart" in statements
    program = "\n".join([*statements, "import sys", "print('duckdb' in sys.modules, 'ibis' in sys.modules)"])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "True False\n"), done.stderr


@pytest.mark.parametrize("command", ["plan, run", "exports.whole", "portfolio.page"])
def test_a_command_imports_nothing_slow_that_it_need_not_have(command):
    # The kernels have pandas, what builds a mart asks for Ibis, and nothing here checks web addresses.
    slow = ("ibis", "pandas", "rfc3987_syntax")
    modules = ", ".join(f"retention_utils.{name}" for name in command.split(", "))
    program = f"import sys, {modules}\nprint([name for name in {slow} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


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

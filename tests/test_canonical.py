"""The definitions of the tables beside the order log, what a client file may map, and how they are printed."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_utils.canonical import CANONICAL, PLAN_RANGES, check_columns
from retention_utils.canonical_kinds import KINDS, Kind
from retention_utils.canonical_reference import reference_markdown
from retention_utils.source_config import TableName

README = Path(__file__).parents[1] / "data" / "README.md"
TABLES = sorted(CANONICAL)


def compulsory(name):
    return [column.name for column in CANONICAL[name].columns if column.needed in ("always", "column")]


def test_the_tables_are_those_that_the_client_file_knows():
    assert set(CANONICAL) == set(get_args(TableName))


@pytest.mark.parametrize("name", TABLES)
def test_columns_refer_to_columns_that_are_there(name):
    table = CANONICAL[name]
    assert len(set(table.names)) == len(table.names)
    referred = {*table.key, *table.either, *table.known_on}
    for column in table.columns:
        referred |= {other for other in (column.needs, column.not_before, column.known_with) if other}
    assert referred <= set(table.names)
    for days in (column.not_before or column.known_with for column in table.columns):
        assert not days or table.column(days).kind == "day"


@pytest.mark.parametrize("name", TABLES)
def test_kinds_are_described_and_choices_are_told_apart(name):
    assert set(KINDS) == set(get_args(Kind))
    for column in CANONICAL[name].columns:
        assert column.kind in KINDS
        assert (column.words is not None) == (column.kind == "choice")
        words = [word for ours, others in (column.words or {}).items() for word in (ours, *others)]
        assert len(set(words)) == len(words)
        assert words == [word.casefold() for word in words]


def test_a_plan_can_be_made_for_every_metric_with_a_range():
    assert list(CANONICAL["plan"].column("metric").words) == list(PLAN_RANGES)


@pytest.mark.parametrize(
    ("name", "column", "limits"),
    [
        ("rates", "rate", "above 0"),
        ("costs", "acquisition", "0 or more"),
        ("surveys", "score", "from 0 to 10"),
        ("campaigns", "arm", "one of treatment, control"),
        ("merges", "same_as", ""),
    ],
)
def test_limits_in_words(name, column, limits):
    assert CANONICAL[name].column(column).limits == limits


# --- check_columns ---------------------------------------------------------------------------------------------


def chosen(name: str) -> tuple[str, ...]:
    """One of the columns of which one must be there."""
    return (*CANONICAL[name].either[:1], *CANONICAL[name].some_of[:1])


@pytest.mark.parametrize("name", TABLES)
def test_compulsory_columns_alone_are_enough(name):
    # Contracts need a start or a tenure besides, surveys a score or a comment; every other table nothing.
    assert check_columns(name, [*compulsory(name), *chosen(name)]) == []


@given(st.sampled_from([name for name in TABLES if compulsory(name)]), st.data())
def test_every_compulsory_column_left_out_is_named(name, data):
    needed = compulsory(name)
    mapped = data.draw(st.sets(st.sampled_from(needed)))
    problems = check_columns(name, [*mapped, *chosen(name)])
    assert problems == [f"the column {missing!r} is missing" for missing in needed if missing not in mapped]


def test_unknown_columns_get_a_suggestion_and_the_list():
    assert check_columns("costs", {"perod": "Month", "acquisition": "Ads", "zebra": "Z"}) == [
        "unknown column 'perod'. Did you mean 'period'?",
        "unknown column 'zebra'. Known here: period, acquisition, retention.",
        "the column 'period' is missing",
    ]


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        (["start"], []),
        (["start", "end", "trial_end", "past_due_since"], []),
        (["tenure_months", "has_ended"], []),
        ([], ["state either 'start' or 'tenure_months'; found 0 of them"]),
        (["start", "tenure_months"], ["state either 'start' or 'tenure_months'; found 2 of them"]),
        (["tenure_months", "end"], ["the column 'end' needs 'start'"]),
        (["start", "has_ended"], ["the column 'has_ended' needs 'tenure_months'"]),
    ],
)
def test_contracts_have_either_dates_or_a_tenure(more, problems):
    assert check_columns("subscriptions", ["customer_id", "amount", *more]) == problems


def test_surveys_have_scores_or_comments():
    assert check_columns("surveys", ["customer_id"]) == ["state 'score' or 'comment', or both"]
    assert check_columns("surveys", ["score", "comment"]) == []
    assert check_columns("surveys", ["comment", "replied_on"]) == ["the column 'replied_on' needs 'day'"]


# --- reference_markdown ----------------------------------------------------------------------------------------


def test_the_reference_names_every_table_column_and_choice():
    text = reference_markdown()
    for name, table in CANONICAL.items():
        section = text.split(f"\n### {name}\n")[1].split("\n### ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == [
            *table.names
        ]
        for column in table.columns:
            assert all(word in section for word in column.words or ())


def test_a_row_of_the_reference():
    assert (
        "| `end` | day | no | first day no longer covered; empty while it runs; not before `start` |\n"
        in reference_markdown()
    )
    assert (
        "| `score` | count | no | 0 not at all likely, 10 extremely likely; empty beside a mere comment; from 0 to 10 |\n"
        in (reference_markdown())
    )
    assert "| `was_asked` | flag | no; no empty cells | the customer was asked; left out: yes |\n" in (
        reference_markdown()
    )


def test_the_readme_prints_the_reference():
    text = README.read_text(encoding="utf-8")
    assert text.count("<!-- tables -->") == 1
    section = text.split("<!-- tables -->\n")[1].split("<!-- /tables -->")[0]
    assert section.strip() == reference_markdown().strip()

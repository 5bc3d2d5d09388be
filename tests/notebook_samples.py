"""Executed chapter notebooks, made by hand for the tests of the report."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

CLIENT = 'Ma & Pa\'s "Shop" </style></script><script>alert(1)</script> \\ $x$ =1+1'

RUN = {
    "client": "shop",
    "name": "Shop",
    "description": "online music shop",
    "period": "1998-06",
    "period_label": "June 1998",
    "previous_label": "May 1998",
    "data_until": "30 June 1998",
    "language": "en",
    "languages": ["en"],
    "prepared_by": "1 July 1998",
    "contact": "",
    "is_anonymised": False,
    "outcomes": [],
    "provenance": [["Prepared", "1 July 1998"], ["Input", "sha256 ab12"]],
    "settings": [["churn gap", "90 days"]],
    "definitions": [["Kept", "Bought in this period and in the one before."]],
}

PICTURE = (
    '<svg class="chart {size}" viewBox="0 0 90 40" aria-hidden="true" focusable="false">'
    '<g clip-path="url(#p-1)"><path d="M0 0L5 5" style="fill:none;stroke:var(--main)"/><text x="1" y="20">June</text></g>'
    '<defs><clipPath id="p-1"><rect x="0" y="0" width="90" height="40"/></clipPath></defs></svg>'
)


def outcome(chapter, title="Is the bucket leaking?", *, error="", cell=None):
    state = "failed" if error else "done"
    return {
        "chapter": chapter,
        "title": title,
        "outcome": state,
        "seconds": 1.0,
        "cell": cell,
        "error": error,
    }


def finding(text="Fewer customers came back.", *, verdict="worse", is_headline=False, **more):
    return "finding", {"key": "f", "verdict": verdict, "text": text, "is_headline": is_headline, **more}


def kpi(label="Revenue", *, value="$213k", **more):
    content = {
        "key": "k",
        "label": label,
        "value": value,
        "interval": "95% interval $200–226k",
        "basis": "n = 3,817",
    }
    content |= {"change": "−18.8%", "verdict": "worse", "direction": "down", "trend": [3.0, None, 2.0, 1.5]}
    return "kpi", {**content, "trend_since": "since Apr 1997", "number": 213000.0, **more}


def table(
    columns=(("segment", "Segment", "text"), ("customers", "Customers", "count")),
    rows=(("A", 3), ("B", None)),
    **more,
):
    names = [{"name": name, "label": label, "unit": unit} for name, label, unit in columns]
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    content = {
        "key": "segments",
        "caption": "Customers by segment",
        "note": "",
        "emphasis": [],
        "is_folded": False,
    }
    return "table", {**content, "columns": names, "rows": [list(row) for row in rows], "cells": cells, **more}


def figure(*, pictures=True, **more):
    content = {
        "key": "trend",
        "title": "Customers a month",
        "caption": "Bars are months.",
        "source": "Orders.",
        "alt": "It fell.",
    }
    stored = (
        {size: PICTURE.format(size=size) for size in ("wide", "narrow")} if pictures is True else pictures
    )
    return "figure", {**content, **more}, {"retention": stored} if stored else {}


def callout(title="Read with care", text="Everybody joined in one quarter.", tone="warn"):
    return "callout", {"key": "c", "tone": tone, "title": title, "text": text}


def grade(letter="B"):
    steps = [["A", "complete"], ["B", "with reservations"], ["C", "weak"], ["D", "unusable"]]
    return "grade", {
        "key": "g",
        "grade": letter,
        "label": "Data grade",
        "steps": steps,
        "next": "Supply returns for an A.",
    }


def action(title="Call regulars"):
    return "action", {
        "key": "P01",
        "number": None,
        "title": title,
        "evidence": "950 are quiet.",
        "chapter": "03_pulse",
        "when": "regulars are quiet",
        "tactics": ["Ring them up."],
        "owner": "Sales",
        "cost": "little",
        "effect": "not known",
        "check_on": "1 October 1998",
        "source": "the house",
    }


def shown(item):
    kind, content, *metadata = item
    data = {
        "text/plain": "PLAINTEXT",
        "text/html": "<b>PLAINHTML</b>",
        f"application/vnd.retention.{kind}+json": content,
    }
    return new_output("display_data", data=data, metadata=metadata[0] if metadata else {})


def write_chapter(
    folder: Path,
    name: str,
    items=(),
    *,
    question="Is the bucket leaking?",
    lead="",
    texts=(),
    method="",
    code="x = 1",
):
    cells = [new_markdown_cell(f"# {question}\n\n{lead}")]
    cells.append(new_code_cell("period = '1998-06'", metadata={"tags": ["parameters"]}))
    cells += [new_markdown_cell("## Load"), *(new_markdown_cell(text) for text in texts)]
    stream = new_output("stream", name="stdout", text="STREAMTEXT")
    cells.append(new_code_cell(code, outputs=[stream, *(shown(item) for item in items)], execution_count=1))
    if method:
        cells.append(new_markdown_cell(f"## Method\n\n{method}", metadata={"tags": ["method"]}))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path

"""``reports/index.html``: written anew after every run, whole or not at all."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from retention_utils.exporter import environment
from retention_utils.house_style import Look
from retention_utils.portfolio.comparison import FEWEST, comparable_reports, compared
from retention_utils.portfolio.entries import SAID, ClientEntry, ReportEntry, client_entries
from retention_utils.report import LANGUAGE_NAMES, stylesheet, visible
from retention_utils.shelf import page_names
from retention_utils.sparks import strip
from retention_utils.texts import LANGUAGES, in_language
from retention_utils.translations import share_text

__all__ = ["render_portfolio", "write_portfolio"]

FAILED = ("failed", "timed out")
MONEY = ("revenue", "mrr")  # of orders, of contracts


def write_portfolio(project: Path) -> list[Path]:
    """Write the page in every language that a report was made in; English if there is none.

    Returns
    -------
    list of Path
        The pages, ``reports/index.html`` first.
    """
    clients = client_entries(project)
    made = {language for entry in clients for report in entry.reports for language in report.pages}
    languages = [language for language in LANGUAGES if language in made] or ["en"]
    pages = {language: name.replace("report", "index", 1) for language, name in page_names(languages).items()}
    written = []
    for language, name in pages.items():
        place = project / "reports" / name
        place.parent.mkdir(exist_ok=True)
        beside = place.with_name(f".{name}.{os.getpid()}")
        beside.write_text(render_portfolio(clients, language=language, pages=pages), encoding="utf-8")
        beside.replace(place)
        written.append(place)
    return written


def render_portfolio(
    clients: Sequence[ClientEntry], *, language: str = "en", pages: dict[str, str] | None = None
) -> str:
    """Write the page.

    Parameters
    ----------
    clients : sequence of ClientEntry
        From :func:`retention_utils.portfolio.entries.client_entries`.
    language : str
        Of the page.
    pages : dict, optional
        Its name in every language it is written in.
    """
    env = environment(language)
    env.filters["strip"] = lambda values: Markup(strip(values))  # noqa: S704 - drawn from numbers only
    rows = [_row(entry, language) for entry in clients]
    said = [report["said"] for row in rows if (report := row["newest"]) and row["outcome"] not in FAILED]
    comparisons = [
        {
            "label": in_language(found.label, language),
            "ends": [share_text(value, language) for value in (found.low, found.median, found.high)],
            "values": found.values,
        }
        for found in compared(clients)
    ]
    page = env.get_template("portfolio.html.j2").render(
        rows=_placed(rows),
        said={key: next(each[key] for each in said if key in each)["label"] for key in _any(said)},
        outcomes={word: sum(row["outcome"] == word for row in rows) for word in ("done", *FAILED, "none")},
        comparisons=comparisons,
        fewest=FEWEST,
        comparable=len(comparable_reports(clients)),
        language=language,
        language_names=LANGUAGE_NAMES,
        pages=pages or {},
        css=stylesheet(Look()),
    )
    return visible(page)


def _any(said: Sequence[dict[str, Any]]) -> list[str]:
    """Return the keys that any client has, in the order of all."""
    return [key for key in SAID.values() if any(key in each for each in said)]


def _row(entry: ClientEntry, language: str) -> dict[str, Any]:
    """Everything the page says of one client: the newest report, and the others in short."""
    newest, *older = [_shown(report, language) for report in entry.reports] or [None]
    failed = bool(newest) and newest["outcome"] in FAILED
    money = [newest["figures"].get(key, {}).get("direction") for key in MONEY] if newest else []
    urgency = (not failed, -(newest["worse"] if newest else -1), "down" not in money, entry.client)
    return {
        "client": entry.client,
        "outcome": newest["outcome"] if newest else "none",
        "newest": newest,
        "older": older,
        "urgency": urgency,
        "name": newest["name"] if newest else entry.client,
        "period": newest["period"] if newest else "",
    }


def _shown(report: ReportEntry, language: str) -> dict[str, Any]:
    words = ("name", "description", "period_label", "data_until")
    said = {name: in_language(getattr(report, name), language) for name in words}
    plain = ("client", "period", "outcome", "reason", "failures", "pdfs", "worse", "pages")
    page = report.pages.get(language) or next(iter(report.pages.values()), "")
    kept = {name: getattr(report, name) for name in plain}
    return {
        **said,
        **kept,
        "page": page,
        "figures": in_language(report.figures, language),
        "said": in_language(report.said, language),
    }


def _placed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the most urgent first, and give every row its place in the other orders."""
    rows = sorted(rows, key=lambda row: row["urgency"])
    by_name = sorted(rows, key=lambda row: str(row["name"]).casefold())
    by_period = sorted(by_name, key=lambda row: row["period"], reverse=True)
    return [{**row, "by_name": by_name.index(row), "by_period": by_period.index(row)} for row in rows]

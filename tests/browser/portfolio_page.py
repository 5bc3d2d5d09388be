"""The consultant's page: the demo clients among others, one hostile, one failed, one without a report."""

import json
import shutil

from demo_reports import DEMO_REPORTS, LANGUAGES, demo_record
from notebook_samples import CLIENT, finding, kpi, outcome, write_chapter

from retention_utils.portfolio.entries import SAID, client_entries
from retention_utils.portfolio.page import render_portfolio
from retention_utils.shelf import page_names

__all__ = ["PORTFOLIO_PAGES", "portfolio_page"]

PORTFOLIO_PAGES = {word: name.replace("report", "index") for word, name in page_names(LANGUAGES).items()}
WORD = "Donaudampfschifffahrtsgesellschaft" * 3


def portfolio_page(folder, language):
    """Render the page of a shelf with a report of every kind."""
    for client, place in DEMO_REPORTS.items():
        made = _place(folder, client, place.name, demo_record(client) | {"outcome": "done"})
        for chapter in ("01_summary", *SAID):
            if (place / "chapters" / f"{chapter}.ipynb").is_file():
                shutil.copy(place / "chapters" / f"{chapter}.ipynb", made / "chapters")
        for page in page_names(LANGUAGES).values():
            (made / page).touch()
    for number, name in enumerate(["Apteka", "Bakery", f"{CLIENT} {WORD}"]):
        record = {"name": name, "period_label": WORD, "description": WORD, "outcome": "done"}
        for period in ("2024-12", "2024-11"):
            made = _place(folder, f"shop{number}", period, record)
            figures = [kpi(WORD, key="churn", number=0.1 + number / 50), kpi("Revenue", key="revenue")]
            write_chapter(made / "chapters", "01_summary", [finding(is_headline=True), *figures])
    failed = {"name": "Closed", "outcome": "failed", "outcomes": [outcome("03_pulse", error=WORD, cell=3)]}
    _place(folder, "closed", "2024-12.failed", failed)
    (folder / "data" / "new").mkdir()
    (folder / "data" / "new" / "client.toml").touch()
    return render_portfolio(client_entries(folder), language=language, pages=PORTFOLIO_PAGES)


def _place(folder, client, name, record):
    """Put a report without pages on the shelf, and its client beside it."""
    made = folder / "reports" / client / name
    (made / "chapters").mkdir(parents=True)
    (folder / "data" / client).mkdir(parents=True, exist_ok=True)
    (folder / "data" / client / "client.toml").touch()
    record = {"languages": LANGUAGES, "outcomes": [], "reason": "", **record}
    (made / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return made

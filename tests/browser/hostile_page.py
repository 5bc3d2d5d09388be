"""A page with the worst words a client could have: long beyond any line, and written to break out."""

from demo_reports import LANGUAGES
from notebook_samples import CLIENT, RUN, callout, figure, finding, grade, kpi, outcome, table, write_chapter

from retention_utils.report import read_chapter, render_report

__all__ = ["hostile_page"]

WORD = "Donaudampfschifffahrtsgesellschaft" * 3


def hostile_page(folder, language):
    """Render a report in which every text is one long word, and one chapter failed."""
    wide = table(
        tuple((f"c{k}", f"Column {k}", "text") for k in range(12)), (tuple([WORD] * 12),), caption=WORD
    )
    headline = finding(f"{CLIENT} {WORD}", is_headline=True)
    card = kpi(WORD, value="$1,234,567", basis=WORD, change=WORD, chapter="03_pulse")
    first = [headline, card, finding(WORD, chapter="03_pulse")]
    then = [headline, wide, figure(), finding(WORD), callout(WORD, WORD), grade("D")]
    code = f"x = '{WORD * 9}'"
    chapters = [
        read_chapter(write_chapter(folder, "01_summary", first)),
        read_chapter(write_chapter(folder, "03_pulse", then, question=WORD, code=code, method=WORD)),
    ]
    words = {"name": f"{CLIENT} {WORD}", "period_label": WORD, "description": WORD}
    pairs = {"provenance": [[WORD, WORD]], "definitions": [[WORD, WORD]], "settings": [[WORD, WORD]]}
    failed = {"languages": LANGUAGES, "outcomes": [outcome("05_value", f"{WORD}?", error=WORD, cell=1)]}
    return render_report(RUN | words | pairs | failed, chapters, language=language)

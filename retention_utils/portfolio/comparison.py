"""How clients compare: only where there are so many that none can be worked out from the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from retention_utils.periods import parse_period
from retention_utils.portfolio.entries import ClientEntry, ReportEntry

__all__ = ["FEWEST", "Comparison", "comparable_reports", "compared"]

FEWEST = 5
SHARES = ("churn", "repeat_rate")  # the key figures that do not depend on a client's size or currency


@dataclass(frozen=True)
class Comparison:
    """One key figure over clients: how many, the quarters of them, and every value from low to high."""

    figure: str
    label: object
    low: float
    median: float
    high: float
    values: tuple[float, ...]


def comparable_reports(clients: Sequence[ClientEntry]) -> list[ReportEntry]:
    """Return the newest finished report of every client with figures to compare, of the commonest period."""
    newest = [next((r for r in entry.reports if r.outcome == "done"), None) for entry in clients]
    found = [report for report in newest if report and any(key in report.figures for key in SHARES)]
    grains = [parse_period(report.period).grain for report in found]
    common = max(sorted(set(grains)), key=grains.count, default=None)
    return [report for report, grain in zip(found, grains, strict=True) if grain == common]


def compared(clients: Sequence[ClientEntry]) -> list[Comparison]:
    """Set the clients' shares side by side.

    Returns
    -------
    list of Comparison
        One per figure that at least :data:`FEWEST` clients have; the values carry no names.
    """
    reports = comparable_reports(clients)
    found = []
    for key in SHARES:
        figures = [report.figures[key] for report in reports if key in report.figures]
        values = sorted(figure["number"] for figure in figures if figure["number"] is not None)
        if len(values) >= FEWEST:
            low, median, high = quantiles(values, n=4, method="inclusive")
            found.append(Comparison(key, figures[0]["label"], low, median, high, tuple(values)))
    return found

"""What several tests share: a project folder of their own, and the warnings of others."""

import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

CLIENT_FILE = """
name = "Shop"
currency = "EUR"
{settings}

[orders]
path = "orders.csv"
{orders}

[orders.columns]
customer_id = "customer"
ordered_at = "date"
amount = "amount"

{sections}
"""

HEADER = ("customer", "date", "amount")


def pytest_configure(config: pytest.Config) -> None:
    # Ibis 12 still calls a method that DuckDB 2 gave a new name.
    config.addinivalue_line(
        "filterwarnings", r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning"
    )


def pytest_unconfigure() -> None:
    # Left open to the end of the process, the engine that Ibis keeps for itself fills the screen with "leaked".
    if (ibis := sys.modules.get("ibis")) and (backend := ibis.options.default_backend):
        backend.disconnect()
        ibis.options.default_backend = None


@dataclass(frozen=True)
class Project:
    """A project folder in which a test may do as it likes."""

    folder: Path

    def write_client(
        self, client: str = "shop", *, settings: str = "", orders: str = "", sections: str = ""
    ) -> Path:
        """Write a client file: keys of the top level, further keys of [orders], further sections."""
        file = self.folder / "data" / client / "client.toml"
        file.parent.mkdir(exist_ok=True)
        text = CLIENT_FILE.format(settings=settings, orders=orders, sections=sections)
        file.write_text(text, encoding="utf-8")
        return file

    def write_orders(self, rows: Iterable[tuple], client: str = "shop") -> Path:
        """Write the order log of a client: one row per order, (customer, date, amount)."""
        file = self.folder / "data" / client / "orders.csv"
        file.parent.mkdir(exist_ok=True)
        with file.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, lineterminator="\n").writerows([HEADER, *rows])
        return file

    def marts(self, client: str = "shop") -> list[str]:
        """Return the names of all files in the folder of a client's marts."""
        return sorted(file.name for file in (self.folder / ".retention" / "marts" / client).glob("*"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty project, which find_project finds, with the folders data and notebooks."""
    for name in ("data", "notebooks"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("RETENTION_PROJECT", str(tmp_path))
    return Project(tmp_path)

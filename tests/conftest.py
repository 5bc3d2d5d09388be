"""What several tests share: a project folder of their own."""

import csv
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# Laws are about results; how long they take is the machine's business.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

CLIENT_FILE = """
name = "Shop"
currency = "EUR"
{settings}

[orders]
path = {path}
{orders}

[orders.columns]
customer_id = "customer"
ordered_at = "date"
amount = "amount"
{columns}

{sections}
"""

HEADER = ("customer", "date", "amount")


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
        self,
        client: str = "shop",
        *,
        settings: str = "",
        path: str = '"orders.csv"',
        orders: str = "",
        columns: str = "",
        sections: str = "",
    ) -> Path:
        """Write a client file: keys of the top level, of [orders] and [orders.columns], further sections."""
        file = self.folder / "data" / client / "client.toml"
        file.parent.mkdir(exist_ok=True)
        text = CLIENT_FILE.format(
            settings=settings, path=path, orders=orders, columns=columns, sections=sections
        )
        file.write_text(text, encoding="utf-8")
        return file

    def write_orders(
        self,
        rows: Iterable[tuple],
        client: str = "shop",
        *,
        name: str = "orders.csv",
        header: tuple[str, ...] = HEADER,
    ) -> Path:
        """Write a table of a client, by default the order log: one row per order, (customer, date, amount)."""
        file = self.folder / "data" / client / name
        file.parent.mkdir(exist_ok=True)
        with file.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, lineterminator="\n").writerows([header, *rows])
        return file

    def marts(self, client: str = "shop") -> list[str]:
        """Return the names of all files in the folder of a client's marts."""
        return sorted(file.name for file in (self.folder / ".retention" / "marts" / client).glob("*"))


def _empty(folder: Path) -> Project:
    for name in ("data", "notebooks"):
        (folder / name).mkdir()
    return Project(folder)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty project, which find_project finds, with the folders data and notebooks."""
    monkeypatch.setenv("RETENTION_PROJECT", str(tmp_path))
    return _empty(tmp_path)


@pytest.fixture(scope="session")
def new_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    """Make an empty project that several tests may share."""
    return lambda: _empty(tmp_path_factory.mktemp("project"))

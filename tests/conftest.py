"""What several tests share: a project folder of their own. And what keeps them fast."""

import csv
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# Laws are about results; how long they take is the machine's business.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# A test file is compiled, asserts rewritten, in half the time of collecting it: by every worker of every run
# anew where nothing may be kept. So may the package be, by every process that a test starts.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The modules that take longest. They are given out first (``--no-loadscope-reorder`` keeps the order): one that
# began last would leave the other workers idle.
LONGEST = (
    "test_regression",
    "test_engines",
    "test_no_leak",
    "test_report_browser",
    "test_mart",
    "test_warm_kernels",
    "test_cluster",
    "test_intake_benchmark",
    "test_round_trip",
    "test_print_browser",
    "test_portfolio_browser",
    "test_states",
    "test_batch_broken",
    "test_classify",
    "test_hostile",
    "test_small_client",
    "test_next_order_segments",
    "test_value",
)

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first; within a module, and among the others, the order stays."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


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

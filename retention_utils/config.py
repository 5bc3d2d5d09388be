"""The client file: everything that differs between clients, read, checked and frozen."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from babel.core import get_global
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from retention_utils.errors import ConfigError, did_you_mean

__all__ = ["ChurnDefinition", "ClientConfig", "OrderSource", "Policies", "ValueSettings", "read_config"]


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        msg = f"there is no time zone {name!r}.{did_you_mean(name, available_timezones())}"
        raise ValueError(msg)
    return name


def _currency(code: str) -> str:
    if code not in get_global("all_currencies"):
        msg = f"{code!r} is no currency code; write three capital letters such as 'EUR'"
        raise ValueError(msg)
    return code


def _local_dates(form: str) -> str:
    if "%z" in form.lower():
        msg = "offsets (%z) are not read yet; supply times of the client's own time zone"
        raise ValueError(msg)
    return form


class Section(BaseModel):
    """A part of the client file: frozen, and strict about what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class OrderColumns(Section):
    """Ours = theirs: the name of the column in the client's file, or its position from 1."""

    customer_id: str | Annotated[int, Field(ge=1)]
    ordered_at: str | Annotated[int, Field(ge=1)]
    amount: str | Annotated[int, Field(ge=1)]


class OrderSource(Section):
    """Where the order log is and how it is written."""

    path: str
    package: str | None = None  # an installed Python package that `path` lies in
    format: Literal["csv", "whitespace"] = "csv"
    header: bool = True
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "utf-16", "latin-1"] = "utf-8"
    date_format: Annotated[str, AfterValidator(_local_dates)] = "%Y-%m-%d"  # as in strptime
    decimal_mark: Literal[".", ","] = "."
    columns: OrderColumns


class ChurnDefinition(Section):
    """When a customer of this business counts as lapsed."""

    family: Literal["inactivity"] = "inactivity"
    gap_days: Annotated[int, Field(ge=7, le=3650)] = 180  # silent for longer than this: lapsed


class Policies(Section):
    """What happens to rows that are not plain sales. Every row touched is counted in the passport."""

    zero_amount: Literal["exclude", "keep"] = "exclude"
    unreadable_share: Annotated[float, Field(ge=0, lt=1)] = 0.01  # more unreadable rows than this: refuse


class ValueSettings(Section):
    """How the worth of a customer is reckoned."""

    margin: Annotated[float, Field(gt=0, le=1)] = 1.0  # share of revenue; 1.0 means revenue is shown
    annual_discount_rate: Annotated[float, Field(ge=0, lt=1)] = 0.10  # effective, per year
    horizon_weeks: Annotated[int, Field(ge=4, le=260)] = 52
    holdout_weeks: Annotated[int, Field(ge=4, le=260)] = 26


class ClientConfig(Section):
    """One client. Only the order source with its three columns is compulsory beside name and currency."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: str = ""
    prepared_by: str = ""
    business_type: Literal["orders"] = "orders"
    currency: Annotated[str, AfterValidator(_currency)]
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    language: Literal["en"] = "en"
    grain: Literal["week", "month", "quarter", "year"] = "month"
    history_start: date | None = None  # first day of the log; left out: the day of the first order
    data_horizon: date | None = None  # last fully loaded day; left out: the day of the last order
    warmup_days: Annotated[int, Field(ge=0)] | None = None  # first seen this early: perhaps not new
    min_cohort: Annotated[int, Field(ge=1)] = 20  # customers; smaller groups get no percentage
    repeat_window_days: Annotated[int, Field(ge=7, le=730)] = 90
    orders: OrderSource
    churn: ChurnDefinition = ChurnDefinition()
    policies: Policies = Policies()
    value: ValueSettings = ValueSettings()
    parameters: Mapping[str, Mapping[str, Any]] = {}  # reading choices of chapters, by chapter

    @model_validator(mode="after")
    def _horizon_follows_start(self) -> "ClientConfig":
        if self.history_start and self.data_horizon and self.data_horizon < self.history_start:
            msg = f"data_horizon {self.data_horizon} is before history_start {self.history_start}"
            raise ValueError(msg)
        return self

    @property
    def effective_warmup_days(self) -> int:
        """Days after the start of the log in which a first order may be an old customer's."""
        return self.churn.gap_days if self.warmup_days is None else self.warmup_days

    @property
    def definition_hash(self) -> str:
        """A short hash of everything in this file, printed in the report."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def order_file(self, folder: Path) -> Path:
        """Return the path of the order log of the client whose file lies in ``folder``.

        Raises
        ------
        ConfigError
            If the package or the file does not exist.
        """
        base = _package_folder(self.orders.package) if self.orders.package else folder
        file = base / self.orders.path
        if not file.is_file():
            msg = (
                f"{folder.name}: the order log {self.orders.path!r} was not found in {base}. "
                "Check orders.path."
            )
            raise ConfigError(msg)
        return file


def read_config(file: Path) -> ClientConfig:
    """Read a client file, naming every problem in it at once.

    Raises
    ------
    ConfigError
        If it is not TOML, or a key is unknown, missing or out of range.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{file.parent.name}/client.toml cannot be read: {error}."
        raise ConfigError(msg) from error
    try:
        return ClientConfig.model_validate(content)
    except ValidationError as error:
        problems = list(dict.fromkeys(_problem(item) for item in error.errors()))
        listed = "\n".join(f"  - {problem}" for problem in problems)
        msg = f"{file.parent.name}/client.toml has {len(problems)} problem(s):\n{listed}"
        raise ConfigError(msg) from error


def _problem(item: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in item["loc"] if part not in ("str", "constrained-int")) or "file"
    if item["type"] == "extra_forbidden":
        known = _known_keys(item["loc"][:-1])
        hint = did_you_mean(str(item["loc"][-1]), known)
        return f"{where}: unknown key.{hint} Known here: {', '.join(known)}."
    if item["type"] == "missing":
        return f"{where}: missing; it has no default."
    # A check of the file as a whole has no single value to show.
    found = f"; found {item['input']!r}" if item["loc"] else ""
    return f"{where}: {item['msg'].removeprefix('Value error, ')}{found}."


def _known_keys(path: tuple[Any, ...]) -> list[str]:
    section: type[BaseModel] = ClientConfig
    for part in path:
        section = section.model_fields[part].annotation
    return sorted(section.model_fields)


def _package_folder(package: str) -> Path:
    spec = find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        msg = (
            f"orders.package names {package!r}, which is not an installed package. "
            "Install it or drop the key."
        )
        raise ConfigError(msg)
    return Path(spec.submodule_search_locations[0])

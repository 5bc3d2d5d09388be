"""The client file: everything that differs between clients, read, checked and frozen."""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from babel.core import get_global
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from retention_utils.anonymity import hidden_id
from retention_utils.canonical import check_columns
from retention_utils.client_settings import (
    USUAL_GAP_DAYS,
    ChurnDefinition,
    CommentSettings,
    ContractSettings,
    PlaybookSettings,
    Policies,
    ReasonSettings,
    RiskListSettings,
    ValueSettings,
)
from retention_utils.comment_themes.themes import theme_book
from retention_utils.config_problems import problem_of
from retention_utils.customer_ids import hashed_id
from retention_utils.errors import ConfigError, PeriodError
from retention_utils.house_style import ReportStyle, house_style, style_problems
from retention_utils.periods import parse_period
from retention_utils.questionnaire import Questionnaire
from retention_utils.reason_codes.codes import reason_book
from retention_utils.source_config import OrderSource, Section, TableName, TableSource, TimeZone
from retention_utils.texts import LANGUAGES, language_list

__all__ = [
    "USUAL_GAP_DAYS",
    "ChurnDefinition",
    "ClientConfig",
    "CommentSettings",
    "ContractSettings",
    "PlaybookSettings",
    "Policies",
    "ReasonSettings",
    "RiskListSettings",
    "StatedRevenue",
    "ValueSettings",
    "read_config",
]


def _currency(code: str) -> str:
    if code not in get_global("all_currencies"):
        msg = f"{code!r} is no currency code; write three capital letters such as 'EUR'"
        raise ValueError(msg)
    return code


def _period(text: str) -> str:
    try:
        return parse_period(text).key
    except PeriodError as error:
        raise ValueError(str(error)) from error


def _canonical(tables: Mapping[str, TableSource]) -> Mapping[str, TableSource]:
    problems = [
        f"{name}: {problem}" for name in tables for problem in check_columns(name, tables[name].columns)
    ]
    if problems:
        raise ValueError("; ".join(problems))
    return tables


def _reasons(settings: ReasonSettings) -> ReasonSettings:
    reason_book(settings)
    return settings


def _comments(settings: CommentSettings) -> CommentSettings:
    theme_book(settings)
    return settings


def _languages(value: str) -> str:
    try:
        return language_list(value)
    except ConfigError:
        msg = "use one of en, ru, uk, or several of them once each, such as 'en,ru'"
        raise ValueError(msg) from None


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class StatedRevenue(Section):
    """What the client's own books say, to be reconciled with the order log."""

    period: Annotated[str, AfterValidator(_period)]  # such as 2024-11
    amount: Annotated[float, Field(ge=0, strict=False)]


class ClientConfig(Section):
    """One client. Only the order source with its three columns is compulsory beside name and currency."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: str | Mapping[Literal[LANGUAGES], str] = ""  # alike in every language, or by language
    # occasions: without contracts; who buys, or not, once in every period, such as donors
    business_type: Literal["orders", "occasions", "subscriptions"] = "orders"
    currency: Annotated[str, AfterValidator(_currency)]
    time_zone: TimeZone = "UTC"
    language: Annotated[str, AfterValidator(_languages)] = "en"  # of the report; several: "uk,en"
    grain: Literal["week", "month", "quarter", "year"] = "month"
    history_start: date | None = None  # first day of the log; left out: the day of the first order
    data_horizon: date | None = None  # last fully loaded day; left out: the day of the last order
    warmup_days: Annotated[int, Field(ge=0)] | None = None  # first seen this early: perhaps not new
    min_cohort: Annotated[int, Field(ge=1)] = 20  # customers; smaller groups get no percentage
    repeat_window_days: Annotated[int, Field(ge=7, le=730)] = 90
    orders: Annotated[OrderSource | None, Field(validate_default=True)] = None  # none: contracts alone
    tables: Annotated[Mapping[TableName, TableSource], AfterValidator(_canonical)] = {}
    stated_revenue: Annotated[tuple[StatedRevenue, ...], BeforeValidator(_as_tuple)] = ()
    churn: ChurnDefinition = ChurnDefinition()
    policies: Policies = Policies()
    value: ValueSettings = ValueSettings()
    contracts: ContractSettings = ContractSettings()
    reasons: Annotated[ReasonSettings, AfterValidator(_reasons)] = ReasonSettings()
    comments: Annotated[CommentSettings, AfterValidator(_comments)] = CommentSettings()
    risk_list: RiskListSettings = RiskListSettings()
    playbook: PlaybookSettings = PlaybookSettings()
    questionnaire: Questionnaire = Questionnaire()  # the client's answers on its own practice
    report: ReportStyle = ReportStyle()  # what it does not say stands in data/house.toml
    parameters: Mapping[str, Mapping[str, Any]] = {}  # reading choices of chapters, by chapter

    @field_validator("orders")
    @classmethod
    def _orders_are_there(cls, orders: OrderSource | None, info: ValidationInfo) -> OrderSource | None:
        if orders is None and info.data.get("business_type") != "subscriptions":
            raise PydanticCustomError("missing", "Field required")
        return orders

    @model_validator(mode="after")
    def _contracts_are_there(self) -> "ClientConfig":
        problems = []
        if self.business_type == "subscriptions" and "subscriptions" not in self.tables:
            problems.append("business_type 'subscriptions' needs the table [tables.subscriptions]")
        if self.orders is None and self.data_horizon is None:
            problems.append(
                "without [orders], state data_horizon: the day that the contract list was drawn up, which it "
                "does not say itself"
            )
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @model_validator(mode="after")
    def _horizon_follows_start(self) -> "ClientConfig":
        if self.history_start and self.data_horizon and self.data_horizon < self.history_start:
            msg = f"data_horizon {self.data_horizon} is before history_start {self.history_start}"
            raise ValueError(msg)
        return self

    @property
    def has_database(self) -> bool:
        """Whether the orders lie in a database, so that no file tells whether they have changed."""
        return self.orders is not None and self.orders.url is not None

    @property
    def stretch_days(self) -> int:
        """Days of a stretch in which a customer's purchases are held against the own norm."""
        return {"week": 7, "month": 30, "quarter": 91, "year": 365}[self.grain]

    @property
    def effective_warmup_days(self) -> int:
        """Days after the start of the log in which a first order may be an old customer's.

        Raises
        ------
        ConfigError
            If they are the churn gap's and that is still to be recommended: only a mart knows it.
        """
        if self.warmup_days is not None:
            return self.warmup_days
        if self.churn.gap_days == "auto":
            msg = "churn.gap_days is 'auto': the days come from the data; take the config of a mart."
            raise ConfigError(msg)
        return self.churn.gap_days

    def with_gap(self, gap_days: int) -> "ClientConfig":
        """Return the same client with the churn gap that is in force."""
        return self.model_copy(update={"churn": self.churn.model_copy(update={"gap_days": gap_days})})

    def with_hidden_customers(self, key: bytes) -> "ClientConfig":
        """Return the client file without any customer's id, for a report that hides them behind a key."""
        policies = self._naming(tuple(hidden_id(text, key) for text in self.policies.exclude_customers))
        risk_list = self.risk_list.model_copy(update={"hash_ids": False})  # they are hidden already
        return self.model_copy(update={"policies": policies, "risk_list": risk_list})

    @property
    def as_shown(self) -> "ClientConfig":
        """The client file as a report prints it: customers' ids as hashes where it asks for them."""
        if not self.risk_list.hash_ids:
            return self
        policies = self._naming(tuple(hashed_id(text) for text in self.policies.exclude_customers))
        return self.model_copy(update={"policies": policies})

    def _naming(self, customers: tuple[str, ...]) -> Policies:
        return self.policies.model_copy(update={"exclude_customers": customers})

    @property
    def definition_hash(self) -> str:
        """A short hash of everything in this file that a number depends on, printed in the report."""
        return _hash(self.model_dump(mode="json", exclude={"language", "report"}))

    @property
    def style_hash(self) -> str:
        """A short hash of the rest: how a report looks and reads."""
        return _hash(self.model_dump(mode="json", include={"language", "report"}))


def _hash(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def read_config(file: Path, *, changes: Sequence[str] = ()) -> ClientConfig:
    """Read a client file, naming every problem in it at once.

    Parameters
    ----------
    file : Path
        The client file.
    changes : sequence of str
        Settings that go before those of the file, such as ``policies.zero_amount=keep``.

    Raises
    ------
    ConfigError
        If it is not TOML, a key is unknown, missing or out of range, or the logo or a chapter is not there.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{file.parent.name}/client.toml cannot be read: {error}."
        raise ConfigError(msg) from error
    for change in changes:
        _apply(change, content)
    style, named = content.get("report", {}), []
    if isinstance(style, dict):
        content["report"] = {**house_style(file.parents[1]), **style}
        named = style_problems(content["report"], file.parent)
    try:
        config = ClientConfig.model_validate(content)
    except ValidationError as error:
        found = [problem_of(item, ClientConfig) for item in error.errors()]
        raise _refusal(file, (*found, *named)) from error
    if named:
        raise _refusal(file, named)
    return config


def _refusal(file: Path, found: Sequence[str]) -> ConfigError:
    problems = list(dict.fromkeys(found))
    listed = "\n".join(f"  - {problem}" for problem in problems)
    return ConfigError(f"{file.parent.name}/client.toml has {len(problems)} problem(s):\n{listed}")


def _apply(change: str, content: dict[str, Any]) -> None:
    key, separator, text = change.partition("=")
    *sections, name = key.strip().split(".")
    if not separator or not all((*sections, name)):
        msg = f"{change!r} is no setting; write it as key=value, such as policies.zero_amount=keep."
        raise ConfigError(msg)
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    for section in sections:
        content = content.setdefault(section, {})
        if not isinstance(content, dict):
            msg = f"{change!r} cannot be set: {section!r} is no section of the client file."
            raise ConfigError(msg)
    content[name] = value

"""From files to a proposed client file and the questions that are left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from retention_utils.errors import InputError
from retention_utils.proposal.answers import check_answers
from retention_utils.proposal.client_file import client_file_text
from retention_utils.proposal.contract_columns import ContractList, contract_list
from retention_utils.proposal.contract_settings import (
    contract_client_settings,
    contract_column_settings,
    contract_settings,
    contract_source,
)
from retention_utils.proposal.merging import order_log_of
from retention_utils.proposal.order_columns import OrderLog, read_columns
from retention_utils.proposal.order_settings import client_settings, column_settings, source_settings
from retention_utils.proposal.questions import Choice, Question, shown
from retention_utils.proposal.samples import Sample
from retention_utils.proposal.sampling import sample_files
from retention_utils.proposal.settings import Setting
from retention_utils.proposal.statuses import status_words
from retention_utils.proposal.use_table import UseTable, is_use_table, use_table

__all__ = ["Proposal", "propose"]


@dataclass(frozen=True)
class Proposal:
    """What the files say about a client file, and what they do not.

    Attributes
    ----------
    name : str
        As the report calls the client.
    files : tuple of str
        Names of the files that make up the order log, or the contract list.
    client, source, columns : tuple of Setting
        Of the file's top, of the table and of its columns.
    statuses : mapping of str to Choice or Question
        What every word in the status column is taken for.
    notes : tuple of str
        What else the user should know, one sentence each.
    contracts : tuple of Setting
        Of ``[contracts]``.
    table : str
        The section of the client file that the files are the table of: ``orders`` or
        ``tables.subscriptions``.
    use : UseTable, optional
        What goes into ``[tables.activity]``, beside contracts.
    """

    name: str
    files: tuple[str, ...]
    client: tuple[Setting, ...]
    source: tuple[Setting, ...]
    columns: tuple[Setting, ...]
    statuses: Mapping[str, Choice | Question]
    notes: tuple[str, ...]
    contracts: tuple[Setting, ...] = ()
    table: Literal["orders", "tables.subscriptions"] = "orders"
    use: UseTable | None = None

    @property
    def taken(self) -> tuple[str, ...]:
        """Names of all files that the client file reads."""
        return (*self.files, *(self.use.files if self.use else ()))

    @property
    def questions(self) -> tuple[Question, ...]:
        """What only the user can say; those about the shape of the file first, as the rest hangs on them."""
        use = (*self.use.source, *self.use.columns) if self.use else ()
        settings = (*self.source, *self.columns, *self.client, *self.contracts, *use)
        found = [item.question for item in settings if item.question]
        return (*found, *(item for item in self.statuses.values() if isinstance(item, Question)))

    def client_toml(self) -> str:
        """Return the commented client file; what is open stands in it as a comment with the question."""
        return client_file_text(
            name=self.name,
            client=self.client,
            source=self.source,
            columns=self.columns,
            statuses=self.statuses,
            notes=self.notes,
            contracts=self.contracts,
            table=self.table,
            further={"tables.activity": (self.use.source, self.use.columns)} if self.use else {},
        )


def propose(files: Sequence[Path], *, name: str, answers: Mapping[str, str] | None = None) -> Proposal:
    """Look at files and propose a client file.

    Parameters
    ----------
    files : sequence of Path
        What the client sent; those that look like an order log or a contract list are taken, by their names
        alone, and beside contracts a table of use.
    name : str
        As the report calls the client.
    answers : mapping of str to str, optional
        What the user said, by the keys of the questions; it goes before what is found.

    Raises
    ------
    ConfigError
        If an answer is none.
    InputError
        If files cannot be read, or hold no dates or no amounts; every problem at once.
    """
    answers = dict(answers or {})
    check_answers(answers)
    if not files:
        msg = "There is no file to look at. Name the files that the client sent."
        raise InputError(msg)
    samples = sample_files(files, answers)
    used = [sample for sample in samples if is_use_table(sample)]
    if len(used) == len(samples):
        raise InputError(_without_contracts(used))
    sample, names, notes = order_log_of([sample for sample in samples if sample not in used])
    if (listed := contract_list(sample, answers)) is not None:
        use = use_table(used, answers) if used else None
        found = _of_contracts(listed, sample, name=name, names=names, notes=notes, answers=answers)
        return replace(found, use=use, notes=(*found.notes, *(use.notes if use else ())))
    notes = (*notes, *(_only_beside_contracts(table) for table in used))
    log = read_columns(sample, answers)
    # Where the shape of the file itself is open, its answers may bring the columns to light.
    is_open = any(isinstance(found, Question) for found in sample.found.values())
    if (problems := _problems(log)) and not is_open:
        raise InputError("\n".join(f"{sample.file}: {problem}" for problem in problems))
    status = log.column("status")
    return Proposal(
        name=name,
        files=names,
        client=client_settings(log, answers),
        source=source_settings(sample, names, log, answers),
        columns=column_settings(log),
        statuses=status_words(status, answers) if status else {},
        notes=notes,
    )


def _of_contracts(
    listed: ContractList,
    sample: Sample,
    *,
    name: str,
    names: tuple[str, ...],
    notes: tuple[str, ...],
    answers: Mapping[str, str],
) -> Proposal:
    what = "a contract list" if listed.is_dated else "a snapshot of customers, without dates"
    note = f"This is taken for {what}; if it is an order log: --answer kind=orders."
    return Proposal(
        name=name,
        files=names,
        client=contract_client_settings(listed, answers),
        source=contract_source(sample, names, listed, answers),
        columns=contract_column_settings(listed),
        statuses={},
        notes=(note, *listed.notes, *notes),
        contracts=contract_settings(listed, answers),
        table="tables.subscriptions",
    )


def _without_contracts(used: Sequence[Sample]) -> str:
    listed = ", ".join(shown(sample.file) for sample in used)
    return (
        f"{listed}: a table of use (customers, days and how much they used), which says nothing of money. "
        "Name the contract list, too: retention init NAME contracts.csv visits.csv. For a client that is "
        "there already, add [tables.activity] to its client.toml; data/README.md has the columns."
    )


def _only_beside_contracts(used: Sample) -> str:
    return f"{shown(used.file)} is a table of use, which is read beside contracts only; it is left out."


def _problems(log: OrderLog) -> list[str]:
    found = ", ".join(shown(column.name) for column in log.columns if column.name.strip())
    listed = f" Its columns are {found}." if found else f" It has {len(log.columns)} columns."
    problems = []
    if "ordered_at" not in log.roles:
        problems.append(f"no column holds dates.{listed}")
    if not {"amount", "unit_price"} & set(log.roles):
        problems.append(f"no column holds amounts.{listed}")
    return problems

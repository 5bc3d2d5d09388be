"""Which of several sheets or tables holds the orders."""

from collections.abc import Mapping

from retention_utils.errors import ConfigError, did_you_mean
from retention_utils.proposal.questions import Choice, Option, Question, settle, shown
from retention_utils.proposal.samples import Column
from retention_utils.proposal.vocabulary import header_weight

__all__ = ["choose_table", "likeness_to_orders"]

WEIGHTS = {"ordered_at": 2, "amount": 1.5, "customer_id": 1.5, "order_id": 1, "email": 0.5, "status": 0.5}
CLEAR_LEAD = 1.15  # by which the best must beat the next


def likeness_to_orders(columns: tuple[Column, ...]) -> float:
    """Say how much the names of the columns are those of an order log, from 0 on."""
    return sum(
        weight * max((header_weight(column.name, role) for column in columns), default=0.0)
        for role, weight in WEIGHTS.items()
    )


def choose_table(
    key: str, tables: Mapping[str, tuple[Column, ...]], answers: Mapping[str, str]
) -> tuple[Choice | Question, str]:
    """Choose the sheet or table that looks most like orders.

    Parameters
    ----------
    key : str
        ``sheet`` or ``table``.
    tables : mapping
        The columns of each.
    answers : mapping of str to str
        What the user said.

    Returns
    -------
    tuple
        What was found, and the name to go on with.

    Raises
    ------
    ConfigError
        If the user names one that is not there.
    """
    if (said := answers.get(key)) is not None and said not in tables:
        listed = ", ".join(map(repr, tables))
        msg = f"There is no {key} {said!r} with records.{did_you_mean(said, tables)} There are: {listed}."
        raise ConfigError(msg)
    found = settle(key, _found(key, tables), answers)
    return found, found.value if isinstance(found, Choice) else found.default


def _found(key: str, tables: Mapping[str, tuple[Column, ...]]) -> Choice | Question:
    scores = {name: likeness_to_orders(columns) for name, columns in tables.items()}
    best, *rest = sorted(scores, key=scores.__getitem__, reverse=True)
    if not rest:
        return Choice(best, "sure", f"the only {key} with records")
    if scores[best] > CLEAR_LEAD * scores[rest[0]]:
        return Choice(best, "likely", f"its columns look most like orders of the {len(tables)} {key}s")
    options = tuple(Option(name, f"{shown(name)}: {_names(tables[name])}") for name in (best, *rest))
    return Question(key, f"Which {key} holds the orders?", options, best)


def _names(columns: tuple[Column, ...]) -> str:
    return ", ".join(shown(column.name) for column in columns[:5])

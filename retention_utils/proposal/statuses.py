"""What the words in the status column mean."""

from collections import Counter
from collections.abc import Mapping

from retention_utils.proposal.questions import Choice, Option, Question, settle, shown
from retention_utils.proposal.samples import Column
from retention_utils.proposal.vocabulary import STATUS_STEMS
from retention_utils.source_config import Statuses

__all__ = ["SALE", "STATUS_KEY", "status_words"]

STATUS_KEY = "status:"  # the key of a question is this and the word
SALE = "sale"
MEANINGS = {
    "cancelled": "cancelled: the order did not come about",
    "refunded": "refunded: all of the money went back",
    "test": "test: no customer's order",
    SALE: "sale: an order like any other",
}


def status_words(column: Column, answers: Mapping[str, str]) -> dict[str, Choice | Question]:
    """Say of every word in the column what it is taken for.

    Parameters
    ----------
    column : Column
        The column with the states of the orders.
    answers : mapping of str to str
        What the user said; of use here are keys such as ``status:on hold``.

    Returns
    -------
    dict
        By word, in lower case, the most frequent first: a choice of ``cancelled``, ``refunded``, ``test`` or
        ``sale``; a question where a word looks like one of the first three but is not known.
    """
    words = Counter(value.strip().lower() for value in column.values)
    return {
        word: settle(f"{STATUS_KEY}{word}", _meaning(word, count), answers)
        for word, count in words.most_common()
    }


def _meaning(word: str, count: int) -> Choice | Question:
    times = f"{count} of the records looked at"
    for group, known in Statuses().model_dump().items():
        if word in known:
            return Choice(group, "sure", times)
    for group, stems in STATUS_STEMS.items():
        if any(part.startswith(stems) for part in word.replace("_", " ").replace("-", " ").split()):
            options = tuple(Option(value, text) for value, text in MEANINGS.items())
            return Question(
                f"{STATUS_KEY}{word}", f"What does the status {shown(word)} mean?", options, group
            )
    return Choice(SALE, "likely", times)

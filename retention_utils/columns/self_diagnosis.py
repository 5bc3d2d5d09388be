"""How the tables of the self-diagnosis are headed."""

from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["ANSWERS", "STEPS", "SYMPTOMS"]

ANSWERS = (
    Column("question", "Question"),
    Column("answer", "Answer", blank=message("not answered")),
    Column("here", "In this report", blank=message("nothing in this report tells")),
    Column("supply", "Data to supply", blank=message("nothing to supply")),
)
STEPS = (
    Column("practice", "What is missing"),
    Column("step", "What to do"),
    Column("why", "Why so early", blank=message("no reason to come early")),
)
SYMPTOMS = (
    Column("symptom", "Symptom"),
    Column("cause", "Possible cause"),
    Column("state", "By the answers"),
    Column("seen", "Seen"),
)

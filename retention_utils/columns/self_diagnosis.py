"""How the tables of the self-diagnosis are headed."""

from retention_utils.display_tables import Column

__all__ = ["ANSWERS", "STEPS", "SYMPTOMS"]

ANSWERS = (
    Column("question", "Question"),
    Column("answer", "Answer"),
    Column("here", "In this report"),
    Column("supply", "Data to supply"),
)
STEPS = (
    Column("practice", "What is missing"),
    Column("step", "What to do"),
    Column("why", "Why so early"),
)
SYMPTOMS = (
    Column("symptom", "Symptom"),
    Column("cause", "Possible cause"),
    Column("state", "By the answers"),
    Column("seen", "Seen"),
)

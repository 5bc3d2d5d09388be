"""How the table of external factors is headed."""

from retention_utils.display_tables import Column

__all__ = ["FACTORS"]

FACTORS = (
    Column("name", "Factor", "name"),
    Column("when", "Compared with churn"),
    Column("correlation", "Correlation", "number"),
    Column("p_value", "As close by chance in", "share"),
    Column("reading", "Reading"),
)

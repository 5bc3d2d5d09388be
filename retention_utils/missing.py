"""What counts as missing."""

from datetime import date
from decimal import Decimal
from typing import Any

__all__ = ["is_missing"]


def is_missing(value: Any) -> bool:
    """Say whether pandas calls a single value missing.

    pandas is imported only to be asked about its own kinds: who makes a page of what was computed need not
    pay for it.
    """
    if isinstance(value, str):
        return False
    if isinstance(value, int | float | Decimal | date):
        return bool(value != value)  # of days, NaT
    import pandas as pd

    return bool(pd.isna(value))

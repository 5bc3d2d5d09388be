"""What counts as missing is what pandas says; it is imported only to be asked about its own kinds."""

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from retention_utils.missing import is_missing

MISSING = [None, float("nan"), np.nan, np.float32("nan"), np.datetime64("NaT"), pd.NA, pd.NaT, Decimal("NaN")]
FOUND = [0, 0.0, False, "", "nan", np.int64(0), np.float64(1), float("inf"), Decimal(1), date(2024, 1, 31)]
FOUND += [datetime(2024, 1, 31), pd.Timestamp(2024, 1, 31), pd.Period("2024-01"), np.datetime64("2024-01-31")]


@pytest.mark.parametrize("value", [*MISSING, *FOUND], ids=repr)
def test_a_value_is_missing_if_pandas_says_so(value):
    assert is_missing(value) is bool(pd.isna(value))
    assert is_missing(value) is any(value is one for one in MISSING)


def test_pandas_is_not_asked_about_what_python_has():
    program = (
        "import sys, datetime, decimal\nfrom retention_utils.missing import is_missing\n"
        "print([is_missing(value) for value in ('a', 1, 2.5, float('nan'), decimal.Decimal(1), datetime.date(2024, 1, 31))], 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[False, False, False, True, False, False] False\n"

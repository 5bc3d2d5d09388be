"""Customers who are perhaps none: wholesalers by their size, tests and placeholders by their id."""

import re

import numpy as np
import pandas as pd

from retention_utils.schema import require

__all__ = ["suspects"]

FEWEST_CUSTOMERS = 20  # fewer have no usual size
LEAST_SHARE = 0.01  # of revenue
LEAST_TIMES = 20.0  # the median customer
FENCE = 3.0  # times as far above the median as the best tenth begins, on the scale of logarithms

WORDS = (
    "test", "tests", "tester", "testing", "testuser", "demo", "dummy", "fake", "sample", "example", "asdf",
    "qwerty", "тест", "тестовый", "тестовий", "проба", "демо",
    "none", "null", "nan", "n/a", "na", "#n/a", "unknown", "undefined", "anonymous", "anonym", "guest",
    "nobody", "noname", "гость", "гість", "неизвестно", "неизвестный", "невідомо", "невідомий",
    "аноним", "анонім", "нет", "немає", "розничный покупатель", "розничний покупець",
    "роздрібний покупець",
)  # fmt: skip
WORD_ID = rf"(?:{'|'.join(map(re.escape, WORDS))})[\s_.#-]*\d{{0,4}}(?:@.*)?"
SAME_LETTER = r"([^\W\d_])\1{2,}"  # aaa, xxxx
ZEROS = r"0+|-1"
ODD_ID = re.compile(f"{WORD_ID}|{SAME_LETTER}|{ZEROS}", re.DOTALL)
SAME_DIGIT = re.compile(r"(\d)\1{3,}")  # 1111, 9999


def suspects(customers: pd.DataFrame) -> pd.DataFrame:
    """List customers who look like wholesalers, tests or placeholders; only a person can tell.

    Parameters
    ----------
    customers : DataFrame
        The mart's table of this name: ``customer_id``, ``orders``, ``amount``.

    Returns
    -------
    DataFrame
        One row per customer in question, the largest first: ``customer_id``, ``reason`` (``large`` or
        ``id``), ``orders`` (count), ``amount`` (money), ``share`` (fraction of all customers' revenue).

    Notes
    -----
    Large is who brings at least a hundredth of revenue, more than twenty times what the median customer
    brings, and lies three times as far above the median as the best tenth begins (logarithms), which says
    how unequal customers are here anyhow. An id is in question if it is a word such as "test", "demo" or
    "guest" with up to four digits, one letter thrice or more, nothing but zeros, or, where most ids are no
    numbers, one digit four times or more.
    """
    require(customers, ["customer_id", "orders", "amount"], name="customers")
    revenue = customers["amount"].sum()
    share = customers["amount"] / revenue if revenue > 0 else pd.Series(np.nan, index=customers.index)
    is_named, is_large = _is_odd_id(customers["customer_id"]), _is_large(customers["amount"], share)
    reason = np.where(is_large, "large", "id")
    table = customers[["customer_id", "orders", "amount"]].assign(reason=reason, share=share)
    table = table[is_named | is_large].sort_values(["amount", "customer_id"], ascending=[False, True])
    return table[["customer_id", "reason", "orders", "amount", "share"]].reset_index(drop=True)


def _is_large(amount: pd.Series, share: pd.Series) -> pd.Series:
    paying = amount[amount > 0]
    if len(paying) < FEWEST_CUSTOMERS:
        return pd.Series(False, index=amount.index)
    median, best_tenth = paying.median(), paying.quantile(0.9)
    fence = median * (best_tenth / median) ** FENCE
    return (share >= LEAST_SHARE) & (amount > LEAST_TIMES * median) & (amount > fence)


def _is_odd_id(ids: pd.Series) -> pd.Series:
    plain = ids.astype("str").str.normalize("NFKC").str.strip().str.casefold()
    is_odd = plain.map(lambda text: ODD_ID.fullmatch(text) is not None)
    # Where ids are numbers, 1111 is but one of them.
    if not plain.str.isdecimal().mean() > 0.5:
        is_odd |= plain.map(lambda text: SAME_DIGIT.fullmatch(text) is not None)
    return is_odd.astype(bool)

"""The policies in force: what each one says in words, and the rows and the money it decided about."""

import math

import pandas as pd

from retention_utils.config import Policies
from retention_utils.passport.account import sum_of
from retention_utils.quality.uses import POLICY_USES
from retention_utils.translations import message

__all__ = ["POLICY_NAMES", "POLICY_WORDS", "policies_in_force"]

POLICY_NAMES = {
    "duplicates": message("Duplicates"),
    "cancelled": message("Cancelled orders"),
    "test_orders": message("Test orders"),
    "exclude_customers": message("Customers left out by name"),
    "guests": message("Guests"),
    "refunds": message("Refunds"),
    "zero_amount": message("Orders of zero"),
    "other_currency": message("Amounts in another currency"),
    "unreadable_share": message("Rows that cannot be read"),
}

# Per policy its values in words; "" stands for every value that is not listed.
POLICY_WORDS = {
    "duplicates": {
        "auto": message(
            "exact duplicates are left out where orders have an id, and kept where they have none"
        ),
        "exclude": message("exact duplicates are left out"),
        "keep": message("exact duplicates count like any other order"),
    },
    "cancelled": {
        "exclude": message("orders whose status says cancelled are left out"),
        "keep": message("cancelled orders count like any other"),
    },
    "test_orders": {
        "exclude": message("orders whose status says test are left out"),
        "keep": message("test orders count like any other"),
    },
    "exclude_customers": {
        "none": message("no customer is left out by name"),
        "": message("these customers are left out with all their orders"),
    },
    "guests": {
        "contact": message("guests without an id are told apart by e-mail, else by telephone"),
        "exclude": message("orders without a customer id are left out"),
    },
    "refunds": {
        "net": message("refunds are taken off the order they belong to; those that have none are left out"),
        "exclude": message("refunds are left out, and refunded orders count in full"),
    },
    "zero_amount": {
        "exclude": message("orders of zero are left out"),
        "keep": message("orders of zero count as purchases"),
    },
    "other_currency": {
        "refuse": message("no report is made if amounts in another currency have no rate"),
        "exclude": message("amounts in another currency without a rate are left out"),
    },
    "unreadable_share": {"": message("no report is made if a larger share of rows cannot be read")},
}


def policies_in_force(policies: Policies, row_account: pd.DataFrame, identity: pd.DataFrame) -> pd.DataFrame:
    """List every policy with its value and what it decided.

    Parameters
    ----------
    policies : Policies
        From the client file.
    row_account, identity : DataFrame
        The mart's tables of these names.

    Returns
    -------
    DataFrame
        One row per policy: ``policy`` (its key in the client file), ``value`` (text), ``meaning`` (a
        message), ``rows`` (count), ``amount`` (money): what it decided about, both 0 where
        nothing was, the money NaN where none can be read.
    """
    found = []
    for policy, value in policies.model_dump(mode="json").items():
        text = (", ".join(value) or "none") if isinstance(value, list) else str(value)
        words = POLICY_WORDS[policy]
        rows, amount = sum_of(row_account, POLICY_USES[policy])
        touched = row_account[row_account["use"].isin(POLICY_USES[policy])]
        if rows and touched["amount"].isna().all():
            amount = math.nan
        if (policy, text) == ("guests", "contact"):
            # It decides about those whom it names; whom it cannot name would have been left out anyhow.
            named = identity[identity["identity"].isin(["recognised", "contact"])]
            rows, amount = int(named["rows"].sum()), float(named["amount"].sum())
        found.append((policy, text, words.get(text, words.get("")), rows, amount))
    return pd.DataFrame(found, columns=["policy", "value", "meaning", "rows", "amount"])

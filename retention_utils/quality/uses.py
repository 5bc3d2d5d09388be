"""What can become of a row of the order log, in words, and which policy decides it."""

from types import MappingProxyType

from retention_utils.translations import message

__all__ = ["BEYOND", "POLICY_USES", "PURCHASE_USES", "UNREADABLE_USES", "USES"]

# In the order of the account.
USES = MappingProxyType(
    {
        "used": message("used"),
        "refund": message("refund, taken off its order"),
        "refunded": message("order refunded in full by its status: a purchase of zero"),
        "repeated_header": message("header row repeated among the data"),
        "total_row": message("line of totals"),
        "ragged": message("more cells than the header has columns"),
        "bad_date": message("date cannot be read"),
        "no_customer": message("no customer id"),
        "bad_amount": message("amount cannot be read"),
        "before_start": message("before the stated start of the log"),
        "cancelled": message("cancelled order"),
        "test": message("test order"),
        "excluded_customer": message("customer left out by policy"),
        "duplicate": message("exact duplicate of another row"),
        "other_currency": message("other currency without a rate"),
        "orphan_refund": message("refund of an order that is not among those used"),
        "refund_left_out": message("refund, left out by policy"),
        "zero_amount": message("amount of zero"),
    }
)
# Rows that make or change a purchase; all others are left out.
PURCHASE_USES = ("used", "refund", "refunded")
BEYOND = message("beyond the last column")  # where a cell stands that belongs to no column
UNREADABLE_USES = ("ragged", "bad_date", "bad_amount")
# Which uses a policy decides about.
POLICY_USES = MappingProxyType(
    {
        "duplicates": ("duplicate",),
        "cancelled": ("cancelled",),
        "test_orders": ("test",),
        "exclude_customers": ("excluded_customer",),
        "guests": ("no_customer",),
        "refunds": ("refund", "refunded", "orphan_refund", "refund_left_out"),
        "zero_amount": ("zero_amount",),
        "other_currency": ("other_currency",),
        "unreadable_share": UNREADABLE_USES,
    }
)

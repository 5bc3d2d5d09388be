"""What can become of a row of the order log, in words, and which policy decides it."""

from types import MappingProxyType

__all__ = ["POLICY_USES", "PURCHASE_USES", "UNREADABLE_USES", "USES"]

# In the order of the account.
USES = MappingProxyType(
    {
        "used": "used",
        "refund": "refund, taken off its order",
        "refunded": "order refunded in full by its status: a purchase of zero",
        "repeated_header": "header row repeated among the data",
        "total_row": "line of totals",
        "ragged": "more cells than the header has columns",
        "bad_date": "date cannot be read",
        "no_customer": "no customer id",
        "bad_amount": "amount cannot be read",
        "before_start": "before the stated start of the log",
        "cancelled": "cancelled order",
        "test": "test order",
        "excluded_customer": "customer left out by policy",
        "duplicate": "exact duplicate of another row",
        "other_currency": "other currency without a rate",
        "orphan_refund": "refund of an order that is not among those used",
        "refund_left_out": "refund, left out by policy",
        "zero_amount": "amount of zero",
    }
)
# Rows that make or change a purchase; all others are left out.
PURCHASE_USES = ("used", "refund", "refunded")
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

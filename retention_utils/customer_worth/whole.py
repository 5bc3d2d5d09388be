"""Choose by how the business sells what tells the worth of its customers."""

from retention_utils.customer_worth.contracts import contract_worth
from retention_utils.customer_worth.occasions import occasion_worth
from retention_utils.customer_worth.orders import Objections, order_worth
from retention_utils.customer_worth.shared import Worth
from retention_utils.mart import Mart

__all__ = ["customer_worth"]


def customer_worth(mart: Mart, *, objections: Objections) -> Worth | None:
    """Say what a customer is worth by the family of models that fits the business.

    Customers under contract leave at a renewal, for all to see; those without buy when they like, or at given
    occasions, and say nothing when they stop.

    Parameters
    ----------
    objections : callable
        Says of the passport's checks why nothing may be built on the orders.

    Returns
    -------
    Worth or None
        None where contracts have no dates.
    """
    if mart.config.business_type == "subscriptions":
        return contract_worth(mart)
    if mart.config.business_type == "occasions":
        return occasion_worth(mart, objections=objections)
    return order_worth(mart, objections=objections)

"""The change of a product, split over its factors."""

import numpy as np

__all__ = ["log_mean_parts"]


def log_mean_parts(before: dict[str, float], now: dict[str, float]) -> dict[str, float] | None:
    """Split the change of a product over its factors.

    Parameters
    ----------
    before, now : dict of str to float
        The factors by name.

    Returns
    -------
    dict of str to float or None
        By factor; they sum to the change of the product. None unless every factor is above zero.

    Notes
    -----
    The logarithmic mean Divisia index, additive form (LMDI-I) [1]_: the change of the logarithm of every
    factor, weighed by the logarithmic mean of the two products.

    References
    ----------
    .. [1] Ang (2005), Energy Policy 33, 867-871.
    """
    if min(*before.values(), *now.values()) <= 0:
        return None
    product, product_before = np.prod(list(now.values())), np.prod(list(before.values()))
    grown = {name: float(np.log(now[name] / before[name])) for name in now}
    whole = float(np.log(product / product_before))
    # The logarithmic mean tends to the product itself where it does not change.
    weight = product_before if abs(whole) < 1e-9 else (product - product_before) / whole
    return {name: float(weight * part) for name, part in grown.items()}

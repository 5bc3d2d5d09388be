"""The customer-value models, one step per module: fit, refuse, rehearse on the past, look ahead."""

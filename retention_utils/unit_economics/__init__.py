"""What customers bring and what winning them costs, as counted and not as modelled."""

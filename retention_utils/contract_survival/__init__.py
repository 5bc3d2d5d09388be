"""How long contracts last: observed, modelled, projected, and what is still to come from those that run."""

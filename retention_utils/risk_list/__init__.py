"""Whom to call first: who is likely to stay away, what that would cost, and how the list did on the past."""

"""What contracts are worth: revenue as it was earned, and what is still to come from those that run."""

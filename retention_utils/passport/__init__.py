"""The data passport: what was used, what was left out and why, and how far the numbers can be trusted."""

"""Which rows are used, which are not, and why: every row of the order log gets exactly one use."""

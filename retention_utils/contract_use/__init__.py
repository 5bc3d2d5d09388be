"""How much customers use what they have contracts for, and whether falling use foretells the end of them."""

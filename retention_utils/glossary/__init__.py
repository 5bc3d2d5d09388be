"""The words of the reports in three languages, their formulas, and what is often said about retention."""

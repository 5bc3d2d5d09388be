"""Helpers behind the retention notebooks: data in, tables, estimates, charts and sentences out."""

__version__ = "0.1.0"

"""How embedded DuckDB is told to behave where it works long."""

__all__ = ["NO_PROGRESS_BAR"]

# Once IPython is imported, as papermill does, DuckDB draws a bar among what a command prints. In a kernel,
# which only reads finished marts, it cannot be told so: it then asks for ipywidgets.
NO_PROGRESS_BAR = "SET enable_progress_bar = false"

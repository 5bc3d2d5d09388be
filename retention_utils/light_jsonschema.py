"""Import this before nbformat, papermill or nbconvert: it brings jsonschema in without its slowest part.

They check notebooks with jsonschema. Where JupyterLab is installed, jsonschema finds ``rfc3987_syntax``,
which builds the grammar of international web addresses as it is imported: a second, for a format that no
notebook has. To jsonschema it is optional ("Validating Formats" in its manual: a format whose library is
missing is not checked), and ``None`` in ``sys.modules`` is how Python says that a module is not to be found
(language reference, "The module cache"). The entry goes away at once, so others can import the module.
"""

import sys

__all__: list[str] = []

SLOW = "rfc3987_syntax"

if SLOW not in sys.modules:
    sys.modules[SLOW] = None  # type: ignore[assignment]
    try:
        import jsonschema  # noqa: F401
    finally:
        del sys.modules[SLOW]

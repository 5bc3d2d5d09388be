"""What a client's own chapter must be like, checked before anything runs."""

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from retention_utils.errors import ConfigError
from retention_utils.notebooks import READERS, WHAT_IF
from retention_utils.project import own_chapters_folder
from retention_utils.texts import LANGUAGES

__all__ = ["check_own_chapters"]

NAME = re.compile(r"\d\d_[a-z0-9_]+\.ipynb", re.ASCII)
LARGEST = 1_000_000  # bytes
KERNEL = "python3"
PARAMETERS = {"client": str, "period": str, "language": str, "anonymise": bool}
# Chapters that read the others are known by their names.
RESERVED = {name[:2]: name for names in READERS for name in names if name != WHAT_IF}


def check_own_chapters(project: Path, client: str) -> None:
    """Refuse the own chapters of a client that cannot be run like those of the project.

    Parameters
    ----------
    project : Path
        The folder of the project.
    client : str
        Whose chapters: the notebooks in ``data/<client>/chapters``.

    Raises
    ------
    ConfigError
        Naming everything that is wrong with any of them.
    """
    folder = own_chapters_folder(project, client)
    there = sorted(folder.glob("[!.]*"))
    files = [file for file in there if file.suffix.lower() == ".ipynb"]
    problems = [f"{file.name}: {problem}" for file in files for problem in _problems(file, folder.parent)]
    problems += _clashes([file.name for file in files])
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        msg = (
            f"{client}/{folder.name} has {len(problems)} problem(s):\n{listed}\n"
            "CONTRIBUTING.md says what a chapter must be like; docs/chapter_template.ipynb is one."
        )
        raise ConfigError(msg)


def _clashes(names: Sequence[str]) -> list[str]:
    alike = {
        number: [name for name in names if name[:2] == number] for number in {name[:2] for name in names}
    }
    return [
        f"{' and '.join(found)} have the same number; give each its own"
        for _, found in sorted(alike.items())
        if len(found) > 1
    ]


def _problems(file: Path, home: Path) -> Iterator[str]:
    if not NAME.fullmatch(file.name):
        yield "its name is not like 03_our_pulse.ipynb: two digits, then small letters, digits and _"
    elif (name := RESERVED.get(file.name[:2], file.stem)) != file.stem:
        yield f"{name} has its number and reads the other chapters; only {name}.ipynb may replace it"
    content = _content(file, home)
    if isinstance(content, str):
        yield content
    else:
        yield from _notebook_problems(content)


def _content(file: Path, home: Path) -> dict[str, Any] | str:
    """Read a notebook; where it is none, say why."""
    if not file.resolve().is_relative_to(home.resolve()):
        return "leads out of the client's folder; copy the notebook there"
    if not file.is_file():
        return "is no regular file"
    if (size := file.stat().st_size) > LARGEST:
        return f"has {size:,} bytes; at most {LARGEST:,} are taken. Clear its outputs and attachments"
    try:
        content = json.loads(file.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        return "is not written in UTF-8"
    except (ValueError, RecursionError) as error:
        return f"cannot be read as a notebook: it is no JSON ({error})"
    return _valid(content)


def _valid(content: Any) -> dict[str, Any] | str:
    import retention_utils.light_jsonschema  # noqa: F401, I001  before what imports jsonschema
    from nbformat import ValidationError, validate

    if not isinstance(content, dict) or content.get("nbformat") != 4:
        return "is no notebook of format 4; open it in JupyterLab and save it"
    try:
        with warnings.catch_warnings(action="ignore"):  # cells without an id are given one
            validate(content)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        return f"is no valid notebook: {str(error).splitlines()[0]}"
    return content


def _notebook_problems(content: Mapping[str, Any]) -> Iterator[str]:
    kernel = content["metadata"].get("kernelspec", {}).get("name")
    if kernel != KERNEL:
        yield f"its kernel is {kernel!r}; it must be {KERNEL!r}"
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    if not _is_question(content["cells"]):
        yield "its first cell must be Markdown with one heading of the first level, the question: # Who …?"
    if any("injected-parameters" in _tags(cell) for cell in code):
        yield "holds parameters that a run has injected; take the chapter as it was before it was run"
    if shown := [str(number) for number, cell in enumerate(code, start=1) if cell["outputs"]]:
        yield f"holds outputs (code cells {', '.join(shown)}); clear them"
    yield from _parameter_problems(code)
    yield from _code_problems(code)


def _is_question(cells: Sequence[Mapping[str, Any]]) -> bool:
    if not cells or cells[0]["cell_type"] != "markdown":
        return False
    lines = _source(cells[0]).strip().splitlines()
    headings = [line for line in lines if re.match(r"#\s+\S", line)]
    return len(headings) == 1 and lines[0] == headings[0]


def _parameter_problems(code: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    tagged = [number for number, cell in enumerate(code, start=1) if "parameters" in _tags(cell)]
    if tagged != [1]:
        found = f"code cells {tagged}" if tagged else "no cell"
        yield f"its first code cell, and no other, must be tagged parameters; found: {found}"
        return
    values, wrong = _literals(_source(code[0]))
    if wrong:
        yield f"its parameters must be plain values, one a line; these are not: {', '.join(wrong)}"
    for name, kind in PARAMETERS.items():
        if name not in values and not wrong:
            yield f"lacks the parameter {name}"
        elif name in values and not isinstance(values[name], kind):
            yield f"its parameter {name} must be a {kind.__name__}; found {values[name]!r}"
    language = values.get("language", LANGUAGES[0])
    if isinstance(language, str) and language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        yield f"its parameter language must be the one it is written in, of {known}; found {language!r}"


def _literals(source: str) -> tuple[dict[str, Any], list[str]]:
    """Return the values that a cell sets, and whatever in it sets no plain value."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return {}, []  # told of with the rest of the code
    values: dict[str, Any] = {}
    wrong = []
    for node in body:
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        target = node.target if isinstance(node, ast.AnnAssign) else target
        try:
            values[target.id] = ast.literal_eval(node.value)
        except (AttributeError, ValueError, TypeError):
            wrong.append(f"line {node.lineno}")
    return values, wrong


def _code_problems(code: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for number, cell in enumerate(code, start=1):
        try:
            ast.parse(_source(cell))
        except SyntaxError as error:
            yield (
                f"code cell {number}, line {error.lineno} is no Python: {error.msg}. "
                "Magics (%) and shell commands (!) are none either"
            )
        except (ValueError, RecursionError, MemoryError) as error:
            yield f"code cell {number} is no Python: {error}"


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    return cell["metadata"].get("tags", [])


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])

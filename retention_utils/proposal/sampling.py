"""Samples of any file, by its ending."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from retention_utils.errors import InputError
from retention_utils.proposal.samples import Sample
from retention_utils.proposal.sheets import sample_sheets
from retention_utils.proposal.text_files import sample_text
from retention_utils.proposal.typed_files import sample_duckdb, sample_jsonl, sample_parquet, sample_sqlite
from retention_utils.source_config import FORMATS, PACKED, suffix_of

__all__ = ["sample_files"]

SAMPLERS: dict[str, Callable[[Path, Mapping[str, str]], Sample]] = {
    "csv": sample_text,
    "jsonl": sample_jsonl,
    "spreadsheet": sample_sheets,
    "parquet": sample_parquet,
    "sqlite": sample_sqlite,
    "duckdb": sample_duckdb,
}


def sample_files(files: Sequence[Path], answers: Mapping[str, str]) -> list[Sample]:
    """Sample every file.

    Raises
    ------
    InputError
        If files cannot be read; every one with its reason.
    """
    samples, problems = [], []
    for file in files:
        try:
            samples.append(_sample(file, answers))
        except InputError as error:
            problems.append(f"{file.name}: {error}")
        except OSError as error:
            problems.append(f"{file.name}: it cannot be read: {error.strerror or error}.")
    if problems:
        raise InputError("\n".join(problems))
    return samples


def _sample(file: Path, answers: Mapping[str, str]) -> Sample:
    if not file.is_file():
        msg = "there is no such file."
        raise InputError(msg)
    if file.stat().st_size == 0:
        msg = "it is empty."
        raise InputError(msg)
    form = FORMATS.get(suffix_of(file.name), "csv")
    if file.suffix.lower() in PACKED and form not in ("csv", "jsonl"):
        msg = f"a packed {form} file cannot be read; unpack it first."
        raise InputError(msg)
    return SAMPLERS[form](file, answers)

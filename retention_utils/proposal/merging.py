"""Several files become one sample: those with the same columns, written alike."""

from collections import defaultdict
from collections.abc import Sequence

from retention_utils.errors import InputError
from retention_utils.proposal.encodings import ASCII_ONLY
from retention_utils.proposal.questions import Choice, Question, shown
from retention_utils.proposal.samples import Column, Sample
from retention_utils.proposal.tables_within import likeness_to_orders

__all__ = ["order_log_of"]


def order_log_of(samples: Sequence[Sample]) -> tuple[Sample, tuple[str, ...], tuple[str, ...]]:
    """Take together the files that make up the order log.

    Returns
    -------
    tuple
        One sample of them all, the names of these files, and notes about the files left out.

    Raises
    ------
    InputError
        If files with the same columns are written differently.
    """
    groups: dict[tuple[object, ...], list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[sample.format, sample.names].append(sample)
    best = max(groups.values(), key=lambda group: likeness_to_orders(group[0].columns))
    others = [sample for sample in samples if sample not in best]
    notes = [f"{shown(sample.file)} has other columns and is left out." for sample in others]
    notes += [note for sample in best for note in sample.notes]
    merged = Sample(best[0].file, best[0].format, _columns(best), _found(best))
    return merged, tuple(sample.file for sample in best), tuple(dict.fromkeys(notes))


def _columns(samples: Sequence[Sample]) -> tuple[Column, ...]:
    return tuple(
        Column(
            first.position,
            first.name,
            tuple(cell for sample in samples for cell in sample.columns[number].cells),
            first.reference,
            first.type,
        )
        for number, first in enumerate(samples[0].columns)
    )


def _found(samples: Sequence[Sample]) -> dict[str, Choice | Question]:
    merged, problems = {}, []
    for key, first in samples[0].found.items():
        ways = {sample.file: sample.found[key] for sample in samples}
        # A file without any letter beyond ASCII reads the same in every encoding but UTF-16.
        telling = [way for way in ways.values() if not (isinstance(way, Choice) and way.reason == ASCII_ONLY)]
        telling = telling or [first]
        values = {way.value if isinstance(way, Choice) else way.default for way in telling}
        if len(values) > 1:
            listed = ", ".join(f"{name}: {_value(way)!r}" for name, way in ways.items())
            problems.append(f"The files differ in {key} ({listed}). Save them alike, or propose each alone.")
        merged[key] = next((way for way in telling if isinstance(way, Question)), telling[0])
    if problems:
        raise InputError("\n".join(problems))
    return merged


def _value(way: Choice | Question) -> object:
    return way.value if isinstance(way, Choice) else way.default

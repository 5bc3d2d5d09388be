"""How numbers are written: the decimal mark, the mark of thousands, and what is ambiguous in them."""

import re
from collections import Counter
from collections.abc import Sequence

from retention_utils.currency_signs import every_sign
from retention_utils.proposal.questions import Choice, Option, Question

__all__ = ["DECIMAL_ANSWERS", "as_number", "decimal_marks", "share_of_numbers"]

DECIMAL_ANSWERS = (".", ",")
BLANKS = re.compile(r"(?<=\d)[ \xa0\u202f'’](?=\d{3}(?!\d))")
SIGNS = set(every_sign())
# One mark, or marks of thousands where they belong; anything else is a slip and tells nothing.
MARKED = re.compile(r"[+−-]?(\d*[.,]\d*|\d{1,3}(\.\d{3})+(,\d*)?|\d{1,3}(,\d{3})+(\.\d*)?)", re.ASCII)
CORE = re.compile(r"[+−-]?(\d[\d.,]*|[.,]\d+)", re.ASCII)


def decimal_marks(values: Sequence[str], answer: str | None = None) -> Choice | Question | None:
    """Find the marks that the numbers are written with.

    Parameters
    ----------
    values : sequence of str
        Filled cells of columns with numbers.
    answer : str, optional
        The decimal mark that the user states.

    Returns
    -------
    Choice or Question or None
        A choice of ``(decimal_mark, thousands_mark)``; the question ``decimal_mark`` if every mark stands
        before exactly three digits; None if there is no mark at all.
    """
    cores = [core for value in values if (core := _core(value)) and MARKED.fullmatch(core)]
    if not cores:
        return None
    evidence: Counter[str] = Counter(mark for core in cores if (mark := _decimal_of(core)))
    grouped = {mark for core in cores for mark in _thousands_of(core)}
    if answer is not None:
        return Choice((answer, _grouping(cores, answer)), "sure", "as you said")
    decimal = _settled(evidence, grouped)
    if decimal is None:
        return _question(cores)
    return Choice((decimal, _grouping(cores, decimal)), "sure", f"as in {_example(cores, decimal)}")


def share_of_numbers(values: Sequence[str]) -> float:
    """Return the share of the values that are numbers, with or without a currency sign."""
    return sum(_core(value) is not None for value in values) / len(values) if values else 0.0


def as_number(value: str, decimal_mark: str = ".") -> float | None:
    """Read one number, for comparisons between columns only."""
    core = _core(value)
    if core is None:
        return None
    other = "," if decimal_mark == "." else "."
    text = core.replace(other, "").replace(decimal_mark, ".").replace("−", "-")
    return float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text) else None


def _core(value: str) -> str | None:
    """Return the digits and marks of a number, without its sign of currency and blanks between thousands."""
    text = BLANKS.sub("", value.strip())
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1].strip()
    match = re.fullmatch(r"([+−-]?)(\D*?)([+−-]?(?:\d[\d.,]*|[.,]\d+))(\D*)", text, re.ASCII)
    if match is None:
        return None
    before, after = (part.strip(" \xa0\u202f").casefold() for part in (match[2], match[4]))
    if before not in {"", *SIGNS} or after not in {"", "-", "−", *SIGNS}:
        return None
    core = match[1] + match[3]
    return core if CORE.fullmatch(core) else None


def _decimal_of(core: str) -> str | None:
    """Return the mark that can only be the decimal one in this number."""
    digits = core.lstrip("+−-")
    marks = re.findall(r"[.,]", digits)
    last = marks[-1]
    if len(set(marks)) == 2:
        return last if marks.count(last) == 1 else None
    if len(marks) > 1:
        return "," if last == "." else "."
    before, after = digits.split(last)
    return last if len(after) != 3 or before in ("", "0") or len(before) > 3 else None


def _thousands_of(core: str) -> set[str]:
    """Return the mark that can only be the one of thousands in this number."""
    marks = re.findall(r"[.,]", core)
    return {mark for mark in ".," if marks.count(mark) > 1} | (
        set(marks[:-1]) if len(set(marks)) == 2 else set()
    )


def _grouping(cores: Sequence[str], decimal: str) -> str:
    """Return the mark between thousands, if it is more than a slip in one of many large numbers."""
    other = "," if decimal == "." else "."
    numbers = [core.lstrip("+−-") for core in cores]
    grouped = re.compile(rf"\d{{1,3}}(\{other}\d{{3}})+(\{decimal}\d*)?", re.ASCII)
    with_mark = sum(grouped.fullmatch(number) is not None for number in numbers)
    without = sum(re.match(r"\d{4}", number, re.ASCII) is not None for number in numbers)
    return other if with_mark > 1 or (with_mark and not without) else ""


def _settled(evidence: Counter[str], grouped: set[str]) -> str | None:
    if len(evidence) == 1:
        return next(iter(evidence))
    if len(evidence) == 2:
        # Contradictions are slips if they are rare; never where a mark is known to group thousands.
        (most, count), (_, fewer) = evidence.most_common(2)
        return most if fewer <= 0.01 * count and most not in grouped else None
    return None


def _question(cores: Sequence[str]) -> Question:
    core = next((core for core in cores if _decimal_of(core) is None), cores[0])
    mark = re.findall(r"[.,]", core)[-1]
    other = "," if mark == "." else "."
    whole, fraction = core.rsplit(mark, 1)
    digits = re.sub(r"[.,]", "", whole)
    small, large = f"{digits}.{fraction}", digits + fraction
    texts = {
        mark: f"{core} is {small}, a decimal fraction",
        other: f"{core} is {large}, with a mark of thousands",
    }
    options = tuple(Option(value, texts[value]) for value in DECIMAL_ANSWERS)
    return Question("decimal_mark", f"{core}: {large} or {small}?", options)


def _example(cores: Sequence[str], decimal: str) -> str:
    return next(core for core in cores if _decimal_of(core) == decimal)

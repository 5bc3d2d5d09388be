"""How dates are written: strptime forms that read the values found, and what is ambiguous in them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from retention_utils.proposal.questions import Choice, Option, Question
from retention_utils.time_formats import EXCEL_SERIAL, MONTHS

__all__ = ["DATE_ORDERS", "date_formats", "offsets_in", "share_of_dates"]

DATE_ORDERS = {"day_first": "dmy", "month_first": "mdy", "year_first": "ymd"}
ANSWERS = {order: answer for answer, order in DATE_ORDERS.items()}
# Where the number of four digits stands: the orders of day, month and year that this leaves open.
CANDIDATES = {0: ("ymd", "ydm"), 2: ("dmy", "mdy"), None: ("dmy", "mdy", "ymd")}
TOLERATED = 0.01  # share of values that may be slips: dates which only another order reads
SERIALS = range(20_000, 60_000)  # days: 1954 to 2064
YEARS = range(1900, 2101)
ENGLISH = tuple(names[0].capitalize() for names in MONTHS)
CLOCK = (
    r"(?:(?P<gap>,? +|T)(?P<clock>\d{1,2}:\d\d)(?P<seconds>:\d\d)?(?P<fraction>\.\d{1,9})?"
    r"(?P<half> ?[AP]M)?(?P<offset> ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?"
)
FLAGS = re.IGNORECASE
NUMERIC = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{4}|\d{2}|\d)" + CLOCK, FLAGS)
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)" + CLOCK, FLAGS)
DAY_NAME = re.compile(
    r"(\d{1,2})([ -]+|\. ?)([^\W\d_]+)(\.?[ -]+)(\d{4})(?: ?(?:г|р|года|року)\.?)?" + CLOCK, FLAGS
)
NAME_DAY = re.compile(r"([^\W\d_]+)(\.? +)(\d{1,2})(,? +)(\d{4})" + CLOCK, FLAGS)


@dataclass(frozen=True)
class Shape:
    """How one value is built; ``numbers`` are those of a date of open order, at the ``{}`` of the form."""

    form: str
    numbers: tuple[str, ...] = ()
    separator: str = ""

    @property
    def kind(self) -> tuple[str, int | None]:
        """What values with the same order of day, month and year have in common."""
        return self.separator, next((n for n, part in enumerate(self.numbers) if len(part) == 4), None)


def date_formats(values: Sequence[str], answer: str | None = None) -> Choice | Question:
    """Find the forms that read the values; the most frequent first.

    Parameters
    ----------
    values : sequence of str
        Filled cells of one column.
    answer : str, optional
        A key of `DATE_ORDERS`: the order the user states, for dates that allow it.

    Returns
    -------
    Choice or Question
        A choice of a tuple of strptime forms (or ``"excel"``), or the question ``date_order`` where day and
        month cannot be told apart.
    """
    shapes = [shape for value in values if (shape := _shape(value.strip()))]
    groups: dict[tuple[str, int | None], list[Shape]] = defaultdict(list)
    for shape in shapes:
        if shape.numbers:
            groups[shape.kind].append(shape)
    orders = {kind: _order(kind, group, answer) for kind, group in groups.items()}
    for order in orders.values():
        if isinstance(order, Question):
            return order
    forms = Counter(_complete(shape, orders[shape.kind].value if shape.numbers else "") for shape in shapes)
    read = sum(count for form, count in forms.items() if form)
    written = [form for form, _ in forms.most_common() if form]
    if any("%b" in form for form in written):
        written = [form.replace("%B", "%b") for form in written]  # May is May, short or not
    if read < len(values):
        certainty, reason = "likely", f"reads {read} of {len(values)} values looked at"
    else:
        weakest = next((order for order in orders.values() if order.certainty != "sure"), None)
        certainty, reason = ("likely", weakest.reason) if weakest else ("sure", "reads every value looked at")
    return Choice(tuple(dict.fromkeys(written)), certainty, reason)


def share_of_dates(values: Sequence[str]) -> float:
    """Return the share of the values that can be read as dates in some form."""
    shapes = [_shape(value.strip()) for value in values]
    read = [shape for shape in shapes if shape and (not shape.numbers or _possible_orders(shape))]
    return len(read) / len(values) if values else 0.0


def offsets_in(values: Iterable[str]) -> Counter[str]:
    """Count the offsets from UTC in the values, such as ``+03:00``; ``Z`` and ``UTC`` are ``+00:00``."""
    found: Counter[str] = Counter()
    for value in values:
        if (match := _match(value.strip())) and match["offset"]:
            digits = re.sub(r"[^\d+-]", "", match["offset"]) or "+0000"
            found[f"{digits[:3]}:{digits[3:]}"] += 1
    return found


def _match(text: str) -> re.Match[str] | None:
    tried = (pattern.fullmatch(text) for pattern in (NUMERIC, COMPACT, DAY_NAME, NAME_DAY))
    return next((match for match in tried if match), None)


def _shape(text: str) -> Shape | None:
    if re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII) and int(text[:5]) in SERIALS:
        return Shape(EXCEL_SERIAL)
    match = _match(text) if text.isascii() or not any(c.isdigit() and not c.isascii() for c in text) else None
    if match is None:
        return None
    clock = _clock_form(match)
    if match.re is NUMERIC:
        numbers = (match[1], match[3], match[4])
        return Shape("{}" + clock, numbers, match[2]) if len(match[1]) != 3 else None
    if match.re is COMPACT:
        is_day = _day(Shape("", match.group(1, 2, 3)), "ymd") is not None
        return Shape("%Y%m%d" + clock) if is_day else None
    name = match[3] if match.re is DAY_NAME else match[1]
    month = _month_form(name.casefold())
    if month is None:
        return None
    if match.re is DAY_NAME:
        return Shape(f"%d{match[2]}{month}{match[4].lstrip('.')}%Y{clock}")
    return Shape(f"{month}{match[2].lstrip('.')}%d{match[4]}%Y{clock}")


def _month_form(name: str) -> str | None:
    for names in MONTHS:
        if name in names:
            is_short = any(other != name and other.startswith(name) for other in names)
            return "%b" if is_short else "%B"
    return None


def _clock_form(match: re.Match[str]) -> str:
    if not match["clock"]:
        return ""
    half, offset = match["half"] or "", match["offset"] or ""
    form = match["gap"] + ("%I:%M" if half else "%H:%M") + (":%S" if match["seconds"] else "")
    form += ".%f" if match["fraction"] else ""
    form += (" " if half.startswith(" ") else "") + "%p" if half else ""
    return form + ((" " if offset.startswith(" ") else "") + "%z" if offset else "")


def _order(kind: tuple[str, int | None], group: Sequence[Shape], answer: str | None) -> Choice | Question:
    """Find the order of day, month and year in dates of one kind."""
    separator, year_at = kind
    read_by = [set(_possible_orders(shape)) & _plausible(group, year_at) for shape in group]
    if year_at == 0:
        order = "ymd" if sum("ymd" in orders for orders in read_by) * 2 >= len(group) else "ydm"
        return Choice(order, "sure", "the year comes first")
    alone = Counter(order for orders in read_by for order in orders if len(orders) == 1)
    deciders = list(alone)
    if len(alone) > 1:
        deciders = [order for order, count in alone.items() if count > TOLERATED * len(group)]
    if len(deciders) == 1:
        return Choice(deciders[0], "sure", "only so can every date be read")
    if answer is not None and DATE_ORDERS[answer] in CANDIDATES[year_at]:
        return Choice(DATE_ORDERS[answer], "sure", "as you said")
    if separator == "." and not deciders:
        return Choice("dmy", "likely", "with points the day comes first by convention; no day is beyond 12")
    return _question(group, [order for order in CANDIDATES[year_at] if any(order in o for o in read_by)])


def _plausible(group: Sequence[Shape], year_at: int | None) -> set[str]:
    """Return the orders to think of: a number that takes far more values than the other is not the year."""
    if year_at is None:
        first, last = (len({shape.numbers[n] for shape in group}) for n in (0, 2))
        if last > max(12, 2 * first):
            return {"ymd"}
        if first > max(12, 2 * last):
            return {"dmy", "mdy"}
    return set(CANDIDATES[year_at])


def _possible_orders(shape: Shape) -> list[str]:
    candidates = CANDIDATES.get(shape.kind[1], ())
    return [order for order in candidates if _day(shape, order) is not None]


def _day(shape: Shape, order: str) -> date | None:
    parts = dict(zip(order, shape.numbers, strict=True))
    if len(parts["y"]) not in (2, 4) or len(parts["d"]) > 2 or len(parts["m"]) > 2:
        return None
    year = int(parts["y"]) + (0 if len(parts["y"]) == 4 else 2000 if int(parts["y"]) < 69 else 1900)
    try:
        return date(year, int(parts["m"]), int(parts["d"])) if year in YEARS else None
    except ValueError:
        return None


def _complete(shape: Shape, order: str) -> str:
    """Return the strptime form of a value, empty if the order does not read it."""
    if not shape.numbers:
        return shape.form
    if _day(shape, order) is None:
        return ""
    marks = {"d": "%d", "m": "%m", "y": "%Y" if len(shape.numbers[order.index("y")]) == 4 else "%y"}
    return shape.form.format(shape.separator.join(marks[part] for part in order))


def _question(group: Sequence[Shape], orders: Sequence[str]) -> Question:
    """Ask for the order of day and month, on a value that tells the readings apart."""
    readings = {shape: {order: _day(shape, order) for order in orders} for shape in group}
    shape = max(readings, key=lambda shape: len({day for day in readings[shape].values() if day}))
    days = {order: day for order, day in readings[shape].items() if day}
    value = shape.separator.join(shape.numbers)
    named = {order: ANSWERS[order].replace("_", " ") for order in orders}
    if len(set(days.values())) < 2:
        options = tuple(Option(ANSWERS[order], name) for order, name in named.items())
        return Question("date_order", f"{value}: does the day or the month come first?", options)
    year = "" if len({day.year for day in days.values()}) == 1 else " %Y"
    spelt = {order: f"{day.day} {ENGLISH[day.month - 1]}{day.strftime(year)}" for order, day in days.items()}
    options = tuple(Option(ANSWERS[order], f"{named[order]}: {text}") for order, text in spelt.items())
    return Question("date_order", f"{value}: {' or '.join(spelt.values())}?", options)

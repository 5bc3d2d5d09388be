"""The ten RFM groups: which of the 25 cells belong to which, and what they are called.

The grid of recency and frequency is the one in common use; money is looked at beside it and decides no
group, so that a customer who returns much and spends much is never punished for it.
"""

from collections.abc import Mapping

import pandas as pd

from retention_utils.errors import ConfigError

__all__ = [
    "AT_RISK",
    "CELLS",
    "CHAMPIONS",
    "FREQUENCY_STARTS",
    "GROUPS",
    "OUTSIDE",
    "group_names",
    "group_of_cell",
]

CHAMPIONS = "champions"
OUTSIDE = "outside"  # no purchase in the window
AT_RISK = ("cant_lose", "at_risk")  # bought often, now silent for longer than the churn gap

# From the best to the worst: recency classes, then frequency classes.
CELLS: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    CHAMPIONS: ((5,), (4, 5)),
    "loyal": ((3, 4), (4, 5)),
    "potential_loyalists": ((4, 5), (2, 3)),
    "new": ((5,), (1,)),
    "promising": ((4,), (1,)),
    "need_attention": ((3,), (3,)),
    "about_to_sleep": ((3,), (1, 2)),
    "cant_lose": ((1, 2), (5,)),
    "at_risk": ((1, 2), (3, 4)),
    "hibernating": ((1, 2), (1, 2)),
}
GROUPS = (*CELLS, OUTSIDE)
FREQUENCY_STARTS = (1, 2, 3, 5, 8)  # purchase days in the window that open classes 1 to 5

_NAMES = {
    "champions": ("Champions", "Чемпионы", "Чемпіони"),
    "loyal": ("Loyal", "Лояльные", "Лояльні"),
    "potential_loyalists": ("Potential loyalists", "Потенциально лояльные", "Потенційно лояльні"),
    "new": ("New", "Новые", "Нові"),
    "promising": ("Promising", "Перспективные", "Перспективні"),
    "need_attention": ("Need attention", "Требуют внимания", "Потребують уваги"),
    "about_to_sleep": ("About to sleep", "Засыпающие", "Засинають"),
    "cant_lose": ("Can't lose", "Нельзя потерять", "Не можна втратити"),
    "at_risk": ("At risk", "В зоне риска", "У зоні ризику"),
    "hibernating": ("Hibernating", "Спящие", "Сплячі"),
    OUTSIDE: ("Outside the window", "Вне окна", "Поза вікном"),
}
_LANGUAGES = ("en", "ru", "uk")


def group_names(language: str) -> dict[str, str]:
    """Return the name of every group in a language, best group first.

    Parameters
    ----------
    language : str
        ``"en"``, ``"ru"`` or ``"uk"``.

    Raises
    ------
    ConfigError
        If there are no names in that language.
    """
    if language not in _LANGUAGES:
        msg = f"language is {language!r}; the groups have names in {list(_LANGUAGES)}."
        raise ConfigError(msg)
    place = _LANGUAGES.index(language)
    return {group: _NAMES[group][place] for group in GROUPS}


def group_of_cell() -> pd.Series:
    """Return the group of each of the 25 cells, indexed by ``recency_class`` and ``frequency_class``."""
    cells = {
        (recency, frequency): group
        for group, (recencies, frequencies) in CELLS.items()
        for recency in recencies
        for frequency in frequencies
    }
    found = pd.Series(cells, name="group").sort_index()
    return found.rename_axis(["recency_class", "frequency_class"])

"""The ten RFM groups: which of the 25 cells belong to which, and what they are called.

The grid of recency and frequency is the one in common use; money is looked at beside it and decides no
group, so that a customer who returns much and spends much is never punished for it.
"""

from collections.abc import Mapping

import pandas as pd

from retention_utils.formats import Formats
from retention_utils.texts import Text

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
    "champions": {"en": "Champions", "ru": "Чемпионы", "uk": "Чемпіони"},
    "loyal": {"en": "Loyal", "ru": "Лояльные", "uk": "Лояльні"},
    "potential_loyalists": {
        "en": "Potential loyalists",
        "ru": "Потенциально лояльные",
        "uk": "Потенційно лояльні",
    },
    "new": {"en": "New", "ru": "Новые", "uk": "Нові"},
    "promising": {"en": "Promising", "ru": "Перспективные", "uk": "Перспективні"},
    "need_attention": {"en": "Need attention", "ru": "Требуют внимания", "uk": "Потребують уваги"},
    "about_to_sleep": {"en": "About to sleep", "ru": "Засыпающие", "uk": "Засинають"},
    "cant_lose": {"en": "Can't lose", "ru": "Нельзя потерять", "uk": "Не можна втратити"},
    "at_risk": {"en": "At risk", "ru": "В зоне риска", "uk": "У зоні ризику"},
    "hibernating": {"en": "Hibernating", "ru": "Спящие", "uk": "Сплячі"},
    OUTSIDE: {"en": "Outside the window", "ru": "Вне окна", "uk": "Поза вікном"},
}


def group_names(formats: Formats) -> dict[str, Text]:
    """Return the name of every group, best group first."""
    return {group: formats.given(_NAMES[group]) for group in GROUPS}


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

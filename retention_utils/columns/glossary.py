"""How the tables of the glossary are headed, in the language each is written in."""

from collections.abc import Mapping

from retention_utils.display_tables import Column

__all__ = [
    "CONTRACT",
    "FORMULAS",
    "NAMES",
    "NORMS",
    "NORMS_ALONE",
    "WORDS",
    "WORDS_CAPTIONS",
    "WRONG_CAPTIONS",
    "WRONG_FORMULAS",
]

CONTRACT = (Column("term", "Term"), Column("meaning", "What it means in this report"))
NAMES = (
    Column("en", "English"),
    Column("meaning", "What it means"),
    Column("ru", "Русский"),
    Column("uk", "Українська"),
)
FORMULAS = (
    Column("name", "Term"),
    Column("formula", "How it is counted"),
    Column("chapters", "Chapters that use it"),
)
NORMS = (
    Column("claim", "What is often said"),
    Column("here", "What these data say"),
    Column("trust", "How far to trust it"),
    Column("origin", "Where it comes from"),
)
NORMS_ALONE = tuple(column for column in NORMS if column.name != "here")
WORDS: Mapping[str, tuple[Column, ...]] = {
    "en": (
        Column("name", "Term"),
        Column("meaning", "What it means"),
        Column("formula", "How it is counted"),
    ),
    "ru": (
        Column("name", "Термин"),
        Column("meaning", "Что это значит"),
        Column("formula", "Как считается"),
    ),
    "uk": (
        Column("name", "Термін"),
        Column("meaning", "Що це означає"),
        Column("formula", "Як рахується"),
    ),
}
WRONG_FORMULAS: Mapping[str, tuple[Column, ...]] = {
    "en": (
        Column("name", "Term"),
        Column("formula", "What people count"),
        Column("why", "Why it misleads"),
        Column("sources", "Where it was seen"),
    ),
    "ru": (
        Column("name", "Термин"),
        Column("formula", "Как считают неверно"),
        Column("why", "Почему это вводит в заблуждение"),
        Column("sources", "Где встречается"),
    ),
    "uk": (
        Column("name", "Термін"),
        Column("formula", "Як рахують неправильно"),
        Column("why", "Чому це вводить в оману"),
        Column("sources", "Де трапляється"),
    ),
}
WORDS_CAPTIONS = {
    "en": "Terms and formulas in English",
    "ru": "Термины и формулы по-русски",
    "uk": "Терміни й формули українською",
}
WRONG_CAPTIONS = {
    "en": "Wrong formulas in English",
    "ru": "Неверные формулы по-русски",
    "uk": "Хибні формули українською",
}

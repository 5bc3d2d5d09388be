"""What those who would not recommend complain of, for the playbook: one finding a subject."""

import pandas as pd

from retention_utils.comment_themes.themes import ThemeBook
from retention_utils.display import Finding
from retention_utils.findings.voice_themes import named_themes
from retention_utils.formats import Formats
from retention_utils.voice.account import Voice
from retention_utils.voice.complaints import complaints
from retention_utils.voice.themes import ThemeCounts

__all__ = ["complaints_told"]


def complaints_told(voice: Voice, book: ThemeBook, *, formats: Formats) -> list[Finding]:
    """Say of every subject what detractors write about clearly more often than others; praise is none."""
    found = complaints(voice.themes)
    subjects = found["theme"].map(book.subject)
    return [
        _told(f"complaint_{subject}", part, voice.themes, book, formats)
        for subject, part in found.groupby(subjects, sort=False)
        if subject != "praise"
    ]


def _told(key: str, found: pd.DataFrame, counts: ThemeCounts, book: ThemeBook, formats: Formats) -> Finding:
    each = [
        formats.say(
            "“{theme}” ({detractors} of {all_detractors} comments of theirs, {others} of {all_others} of the "
            "others)",
            theme=name,
            detractors=formats.count(row.detractors),
            all_detractors=formats.count(counts.detractors),
            others=formats.count(row.others),
            all_others=formats.count(counts.others),
        )
        for name, row in zip(named_themes(found, book, formats), found.itertuples(), strict=True)
    ]
    text = formats.say(
        "Those who would not recommend write clearly more often than the others about {themes}.",
        themes=formats.listed(each),
    )
    return Finding(key, "with reservations", text)

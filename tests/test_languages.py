"""The Russian and Ukrainian reports of the demo clients hold no English but names and code."""

import re
from html.parser import HTMLParser

import pytest
from demo_reports import DEMO_REPORTS, demo_page

# Words that no name of a program, a file or a setting consists of.
ENGLISH = {
    "the", "of", "and", "or", "with", "from", "to", "is", "are", "was", "were", "for", "in", "by", "not", "no", "per",
    "at", "on", "than", "that", "this", "these", "who", "what", "how", "none", "more", "less", "each", "every",
    "customer", "customers", "order", "revenue", "churn", "share", "days", "month", "period", "interval", "better",
    "worse", "yes", "points", "cohort", "margin", "value", "table", "figure", "code",
}  # fmt: skip
SKIPPED = {"style", "pre", "code"}
VOID = {"meta", "br", "img", "hr", "input", "link"}


class Words(HTMLParser):
    """The texts of a page in its own language: no code, no words marked as another language's."""

    def __init__(self, page: str, language: str) -> None:
        super().__init__()
        self.language, self.open, self.texts = language, [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            given = dict(attrs)
            foreign = given.get("lang", self.language) != self.language
            self.open.append((tag, tag in SKIPPED or foreign or given.get("id") == "provenance"))
        for name in ("aria-label", "alt", "title"):
            if not self.is_hidden and dict(attrs).get(name):
                self.texts.append(dict(attrs)[name])

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.is_hidden and data.strip():
            self.texts.append(data.strip())

    @property
    def is_hidden(self) -> bool:
        return any(hidden for _, hidden in self.open)


def english_in(text: str) -> set[str]:
    for name in ("Journal of Marketing Research", "Friends of the Museum", "exclude_customers = none"):
        text = text.replace(name, "")
    return {
        word for word in re.findall(r"(?<![\w.\[/-])[A-Za-z]+(?![\w.\]/-])", text) if word.lower() in ENGLISH
    }


@pytest.mark.parametrize("language", ["ru", "uk"])
@pytest.mark.parametrize("client", DEMO_REPORTS)
def test_no_english_is_left(client, language):
    texts = Words(demo_page(client, language), language).texts
    assert len(texts) > 500
    assert [text for text in texts if english_in(text)] == []


# The clients that have no Cyrillic words of their own.
@pytest.mark.parametrize("client", ["cdnow", "kiosk"])
def test_the_languages_are_not_mixed(client):
    for language, foreign in (("ru", "іїєґІЇЄҐ"), ("uk", "ыэъёЫЭЪЁ")):
        texts = Words(demo_page(client, language), language).texts
        mixed = [text for text in texts if set(text) & set(foreign)]
        names = {"Русский", "Українська"}
        assert [text for text in mixed if not any(name in text for name in names)] == []


def test_english_is_seen_where_it_is():
    page = '<html lang="ru"><p>Отток the</p><p lang="en">of the</p><pre>for x in y</pre><p>orders.path [tables.plan]</p></html>'
    assert [english_in(text) for text in Words(page, "ru").texts] == [{"the"}, set()]

"""A page as tests read it: its elements, its text, and whatever in it could run or be requested."""

import re
from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "br", "img", "hr", "input", "link"}
RUNNING = {
    "script",
    "link",
    "iframe",
    "form",
    "object",
    "embed",
    "img",
    "image",
    "base",
    "input",
    "video",
    "audio",
}
LOADING = {
    "src",
    "srcset",
    "data",
    "poster",
    "action",
    "formaction",
    "ping",
    "background",
    "srcdoc",
    "xlink:href",
}
STYLING = {"style", "clip-path", "fill", "stroke", "mask", "filter"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


class Page(HTMLParser):
    """The page as elements: (tag, attributes), the text of each, and whether every tag was closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts, self.is_balanced = [], [], Counter(), True
        self.words = []
        self.feed(text)
        self.close()
        self.is_balanced &= not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.is_balanced &= len(attrs) == len(dict(attrs))
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.is_balanced &= bool(self.open) and self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


# A place on the page, or a page beside it that a reader may ask for.
BESIDE = re.compile(r"#.*|(?:[\w.-]+/)*[\w.-]+\.(?:html|pdf)")


def is_harmless(tag: str, given: dict[str, str]) -> bool:
    """Tell a button that only chooses, and a picture that the page carries itself."""
    if tag == "input":
        return given.get("type") == "radio" and set(given) <= {"type", "name", "id", "checked"}
    return (
        tag == "img"
        and given.get("src", "").startswith("data:image/")
        and set(given) <= {"class", "src", "alt"}
    )


def what_could_run_or_load(page: str) -> list[str]:
    """List what a browser could run or ask another computer for; of a good page, nothing."""
    parsed = Page(page)
    parsed.elements = [(tag, given) for tag, given in parsed.elements if not is_harmless(tag, given)]
    pairs = [pair for _, attributes in parsed.elements for pair in attributes.items()]
    found = [tag for tag, _ in parsed.elements if tag in RUNNING]
    found += [name for name, _ in pairs if name.startswith("on") or name in LOADING]
    found += [value for name, value in pairs if name == "href" and not BESIDE.fullmatch(value)]
    styles = re.findall(r"<style>.*?</style>", page, re.DOTALL)
    styles += [value for name, value in pairs if name in STYLING]
    found += [match for style in styles for match in re.findall(r"@import|url\((?!#)|image-set|//", style)]
    policies = [meta["content"] for meta in parsed.all("meta") if "http-equiv" in meta]
    return found if policies == [POLICY] else [*found, *policies, "without the policy"]

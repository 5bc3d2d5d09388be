"""nbconvert with the report's own template: Markdown, code and displayed items of a notebook as safe HTML."""

import html
from functools import cache, lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

import retention_utils.light_jsonschema  # noqa: F401  before what imports jsonschema

# isort: split

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from mistune import import_plugin
from nbconvert.exporters import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String
from traitlets import default

from retention_utils.prose import opening
from retention_utils.sparks import ornament, sparkline
from retention_utils.table_looks import BREAKS, MOST_COLUMNS, MOST_ROWS, table_looks
from retention_utils.table_spans import with_spans
from retention_utils.texts import Text
from retention_utils.translations import count_text, filled, translated
from retention_utils.verdict_words import verdict_word

__all__ = ["ChapterExporter", "environment", "section"]

TEMPLATES = Path(__file__).with_name("templates")
# What the stylesheet tells apart in code; the rest is written without a mark.
CODE = {
    Comment: "c", Keyword: "k", Operator.Word: "k", Name.Decorator: "k", Name.Class: "f", Name.Function: "f",
    Number: "m", String: "s",
}  # fmt: skip


class Prose(IPythonRenderer):
    """Markdown as harmless HTML: no raw HTML, no address, no picture, no heading of the notebook's own."""

    def __init__(self) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)

    def heading(self, text: str, level: int, **_: Any) -> str:
        """Show headings from the third level on; the first two only structure the notebook."""
        return f"<h3>{text}</h3>\n" if level > 2 else ""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Show the words of a link: the report points nowhere outside itself."""
        return text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Show what a picture would say."""
        return text

    def block_code(self, code: str, info: str | None = None) -> str:
        """Show code as it is, whatever language it claims to be."""
        return f"<pre><code>{html.escape(code)}</code></pre>\n"


class ChapterExporter(TemplateExporter):
    """nbconvert with this package's own template, which writes one section and nothing around it."""

    def __init__(self, language: str) -> None:
        self._language = language
        super().__init__()

    @default("template_file")
    def _template_file_default(self) -> str:
        return "chapter.html.j2"

    @default("default_preprocessors")
    def _default_preprocessors_default(self) -> list[Any]:
        return []  # nothing is changed before it is written; each would check the whole notebook again

    def _preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        return nb, resources  # which nbconvert would copy first

    def _create_environment(self) -> Environment:
        made = environment(self._language)
        made.filters.update(markdown2html=_prose, highlight_code=_highlighted)
        return made


def section(notebook: NotebookNode, *, language: str, **resources: Any) -> Markup:
    """Convert a notebook to the part of its section that stands below the headline.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook.
    language : str
        Of the words around what it displays.
    **resources
        What the template needs beside it: ``chapter``, the notebook's data, and ``is_summary``.

    Returns
    -------
    Markup
        HTML without script, address or anything else that is not escaped.
    """
    body, _ = _exporter(language).from_notebook_node(notebook, resources=resources)
    return Markup(body)  # noqa: S704 - written by the escaping template


@cache
def environment(language: str) -> Environment:
    """Templates of the package, read once: everything escaped, a missing name is an error.

    In them ``_("…")`` says a message in the language; it is filled in with text in that language, or with
    whole numbers.
    """
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(sparkline=_marked(sparkline), ornament=_marked(ornament), opening=opening)
    made.filters["with_spans"] = partial(with_spans, language=language)
    made.filters["table_looks"] = partial(table_looks, language=language)
    made.globals.update(card_breaks=BREAKS, most_columns=MOST_COLUMNS, most_rows=MOST_ROWS)
    made.globals.update(_=partial(_said, language), verdict_word=verdict_word)
    return made


def _said(language: str, message: str, /, **values: str | int) -> str:
    texts = {
        name: count_text(value, language) if isinstance(value, int) else Text({language: value})
        for name, value in values.items()
    }
    return filled(translated(message, language), language, texts)


def _prose(markdown: str) -> Markup:
    """Convert Markdown to harmless HTML."""
    # tables would have no caption and task lists would be form fields, so neither is read
    parser = MarkdownWithMath(
        renderer=Prose(), plugins=[import_plugin("def_list"), import_plugin("strikethrough")]
    )
    return Markup(parser.render(str(markdown)).strip())  # noqa: S704 - the renderer escapes


@lru_cache(1000)  # most cells are the same for every client
def _highlighted(source: str) -> Markup:
    """Mark what is told apart in Python code, neighbours of one kind together."""
    tokens = PythonLexer().get_tokens(str(source))
    parts = [(kind, "".join(text for _, text in run)) for kind, run in groupby(tokens, key=_code_kind)]
    marked = ((kind, html.escape(text, quote=False)) for kind, text in parts)
    written = "".join(f'<span class="{kind}">{text}</span>' if kind else text for kind, text in marked)
    return Markup(written.rstrip())  # noqa: S704 - escaped above


def _code_kind(token: tuple[Any, str]) -> str:
    return next((name for kind, name in CODE.items() if token[0] in kind), "")


@cache
def _exporter(language: str) -> ChapterExporter:
    return ChapterExporter(language)


def _marked(draw: Any) -> Any:
    return lambda values: Markup(draw(values))  # noqa: S704 - drawn from numbers only

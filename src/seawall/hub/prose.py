"""Markdown to HTML, with raw HTML off: a document brings words and structure, no script, style or foreign picture.

The highest heading stands right below the title of the page. Links lead to https, mailto or within the site.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_LINK = re.compile(r"https?://|mailto:|[#./\w-]", re.ASCII)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^>]*)?/?>", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ALLOWED = ("http:", "https:", "mailto:")


def _made() -> MarkdownIt:
    # Pictures would be fetched from elsewhere, and are refused by the policy of every page.
    made = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table").disable("image")
    made.validateLink = links_well  # type: ignore[method-assign,assignment]
    return made


def links_well(target: str) -> bool:
    """Tell whether a link may stand in a document."""
    scheme = _SCHEME.match(target)
    return scheme[0].lower() in _ALLOWED if scheme else bool(_LINK.match(target)) and not target.startswith("//")


def html(text: str) -> Markup:
    """Return a document as HTML."""
    made = _made()
    tokens = made.parse(text)
    _lower(tokens)
    # Escaped by markdown-it, whose raw HTML is off.
    return Markup(_framed(made.renderer.render(tokens, made.options, {})))  # noqa: S704


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Return what would be lost or shut readers out, each with its line, from 0."""
    tokens = _made().parse(text)
    level, line = 0, 0
    for at, token in enumerate(tokens):
        # The cells of a table have no place of their own: theirs is that of the row.
        line = token.map[0] if token.map else line
        if token.type == "heading_open":
            deeper = int(token.tag[1])
            if level and deeper > level + 1:
                yield line, f"a heading of level {deeper} follows one of level {level}: a level is left out"
            level = deeper
        elif token.type == "th_open" and not tokens[at + 1].content.strip():
            yield line, "a column of the table has no name"
        elif token.type == "inline":
            yield from ((line, what) for what in _lost(token.content))


def _lost(text: str) -> Iterator[str]:
    if "![" in text:
        yield "pictures are not shown: say it in words, or link to it"
    if _TAG.search(text):
        yield "HTML is not read as such and would be shown as it stands"


def _lower(tokens: Sequence[Token]) -> None:
    headings = [each for each in tokens if each.type in ("heading_open", "heading_close")]
    highest = min((int(each.tag[1]) for each in headings), default=2)
    for each in headings:
        each.tag = f"h{min(6, int(each.tag[1]) - highest + 2)}"


def _framed(shown: str) -> str:
    # A wide table scrolls by itself, from the keyboard too, and not the page with it.
    shown = shown.replace("<table>", '<div class="wide" role="group" tabindex="0" aria-label="Table"><table>')
    return shown.replace("</table>", "</table></div>")

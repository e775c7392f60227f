"""Markdown to HTML, with raw HTML off: a document brings words and structure, no script, style or foreign picture.

Headings begin one level down, below the title of the page. Links lead to https, mailto or within the site.
"""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_LINK = re.compile(r"https?://|mailto:|[#./\w-]", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ALLOWED = ("http:", "https:", "mailto:")


def _made() -> MarkdownIt:
    # Pictures would be fetched from elsewhere, and are refused by the policy of every page.
    made = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table").disable("image")
    made.validateLink = links_well  # type: ignore[method-assign]
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


def _lower(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"


def _framed(shown: str) -> str:
    # A wide table scrolls by itself, from the keyboard too, and not the page with it.
    shown = shown.replace("<table>", '<div class="wide" role="region" tabindex="0" aria-label="Table"><table>')
    return shown.replace("</table>", "</table></div>")

"""The start page: what this is, the themes, what is newest, how to check it."""

from collections.abc import Iterator

from seawall.hub.book import Book, Page
from seawall.hub.pages.changes import shown
from seawall.hub.pages.themes import standing
from seawall.hub.themes import THEMES

_NEWEST = 6


def pages(book: Book) -> Iterator[Page]:
    """Return the start page."""
    values = {
        "themes": [(theme, standing(book, theme)) for theme in THEMES],
        "newest": book.newest[:_NEWEST],
        "changes": shown(book)[:_NEWEST],
    }
    title = book.words.gettext("Transparency hub")
    stamped = book.site.as_of
    yield Page(path="index.html", template="start.html", title=title, section="start", stamped=stamped, values=values)

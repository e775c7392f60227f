"""The pages of the hub, one module for each kind of page: each gives `pages(book)`, in the order of the menu."""

from collections.abc import Iterator

from seawall.hub.book import Book, Page
from seawall.hub.pages import changes, documents, frameworks, metrics, models, start, themes, verification


def every(book: Book) -> Iterator[Page]:
    """Return every page of an edition."""
    for module in (start, themes, frameworks, models, metrics, documents, changes, verification):
        yield from module.pages(book)

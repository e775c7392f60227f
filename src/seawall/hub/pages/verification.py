"""How to check this hub without trusting it: the key, the commands, the page to keep, and what a proof cannot say."""

from collections.abc import Iterator

from seawall.hub.book import Book, Page
from seawall.hub.manifest import digest
from seawall.hub.verifier import verifier_page


def pages(book: Book) -> Iterator[Page]:
    """Return the page."""
    yield Page(
        path="verification.html",
        template="verification.html",
        title=book.words.gettext("Verify"),
        section="verify",
        stamped=book.stamp(*(each.at for each in book.log.records)),
        values={"verifier": digest(verifier_page())},
    )

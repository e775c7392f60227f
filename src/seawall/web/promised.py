"""What feedback is about, in the words of the register: a framework or one of its commitments."""

from datetime import datetime

import msgspec

from seawall.commitments import Book
from seawall.commitments.watch import stands_by_all_of


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A framework, or a commitment of it; of a framework as a whole `says` is empty."""

    framework: str
    about: str
    title: str
    says: str = ""

    @property
    def shown(self) -> str:
        """Return it in one line."""
        return f"{self.title}: {self.says}" if self.says else self.title


def promised(book: Book, about: str, now: datetime) -> Promise | None:
    """Return what the organisation promises under a name; None where it promises nothing under it."""
    found = named(book, about)
    return found if found is not None and stands_by_all_of(book, found.framework, now) else None


def named(book: Book, about: str) -> Promise | None:
    """Return what the register calls by a name, whether or not anybody stands by it."""
    framework = book.frameworks.get(about) or book.frameworks.get(book.framework_of.get(about, ""))
    if framework is None:
        return None
    item = book.items.get(about) if about != framework.id else None
    return Promise(framework=framework.id, about=about, title=framework.name, says="" if item is None else item.says)

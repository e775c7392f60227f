"""The themes: practices with where they stand, what the ledger shows of them, documents, related commitments."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from seawall.hub.book import Book, Page
from seawall.hub.inputs import Framework, Item, Practice
from seawall.hub.themes import THEMES, Theme


def pages(book: Book) -> Iterator[Page]:
    """Return the list of themes and a page for each."""
    say = book.words.gettext
    yield Page(
        path="themes/index.html",
        template="themes.html",
        title=say("Practices"),
        section="themes",
        stamped=book.stamp(*(each.at for each in book.log.records)),
        values={"themes": [(theme, standing(book, theme)) for theme in THEMES]},
    )
    for theme in THEMES:
        values = _values(book, theme)
        moments = [each["newest"].at for each in values["evidence"]]
        yield Page(
            path=path_of(theme),
            template="theme.html",
            title=say(theme.title),
            section="themes",
            stamped=book.stamp(*moments, *(each.date for each in values["documents"])),
            values=values,
        )


def path_of(theme: Theme) -> str:
    """Return where a theme has its page."""
    return f"themes/{theme.id}.html"


def standing(book: Book, theme: Theme) -> dict[str, int]:
    """Return how many practices of a theme are in which state."""
    return dict(sorted(Counter(each.state for each in _practices(book, theme)).items()))


def _practices(book: Book, theme: Theme) -> list[Practice]:
    return [each for each in book.inputs.practices if each.theme == theme.id]


def _values(book: Book, theme: Theme) -> dict[str, Any]:
    practices = _practices(book, theme)
    ids = {each.id for each in practices}
    return {
        "theme": theme,
        "practices": practices,
        "related": _related(book, ids),
        "evidence": [_evidence(book, kind) for kind in theme.kinds if book.log.of(kind)],
        "documents": [each for each in book.newest if each.kind in theme.documents],
        "public": book.records,
    }


def _evidence(book: Book, kind: str) -> dict[str, Any]:
    found = book.log.of(kind)
    return {"kind": kind, "count": len(found), "newest": found[-1]}


def _related(book: Book, practices: set[str]) -> list[tuple[Framework, list[Item]]]:
    pairs = [
        (each, [item for item in each.items if practices.intersection(item.practices)])
        for each in book.inputs.frameworks
    ]
    return [(framework, items) for framework, items in pairs if items]

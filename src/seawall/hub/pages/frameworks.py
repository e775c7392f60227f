"""Frameworks: what was promised to whom, item by item, and where the promises overlap. Only where they are given."""

from collections.abc import Iterator

from seawall.hub.book import Book, Page
from seawall.hub.inputs import Framework
from seawall.hub.pages.metrics import Told, newest_of_each, told_by
from seawall.hub.themes import THEMES


def pages(book: Book) -> Iterator[Page]:
    """Return the overlap map and a page for each framework."""
    frameworks, practices = book.inputs.frameworks, {each.id: each for each in book.inputs.practices}
    if not frameworks:
        return
    counted = feedback(book)
    yield Page(
        path="frameworks/index.html",
        template="frameworks.html",
        title=book.words.gettext("Frameworks"),
        section="frameworks",
        stamped=book.site.as_of,
        values={"frameworks": frameworks, "overlap": overlap(book), "themes": THEMES},
    )
    for each in frameworks:
        yield Page(
            path=path_of(each),
            template="framework.html",
            title=each.title,
            section="frameworks",
            stamped=book.site.as_of,
            values={
                "framework": each,
                "practices": practices,
                "public": book.records,
                "received": counted.get("feedback_received"),
                "answered": counted.get("feedback_answered"),
            },
        )


def path_of(framework: Framework) -> str:
    """Return where a framework has its page."""
    return f"frameworks/{framework.id}.html"


def feedback(book: Book) -> dict[str, Told]:
    """Return what is counted of feedback in the newest period that counts it."""
    for record in newest_of_each(book):
        found = {name: told for name, told in told_by(book, record) if name.startswith("feedback_")}
        if found:
            return found
    return {}


def overlap(book: Book) -> list[tuple[Framework, list[int]]]:
    """Return, for each framework and theme, how many practices of the theme it asks for."""
    theme_of = {each.id: each.theme for each in book.inputs.practices}
    rows = []
    for framework in book.inputs.frameworks:
        asked = {name for item in framework.items for name in item.practices}
        rows.append((framework, [sum(theme_of.get(name) == theme.id for name in asked) for theme in THEMES]))
    return rows

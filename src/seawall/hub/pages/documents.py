"""Policies and publications: lists by kind, every version under an address of its own, what changed between two.

Any two versions are compared while there are few; of many, neighbours and each with the newest.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from seawall.hub.book import Book, Page, home_of, page_of
from seawall.hub.diffs import compare
from seawall.hub.inputs import Version
from seawall.hub.kinds import DOCUMENTS, WRITTEN

_ALL_PAIRS_UP_TO = 24


def pages(book: Book) -> Iterator[Page]:
    """Return both lists and the pages of every document."""
    yield _list(book, "policies", book.words.gettext("Policies"), ("usage_policy",))
    yield _list(book, "publications", book.words.gettext("Publications"), WRITTEN)
    for versions in book.versions.values():
        yield from _document(book, versions)


def pairs(versions: Sequence[Version]) -> list[tuple[Version, Version]]:
    """Return which versions are compared with which, the older first."""
    if len(versions) <= _ALL_PAIRS_UP_TO:
        return list(combinations(versions, 2))
    near = list(pairwise(versions))
    return near + [(each, versions[-1]) for each in versions[:-2]]


def diff_of(before: Version, after: Version) -> str:
    """Return where a comparison stands."""
    return f"{home_of(after)}/{before.version}-{after.version}.html"


def _list(book: Book, section: str, title: str, kinds: Sequence[str]) -> Page:
    groups = [(kind, [each for each in book.newest if each.kind == kind]) for kind in kinds]
    shown = [(kind, found) for kind, found in groups if found]
    return Page(
        path=f"{section}/index.html",
        template="documents.html",
        title=title,
        section=section,
        stamped=book.stamp(*(each.date for _, found in shown for each in found)),
        values={"groups": shown, "versions": book.versions},
    )


def _document(book: Book, versions: tuple[Version, ...]) -> Iterator[Page]:
    newest = versions[-1]
    section = "policies" if newest.kind == "usage_policy" else "publications"
    compared = pairs(versions)
    for version in versions:
        values = {
            "version": version,
            "versions": versions[::-1],
            "compared": [(a, b, diff_of(a, b)) for a, b in compared if b is version],
            "kind": DOCUMENTS[version.kind],
            "record": book.record_of(version),
        }
        made = Page(
            path=page_of(version),
            template="document.html",
            title=version.title,
            section=section,
            stamped=book.stamp(version.date),
            values=values,
        )
        yield made
        if version is newest:
            yield Page(
                path=f"{home_of(version)}/index.html",
                template=made.template,
                title=made.title,
                section=section,
                stamped=made.stamped,
                values=values,
            )
    for before, after in compared:
        yield Page(
            path=diff_of(before, after),
            template="diff.html",
            title=after.title,
            section=section,
            stamped=book.stamp(after.date),
            values={"before": before, "after": after, "lines": compare(before.body, after.body)},
        )

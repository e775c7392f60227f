"""Build a site: inputs and a published ledger to files. Pure: the same inputs give the same bytes."""

from collections.abc import Iterator
from datetime import UTC

import msgspec
from markupsafe import Markup

from seawall.hub import pages
from seawall.hub.book import Book, Page, answer_of, manifest_of, page_of, proof_of, source_of
from seawall.hub.doors import FORM, TO
from seawall.hub.feeds import Feed, atom
from seawall.hub.inputs import Inputs, Version
from seawall.hub.kinds import DOCUMENTS, RECORDS
from seawall.hub.manifest import MANIFEST, Manifest, digest, entries
from seawall.hub.published import Log
from seawall.hub.render import DOOR_STYLE, STYLE, renderer, style
from seawall.hub.verifier import PATH, allowed, verifier_page
from seawall.hub.words import Words, words_of

KINDS = frozenset(RECORDS)


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """A site as files, the digest of its manifest, and versions that wait for the ledger to release their record."""

    files: dict[str, bytes]
    digest: str
    waiting: tuple[Version, ...] = ()


def build(inputs: Inputs, log: Log, words: Words | None = None) -> Built:
    """Return the files of an edition."""
    book = Book(inputs, log, words or words_of(inputs.site.language))
    files = dict(_files(book))
    manifest = Manifest(
        name=inputs.site.name,
        edition=inputs.site.edition,
        previous=inputs.site.previous,
        as_of=inputs.site.as_of.astimezone(UTC).isoformat(),
        origin=log.origin,
        key=log.key,
        files=entries(files),
    ).encode()
    return Built(files=files | {MANIFEST: manifest}, digest=digest(manifest), waiting=book.waiting)


def _files(book: Book) -> Iterator[tuple[str, bytes]]:
    yield STYLE, style(STYLE)
    yield PATH, verifier_page()
    render = renderer(book)
    yield FORM, render(_form_of_doors(book))
    for page in pages.every(book):
        yield page.path, render(page)
    for record in book.log.records:
        yield proof_of(record), record.proof.encode()
    for versions in book.versions.values():
        for version in versions:
            yield source_of(version), version.source or version.body.encode()
    for card in book.cards:
        yield manifest_of(card), card.manifest
    for answer in book.answers:
        yield answer_of(answer.record), answer.words.encode()
    yield from _feeds(book)


def _form_of_doors(book: Book) -> Page:
    site, looks = book.site, style(DOOR_STYLE).decode()
    values = {"to": TO, "style": Markup(looks), "style_digest": allowed(looks)}  # noqa: S704 - it is the package's own
    return Page(path=FORM, template="door.html", title=site.name, section="", stamped=site.as_of, values=values)


def _feeds(book: Book) -> Iterator[tuple[str, bytes]]:
    say = book.words.gettext
    every = sorted(
        ((each, page_of(each)) for versions in book.versions.values() for each in versions),
        key=lambda pair: (pair[0].date, pair[0].document, pair[0].version),
        reverse=True,
    )
    feed = Feed(path="feed.xml", page="publications/index.html", title=book.site.name)
    yield feed.path, atom(book.site, feed, every)
    for kind, title in DOCUMENTS.items():
        found = [pair for pair in every if pair[0].kind == kind]
        if found:
            feed = Feed(path=f"feeds/{kind}.xml", page=feed.page, title=f"{book.site.name}: {say(title)}")
            yield feed.path, atom(book.site, feed, found)

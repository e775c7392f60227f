"""Models and classifiers: one page for each model version that a document names, one for each classifier at work.

A model's page gathers what was published of it, with what changed from version to version, and who signed it off. A
classifier's has its releases out of the ledger, and its card where this installation holds the manifest that a release
states.
"""

from collections.abc import Iterator
from typing import Any

from seawall.hub.book import Book, Page
from seawall.hub.inputs import Card, Version
from seawall.hub.kinds import DOCUMENTS
from seawall.hub.pages.documents import diff_of, pairs

# What a model was told and what it is comes first, in this order; the rest in that of the kinds.
_FIRST = ("system_prompt", "model_card", "system_card", "release_notes")


def pages(book: Book) -> Iterator[Page]:
    """Return the list, a page for each model, and one for each classifier."""
    classifiers = [_classifier(book, name) for name in book.classifiers]
    if not book.models and not classifiers:
        return
    models = [_model(book, name) for name in book.models]
    yield Page(
        path="models/index.html",
        template="models.html",
        title=book.words.gettext("Models"),
        section="models",
        stamped=max(each.stamped for each in (*models, *classifiers)),
        values={"models": models, "classifiers": classifiers},
    )
    yield from models
    yield from classifiers


def _model(book: Book, name: str) -> Page:
    kinds = [*_FIRST, *(kind for kind in DOCUMENTS if kind not in _FIRST)]
    mine = {document: [each for each in versions if each.model == name] for document, versions in book.versions.items()}
    groups = [
        (kind, [_document(book, each) for each in mine.values() if each and each[-1].kind == kind]) for kind in kinds
    ]
    signed = [each for each in book.inputs.sign_offs if each.model == name]
    moments = [each.date for versions in mine.values() for each in versions]
    return Page(
        path=book.models[name],
        template="model.html",
        title=name,
        section="models",
        stamped=book.stamp(*moments, *(each.at for each in signed)),
        values={
            "groups": [(kind, found) for kind, found in groups if found],
            "sign_offs": signed,
            "public": book.records,
            "classifiers": book.classifiers,
        },
    )


def _document(book: Book, mine: list[Version]) -> dict[str, Any]:
    """Return a document of a model: its versions, newest first, each with what leads to its change from one before."""
    compared = pairs(book.versions[mine[-1].document])
    changes = {b.version: diff_of(a, b) for a, b in compared if a.version == b.version - 1}
    return {"newest": mine[-1], "versions": [(each, changes.get(each.version, "")) for each in reversed(mine)]}


def _classifier(book: Book, name: str) -> Page:
    released = [each for each in book.log.of("classifier.released") if each.body["classifier"] == name]
    newest = released[-1]
    return Page(
        path=book.classifiers[name],
        template="classifier.html",
        title=name,
        section="models",
        stamped=book.stamp(newest.at),
        values={"releases": released[::-1], "card": card_of(book, name, str(newest.body["release"]))},
    )


def card_of(book: Book, name: str, release: str) -> Card | None:
    """Return the card of a release, if it is the one whose manifest is here."""
    return next((each for each in book.cards if (each.classifier, each.release) == (name, release)), None)

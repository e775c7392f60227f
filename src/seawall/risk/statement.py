"""The statement of a sign-off: everything that it rests on, by digest, in one canonical text whose digest is voted on.

Each document is read and its digest made anew, so a statement is of what is there now and of nothing else.
"""

from hashlib import sha256
from typing import Any

import msgspec

from seawall.ledger.commitment import canonical
from seawall.risk.board import Board
from seawall.risk.errors import DocumentChanged
from seawall.risk.model import Document, Release
from seawall.risk.ready import ready
from seawall.store import Transaction
from seawall.vocabulary.errors import SeawallError

_FORM = "seawall/release/1"


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as it is signed off: its canonical text, the digest of that, and what it says is missing."""

    text: str
    sha256: str
    missing: tuple[str, ...]


def statement(tx: Transaction, board: Board, release: Release) -> Statement:
    """Return the statement of a release as it is now. Raises DocumentChanged."""
    for each in release.documents:
        content(tx, board, each)
    missing = tuple(each.code for each in ready(release))
    text = canonical(_body(release, missing), "a statement")
    return Statement(text=text.decode(), sha256=sha256(text).hexdigest(), missing=missing)


def content(tx: Transaction, board: Board, document: Document) -> bytes | None:
    """Return a document's bytes, exactly those that were handed in; None of a public one. Raises DocumentChanged."""
    if document.item is None:
        if board.public(tx, document.sha256) is None:
            raise DocumentChanged(document.title)
        return None
    try:
        found = board.edges.vault.get(tx, document.item)
    except SeawallError:
        raise DocumentChanged(document.title) from None
    if sha256(found).hexdigest() != document.sha256:
        raise DocumentChanged(document.title)
    return found


def _body(release: Release, missing: tuple[str, ...]) -> dict[str, Any]:
    return {
        "form": _FORM,
        "release": release.id,
        "model": release.model,
        "version": release.version,
        "applies": release.applies.value,
        "risk": release.risk.value,
        "documents": [
            {"part": each.part.value, "title": each.title, "sha256": each.sha256, "public": each.item is None}
            for each in release.documents
        ],
        "conditions": list(release.conditions),
        "expires_at": release.expires_at.isoformat(),
        "missing": list(missing),
    }

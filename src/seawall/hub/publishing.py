"""What is published and when: documents by digest, editions of the site. The only part of the hub with a database.

Nothing is in force because it was handed in: `stage` keeps a text, `publish` makes it a version, with a record.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.hub import tables
from seawall.hub.documents import read
from seawall.hub.inputs import Version
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import Conflict, NotFound, SeawallError
from seawall.vocabulary.ids import RecordId
from seawall.vocabulary.records.hub import DocumentPublished, HubPublished
from seawall.vocabulary.records.record import Record

Write = Callable[[Transaction, Record], RecordId]
_LOCK = "seawall_hub"


class NoSuchText(NotFound):
    """No text is kept under that digest."""

    code = "hub.no_such_text"


class TextDamaged(SeawallError):
    """A kept text is not the one that was handed in."""

    code = "hub.text_damaged"


class VersionTaken(Conflict):
    """A document has that version already, or lacks the one before."""

    code = "hub.version_taken"


class EditionMoved(Conflict):
    """Another edition was published meanwhile."""

    code = "hub.edition_moved"


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """One edition of the site. `digest` is that of its manifest."""

    edition: int
    digest: str
    record: str
    published_at: datetime


def stage(tx: Transaction, source: bytes) -> str:
    """Keep a checked document under its digest, not published, and return it. Raises DocumentInvalid."""
    digest = read(source, "document").digest
    tx.execute(upsert(tables.texts).values(digest=digest, source=source).on_conflict_do_nothing())
    return digest


def staged(tx: Transaction, digest: str) -> Version:
    """Return a kept document. Raises NoSuchText, TextDamaged."""
    source = tx.scalar(select(tables.texts.c.source).where(tables.texts.c.digest == digest))
    if source is None:
        raise NoSuchText(f"No document is kept as {digest[:12]!r}.", hint="Hand it in again.")
    if hashlib.sha256(source).hexdigest() != digest:
        raise TextDamaged(
            f"The kept document {digest[:12]} is not the one that was handed in.",
            hint="Restore the table hub_texts from a backup.",
        )
    return read(bytes(source), digest[:12])


def publish(tx: Transaction, digest: str, *, by: str, record: Write, clock: Clock) -> Version:
    """Make a kept document the next version of what it is, with a record.

    Raises NoSuchText, TextDamaged, VersionTaken.
    """
    made = staged(tx, digest)
    _lock(tx)
    before = _newest(tx, made.document)
    expected = 1 if before is None else before.version + 1
    if made.version != expected:
        raise VersionTaken(
            f"{made.document!r} would be version {expected} now, and this says {made.version}.",
            hint=f"Write `version: {expected}`, and hand it in again.",
        )
    values = {"document": made.document, "version": made.version, "digest": digest, "dated": made.date}
    tx.execute(insert(tables.versions).values(**values, published_at=clock()))
    record(
        tx,
        DocumentPublished(
            document=made.document,
            version=made.version,
            about=made.kind,
            title=made.title,
            language=made.language,
            digest=digest,
            previous=None if before is None else before.digest,
            by=by,
        ),
    )
    return made


def published(tx: Transaction) -> tuple[Version, ...]:
    """Return every version of every document. Raises TextDamaged."""
    table = tables.versions
    digests = tx.scalars(select(table.c.digest).order_by(table.c.document, table.c.version))
    return tuple(staged(tx, digest) for digest in digests)


def newest(tx: Transaction) -> Edition | None:
    """Return the newest edition, or None where none was published."""
    table = tables.editions
    row = tx.execute(select(table).order_by(table.c.edition.desc()).limit(1)).mappings().first()
    return Edition(**row) if row else None


def publish_edition(
    tx: Transaction, *, digest: str, previous: str | None, files: int, by: str, record: Write, clock: Clock
) -> Edition:
    """Note that an edition is published, with a record. Raises EditionMoved."""
    _lock(tx)
    before = newest(tx)
    if (None if before is None else before.digest) != previous:
        raise EditionMoved("Another edition was published meanwhile.", hint="Build anew: seawall hub build")
    number = 1 if before is None else before.edition + 1
    told = HubPublished(edition=number, digest=digest, previous=previous, files=files, by=by)
    made = Edition(edition=number, digest=digest, record=str(record(tx, told)), published_at=clock())
    tx.execute(insert(tables.editions).values(msgspec.structs.asdict(made)))
    return made


def _newest(tx: Transaction, document: str) -> Version | None:
    table = tables.versions
    chosen = select(table.c.digest).where(table.c.document == document).order_by(table.c.version.desc()).limit(1)
    digest = tx.scalar(chosen)
    return None if digest is None else staged(tx, digest)


def _lock(tx: Transaction) -> None:
    # Versions and editions are numbered without gaps, and each names the one before it: one publisher at a time.
    tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(_LOCK))))

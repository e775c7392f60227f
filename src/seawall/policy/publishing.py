"""Published versions of the policy: immutable documents under their digest, numbered in the order of publication.

Publishing what holds already changes nothing and says so. Publishing an older policy again is a new version with the
old digest. Documents are checked against their digest whenever they are read.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.policy import tables
from seawall.policy.compile import canonical, compile_documents
from seawall.policy.documents import Documents
from seawall.policy.problems import AmbiguousVersion, NoPolicy, NoSuchVersion, PolicyMoved, VersionDamaged
from seawall.policy.read import DEFAULT, read
from seawall.policy.rules import Edition
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.records.policy import PolicyPublished
from seawall.vocabulary.records.record import Record

CHANNEL = "seawall_policy"
_SHORTEST = 6

Write = Callable[[Transaction, Record], object]


class PolicyVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One publication. `changed` is false when the documents were in force already and nothing was published."""

    version: int
    digest: str
    name: str
    by: str
    published_at: datetime
    changed: bool = True


def publish(
    tx: Transaction,
    directory: Path,
    *,
    by: str,
    record: Write,
    clock: Clock,
    detectors: frozenset[str] | None = None,
    judges: frozenset[str] | None = None,
) -> PolicyVersion:
    """Put the policy of a directory into force for every process once this transaction commits.

    With `detectors`, rules may listen to those only; with `judges`, the cascade may ask those only. Raises
    PolicyInvalid.
    """
    return _publish(tx, read(directory, detectors=detectors, judges=judges), by=by, record=record, clock=clock)


def stage(tx: Transaction, documents: Documents) -> str:
    """Keep checked documents under their digest, not in force, and return it."""
    body = canonical(documents)
    digest = hashlib.sha256(body).hexdigest()
    tx.execute(upsert(tables.documents).values(digest=digest, body=body.decode()).on_conflict_do_nothing())
    return digest


def staged(tx: Transaction, digest: str) -> Documents:
    """Return documents by their whole digest, in force or not. Raises NoSuchVersion, VersionDamaged."""
    if tx.scalar(select(tables.documents.c.digest).where(tables.documents.c.digest == digest)) is None:
        raise NoSuchVersion(f"No documents are kept as {digest[:12]!r}.", hint="Hand them in again.")
    return _documents(tx, digest)


def publish_staged(
    tx: Transaction, digest: str, *, replaces: str | None, by: str, record: Write, clock: Clock
) -> PolicyVersion:
    """Put kept documents into force, where those that they were to replace still hold.

    Raises NoSuchVersion, VersionDamaged, PolicyMoved.
    """
    documents = staged(tx, digest)
    _lock(tx)
    before = latest(tx)
    if (None if before is None else before.digest) != replaces:
        raise PolicyMoved("Another policy came into force meanwhile.", hint="Compare anew: seawall policy diff")
    return _publish(tx, documents, by=by, record=record, clock=clock)


def ensure_default(tx: Transaction, *, record: Write, clock: Clock) -> PolicyVersion:
    """Publish the default policy if none was published yet, and return what is in force."""
    # A lock only for the first start: two processes must not both find nothing.
    _lock(tx)
    return latest(tx) or _publish(tx, read(DEFAULT), by="seawall", record=record, clock=clock)


def latest(tx: Transaction) -> PolicyVersion | None:
    """Return the version that is in force, or None when nothing was published."""
    table = tables.versions
    row = tx.execute(select(table).order_by(table.c.version.desc()).limit(1)).mappings().first()
    return PolicyVersion(**row) if row else None


def versions(tx: Transaction, limit: int = 100) -> list[PolicyVersion]:
    """Return what was published, newest first."""
    table = tables.versions
    rows = tx.execute(select(table).order_by(table.c.version.desc()).limit(limit)).mappings()
    return [PolicyVersion(**row) for row in rows]


def find(tx: Transaction, wanted: str = "") -> PolicyVersion:
    """Return a version by number, digest or beginning of a digest; the one in force for nothing.

    Raises NoPolicy, NoSuchVersion and AmbiguousVersion.
    """
    if not wanted:
        found = latest(tx)
        if found is None:
            raise NoPolicy("No policy was published yet.", hint="seawall policy publish DIR")
        return found
    table = tables.versions
    chosen = select(table).order_by(table.c.version.desc())
    if wanted.isdecimal() and len(wanted) < _SHORTEST:
        chosen = chosen.where(table.c.version == int(wanted))
    elif len(wanted) >= _SHORTEST:
        chosen = chosen.where(table.c.digest.startswith(wanted.lower(), autoescape=True))
    else:
        chosen = chosen.where(text("false"))
    rows = tx.execute(chosen).mappings().all()
    if not rows:
        raise NoSuchVersion(f"No policy was published as {wanted!r}.", hint="seawall policy list shows what was.")
    if len({row["digest"] for row in rows}) > 1:
        raise AmbiguousVersion(f"Several policies begin with {wanted!r}.", hint="Write more of the digest.")
    return PolicyVersion(**rows[0])


def load_documents(tx: Transaction, wanted: str = "") -> Documents:
    """Return the documents of a version. Raises what `find` does, and VersionDamaged."""
    return _documents(tx, find(tx, wanted).digest)


def load_version(tx: Transaction, wanted: str = "") -> Edition:
    """Return the compiled policy of a version, which decides as it did then. Raises as `load_documents`."""
    found = find(tx, wanted)
    return compile_documents(_documents(tx, found.digest), version=found.version, digest=found.digest)


def _documents(tx: Transaction, digest: str) -> Documents:
    # Every version refers to its documents, so there is exactly one row.
    body: str = tx.execute(select(tables.documents.c.body).where(tables.documents.c.digest == digest)).scalar_one()
    if hashlib.sha256(body.encode()).hexdigest() != digest:
        raise VersionDamaged(
            f"The stored documents of policy {digest[:12]} are not those that were published.",
            hint="Restore the table policy_documents from a backup, or publish the policy again under a new version.",
        )
    try:
        return msgspec.json.decode(body, type=Documents)
    except msgspec.ValidationError as error:
        raise VersionDamaged(
            f"This release cannot read policy {digest[:12]}: {error}.", hint="Was it published by a later release?"
        ) from None


def _publish(tx: Transaction, documents: Documents, *, by: str, record: Write, clock: Clock) -> PolicyVersion:
    _lock(tx)
    digest = stage(tx, documents)
    before = latest(tx)
    if before is not None and before.digest == digest:
        return msgspec.structs.replace(before, changed=False)
    version = PolicyVersion(
        version=1 if before is None else before.version + 1,
        digest=digest,
        name=documents.policy.name,
        by=by,
        published_at=clock(),
    )
    row = msgspec.structs.asdict(version)
    del row["changed"]
    tx.execute(insert(tables.versions).values(row))
    published = PolicyPublished(
        version=version.version,
        digest=digest,
        name=version.name,
        previous=None if before is None else before.digest,
        by=by,
    )
    record(tx, published)
    notify(tx, CHANNEL, str(version.version))
    return version


def _lock(tx: Transaction) -> None:
    # Versions are numbered without gaps, and each names the one before it: one publisher at a time.
    tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(CHANNEL))))

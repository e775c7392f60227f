"""Which rules are in force: the host's files, or rules that two people agreed on, until the host's files change.

    put_in_force (at the start, from files) | stage -> agreed on -> put_staged;  follow: every process, by request

Both stand in the ledger. Whoever owns the host changes files, and that shows: `approved` is false for those.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.access.projects import Write
from seawall.access.rights.load import BadRights, composed
from seawall.access.rights.rights import Rights
from seawall.access.rights.tables import in_force, texts
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import Conflict
from seawall.vocabulary.records.people import RightsChanged


class RightsMoved(Conflict):
    """The rules in force are others than those that were to be replaced."""

    code = "access.rights_moved"


def put_in_force(
    tx: Transaction, rights: Rights, *, by: str, record: Write, clock: Clock, takes_over: bool = True
) -> bool:
    """Record that the host's rules hold from now on, where its files changed since it last did so; tell whether.

    Rules that two people agreed on hold until then. Without `takes_over` changed files do nothing. An update of
    Seawall makes other rules of the same files: those are recorded too.
    """
    _lock(tx)
    now, seen = _newest(tx), _newest(tx, in_force.c.approved.is_(False))
    if now is None or (takes_over and (seen is None or not _same(seen, rights))):
        _put(tx, rights, approved=False, by=by, record=record, clock=clock)
        return True
    held = staged(tx, now.texts)
    if held.digest != now.digest:
        _put(tx, held, approved=now.approved, by=by, record=record, clock=clock)
    return bool(held.digest != now.digest)


def stage(tx: Transaction, files: Mapping[str, str]) -> Rights:
    """Keep an operator's files under their digest and return the rules that they make. Raises BadRights."""
    made = composed(files)
    row = {"digest": made.files_digest, "body": made.files_body}
    tx.execute(upsert(texts).values(row).on_conflict_do_nothing())
    return made


def staged(tx: Transaction, digest: str) -> Rights:
    """Return the rules that were kept under a digest. Raises BadRights."""
    body = tx.scalar(select(texts.c.body).where(texts.c.digest == digest))
    if body is None or sha256(body.encode()).hexdigest() != digest:
        raise BadRights(f"No rules are kept as {digest[:12]}, or they were changed.", hint="Hand the files in again.")
    return composed(msgspec.json.decode(body, type=dict[str, str]))


def put_staged(tx: Transaction, digest: str, *, replaces: str, by: str, record: Write, clock: Clock) -> Rights:
    """Put kept rules in force that were agreed on. Raises BadRights, RightsMoved."""
    _lock(tx)
    if (holding(tx) or "") != replaces:
        raise RightsMoved("Other rules came into force meanwhile.", hint="Compare anew, and ask again.")
    made = staged(tx, digest)
    _put(tx, made, approved=True, by=by, record=record, clock=clock)
    return made


def holding(tx: Transaction) -> str | None:
    """Return the digest of the rules in force; None before the first start."""
    now = _newest(tx)
    return None if now is None else now.digest


def in_force_now(tx: Transaction) -> Rights:
    """Return the rules in force; Seawall's own before the first start. Raises BadRights."""
    now = _newest(tx)
    return composed({}) if now is None else staged(tx, now.texts)


def follow(tx: Transaction, rights: Rights) -> None:
    """Let a process's rules become those in force, where they are others. Raises BadRights."""
    now = _newest(tx)
    if now is None or now.digest == rights.digest:
        return
    held = staged(tx, now.texts)
    if held.digest != rights.digest:
        rights.follow(held)


def _newest(tx: Transaction, which: Any = None) -> Row[Any] | None:
    found = select(in_force).order_by(in_force.c.seq.desc()).limit(1)
    return tx.execute(found if which is None else found.where(which)).first()


def _same(row: Row[Any], rights: Rights) -> bool:
    same: bool = row.texts == rights.files_digest
    return same


def _lock(tx: Transaction) -> None:
    tx.exec_driver_sql("LOCK TABLE access_rights IN EXCLUSIVE MODE")


def _put(tx: Transaction, rights: Rights, *, approved: bool, by: str, record: Write, clock: Clock) -> None:
    before = holding(tx)
    stage(tx, rights.files)
    row = {"digest": rights.digest, "texts": rights.files_digest, "approved": approved, "at": clock()}
    tx.execute(insert(in_force).values(row))
    roles = tuple(sorted(rights.roles))
    record(tx, RightsChanged(digest=rights.digest, previous=before, roles=roles, approved=approved, by=by))

"""Which versions of the installation's secrets were put in force, by whom. The secrets themselves are files.

A file comes first, its row with the commit: a file without a row is a rotation that was cut off, and is finished.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import func, insert, select, text, update

from seawall.access.tables import secrets
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock

_LOCK = 0x5EA3A14


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a secret."""

    name: str
    version: int
    made_at: datetime
    made_by: str
    retired_at: datetime | None


def one_at_a_time(tx: Transaction) -> None:
    """Let no other process rotate until this transaction ends."""
    tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def in_force(tx: Transaction, name: str) -> int:
    """Return the newest version whose rotation was finished; the first was there from the beginning."""
    return tx.scalar(select(func.max(secrets.c.version)).where(secrets.c.name == name)) or 1


def put_in_force(tx: Transaction, name: str, version: int, *, by: str, clock: Clock) -> None:
    """Note that a version is in force from now on."""
    tx.execute(insert(secrets).values(name=name, version=version, made_at=clock(), made_by=by))


def retired(tx: Transaction, name: str, versions: Sequence[int], *, clock: Clock) -> None:
    """Note that versions were destroyed."""
    gone = (secrets.c.name == name) & secrets.c.version.in_(versions)
    tx.execute(update(secrets).where(gone).values(retired_at=clock()))


def history(tx: Transaction) -> list[Version]:
    """Return every rotation, by name and version."""
    rows = tx.execute(select(secrets).order_by(secrets.c.name, secrets.c.version)).mappings()
    return [Version(**row) for row in rows]

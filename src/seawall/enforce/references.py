"""What accounts share: a payment or a device that the operator names. Only a keyed digest of it is kept.

Without the secret nobody can tell what was named, nor try names. Accounts of one digest are linked, across keys and
projects; a link says that two share something, not that they are one person.
"""

from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from seawall.enforce.accounts import Write, lock, read_timeline
from seawall.enforce.climb import head
from seawall.enforce.errors import BadReference
from seawall.enforce.tables import accounts, references
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import AccountId
from seawall.vocabulary.records.enforce import ReferenceGiven
from seawall.vocabulary.standing import State

KINDS = ("payment", "device")
_SHORTEST, _LONGEST, _MOST = 6, 200, 50


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Another account, what it shares with the first, and where it is now."""

    account: AccountId
    key: str
    shares: tuple[str, ...]
    state: State


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """Which references an account has, which accounts share one, and how many known accounts its key has."""

    references: dict[str, int]
    linked: tuple[Link, ...]
    of_key: int


def checked(what: str, value: str) -> tuple[str, str]:
    """Return the purpose and the value that a reference is digested by. Raises BadReference."""
    if what not in KINDS:
        raise BadReference("is neither a payment nor a device")
    value = value.strip()
    if not _SHORTEST <= len(value) <= _LONGEST:
        raise BadReference(f"has {len(value)} characters")
    return f"account.{what}", value


def refer(
    tx: Transaction, account: AccountId, what: str, digest: bytes, *, through: str, record: Write, clock: Clock
) -> bool:
    """Note that an account has a reference, and tell whether that is news. Raises NoSuchAccount."""
    held = lock(tx, account)
    row = {"account": account, "what": what, "digest": digest, "at": clock()}
    entered = insert(references).values(row).on_conflict_do_nothing().returning(references.c.account)
    if tx.scalar(entered) is None:
        return False
    record(tx, ReferenceGiven(account=account, project=held.project, what=what, through=through))
    return True


def shared(tx: Transaction, account: AccountId, *, now: datetime, limit: int = _MOST) -> Shared:
    """Return what an account shares with others, at most `limit` of them."""
    mine = (
        select(references.c.what, func.count().label("n"))
        .where(references.c.account == account)
        .group_by(references.c.what)
    )
    key = select(accounts.c.key).where(accounts.c.id == account).scalar_subquery()
    return Shared(
        references={row.what: row.n for row in tx.execute(mine)},
        linked=linked(tx, account, now=now, limit=limit),
        of_key=tx.scalar(select(func.count()).where(accounts.c.key == key)) or 0,
    )


def linked(tx: Transaction, account: AccountId, *, now: datetime, limit: int = _MOST) -> tuple[Link, ...]:
    """Return the accounts that share a reference with one, by id."""
    ours, theirs = references.alias(), references.alias()
    same = (theirs.c.digest == ours.c.digest) & (theirs.c.what == ours.c.what) & (theirs.c.account != account)
    found = (
        select(accounts.c.id, accounts.c.key, accounts.c.timeline, func.array_agg(theirs.c.what.distinct()).label("s"))
        .select_from(ours.join(theirs, same).join(accounts, accounts.c.id == theirs.c.account))
        .where(ours.c.account == account)
        .group_by(accounts.c.id)
        .order_by(accounts.c.id)
        .limit(limit)
    )
    return tuple(
        Link(
            account=row.id,
            key=row.key,
            shares=tuple(sorted(row.s)),
            state=head(read_timeline(row.timeline), now).state,
        )
        for row in tx.execute(found)
    )

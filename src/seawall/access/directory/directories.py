"""Set up, find, rotate and end directories. A token is shown once, stored as its SHA-256, and runs out.

    add | rotate -> secret (once) -> authenticate -> Directory

Whoever makes a token could add people by it. So they vouch for whom the directory adds from then on, and the tokens
that others made end at once.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from seawall.access.directory.model import (
    BadDirectory,
    Directory,
    DirectoryNameTaken,
    Issued,
    NoSuchDirectory,
    Token,
    TokenRefused,
)
from seawall.access.directory.tables import directories, members, tokens
from seawall.access.people import Edges, Kind, people
from seawall.store import Transaction
from seawall.vocabulary.ids import DirectoryId, PersonId, new_id
from seawall.vocabulary.records.directories import DirectoryAdded, DirectoryEnded, DirectoryTaken, DirectoryTokenIssued

PREFIX = "swd_"
GOOD_FOR = timedelta(days=180)
LONGEST = timedelta(days=366)
OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=14)
TOUCH_AFTER = timedelta(minutes=1)
_SECRET_LENGTH = len(PREFIX) + len(secrets.token_urlsafe(32))


def add(
    tx: Transaction, edges: Edges, name: str, *, owner: str, by: str, good_for: timedelta = GOOD_FOR
) -> tuple[Directory, Issued]:
    """Set up a directory; return it with its first token. The owner is a human who vouches for whom it adds.

    Raises BadDirectory, DirectoryNameTaken, NoSuchPerson.
    """
    if not name.strip() or len(name) > 80 or not name.isprintable() or name.startswith("di_"):
        raise BadDirectory(f"A directory cannot have the name {name!r}.", hint="Up to 80 printable characters.")
    row = {"id": DirectoryId(new_id("di")), "name": name, "owner": _owner(tx, owner), "added_at": edges.clock()}
    try:
        with tx.begin_nested():
            tx.execute(insert(directories).values(row))
    except IntegrityError:
        raise DirectoryNameTaken(f"Another directory has the name {name!r}.", hint="Rotate or end that one.") from None
    made = find(tx, str(row["id"]))
    edges.record(tx, DirectoryAdded(directory=made.id, owner=made.owner, by=by))
    return made, _issue(tx, edges, made, by, good_for, edges.clock())


def rotate(
    tx: Transaction,
    edges: Edges,
    directory: str,
    *,
    by: str,
    good_for: timedelta = GOOD_FOR,
    overlap: timedelta = OVERLAP,
) -> Issued:
    """Make a new token; the one before works on for `overlap`. Raises NoSuchDirectory, BadDirectory.

    Made by another human than the owner it ends the others at once, and that human owns the directory from then on.
    """
    found, now = _locked(tx, directory), edges.clock()
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise BadDirectory(f"Two tokens cannot overlap for {overlap}.", hint=f"Up to {LONGEST_OVERLAP.days} days.")
    maker = people.human_of(tx, by)
    if maker is not None and maker != people.human_of(tx, found.owner):
        owner = _owner(tx, by)
        tx.execute(update(directories).where(directories.c.id == found.id).values(owner=owner))
        edges.record(tx, DirectoryTaken(directory=found.id, owner=owner, by=by))
        overlap = timedelta(0)
    _end_tokens(tx, found.id, now, now + overlap)
    return _issue(tx, edges, found, by, good_for, now + overlap)


def end(tx: Transaction, edges: Edges, directory: str, *, by: str) -> Directory:
    """Let a directory change nothing any more; its people stay as they are. Raises NoSuchDirectory."""
    found, now = _locked(tx, directory), edges.clock()
    tx.execute(update(directories).where(directories.c.id == found.id).values(ended_at=now))
    tx.execute(update(tokens).where(tokens.c.directory == found.id).values(ends_at=func.least(tokens.c.ends_at, now)))
    edges.record(tx, DirectoryEnded(directory=found.id, people=people_of(tx, found.id), by=by))
    return find(tx, found.id, ended=True)


def find(tx: Transaction, directory: str, *, ended: bool = False) -> Directory:
    """Return a directory by id or name. Raises NoSuchDirectory."""
    named = (directories.c.id == directory) | (directories.c.name == directory)
    if not ended:
        named &= directories.c.ended_at.is_(None)
    row = tx.execute(select(directories).where(named).order_by(directories.c.id.desc())).first()
    if row is None:
        raise NoSuchDirectory(directory)
    return Directory(**row._mapping)


def every(tx: Transaction) -> list[Directory]:
    """Return all directories, those that ended too, in the order in which they were set up."""
    return [Directory(**row._mapping) for row in tx.execute(select(directories).order_by(directories.c.id))]


def people_of(tx: Transaction, directory: str) -> int:
    """Return how many people a directory has here."""
    mine = (members.c.directory == directory) & members.c.deleted_at.is_(None)
    return tx.scalar(select(func.count()).select_from(members).where(mine)) or 0


def working(tx: Transaction, directory: str, now: datetime) -> list[Token]:
    """Return the tokens of a directory that work, oldest first."""
    mine = (tokens.c.directory == directory) & (tokens.c.ends_at > now)
    found = tx.execute(select(tokens).where(mine).order_by(tokens.c.issued_at, tokens.c.id))
    return [Token(**{name: getattr(row, name) for name in Token.__struct_fields__}) for row in found]


def seen_at(tx: Transaction, directory: str) -> datetime | None:
    """Return when a directory last called, by whichever token; None where it never did."""
    found: datetime | None = tx.scalar(select(func.max(tokens.c.used_at)).where(tokens.c.directory == directory))
    return found


def authenticate(tx: Transaction, edges: Edges, secret: str) -> Directory:
    """Return whose token it is. Raises TokenRefused."""
    if len(secret) != _SECRET_LENGTH or not secret.startswith(PREFIX):
        raise TokenRefused
    now = edges.clock()
    mine = (tokens.c.hash == digest(secret)) & (tokens.c.ends_at > now) & directories.c.ended_at.is_(None)
    found = select(directories, tokens.c.id.label("token"), tokens.c.used_at).join(tokens).where(mine)
    row = tx.execute(found).first()
    if row is None:
        raise TokenRefused
    if row.used_at is None or now - row.used_at >= TOUCH_AFTER:
        tx.execute(update(tokens).where(tokens.c.id == row.token).values(used_at=now))
    return Directory(**{name: getattr(row, name) for name in Directory.__struct_fields__})


def lock(tx: Transaction, directory: str) -> None:
    """Let nobody else change what this directory has, until the transaction ends. Raises TokenRefused if it ended."""
    mine = (directories.c.id == directory) & directories.c.ended_at.is_(None)
    if tx.execute(select(directories.c.id).where(mine).with_for_update(key_share=True)).first() is None:
        raise TokenRefused


def digest(secret: str) -> bytes:
    """Return what is stored of a token."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _issue(
    tx: Transaction, edges: Edges, directory: Directory, by: str, good_for: timedelta, others_end_at: datetime
) -> Issued:
    if not timedelta(hours=1) <= good_for <= LONGEST:
        raise BadDirectory(f"A token cannot be good for {good_for}.", hint=f"1 hour to {LONGEST.days} days.")
    secret, now = PREFIX + secrets.token_urlsafe(32), edges.clock()
    row = {"id": new_id("dt"), "directory": directory.id, "hash": digest(secret), "issued_by": by, "issued_at": now}
    tx.execute(insert(tokens).values(row | {"ends_at": now + good_for}))
    made = Issued(directory=directory.id, secret=secret, ends_at=now + good_for, others_end_at=others_end_at)
    edges.record(
        tx,
        DirectoryTokenIssued(
            directory=directory.id,
            token=str(row["id"]),
            ends_at=made.ends_at.isoformat(),
            others_end_at=others_end_at.isoformat(),
            by=by,
        ),
    )
    return made


def _end_tokens(tx: Transaction, directory: str, now: datetime, until: datetime) -> None:
    """Let the newest token work until then, and every other one no more: never more than two work."""
    newest = [each.id for each in working(tx, directory, now)[-1:]]
    mine = tokens.c.directory == directory
    older = mine & tokens.c.id.not_in(newest)
    tx.execute(update(tokens).where(older).values(ends_at=func.least(tokens.c.ends_at, now)))
    tx.execute(update(tokens).where(mine).values(ends_at=func.least(tokens.c.ends_at, until)))


def _locked(tx: Transaction, directory: str) -> Directory:
    found = find(tx, directory)
    lock(tx, found.id)
    return find(tx, found.id)


def _owner(tx: Transaction, person: str) -> PersonId:
    known = people.find(tx, person)
    if known.kind is not Kind.PERSON or not known.active:
        raise BadDirectory(
            f"{person} cannot vouch for a directory.", hint="Its owner is an active person, no service account."
        )
    return known.id

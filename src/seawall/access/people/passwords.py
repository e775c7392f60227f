"""Passwords, for the first administrator of an instance that has no identity provider: Argon2id (RFC 9106)."""

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from seawall.access.people import attempts
from seawall.access.people.edges import Edges
from seawall.access.people.model import BadPerson, Kind, Person, Source
from seawall.access.people.people import find, find_by_address, refuse_others
from seawall.access.people.proofs import Attempted, Proof, SignInRefused, Way
from seawall.access.people.tables import passwords, people
from seawall.store import Transaction
from seawall.vocabulary.records.people import FactorEnrolled, FactorRemoved

SHORTEST, LONGEST = 14, 1024
_hasher = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)
# Checked in place of a missing one, so that an unknown address takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody has this password")


def set_password(tx: Transaction, edges: Edges, person: str, password: str, *, by: str) -> None:
    """Set the password of the first administrator. Raises NoSuchPerson, BadPerson."""
    known = find(tx, person)
    refuse_others(tx, known, by)
    if not offered(tx, known):
        raise BadPerson(
            f"{person} does not sign in with a password here: only the first administrator does.",
            hint="Add a passkey, or sign in with your organisation's provider.",
        )
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPerson(f"The password has {len(password)} characters.", hint=f"Take {SHORTEST} to {LONGEST}.")
    row = {"person": known.id, "hash": _hasher.hash(password), "set_at": edges.clock()}
    tx.execute(insert(passwords).values(row).on_conflict_do_update(index_elements=["person"], set_=row))
    edges.record(tx, FactorEnrolled(person=known.id, factor=known.id, way=Way.PASSWORD, by=by))


def offered(tx: Transaction, person: Person) -> bool:
    """Tell whether somebody may have a password: the first person of an instance, whom nobody else can prove yet."""
    if person.source is not Source.LOCAL or person.kind is not Kind.PERSON:
        return False
    first = select(people.c.id).where(people.c.kind == Kind.PERSON).order_by(people.c.added_at, people.c.id).limit(1)
    return tx.scalar(first) == person.id


def remove_password(tx: Transaction, edges: Edges, person: str, *, by: str) -> None:
    """Let nobody sign in as this person with a password; nothing happens where there is none. Raises NoSuchPerson."""
    known = find(tx, person)
    if tx.execute(delete(passwords).where(passwords.c.person == known.id)).rowcount:
        edges.record(
            tx, FactorRemoved(person=known.id, factor=known.id, way=Way.PASSWORD, reason_code="removed", by=by)
        )


def set_at(tx: Transaction, person: str) -> datetime | None:
    """Return since when a person has their password; None where they have none."""
    found: datetime | None = tx.scalar(select(passwords.c.set_at).where(passwords.c.person == person))
    return found


def check_password(tx: Transaction, edges: Edges, address: str, password: str) -> Attempted:
    """Return the proof that somebody knows the password of an address, or the refusal."""
    known = find_by_address(tx, edges, address)
    if known is None or len(password) > LONGEST:
        _matches(_NOBODY, password[:LONGEST])
        return SignInRefused()
    # Whatever the reason, the refusal is the one for an unknown address, and takes as long.
    if attempts.locked(tx, edges, known.id, Way.PASSWORD):
        _matches(_NOBODY, password)
        return SignInRefused()
    kept = tx.scalar(select(passwords.c.hash).where(passwords.c.person == known.id))
    if not (_matches(kept or _NOBODY, password) and kept and known.active):
        attempts.failed(tx, edges, known.id, Way.PASSWORD)
        return SignInRefused()
    attempts.succeeded(tx, known.id, Way.PASSWORD)
    if _hasher.check_needs_rehash(kept):
        tx.execute(update(passwords).where(passwords.c.person == known.id).values(hash=_hasher.hash(password)))
    return Proof(person=known.id, way=Way.PASSWORD, at=edges.clock())


def _matches(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False

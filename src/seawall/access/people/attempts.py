"""Bound how often somebody may guess: five failures close a way for fifteen minutes, longer each time after.

The count belongs to the person and the way, not to an address of the network, which an attacker changes.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from seawall.access.people.edges import Edges
from seawall.access.people.proofs import SignInRefused, Way
from seawall.access.people.tables import attempts
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId
from seawall.vocabulary.records import people as records

FREE = 5
LOCK = timedelta(minutes=15)
LONGEST = timedelta(hours=24)


def locked(tx: Transaction, edges: Edges, person: PersonId, way: Way) -> SignInRefused | None:
    """Take the person's row for this way, so that guesses wait for each other, and tell whether it is closed."""
    fresh = {"person": person, "way": way, "failures": 0, "since": edges.clock()}
    tx.execute(insert(attempts).values(fresh).on_conflict_do_nothing())
    until = tx.scalar(select(attempts.c.locked_until).where(_mine(person, way)).with_for_update())
    return _closed(until) if until is not None and edges.clock() < until else None


def failed(tx: Transaction, edges: Edges, person: PersonId, way: Way) -> SignInRefused:
    """Count a failure, record it, and return the refusal."""
    count = tx.scalar(
        update(attempts)
        .where(_mine(person, way))
        .values(failures=attempts.c.failures + 1)
        .returning(attempts.c.failures)
    )
    until = edges.clock() + min(LOCK * 2 ** min(count // FREE - 1, 10), LONGEST) if count % FREE == 0 else None
    if until is not None:
        tx.execute(update(attempts).where(_mine(person, way)).values(locked_until=until))
    edges.record(tx, records.SignInRefused(person=person, way=way, locked_until=until.isoformat() if until else None))
    return SignInRefused() if until is None else _closed(until)


def succeeded(tx: Transaction, person: PersonId, way: Way) -> None:
    """Forget the failures."""
    tx.execute(delete(attempts).where(_mine(person, way)))


def _mine(person: PersonId, way: Way) -> ColumnElement[bool]:
    return (attempts.c.person == person) & (attempts.c.way == way)


def _closed(until: datetime) -> SignInRefused:
    return SignInRefused(
        f"Too many failures: this way is closed until {until:%H:%M} UTC.", hint="Wait, or use another way."
    )

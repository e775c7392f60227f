"""Sessions: a random token of 256 bits, stored hashed, bound to its browser, rotated, and revocable everywhere.

    begin -> token (once) -> find -> rotate -> ... -> end | revoke | run out

A token that was replaced still works for a minute, for requests that were under way. Used later it is a stolen one,
and the session ends.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import insert, or_, select, update

from seawall.access.people.edges import Edges
from seawall.access.people.proofs import Proof
from seawall.access.people.tables import sessions
from seawall.store import Transaction
from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.vocabulary.ids import PersonId, SessionId, new_id
from seawall.vocabulary.records.people import SessionBegun, SessionProven, SessionRevoked

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
ROTATE_AFTER = timedelta(minutes=10)
GRACE = timedelta(minutes=1)
TOUCH_AFTER = timedelta(minutes=1)


class SessionEnded(SeawallError):
    """There is no such session any more."""

    code, status = "access.session_ended", 401

    def __init__(self, message: str = "You are not signed in.") -> None:
        super().__init__(message, hint="Sign in again.")


class WrongPerson(InvalidInput):
    """A proof belongs to somebody else than the session, or to nobody."""

    code = "access.wrong_person"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, and what they proved."""

    id: SessionId
    person: PersonId
    proofs: tuple[Proof, ...]
    vouched_by: PersonId | None
    token: bytes
    previous: bytes | None
    bound_to: bytes
    begun_at: datetime
    seen_at: datetime
    rotated_at: datetime
    ends_at: datetime

    def wants_touch(self, now: datetime) -> bool:
        """Tell whether it should be written down that this session is in use."""
        return now - self.seen_at >= TOUCH_AFTER

    def wants_rotation(self, now: datetime) -> bool:
        """Tell whether the token should be replaced."""
        return now - self.rotated_at >= ROTATE_AFTER


def begin(tx: Transaction, edges: Edges, proofs: tuple[Proof, ...], *, bound_to: str) -> tuple[Session, str]:
    """Begin a session on proofs of one person; return it and its token, which nothing can show again.

    `bound_to` is what the browser keeps sending, such as its user agent. Raises WrongPerson.
    """
    if len({proof.person for proof in proofs}) != 1:
        raise WrongPerson("A session begins on what one person proved.", hint="Prove it again, all as one person.")
    now, token = edges.clock(), secrets.token_urlsafe(32)
    made = Session(
        id=SessionId(new_id("se")),
        person=proofs[0].person,
        proofs=proofs,
        vouched_by=next((proof.vouched_by for proof in proofs if proof.vouched_by), None),
        token=digest(token),
        previous=None,
        bound_to=digest(bound_to),
        begun_at=now,
        seen_at=now,
        rotated_at=now,
        ends_at=now + LONGEST,
    )
    tx.execute(insert(sessions).values(_row(made)))
    ways = tuple(proof.way for proof in proofs)
    edges.record(tx, SessionBegun(session=made.id, person=made.person, ways=ways, ends_at=made.ends_at.isoformat()))
    return made, token


def find(tx: Transaction, token: str, bound_to: str, now: datetime) -> Session:
    """Return the session of a token, from the database. Raises SessionEnded."""
    known = digest(token)
    mine = or_(sessions.c.token == known, sessions.c.previous == known) & sessions.c.ended_at.is_(None)
    row = tx.execute(select(sessions).where(mine)).first()
    if row is None:
        raise SessionEnded
    return judged(_session(row), known, digest(bound_to), now)


def judged(session: Session, token: bytes, bound_to: bytes, now: datetime) -> Session:
    """Return a session that holds for this token, browser and moment. Raises SessionEnded."""
    if now >= session.ends_at:
        raise SessionEnded("This session has run its time.")
    if now - session.seen_at >= IDLE:
        raise SessionEnded("This session was not used for a while.")
    if not secrets.compare_digest(session.bound_to, bound_to):
        raise SessionEnded("This session belongs to another browser.")
    if token != session.token and now - session.rotated_at > GRACE:
        raise TokenReused(session)
    return session


class TokenReused(SessionEnded):
    """A token came that was replaced a while ago: somebody else has it. Whoever catches this revokes the session."""

    code = "access.token_reused"

    def __init__(self, session: Session) -> None:
        super().__init__("This session was used from two places.")
        self.session = session


def touch(tx: Transaction, edges: Edges, session: SessionId) -> None:
    """Note that a session is in use."""
    live = (sessions.c.id == session) & sessions.c.ended_at.is_(None)
    tx.execute(update(sessions).where(live).values(seen_at=edges.clock()))


def rotate(tx: Transaction, edges: Edges, session: Session) -> str | None:
    """Replace the token and return the new one; None where another request has just done so."""
    token, now = secrets.token_urlsafe(32), edges.clock()
    same = (sessions.c.id == session.id) & (sessions.c.token == session.token) & sessions.c.ended_at.is_(None)
    new = {"token": digest(token), "previous": session.token, "rotated_at": now, "seen_at": now}
    if not tx.execute(update(sessions).where(same).values(new)).rowcount:
        return None
    return token


def prove(tx: Transaction, edges: Edges, session: Session, proof: Proof) -> str:
    """Add a proof to a session and return its new token, as its rights grew. Raises WrongPerson, SessionEnded."""
    if proof.person != session.person:
        raise WrongPerson("That was proven by somebody else.", hint="Sign out, then sign in as that person.")
    kept = (*(each for each in session.proofs if each.way is not proof.way), proof)
    token = rotate(tx, edges, session)
    if token is None:
        raise SessionEnded("This session changed meanwhile.")
    tx.execute(update(sessions).where(sessions.c.id == session.id).values(proofs=msgspec.to_builtins(kept)))
    edges.record(tx, SessionProven(session=session.id, person=session.person, way=proof.way))
    return token


def revoke(tx: Transaction, edges: Edges, session: str, *, by: str, reason_code: str) -> bool:
    """End a session everywhere; tell whether there was one to end."""
    return bool(_end(tx, edges, sessions.c.id == session, by, reason_code))


def revoke_all(tx: Transaction, edges: Edges, person: str, *, by: str, reason_code: str) -> int:
    """End every session of a person everywhere; return how many."""
    return _end(tx, edges, sessions.c.person == person, by, reason_code)


def live(tx: Transaction, now: datetime, session: str | None = None, person: str | None = None) -> list[Session]:
    """Return the sessions that have not ended, of all, of one person, or that one."""
    found = select(sessions).where(sessions.c.ended_at.is_(None), sessions.c.ends_at > now).order_by(sessions.c.id)
    if session is not None:
        found = found.where(sessions.c.id == session)
    if person is not None:
        found = found.where(sessions.c.person == person)
    return [_session(row) for row in tx.execute(found)]


def digest(token: str) -> bytes:
    """Return what is stored of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def _end(tx: Transaction, edges: Edges, which: Any, by: str, reason_code: str) -> int:
    values = {"ended_at": edges.clock(), "ended_why": reason_code}
    open_ones = update(sessions).where(which, sessions.c.ended_at.is_(None)).values(values)
    ended = tx.execute(open_ones.returning(sessions.c.id, sessions.c.person)).all()
    for row in ended:
        edges.record(tx, SessionRevoked(session=row.id, person=row.person, reason_code=reason_code, by=by))
    return len(ended)


def _row(session: Session) -> dict[str, Any]:
    return msgspec.structs.asdict(session) | {"proofs": msgspec.to_builtins(session.proofs)}


def _session(row: Any) -> Session:
    fields = {field: getattr(row, field) for field in Session.__struct_fields__ if field != "proofs"}
    return Session(**fields, proofs=msgspec.convert(row.proofs, tuple[Proof, ...]))

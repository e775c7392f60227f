"""Let a program in that has no browser (RFC 8628): it shows a code, a person types it where they are signed in.

    ask -> show the user code -> decide (by a signed-in person) -> poll -> a session of that person of its own

Both codes are random, kept as digests, good for ten minutes and once. A new session rests on the word of the person
alone: no passkey comes with it, as whoever is talked into typing a code must not hand out more than that. A program
that is in already can ask the same way for its session to be proven anew: the same person decides, with a passkey.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from seawall.access.people import Edges, Kind, Person, Proof, Session, SignInRefused, Way, attempts, people, sessions
from seawall.access.people.proofs import require_passkey
from seawall.access.people.sessions import WrongPerson, digest
from seawall.access.sign_in.tables import devices
from seawall.store import Database, Transaction
from seawall.vocabulary.errors import Conflict, SeawallError
from seawall.vocabulary.ids import PersonId, new_id
from seawall.vocabulary.records.sign_in import DeviceDecided

GOOD_FOR = timedelta(minutes=10)
PROVEN_WITHIN = timedelta(minutes=5)
INTERVAL_S = 5
# No vowels, so that no word comes about, and nothing that looks like a digit: 20 ** 8 codes.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
LETTERS_IN_A_CODE = 8
MOST_WAITING, MOST_FROM_ONE = 2000, 50
_LONGEST_PROGRAM = 120


class State(StrEnum):
    """Where a request of a program stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"
    USED = "used"


class Refusal(StrEnum):
    """Why a program does not have its session, in the words of RFC 8628."""

    PENDING = "authorization_pending"
    SLOW_DOWN = "slow_down"
    EXPIRED = "expired_token"
    DENIED = "access_denied"


class TooManyWaiting(SeawallError):
    """More programs wait to be let in than are kept."""

    code, status = "sign_in.too_many_waiting", 429

    def __init__(self) -> None:
        super().__init__("Too many programs wait to be let in.", hint="Wait ten minutes, or finish those that wait.")


class NotFromHere(Conflict):
    """A program lets no other program in."""

    code = "sign_in.not_from_here"

    def __init__(self) -> None:
        super().__init__("Programs let no programs in.", hint="Approve it in a browser, signed in as a person.")


class Codes(msgspec.Struct, frozen=True, kw_only=True):
    """What a program is given: `device_code` is its own, `user_code` is for showing."""

    device_code: str
    user_code: str
    ends_at: datetime


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A program that waits to be let in, or to be proven where `proves`, as the person sees it who decides."""

    id: str
    program: str
    proves: bool
    asked_at: datetime
    ends_at: datetime


def ask(tx: Transaction, edges: Edges, *, program: str, asked_from: str, session: Session | None = None) -> Codes:
    """Return codes for a program. `program` is what it calls itself, and has to go on doing.

    `session` is one of the program's that is to be proven anew. Raises TooManyWaiting.
    """
    now, sender = edges.clock(), edges.keyed("device_from", asked_from)
    tx.execute(delete(devices).where(devices.c.ends_at < now))
    if _count(tx) >= MOST_WAITING or _count(tx, devices.c.asked_from == sender) >= MOST_FROM_ONE:
        raise TooManyWaiting
    code, shown = secrets.token_urlsafe(32), "".join(secrets.choice(LETTERS) for _ in range(LETTERS_IN_A_CODE))
    row: dict[str, Any] = {"id": new_id("de"), "device_code": digest(code), "user_code": _user_digest(edges, shown)}
    row |= {"program": _printable(program), "bound_to": digest(program), "asked_from": sender, "state": State.WAITING}
    row |= {"session": session.id if session is not None else None, "interval_s": INTERVAL_S}
    tx.execute(insert(devices).values(row | {"asked_at": now, "ends_at": now + GOOD_FOR}))
    return Codes(device_code=code, user_code=f"{shown[:4]}-{shown[4:]}", ends_at=now + GOOD_FOR)


def waiting(database: Database, edges: Edges, user_code: str, by: Session) -> Device:
    """Return the program that waits with a code. A wrong code counts as a guess. Raises SignInRefused, NotFromHere."""
    return _guarded(database, edges, user_code, by, lambda tx, row: None)


def decide(database: Database, edges: Edges, user_code: str, by: Session, *, approved: bool) -> Device:
    """Let the program that waits with a code in as a person, or refuse it.

    Raises SignInRefused, NotFromHere; where it wants its session proven, StepUpNeeded and WrongPerson.
    """

    def change(tx: Transaction, row: Row[Any]) -> None:
        values: dict[str, Any] = {"state": State.APPROVED if approved else State.DENIED, "person": by.person}
        if approved and row.session is not None:
            values["proof"] = msgspec.to_builtins(_passkey(tx, edges, row, by))
        tx.execute(update(devices).where(devices.c.id == row.id).values(values))
        edges.record(tx, DeviceDecided(person=by.person, device=row.id, approved=approved, by=by.person))

    return _guarded(database, edges, user_code, by, change)


def poll(tx: Transaction, edges: Edges, device_code: str, *, program: str) -> tuple[Session, str] | Refusal:
    """Return the session of a program that was let in and its new token, once; or why there is none."""
    mine = (devices.c.device_code == digest(device_code)) & (devices.c.bound_to == digest(program))
    row, now = tx.execute(select(devices).where(mine).with_for_update()).first(), edges.clock()
    if row is None or now >= row.ends_at or row.state == State.USED:
        return Refusal.EXPIRED
    if row.polled_at is not None and now - row.polled_at < timedelta(seconds=row.interval_s):
        tx.execute(update(devices).where(devices.c.id == row.id).values(polled_at=now, interval_s=row.interval_s + 5))
        return Refusal.SLOW_DOWN
    tx.execute(update(devices).where(devices.c.id == row.id).values(polled_at=now))
    if row.state == State.DENIED:
        return Refusal.DENIED
    if row.state == State.WAITING:
        return Refusal.PENDING
    return _let_in(tx, edges, row, program)


def _let_in(tx: Transaction, edges: Edges, row: Row[Any], program: str) -> tuple[Session, str] | Refusal:
    tx.execute(update(devices).where(devices.c.id == row.id).values(state=State.USED))
    if not people.find(tx, row.person).active:
        return Refusal.DENIED
    if row.session is not None:
        return _proven(tx, edges, row)
    proof = Proof(person=PersonId(row.person), way=Way.DEVICE, at=edges.clock(), factor=row.id)
    return sessions.begin(tx, edges, (proof,), bound_to=program)


def _proven(tx: Transaction, edges: Edges, row: Row[Any]) -> tuple[Session, str] | Refusal:
    """Add the proof to the program's session, if that is still there."""
    found = sessions.live(tx, edges.clock(), session=row.session)
    if not found:
        return Refusal.DENIED
    token = sessions.prove(tx, edges, found[0], msgspec.convert(row.proof, Proof))
    return found[0], token


def _passkey(tx: Transaction, edges: Edges, row: Row[Any], by: Session) -> Proof:
    """Return the passkey that the person used lately, for a session of their own. Raises StepUpNeeded, WrongPerson."""
    owner = sessions.live(tx, edges.clock(), session=row.session)
    if not owner or owner[0].person != by.person:
        raise WrongPerson("That program is not signed in as you.", hint="Whoever it is signed in as decides.")
    require_passkey(by.proofs, edges.clock(), PROVEN_WITHIN)
    return max((each for each in by.proofs if each.way is Way.PASSKEY and each.verified), key=lambda each: each.at)


def _guarded(
    database: Database, edges: Edges, user_code: str, by: Session, act: Callable[[Transaction, Row[Any]], None]
) -> Device:
    """Find a program by its code, count what was guessed, and act on it, in one transaction that is kept."""
    with database.begin() as tx:
        _refuse_programs(people.find(tx, by.person), by)
        found = _found(tx, edges, user_code, by.person)
        if not isinstance(found, SignInRefused):
            act(tx, found)
    if isinstance(found, SignInRefused):
        raise found
    return Device(
        id=found.id,
        program=found.program,
        proves=found.session is not None,
        asked_at=found.asked_at,
        ends_at=found.ends_at,
    )


def _found(tx: Transaction, edges: Edges, user_code: str, person: PersonId) -> Row[Any] | SignInRefused:
    if closed := attempts.locked(tx, edges, person, Way.DEVICE):
        return closed
    mine = (devices.c.user_code == _user_digest(edges, user_code)) & (devices.c.state == State.WAITING)
    row = tx.execute(select(devices).where(mine, devices.c.ends_at > edges.clock()).with_for_update()).first()
    if row is None:
        return attempts.failed(tx, edges, person, Way.DEVICE)
    attempts.succeeded(tx, person, Way.DEVICE)
    return row


def _refuse_programs(person: Person, by: Session) -> None:
    # What a program proved by passkey it has from a browser: it is still a program.
    programs = {Way.DEVICE, Way.TOKEN}
    if person.kind is not Kind.PERSON or any(proof.way in programs for proof in by.proofs):
        raise NotFromHere


def _count(tx: Transaction, which: ColumnElement[bool] | None = None) -> int:
    counted = select(func.count()).select_from(devices)
    return tx.scalar(counted if which is None else counted.where(which)) or 0


def _user_digest(edges: Edges, user_code: str) -> bytes:
    return edges.keyed("user_code", "".join(each for each in user_code.upper() if each in LETTERS))


def _printable(program: str) -> str:
    return "".join(each for each in program if each.isprintable())[:_LONGEST_PROGRAM] or "a program without a name"

"""Codes of an authenticator app (RFC 6238): thirty seconds, six digits, one step of drift. No step counts twice."""

import hmac
from datetime import datetime

import msgspec
import pyotp
from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from seawall.access.people import attempts
from seawall.access.people.edges import Edges
from seawall.access.people.model import PersonInactive
from seawall.access.people.people import find
from seawall.access.people.proofs import Attempted, Proof, Way
from seawall.access.people.tables import totp
from seawall.access.projects import CHANNEL
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vocabulary.ids import ItemId, PersonId, new_id
from seawall.vocabulary.records.people import FactorEnrolled, FactorRemoved
from seawall.vocabulary.retention import Retention

STEP_S = 30


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A secret that is shown once, to be entered in an app, and its address for a QR code."""

    secret: str
    address: str


def begin_totp(tx: Transaction, edges: Edges, person: str, *, issuer: str, label: str) -> Begun:
    """Make a new secret, which counts once a code of it was shown. Raises NoSuchPerson, PersonInactive."""
    known = find(tx, person)
    if not known.active:
        raise PersonInactive(person)
    _forget(tx, edges, known.id)
    secret = pyotp.random_base32()
    item = edges.vault.put(tx, secret.encode(), owner=known.id, retention=Retention.CREDENTIAL)
    row = {"person": known.id, "id": new_id("to"), "secret": item, "last_step": 0, "begun_at": edges.clock()}
    tx.execute(insert(totp).values(row))
    return Begun(secret=secret, address=pyotp.TOTP(secret).provisioning_uri(name=label, issuer_name=issuer))


def check_code(tx: Transaction, edges: Edges, person: PersonId, code: str, *, by: str | None = None) -> Attempted:
    """Return the proof that somebody has the app of a person, or the refusal. The first one enrols it."""
    if closed := attempts.locked(tx, edges, person, Way.CODE):
        return closed
    row = tx.execute(select(totp).where(totp.c.person == person).with_for_update()).first()
    step = None if row is None or not find(tx, person).active else _step(edges, tx, row, code)
    if row is None or step is None:
        return attempts.failed(tx, edges, person, Way.CODE)
    tx.execute(update(totp).where(totp.c.person == person).values(last_step=step))
    attempts.succeeded(tx, person, Way.CODE)
    if row.enrolled_at is None:
        tx.execute(update(totp).where(totp.c.person == person).values(enrolled_at=edges.clock()))
        edges.record(tx, FactorEnrolled(person=person, factor=row.id, way=Way.CODE, by=by or person))
        notify(tx, CHANNEL, person)
    return Proof(person=person, way=Way.CODE, at=edges.clock(), factor=row.id)


def remove_totp(tx: Transaction, edges: Edges, person: PersonId, *, by: str, reason_code: str = "removed") -> None:
    """Let codes of the person's app count no more; nothing happens where there is none."""
    factor = tx.scalar(select(totp.c.id).where(totp.c.person == person))
    if factor is not None:
        _forget(tx, edges, person)
        edges.record(tx, FactorRemoved(person=person, factor=factor, way=Way.CODE, reason_code=reason_code, by=by))


def enrolled_at(tx: Transaction, person: str) -> datetime | None:
    """Return since when codes of a person's app count; None where they do not."""
    found: datetime | None = tx.scalar(select(totp.c.enrolled_at).where(totp.c.person == person))
    return found


def _forget(tx: Transaction, edges: Edges, person: PersonId) -> None:
    item = tx.scalar(delete(totp).where(totp.c.person == person).returning(totp.c.secret))
    if item is not None:
        notify(tx, CHANNEL, person)
        edges.vault.erase(tx, ItemId(item), by=person, reason_code="factor_replaced")


def _step(edges: Edges, tx: Transaction, row: Row[tuple[object, ...]], code: str) -> int | None:
    """Return the time step that a code is of, unless that one or a later one was used."""
    made = pyotp.TOTP(edges.vault.get(tx, ItemId(row.secret)).decode(), interval=STEP_S)
    given = code.replace(" ", "").encode("utf-8", "surrogatepass")
    found = [step for step in _steps(edges.clock()) if hmac.compare_digest(made.generate_otp(step).encode(), given)]
    return next((step for step in found if step > row.last_step), None)


def _steps(now: datetime) -> tuple[int, int, int]:
    present = int(now.timestamp()) // STEP_S
    return present - 1, present, present + 1

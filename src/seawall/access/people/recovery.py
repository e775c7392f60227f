"""Recovery codes: ten of eighty random bits, shown once, each good once. A new set ends the old one."""

import base64
import secrets

from sqlalchemy import delete, func, insert, select, update

from seawall.access.people import attempts
from seawall.access.people.edges import Edges
from seawall.access.people.people import find, refuse_others
from seawall.access.people.proofs import Attempted, Proof, Way
from seawall.access.people.tables import recovery_codes
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId, new_id
from seawall.vocabulary.records.people import FactorEnrolled

_COUNT = 10


def issue_codes(tx: Transaction, edges: Edges, person: str, *, by: str) -> list[str]:
    """Return a new set of codes, which nothing can show again. Raises NoSuchPerson, BadPerson."""
    known = find(tx, person)
    refuse_others(tx, known, by)
    tx.execute(delete(recovery_codes).where(recovery_codes.c.person == known.id))
    codes = [_code() for _ in range(_COUNT)]
    now = edges.clock()
    tx.execute(
        insert(recovery_codes),
        [{"hash": _digests(edges, known.id, code)[0], "person": known.id, "issued_at": now} for code in codes],
    )
    edges.record(tx, FactorEnrolled(person=known.id, factor=new_id("rc"), way=Way.RECOVERY, by=by))
    return codes


def check_recovery(tx: Transaction, edges: Edges, person: PersonId, code: str) -> Attempted:
    """Return the proof that somebody has an unused recovery code of a person, or the refusal; the code is used up."""
    if closed := attempts.locked(tx, edges, person, Way.RECOVERY):
        return closed
    mine = recovery_codes.c.hash.in_(_digests(edges, person, code)) & recovery_codes.c.used_at.is_(None)
    used = tx.execute(update(recovery_codes).where(mine).values(used_at=edges.clock())).rowcount
    if not used or not find(tx, person).active:
        return attempts.failed(tx, edges, person, Way.RECOVERY)
    attempts.succeeded(tx, person, Way.RECOVERY)
    return Proof(person=person, way=Way.RECOVERY, at=edges.clock())


def left(tx: Transaction, person: str) -> int:
    """Return how many codes a person still has."""
    unused = (recovery_codes.c.person == person) & recovery_codes.c.used_at.is_(None)
    return tx.scalar(select(func.count()).select_from(recovery_codes).where(unused)) or 0


def _code() -> str:
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def _digests(edges: Edges, person: str, code: str) -> list[bytes]:
    plain = "".join(code.split()).replace("-", "").lower()
    return edges.every_keyed("recovery", f"{person}\0{plain}")

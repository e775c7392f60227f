"""Tell everybody who may review that somebody acts alone, and again when their review is overdue.

Who is told is settled in the transaction that gives the cause: rows for their inboxes, a record, a notice to every
process that counts, and a job that writes the log line.
"""

from datetime import datetime

import msgspec
from sqlalchemy import insert, select, update

from seawall.access.approvals.model import Desk, Request
from seawall.access.approvals.tables import alarms
from seawall.access.people import Person, people, roles
from seawall.access.people.edges import Edges
from seawall.access.people.tables import grants
from seawall.access.rights import Asked, Resource, principal
from seawall.store import Transaction
from seawall.store.jobs import enqueue
from seawall.store.listen import notify
from seawall.vocabulary.records.approvals import GlassAlarmed

CHANNEL = "seawall_alarms"
BROKEN, OVERDUE = "broken", "overdue"
JOB = "approvals.alarm"


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """What one person is told."""

    request: str
    what: str
    at: datetime


def tell(tx: Transaction, edges: Edges, desk: Desk, request: Request, what: str) -> int:
    """Alarm everybody who may review; of a missing review, whoever acted too. Return how many were told."""
    told = {person.id for person in reviewers(tx, desk, request)}
    told |= {request.requester} if what == OVERDUE else set()
    rows = [{"request": request.id, "person": each, "what": what, "at": edges.clock()} for each in sorted(told)]
    if rows:
        tx.execute(insert(alarms), rows)
    edges.record(tx, GlassAlarmed(request=request.id, what=what, told=len(rows)))
    enqueue(tx, JOB, request=request.id, what=what, told=len(rows))
    notify(tx, CHANNEL, request.id)
    return len(rows)


def reviewers(tx: Transaction, desk: Desk, request: Request) -> list[Person]:
    """Return who may review what somebody did alone."""
    holders = select(grants.c.person).where(grants.c.withdrawn_at.is_(None)).distinct()
    found = [people.find(tx, name) for name in sorted(tx.scalars(holders))]
    return [each for each in found if each.vouched_by != request.human and _may(tx, desk, request, each)]


def seen(tx: Transaction, edges: Edges, request: Request, person: Person) -> None:
    """Take an alarm out of the inbox of whoever reviewed."""
    mine = (alarms.c.request == request.id) & (alarms.c.person == person.id) & alarms.c.seen_at.is_(None)
    tx.execute(update(alarms).where(mine).values(seen_at=edges.clock()))
    notify(tx, CHANNEL, request.id)


def settled(tx: Transaction, edges: Edges, request: Request) -> None:
    """Take an alarm out of every inbox: enough people have reviewed."""
    left = (alarms.c.request == request.id) & alarms.c.seen_at.is_(None)
    tx.execute(update(alarms).where(left).values(seen_at=edges.clock()))


def of(tx: Transaction, person: str) -> list[Alarm]:
    """Return the alarms that wait for a person, newest first."""
    mine = (alarms.c.person == person) & alarms.c.seen_at.is_(None)
    rows = tx.execute(select(alarms).where(mine).order_by(alarms.c.at.desc(), alarms.c.request))
    return [Alarm(request=row.request, what=row.what, at=row.at) for row in rows]


def _may(tx: Transaction, desk: Desk, request: Request, person: Person) -> bool:
    who = principal(person, (grant.role for grant in roles.held(tx, person.id)))
    ballot = Resource(kind="Approval", id=request.id, requester=request.human)
    return desk.rights.may(who, "approval.review_glass", ballot, Asked(passkey_seconds=0)).allowed

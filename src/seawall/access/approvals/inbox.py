"""What waits for one person: requests that their vote would count on, and alarms."""

import msgspec
from sqlalchemy import select

from seawall.access.approvals import alarms
from seawall.access.approvals.alarms import Alarm
from seawall.access.approvals.eligible import objection
from seawall.access.approvals.model import Desk, Request, State
from seawall.access.approvals.requests import open_ones
from seawall.access.approvals.tables import votes
from seawall.access.people import people
from seawall.access.people.edges import Edges
from seawall.store import Transaction


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for somebody."""

    to_vote: tuple[Request, ...]
    alarms: tuple[Alarm, ...]


def inbox(tx: Transaction, edges: Edges, desk: Desk, person: str) -> Inbox:
    """Return what waits for a person. Raises NoSuchPerson."""
    known = people.find(tx, person)
    voted = set(tx.scalars(select(votes.c.request).where(votes.c.human == known.human)))
    waiting = [each for each in open_ones(tx, edges) if each.state is State.WAITING and each.id not in voted]
    mine = tuple(each for each in waiting if objection(tx, desk, each, known) is None)
    return Inbox(to_vote=mine, alarms=tuple(alarms.of(tx, known.id)))

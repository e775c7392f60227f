"""What waits for one person, whichever part of this room it comes from; and a daily record of it for everybody.

    waiting(person) -> the first page of the console | remind -> person.reminded -> streams of the audit

A record holds numbers alone. Limits: it is looked up anew each time, person by person; nothing is sent from here.
"""

from collections.abc import Callable
from datetime import timedelta

import msgspec

from seawall.access.approvals import Desk
from seawall.access.approvals.alarms import Alarm
from seawall.access.approvals.inbox import inbox
from seawall.access.approvals.model import Request, State
from seawall.access.approvals.requests import open_ones
from seawall.access.people import Edges, Kind, Person, people, roles
from seawall.access.privacy import Request as PrivacyRequest
from seawall.access.privacy import every as privacy_requests
from seawall.access.recertify import SOURCES, Item
from seawall.access.recertify import inbox as items_of
from seawall.access.rights import Asked, Resource, principal
from seawall.access.rights.actions import BY_NAME
from seawall.store import Transaction
from seawall.store.jobs import Job
from seawall.vocabulary.records.people import PersonReminded

# So long before they are due, grants that somebody owns and requests about privacy count as waiting.
GRANTS_SOON, PRIVACY_SOON = timedelta(days=14), timedelta(days=7)
EVERY_MORNING = "0 6 * * *"
_AT_BEST = Asked(passkey_seconds=0, approved=True)


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for somebody. `items` are asked by a campaign; `grants` are due and asked by none."""

    to_vote: tuple[Request, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    approved: tuple[Request, ...] = ()
    items: tuple[Item, ...] = ()
    grants: tuple[roles.Grant, ...] = ()
    privacy: tuple[PrivacyRequest, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Return how much of each there is."""
        return {name: len(getattr(self, name)) for name in self.__struct_fields__}


def waiting(tx: Transaction, edges: Edges, desk: Desk, person: Person) -> Waiting:
    """Return what waits for a person."""
    votes = inbox(tx, edges, desk, person.id)
    asked = items_of(tx, SOURCES, person.id, lambda who: could(tx, desk, people.find(tx, who), "role.confirm"))
    return Waiting(
        to_vote=votes.to_vote,
        alarms=votes.alarms,
        approved=tuple(
            each for each in open_ones(tx, edges) if each.requester == person.id and each.state is State.APPROVED
        ),
        items=tuple(asked),
        grants=_grants(tx, edges, person, {(each.holder, each.what) for each in asked}),
        privacy=_privacy(tx, edges) if could(tx, desk, person, "privacy.answer") else (),
    )


def remind(tx: Transaction, edges: Edges, desk: Desk) -> int:
    """Record of everybody for whom something waits how much it is; return how many they are."""
    reminded = 0
    for person in people.every(tx):
        if person.kind is not Kind.PERSON or not person.active:
            continue
        counts = waiting(tx, edges, desk, person).counts
        if any(counts.values()):
            edges.record(tx, PersonReminded(person=person.id, **counts))
            reminded += 1
    return reminded


def reminding(run: Callable[[], object]) -> Job:
    """Return the job that reminds everybody, once a day."""
    return Job("access.remind", run, every=EVERY_MORNING)


def could(tx: Transaction, desk: Desk, person: Person, action: str) -> bool:
    """Tell whether a person may do something once they have proven and asked what it takes."""
    who = principal(person, (grant.role for grant in roles.held(tx, person.id)))
    return desk.rights.may(who, action, Resource(kind=BY_NAME[action].kind), _AT_BEST).allowed


def _grants(tx: Transaction, edges: Edges, person: Person, asked: set[tuple[str, str]]) -> tuple[roles.Grant, ...]:
    """Return the grants of others that a person owns and that are due soon, but those that a campaign asks about."""
    due = [each for each in roles.due(tx, edges.clock() + GRANTS_SOON) if each.owner == person.id]
    theirs = [each for each in due if people.human_of(tx, each.person) != person.human]
    return tuple(each for each in theirs if (each.person, each.role) not in asked)


def _privacy(tx: Transaction, edges: Edges) -> tuple[PrivacyRequest, ...]:
    until = edges.clock() + PRIVACY_SOON
    return tuple(each for each in privacy_requests(tx, only_open=True) if each.due_at <= until)

"""Whose approval counts: another human, settled, active, not made by the requester, in a role that has a seat.

Who had a part in what is asked for may be barred by the room that knows of it: see `Desk.barred`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from seawall.access.approvals.model import Desk, Request
from seawall.access.approvals.tables import votes
from seawall.access.people import people, roles
from seawall.access.people.held_keys import working
from seawall.access.people.model import Kind, Person
from seawall.access.people.tables import grants, links
from seawall.access.rights import Asked, Resource, principal
from seawall.access.rights.actions import BY_NAME, Seat
from seawall.store import Transaction

_ALL = Asked(passkey_seconds=0, approved=True)


def objection(tx: Transaction, desk: Desk, request: Request, person: Person, passkey: str | None = None) -> str | None:
    """Return why a person's approval would not count; None where it would. `passkey` is the one that they used."""
    since = request.asked_at - desk.rules.settled_for
    long = f"{int(desk.rules.settled_for.total_seconds()) // 3600} h"
    if person.kind is not Kind.PERSON:
        return "is a service account"
    if not person.active:
        return "is deactivated"
    if person.human == request.human:
        return "is the requester, or another account of theirs"
    barred = desk.barred(tx, request.action, request.resource_id).get(person.human)
    if barred is not None:
        return barred
    if request.human in _vouchers(tx, person):
        return "was added by the requester, directly or through a directory"
    if person.added_at > since or (person.active_since or request.asked_at) > since:
        return f"has been known for less than {long}"
    if not _settled_key(tx, request, person, since, passkey):
        return f"has no passkey that is {long} old and was not made by the requester"
    if not _seats_of(tx, desk, request, person):
        return "holds no role that this asks for, for long enough and from somebody else"
    return None


def enough(tx: Transaction, desk: Desk, request: Request) -> tuple[bool, list[str]]:
    """Tell whether people who exist could fill every seat, and what is against each of the others."""
    able, told = [], []
    seated = {role for seat in BY_NAME[request.action].seats for role in seat}
    for person, against in judged(tx, desk, request):
        if against is None:
            able.append(person)
        else:
            told.append(f"{person.id} {against}")
    if not told and not able:
        told.append(f"nobody holds {' or '.join(sorted(seated))}")
    return filled(tx, desk, request, able), told


def judged(tx: Transaction, desk: Desk, request: Request) -> list[tuple[Person, str | None]]:
    """Return everybody who holds a role with a seat, and what is against each; None where nothing is."""
    seated = {role for seat in BY_NAME[request.action].seats for role in seat}
    holders = select(grants.c.person).where(grants.c.role.in_(seated), grants.c.withdrawn_at.is_(None)).distinct()
    found = [people.find(tx, name) for name in sorted(tx.scalars(holders))]
    return [(person, objection(tx, desk, request, person)) for person in found]


def approvers(tx: Transaction, desk: Desk, request: Request) -> list[Person]:
    """Return those whose approval was given and counts now."""
    given = tx.execute(select(votes).where(votes.c.request == request.id, votes.c.approves)).all()
    counted = [(people.find(tx, row.person), row) for row in given if bytes(row.digest) == request.digest]
    return [person for person, row in counted if objection(tx, desk, request, person, row.passkey) is None]


def filled(tx: Transaction, desk: Desk, request: Request, able: Sequence[Person]) -> bool:
    """Tell whether every seat has a human of its own."""
    options = [(person.human, _seats_of(tx, desk, request, person)) for person in able]
    return _place(list(BY_NAME[request.action].seats), options, frozenset())


def _place(seats: Sequence[Seat], options: Sequence[tuple[str, frozenset[Seat]]], taken: frozenset[str]) -> bool:
    if not seats:
        return True
    free = [human for human, fits in options if seats[0] in fits and human not in taken]
    return any(_place(seats[1:], options, taken | {human}) for human in free)


def _vouchers(tx: Transaction, person: Person) -> set[str | None]:
    """Return who brought the person in, and who brought in the account that they first had."""
    return {person.vouched_by, people.find(tx, person.human).vouched_by}


def _settled_key(tx: Transaction, request: Request, person: Person, since: datetime, passkey: str | None) -> bool:
    # Whoever once let themselves in by a link of the requester's may have made every key since, by whatever way.
    let_in = tx.scalar(
        select(func.min(links.c.used_at)).where(links.c.person == person.id, links.c.vouched_by == request.human)
    )
    for key in working(tx, person.id):
        if let_in is not None and key.enrolled_at >= let_in:
            continue
        made_by = {key.vouched_by, people.human_of(tx, key.enrolled_by)}
        if passkey in (None, key.id) and key.enrolled_at <= since and request.human not in made_by:
            return True
    return False


def _seats_of(tx: Transaction, desk: Desk, request: Request, person: Person) -> frozenset[Seat]:
    since = request.asked_at - desk.rules.settled_for
    held = {
        grant.role
        for grant in roles.held(tx, person.id)
        if grant.vouched_by != request.human or grant.granted_at <= since
    }
    readers = None if request.readers is None else frozenset(request.readers)
    ballot = Resource(kind="Approval", id=request.id, requester=request.human, readers=readers)
    if not desk.rights.may(principal(person, held), "approval.vote", ballot, _ALL).allowed:
        return frozenset()
    return frozenset(seat for seat in BY_NAME[request.action].seats if seat & held)

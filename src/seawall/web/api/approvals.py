"""Two-party control: ask, see exactly what is asked for, vote, execute, cancel, break glass, review."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from fastapi import Request

from seawall.access import approvals as room
from seawall.access.approvals import State
from seawall.access.approvals import acts as table
from seawall.access.approvals import requests as asked
from seawall.access.approvals.eligible import judged
from seawall.access.approvals.glass import every_review
from seawall.access.approvals.inbox import inbox
from seawall.access.approvals.model import NoSuchRequest, RequestChanged
from seawall.access.people import people
from seawall.access.rights import Resource
from seawall.access.rights import asked as circumstances
from seawall.access.rights.actions import BY_NAME
from seawall.store import Transaction
from seawall.vocabulary.errors import SeawallError
from seawall.web.api.approvals_shapes import (
    AlarmShown,
    Approver,
    DoneShown,
    InboxShown,
    RequestShown,
    RequestsPage,
    RequestWhole,
    ReviewGiven,
    ReviewShown,
    VoteGiven,
    VoteShown,
    Wanted,
)
from seawall.web.house import House
from seawall.web.paging import MOST
from seawall.web.routes import SIGNED_IN, Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/api/approvals", tags=["approvals"])


@routes.get("", needs=may("approval.read"))
def every(
    request: Request, signed: Caller, state: State | None = None, after: str = "", limit: int = 100
) -> RequestsPage:
    """List requests, newest first."""
    house, most = house_of(request), max(1, min(limit, MOST))
    found = list[room.Request]()
    with house.database.begin() as tx:
        # One more than is shown tells whether a page follows.
        while len(found) <= most and (taken := asked.newest(tx, house.edges, after=after, limit=most + 1)):
            found += [each for each in taken if state in (None, each.state) and reads(house, signed, each)]
            after = taken[-1].id
        following = found[most - 1].id if len(found) > most else ""
        return RequestsPage(requests=every_shown(tx, house, found[:most]), next=following)


@routes.get("/inbox", needs=SIGNED_IN)
def waiting(request: Request, signed: Caller) -> InboxShown:
    """Show what waits for you: requests that your vote would count on, and alarms."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = inbox(tx, house.edges, house.desk, signed.person.id)
        to_vote = [shown(tx, house, each) for each in found.to_vote]
    alarms = [AlarmShown(request=each.request, what=each.what, at=each.at) for each in found.alarms]
    return InboxShown(to_vote=to_vote, alarms=alarms)


@routes.get("/{request_id}", needs=may("approval.read", of="request_id"))
def show(request_id: str, request: Request, signed: Caller) -> RequestWhole:
    """Show exactly what is asked for, what will happen, who agreed, who could and what is against the others."""
    house = house_of(request)
    with house.database.begin() as tx:
        return whole(tx, house, _read(tx, house, signed, request_id))


@routes.post("", needs=SIGNED_IN)
def ask(given: Wanted, request: Request, signed: Caller) -> RequestWhole:
    """Ask others to agree to one exact act."""
    house = house_of(request)
    with house.database.begin() as tx:
        made = room.ask_for(tx, house.table, signed.actor, given.act, given.parameters, reason=given.reason)
        return whole(tx, house, made)


@routes.post("/break-glass", needs=may("approval.break_glass"))
def break_glass(given: Wanted, request: Request, signed: Caller) -> RequestWhole:
    """Take it upon yourself to do one exact act alone, within minutes; everybody who may review is told."""
    house = house_of(request)
    with house.database.begin() as tx:
        made = room.break_for(tx, house.table, signed.actor, given.act, given.parameters, reason=given.reason)
        return whole(tx, house, made)


@routes.post("/{request_id}/vote", needs=may("approval.vote", of="request_id"))
def vote(request_id: str, given: VoteGiven, request: Request, signed: Caller) -> RequestShown:
    """Approve or deny a request, as it was shown."""
    house, bound = house_of(request), bytes.fromhex(given.digest)
    with house.database.begin() as tx:
        _read(tx, house, signed, request_id)
        made = room.vote(tx, house.edges, house.desk, signed.actor, request_id, bound=bound, approves=given.approves)
        return shown(tx, house, made)


@routes.post("/{request_id}/execute", needs=SIGNED_IN)
def execute(request_id: str, request: Request, signed: Caller) -> DoneShown:
    """Do exactly what was agreed to, once."""
    house = house_of(request)
    with house.database.begin() as tx:
        made = room.carry_out(tx, house.table, signed.actor, request_id)
        return DoneShown(request=shown(tx, house, made.request), shown=dict(made.shown))


@routes.post("/{request_id}/cancel", needs=SIGNED_IN)
def cancel(request_id: str, request: Request, signed: Caller) -> RequestShown:
    """Take back what you asked for."""
    house = house_of(request)
    with house.database.begin() as tx:
        return shown(tx, house, room.cancel(tx, house.edges, signed.actor, request_id))


@routes.post("/{request_id}/review", needs=may("approval.review_glass", of="request_id"))
def review(request_id: str, given: ReviewGiven, request: Request, signed: Caller) -> RequestWhole:
    """Say whether acting alone was justified."""
    house = house_of(request)
    with house.database.begin() as tx:
        room.review(tx, house.edges, house.desk, signed.actor, request_id, justified=given.justified, words=given.words)
        return whole(tx, house, asked.find(tx, house.edges, request_id))


def shown(tx: Transaction, house: House, found: room.Request) -> RequestShown:
    """Return a request as lists show it."""
    return RequestShown(**_fields(found, _name(tx, house, found.requester)))


def every_shown(tx: Transaction, house: House, found: Sequence[room.Request]) -> list[RequestShown]:
    """Return requests as lists show them; whoever asked for several is looked up once."""
    names = {each: _name(tx, house, each) for each in {one.requester for one in found}}
    return [RequestShown(**_fields(each, names[each.requester])) for each in found]


def whole(tx: Transaction, house: House, found: room.Request) -> RequestWhole:
    """Return a request with all that an approver must see."""
    try:
        parameters, will = table.told(tx, house.table, found)
    except RequestChanged as error:
        parameters, will = None, error.message
    given = asked.votes_on(tx, found)
    seats = BY_NAME[found.action].seats
    return RequestWhole(
        **_fields(found, _name(tx, house, found.requester)),
        parameters=parameters,
        review_by=found.asked_at + house.desk.rules.review_within if found.glass else None,
        reviews_wanted=house.desk.rules.reviewers if found.glass else 0,
        will=will,
        reason=asked.reason_of(tx, house.edges, found),
        rules=found.rights_digest,
        seats=[sorted(seat) for seat in seats],
        votes=[_vote(tx, house, *each) for each in given],
        reviews=[
            ReviewShown(name=_name(tx, house, each.person), **msgspec.structs.asdict(each))
            for each in every_review(tx, house.edges, found)
        ],
        approvers=[
            Approver(person=person.id, name=_name(tx, house, person.id), against=against or "")
            for person, against in judged(tx, house.desk, found)
        ],
    )


def _fields(found: room.Request, name: str) -> dict[str, Any]:
    return {
        "id": found.id,
        "act": found.action,
        "kind": found.resource_kind,
        "thing": found.resource_id,
        "digest": found.digest.hex(),
        "requester": found.requester,
        "requester_name": name,
        "state": found.state.value,
        "alone": found.glass,
        "asked_at": found.asked_at,
        "ends_at": found.ends_at,
        "closed_at": found.closed_at,
    }


def _vote(tx: Transaction, house: House, person: str, approves: bool, at: datetime) -> VoteShown:
    return VoteShown(person=person, name=_name(tx, house, person), approves=approves, at=at)


def _name(tx: Transaction, house: House, person: str) -> str:
    try:
        return people.profile_of(tx, house.edges, person).name
    except SeawallError:
        # A profile may be erased; the identifier stays.
        return ""


def _read(tx: Transaction, house: House, signed: Signed, request_id: str) -> room.Request:
    """Return a request that the caller may read. Raises NoSuchRequest, for one with readers of its own too."""
    found = asked.find(tx, house.edges, request_id)
    if not reads(house, signed, found):
        raise NoSuchRequest(request_id)
    return found


def reads(house: House, signed: Signed, found: room.Request) -> bool:
    """Tell whether somebody may read a request: their own, or by the rules."""
    if signed.person.human == found.human:
        return True
    readers = None if found.readers is None else frozenset(found.readers)
    thing = Resource(kind="Approval", id=found.id, readers=readers, requester=found.human)
    now = circumstances(signed.session.proofs, house.edges.clock())
    return house.desk.rights.may(signed.principal, "approval.read", thing, now).allowed

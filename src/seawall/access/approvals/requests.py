"""Ask, vote, cancel, execute: the life of a request.

    ask -> waiting -> approved -> executed          denied | cancelled | expired end it; silence is a denial

Each step locks the request's row, so that two at once follow each other. `execute` runs in the transaction of whoever
does the thing: if that fails, the request is still approved; if it succeeds, it is used up.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from seawall.access.approvals import eligible
from seawall.access.approvals.digest import digest, kept
from seawall.access.approvals.model import (
    OPEN,
    Actor,
    Desk,
    NoSuchRequest,
    NotEligible,
    NotEnoughPeople,
    Request,
    RequestChanged,
    RequestClosed,
    RequestConflicts,
    State,
    VotedAlready,
)
from seawall.access.approvals.tables import requests, votes
from seawall.access.people import people, roles
from seawall.access.people.edges import Edges
from seawall.access.people.model import Person
from seawall.access.people.proofs import Way, require_passkey
from seawall.access.rights import Resource, asked, principal
from seawall.access.rights.actions import BY_NAME
from seawall.access.rights.rights import FRESH, NoSuchAction
from seawall.store import Transaction
from seawall.vault import Content
from seawall.vocabulary.ids import ItemId, PersonId, RequestId, new_id
from seawall.vocabulary.records.approvals import RequestAsked, RequestEnded, RequestExecuted, RequestVoted
from seawall.vocabulary.retention import Retention

# In the words of the index, or PostgreSQL does not know that it fits.
_OPEN = tuple(each.value for each in OPEN)


def ask(
    tx: Transaction,
    edges: Edges,
    desk: Desk,
    actor: Actor,
    action: str,
    resource: Resource,
    parameters: Mapping[str, Any],
    *,
    reason: str,
) -> Request:
    """Ask other people to agree to one exact action.

    Raises NoSuchAction, NotPermitted, NotCanonical, NotEnoughPeople, RequestConflicts.
    """
    made = prepared(tx, edges, desk, actor, action, resource, parameters, reason=reason)
    possible, told = eligible.enough(tx, desk, made)
    if not possible:
        raise NotEnoughPeople(
            f"{action} needs {len(BY_NAME[action].seats)} other people, and there are not enough who could agree.",
            hint="; ".join(told[:8]) or "There is nobody else.",
        )
    keep(tx, edges, made, reason=reason)
    return made


def prepared(
    tx: Transaction,
    edges: Edges,
    desk: Desk,
    actor: Actor,
    action: str,
    resource: Resource,
    parameters: Mapping[str, Any],
    *,
    reason: str,
) -> Request:
    """Return a request that the actor may make, not kept yet. Raises NoSuchAction, NotPermitted, NotCanonical."""
    permit(tx, edges, desk, actor, action, resource)
    if not BY_NAME[action].two_party:
        raise NoSuchAction(f"The action {action!r} asks for nobody else.", hint="Do it.")
    said, asked_for = edges.vault.put_many(
        tx,
        [
            Content(content=each, owner=actor.person, retention=Retention.EVIDENCE)
            for each in (reason.encode(), kept(parameters))
        ],
    )
    made = imagined(tx, edges, desk, actor, action, resource)
    return msgspec.structs.replace(made, digest=digest(action, resource, parameters), reason=said, parameters=asked_for)


def imagined(tx: Transaction, edges: Edges, desk: Desk, actor: Actor, action: str, resource: Resource) -> Request:
    """Return a request as it would be now, without what it says."""
    now = edges.clock()
    return Request(
        id=RequestId(new_id("rq")),
        action=action,
        resource_kind=resource.kind,
        resource_id=resource.id,
        readers=None if resource.readers is None else tuple(sorted(resource.readers)),
        digest=b"",
        rights_digest=desk.rights.digest,
        requester=actor.person,
        human=people.find(tx, actor.person).human,
        reason="",
        parameters=None,
        state=State.WAITING,
        glass=False,
        asked_at=now,
        ends_at=now + desk.rules.good_for,
        closed_at=None,
    )


def parameters_of(tx: Transaction, edges: Edges, request: Request) -> dict[str, Any]:
    """Return exactly what is asked for, as the digest binds it. Raises RequestChanged and what the vault raises."""
    if request.parameters is not None:
        found: dict[str, Any] = msgspec.json.decode(edges.vault.get(tx, ItemId(request.parameters)))
        if digest(request.action, resource_of(request), found) == request.digest:
            return found
    raise RequestChanged("What was asked for is not kept, or is not what it was.", hint="Ask anew.")


def reason_of(tx: Transaction, edges: Edges, request: Request) -> str:
    """Return why it is asked for. Raises what the vault raises."""
    return edges.vault.get(tx, ItemId(request.reason)).decode()


def resource_of(request: Request) -> Resource:
    """Return what a request is about."""
    readers = None if request.readers is None else frozenset(request.readers)
    return Resource(kind=request.resource_kind, id=request.resource_id, readers=readers, requester="")


def permit(tx: Transaction, edges: Edges, desk: Desk, actor: Actor, action: str, resource: Resource) -> None:
    """Hold an actor against the rules as if everybody else had agreed. Raises NotPermitted, NoSuchAction."""
    known = people.find(tx, actor.person)
    who = principal(known, (grant.role for grant in roles.held(tx, known.id)))
    desk.rights.may(who, action, resource, asked(actor.proofs, edges.clock(), approved=True)).required()


def keep(tx: Transaction, edges: Edges, made: Request, *, reason: str) -> None:
    """Store a request and record it. Raises RequestConflicts."""
    _expire_others(tx, edges, made)
    try:
        with tx.begin_nested():
            tx.execute(insert(requests).values({name: getattr(made, name) for name in Request.__struct_fields__}))
    except IntegrityError:
        raise RequestConflicts(
            f"{made.action} on {made.resource_id!r} is asked for already.", hint="Settle that request first."
        ) from None
    edges.record(
        tx,
        RequestAsked(
            request=made.id,
            action=made.action,
            resource=made.resource_id,
            digest=made.digest.hex(),
            rights=made.rights_digest,
            ends_at=made.ends_at.isoformat(),
            person=made.requester,
        ),
    )


def vote(
    tx: Transaction, edges: Edges, desk: Desk, actor: Actor, request: str, *, bound: bytes, approves: bool
) -> Request:
    """Approve or deny a request as the voter saw it (`bound`). One denial ends it.

    Raises NoSuchRequest, RequestClosed, RequestChanged, StepUpNeeded, NotEligible, VotedAlready.
    """
    found = locked(tx, edges, request)
    now = edges.clock()
    if found.state is not State.WAITING:
        raise RequestClosed(found)
    if bound != found.digest:
        raise RequestChanged("The vote speaks of another request.", hint="Look at it again.")
    require_passkey(actor.proofs, now, FRESH)
    passkey = max((proof for proof in actor.proofs if proof.way is Way.PASSKEY), key=lambda proof: proof.at).factor
    voter = people.find(tx, actor.person)
    against = eligible.objection(tx, desk, found, voter, passkey)
    if against is not None:
        raise NotEligible(f"{voter.id} {against}.", hint="Somebody else must answer.")
    row = {"request": found.id, "human": voter.human, "person": voter.id, "passkey": passkey, "at": now}
    try:
        with tx.begin_nested():
            tx.execute(insert(votes).values(row | {"digest": bound, "approves": approves}))
    except IntegrityError:
        raise VotedAlready("You have voted on this.", hint="One human has one vote.") from None
    edges.record(tx, RequestVoted(request=found.id, person=voter.id, approves=approves, digest=bound.hex()))
    if not approves:
        return close(tx, edges, found, State.DENIED, by=voter.id)
    if eligible.filled(tx, desk, found, eligible.approvers(tx, desk, found)):
        return _moved(tx, found, State.APPROVED)
    return found


def cancel(tx: Transaction, edges: Edges, actor: Actor, request: str) -> Request:
    """Take back what one asked for. Raises NoSuchRequest, RequestClosed, NotEligible."""
    found = locked(tx, edges, request)
    if people.find(tx, actor.person).human != found.human:
        raise NotEligible("Only whoever asked takes a request back.", hint="Deny it instead.")
    if found.state not in OPEN:
        raise RequestClosed(found)
    return close(tx, edges, found, State.CANCELLED, by=actor.person)


def execute(
    tx: Transaction,
    edges: Edges,
    desk: Desk,
    actor: Actor,
    request: str,
    action: str,
    resource: Resource,
    parameters: Mapping[str, Any],
) -> Request:
    """Use up an approved request, in the transaction that does exactly what it says.

    Raises NoSuchRequest, RequestClosed, RequestChanged, NotPermitted, NotEligible.
    """
    found = locked(tx, edges, request)
    own(tx, found, actor)
    if found.state is not State.APPROVED:
        raise RequestClosed(found)
    if digest(action, resource, parameters) != found.digest or found.rights_digest != desk.rights.digest:
        raise RequestChanged(
            "What is to be done, or the rules, are not those that were approved.", hint="Ask anew for what is wanted."
        )
    permit(tx, edges, desk, actor, action, resource)
    if not found.glass and not eligible.filled(tx, desk, found, eligible.approvers(tx, desk, found)):
        raise NotEligible("Somebody who approved may not approve any more.", hint="Ask anew.")
    edges.record(tx, RequestExecuted(request=found.id, action=action, digest=found.digest.hex(), person=actor.person))
    return _moved(tx, found, State.EXECUTED, edges)


def own(tx: Transaction, request: Request, actor: Actor) -> None:
    """Let only whoever asked go on. Raises NotEligible."""
    if people.find(tx, actor.person).human != request.human:
        raise NotEligible("Only whoever asked carries it out.", hint="Ask for yourself.")


def executed_now(tx: Transaction, action: str, resource: str) -> str:
    """Return the request for an action on a thing that was executed last: in whose transaction this runs."""
    same = (requests.c.action == action) & (requests.c.resource_id == resource) & (requests.c.state == State.EXECUTED)
    return str(tx.scalars(select(requests.c.id).where(same).order_by(requests.c.closed_at.desc()).limit(1)).one())


def locked(tx: Transaction, edges: Edges, request: str) -> Request:
    """Return a request with its row locked; one past its time is expired, by nobody's answer. Raises NoSuchRequest."""
    row = tx.execute(select(requests).where(requests.c.id == request).with_for_update()).first()
    if row is None:
        raise NoSuchRequest(request)
    return _seen(row, edges)


def find(tx: Transaction, edges: Edges, request: str) -> Request:
    """Return a request as it stands now. Raises NoSuchRequest."""
    row = tx.execute(select(requests).where(requests.c.id == request)).first()
    if row is None:
        raise NoSuchRequest(request)
    return _seen(row, edges)


def open_ones(tx: Transaction, edges: Edges) -> list[Request]:
    """Return the requests that wait or are approved now, newest first."""
    found = select(requests).where(requests.c.state.in_(_OPEN)).order_by(requests.c.id.desc())
    return [each for each in (_seen(row, edges) for row in tx.execute(found)) if each.state in OPEN]


def newest(tx: Transaction, edges: Edges, *, by: str = "", after: str = "", limit: int) -> list[Request]:
    """Return requests as they stand now, newest first; those of one person, those behind `after`."""
    chosen = [requests.c.requester == by] if by else []
    chosen += [requests.c.id < after] if after else []
    found = select(requests).where(*chosen).order_by(requests.c.id.desc()).limit(limit)
    return [_seen(row, edges) for row in tx.execute(found)]


def votes_on(tx: Transaction, request: Request) -> list[tuple[PersonId, bool, datetime]]:
    """Return who voted, how and when."""
    given = select(votes).where(votes.c.request == request.id).order_by(votes.c.at, votes.c.person)
    return [(PersonId(row.person), row.approves, row.at) for row in tx.execute(given)]


def expire(tx: Transaction, edges: Edges) -> int:
    """Close the requests that nobody answered in time, or that were not used; return how many."""
    late = requests.c.state.in_(OPEN) & (requests.c.ends_at <= edges.clock())
    rows = tx.execute(select(requests).where(late).with_for_update(skip_locked=True)).all()
    for row in rows:
        close(tx, edges, _seen(row, edges), State.EXPIRED, by="nobody")
    return len(rows)


def close(tx: Transaction, edges: Edges, request: Request, state: State, *, by: str) -> Request:
    """End a request and record how."""
    edges.record(tx, RequestEnded(request=request.id, state=state, by=by))
    return _moved(tx, request, state, edges)


def cancel_theirs(tx: Transaction, edges: Edges, person: Person, by: str) -> None:
    """Cancel what a person has asked for and nobody has done yet."""
    open_ones = (requests.c.requester == person.id) & requests.c.state.in_(OPEN)
    for row in tx.execute(select(requests).where(open_ones).order_by(requests.c.id).with_for_update()).all():
        close(tx, edges, _request(row), State.CANCELLED, by=by)


def _expire_others(tx: Transaction, edges: Edges, made: Request) -> None:
    same = (requests.c.action == made.action) & (requests.c.resource_id == made.resource_id)
    late = same & requests.c.state.in_(OPEN) & (requests.c.ends_at <= edges.clock())
    for row in tx.execute(select(requests).where(late).with_for_update()).all():
        close(tx, edges, _seen(row, edges), State.EXPIRED, by="nobody")


def _moved(tx: Transaction, request: Request, state: State, edges: Edges | None = None) -> Request:
    values = {"state": state, "closed_at": edges.clock() if edges is not None else None}
    row = tx.execute(update(requests).where(requests.c.id == request.id).values(values).returning(requests)).one()
    return _request(row)


def _seen(row: Any, edges: Edges) -> Request:
    found = _request(row)
    if found.state in OPEN and edges.clock() >= found.ends_at:
        return _request(row, State.EXPIRED)
    return found


def _request(row: Any, state: State | None = None) -> Request:
    fields = {name: getattr(row, name) for name in Request.__struct_fields__ if name not in ("state", "readers")}
    readers = None if row.readers is None else tuple(row.readers)
    return Request(**fields, readers=readers, state=state or State(row.state))

"""Requests as values, how long they last, and what is refused."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from seawall.access.people.proofs import Proof
from seawall.access.rights import Rights
from seawall.store import Transaction
from seawall.vocabulary.errors import Conflict, NotFound, SeawallError
from seawall.vocabulary.ids import PersonId, RequestId


class State(StrEnum):
    """Where a request is. Nobody's answer is a denial: a request that waits past its time is `expired`."""

    WAITING = "waiting"
    APPROVED = "approved"
    EXECUTED = "executed"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OPEN = (State.WAITING, State.APPROVED)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The times of two-party control. `settled_for` is how long an approver must have been who they are."""

    good_for: timedelta = timedelta(hours=24)
    settled_for: timedelta = timedelta(hours=72)
    glass_for: timedelta = timedelta(minutes=30)
    review_within: timedelta = timedelta(hours=72)
    reviewers: int = 2


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One exact action that somebody asks for. `digest` binds action, thing and parameters.

    `reason` and `parameters` are items of the vault.
    """

    id: RequestId
    action: str
    resource_kind: str
    resource_id: str
    readers: tuple[str, ...] | None
    digest: bytes
    rights_digest: str
    requester: PersonId
    human: PersonId
    reason: str
    parameters: str | None
    state: State
    glass: bool
    asked_at: datetime
    ends_at: datetime
    closed_at: datetime | None


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who acts in a session, and what they proved in it."""

    person: PersonId
    proofs: tuple[Proof, ...] = ()


def _nobody(_tx: Transaction, _action: str, _thing: str) -> Mapping[str, str]:
    """Stand in where no other room has a say in who votes."""
    return {}


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """The rules that requests are held against.

    `barred` returns which humans have no say in an action on a thing, each with why: what other rooms know of it.
    """

    rights: Rights
    rules: Rules = Rules()
    barred: Callable[[Transaction, str, str], Mapping[str, str]] = _nobody


class NoSuchRequest(NotFound):
    """No request has that id."""

    code = "access.no_such_request"

    def __init__(self, request: str) -> None:
        super().__init__(f"There is no request {request!r}.", hint="Give the id that it was asked under.")


class NotEnoughPeople(Conflict):
    """Nobody could approve, so nobody may ask."""

    code = "access.not_enough_people"


class RequestConflicts(Conflict):
    """The same action on the same thing is asked for already."""

    code = "access.request_conflicts"


class RequestClosed(Conflict):
    """The request cannot be acted on any more, or not yet."""

    code = "access.request_closed"

    def __init__(self, request: Request) -> None:
        super().__init__(f"Request {request.id} is {request.state.value}.", hint="Ask anew where it is still wanted.")


class RequestChanged(Conflict):
    """What is to be done is not what was asked for."""

    code = "access.request_changed"


class VotedAlready(Conflict):
    """One human has one vote, whichever account they use."""

    code = "access.voted_already"


class NotEligible(SeawallError):
    """This person's vote would not count."""

    code, status = "access.not_eligible", 403

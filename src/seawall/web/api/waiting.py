"""What waits for whoever is signed in, from every part: the first page of the console as JSON."""

from datetime import datetime

import msgspec
from fastapi import Request
from pydantic import BaseModel

from seawall.access.waiting import waiting
from seawall.web.api import approvals, recertify
from seawall.web.api.approvals_shapes import AlarmShown, RequestShown
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/api/me/waiting", tags=["me"])


class GrantDue(BaseModel):
    """A role of somebody else that you own, to be confirmed by `review_at`."""

    person: str
    role: str
    review_at: datetime


class PrivacyDue(BaseModel):
    """A privacy request that is due soon or late."""

    request: str
    wish: str
    state: str
    due_at: datetime


class WaitingShown(BaseModel):
    """What waits, with how much of each in `counts`. Of alarms you see the request, whether you may read it or not."""

    counts: dict[str, int]
    to_vote: list[RequestShown]
    approved: list[RequestShown]
    alarms: list[AlarmShown]
    questions: list[recertify.ItemShown]
    grants: list[GrantDue]
    privacy: list[PrivacyDue]


@routes.get("", needs=SIGNED_IN)
def show(request: Request, signed: Caller) -> WaitingShown:
    """Show what waits for you."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = waiting(tx, house.edges, house.desk, signed.person)
        return WaitingShown(
            counts=found.counts,
            to_vote=[approvals.shown(tx, house, each) for each in found.to_vote],
            approved=[approvals.shown(tx, house, each) for each in found.approved],
            alarms=[AlarmShown(request=each.request, what=each.what, at=each.at) for each in found.alarms],
            questions=[recertify.ItemShown(**msgspec.structs.asdict(each)) for each in found.items],
            grants=[GrantDue(person=each.person, role=each.role, review_at=each.review_at) for each in found.grants],
            privacy=[
                PrivacyDue(request=each.id, wish=each.wish.value, state=each.state.value, due_at=each.due_at)
                for each in found.privacy
            ],
        )

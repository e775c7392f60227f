"""What every page tells everybody: that somebody acts alone, or did and awaits reviews.

Who it is and what they do is told to those who may read the request; the others learn that it happens and until when.
"""

from datetime import datetime

import msgspec

from seawall.access.approvals.glass import Watched, watched
from seawall.access.approvals.model import State
from seawall.access.people import people
from seawall.access.rights.actions import BY_NAME
from seawall.store import Transaction
from seawall.vocabulary.errors import SeawallError
from seawall.web.api.approvals import reads
from seawall.web.house import House
from seawall.web.signed import Signed


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the banner. `href`, `who` and `does` are empty for whoever may not read the request."""

    href: str
    who: str
    does: str
    runs: bool
    done: bool
    until: datetime
    reviews: int
    wanted: int
    review_by: datetime
    overdue: bool


def alarms_for(tx: Transaction, house: House, signed: Signed) -> tuple[Alarm, ...]:
    """Return what somebody is told on every page."""
    found = watched(tx, house.edges, house.desk.rules)
    return tuple(_alarm(tx, house, each, told=reads(house, signed, each.request)) for each in found)


def _alarm(tx: Transaction, house: House, found: Watched, *, told: bool) -> Alarm:
    request = found.request
    return Alarm(
        href=f"/console/approvals/{request.id}" if told else "",
        who=_name(tx, house, request.requester) if told else "",
        does=BY_NAME[request.action].does.rstrip(".") if told else "",
        runs=request.state is State.APPROVED,
        done=request.state is State.EXECUTED,
        until=request.ends_at,
        reviews=found.reviews,
        wanted=house.desk.rules.reviewers,
        review_by=found.review_by,
        overdue=house.edges.clock() >= found.review_by and found.reviews < house.desk.rules.reviewers,
    )


def _name(tx: Transaction, house: House, person: str) -> str:
    try:
        return people.profile_of(tx, house.edges, person).name
    except SeawallError:
        # A profile may be erased; the identifier stays.
        return person

"""Lift the safeguards of an engagement, on an approval of others that was executed for exactly it; put them back.

What is lifted and what never is stands in `gateway.deciding`.
"""

from datetime import timedelta

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from seawall.access.approvals.model import State
from seawall.access.approvals.tables import requests
from seawall.access.people import Edges
from seawall.access.projects import CHANNEL
from seawall.access.tables import engagements, safeguards
from seawall.access.testers.engagements import find_open
from seawall.access.testers.model import Engagement, NotApproved
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vocabulary.ids import RequestId
from seawall.vocabulary.records.testers import SafeguardsChanged, SafeguardsState

ACTION = "tester.lift_safeguards"
KIND = "Tester"
# An approval is executed in the transaction that lifts: an older one was executed for something else.
_JUST_NOW = timedelta(minutes=5)


def lift_safeguards(tx: Transaction, edges: Edges, engagement: str, *, by: str, approval: str) -> Engagement:
    """Let the testers of an engagement past the safeguards, as others agreed to; an approval does so once.

    Raises NoSuchEngagement, EngagementOver, NotApproved.
    """
    found = find_open(tx, edges, engagement)
    row = tx.execute(select(requests).where(requests.c.id == approval)).first()
    thing = None if row is None else (row.action, row.resource_kind, row.resource_id, row.state)
    if row is None or thing != (ACTION, KIND, found.id, State.EXECUTED):
        raise NotApproved(
            f"{approval!r} is no executed approval of {ACTION} for {found.id}.",
            hint="Two others must agree first: docs/access.md, two-party control.",
        )
    if row.closed_at is None or edges.clock() - row.closed_at > _JUST_NOW:
        raise NotApproved(f"{approval} was executed before.", hint="Ask anew.")
    try:
        with tx.begin_nested():
            return _change(tx, edges, found, on=False, approval=RequestId(row.id), by=by)
    except IntegrityError:
        raise NotApproved(f"{approval} has lifted them once already.", hint="Ask anew.") from None


def restore_safeguards(tx: Transaction, edges: Edges, engagement: str, *, by: str) -> Engagement:
    """Put the safeguards back; nothing happens where they are on. Raises NoSuchEngagement, EngagementOver."""
    found = find_open(tx, edges, engagement)
    return found if found.safeguards else _change(tx, edges, found, on=True, approval=None, by=by)


def over_time(tx: Transaction, engagement: str) -> tuple[SafeguardsState, ...]:
    """Return every state of the safeguards, oldest first."""
    found = select(safeguards).where(safeguards.c.engagement == engagement).order_by(safeguards.c.seq)
    return tuple(
        SafeguardsState(since=row.at.isoformat(), safeguards=row.safeguards, approval=row.approval)
        for row in tx.execute(found)
    )


def _change(
    tx: Transaction, edges: Edges, found: Engagement, *, on: bool, approval: RequestId | None, by: str
) -> Engagement:
    row = {"engagement": found.id, "safeguards": on, "approval": approval, "by": by, "at": edges.clock()}
    tx.execute(insert(safeguards).values(row))
    tx.execute(update(engagements).where(engagements.c.id == found.id).values(safeguards=on))
    edges.record(tx, SafeguardsChanged(engagement=found.id, safeguards=on, approval=approval, by=by))
    notify(tx, CHANNEL, found.id)
    return msgspec.structs.replace(found, safeguards=on)

"""Testers of an engagement: validated by somebody else, proven by a second factor, each with keys of their own."""

from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert

from seawall.access.conditions import HAS_FACTOR
from seawall.access.keys import create_key
from seawall.access.people import Edges, Kind, people
from seawall.access.people.model import PersonInactive
from seawall.access.people.tables import people as known
from seawall.access.projects import CHANNEL
from seawall.access.tables import keys as access_keys
from seawall.access.tables import tester_keys, testers, usage
from seawall.access.testers.engagements import end_keys, find_open
from seawall.access.testers.model import (
    BadEngagement,
    Check,
    NoSuchTester,
    SelfValidated,
    Tester,
    TesterKey,
)
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vocabulary.ids import KeyId
from seawall.vocabulary.records.testers import TesterKeyCreated, TesterRemoved, TesterValidated

_OF_KEY = (access_keys.c.name, access_keys.c.prefix, access_keys.c.created_at, access_keys.c.revoked_at)


def validate(tx: Transaction, edges: Edges, engagement: str, person: str, *, checked: Check, by: str) -> Tester:
    """Say that somebody looked at who a tester is, which makes them one; a later look replaces an earlier one.

    Raises NoSuchEngagement, EngagementOver, NoSuchPerson, PersonInactive, BadEngagement, SelfValidated.
    """
    found, tester = find_open(tx, edges, engagement), people.find(tx, person)
    if tester.kind is not Kind.PERSON:
        raise BadEngagement(f"{person} is a service account.", hint="Testers are people; validate each of them.")
    if not tester.active:
        raise PersonInactive(person)
    if people.human_of(tx, by) == tester.human:
        raise SelfValidated(person)
    row: dict[str, Any] = {"engagement": found.id, "person": tester.id, "checked": checked, "validated_by": by}
    row |= {"validated_at": edges.clock(), "removed_at": None}
    entered = insert(testers).values(row)
    tx.execute(entered.on_conflict_do_update(index_elements=["engagement", "person"], set_=row))
    edges.record(tx, TesterValidated(engagement=found.id, person=tester.id, checked=checked, by=by))
    notify(tx, CHANNEL, found.id)
    return tester_of(tx, found.id, tester.id)


def tester_of(tx: Transaction, engagement: str, person: str) -> Tester:
    """Return a tester who was validated and not removed. Raises NoSuchTester."""
    for each in testers_of(tx, engagement):
        if each.person == person and each.removed_at is None:
            return each
    raise NoSuchTester(engagement, person)


def testers_of(tx: Transaction, engagement: str) -> list[Tester]:
    """Return everybody who is or was a tester of an engagement."""
    found = select(testers, HAS_FACTOR.label("has_factor"), known.c.active_since.is_not(None).label("active"))
    joined = found.join(known, known.c.id == testers.c.person).where(testers.c.engagement == engagement)
    return [_tester(row) for row in tx.execute(joined.order_by(testers.c.validated_at, testers.c.person))]


def make_key(
    tx: Transaction,
    edges: Edges,
    engagement: str,
    person: str,
    name: str,
    *,
    request_budget: int | None = None,
    token_budget: int | None = None,
    by: str,
) -> tuple[KeyId, str]:
    """Make a key of a tester, of which nothing is ever kept; return its id and its secret, shown once.

    It works once they have a second factor. Raises NoSuchEngagement, EngagementOver, NoSuchTester, BadEngagement.
    """
    found = find_open(tx, edges, engagement)
    tester = tester_of(tx, found.id, person)
    for what, budget in (("requests", request_budget), ("tokens", token_budget)):
        if budget is not None and not 1 <= budget < 2**62:
            raise BadEngagement(f"A budget of {budget} {what} lets nobody test.", hint="Give 1 or more, or none.")
    key, secret = create_key(
        tx, found.project, name, zero_retention=True, by=by, record=edges.record, clock=edges.clock
    )
    row = {"key": key, "engagement": found.id, "person": tester.person, "request_budget": request_budget}
    tx.execute(insert(tester_keys).values(row | {"token_budget": token_budget}))
    edges.record(
        tx,
        TesterKeyCreated(
            engagement=found.id,
            key=key,
            person=tester.person,
            request_budget=request_budget,
            token_budget=token_budget,
            by=by,
        ),
    )
    return key, secret


def remove(tx: Transaction, edges: Edges, engagement: str, person: str, *, by: str) -> int:
    """Take a tester out; return how many keys of theirs that ended. Raises NoSuchEngagement, NoSuchTester."""
    found = find_open(tx, edges, engagement)
    mine = (testers.c.engagement == found.id) & (testers.c.person == person) & testers.c.removed_at.is_(None)
    if not tx.execute(update(testers).where(mine).values(removed_at=edges.clock())).rowcount:
        raise NoSuchTester(engagement, person)
    theirs = (tester_keys.c.engagement == found.id) & (tester_keys.c.person == person)
    gone = end_keys(tx, edges, theirs, by=by)
    edges.record(tx, TesterRemoved(engagement=found.id, person=people.find(tx, person).id, keys=gone, by=by))
    notify(tx, CHANNEL, found.id)
    return gone


def keys_of(tx: Transaction, engagement: str) -> list[TesterKey]:
    """Return the keys of an engagement with what was used of each."""
    found = (
        select(tester_keys, usage.c.requests, usage.c.tokens, *_OF_KEY)
        .join(access_keys, access_keys.c.id == tester_keys.c.key)
        .outerjoin(usage, usage.c.scope == tester_keys.c.key)
        .where(tester_keys.c.engagement == engagement)
        .order_by(tester_keys.c.key)
    )
    return [_key(row) for row in tx.execute(found)]


def _tester(row: Row[Any]) -> Tester:
    fields = {name: getattr(row, name) for name in Tester.__struct_fields__ if name != "checked"}
    return Tester(**fields, checked=Check(row.checked))


def _key(row: Row[Any]) -> TesterKey:
    return TesterKey(
        key=row.key,
        person=row.person,
        name=row.name,
        prefix=row.prefix,
        made_at=row.created_at,
        request_budget=row.request_budget,
        token_budget=row.token_budget,
        requests=row.requests or 0,
        tokens=row.tokens or 0,
        revoked=row.revoked_at is not None,
    )

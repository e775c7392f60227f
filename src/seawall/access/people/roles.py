"""Who holds which role. Every grant has an owner and a date by which it is confirmed or withdrawn."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from seawall.access.people.edges import Edges
from seawall.access.people.model import NoSuchGrant, Person, RoleHeld, RoleTwice
from seawall.access.people.people import find, human_of
from seawall.access.people.tables import grants, people
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId, new_id
from seawall.vocabulary.records.people import RoleConfirmed, RoleGranted, RoleReviewAsked, RoleWithdrawn

REVIEW_AFTER = timedelta(days=180)


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """One role of one person."""

    person: PersonId
    role: str
    owner: str
    granted_by: str
    vouched_by: PersonId | None
    granted_at: datetime
    review_at: datetime


def grant(
    tx: Transaction,
    edges: Edges,
    person: str,
    role: str,
    *,
    by: str,
    owner: str = "",
    review: timedelta = REVIEW_AFTER,
    vouched_by: PersonId | None = None,
) -> Grant:
    """Give a person a role. Raises NoSuchPerson, RoleHeld. Which roles there are is known to `access.rights`.

    `vouched_by` is who set up what grants, such as a directory; left out, it is the human who grants.
    """
    known, now = find(tx, person), edges.clock()
    made: dict[str, Any] = {
        "person": known.id,
        "role": role,
        "owner": owner or by,
        "granted_by": by,
        "vouched_by": human_of(tx, vouched_by or by),
    }
    made |= {"granted_at": now, "review_at": now + review}
    try:
        with tx.begin_nested():
            tx.execute(insert(grants).values(made | {"id": new_id("gr")}))
    except IntegrityError:
        raise RoleHeld(
            f"{person} is {role!r} already.", hint=f"`seawall people show {person}` tells by whom."
        ) from None
    due = made["review_at"].isoformat()
    edges.record(tx, RoleGranted(person=known.id, role=role, owner=owner or by, review_at=due, by=by))
    return Grant(**made)


def withdraw(tx: Transaction, edges: Edges, person: str, role: str, *, by: str, reason_code: str = "withdrawn") -> None:
    """Take a role away. Raises NoSuchPerson, NoSuchGrant."""
    known = find(tx, person)
    _change(tx, known.id, role, withdrawn_at=edges.clock())
    edges.record(tx, RoleWithdrawn(person=known.id, role=role, reason_code=reason_code, by=by))


def change(
    tx: Transaction,
    edges: Edges,
    person: str,
    *,
    give: Sequence[str] = (),
    take: Sequence[str] = (),
    by: str,
    owner: str = "",
    review: timedelta = REVIEW_AFTER,
) -> tuple[Grant, ...]:
    """Give and take roles, all of them or none; return what is held then.

    Raises NoSuchPerson, RoleHeld, NoSuchGrant, RoleTwice.
    """
    twice = {role for role in (*give, *take) if (*give, *take).count(role) > 1}
    if twice:
        raise RoleTwice(f"{', '.join(sorted(twice))} stands there twice.", hint="Give a role or take it away, once.")
    for role in give:
        grant(tx, edges, person, role, by=by, owner=owner, review=review)
    for role in take:
        withdraw(tx, edges, person, role, by=by)
    return held(tx, find(tx, person).id)


def confirm(
    tx: Transaction, edges: Edges, person: str, role: str, *, by: str, review: timedelta = REVIEW_AFTER
) -> None:
    """Confirm that a role is still needed. Raises NoSuchPerson, NoSuchGrant."""
    known, due = find(tx, person), edges.clock() + review
    _change(tx, known.id, role, review_at=due)
    edges.record(tx, RoleConfirmed(person=known.id, role=role, review_at=due.isoformat(), by=by))


def held(tx: Transaction, person: str) -> tuple[Grant, ...]:
    """Return the roles of a person."""
    mine = grants.c.withdrawn_at.is_(None) & (grants.c.person == person)
    return tuple(map(_grant, tx.execute(select(grants).where(mine).order_by(grants.c.role))))


def due(tx: Transaction, at: datetime) -> tuple[Grant, ...]:
    """Return the grants that were to be confirmed by a moment and were not, longest overdue first."""
    late = grants.c.withdrawn_at.is_(None) & (grants.c.review_at <= at)
    return tuple(map(_grant, tx.execute(select(grants).where(late).order_by(grants.c.review_at, grants.c.id))))


def review_owned(tx: Transaction, edges: Edges, person: Person, by: str) -> None:
    """Ask for a confirmation of what a person answered for: grants that they own, and those of their other accounts."""
    now, others = edges.clock(), select(people.c.id).where(people.c.human == person.id, people.c.id != person.id)
    theirs = (grants.c.owner == person.id) | grants.c.person.in_(others)
    due_later = grants.c.withdrawn_at.is_(None) & (grants.c.review_at > now) & theirs
    moved = update(grants).where(due_later).values(review_at=now).returning(grants.c.person, grants.c.role)
    for row in tx.execute(moved).all():
        edges.record(tx, RoleReviewAsked(person=row.person, role=row.role, reason_code="owner_deactivated", by=by))


def _change(tx: Transaction, person: str, role: str, **values: datetime) -> None:
    mine = (grants.c.person == person) & (grants.c.role == role) & grants.c.withdrawn_at.is_(None)
    if not tx.execute(update(grants).where(mine).values(values)).rowcount:
        raise NoSuchGrant(f"{person} is not {role!r}.", hint=f"`seawall people show {person}` lists their roles.")


def _grant(row: object) -> Grant:
    return Grant(**{field: getattr(row, field) for field in Grant.__struct_fields__})

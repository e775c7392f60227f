"""What is confirmed: roles, each by who answers for the grant, and keys of projects, by who made them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update

from seawall.access.keys import revoke_key
from seawall.access.people import Edges, roles
from seawall.access.people.tables import grants, people
from seawall.access.recertify.model import Due, Source
from seawall.access.recertify.owners import is_gone
from seawall.access.reviews import REVIEW_AFTER, enlist
from seawall.access.tables import keys, reviews
from seawall.store import Transaction
from seawall.vocabulary.ids import KeyId
from seawall.vocabulary.records.access import KeyConfirmed

ADMINISTRATOR = "administrator"


class Roles:
    """Roles of people and service accounts."""

    name = "role"

    def given(self, tx: Transaction, until: datetime | None) -> Sequence[Due]:
        """Return the grants to confirm by a moment, or all."""
        chosen = self._held()
        if until is not None:
            chosen = chosen.where(grants.c.review_at <= until)
        return [_grant(row) for row in tx.execute(chosen.order_by(grants.c.review_at, grants.c.id))]

    def find(self, tx: Transaction, thing: str) -> Due | None:
        """Return a grant; None where it was withdrawn."""
        row = tx.execute(self._held().where(grants.c.id == thing)).first()
        return None if row is None else _grant(row)

    def confirm(self, tx: Transaction, edges: Edges, thing: str, *, by: str, review: timedelta) -> None:
        """Confirm a grant; whoever does answers for it from now on where its owner is gone."""
        found = self.find(tx, thing)
        if found is None:
            return
        roles.confirm(tx, edges, found.holder, found.what, by=by, review=review)
        if is_gone(tx, found.owner):
            tx.execute(update(grants).where(grants.c.id == thing).values(owner=by))

    def withdraw(self, tx: Transaction, edges: Edges, thing: str, *, by: str, reason_code: str) -> None:
        """Take a role away."""
        found = self.find(tx, thing)
        if found is not None:
            roles.withdraw(tx, edges, found.holder, found.what, by=by, reason_code=reason_code)

    def indispensable(self, tx: Transaction, thing: str) -> bool:
        """Tell whether this is what makes the last active person an administrator."""
        found = self.find(tx, thing)
        if found is None or found.what != ADMINISTRATOR:
            return False
        # Two that are judged at once must not each count on the other.
        tx.exec_driver_sql("LOCK TABLE access_grants IN SHARE ROW EXCLUSIVE MODE")
        others = (
            select(func.count())
            .select_from(grants.join(people, people.c.id == grants.c.person))
            .where(
                grants.c.withdrawn_at.is_(None), grants.c.role == ADMINISTRATOR, grants.c.id != thing,
                people.c.active_since.is_not(None), people.c.kind == "person",
            )
        )  # fmt: skip
        return not tx.scalar(others)

    @staticmethod
    def _held() -> Select[Any]:
        return select(grants).where(grants.c.withdrawn_at.is_(None))


class Keys:
    """Keys of projects. One that was made before there were dates is due half a year after it was made."""

    name = "key"

    def given(self, tx: Transaction, until: datetime | None) -> Sequence[Due]:
        """Return the working keys to confirm by a moment, or all."""
        found = [_key(row) for row in tx.execute(self._working().order_by(keys.c.id))]
        return [each for each in found if until is None or each.review_at <= until]

    def find(self, tx: Transaction, thing: str) -> Due | None:
        """Return a key; None where it was revoked."""
        row = tx.execute(self._working().where(keys.c.id == thing)).first()
        return None if row is None else _key(row)

    def confirm(self, tx: Transaction, edges: Edges, thing: str, *, by: str, review: timedelta) -> None:
        """Confirm a key; whoever does answers for it from now on where nobody did."""
        found, due = self.find(tx, thing), edges.clock() + review
        if found is not None:
            owner = by if not found.owner or is_gone(tx, found.owner) else found.owner
            enlist(tx, self.name, thing, owner=owner, review_at=due)
            edges.record(tx, KeyConfirmed(key=KeyId(thing), review_at=due.isoformat(), by=by))

    def withdraw(self, tx: Transaction, edges: Edges, thing: str, *, by: str, reason_code: str) -> None:
        """Revoke a key."""
        if self.find(tx, thing) is not None:
            revoke_key(tx, thing, by=by, record=edges.record, clock=edges.clock)

    def indispensable(self, tx: Transaction, thing: str) -> bool:
        """Tell that no key is: another can be made."""
        return False

    @staticmethod
    def _working() -> Select[Any]:
        mine = (reviews.c.source == Keys.name) & (reviews.c.thing == keys.c.id)
        columns = (keys.c.id, keys.c.name, keys.c.created_at, reviews.c.owner, reviews.c.review_at)
        return select(*columns).select_from(keys.outerjoin(reviews, mine)).where(keys.c.revoked_at.is_(None))


def _grant(row: Any) -> Due:
    return Due(thing=row.id, holder=row.person, what=row.role, owner=row.owner, review_at=row.review_at)


def _key(row: Any) -> Due:
    due = row.review_at or row.created_at + REVIEW_AFTER
    return Due(thing=row.id, holder="", what=row.name, owner=row.owner or "", review_at=due)


SOURCES: tuple[Source, ...] = (Roles(), Keys())

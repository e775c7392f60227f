"""Which passkeys a person has: apart from what checks them, which takes a library that not every process loads."""

from typing import Any

from sqlalchemy import Row, select

from seawall.access.people.tables import passkeys
from seawall.store import Transaction


def working(tx: Transaction, person: str) -> list[Row[Any]]:
    """Return the passkeys of a person, oldest first."""
    mine = (passkeys.c.person == person) & passkeys.c.removed_at.is_(None)
    return list(tx.execute(select(passkeys).where(mine).order_by(passkeys.c.enrolled_at, passkeys.c.id)))

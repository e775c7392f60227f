"""Which edition each target shows, and which it was asked to: a row a target."""

from datetime import datetime

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from seawall.hub.tables import deliveries
from seawall.hub.targets.model import Before
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import Conflict


class DeliveryRuns(Conflict):
    """The edition is being brought to that target at this moment."""

    code = "hub.delivery_runs"

    def __init__(self, target: str) -> None:
        super().__init__(f"The target {target!r} is being served just now.", hint="seawall hub targets tells when.")


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Where a target is. `digest` is the edition it is to show, `shown` the one that it showed last.

    `begun` is one whose delivery broke off, or goes on.
    """

    target: str
    digest: str
    asked_at: datetime
    shown: str | None
    begun: str | None
    delivered_at: datetime | None


def every(tx: Transaction) -> dict[str, Delivery]:
    """Return where each target is, by name."""
    rows = tx.execute(select(deliveries).order_by(deliveries.c.target)).mappings()
    return {row["target"]: Delivery(**row) for row in rows}


def ask(tx: Transaction, target: str, digest: str, clock: Clock) -> bool:
    """Note that a target is to show an edition; tell whether it was not asked to before."""
    row = {"target": target, "digest": digest, "asked_at": clock()}
    made = insert(deliveries).values(row)
    changed = made.on_conflict_do_update(
        index_elements=["target"],
        set_={"digest": made.excluded.digest, "asked_at": made.excluded.asked_at},
        where=deliveries.c.digest != made.excluded.digest,
    )
    return tx.execute(changed.returning(deliveries.c.target)).first() is not None


def alone(tx: Transaction, target: str) -> None:
    """Keep others from serving a target until this transaction ends. Raises DeliveryRuns."""
    key = func.hashtext(f"seawall_hub_target {target}")
    if not tx.scalar(select(func.pg_try_advisory_xact_lock(key))):
        raise DeliveryRuns(target)


def begin(tx: Transaction, target: str, digest: str) -> Before:
    """Note that an edition is on its way to a target; return what it has, and whether that can be relied on."""
    mine = deliveries.c.target == target
    row = tx.execute(select(deliveries).where(mine)).one()
    tx.execute(update(deliveries).where(mine).values(begun=digest))
    return Before(shown=row.shown or "", finished=row.begun is None)


def finish(tx: Transaction, target: str, digest: str, clock: Clock) -> None:
    """Note that a target shows an edition."""
    values = {"shown": digest, "begun": None, "delivered_at": clock()}
    tx.execute(update(deliveries).where(deliveries.c.target == target).values(values))

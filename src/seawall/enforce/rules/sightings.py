"""Write down what a decision was made on, once: its trigger, and every category that was found."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from seawall.enforce.rules.tables import sightings, triggers
from seawall.policy.accounts.calls import ANY
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId
from seawall.vocabulary.seen import Seen

KEPT = timedelta(days=90)


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """A decision on an exchange at which rules are asked. Numbers are given in the order of asking."""

    seq: int
    decision: DecisionId
    exchange: ExchangeId
    account: AccountId
    key: KeyId
    project: ProjectId
    at: datetime
    entered_at: datetime


def enter(tx: Transaction, seen: Seen, decision: DecisionId, *, now: datetime) -> Trigger | None:
    """Enter a decision and what was found, and return its trigger; None where it was entered before."""
    row: dict[str, Any] = {
        "decision": decision,
        "exchange": seen.exchange,
        "account": seen.account,
        "key": seen.key,
        "project": seen.project,
        "at": seen.at,
        "entered_at": now,
    }
    entered = insert(triggers).values(row).on_conflict_do_nothing(index_elements=["decision"]).returning(triggers.c.seq)
    seq = tx.scalar(entered)
    if seq is None:
        return None
    rows = list(_rows(seen, seq))
    if rows:
        # Of one exchange everything counts once: a later decision on it only makes surer what was seen before.
        put = insert(sightings)
        surer = put.on_conflict_do_update(
            index_elements=["exchange", "side", "category"],
            set_={"sure": sightings.c.sure | put.excluded.sure},
        )
        tx.execute(surer, rows)
    return Trigger(seq=seq, **row)


def as_trigger(row: Any) -> Trigger:
    """Return a trigger from its row."""
    return Trigger(**{name: row[name] for name in Trigger.__struct_fields__})


def withdrawn(tx: Transaction, decision: DecisionId) -> bool:
    """Let what was found under a decision count no longer, and tell whether anything did."""
    gone = delete(sightings).where(sightings.c.decision == decision).returning(sightings.c.exchange)
    return bool(tx.execute(gone).all())


def forget(tx: Transaction, *, now: datetime, most: int = 10_000) -> int:
    """Remove sightings that no rule can count any more; return how many."""
    old = select(sightings.c.exchange).where(sightings.c.at < now - KEPT).limit(most)
    return len(tx.execute(delete(sightings).where(sightings.c.exchange.in_(old)).returning(func.now())).all())


def _rows(seen: Seen, seq: int) -> Iterator[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for each in seen.sightings:
        for category in (each.category.value, ANY):
            known = found.get((each.side, category))
            if known is not None:
                known["sure"] |= each.sure
                continue
            found[(each.side, category)] = {
                "exchange": seen.exchange,
                "side": each.side,
                "category": category,
                "trigger": seq,
                "decision": each.decision,
                "account": seen.account,
                "key": seen.key,
                "sure": each.sure,
                "at": seen.at,
            }
    yield from found.values()

"""Find records by kind, actor, subject and period, page by page in the order of the ledger.

The index is made from the ledger, brought up to date before every search, and made anew after the ledger began a new
origin: its numbers are others then.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Row, Select, delete, func, insert, or_, select, text

from seawall.audit.entry import Entry, actor_of, subjects_of
from seawall.audit.tables import entries, indexed, subjects
from seawall.ledger.commitment import leaf_salt
from seawall.ledger.sequencer import read_state
from seawall.ledger.tables import records
from seawall.store import Transaction
from seawall.vocabulary.records import Audience

MOST = 500
_AT_ONCE = 2000
_LOCK = 0x5EA3A12
_COLUMNS = select(
    records.c.sequence, records.c.id, records.c.kind, records.c.audience, records.c.at, records.c.body,
    records.c.private, records.c.secret,
)  # fmt: skip


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which records: of these kinds (``person.*`` for all that begin so), by whom, about what, when."""

    kinds: tuple[str, ...] = ()
    actor: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def search(
    tx: Transaction, wanted: Filter, *, after: int = -1, before: int | None = None, limit: int = 100
) -> list[Entry]:
    """Return entries behind `after`, oldest first; with `before`, those ahead of it, newest first."""
    bring_up_to_date(tx)
    # What is about one subject is read in the order of its own rows, or PostgreSQL may look through all entries for it.
    number = subjects.c.sequence if wanted.subject else entries.c.sequence
    chosen, order = _chosen(wanted, number).where(number > after), number.asc()
    if before is not None:
        chosen, order = chosen.where(number < before), number.desc()
    found = list(tx.scalars(chosen.order_by(order).limit(max(1, min(limit, MOST)))))
    generation = generation_of(tx)
    rows = {row.sequence: row for row in tx.execute(_COLUMNS.where(records.c.sequence.in_(found)))}
    return [_entry(rows[number], generation) for number in found]


def every(tx: Transaction, wanted: Filter, *, upto: int) -> Iterator[Entry]:
    """Give all entries that fit, in order, up to and with an index."""
    after = -1
    while page := search(tx, wanted, after=after, limit=MOST):
        for entry in page:
            if entry.index > upto:
                return
            yield entry
        after = page[-1].index


def following(tx: Transaction, start: int, kinds: tuple[str, ...], limit: int) -> tuple[list[Entry], int]:
    """Return entries of these kinds from an index on, and the index behind the last that was looked at.

    Reads the ledger itself, not the index of the audit.
    """
    chosen = _COLUMNS.where(records.c.sequence >= start, records.c.sequence < start + limit)
    rows = tx.execute(chosen.order_by(records.c.sequence)).all()
    generation = generation_of(tx)
    wanted = [_entry(row, generation) for row in rows if _is_of(row.kind, kinds)]
    return wanted, rows[-1].sequence + 1 if rows else start


def last_index(tx: Transaction) -> int:
    """Return the index of the newest numbered record; -1 where there is none."""
    found = tx.scalar(select(func.max(records.c.sequence)))
    return -1 if found is None else int(found)


def generation_of(tx: Transaction) -> int:
    """Return which origin the numbers belong to: 1, and one more after each recovery."""
    return read_state(tx).generation


def bring_up_to_date(tx: Transaction) -> int:
    """Index what was numbered since the last time; return how many entries that were."""
    tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    generation, fresh = generation_of(tx), 0
    held = tx.execute(select(indexed)).first()
    if held is None or held.generation != generation:
        for table in (entries, subjects, indexed):
            tx.execute(delete(table))
        tx.execute(insert(indexed).values(generation=generation, next=0))
    start = held.next if held is not None and held.generation == generation else 0
    while rows := tx.execute(_from(start)).all():
        _add(tx, rows)
        start, fresh = rows[-1].sequence + 1, fresh + len(rows)
    tx.execute(indexed.update().values(next=start))
    return fresh


def _from(start: int) -> Select[Any]:
    chosen = _COLUMNS.where(records.c.sequence >= start).order_by(records.c.sequence)
    return chosen.limit(_AT_ONCE)


def _add(tx: Transaction, rows: Sequence[Row[Any]]) -> None:
    made, about = [], []
    for row in rows:
        fields = _entry(row, 0).fields
        made.append({"sequence": row.sequence, "kind": row.kind, "at": row.at, "actor": actor_of(fields)})
        about += [{"subject": each, "sequence": row.sequence} for each in subjects_of(fields)]
    tx.execute(insert(entries), made)
    if about:
        tx.execute(insert(subjects), about)


def _chosen(wanted: Filter, number: Column[Any]) -> Select[Any]:
    chosen = select(number)
    if wanted.kinds:
        exact = [each for each in wanted.kinds if not each.endswith(".*")]
        begins = [each.removesuffix("*") for each in wanted.kinds if each.endswith(".*")]
        begun = [entries.c.kind.startswith(each, autoescape=True) for each in begins]
        chosen = chosen.where(or_(entries.c.kind.in_(exact), *begun))
    if wanted.actor:
        chosen = chosen.where(entries.c.actor == wanted.actor)
    if wanted.subject:
        theirs = subjects.join(entries, entries.c.sequence == subjects.c.sequence)
        chosen = chosen.select_from(theirs).where(subjects.c.subject == wanted.subject)
    if wanted.since is not None:
        chosen = chosen.where(entries.c.at >= wanted.since)
    if wanted.until is not None:
        chosen = chosen.where(entries.c.at < wanted.until)
    return chosen


def _is_of(kind: str, kinds: tuple[str, ...]) -> bool:
    return not kinds or any(kind == each or (each.endswith(".*") and kind.startswith(each[:-1])) for each in kinds)


def _entry(row: Any, generation: int) -> Entry:
    audience = Audience(row.audience)
    shown: dict[str, Any] = {}
    if audience is not Audience.SEALED:
        shown = {
            "body": msgspec.json.decode(row.body),
            "private": msgspec.json.decode(row.private),
            "salt": leaf_salt(row.secret).hex(),
        }
    return Entry(
        index=row.sequence, generation=generation, id=row.id, at=row.at, kind=row.kind, audience=audience, **shown
    )

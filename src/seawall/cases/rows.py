"""Cases as rows: read one, lock it, change it, and keep its trail. Every change grows the version."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import RowMapping, insert, select, update

from seawall.access.people import Edges
from seawall.cases.errors import NoSuchCase
from seawall.cases.model import Case
from seawall.cases.tables import cases, events
from seawall.store import Transaction
from seawall.vocabulary.ids import CaseId, ItemId
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.cases import sealed


def find(tx: Transaction, case: str) -> Case:
    """Return a case, whoever asks. Raises NoSuchCase."""
    row = tx.execute(select(cases).where(cases.c.id == case)).mappings().first()
    if row is None:
        raise NoSuchCase(case)
    return as_case(row)


def lock(tx: Transaction, case: str) -> Case:
    """Return a case, its row locked until the transaction ends. Raises NoSuchCase."""
    row = tx.execute(select(cases).where(cases.c.id == case).with_for_update()).mappings().first()
    if row is None:
        raise NoSuchCase(case)
    return as_case(row)


def lock_all(tx: Transaction, ids: Iterable[str]) -> dict[str, Case]:
    """Return cases by id, locked in the order of their ids, so that two who cross do not wait for each other."""
    chosen = select(cases).where(cases.c.id.in_(list(ids))).order_by(cases.c.id).with_for_update()
    return {row["id"]: as_case(row) for row in tx.execute(chosen).mappings()}


def change(tx: Transaction, case: Case, **values: Any) -> Case:
    """Change a locked case and return it as it is then."""
    grown = values | {"version": case.version + 1}
    changed = update(cases).where(cases.c.id == case.id).values(grown).returning(cases)
    return as_case(tx.execute(changed).mappings().one())


def trail(
    tx: Transaction,
    edges: Edges,
    case: Case,
    what: str,
    by: str,
    body: Any = None,
    *,
    told: dict[str, Any] | None = None,
    item: ItemId | None = None,
) -> None:
    """Write down what happened in a case: for whoever works on it and, with a `body`, in the ledger."""
    row = {
        "case": case.id,
        "at": edges.clock(),
        "what": what,
        "by": by,
        "told": told or {},
        "item": item,
    }
    tx.execute(insert(events).values(row))
    if body is not None:
        edges.record(tx, stated(case, body))


def stated(case: Case, body: Any) -> Record:
    """Return a statement about a case as the ledger has it: sealed where the case is."""
    made: Record = sealed(body) if case.sealed else body
    return made


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a case's trail; `item` is what was written, in the vault."""

    at: Any
    what: str
    by: str
    told: dict[str, Any]
    item: str | None


def events_of(tx: Transaction, case: CaseId) -> list[Event]:
    """Return the trail of a case, oldest first."""
    found = select(events).where(events.c.case == case).order_by(events.c.seq)
    fields = Event.__struct_fields__
    return [Event(**{name: row[name] for name in fields}) for row in tx.execute(found).mappings()]


def as_case(row: RowMapping) -> Case:
    """Return a row as a case."""
    fields = {name: row[name] for name in Case.__struct_fields__}
    return msgspec.convert(fields, Case, strict=False, builtin_types=())

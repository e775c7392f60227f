"""What happened to an engagement and what was stated of it, read off the ledger's own records.

What was written is there at once, numbered or not. Limits: of what happened the newest few hundred are given.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, LargeBinary, func, literal, select

from seawall.ledger.tables import records
from seawall.store import Transaction
from seawall.vocabulary.errors import NotFound
from seawall.vocabulary.ids import EngagementId, RecordId
from seawall.vocabulary.records import testers as kinds
from seawall.vocabulary.records.testers import Conditions, StatementIssued

MOST = 300
_STATED = StatementIssued.kind
_KINDS = (
    kinds.EngagementCreated.kind,
    kinds.TesterValidated.kind,
    kinds.TesterRemoved.kind,
    kinds.TesterKeyCreated.kind,
    kinds.SafeguardsChanged.kind,
    kinds.EngagementEnded.kind,
    _STATED,
)
_ROW = select(records.c.id, records.c.kind, records.c.at, records.c.body, records.c.private)


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One record of an engagement. `told` is what it says, private values in the place of their digests."""

    record: RecordId
    kind: str
    at: datetime
    by: str
    told: Mapping[str, Any]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that was issued: the record that holds it, when, by whom, and what it states."""

    record: RecordId
    at: datetime
    by: str
    conditions: Conditions


class NoSuchStatement(NotFound):
    """No statement of the engagement has that record."""

    code = "access.no_such_statement"

    def __init__(self, engagement: str, record: str) -> None:
        super().__init__(
            f"{record!r} is no statement of {engagement}.", hint=f"Issue one: seawall testers statement {engagement}"
        )


def history(tx: Transaction, engagement: str) -> list[Happened]:
    """Return what happened to an engagement, newest first."""
    found = _ROW.where(records.c.kind.in_(_KINDS), _names(engagement)).order_by(records.c.id.desc()).limit(MOST)
    return [_happened(row) for row in tx.execute(found)]


def statements(tx: Transaction, engagement: str) -> list[Statement]:
    """Return the statements that were issued of an engagement, newest first."""
    found = _ROW.where(records.c.kind == _STATED, _names(engagement)).order_by(records.c.id.desc()).limit(MOST)
    return list(_of(engagement, tx.execute(found).all()))


def find_statement(tx: Transaction, engagement: str, record: str) -> Statement:
    """Return one statement of an engagement. Raises NoSuchStatement."""
    row = tx.execute(_ROW.where(records.c.id == record, records.c.kind == _STATED)).first()
    for each in _of(engagement, [] if row is None else [row]):
        return each
    raise NoSuchStatement(engagement, record)


def _names(engagement: str) -> ColumnElement[bool]:
    return func.position(literal(engagement.encode(), LargeBinary).op("IN")(records.c.body)) > 0


def _of(engagement: str, rows: Sequence[Any]) -> Iterator[Statement]:
    for row in rows:
        happened = _happened(row)
        conditions = msgspec.convert(happened.told["conditions"], Conditions)
        if conditions.engagement == EngagementId(engagement):
            yield Statement(record=happened.record, at=happened.at, by=happened.by, conditions=conditions)


def _happened(row: Any) -> Happened:
    told = {**msgspec.json.decode(row.body), **msgspec.json.decode(row.private)}
    said = {name: value for name, value in told.items() if name not in ("v", "kind", "id", "at", "by")}
    return Happened(record=RecordId(row.id), kind=row.kind, at=row.at, by=told.get("by", ""), told=said)

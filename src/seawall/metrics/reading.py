"""Read what numbers are made of: numbered records of a period, from the ledger's own rows; what was closed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, exists, select

from seawall.ledger.sequencer import read_state
from seawall.ledger.tables import records
from seawall.metrics.counting import Tally, belongs, count
from seawall.metrics.definitions import Definitions
from seawall.metrics.period import Period
from seawall.metrics.recounting import commitment
from seawall.metrics.tables import closings
from seawall.metrics.telling import Neighbour, tell
from seawall.store import Transaction
from seawall.vocabulary.ids import RecordId
from seawall.vocabulary.records.metrics import MetricTold

_AT_ONCE = 5000


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers that were closed: by which record, which one that corrects, and the digest of what they mean."""

    record: RecordId
    period: str
    corrects: RecordId | None
    definitions: str
    at: datetime
    numbers: tuple[MetricTold, ...]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted of a period, and what of it may leave. `counted` commits to the records."""

    period: Period
    definitions: Definitions
    tallies: tuple[Tally, ...]
    numbers: tuple[MetricTold, ...]
    records: int
    first: int | None
    last: int | None
    generation: int
    counted: str


def counted(tx: Transaction, definitions: Definitions, period: Period) -> Counted:
    """Count the numbered records of a period as they are now. What may leave fits what was told before."""
    indexes, entries, bodies = list[int](), list[bytes](), list[dict[str, Any]]()
    for index, entry, body in _records(tx, definitions, period):
        indexes.append(index)
        entries.append(entry)
        bodies.append(body)
    tallies = count(definitions, bodies)
    before = latest(tx, period.name)
    return Counted(
        period=period,
        definitions=definitions,
        tallies=tallies,
        numbers=tell(
            definitions,
            tallies,
            months=_months(tx, definitions, period, bodies),
            before=before.numbers if before is not None else (),
        ),
        records=len(indexes),
        first=indexes[0] if indexes else None,
        last=indexes[-1] if indexes else None,
        generation=read_state(tx).generation,
        counted=commitment(entries),
    )


def latest(tx: Transaction, period: str) -> Closing | None:
    """Return what was told last of a period; None where it was not closed."""
    found = closed(tx, period)
    return found[-1] if found else None


def closed(tx: Transaction, period: str | None = None) -> list[Closing]:
    """Return what was closed, by period and then oldest first."""
    chosen = select(closings).order_by(closings.c.period, closings.c.record)
    if period is not None:
        chosen = chosen.where(closings.c.period == period)
    return [_closing(row) for row in tx.execute(chosen).mappings()]


def unnumbered(tx: Transaction, until: datetime) -> bool:
    """Tell whether a record from before a moment has no number yet."""
    waits = exists().where(records.c.sequence.is_(None), records.c.at < until)
    return bool(tx.scalar(select(waits)))


def _closing(row: RowMapping) -> Closing:
    numbers = msgspec.convert(row["numbers"], tuple[MetricTold, ...])
    fields = {name: row[name] for name in Closing.__struct_fields__}
    return Closing(**fields | {"numbers": numbers})


def _records(tx: Transaction, definitions: Definitions, period: Period) -> Iterator[tuple[int, bytes, dict[str, Any]]]:
    within = (records.c.at >= period.since) & (records.c.at < period.until) & records.c.kind.in_(definitions.kinds)
    chosen = within | records.c.kind.in_(definitions.stating)
    columns = select(records.c.sequence, records.c.entry, records.c.body).where(chosen, records.c.sequence.is_not(None))
    rows = tx.execute(columns.order_by(records.c.sequence).execution_options(yield_per=_AT_ONCE))
    for row in rows:
        body = msgspec.json.decode(row.body)
        if belongs(definitions, body, period):
            yield row.sequence, bytes(row.entry), body


def _months(
    tx: Transaction, definitions: Definitions, period: Period, bodies: list[dict[str, Any]]
) -> tuple[Neighbour, ...]:
    made = []
    for month in period.months:
        theirs = latest(tx, month.name)
        mine = [each for each in bodies if belongs(definitions, each, month)]
        told = None if theirs is None else theirs.numbers
        made.append(Neighbour(name=month.name, tallies=count(definitions, mine), told=told))
    return tuple(made)

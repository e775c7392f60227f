"""Close the numbers of a period: once, when it is over and every record of it has its number, as a public record.

What is found wrong later is corrected by a further record that names the first; nothing is taken away. Two who close
at once follow each other, and the second is given what the first one closed.
"""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import insert, text

from seawall.ledger.commitment import canonical
from seawall.metrics.definitions import Definitions, newest
from seawall.metrics.period import Period, PeriodKind, half_year_of
from seawall.metrics.reading import Closing, Counted, closed, counted, latest, unnumbered
from seawall.metrics.tables import closings
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import Conflict
from seawall.vocabulary.ids import RecordId
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.metrics import MetricsClosed

Write = Callable[[Transaction, Record], RecordId]
# A transaction that began before the end may still write a record of the period.
SETTLES = timedelta(hours=1)
_LOCK = 0x5EA3A35


class PeriodNotOver(Conflict):
    """A period was to be closed before it was over."""

    code = "metrics.period_not_over"

    def __init__(self, period: Period) -> None:
        ready = period.until + SETTLES
        super().__init__(f"{period.name} can be closed from {ready:%d %B %Y, %H:%M} UTC on.", hint="Wait until then.")


class NotNumbered(Conflict):
    """Records of a period have no number in the ledger yet."""

    code = "metrics.not_numbered"

    def __init__(self, period: Period) -> None:
        super().__init__(
            f"Records of {period.name} have no number in the ledger yet.", hint="A worker numbers them: seawall work"
        )


class HalfYearClosed(Conflict):
    """A month was to be closed after the half-year that it belongs to."""

    code = "metrics.half_year_closed"

    def __init__(self, month: Period, half: Period) -> None:
        super().__init__(
            f"{half.name} is closed: {month.name} beside it would give away what is left out there.",
            hint="Close months before their half-year; what is wrong later is corrected in the half-year alone.",
        )


class NotClosed(Conflict):
    """Numbers were to be corrected that were never closed."""

    code = "metrics.not_closed"

    def __init__(self, period: Period) -> None:
        super().__init__(f"{period.name} is not closed.", hint=f"Close it: seawall metrics close {period.name}")


class NothingToCorrect(Conflict):
    """A period comes out the same when it is counted again."""

    code = "metrics.nothing_to_correct"

    def __init__(self, period: Period) -> None:
        super().__init__(f"The numbers of {period.name} come out as they were told.", hint="Nothing was closed.")


class NumbersMoved(Conflict):
    """What would be closed is not what was agreed to."""

    code = "metrics.numbers_moved"

    def __init__(self, period: Period) -> None:
        super().__init__(
            f"The numbers of {period.name} are others than those that were agreed to.", hint="Ask anew for these."
        )


def digest(found: Counted) -> str:
    """Return the digest of what would be closed: definitions, numbers, and what was counted."""
    said = [found.period.name, found.definitions.digest, msgspec.to_builtins(found.numbers), found.counted]
    return sha256(canonical(said, "numbers")).hexdigest()


def ready(
    tx: Transaction, period: Period, *, clock: Clock, correct: bool = False, definitions: Definitions | None = None
) -> Counted:
    """Return what would be closed now.

    Raises PeriodNotOver, NotNumbered, HalfYearClosed, NotClosed, NothingToCorrect.
    """
    if clock() < period.until + SETTLES:
        raise PeriodNotOver(period)
    if unnumbered(tx, period.until):
        raise NotNumbered(period)
    before = latest(tx, period.name)
    if correct and before is None:
        raise NotClosed(period)
    half = half_year_of(period)
    if period.kind is PeriodKind.MONTH and latest(tx, half.name) is not None:
        raise HalfYearClosed(period, half)
    found = counted(tx, definitions or newest(), period)
    if correct and before is not None and found.numbers == before.numbers:
        raise NothingToCorrect(period)
    return found


def close(
    tx: Transaction,
    period: Period,
    *,
    agreed: str = "",
    correct: bool = False,
    by: str,
    record: Write,
    clock: Clock,
) -> tuple[Closing, bool]:
    """Close a period, and tell whether that was new: one that is closed is returned as it is.

    `agreed` is the digest of what may be closed and nothing else. Raises as `ready`, NumbersMoved.
    """
    tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    before = closed(tx, period.name)
    if before and not correct:
        return before[-1], False
    found = ready(tx, period, clock=clock, correct=correct)
    if agreed and digest(found) != agreed:
        raise NumbersMoved(period)
    first = before[0].record if before else None
    name = record(tx, _body(found, first, by))
    made = Closing(
        record=name,
        period=period.name,
        corrects=first,
        definitions=found.definitions.digest,
        at=clock(),
        numbers=found.numbers,
    )
    row = msgspec.structs.asdict(made) | {"numbers": msgspec.to_builtins(made.numbers)}
    tx.execute(insert(closings).values(row))
    return made, True


def _body(found: Counted, corrects: RecordId | None, by: str) -> MetricsClosed:
    return MetricsClosed(
        period=found.period.name,
        since=found.period.since.isoformat(),
        until=found.period.until.isoformat(),
        definitions=found.definitions.digest,
        smallest_cell=found.definitions.smallest_cell,
        numbers=found.numbers,
        records=found.records,
        first=found.first,
        last=found.last,
        generation=found.generation,
        counted=found.counted,
        corrects=corrects,
        by=by,
    )

"""Numbers as people read them: each beside its definition, its period and its source; as rows for files.

A period that is not closed is shown as it stands, with the same numbers left out. Beyond that nothing is shown.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from seawall.metrics.closing import SETTLES
from seawall.metrics.definitions import TOTAL, Metric, by_digest, newest
from seawall.metrics.period import Period, period
from seawall.metrics.reading import Closing, counted, latest
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import RecordId
from seawall.vocabulary.records.metrics import MetricTold

RUNNING, OVER, CLOSED = "running", "over", "closed"
TOLD, WITHHELD, NOTHING = "told", "withheld", "nothing recorded"
_UNITS = {"share": "thousandths", "seconds": "seconds"}
COLUMNS = ("period", "metric", "title", "part", "value", "unit", "low", "high", "state", "counts", "source", "record")


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """One number with what it means."""

    metric: str
    title: str
    counts: str
    unit: str
    source: tuple[str, ...]
    recorded: bool
    total: int | None
    cells: dict[str, int | None]
    figure: int | None
    low: int | None
    high: int | None
    figures: dict[str, int | None]

    @property
    def has_figure(self) -> bool:
        """Tell whether it is a share or a time, beside what it is made of."""
        return self.unit in ("share", "seconds")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a period. `record` is where they are closed; `closable_at` from when on they can be."""

    period: str
    kind: str
    since: datetime
    until: datetime
    state: str
    closable_at: datetime
    record: RecordId | None
    corrects: RecordId | None
    closed_at: datetime | None
    definitions: str
    smallest_cell: int
    numbers: tuple[Number, ...]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a file."""

    period: str
    metric: str
    title: str
    part: str
    value: int | None
    unit: str
    low: int | None
    high: int | None
    state: str
    counts: str
    source: str
    record: str


def show(tx: Transaction, name: str, *, clock: Clock) -> Shown:
    """Return the numbers of a period: as they were closed, or as they stand. Raises NoSuchPeriod."""
    whole = period(name)
    last = latest(tx, whole.name)
    if last is not None:
        return shown(whole, last.definitions, last.numbers, last)
    found = counted(tx, newest(), whole)
    state = OVER if clock() >= whole.until else RUNNING
    return msgspec.structs.replace(shown(whole, found.definitions.digest, found.numbers), state=state)


def shown(whole: Period, digest: str, numbers: Sequence[MetricTold], closing: Closing | None = None) -> Shown:
    """Return numbers beside their definitions. Raises UnknownDefinitions."""
    definitions = by_digest(digest)
    return Shown(
        period=whole.name,
        kind=whole.kind.value,
        since=whole.since,
        until=whole.until,
        state=CLOSED,
        closable_at=whole.until + SETTLES,
        record=closing.record if closing is not None else None,
        corrects=closing.corrects if closing is not None else None,
        closed_at=closing.at if closing is not None else None,
        definitions=digest,
        smallest_cell=definitions.smallest_cell,
        numbers=tuple(_number(each, definitions.get(each.metric)) for each in numbers),
    )


def rows(found: Shown) -> list[Row]:
    """Return every value of a period as a row of its own."""
    return [row for each in found.numbers for row in _rows(found, each)]


def as_csv(given: Iterable[Row]) -> str:
    """Return rows as a CSV file. No cell comes from outside: none can be a formula."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(msgspec.structs.asdict(each) for each in given)
    return text.getvalue()


def _number(told: MetricTold, means: Metric) -> Number:
    order = [*means.cells, *sorted(set(told.cells) - set(means.cells))]
    said = msgspec.structs.asdict(told) | {"cells": {each: told.cells[each] for each in order if each in told.cells}}
    return Number(**said, title=means.title, counts=means.counts, unit=means.unit, source=means.kinds)


def _rows(found: Shown, number: Number) -> list[Row]:
    if not number.recorded:
        return [_row(found, number, "", None, NOTHING, number.unit)]
    unit = "records" if number.has_figure else number.unit
    made = [_row(found, number, TOTAL, number.total, _state(number.total), unit)]
    made += [_row(found, number, cell, value, _state(value), unit) for cell, value in number.cells.items()]
    if number.has_figure and number.total != 0:
        told = _row(found, number, "", number.figure, _state(number.figure), _UNITS[number.unit])
        made.append(msgspec.structs.replace(told, low=number.low, high=number.high))
    unit = _UNITS.get(number.unit, number.unit)
    return made + [
        _row(found, number, f"{part}: median", each, _state(each), unit) for part, each in number.figures.items()
    ]


def _state(value: int | None) -> str:
    return WITHHELD if value is None else TOLD


def _row(found: Shown, number: Number, part: str, value: int | None, state: str, unit: str) -> Row:
    return Row(
        period=found.period,
        metric=number.metric,
        title=number.title,
        part=part,
        value=value,
        unit=unit,
        low=None,
        high=None,
        state=state,
        counts=number.counts,
        source=" ".join(number.source),
        record=found.record or "",
    )

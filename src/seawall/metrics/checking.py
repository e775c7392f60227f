"""Check closed numbers as anyone can: do they add up, are shares right, does what is left out stay left out.

Pure: bodies of `metrics.closed` in, problems out. That they are in the log is shown by `ledger.proof` and
`ledger.verify`; that they are what was counted is for whoever has the bodies: `metrics.recounting`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from seawall.metrics.definitions import TOTAL, Definitions, Metric, UnknownDefinitions, by_digest
from seawall.metrics.period import NoSuchPeriod, Period, period
from seawall.metrics.telling import added_over_months, figures, sums_of
from seawall.metrics.withholding import Sum, given_away
from seawall.vocabulary.records.metrics import MetricTold

KIND = "metrics.closed"
_LONGEST_S = 10 * 366 * 86_400
_EMPTY_ROOT = 64


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """Something that does not hold: in which period's numbers, and what."""

    period: str
    what: str


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `metrics.closed`, as a verifier reads it. `record` is its id."""

    record: str = msgspec.field(name="id")
    period: str
    since: datetime
    until: datetime
    definitions: str
    smallest_cell: int
    numbers: tuple[MetricTold, ...]
    records: int
    first: int | None
    last: int | None
    generation: int
    counted: str
    corrects: str | None

    @property
    def cells(self) -> dict[str, int | None]:
        """Return every cell by name; None for those left out."""
        shown = [each for each in self.numbers if each.recorded]
        return {
            f"{each.metric}.{name}": value
            for each in shown
            for name, value in {TOTAL: each.total, **each.cells}.items()
        }


def closed(body: Mapping[str, Any]) -> Closed:
    """Read a body. Raises msgspec.ValidationError."""
    return msgspec.convert(dict(body), Closed, strict=False)


def check(body: Mapping[str, Any]) -> list[Wrong]:
    """Return what does not hold in one record by itself."""
    name = str(body.get("period", ""))[:20]
    try:
        found = closed(body)
        definitions, whole = by_digest(found.definitions), period(found.period)
    except (msgspec.ValidationError, UnknownDefinitions, NoSuchPeriod) as error:
        return [Wrong(period=name, what=str(error))]
    whats = [*_frame(found, definitions, whole), *_numbers(found, definitions)]
    return [Wrong(period=found.period, what=each) for each in whats]


def check_together(bodies: Iterable[Mapping[str, Any]]) -> list[Wrong]:
    """Return what does not hold between records that hold by themselves: each period once, half-years and months."""
    found, wrong = [closed(each) for each in bodies], list[Wrong]()
    firsts = defaultdict[str, list[Closed]](list)
    for each in found:
        if each.corrects is None:
            firsts[each.period].append(each)
    for name, several in firsts.items():
        if len(several) > 1:
            wrong.append(Wrong(period=name, what=f"it was closed {len(several)} times"))
    for each in (each for each in found if each.corrects is not None):
        if each.corrects not in {first.record for first in firsts[each.period]}:
            wrong.append(Wrong(period=each.period, what=f"{each.record} corrects {each.corrects}, which is not here"))
    last = {each.period: each for each in found}
    for name, several in firsts.items():
        if period(name).months and len(several) == 1:
            months = [last[month.name] for month in period(name).months if month.name in last]
            wrong += [Wrong(period=name, what=each) for each in _over_months(last[name], months)]
    return wrong


def _frame(found: Closed, definitions: Definitions, whole: Period) -> Iterator[str]:
    if (found.since, found.until) != (whole.since, whole.until):
        yield f"it counts from {found.since.isoformat()} to {found.until.isoformat()}"
    if found.smallest_cell != definitions.smallest_cell:
        yield f"the smallest cell is {found.smallest_cell}, by its definitions {definitions.smallest_cell}"
    if [each.metric for each in found.numbers] != [each.id for each in definitions.metrics]:
        yield "it does not have every number of its definitions, once and in their order"
    span = 0 if found.first is None or found.last is None else found.last - found.first + 1
    if not 0 <= found.records <= span or (found.records == 0) != (span == 0):
        yield f"{found.records} records are said to be in a range of {span}"
    if len(found.counted) != _EMPTY_ROOT:
        yield "what was counted is committed to by no hash"


def _numbers(found: Closed, definitions: Definitions) -> Iterator[str]:
    metrics = {each.id: each for each in definitions.metrics}
    for told in found.numbers:
        if told.metric in metrics:
            yield from (f"{told.metric}: {each}" for each in _one(told, metrics[told.metric], found.smallest_cell))
    values = found.cells
    sums = sums_of(definitions, {each.metric: tuple(each.cells) for each in found.numbers})
    for each in sums:
        # A part of which nothing was counted is not there.
        for part in each.parts:
            values.setdefault(part, 0)
    yield from _added(values, [each for each in sums if each.total in values])


def _one(told: MetricTold, metric: Metric, smallest: int) -> Iterator[str]:
    values = {TOTAL: told.total, **told.cells}
    for name, value in values.items():
        if value is not None and value < 0:
            yield f"{name} is {value}"
        if value is not None and 0 < value < smallest and metric.of is not None:
            yield f"{name} is {value}: so small a number is not told"
    if not told.recorded and (told.total is not None or metric.of is not None):
        yield "it has numbers of which nothing was recorded"
    if metric.cells and set(told.cells) != set(metric.cells):
        yield f"its parts are {', '.join(told.cells) or 'none'}"
    if metric.median is None:
        figure, low, high = figures(metric, told.total, told.cells)
        if (told.figure, told.low, told.high) != (figure, low, high):
            yield f"the share is {told.figure} ({told.low} to {told.high}), by its parts {figure} ({low} to {high})"
    elif told.figure is not None and (not told.total or not 0 <= told.figure <= _LONGEST_S):
        yield f"a median of {told.figure} seconds cannot be"
    yield from _of_parts(told, metric, smallest)


def _of_parts(told: MetricTold, metric: Metric, smallest: int) -> Iterator[str]:
    if metric.median is None or not metric.median.of_parts:
        if told.figures:
            yield "it has medians of parts, by its definition none"
        return
    for part, figure in told.figures.items():
        if figure is not None and ((told.cells.get(part) or 0) < smallest or not 0 <= figure <= _LONGEST_S):
            yield f"a median of {figure} seconds for {part} cannot be"


def _added(values: dict[str, int | None], sums: Sequence[Sum]) -> Iterator[str]:
    for each in sums:
        parts, total = [values[part] for part in each.parts], values[each.total]
        shown = sum(part for part in parts if part is not None)
        if total is not None and (shown > total or (None not in parts and shown != total)):
            yield f"{each.total} is {total}, its parts add up to {shown}"
    for name in sorted(given_away(values, sums)):
        yield f"{name} is left out and yet follows from the others"


def _over_months(half: Closed, months: Sequence[Closed]) -> Iterator[str]:
    """Say what does not hold between a half-year and its months, where all of them were closed by the same edition."""
    if len(months) != len(period(half.period).months) or {each.definitions for each in months} != {half.definitions}:
        return
    definitions = by_digest(half.definitions)
    added = [name for name in half.cells if added_over_months(definitions.get(name.partition(".")[0]))]
    values: dict[str, int | None] = {name: half.cells[name] for name in added}
    for month in months:
        values |= {f"{month.period}/{name}": month.cells.get(name, 0) for name in added}
    sums = [Sum(name, tuple(f"{month.period}/{name}" for month in months)) for name in added]
    yield from _added(values, sums)

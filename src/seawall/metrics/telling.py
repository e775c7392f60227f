"""From tallies to numbers that may leave: small ones out, shares and medians beside what they are made of. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor, sqrt

import msgspec

from seawall.metrics.counting import Tally
from seawall.metrics.definitions import TOTAL, Definitions, Metric
from seawall.metrics.withholding import Sum, Withheld, withheld
from seawall.vocabulary.records.metrics import MetricTold

_THOUSAND = 1000
# Stands for each part of a number.
_EACH = "{}"
# The normal deviate of an interval of 95 %.
_Z = 1.959964


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """A month of a half-year: what was counted, and the numbers that were told, or None where it was not closed."""

    name: str
    tallies: tuple[Tally, ...]
    told: tuple[MetricTold, ...] | None


def tell(
    definitions: Definitions,
    tallies: Sequence[Tally],
    *,
    months: Sequence[Neighbour] = (),
    before: Sequence[MetricTold] = (),
) -> tuple[MetricTold, ...]:
    """Return what may leave. `before` are numbers of the same period that were told once: what was out stays out."""
    values, sums = joined(definitions, tallies)
    out = set(_out(before))
    fixed = set[str]()
    if any(each.told is not None for each in months):
        out |= _near(definitions, values, sums, fixed, months)
    gone = withheld(values, sums, definitions.smallest_cell, before=out, told=fixed)
    by_id = {each.metric: each for each in tallies}
    return tuple(_told(metric, by_id[metric.id], gone, definitions.smallest_cell) for metric in definitions.metrics)


def joined(definitions: Definitions, tallies: Sequence[Tally]) -> tuple[dict[str, int], list[Sum]]:
    """Return every cell by name, and the sums by which they hang together."""
    counted = [each for each in tallies if definitions.get(each.metric).of is not None]
    values = {f"{each.metric}.{TOTAL}": each.total or 0 for each in counted}
    values |= {f"{each.metric}.{cell}": value for each in counted for cell, value in each.cells.items()}
    sums = sums_of(definitions, {each.metric: tuple(each.cells) for each in counted})
    for name in (name for each in sums for name in (each.total, *each.parts)):
        values.setdefault(name, 0)
    return values, sums


def sums_of(definitions: Definitions, cells: Mapping[str, Sequence[str]]) -> list[Sum]:
    """Return the sums that hold in one period, given the cells that each metric has."""
    made = list[Sum]()
    for metric in definitions.metrics:
        parts = cells.get(metric.id, ())
        if parts:
            made.append(Sum(f"{metric.id}.{TOTAL}", tuple(f"{metric.id}.{each}" for each in parts)))
        for cell, others in metric.adds_up.items():
            for each in parts if cell == _EACH else (cell,):
                made.append(Sum(f"{metric.id}.{each}", tuple(_said_elsewhere(others, each, cells))))
    return made


def _said_elsewhere(others: Sequence[str], cell: str, cells: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Give the parts that a number is the sum of, with what `{}` and `*` stand for."""
    for other in others:
        metric, _, named = other.partition(".")
        wanted = named.replace(_EACH, cell).split("/")
        if "*" not in wanted:
            yield f"{metric}.{'/'.join(wanted) or TOTAL}"
            continue
        for part in cells.get(metric, ()):
            if all(want in ("*", one) for want, one in zip(wanted, part.split("/"), strict=True)):
                yield f"{metric}.{part}"


def share(part: int, whole: int) -> int:
    """Return a share in thousandths."""
    return (part * _THOUSAND + whole // 2) // whole


def interval(part: int, whole: int) -> tuple[int, int]:
    """Return the bounds of Wilson's interval of 95 % for a share, in thousandths, rounded outwards."""
    found, square = part / whole, _Z * _Z
    middle = (found + square / (2 * whole)) / (1 + square / whole)
    half = _Z * sqrt(found * (1 - found) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return max(0, floor((middle - half) * _THOUSAND)), min(_THOUSAND, ceil((middle + half) * _THOUSAND))


def added_over_months(metric: Metric) -> bool:
    """Tell whether a half-year's number is the sum of its months'."""
    return metric.of is not None and not metric.of.latest_by


def _near(
    definitions: Definitions,
    values: dict[str, int],
    sums: list[Sum],
    fixed: set[str],
    months: Sequence[Neighbour],
) -> set[str]:
    """Add the months of a half-year to what hangs together; return which of their cells are out."""
    out = set[str]()
    own = [name for name in values if added_over_months(definitions.get(name.partition(".")[0]))]
    for month in months:
        theirs, _ = joined(definitions, month.tallies)
        gone = set(theirs) | set(own) if month.told is None else set(_out(month.told)) | _unsaid(month.told, own)
        for name in own:
            values[f"{month.name}/{name}"] = theirs.get(name, 0)
            (out if name in gone else fixed).add(f"{month.name}/{name}")
    over_months = [Sum(name, tuple(f"{each.name}/{name}" for each in months)) for name in own]
    # What follows from months that are told is told: to leave it out would hide nothing.
    fixed |= {each.total for each in over_months if not out & set(each.parts)}
    sums += over_months
    return out


def _unsaid(told: Sequence[MetricTold], names: Sequence[str]) -> set[str]:
    """Return the cells of numbers that an earlier edition did not have: nothing of them was told."""
    said = {each.metric for each in told}
    return {name for name in names if name.partition(".")[0] not in said}


def _out(told: Sequence[MetricTold]) -> Withheld:
    """Return the names of the cells that were left out."""
    cells = [(each.metric, {TOTAL: each.total, **each.cells}) for each in told if each.recorded]
    return frozenset(f"{metric}.{name}" for metric, values in cells for name, value in values.items() if value is None)


def _told(metric: Metric, tally: Tally, gone: Withheld, smallest: int) -> MetricTold:
    def shown(cell: str, value: int | None) -> int | None:
        return None if f"{metric.id}.{cell}" in gone else value

    total = shown(TOTAL, tally.total)
    cells = {cell: shown(cell, value) for cell, value in tally.cells.items()}
    figure, low, high = figures(metric, total, cells)
    if metric.median is not None and total is not None and total >= smallest:
        figure = tally.median
    return MetricTold(
        metric=metric.id,
        recorded=tally.recorded,
        total=total,
        cells=cells,
        figure=figure,
        low=low,
        high=high,
        figures={cell: median if (cells[cell] or 0) >= smallest else None for cell, median in tally.medians.items()},
    )


def figures(
    metric: Metric, total: int | None, cells: Mapping[str, int | None]
) -> tuple[int | None, int | None, int | None]:
    """Return a share with its bounds, as far as both of what it is made of are told."""
    part = cells.get(metric.share) if metric.share else None
    if part is None or not total:
        return None, None, None
    return (share(part, total), *(interval(part, total) if metric.interval else (None, None)))

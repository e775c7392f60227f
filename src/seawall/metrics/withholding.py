"""Leave small numbers out, and as many others as it takes so that none of them follows by subtraction. Pure.

A cell is small from 1 to one below the smallest that is told; none at all is told. Numbers hang together by sums. Where
a total is told, of its parts none is left out, or at least two whose values the total leaves open: either one of them
is large and nobody can tell which, or they are all small and add up to neither the least nor the most that they could.
At the end all sums are taken as one system, solved and bounded (what is left out is no less than 1), and what would
follow from it is not told either.

Limits: this holds against whoever has the numbers alone. Who knows one of the numbers besides, such as an operator of
the product, may work out another.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from math import inf

import msgspec

Values = Mapping[str, int]
Withheld = frozenset[str]
# Bounds of sums that hang together may come closer without end; so often is enough to see that they meet.
_ROUNDS = 50


class Sum(msgspec.Struct, frozen=True):
    """A total and the parts that add up to it, by name."""

    total: str
    parts: tuple[str, ...]


def withheld(
    values: Values,
    sums: Sequence[Sum],
    smallest: int,
    *,
    before: Collection[str] = (),
    told: Collection[str] = (),
) -> Withheld:
    """Return the cells that are not told. `before` are out already, and what was `told` before stays told."""
    fixed, out = frozenset(told), frozenset(before)
    out |= {name for name, value in values.items() if 0 < value < smallest} - fixed
    while True:
        found = (_more(each, values, out, smallest, fixed) for each in sums)
        more = next((each for each in found if each), None) or _beside(values, sums, out, smallest, fixed)
        if not more:
            return out
        out |= more


def given_away(values: Mapping[str, int | None], sums: Sequence[Sum]) -> frozenset[str]:
    """Return the cells that are None and yet follow from those that are not, by the sums."""
    unknown = sorted(name for name, value in values.items() if value is None)
    solved = frozenset(unknown[at] for at in _determined([_row(each, unknown) for each in sums], len(unknown)))
    return solved | {name for name, (low, high) in _bounds(values, sums).items() if low == high and name in unknown}


def _more(each: Sum, values: Values, out: Withheld, smallest: int, fixed: Withheld) -> Withheld:
    """Return what must be left out of one sum too; nothing where it is safe."""
    parts = [name for name in each.parts if values[name]]
    gone = [values[name] for name in parts if name in out]
    free = [name for name in parts if name not in out and name not in fixed]
    if each.total in out:
        return frozenset() if gone else _least(free, values)
    if not gone or _open(gone, smallest):
        return frozenset()
    large = _least([name for name in free if values[name] >= smallest], values)
    return large or frozenset({each.total} - fixed)


def _open(gone: Sequence[int], smallest: int) -> bool:
    """Tell whether the sum of what is left out leaves every one of it open."""
    count, whole = len(gone), sum(gone)
    return count > 1 and (max(gone) >= smallest or count < whole < count * (smallest - 1))


def _least(names: Iterable[str], values: Values) -> Withheld:
    # All that are equally small: which of them it was would tell something.
    named = list(names)
    least = min((values[name] for name in named), default=0)
    return frozenset(name for name in named if values[name] == least)


def _beside(values: Values, sums: Sequence[Sum], out: Withheld, smallest: int, fixed: Withheld) -> Withheld:
    """Return what must be left out so that nothing follows from all sums together."""
    away = given_away({name: None if name in out else value for name, value in values.items()}, sums)
    found = (_nearest(name, values, sums, out | fixed, smallest) for name in sorted(away))
    return next((each for each in found if each), frozenset())


def _nearest(name: str, values: Values, sums: Sequence[Sum], taken: Withheld, smallest: int) -> Withheld:
    """Return what is told nearest to a number, from sum to sum; parts rather than totals, large rather than small."""
    reached, before = {name}, set[str]()
    while reached != before:
        before = set(reached)
        touched = [each for each in sums if not before.isdisjoint((each.total, *each.parts))]
        reached |= {one for each in touched for one in (each.total, *each.parts)}
        totals = {each.total for each in touched}
        near = [one for one in sorted(reached) if one not in taken and values[one]]
        if near:
            return _least([one for one in near if one not in totals and values[one] >= smallest] or near, values)
    return frozenset()


def _bounds(values: Mapping[str, int | None], sums: Sequence[Sum]) -> dict[str, tuple[float, float]]:
    """Return between what each number must be."""
    found = {name: (1.0, inf) if value is None else (value, value) for name, value in values.items()}
    for _ in range(_ROUNDS):
        before = dict(found)
        for each in sums:
            lows, highs = ([found[part][at] for part in each.parts] for at in (0, 1))
            low, high = (max(found[each.total][0], sum(lows)), min(found[each.total][1], sum(highs)))
            found[each.total] = (low, high)
            for at, part in enumerate(each.parts):
                most, least = high - sum(lows[:at] + lows[at + 1 :]), low - sum(highs[:at] + highs[at + 1 :])
                found[part] = (max(lows[at], least), min(highs[at], most))
        if found == before:
            break
    return found


def _row(each: Sum, unknown: Sequence[str]) -> list[Fraction]:
    weights = dict.fromkeys(unknown, 0)
    for name, weight in ((each.total, -1), *((part, 1) for part in each.parts)):
        if name in weights:
            weights[name] += weight
    return [Fraction(weights[name]) for name in unknown]


def _determined(rows: list[list[Fraction]], width: int) -> list[int]:
    """Return the unknowns that have one value in every solution: those that stand alone in the reduced rows."""
    reduced = list[list[Fraction]]()
    left = [row for row in rows if any(row)]
    for column in range(width):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        pivot = [each / pivot[column] for each in pivot]
        left, reduced = ([_minus(row, pivot, column) for row in rest] for rest in (left, reduced))
        reduced.append(pivot)
        left = [row for row in left if any(row)]
    alone = [[at for at, each in enumerate(row) if each] for row in reduced]
    return [places[0] for places in alone if len(places) == 1]


def _minus(row: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    by = row[column]
    return [mine - by * theirs for mine, theirs in zip(row, pivot, strict=True)] if by else row

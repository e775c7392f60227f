"""Count legal requests for the public, so that nobody can be found in the numbers. Pure: rows in, cells out.

A country and kind with fewer requests than the smallest cell goes into the rest of its kind; a rest that is still too
small is left out. Within a cell, a part is told only where it, and what is left beside it, is none or large enough.
No sum over cells is told: it would give back what was left out. National security is told in bands, of all together.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from seawall.vocabulary.records.legal import LegalCell

NATIONAL_SECURITY = "national_security"
_BAND = 250


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """One request as numbers see it."""

    country: str
    kind: str
    accounts: int
    answered: bool
    content: bool
    rejected: bool
    objected: bool
    preserved: bool
    told: bool


def cells(rows: Iterable[Counted], smallest: int) -> tuple[LegalCell, ...]:
    """Return the cells that may be told, by kind and country; the rest of a kind has no country."""
    by_kind: dict[str, dict[str, list[Counted]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.kind != NATIONAL_SECURITY:
            by_kind[row.kind][row.country].append(row)
    made = list[LegalCell]()
    for kind, countries in sorted(by_kind.items()):
        large = {name: found for name, found in countries.items() if len(found) >= smallest}
        rest = [row for name, found in countries.items() if name not in large for row in found]
        made += [_cell(name, kind, found, smallest) for name, found in sorted(large.items())]
        if rest:
            made.append(_cell("", kind, rest, smallest))
    return tuple(made)


def bands(rows: Sequence[Counted]) -> tuple[str, str]:
    """Return the bands of requests and accounts of national security."""
    mine = [row for row in rows if row.kind == NATIONAL_SECURITY]
    return _band(len(mine)), _band(sum(row.accounts for row in mine))


def _cell(country: str, kind: str, found: Sequence[Counted], smallest: int) -> LegalCell:
    if len(found) < smallest:
        return _empty(country, kind)

    def part(name: str) -> int | None:
        count = sum(getattr(row, name) for row in found)
        return None if any(0 < each < smallest for each in (count, len(found) - count)) else count

    return LegalCell(
        country=country,
        request_kind=kind,
        requests=len(found),
        accounts=sum(row.accounts for row in found),
        answered=part("answered"),
        content=part("content"),
        rejected=part("rejected"),
        objected=part("objected"),
        preserved=part("preserved"),
        told=part("told"),
    )


def _empty(country: str, kind: str) -> LegalCell:
    numbers = ("requests", "accounts", "answered", "content", "rejected", "objected", "preserved", "told")
    return LegalCell(country=country, request_kind=kind, **dict.fromkeys(numbers))


def _band(count: int) -> str:
    low = count // _BAND * _BAND
    return f"{low}-{low + _BAND - 1}"

"""Tables: filtered, sorted, a page at a time, and exported whole. The same rows, whichever way they leave."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.web.console.export import exported
from seawall.web.console.page import page

PAGE = 50


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: the cell's key and what stands above it. `free` is text of any length, such as names.

    A table can be narrowed to one of `choices`: what stands in the cells, where that is a closed list.
    """

    key: str
    label: str
    number: bool = False
    mono: bool = False
    free: bool = False
    choices: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row: text, numbers, moments, truths or several texts by key. `href` is where its first cell leads."""

    cells: Mapping[str, Any]
    href: str = ""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a table, and how to get to the others. `all` counts what there is, `matched` what the filter left."""

    name: str
    path: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    all: int
    matched: int
    asked: Mapping[str, str]
    sort: str
    number: int
    pages: int

    @property
    def narrowed(self) -> tuple[Column, ...]:
        """Return the columns that the table can be narrowed by."""
        return tuple(each for each in self.columns if each.choices)

    def link(self, **changed: object) -> str:
        """Return the address of this table with something changed; what is None or empty is left out."""
        kept = {**self.asked, **changed}
        told = urlencode({name: value for name, value in kept.items() if value not in (None, "")})
        return f"{self.path}?{told}" if told else self.path

    def toggled(self, key: str) -> str:
        """Return the address at which a column sorts the table, the other way round where it does already."""
        return self.link(sort=f"-{key}" if self.sort == key else key, page=None)

    def way(self, key: str) -> str:
        """Return how a column sorts this table, in words of ARIA."""
        return {key: "ascending", f"-{key}": "descending"}.get(self.sort, "none")


def listed(
    request: Request,
    template: str,
    name: str,
    columns: tuple[Column, ...],
    rows: Sequence[Row],
    **values: Any,
) -> Response:
    """Return a page with a table, or the table as CSV or JSON where `format` asks for it."""
    asked = {key: value for key, value in request.query_params.items() if key not in ("format", "said")}
    found = _sorted(columns, _matching(_chosen(columns, rows, asked), asked.get("q", "")), asked.get("sort", ""))
    wanted = request.query_params.get("format", "")
    if wanted:
        return exported(wanted, name, [each.key for each in columns], [row.cells for row in found])
    made = _page(request.url.path, name, columns, found, len(rows), asked)
    return page(request, template, listing=made, **values)


def _page(
    path: str, name: str, columns: tuple[Column, ...], found: Sequence[Row], every: int, asked: Mapping[str, str]
) -> Listing:
    pages = max(1, -(-len(found) // PAGE))
    stated = asked.get("page", "1")
    number = min(max(1, int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 1), pages)
    return Listing(
        name=name,
        path=path,
        columns=columns,
        rows=tuple(found[(number - 1) * PAGE : number * PAGE]),
        all=every,
        matched=len(found),
        asked=asked,
        sort=asked.get("sort", ""),
        number=number,
        pages=pages,
    )


def _chosen(columns: tuple[Column, ...], rows: Sequence[Row], asked: Mapping[str, str]) -> list[Row]:
    wanted = {each.key: asked[each.key] for each in columns if asked.get(each.key) in each.choices}
    return [row for row in rows if all(row.cells[key] == value for key, value in wanted.items())]


def _matching(rows: Sequence[Row], sought: str) -> list[Row]:
    words = sought.casefold().split()
    return [row for row in rows if all(word in _text(row) for word in words)]


def _text(row: Row) -> str:
    return " ".join(map(str, row.cells.values())).casefold()


def _sorted(columns: tuple[Column, ...], rows: list[Row], sort: str) -> list[Row]:
    key = sort.removeprefix("-")
    if key not in {each.key for each in columns}:
        return rows
    return sorted(rows, key=lambda row: _weight(row.cells.get(key)), reverse=sort.startswith("-"))


def _weight(value: Any) -> tuple[int, float, str]:
    """Order what one column may hold: nothing first, numbers and moments by size, everything else as text."""
    if value is None:
        return 0, 0.0, ""
    if isinstance(value, datetime):
        return 1, value.timestamp(), ""
    if isinstance(value, int | float):
        return 1, float(value), ""
    return 2, 0.0, (", ".join(value) if isinstance(value, tuple) else str(value)).casefold()

"""Numbers: those of `metrics.closed`, each with its definition, its parts, earlier periods and the signed record.

Of a period that was closed again only the last record counts. What is not told, because it or another part is small,
is shown as such, never as zero.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from seawall.hub.book import Book, Page
from seawall.hub.claims import pointer
from seawall.hub.inputs import Definition
from seawall.hub.published import Public

_WIDTH = 320
_SMALLEST = 5


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a signed record: its place in the body, and the length of its bar. None is not told."""

    name: str
    label: str
    at: str
    value: int | None
    width: int = 0


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A number over a period as its record has it."""

    period: str
    record: Public
    recorded: bool
    smallest: int
    corrected: bool
    total: Number | None
    figure: Number | None
    bounds: tuple[Number, ...]
    cells: tuple[Number, ...]
    figures: Mapping[str, Number | None] = {}

    def part(self, name: str) -> Number | None:
        """Return a part by its name in the record; None where nothing was counted of it."""
        return next((each for each in self.cells if each.name == name), None)


def pages(book: Book) -> Iterator[Page]:
    """Return the list of numbers, and a page for each with its periods, newest first."""
    closed = newest_of_each(book)
    if not closed:
        return
    by_metric: dict[str, list[Told]] = {}
    for record in closed:
        for each, told in told_by(book, record):
            by_metric.setdefault(each, []).append(told)
    known = {each.id: each for each in book.inputs.definitions}
    metrics = [(known.get(name) or _plain(name), found) for name, found in by_metric.items()]
    stamped = book.stamp(*(each.at for each in closed))
    yield Page(
        path="metrics/index.html",
        template="metrics.html",
        title=book.words.gettext("Numbers"),
        section="metrics",
        stamped=stamped,
        values={"metrics": metrics, "period": closed[0].body["period"]},
    )
    for definition, found in metrics:
        yield Page(
            path=path_of(definition),
            template="metric.html",
            title=definition.title,
            section="metrics",
            stamped=stamped,
            values={"definition": definition, "periods": found},
        )


def path_of(definition: Definition) -> str:
    """Return where a number has its page."""
    return f"metrics/{definition.id}.html"


def newest_of_each(book: Book) -> list[Public]:
    """Return the record that counts of each period, the newest period first."""
    last = {str(each.body["period"]): each for each in book.log.of("metrics.closed")}
    return sorted(last.values(), key=lambda each: str(each.body.get("since", "")), reverse=True)


def told_by(book: Book, record: Public) -> Iterator[tuple[str, Told]]:
    """Return every number of a record with its name."""
    titles = {each.id: each.title for each in book.inputs.frameworks}
    for at, told in enumerate(record.body.get("numbers", ())):
        yield str(told["metric"]), _told(record, at, told, titles)


def _told(record: Public, at: int, told: Mapping[str, Any], titles: Mapping[str, str]) -> Told:
    cells: Mapping[str, int | None] = told.get("cells") or {}
    largest = max((each or 0 for each in cells.values()), default=0) or 1
    return Told(
        period=str(record.body["period"]),
        record=record,
        recorded=bool(told.get("recorded", True)),
        smallest=int(record.body.get("smallest_cell", _SMALLEST)),
        corrected=record.body.get("corrects") is not None,
        total=_one(at, told, "total"),
        figure=_one(at, told, "figure"),
        bounds=tuple(each for each in (_one(at, told, "low"), _one(at, told, "high")) if each is not None),
        cells=tuple(
            Number(
                name=name,
                label=titles.get(name) or name.replace("_", " "),
                at=pointer("numbers", at, "cells", name),
                value=value,
                width=round(_WIDTH * (value or 0) / largest),
            )
            for name, value in sorted(cells.items())
        ),
        figures={
            name: None
            if value is None
            else Number(name=name, label="", at=pointer("numbers", at, "figures", name), value=value)
            for name, value in dict(told.get("figures") or {}).items()
        },
    )


def _one(at: int, told: Mapping[str, Any], name: str) -> Number | None:
    value = told.get(name)
    return None if value is None else Number(name=name, label=name, at=pointer("numbers", at, name), value=int(value))


def _plain(name: str) -> Definition:
    return Definition(id=name, title=name.replace("_", " ").replace(".", ": "), says="", unit="")

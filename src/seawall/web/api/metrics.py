"""The public numbers: closed ones, and others as they stand. To close a period is an act that others agree to."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Query, Request, Response
from pydantic import BaseModel

from seawall.metrics import dsa
from seawall.metrics.definitions import newest
from seawall.metrics.reading import closed
from seawall.metrics.showing import Shown, as_csv, rows, show
from seawall.web.routes import Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/metrics", tags=["metrics"])
_TOLD = ("id", "title", "counts", "unit")


class ClosingShown(BaseModel):
    """A period that was closed; `corrects` names the first record where this is a later one."""

    record: str
    period: str
    corrects: str | None
    at: datetime


class DefinitionShown(BaseModel):
    """What a number means."""

    id: str
    title: str
    counts: str
    unit: str
    kinds: list[str]


class DefinitionsShown(BaseModel):
    """What all numbers mean, by the newest edition."""

    digest: str
    smallest_cell: int
    metrics: list[DefinitionShown]


@routes.get("", needs=may("metrics.read"))
def every(request: Request) -> list[ClosingShown]:
    """List what was closed, by period."""
    with house_of(request).database.begin() as tx:
        found = closed(tx)
    return [ClosingShown(record=each.record, period=each.period, corrects=each.corrects, at=each.at) for each in found]


@routes.get("/definitions", needs=may("metrics.read"))
def definitions() -> DefinitionsShown:
    """Say what each number means, and from which kinds of records it is counted."""
    held = newest()
    told = [DefinitionShown(**{name: getattr(each, name) for name in _TOLD}, kinds=list(each.kinds))
            for each in held.metrics]  # fmt: skip
    return DefinitionsShown(digest=held.digest, smallest_cell=held.smallest_cell, metrics=told)


@routes.get("/{period}", needs=may("metrics.read"))
def numbers(period: str, request: Request) -> dict[str, Any]:
    """Show the numbers of a period, such as 2026-01 or 2026-H1: as they were closed, or as they stand."""
    found: dict[str, Any] = msgspec.to_builtins(shown(period, request))
    return found


@routes.get("/{period}/export", needs=may("metrics.read"))
def take_out(period: str, request: Request, form: Literal["csv", "json"] = "csv") -> Response:
    """Give the numbers of a period as a file, each value with its definition and source."""
    found = shown(period, request)
    text = as_csv(rows(found)).encode() if form == "csv" else msgspec.json.format(msgspec.json.encode(found))
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    name = f'attachment; filename="seawall-metrics-{found.period}.{form}"'
    return Response(text, media_type=kind, headers={"content-disposition": name})


@routes.get("/{period}/transparency-report", needs=may("metrics.read"))
def report(
    period: str,
    request: Request,
    provider: Annotated[str, Query(min_length=1, max_length=200)],
    service: Annotated[str, Query(min_length=1, max_length=200)],
) -> dict[str, str]:
    """Give the files of the Digital Services Act's transparency report of a closed period, by name."""
    return dsa.files(shown(period, request), dsa.Provider(name=provider, service=service))


def shown(period: str, request: Request) -> Shown:
    """Return the numbers of a period. Raises NoSuchPeriod."""
    house = house_of(request)
    with house.database.begin() as tx:
        return show(tx, period, clock=house.edges.clock)

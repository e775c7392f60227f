"""Cases: lists, looks, steps. Those about child safety have the same routes, with other rights."""

from typing import Any

import msgspec
from fastapi import Request

from seawall.cases import Origin, State, claims, finding
from seawall.cases.finding import Asked, Urgency, place_of
from seawall.cases.model import Case
from seawall.web.api.cases_shapes import OPEN, SEALED, Kind, NextGiven
from seawall.web.api.cases_steps import add_claims, add_rulings, add_work
from seawall.web.offices import office_of, shown
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of
from seawall.web.whole import looked, told, whole


def routes(kind: Kind, prefix: str, tag: str) -> Routes:
    """Return the routes of one kind of cases."""
    made = Routes(prefix, tags=[tag])
    _add_lists(made, kind)
    _add_looks(made, kind)
    add_claims(made, kind)
    add_work(made, kind)
    add_rulings(made, kind)
    return made


def _add_lists(made: Routes, kind: Kind) -> None:
    @made.get("", needs=may(kind.read))
    def every(
        request: Request,
        signed: Caller,
        state: State | None = None,
        origin: Origin | None = None,
        queue: str | None = None,
        account: str | None = None,
        exchange: str | None = None,
        mine: bool = False,
        after: str = "",
        limit: int = 100,
    ) -> dict[str, Any]:
        """List cases, newest first."""
        asked = Asked(
            state=State.CLAIMED if mine else state,
            origin=origin,
            queue=queue,
            account=account,
            exchange=exchange,
            claimed_by=signed.person.id if mine else None,
        )
        with house_of(request).database.begin() as tx:
            found = finding.newest(tx, asked, reader=signed.person.id, sealed=kind.sealed, after=after, limit=limit)
        return _page(request, found, found[-1].id if found and len(found) >= limit else "")

    @made.get("/queue", needs=may(kind.read))
    def work(
        request: Request, signed: Caller, queue: str | None = None, after: str = "", limit: int = 100
    ) -> dict[str, Any]:
        """List what waits, most urgent first."""
        with house_of(request).database.begin() as tx:
            asked = Urgency(queue=queue)
            found = finding.work(tx, asked, reader=signed.person.id, sealed=kind.sealed, after=after, limit=limit)
        return _page(request, found, place_of(found[-1]) if found and len(found) >= limit else "")

    @made.get("/queues", needs=may(kind.read))
    def queues(request: Request, signed: Caller) -> list[dict[str, Any]]:
        """Say how much waits in each queue, of what you may see."""
        house = house_of(request)
        with house.database.begin() as tx:
            waits = finding.queues(tx, reader=signed.person.id, now=house.edges.clock(), sealed=kind.sealed)
        counted: list[dict[str, Any]] = msgspec.to_builtins(waits)
        return counted

    @made.post("/next", needs=may(kind.decide))
    def take_next(given: NextGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Take the most urgent case that is free."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            taken = claims.take_next(tx, office, by=signed.person.id, queue=given.queue, sealed=kind.sealed)
            return shown(office, taken)


def _add_looks(made: Routes, kind: Kind) -> None:
    @made.get("/{case}", needs=may(kind.read, of="case"))
    def show(case: str, request: Request, signed: Caller) -> dict[str, Any]:
        """Show a case with its trail and decisions, without what anybody wrote."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            return told(office, whole(tx, office, case, signed.person, sealed=kind.sealed))

    @made.post("/{case}/look", needs=may(kind.read, of="case"))
    def look(case: str, request: Request, signed: Caller) -> dict[str, Any]:
        """Show what people and the model wrote, which is recorded."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            seen = looked(tx, office, case, signed.person, sealed=kind.sealed)
        answer: dict[str, Any] = msgspec.to_builtins(seen)
        return answer


def _page(request: Request, found: list[Case], following: str) -> dict[str, Any]:
    office = office_of(request)
    return {"cases": [shown(office, each) for each in found], "next": following}


ROUTES = (routes(OPEN, "/api/cases", "cases"), routes(SEALED, "/api/child-safety/cases", "child safety"))

"""Cases: lists, claims, notes, looks, rulings. Those about child safety have the same routes, with other rights."""

from typing import Any

import msgspec
from fastapi import Request
from pydantic import AwareDatetime, BaseModel, Field

from seawall.cases import Origin, Outcome, Ruling, State, claims, deciding, finding, working
from seawall.cases.finding import Asked, Urgency, place_of
from seawall.cases.model import Case
from seawall.web.offices import known, office_of, shown
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of
from seawall.web.whole import looked, told, whole


class CodeGiven(BaseModel):
    """Why, as a code."""

    reason_code: str = Field(max_length=40)


class NoteGiven(BaseModel):
    """A note for whoever works on the case."""

    text: str = Field(max_length=20_000)


class MoveGiven(CodeGiven):
    """To which queue."""

    queue: str = Field(max_length=40)


class ReadersGiven(BaseModel):
    """Who alone may see it; null leaves it to the roles."""

    readers: list[str] | None = Field(max_length=50)


class NextGiven(BaseModel):
    """From which queue; any where none is named."""

    queue: str | None = Field(default=None, max_length=40)


class RulingGiven(CodeGiven):
    """How it is to be settled. `about_right` answers an appeal, or whether a machine's decision was right.

    `unfounded` marks what was filed as manifestly unfounded, which counts against whoever files.
    """

    outcome: Outcome
    reason: str = Field(max_length=20_000)
    until: AwareDatetime | None = None
    per_minute: int | None = None
    about_right: bool | None = None
    unfounded: bool = False

    def ruling(self) -> Ruling:
        """Return it as the room takes it."""
        given = {name: getattr(self, name) for name in Ruling.__struct_fields__}
        return Ruling(**given)


def routes(prefix: str, *, read: str, decide: str, reopen: str, readers: str, sealed: bool) -> Routes:
    """Return the routes of one kind of cases, with the actions that they take."""
    made = Routes(prefix, tags=["child safety" if sealed else "cases"])

    @made.get("", needs=may(read))
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
            found = finding.newest(tx, asked, reader=signed.person.id, sealed=sealed, after=after, limit=limit)
        return _page(request, found, found[-1].id if found and len(found) >= limit else "")

    @made.get("/queue", needs=may(read))
    def work(
        request: Request, signed: Caller, queue: str | None = None, after: str = "", limit: int = 100
    ) -> dict[str, Any]:
        """List what waits, most urgent first."""
        with house_of(request).database.begin() as tx:
            asked = Urgency(queue=queue)
            found = finding.work(tx, asked, reader=signed.person.id, sealed=sealed, after=after, limit=limit)
        return _page(request, found, place_of(found[-1]) if found and len(found) >= limit else "")

    @made.get("/queues", needs=may(read))
    def queues(request: Request, signed: Caller) -> list[dict[str, Any]]:
        """Say how much waits in each queue, of what you may see."""
        house = house_of(request)
        with house.database.begin() as tx:
            waits = finding.queues(tx, reader=signed.person.id, now=house.edges.clock(), sealed=sealed)
        counted: list[dict[str, Any]] = msgspec.to_builtins(waits)
        return counted

    @made.post("/next", needs=may(decide))
    def take_next(given: NextGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Take the most urgent case that is free."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            taken = claims.take_next(tx, office, by=signed.person.id, queue=given.queue, sealed=sealed)
            return shown(office, taken)

    @made.get("/{case}", needs=may(read, of="case"))
    def show(case: str, request: Request, signed: Caller) -> dict[str, Any]:
        """Show a case with its trail and decisions, without what anybody wrote."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            return told(office, whole(tx, office, case, signed.person, sealed=sealed))

    @made.post("/{case}/look", needs=may(read, of="case"))
    def look(case: str, request: Request, signed: Caller) -> dict[str, Any]:
        """Show what people and the model wrote, which is recorded."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            seen = looked(tx, office, case, signed.person, sealed=sealed)
        answer: dict[str, Any] = msgspec.to_builtins(seen)
        return answer

    @made.post("/{case}/claim", needs=may(decide, of="case"))
    def claim(case: str, request: Request, signed: Caller) -> dict[str, Any]:
        """Take a case for a while, or for longer."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            return shown(office, claims.claim(tx, office, known(tx, case, sealed=sealed), by=signed.person.id))

    @made.post("/{case}/release", needs=may(read, of="case"))
    def release(case: str, request: Request, signed: Caller) -> dict[str, Any]:
        """Give a case back."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            return shown(office, claims.release(tx, office, known(tx, case, sealed=sealed), by=signed.person.id))

    @made.post("/{case}/pause", needs=may(decide, of="case"))
    def pause(case: str, given: CodeGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Let a case wait for something outside, its clock stopped."""
        office, code = office_of(request), given.reason_code
        with house_of(request).database.begin() as tx:
            named = known(tx, case, sealed=sealed)
            return shown(office, claims.pause(tx, office, named, reason_code=code, by=signed.person.id))

    @made.post("/{case}/resume", needs=may(decide, of="case"))
    def resume(case: str, request: Request, signed: Caller) -> dict[str, Any]:
        """Let a case go on."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            return shown(office, claims.resume(tx, office, known(tx, case, sealed=sealed), by=signed.person.id))

    @made.post("/{case}/notes", needs=may(decide, of="case"))
    def note(case: str, given: NoteGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Write a note."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            named = known(tx, case, sealed=sealed)
            return shown(office, working.note(tx, office, named, given.text, by=signed.person.id))

    @made.post("/{case}/move", needs=may(decide, of="case"))
    def move(case: str, given: MoveGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Hand a case to another queue."""
        office, by = office_of(request), signed.person.id
        with house_of(request).database.begin() as tx:
            named = known(tx, case, sealed=sealed)
            moved = working.move(tx, office, named, given.queue, reason_code=given.reason_code, by=by)
            # Who sealed it does not see it any more.
            return shown(office, moved) if moved.sealed is sealed else {"id": moved.id, "sealed": moved.sealed}

    @made.put("/{case}/readers", needs=may(readers, of="case"))
    def change_readers(case: str, given: ReadersGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Say who alone may see a case."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            named = known(tx, case, sealed=sealed)
            return shown(office, working.change_readers(tx, office, named, given.readers, by=signed.person.id))

    @made.post("/{case}/decide", needs=may(decide, of="case"))
    def settle(case: str, given: RulingGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Settle a case that one has claimed, or say how one would where somebody else must look too."""
        return decided(request, signed.person.id, case, given, sealed=sealed)

    @made.post("/{case}/reopen", needs=may(reopen, of="case"))
    def open_again(case: str, given: CodeGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Let a settled case be settled anew."""
        office, code = office_of(request), given.reason_code
        with house_of(request).database.begin() as tx:
            named = known(tx, case, sealed=sealed)
            return shown(office, deciding.reopen(tx, office, named, reason_code=code, by=signed.person.id))

    return made


def decided(request: Request, by: str, case: str, given: RulingGiven, *, sealed: bool) -> dict[str, Any]:
    """Settle a case; what cannot be carried out leaves it open and says so in its trail."""
    house, office = house_of(request), office_of(request)
    with house.database.begin() as tx:
        named = known(tx, case, sealed=sealed)
    settled = deciding.decide_or_stay_open(house.database, office, named, given.ruling(), by=by)
    return shown(office, settled)


def _page(request: Request, found: list[Case], following: str) -> dict[str, Any]:
    office = office_of(request)
    return {"cases": [shown(office, each) for each in found], "next": following}


ROUTES = (
    routes(
        "/api/cases",
        read="case.read",
        decide="case.decide",
        reopen="case.reopen",
        readers="case.change_readers",
        sealed=False,
    ),
    routes(
        "/api/child-safety/cases",
        read="child_safety.read",
        decide="child_safety.decide",
        reopen="child_safety.decide",
        readers="child_safety.decide",
        sealed=True,
    ),
)

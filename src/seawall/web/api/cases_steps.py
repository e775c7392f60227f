"""The steps of a case: claims, what is done while it is open, how it is settled. Added to the routes of its kind."""

from typing import Any

from fastapi import Request

from seawall.cases import claims, deciding, working
from seawall.web.api.cases_shapes import CodeGiven, Kind, MoveGiven, NoteGiven, ReadersGiven, RulingGiven
from seawall.web.offices import known, office_of, shown
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of


def add_claims(made: Routes, kind: Kind) -> None:
    """Add who works on a case, and when it waits."""

    @made.post("/{case}/claim", needs=may(kind.decide, of="case"))
    def claim(case: str, request: Request, signed: Caller) -> dict[str, Any]:
        """Take a case for a while, or for longer."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            return shown(office, claims.claim(tx, office, known(tx, case, sealed=kind.sealed), by=signed.person.id))

    @made.post("/{case}/release", needs=may(kind.read, of="case"))
    def release(case: str, request: Request, signed: Caller) -> dict[str, Any]:
        """Give a case back."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            return shown(office, claims.release(tx, office, known(tx, case, sealed=kind.sealed), by=signed.person.id))

    @made.post("/{case}/pause", needs=may(kind.decide, of="case"))
    def pause(case: str, given: CodeGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Let a case wait for something outside, its clock stopped."""
        office, code = office_of(request), given.reason_code
        with house_of(request).database.begin() as tx:
            named = known(tx, case, sealed=kind.sealed)
            return shown(office, claims.pause(tx, office, named, reason_code=code, by=signed.person.id))

    @made.post("/{case}/resume", needs=may(kind.decide, of="case"))
    def resume(case: str, request: Request, signed: Caller) -> dict[str, Any]:
        """Let a case go on."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            return shown(office, claims.resume(tx, office, known(tx, case, sealed=kind.sealed), by=signed.person.id))


def add_work(made: Routes, kind: Kind) -> None:
    """Add what is done with an open case."""

    @made.post("/{case}/notes", needs=may(kind.decide, of="case"))
    def note(case: str, given: NoteGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Write a note."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            named = known(tx, case, sealed=kind.sealed)
            return shown(office, working.note(tx, office, named, given.text, by=signed.person.id))

    @made.post("/{case}/move", needs=may(kind.decide, of="case"))
    def move(case: str, given: MoveGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Hand a case to another queue."""
        office, by = office_of(request), signed.person.id
        with house_of(request).database.begin() as tx:
            named = known(tx, case, sealed=kind.sealed)
            moved = working.move(tx, office, named, given.queue, reason_code=given.reason_code, by=by)
            # Who sealed it does not see it any more.
            return shown(office, moved) if moved.sealed is kind.sealed else {"id": moved.id, "sealed": moved.sealed}

    @made.put("/{case}/readers", needs=may(kind.readers, of="case"))
    def change_readers(case: str, given: ReadersGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Say who alone may see a case."""
        office = office_of(request)
        with house_of(request).database.begin() as tx:
            named = known(tx, case, sealed=kind.sealed)
            return shown(office, working.change_readers(tx, office, named, given.readers, by=signed.person.id))


def add_rulings(made: Routes, kind: Kind) -> None:
    """Add how a case is settled, and settled anew."""

    @made.post("/{case}/decide", needs=may(kind.decide, of="case"))
    def settle(case: str, given: RulingGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Settle a case that one has claimed, or say how one would where somebody else must look too."""
        return decided(request, signed.person.id, case, given, sealed=kind.sealed)

    @made.post("/{case}/reopen", needs=may(kind.reopen, of="case"))
    def open_again(case: str, given: CodeGiven, request: Request, signed: Caller) -> dict[str, Any]:
        """Let a settled case be settled anew."""
        office, code = office_of(request), given.reason_code
        with house_of(request).database.begin() as tx:
            named = known(tx, case, sealed=kind.sealed)
            return shown(office, deciding.reopen(tx, office, named, reason_code=code, by=signed.person.id))


def decided(request: Request, by: str, case: str, given: RulingGiven, *, sealed: bool) -> dict[str, Any]:
    """Settle a case; what cannot be carried out leaves it open and says so in its trail."""
    house, office = house_of(request), office_of(request)
    with house.database.begin() as tx:
        named = known(tx, case, sealed=sealed)
    settled = deciding.decide_or_stay_open(house.database, office, named, given.ruling(), by=by)
    return shown(office, settled)

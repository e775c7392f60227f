"""Screenings of the past: start one, see what it would change, open cases from it. Nothing bites by itself."""

from typing import Any, Literal

import msgspec
from fastapi import Request
from pydantic import AwareDatetime, BaseModel, Field

from seawall.access import projects
from seawall.investigations import preview, rescreening
from seawall.investigations.rescreening import Rescreening
from seawall.vocabulary.ids import ProjectId
from seawall.web.offices import inquiry_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/rescreenings", tags=["rescreenings"])
Only = Literal["appeared", "gone", "changed", "all"]


class PeriodGiven(BaseModel):
    """Of which period and project; all projects where none is named."""

    since: AwareDatetime
    until: AwareDatetime
    project: str = Field(default="", max_length=80)


class ChosenGiven(BaseModel):
    """Of which exchanges cases are opened."""

    exchanges: list[str] = Field(max_length=200)


@routes.get("", needs=may("rescreening.read"))
def every(request: Request, after: str = "", limit: int = 50) -> dict[str, Any]:
    """List screenings of the past, newest first."""
    with house_of(request).database.begin() as tx:
        found = rescreening.every(tx, after=after, limit=limit)
    return {"rescreenings": [told(each) for each in found], "next": found[-1].id if len(found) >= limit else ""}


@routes.post("", needs=may("rescreening.start"), status_code=201)
def start(given: PeriodGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Have retained exchanges screened again, by the detectors and the policy of now."""
    with house_of(request).database.begin() as tx:
        project = ProjectId(projects.find(tx, given.project).id) if given.project else None
        made = rescreening.start(
            tx, inquiry_of(request), since=given.since, until=given.until, project=project, by=signed.person.id
        )
    return told(made)


@routes.get("/{rescreening_id}", needs=may("rescreening.read", of="rescreening_id"))
def show(rescreening_id: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Show what one would change, in numbers, and how far it is."""
    with house_of(request).database.begin() as tx:
        found = preview.preview(tx, inquiry_of(request), rescreening_id, by=signed.person.id)
        left = rescreening.waiting(tx, found.it)
    counted = msgspec.to_builtins(found)
    del counted["it"]
    return {**told(found.it), "waiting": left, "preview": counted}


@routes.get("/{rescreening_id}/exchanges", needs=may("rescreening.read", of="rescreening_id"))
def exchanges(
    rescreening_id: str,
    request: Request,
    signed: Caller,
    only: Only = "appeared",
    category: str = "",
    after: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    """List the exchanges that are seen otherwise now."""
    desk, by = inquiry_of(request), signed.person.id
    with house_of(request).database.begin() as tx:
        rows, following = preview.rows(
            tx, desk, rescreening_id, by=by, only=only, category=category, after=after, limit=limit
        )
    return {"exchanges": msgspec.to_builtins(rows), "next": following}


@routes.post("/{rescreening_id}/stop", needs=may("rescreening.start", of="rescreening_id"))
def stop(rescreening_id: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Stop one; what it showed so far stays."""
    with house_of(request).database.begin() as tx:
        return told(rescreening.stop(tx, inquiry_of(request), rescreening_id, by=signed.person.id))


@routes.post("/{rescreening_id}/cases", needs=may("rescreening.open_cases", of="rescreening_id"))
def open_cases(rescreening_id: str, given: ChosenGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Open a case of each chosen exchange in which something newly appeared, once."""
    desk, by = inquiry_of(request), signed.person.id
    with house_of(request).database.begin() as tx:
        return {"cases": preview.open_cases(tx, desk, rescreening_id, given.exchanges, by=by)}


def told(found: Rescreening) -> dict[str, Any]:
    """Return a screening of the past as lists show it."""
    shown: dict[str, Any] = msgspec.to_builtins(found)
    del shown["reached"]
    return shown

"""Who is warned or not heard because of what they file, for staff, and warning, suspending, taking that back."""

from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall.cases import filers, filing
from seawall.cases.filers import Files, What
from seawall.web.offices import office_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/filers", tags=["cases"])


class LiftGiven(BaseModel):
    """Why, as a code."""

    reason_code: str = Field(max_length=40)


class ActGiven(LiftGiven):
    """What is to be done to whom, for which of what they file."""

    filer: str = Field(min_length=1, max_length=200)
    files: Files
    what: What


@routes.get("", needs=may("account.read"))
def every(request: Request, limit: int = 100) -> list[dict[str, Any]]:
    """List warnings and suspensions, newest first."""
    with house_of(request).database.begin() as tx:
        told: list[dict[str, Any]] = msgspec.to_builtins(filers.every(tx, limit=max(1, min(limit, 500))))
    return told


@routes.get("/watched", needs=may("account.read"))
def watched(request: Request, limit: int = 100) -> list[dict[str, Any]]:
    """List whoever files, the most unfounded first."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        told: list[dict[str, Any]] = msgspec.to_builtins(filing.every(tx, office, limit=max(1, min(limit, 500))))
    return told


@routes.post("", needs=may("account.change_standing"), status_code=201)
def act(given: ActGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Warn somebody who files, or suspend the processing of what they file; they are told."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        made = filing.act(
            tx, office, given.filer, given.files, given.what, reason_code=given.reason_code, by=signed.person.id
        )
        told: dict[str, Any] = msgspec.to_builtins(made)
    return told


@routes.post("/{act}/lift", needs=may("account.change_standing"))
def lift(act: str, given: LiftGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Take a warning or a suspension back."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        lifted = filers.lift(tx, office, act, reason_code=given.reason_code, by=signed.person.id)
        told: dict[str, Any] = msgspec.to_builtins(lifted)
    return told

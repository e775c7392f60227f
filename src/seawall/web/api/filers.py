"""Who is warned or not heard because of what they file, for staff, and taking that back."""

from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall.cases import filers
from seawall.web.offices import office_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/filers", tags=["cases"])


class LiftGiven(BaseModel):
    """Why, as a code."""

    reason_code: str = Field(max_length=40)


@routes.get("", needs=may("account.read"))
def every(request: Request, limit: int = 100) -> list[dict[str, Any]]:
    """List warnings and suspensions, newest first."""
    with house_of(request).database.begin() as tx:
        told: list[dict[str, Any]] = msgspec.to_builtins(filers.every(tx, limit=max(1, min(limit, 500))))
    return told


@routes.post("/{act}/lift", needs=may("account.change_standing"))
def lift(act: str, given: LiftGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Take a warning or a suspension back."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        lifted = filers.lift(tx, office, act, reason_code=given.reason_code, by=signed.person.id)
        told: dict[str, Any] = msgspec.to_builtins(lifted)
    return told

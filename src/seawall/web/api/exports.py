"""Hand a decided case about child safety over to an authority: under an approval, once, encrypted to their key."""

from typing import Any

import msgspec
from fastapi import Request, Response
from pydantic import BaseModel, Field

from seawall.cases import exports
from seawall.cases.permits import Step, permit
from seawall.cases.rows import find
from seawall.web.approved import attached, done
from seawall.web.offices import known, office_of
from seawall.web.routes import SIGNED_IN, Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/child-safety/cases/{case}", tags=["child safety"])


class ExportGiven(BaseModel):
    """To which public key of age, whose that is, and the request under which others agreed."""

    recipient: str = Field(max_length=4000)
    to: str = Field(max_length=300)
    approval: str | None = Field(default=None, max_length=60)


@routes.get("/exports", needs=may("child_safety.read", of="case"))
def every(case: str, request: Request, signed: Caller) -> list[dict[str, Any]]:
    """List what was exported of a case, and until when it is kept for that."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        permit(tx, office, find(tx, known(tx, case, sealed=True)), Step.READ, signed.person.id)
        found: list[dict[str, Any]] = msgspec.to_builtins(exports.of_case(tx, case))
    return found


@routes.post("/export", needs=SIGNED_IN, response_model=None)
def export(case: str, given: ExportGiven, request: Request, signed: Caller) -> Response:
    """Give the encrypted package this once. Without an approval the refusal says which request to make."""
    parameters = {"case": case, "recipient": given.recipient, "to": given.to}
    return attached(done(request, signed, "child_safety.export", parameters, given.approval))

"""Many cases at once: merge what is one thing, settle alike what a preview showed, look at what was drawn."""

from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall.cases import Outcome, bulk, samples
from seawall.cases.merging import merge
from seawall.web.api.cases_shapes import RulingGiven
from seawall.web.offices import known, office_of, shown
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

# Under names of their own, as a case is named by the same part of the path.
routes = Routes("/api/cases-together", tags=["cases"])


class MergeGiven(BaseModel):
    """Which cases go into which."""

    into: str = Field(max_length=60)
    cases: list[str] = Field(min_length=1, max_length=200)


class PreviewGiven(RulingGiven):
    """Which cases are to be settled alike."""

    cases: list[str] = Field(min_length=1, max_length=500)


class BulkGiven(BaseModel):
    """The digest of what was seen."""

    digest: str = Field(max_length=64)


class SampleGiven(BaseModel):
    """How one would have decided."""

    outcome: Outcome


@routes.post("/merge", needs=may("case.decide"))
def merge_all(given: MergeGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Merge cases that are one thing."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        into = known(tx, given.into, sealed=False)
        return shown(office, merge(tx, office, into, given.cases, by=signed.person.id))


@routes.post("/preview", needs=may("case.decide"))
def preview(given: PreviewGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Show what settling cases alike would come to; nothing follows yet."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        made = bulk.preview(tx, office, given.cases, given.ruling(), by=signed.person.id)
    told: dict[str, Any] = msgspec.to_builtins(made)
    return told


@routes.post("/{preview}/decide", needs=may("case.decide"))
def decide(preview: str, given: BulkGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Settle exactly what a preview showed, all or nothing."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        settled = bulk.decide(tx, office, preview, given.digest, by=signed.person.id)
        return {"cases": [shown(office, each) for each in settled]}


@routes.get("/samples", needs=may("case.decide"))
def drawn(request: Request, signed: Caller, after: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """List drawn decisions that wait for somebody else's look."""
    with house_of(request).database.begin() as tx:
        found = samples.waiting(tx, reader=signed.person.id, after=after, limit=max(1, min(limit, 500)))
    told: list[dict[str, Any]] = msgspec.to_builtins(found)
    return told


@routes.post("/samples/{decision}", needs=may("case.decide"))
def review(decision: str, given: SampleGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Say how one would have decided, without having seen how it was."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        made = samples.review(tx, office, decision, given.outcome, by=signed.person.id)
    told: dict[str, Any] = msgspec.to_builtins(made)
    return told

"""Appeals as staff see them: list, file for somebody who wrote, claim, answer. Who decided before has no part in it."""

from typing import Any

from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access.keys import project_of
from seawall.cases import Origin, State, appeals, claims, finding
from seawall.cases.errors import NoSuchCase
from seawall.cases.finding import Asked
from seawall.cases.flags import From
from seawall.cases.rows import find
from seawall.store import Transaction
from seawall.vocabulary.ids import KeyId
from seawall.web.api.cases_shapes import RulingGiven
from seawall.web.api.cases_steps import decided
from seawall.web.offices import known, office_of, shown
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/appeals", tags=["appeals"])


class AppealGiven(BaseModel):
    """What somebody says against which decision, and through whose key they are known here."""

    decision: str = Field(max_length=60)
    exchange: str | None = Field(default=None, max_length=60)
    key: str = Field(max_length=60)
    words: str = Field(max_length=20_000)


@routes.get("", needs=may("case.read"))
def every(
    request: Request, signed: Caller, state: State | None = None, after: str = "", limit: int = 100
) -> dict[str, Any]:
    """List appeals, newest first."""
    office, asked = office_of(request), Asked(origin=Origin.APPEAL, state=state)
    with house_of(request).database.begin() as tx:
        found = finding.newest(tx, asked, reader=signed.person.id, after=after, limit=limit)
    following = found[-1].id if found and len(found) >= limit else ""
    return {"appeals": [shown(office, each) for each in found], "next": following}


@routes.post("", needs=may("case.decide"))
def file(given: AppealGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """File an appeal for somebody who wrote to us."""
    office, by = office_of(request), signed.person.id
    with house_of(request).database.begin() as tx:
        through = From(project=project_of(tx, given.key), key=KeyId(given.key))
        case = appeals.file(tx, office, given.decision, given.words, through=through, exchange=given.exchange, by=by)
        # Of a sealed one no more than that it is there.
        return {"id": case.id, "due_at": case.due_at} if case.sealed else shown(office, case)


@routes.post("/{case}/claim", needs=may("case.decide_appeal", of="case"))
def claim(case: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Take an appeal for a while."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        return shown(office, claims.claim(tx, office, _appeal(tx, case), by=signed.person.id))


@routes.post("/{case}/decide", needs=may("case.decide_appeal", of="case"))
def answer(case: str, given: RulingGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Answer an appeal: the decision stands, or everything that followed from it is taken back."""
    with house_of(request).database.begin() as tx:
        named = _appeal(tx, case)
    return decided(request, signed.person.id, named, given, sealed=False)


def _appeal(tx: Transaction, case: str) -> str:
    named = known(tx, case, sealed=False)
    if find(tx, named).origin is not Origin.APPEAL:
        raise NoSuchCase(case)
    return named

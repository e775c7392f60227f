"""What is on record of an engagement: statements of what its test ran under, their proofs, what happened to it."""

from datetime import datetime
from typing import Any

import msgspec
from fastapi import Request, Response
from pydantic import BaseModel

from seawall.access import testers
from seawall.web.api.testers import Stated
from seawall.web.house import NothingProven
from seawall.web.routes import Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/testers/{engagement}", tags=["testers"])


class StatementShown(Stated):
    """A statement that was issued."""

    at: datetime
    by: str


class HappenedShown(BaseModel):
    """One record of an engagement."""

    record: str
    kind: str
    at: datetime
    by: str
    told: dict[str, Any]


@routes.get("/statements", needs=may("tester.read", of="engagement"))
def statements(engagement: str, request: Request) -> list[StatementShown]:
    """List the statements that were issued, newest first."""
    with house_of(request).database.begin() as tx:
        found = testers.statements(tx, testers.find(tx, engagement).id)
    return [StatementShown(**msgspec.to_builtins(each)) for each in found]


@routes.get("/statements/{record}", needs=may("tester.read", of="engagement"))
def statement(engagement: str, record: str, request: Request) -> StatementShown:
    """Show a statement."""
    with house_of(request).database.begin() as tx:
        found = testers.find_statement(tx, testers.find(tx, engagement).id, record)
    return StatementShown(**msgspec.to_builtins(found))


@routes.get("/statements/{record}/proof", needs=may("tester.read", of="engagement"))
def proof(engagement: str, record: str, request: Request) -> Response:
    """Give the statement as the proof file that anyone checks offline: the record, and the signature of the ledger."""
    house = house_of(request)
    if house.proofs is None:
        raise NothingProven(record)
    with house.database.begin() as tx:
        found = testers.find_statement(tx, testers.find(tx, engagement).id, record)
        text = house.proofs.of(tx, found.record)
    told = {"content-disposition": f'attachment; filename="{found.record}.tlog-proof"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=told)


@routes.get("/history", needs=may("tester.read", of="engagement"))
def history(engagement: str, request: Request) -> list[HappenedShown]:
    """List what happened to an engagement, newest first."""
    with house_of(request).database.begin() as tx:
        found = testers.history(tx, testers.find(tx, engagement).id)
    return [HappenedShown(**msgspec.to_builtins(each)) for each in found]

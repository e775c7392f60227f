"""Dangerous acts: which there are, what each takes, and doing one under an approval."""

from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access.approvals.acts import probe
from seawall.access.rights import Resource
from seawall.access.rights.actions import BY_NAME
from seawall.web.approved import done
from seawall.web.routes import SIGNED_IN, Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/acts", tags=["approvals"])


class ActShown(BaseModel):
    """An act that others must agree to. `unavailable` says why nobody can do it now; empty where somebody can."""

    act: str
    does: str
    kind: str
    seats: list[list[str]]
    alone_in_emergency: bool
    roles: list[str]
    unavailable: str
    takes: dict[str, Any]
    hands_in: dict[str, Any] | None


class ActGiven(BaseModel):
    """What is to be done, and the request under which."""

    parameters: dict[str, Any]
    approval: str | None = Field(default=None, max_length=60)


@routes.get("", needs=may("approval.read"))
def every(request: Request, signed: Caller) -> list[ActShown]:
    """List all acts and whether you could have each approved."""
    house = house_of(request)
    with house.database.begin() as tx:
        why = {action: probe(tx, house.table, signed.actor, action) for action in house.acts.every()}
    return [_shown(request, action, unavailable) for action, unavailable in why.items()]


@routes.post("/{act}", needs=SIGNED_IN)
def do(act: str, given: ActGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Do an act exactly as it was approved. Without an approval the refusal says which request to make."""
    return done(request, signed, act, given.parameters, given.approval)


def _shown(request: Request, name: str, unavailable: str) -> ActShown:
    house, action = house_of(request), BY_NAME[name]
    act = None if name in house.acts.unavailable else house.acts.get(name)
    return ActShown(
        act=name,
        does=action.does,
        kind=action.kind,
        seats=[sorted(seat) for seat in action.seats],
        alone_in_emergency=action.glass,
        roles=list(house.desk.rights.roles_for(name, Resource(kind=action.kind))),
        unavailable=unavailable,
        takes={} if act is None else msgspec.json.schema(act.takes),
        hands_in=None if act is None or act.hands_in is None else msgspec.json.schema(act.hands_in),
    )

"""The rules in force: which roles and actions there are, and why somebody may do something or not."""

from typing import Annotated

import msgspec
from fastapi import Query, Request
from pydantic import BaseModel

from seawall.access.rights import Resource
from seawall.access.rights.actions import ACTIONS, Action
from seawall.access.rights.explain import explained
from seawall.access.rights.rights import Rights
from seawall.web.routes import Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/rights", tags=["rights"])
_WORD = Query(max_length=200)


class RulesShown(BaseModel):
    """Which rules are in force, and the roles that they speak of."""

    digest: str
    roles: list[str]


class ActionShown(BaseModel):
    """An action: what it is done to, what it asks for, which roles reach it."""

    name: str
    kind: str
    does: str
    passkey: bool
    others: int
    roles: list[str]


class Explained(BaseModel):
    """Whether somebody may do something: which policies decided, and what is missing."""

    allowed: bool
    action: str
    because: list[str]
    missing: list[str]


@routes.get("", needs=may("rights.read"))
def show(request: Request) -> RulesShown:
    """Show which rules are in force."""
    rights = house_of(request).desk.rights
    return RulesShown(digest=rights.digest, roles=sorted(rights.roles))


@routes.get("/actions", needs=may("rights.read"))
def actions(request: Request) -> list[ActionShown]:
    """List every action."""
    return [_seen(house_of(request).desk.rights, action) for action in ACTIONS]


@routes.get("/explain", needs=may("rights.read"))
def explain(
    request: Request,
    who: Annotated[str, _WORD],
    action: Annotated[str, _WORD],
    resource: Annotated[str, _WORD],
    reader: Annotated[list[str] | None, Query(max_length=100)] = None,
    proven: bool = False,
    approved: bool = False,
) -> Explained:
    """Say whether a person or an application may do something, why, and what is missing."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = explained(
            tx,
            house.desk.rights,
            who,
            action,
            resource,
            readers=reader or (),
            proven=proven,
            approved=approved,
        )
    return Explained(**msgspec.to_builtins(found))


def _seen(rights: Rights, action: Action) -> ActionShown:
    reached = rights.roles_for(action.name, Resource(kind=action.kind))
    return ActionShown(
        name=action.name,
        kind=action.kind,
        does=action.does,
        passkey=action.fresh,
        others=len(action.seats),
        roles=list(reached),
    )

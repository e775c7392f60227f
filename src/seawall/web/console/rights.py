"""The rules in force, as text that people read, and why somebody may do something."""

import re
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import people, roles
from seawall.access.rights import ACTIONS, Action, Asked, Permission, Resource, Rights, principal
from seawall.access.rights.actions import BY_NAME
from seawall.access.rights.load import GUARDS, texts
from seawall.access.rights.rights import NEVER
from seawall.vocabulary.errors import InvalidInput, NotFound
from seawall.web.console.forms import Field
from seawall.web.console.page import page
from seawall.web.house import House
from seawall.web.routes import Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/rights", tags=["console"])
_REMARK = re.compile(r"^//\s?(.*)$", re.MULTILINE)


class RoleRead(msgspec.Struct, frozen=True, kw_only=True):
    """One file of rules: what it says of itself, what it lets do, and its text."""

    name: str
    says: str
    text: str
    lets: tuple[Action, ...]


@routes.get("", needs=may("rights.read"))
def show(request: Request) -> Response:
    """Show every role and the guards, with the digest of them all."""
    rights = house_of(request).desk.rights
    reached = {action: rights.roles_for(action.name, Resource(kind=action.kind)) for action in ACTIONS}
    held = texts(rights.files)
    files = [_read(name, text, reached) for name, text in sorted(held.items()) if name != GUARDS]
    return page(request, "rights.html", rights=rights, files=files, guards=held[GUARDS])


@routes.get("/explain", needs=may("rights.read"))
def explain(
    request: Request, person: str = "", action: str = "", thing: str = "", proven: str = "", approved: str = ""
) -> Response:
    """Say whether somebody may do something, why, and what is missing."""
    house = house_of(request)
    values = {"person": person, "action": action, "thing": thing, "proven": proven, "approved": approved}
    shown: dict[str, Any] = {
        "fields": _fields(house.desk.rights),
        "values": values,
        "found": None,
        "who": "",
    }
    if not person and not action:
        return page(request, "explain.html", **shown)
    asked = Asked(passkey_seconds=0 if proven else NEVER, approved=bool(approved))
    try:
        who, found = _decided(house, person, action, thing, asked)
    except (InvalidInput, NotFound) as error:
        return page(request, "explain.html", error=error, **shown)
    return page(request, "explain.html", **(shown | {"found": found, "who": who, "does": BY_NAME[action].does}))


def _decided(house: House, person: str, action: str, thing: str, asked: Asked) -> tuple[str, Permission]:
    """Return a person's name and the decision. Raises NoSuchPerson, NoSuchAction."""
    kind = BY_NAME[action].kind if action in BY_NAME else ""
    with house.database.begin() as tx:
        known = people.find(tx, person.strip())
        who = principal(known, (grant.role for grant in roles.held(tx, known.id)))
        name = people.profile_of(tx, house.edges, known.id).name
    return name, house.desk.rights.may(who, action, Resource(kind=kind, id=thing.strip() or "any"), asked)


def _read(name: str, text: str, reached: dict[Action, tuple[str, ...]]) -> RoleRead:
    role = name.removesuffix(".cedar")
    lets = tuple(action for action, held in reached.items() if role in held)
    return RoleRead(name=role, says=" ".join(_REMARK.findall(text)), text=text.strip(), lets=lets)


def _fields(rights: Rights) -> tuple[Field, ...]:
    actions = (("", "Choose an action"), *((action.name, f"{action.name}: {action.does}") for action in ACTIONS))
    return (
        Field(name="person", label="Person", hint="Their identifier, such as pe_…", required=True, longest=100),
        Field(name="action", label="Action", kind="select", options=actions),
        Field(name="thing", label="To what", hint="An identifier; empty for any.", longest=100),
        Field(name="proven", label="As if they had just used a passkey", kind="tick"),
        Field(name="approved", label="As if the others had agreed", kind="tick"),
    )

"""Tokens with which service accounts call the API, and making one: its secret is shown once."""

from datetime import datetime
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import Kind, people
from seawall.access.people.tokens import LONGEST, USUAL
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import tokens as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import names_of
from seawall.web.console.page import page
from seawall.web.console.times import absolute
from seawall.web.errors import BadFields
from seawall.web.paging import MOST
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/tokens", tags=["console"])
STEPS = (("Tokens", "/console/tokens"),)
_COLUMNS = (
    Column(key="name", label="Name", free=True),
    Column(key="account", label="Service account", free=True),
    Column(key="state", label="State"),
    Column(key="used_at", label="Last used"),
    Column(key="ends_at", label="Ends"),
    Column(key="owner", label="Owner", free=True),
    Column(key="id", label="Identifier", mono=True),
)
_NOTHING = {
    "nothing": "There is no token.",
    "hint": "A program that calls the API by itself has a service account, and a token of it.",
}


def where(token: str) -> str:
    """Return the address of a token's page."""
    return f"/console/tokens/{quote(token, safe='')}"


@routes.get("", needs=may("person.read"))
def every(request: Request) -> Response:
    """List tokens, newest first."""
    found, now = _all(request), house_of(request).edges.clock()
    active = _active(request, {who for each in found for who in (each.person, each.owner)})
    names = names_of(request, active)
    rows = [_row(each, names, state_of(each, active, now)) for each in found]
    add = {"action": "person.add", "path": "/console/tokens/add", "label": "Make a token"}
    told = {"title": "Tokens", "lead": "With these, service accounts call the API. A token does nothing dangerous."}
    return listed(request, "list.html", "tokens", _COLUMNS, rows, add=add, **_NOTHING, **told)


@routes.get("/add", needs=may("person.add"))
def ask(request: Request, signed: Caller, person: str = "") -> Response:
    """Ask of which account a token is to be, and for how long."""
    return _form(request, {"person": person, "owner": signed.person.id, "days": str(USUAL.days)})


@routes.post("/add", needs=may("person.add"))
def make(request: Request, signed: Caller, given: Entered) -> Response:
    """Make a token and show its secret, once."""
    try:
        if not given.get("person"):
            raise BadFields("No service account is chosen.", hint="Choose whose token it is to be.")
        made = api.make(read(api.TokenWanted, given), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _form(request, given, error)
    return page(
        request,
        "once.html",
        title="The new token",
        steps=(*STEPS, (made.name, where(made.id))),
        lead="Copy it now to where it is used. It is not shown again, and nobody can read it out of Seawall.",
        secrets=[made.secret],
        after=f"It works until {absolute(made.ends_at)}. Its identifier is {made.id}.",
        back=where(made.id),
        done="I have copied it",
    )


def state_of(token: api.TokenShown, active: dict[str, bool], now: datetime) -> str:
    """Return whether a token works, and why not; `active` tells who may do anything."""
    if token.ended_at is not None:
        return "ended"
    if token.ends_at <= now:
        return "ran out"
    if not active.get(token.person):
        return "rests: its account is deactivated"
    return "works" if active.get(token.owner) else "rests: its owner is deactivated"


def _active(request: Request, persons: set[str]) -> dict[str, bool]:
    with house_of(request).database.begin() as tx:
        return {person: people.find(tx, person).active for person in persons}


def _all(request: Request) -> list[api.TokenShown]:
    found: list[api.TokenShown] = []
    after = None
    while after != "":
        taken = api.every(request, after=after or "", limit=MOST)
        found, after = [*found, *taken.tokens], taken.next
    return found[::-1]


def _row(token: api.TokenShown, names: dict[str, str], state: str) -> Row:
    # Found by the account's identifier too, as a person's page links here.
    cells = token.model_dump(include={"id", "name", "person", "used_at", "ends_at"}) | {"state": state}
    cells |= {"account": names.get(token.person, token.person), "owner": names.get(token.owner, token.owner)}
    return Row(cells=cells, href=where(token.id))


def _fields(request: Request) -> tuple[Field, ...]:
    house = house_of(request)
    with house.database.begin() as tx:
        services = [each.id for each in people.every(tx) if each.kind is Kind.SERVICE and each.active]
    options = sorted(names_of(request, services).items(), key=lambda each: each[1].casefold())
    return (
        Field(
            name="person",
            label="Service account",
            kind="select",
            options=(("", "Choose one"), *options),
            required=True,
            hint="It is added under People, as somebody's account; its roles are what the token may do.",
        ),
        Field(name="name", label="Name", hint="Where the token will be used.", required=True, longest=100),
        Field(
            name="owner",
            label="Owner",
            required=True,
            longest=100,
            hint="The identifier of whoever answers for it; it rests while they are deactivated.",
        ),
        Field(
            name="days",
            label="Good for days",
            hint=f"1 to {LONGEST.days}.",
            required=True,
            inputmode="numeric",
            longest=3,
        ),
    )


def _form(request: Request, values: Entered, error: SeawallError | None = None) -> Response:
    fields = _fields(request)
    return page(
        request,
        "form.html",
        title="Make a token",
        lead="It is as good as a password for whoever has it, and proves no passkey, so that what is dangerous stays "
        "closed to it. You are shown it, once.",
        steps=STEPS,
        fields=fields,
        values=values,
        error=error,
        submit="Make the token",
        back="/console/tokens",
    )

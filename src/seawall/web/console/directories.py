"""Directories that provision people by SCIM, and setting one up: its token is shown once."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access.directory import directories as rooms
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import directories as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import names_of
from seawall.web.console.page import page
from seawall.web.console.times import absolute
from seawall.web.errors import BadFields
from seawall.web.paging import MOST
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/directories", tags=["console"])
STEPS = (("Directories", "/console/directories"),)
DAYS = Field(
    name="days",
    label="Good for days",
    hint=f"Up to {rooms.LONGEST.days}. Make a new token before this one runs out.",
    required=True,
    inputmode="decimal",
    longest=6,
)
_COLUMNS = (
    Column(key="name", label="Name", free=True),
    Column(key="state", label="State"),
    Column(key="people", label="People", number=True),
    Column(key="owner", label="Owner", free=True),
    Column(key="seen_at", label="Last seen"),
    Column(key="ends_at", label="Token runs out"),
    Column(key="added_at", label="Set up"),
    Column(key="id", label="Identifier", mono=True),
)
_FIELDS = (
    Field(name="name", label="Name", hint="Such as corp: what people here know it by.", required=True, longest=80),
    DAYS,
)
_LEAD = (
    "What adds, changes and deactivates people here by SCIM 2.0. It reaches those alone whom it added itself, "
    "and its groups give no role until somebody here says which."
)


def where(directory: str) -> str:
    """Return the address of a directory's page."""
    return f"/console/directories/{quote(directory, safe='')}"


@routes.get("", needs=may("person.read"))
def every(request: Request) -> Response:
    """List directories."""
    found = all_of(request)
    names = names_of(request, {each.owner for each in found})
    rows = [_row(each, names) for each in found]
    add = {"action": "person.add", "path": "/console/directories/add", "label": "Set up a directory"}
    nothing = {"nothing": "There is no directory.", "hint": "People are added by hand, or as they first sign in."}
    told = {"title": "Directories", "lead": _LEAD}
    return listed(request, "list.html", "directories", _COLUMNS, rows, add=add, **nothing, **told)


@routes.get("/add", needs=may("person.add"))
def ask(request: Request) -> Response:
    """Ask what a directory is called."""
    return _form(request, {"days": str(rooms.GOOD_FOR.days)})


@routes.post("/add", needs=may("person.add"))
def add(request: Request, signed: Caller, given: Entered) -> Response:
    """Set up a directory, and show its token once."""
    try:
        made = api.add(read(api.DirectoryGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _form(request, given, error)
    return token_page(request, made, given.get("name", ""))


def token_page(request: Request, made: api.TokenShown, name: str) -> Response:
    """Return the page that shows the token of a directory, once."""
    address = f"{house_of(request).site.origins[0]}/scim/v2"
    return page(
        request,
        "once.html",
        title=f"The token of {name}",
        steps=(*STEPS, (name, where(made.directory))),
        lead=f"Enter it where the directory is set up, with the address {address}. It is not shown again.",
        secrets=[made.token],
        after=f"It works until {absolute(made.ends_at)}.",
        back=where(made.directory),
        done="I have copied it",
    )


def all_of(request: Request) -> list[api.DirectoryShown]:
    """Return every directory, newest first."""
    found: list[api.DirectoryShown] = []
    after = None
    while after != "":
        taken = api.every(request, after=after or "", limit=MOST)
        found, after = [*found, *taken.directories], taken.next
    return found[::-1]


def state_of(shown: api.DirectoryShown) -> str:
    """Return whether a directory can change anything."""
    if shown.ended_at is not None:
        return "ended"
    return "works" if shown.tokens_end_at else "has no token that works"


def _row(shown: api.DirectoryShown, names: dict[str, str]) -> Row:
    cells = shown.model_dump(include={"id", "name", "people", "seen_at", "added_at"})
    cells |= {"owner": names.get(shown.owner) or shown.owner, "state": state_of(shown)}
    return Row(cells=cells | {"ends_at": max(shown.tokens_end_at, default=None)}, href=where(shown.id))


def _form(request: Request, values: Entered, error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Set up a directory",
        lead="You own it: you vouch for whom it adds, so none of them agrees to what you ask for. You are shown its "
        "token, once.",
        steps=STEPS,
        fields=_FIELDS,
        values=values,
        error=error,
        submit="Set it up",
        back="/console/directories",
    )

"""Who there is, and adding somebody."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import people
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import people as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.my_name import PROFILE_FIELDS
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/people", tags=["console"])
STEPS = (("People", "/console/people"),)
_COLUMNS = (
    Column(key="name", label="Name"),
    Column(key="address", label="Address", free=True),
    Column(key="roles", label="Roles"),
    Column(key="kind", label="Kind"),
    Column(key="state", label="State"),
    Column(key="added_at", label="Added"),
    Column(key="id", label="Identifier", mono=True),
)
_KINDS = (("person", "A person"), ("service", "A service account"))
_FIELDS = (
    *PROFILE_FIELDS,
    Field(name="kind", label="Kind", kind="select", options=_KINDS),
    Field(
        name="human",
        label="Account of",
        hint="The identifier of the person behind it: for a second account, and for every service account.",
        longest=100,
    ),
)


@routes.get("", needs=may("person.read"))
def every(request: Request) -> Response:
    """List people."""
    house = house_of(request)
    with house.database.begin() as tx:
        rows = [_row(api.seen(tx, house, person)) for person in people.every(tx)]
    add = {"action": "person.add", "path": "/console/people/add", "label": "Add somebody"}
    told = {"title": "People", "lead": "Staff and service accounts. Names and addresses are kept in the vault."}
    return listed(request, "list.html", "people", _COLUMNS, rows, add=add, nothing="Nobody is known.", hint="", **told)


@routes.get("/add", needs=may("person.add"))
def ask(request: Request) -> Response:
    """Ask who is to be added."""
    return _shown(request, {})


@routes.post("/add", needs=may("person.add"))
def add(request: Request, signed: Caller, given: Entered) -> Response:
    """Add a person or a service account."""
    try:
        made = api.add(read(api.PersonGiven, given), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _shown(request, given, error)
    return sent_to(f"/console/people/{quote(made.id)}", "person_added")


def _row(shown: api.PersonShown) -> Row:
    cells = shown.model_dump(include={"id", "name", "address", "kind", "added_at"})
    cells |= {"roles": tuple(shown.roles), "state": "active" if shown.active else "deactivated"}
    return Row(cells=cells, href=f"/console/people/{quote(shown.id)}")


def _shown(request: Request, values: Entered, error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Add somebody",
        lead="They sign in by a link that you make them next, and hold no role until somebody gives them one.",
        steps=STEPS,
        fields=_FIELDS,
        values=values,
        error=error,
        submit="Add",
        back="/console/people",
    )

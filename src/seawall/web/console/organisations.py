"""Organisations: whose projects are, who is banned; make one, give it projects, let it back in."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access import projects as rooms
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import organisations as api
from seawall.web.console import nav
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import project_names
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.errors import BadFields
from seawall.web.paging import MOST
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/organisations", tags=["console"])
STEPS = (("Organisations", "/console/organisations"),)
_COLUMNS = (
    Column(key="name", label="Name", free=True),
    Column(key="state", label="State"),
    Column(key="projects", label="Projects", number=True),
    Column(key="banned_at", label="Banned"),
    Column(key="added_at", label="Added"),
    Column(key="id", label="Identifier", mono=True),
)
_LEAD = "Whose projects are. All keys of an organisation that is banned are refused, until it is reinstated."
_NAME = Field(name="name", label="Name", hint="As you know it.", required=True, longest=80)


@routes.get("", needs=may("organisation.read"))
def every(request: Request) -> Response:
    """List organisations."""
    found: list[api.OrganisationShown] = []
    after = None
    while after != "":
        taken = api.every(request, after=after or "", limit=MOST)
        found, after = [*found, *taken.organisations], taken.next
    add = {"action": "organisation.change", "path": "/console/organisations/add", "label": "Add an organisation"}
    nothing = {"nothing": "There is no organisation.", "hint": "Add one, and say which projects are its own."}
    told = {"title": "Organisations", "lead": _LEAD, "add": add}
    return listed(request, "list.html", "organisations", _COLUMNS, [_row(each) for each in found], **told, **nothing)


@routes.get("/add", needs=may("organisation.change"))
def ask(request: Request) -> Response:
    """Ask what an organisation is called."""
    return _form(request, {})


@routes.post("/add", needs=may("organisation.change"))
def add(request: Request, signed: Caller, given: Entered) -> Response:
    """Make an organisation."""
    try:
        made = api.add(read(api.OrganisationGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _form(request, given, error)
    return sent_to(_where(made.id), "organisation_added")


@routes.get("/{organisation}", needs=may("organisation.read", of="organisation"))
def show(organisation: str, request: Request, signed: Caller) -> Response:
    """Show an organisation with its projects."""
    return _page(request, signed, organisation)


@routes.post("/{organisation}/assign", needs=may("organisation.change", of="organisation"))
def assign(organisation: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Say that a project is its own."""
    try:
        api.assign(organisation, read(api.ProjectAssigned, given), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _page(request, signed, organisation, error)
    return sent_to(_where(organisation), "project_assigned")


@routes.post("/{organisation}/unassign", needs=may("organisation.change", of="organisation"))
def unassign(organisation: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Say that a project is nobody's any more."""
    try:
        api.unassign(organisation, given.get("project", ""), request, signed)
    except (Conflict, NotFound) as error:
        return _page(request, signed, organisation, error)
    return sent_to(_where(organisation), "project_unassigned")


@routes.get("/{organisation}/reinstate", needs=may("organisation.reinstate", of="organisation"))
def ask_reinstate(organisation: str, request: Request) -> Response:
    """Say what reinstating does."""
    return _confirmed(request, organisation)


@routes.post("/{organisation}/reinstate", needs=may("organisation.reinstate", of="organisation"))
def reinstate(organisation: str, request: Request, signed: Caller) -> Response:
    """Let its keys work again."""
    try:
        api.reinstate(organisation, request, signed)
    except Conflict as error:
        return _confirmed(request, organisation, error)
    return sent_to(_where(organisation), "organisation_reinstated")


def _where(organisation: str) -> str:
    return f"/console/organisations/{quote(organisation, safe='')}"


def _row(shown: api.OrganisationShown) -> Row:
    cells = shown.model_dump(include={"id", "name", "added_at", "banned_at"})
    cells |= {"state": "banned" if shown.banned_at else "in good standing", "projects": len(shown.projects)}
    return Row(cells=cells, href=_where(shown.id))


def _page(request: Request, signed: Signed, organisation: str, error: SeawallError | None = None) -> Response:
    known, names = api.show(organisation, request), project_names(request, signed)
    with house_of(request).database.begin() as tx:
        free = [(str(each.id), each.name) for each in rooms.every(tx) if each.organisation is None]
    field = Field(name="project", label="Project", kind="select", options=tuple(free))
    return page(
        request,
        "organisation.html",
        steps=STEPS,
        known=known,
        projects=[(each, names.get(each, each)) for each in known.projects],
        field=field if free and known.banned_at is None else None,
        changes=known.banned_at is None and nav.could(house_of(request).desk.rights, signed, "organisation.change"),
        path=_where(known.id),
        error=error,
        places=(field,),
    )


def _confirmed(request: Request, organisation: str, error: SeawallError | None = None) -> Response:
    known = api.show(organisation, request)
    count = len(known.projects)
    return confirmation(
        request,
        title=f"Reinstate {known.name}",
        steps=(*STEPS, (known.name, _where(known.id))),
        will=(f"All keys of its {count} {'project' if count == 1 else 'projects'} work again, within a second.",),
        submit="Reinstate it",
        error=error,
    )


def _form(request: Request, values: Entered, error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Add an organisation",
        lead="It has no project until you say which are its own.",
        steps=STEPS,
        fields=(_NAME,),
        values=values,
        error=error,
        submit="Add it",
        back="/console/organisations",
    )

"""Organisations: whose projects are, and which are banned. Banning one is an act that others agree to."""

from datetime import datetime

from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access import organisations as rooms
from seawall.store import Transaction
from seawall.web.house import House
from seawall.web.paging import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/organisations", tags=["organisations"])


class OrganisationShown(BaseModel):
    """An organisation; `projects` are ids. `why` says what it did, where it is banned."""

    id: str
    name: str
    added_at: datetime
    banned_at: datetime | None
    why: str
    projects: list[str]


class OrganisationsPage(BaseModel):
    """A page of organisations; `next` is the `after` of the page that follows."""

    organisations: list[OrganisationShown]
    next: str


class OrganisationGiven(BaseModel):
    """An organisation to make."""

    name: str = Field(max_length=80)


class ProjectAssigned(BaseModel):
    """A project, by id or name."""

    project: str = Field(max_length=80)


@routes.get("", needs=may("organisation.read"))
def every(request: Request, after: str = "", limit: int = 100) -> OrganisationsPage:
    """List organisations by name."""
    house = house_of(request)
    with house.database.begin() as tx:
        taken, following = page(rooms.every(tx), lambda each: str(each.id), after, limit)
        return OrganisationsPage(organisations=[_shown(tx, house, each) for each in taken], next=following)


@routes.post("", needs=may("organisation.change"))
def add(given: OrganisationGiven, request: Request, signed: Caller) -> OrganisationShown:
    """Make an organisation."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _shown(tx, house, rooms.add(tx, house.edges, given.name, by=signed.person.id))


@routes.get("/{organisation}", needs=may("organisation.read", of="organisation"))
def show(organisation: str, request: Request) -> OrganisationShown:
    """Show one organisation."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _shown(tx, house, rooms.find(tx, organisation))


@routes.post("/{organisation}/projects", needs=may("organisation.change", of="organisation"))
def assign(organisation: str, given: ProjectAssigned, request: Request, signed: Caller) -> OrganisationShown:
    """Say that a project is this organisation's."""
    house = house_of(request)
    with house.database.begin() as tx:
        rooms.assign(tx, house.edges, given.project, organisation, by=signed.person.id)
        return _shown(tx, house, rooms.find(tx, organisation))


@routes.delete("/{organisation}/projects/{project}", needs=may("organisation.change", of="organisation"))
def unassign(organisation: str, project: str, request: Request, signed: Caller) -> OrganisationShown:
    """Say that a project is nobody's any more."""
    house = house_of(request)
    with house.database.begin() as tx:
        known = rooms.find(tx, organisation)
        rooms.assign(tx, house.edges, rooms.owned(tx, known, project), None, by=signed.person.id)
        return _shown(tx, house, rooms.find(tx, known.id))


@routes.post("/{organisation}/reinstate", needs=may("organisation.reinstate", of="organisation"))
def reinstate(organisation: str, request: Request, signed: Caller) -> OrganisationShown:
    """Let the keys of its projects work again."""
    house = house_of(request)
    with house.database.begin() as tx:
        return _shown(tx, house, rooms.reinstate(tx, house.edges, organisation, by=signed.person.id))


def _shown(tx: Transaction, house: House, known: rooms.Organisation) -> OrganisationShown:
    return OrganisationShown(
        id=known.id,
        name=known.name,
        added_at=known.added_at,
        banned_at=known.banned_at,
        why=rooms.why(tx, house.edges, known),
        projects=list(known.projects),
    )

"""People and the roles that they hold."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access.people import Kind, Person, links, people, roles, sessions
from seawall.access.people.model import Profile
from seawall.access.people.roles import REVIEW_AFTER
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId
from seawall.web.house import House
from seawall.web.paging import page
from seawall.web.routes import SIGNED_IN, Caller, Routes, may, permitted
from seawall.web.signed import house_of

routes = Routes("/api/people", tags=["people"])


class PersonShown(BaseModel):
    """A person as staff see them."""

    id: str
    name: str
    address: str
    kind: str
    human: str
    source: str
    active: bool
    added_at: datetime
    added_by: str
    roles: list[str]


class PersonWhole(PersonShown):
    """A person with how many sessions of theirs are open."""

    sessions: int


class PeoplePage(BaseModel):
    """A page of people; `next` is the `after` of the page that follows."""

    people: list[PersonShown]
    next: str


class PersonGiven(BaseModel):
    """A person to add. `human` ties a second account or a service account to whoever is behind it.

    `roles` are given in the same step, by whoever may give roles too.
    """

    name: str = Field(max_length=200)
    address: str = Field(default="", max_length=200)
    kind: Kind = Kind.PERSON
    human: str = Field(default="", max_length=100)
    roles: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=40)


class ProfileGiven(BaseModel):
    """What a person is called and reached by from now on."""

    name: str = Field(max_length=200)
    address: str = Field(default="", max_length=200)


class RoleGiven(BaseModel):
    """A role to give. `owner` confirms it anew within `review_days`; left out, whoever gives it does."""

    role: str = Field(max_length=40)
    owner: str = Field(default="", max_length=100)
    review_days: int = Field(default=REVIEW_AFTER.days, ge=1, le=730)


class RolesGiven(BaseModel):
    """Roles to give and to take away, all of them or none. `owner` and `review_days` are of those that are given."""

    give: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=40)
    take: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=40)
    owner: str = Field(default="", max_length=100)
    review_days: int = Field(default=REVIEW_AFTER.days, ge=1, le=730)


class RoleHeld(BaseModel):
    """A role that somebody holds."""

    role: str
    owner: str
    granted_by: str
    granted_at: datetime
    review_at: datetime


class LinkMade(BaseModel):
    """A one-time sign-in link, shown this once."""

    person: str
    link: str
    good_for_s: int


@routes.get("", needs=may("person.read"))
def every(request: Request, after: str = "", limit: int = 100) -> PeoplePage:
    """List people in the order in which they were added."""
    house = house_of(request)
    with house.database.begin() as tx:
        taken, following = page(people.every(tx), lambda person: str(person.id), after, limit)
        return PeoplePage(people=[seen(tx, house, person) for person in taken], next=following)


@routes.post("", needs=may("person.add"))
def add(given: PersonGiven, request: Request, signed: Caller) -> PersonShown:
    """Add a person or a service account."""
    house = house_of(request)
    profile, behind = Profile(name=given.name, address=given.address), PersonId(given.human) if given.human else None
    if given.roles:
        permitted(request, signed, "role.grant")
    known = [house.desk.rights.known_role(role) for role in given.roles]
    with house.database.begin() as tx:
        made = people.add(tx, house.edges, profile, by=signed.person.id, kind=given.kind, human=behind)
        roles.change(tx, house.edges, made.id, give=known, by=signed.person.id)
        return seen(tx, house, made)


@routes.get("/{person}", needs=may("person.read", of="person"))
def show(person: str, request: Request) -> PersonWhole:
    """Show one person."""
    house = house_of(request)
    with house.database.begin() as tx:
        known = people.find(tx, person)
        open_ones = len(sessions.live(tx, house.edges.clock(), person=known.id))
        return PersonWhole(**seen(tx, house, known).model_dump(), sessions=open_ones)


@routes.patch("/{person}", needs=may("person.change", of="person"))
def change(person: str, given: ProfileGiven, request: Request, signed: Caller) -> PersonShown:
    """Change what a person is called or reached by."""
    house = house_of(request)
    with house.database.begin() as tx:
        profile = Profile(name=given.name, address=given.address)
        people.change(tx, house.edges, person, profile, by=signed.person.id)
        return seen(tx, house, people.find(tx, person))


@routes.post("/{person}/deactivate", needs=may("person.change", of="person"))
def deactivate(person: str, request: Request, signed: Caller) -> dict[str, int]:
    """Let a person do nothing any more; return how many sessions that ended."""
    house = house_of(request)
    with house.database.begin() as tx:
        return {"sessions": people.deactivate(tx, house.edges, person, by=signed.person.id)}


@routes.post("/{person}/activate", needs=may("person.change", of="person"))
def activate(person: str, request: Request, signed: Caller) -> PersonShown:
    """Let a person in again."""
    house = house_of(request)
    with house.database.begin() as tx:
        return seen(tx, house, people.activate(tx, house.edges, person, by=signed.person.id))


@routes.post("/{person}/link", needs=may("person.change", of="person"))
def link(person: str, request: Request, signed: Caller) -> LinkMade:
    """Make a one-time sign-in link; earlier ones of this person end."""
    house = house_of(request)
    with house.database.begin() as tx:
        made = links.issue_link(tx, house.edges, person, by=signed.person.id)
    where = f"{house.site.origins[0]}/console/link?token={made.token}"
    return LinkMade(person=made.person, link=where, good_for_s=int(links.GOOD_FOR.total_seconds()))


@routes.get("/{person}/roles", needs=may("person.read", of="person"))
def held(person: str, request: Request) -> list[RoleHeld]:
    """List the roles of a person."""
    with house_of(request).database.begin() as tx:
        return [_held(grant) for grant in roles.held(tx, people.find(tx, person).id)]


@routes.post("/{person}/roles", needs=may("role.grant", of="person"))
def grant(person: str, given: RoleGiven, request: Request, signed: Caller) -> RoleHeld:
    """Give a person a role."""
    house = house_of(request)
    role = house.desk.rights.known_role(given.role)
    with house.database.begin() as tx:
        owner = people.find(tx, given.owner).id if given.owner else ""
        review = timedelta(days=given.review_days)
        return _held(roles.grant(tx, house.edges, person, role, by=signed.person.id, owner=owner, review=review))


@routes.put("/{person}/roles", needs=SIGNED_IN)
def change_roles(person: str, given: RolesGiven, request: Request, signed: Caller) -> list[RoleHeld]:
    """Give and take roles in one step, all of them or none."""
    house = house_of(request)
    for action in (["role.grant"] if given.give or not given.take else []) + (["role.withdraw"] if given.take else []):
        permitted(request, signed, action, person)
    known = [house.desk.rights.known_role(role) for role in given.give]
    with house.database.begin() as tx:
        owner = people.find(tx, given.owner).id if given.owner else ""
        review = timedelta(days=given.review_days)
        made = roles.change(
            tx, house.edges, person, give=known, take=given.take, by=signed.person.id, owner=owner, review=review
        )
        return [_held(each) for each in made]


@routes.delete("/{person}/roles/{role}", needs=may("role.withdraw", of="person"))
def withdraw(person: str, role: str, request: Request, signed: Caller) -> dict[str, str]:
    """Take a role away."""
    house = house_of(request)
    with house.database.begin() as tx:
        roles.withdraw(tx, house.edges, person, role, by=signed.person.id)
    return {"withdrawn": role}


@routes.post("/{person}/roles/{role}/confirm", needs=may("role.confirm", of="person"))
def confirm(person: str, role: str, request: Request, signed: Caller) -> dict[str, str]:
    """Confirm that a role is still needed."""
    house = house_of(request)
    with house.database.begin() as tx:
        roles.confirm(tx, house.edges, person, role, by=signed.person.id)
    return {"confirmed": role}


@routes.delete("/{person}/sessions", needs=may("person.end_sessions", of="person"))
def end_sessions(person: str, request: Request, signed: Caller) -> dict[str, int]:
    """End all sessions of a person; return how many."""
    house = house_of(request)
    with house.database.begin() as tx:
        who = people.find(tx, person).id
        ended = sessions.revoke_all(tx, house.edges, who, by=signed.person.id, reason_code="ended_by_staff")
        return {"sessions": ended}


def seen(tx: Transaction, house: House, person: Person) -> PersonShown:
    """Return a person as staff see them."""
    profile = people.profile_of(tx, house.edges, person.id)
    return PersonShown(
        id=person.id,
        name=profile.name,
        address=profile.address,
        kind=person.kind.value,
        human=person.human,
        source=person.source.value,
        active=person.active,
        added_at=person.added_at,
        added_by=person.added_by,
        roles=[grant.role for grant in roles.held(tx, person.id)],
    )


def _held(grant: roles.Grant) -> RoleHeld:
    return RoleHeld(**{field: getattr(grant, field) for field in RoleHeld.model_fields})

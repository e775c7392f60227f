"""People and the roles that they hold."""

from datetime import datetime

from fastapi import Request
from pydantic import BaseModel

from seawall.access.people import Person, people, roles
from seawall.store import Transaction
from seawall.web.house import House
from seawall.web.paging import page
from seawall.web.routes import Routes, may
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
    roles: list[str]


class PeoplePage(BaseModel):
    """A page of people; `next` is the `after` of the page that follows."""

    people: list[PersonShown]
    next: str


@routes.get("", needs=may("person.read"))
def every(request: Request, after: str = "", limit: int = 100) -> PeoplePage:
    """List people in the order in which they were added."""
    house = house_of(request)
    with house.database.begin() as tx:
        taken, following = page(people.every(tx), lambda person: str(person.id), after, limit)
        return PeoplePage(people=[seen(tx, house, person) for person in taken], next=following)


@routes.get("/{person}", needs=may("person.read", of="person"))
def show(person: str, request: Request) -> PersonShown:
    """Show one person."""
    house = house_of(request)
    with house.database.begin() as tx:
        return seen(tx, house, people.find(tx, person))


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
        roles=[grant.role for grant in roles.held(tx, person.id)],
    )

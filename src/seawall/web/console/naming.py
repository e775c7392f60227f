"""People and projects by name, for whoever may read them; people found by identifier or address, as they are entered.

Whoever may not read people sees identifiers alone, and finds nobody by address.
"""

from collections.abc import Iterable

from fastapi import Request

from seawall.access import projects as rooms
from seawall.access.people import people
from seawall.access.people.model import NoSuchPerson
from seawall.vocabulary.errors import SeawallError
from seawall.web.console import nav
from seawall.web.signed import Signed, house_of


def names_of(request: Request, ids: Iterable[str]) -> dict[str, str]:
    """Return names by id; whoever is unknown here, or whose profile was erased, has none."""
    house, found = house_of(request), dict[str, str]()
    with house.database.begin() as tx:
        for person in sorted(set(ids)):
            try:
                found[person] = people.profile_of(tx, house.edges, person).name
            except SeawallError:
                continue
    return found


def readable_names(request: Request, signed: Signed, ids: Iterable[str]) -> dict[str, str]:
    """Return names by id, as `names_of`; nothing for whoever may not read people."""
    return names_of(request, ids) if nav.could(house_of(request).desk.rights, signed, "person.read") else {}


def entered_person(request: Request, signed: Signed, given: str, *, lets: str = "person.read") -> str:
    """Return the id of whom somebody entered, by id or, where they may do what `lets` says, by address.

    Raises NoSuchPerson.
    """
    sought, house = given.strip(), house_of(request)
    if "@" not in sought or not nav.could(house.desk.rights, signed, lets):
        return sought
    with house.database.begin() as tx:
        found = people.find_by_address(tx, house.edges, sought)
    if found is None:
        raise NoSuchPerson(sought)
    return found.id


def project_names(request: Request, signed: Signed) -> dict[str, str]:
    """Return the names of projects by id; nothing for whoever may not read them."""
    house = house_of(request)
    if not nav.could(house.desk.rights, signed, "project.read"):
        return {}
    with house.database.begin() as tx:
        return {str(each.id): each.name for each in rooms.every(tx)}

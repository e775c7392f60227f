"""What people are called, for pages that name them. Who is unknown here, or whose profile was erased, has none."""

from collections.abc import Iterable

from fastapi import Request

from seawall.access.people import people
from seawall.vocabulary.errors import SeawallError
from seawall.web.signed import house_of


def names_of(request: Request, persons: Iterable[str]) -> dict[str, str]:
    """Return the names of people by id; those of whom none is known are left out."""
    house, found = house_of(request), dict[str, str]()
    with house.database.begin() as tx:
        for person in sorted(set(persons)):
            try:
                found[person] = people.profile_of(tx, house.edges, person).name
            except SeawallError:
                continue
    return found

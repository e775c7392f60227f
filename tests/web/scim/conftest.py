"""A directory that somebody set up, and a caller that holds its token."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from seawall.access.directory import Directory, directories
from seawall.access.ended import PERSON_ENDED
from seawall.access.people import Person, people
from seawall.web import House
from tests.web.scim.client import Caller

Made = tuple[Directory, str]
SetUp = Callable[..., Made]


def known(house: House, made: dict[str, Any]) -> Person:
    """Return the person whom a directory was told that it made."""
    with house.database.begin() as tx:
        return people.find(tx, made["id"])


@pytest.fixture
def house(house: House) -> House:
    """The same, with every room told of whoever is deactivated, as the application wires it."""
    edges = msgspec.structs.replace(house.edges, person_ended=PERSON_ENDED)
    return msgspec.structs.replace(house, edges=edges)


@pytest.fixture
def olga(somebody: Callable[..., Person]) -> Person:
    """The person who set the directory up."""
    return somebody("olga", "administrator")


@pytest.fixture
def set_up(house: House) -> SetUp:
    """Set up a directory; give it with its token."""

    def make(name: str, owner: Person) -> Made:
        with house.database.begin() as tx:
            made, issued = directories.add(tx, house.edges, name, owner=owner.id, by=owner.id)
        return made, issued.secret

    return make


@pytest.fixture
def directory(set_up: SetUp, olga: Person) -> Made:
    return set_up("corp", olga)


@pytest.fixture
def corp(home: str, directory: Made) -> Iterator[Caller]:
    """The directory's caller."""
    made = Caller(home, directory[1])
    yield made
    made.http.close()

"""What a directory finds of its people: filters, order, pages and cursors."""

import pytest
from scim2_models import SearchRequest, TooManyException

from seawall.access.directory.schemas import PROVIDER, User
from seawall.access.directory.storage import Storage
from seawall.access.people import Person
from seawall.web import House
from tests.web.scim.client import Caller
from tests.web.scim.conftest import Made, SetUp


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ('userName eq "ANN"', ["ann"]),
        ('externalId eq "x-bob"', ["bob"]),
        ('externalId eq "X-BOB"', []),
        ('emails.value co "@corp"', ["ann", "bob", "cyd"]),
        ('emails[type eq "work" and value sw "cyd"]', ["cyd"]),
        ("active eq false", ["cyd"]),
        ('not (userName eq "ann")', ["bob", "cyd"]),
        ('userName eq "ann" or (displayName eq "Bob" and active eq true)', ["ann", "bob"]),
        ('meta.created gt "2000-01-01T00:00:00Z"', ["ann", "bob", "cyd"]),
        ('userName eq "x\' OR 1=1 --"', []),
        ('userName eq "ann\\u0000"', []),
        ('userName eq "%"', []),
        ('userName co "%"', []),
        ('userName eq "ann\'; DROP TABLE access_people; --"', []),
        ('externalId eq ""', []),
    ],
)
def test_filters_find_what_they_say_and_nothing_more(corp: Caller, wanted: str, found: list[str]) -> None:
    for name in ("ann", "bob"):
        corp.add(name)
    corp.add("cyd", active=False)
    assert [each["userName"] for each in corp.found("/Users", filter=wanted)] == found
    searched = corp.ask("POST", "/Users/.search", {"filter": wanted}).json()
    assert searched["totalResults"] == len(found)


@pytest.mark.parametrize(
    "wanted",
    [
        "userName eq", "1=1", "' OR ''='", 'userName eq "a" OR 1=1', "(" * 900, "not (" * 300 + "id pr" + ")" * 300,
        'userName like "a"', 'password eq "x"', 'userName eq "a"; DROP TABLE access_people', "x" * 3000, 'a.b.c eq "1"',
        'userName eq "a" and', "${jndi}", 'profile eq "x"',
    ],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused_and_told_so(corp: Caller, wanted: str) -> None:
    corp.add("ann")
    for reply in (
        corp.ask("GET", "/Users", params={"filter": wanted}),
        corp.ask("POST", "/.search", {"filter": wanted}),
    ):
        told = reply.json()
        assert reply.status_code == 400 or told.get("totalResults") == 1, (wanted, reply.text)
        assert "Traceback" not in reply.text
        assert "access_" not in reply.text
    assert len(corp.found("/Users")) == 1


def test_a_search_that_would_read_too_many_is_refused_and_a_narrow_one_is_not(
    house: House, corp: Caller, directory: Made
) -> None:
    for name in ("ann", "bob", "cyd"):
        corp.add(name)
    storage = Storage(house.database, house.edges, directory[0], most_read=2)
    (user_type,) = (each for each in PROVIDER.resource_types if each.name == "User")
    request = SearchRequest[User]
    with pytest.raises(TooManyException):
        storage.search([user_type], request(filter="active eq true"))
    with pytest.raises(TooManyException):
        storage.search([user_type], request(sort_by="userName"))
    assert storage.search([user_type], request(filter='userName eq "bob"')).total == 1
    assert storage.search([user_type], request(count=2)).total == 3


def test_lists_are_sorted_and_paged_by_index_and_by_cursor(corp: Caller) -> None:
    for name in ("dee", "ann", "cyd", "bob", "eve"):
        corp.add(name)
    page = corp.ask("GET", "/Users", params={"sortBy": "userName", "startIndex": 2, "count": 2}).json()
    assert [each["userName"] for each in page["Resources"]] == ["bob", "cyd"]
    assert (page["totalResults"], page["itemsPerPage"], page["startIndex"]) == (5, 2, 2)
    down = corp.found("/Users", sortBy="userName", sortOrder="descending")
    assert [each["userName"] for each in down] == ["eve", "dee", "cyd", "bob", "ann"]
    seen, cursor = [], ""
    while True:
        page = corp.ask("GET", "/Users", params={"cursor": cursor, "count": 2, "sortBy": "userName"}).json()
        seen += [each["userName"] for each in page["Resources"]]
        cursor = page.get("nextCursor")
        if not cursor:
            break
    assert seen == ["ann", "bob", "cyd", "dee", "eve"]
    forged = corp.ask("GET", "/Users", params={"cursor": "AAAA", "count": 2})
    assert (forged.status_code, forged.json()["scimType"]) == (400, "invalidCursor")


def test_a_cursor_of_one_directory_shows_nothing_of_it_to_another(
    home: str, corp: Caller, olga: Person, set_up: SetUp
) -> None:
    for name in ("ann", "bob", "cyd"):
        corp.add(name)
    cursor = corp.ask("GET", "/Users", params={"cursor": "", "count": 1}).json()["nextCursor"]
    other = Caller(home, set_up("other", olga)[1])
    assert other.ask("GET", "/Users", params={"cursor": cursor, "count": 1}).json().get("Resources", []) == []
    other.http.close()

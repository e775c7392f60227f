"""Nothing reaches SCIM without the token of a directory that works."""

import socket
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from seawall.access.directory import directories
from seawall.access.people import Person, people, sessions
from seawall.access.people.proofs import Proof, Way
from seawall.web import House
from seawall.web.scim import Provisioning
from tests.access.conftest import Ledger
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.scim.client import Caller
from tests.web.scim.conftest import Made

PATHS = (
    "/scim/", "/scim/v2", "/scim/v2/", "/scim/v2/Users", "/scim/v2/Users/", "/scim/v2/Users.scim", "/scim/v2//Users",
    "/scim/v2/Users/pe_1", "/scim/v2/Groups", "/scim/v2/Me", "/scim/v2/Bulk", "/scim/v2/.search",
    "/scim/v2/Users/.search", "/scim/v2/ServiceProviderConfig", "/scim/v2/ResourceTypes", "/scim/v2/Schemas",
    "/scim/Users", "/scim/v1/Users", "/scim/v2/nothing", "/scim/v2/Users/%2e%2e/%2e%2e/Users", "/scim/v2/Users%00",
    "/scim/%76%32/Users", "/%73cim/v2/Users", "/scim/v2/Users?access_token=x", "/scim/v2/../v2/Users",
    "/scim/v2/ServiceProviderConfig?x=%ff", "/scim/v2/%ff", "/scim/v2/Users;x=y", "/scim/../scim/v2/Users",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "SEARCH", "get", "PROPFIND")


def _raw(home: str, request: str) -> tuple[int, str]:
    """Send bytes as they are; return the status and the answer."""
    site = urlsplit(home)
    with socket.create_connection(("127.0.0.1", site.port or 0), 20) as line:
        line.settimeout(20)
        line.sendall(request.replace("HOST", site.netloc).encode("latin-1"))
        answer = b""
        while part := line.recv(65536):
            answer += part
    text = answer.decode("latin-1")
    return int(text.split(" ", 2)[1]), text


def _asked(home: str, method: str, path: str, *headers: str) -> tuple[int, str]:
    lines = [f"{method} {path} HTTP/1.1", "host: HOST", "connection: close", "content-length: 0", *headers]
    return _raw(home, "\r\n".join(lines) + "\r\n\r\n")


@pytest.mark.parametrize("path", PATHS)
def test_no_path_and_no_method_passes_without_a_token(home: str, directory: Made, path: str) -> None:
    for method in METHODS:
        status, told = _asked(home, method, path)
        # A method or a path that is none is refused before there is any application.
        early = "Invalid HTTP" in told or "web.malformed_request" in told or method == "HEAD"
        assert status == 401 or (status == 400 and early), (method, path, status)
        assert "schemas:core" not in told
        assert "401" not in told[9:12] or method == "HEAD" or "urn:ietf:params:scim:api:messages:2.0:Error" in told


def test_paths_beside_it_lead_nowhere(home: str, directory: Made) -> None:
    for path in ("//scim/v2/Users", "/SCIM/v2/Users", "/scim%2Fv2/Users", "/api/../scim/v2/Users", "/scimv2/Users"):
        status, told = _asked(home, "GET", path)
        assert status in (401, 404), path
        assert "urn:ietf:params:scim:schemas" not in told
    assert _asked(home, "GET", "/scim")[0] in (307, 404)


@pytest.mark.parametrize(
    "given",
    [
        "", "Bearer", "Bearer ", "Bearer x", "Basic {secret}", "{secret}", "Bearer {secret}x", "Bearer x{secret}",
        "Bearer {upper}", "Bearer {secret}, Bearer {secret}", "Bearer swd_" + "A" * 43, "Bearer \xff" * 47,
        "Token {secret}", "Bearer\t{secret}", "Bearer {secret}\x00",
    ],
)  # fmt: skip
def test_what_is_no_token_is_refused(home: str, directory: Made, given: str) -> None:
    words = given.format(secret=directory[1], upper=directory[1].upper())
    status, told = _asked(home, "GET", "/scim/v2/Users", f"authorization: {words}")
    assert status in (400, 401), given
    assert "totalResults" not in told


def test_two_tokens_are_none_and_a_good_one_passes(home: str, directory: Made) -> None:
    line = f"authorization: Bearer {directory[1]}"
    assert _asked(home, "GET", "/scim/v2/Users", line, line)[0] in (400, 401)
    assert _asked(home, "GET", "/scim/v2/Users", line)[0] == 200
    assert _asked(home, "GET", "/scim/v2/Users", f"Authorization: bearer  {directory[1]} ")[0] == 200


def test_a_session_of_a_person_opens_nothing_and_a_token_opens_nothing_else(
    home: str, house: House, olga: Person, corp: Caller, directory: Made, clock: FrozenClock
) -> None:
    proof = Proof(person=olga.id, way=Way.LINK, at=clock())
    with house.database.begin() as tx:
        _, token = sessions.begin(tx, house.edges, (proof,), bound_to="tests/1")
    browser = Browser(home)
    browser.cookies["__Host-seawall"] = token
    assert browser.get("/api/session").status_code == 200
    assert browser.get("/scim/v2/Users").status_code == 401
    assert browser.get("/scim/v2/Users", headers={"authorization": f"Bearer {token}"}).status_code == 401
    browser.close()
    with httpx.Client(base_url=home, headers={"authorization": f"Bearer {directory[1]}"}) as client:
        assert client.get("/api/people").status_code == 401


def test_a_refusal_tells_how_to_authenticate_in_the_shape_of_scim(home: str, directory: Made) -> None:
    reply = httpx.get(f"{home}/scim/v2/Users")
    assert reply.headers["www-authenticate"] == 'Bearer realm="SCIM"'
    assert reply.headers["content-type"] == "application/scim+json"
    assert reply.json()["status"] == "401"
    assert reply.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]


def test_a_rotated_token_works_on_for_the_overlap_and_never_more_than_two_do(
    home: str, house: House, olga: Person, directory: Made, clock: FrozenClock
) -> None:
    def works(secret: str) -> bool:
        return _asked(home, "GET", "/scim/v2/Users", f"authorization: Bearer {secret}")[0] == 200

    def rotated() -> str:
        with house.database.begin() as tx:
            return directories.rotate(tx, house.edges, "corp", by=olga.id, overlap=timedelta(hours=2)).secret

    second = rotated()
    assert (works(directory[1]), works(second)) == (True, True)
    third = rotated()
    assert (works(directory[1]), works(second), works(third)) == (False, True, True)
    clock.advance(hours=2)
    assert (works(second), works(third)) == (False, True)
    clock.advance(days=180)
    assert not works(third)


def test_a_token_that_another_human_makes_ends_the_others_and_hands_the_directory_over(
    home: str, house: House, somebody: Callable[..., Person], corp: Caller, directory: Made, ledger: Ledger
) -> None:
    bob = somebody("bob", "administrator")
    corp.add("ann")
    with house.database.begin() as tx:
        secret = directories.rotate(tx, house.edges, "corp", by=bob.id).secret
    assert corp.ask("GET", "/Users").status_code == 401
    after = Caller(home, secret)
    made = after.add("cyd")
    after.http.close()
    assert "directory.taken" in ledger.kinds
    with house.database.begin() as tx:
        vouched = dict(tx.exec_driver_sql("SELECT id, vouched_by FROM access_people WHERE source = 'directory'").all())
    assert vouched[made["id"]] == bob.id
    assert set(vouched.values()) == {bob.id, directory[0].owner}


def test_a_directory_that_ended_changes_nothing_and_its_people_stay(house: House, olga: Person, corp: Caller) -> None:
    ann = corp.add("ann")
    with house.database.begin() as tx:
        directories.end(tx, house.edges, "corp", by=olga.id)
        assert people.find(tx, ann["id"]).active
    assert corp.ask("DELETE", f"/Users/{ann['id']}").status_code == 401


def test_tokens_stand_nowhere_in_clear(house: House, directory: Made, ledger: Ledger) -> None:
    with house.database.begin() as tx:
        rows = tx.exec_driver_sql("SELECT t::text FROM access_directory_tokens t").scalar_one()
    assert directory[1] not in rows
    assert directory[1] not in repr(ledger)


async def test_a_directory_that_asks_too_often_is_told_when_to_come_again(
    house: House, directory: Made, set_up: Callable[..., Made], olga: Person
) -> None:
    door = httpx.ASGITransport(Provisioning(house, per_minute=3))
    async with httpx.AsyncClient(transport=door, base_url=house.site.origins[0]) as client:

        async def asked(secret: str) -> httpx.Response:
            return await client.get("/v2/Schemas", headers={"authorization": f"Bearer {secret}"})

        assert [(await asked(directory[1])).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert (await asked(set_up("other", olga)[1])).status_code == 200
        refused = await asked(directory[1])
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert refused.json()["status"] == "429"


def test_a_body_that_is_too_long_is_refused_stated_or_not(corp: Caller) -> None:
    long = b'{"schemas": [], "x": "' + b"x" * (1024 * 1024) + b'"}'
    stated = corp.http.post("/Users", content=long)
    assert (stated.status_code, stated.json()["status"]) == (413, "413")
    unstated = corp.http.post("/Users", content=iter([long[:700_000], long[700_000:]]))
    assert unstated.status_code == 413


def test_the_host_of_a_request_is_in_no_answer(corp: Caller, home: str) -> None:
    made = corp.add("ann")
    assert made["meta"]["location"] == f"{home}/scim/v2/Users/{made['id']}"
    assert corp.http.get("/Users", headers={"host": "evil.test"}).status_code == 421
    forwarded = corp.http.get(f"/Users/{made['id']}", headers={"x-forwarded-host": "evil.test"})
    assert "evil.test" not in forwarded.text

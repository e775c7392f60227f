"""Two web processes on one database: who loses a role or is signed out in one is refused by the other, at once.

Nothing of sessions and roles is kept in a process: each request reads them. So no time is waited for here: the very
next request, sent after the answer of the other process is there, is refused.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from seawall.access.people import Kind, Person, Proof, Way, people, roles, sessions, tokens
from seawall.access.people.model import Profile
from seawall.app.instance import Instance
from seawall.app.preparing import prepare
from seawall.app.remote import agent
from seawall.app.settings import Settings
from tests.access.conftest import person
from tests.app.running import Home, Running, free_port, until

WHO, WORK = "/api/session", "/api/cases"
# Both stand behind one name, as behind a load balancer.
SITE = {"host": "localhost"}


class Webs:
    """Two web processes, and people with sessions that both know."""

    def __init__(self, home: Home, database_url: str, instance: Instance) -> None:
        self.instance = instance
        self.urls = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]
        self.running = [self._start(home, database_url, url) for url in self.urls]

    def ready(self) -> None:
        """Wait until both answer."""
        for url in self.urls:
            until(lambda url=url: self._answers(url), f"the pages at {url}")  # type: ignore[misc]

    def _start(self, home: Home, database_url: str, url: str) -> Running:
        return home.start("web", "--port", url.rpartition(":")[2], SEAWALL_DATABASE_URL=database_url)

    def _answers(self, url: str) -> bool:
        try:
            return httpx2.get(url + WHO, headers=SITE).status_code == 401
        except httpx2.TransportError:
            return False

    def join(self, name: str, *held: str) -> tuple[Person, str]:
        """Make somebody with roles who is signed in, and return their token."""
        edges = self.instance.edges()
        with self.instance.database().begin() as tx:
            who = person(tx, edges, name, *held)
            proof = Proof(person=who.id, way=Way.PASSKEY, at=edges.clock(), factor="pk_1", verified=True)
            return who, sessions.begin(tx, edges, (proof,), bound_to=agent())[1]

    def ask(self, at: int, token: str, method: str, path: str, body: Any = None) -> httpx2.Response:
        headers = {"authorization": f"Bearer {token}", "user-agent": agent(), **SITE}
        return httpx2.request(method, self.urls[at] + path, headers=headers, json=body)


@pytest.fixture
def instance(fresh: Home, database_url: str) -> Iterator[Instance]:
    made = Instance(Settings(data_dir=str(fresh.data_dir), database_url=database_url, classifiers=False))
    prepare(made)
    yield made
    made.close()


@pytest.fixture
def webs(fresh: Home, database_url: str, instance: Instance) -> Iterator[Webs]:
    made = Webs(fresh, database_url, instance)
    try:
        made.ready()
        yield made
    finally:
        for each in made.running:
            each.swept()


def test_what_is_taken_away_in_one_process_is_gone_at_the_next_request_to_the_other(
    webs: Webs, record_property: Callable[[str, object], None]
) -> None:
    ada, admin = webs.join("ada", "administrator")
    robot_token = _robot(webs, ada)

    def lost(path: str, token: str, allowed: int, refused: int, way: tuple[str, str]) -> None:
        """Take something away through one process, and ask the other one once."""
        assert [webs.ask(at, token, "GET", path).status_code for at in (0, 1)] == [allowed] * 2, way
        done = webs.ask(0, admin if way[1] != WHO else token, *way)
        answered = time.monotonic()
        assert done.status_code == 200, (way, done.text)
        assert webs.ask(1, token, "GET", path).status_code == refused, way
        took = round(time.monotonic() - answered, 3)
        record_property(f"seconds until {way[0]} {way[1]} held", took)
        print(f"{way[0]} {way[1]} held in the other process after {took} s")
        assert webs.ask(0, token, "GET", path).status_code == refused, way

    # With the right, what is missing is the case; without it, nothing is said of cases at all.
    given = {"reason_code": "x", "reason": "y", "outcome": "nothing"}
    rev, at_work = webs.join("rev", "reviewer")
    assert webs.ask(1, at_work, "POST", f"{WORK}/cs_none/decide", given).status_code == 404
    lost(WORK, at_work, 200, 403, ("DELETE", f"/api/people/{rev.id}/roles/reviewer"))
    assert webs.ask(1, at_work, "POST", f"{WORK}/cs_none/decide", given).status_code == 403
    # Without the role they are still signed in; then no more.
    lost(WHO, at_work, 200, 401, ("DELETE", f"/api/people/{rev.id}/sessions"))
    gone, gone_token = webs.join("gone", "reviewer")
    lost(WORK, gone_token, 200, 401, ("POST", f"/api/people/{gone.id}/deactivate"))
    _, leaving = webs.join("lea", "legal")
    lost(WHO, leaving, 200, 401, ("DELETE", WHO))
    token, secret = robot_token
    lost(WORK, secret, 200, 401, ("DELETE", f"/api/tokens/{token}"))


def _robot(webs: Webs, owner: Person) -> tuple[str, str]:
    """Make a service account that may read cases, and return its token's id and secret."""
    edges = webs.instance.edges()
    with webs.instance.database().begin() as tx:
        robot = people.add(tx, edges, Profile(name="robot"), by=owner.id, kind=Kind.SERVICE, human=owner.id)
        roles.grant(tx, edges, robot.id, "reviewer", by=owner.id)
        made, secret = tokens.make(tx, edges, robot, "robot", owner=owner, by=owner.id)
    return made.id, secret

"""The real application on loopback, with a database of its own, and browsers for it."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seawall.access.approvals import Desk
from seawall.access.people import Edges, Person, links
from seawall.access.people.passkeys import Site
from seawall.access.rights import load
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.cases import Office
from seawall.cases import load as load_rules
from seawall.gateway.concerned import concerned
from seawall.gateway.server import run
from seawall.store import Database
from seawall.vault import Keystore, Vault
from seawall.web import House, application
from tests.access.conftest import Ledger, person
from tests.conftest import FrozenClock
from tests.web.approving import wired
from tests.web.browser import Browser

_STARTS_S = 20


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        # As the product's event loop has it: without it, the end of each answer waits 40 ms to be asked for.
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield made


def site_at(listening: socket.socket) -> Site:
    """Return the site that browsers reach at a socket."""
    home = f"http://localhost:{listening.getsockname()[1]}"
    return Site(domain="localhost", name="Seawall", origins=(home,))


@pytest.fixture
def whole(request: pytest.FixtureRequest) -> None:
    """Ask for the pages of a whole instance, with its acts, instead of pages alone."""


@pytest.fixture
def instance(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Instance]:
    """An instance of its own."""
    made = Instance(Settings(data_dir=str(tmp_path / "data"), database_url=database_url), clock)
    yield made
    made.close()


@pytest.fixture
def house(
    request: pytest.FixtureRequest,
    database: Database,
    ledger: Ledger,
    clock: FrozenClock,
    tmp_path: Path,
    listening: socket.socket,
) -> House:
    """What the pages work with."""
    if "whole" in request.fixturenames:
        return wired(request.getfixturevalue("instance"), site_at(listening))
    edges = Edges(record=ledger, vault=Vault(Keystore(tmp_path / "keystore"), clock), clock=clock, secret=b"s" * 32)
    desk = Desk(rights=load())
    return House(
        database=database,
        edges=edges,
        desk=desk,
        site=site_at(listening),
        office=Office(edges=edges, rights=desk.rights, rules=load_rules(), exchanges=concerned),
    )


@pytest.fixture
def home(house: House, listening: socket.socket) -> Iterator[str]:
    """The address of a running server."""
    loop, started = asyncio.new_event_loop(), threading.Event()
    stop: list[asyncio.Event] = []

    async def serve() -> None:
        stop.append(asyncio.Event())
        started.set()
        await run(application(house), [listening], stop[0])

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()], daemon=True)
    thread.start()
    assert started.wait(_STARTS_S)
    yield house.site.origins[0]
    loop.call_soon_threadsafe(stop[0].set)
    thread.join(_STARTS_S)
    loop.close()


@pytest.fixture
def somebody(house: House) -> Callable[..., Person]:
    """Make a person with roles."""

    def make(name: str, *roles: str) -> Person:
        with house.database.begin() as tx:
            return person(tx, house.edges, name, *roles)

    return make


@pytest.fixture
def browser(home: str) -> Iterator[Browser]:
    """A browser with nobody signed in."""
    made = Browser(home)
    made.begin()
    yield made
    made.close()


@pytest.fixture
def signed_in(home: str, house: House) -> Iterator[Callable[[Person], Browser]]:
    """Sign a person in by a link, in a browser of their own."""
    made: list[Browser] = []

    def sign_in(who: Person) -> Browser:
        with house.database.begin() as tx:
            token = links.issue_link(tx, house.edges, who.id, by="host:test").token
        made.append(Browser(home, f"tests/{who.id}"))
        made[-1].begin()
        reply = made[-1].post("/api/session/link", {"token": token})
        assert reply.status_code == 200, reply.text
        made[-1].begin()
        return made[-1]

    yield sign_in
    for each in made:
        each.close()

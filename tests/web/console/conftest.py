"""A house with people, projects and requests in it, a person's side of the console over HTTP, and a real browser."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from seawall.access import Upstream, keys, projects
from seawall.access.approvals import Act, Actor, Acts, Request, ask_for, break_glass
from seawall.access.directory import collected, directories, groups, provisioned
from seawall.access.directory.schemas import Group as GroupSaid
from seawall.access.directory.schemas import User
from seawall.access.people import Kind, Person, Proof, passkeys, people, roles, tokens
from seawall.access.people.model import Profile
from seawall.access.people.proofs import settled
from seawall.access.rights import Resource
from seawall.access.rights.actions import ACTIONS
from seawall.store import Database, Transaction
from seawall.vocabulary.ids import ItemId, PersonId
from seawall.web.house import House
from tests.access.authenticator import Authenticator
from tests.audit.conftest import Log
from tests.conftest import FrozenClock
from tests.web.browser import Browser

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--no-first-run", "--disable-extensions", "--mute-audio",
    "--disable-dev-shm-usage", "--disable-features=Translate,OptimizationHints,MediaRouter",
)  # fmt: skip


class KeyWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key that keeps nothing."""

    project: str
    name: str


def key_act(record: Callable[..., object], clock: FrozenClock) -> Act:
    """Return an act that makes a key with zero retention, as the application wires it."""

    def about(tx: Transaction, given: KeyWanted) -> Resource:
        return Resource(kind="Project", id=projects.find(tx, given.project).id)

    def says(tx: Transaction, given: KeyWanted) -> str:
        return f"Makes a key {given.name!r} of project {projects.find(tx, given.project).name!r} that keeps nothing."

    def carry_out(tx: Transaction, by: PersonId, given: KeyWanted) -> dict[str, Any]:
        made = keys.create_key(tx, given.project, given.name, zero_retention=True, by=by, record=record, clock=clock)
        return {"key": made[0], "secret": made[1]}

    return Act(action="key.create_zero_retention", takes=KeyWanted, about=about, says=says, carry_out=carry_out)


@pytest.fixture
def log(database: Database, clock: FrozenClock, tmp_path: Path) -> Log:
    """A real ledger."""
    return Log(database, clock, tmp_path / "log")


@pytest.fixture
def house(house: House, clock: FrozenClock, log: Log) -> House:
    """The same house, with a real ledger, in which keys with zero retention can be asked for."""
    house = msgspec.structs.replace(house, edges=msgspec.structs.replace(house.edges, record=log.record))
    others = {each.name: "nothing does it here." for each in ACTIONS if each.two_party}
    del others["key.create_zero_retention"]
    return msgspec.structs.replace(house, acts=Acts((key_act(house.edges.record, clock),), others))


class Staff:
    """Somebody at a browser, with a passkey on a device of theirs."""

    def __init__(self, browser: Browser, house: House, person: Person, device: Authenticator) -> None:
        self.browser, self.house, self.person, self.device = browser, house, person, device

    def see(self, path: str, **given: Any) -> httpx.Response:
        return self.browser.get(f"/console{path}", headers={"accept": "text/html"}, **given)

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Send the form of a page as a browser does: the token is a field of it."""
        data = {"csrf": self.browser.form} | fields
        headers = {"accept": "text/html", "x-csrf-token": ""}
        return self.browser.ask("POST", f"/console{path}", data=data, headers=headers)

    def prove(self) -> None:
        """Use the passkey, as the step-up page does."""
        begun = self.browser.post("/api/session/proof/begin").json()
        answer = self.device.get(msgspec.json.encode(begun["options"]).decode())
        given = {"challenge": begun["challenge"], "answer": answer}
        reply = self.browser.post("/api/session/proof", given)
        assert reply.status_code == 200, reply.text


Make = Callable[..., Staff]


@pytest.fixture
def staff(
    house: House, somebody: Callable[..., Person], signed_in: Callable[[Person], Browser]
) -> Callable[..., Staff]:
    """Make somebody with roles and a passkey, signed in and freshly proven."""

    def make(name: str, *held: str, proven: bool = True) -> Staff:
        who = somebody(name, *held)
        device = device_of(house, who)
        made = Staff(signed_in(who), house, who, device)
        if proven:
            made.prove()
        return made

    return make


def device_of(house: House, who: Person) -> Authenticator:
    """Register a passkey of somebody."""
    device = Authenticator(house.site.domain, house.site.origins[0])
    with house.database.begin() as tx:
        asked = passkeys.begin_registration(tx, house.edges, house.site, who.id, label=who.id)
        made = passkeys.register(
            tx, house.edges, house.site, asked.id, device.create(asked.options), person=who.id, name="key", by=who.id
        )
    assert isinstance(made, Proof), made
    return device


def proof_of(house: House, device: Authenticator) -> Proof:
    """Use a passkey outside a session."""
    with house.database.begin() as tx:
        asked = passkeys.begin_assertion(tx, house.edges, house.site)
    answer = device.get(asked.options)
    return settled(house.database, lambda tx: passkeys.assert_passkey(tx, house.edges, house.site, asked.id, answer))


class Furnished(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the house."""

    ada: Person
    ben: Person
    ben_device: Authenticator
    cleo: Person
    cleo_device: Authenticator
    project: str
    key: str
    waiting: Request
    alone: Request
    directory: str
    group: str
    token: str


@pytest.fixture
def furnished(house: House, somebody: Callable[..., Person], clock: FrozenClock) -> Furnished:
    """People known for four days, a project, a request that waits and something that was done alone."""
    return furnish(house, somebody, clock)


def furnish(house: House, somebody: Callable[..., Person], clock: FrozenClock, *, called: str = "demo") -> Furnished:
    """Fill a house; whatever people can name is named `called`."""
    ada = somebody("Ada Example", "administrator", "auditor")
    ben, cleo = somebody("Ben Example", "security"), somebody("Cleo Example", "legal", "security")
    devices = device_of(house, ben), device_of(house, cleo)
    edges = house.edges
    with house.database.begin() as tx:
        made = projects.create(tx, called, by=ada.id, record=edges.record, clock=edges.clock, country="DE")
        upstream = Upstream(name=called, api="chat", base_url="https://models.example", model=called)
        projects.set_model(tx, called, upstream, seal=_no_seal, by=ada.id, record=edges.record)
        key, _ = keys.create_key(tx, called, called, by=ada.id, record=edges.record, clock=edges.clock)
        gone, _ = keys.create_key(tx, called, "old laptop", by=ada.id, record=edges.record, clock=edges.clock)
        keys.revoke_key(tx, gone, by=ada.id, record=edges.record, clock=edges.clock)
        roles.grant(tx, edges, cleo.id, "publisher", by=ada.id, review=timedelta(days=2))
        directory, group = provisioned_by(tx, house, ada, called)
        robot = people.add(tx, edges, Profile(name=called), by=ada.id, kind=Kind.SERVICE, human=ada.id)
        token, _ = tokens.make(tx, edges, robot, called, owner=ada, by=ada.id)
    clock.advance(hours=96)
    given = {"project": made.id, "name": called}
    actor = Actor(person=cleo.id, proofs=(proof_of(house, devices[1]),))
    with house.database.begin() as tx:
        waiting = ask_for(tx, house.table, actor, "key.create_zero_retention", given, reason=f"For {called}.")
        thing = Resource(kind="VaultItem", id="it_1")
        alone = break_glass(
            tx, edges, house.desk, actor, "vault.disclose", thing, {"item": "it_1"}, reason=f"Because of {called}."
        )
    return Furnished(
        ada=ada,
        ben=ben,
        ben_device=devices[0],
        cleo=cleo,
        cleo_device=devices[1],
        project=made.id,
        key=key,
        waiting=waiting,
        alone=alone,
        directory=directory,
        group=group,
        token=token.id,
    )


def provisioned_by(tx: Transaction, house: House, owner: Person, called: str) -> tuple[str, str]:
    """Set up a directory with somebody in a group that gives a role; return the ids of directory and group."""
    edges = house.edges
    made, _ = directories.add(tx, edges, called, owner=owner.id, by=owner.id)
    user = User(user_name="zoe", display_name=called, active=True)
    member = GroupSaid.Members(value=provisioned.add(tx, edges, made, user))
    group = collected.add(tx, edges, made, GroupSaid(display_name=called, members=[member]))
    groups.map_roles(tx, edges, house.desk.rights, made, group, ["reviewer"], by=owner.id)
    return made.id, group


def _no_seal(tx: Transaction, credential: str, project: object) -> ItemId:
    raise AssertionError("there is no credential here")


def text_of(reply: httpx.Response) -> str:
    """Return what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", reply.text)).strip()


def hidden(reply: httpx.Response, name: str) -> str:
    """Return what a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', reply.text)
    assert found is not None, f"no field {name}"
    return found.group(1)


@pytest.fixture
def chromium() -> Iterator[Chromium]:
    """Debian's Chromium, without a window."""
    if not CHROMIUM.exists():
        pytest.skip("there is no /usr/bin/chromium: apt-get install chromium")
    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=str(CHROMIUM), headless=True, args=list(QUIET))
        yield made
        made.close()


@pytest.fixture
def known_people(
    house: House, somebody: Callable[..., Person], signed_in: Callable[[Person], Browser], clock: FrozenClock
) -> Callable[[dict[str, str]], dict[str, Staff]]:
    """Make people with a role each who are settled, each at a browser with a passkey that was just used."""

    def make(roles: dict[str, str]) -> dict[str, Staff]:
        made = {name: somebody(name, role) for name, role in roles.items()}
        devices = {name: device_of(house, who) for name, who in made.items()}
        clock.advance(hours=73)
        found = {name: Staff(signed_in(who), house, who, devices[name]) for name, who in made.items()}
        for each in found.values():
            each.prove()
        return found

    return make

"""A whole instance with an outside test and privacy requests in it, and whoever works with them."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert

from seawall.access import Upstream, privacy, projects, testers
from seawall.access.people import Person
from seawall.access.privacy import Checked, Whose, Wish
from seawall.access.tables import usage
from seawall.access.testers import Check
from seawall.app.holders import retention_in_force
from seawall.app.housing import housed
from seawall.app.instance import Instance
from seawall.app.settings import RetentionSetting, Settings
from seawall.gateway.tables import exchanges
from seawall.store import Transaction
from seawall.vault import Retention
from seawall.vocabulary.ids import ItemId, new_id
from seawall.web.house import House
from tests.access.engagement import plan, proven
from tests.conftest import FrozenClock
from tests.web.conftest import site_at
from tests.web.console.conftest import device_of
from tests.web.console.test_browser import page

__all__ = ["page"]
ACCOUNT = "ac_00000000000000000000000001"


@pytest.fixture
def instance(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Instance]:
    """An instance whose operator keeps exchanges for two weeks and backups for nine days."""
    settings = Settings(
        data_dir=str(tmp_path / "data"),
        database_url=database_url,
        classifiers=False,
        retention=RetentionSetting(exchange=14),
        backups_kept_days=9,
    )
    made = Instance(settings, clock)
    yield made
    made.close()


@pytest.fixture
def house(instance: Instance, listening: socket.socket) -> House:
    """What the pages work with, as `app` wires it."""
    return msgspec.structs.replace(housed(instance), site=site_at(listening), pace=None)


class Furnished(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the instance."""

    ada: Person
    tess: Person
    tom: Person
    rita: Person
    project: str
    engagement: str
    key: str
    other: str
    waits: str
    checked: str
    late: str
    of_person: str
    of_project: str
    hold: ItemId


@pytest.fixture
def furnished(house: House, instance: Instance, somebody: Callable[..., Person], clock: FrozenClock) -> Furnished:
    """An engagement with people and keys, one that is over, and privacy requests in every state."""
    return furnish(house, instance, somebody, clock)


def furnish(
    house: House, instance: Instance, somebody: Callable[..., Person], clock: FrozenClock, *, called: str = "demo"
) -> Furnished:
    """Fill an instance; whatever people can name is named `called`."""
    ada = somebody("Ada Example", "administrator", "auditor", "security", "legal")
    tess, tom, rita = somebody("Tess Tester"), somebody("Tom Tester"), somebody("Rita Removed")
    edges = house.edges
    clock.advance(hours=96)
    with house.database.begin() as tx:
        project = _project(tx, house, called, ada.id)
    asked = _asked(house, called, project, tom, clock)
    with house.database.begin() as tx:
        proven(tx, edges, tess)
        given: dict[str, Any] = {"project": project, "models": (called,), "purpose": f"To see whether {called} holds."}
        given |= {"organisation": f"Institute {called}", "request_budget": 5000, "addresses": ("192.0.2.0/24",)}
        over = testers.make(tx, edges, plan(edges, ada.id, **given | {"organisation": f"Lab {called}"}), by=ada.id)
        testers.end(tx, edges, over.id, by=ada.id)
        made = testers.make(tx, edges, plan(edges, ada.id, **given), by=ada.id)
        for who, how in ((tess, Check.VIDEO_CALL), (tom, Check.EMPLOYER), (rita, Check.AGREEMENT)):
            testers.validate(tx, edges, made.id, who.id, checked=how, by=ada.id)
        key, _ = testers.make_key(tx, edges, made.id, tess.id, called, request_budget=500, by=ada.id)
        testers.make_key(tx, edges, made.id, rita.id, f"old {called}", by=ada.id)
        testers.remove(tx, edges, made.id, rita.id, by=ada.id)
        tx.execute(insert(usage).values(scope=made.id, requests=1234, tokens=567_890))
        tx.execute(insert(usage).values(scope=key, requests=321, tokens=54_321))
    retention_in_force(instance)
    return Furnished(
        ada=ada, tess=tess, tom=tom, rita=rita, project=project, engagement=made.id, key=key, other=over.id, **asked
    )


def _project(tx: Transaction, house: House, called: str, by: str) -> str:
    made = projects.create(tx, called, by=by, record=house.edges.record, clock=house.edges.clock)
    upstream = Upstream(name=called, api="chat", base_url="https://models.example", model=called)
    projects.set_model(
        tx, called, upstream, seal=lambda *_: pytest.fail("no credential"), by=by, record=house.edges.record
    )
    return made.id


def _asked(house: House, called: str, project: str, tom: Person, clock: FrozenClock) -> dict[str, Any]:
    edges = house.edges
    with house.database.begin() as tx:
        late = privacy.take(tx, edges, Wish.CORRECT, Whose.ACCOUNT, [ACCOUNT], by="host:mail")
        clock.advance(days=31)
        held, *_ = [stored(tx, house, ACCOUNT, f"Said {called}.") for _ in range(2)]
        edges.vault.hold(tx, held, reason=f"Order 12 about {called}", by=tom.id)
        waits = privacy.take(tx, edges, Wish.EXPORT, Whose.ACCOUNT, [ACCOUNT], by="host:mail")
        checked = privacy.take(tx, edges, Wish.DELETE, Whose.ACCOUNT, [ACCOUNT], by="host:mail")
        privacy.check(tx, edges, checked.id, how=Checked.VOUCHED_BY_PROJECT, by="host:desk")
        of_person = privacy.take(tx, edges, Wish.CORRECT, Whose.PERSON, [tom.id], by="host:mail")
        privacy.check(tx, edges, of_person.id, how=Checked.IN_PERSON, by="host:desk")
        of_project = privacy.take(tx, edges, Wish.OPT_OUT, Whose.PROJECT, [project], by="host:mail")
        privacy.check(tx, edges, of_project.id, how=Checked.SIGNED_IN, by="host:desk")
        gone = privacy.take(tx, edges, Wish.EXPORT, Whose.ACCOUNT, [ACCOUNT], by="host:mail")
        privacy.refuse(tx, edges, gone.id, reason_code="asked_again", by="host:desk")
    return {
        "late": late.id,
        "waits": waits.id,
        "checked": checked.id,
        "of_person": of_person.id,
        "of_project": of_project.id,
        "hold": held,
    }


def stored(tx: Transaction, house: House, account: str, words: str) -> ItemId:
    """Keep an exchange of an account, with what was said in it; return the item that holds it."""
    edges = house.edges
    item = edges.vault.put(tx, msgspec.json.encode([words]), owner=account, retention=Retention.EXCHANGE)
    row: dict[str, Any] = {
        "id": new_id("ex"), "process": "gw_1", "project": "pr_1", "key": "key_1", "account": account,
        "has_end_user": True, "api": "chat", "model": "m", "streamed": False, "zero_retention": False, "policy": "p",
        "arm": "", "input_decision": new_id("de"), "input_verdict": {}, "input_findings": [], "standing": {},
        "input_item": item, "opened_at": edges.clock(), "closed_at": edges.clock(), "outcome": "answered",
        "measure": "allow",
    }  # fmt: skip
    tx.execute(insert(exchanges).values(row))
    return item


def team(house: House, somebody: Callable[..., Person], clock: FrozenClock) -> dict[str, Any]:
    """Make people who may agree to something, known and with a passkey for four days: name, then person and device."""
    made = {
        name: somebody(name, role)
        for name, role in (("sam", "security"), ("sue", "security"), ("rob", "release_approver"))
    }
    devices = {name: device_of(house, who) for name, who in made.items()}
    clock.advance(hours=96)
    return {name: (made[name], devices[name]) for name in made}

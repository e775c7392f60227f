"""A real instance behind the pages, people with passkeys, and their browsers."""

import json
from typing import Any

from seawall.access import projects
from seawall.access.people import Person, passkeys
from seawall.access.people.passkeys import Site
from seawall.access.people.proofs import Proof
from seawall.access.rights import put_in_force
from seawall.app.acts import acts
from seawall.app.casework import office
from seawall.app.instance import Instance
from seawall.app.investigating import desk
from seawall.app.legalwork import bureau
from seawall.app.risks import board
from seawall.app.voting import voting
from seawall.policy import publishing
from seawall.store import Transaction
from seawall.web import House
from tests.access.authenticator import Authenticator
from tests.access.conftest import person
from tests.web.browser import Browser

KEY = "key.create_zero_retention"
WANTED = {"act": KEY, "parameters": {"project": "demo", "name": "laptop"}, "reason": "the clinic asked"}
ROLES = {
    "bob": "security",
    "lea": "legal",
    "sam": "security",
    "pol": "policy_editor",
    "aud": "auditor",
    "pub": "publisher",
}


def wired(instance: Instance, site: Site) -> House:
    """Return what the pages of an instance work with."""
    with instance.database().begin() as tx:
        put_in_force(tx, instance.rights(), by="host:test", record=instance.record, clock=instance.clock)
        publishing.ensure_default(tx, record=instance.record, clock=instance.clock)
        projects.create(tx, "demo", by="test", record=instance.record, clock=instance.clock)
    return House(
        database=instance.database(),
        edges=instance.edges(),
        desk=voting(instance),
        site=site,
        acts=acts(instance),
        office=office(instance),
        bureau=bureau(instance),
        board=board(instance),
        inquiry=desk(instance),
    )


def joined(tx: Transaction, house: House, name: str, *roles: str) -> tuple[Person, Authenticator]:
    """Make a person with roles and a passkey of this site."""
    made, device = person(tx, house.edges, name, *roles), Authenticator(house.site.domain, house.site.origins[0])
    asked = passkeys.begin_registration(tx, house.edges, house.site, made.id, label=name)
    proof = passkeys.register(
        tx, house.edges, house.site, asked.id, device.create(asked.options), person=made.id, name="key", by=made.id
    )
    assert isinstance(proof, Proof)
    return made, device


def prove(browser: Browser, device: Authenticator) -> None:
    """Use a passkey within a session."""
    given = browser.post("/api/session/passkey/begin").json()
    answer = device.get(json.dumps(given["options"]))
    reply = browser.post("/api/session/proof", {"challenge": given["challenge"], "answer": answer})
    assert reply.status_code == 200, reply.text


def told(reply: Any, status: int = 200) -> Any:
    """Return the body of an answer that has a status."""
    assert reply.status_code == status, reply.text
    return reply.json()

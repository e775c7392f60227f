"""A legal team at their browsers, an account that used a model, and a request as it comes in over HTTP."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pyrage import x25519
from sqlalchemy import insert

from seawall.access import keys, projects
from seawall.access.people import Person
from seawall.gateway.tables import exchanges
from seawall.vault import Retention
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.approving import joined, prove, told
from tests.web.browser import Browser

ACCOUNT = "ac_00000000000000000000000001"
ROLES = {"lea": "legal", "leo": "legal", "sam": "security", "ada": "administrator", "aud": "auditor",
         "rev": "senior_reviewer", "eva": "evaluator", "pub": "publisher"}  # fmt: skip
AT = "/api/legal/requests"


class Firm:
    """Everybody at a browser, settled and with a passkey that was just used."""

    def __init__(self, house: House, clock: FrozenClock, signed_in: Callable[[Person], Browser]) -> None:
        self.house, self.clock = house, clock
        with house.database.begin() as tx:
            made = {name: joined(tx, house, name, role) for name, role in ROLES.items()}
        clock.advance(hours=73)
        self._made, self._signed_in = made, signed_in
        self.people = {name: who for name, (who, _) in made.items()}
        self.secret = ""
        self.sign_in()

    def sign_in(self) -> None:
        """Have everybody sign in anew and use their passkeys."""
        self.browsers = {name: self._signed_in(who) for name, (who, _) in self._made.items()}
        for name, browser in self.browsers.items():
            prove(browser, self._made[name][1])
            browser.begin()

    def __getitem__(self, name: str) -> Browser:
        return self.browsers[name]

    def used(self, words: str = "Said once.") -> None:
        """Keep an exchange of the account, through a key of the project demo."""
        edges, now = self.house.edges, self.house.edges.clock()
        ours: Any = {"by": "t", "record": edges.record, "clock": edges.clock}
        with self.house.database.begin() as tx:
            key, self.secret = keys.create_key(tx, "demo", "k", **ours)
            item = edges.vault.put(tx, words.encode(), owner=ACCOUNT, retention=Retention.EXCHANGE)
            row: dict[str, Any] = {
                "id": "ex_1", "process": "gw_1", "project": projects.find(tx, "demo").id, "key": key,
                "account": ACCOUNT, "has_end_user": True, "api": "chat", "model": "m", "streamed": False,
                "zero_retention": False, "policy": "p", "arm": "", "input_decision": "de_1", "input_verdict": {},
                "input_findings": [], "standing": {}, "input_item": item, "opened_at": now, "closed_at": now,
                "outcome": "answered", "measure": "allow",
            }  # fmt: skip
            tx.execute(insert(exchanges).values(row))

    def given(self, **more: Any) -> dict[str, Any]:
        """Return a warrant for everything that is stored of the account."""
        now = self.clock()
        scope = {
            "accounts": [ACCOUNT],
            "categories": ["account", "exchanges", "standing", "content", "reports"],
            "since": (now - timedelta(days=30)).isoformat(),
            "until": (now + timedelta(days=30)).isoformat(),
        }
        return {
            "kind": "search_warrant", "tier": "content", "country": "DE", "channel": "served",
            "received_at": now.isoformat(), "agency": "Example Police", "sender": "Inspector Example",
            "phone": "+49 30 1234567", "legal_basis": "Section 1", "scope": scope,
            "document": b64encode(b"%PDF an order").decode(),
        } | more  # fmt: skip

    def taken(self, **more: Any) -> str:
        name: str = told(self["lea"].post(AT, self.given(**more)), 201)["id"]
        return name

    def called(self, **more: Any) -> str:
        name = self.taken(**more)
        told(self["lea"].post(f"{AT}/{name}/call-back", CALL))
        return name

    def approved(self, **more: Any) -> str:
        name = self.called(**more)
        told(self["lea"].post(f"{AT}/{name}/accept", {"reason": "It holds."}))
        told(self["leo"].post(f"{AT}/{name}/approve"))
        return name

    def agreed(self, name: str) -> tuple[str, str]:
        """Prepare it, ask for it and have it agreed to; return the digest and the approval."""
        digest = told(self["lea"].post(f"{AT}/{name}/prepare", PREPARED))["manifest_sha256"]
        wanted = {"act": "legal.produce", "parameters": {"request": name, "manifest_sha256": digest}, "reason": "Due."}
        asked = told(self["leo"].post("/api/approvals", wanted))
        vote = {"digest": asked["digest"], "approves": True}
        assert told(self["sam"].post(f"/api/approvals/{asked['id']}/vote", vote))["state"] == "approved"
        return digest, asked["id"]


RECIPIENT = x25519.Identity.generate()
PREPARED = {"to": "Inspector Example", "recipient": str(RECIPIENT.to_public())}
CALL = {"found_at": "official_website", "number": "+49 30 7654321", "spoke_to": "Switchboard", "confirmed": True}

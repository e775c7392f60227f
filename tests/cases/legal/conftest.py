"""A bureau with people in it, an account with exchanges of three days, and short words for each step."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert

from seawall.access.people import Edges, Person
from seawall.access.rights import load as rights
from seawall.cases.legal import (
    Asked,
    Bureau,
    Channel,
    Data,
    FoundAt,
    Kind,
    LegalRequest,
    Papers,
    Scope,
    Sender,
    Tier,
    intake,
    producing,
    reviewing,
    verifying,
)
from seawall.cases.legal.producing import Approved, Production
from seawall.cases.legal.sources import reports, standing
from seawall.cases.legal.verifying import Call
from seawall.gateway.producible import producible, used_through
from seawall.gateway.tables import exchanges
from seawall.store import Transaction
from seawall.vault import Retention
from seawall.vocabulary.ids import AccountId, ItemId
from tests.access.conftest import Ledger, person
from tests.conftest import FrozenClock

ACCOUNT, OTHER = AccountId("ac_somebody"), AccountId("ac_other")
DECEMBER = datetime(2025, 12, 1, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
PAPERS = Papers(
    agency="Example Police",
    sender=Sender(name="Inspector Example", title="Inspector", email="i@police.example", phone="+49 30 1234567"),
    legal_basis="Section 1 of the Example Act",
    case_ref="12/26",
)
IN_CLEAR = "It is handed over in person."
AGREED = Approved(approval="rq_1", alone=False)
CALL = Call(found_at=FoundAt.OFFICIAL_WEBSITE, number="+49 30 7654321", spoke_to="The switchboard", confirmed=True)


def scope(*categories: Data, **more: Any) -> Scope:
    """Return a scope: all of December and the year after, of one account, unless something else is said."""
    given = {"accounts": (ACCOUNT,), "categories": categories, "since": DECEMBER, "until": NEXT_YEAR}
    return Scope(**given | more)


class Desk:
    """The bureau of a test, and what people do in it."""

    def __init__(self, edges: Edges, ledger: Ledger, clock: FrozenClock) -> None:
        self.edges, self.ledger, self.clock = edges, ledger, clock
        self.bureau = Bureau(
            edges=edges, rights=rights(), sources=(producible, standing, reports), used_through=used_through
        )

    def person(self, tx: Transaction, name: str, *roles: str, **more: Any) -> Person:
        return person(tx, self.edges, name, *(roles or ("legal",)), **more)

    def asked(self, kind: Kind = Kind.SEARCH_WARRANT, tier: Tier = Tier.CONTENT, **more: Any) -> Asked:
        given: dict[str, Any] = {
            "kind": kind,
            "tier": tier,
            "country": "DE",
            "channel": Channel.PORTAL,
            "received_at": self.clock(),
            "papers": PAPERS,
            "scope": scope(*(() if tier is Tier.NONE else tuple(each for each in Data if tier.reaches(each.tier)))),
            "document": b"%PDF an order",
        }
        return Asked(**given | more)

    def taken(self, tx: Transaction, by: Person, *kind: Any, **more: Any) -> LegalRequest:
        return intake.take(tx, self.bureau, self.asked(*kind, **more), by=by.id)

    def called(self, tx: Transaction, by: Person, *kind: Any, **more: Any) -> LegalRequest:
        """Take one in and call its sender back."""
        found = self.taken(tx, by, *kind, **more)
        return verifying.call_back(tx, self.bureau, found.id, CALL, by=by.id)

    def approved(
        self, tx: Transaction, lea: Person, leo: Person, *kind: Any, granted: Scope | None = None, **more: Any
    ) -> LegalRequest:
        """Take one in up to its approval: one reviews, the other approves."""
        found = self.called(tx, lea, *kind, **more)
        reviewing.accept(tx, self.bureau, found.id, scope=granted, reason="It holds.", by=lea.id)
        return reviewing.approve(tx, self.bureau, found.id, by=leo.id)

    def prepared(self, tx: Transaction, request: LegalRequest, by: Person) -> Production:
        to = "Inspector Example, by courier"
        return producing.prepare(tx, self.bureau, request.id, to=to, in_clear_because=IN_CLEAR, by=by.id)

    def produced(self, tx: Transaction, request: LegalRequest, by: Person, said: Approved = AGREED) -> bytes:
        digest = self.prepared(tx, request, by).manifest_sha256
        return producing.produce(tx, self.bureau, request.id, digest, said, by=by.id)

    def exchange(
        self, tx: Transaction, name: str, at: datetime, *, account: str = ACCOUNT, zero_retention: bool = False
    ) -> ItemId | None:
        """Keep an exchange of an account with what was written in it, as the gateway does."""
        item = None
        if not zero_retention:
            said = f"Said in {name}.".encode()
            item = self.edges.vault.put(tx, said, owner=account, retention=Retention.EXCHANGE)
        row: dict[str, Any] = {
            "id": name, "process": "gw_1", "project": "pr_1", "key": "key_1", "account": account,
            "has_end_user": True, "api": "chat", "model": "m", "streamed": False, "zero_retention": zero_retention,
            "policy": "p", "arm": "", "input_decision": f"de_{name}", "input_verdict": {}, "input_findings": [],
            "standing": {}, "input_item": item, "opened_at": at, "closed_at": at, "outcome": "answered",
            "measure": "allow",
        }  # fmt: skip
        tx.execute(insert(exchanges).values(row))
        return item

    def kinds(self) -> list[str]:
        """Return the kinds of records of legal requests."""
        return [each for each in self.ledger.kinds if each.startswith("legal")]

    def limited(self, **limits: Any) -> None:
        made = msgspec.structs.replace(self.bureau.limits, **limits)
        self.bureau = msgspec.structs.replace(self.bureau, limits=made)


@pytest.fixture
def desk(edges: Edges, ledger: Ledger, clock: FrozenClock) -> Desk:
    return Desk(edges, ledger, clock)


@pytest.fixture
def lea(desk: Desk, tx: Transaction) -> Person:
    return desk.person(tx, "lea")


@pytest.fixture
def leo(desk: Desk, tx: Transaction) -> Person:
    return desk.person(tx, "leo")


@pytest.fixture
def used(desk: Desk, tx: Transaction, clock: FrozenClock) -> Callable[[], list[ItemId | None]]:
    """Three exchanges of the account, a day apart, and one of somebody else."""

    def make() -> list[ItemId | None]:
        made = [desk.exchange(tx, f"ex_{day}", clock() + timedelta(days=day)) for day in range(3)]
        desk.exchange(tx, "ex_other", clock(), account=OTHER)
        return made

    return make

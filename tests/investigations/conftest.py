"""Exchanges as the gateway leaves them, an index of them, and people who look into them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, text

from seawall.access import projects
from seawall.access.people import Edges, Person
from seawall.access.rights import load as rights
from seawall.app.investigating import GatewayExchanges, propose
from seawall.cases import Office
from seawall.cases import load as rules
from seawall.cases.finding import sealed_among
from seawall.gateway.again import Again
from seawall.gateway.concerned import concerned
from seawall.gateway.screening import Screens
from seawall.gateway.tables import exchanges
from seawall.investigations import Desk, How, Investigation, Search, opening, searching
from seawall.investigations.desk import Screener
from seawall.investigations.indexing import Indexer, at_least
from seawall.investigations.model import Wanted
from seawall.policy import publishing
from seawall.screen.cascade import Tiers
from seawall.store import Database
from seawall.vault import Keystore, Vault
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding, Surface
from seawall.vocabulary.ids import new_id
from seawall.vocabulary.networks import PURPOSE, network_of
from seawall.vocabulary.retention import Retention
from tests.access.conftest import Ledger, person
from tests.conftest import FrozenClock

AT_HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"


def found(category: Category, *, score: float = 1.0, detector: str = "jailbreak_phrases", **more: Any) -> Finding:
    """Return what a detector says of the first piece."""
    return Finding(category=category, detector=detector, release="1", surface=Surface.INPUT, score=score, **more)


class Traffic:
    """An instance after some exchanges: what the gateway wrote, indexed when asked."""

    def __init__(
        self, database: Database, desk: Desk, ledger: Ledger, clock: FrozenClock, *, project: str = "demo"
    ) -> None:
        self.database, self.desk, self.ledger, self.clock = database, desk, ledger, clock
        self._numbers = count(1)
        with database.begin() as tx:
            publishing.ensure_default(tx, record=ledger, clock=clock)
            self.policy = publishing.find(tx).digest
            self.project = projects.create(tx, project, by="t", record=ledger, clock=clock).id

    def exchange(
        self,
        said: str = "Hello there.",
        *findings: Finding,
        answer: Any = "Hello.",
        account: str = "ac_1",
        key: str = "key_1",
        address: str = AT_HOME,
        zero_retention: bool = False,
        at: datetime | None = None,
        verdict: dict[str, Any] | None = None,
        body: Any = None,
        **more: Any,
    ) -> str:
        """Write an exchange down as the gateway does, and return its id."""
        when = at or self.clock()
        asked = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": said}]}
        content = [{"type": "text", "text": answer}] if isinstance(answer, str) else answer
        told = {"type": "message", "role": "assistant", "content": content}
        kept = [None if zero_retention else msgspec.json.encode(each) for each in (body or asked, told)]
        network = self.desk.edges.lasting(PURPOSE, network_of(address) or "")
        decided = verdict or {"measure": "allow"}
        with self.database.begin() as tx:
            items = [
                None
                if each is None
                else self.desk.edges.vault.put(tx, each, owner=account, retention=Retention.EXCHANGE)
                for each in kept
            ]
            row = {
                "id": f"{at_least(when)}{next(self._numbers):016d}",
                "process": "gw_1", "project": self.project, "key": key,
                "account": account, "has_end_user": True, "api": "messages", "model": "m", "streamed": False,
                "zero_retention": zero_retention, "policy": self.policy, "arm": "", "input_decision": new_id("de"),
                "input_verdict": decided, "input_findings": msgspec.to_builtins(findings),
                "standing": {"state": "good"}, "input_item": items[0], "output_item": items[1], "opened_at": when,
                "closed_at": when, "outcome": "answered", "measure": decided["measure"],
                "because": decided.get("because", []), "network": None if zero_retention else network,
                "output_verdict": {"measure": "allow"}, "output_findings": [],
            }  # fmt: skip
            tx.execute(insert(exchanges).values(row | more))
        return str(row["id"])

    def index(self) -> int:
        """Bring the index up to date, as a worker does."""
        return Indexer(self.database, self.desk).follow(timedelta(days=365))

    def person(self, name: str, *roles: str) -> Person:
        with self.database.begin() as tx:
            return person(tx, self.desk.edges, name, *(roles or ("senior_reviewer",)))

    def opened(self, who: Person, name: str = "One pattern") -> Investigation:
        with self.database.begin() as tx:
            return opening.begin(tx, self.desk, name, by=who.id)

    def search(self, inquiry: Investigation, who: Person, how: How, value: str = "", **more: Any) -> Search:
        with self.database.begin() as tx:
            return searching.search(tx, self.desk, inquiry.id, Wanted(how=how, value=value, **more), by=who.id)

    def results(self, made: Search, who: Person, **more: Any) -> list[str]:
        """Return the exchanges that a search finds now."""
        with self.database.begin() as tx:
            _, page = searching.results(tx, self.desk, made.investigation, made.id, by=who.id, **more)
        return [each.shown.exchange for each in page.hits]

    def finds(self, inquiry: Investigation, who: Person, how: How, value: str = "", **more: Any) -> list[str]:
        return self.results(self.search(inquiry, who, how, value, **more), who)

    def kinds(self, of: str) -> list[str]:
        return [each for each in self.ledger.kinds if each.startswith(of)]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def edges(ledger: Ledger, clock: FrozenClock, tmp_path: Path) -> Edges:
    vault = Vault(Keystore(tmp_path / "keystore"), clock)
    return Edges(record=ledger, vault=vault, clock=clock, secret=b"s" * 32)


@pytest.fixture
def desk(edges: Edges) -> Desk:
    return desk_of(edges)


def desk_of(edges: Edges) -> Desk:
    """Return what investigations work with, wired as `app` does it."""
    office = Office(edges=edges, rights=rights(), rules=rules(), exchanges=concerned)

    return Desk(
        edges=edges,
        rights=office.rights,
        exchanges=GatewayExchanges(),
        open_case=lambda tx, proposed: propose(tx, office, proposed),
        sealed_by_case=sealed_among,
        releases=lambda: ("linear@1", "jailbreak_phrases@1"),
    )


@pytest.fixture
def traffic(database: Database, desk: Desk, ledger: Ledger, clock: FrozenClock) -> Traffic:
    return Traffic(database, desk, ledger, clock)


@pytest.fixture
def ada(traffic: Traffic) -> Person:
    """A senior reviewer."""
    return traffic.person("Ada")


@pytest.fixture
def inquiry(traffic: Traffic, ada: Person) -> Investigation:
    return traffic.opened(ada)


@asynccontextmanager
async def screening() -> AsyncIterator[Screener]:
    """Open what screens by patterns alone."""
    yield Again(Screens([]), Tiers())


Count = Callable[[str], int]


@pytest.fixture(name="count")
def _count(database: Database) -> Count:
    """Return how many rows a table has."""

    def counted(table: str) -> int:
        with database.begin() as tx:
            return tx.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608

    return counted

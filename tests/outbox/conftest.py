"""A project with a product, an endpoint that takes what it is sent, and what sends."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seawall.access import keys, projects
from seawall.outbox import endpoints
from seawall.outbox.kinds import Endpoint
from seawall.outbox.sending import Sender
from seawall.store import Database
from seawall.vocabulary.ids import ProjectId
from tests.cases.conftest import Bench, bench, edges, ledger
from tests.conftest import FrozenClock
from tests.outbox.receiving import Hooks, MailServer

__all__ = ["bench", "edges", "ledger"]


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    made = Hooks()
    yield made
    made.close()


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailServer]:
    made = MailServer(tmp_path)
    yield made
    made.close()


class Wired:
    """A project whose events go to an endpoint on loopback."""

    def __init__(self, database: Database, bench: Bench, clock: FrozenClock, hooks: Hooks) -> None:
        self.database, self.bench, self.clock = database, bench, clock
        ours: Any = {"by": "t", "record": bench.edges.record, "clock": clock}
        with database.begin() as tx:
            self.project = projects.create(tx, "demo", **ours).id
            self.key, _ = keys.create_key(tx, "demo", "k", **ours)
            self.endpoint, self.secret = self.add(tx, hooks.url)
        self.send = Sender(bench.edges.vault, clock, server=None, compose=lambda *_: pytest.fail("no letter"))

    def add(self, tx: Any, url: str, *kinds: str) -> tuple[Endpoint, str]:
        edges = self.bench.edges
        return endpoints.add(
            tx, project=ProjectId(self.project), url=url, kinds=kinds, private=True, by="t", vault=edges.vault,
            record=edges.record, clock=self.clock,
        )  # fmt: skip


@pytest.fixture
def wired(database: Database, bench: Bench, clock: FrozenClock, hooks: Hooks) -> Wired:
    return Wired(database, bench, clock, hooks)

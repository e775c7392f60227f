"""An office whose jobs about sanctions are run, and what it lays before whoever has to know."""

from typing import Any

import msgspec
from sqlalchemy import select

from seawall.cases.notices import Waiting, waiting
from seawall.cases.render import Notice
from seawall.cases.sanctions import tell, tell_back
from seawall.enforce.sanctions import IMPOSED, TAKEN_BACK
from seawall.outbox import endpoints
from seawall.outbox.tables import events
from seawall.store import Transaction
from seawall.store.jobs import queued
from seawall.vocabulary.categories import Category
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.ids import DecisionId, ExchangeId
from tests.cases.conftest import PROJECT, THROUGH, Bench
from tests.enforce.conftest import Court
from tests.enforce.rules import Clerk


class Told:
    """An office whose jobs about sanctions are run, each twice, as a worker that died would have them run."""

    def __init__(self, tx: Transaction, bench: Bench) -> None:
        self.tx, self.bench, self.done = tx, bench, set[int]()
        self.court = Court(bench.clock)
        self.clerk = Clerk(bench.clock, bench.edges.record)
        self.heard()

    def heard(self) -> None:
        edges = self.bench.edges
        endpoints.add(
            self.tx, project=PROJECT, url="https://product.example/hook", kinds=("notice.laid", "notice.given"),
            private=False, by="t", vault=edges.vault, record=edges.record, clock=edges.clock,
        )  # fmt: skip

    def work(self) -> None:
        for each in queued(self.tx, 500):
            if each.name in (IMPOSED, TAKEN_BACK) and each.id not in self.done:
                self.done.add(each.id)
                for _ in range(2):
                    self.run(each.name, **each.arguments)

    def run(self, name: str, *, act: int) -> None:
        if name == IMPOSED:
            tell(self.tx, self.bench.office, act)
        else:
            tell_back(self.tx, self.bench.office, act)

    def notices(self) -> list[Notice]:
        self.work()
        found = waiting(self.tx, self.bench.office, through=THROUGH)
        return [notice_of(each) for each in found]

    def events(self) -> list[dict[str, Any]]:
        return list(self.tx.scalars(select(events.c.body).where(events.c.kind == "notice.laid").order_by(events.c.id)))

    def known(self, exchange: str, *categories: Category, decision: str = "") -> Concerned:
        """Let the office find an exchange that a verdict was on."""
        made = msgspec.structs.replace(
            self.bench.exchange(*categories), exchange=ExchangeId(exchange), decisions=(DecisionId(decision),)
        )
        self.bench.exchanges[exchange] = made
        return made


def notice_of(found: Waiting) -> Notice:
    assert isinstance(found.notice, Notice)
    return found.notice

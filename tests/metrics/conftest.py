"""A real ledger, an office that decides into it, and machines that hold decisions against accounts."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from seawall.access.people import Edges
from seawall.cases import load
from seawall.enforce import apply
from seawall.gateway.labels import detector_reviewed
from seawall.gateway.tables import verdicts
from seawall.ledger.tables import records
from seawall.metrics.checking import Wrong, check_together
from seawall.metrics.closing import close
from seawall.metrics.period import period
from seawall.metrics.reading import Closing
from seawall.store import Database, Transaction
from seawall.vault import Keystore, Vault
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId, RuleId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.exchanges import DecisionReviewed, ExchangeDecided
from tests.access.conftest import Ledger
from tests.audit.conftest import Log
from tests.cases.conftest import Bench
from tests.conftest import FrozenClock
from tests.enforce.conftest import LADDER, violation

KEY, PROJECT = KeyId("key_1"), ProjectId("pr_1")


def detectors(decision: str) -> tuple[str, ...]:
    """Return which detectors had found something where a machine decided: the same again for each decision."""
    return ("jailbreak.patterns", "linear") if decision[-1] in "02468" else ("jailbreak.patterns",)


class World(Bench):
    """Reviewers and machines whose records are in a real ledger."""

    def __init__(self, log: Log, clock: FrozenClock, folder: Path) -> None:
        vault = Vault(Keystore(folder / "keystore"), clock)
        edges = Edges(record=log.record, vault=vault, clock=clock, secret=b"s" * 32)
        super().__init__(edges, Ledger(), clock)
        self.log, self.machine = log, count(1)
        self.office = msgspec.structs.replace(self.office, rules=load(), reviewed=self._reviewed)

    def _reviewed(
        self, tx: Transaction, decision: DecisionId, exchange: ExchangeId | None, right: bool, by: str
    ) -> None:
        # As `gateway.labels.review` does, of exchanges that no gateway served.
        row = {"decision": decision, "right": right, "by": by, "at": self.clock()}
        tx.execute(insert(verdicts).values(row).on_conflict_do_update(index_elements=["decision"], set_=row))
        named = exchange or ExchangeId("ex_0")
        self.log.record(tx, DecisionReviewed(decision=decision, exchange=named, right=right, by=by))
        for each in detectors(decision):
            self.log.record(tx, detector_reviewed(decision, each, right=right))

    def machine_decides(self, tx: Transaction, account: str, measure: Measure, *weights: float) -> DecisionId:
        """Decide on an exchange as the gateway does, and hold it against the account."""
        number = next(self.machine)
        decision, exchange = DecisionId(f"de_m{number}"), ExchangeId(f"ex_m{number}")
        body = ExchangeDecided(
            decision=decision, exchange=exchange, project=PROJECT, account=AccountId(account), measure=measure,
            because=(RuleId("jailbreak.pattern"),), policy_digest="0" * 64,
        )  # fmt: skip
        self.log.record(tx, body)
        apply(
            tx, decision=decision, exchange=exchange, account=AccountId(account), key=KEY, project=PROJECT,
            has_end_user=True, verdict=violation(*weights, measure=measure), ladder=LADDER, record=self.log.record,
            clock=self.clock,
        )  # fmt: skip
        return decision

    def write(self, *bodies: Record) -> None:
        """Write records at this moment and number them."""
        with self.log.database.begin() as tx:
            for body in bodies:
                self.log.record(tx, body)
        self.log.sequencer.step()

    def closes(self, name: str, **more: Any) -> tuple[Closing, bool]:
        """Close a period, then publish its record."""
        with self.log.database.begin() as tx:
            made = close(tx, period(name), by="pe_pub", record=self.log.record, clock=self.clock, **more)
        self.log.sequencer.step()
        return made

    def closed_bodies(self) -> list[dict[str, Any]]:
        """Return the bodies of what was closed, oldest first."""
        with self.log.database.begin() as tx:
            rows = tx.execute(select(records.c.body).where(records.c.kind == "metrics.closed").order_by(records.c.id))
            return [msgspec.json.decode(row.body) for row in rows]

    def together(self) -> list[Wrong]:
        """Return what does not hold between the numbers that were closed."""
        return check_together(self.closed_bodies())

    def at(self, *when: int) -> None:
        """Move the clock to a moment of 2026: month, day and, if need be, hour."""
        month, day, hour = (*when, 12)[:3]
        self.clock.now = datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def world(database: Database, clock: FrozenClock, tmp_path: Path) -> World:
    return World(Log(database, clock, tmp_path), clock, tmp_path)

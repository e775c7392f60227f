"""A real ledger with records in it, numbered and published by the real sequencer."""

from datetime import timedelta
from pathlib import Path

import pytest

from seawall.audit.entry import Entry
from seawall.audit.search import Filter, search
from seawall.ledger.sequencer import Sequencer
from seawall.ledger.signer import Signer
from seawall.ledger.write import record
from seawall.store import Database, Transaction
from seawall.vocabulary.ids import KeyId, PersonId, ProjectId, SessionId, new_id
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.access import KeyCreated, KeyRevoked, ProjectCreated
from seawall.vocabulary.records.people import RoleGranted, SessionBegun, SignInRefused
from tests.conftest import FrozenClock

ORIGIN = "log.test/audit"


class Log:
    """A ledger that records are written into and numbered in."""

    def __init__(self, database: Database, clock: FrozenClock, folder: Path) -> None:
        self.database, self.clock, self.directory = database, clock, folder / "ledger"
        self.signer = Signer.load_or_create(folder / "keys", ORIGIN)
        self.sequencer = Sequencer(database, self.signer, self.directory, clock, release_after=timedelta(0))

    def record(self, tx: Transaction, body: Record) -> object:
        return record(tx, body, clock=self.clock)

    def write(self, *bodies: Record) -> None:
        """Write records, one a second, and number them."""
        for body in bodies:
            with self.database.begin() as tx:
                self.record(tx, body)
            self.clock.advance(seconds=1)
        self.sequencer.step()

    def found(self, **wanted: object) -> list[Entry]:
        with self.database.begin() as tx:
            return search(tx, Filter(**wanted), limit=500)  # type: ignore[arg-type]

    def kinds(self, **wanted: object) -> list[str]:
        return [each.kind for each in self.found(**wanted)]


@pytest.fixture
def log(database: Database, clock: FrozenClock, tmp_path: Path) -> Log:
    return Log(database, clock, tmp_path)


ADA, BOB = PersonId(new_id("pe")), PersonId(new_id("pe"))
PROJECT, KEY, SESSION = ProjectId(new_id("pr")), KeyId(new_id("key")), SessionId(new_id("se"))


def some(number: int = 1) -> list[Record]:
    """Return records of several kinds, by several people."""
    return [
        ProjectCreated(project=PROJECT, name="=HYPERLINK(1)", by=ADA),
        KeyCreated(key=KEY, project=PROJECT, zero_retention=None, by=BOB),
        SessionBegun(session=SESSION, person=BOB, ways=("passkey",), ends_at="2026-01-02T00:00:00+00:00"),
        SignInRefused(person=ADA, way="password", locked_until=None),
        RoleGranted(person=BOB, by=ADA, role="legal", owner=ADA, review_at="2026-07-01T00:00:00+00:00"),
        KeyRevoked(key=KEY, by=ADA),
    ] * number

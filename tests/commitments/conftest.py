"""A real ledger that records are numbered in, a register that is adopted, and what watches over both."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from seawall.commitments import Book, Register, load, register, step
from seawall.commitments.activities import Activity, ActivityKind, Entry, add
from seawall.commitments.status import Status
from seawall.commitments.watch import Change, current
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.people import RoleConfirmed
from seawall.vocabulary.records.policy import PolicyPublished
from seawall.vocabulary.records.recertify import RecertificationBegun, RecertificationClosed
from tests.audit.conftest import Log, log

__all__ = ["log"]
DIGEST = sha256(b"a letter").hexdigest()
ADOPTS = "adopts:\n  hiroshima: {since: 2024-02-01}\n  munich: {since: 2024-02-16}\n"


class Watch:
    """Commitments over a real ledger."""

    def __init__(self, log: Log, book: Book) -> None:
        self.log, self.book, self.database, self.clock = log, book, log.database, log.clock

    def look(self, *bodies: Record) -> dict[str, str]:
        """Write and number records, then look; return what is in another state, and in which."""
        self.log.write(*bodies)
        return {each.name: each.after.value for each in self.changes()}

    def changes(self) -> list[Change]:
        return step(self.database, self.book, record=self.log.record, clock=self.clock)

    def status(self) -> Status:
        with self.database.begin() as tx:
            return current(tx, self.book, self.clock())

    def practice(self, name: str) -> str:
        return self.status().practices[name].state.value

    def register(self) -> Register:
        with self.database.begin() as tx:
            return register(tx, self.book, self.clock())

    def stated(self, practice: str = "P045", **given: object) -> Activity:
        with self.database.begin() as tx:
            return add(tx, self.book, entry(practice, **given), by="pe_ada", record=self.log.record, clock=self.clock)

    def recorded(self, kind: str) -> list[Record]:
        self.log.sequencer.step()
        return self.log.kinds(kinds=(kind,))  # type: ignore[return-value]


def entry(practice: str = "P045", **given: object) -> Entry:
    """Return an entry as somebody would make it."""
    fields: dict[str, object] = {
        "practice": practice,
        "kind": ActivityKind.MEMBERSHIP,
        "title": "Member of the forum",
        "begins": date(2025, 12, 1),
        "document_digest": DIGEST,
    }
    return Entry(**(fields | given))  # type: ignore[arg-type]


def published(version: int = 1) -> PolicyPublished:
    return PolicyPublished(version=version, digest=f"{version:064x}", name="default", previous=None, by="pe_1")


def begun(campaign: str) -> RecertificationBegun:
    return RecertificationBegun(campaign=campaign, deadline="2026-02-01", items=1, orphaned=0, by="pe_1")


def closed(campaign: str) -> RecertificationClosed:
    return RecertificationClosed(campaign=campaign, confirmed=1, withdrawn=0, kept=0, gone=0)


def confirmed() -> RoleConfirmed:
    return RoleConfirmed(person="pe_1", by="pe_2", role="legal", review_at="2026-07-01")  # type: ignore[arg-type]


@pytest.fixture
def adopted(tmp_path: Path) -> Path:
    """An operator's directory that adopts two frameworks."""
    folder = tmp_path / "commitments"
    folder.mkdir()
    (folder / "commitments.yaml").write_text(ADOPTS)
    return folder


@pytest.fixture
def watch(log: Log, adopted: Path) -> Watch:
    """What watches, settled: the register itself is on record, and the practices that rest on that."""
    made = Watch(log, load(adopted))
    made.look()
    made.look()
    return made

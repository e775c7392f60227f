"""A year of operation at random, the same again for a seed: decisions, cases, appeals, and what practices leave behind.

Everything goes through the real ledger and the real commitments, numbers, documents and hub; only what machines and
people would have decided is drawn by lot. Exchanges are there as the sizes of their batches. Evaluations and releases,
whose room does not exist yet, and what rules of practices ask for beside enforcement, are fixtures and say so.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from benchmarks.enforcement import Enforcement
from benchmarks.fixtures import document, filled, policies
from seawall.app import hubbing
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.commitments import load, step
from seawall.commitments.activities import ActivityKind, Entry, add
from seawall.commitments.watch import Change
from seawall.hub import publishing
from seawall.ledger.sequencer import Sequencer
from seawall.ledger.write import record_many
from seawall.metrics.closing import close
from seawall.metrics.period import PeriodKind, at, before
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.exchanges import ExchangesBatched
from seawall.vocabulary.records.legal import LegalCell, LegalStatisticsClosed

BEGINS = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 365
_BY = "host:simulation"
_AT_ONCE = 50
_RENEWED = timedelta(days=19)


class Moving:
    """A clock that goes where it is put, and never back."""

    def __init__(self) -> None:
        self.now = BEGINS

    def __call__(self) -> datetime:
        return self.now

    def to(self, moment: datetime) -> None:
        """Let it be that moment, if it is not later already."""
        self.now = max(self.now, moment)


class Operation:
    """An instance that runs for a time: so many records of enforcement over so many exchanges, by a seeded lot."""

    def __init__(self, folder: Path, *, records: int, exchanges: int, days: int = DAYS, seed: int = 1,
                 database_url: str = "") -> None:  # fmt: skip
        self.clock, self.days = Moving(), days
        told = Settings(
            data_dir=str(folder / "data"),
            database_url=database_url,
            hub_name="A year of operation",
            commitments_dir=str(_adopting(folder / "commitments")),
        )
        self.instance = Instance(told, self.clock)
        self.database, self.book = self.instance.database(), self.instance.book()
        self.sequencer: Sequencer = self.instance.sequencer()
        self._life, self._made = Enforcement(seed), 0
        self._records, self._exchanges = records, exchanges
        self._renewed: dict[str, datetime] = {}
        self._lasts: dict[str, datetime] = {}
        self._versions: dict[str, int] = {}

    def run(self, *, stride: int = 1, edition_every: int = 91) -> None:
        """Let the time go by, so many days at a stride, with an edition of the hub every so many days."""
        published = 0
        for day in range(0, self.days, stride):
            until = min(day + stride, self.days)
            self._goes_by(BEGINS + timedelta(days=day), BEGINS + timedelta(days=until), until / self.days)
            self.settle()
            self._closes(BEGINS + timedelta(days=day), BEGINS + timedelta(days=until))
            if until // edition_every > published:
                published = until // edition_every
                self.edition()

    def settle(self) -> None:
        """Look, and release what is there."""
        self.look()
        self.clock.to(self.clock.now + timedelta(hours=2))
        while self.sequencer.step():
            pass

    def look(self) -> list[Change]:
        """Number what is there, and put on record what stands otherwise than before."""
        self.sequencer.step()
        return step(self.database, self.book, record=self.instance.record, clock=self.clock)

    def edition(self) -> None:
        """Publish the hub as it is now."""
        with self.database.begin() as tx:
            manifest = hubbing.drafted(self.instance, tx)
            hubbing.publish(self.instance, tx, manifest, hubbing.name_of(manifest), by=_BY)
        self.sequencer.step()
        hubbing.show_newest(self.instance)

    def state(self, practice: str) -> None:
        """State an activity for a practice, which counts as long as its cadence says."""
        known, today = self.book.practices[practice], self.clock.now.date()
        entry = Entry(
            practice=practice,
            kind=ActivityKind.OTHER,
            title=f"{known.name[:150]}, done",
            begins=today,
            document_digest=sha256(f"{practice} {today}".encode()).hexdigest(),
        )
        with self.database.begin() as tx:
            made = add(tx, self.book, entry, by=_BY, record=self.instance.record, clock=self.clock)
        self._lasts[practice] = made.expires_at

    def _goes_by(self, since: datetime, until: datetime, part: float) -> None:
        """Write what happens until a moment, at which so large a part of all is done."""
        self.clock.to(since)
        self._practise()
        self._publish()
        self._write(list(self._batches(since, until)))
        due = list(self._life.between(since, until, round(part * self._records) - self._made))
        self._made += len(due)
        for first in range(0, len(due), _AT_ONCE):
            group = due[first : first + _AT_ONCE]
            self.clock.to(group[-1][0])
            self._write([body for _, body in group])
        self.clock.to(until)

    def _write(self, bodies: list[Record]) -> None:
        with self.database.begin() as tx:
            record_many(tx, bodies, clock=self.clock)

    def _batches(self, since: datetime, until: datetime) -> Iterator[Record]:
        first, last = (
            round(self._exchanges * ((each - BEGINS) / timedelta(days=self.days))) for each in (since, until)
        )
        for number, size in enumerate(_parts(last - first, 4)):
            named = f"{since:%Y%m%d}_{number}"
            yield ExchangesBatched(batch=f"ba_{named}", size=size, root=sha256(named.encode()).hexdigest())

    def _practise(self) -> None:
        """Leave behind what the rules of practices ask for, and state what people do, before it runs out."""
        now = self.clock.now
        fixtures = []
        for rule in self.book.rules.values():
            if self._renewed.get(rule.id, now - _RENEWED) + _RENEWED <= now:
                self._renewed[rule.id] = now
                fixtures += filled(rule, f"{now:%Y%m%d}")
        self._write(fixtures)
        for practice in self.book.practices.values():
            if not practice.rules and practice.id not in self.book.off and self._runs_out(practice.id):
                self.state(practice.id)

    def _runs_out(self, practice: str) -> bool:
        return self._lasts.get(practice, self.clock.now) <= self.clock.now + timedelta(days=15)

    def _publish(self) -> None:
        """Publish what is due: notes and system prompts by month, everything else by half-year, and policies."""
        month = (self.clock.now - BEGINS).days // 30
        with self.database.begin() as tx:
            for name, number, source in document(month, self.clock.now):
                if self._versions.get(name, 0) < number:
                    self._versions[name] = number
                    digest = publishing.stage(tx, source)
                    publishing.publish(tx, digest, by=_BY, record=self.instance.record, clock=self.clock)
            policies(tx, month // 4, record=self.instance.record, clock=self.clock)

    def _closes(self, since: datetime, until: datetime) -> None:
        """Close every month and half-year that ended in between, months first."""
        for kind in (PeriodKind.MONTH, PeriodKind.HALF_YEAR):
            whole = before(at(kind, until))
            if not since < whole.until <= until:
                continue
            self.clock.to(whole.until + timedelta(hours=3))
            if kind is PeriodKind.HALF_YEAR:
                self._write([_requests(whole.since, whole.until)])
            self.settle()
            with self.database.begin() as tx:
                close(tx, whole, by=_BY, record=self.instance.record, clock=self.clock)


def _adopting(folder: Path) -> Path:
    """Return the directory of an operator who stands by every framework of the register."""
    folder.mkdir(parents=True)
    names = load(None).frameworks
    lines = [f"  {name}: {{since: 2024-02-01}}" for name in names]
    (folder / "commitments.yaml").write_text("\n".join(["adopts:", *lines, ""]))
    return folder


def _parts(whole: int, number: int) -> list[int]:
    return [whole * (each + 1) // number - whole * each // number for each in range(number)]


def _requests(since: datetime, until: datetime) -> Record:
    cells = tuple(
        LegalCell(
            country=country, request_kind=kind, requests=count, accounts=count, answered=count, content=0, rejected=0,
            objected=0, preserved=0, told=0,
        )
        for country, kind, count in (("DE", "court_order", 12), ("FR", "subpoena", 9), ("", "civil", 7))
    )  # fmt: skip
    return LegalStatisticsClosed(
        since=since.isoformat(),
        until=until.isoformat(),
        smallest_cell=5,
        cells=cells,
        national_security_requests="0-249",
        national_security_accounts="0-249",
    )

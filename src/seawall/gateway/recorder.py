"""Write exchanges down in groups: one transaction for whatever has gathered while the last one was committing.

A thread of its own does it, on a connection of its own, so that the event loop never waits for PostgreSQL. `submit`
gives a future that is done once the entries are committed. `patient` entries wait a few milliseconds for company when
there is traffic: openings, whose upstream takes longer than that. `later` is for closings, which nobody waits for and
which survive an outage of PostgreSQL in memory. Entries of one `submit` are written together or not at all.
"""

import asyncio
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec
import psycopg
from sqlalchemy.exc import OperationalError

from seawall.access.conditions import Totals, Use
from seawall.gateway.entries import Closed, Decided, Entry, Opened, Referred
from seawall.gateway.later import queue_reviews
from seawall.gateway.statements import insert_opened, note_output, update_closed
from seawall.store import Database, Transaction
from seawall.store.database import DatabaseUnavailable, driver
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.exchanges import ExchangeDecided

log = logging.getLogger(__name__)

_GROUPS_AT_ONCE = 400
_MOST_WAITING = 20_000
_PATIENCE_S = 0.008
_LINGER_S = 0.05
_HEARTBEAT_S = 5.0
_RETRY_S = 0.5
_BEAT = (
    "INSERT INTO gateway_processes (id, started_at, seen_at) VALUES (%(id)s, %(at)s, %(at)s) "
    "ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at"
)
_OUTAGES = (DatabaseUnavailable, OperationalError, psycopg.OperationalError)

Write = Callable[[Transaction, Record], object]
Told = Callable[[Transaction, ExchangeDecided], object]
Connection = psycopg.Connection[Any]


class ContentWriter(Protocol):
    """Where the content of exchanges goes: see `vault.Writer`."""

    def ready(self, tx: Transaction) -> None:
        """Learn what is needed before contents can be kept."""

    def keep(self, tx: Transaction, contents: Sequence[tuple[bytes, str]]) -> Sequence[str]:
        """Store contents, each with its owner, and return their names; the statement may wait in a pipeline."""

    def renew(self) -> None:
        """Learn anew: a statement was refused."""


class NotRecorded(SeawallError):
    """What must be on record before a reply could not be written."""

    code, status = "gateway.not_recorded", 503

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The exchange could not be recorded ({why}), so it is not answered.",
            hint="Nothing was lost. Send the request again once the database is back.",
        )


class Meter(Protocol):
    """Counts what outside testers use: see `access.conditions`."""

    def count(self, tx: Transaction, uses: Iterable[Use]) -> Sequence[Totals]:
        """Add what was used and return what is counted then."""

    def counted(self, totals: Iterable[Totals]) -> None:
        """Take in what was committed."""


class _Group(msgspec.Struct):
    entries: tuple[Entry, ...]
    future: "asyncio.Future[None] | None"


class Recorder:
    """The writer of one gateway process. `content` leads to the vault; `write` puts records into the ledger.

    `decided` is told of every decision other than allow, in the transaction that commits it.
    """

    def __init__(
        self,
        database: Database,
        process: str,
        *,
        content: ContentWriter,
        write: Write,
        clock: Clock,
        meter: Meter | None = None,
        decided: Told | None = None,
    ) -> None:
        self.process = process
        self._decided = decided
        self._meter = meter
        self._line = database.line()
        self._content = content
        self._write_record = write
        self._clock = clock
        self._waiting: deque[_Group] = deque()
        self._wake = threading.Condition()
        self._due = math.inf
        self._busy = False
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._beat_at = 0.0
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        """Begin to write; call it inside the event loop whose futures are to be settled."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Write what is waiting, then end."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        await asyncio.to_thread(self._thread.join, 10.0)

    @property
    def waiting(self) -> int:
        """Return how many groups are not yet committed."""
        return len(self._waiting)

    def submit(self, *entries: Entry, patient: bool = False) -> "asyncio.Future[None]":
        """Return a future that is done when the entries are committed. It raises NotRecorded when they cannot be."""
        future = asyncio.get_running_loop().create_future()
        # A caller that was cancelled never looks at its future; that is no news.
        future.add_done_callback(_looked_at)
        if len(self._waiting) >= _MOST_WAITING:
            future.set_exception(NotRecorded(f"{_MOST_WAITING} are waiting already"))
            return future
        self._enter(_Group(entries, future), _PATIENCE_S if patient and self._busy else 0.0)
        return future

    def later(self, *entries: Entry) -> None:
        """Write the entries with the next group, within a moment; they wait for PostgreSQL when it is gone."""
        self._enter(_Group(entries, None), _LINGER_S)

    def _enter(self, group: _Group, wait_s: float) -> None:
        due = time.monotonic() + wait_s
        with self._wake:
            self._waiting.append(group)
            if due < self._due:
                self._due = due
                self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._stopping and (wait := self._due - time.monotonic()) > 0:
                    if not self._wake.wait(min(wait, _HEARTBEAT_S)) and not self._waiting:
                        break
                groups = [self._waiting.popleft() for _ in range(min(len(self._waiting), _GROUPS_AT_ONCE))]
                self._due = 0.0 if self._waiting else math.inf
                self._busy = len(groups) > 2
                if self._stopping and not groups:
                    break
            unwritten = self._write(groups)
            if unwritten:
                self._put_back(unwritten)
        self._line.close()

    def _put_back(self, groups: list[_Group]) -> None:
        with self._wake:
            self._waiting.extendleft(reversed(groups))
            self._due = time.monotonic() + _RETRY_S
        if not self._stopping:
            time.sleep(_RETRY_S)

    def _write(self, groups: list[_Group], *, again: bool = False) -> list[_Group]:
        """Write the groups in one transaction, or one by one when that fails; return closings that must wait."""
        # By a clock that nobody sets: else one that is put back a day would leave this process for dead.
        beat = time.monotonic() >= self._beat_at
        if not groups and not beat:
            return []
        try:
            self._commit(groups, beat=beat)
        except Exception as error:  # noqa: BLE001 - whatever PostgreSQL or a driver raises: nobody's reply may hang
            if not again and not isinstance(error, _OUTAGES):
                self._content.renew()
                return [left for group in groups for left in self._write([group], again=True)]
            return self._fail(groups, error)
        self._settle(groups, None)
        return []

    def _fail(self, groups: list[_Group], error: Exception) -> list[_Group]:
        log.error("recording failed", extra={"error": type(error).__name__, "groups": len(groups)})
        self._settle(groups, error if isinstance(error, SeawallError) else NotRecorded(type(error).__name__))
        lazy = [group for group in groups if group.future is None]
        return lazy if isinstance(error, _OUTAGES) and not self._stopping else []

    def _settle(self, groups: list[_Group], error: Exception | None) -> None:
        futures = [group.future for group in groups if group.future is not None]
        if futures and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_settle, futures, error)

    def _commit(self, groups: list[_Group], *, beat: bool) -> None:
        entries = [entry for group in groups for entry in group.entries]
        acting = [entry for entry in entries if isinstance(entry, Decided | Referred)]
        asking = [entry for entry in entries if isinstance(entry, Opened | Closed) and entry.later]
        used = [_use(entry) for entry in entries if isinstance(entry, Opened | Closed) and entry.scopes]
        totals: Sequence[Totals] = ()
        with self._line.begin() as tx:
            self._content.ready(tx)
            connection = driver(tx)
            with connection.pipeline():
                self._queue(tx, connection, entries, beat=beat)
                if not acting and not asking and not used:
                    # Together with the statements; the block's own commit finds nothing left to do.
                    connection.commit()
            # In the order of accounts, as every act locks one: two groups that cross would wait for each other.
            for entry in sorted(acting, key=lambda each: each.account):
                if isinstance(entry, Decided):
                    self._decide(tx, entry)
                else:
                    entry.act(tx)
            queue_reviews(tx, asking)
            if used and self._meter is not None:
                totals = self._meter.count(tx, used)
        if totals and self._meter is not None:
            self._meter.counted(totals)

    def _queue(self, tx: Transaction, connection: Connection, entries: Sequence[Entry], *, beat: bool) -> None:
        """Send every statement of a group without waiting for the answers."""
        opened = [entry for entry in entries if isinstance(entry, Opened)]
        closed = [entry for entry in entries if isinstance(entry, Closed)]
        items = self._keep(tx, [*opened, *closed])
        if opened:
            insert_opened(connection, self.process, opened, items[: len(opened)])
        if closed:
            update_closed(connection, closed, items[len(opened) :])
        if beat:
            self._beat_at = time.monotonic() + _HEARTBEAT_S
            connection.execute(_BEAT, {"id": self.process, "at": self._clock()})

    def _keep(self, tx: Transaction, entries: Sequence[Opened | Closed]) -> list[str | None]:
        """Put what may be kept into the vault; return the names, one for each entry."""
        kept = [(each.content, str(each.account)) for each in entries if each.content is not None]
        items = iter(self._content.keep(tx, kept))
        return [None if each.content is None else next(items) for each in entries]

    def _decide(self, tx: Transaction, entry: Decided) -> None:
        self._write_record(tx, entry.body)
        if entry.output is not None:
            note_output(driver(tx), entry.body.exchange, entry.body.decision, entry.output)
        if entry.act is not None:
            entry.act(tx)
        if self._decided is not None:
            self._decided(tx, entry.body)


def _use(entry: Opened | Closed) -> Use:
    if isinstance(entry, Opened):
        return Use(scopes=entry.scopes, requests=1)
    return Use(scopes=entry.scopes, tokens=entry.metered)


def _settle(futures: "list[asyncio.Future[None]]", error: Exception | None) -> None:
    for future in futures:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)


def _looked_at(future: "asyncio.Future[None]") -> None:
    if not future.cancelled():
        future.exception()

"""Write exchanges down in groups: one transaction for whatever has gathered while the last one was committing.

A thread of its own does it, so that the event loop never waits for PostgreSQL. `submit` gives a future that is done
once the entries are committed; `later` is for closings, which nobody waits for and which survive an outage of
PostgreSQL in memory. Entries of one `submit` are written together or not at all.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from seawall.gateway.entries import Closed, Decided, Entry, Opened
from seawall.gateway.later import queue_reviews
from seawall.gateway.statements import insert_opened, update_closed
from seawall.store import Database, Transaction
from seawall.store.database import DatabaseUnavailable
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.records import Record

log = logging.getLogger(__name__)

_GROUPS_AT_ONCE = 400
_MOST_WAITING = 20_000
_LINGER_S = 0.05
_HEARTBEAT_S = 5.0
_RETRY_S = 0.5
_OUTAGES = (DatabaseUnavailable, OperationalError, psycopg.OperationalError)

Keep = Callable[[Transaction, Sequence[tuple[bytes, str]]], Sequence[str]]
Write = Callable[[Transaction, Record], object]


class NotRecorded(SeawallError):
    """What must be on record before a reply could not be written."""

    code, status = "gateway.not_recorded", 503

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The exchange could not be recorded ({why}), so it is not answered.",
            hint="Nothing was lost. Send the request again once the database is back.",
        )


class _Group(msgspec.Struct):
    entries: tuple[Entry, ...]
    future: "asyncio.Future[None] | None"


class Recorder:
    """The writer of one gateway process. `keep` puts content into the vault; `write` puts records into the ledger."""

    def __init__(self, database: Database, process: str, *, keep: Keep, write: Write, clock: Clock) -> None:
        self.process = process
        self._database = database
        self._keep = keep
        self._write_record = write
        self._clock = clock
        self._waiting: deque[_Group] = deque()
        self._wake = threading.Condition()
        self._urgent = False
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._seen = clock() - timedelta(seconds=2 * _HEARTBEAT_S)
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

    def submit(self, *entries: Entry) -> "asyncio.Future[None]":
        """Return a future that is done when the entries are committed. It raises NotRecorded when they cannot be."""
        future = asyncio.get_running_loop().create_future()
        # A caller that was cancelled never looks at its future; that is no news.
        future.add_done_callback(_looked_at)
        if len(self._waiting) >= _MOST_WAITING:
            future.set_exception(NotRecorded(f"{_MOST_WAITING} are waiting already"))
            return future
        with self._wake:
            self._waiting.append(_Group(entries, future))
            self._urgent = True
            self._wake.notify()
        return future

    def later(self, *entries: Entry) -> None:
        """Write the entries with the next group, within a moment; they wait for PostgreSQL when it is gone."""
        with self._wake:
            self._waiting.append(_Group(entries, None))

    def _run(self) -> None:
        while True:
            with self._wake:
                if not self._urgent and not self._stopping:
                    self._wake.wait(_LINGER_S)
                groups = [self._waiting.popleft() for _ in range(min(len(self._waiting), _GROUPS_AT_ONCE))]
                self._urgent = bool(self._waiting)
                if self._stopping and not groups:
                    return
            unwritten = self._write(groups)
            if unwritten:
                self._put_back(unwritten)

    def _put_back(self, groups: list[_Group]) -> None:
        with self._wake:
            self._waiting.extendleft(reversed(groups))
            if not self._stopping:
                self._wake.wait(_RETRY_S)

    def _write(self, groups: list[_Group]) -> list[_Group]:
        """Write the groups in one transaction, or one by one when that fails; return closings that must wait."""
        beat = (self._clock() - self._seen).total_seconds() >= _HEARTBEAT_S
        if not groups and not beat:
            return []
        try:
            self._commit(groups, beat=beat)
        except Exception as error:  # noqa: BLE001 - whatever PostgreSQL or a driver raises: nobody's reply may hang
            if len(groups) > 1 and not isinstance(error, _OUTAGES):
                return [left for group in groups for left in self._write([group])]
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
        opened = [entry for entry in entries if isinstance(entry, Opened)]
        closed = [entry for entry in entries if isinstance(entry, Closed)]
        with self._database.begin() as tx:
            cursor = _cursor(tx)
            if opened:
                insert_opened(cursor, self.process, opened, self._put(tx, opened))
            # In the order of accounts, as every act locks one: two groups that cross would wait for each other.
            for entry in sorted((each for each in entries if isinstance(each, Decided)), key=lambda each: each.account):
                self._decide(tx, entry)
            if closed:
                update_closed(cursor, closed, self._put(tx, closed))
            queue_reviews(tx, opened, closed)
            if beat:
                self._beat(tx)

    def _decide(self, tx: Transaction, entry: Decided) -> None:
        self._write_record(tx, entry.body)
        if entry.act is not None:
            entry.act(tx)

    def _put(self, tx: Transaction, rows: Sequence[Opened] | Sequence[Closed]) -> list[str | None]:
        kept = [(row.content, str(row.account)) for row in rows if row.content is not None]
        items = iter(self._keep(tx, kept) if kept else ())
        return [None if row.content is None else next(items) for row in rows]

    def _beat(self, tx: Transaction) -> None:
        self._seen = self._clock()
        tx.execute(
            text(
                "INSERT INTO gateway_processes (id, started_at, seen_at) VALUES (:id, :at, :at) "
                "ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at"
            ),
            {"id": self.process, "at": self._seen},
        )


def _cursor(tx: Transaction) -> Any:
    """Return a psycopg cursor on the same connection and in the same transaction."""
    connection: Any = tx.connection.driver_connection
    return connection.cursor()


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

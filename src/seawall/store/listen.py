"""In-memory books that follow the database: loaded on every (re)connect, told of every NOTIFY after that.

LISTEN comes before the load, so nothing falls between the two. While the connection is lost the books say what they
last knew and `fresh` is false; whether that is good enough is for the owner of the book to say. A notice wakes; it
carries at most 8,000 bytes, so it names what changed and the book reads it.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import psycopg
from psycopg import AsyncConnection, sql
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from seawall.store.database import Database, DatabaseUnavailable, Transaction
from seawall.vocabulary.clock import Clock, system_clock
from seawall.vocabulary.errors import InvalidInput

_log = logging.getLogger(__name__)
_LONGEST_PAYLOAD = 7999


class Book(Protocol):
    """What one process keeps in memory of one part of the database. Called from one thread at a time."""

    @property
    def channel(self) -> str:
        """Name the channel on which changes are told."""

    def load(self, tx: Transaction) -> None:
        """Read everything anew."""

    def notice(self, tx: Transaction, payload: str) -> None:
        """Read what the payload names."""


class NoticeTooLong(InvalidInput):
    """PostgreSQL does not carry a notice of that size."""

    code = "store.notice_too_long"


def notify(tx: Transaction, channel: str, payload: str) -> None:
    """Tell every listener when this transaction commits. Raises NoticeTooLong."""
    if len(payload.encode()) > _LONGEST_PAYLOAD:
        raise NoticeTooLong(
            f"A notice on {channel!r} has {len(payload.encode())} bytes, at most {_LONGEST_PAYLOAD} are carried.",
            hint="Name what changed; the listener reads it from its table.",
        )
    tx.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})


class Listener:
    """Keeps books fresh. `fresh_since` is when all of them were last loaded, or None while the connection is lost."""

    def __init__(
        self,
        database: Database,
        books: Sequence[Book],
        *,
        clock: Clock = system_clock,
        heartbeat_s: float = 1.0,
        longest_pause_s: float = 5.0,
    ) -> None:
        self.fresh_since: datetime | None = None
        self._database = database
        self._books = tuple(books)
        self._clock = clock
        self._heartbeat_s = heartbeat_s
        self._longest_pause_s = longest_pause_s
        self._pause_s = 0.05

    @property
    def fresh(self) -> bool:
        """Tell whether every book is loaded and followed."""
        return self.fresh_since is not None

    async def run(self) -> None:
        """Follow the database until cancelled, through every loss of the connection."""
        while True:
            try:
                await self._follow()
            except (psycopg.Error, SQLAlchemyError, DatabaseUnavailable, TimeoutError, OSError) as error:
                _log.warning("books are stale: the connection was lost (%s)", type(error).__name__)
            except Exception:  # noqa: BLE001 - whatever a book raises
                # A book that cannot be read is stale, and stays so until it can be; the others go on.
                _log.exception("books are stale: one of them failed")
            finally:
                self.fresh_since = None
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(2 * self._pause_s, self._longest_pause_s)

    async def _follow(self) -> None:
        async with await AsyncConnection.connect(self._database.url, autocommit=True, connect_timeout=5) as connection:
            for channel in sorted({book.channel for book in self._books}):
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            await asyncio.to_thread(self._load)
            self.fresh_since, self._pause_s = self._clock(), 0.05
            while True:
                async for notice in connection.notifies(timeout=self._heartbeat_s):
                    await asyncio.to_thread(self._notice, notice.channel, notice.payload)
                # A peer that vanished says nothing: only asking shows it.
                await asyncio.wait_for(connection.execute("SELECT 1"), 5)

    def _load(self) -> None:
        for book in self._books:
            with self._database.begin() as tx:
                book.load(tx)

    def _notice(self, channel: str, payload: str) -> None:
        for book in self._books:
            if book.channel == channel:
                with self._database.begin() as tx:
                    book.notice(tx, payload)

"""Books follow the database: loaded on every connection, told of every commit, stale and said so in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from seawall.store import Database, Transaction
from seawall.store.listen import Listener, NoticeTooLong, notify
from tests.conftest import FrozenClock


class Words:
    """A book of what is in the table `words`."""

    def __init__(self, channel: str = "words") -> None:
        self.channel = channel
        self.loads = 0
        self.notices: list[str] = []
        self.words: set[str] = set()
        self.broken = False

    def load(self, tx: Transaction) -> None:
        if self.broken:
            raise ValueError("a book that does not like what it reads")
        self.words = set(tx.scalars(text("SELECT word FROM words")))
        self.loads += 1

    def notice(self, tx: Transaction, payload: str) -> None:
        if self.broken:
            raise ValueError("a book that does not like what it reads")
        self.words |= set(tx.scalars(text("SELECT word FROM words WHERE word = :word"), {"word": payload}))
        self.notices.append(payload)


@pytest.fixture(autouse=True)
def words(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(text("CREATE TABLE words (word text)"))


@asynccontextmanager
async def listening(database: Database, *books: Words, clock: FrozenClock | None = None) -> AsyncIterator[Listener]:
    listener = Listener(database, books, clock=clock or FrozenClock(), heartbeat_s=0.2)
    task = asyncio.create_task(listener.run())
    try:
        await until(lambda: listener.fresh or any(book.broken for book in books))
        yield listener
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(met: Callable[[], object], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not met():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def _add(tx: Transaction, word: str) -> None:
    tx.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})
    notify(tx, "words", word)


def _cut(database: Database) -> None:
    with database.begin() as tx:
        cut = tx.scalar(
            text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                 " WHERE datname = current_database() AND query LIKE 'LISTEN%' OR query = 'SELECT 1'"
                 " AND datname = current_database() AND pid <> pg_backend_pid()")
        )  # fmt: skip
    assert cut


async def test_a_book_is_loaded_at_the_start_and_fresh_since_then(database: Database, clock: FrozenClock) -> None:
    with database.begin() as tx:
        _add(tx, "before")
    book = Words()
    async with listening(database, book, clock=clock) as listener:
        assert (book.words, book.loads) == ({"before"}, 1)
        assert listener.fresh_since == clock()


async def test_a_committed_change_reaches_the_book(database: Database) -> None:
    book = Words()
    async with listening(database, book):
        with database.begin() as tx:
            _add(tx, "one")
            _add(tx, "two")
        await until(lambda: book.words == {"one", "two"})
    assert book.loads == 1


async def test_a_change_that_is_rolled_back_does_not_reach_the_book(database: Database) -> None:
    book = Words()
    async with listening(database, book):
        with database.engine.connect() as connection, connection.begin() as transaction:
            _add(connection, "never")
            transaction.rollback()
        with database.begin() as tx:
            _add(tx, "after")
        await until(lambda: book.notices)
    assert book.notices == ["after"]


async def test_a_book_is_told_of_its_own_channel_only(database: Database) -> None:
    one, same, other = Words(), Words(), Words(channel='other "channel"')
    async with listening(database, one, same, other):
        with database.begin() as tx:
            _add(tx, "one")
            notify(tx, 'other "channel"', "for other")
        await until(lambda: one.notices and same.notices and other.notices)
    assert (one.notices, same.notices, other.notices) == (["one"], ["one"], ["for other"])


async def test_a_cut_connection_is_made_again_and_everything_is_loaded_anew(database: Database) -> None:
    book = Words()
    async with listening(database, book) as listener:
        _cut(database)
        with database.begin() as tx:  # told to nobody, or to the new connection: the load has it either way
            tx.execute(text("INSERT INTO words VALUES ('meanwhile')"))
        await until(lambda: book.loads >= 2 and listener.fresh)
        assert book.words == {"meanwhile"}
        with database.begin() as tx:
            _add(tx, "after")
        await until(lambda: "after" in book.words)


async def test_a_listener_is_not_fresh_before_it_has_loaded(database: Database) -> None:
    assert not Listener(database, [Words()]).fresh


async def test_a_listener_that_was_stopped_is_not_fresh_and_leaves_no_connection(database: Database) -> None:
    async with listening(database, Words()) as listener:
        assert listener.fresh
    assert not listener.fresh
    database.close()
    with database.begin() as tx:
        others = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                      " AND pid <> pg_backend_pid() AND backend_type = 'client backend'")  # fmt: skip
        async with asyncio.timeout(10):
            while tx.scalar(others):
                tx.execute(text("SELECT pg_stat_clear_snapshot()"))
                await asyncio.sleep(0.02)


async def test_a_book_that_cannot_be_read_is_stale_until_it_can(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    book = Words()
    book.broken = True
    async with listening(database, book) as listener:
        await until(lambda: "books are stale" in caplog.text)
        assert not listener.fresh
        book.broken = False
        await until(lambda: listener.fresh)
        book.broken = True
        with database.begin() as tx:
            _add(tx, "unread")
        await until(lambda: not listener.fresh)
        book.broken = False
        await until(lambda: listener.fresh)
        assert book.words == {"unread"}


def test_a_notice_that_postgresql_would_not_carry_is_refused(tx: Transaction) -> None:
    notify(tx, "words", "a" * 7999)
    with pytest.raises(NoticeTooLong, match="8000 bytes"):
        notify(tx, "words", "é" * 4000)

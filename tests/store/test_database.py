"""Transactions: what PostgreSQL does to them is told as an error of ours, and the next one works again."""

import threading
from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from seawall.store import Database, Transaction
from seawall.store.database import DatabaseUnavailable
from seawall.store.outages import BadAddress, DatabaseBusy, DatabaseFull, DatabaseLost


@pytest.fixture
def kill(database_url: str) -> Callable[[Transaction], None]:
    """End the server's side of a connection."""

    def run(tx: Transaction) -> None:
        own = tx.scalar(text("SELECT pg_backend_pid()"))
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [own])

    return run


def _words(database: Database) -> list[str]:
    with database.begin() as tx:
        return list(tx.scalars(text("SELECT word FROM words ORDER BY word")))


@pytest.fixture(autouse=True)
def words(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(text("CREATE TABLE words (word text PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)"))


def _transact(database: Database, *acts: Callable[[Transaction], object]) -> None:
    with database.begin() as tx:
        for act in acts:
            act(tx)


def _insert(word: str) -> Callable[[Transaction], object]:
    return lambda tx: tx.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})


def _insert_raw(tx: Transaction) -> None:
    driver = tx.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.execute("INSERT INTO words VALUES ('never')")


def test_a_connection_that_is_lost_in_mid_transaction_is_told_and_nothing_is_kept(
    database: Database, kill: Callable[[Transaction], None]
) -> None:
    with pytest.raises(DatabaseLost, match="mid-transaction") as caught:
        _transact(database, _insert("lost"), kill, _insert("never"))
    assert caught.value.code == "store.lost"
    assert isinstance(caught.value, DatabaseUnavailable)
    assert _words(database) == []


def test_it_is_told_too_when_the_drivers_own_cursor_meets_it(
    database: Database, kill: Callable[[Transaction], None]
) -> None:
    with pytest.raises(DatabaseLost, match="mid-transaction"):
        _transact(database, kill, _insert_raw)
    assert _words(database) == []


def test_a_connection_that_is_lost_while_committing_says_that_the_outcome_is_not_known(
    database: Database, kill: Callable[[Transaction], None]
) -> None:
    with pytest.raises(DatabaseLost, match="while committing") as caught:
        _transact(database, _insert("in doubt"), kill)
    assert "not known" in caught.value.hint
    assert _words(database) == []


def test_a_disk_without_room_is_told(database: Database) -> None:
    full = text("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$")
    with pytest.raises(DatabaseFull, match="DiskFull"):
        _transact(database, lambda tx: tx.execute(full))


def test_a_deadlock_is_told_to_one_and_the_other_goes_on(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(text("INSERT INTO words VALUES ('a'), ('b')"))
    met, outcomes = threading.Barrier(2), list[str]()

    def cross(first: str, second: str) -> None:
        try:
            with database.begin() as tx:
                for word in (first, second):
                    tx.execute(text("SELECT 1 FROM words WHERE word = :word FOR UPDATE"), {"word": word})
                    if word == first:
                        met.wait(30)
            outcomes.append("done")
        except DatabaseBusy as error:
            outcomes.append(error.code)

    pair = [threading.Thread(target=cross, args=words) for words in (("a", "b"), ("b", "a"))]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    assert sorted(outcomes) == ["done", "store.busy"]


def test_an_error_of_the_caller_is_not_taken_for_an_outage(database: Database) -> None:
    with pytest.raises(IntegrityError):
        _transact(database, _insert("twice"), _insert("twice"))
    with pytest.raises(ZeroDivisionError):
        _transact(database, _insert("rolled back"), lambda _: 1 / 0)
    assert _words(database) == []


@pytest.mark.parametrize(
    "address", ["mysql://me:secret@host/db", "host=/tmp dbname=x", "postgresql://me:secret@host:x/"]
)
def test_an_address_that_is_none_is_refused_and_not_shown(address: str) -> None:
    with pytest.raises(BadAddress) as caught:
        Database(address)
    assert "secret" not in caught.value.message + caught.value.hint
    assert caught.value.__cause__ is None


def test_an_address_keeps_the_time_limits_that_it_sets() -> None:
    address = Database("postgres://me@host/db?connect_timeout=60&sslmode=require").url
    assert address.startswith("postgresql://me@host/db?")
    assert "connect_timeout=60" in address
    assert "sslmode=require" in address
    assert "tcp_user_timeout=10000" in address

"""A connection pool and what a transaction is. Statements are always bound: a literal would reach PostgreSQL's log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
from sqlalchemy import Connection, MetaData, create_engine
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from seawall.store.columns import teach
from seawall.store.outages import BadAddress, DatabaseBusy, DatabaseUnavailable, told

__all__ = ["Database", "DatabaseUnavailable", "Line", "Transaction", "driver", "metadata"]

Transaction = Connection
_RESTED_S = 1.0

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

# A server that vanishes without a word is given up after some ten seconds, rather than after two hours.
_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


class Database:
    """One PostgreSQL database, by its libpq address (``postgresql://…``). Raises BadAddress."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = _patient(url)
        try:
            # hide_parameters keeps bound values out of exceptions, and so out of logs.
            self.engine = create_engine(
                self.url.replace("postgresql://", "postgresql+psycopg://", 1),
                pool_size=pool_size, pool_pre_ping=True, hide_parameters=True,
            )  # fmt: skip
        except (ArgumentError, ValueError):
            raise BadAddress("cannot be read") from None

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Give a transaction that commits at the end of the block and rolls back on an exception.

        Raises DatabaseUnavailable: when no connection can be made, when it is lost, when there is no room left, when
        others are in the way. Nothing of the block is kept then, unless the error says that this is not known.
        """
        committing = False
        with _named(lambda: committing), self.engine.connect() as connection, connection.begin():
            yield connection
            committing = True

    def line(self) -> "Line":
        """Return a connection of its own for a thread that commits many times a second."""
        return Line(self.engine.connect)

    def connect_raw(self, *, autocommit: bool = False) -> "psycopg.Connection[tuple[object, ...]]":
        """Open a psycopg connection outside the pool, for the hot path and for LISTEN. The caller closes it."""
        return psycopg.connect(self.url, autocommit=autocommit)

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


class Line:
    """One connection that is kept between transactions, for one thread. A failed transaction ends it."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._connection: Connection | None = None
        self._used = 0.0

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Give a transaction, which may commit within the block too. Raises DatabaseUnavailable."""
        with _named(lambda: True):
            yield from self._begin()

    def _begin(self) -> Iterator[Transaction]:
        if time.monotonic() - self._used > _RESTED_S:
            # It may have died unseen: the pool looks before it gives one.
            self.close()
        if self._connection is None:
            self._connection = self._connect()
            teach(driver(self._connection))
        try:
            with self._connection.begin():
                yield self._connection
        except BaseException:
            self.close()
            raise
        self._used = time.monotonic()

    def close(self) -> None:
        """Give the connection back; the pool looks whether it still works before anybody gets it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def driver(tx: Transaction) -> "psycopg.Connection[Any]":
    """Return the psycopg connection beneath a transaction."""
    beneath: Any = tx.connection.driver_connection
    return cast("psycopg.Connection[Any]", beneath)


@contextmanager
def _named(committing: Callable[[], bool]) -> Iterator[None]:
    """Raise what the driver calls an outage as what it is called here."""
    try:
        yield
    except PoolTimeout:
        raise DatabaseBusy("All connections to PostgreSQL are in use.") from None
    except (DBAPIError, psycopg.Error) as error:
        outage = told(error, committing=committing())
        if outage is None:
            raise
        raise outage from None


def _patient(url: str) -> str:
    """Return the address with the time limits that it does not set itself."""
    parts = urlsplit(url.replace("postgres://", "postgresql://", 1))
    if parts.scheme != "postgresql":
        raise BadAddress("does not begin with postgresql://")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    return parts._replace(query=urlencode(_PATIENCE | given)).geturl()

"""A connection pool and what a transaction is. Statements are always bound: a literal would reach PostgreSQL's log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, MetaData, create_engine
from sqlalchemy.exc import OperationalError

from seawall.store.columns import teach
from seawall.vocabulary.errors import SeawallError

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


class DatabaseUnavailable(SeawallError):
    """PostgreSQL cannot be reached."""

    code, status = "store.unavailable", 503


class Database:
    """One PostgreSQL database, by its libpq connection string (``postgresql://…``)."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = url
        driver_url = url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)
        # hide_parameters keeps bound values out of exceptions, and so out of logs.
        self.engine = create_engine(driver_url, pool_size=pool_size, pool_pre_ping=True, hide_parameters=True)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Give a transaction that commits at the end of the block and rolls back on an exception.

        Raises DatabaseUnavailable when no connection can be made.
        """
        with self._connect() as connection, connection.begin():
            yield connection

    def line(self) -> "Line":
        """Return a connection of its own for a thread that commits many times a second."""
        return Line(self._connect)

    def _connect(self) -> Connection:
        try:
            return self.engine.connect()
        except OperationalError as error:
            raise DatabaseUnavailable(
                f"PostgreSQL does not answer ({type(error.orig).__name__}).",
                hint="Is the server up, and is SEAWALL_DATABASE_URL right?",
            ) from None

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
        """Give a transaction, as `Database.begin` does. Raises DatabaseUnavailable."""
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

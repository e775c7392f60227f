"""A connection pool and what a transaction is. Statements are always bound: a literal would reach PostgreSQL's log."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection, MetaData, create_engine
from sqlalchemy.exc import OperationalError

from seawall.vocabulary.errors import SeawallError

Transaction = Connection

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
        try:
            connection = self.engine.connect()
        except OperationalError as error:
            raise DatabaseUnavailable(
                f"PostgreSQL does not answer ({type(error.orig).__name__}).",
                hint="Is the server up, and is SEAWALL_DATABASE_URL right?",
            ) from None
        with connection, connection.begin():
            yield connection

    def connect_raw(self, *, autocommit: bool = False) -> "psycopg.Connection[tuple[object, ...]]":
        """Open a psycopg connection outside the pool, for the hot path and for LISTEN. The caller closes it."""
        return psycopg.connect(self.url, autocommit=autocommit)

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

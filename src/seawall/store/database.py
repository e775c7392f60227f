"""A connection pool and what a transaction is. Statements are always bound: a literal would reach PostgreSQL's log."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
from sqlalchemy import Connection, MetaData, create_engine
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from seawall.store.outages import BadAddress, DatabaseBusy, DatabaseUnavailable, told

__all__ = ["Database", "DatabaseUnavailable", "Transaction", "metadata"]

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
        try:
            with self.engine.connect() as connection, connection.begin():
                yield connection
                committing = True
        except PoolTimeout:
            raise DatabaseBusy("All connections to PostgreSQL are in use.") from None
        except (DBAPIError, psycopg.Error) as error:
            outage = told(error, committing=committing)
            if outage is None:
                raise
            raise outage from None

    def connect_raw(self, *, autocommit: bool = False) -> "psycopg.Connection[tuple[object, ...]]":
        """Open a psycopg connection outside the pool, for the hot path and for LISTEN. The caller closes it."""
        return psycopg.connect(self.url, autocommit=autocommit)

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _patient(url: str) -> str:
    """Return the address with the time limits that it does not set itself."""
    parts = urlsplit(url.replace("postgres://", "postgresql://", 1))
    if parts.scheme != "postgresql":
        raise BadAddress("does not begin with postgresql://")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    return parts._replace(query=urlencode(_PATIENCE | given)).geturl()

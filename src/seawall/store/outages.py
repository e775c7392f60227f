"""What PostgreSQL's troubles are called here: gone, lost in mid-transaction, without room, in use by others.

Only the type of a foreign error is told, as its message may quote values.
"""

import psycopg
from sqlalchemy.exc import DBAPIError

from seawall.vocabulary.errors import InvalidInput, SeawallError


class BadAddress(InvalidInput):
    """The address of the database is none. It is not shown: it may hold a password."""

    code = "store.bad_address"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The address of the database {why}.",
            hint="SEAWALL_DATABASE_URL looks like postgresql://user:password@host:5432/database",
        )


class DatabaseUnavailable(SeawallError):
    """PostgreSQL cannot be used now; later it may be."""

    code, status = "store.unavailable", 503


class DatabaseLost(DatabaseUnavailable):
    """The connection was lost in the middle of a transaction."""

    code = "store.lost"


class DatabaseFull(DatabaseUnavailable):
    """PostgreSQL has no room left: disk, memory or connections."""

    code = "store.full"


class DatabaseBusy(DatabaseUnavailable):
    """Others are in the way: a deadlock, a lock that was not given, all connections in use."""

    code = "store.busy"


_GONE = ("08", "57P")
_BUSY = ("40", "55P03", "57014")
_FULL = ("53", "58030")


def told(error: DBAPIError | psycopg.Error, *, committing: bool) -> DatabaseUnavailable | None:
    """Return the outage behind a driver's error; None when it is none."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state, name = getattr(cause, "sqlstate", None) or "", type(cause).__name__
    if state.startswith(_FULL):
        return DatabaseFull(f"PostgreSQL has no room left ({name}).", hint="Make room; what was sent can be repeated.")
    if state.startswith(_BUSY):
        return DatabaseBusy(f"PostgreSQL gave up on a transaction ({name}).", hint="Try again.")
    if not state.startswith(_GONE) and not (not state and isinstance(cause, psycopg.OperationalError)):
        return None
    if committing:
        return DatabaseLost(
            f"PostgreSQL went while committing ({name}).",
            hint="Whether it was kept is not known: look, then repeat.",
        )
    return _gone(error, name)


def _gone(error: DBAPIError | psycopg.Error, name: str) -> DatabaseUnavailable:
    # SQLAlchemy's errors of connecting belong to no connection yet.
    if isinstance(error, DBAPIError) and not error.connection_invalidated and error.statement is None:
        return DatabaseUnavailable(
            f"PostgreSQL does not answer ({name}).", hint="Is the server up, and is SEAWALL_DATABASE_URL right?"
        )
    return DatabaseLost(f"PostgreSQL went in mid-transaction ({name}).", hint="Nothing of it was kept: try again.")

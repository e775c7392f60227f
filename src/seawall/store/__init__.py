"""The store: one PostgreSQL for everything, its migrations and its jobs.

    data directory or SEAWALL_DATABASE_URL -> Database -> Transaction

Embedded by default, a server of the operator's otherwise. Rooms declare their tables on `metadata` and take a
`Transaction` as an argument; they never open one behind the caller's back.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seawall.store.database import Database, Transaction, metadata

__all__ = ["Database", "Transaction", "metadata"]


def __getattr__(name: str) -> Any:
    """Load SQLAlchemy when it is first needed: whoever only starts the server or takes a lock has no use for it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from seawall.store import database

    return getattr(database, name)

"""The store: one PostgreSQL for everything, its migrations and its jobs.

    data directory or SEAWALL_DATABASE_URL -> Database -> Transaction

Embedded by default, a server of the operator's otherwise. Rooms declare their tables on `metadata` and take a
`Transaction` as an argument; they never open one behind the caller's back.
"""

from seawall.store.database import Database, Transaction, metadata

__all__ = ["Database", "Transaction", "metadata"]

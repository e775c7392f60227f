"""Bring a database to this code's schema, one process at a time; refuse one that is newer than the code."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from seawall.store.database import Database, Transaction
from seawall.vocabulary.errors import SeawallError

if TYPE_CHECKING:
    from alembic.config import Config  # loaded when there is something to migrate: most starts need none of it

_ADVISORY_KEY = 0x5EA3A10
_SCRIPTS = Path(__file__).parent / "migrations"


class DatabaseTooNew(SeawallError):
    """The database was migrated by a later release than this one."""

    code, status = "store.too_new", 503


def migrate(database: Database) -> None:
    """Run the migrations that are missing, under an advisory lock. Raises DatabaseTooNew."""
    with database.begin() as tx:
        if present(tx) == head():
            return
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
        _refuse_newer(present(tx))
        from alembic import command

        command.upgrade(_config(tx), "head")


def present(tx: Transaction) -> str | None:
    """Return the schema that a database is at; None for an empty one."""
    if tx.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    found: str | None = tx.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def revisions() -> list[str]:
    """Return the schemas that this code knows, oldest first: the numbers that the migrations' files begin with."""
    return sorted(path.name.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*_*.py"))


def head() -> str:
    """Return the newest schema that this code knows."""
    return revisions()[-1]


def _config(tx: Transaction) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = tx
    return config


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in revisions():
        raise DatabaseTooNew(
            f"The database is at schema {found!r}, which this release of Seawall does not know.",
            hint="Start the release that wrote it, or a later one. Nothing was changed.",
        )

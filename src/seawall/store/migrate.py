"""Bring a database to this code's schema, one process at a time; refuse one that is newer than the code."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from seawall.store.database import Database, Transaction
from seawall.vocabulary.errors import SeawallError

_ADVISORY_KEY = 0x5EA3A11


class DatabaseTooNew(SeawallError):
    """The database was migrated by a later release than this one."""

    code, status = "store.too_new", 503


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def migrate(database: Database) -> None:
    """Run the migrations that are missing, under an advisory lock. Raises DatabaseTooNew."""
    with database.begin() as tx:
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
        _refuse_newer(tx)
        config = _config()
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def _refuse_newer(tx: Transaction) -> None:
    present = MigrationContext.configure(tx).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if present is not None and present not in known:
        raise DatabaseTooNew(
            f"The database is at schema {present!r}, which this release of Seawall does not know.",
            hint="Start the release that wrote it, or a later one. Nothing was changed.",
        )


def head() -> str:
    """Return the newest schema that this code knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())

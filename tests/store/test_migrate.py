"""The schema: what the migrations build is what the rooms declare."""

import importlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import seawall
from seawall.store import Database, metadata
from seawall.store.migrate import DatabaseTooNew, head, migrate, revisions
from tests.rooms import rooms_with_tables


def _ours(thing: object, name: str | None, kind: str, *_: object) -> bool:
    return not (kind == "table" and (name or "").startswith(("procrastinate_", "alembic_")))


def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    for room in rooms_with_tables(seawall):
        importlib.import_module(room)
    with database.begin() as tx:
        context = MigrationContext.configure(tx, opts={"include_object": _ours, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_files_of_the_migrations_are_named_for_their_schemas() -> None:
    config = Config()
    config.set_main_option("script_location", "seawall:store/migrations")
    scripts = ScriptDirectory.from_config(config)
    assert [script.revision for script in scripts.walk_revisions()][::-1] == revisions()
    assert scripts.get_current_head() == head()


def test_a_database_that_is_up_to_date_is_left_without_a_lock(database: Database) -> None:
    with database.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": 0x5EA3A10})
        migrate(database)  # would wait for the lock, and the test for its time to run out
        assert other.scalar(text("SELECT version_num FROM alembic_version")) == head()


def test_two_processes_may_migrate_at_once(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(text("DROP SCHEMA public CASCADE"))
        tx.execute(text("CREATE SCHEMA public"))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: migrate(database), range(2)))
    with database.begin() as tx:
        assert tx.scalar(text("SELECT version_num FROM alembic_version")) == head()


def test_a_database_of_a_later_release_is_refused_and_left_alone(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="9999"):
        migrate(database)
    with database.begin() as tx:
        assert tx.scalar(text("SELECT version_num FROM alembic_version")) == "9999"

"""A real PostgreSQL for the whole run, a fresh migrated database for a test that asks, a clock that tests move."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from seawall.store import Database, Transaction, embedded
from seawall.store.migrate import migrate
from seawall.vocabulary.ids import new_id


class FrozenClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **of: float) -> None:
        self.now += timedelta(**of)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(autouse=True)
def _nobody_signed_in(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep commands from the sessions that whoever runs the tests has at servers."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "nobody"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server's maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="seawall-tests-"))
    folder.chmod(0o755)
    server = embedded.start(folder)
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _address(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?", 1)


def _run(server: str, statement: str, *names: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def template(postgres: str) -> str:
    """The name of a migrated database that tests clone."""
    name = new_id("template")
    _run(postgres, "CREATE DATABASE {}", name)
    database = Database(_address(postgres, name))
    migrate(database)
    database.close()
    return name


@pytest.fixture
def database_url(postgres: str, template: str) -> Iterator[str]:
    """The address of a fresh migrated database."""
    name = new_id("test")
    _run(postgres, "CREATE DATABASE {} TEMPLATE {}", name, template)
    yield _address(postgres, name)
    _run(postgres, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    """A transaction that is rolled back at the end of the test."""
    with database.engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()

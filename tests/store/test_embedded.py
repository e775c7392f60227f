"""The embedded PostgreSQL: for root, for an ordinary user, and when it goes and comes back."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
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
import psycopg.pq, sqlalchemy.dialects.postgresql.psycopg, alembic.command, alembic.config, psutil
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


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster that was started and stopped once."""
    data_dir = tmp_path_factory.mktemp("cluster")
    embedded.start(data_dir).cleanup()
    return data_dir / "postgres"


@pytest.fixture
def made(folder: Path, cluster: Path) -> Path:
    """A data directory whose cluster exists already."""
    subprocess.run(["cp", "-a", str(cluster), str(folder)], check=True)
    return folder


def _run_as(user: int, folder: Path) -> subprocess.CompletedProcess[str]:
    if user:
        os.chown(folder, user, user)
    environment = {**os.environ, "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
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


def test_a_database_that_goes_is_reported_and_one_that_comes_back_is_used_again(made: Path) -> None:
    server = embedded.start(made)
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

        server = embedded.start(made)
        with database.begin() as tx:
            assert tx.scalar(text("SELECT word FROM kept")) == "still here"
            assert tx.scalar(text("SELECT version_num FROM alembic_version")) == head()
    finally:
        database.close()
        server.cleanup()


async def test_worker_and_listener_outlast_a_server_that_goes_and_comes_back(made: Path) -> None:
    server = embedded.start(made)
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
        server = await asyncio.to_thread(embedded.start, made)

        await until(lambda: listener.fresh and book.loads > before)
        _enqueue(database, 2)
        await until(lambda: len(seen) > 1)
        assert seen == [1, 2]
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


HOLDER = """
import sys, time
from pathlib import Path
from seawall.store import embedded
server = embedded.start(Path(sys.argv[1]))
print(server.get_uri(), flush=True)
sys.stdin.readline()
server.cleanup()
"""


def _holder(folder: Path) -> tuple["subprocess.Popen[str]", str]:
    command = [sys.executable, "-c", HOLDER, str(folder)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, holder.stdout.readline().strip()


def _answers(address: str) -> bool:
    try:
        with psycopg.connect(address) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split()[0])


def test_two_who_start_it_at_once_share_it_and_the_last_one_stops_it(folder: Path) -> None:
    holders = [_holder(folder) for _ in range(2)]
    (first, address), (second, other) = holders
    assert address == other
    first.communicate("\n", timeout=60)
    assert _answers(address)
    second.communicate("\n", timeout=60)
    assert not _answers(address)
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_a_holder_that_was_killed_counts_no_longer(made: Path) -> None:
    holder, address = _holder(made)
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate(timeout=60)
    assert _answers(address)

    server = embedded.start(made)
    assert server.get_uri() == address
    server.cleanup()
    assert not _answers(address)


def test_a_server_that_was_killed_is_noticed_and_comes_back_at_its_address(made: Path) -> None:
    server = embedded.start(made)
    try:
        address = server.get_uri()
        assert server.alive()
        os.kill(_postmaster(made), signal.SIGKILL)
        until_s(lambda: not server.alive())

        server.start()
        assert server.alive()
        assert server.get_uri() == address
        assert _answers(address)
    finally:
        server.cleanup()


def until_s(met: Callable[[], object]) -> None:
    asyncio.run(until(met))


def test_a_first_start_that_was_cut_short_is_made_again(folder: Path) -> None:
    half = folder / "postgres.1.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    server = embedded.start(folder)
    try:
        assert _answers(server.get_uri())
        assert not half.exists()
    finally:
        server.cleanup()


def test_the_file_of_a_dead_server_whose_number_another_process_has_now_is_no_obstacle(made: Path) -> None:
    server = embedded.start(made)
    left = (made / "postgres" / "postmaster.pid").read_text().replace(str(_postmaster(made)), str(os.getpid()), 1)
    server.cleanup()
    (made / "postgres" / "postmaster.pid").write_text(left)

    server = embedded.start(made)
    try:
        assert _postmaster(made) != os.getpid()
        assert _answers(server.get_uri())
    finally:
        server.cleanup()


def test_a_path_that_is_too_long_for_a_socket_leads_to_one_that_nobody_else_may_enter(folder: Path) -> None:
    deep = folder / ("deep" * 12) / ("deeper, with a comma " * 4).strip() / "data"
    deep.mkdir(parents=True)
    server = embedded.start(deep)
    try:
        (sockets,) = {Path(line) for line in _settings(server.get_uri(), "unix_socket_directories")}
        assert folder not in sockets.parents
        assert sockets.stat().st_mode & 0o077 == 0
    finally:
        server.cleanup()
    sockets.rmdir()


def _settings(address: str, name: str) -> list[str]:
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert found is not None
    return [str(found[0]).strip('"')]


def test_its_log_shows_neither_statements_nor_values(made: Path) -> None:
    server = embedded.start(made)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE TABLE words (word text PRIMARY KEY CHECK (word <> 'a canary'))")
            for word in ("twice, canary", "twice, canary", "a canary"):
                for statement in ("INSERT INTO words VALUES (%s)", f"INSERT INTO words VALUES ('{word}')"):  # noqa: S608
                    _fail(connection, statement, [word] if "%s" in statement else None)
            _fail(connection, "SELECT CAST('a canary' AS integer)", None)
    finally:
        server.cleanup()
    log = (made / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "canary" not in log


def _fail(connection: "psycopg.Connection[tuple[object, ...]]", statement: str, values: list[str] | None) -> None:
    with suppress(psycopg.errors.IntegrityError, psycopg.errors.DataError):
        connection.execute(statement, values)  # type: ignore[arg-type]

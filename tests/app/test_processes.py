"""`seawall up`, `seawall gateway`, `seawall work`: they start, say so, come back, and leave nothing behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from seawall.store import Database
from seawall.store.jobs import enqueue
from tests.app.running import Home, Running, all_gone, until, words

NOBODY = 65534


@pytest.fixture
def started() -> Iterator[list[Running]]:
    """What a test starts by itself, ended when the test ends."""
    running: list[Running] = []
    yield running
    for each in running:
        each.swept()


def test_the_first_start_says_that_it_is_ready_and_the_end_leaves_nothing(fresh: Home, started: list[Running]) -> None:
    running = fresh.up()
    started.append(running)
    assert running.said == f"Seawall is ready: http://127.0.0.1:{fresh.port}\n"
    assert fresh.get("/healthz") == (200, '{"status":"ok"}')
    family = running.family()
    assert {"gateway", "work"} <= {word for each in family for word in words(each)}
    until(lambda: "/console/link?token=" in running.said, "the link of the first administrator")
    assert "within ten minutes, once, on this machine: http://localhost:" in running.said

    assert running.end(signal.SIGINT) == 0
    assert running.logged == ""
    assert all_gone(family)
    assert not (fresh.data_dir / "postgres" / "postmaster.pid").exists()

    again = fresh.up()
    started.append(again)
    assert again.end(signal.SIGTERM) == 0


def test_a_second_instance_on_the_directory_is_refused_and_changes_nothing(shared: Running) -> None:
    done = shared.home.run("up", SEAWALL_PORT="1")
    assert done.returncode == 1
    assert f"already runs on {shared.home.data_dir} (process {shared.process.pid})" in done.stderr
    assert "Traceback" not in done.stderr
    assert shared.home.is_ready()


def test_a_killed_supervisor_takes_the_database_with_it(up: Running) -> None:
    family = up.family()
    assert up.home.postmaster() in {each.pid for each in family}
    up.end(signal.SIGKILL)
    until(lambda: all_gone(family), "the end of all its processes")
    assert [words(each) for each in family] == [[]] * len(family)


def test_a_process_that_dies_is_started_again_and_no_waiting_request_is_refused(shared: Running) -> None:
    for name in ("gateway", "work"):
        before = shared.named(name)
        before.kill()
        if name == "gateway":
            # The supervisor holds the port: this waits for the next gateway instead of failing.
            assert shared.home.get("/healthz")[0] == 200
        until(lambda name=name, before=before: _another(shared, name, before), f"another {name}")  # type: ignore[misc]
    until(shared.home.is_ready, "readiness")
    told = [json.loads(line) for line in shared.logged.splitlines()]
    assert [each["message"].split(";")[0] for each in told if each["from"] == "seawall.app.children"] == [
        "gateway was ended by SIGKILL",
        "work was ended by SIGKILL",
    ]


def _another(up: Running, name: str, before: psutil.Process) -> bool:
    return any(name in words(each) and each.pid != before.pid for each in up.family())


def test_a_database_that_dies_is_started_again_under_the_running_gateway(shared: Running) -> None:
    before, gateway = shared.home.postmaster(), shared.named("gateway")
    os.kill(before, signal.SIGKILL)
    until(lambda: not shared.home.is_ready(), "the loss")
    until(shared.home.is_ready, "readiness")
    assert shared.home.postmaster() != before
    assert gateway.is_running()


@pytest.mark.parametrize("command", ["up", "gateway"])
def test_a_port_in_use_is_named_with_what_to_do(home: Home, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", home.port))
        other.listen()
        done = home.run(command)
    assert done.returncode == 1
    assert f"127.0.0.1:{home.port} cannot be listened on: Address already in use." in done.stderr
    assert "SEAWALL_PORT" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home.data_dir / "postgres" / "postmaster.pid").exists()


def test_a_database_that_does_not_answer_stops_the_start(home: Home) -> None:
    done = home.run("up", SEAWALL_DATABASE_URL="postgresql://127.0.0.1:1/nowhere")
    assert done.returncode == 1
    assert "PostgreSQL does not answer" in done.stderr
    assert "Seawall is not up" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_a_later_release_stops_the_start(home: Home, database: Database) -> None:
    with database.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    done = home.run("up", SEAWALL_DATABASE_URL=database.url)
    assert done.returncode == 1
    assert "'9999'" in done.stderr


def test_gateways_and_workers_run_apart_on_a_database_of_ones_own(
    fresh: Home, database_url: str, started: list[Running]
) -> None:
    names = ("gateway", "gateway", "work", "work")
    started += [fresh.start(name, SEAWALL_DATABASE_URL=database_url) for name in names]
    until(fresh.is_ready, "readiness")
    until((fresh.data_dir / "ledger" / "checkpoint").exists, "the first checkpoint")
    assert not (fresh.data_dir / "postgres").exists()
    assert started[0].end() == 0
    until(fresh.is_ready, "readiness of the other gateway")
    assert [each.end() for each in started] == [0, 0, 0, 0]
    assert [each.logged for each in started] == [""] * 4


def test_jobs_run_inside_it_and_those_that_fail_for_good_are_shown(shared: Running) -> None:
    with _database(shared.home) as database, database.begin() as tx:
        swept, unknown = enqueue(tx, "vault.sweep"), enqueue(tx, "no.such.job")
    until(lambda: [each["id"] for each in shared.home.told("jobs", "dead")] == [unknown], "the dead letter")
    assert swept not in [each["id"] for each in shared.home.told("jobs", "list")]
    assert shared.home.told("jobs", "dead")[0]["name"] == "no.such.job"


class _database:  # noqa: N801 - used as a function
    """The database of a running home."""

    def __init__(self, home: Home) -> None:
        self._database = Database(f"postgresql://postgres@/postgres?host={home.data_dir / 'postgres'}&port=5432")

    def __enter__(self) -> Database:
        return self._database

    def __exit__(self, *_: object) -> None:
        self._database.close()


def test_a_second_signal_ends_it_at_once(up: Running) -> None:
    family = up.family()
    up.named("gateway").suspend()  # it can no longer end by itself
    up.process.send_signal(signal.SIGTERM)
    assert up.end(signal.SIGINT) == 0
    until(lambda: all_gone(family), "the end of all")


def test_a_start_that_is_killed_in_its_first_moments_leaves_a_directory_that_works(
    fresh: Home, started: list[Running]
) -> None:
    first = fresh.start("up")
    until(lambda: list(fresh.data_dir.glob("postgres.*.new")), "the making of the database")
    first.end(signal.SIGKILL)
    again = fresh.up()
    started.append(again)
    assert fresh.is_ready()
    assert again.end() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user; this run is an ordinary user's")
def test_it_works_for_an_ordinary_user(fresh: Home) -> None:
    reach = subprocess.run([sys.executable, "-c", "import seawall"], user=NOBODY, group=NOBODY, extra_groups=[],
                           capture_output=True, cwd="/", check=False) if _may_run() else None  # fmt: skip
    if reach is None or reach.returncode:
        pytest.skip("an ordinary user may not read the Python environment of this run")
    os.chown(fresh.folder, NOBODY, NOBODY)
    command = [sys.executable, "-m", "seawall.app", "projects", "list", "--json"]
    environment = fresh.environment | {"HOME": str(fresh.folder)}
    done = subprocess.run(command, user=NOBODY, group=NOBODY, extra_groups=[], cwd=fresh.folder, env=environment,
                          text=True, capture_output=True, check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def _may_run() -> bool:
    """Tell whether another user could start this interpreter at all."""
    program = Path(shutil.which(sys.executable) or sys.executable).resolve()
    return all(each.stat().st_mode & 0o001 for each in (program, *program.parents))

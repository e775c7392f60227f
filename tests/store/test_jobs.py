"""Jobs: queued with the caller's transaction, retried, dead-lettered, taken over from workers that died."""

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from seawall.app.commands.jobs import jobs as group
from seawall.ledger.write import record as write
from seawall.store import Database, Transaction
from seawall.store.jobs import (
    ArgumentNotAllowed,
    DuplicateJob,
    Job,
    MalformedJob,
    NoDeadLetter,
    Stop,
    checked,
    dead_letters,
    enqueue,
    queued,
    rescue_stalled,
    retry_dead,
    run_worker,
)
from seawall.vocabulary.clock import system_clock
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.records import Record


class MildTrouble(SeawallError):
    code = "test.mild_trouble"


@asynccontextmanager
async def working(
    database: Database, *jobs: Job, stop: Stop | None = None, stalled_s: float = 30.0, concurrency: int = 2
) -> AsyncIterator[asyncio.Task[None]]:
    stop = stop or asyncio.Event()
    task = asyncio.create_task(
        run_worker(database, jobs, stop=stop, polling_s=0.05, stalled_s=stalled_s, concurrency=concurrency)
    )
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


async def until(met: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something holds; fail when it does not in a time far beyond what it needs."""
    async with asyncio.timeout(seconds):
        while not met():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def _enqueue(database: Database, name: str, **arguments: str | int | bool | None) -> int:
    with database.begin() as tx:
        return enqueue(tx, name, **arguments)


def _dead(database: Database) -> list[tuple[str, int, str]]:
    with database.begin() as tx:
        return [(letter.name, letter.attempts, letter.error) for letter in dead_letters(tx)]


async def test_a_job_runs_with_its_arguments(database: Database) -> None:
    seen: list[dict[str, Any]] = []
    async with working(database, Job("note", lambda **arguments: seen.append(arguments))):
        _enqueue(database, "note", item="it_1", times=2, urgent=True, until=None)
        await until(lambda: seen)
    assert seen == [{"item": "it_1", "times": 2, "urgent": True, "until": None}]
    with database.begin() as tx:
        assert queued(tx) == []
        assert dead_letters(tx) == []


async def test_a_job_is_rolled_back_with_the_transaction_that_queued_it(database: Database) -> None:
    seen: list[str] = []
    with database.engine.connect() as connection, connection.begin() as transaction:
        enqueue(connection, "note", word="never")
        transaction.rollback()
    async with working(database, Job("note", lambda word: seen.append(word))):
        _enqueue(database, "note", word="later")
        await until(lambda: seen)
    assert seen == ["later"]


async def test_a_job_does_not_run_before_its_transaction_commits(database: Database) -> None:
    seen: list[str] = []
    async with working(database, Job("note", lambda word: seen.append(word))):
        with database.begin() as tx:
            enqueue(tx, "note", word="first queued")
            _enqueue(database, "note", word="first committed")
            await until(lambda: seen)
            assert seen == ["first committed"]
        await until(lambda: len(seen) == 2)


@pytest.mark.parametrize("value", ["a" * 201, 1.5, b"bytes", ["list"], {"a": 1}])
def test_an_argument_that_could_be_content_is_refused_and_nothing_is_queued(tx: Transaction, value: Any) -> None:
    with pytest.raises(ArgumentNotAllowed, match="'item' of job 'note'"):
        enqueue(tx, "note", item=value)
    assert queued(tx) == []


async def test_a_job_that_fails_is_tried_again_and_leaves_no_trace_when_it_succeeds(database: Database) -> None:
    attempts: list[int] = []

    def run() -> None:
        attempts.append(len(attempts))
        if len(attempts) < 3:
            raise MildTrouble("not yet")

    async with working(database, Job("shaky", run, retries=2, backoff_s=0)):
        _enqueue(database, "shaky")
        await until(lambda: len(attempts) == 3)
    assert _dead(database) == []
    with database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM store_job_failures")) == 0


async def test_a_job_waits_longer_before_each_further_try(database: Database) -> None:
    def run() -> None:
        raise MildTrouble("no")

    def waits() -> list[float]:
        with database.begin() as tx:
            rows = tx.execute(text("SELECT type::text, at FROM procrastinate_events WHERE job_id = :job ORDER BY id"),
                              {"job": job}).all()  # fmt: skip
        due = [row.at for row in rows if row.type == "scheduled"]
        failed = [row.at for row in rows if row.type == "deferred_for_retry"]
        return [(then - at).total_seconds() for then, at in zip(due, failed, strict=False)]

    async with working(database, Job("shaky", run, retries=3, backoff_s=2)):
        job = _enqueue(database, "shaky")
        await until(lambda: len(waits()) == 2)
    assert [round(wait) for wait in waits()] == [2, 4]


async def test_a_job_that_used_up_its_retries_is_a_dead_letter_that_can_be_tried_again(database: Database) -> None:
    broken, runs = True, 0

    def run(item: str) -> None:
        nonlocal runs
        runs += 1
        if broken:
            raise MildTrouble(f"words about {item} that belong nowhere")

    async with working(database, Job("shaky", run, retries=1, backoff_s=0)):
        job = _enqueue(database, "shaky", item="it_1")
        await until(lambda: _dead(database))
        assert _dead(database) == [("shaky", 2, "test.mild_trouble")]
        assert runs == 2
        with database.begin() as tx:
            (letter,) = dead_letters(tx)
            assert (letter.id, letter.arguments) == (job, {"item": "it_1"})
            assert letter.failed_at.tzinfo is not None
            assert "words" not in str(tx.execute(text("SELECT * FROM store_job_failures")).all())

        broken = False
        with database.begin() as tx:
            retry_dead(tx, job)
        await until(lambda: runs == 3)
    assert _dead(database) == []


async def test_a_dead_letter_that_is_tried_again_has_all_its_retries(database: Database) -> None:
    runs = 0

    def run() -> None:
        nonlocal runs
        runs += 1
        raise ValueError

    async with working(database, Job("shaky", run, retries=1, backoff_s=0)):
        job = _enqueue(database, "shaky")
        await until(lambda: _dead(database) == [("shaky", 2, "ValueError")])
        with database.begin() as tx:
            retry_dead(tx, job)
        await until(lambda: runs == 4 and _dead(database))
    assert _dead(database) == [("shaky", 2, "ValueError")]  # attempts since it was tried again


async def test_a_job_without_retries_fails_at_once(database: Database) -> None:
    def run() -> None:
        raise ValueError

    async with working(database, Job("once", run, retries=0)):
        _enqueue(database, "once")
        await until(lambda: _dead(database))
    assert _dead(database) == [("once", 1, "ValueError")]


def test_trying_a_job_again_that_did_not_fail_is_refused(tx: Transaction) -> None:
    job = enqueue(tx, "note")
    for which in (job, 12345):
        with pytest.raises(NoDeadLetter, match=str(which)):
            retry_dead(tx, which)


async def test_a_job_that_no_worker_knows_shows_among_the_dead(database: Database) -> None:
    async with working(database, Job("known", lambda: None)):
        _enqueue(database, "unknown")
        await until(lambda: _dead(database))
    assert _dead(database) == [("unknown", 1, "never ran: no worker knows this job")]


async def test_a_periodic_job_runs_again_and_again_and_never_beside_itself(database: Database) -> None:
    running, most, runs = 0, 0, 0
    gate = threading.Lock()

    def run() -> None:
        nonlocal running, most, runs
        with gate:
            running, runs = running + 1, runs + 1
            most = max(most, running)
        time.sleep(1.2)
        with gate:
            running -= 1

    async with working(database, Job("tick", run, every="* * * * * *")):
        await until(lambda: runs >= 3)
    assert most == 1


async def test_two_workers_run_a_periodic_job_once_a_tick(database: Database) -> None:
    ticks: list[str] = []
    job = Job("tick", lambda: ticks.append("tick"), every="* * * * * *")
    async with working(database, job), working(database, job):
        await until(lambda: len(ticks) >= 3)
    with database.begin() as tx:
        started = tx.scalar(text("SELECT count(*) FROM procrastinate_periodic_defers"))
    assert started == 1


async def test_jobs_run_beside_each_other_up_to_the_given_number(database: Database) -> None:
    meet = threading.Barrier(3)
    async with working(database, Job("meet", lambda: meet.wait(20)), concurrency=3):
        for _ in range(3):
            _enqueue(database, "meet")
        await until(lambda: _queue_is_empty(database))
    assert _dead(database) == []


def _queue_is_empty(database: Database) -> bool:
    with database.begin() as tx:
        return not queued(tx)


async def test_two_jobs_of_one_name_stop_the_start(database: Database) -> None:
    one, other = Job("same", lambda: None), Job("same", lambda: 1)
    with pytest.raises(DuplicateJob, match="'same'"):
        await run_worker(database, (one, other), stop=asyncio.Event())


@pytest.mark.parametrize(
    "job", [Job("", print), Job("x", print, every="often"), Job("x", print, retries=-1), Job("x", print, backoff_s=-1)]
)
def test_a_malformed_job_stops_the_start(job: Job) -> None:
    with pytest.raises(MalformedJob):
        checked([job])


async def test_a_running_job_is_finished_before_the_worker_ends(database: Database) -> None:
    started, finished = threading.Event(), threading.Event()

    def run() -> None:
        started.set()
        time.sleep(0.5)
        finished.set()

    async with working(database, Job("slow", run)):
        _enqueue(database, "slow")
        await until(started.is_set)
    assert finished.is_set()
    assert _queue_is_empty(database)


async def test_a_worker_is_stopped_by_an_event_of_another_thread(database: Database) -> None:
    stop = threading.Event()
    async with working(database, Job("note", lambda: None), stop=stop) as worker:
        _enqueue(database, "note")
        await until(lambda: _queue_is_empty(database))
        threading.Timer(0.1, stop.set).start()
        await asyncio.wait_for(worker, 30)
        assert stop.is_set()


HANGING = """
import asyncio, sys, time
from seawall.store import Database
from seawall.store.jobs import Job, run_worker

def hang():
    print("started", flush=True)
    time.sleep(600)

asyncio.run(run_worker(Database(sys.argv[1]), (Job("hang", hang),), stop=asyncio.Event(), polling_s=0.05))
"""


def _hanging(database: Database) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HANGING, database.url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def test_a_job_of_a_killed_worker_is_taken_over(database: Database) -> None:
    job = _enqueue(database, "hang")
    worker = _hanging(database)
    assert worker.stdout is not None
    with worker.stdout as output:
        assert await asyncio.to_thread(output.readline) == "started\n"
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    with database.begin() as tx:
        assert [(each.id, each.status) for each in queued(tx)] == [(job, "doing")]

    again = threading.Event()
    async with working(database, Job("hang", again.set), stalled_s=1.0):
        await until(again.is_set)
    assert _dead(database) == []


def test_a_job_that_kills_every_worker_ends_among_the_dead(database: Database) -> None:
    known = checked([Job("deadly", lambda: None, retries=2)])
    _enqueue(database, "deadly")
    outcomes = []
    for _ in range(3):
        with database.begin() as tx:
            tx.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
            assert rescue_stalled(tx, known, 30.0) == 1
            outcomes.append([each.error for each in queued(tx)])
    assert outcomes == [["worker died"], ["worker died"], []]
    assert _dead(database) == [("deadly", 3, "worker died")]


def test_a_job_of_a_living_worker_is_not_taken_over(database: Database) -> None:
    with database.begin() as tx:
        worker = tx.scalar(text("SELECT worker_id FROM procrastinate_register_worker_v1()"))
        enqueue(tx, "long")
        tx.execute(text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker"), {"worker": worker})
        assert rescue_stalled(tx, {}, 30.0) == 0
        assert [each.status for each in queued(tx)] == ["doing"]


async def test_a_worker_goes_on_after_every_connection_was_cut(database: Database) -> None:
    seen: list[int] = []
    async with working(database, Job("note", lambda n: seen.append(n)), stalled_s=2.0):
        _enqueue(database, "note", n=1)
        await until(lambda: seen == [1])
        with database.begin() as tx:
            tx.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                     " WHERE datname = current_database() AND pid <> pg_backend_pid()")
            )  # fmt: skip
        await until(lambda: _can_enqueue(database))
        await until(lambda: len(seen) > 1)
    assert seen == [1, 2]


def _can_enqueue(database: Database) -> bool:
    try:
        _enqueue(database, "note", n=2)
    except Exception:  # noqa: BLE001 - a pooled connection that was cut just now
        return False
    return True


def test_the_schema_of_the_queue_is_the_one_that_migration_0003_was_written_for() -> None:
    # A change here means that Procrastinate was upgraded: write a migration with its changes, then set the digest.
    assert hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()[:16] == "c70ec4b400a60ad9"


@dataclass
class Instance:
    """What the command line hands to its commands."""

    of_database: Database

    def database(self) -> Database:
        return self.of_database

    def record(self, tx: Transaction, body: Record) -> None:
        write(tx, body, clock=system_clock)


def test_the_command_line_lists_jobs_shows_the_dead_and_tries_them_again(database: Database) -> None:
    def run(*words: str) -> str:
        result = CliRunner().invoke(group, list(words), obj=Instance(database))
        assert result.exit_code == 0, result.output
        return result.output

    assert run("list") == "No job waits or runs.\n"
    assert run("dead") == "No job has failed.\n"
    job = _enqueue(database, "shaky", item="it_1")
    assert run("list") == f"{job}  shaky  todo  tried 0 times  item=it_1\n"
    assert json.loads(run("list", "--json"))[0]["arguments"] == {"item": "it_1"}
    with database.begin() as tx:
        tx.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
        rescue_stalled(tx, {}, 30.0)
    assert "tried 1 times  worker died  item=it_1" in run("dead")
    assert json.loads(run("dead", "--json"))[0]["error"] == "worker died"
    assert json.loads(run("retry", str(job), "--json")) == {"queued": job}
    assert run("dead") == "No job has failed.\n"

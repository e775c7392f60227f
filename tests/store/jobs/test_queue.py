"""Jobs are queued with the caller's transaction and run beside each other, on a schedule where they have one."""

import asyncio
import hashlib
import threading
import time
from typing import Any

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from seawall.store import Database, Transaction
from seawall.store.jobs import (
    ArgumentNotAllowed,
    DuplicateJob,
    Job,
    MalformedJob,
    checked,
    dead_letters,
    enqueue,
    queued,
    run_worker,
)
from tests.store.jobs.working import dead, queue_is_empty, queue_one, until, working


async def test_a_job_runs_with_its_arguments(database: Database) -> None:
    seen: list[dict[str, Any]] = []
    async with working(database, Job("note", lambda **arguments: seen.append(arguments))):
        queue_one(database, "note", item="it_1", times=2, urgent=True, until=None)
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
        queue_one(database, "note", word="later")
        await until(lambda: seen)
    assert seen == ["later"]


async def test_a_job_does_not_run_before_its_transaction_commits(database: Database) -> None:
    seen: list[str] = []
    async with working(database, Job("note", lambda word: seen.append(word))):
        with database.begin() as tx:
            enqueue(tx, "note", word="first queued")
            queue_one(database, "note", word="first committed")
            await until(lambda: seen)
            assert seen == ["first committed"]
        await until(lambda: len(seen) == 2)


@pytest.mark.parametrize("value", ["a" * 201, 1.5, b"bytes", ["list"], {"a": 1}])
def test_an_argument_that_could_be_content_is_refused_and_nothing_is_queued(tx: Transaction, value: Any) -> None:
    with pytest.raises(ArgumentNotAllowed, match="'item' of job 'note'"):
        enqueue(tx, "note", item=value)
    assert queued(tx) == []


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
            queue_one(database, "meet")
        await until(lambda: queue_is_empty(database))
    assert dead(database) == []


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


def test_the_schema_of_the_queue_is_the_one_that_migration_0003_was_written_for() -> None:
    # A change here means that Procrastinate was upgraded: write a migration with its changes, then set the digest.
    assert hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()[:16] == "c70ec4b400a60ad9"

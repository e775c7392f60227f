"""Workers that are told to stop, that die, and whose connections are cut."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time

from sqlalchemy import text

from seawall.store import Database
from seawall.store.jobs import Job, checked, enqueue, queued, rescue_stalled
from tests.store.jobs.working import dead, queue_is_empty, queue_one, until, working


async def test_a_running_job_is_finished_before_the_worker_ends(database: Database) -> None:
    started, finished = threading.Event(), threading.Event()

    def run() -> None:
        started.set()
        time.sleep(0.5)
        finished.set()

    async with working(database, Job("slow", run)):
        queue_one(database, "slow")
        await until(started.is_set)
    assert finished.is_set()
    assert queue_is_empty(database)


async def test_a_worker_is_stopped_by_an_event_of_another_thread(database: Database) -> None:
    stop = threading.Event()
    async with working(database, Job("note", lambda: None), stop=stop) as worker:
        queue_one(database, "note")
        await until(lambda: queue_is_empty(database))
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
    job = queue_one(database, "hang")
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
    assert dead(database) == []


def test_a_job_that_kills_every_worker_ends_among_the_dead(database: Database) -> None:
    known = checked([Job("deadly", lambda: None, retries=2)])
    queue_one(database, "deadly")
    outcomes = []
    for _ in range(3):
        with database.begin() as tx:
            tx.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
            assert rescue_stalled(tx, known, 30.0) == 1
            outcomes.append([each.error for each in queued(tx)])
    assert outcomes == [["worker died"], ["worker died"], []]
    assert dead(database) == [("deadly", 3, "worker died")]


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
        queue_one(database, "note", n=1)
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
        queue_one(database, "note", n=2)
    except Exception:  # noqa: BLE001 - a pooled connection that was cut just now
        return False
    return True

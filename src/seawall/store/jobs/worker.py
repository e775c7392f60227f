"""A worker: runs jobs until it is told to stop, and comes back by itself when PostgreSQL does."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from seawall.store.database import Database, DatabaseUnavailable
from seawall.store.jobs.failures import note_failure, rescue_stalled
from seawall.store.jobs.job import Job, checked
from seawall.store.jobs.queue import QUEUE
from seawall.vocabulary.errors import SeawallError

if TYPE_CHECKING:
    import procrastinate  # loaded by workers only: whoever enqueues needs none of it

_log = logging.getLogger(__package__)

Stop = threading.Event | asyncio.Event


async def run_worker(
    database: Database,
    jobs: tuple[Job, ...],
    *,
    stop: Stop,
    concurrency: int = 2,
    polling_s: float = 5.0,
    stalled_s: float = 30.0,
) -> None:
    """Run jobs until `stop` is set, then finish those that run. Comes back by itself when PostgreSQL does.

    Raises DuplicateJob and MalformedJob.
    """
    from procrastinate.exceptions import ConnectorException

    by_name = checked(jobs)
    pause = 0.2
    while not stop.is_set():
        try:
            await asyncio.to_thread(_reach, database)
            pause = 0.2
            await _work(database, by_name, stop, concurrency, polling_s, stalled_s)
        except (ConnectorException, psycopg.OperationalError, SQLAlchemyError, DatabaseUnavailable) as error:
            _log.warning("the worker lost PostgreSQL (%s), next try in %.1f s", type(error).__name__, pause)
            await _pause(pause, stop)
            pause = min(2 * pause, 10.0)


async def _work(
    database: Database, jobs: dict[str, Job], stop: Stop, concurrency: int, polling_s: float, stalled_s: float
) -> None:
    """Work until told to stop or until the connection is lost, which ends in its exception or just ends."""
    app = _app(database, jobs, concurrency)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE],
                name="seawall",
                concurrency=concurrency,
                fetch_job_polling_interval=polling_s,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=stalled_s / 4,
                stalled_worker_timeout=stalled_s,
            )
        )
        beside = [
            asyncio.create_task(_rescue(database, jobs, stalled_s)),
            asyncio.create_task(_until(stop)),
        ]
        try:
            done, _ = await asyncio.wait([worker, *beside], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*beside, worker):
                task.cancel()
            await asyncio.gather(*beside, worker, return_exceptions=True)
        for task in done:
            task.result()


def _app(database: Database, jobs: dict[str, Job], concurrency: int) -> "procrastinate.App":
    from procrastinate import App, PsycopgConnector, RetryStrategy

    # The worker itself, its heartbeat and the deferrer of periodic jobs need connections beside the jobs' own.
    app = App(connector=PsycopgConnector(conninfo=database.url, min_size=1, max_size=concurrency + 3))
    for job in jobs.values():
        retry = RetryStrategy(max_attempts=job.retries, exponential_wait=job.backoff_s) if job.retries else False
        # A periodic job never runs beside itself.
        lock = job.name if job.every else None
        task = app.task(name=job.name, queue=QUEUE, retry=retry, lock=lock, pass_context=True)(_runner(job, database))
        if job.every:
            app.periodic(cron=job.every)(task)
    return app


def _runner(job: Job, database: Database) -> Callable[..., None]:
    def run(context: "procrastinate.JobContext", **arguments: Any) -> None:
        if job.every:
            arguments.pop("timestamp", None)  # the time that Procrastinate adds to periodic jobs
        identity = context.job.id or 0
        try:
            job.run(**arguments)
        except Exception as error:
            with suppress(DatabaseUnavailable, SQLAlchemyError), database.begin() as tx:
                note_failure(tx, identity, error.code if isinstance(error, SeawallError) else type(error).__name__)
            raise
        if context.job.attempts:
            with database.begin() as tx:
                tx.execute(text("DELETE FROM store_job_failures WHERE job = :job"), {"job": identity})

    return run


def _reach(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(text("SELECT 1"))


def _rescue_once(database: Database, jobs: dict[str, Job], after_s: float) -> None:
    with database.begin() as tx:
        rescue_stalled(tx, jobs, after_s)


async def _rescue(database: Database, jobs: dict[str, Job], after_s: float) -> None:
    while True:
        await asyncio.to_thread(_rescue_once, database, jobs, after_s)
        await asyncio.sleep(after_s / 2)


async def _until(stop: Stop) -> None:
    # Looked at rather than waited for: a wait on a threading.Event would keep a thread past the end.
    while not stop.is_set():  # noqa: ASYNC110
        await asyncio.sleep(0.1)


async def _pause(seconds: float, stop: Stop) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(_until(stop), seconds)

"""Jobs on PostgreSQL (Procrastinate): enqueued in the caller's transaction, run by any worker, none lost silently.

A job is a named function; its arguments are ids and numbers, never content, because they stand in a table and in
logs. A job that fails is tried again after 5, 25, 125… seconds and then lies among the dead letters. A job of a
worker that died is taken up by another. So a job may run twice: it must bear that.
"""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from seawall.store.database import Database, DatabaseUnavailable, Transaction
from seawall.vocabulary.errors import InvalidInput, NotFound, SeawallError

if TYPE_CHECKING:
    import procrastinate  # loaded by workers only: whoever enqueues needs none of it

_log = logging.getLogger(__name__)
_QUEUE = "seawall"
_LONGEST_ARGUMENT = 200

Stop = threading.Event | asyncio.Event


class Job(msgspec.Struct, frozen=True):
    """A named function that workers run. `every` is a cron line in UTC; `retries` come after the first attempt."""

    name: str
    run: Callable[..., object]
    every: str | None = None
    retries: int = 5
    backoff_s: int = 5


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A job that failed for good: `error` is the code or the type of what it raised last."""

    id: int
    name: str
    arguments: dict[str, Any]
    attempts: int
    failed_at: datetime
    error: str


class Queued(msgspec.Struct, frozen=True, kw_only=True):
    """A job that waits (`todo`) or runs (`doing`); `error` tells why an earlier attempt failed."""

    id: int
    name: str
    arguments: dict[str, Any]
    status: str
    attempts: int
    scheduled_at: datetime | None
    error: str | None


class DuplicateJob(SeawallError):
    """Two jobs have one name."""

    code = "store.duplicate_job"


class MalformedJob(SeawallError):
    """A job cannot be run as it is declared."""

    code = "store.malformed_job"


class ArgumentNotAllowed(InvalidInput):
    """A job's argument is something other than an id, a number or a truth value."""

    code = "store.argument_not_allowed"


class NoDeadLetter(NotFound):
    """No failed job has that id."""

    code = "store.no_dead_letter"


def enqueue(tx: Transaction, name: str, /, **arguments: str | int | bool | None) -> int:
    """Queue a job in this transaction, and only if it commits; return its id. Raises ArgumentNotAllowed."""
    return enqueue_after(tx, None, name, **arguments)


def enqueue_after(tx: Transaction, seconds: float | None, name: str, /, **arguments: str | int | bool | None) -> int:
    """Queue a job that no worker takes up before so many seconds are over. Raises ArgumentNotAllowed."""
    for key, value in arguments.items():
        if not isinstance(value, str | int | None) or (isinstance(value, str) and len(value) > _LONGEST_ARGUMENT):
            raise ArgumentNotAllowed(
                f"Argument {key!r} of job {name!r} is a {type(value).__name__} that jobs do not take.",
                hint=f"Pass ids, numbers and texts of at most {_LONGEST_ARGUMENT} characters; content is in the vault.",
            )
    statement = text("""
        SELECT unnest(procrastinate_defer_jobs_v1(CAST(ARRAY[ROW(
            CAST(:queue AS varchar), CAST(:name AS varchar), 0, NULL, NULL, CAST(:arguments AS jsonb),
            now() + make_interval(secs => CAST(:after AS double precision))
        )] AS procrastinate_job_to_defer_v1[])))
    """)
    bound = {"queue": _QUEUE, "name": name, "arguments": msgspec.json.encode(arguments).decode(), "after": seconds}
    return int(tx.execute(statement, bound).scalar_one())


def queued(tx: Transaction, limit: int = 100, *, after: int | None = None) -> list[Queued]:
    """Return jobs that wait or run, oldest first; with `after`, those behind it."""
    statement = text("""
        SELECT job.id, task_name AS name, args AS arguments, CAST(status AS text), attempts, scheduled_at, failure.error
        FROM procrastinate_jobs AS job LEFT JOIN store_job_failures AS failure ON failure.job = job.id
        WHERE status IN ('todo', 'doing') AND job.id > :after ORDER BY job.id LIMIT :limit
    """)
    return [Queued(**row) for row in tx.execute(statement, {"limit": limit, "after": after or 0}).mappings()]


def dead_letters(tx: Transaction, limit: int = 100, *, after: int | None = None) -> list[DeadLetter]:
    """Return jobs that failed for good, newest first; with `after`, those behind it."""
    statement = text("""
        SELECT job.id, task_name AS name, args AS arguments, attempts,
               coalesce(failure.error, 'never ran: no worker knows this job') AS error,
               (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id AND type <> 'scheduled') AS failed_at
        FROM procrastinate_jobs AS job LEFT JOIN store_job_failures AS failure ON failure.job = job.id
        WHERE status IN ('failed', 'aborted') AND (CAST(:after AS bigint) IS NULL OR job.id < :after)
        ORDER BY job.id DESC LIMIT :limit
    """)
    return [DeadLetter(**row) for row in tx.execute(statement, {"limit": limit, "after": after}).mappings()]


def retry_dead(tx: Transaction, job: int) -> None:
    """Queue a failed job again, with all its attempts before it. Raises NoDeadLetter."""
    again = text("""
        UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL, worker_id = NULL
        WHERE id = :job AND status IN ('failed', 'aborted') RETURNING id
    """)
    if tx.execute(again, {"job": job}).first() is None:
        raise NoDeadLetter(f"No failed job has the id {job}.", hint="seawall jobs dead shows those that have failed.")
    _wake(tx, job)


def checked(jobs: Iterable[Job]) -> dict[str, Job]:
    """Return the jobs by name. Raises DuplicateJob and MalformedJob, so that a worker does not start with them."""
    from croniter import croniter  # type: ignore[import-untyped]  # comes with Procrastinate

    jobs = tuple(jobs)
    twice = [name for name, count in Counter(job.name for job in jobs).items() if count > 1]
    if twice:
        raise DuplicateJob(f"Two jobs are named {twice[0]!r}.", hint="Every job needs a name of its own.")
    for job in jobs:
        if not job.name or job.retries < 0 or job.backoff_s < 0:
            raise MalformedJob(f"Job {job.name!r} needs a name, and retries and backoff of 0 or more.")
        if job.every is not None and not croniter.is_valid(job.every):
            raise MalformedJob(f"Job {job.name!r} runs every {job.every!r}, which is no cron line.", hint="0 3 * * *")
    return {job.name: job for job in jobs}


def rescue_stalled(tx: Transaction, jobs: dict[str, Job], after_s: float) -> int:
    """Queue again what a worker left running that has been silent for `after_s`; return how many jobs.

    A job that has used up its retries fails instead, so that one which kills its worker does not do so for ever.
    """
    statement = text("""
        SELECT job.id, job.task_name, job.attempts FROM procrastinate_jobs AS job
        LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
        WHERE job.status = 'doing'
          AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :after))
        FOR UPDATE OF job SKIP LOCKED
    """)
    stalled = tx.execute(statement, {"after": after_s}).all()
    for row in stalled:
        _note_failure(tx, row.id, "worker died")
        known = jobs.get(row.task_name)
        if known is not None and row.attempts < known.retries:
            tx.execute(text("SELECT procrastinate_retry_job_v2(:job, now(), NULL, NULL, NULL)"), {"job": row.id})
            _wake(tx, row.id)
        else:
            tx.execute(text("SELECT procrastinate_finish_job_v1(:job, 'failed', false)"), {"job": row.id})
    return len(stalled)


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
                queues=[_QUEUE],
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
        task = app.task(name=job.name, queue=_QUEUE, retry=retry, lock=lock, pass_context=True)(_runner(job, database))
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
                _note_failure(tx, identity, error.code if isinstance(error, SeawallError) else type(error).__name__)
            raise
        if context.job.attempts:
            with database.begin() as tx:
                tx.execute(text("DELETE FROM store_job_failures WHERE job = :job"), {"job": identity})

    return run


def _note_failure(tx: Transaction, job: int, error: str) -> None:
    # The code or type only: a message may carry values that do not belong into a table.
    statement = text("""
        INSERT INTO store_job_failures (job, at, error) VALUES (:job, now(), :error)
        ON CONFLICT (job) DO UPDATE SET at = excluded.at, error = excluded.error
    """)
    tx.execute(statement, {"job": job, "error": error})


def _wake(tx: Transaction, job: int) -> None:
    # Procrastinate notifies on INSERT only; without this a worker would notice at its next poll.
    payload = msgspec.json.encode({"type": "job_inserted", "job_id": job}).decode()
    channel = f"procrastinate_queue_v1#{_QUEUE}"
    tx.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})


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

"""The queue: jobs enter it in the caller's transaction; what waits, runs and has failed for good is read from it."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import text

from seawall.store.database import Transaction
from seawall.vocabulary.errors import InvalidInput, NotFound

QUEUE = "seawall"
_LONGEST_ARGUMENT = 200


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
    bound = {"queue": QUEUE, "name": name, "arguments": msgspec.json.encode(arguments).decode(), "after": seconds}
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
    wake(tx, job)


def wake(tx: Transaction, job: int) -> None:
    """Tell workers of a job that was queued again."""
    # Procrastinate notifies on INSERT only; without this a worker would notice at its next poll.
    payload = msgspec.json.encode({"type": "job_inserted", "job_id": job}).decode()
    channel = f"procrastinate_queue_v1#{QUEUE}"
    tx.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})

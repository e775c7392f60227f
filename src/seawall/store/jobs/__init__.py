"""Jobs on PostgreSQL (Procrastinate): enqueued in the caller's transaction, run by any worker, none lost silently.

A job is a named function; its arguments are ids and numbers, never content, because they stand in a table and in
logs. A job that fails is tried again after 5, 25, 125… seconds and then lies among the dead letters. A job of a
worker that died is taken up by another. So a job may run twice: it must bear that.
"""

from seawall.store.jobs.failures import rescue_stalled
from seawall.store.jobs.job import DuplicateJob, Job, MalformedJob, checked
from seawall.store.jobs.queue import (
    ArgumentNotAllowed,
    DeadLetter,
    NoDeadLetter,
    Queued,
    dead_letters,
    enqueue,
    enqueue_after,
    queued,
    retry_dead,
)
from seawall.store.jobs.worker import Stop, run_worker

__all__ = [
    "ArgumentNotAllowed",
    "DeadLetter",
    "DuplicateJob",
    "Job",
    "MalformedJob",
    "NoDeadLetter",
    "Queued",
    "Stop",
    "checked",
    "dead_letters",
    "enqueue",
    "enqueue_after",
    "queued",
    "rescue_stalled",
    "retry_dead",
    "run_worker",
]

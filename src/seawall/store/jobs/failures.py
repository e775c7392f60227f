"""Failures: why an attempt failed, and what becomes of the jobs of workers that died."""

from sqlalchemy import text

from seawall.store.database import Transaction
from seawall.store.jobs.job import Job
from seawall.store.jobs.queue import wake


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
        note_failure(tx, row.id, "worker died")
        known = jobs.get(row.task_name)
        if known is not None and row.attempts < known.retries:
            tx.execute(text("SELECT procrastinate_retry_job_v2(:job, now(), NULL, NULL, NULL)"), {"job": row.id})
            wake(tx, row.id)
        else:
            tx.execute(text("SELECT procrastinate_finish_job_v1(:job, 'failed', false)"), {"job": row.id})
    return len(stalled)


def note_failure(tx: Transaction, job: int, error: str) -> None:
    """Note why an attempt failed, in the place of what was noted before."""
    # The code or type only: a message may carry values that do not belong into a table.
    statement = text("""
        INSERT INTO store_job_failures (job, at, error) VALUES (:job, now(), :error)
        ON CONFLICT (job) DO UPDATE SET at = excluded.at, error = excluded.error
    """)
    tx.execute(statement, {"job": job, "error": error})

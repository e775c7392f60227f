"""`seawall jobs`: what waits and runs, what failed for good, and another try for it."""

import click

from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, instance, paged, say, say_page
from seawall.store.jobs import DeadLetter, Queued, dead_letters, queued, retry_dead
from seawall.vocabulary.records.audit import JobRetried

_HOST = "whoever looks after its processes looks after their queue"
_ID = click.IntRange(1, 2**63 - 1)


def _line(row: Queued | DeadLetter) -> str:
    state = f"failed {row.failed_at:%Y-%m-%d %H:%M}" if isinstance(row, DeadLetter) else row.status
    arguments = " ".join(f"{key}={value}" for key, value in row.arguments.items())
    cells = (str(row.id), row.name, state, f"tried {row.attempts} times", row.error, arguments)
    return "  ".join(filter(None, cells))


@click.group()
def jobs() -> None:
    """Work in the background: what waits, what failed."""


@jobs.command("list")
@needs("system.operate", host=_HOST, reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List jobs that wait or run, oldest first, each by its number."""
    with instance().database().begin() as tx:
        found = queued(tx, limit, after=_number(after))
    say_page(found, as_json, _line, nothing="No job waits or runs.", limit=limit, name=lambda row: str(row.id))


@jobs.command()
@needs("system.operate", host=_HOST, reads=True)
@paged
@JSON
def dead(after: str | None, limit: int, as_json: bool) -> None:
    """List jobs that failed after all their retries, newest first, with the code of their last error."""
    with instance().database().begin() as tx:
        found = dead_letters(tx, limit, after=_number(after))
    say_page(found, as_json, _line, nothing="No job has failed.", limit=limit, name=lambda row: str(row.id))


@jobs.command()
@needs("system.operate", host=_HOST)
@click.argument("job", type=_ID)
@BY
@JSON
def retry(job: int, by: str, as_json: bool) -> None:
    """Queue a failed JOB, by its number, again, with all its tries before it."""
    here = instance()
    with here.database().begin() as tx:
        retry_dead(tx, job)
        here.record(tx, JobRetried(job=job, by=by))
        acted(tx)
    say({"queued": job}, as_json, f"Job {job} is queued again.")


def _number(after: str | None) -> int | None:
    """Return the number of a job. Raises BadParameter for what is none."""
    if after is None:
        return None
    if not after.isdecimal() or int(after) >= 2**63:
        raise click.BadParameter(f"{after!r} is no number of a job.", param_hint="'--after'")
    return int(after)
